"""Where the count of the Zensus 2022 departs from the Fortschreibung on the base of the Zensus 2011."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from zwk_data.demography.areas import SMALL
from zwk_data.demography.figures import CENSUS_BASE, totals
from zwk_data.german import number, whole, with_unit
from zwk_data.schema.dates import in_years
from zwk_data.stores.memo import remembered

CENSUS_DAY = dt.date(2022, 5, 15)
#: the same in years of which 2022 is the 31st of December 2022
CENSUS_TIME = in_years(CENSUS_DAY)
#: the ends of a year around that day, the nearer one first
NEAREST = (2021, 2022)
#: a difference of this many per cent is noticeable; one Gemeinde in four has one
NOTICEABLE = 3


@dataclass(frozen=True)
class Recount:
    """People ``counted`` on 15.05.2022 and ``carried`` forward to 31.12. of ``year`` from the Zensus 2011.

    ``base``: people at the end of 2011, from which an index is counted. ``source_id``: of the count.
    """

    counted: int
    carried: int
    year: int
    base: int
    source_id: str

    @property
    def difference(self) -> int:
        """What the recount added, or took away (negative), in persons."""
        return self.counted - self.carried

    @property
    def share(self) -> float:
        """The same in per cent of the people carried forward."""
        return 100 * self.difference / self.carried

    @property
    def short(self) -> str:
        """„−3.249 (−5,2 %)“; of small places „−5“."""
        persons = number(self.difference, sign=True)
        return persons if self.carried < SMALL else f"{persons} ({with_unit(self.share, '%', 1, sign=True)})"

    @property
    def words(self) -> str:
        """What the count says, what it is compared with, and when it is shown."""
        size = abs(self.difference)
        share = "" if self.carried < SMALL else f" ({with_unit(abs(self.share), 'Prozent', 1)})"
        return (
            f"Der Zensus zählte am 15. Mai 2022 {number(self.counted)} Menschen, {number(size)}{share} "
            f"{'weniger' if self.difference < 0 else 'mehr'}, als zum nächsten Jahresende, dem 31.12.{self.year}, "
            f"fortgeschrieben waren ({number(self.carried)}). Beides steht hier nebeneinander, wo es seit "
            f"{CENSUS_BASE[0]} in verschiedene Richtungen führt oder mindestens {NOTICEABLE} Prozent auseinanderliegt."
        )


@remembered
def recount(participant_id: str) -> Recount | None:
    """The count of a participant, where it disagrees with the Fortschreibung, see :func:`disagreement`."""
    total = totals(participant_id)
    rows = total[total["indicator_id"] == "population"]
    people = dict(zip(rows["year"].map(int), rows["value"], strict=True))
    count = total[total["indicator_id"] == "census_population"]
    if count.empty:
        return None
    return disagreement(people, float(count["value"].iloc[0]), str(count["source_id"].iloc[0]))


def disagreement(people: dict[int, float], counted: float, source_id: str = "") -> Recount | None:
    """The two beside each other, or None where they agree or a figure is missing.

    They disagree where they are :func:`opposed`, or where the count is ``NOTICEABLE`` per cent or more away from the
    nearest end of a year. ``people``: by year.
    """
    first = CENSUS_BASE[0]
    year = next((one for one in NEAREST if one in people), None)
    if year is None or first not in people or not people[year]:
        return None
    found = Recount(whole(counted), whole(people[year]), year, whole(people[first]), source_id)
    return found if opposed(people, counted) or abs(found.share) >= NOTICEABLE else None


def opposed(people: Mapping[int, float], counted: float) -> bool:
    """Whether the Fortschreibung and the count point in opposite directions since the end of 2011.

    The Fortschreibung until its last year on the base of the Zensus 2011; ``people``: by year, that of 2011 among them.
    """
    first, last = CENSUS_BASE
    carried, count = (
        whole(one) - whole(people[first]) for one in (people[max(year for year in people if year <= last)], counted)
    )
    return carried * count < 0
