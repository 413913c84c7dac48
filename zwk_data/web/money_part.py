"""Monitoring, Mittel and Maßnahmen."""

from __future__ import annotations

import pandas as pd

from zwk_data import german
from zwk_data.programme import money, workload
from zwk_data.web import parts
from zwk_data.web.choice import choose
from zwk_data.web.monitoring_charts import measure_chart, payer_chart, year_chart
from zwk_data.web.monitoring_view import View, funding_of, measures_of, themes_of

NO_MONEY = (
    "Nicht belegt: Bewilligte, abgerufene und ausgegebene Mittel sind hier noch nicht eingetragen. Die Geschäftsstelle "
    "trägt sie unter Datenpflege ein oder liest ihre Liste ein."
)
NO_MEASURES = (
    "Nicht belegt: Aus keinem Werkstattplan dieser Auswahl sind einzelne Maßnahmen eingetragen. Die Geschäftsstelle "
    "und die Beratung tragen sie unter Datenpflege ein."
)


def spending(view: View) -> None:
    """Mittel."""
    frame = funding_of(view)
    if frame.empty:
        parts.notice(NO_MONEY)
        return
    parts.show(parts.cached(year_chart)(view), key="jahre", level=2)
    year = choose(
        "Jahr",
        {str(one): str(one) for one in sorted(set(frame["year"]), reverse=True)},
        key="jahr",
        placeholder="Alle Jahre",
    )
    parts.show(parts.cached(payer_chart)(view, int(year) if year else None), key="zahler", level=2)
    parts.section(
        "Auffälliges",
        f"Weniger als {german.with_unit(view.limits.low_share * 100, '%')} der Bewilligung abgerufen, mehr ausgegeben "
        f"als abgerufen, oder mehr bewilligt als {german.with_unit(view.limits.most_eur, 'Euro')} im Jahr.",
    )
    outlier_table(money.outliers(frame if year is None else frame[frame["year"] == int(year)], view.limits))
    parts.source_line(view.source)
    silent = view.total - frame["participant_id"].nunique()
    if silent:
        parts.notice(f"Nicht belegt: Für {german.count(silent, 'Kommune', 'Kommunen')} sind keine Mittel eingetragen.")


def outlier_table(found: pd.DataFrame) -> None:
    """Rows of ``money.outliers``."""
    if found.empty:
        parts.notice("Nichts Auffälliges.")
        return
    table = found[["name", "year", "text", "note"]].set_axis(["Kommune", "Jahr", "Auffällig", "Bemerkung"], axis=1)
    table["Bemerkung"] = table["Bemerkung"].replace("", None)
    parts.html_table(table, german.count(len(found), "Eintrag", "Einträge"))


def status_table(view: View) -> None:
    """Measures and budgets by status."""
    made = workload.by_status(measures_of(view))
    table = made[["status_de", "number", "budget_eur", "unbudgeted"]].set_axis(
        ["Stand", "Maßnahmen", "Budget (Euro)", "ohne Budget"], axis=1
    )
    parts.html_table(table, "Maßnahmen und eingetragenes Budget nach Stand", formats={"Budget (Euro)": 0})


def work(view: View) -> None:
    """Maßnahmen."""
    if measures_of(view).empty:
        parts.notice(NO_MEASURES)
        return
    parts.section("Nach Stand")
    status_table(view)
    parts.source_line(view.source)
    parts.show(parts.cached(measure_chart)(view), key="massnahmen", level=2)
    themes = themes_of(view)
    table = themes[["name_de", "participants", "number", "done", "budget_eur", "unbudgeted"]].set_axis(
        ["Thema", "Kommunen", "Maßnahmen", "abgeschlossen", "Budget (Euro)", "ohne Budget"], axis=1
    )
    parts.section(
        "Budget nach Thema", "Summe der eingetragenen Budgets. „Ohne Budget“: Zahl der Maßnahmen ohne Betrag."
    )
    parts.html_table(table, "Maßnahmen und Budget nach Thema", formats={"Budget (Euro)": 0}, max_height=560)
    parts.source_line(view.source)
