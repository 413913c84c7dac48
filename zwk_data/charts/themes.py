"""The themes of the Kommunen: who works on which, how far their Kommunen have got, and whether a figure differs.

A difference between the Kommunen with a theme and those without is put into words with all due caution.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from zwk_data.charts import chart
from zwk_data.charts.chart import Caption, Chart, Described
from zwk_data.charts.marks import heat_grid
from zwk_data.charts.strip import strip_chart, value_text
from zwk_data.demography.areas import in_kreis, in_verband, verband_name
from zwk_data.demography.indicators import Indicator
from zwk_data.german import all_rounded, count, listing, number, rounded, whole, with_unit
from zwk_data.programme.themes import FEWEST, SMALL, Difference
from zwk_data.schema.words import FIRST_YEAR, STAGES

YES_NO = {True: "ja", False: "nein"}
THEME_GROUPS = {True: "Themen des Werkzeugkoffers", False: "Weitere Themen der Kommunen"}


@dataclass(frozen=True)
class ThemeMatrix(Described):
    """Who works on what. ``columns``: the Kommunen from left to right, participant_id -> label; ``groups``: heading ->
    its themes from top to bottom, each as theme_id, name and participant_id -> own words.
    """

    columns: Mapping[str, str]
    groups: Mapping[str, Sequence[tuple[str, str, Mapping[str, str]]]]


def theme_matrix(choices: pd.DataFrame, themes: pd.DataFrame, labels: Mapping[str, str], source: str) -> ThemeMatrix:
    """Themes are rows in the order of ``themes``, Kommunen are columns in that of ``labels``.

    ``choices``: see ``themes.choices``; ``themes``: see ``themes.themes``; ``labels``: participant_id -> label.
    """
    pairs = choices[choices["participant_id"].isin(labels)].merge(themes[["theme_id", "toolkit"]], on="theme_id")
    known = set(pairs["participant_id"])
    words = {
        str(key): dict(zip(rows["participant_id"], rows["wording"], strict=True))
        for key, rows in pairs.groupby("theme_id")
    }
    named = themes[themes["participants"] > 0]
    return ThemeMatrix(
        title="Wer arbeitet woran?",
        alt=_matrix_caption(pairs, named, len(known)),
        source=source,
        table=_matrix_table(pairs, themes, labels),
        filename="themen",
        note=_matrix_note(themes, labels, known),
        columns={key: label for key, label in labels.items() if key in known},
        groups={
            THEME_GROUPS[bool(toolkit)]: [
                (key, name, words.get(key, {})) for key, name in zip(rows["theme_id"], rows["name_de"], strict=True)
            ]
            for toolkit, rows in named.groupby("toolkit", sort=False)
        },
    )


def _matrix_caption(pairs: pd.DataFrame, named: pd.DataFrame, kommunen: int) -> str:
    if pairs.empty:
        return "Kein Thema ist belegt."
    ordered = named.sort_values("participants", ascending=False, kind="stable")
    top = [f"{name} ({n})" for name, n in zip(ordered["name_de"].head(3), ordered["participants"].head(3), strict=True)]
    return (
        f"{count(len(named), 'Thema', 'Themen')} und {count(kommunen, 'Kommune', 'Kommunen')}, "
        f"am häufigsten genannt: {listing(top)}"
    )


def _matrix_note(themes: pd.DataFrame, labels: Mapping[str, str], known: set[str]) -> str:
    parts = [
        "In Klammern: Zahl der Kommunen. Ein Klick auf einen Namen wählt das Thema oder die Kommune; „◆“: gewählt."
    ]
    empty = themes.loc[themes["participants"] == 0, "name_de"].tolist()
    if empty:
        parts.append(f"Von keiner Kommune belegt: {listing(empty)}.")
    left = [label for key, label in labels.items() if key not in known]
    if left:
        parts.append(f"Themen nicht belegt für {listing(left)}.")
    return " ".join(parts)


def _matrix_table(pairs: pd.DataFrame, themes: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    order = {key: number for number, key in enumerate(themes["theme_id"])}
    rank = {key: number for number, key in enumerate(labels)}
    rows = pairs.assign(a=pairs["theme_id"].map(order), b=pairs["participant_id"].map(rank)).sort_values(["a", "b"])
    rows = rows.assign(toolkit=rows["toolkit"].map(YES_NO), participant_id=rows["participant_id"].map(labels))
    names = {"name_de": "Thema", "toolkit": "Werkzeugkoffer", "participant_id": "Kommune", "wording": "Eigene Worte"}
    return chart.table(rows, names | {"source_url": "Quelle"})


NONE = "keine Stufe belegt"


def stage_grid(themes: pd.DataFrame, source: str, *, theme: str | None = None) -> Chart:
    """``themes`` as from ``themes.by_stage``; those without a Kommune are named in the note. ``theme`` is bold."""
    shown = themes[themes["participants"] > 0]
    shown = shown.sort_values(["participants", "name_de"], ascending=[False, True], ignore_index=True)
    # no column for Kommunen without any documented stage if there are none
    has_none = bool(shown["none"].any())
    columns = [*STAGES, *["none"] * has_none]
    names = [f"{name} ({number(n)})" for name, n in zip(shown["name_de"], shown["participants"], strict=True)]
    marked = shown.index[shown["theme_id"] == theme].tolist()
    figure = heat_grid(
        names,
        [*STAGES.values(), *["keine Stufe<br>belegt"] * has_none],
        shown[columns].astype(int).to_numpy().tolist(),
        hints=[
            [*(f"nicht belegt: {number(n - value)}" for value in row), *[""] * has_none]
            for n, row in zip(shown["participants"], shown[list(STAGES)].to_numpy(), strict=True)
        ],
        quiet=int(has_none),
        marked=marked[0] if marked else None,
    )
    empty = themes.loc[themes["participants"] == 0, "name_de"].tolist()
    note = (
        "In Klammern: alle Kommunen mit dem Thema. In den Feldern: wie viele davon in dieser Stufe belegt sind; was "
        "fehlt, ist nicht belegt, nicht unterblieben."
    )
    if len(shown) and not has_none:
        note += " Für jede Kommune mit einem Thema ist wenigstens eine Stufe belegt."
    if empty:
        note += f" Von keiner Kommune belegt: {listing(empty)}."
    return Chart(
        figure=figure,
        title="Themen nach Stufen",
        alt=_stages_alt(shown),
        source=source,
        table=chart.table(themes, {"name_de": "Thema", "participants": "Kommunen", **STAGES, "none": NONE}),
        filename="themen_stufen",
        note=note,
    )


def _stages_alt(shown: pd.DataFrame) -> str:
    if shown.empty:
        return "Ohne Einträge: Für keine Kommune ist ein Thema belegt."
    rate = shown["zwischenbilanz"]
    first = shown.iloc[int(rate.argmax())]
    lead = f"Raster aus {count(len(shown), 'Thema', 'Themen')} und fünf Stufen."
    if not rate.max():
        return f"{lead} In keinem Thema ist eine Zwischenbilanz belegt."
    return (
        f"{lead} Die meisten Kommunen mit belegter Zwischenbilanz hat „{first['name_de']}“: "
        f"{number(int(first['zwischenbilanz']))} von {number(int(first['participants']))}."
    )


#: from this share on a difference counts as nothing unusual
USUAL = 0.1
COMPARED_GROUPS = {True: "Mit dem Thema", False: "Ohne das Thema"}


#: digits of the key of a Verband; that of a Kreis has five
VERBAND_DIGITS = 9


def theme_strip(
    figures: pd.DataFrame, difference: Difference, indicator: Indicator, theme: str, source: str, *, own: str = ""
) -> Chart:
    """Draw ``theme_figures.figures``; ``theme``: its name; ``own``: the participant_id that is marked in both rows."""
    year = int(figures["year"].iloc[0])
    members = pd.DataFrame(
        {
            "group": figures["chose"].map(COMPARED_GROUPS),
            "key": figures["participant_id"],
            "name": figures["name"]
            + [_where(name, key) for name, key in zip(figures["kreis"], figures["kreis_key"], strict=True)],
            "value": figures["value"],
            "is_place": False,
        }
    )
    me = figures[(figures["participant_id"] == own) & figures["value"].notna()]
    groups = COMPARED_GROUPS.values() if len(me) else ()
    places = [members.loc[me.index].assign(group=group, is_place=True) for group in groups]
    drawn = strip_chart(
        # the place is a dot of its own in both rows
        pd.concat([members.drop(index=me.index), *places], ignore_index=True),
        _positions(figures, me),
        indicator,
        year,
        Caption(source, "themen_demografie"),
        name=str(me["name"].iloc[0]) if len(me) else "",
    )
    return replace(
        drawn,
        title=f"„{theme}“ und {indicator.name}, {year}",
        alt=f"Zwei Streifen: {indicator.name}, {year}. {' '.join(difference_in_words(difference, indicator, theme))}",
        table=_strip_table(figures, indicator),
        note=_strip_note(figures, indicator, year, me),
    )


def _where(kreis: str, key: str) -> str:
    """„ (im Landkreis Meißen)“ behind the name of a Kommune that has the figure of its Kreis or Verband."""
    if len(key) == VERBAND_DIGITS:
        return f" ({in_verband(verband_name(key, kreis))})"
    return f" ({in_kreis(kreis, key, 'in')})" if kreis else ""


def _positions(figures: pd.DataFrame, me: pd.DataFrame) -> pd.DataFrame:
    """The frame that ``strip_chart`` wants: a row for each of the two groups."""
    rows = []
    for chose, name in COMPARED_GROUPS.items():
        part = figures[figures["chose"] == chose]
        known = part["value"].dropna().to_numpy(dtype=np.float64)
        low, median, high = np.percentile(known, [25, 50, 75]) if len(known) else (np.nan, np.nan, np.nan)
        words = count(len(known), "Kommune", "Kommunen")
        counts = {"n": len(known), "n_missing": len(part) - len(known), "words": words, "rank": pd.NA}
        quartiles = {"p25": low, "median": median, "p75": high}
        rows.append({"group": name, "group_name": name} | counts | quartiles)
    value = float(me["value"].iloc[0]) if len(me) else np.nan
    return pd.DataFrame(rows).assign(level="teilnehmende", note="", value=value)


def difference_in_words(difference: Difference, indicator: Indicator, theme: str) -> list[str]:
    """What the figures say and what they don't, in sentences."""
    with_n, without_n = difference.with_n, difference.without_n
    if not with_n or not without_n:
        missing = f"mit dem Thema „{theme}“" if not with_n else f"ohne das Thema „{theme}“"
        return [f"Für keine Kommune {missing} gibt es hier eine Zahl: Es lässt sich nichts vergleichen."]
    sentences = [
        f"Median der {count(with_n, 'Kommune', 'Kommunen')} mit dem Thema „{theme}“: "
        f"{value_text(difference.with_median, indicator)}; der {number(without_n)} ohne: "
        f"{value_text(difference.without_median, indicator)}."
    ]
    if not difference.is_enough:
        few = "mit dem Thema" if with_n < FEWEST else "ohne das Thema"
        sentences.append(
            f"Das sind zu wenige Kommunen {few}, um etwas über einen Unterschied zu sagen: Schon ein Ort "
            "mehr oder weniger kann das Ergebnis ändern."
        )
        return sentences
    # as the medians are shown, so that the difference is what a reader would subtract
    shown = rounded(difference.with_median, indicator.decimals) - rounded(difference.without_median, indicator.decimals)
    apart = rounded(abs(shown), indicator.decimals)
    if not apart:
        sentences.append("Beide Gruppen unterscheiden sich hier nicht.")
        return sentences
    unit = "Prozentpunkte" if indicator.unit == "%" else indicator.unit
    size = f"um {with_unit(apart, unit, indicator.decimals)} {'höher' if shown > 0 else 'niedriger'}"
    cases = whole(100 * difference.chance)
    share = f"in {cases} von 100 Fällen" if cases else "in weniger als 1 von 100 Fällen"
    sentences.append(
        f"Er liegt mit dem Thema {size}. Teilt man dieselben {number(with_n + without_n)} Kommunen zufällig in zwei "
        f"Gruppen dieser Größe, liegen die Mediane {share} mindestens so weit auseinander."
    )
    sentences.append(
        "Der Unterschied ist also nichts Ungewöhnliches."
        if difference.chance >= USUAL
        else "So weit liegen sie durch Zufall selten auseinander; bei vielen möglichen Paaren aus Thema und Kennzahl "
        "kommt das aber auch ohne jeden Zusammenhang vor."
    )
    return sentences


