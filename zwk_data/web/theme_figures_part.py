"""Themen und Demografie: a figure among the Kommunen with a theme and among those without."""

from __future__ import annotations

from zwk_data.charts.chart import Chart
from zwk_data.charts.theme_strip import theme_strip, words
from zwk_data.programme import theme_figures
from zwk_data.web import parts
from zwk_data.web.choice import choose
from zwk_data.web.permalink import correct_address
from zwk_data.web.subject import attribution, catalogue
from zwk_data.web.themes_view import Choice, titles


def theme_and_figure(chosen: Choice) -> None:
    """Choose an indicator, and see both groups."""
    if not chosen.theme:
        parts.notice("Bitte oben ein Thema wählen: Hier stehen dann die Kommunen mit diesem Thema neben denen ohne.")
        return
    fitting = theme_figures.suggested_figures(chosen.theme)
    offered = parts.cached(theme_figures.available_figures)()
    names = {key: one.name for key, one in catalogue().items() if key in offered}
    options = {key: f"{names[key]} (naheliegend)" for key in fitting} | {
        key: name for key, name in names.items() if key not in fitting
    }
    problem = correct_address("kennzahl", names, "Die Kennzahl", fallback=fitting[0])
    if problem:
        parts.notice(problem, kind="warning")
    indicator = str(choose("Kennzahl", options, key="kennzahl", default=fitting[0]))
    parts.section(f"Unterscheiden sich Kommunen mit dem Thema „{chosen.title}“ von den anderen?")
    drawn, said = parts.cached(_compared)(chosen.theme, indicator, chosen.participant)
    parts.prose(said)
    parts.show(drawn, key="themenkennzahl")
    parts.notice(
        "Ein Vergleich, keine Erklärung: Ob ein Ort ein Thema wegen solcher Zahlen gewählt hat oder sich durch ein "
        "Thema etwas ändert, sagen diese Zahlen nicht. „Ohne das Thema“ heißt: Andere Themen sind belegt, dieses nicht."
    )


def _compared(theme: str, indicator_id: str, participant: str | None) -> tuple[Chart, tuple[str, ...]]:
    frame = theme_figures.theme_figures(indicator_id, theme)
    difference = theme_figures.theme_difference(frame)
    indicator = catalogue()[indicator_id]
    title = titles()[theme]
    drawn = theme_strip(frame, difference, indicator, title, attribution(frame), own=participant or "")
    return drawn, tuple(words(difference, indicator, title))
