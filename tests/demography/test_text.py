"""Sentences on a participant: edge cases by hand, and all 39 against the store."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from zwk_data.demography import portrait_text
from zwk_data.demography.areas import decline
from zwk_data.demography.portrait import Around, PortraitFacts, Standing, facts
from zwk_data.german import number
from zwk_data.stores.connection import read

NBSP = "\u00a0"
SACHSEN = Around("Sachsen", 24.0, 25.07, 46.8, 0.94)
BUND = Around("Deutschland", 19.9, 21.12, 43.9, 5.4)
TOWN = PortraitFacts(
    people={1990: 46776, 2010: 34013, 2011: 32283, 2023: 29127},
    census=29434,
    share_67plus=32.17,
    counted_67plus=(9468, 29434),
    share_65plus=(2015, 32.46),
    aged=(2015, 10025, 30885),
    mean_age=(2015, 50.1),
    around=(SACHSEN, BUND),
    standing=Standing(1, 36, 0.98, 0.02, "der Gemeinden in Sachsen"),
    events={"births": {2014: 240, 2015: 236}, "deaths": {2014: 500, 2015: 514}},
    moves_years=(2015,),
)
VILLAGE = replace(
    TOWN,
    people={1990: 234, 2010: 266, 2011: 242, 2023: 243},
    counted_67plus=(47, 240),
    aged=(2015, 42, 240),
    census=250,
)


def plain(sentence: str) -> str:
    return sentence.replace(NBSP, " ")


def test_level_names_its_census():
    assert plain(portrait_text.level_sentence(TOWN, "in der Stadt Riesa")) == (
        "Ende 2023 lebten in der Stadt Riesa 29.127 Menschen (Fortschreibung des Zensus 2011); der Zensus vom "
        "15. Mai 2022 ergab 29.434."
    )
    assert plain(portrait_text.level_sentence(replace(TOWN, census=None), "hier")).endswith(
        "(Fortschreibung des Zensus 2011)."
    )
    newer = portrait_text.level_sentence(replace(TOWN, people={2023: 221431, 2024: 218721}), "im Landkreis Rostock")
    assert plain(newer) == (
        "Ende 2024 lebten im Landkreis Rostock 218.721 Menschen (Fortschreibung des Zensus 2022); Ende 2023 waren es "
        "221.431 (Fortschreibung des Zensus 2011, deshalb nicht unmittelbar vergleichbar)."
    )
    assert "lebte hier 1 Mensch (" in plain(portrait_text.level_sentence(replace(TOWN, people={2023: 1}), "hier"))
    assert "nicht belegt" in portrait_text.level_sentence(replace(TOWN, people={}), "hier")


def test_ages_beside_land_and_bund():
    assert plain(portrait_text.age_sentence(TOWN)) == (
        "Beim Zensus vom 15. Mai 2022 waren 32,2 Prozent der Bevölkerung 67 Jahre und älter, in Sachsen 24,0 Prozent "
        "und in Deutschland 19,9 Prozent; ab 65 Jahren waren es 32,5 Prozent (Stand 2015)."
    )
    alone = replace(TOWN, around=(Around("Saarland", 23.0, None, None, None), replace(BUND, share_67plus=None)))
    assert "älter, im Saarland 23,0 Prozent;" in plain(portrait_text.age_sentence(alone))
    assert portrait_text.age_sentence(replace(TOWN, share_65plus=None)).endswith("Prozent.")
    assert portrait_text.age_sentence(replace(TOWN, share_67plus=None)).startswith("Ab 65 Jahren waren es 32,5")
    assert portrait_text.age_sentence(replace(TOWN, share_67plus=None, share_65plus=None)) == ""


def test_a_newer_share_from_65_on_stands_alone():
    assert plain(portrait_text.age_sentence(replace(TOWN, share_65plus=(2024, 33.0)))) == (
        "Ende 2024 waren 33,0 Prozent der Bevölkerung 65 Jahre und älter, in Sachsen 25,1 Prozent und in Deutschland "
        "21,1 Prozent."
    )


def test_a_village_gets_numbers_not_per_cent():
    assert plain(portrait_text.age_sentence(VILLAGE)) == (
        "Beim Zensus vom 15. Mai 2022 waren 47 von 240 Menschen 67 Jahre und älter (zum Schutz Einzelner leicht "
        "verändert); Ende 2015 waren 42 von 240 Menschen 65 Jahre und älter; das Durchschnittsalter lag bei rund "
        "50,1 Jahren, in Sachsen bei 46,8 und in Deutschland bei 43,9 (auf dem Niveau von INKAR; amtliche Tabellen "
        "nennen rund 0,4 Jahre mehr)."
    )
    assert plain(portrait_text.age_sentence(replace(VILLAGE, counted_67plus=None, aged=(2015, 1, 12)))).startswith(
        "Ende 2015 war 1 von 12 Menschen"
    )
    assert plain(portrait_text.age_sentence(replace(VILLAGE, counted_67plus=None, aged=None))).startswith(
        "Ende 2015 lag das Durchschnittsalter bei"
    )
    assert portrait_text.age_sentence(replace(VILLAGE, counted_67plus=None, aged=None, mean_age=None)) == ""
    told = portrait_text.change_sentence(VILLAGE, moved=False)
    assert plain(told) == (
        "Von Ende 2011 bis Ende 2023 stieg die Einwohnerzahl von 242 auf 243; vor der Neuzählung durch den Zensus "
        "2011, von Ende 1990 bis Ende 2010, stieg sie von 234 auf 266."
    )
    for sentence in (portrait_text.age_sentence(VILLAGE), told):
        assert "Prozent" not in sentence


def test_change_never_crosses_a_census():
    assert plain(portrait_text.change_sentence(TOWN, moved=True)) == (
        "Von Ende 2011 bis Ende 2023 sank die Einwohnerzahl um 3.156 (9,8 Prozent), in Sachsen stieg sie um 0,9 "
        "Prozent und in Deutschland um 5,4 Prozent; vor der Neuzählung durch den Zensus 2011, von Ende 1990 bis Ende "
        "2010, sank sie hier um 12.763 (27,3 Prozent), gerechnet auf das heutige Gebiet."
    )
    early = portrait_text.change_sentence(replace(TOWN, people={1990: 100_000, 2010: 100_010, 2023: 5000}), moved=False)
    assert plain(early) == (
        "Vor der Neuzählung durch den Zensus 2011, von Ende 1990 bis Ende 2010, stieg die Einwohnerzahl um 10 "
        "(weniger als 0,1 Prozent)."
    )
    same = portrait_text.change_sentence(replace(TOWN, people={2011: 5000, 2023: 5000}, around=()), moved=False)
    assert plain(same) == "Von Ende 2011 bis Ende 2023 blieb die Einwohnerzahl mit 5.000 gleich."
    assert portrait_text.change_sentence(replace(TOWN, people={1990: 5, 2011: 5, 2024: 7}), moved=False) == ""


def test_a_census_that_turns_the_change_round_is_told():
    neubrandenburg = replace(TOWN, people={2011: 64027, 2023: 64390}, census=59794, around=(BUND,))
    assert plain(portrait_text.change_sentence(neubrandenburg, moved=False)) == (
        "Von Ende 2011 bis Ende 2023 stieg die Einwohnerzahl um 363 (0,6 Prozent), in Deutschland stieg sie um 5,4 "
        "Prozent; der Zensus vom 15. Mai 2022 zählte hier dagegen 4.233 Menschen weniger als Ende 2011."
    )
    kreis = replace(neubrandenburg, people={2011: 213577, 2023: 214057, 2024: 208092}, census=None, around=())
    assert plain(portrait_text.change_sentence(kreis, moved=False)).endswith(
        "; auf der Grundlage des Zensus 2022 waren es hier Ende 2024 dagegen 5.485 Menschen weniger als Ende 2011."
    )
    assert "dagegen" not in portrait_text.change_sentence(replace(neubrandenburg, census=64100), moved=False)


def test_land_and_bund_share_a_verb_only_in_one_direction():
    around = (replace(SACHSEN, change=-2.7), replace(SACHSEN, name="Bayern", change=0.02), BUND)
    told = plain(
        portrait_text.change_sentence(replace(TOWN, people={2011: 5000, 2023: 6000}, around=around), moved=False)
    )
    assert told.endswith(
        "stieg die Einwohnerzahl um 1.000 (20,0 Prozent), in Sachsen sank sie um 2,7 Prozent, in Bayern blieb sie fast "
        "gleich, in Deutschland stieg sie um 5,4 Prozent."
    )


@pytest.mark.parametrize(
    ("lower", "higher", "told"),
    [
        (0.52, 0.48, "lag unter den Gemeinden in Sachsen nahe der Mitte"),
        (0.41, 0.59, "lag unter den Gemeinden in Sachsen nahe der Mitte"),
        (0.60, 0.40, "war höher als in 60 Prozent der Gemeinden in Sachsen"),
        (0.83, 0.17, "war höher als in 83 Prozent der Gemeinden in Sachsen"),
        (0.17, 0.83, "war niedriger als in 83 Prozent der Gemeinden in Sachsen"),
        (0.997, 0.003, "war höher als in 99 Prozent der Gemeinden in Sachsen"),
        (1.0, 0.0, "war höher als in allen anderen Gemeinden in Sachsen"),
        (0.0, 1.0, "war niedriger als in allen anderen Gemeinden in Sachsen"),
    ],
)
def test_position_in_words(lower, higher, told):
    assert plain(portrait_text.place_among(lower, higher, "der Gemeinden in Sachsen")) == told


def test_all_other_kreise():
    assert portrait_text.place_among(1.0, 0.0, "der Kreise und kreisfreien Städte in Deutschland") == (
        "war höher als in allen anderen Kreisen und kreisfreien Städten in Deutschland"
    )


def test_place_among_participants():
    who = decline("Landkreis Rostock", "landkreis")
    assert plain(portrait_text.standing_sentence(Standing(20, 36, None, None, ""), who, small=False)) == (
        "Beim Anteil der ab 67-Jährigen lag der Landkreis Rostock beim Zensus 2022 auf Platz 20 der 36 teilnehmenden "
        "Kommunen ohne Stadtquartiere (Platz 1: der höchste Anteil)."
    )
    village = decline("Schossin", "gemeinde")
    assert plain(
        portrait_text.standing_sentence(Standing(36, 36, 0.1, 0.9, "der Gemeinden in Sachsen"), village, small=True)
    ) == (
        "Unter den 36 teilnehmenden Kommunen ohne Stadtquartiere hatte die Gemeinde Schossin 2023 die niedrigste "
        "Einwohnerzahl; sie war niedriger als in 90 Prozent der Gemeinden in Sachsen."
    )
    first = portrait_text.standing_sentence(
        Standing(1, 36, 0.52, 0.48, "der Kreise und kreisfreien Städte in Deutschland"), who, small=False
    )
    assert first == (
        "Unter den 36 teilnehmenden Kommunen ohne Stadtquartiere hatte der Landkreis Rostock beim Zensus 2022 den "
        "höchsten Anteil der ab 67-Jährigen; er lag unter den Kreisen und kreisfreien Städten in Deutschland nahe "
        "der Mitte."
    )
    assert portrait_text.standing_sentence(Standing(None, 36, 0.1, 0.9, "x"), village, small=True) == ""


@pytest.mark.parametrize(
    ("births", "deaths", "told"),
    [
        (1, 2, "zuletzt 1 Geburt und 2 Sterbefälle"),
        (2, 1, "zuletzt 2 Geburten und 1 Sterbefall"),
        (0, 0, "zuletzt keine Geburt und kein Sterbefall"),
        (1162, 1495, "zuletzt 1.162 Geburten und 1.495 Sterbefälle"),
    ],
)
def test_births_and_deaths_in_singular_and_plural(births, deaths, told):
    known = replace(TOWN, events={"births": {2015: births}, "deaths": {2015: deaths}})
    assert plain(portrait_text.unknown_sentence(known)) == (
        f"Zu- und Fortzüge liegen hier nur für 2015 vor, Geburten und Sterbefälle nur bis 2015 ({told})."
    )


def test_what_is_secret_is_said():
    known = replace(TOWN, events={"births": {1995: None, 1996: None, 2014: 5}, "deaths": {2014: 1, 2015: 2}})
    assert plain(portrait_text.unknown_sentence(known)).endswith(
        "nur bis 2014 (zuletzt 5 Geburten und 1 Sterbefall); nicht veröffentlicht sind die Geburten von 1995 und 1996."
    )
    longer = replace(known, moves_years=(), events={"births": {}, "deaths": {2015: None}})
    assert portrait_text.unknown_sentence(longer) == "Nicht veröffentlicht sind die Sterbefälle von 2015."
    only = replace(TOWN, moves_years=())
    assert plain(portrait_text.unknown_sentence(only)) == (
        "Geburten und Sterbefälle liegen hier nur bis 2015 (zuletzt 236 Geburten und 514 Sterbefälle) vor."
    )
    assert portrait_text.unknown_sentence(replace(only, events={"births": {}, "deaths": {}})) == ""


def test_quarters_speak_of_the_whole_city():
    city = decline("Dortmund", "quartier")
    assert portrait_text.quarter_sentence("Westerfilde", city) == (
        "Für Westerfilde gibt es hier keine eigenen Zahlen; alle Angaben gelten für die ganze Stadt Dortmund."
    )
    assert portrait_text.quarter_sentence("A, B, C", city).startswith("Für A, B und C gibt")
    assert portrait_text.quarter_sentence("Bezirk des Rathauses (X, Y)", city).startswith(
        "Für den Bezirk des Rathauses gibt"
    )


def test_alliances_speak_of_their_gemeinden():
    assert portrait_text.inside(decline("Initiative Rodachtal e.V.", "zusammenschluss"), "zusammenschluss") == (
        "in den Gemeinden der Initiative Rodachtal"
    )


def participants() -> list[tuple[str, str]]:
    return list(read("SELECT participant_id, kind FROM participant ORDER BY 1").itertuples(index=False, name=None))


def test_all_texts_are_two_to_five_clean_sentences(stores):
    assert len(participants()) == 39
    for key, kind in participants():
        told = portrait_text.portrait_text(key)
        assert 2 <= len(told) <= 5, key
        for sentence in told:
            assert re.search(r"[^.]\.$", sentence), sentence
            assert sentence[0].isupper(), sentence
            assert not re.search(r"nan|None|\s\s|\s[,.;]|\(\)|–", sentence), sentence
        assert ("ganze Stadt" in told[0]) == (kind == "quartier")


def test_numbers_in_the_texts_are_those_of_the_store(stores):
    store = (
        read(
            """
        SELECT participant_id, indicator_id, year, value FROM participant_observation
        WHERE sex = 'total' AND age_group = 'total' AND value IS NOT NULL
        """
        )
        .set_index(["participant_id", "indicator_id", "year"])["value"]
        .sort_index()
    )
    for key, _ in participants():
        told = plain(" ".join(portrait_text.portrait_text(key)))
        people = store[key, "population"]
        last = people.index.max()
        assert f" {number(people[last])} Menschen" in told, told
        change = people[2023] - people[2011]
        if people[last] >= 1000:
            assert f"um {number(abs(change))} (" in told, told
            assert ("sank" if change < 0 else "stieg") in told
            share = store[key, "share_65plus"]
            year = share.index.max()
            if year > 2015:
                assert f"Ende {year} waren {number(share[year], 1)} Prozent" in told, told
            else:
                counted = number(store[key, "census_share_67plus", 2022], 1)
                assert f"waren {counted} Prozent der Bevölkerung 67 Jahre und älter" in told, told
                assert f"ab 65 Jahren waren es {number(share[year], 1)} Prozent (Stand 2015)" in told, told
        assert f"{number(store[key, 'deaths'][2015])} Sterbef" in told, told


def test_the_position_is_counted_in_the_store(stores):
    shares = read(
        "SELECT area_key, value FROM observation_today WHERE level = 'gemeinde' AND indicator_id = "
        "'census_share_67plus' AND year = 2022 AND area_key LIKE '14%' AND value > 0"
    ).set_index("area_key")["value"]
    place = facts("riesa").standing
    assert place.rank == 1
    assert place.of == 36
    assert place.lower == pytest.approx((shares < shares["14627230"]).sum() / (len(shares) - 1))
    assert place.among == "der Gemeinden in Sachsen"
    assert facts("rodachtal").standing.among == ""
    assert facts("schossin").standing.rank == 36


def test_an_unknown_participant_is_an_error(stores):
    with pytest.raises(KeyError):
        portrait_text.portrait_text("atlantis")
