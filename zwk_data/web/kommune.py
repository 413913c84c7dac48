"""The page of one Kommune.

How it is: headline figures, the curve of its people with the process beneath, its profile. What it does: stages, next
dates, themes with their figures, measures, good practice, contacts.
"""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from zwk_data import german, settings
from zwk_data.demography import comparison, figures, indicators, portrait, portrait_text
from zwk_data.demography.portrait import Subject
from zwk_data.demography.source_lines import of_headline, source_line
from zwk_data.dossier import content
from zwk_data.profile import places
from zwk_data.programme import kommune, participants, schedule
from zwk_data.programme import stages as stage_questions
from zwk_data.programme.attention import Thresholds
from zwk_data.programme.stages import is_documented
from zwk_data.records import quick_entry
from zwk_data.schema.words import ENTERED, MEASURE_STATUS, SOURCES, STAGES
from zwk_data.settings import today
from zwk_data.stores import access
from zwk_data.stores.access import Person
from zwk_data.views import one_kommune
from zwk_data.views.profile import DRAFT, sheet
from zwk_data.web.kit import parts
from zwk_data.web.kit.components import component, with_quelle
from zwk_data.web.kit.markup import Link, page_link, render, source_link
from zwk_data.web.kit.parts import show_block
from zwk_data.web.login import login
from zwk_data.web.shell import site

#: the curve begins here: the census base of most figures
SINCE = 2011
#: sentences of the portrait at the top, and points of the profile
SENTENCES, POINTS = 3, 3
#: pages that show one Kommune, in the order of the menu
_ELSEWHERE = ("demografie", "kommunalprofil", "stufen", "themen", "zwischenbilanz", "sitzung", "datenpflege")


def ways(participant_id: str) -> None:
    """Links to every page with more on this Kommune that the person may open."""
    role = login.role()
    pages = {page.path: page for page in site.MENU if login.admits(page.roles, role)}
    links: list[str | Link] = ["Mehr: "]
    for path in _ELSEWHERE:
        if path in pages:
            links += [Link(pages[path].title, page_link(path, kommune=participant_id)), " · "]
    parts.linked_text(links[:-1])


def headline(me: Subject) -> None:
    """Words and headline figures."""
    numbers = figures.headline(me.id)
    parts.prose(portrait_text.portrait_text(me.id)[:SENTENCES])
    parts.figures(list(numbers[["label", "value", "help"]].itertuples(index=False, name=None)))
    parts.source_line(source_line(of_headline(me.id, numbers), computed=True))


def curve(me: Subject) -> None:
    """People over the years, with the process beneath unless it is switched off."""
    population = indicators.indicators()["population"]
    as_index = not me.small
    around = tuple(portrait.preselected(list(me.around))) if as_index else ()
    trend = partial(one_kommune.trend, me, population, around, median=as_index, as_index=as_index, since=SINCE)
    found, _ = trend()
    if found is None:
        parts.notice("Für diese Kommune liegt hier keine Bevölkerung über mehrere Jahre vor.")
        return
    if st.toggle("Prozess unter der Kurve zeigen", True, key="prozess", bind="query-params"):
        found, _ = trend(with_process=True)
    assert found is not None
    parts.show(found.chart, key="kurve", level=2)


#: headline figures in the picture
FIGURES = 4


def glance(me: Subject) -> None:
    """The Kommune at a glance, as a picture and as text, to be sent from a phone; made when it is opened."""
    # no name in a label: Streamlit reads labels as Markdown, and would fetch a picture that a name holds
    with parts.on_demand("Auf einen Blick teilen", key="blick") as wanted:
        if wanted:
            component("glance")(key="blick-bild", data=_at_a_glance(me), height="content")


def _at_a_glance(me: Subject) -> dict[str, object]:
    numbers = figures.headline(me.id)
    shown = numbers[numbers["value"] != german.NOT_DOCUMENTED].head(FIGURES)
    # what took place: plans are not for everybody
    cells = stage_questions.matrix().query("participant_id == @me.id")
    held = zip(cells["stage"].map(STAGES), cells["text"], is_documented(cells).tolist(), strict=True)
    source = source_line(of_headline(me.id, numbers), computed=True)
    about = f"Stufen: {SOURCES[settings.dataset()].rstrip('.')}. Stand {german.day(today())}"
    return {
        "title": f"{me.name} auf einen Blick",
        "demo": "Demodaten – frei erfunden" if settings.dataset() == "demo" else "",
        "sentences": portrait_text.portrait_text(me.id)[:SENTENCES],
        "figures": shown[["label", "value", "help"]].to_numpy().tolist(),
        "curve": _own_line(me),
        "stages": list(held),
        "source": f"{with_quelle(source)}. {about}, ZWK-Monitor.",
        "filename": f"{me.id}_auf_einen_blick",
    }


