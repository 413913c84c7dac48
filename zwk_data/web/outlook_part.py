"""The tab „Ausblick 2040“: the Modellrechnung, what it says, and how far it may be trusted."""

from __future__ import annotations

from zwk_data.charts.chart import Chart
from zwk_data.charts.projection import projection_chart
from zwk_data.demography import areas, breaks, projection, projection_words, series
from zwk_data.errors import ZwkError
from zwk_data.web import parts
from zwk_data.web.links import Link, page_link
from zwk_data.web.subject import Subject, attribution


def outlook(me: Subject) -> None:
    """Draw it, or say why there is none."""
    try:
        chart, words = parts.cached(_outlook_chart)(me)
    except ZwkError as error:
        parts.notice(str(error))
        return
    parts.section("Eine Modellrechnung, keine Vorhersage", words)
    parts.show(chart, key="ausblick")
    parts.linked_text(
        [
            "Verfahren, Basisjahre und die Proben an früheren Jahren: ",
            Link("Quellen und Methodik", page_link("quellen", teil="modellrechnung")),
            ".",
        ]
    )


def _outlook_chart(me: Subject) -> tuple[Chart, str]:
    """The chart and what it says in words. Raises ZwkError if there is no Modellrechnung."""
    future = projection.projection_totals(me.id)
    history = series.trend(me.id, me.short, "population", (), median=False)
    chart = projection_chart(
        history,
        future,
        me.short,
        breaks=breaks.breaks("population", areas.land_keys(me.id)),
        source=attribution(history),
        filename=f"{me.id}_modellrechnung_2040",
        is_small=me.small,
        note="Das Band zeigt, wie weit nachträgliche Rechnungen dieser Art danebenlagen: 80 von 100 lagen darin.",
    )
    return chart, projection_words.projection_words(me.id)
