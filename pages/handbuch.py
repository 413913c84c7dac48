"""Handbuch: how to work with the monitor, for each audience, with a paragraph for every page, terms and questions."""

import streamlit as st

from zwk_data.demography import indicators as catalogue
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose_tab
from zwk_data.web.kit.markup import Link, page_link, render
from zwk_data.web.shell import handbook
from zwk_data.web.shell.handbook import HandbookChapter, HandbookPicture

OF_FIGURES = ("kennzahlen", "Kennzahlen")


def draw(chapter: HandbookChapter) -> None:
    """A chapter with its pictures; the tab has the words of the part's own heading."""
    if chapter.level > 1:
        (st.header if chapter.level == 2 else st.subheader)(chapter.title, anchor=chapter.anchor)
    for block in chapter.blocks:
        if isinstance(block, HandbookPicture):
            st.image(block.file, alt=block.words)
        else:
            st.markdown(block)


def draw_terms(chapters: tuple[HandbookChapter, ...]) -> None:
    """Terms in groups, each with its explanation; and every figure of the catalogue with its own."""
    for number, chapter in enumerate(chapters):
        if chapter.level < 3:
            draw(chapter)
            rest = chapters[number + 1 :]
            upto = next((place for place, one in enumerate(rest) if one.level < 3), len(rest))
            parts.glossary([(one.title, [one.text]) for one in rest[:upto]], [one.anchor for one in rest[:upto]])
    st.header(OF_FIGURES[1], anchor=OF_FIGURES[0])
    more = Link("Formel, Richtung und Quelle jeder Kennzahl", page_link("quellen", teil="kennzahlen"))
    parts.linked_text([more])
    found = catalogue.listed_indicators()
    parts.glossary(list(zip(found["name"], ([words] for words in found["definition"]), strict=True)))


parts.page_header(
    "Handbuch",
    "Wählen Sie Ihren Bereich, oder schlagen Sie nach. Das Fragezeichen oben auf jeder Seite führt zu ihrem Abschnitt "
    "hier.",
)
tab, place = choose_tab({name: part.title for name, part in handbook.PARTS.items()}, key="teil")
with place:
    shown = handbook.chapters(tab)
    links = [Link(one.title, f"#{one.anchor}") for one in shown if one.level == 2]
    if tab == handbook.TERMS:
        links.append(Link(OF_FIGURES[1], f"#{OF_FIGURES[0]}"))
    st.html(render("rahmen/inhalt", links=links))
    with st.container(key="handbuch"):
        if tab == handbook.TERMS:
            draw_terms(shown)
        else:
            for one in shown:
                draw(one)
