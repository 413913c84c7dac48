"""Handbuch: every page has its paragraph, and every link within leads somewhere."""

from __future__ import annotations

import re

import pytest

from tests.pages.conftest import Visit
from zwk_data.web.shell import handbook, site


@pytest.mark.parametrize("page", site.MENU, ids=lambda page: page.path or "start")
def test_each_page_has_its_paragraph(page: site.Page) -> None:
    anchor = handbook.anchor_of_page(page.title)
    (chapter,) = [one for one in handbook.chapters() if one.anchor == anchor]
    assert len(chapter.text) > 40


def test_anchors_are_there_once_and_every_link_has_its_own() -> None:
    anchors = [one.anchor for one in handbook.chapters()]
    assert len(set(anchors)) == len(anchors)
    texts = "\n".join(one.text for one in handbook.chapters())
    assert set(re.findall(r"\]\(#([^)]+)\)", texts)) <= set(anchors)
    # the app shows no other document
    assert re.findall(r"\]\((?!#|https?:)[^)]*\)", texts) == []


def test_nothing_of_the_file_is_lost() -> None:
    words = re.findall(r"\w+", handbook.FILE.read_text(encoding="utf-8"))
    shown = re.findall(r"\w+", " ".join(f"{one.title} {one.text}" for one in handbook.chapters()))
    lost = len(words) - len(shown)
    # but for the head of the file and the addresses of other documents
    assert 0 <= lost < 60


def test_it_is_shown(visit: Visit) -> None:
    shown = visit("/handbuch")
    assert shown.headings[0] == "Handbuch"
    assert "Nicht belegt" in shown.text
    assert "Was die Angaben bedeuten" in shown.text
