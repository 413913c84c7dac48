"""Themen, the tabs that show the network: who shares themes, how they compare in figures, stages and measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from zwk_data import german
from zwk_data.charts.chart import Chart
from zwk_data.charts.measures_and_money import measure_grid
from zwk_data.charts.theme_network import theme_network
from zwk_data.charts.themes import ThemeMatrix, difference_in_words, stage_grid, theme_matrix, theme_strip
from zwk_data.demography.indicators import indicators
from zwk_data.demography.source_lines import source_line
from zwk_data.programme import measures_and_money, participants, stages, themes
from zwk_data.stores.memo import remembered
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.kit.markup import linked_table, render, source_link, stage_links, table_html
from zwk_data.web.themen.view import Choice, labels, links, sees_all, source, titles

#: how many of a theme's measures are listed
MOST_MEASURES = 100


def who_works_on_what(chosen: Choice) -> None:
    """What is known of the chosen theme and Kommune, then the table of all."""
    if chosen.theme:
        _show_sharing(chosen)
    if chosen.participant:
        _show_similar(chosen)
    with st.container(key="themenraster"):
        parts.show_html(_matrix(), _matrix_html(chosen), key="raster")


@remembered
def _matrix() -> ThemeMatrix:
    return theme_matrix(themes.choices(), themes.themes(), labels(), source())


@remembered
def _matrix_html(chosen: Choice) -> str:
    """The names on top and at the left stay in sight; in a hand each theme names its Kommunen."""
    shown = _matrix()
    return render(
        "tabelle/raster",
        caption=shown.alt,
        columns=[("Thema", "")],
        kommunen=shown.columns,
        groups=shown.groups,
        thema=chosen.theme,
        kommune=chosen.participant,
        link=chosen.link,
        classes="zwk-grid",
    )


def _in_a_hand(frame: pd.DataFrame, caption: str) -> None:
    """What a grid shows, as a list for screens that are too narrow for it; wider ones hide it."""
    st.html(f'<div class="zwk-hand">{table_html(frame, caption)}</div>')


def _choose_clicked(key: str, parameter: str) -> None:
    """A click in the figure ``key`` chooses what was clicked: its id goes into the address."""
    points = [one for one in st.session_state[key].selection.points if "customdata" in one]
    if points:
        st.query_params[parameter] = points[0]["customdata"][0]


def _show_sharing(chosen: Choice) -> None:
    parts.section(f"Wer arbeitet an „{chosen.title}“?")
    if (themes.choices()["theme_id"] == chosen.theme).any():
        _sharing(str(chosen.theme))
    else:
        parts.notice("Nicht belegt: Keine Quelle nennt eine Kommune mit diesem Thema.")
    _measures(str(chosen.theme))


@parts.on_page
@remembered
def _sharing(theme: str) -> str:
    shared = themes.sharing(theme, stages.standing())
    return linked_table(
        {
            "Kommune": stage_links(shared["participant_id"]),
            "Land": shared["land"].tolist(),
            "Eigene Worte": [german.quoted(words) for words in shared["wording"]],
            "Belegte Stufen": [f"{n} von 5" for n in shared["documented"]],
            "Späteste belegte Stufe": shared["furthest_de"].tolist(),
            "Beratung": shared["adviser"].tolist(),
            "Quelle": [
                source_link(url, f"({words})")
                for url, words in zip(shared["source_url"], shared["wording"], strict=True)
            ],
        },
        f"{german.count(len(shared), 'Kommune', 'Kommunen')}, am weitesten belegte zuerst",
    )


@parts.on_page
@remembered
def _measures(theme: str) -> str:
    planned = measures_and_money.of_theme(theme)
    if planned.empty:
        return ""
    table = planned[["title", "name", "status_de", "responsible", "starts", "ends", "budget_eur"]]
    table.columns = ["Maßnahme", "Kommune", "Stand", "Zuständig", "Beginn", "Ende", "Budget (Euro)"]
    caption = f"Maßnahmen zum Thema ({german.number(len(planned))})"
    return table_html(table, caption, max_height=420, max_rows=MOST_MEASURES)


def _show_similar(chosen: Choice) -> None:
    parts.section(f"Wer hat ähnliche Themen wie {chosen.name}?")
    if themes.wordings(str(chosen.participant)).empty:
        parts.notice(f"Nicht belegt: Für {chosen.name} nennt keine Quelle ein Thema.")
        return
    _own_words(str(chosen.participant))
    _similar(str(chosen.participant))


@parts.on_page
@remembered
def _own_words(participant: str) -> str:
    own = themes.wordings(participant)
    return linked_table(
        {
            "Eigene Worte": [german.quoted(words) for words in own["wording"]],
            "Zugeordnet zu": own["themes"].tolist(),
            "Quelle": [
                source_link(url, f"({words})") for url, words in zip(own["source_url"], own["wording"], strict=True)
            ],
        },
        f"Themen von {participants.names()[participant]}",
    )


@parts.on_page
@remembered
def _similar(participant: str) -> str:
    alike = themes.alike(participant).head(12)
    return _shared_themes(
        {"Kommune": stage_links(alike["participant_id"]), "Land": alike["land"].tolist()},
        alike,
        "Die ähnlichsten Kommunen, die mit den meisten gemeinsamen Themen zuerst",
    )


def _shared_themes(who: Mapping[str, Sequence[object]], found: pd.DataFrame, caption: str) -> str:
    """The columns ``who``, and what each row of ``found`` has in common."""
    shared = {"Gemeinsam": found["shared"].tolist(), "Gemeinsame Themen": found["themes"].tolist()}
    return linked_table({**who, **shared}, caption, numeric=("Gemeinsam",))


def theme_and_figure(chosen: Choice) -> None:
    """Choose an indicator, and see both groups."""
    if not chosen.theme:
        parts.notice("Bitte oben ein Thema wählen: Hier stehen dann die Kommunen mit diesem Thema neben denen ohne.")
        return
    fitting = themes.suggested_figures(chosen.theme)
    first = (*fitting, themes.FALLBACK)[0]
    offered = themes.available_figures()
    names = {key: one.name for key, one in indicators().items() if key in offered}
    options = {key: f"{names[key]} (naheliegend)" for key in fitting} | {
        key: name for key, name in names.items() if key not in fitting
    }
    indicator = str(choose("Kennzahl", options, key="kennzahl", default=first, what="Die Kennzahl", names=names))
    parts.section(f"Unterscheiden sich Kommunen mit dem Thema „{chosen.title}“ von den anderen?")
    if not fitting:
        parts.notice(f"Zu „{chosen.title}“ gehört keine der Zahlen, die hier vorliegen. Sie können jede wählen.")
    drawn, said = _theme_comparison(chosen.theme, indicator, chosen.participant)
    parts.prose(said)
    parts.show(drawn, key="themenkennzahl")
    parts.notice(
        "Ein Vergleich, keine Erklärung: Ob ein Ort ein Thema wegen solcher Zahlen gewählt hat oder sich durch ein "
        "Thema etwas ändert, sagen diese Zahlen nicht. „Ohne das Thema“ heißt: Andere Themen sind belegt, dieses nicht."
    )


@remembered
def _theme_comparison(theme: str, indicator_id: str, participant: str | None) -> tuple[Chart, tuple[str, ...]]:
    frame = themes.theme_figures(indicator_id, theme)
    difference = themes.theme_difference(frame)
    indicator = indicators()[indicator_id]
    title = titles()[theme]
    drawn = theme_strip(frame, difference, indicator, title, source_line(frame), own=participant or "")
    return drawn, tuple(difference_in_words(difference, indicator, title))


#: pairs listed where no Kommune is chosen
MOST_LINKS = 15


def network(chosen: Choice) -> None:
    """The ring, and beneath it the closest pairs or the chosen Kommune's partners, for phones too."""
    if links().empty:
        parts.notice("Nicht belegt: Keine zwei Kommunen nennen ein gemeinsames Thema.")
        return
    with st.container(key="themennetz"):
        pick = partial(_choose_clicked, "netz", "kommune")
        parts.show(_network_ring(chosen.participant), key="netz", on_select=pick, level=2)
    if chosen.participant:
        _show_partners(chosen)
    else:
        _show_closest_pairs()


