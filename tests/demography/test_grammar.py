"""Names in sentences: article, case and pronoun of every kind of participant."""

from __future__ import annotations

import pytest

from zwk_data.demography.areas import decline, declined, in_kreis, sentence

CASES = [
    ("Riesa", "stadt", "die Stadt Riesa", "der Stadt Riesa", "in der Stadt Riesa", "zur Stadt Riesa", "sie"),
    ("Schossin", "gemeinde", "die Gemeinde Schossin", "der Gemeinde Schossin", "in der Gemeinde Schossin",
     "zur Gemeinde Schossin", "sie"),
    ("Landkreis Rostock", "landkreis", "der Landkreis Rostock", "des Landkreises Rostock", "im Landkreis Rostock",
     "zum Landkreis Rostock", "er"),
    ("Kreis Düren", "landkreis", "der Kreis Düren", "des Kreises Düren", "im Kreis Düren", "zum Kreis Düren", "er"),
    ("Hochsauerlandkreis", "landkreis", "der Hochsauerlandkreis", "des Hochsauerlandkreises", "im Hochsauerlandkreis",
     "zum Hochsauerlandkreis", "er"),
    ("Samtgemeinde Spelle", "gemeindeverband", "die Samtgemeinde Spelle", "der Samtgemeinde Spelle",
     "in der Samtgemeinde Spelle", "zur Samtgemeinde Spelle", "sie"),
    ("Initiative Rodachtal e.V.", "zusammenschluss", "die Initiative Rodachtal", "der Initiative Rodachtal",
     "in der Initiative Rodachtal", "zur Initiative Rodachtal", "sie"),
    ("Mittelzentraler Städteverbund Göltzschtal", "zusammenschluss", "der Städteverbund Göltzschtal",
     "des Städteverbunds Göltzschtal", "im Städteverbund Göltzschtal", "zum Städteverbund Göltzschtal", "er"),
    ("Dortmund", "quartier", "die Stadt Dortmund", "der Stadt Dortmund", "in der Stadt Dortmund",
     "zur Stadt Dortmund", "sie"),
    ("Coburg", "kreisfreie_stadt", "die Stadt Coburg", "der Stadt Coburg", "in der Stadt Coburg", "zur Stadt Coburg",
     "sie"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kind", "nominative", "genitive", "inside", "towards", "pronoun"), CASES)
def test_declension(name, kind, nominative, genitive, inside, towards, pronoun):
    who = decline(name, kind)
    assert (who.nominative, who.genitive, who.inside, who.towards, who.pronoun) == (
        nominative,
        genitive,
        inside,
        towards,
        pronoun,
    )


def test_kreise_with_their_prepositions():
    assert in_kreis("Meißen", "14627", "zu") == "zum Landkreis Meißen"
    assert in_kreis("Vogtlandkreis", "14523", "in") == "im Vogtlandkreis"
    assert in_kreis("Region Hannover", "03241", "zu") == "zur Region Hannover"


def test_one_full_stop_only():
    assert sentence("er kam nach Oelsnitz/Vogtl.") == "Er kam nach Oelsnitz/Vogtl."
    assert sentence("er kam nach Riesa") == "Er kam nach Riesa."


def test_an_unknown_participant_is_an_error(stores):
    with pytest.raises(KeyError):
        declined("atlantis")
