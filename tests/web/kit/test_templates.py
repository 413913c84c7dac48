"""Words on walls and phones: where they may break, and how much room they need."""

from __future__ import annotations

from zwk_data.web.kit.markup import breakable, lines, longest_word


def test_the_longest_piece_decides() -> None:
    assert longest_word("Samtgemeinde Oldendorf-Himmelpforten") == len("Himmelpforten")
    assert longest_word("Adorf/Vogtl.") == len("Vogtl.")
    assert longest_word("") == 1
    assert breakable("Adorf/Vogtl.") == "Adorf/\u200bVogtl."


def test_lines_that_texts_need() -> None:
    texts = ("Frauen", "Interkommunale Zusammenarbeit und Identität")
    assert lines(texts, 50) == 2
    assert lines(texts, 30) == 3, "Interkommunale Zusammenarbeit / und Identität"
    assert lines(texts, 15) == 4
    assert lines((), 20) == 0