@remembered
def _network_ring(participant: str | None) -> Chart:
    number = themes.choices()["participant_id"].value_counts()
    themes_of = {str(key): int(n) for key, n in number.items()}
    return theme_network(links(), labels(), themes_of, source(), participant=participant)


def _show_partners(chosen: Choice) -> None:
    found = themes.theme_partners(links(), str(chosen.participant)).head(MOST_LINKS)
    parts.section(f"Mit wem teilt {chosen.name} Themen?")
    if found.empty:
        parts.notice(f"Nicht belegt: Für {chosen.name} ist kein Thema bekannt, das eine andere Kommune auch nennt.")
        return
    who = {"Kommune": stage_links(found["participant_id"])}
    st.html(_shared_themes(who, found, f"Die {german.number(len(found))} mit den meisten gemeinsamen Themen"))
    parts.source_line(source())


def _show_closest_pairs() -> None:
    parts.section("Wer teilt die meisten Themen?")
    first = links().head(MOST_LINKS)
    pairs = {"Kommune": stage_links(first["a"]), "und": stage_links(first["b"])}
    st.html(_shared_themes(pairs, first, f"Die {german.number(len(first))} Paare mit den meisten gemeinsamen Themen"))
    parts.source_line(source())


MONEY = ["Budget (Euro)", "Ohne Budget"]


def stages_and_measures(chosen: Choice) -> None:
    """Both grids."""
    parts.section("Stufen", "Wie weit sind die Kommunen, die an einem Thema arbeiten?")
    with st.container(key="themenstufen"):
        _in_a_hand(_by_stage(chosen.theme).table, "Themen nach Stufen")
        parts.show(_by_stage(chosen.theme), key="stufen")
    parts.section("Maßnahmen", "Was ist zu einem Thema geplant, was läuft, was ist abgeschlossen?")
    if measures_and_money.count():
        with st.container(key="themenmassnahmen"):
            grid = _by_status(sees_all())
            _in_a_hand(grid.table.drop(columns=MONEY, errors="ignore"), "Themen nach Stand der Maßnahmen")
            parts.show(grid, key="massnahmen", formats={MONEY[0]: 0})
    else:
        parts.notice(
            "Nicht belegt: Einzelne Maßnahmen nennt hier keine Quelle. Sobald die Geschäftsstelle "
            "oder die Beratung sie eingetragen hat, stehen sie hier nach Thema und Stand."
        )


@remembered
def _by_stage(theme: str | None) -> Chart:
    found = themes.by_stage(themes.themes(), themes.choices(), stages.matrix())
    return stage_grid(found, source(), theme=theme)


@remembered
def _by_status(everything: bool) -> Chart:
    """Who doesn't see ``everything`` sees only running and finished measures of others, and no money."""
    drawn = replace(
        measure_grid(measures_and_money.by_theme(measures_and_money.measures()), source(entered=True)),
        filename="themen_massnahmen",
    )
    if everything:
        return replace(drawn, note=f"{drawn.note} Die eingetragenen Budgets stehen in der Tabelle.")
    return replace(
        drawn,
        table=drawn.table.drop(columns=MONEY),
        note=f"{drawn.note} Von anderen Kommunen zählen hier nur laufende und abgeschlossene Maßnahmen.",
    )
