"""A participant's demography in two to five sentences: level, change, position, breaks, what is unknown.

They are made from ``PortraitFacts`` alone, and neither judge nor name causes.
"""

from __future__ import annotations

from zwk_data.demography.areas import Declined, capital, declined, in_land
from zwk_data.demography.figures import CENSUS_BASE, MEAN_AGE_ELSEWHERE, is_old, mark
from zwk_data.demography.history import origins
from zwk_data.demography.portrait import EARLY, Around, PortraitFacts, Standing, facts
from zwk_data.demography.series import opposed
from zwk_data.german import count, listing, number, rounded, whole, with_unit
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

WORDS = {"births": ("Geburt", "Geburten"), "deaths": ("Sterbefall", "Sterbefälle")}


@remembered(entries=128)
def portrait_text(participant_id: str) -> list[str]:
    """Two to five German sentences on a participant; for quarters they speak of the whole city.

    Raises KeyError if there is no such participant.
    """
    who = declined(participant_id)
    row = read("SELECT kind, quarter FROM participant WHERE participant_id = $id", {"id": participant_id}).iloc[0]
    known = facts(participant_id)
    is_quarter = row["kind"] == "quartier"
    told = [
        quarter_sentence(row["quarter"], who) if is_quarter else "",
        level_sentence(known, inside(who, row["kind"])),
        age_sentence(known),
        change_sentence(known, moved=not origins(participant_id).empty),
        "" if is_quarter else standing_sentence(known.standing, who, known.small),
        unknown_sentence(known),
    ]
    return [sentence for sentence in told if sentence]


def inside(who: Declined, kind: str) -> str:
    """„in der Stadt Riesa“, „im Landkreis Rostock“, „in den Gemeinden der Initiative Rodachtal“."""
    return f"in den Gemeinden {who.genitive}" if kind == "zusammenschluss" else who.inside


def quarter_sentence(quarter: str, city: Declined) -> str:
    """„Für Westerfilde gibt es hier keine eigenen Zahlen; alle Angaben gelten für die ganze Stadt Dortmund.“"""
    parts = quarter.partition(" (")[0].split(", ")
    where = f"den {parts[0]}" if parts[0].startswith("Bezirk") else listing(parts)
    return f"Für {where} gibt es hier keine eigenen Zahlen; alle Angaben gelten für die ganze {city.noun}."


def people(n: float) -> str:
    """„1 Mensch“, „240 Menschen“."""
    return count(whole(n), "Mensch", "Menschen")


def percent(value: float, decimals: int = 1) -> str:
    """„9,8 Prozent“."""
    return with_unit(value, "Prozent", decimals)


def level_sentence(known: PortraitFacts, where: str) -> str:
    """The latest population with its census, and the other census' count beside it."""
    if not known.people:
        return f"Wie viele Menschen {where} leben, ist hier nicht belegt."
    year = max(known.people)
    lived = "lebte" if whole(known.people[year]) == 1 else "lebten"
    told = f"Ende {year} {lived} {where} {people(known.people[year])} (Fortschreibung des Zensus "
    if year > CENSUS_BASE[1]:
        before = known.people.get(CENSUS_BASE[1])
        if before is None:
            return f"{told}2022)."
        return (
            f"{told}2022); Ende {CENSUS_BASE[1]} waren es {number(before)} (Fortschreibung des Zensus 2011, "
            "deshalb nicht unmittelbar vergleichbar)."
        )
    if known.census is None:
        return f"{told}2011)."
    return f"{told}2011); der Zensus vom 15. Mai 2022 ergab {number(known.census)}."


def age_sentence(known: PortraitFacts) -> str:
    """The newest share of older people beside Land and Bund, an older one behind it; in a small place their number.

    Those of 67 and over as the Zensus 2022 counted them, unless there are newer figures from 65 on.
    """
    if known.small:
        return _ages_of_small_place(known)
    if known.share_65plus is not None and not is_old(known.share_65plus[0]):
        year, share = known.share_65plus
        others = _beside([(one.name, one.share_65plus) for one in known.around])
        return f"Ende {year} waren {percent(share)} der Bevölkerung 65 Jahre und älter{others}."
    told = []
    if known.share_67plus is not None:
        others = _beside([(one.name, one.share_67plus) for one in known.around])
        told.append(f"{CENSUS} waren {percent(known.share_67plus)} der Bevölkerung 67 Jahre und älter{others}")
    if known.share_65plus is not None:
        year, share = known.share_65plus
        told.append(f"ab 65 Jahren waren es {percent(share)} ({mark(year)})")
    return f"{capital('; '.join(told))}." if told else ""