def _own_line(me: Subject) -> dict[str, object] | None:
    """Its people over the years, with their first and last number; None where there is no curve."""
    indicator = indicators.indicators()["population"]
    found, has_own = one_kommune.trend(me, indicator, (), median=False, since=SINCE)
    if found is None or not has_own:
        return None
    values = found.drawing.series[0].values
    known = [value for value in values if value is not None]
    return {
        "title": indicator.with_unit,
        "years": list(found.drawing.categories),
        "values": list(values),
        "first": german.number(known[0], indicator.decimals),
        "last": german.number(known[-1], indicator.decimals),
    }


def profile_in_short(participant_id: str) -> None:
    """What stands out, and the first strengths and weaknesses."""
    place = places.place_of_participant(participant_id)
    made = sheet(place, quick_entry.profile_texts(participant_id))
    parts.section("Kommunalprofil in Kürze")
    if made.out:
        parts.points(made.out[:POINTS])
    left, right = st.columns(2, gap="large")
    for column, title, told in zip((left, right), ("Stärken", "Schwächen"), (made.good, made.bad), strict=True):
        with column:
            parts.subsection(title)
            parts.points(told[:POINTS])
    if not all(made.is_own):
        parts.linked_text([DRAFT])
    parts.source_line(made.source)
    parts.linked_text([Link("Das ganze Profil", page_link("kommunalprofil", kommune=participant_id))])


#: signs that are explained beyond their words
_EXPLAINED = ("late", "overdue", "unrecorded")
#: figures named for a theme
MOST_FIGURES = 3


def stages(person: Person, limits: Thresholds, participant_id: str) -> None:
    """The five stages with their signs, and the form for each."""
    cells = schedule.board_cells(today(), limits.on_time)
    mine = cells[cells["participant_id"] == participant_id]
    writes = access.may_write(person, "stage_event", participant_id)
    rows = [
        {
            **row,
            "name": STAGES[row["stage"]],
            "words": schedule.SIGNS[row["sign"]],
            "note": row["more"].removeprefix("überfällig, ") if row["sign"] in _EXPLAINED else "",
            "entry": _entry(participant_id, row["stage"]) if writes and row["sign"] not in ("dated", "late") else "",
        }
        for row in mine.to_dict("records")
    ]
    parts.section("Stufen")
    st.html(render("lage/stufen", rows=rows))


def _entry(participant_id: str, stage: str) -> Link:
    return Link("Jetzt eintragen", page_link("datenpflege", kommune=participant_id, stufe=stage), STAGES[stage])


def next_dates(person: Person, participant_id: str) -> None:
    """Upcoming dates and open questions."""
    found = kommune.next_dates(participant_id, today())
    parts.section("Nächste Termine")
    if found.empty:
        plan = Link("Termin planen", page_link("datenpflege", kommune=participant_id, eingabe="plan"))
        writes = access.may_write(person, "stage_plan", participant_id)
        parts.linked_text(["Kein Termin ist eingetragen. ", *([plan] if writes else [])])
        return
    rows: list[tuple[str, str | Link, str]] = []
    for row in found.to_dict("records"):
        late = "überfällig" if row["late"] else ""
        if row["stage"] and access.may_write(person, "stage_event", participant_id):
            form = page_link("datenpflege", kommune=participant_id, stufe=row["stage"])
            rows.append((row["when"], Link(row["what"], form, "Jetzt eintragen"), late))
        else:
            rows.append((row["when"], "", f"{row['what']} {late}".strip()))
    st.html(render("lage/neues", rows=rows, label="Nächste Termine"))


def contacts(participant_id: str) -> None:
    """Who advises it, which bodies are responsible, and a source on the web."""
    parts.section("Kontakt")
    row = participants.participant(participant_id)
    pieces: list[str | Link] = ["Beratung: "]
    known = kommune.advisers(participant_id)
    for one in known.to_dict("records"):
        website, contact = one["website"], one["contact"]
        pieces.append(Link(one["name"], website) if isinstance(website, str) else str(one["name"]))
        pieces.append(f" ({contact}); " if isinstance(contact, str) else "; ")
    parts.linked_text([*pieces[:-1], str(pieces[-1]).rstrip("; ")] if len(known) else [*pieces, german.NOT_DOCUMENTED])
    bodies = kommune.bodies(participant_id)
    if bodies:
        parts.linked_text([f"Zuständige Stellen: {german.listing(bodies[:5])}."])
    if isinstance(row["source_url"], str):
        parts.linked_text(["Quelle im Netz: ", source_link(row["source_url"])])


