"""Datenpflege: enter, import and correct records, and see who changed what."""

from zwk_data.records import quick_entry as desk
from zwk_data.stores import access
from zwk_data.web.datenpflege.entry import quick_entry
from zwk_data.web.datenpflege.lists import bring_in
from zwk_data.web.datenpflege.table import tables, what_is_missing
from zwk_data.web.datenpflege.undo import past, saved_notice, take_along
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose_tab
from zwk_data.web.login import login

TABS = {
    "eintragen": "Eintragen",
    "fehlt": "Was fehlt uns?",
    "tabellen": "Tabellen",
    "import": "Listen einlesen",
    "verlauf": "Verlauf",
    "export": "Exportieren und sichern",
}

parts.page_header(
    "Datenpflege",
    "Termine, Maßnahmen, Mittel und gute Praxis eintragen und Listen einlesen. Jede Änderung steht mit Namen, Zeit und "
    "Grund im Verlauf und lässt sich zurücknehmen.",
)


def work() -> None:
    """The tabs that this person may use."""
    person = login.person()
    why_not = desk.why_read_only()
    if why_not:
        parts.notice(why_not, kind="warning")
    saved_notice(person)
    login.ask_name()
    tab, place = choose_tab(TABS, key="teil")
    with place:
        {
            "eintragen": quick_entry,
            "fehlt": what_is_missing,
            "tabellen": tables,
            "import": bring_in,
            "verlauf": past,
            "export": take_along,
        }[tab](person)


login.status_line()
if access.writable_tables(login.person()) == ():
    parts.notice(
        "Eintragen dürfen hier die Geschäftsstelle und, für ihre Kommunen, die Beratung. Bitte mit einem solchen "
        "Zugang anmelden.",
        kind="warning",
    )
else:
    work()