def _strip_note(figures: pd.DataFrame, indicator: Indicator, year: int, me: pd.DataFrame) -> str:
    sentences = ["Jeder graue Punkt ist eine Kommune. Strich: Median; helles Band: die mittlere Hälfte."]
    if len(me):
        member = "mit dem Thema" if bool(me["chose"].iloc[0]) else "ohne das Thema"
        sentences.append(f"{me['name'].iloc[0]} ({member}) steht zum Vergleich in beiden Zeilen.")
    of_kreis = int(figures["kreis"].ne("").sum())
    if of_kreis:
        sentences.append(
            f"Für Gemeinden ist diese Kennzahl hier nicht veröffentlicht: Bei {count(of_kreis, 'Kommune', 'Kommunen')} "
            "steht die Zahl des Kreises; wo mehrere im selben Kreis liegen, ist es dieselbe."
        )
    missing = int(figures["value"].isna().sum())
    if missing:
        sentences.append(f"Für {count(missing, 'Kommune', 'Kommunen')} gibt es für {year} keine Zahl.")
    small = figures.loc[figures["small"] & figures["value"].notna(), "name"].tolist()
    if small and not indicator.is_count:
        sentences.append(
            f"Unter {number(SMALL)} Menschen, schon wenige Fälle verschieben den Wert deutlich: {listing(small)}."
        )
    if indicator.is_count:
        sentences.append(
            "Eine absolute Zahl wächst mit der Größe des Ortes; Anteile und Raten lassen sich besser vergleichen."
        )
    if year < FIRST_YEAR:
        sentences.append("Neuere Zahlen als aus der Zeit vor dem Modellprojekt gibt es für die meisten Kommunen nicht.")
    sentences.append(
        "Ohne Stadtquartiere (nur Zahlen der ganzen Stadt sind bekannt) und ohne Kommunen, deren Themen nicht belegt "
        "sind."
    )
    return " ".join(sentences)


def _strip_table(figures: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    rows = figures.sort_values(["chose", "value"], ascending=False, kind="stable")
    answers = {column: rows[column].map(YES_NO) for column in ("chose", "small")}
    rows = rows.assign(value=all_rounded(rows["value"], indicator.decimals), **answers)
    names = {"name": "Kommune", "chose": "Thema gewählt", "value": indicator.with_unit, "year": "Jahr"}
    if rows["kreis"].ne("").any():
        names["kreis"] = "Zahl des Kreises"
    return chart.table(rows, names | {"small": "Unter 1.000 Menschen"})
