"""Every table of the programme store, declared once, and what follows from the declarations.

What people enter is declared by subject in ``kommune_tables``, ``network_tables`` and ``review_tables``; what the
product itself records is declared here. The store, its checks, forms, lists, history, rights and export are derived
from these declarations; migrations and docs/data.md are checked against them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zwk_data.schema.dates import MOMENT
from zwk_data.schema.kinds import CODE, LONG_TEXT, STAMPS, TEXT
from zwk_data.schema.kommune_tables import KOMMUNE_TABLES
from zwk_data.schema.network_tables import NETWORK_TABLES
from zwk_data.schema.numbers import SERIAL
from zwk_data.schema.review_tables import REVIEW_TABLES
from zwk_data.schema.structure import Field, Table
from zwk_data.schema.words import CHANGE_KINDS

STAMP_COLUMNS = tuple(one.column for one in STAMPS)

_PRODUCT_TABLES = (
    Table(
        name="change_set",
        singular="Änderung",
        plural="Änderungen",
        kept_by="product",
        key="set_id",
        key_type="BIGINT",
        fields=(
            Field("at", "Wann", MOMENT, required=True),
            Field("actor", "Wer", TEXT, required=True),
            Field("role", "Rolle", TEXT, required=True),
            Field("kind", "Art", CODE, required=True, choices=CHANGE_KINDS),
            Field("reason", "Grund", LONG_TEXT),
            Field("file", "Datei", TEXT),
            Field("undoes", "Nimmt zurück", SERIAL),
        ),
    ),
    Table(
        name="change_log",
        singular="Eintrag im Verlauf",
        plural="Verlauf",
        kept_by="product",
        key="change_id",
        key_type="BIGINT",
        fields=(
            Field("at", "Wann", MOMENT, required=True),
            Field("actor", "Wer", TEXT, required=True),
            Field("entity", "Tabelle", TEXT, required=True),
            Field("entity_id", "Kennung", TEXT, required=True),
            Field("field", "Feld", TEXT),
            Field("old", "Alt", LONG_TEXT),
            Field("new", "Neu", LONG_TEXT),
            Field("reason", "Grund", LONG_TEXT),
            Field("set_id", "Änderung", SERIAL),
        ),
    ),
    Table(
        name="programme_seed",
        singular="Grundbestand",
        plural="Grundbestand",
        kept_by="product",
        fields=(
            Field("fingerprint", "Prüfsumme", TEXT, required=True),
            Field("built_at", "Angelegt", MOMENT, required=True),
        ),
    ),
    Table(
        name="migration",
        singular="Stand des Datenspeichers",
        plural="Stände des Datenspeichers",
        kept_by="product",
        key="number",
        key_type="INTEGER",
        fields=(Field("name", "Name", TEXT), Field("applied_at", "Wann", MOMENT)),
    ),
)

#: name -> table, in the order in which people meet them
TABLES: dict[str, Table] = {
    one.name: one for one in (*KOMMUNE_TABLES, *NETWORK_TABLES, *REVIEW_TABLES, *_PRODUCT_TABLES)
}

#: answers from these tables are the same for everybody, so they are remembered once for all
SAME_FOR_ALL = frozenset(name for name, table in TABLES.items() if table.same_for_all)


def entered() -> dict[str, Table]:
    """The tables that people fill in by form or list."""
    return {name: table for name, table in TABLES.items() if table.kept_by == "people"}


def parents_first() -> tuple[str, ...]:
    """The names of the tables filled by people or files, each after the tables it refers to."""
    return tuple(dict.fromkeys(name for table in TABLES for name in _with_parents(table)))


def _with_parents(name: str) -> Iterator[str]:
    table = TABLES[name]
    for one in table.references:
        yield from _with_parents(one.parent)
    if table.kept_by != "product":
        yield name


def referred_to(tables: Iterable[Table] | None = None) -> tuple[str, ...]:
    """The names of the tables that others (or those of ``tables``) refer to."""
    asked = TABLES.values() if tables is None else tables
    return tuple(dict.fromkeys(one.parent for table in asked for one in table.references))
