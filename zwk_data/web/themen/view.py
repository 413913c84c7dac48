"""What every part of the page Themen needs: the chosen theme and Kommune, names, and the frames they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from zwk_data import settings
from zwk_data.german import MISSING
from zwk_data.programme import participants, themes
from zwk_data.schema.words import ENTERED, SOURCES
from zwk_data.stores import access
from zwk_data.stores.memo import remembered
from zwk_data.web.kit.markup import Link, page_link


@dataclass(frozen=True)
class Choice:
    """What is chosen on the page: ``theme`` and ``participant`` as ids, None where nothing is."""

    theme: str | None
    participant: str | None

    @property
    def title(self) -> str:
        """The theme's name, or nothing."""
        return titles()[self.theme] if self.theme else ""

    @property
    def name(self) -> str:
        """The Kommune's name, or nothing."""
        return participants.names()[self.participant] if self.participant else ""

    def link(self, text: str, teil: str | None = None, **other: str | None) -> Link:
        """A link to a part of the page with the same choice, unless ``other`` says another."""
        return Link(text, page_link("themen", teil=teil, **{"thema": self.theme, "kommune": self.participant, **other}))


def labels() -> dict[str, str]:
    """participant_id -> short name."""
    frame = participants.participants()
    return dict(zip(frame["participant_id"], frame["short"], strict=True))


def titles() -> dict[str, str]:
    """theme_id -> name."""
    return dict(themes.themes()[["theme_id", "name_de"]].itertuples(index=False, name=None))


@remembered
def links() -> pd.DataFrame:
    """``themes.theme_links`` of all Kommunen."""
    return themes.theme_links(themes.choices(), participants.participants()["participant_id"].tolist())


def source(*, entered: bool = False) -> str:
    """What stands under every figure; ``entered``: made from what is entered here, such as measures."""
    return (ENTERED if entered else SOURCES)[settings.dataset()]


def sees_all() -> bool:
    """Whether the present user sees every record, money and ideas of all Kommunen included."""
    return access.current_scope().full


def filled(columns: Mapping[str, Sequence[object]]) -> dict[str, Sequence[object]]:
    """The columns that hold anything, and in any case the first."""
    first = next(iter(columns))
    return {
        name: cells
        for name, cells in columns.items()
        if name == first or any(cell not in (None, MISSING) and cell == cell for cell in cells)
    }
