"""Codes are plain to read, and found however they are typed."""

from __future__ import annotations

from zwk_data.stores.admission import new_code, normalised_code


def test_a_code_is_of_the_asked_length_without_look_alikes() -> None:
    found = {new_code(8) for _ in range(200)}
    assert len(found) == 200
    assert {len(code) for code in found} == {8}
    assert not set("".join(found)) & set("0O1IL2Z5S8BDUVAEI")


def test_spaces_hyphens_and_small_letters_are_forgiven() -> None:
    assert normalised_code(" k7-rm 3\u2028") == "K7RM3"
    assert normalised_code("ß–é") == "SS", "only what a code may hold is left"
    assert normalised_code("x" * 5000) == "X" * 32
