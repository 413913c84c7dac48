"""One indicator and how it is read; from the table ``indicator``, so that every caption says the same."""

from __future__ import annotations

from dataclasses import dataclass

from zwk_data.warehouse.connection import read

#: indicators whose map has a middle: no change, no balance
CENTRES = {
    "population_index": 100.0,
    "natural_balance": 0.0,
    "natural_balance_rate": 0.0,
    "net_migration": 0.0,
    "net_migration_rate": 0.0,
}
#: numbers of people or events: compared by index, never side by side with a Land
COUNTS = frozenset({
    "population", "births", "deaths", "natural_balance", "moves_in", "moves_out", "net_migration",
    "population_foreign", "census_population", "area_km2",
})  # fmt: skip
#: counts that may fall below zero have no index
SIGNED = frozenset({"natural_balance", "net_migration"})


@dataclass(frozen=True)
class Indicator:
    """Metadata of one indicator: German ``name``, ``unit`` (may be empty), ``decimals``, ``definition``, how to read it
    (``direction``) and where it comes from (``source_note``)."""

    id: str
    name: str
    unit: str
    decimals: int
    definition: str
    direction: str
    source_note: str

    @property
    def centre(self) -> float | None:
        """The value that means „no change“, or None for a plain level."""
        return CENTRES.get(self.id)

    @property
    def is_count(self) -> bool:
        """A number of people or events, so that places of different size need an index to be compared."""
        return self.id in COUNTS

    @property
    def has_index(self) -> bool:
        """A count that cannot fall below zero, so that it can be shown in per cent of a base year."""
        return self.is_count and self.id not in SIGNED

    @property
    def with_unit(self) -> str:
        """Name and unit for a column or an axis: ``Anteil 65 Jahre und älter (%)``."""
        return f"{self.name} ({self.unit})" if self.unit else self.name


def indicators() -> dict[str, Indicator]:
    """All indicators by id, in the order of the catalogue."""
    frame = read(
        "SELECT indicator_id, name_de, unit, decimals, definition_de, direction, source_note_de FROM indicator"
    )
    return {row[0]: Indicator(*row) for row in frame.itertuples(index=False, name=None)}