CENSUS = "Beim Zensus vom 15. Mai 2022"


def _beside(shares: list[tuple[str, float | None]]) -> str:
    """„, in Sachsen 25,1 Prozent und in Deutschland 21,1 Prozent“, without those that have no figure."""
    told = [f"{in_land(name)} {percent(share)}" for name, share in shares if share is not None]
    return f", {listing(told)}" if told else ""


def _ages_of_small_place(known: PortraitFacts) -> str:
    told = []
    if known.counted_67plus:
        old, all_ages = known.counted_67plus
        verb = "war" if whole(old) == 1 else "waren"
        note = "zum Schutz Einzelner leicht verändert"
        told.append(f"{CENSUS} {verb} {number(old)} von {people(all_ages)} 67 Jahre und älter ({note})")
    if known.aged:
        year, old, all_ages = known.aged
        verb = "war" if whole(old) == 1 else "waren"
        told.append(f"Ende {year} {verb} {number(old)} von {people(all_ages)} 65 Jahre und älter")
    if known.mean_age:
        year, age = known.mean_age
        beside = [
            f"{in_land(one.name)} bei {number(one.mean_age, 1)}" for one in known.around if one.mean_age is not None
        ]
        others = f", {listing(beside)}" if beside else ""
        start = "das Durchschnittsalter lag" if known.aged else f"Ende {year} lag das Durchschnittsalter"
        told.append(f"{start} bei rund {with_unit(age, 'Jahren', 1)}{others} ({MEAN_AGE_ELSEWHERE})")
    return f"{'; '.join(told)}." if told else ""


def change_sentence(known: PortraitFacts, *, moved: bool) -> str:
    """The change on the base of the Zensus 2011 beside Land and Bund, and the one before; never across a census.

    ``moved``: the territory has changed since 1990, so that earlier figures are converted to that of today.
    """
    first, last = CENSUS_BASE
    told = []
    if first in known.people and last in known.people:
        told.append(_change_between(known, first, last, f"von Ende {first} bis Ende {last}", "die Einwohnerzahl"))
        if not known.small:
            told[0] += _change_around(known.around)
        told += filter(None, [_recount(known)])
    begin, end = EARLY
    if begin in known.people and end in known.people:
        span = f"vor der Neuzählung durch den Zensus 2011, von Ende {begin} bis Ende {end},"
        # „hier“: the figures of Land and Bund, or of a census, stand between
        again = "sie" if known.small else "sie hier"
        if len(told) != 1:
            again = "die Einwohnerzahl"
        before = _change_between(known, begin, end, span, again)
        told.append(f"{before}, gerechnet auf das heutige Gebiet" if moved else before)
    return f"{capital('; '.join(told))}." if told else ""


def _change_between(known: PortraitFacts, first: int, last: int, span: str, subject: str) -> str:
    """„von Ende 2011 bis Ende 2023 sank die Einwohnerzahl um 56 (9,8 Prozent)“; of a small place from what to what."""
    before, after = known.people[first], known.people[last]
    change = whole(after) - whole(before)
    if change == 0:
        return f"{span} blieb {subject} mit {number(before)} gleich"
    verb = _rose_or_fell(change)
    if known.small:
        return f"{span} {verb} {subject} von {number(before)} auf {number(after)}"
    share = 100 * abs(change) / before
    told = percent(share) if rounded(share, 1) else "weniger als 0,1\u00a0Prozent"
    return f"{span} {verb} {subject} um {number(abs(change))} ({told})"


def _recount(known: PortraitFacts) -> str:
    """„der Zensus … zählte hier dagegen 4.233 Menschen weniger als Ende 2011“, if it turns the change round.

    Without the census' own count it is the latest figure on its base.
    """
    first, last = CENSUS_BASE
    newest = max(known.people)
    by_count = known.census is not None or newest <= last
    counted = known.census if by_count else known.people[newest]
    if counted is None or not opposed(known.people, counted):
        return ""
    by_census = whole(counted) - whole(known.people[first])
    how = f"{people(abs(by_census))} {'weniger' if by_census < 0 else 'mehr'} als Ende {first}"
    if by_count:
        return f"der Zensus vom 15. Mai 2022 zählte hier dagegen {how}"
    return f"auf der Grundlage des Zensus 2022 waren es hier Ende {newest} dagegen {how}"


def _rose_or_fell(change: float) -> str:
    return "stieg" if change > 0 else "sank"


