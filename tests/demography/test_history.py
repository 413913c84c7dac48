"""What territories were made of: cases by hand, and what is known of the participants."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from zwk_data.demography import history
from zwk_data.demography.areas import decline
from zwk_data.stores.connection import read


def part(*rows: tuple[str, str | None, float, int, int], to: tuple[str, str] = ("14000001", "Neustadt, Stadt")):
    frame = pd.DataFrame(rows, columns=["key_from", "name_from", "share", "first_year", "last_year"])
    return frame.assign(level="gemeinde", key_to=to[0], name_to=to[1])


def ended(frame: pd.DataFrame) -> list[tuple[int, str]]:
    gone = history.ended(history.with_traced_names(frame)).sort_values(["year", "name_from"])
    return list(zip(gone["year"], gone["name_from"], strict=True))


def told(frame: pd.DataFrame, kreise: dict[str, str] | None = None) -> str:
    who = decline("Neustadt", "stadt")
    return " ".join(history.gemeinde_words(history.with_traced_names(frame), who, kreise or {"14000": "Neuland"}))


def test_another_key_is_no_merger():
    frame = part(("14990007", "Neustadt/Vogtl.", 1.0, 1990, 2007), ("14000001", "Neustadt, Stadt", 1.0, 2008, 2022))
    assert ended(frame) == []
    assert history.year_formed(history.with_traced_names(frame)) == 1990
    assert told(frame) == ""


def test_a_merged_place_is_told_with_its_year():
    frame = part(("14000001", "Neustadt, Stadt", 1.0, 1990, 2022), ("14000002", "Althausen", 1.0, 1990, 2014))
    assert ended(frame) == [(2015, "Althausen")]
    assert told(frame) == "2015 kam Althausen zur Stadt Neustadt."


def test_a_part_of_a_place_is_told_as_a_part():
    frame = part(
        ("14000001", "Neustadt, Stadt", 1.0, 1990, 2022),
        ("14000002", "Althausen", 0.4, 1990, 2014),
        ("14000003", "Grenzdorf", 0.001, 1990, 2014),
    )
    assert told(frame) == "2015 kamen Teile von Althausen zur Stadt Neustadt."


def test_a_formed_place_names_what_it_was_formed_from():
    frame = part(
        ("14000001", "Neustadt, Stadt", 1.0, 2010, 2022),
        ("14000002", "Althausen", 1.0, 1990, 2009),
        ("14000003", "Beihausen", 1.0, 1990, 2009),
        ("14000004", "Cehausen", 0.5, 1990, 2009),
        ("14000005", "Spätdorf", 1.0, 1990, 2012),
    )
    assert told(frame) == (
        "Die Stadt Neustadt entstand 2010 aus Althausen, Beihausen und Teilen von Cehausen. 2013 kam Spätdorf hinzu."
    )


def test_where_others_lived_on_nobody_says_whereto():
    """Althausen may have gone to Beihausen first: only its end is certain."""
    frame = part(
        ("14000001", "Neustadt, Stadt", 1.0, 1990, 2022),
        ("14000002", "Althausen", 1.0, 1990, 1993),
        ("14000003", "Beihausen", 1.0, 1990, 1998),
    )
    assert told(frame) == (
        "Auf dem heutigen Gebiet der Stadt Neustadt gingen Gemeinden in größeren auf: Althausen (1994), "
        "Beihausen (1999)."
    )


def test_keys_without_name_are_followed():
    """Under the same last digits; as the only ones; else left out."""
    frame = part(
        ("14000001", "Neustadt, Stadt", 1.0, 1990, 2022),
        ("14100150", "Leutewitz", 1.0, 1990, 1994),
        ("14200150", None, 1.0, 1995, 1995),
        ("14100070", "Wippra", 1.0, 1990, 2006),
        ("14000480", None, 1.0, 2007, 2007),
    )
    assert ended(frame) == [(1996, "Leutewitz"), (2008, "Wippra")]


def test_a_key_used_anew_does_not_make_a_place_older():
    frame = part(
        ("14000001", "Neustadt, Stadt", 1.0, 1990, 1990),
        ("14100001", "Altstadt", 1.0, 1991, 2006),
        ("14000001", "Neustadt, Stadt", 1.0, 2007, 2022),
    )
    assert history.year_formed(history.with_traced_names(frame)) == 2007
    assert ended(frame) == [(2007, "Altstadt")]


def test_another_kreis_is_told_once_with_its_year():
    frame = part(("13002000", "Neustadt", 1.0, 1990, 2010), ("14000001", "Neustadt, Stadt", 1.0, 2011, 2022))
    frame = frame.assign(key_from=["14002000", "14000001"])
    text = told(frame, {"14002": "Neustadt, Stadt", "14000": "Neuland"})
    assert text == "Bis 2010 war die Stadt Neustadt kreisfrei, seit 2011 gehört sie zum Landkreis Neuland."


def test_kreise_in_words():
    frame = pd.DataFrame(
        [
            ("12006", "Schwedt, Stadt", 1.0, 1990, 1992),
            ("12011", "Angermünde", 1.0, 1990, 1992),
            ("12020", "Eberswalde", 0.3, 1990, 1992),
            ("13036", "Strasburg", 0.2, 1990, 1991),
            ("12073", "Uckermark", 1.0, 1993, 2020),
        ],
        columns=["key_from", "name_from", "share", "first_year", "last_year"],
    ).assign(level="kreis", key_to="12073", name_to="Uckermark")
    words = history.kreis_words(frame, decline("Landkreis Uckermark", "landkreis"))
    assert words == [
        "Der Landkreis Uckermark entstand 1993 aus dem Kreis Angermünde, der kreisfreien Stadt Schwedt sowie "
        "Teilen des Kreises Eberswalde.",
        "1992 kamen Teile des Kreises Strasburg zum Gebiet hinzu.",
    ]


def test_an_unchanged_number_of_gemeinden_is_not_told():
    frame = part(("14000001", "Neustadt", 1.0, 1990, 2022))
    assert history.count_words(frame) == []
    more = part(("14000001", "Neustadt", 1.0, 1990, 2022), ("14000002", "Alt", 0.6, 1990, 2000))
    assert history.count_words(more) == ["Das Gebiet bestand 1990 aus 2 Gemeinden, heute besteht es aus einer."]


#: what is known of participants from their own histories
KNOWN = {
    "geestland": "Die Stadt Geestland entstand 2015 aus Bad Bederkesa, Drangstedt, Elmlohe, Flögeln, Köhlen, "
    "Kührstedt, Langen, Lintig und Ringstedt.",
    "grabow": "2016 kam Steesow zur Stadt Grabow. Bis 2010 gehörte sie zum Landkreis Ludwigslust, seit 2011 gehört sie "
    "zum Landkreis Ludwigslust-Parchim.",
    "dessau-rosslau": "Die Stadt Dessau-Roßlau entstand 2007 aus Dessau und Roßlau (Elbe).",
    "uckerland": "seit 1992 gehört es zu Brandenburg.",
    "lk-rostock": "Der Landkreis Rostock entstand 2011 aus den Kreisen Bad Doberan und Güstrow.",
    "lk-ludwigslust-parchim": "entstand 2011 aus den Kreisen Ludwigslust und Parchim.",
    "lk-uckermark": "entstand 1993 aus den Kreisen Angermünde, Prenzlau und Templin sowie der kreisfreien Stadt",
    "oldendorf-himmelpforten": "entstand 2014 aus den Samtgemeinden Himmelpforten und Oldendorf.",
    "riesa": "Bis 2007 gehörte sie zum Landkreis Riesa-Großenhain, seit 2008 gehört sie zum Landkreis Meißen.",
    "zwickau": "Cainsdorf, Mosel, Oberrothenbach und Schlunzig (1999).",
    "neubrandenburg": "seit 2011 gehört sie zum Landkreis Mecklenburgische Seenplatte.",
    "sangerhausen": "Wippra (2008)",
    "rodachtal": "Das Gebiet bestand 1990 aus 40 Gemeinden, heute besteht es aus 11.",
}


@pytest.mark.parametrize("participant", KNOWN)
def test_known_histories(stores, participant):
    assert KNOWN[participant] in history.origin_words(participant)


@pytest.mark.parametrize("participant", ["bad-honnef", "coburg", "dortmund", "vrees", "spelle", "kreis-dueren"])
def test_places_that_did_not_change_have_nothing_to_tell(stores, participant):
    assert history.origin_words(participant) == ""
    assert history.origins(participant).empty


def test_origins_are_rows_for_the_reader(stores):
    frame = history.origins("geestland")
    assert list(frame.columns) == ["year", "level", "key_to", "name_to", "key_from", "name_from", "share"]
    assert set(frame["year"]) == {2015}
    assert set(frame["name_to"]) == {"Geestland"}
    assert "Langen" in set(frame["name_from"])
    assert len(frame) == 9
    assert set(history.origins("lk-rostock")["level"]) == {"kreis"}


def test_every_history_reads_like_sentences(stores):
    for participant in read("SELECT participant_id FROM participant")["participant_id"]:
        text = history.origin_words(participant)
        assert not re.search(r"nan|None|  |\.\.|\bsie sie\b", text), text
        assert text == "" or (text.endswith(".") and (text[0].isupper() or text[0].isdigit())), text
