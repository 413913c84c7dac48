"""Monitoring: who is on schedule, who needs attention, what was done, where the money goes."""

from zwk_data.views.monitoring import allowed
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose_tab
from zwk_data.web.monitoring.overview import choose_view, overview
from zwk_data.web.monitoring.tabs import course, dates, report, spending, work

TABS = {
    "ueberblick": "Überblick",
    "termine": "Termine",
    "verlauf": "Verlauf",
    "mittel": "Mittel",
    "massnahmen": "Maßnahmen",
    "bericht": "Bericht",
}

parts.page_header(
    "Monitoring",
    "Geplant und erreicht, überfällig und lange ohne Rückmeldung, Mittel und Maßnahmen: der Stand für Ministerium und "
    "Geschäftsstelle. Was nicht belegt ist, steht als „nicht belegt“ da und gilt nie als verspätet.",
)


def watch() -> None:
    """The filters and the open tab."""
    view = choose_view()
    tab, place = choose_tab(TABS, key="teil")
    with place:
        if not view.total:
            parts.notice("Zu dieser Auswahl gibt es keine Kommune. Bitte einen der Filter leeren.")
            return
        {
            "ueberblick": overview,
            "termine": dates,
            "verlauf": course,
            "mittel": spending,
            "massnahmen": work,
            "bericht": report,
        }[tab](view)


if allowed():
    watch()
else:
    parts.notice(
        "Diese Seite ist für das Ministerium und die Geschäftsstelle da: Sie zeigt Planungen und Mittel aller "
        "Kommunen. Bitte mit einem solchen Zugang anmelden.",
        kind="warning",
    )