def _change_around(around: tuple[Around, ...]) -> str:
    """„, in Sachsen sank sie um 0,2 Prozent, in Deutschland stieg sie um 5,4 Prozent“; no verb twice running."""
    told, before = [], ""
    for name, change in [(one.name, rounded(one.change, 1)) for one in around if one.change is not None]:
        verb = "blieb" if change == 0 else _rose_or_fell(change)
        how = "fast gleich" if change == 0 else f"um {percent(abs(change))}"
        told.append(f" und {in_land(name)} {how}" if verb == before else f", {in_land(name)} {verb} sie {how}")
        before = verb
    return "".join(told)


def standing_sentence(standing: Standing, who: Declined, small: bool) -> str:
    """The rank among the participants and the share of areas that are lower or higher."""
    if standing.rank is None:
        return ""
    when = str(CENSUS_BASE[1]) if small else "beim Zensus 2022"
    others = f"{standing.of} teilnehmenden Kommunen ohne Stadtquartiere"
    if standing.rank in {1, standing.of}:
        end = "höchste" if standing.rank == 1 else "niedrigste"
        what = f"die {end} Einwohnerzahl" if small else f"den {end}n Anteil der ab 67-Jährigen"
        told = f"Unter den {others} hatte {who.nominative} {when} {what}"
    else:
        about = "Nach der Einwohnerzahl" if small else "Beim Anteil der ab 67-Jährigen"
        first = "die größte" if small else "der höchste Anteil"
        told = f"{about} lag {who.nominative} {when} auf Platz {standing.rank} der {others} (Platz 1: {first})"
    if standing.lower is None or standing.higher is None:
        return f"{told}."
    what = "die Einwohnerzahl" if small else "der Anteil"
    if standing.rank in {1, standing.of}:
        what = "sie" if small else "er"
    return f"{told}; {what} {place_among(standing.lower, standing.higher, standing.among)}."


#: this percentage of the others must be lower or higher for a text to say so; anything less is near the middle
CLEAR = 60


def place_among(lower: float, higher: float, among: str) -> str:
    """„war höher als in 83 Prozent der Gemeinden in Sachsen“: the larger of both sides; all and none in words."""
    word, side = ("höher", lower) if lower >= higher else ("niedriger", higher)
    if side == 1:
        return f"war {word} als in {_dative(among, 'allen anderen')}"
    # rounded towards the middle: 99.7 per cent are not all
    share = min(whole(100 * side), 99)
    if share < CLEAR:
        return f"lag unter {_dative(among, 'den')} nahe der Mitte"
    return f"war {word} als in {percent(share, 0)} {among}"


def _dative(among: str, article: str) -> str:
    """„der Kreise und kreisfreien Städte …“ -> „allen anderen Kreisen und kreisfreien Städten …“."""
    noun = among.removeprefix("der ").replace("Kreise ", "Kreisen ", 1).replace("freien Städte ", "freien Städten ", 1)
    return f"{article} {noun}"


def unknown_sentence(known: PortraitFacts) -> str:
    """Which figures end early or are not published, with the last births and deaths."""
    told = []
    if len(known.moves_years) == 1:
        told.append(f"Zu- und Fortzüge liegen hier nur für {known.moves_years[0]} vor")
    last = _last_events(known)
    if last:
        verb = "" if told else " liegen hier"
        told.append(f"Geburten und Sterbefälle{verb} nur bis {last[0]} ({last[1]}){'' if told else ' vor'}")
    parts = [", ".join(told)] if told else []
    parts += _unpublished(known)
    return f"{capital('; '.join(parts))}." if parts else ""


def _last_events(known: PortraitFacts) -> tuple[int, str] | None:
    """The last year with births and deaths: „zuletzt 245 Geburten und 1 Sterbefall“."""
    births, deaths = ({year for year, n in known.events[key].items() if n is not None} for key in WORDS)
    if not births & deaths:
        return None
    year = max(births & deaths)
    pieces = []
    for key, (one, many) in WORDS.items():
        n = whole(known.events[key][year] or 0)
        pieces.append(f"{'kein' if key == 'deaths' else 'keine'} {one}" if n == 0 else count(n, one, many))
    return year, f"zuletzt {listing(pieces)}"


def _unpublished(known: PortraitFacts) -> list[str]:
    """„nicht veröffentlicht sind die Geburten von 1995 und 1996“."""
    told = []
    for key, (_, many) in WORDS.items():
        years = [str(year) for year, value in sorted(known.events[key].items()) if value is None]
        if years:
            told.append(f"nicht veröffentlicht sind die {many} von {listing(years)}")
    return told
