"""Handbuch: every page has its paragraph, every audience its part, and every link and picture within is there."""

from __future__ import annotations

import re

import pytest
from PIL import Image

from tests.pages.conftest import Visit
from zwk_data.demography import indicators
from zwk_data.display import playlist
from zwk_data.schema import words
from zwk_data.settings import ROOT
from zwk_data.stores.access import ROLES
from zwk_data.web.shell import handbook, site
from zwk_data.web.shell.handbook import PARTS, HandbookPicture

ALL = [(part, one) for part in PARTS for one in handbook.chapters(part)]
#: an audience -> the role whose pages it works with
AUDIENCES = {name: name for name in ("ministerium", "geschaeftsstelle", "beratung")} | {
    "kommune": "kommune",
    "veranstaltung": "geschaeftsstelle",
}


@pytest.mark.parametrize("page", site.MENU, ids=lambda page: page.path or "start")
def test_each_page_has_its_paragraph(page: site.Page) -> None:
    anchor = handbook.anchor_of_page(page.title)
    (chapter,) = [one for one in handbook.chapters() if one.anchor == anchor]
    assert len(chapter.text) > 40


@pytest.mark.parametrize("part", PARTS)
def test_anchors_are_there_once(part: str) -> None:
    anchors = [one.anchor for one in handbook.chapters(part)]
    assert len(set(anchors)) == len(anchors)


def test_every_link_within_leads_to_a_chapter() -> None:
    anchors = {part: {one.anchor for one in handbook.chapters(part)} for part in PARTS}
    leading = 0
    for part, chapter in ALL:
        # the app shows no other document
        for target in re.findall(r"\]\((?!https?:)([^)]*)\)", chapter.text):
            found = re.fullmatch(r"(?:handbuch(?:\?teil=(\w+))?)?(?:#(.+))?", target)
            assert found, target
            there = found[1] or (handbook.FIRST if target.startswith("handbuch") else part)
            assert not found[2] or found[2] in anchors[there], f"{part}: {target}"
            leading += 1
    assert leading > 20


@pytest.mark.parametrize("part", PARTS)
def test_nothing_of_the_file_is_lost(part: str) -> None:
    file = PARTS[part].file.read_text(encoding="utf-8")
    links = len(re.findall(r"\]\(", file))
    written = re.findall(r"\w+", re.sub(r"\]\([^)]*\)", "]", file))
    shown = [
        *(one.title for one in handbook.chapters(part)),
        *(re.sub(r"\]\([^)]*\)", "]", one.text) for one in handbook.chapters(part)),
        *(block.words for one in handbook.chapters(part) for block in one.blocks if isinstance(block, HandbookPicture)),
    ]
    assert sorted(re.findall(r"\w+", " ".join(shown))) == sorted(written)
    assert links < 60


def test_every_picture_is_there_and_small_and_has_words() -> None:
    pictures = {block for _, one in ALL for block in one.blocks if isinstance(block, HandbookPicture)}
    assert len(pictures) >= 5
    for picture in pictures:
        assert picture.file.parent == ROOT / "docs" / "bilder"
        assert len(picture.words) > 20
        assert picture.file.stat().st_size < 200_000
        assert Image.open(picture.file).width == 1440


@pytest.mark.parametrize(("part", "role"), AUDIENCES.items())
def test_each_audience_reads_of_three_tasks_first_and_of_its_own_pages(part: str, role: str) -> None:
    chapters = handbook.chapters(part)
    assert [one.level for one in chapters[:5]] == [1, 2, 3, 3, 3]
    assert chapters[1].title == "Was Sie am häufigsten tun"
    assert [one.title[:3] for one in chapters[2:5]] == ["1. ", "2. ", "3. "]
    text = "".join(one.text for one in chapters)
    of_role = [page for page in site.MENU if role in page.roles]
    if part != "veranstaltung":
        assert [page.title for page in of_role if f"**{page.title}**" not in text] == []
    named = set(re.findall(r"\*\*([A-ZÄÖÜ][\w -]+)\*\*", text)) & {page.title for page in site.MENU}
    assert len(named) >= 3
    # no file of the installation in a sentence for officials
    assert re.findall(r"[\w/]+\.(?:py|yml|toml|md|duckdb)\b|ZWK_\w+", re.sub(r"\]\([^)]*\)", "", text)) == []


def test_what_an_audience_reads_as_words_of_the_app_stands_in_the_app() -> None:
    """„Jetzt eintragen“ in the handbook is „Jetzt eintragen“ on the page."""
    code = "".join(
        file.read_text(encoding="utf-8")
        for folder in ("pages", "zwk_data")
        for kind in ("*.py", "*.html", "*.js")
        for file in sorted((ROOT / folder).rglob(kind))
    )
    plain = re.sub(r'"\s*\n?\s*f?"', "", code)
    said = [(part, words) for part, one in ALL if part in AUDIENCES for words in re.findall(r"„([^“]+)“", one.text)]
    assert len(said) > 40
    assert [f"{part}: {words}" for part, words in said if words not in plain and words not in OF_PEOPLE] == []


#: what people see, but the code puts together
OF_PEOPLE = {"1 Handy dabei"}


def test_every_scene_is_named_as_on_the_page() -> None:
    (told,) = [one.text for part, one in ALL if part == "veranstaltung" and "Diese Szenen gibt es" in one.text]
    assert f"Diese Szenen gibt es: {', '.join(playlist.SCENES.values())}." in told


def test_every_fixed_word_of_the_programme_is_a_term() -> None:
    """Stages, states, steps, signs: whatever the app may show of them is explained."""
    told = " ".join(f"{one.title} {one.text}" for one in handbook.chapters(handbook.TERMS)).lower()
    books = (
        *(words.STAGES, words.KINDS, words.MEASURE_STATUS, words.PLAN_STATUS, words.EVENT_KINDS),
        *(words.RATING_STEPS, words.PRECISIONS, indicators.STATUS, ROLES),
    )
    shown = {word for book in books for word in book.values()}
    assert len(shown) > 40
    assert [word for word in sorted(shown) if word.lower() not in told] == []


def test_terms_are_in_order_and_plain_text() -> None:
    groups: list[list[str]] = []
    for one in handbook.chapters(handbook.TERMS):
        if one.level < 3:
            groups.append([])
            continue
        groups[-1].append(re.sub(r"\W", "", one.title.lower().translate(str.maketrans("äöü", "aou"))))
        assert not re.search(r"[*_`\[#|]", one.text), one.title
    assert [group for group in groups if group != sorted(group)] == []
    assert sum(map(len, groups)) > 80


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_each_part_is_shown(visit: Visit, part: str) -> None:
    shown = visit("/handbuch" + ("" if part == handbook.FIRST else f"?teil={part}"))
    assert shown.headings[0] == "Handbuch"
    assert list(shown.app.error) == []
    headings = [one.title for one in handbook.chapters(part) if one.level == 2]
    assert [one.value for one in shown.app.header] == headings + ["Kennzahlen"] * (part == handbook.TERMS)
    terms = [one.title for one in handbook.chapters(part) if one.level == 3]
    assert terms == ([one.value for one in shown.app.subheader] or shown.find("dt")[: len(terms)])
    pictures = [block for one in handbook.chapters(part) for block in one.blocks if isinstance(block, HandbookPicture)]
    assert len(shown.app.image) == len(pictures)


def test_every_figure_of_the_catalogue_is_explained(visit: Visit) -> None:
    said = visit("/handbuch?teil=begriffe").find("dt")
    assert {one.name for one in indicators.indicators().values()} <= set(said)
