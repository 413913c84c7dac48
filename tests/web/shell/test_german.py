"""Streamlit's own words: whatever it labels its elements with in this version has a German word in german.js."""

from __future__ import annotations

import re

import pytest

from zwk_data.web.kit import assets
from zwk_data.web.shell import page

SCRIPTS = page.streamlit_static() / "static" / "js"
WORDS = set(re.findall(r'^    "([^"]+)":', assets.content("german.js").decode(), flags=re.MULTILINE))
#: what our pages draw; and the frame around them
USED = (
    "index",
    "DataFrame",
    "Selectbox",
    "Multiselect",
    "NumberInput",
    "TextInput",
    "DateInput",
    "ReorderedSegments",
    "FileUploader",
    "Toolbar",
)
#: never reached: sign-in, chat, tabs by mouse, jokes for the new year, the theme menu that toolbarMode hides, cells of
#: kinds that no table has
UNREACHED = {"Alien Monster", "Happy", "Also record audio", "Theme"}
UNREACHED |= {"Audio player", "Button action menu", "Edit markdown content", "Markdown content", "Video player"}


@pytest.mark.parametrize("bundle", USED)
def test_every_label_has_a_german_word(bundle: str) -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in SCRIPTS.glob(f"{bundle}.*.js"))
    labels = set(re.findall(r'"aria-label":`([A-Z][^`$]+)`', code))
    assert code
    assert not labels - WORDS - UNREACHED


def test_the_label_search_finds_labels() -> None:
    code = next(SCRIPTS.glob("index.*.js")).read_text(encoding="utf-8")
    assert {"App pages", "Main menu"} <= set(re.findall(r'"aria-label":`([A-Z][^`$]+)`', code))


@pytest.mark.parametrize("words", ["Skip to main content", "No results", "Fullscreen", "Connection error"])
def test_what_we_translate_is_what_streamlit_says(words: str) -> None:
    assert words in WORDS
    assert any(f"`{words}`" in file.read_text(encoding="utf-8") for file in SCRIPTS.glob("*.js"))
