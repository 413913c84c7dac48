"""The tab „Ähnliche Orte“: statistical twins in all of Germany and among the participants."""

from __future__ import annotations

import pandas as pd

from zwk_data.charts.chart import Chart
from zwk_data.charts.features import profile_chart
from zwk_data.demography import twins
from zwk_data.errors import ZwkError
from zwk_data.german import number, with_unit
from zwk_data.web import parts
from zwk_data.web.links import Link, page_link
from zwk_data.web.subject import Subject


def similar(me: Subject) -> None:
    """Draw both lists and the profile, or say why there are none."""
    try:
        found = parts.cached(twins.twins)(me.id)
    except ZwkError as error:
        parts.notice(str(error))
        return
    parts.section("Statistische Zwillinge", twins.twins_words(found))
    parts.html_table(_told(found, "Land"), "Die ähnlichsten Orte in Deutschland, der ähnlichste zuerst")
    parts.source_line("eigene Berechnung aus den Zahlen dieser Seite; je kleiner der Abstand, desto ähnlicher")
    inside = parts.cached(twins.zwk_twins)(me.id)
    parts.section(
        "Zwillinge in der Zukunftswerkstatt",
        "Welche teilnehmenden Kommunen sind dieser Kommune in Größe, Alter und Entwicklung am ähnlichsten?",
    )
    parts.html_table(_told(inside, "Land"), "Die ähnlichsten teilnehmenden Kommunen")
    parts.show(parts.cached(_profile)(me.id), key="profil")
    parts.linked_text(
        ["Merkmale und Verfahren: ", Link("Quellen und Methodik", page_link("quellen", teil="zwillinge")), "."]
    )


def _profile(participant_id: str) -> Chart:
    return profile_chart(participant_id, twins.twins(participant_id))


def _told(frame: pd.DataFrame, where: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Ort": frame["name"],
            where: frame["land"],
            "Abstand": [number(value, 2) for value in frame["distance"]],
            "Darin gleich": frame["alike"],
            "Darin verschieden": frame["differ"],
            "Bestand": [with_unit(100 * value, "%", 0) for value in frame["stability"]],
        }
    )
