"""A figure among the Kommunen with a theme and among those without, and what can be said of the difference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from zwk_data.charts.chart import Chart
from zwk_data.charts.strip import strip_chart
from zwk_data.charts.strip_words import said
from zwk_data.demography.indicators import Indicator
from zwk_data.german import count, listing, number, with_unit
from zwk_data.programme.theme_figures import FEWEST, SMALL, Difference
from zwk_data.programme.words import FIRST_YEAR

#: from this share on a difference is called nothing unusual
USUAL = 0.1
COMPARED_GROUPS = {True: "Mit dem Thema", False: "Ohne das Thema"}


def theme_strip(
    figures: pd.DataFrame, difference: Difference, indicator: Indicator, theme: str, source: str, *, own: str = ""
) -> Chart:
    """Draw ``theme_figures.figures``; ``theme``: its name; ``own``: the participant_id that is marked in both rows."""
    year = int(figures["year"].iloc[0])
    members = pd.DataFrame(
        {
            "group": figures["chose"].map(COMPARED_GROUPS),
            "key": figures["participant_id"],
            "name": figures["name"],
            "value": figures["value"],
            "is_place": False,
        }
    )
    me = figures[(figures["participant_id"] == own) & figures["value"].notna()]
    places = [
        members.loc[me.index].assign(group=group, is_place=True) for group in COMPARED_GROUPS.values() if len(me)
    ]  # fmt: skip
    drawn = strip_chart(
        # the place is a dot of its own in both rows
        pd.concat([members.drop(index=me.index), *places], ignore_index=True),
        _positions(figures, me),
        indicator,
        year,
        name=str(me["name"].iloc[0]) if len(me) else "",
        source=source,
        filename="themen_demografie",
    )
    return replace(
        drawn,
        title=f"„{theme}“ und {indicator.name}, {year}",
        alt=f"Zwei Streifen: {indicator.name}, {year}. {' '.join(words(difference, indicator, theme))}",
        table=_strip_table(figures, indicator),
        note=_strip_note(figures, indicator, year, me),
    )


def _positions(figures: pd.DataFrame, me: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for chose, name in COMPARED_GROUPS.items():
        part = figures[figures["chose"] == chose]
        known = part["value"].dropna().to_numpy(dtype=np.float64)
        low, median, high = np.percentile(known, [25, 50, 75]) if len(known) else (np.nan, np.nan, np.nan)
        rows.append((
            name, name, "teilnehmende", "", float(me["value"].iloc[0]) if len(me) else np.nan, len(known),
            len(part) - len(known), pd.NA, np.nan, median, low, high, False, count(len(known), "Kommune", "Kommunen"),
        ))  # fmt: skip
    columns = "group group_name level note value n n_missing rank share_below median p25 p75 is_member words"
    return pd.DataFrame(rows, columns=columns.split())


def words(difference: Difference, indicator: Indicator, theme: str) -> list[str]:
    """What the figures say and what they don't, in sentences."""
    with_n, without_n = difference.with_n, difference.without_n
    if not with_n or not without_n:
        missing = f"mit dem Thema „{theme}“" if not with_n else f"ohne das Thema „{theme}“"
        return [f"Für keine Kommune {missing} gibt es hier eine Zahl: Es lässt sich nichts vergleichen."]
    told = [
        f"Median der {count(with_n, 'Kommune', 'Kommunen')} mit dem Thema „{theme}“: "
        f"{said(difference.with_median, indicator)}; der {number(without_n)} ohne: "
        f"{said(difference.without_median, indicator)}."
    ]
    if not difference.is_enough:
        few = "mit dem Thema" if with_n < FEWEST else "ohne das Thema"
        told.append(
            f"Das sind zu wenige Kommunen {few}, um etwas über einen Unterschied zu sagen: Schon ein Ort "
            "mehr oder weniger kann das Bild drehen."
        )
        return told
    # as the medians are shown, or the reader reckons otherwise
    shown = round(difference.with_median, indicator.decimals) - round(difference.without_median, indicator.decimals)
    apart = round(abs(shown), indicator.decimals)
    if not apart:
        told.append("Beide Gruppen unterscheiden sich hier nicht.")
        return told
    unit = "Prozentpunkte" if indicator.unit == "%" else indicator.unit
    size = f"um {with_unit(apart, unit, indicator.decimals)} {'höher' if shown > 0 else 'niedriger'}"
    share = _of_hundred(difference.chance)
    told.append(
        f"Er liegt mit dem Thema {size}. Teilt man dieselben {number(with_n + without_n)} Kommunen zufällig in zwei "
        f"Gruppen dieser Größe, liegen die Mediane {share} mindestens so weit auseinander."
    )
    told.append(
        "Der Unterschied ist also nichts Ungewöhnliches."
        if difference.chance >= USUAL
        else "So weit liegen sie durch Zufall selten auseinander; bei vielen möglichen Paaren aus Thema und Kennzahl "
        "kommt das aber auch ohne jeden Zusammenhang vor."
    )
    return told


def _of_hundred(share: float) -> str:
    """„in 51 von 100 Fällen“, „in weniger als 1 von 100 Fällen“."""
    cases = round(100 * share)
    return f"in {cases} von 100 Fällen" if cases else "in weniger als 1 von 100 Fällen"


def _strip_note(figures: pd.DataFrame, indicator: Indicator, year: int, me: pd.DataFrame) -> str:
    told = ["Jeder graue Punkt ist eine Kommune. Strich: Median; helles Band: die mittlere Hälfte."]
    if len(me):
        member = "mit dem Thema" if bool(me["chose"].iloc[0]) else "ohne das Thema"
        told.append(f"{me['name'].iloc[0]} ({member}) steht zum Vergleich in beiden Zeilen.")
    missing = int(figures["value"].isna().sum())
    if missing:
        told.append(f"Für {count(missing, 'Kommune', 'Kommunen')} gibt es für {year} keine Zahl.")
    small = figures.loc[figures["small"] & figures["value"].notna(), "name"].tolist()
    if small and not indicator.is_count:
        told.append(
            f"Unter {number(SMALL)} Menschen, schon wenige Fälle verschieben den Wert deutlich: {listing(small)}."
        )
    if indicator.is_count:
        told.append(
            "Eine absolute Zahl wächst mit der Größe des Ortes; Anteile und Raten lassen sich besser vergleichen."
        )
    if year < FIRST_YEAR:
        told.append("Neuere Zahlen als aus der Zeit vor dem Modellprojekt gibt es für die meisten Kommunen nicht.")
    told.append(
        "Ohne Stadtquartiere (nur Zahlen der ganzen Stadt sind bekannt) und ohne Kommunen, deren Themen nicht belegt "
        "sind."
    )
    return " ".join(told)


def _strip_table(figures: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    rows = figures.sort_values(["chose", "value"], ascending=False, kind="stable")
    return pd.DataFrame(
        {
            "Kommune": rows["name"],
            "Thema gewählt": rows["chose"].map({True: "ja", False: "nein"}),
            indicator.with_unit: rows["value"].astype(float).round(indicator.decimals),
            "Jahr": rows["year"],
            "Unter 1.000 Menschen": rows["small"].map({True: "ja", False: "nein"}),
        }
    ).reset_index(drop=True)
