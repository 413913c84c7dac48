"""All that a Kommunalprofil says, put together once for page, paper, slides and the dossier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zwk_data import settings
from zwk_data.charts.place_strip import Strips
from zwk_data.demography import areas, twins
from zwk_data.german import listing, number
from zwk_data.profile import profile as profiles
from zwk_data.profile import words
from zwk_data.profile.chapters import chapters
from zwk_data.profile.places import Place
from zwk_data.programme import participants, themes
from zwk_data.stores.connection import read
from zwk_data.views import profile as strips

#: keys of own words beside those of the chapters
OWN, GOOD, BAD = "eigenes", "staerken", "schwaechen"
DRAFT = "Entwurf aus den Zahlen: Was davon stimmt, was fehlt und was wirklich zählt, weiß nur, wer dort lebt."
NO_GOOD = "In keiner Zahl mit vereinbarter Richtung liegt der Ort klar vor den ähnlichen Orten."
NO_BAD = "In keiner Zahl mit vereinbarter Richtung liegt der Ort klar hinter den ähnlichen Orten."


@dataclass(frozen=True)
class Part:
    """One chapter: its strips, what no figure says, and the Kommune's own words (may be empty)."""

    key: str
    strips: Strips
    untold: str
    own: str


@dataclass(frozen=True)
class Sheet:
    """A Kommunalprofil.

    ``lead``: sentences on people and twins; ``out``: what stands out, after ``chance``; ``good`` and ``bad``: strengths
    and weaknesses, a draft unless ``is_own`` says that people wrote them; ``unknown``: what is missing and why;
    ``chosen``: the Kommune's themes in its own words; ``own``: more words of its own.
    """

    place: Place
    title: str
    described: str
    today: date
    lead: tuple[str, ...]
    chance: str
    out: tuple[str, ...]
    method: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    is_own: tuple[bool, bool]
    parts: tuple[Part, ...]
    unknown: tuple[str, ...]
    chosen: tuple[str, ...]
    own: str
    source: str
    demo: bool


def sheet(place: Place, own: Mapping[str, str]) -> Sheet:
    """The Kommunalprofil of a place; ``own``: chapter (or ``OWN``, ``GOOD``, ``BAD``) -> own words."""
    found = profiles.profile(place)
    made = zip(chapters(), strips.chapters(place), strict=True)
    parts = tuple(Part(one.key, drawn, one.untold, own.get(one.key, "").strip()) for one, drawn in made)
    good, bad = own.get(GOOD, "").strip(), own.get(BAD, "").strip()
    wordings = themes.wordings(place.participant_id)["wording"].tolist() if place.participant_id else []
    return Sheet(
        place,
        f"Kommunalprofil {place.full}",
        f"{place.described}.",
        settings.today(),
        lead(place),
        words.chance(found),
        tuple(words.standing_out(found)),
        words.how_measured(),
        tuple(_points(good) or words.strengths(found) or [NO_GOOD]),
        tuple(_points(bad) or words.weaknesses(found) or [NO_BAD]),
        (bool(good), bool(bad)),
        parts,
        tuple(words.not_known(found)),
        tuple(wordings),
        own.get(OWN, "").strip(),
        strips.source(place),
        bool(wordings or own) and settings.dataset() == "demo",
    )


def _points(text: str) -> list[str]:
    """The lines of a text, without signs of a list."""
    return [line.strip().removeprefix("-").removeprefix("–").strip() for line in text.splitlines() if line.strip("-– ")]


def draft(place: Place) -> dict[str, str]:
    """Strengths and weaknesses as drafted from the figures, one a line."""
    found = profiles.profile(place)
    return {GOOD: "\n".join(words.strengths(found)), BAD: "\n".join(words.weaknesses(found))}


def lead(place: Place) -> tuple[str, ...]:
    """How many people live there, of which city a quarter is, and which places are most alike."""
    told = [f"{number(place.people)} Menschen am 31.12.2023."]
    quarter = _quarter(place.participant_id)
    if quarter:
        told.append(
            f"An der Zukunftswerkstatt nimmt ein Teil der Stadt teil ({quarter}); alle Zahlen gelten für sie ganz."
        )
    if len(place.members) > 1 and place.level != "kreis":
        names = areas.names("gemeinden").reindex(list(place.members)).dropna()
        bare = [name.partition(",")[0] for name in names]
        told.append(f"Dazu gehören {listing(bare) if len(bare) <= 12 else f'{number(len(bare))} Gemeinden'}.")
    alike = profiles.profile(place).twins
    told.append(twins.twins_words(alike))
    return tuple(told)


def _quarter(participant_id: str | None) -> str:
    if participant_id is None or participant_id not in participants.names():
        return ""
    found = read("SELECT quarter FROM participant WHERE participant_id = ? AND kind = 'quartier'", [participant_id])
    return str(found["quarter"].iloc[0] or "") if len(found) else ""