def themes(participant_id: str) -> None:
    """Its themes in its own words, each with its figures."""
    found = kommune.chosen_themes(participant_id)
    parts.section("Themen und ihre Zahlen")
    if found.empty:
        parts.notice("Nicht belegt: Für diese Kommune nennt keine Quelle ein Thema.")
        return
    used: list[pd.DataFrame] = []
    told = [_figures_of(participant_id, keys, used) for keys in found["figures"]]
    links = [
        Link(name, page_link("themen", thema=key, kommune=participant_id))
        for name, key in zip(found["name_de"], found["theme_id"], strict=True)
    ]
    columns = {"Thema": links, "In eigenen Worten": found["wording"].tolist(), "Was Zahlen dazu sagen": told}
    parts.linked_table(columns, german.count(len(found), "Thema", "Themen"))
    if used:
        parts.source_line(source_line(pd.concat(used)))


def _figures_of(participant_id: str, keys: tuple[str, ...], used: list[pd.DataFrame]) -> str:
    """The newest figures of the Kommune, or of the area around it that has one; their rows go into ``used``."""
    catalog = indicators.indicators()
    told: list[str] = []
    for key in keys:
        rows = comparison.newest(participant_id, key).head(1)
        if rows.empty or key not in catalog or len(told) == MOST_FIGURES:
            continue
        row, one = rows.iloc[0], catalog[key]
        value = german.with_unit(row["value"], one.unit, one.decimals)
        where = "" if row["role"] == "participant" else f"{row['name']}, "
        told.append(f"{one.name}: {value} ({where}{row['year']})")
        used.append(rows)
    return "; ".join(told) or "Zu diesem Thema liegt keine amtliche Zahl vor."


def measures(participant_id: str) -> None:
    """All measures with status and period."""
    found = kommune.measures(participant_id)
    parts.section("Maßnahmen")
    if found.empty:
        parts.notice("Nicht belegt: Einzelne Maßnahmen sind hier nicht eingetragen.")
        return
    columns = {
        "Maßnahme": found["title"].tolist(),
        "Stand": found["status"].map(MEASURE_STATUS).tolist(),
        "Zeitraum": [_period(*row) for row in found[["starts", "ends"]].itertuples(index=False, name=None)],
        "Handlungsfeld oder Thema": found["field"].fillna(found["theme"]).tolist(),
        "Zuständig": found["responsible"].tolist(),
        "Quelle": [source_link(url) for url in found["source_url"]],
    }
    shown = {
        name: cells
        for name, cells in columns.items()
        if any(not isinstance(cell, float) and cell not in (None, german.MISSING) for cell in cells)
    }
    counts = found["status"].value_counts()
    by_status = ", ".join(f"{word} {counts[code]}" for code, word in MEASURE_STATUS.items() if code in counts)
    parts.linked_table(shown, f"{german.count(len(found), 'Maßnahme', 'Maßnahmen')}: {by_status}")
    parts.source_line(ENTERED[settings.dataset()])


def _period(starts: pd.Timestamp, ends: pd.Timestamp) -> str:
    texts = [german.day(one) if pd.notna(one) else "" for one in (starts, ends)]
    return "–".join(texts).strip("–") or german.NOT_DOCUMENTED


def review(participant_id: str) -> None:
    """The last Zwischenbilanz; nothing if none is on record or may be seen."""
    made = content.section(participant_id, "bilanz")
    if len(made.blocks) > 1:
        parts.section(made.title)
        for number, block in enumerate(made.blocks):
            show_block(block, f"kommune-bilanz-{number}")


def practices(participant_id: str) -> None:
    """Its good practice."""
    found = kommune.practices(participant_id)
    if found.empty:
        return
    parts.section("Gute Praxis")
    columns = {
        "Was": [
            Link(title, url) if isinstance(url, str) else title
            for title, url in zip(found["title"], found["link"], strict=True)
        ],
        "Thema": found["theme"].tolist(),
        "Ergebnis": found["result"].tolist(),
        "Ansprechstelle": found["contact_body"].tolist(),
    }
    parts.linked_table(columns, german.count(len(found), "Beispiel", "Beispiele"))
    parts.source_line(ENTERED[settings.dataset()])
