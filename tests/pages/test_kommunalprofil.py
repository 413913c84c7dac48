"""Kommunalprofil: any place is found, read, completed in own words and taken along."""

from __future__ import annotations

import io

import pptx
import pypdf
import pytest

from tests.pages.conftest import Visit

FORM = "Ergänzen und in eigene Worte fassen"


@pytest.mark.slow
def test_a_place_is_found_by_name_and_read(visit: Visit) -> None:
    shown = visit("/kommunalprofil")
    assert "Bitte oben eine Kommune wählen oder einen Ort suchen: Dann steht hier sein Profil." in shown.notices
    shown.fill("Oder: Gemeinde, Verband oder Kreis in Deutschland", "siggelkow")
    (link,) = shown.elements("ul.zwk-hits")[0].iter("a")
    assert link.get("href") == "/kommunalprofil?gebiet=13076125"
    shown = visit("/kommunalprofil?gebiet=13076125")
    assert shown.find("h2")[:4] == ["Siggelkow", "Was am meisten auffällt", "Stärken", "Schwächen"]
    assert "Bildung" in shown.find("h2")
    assert "im Landkreis Ludwigslust-Parchim" in shown.text
    assert "weniger als 1.000 Menschen" in shown.text
    assert len(shown.elements(".zwk-strips")) == 10
    # below what stands out, and below each chapter
    assert len(shown.elements(".zwk-source")) == 11
    assert not shown.alerts


def test_what_is_not_there_is_said(visit: Visit) -> None:
    shown = visit("/kommunalprofil?gebiet=99999999")
    assert any("99999999" in one for one in shown.notices)
    assert "gebiet" not in shown.address
    shown.fill("Oder: Gemeinde, Verband oder Kreis in Deutschland", "Entenhausen")
    assert any(one.startswith("Zu „Entenhausen“ gibt es kein Gebiet.") for one in shown.notices)
    shown.fill("Oder: Gemeinde, Verband oder Kreis in Deutschland", "neu")
    assert any("weitere Gebiete passen auch" in one for one in shown.notices)


@pytest.mark.slow
def test_each_kind_of_participant_has_a_profile(visit: Visit) -> None:
    for kommune, said in (
        ("rodachtal", "Mehrere Zahlen stehen in dieser Reihenfolge: Landkreis Coburg / Landkreis Haßberge"),
        ("spelle", "Gemeindeverband in Niedersachsen, Landkreis Emsland"),
        ("dortmund", "nimmt ein Teil der Stadt teil"),
        ("lk-uckermark", "Landkreis in Brandenburg"),
    ):
        shown = visit(f"/kommunalprofil?kommune={kommune}")
        assert said in shown.text, kommune
        assert len(shown.elements(".zwk-strips")) == 10
    # an area that is a participant is shown as one
    assert "Entwicklung, Altersaufbau und Ausblick" in visit("/kommunalprofil?gebiet=14627230").text


@pytest.mark.slow
def test_own_words_are_kept_for_participants_and_stand_in_the_files(desk: Visit) -> None:
    shown = desk("/kommunalprofil?kommune=riesa", "public").open(FORM)
    shown.widget("Stärken, eine je Zeile").set_value("Die Vereine\nDie Lage an der Elbe")
    shown.widget("Zu: Bildung").set_value("Drei Schulen bleiben.")
    shown.press("Speichern")
    shown = desk("/kommunalprofil?kommune=riesa", "public")
    assert "Die Lage an der Elbe" in shown.find("li")
    assert "Drei Schulen bleiben." in shown.notices
    name, content = shown.download("PDF")
    assert name == "kommunalprofil_riesa_14627230.pdf"
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    assert len(pages) == 2
    assert "Drei Schulen bleiben." in " ".join(one.extract_text() for one in pages)
    name, content = shown.download("Folien")
    assert name == "kommunalprofil_riesa_14627230.pptx"
    titles = [slide.shapes.title.text_frame.text for slide in pptx.Presentation(io.BytesIO(content)).slides]
    assert "Bildung" in titles
    # an unchanged draft keeps following the figures
    assert "Schwächen" in shown.find("h2")
    assert any(one.startswith("Entwurf aus den Zahlen") for one in shown.notices)


@pytest.mark.slow
def test_words_to_any_other_place_are_not_kept(desk: Visit) -> None:
    shown = desk("/kommunalprofil?gebiet=13076125", "public").open(FORM)
    shown.widget("Was uns wichtig ist").set_value("Ein Dorfladen")
    shown.press("Übernehmen")
    assert "Ein Dorfladen" in shown.text
    _, content = shown.download("PDF")
    assert "Ein Dorfladen" in " ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert "Ein Dorfladen" not in desk("/kommunalprofil?gebiet=13076125", "public").text


@pytest.mark.slow
def test_who_may_not_write_sees_no_form(signed_in: Visit) -> None:
    for who in (None, "beratung"):
        shown = signed_in("/kommunalprofil?kommune=riesa", who)
        assert FORM not in [one.label for one in shown.app.expander]
    shown = signed_in("/kommunalprofil?kommune=adorf", "beratung")
    assert not shown.has("Speichern")
    assert shown.open(FORM).has("Speichern")


@pytest.mark.slow
def test_of_two_who_write_the_same_the_second_is_told_and_loses_nothing(desk: Visit) -> None:
    first, second = (desk("/kommunalprofil?kommune=spelle", "public").open(FORM) for _ in range(2))
    first.widget("Was uns wichtig ist").set_value("Der Hafen")
    first.press("Speichern")
    second.widget("Was uns wichtig ist").set_value("Die Ems")
    second.widget("Zu: Bildung").set_value("Eine Schule.")
    second.press("Speichern")
    assert "Nicht gespeichert: " in second.text
    assert "hat inzwischen „Text“ geändert" in second.text
    assert second.widget("Was uns wichtig ist").value == "Die Ems"
    assert "Der Hafen" in second.find("p")
    assert "Eine Schule." not in desk("/kommunalprofil?kommune=spelle", "public").notices
    # who has seen it may decide otherwise
    second.press("Speichern")
    shown = desk("/kommunalprofil?kommune=spelle", "public")
    assert "Die Ems" in shown.text
    assert "Eine Schule." in shown.notices
    # and who changed nothing changes nothing
    first.press("Speichern")
    assert "Es gab nichts zu speichern" in first.text
    assert "Die Ems" in desk("/kommunalprofil?kommune=spelle", "public").text
