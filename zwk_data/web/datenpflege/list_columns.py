"""Datenpflege: what somebody says of a list's columns: whose list it is, which column is which field, in which unit."""

from __future__ import annotations

import contextlib

import streamlit as st

from zwk_data.records import intake
from zwk_data.records.intake import KOMMUNE, Chosen, Intake, SheetView
from zwk_data.schema.tables import TABLES, entered
from zwk_data.schema.units import NAMES
from zwk_data.web.datenpflege.saving import field_key
from zwk_data.web.kit import parts

_UNREAD, _AS_READ = "nicht lesen", "wie erkannt"
#: sheet -> table that somebody has said, so that a sheet without a head is not read again and again
_SAID = "pflege-liste-tabellen"


def say_what_columns_are(found: Intake) -> Intake | None:
    """Draw the questions on the columns of a list; the list checked again where an answer changed, otherwise None."""
    fixed = _for_all_rows(found)
    if fixed != found.fixed:
        return intake.check_again(found, fixed=fixed)
    asked = [one for one in found.sheets if one.table and any(unit.doubt for unit in one.units.values())]
    unknown = [one for one in found.sheets if not one.table]
    tables = _tables(found, unknown) if unknown else None
    if tables is not None and tables != st.session_state.get(field_key(_SAID)):
        st.session_state[field_key(_SAID)] = tables
        return intake.check_again(found, tables=tables)
    with st.expander("Diese Spalte ist …", expanded=bool(asked), key=field_key("spalten")):
        parts.notice("Was Sie hier sagen, gilt auch für die nächste Liste mit denselben Spaltenköpfen.")
        chosen = {one.name: _columns_of(found, one) for one in found.sheets if one.table}
    changed = {name: one for name, one in chosen.items() if one != found.chosen.get(name, Chosen())}
    if not changed:
        return None
    again = intake.check_again(found, columns={**found.chosen, **changed})
    for name, one in changed.items():
        with contextlib.suppress(OSError):  # no room or no right to write: it is said again next time
            intake.remember(again, name, one)
    return again


def _for_all_rows(found: Intake) -> dict[str, str]:
    """What no column tells though each record needs it: whose list it is, how far its measures are."""
    said = {}
    for label in dict.fromkeys(label for one in found.sheets for label in one.lacks):
        proposal = ""
        if label == KOMMUNE:
            options = found.context.choices["participant"]
            proposal = next((one.whose for one in found.sheets if one.whose), "")
        else:
            table = next(one.table for one in found.sheets if label in one.lacks)
            options = list(TABLES[table].labelled(label).choices.values())
        chosen = st.selectbox(
            "Diese Liste ist von" if label == KOMMUNE else f"„{label}“ für alle Zeilen",
            options,
            index=options.index(found.fixed[label]) if found.fixed.get(label) in options else None,
            placeholder=f"bitte wählen (vielleicht {proposal})" if proposal else "bitte wählen",
            key=field_key(f"liste-alle-{label}"),
            help=f"Keine Spalte nennt „{label}“. Die Wahl gilt für alle Zeilen.",
        )
        if chosen:
            said[label] = chosen
    return said


def _tables(found: Intake, unknown: list[SheetView]) -> dict[str, str] | None:
    """What somebody says of sheets whose table was not recognised; None where nothing was said."""
    names = {TABLES[name].plural: name for name in entered()}
    said = {}
    for one in unknown:
        chosen = st.selectbox(
            f"Blatt „{one.name}“ enthält",
            list(names),
            index=None,
            placeholder="nicht erkannt",
            key=field_key(f"tabelle-{one.name}"),
        )
        if chosen:
            said[one.name] = names[chosen]
    return {**{one.name: one.table for one in found.sheets if one.table}, **said} if said else None


def _columns_of(found: Intake, sheet: SheetView) -> Chosen:
    """One choice a column of a sheet, and one for the unit of a column of amounts."""
    before = found.chosen.get(sheet.name, Chosen())
    fields = [one.label for one in TABLES[sheet.table].fields]
    money = {one.label for one in TABLES[sheet.table].fields if one.kind.in_euros}
    titles = {**{letter: title for letter, (title, _) in sheet.columns.items()}, **sheet.unread}
    labels, units = dict(before.labels), {}
    for letter, title in sorted(titles.items(), key=lambda one: (len(one[0]), one[0])):
        label = sheet.columns.get(letter, ("", ""))[1]
        options = [_UNREAD, *fields]
        with st.container(horizontal=True, vertical_alignment="bottom"):
            said = st.selectbox(
                f"Spalte {letter}: {title or 'ohne Überschrift'}",
                options,
                index=options.index(label) if label in fields else 0,
                # a column that lost its field to another one starts anew
                key=field_key(f"spalte-{found.file}-{sheet.name}-{letter}-{label}"),
            )
            if said != (label or _UNREAD):
                labels[letter] = "" if said == _UNREAD else said
            if said in money:
                unit = _unit(found, sheet, letter, before.units.get(letter))
                if unit is not None:
                    units[letter] = unit
    return Chosen(labels, units)


def _unit(found: Intake, sheet: SheetView, letter: str, before: float | None) -> float | None:
    """What the amounts of a column are counted in, if somebody says so."""
    known = sheet.units.get(letter)
    factors = {name: factor for factor, name in NAMES.items()}
    said = st.selectbox(
        f"Beträge in Spalte {letter} stehen in",
        [_AS_READ, *factors],
        index=0 if before is None else list(factors.values()).index(before) + 1,
        key=field_key(f"einheit-{found.file}-{sheet.name}-{letter}"),
        help=known.doubt if known else None,
    )
    return None if said == _AS_READ else factors[said]
