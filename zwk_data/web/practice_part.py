"""Themen, Gute Praxis und Werkzeuge: what is released for whoever looks, of one theme or of all."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from zwk_data import german
from zwk_data.programme import practice
from zwk_data.web import parts
from zwk_data.web.links import Link, linked_table, source_link
from zwk_data.web.themes_view import Choice, filled, sees_all, source, texts


def practices_and_tools(chosen: Choice) -> None:
    """Both lists; a theme chosen above filters them."""
    about = f" zu „{chosen.title}“" if chosen.theme else ""
    parts.section(
        f"Gute Praxis{about}", "Was Kommunen getan haben, für wen, mit welchem Ergebnis, und wer Auskunft gibt."
    )
    found = parts.cached(practice.practices)(chosen.theme)
    if found.empty:
        parts.notice(
            f"Nicht belegt: Gute Praxis{about} ist hier nicht eingetragen oder nicht für Sie freigegeben."
            if not sees_all()
            else f"Nicht belegt: Gute Praxis{about} ist hier noch nicht eingetragen. Geschäftsstelle und Beratung "
            "tragen sie unter Datenpflege ein und geben sie frei."
        )
    else:
        _practices(found)
    parts.section(f"Werkzeuge{about}", "Aus dem Werkzeugkoffer, mit den Kommunen, deren Maßnahmen sie nutzen.")
    tools = parts.cached(practice.tools)(chosen.theme)
    if tools.empty:
        parts.notice(f"Nicht belegt: Werkzeuge{about} sind hier noch nicht eingetragen.")
    else:
        tool_table(tools)


def _practices(found: pd.DataFrame) -> None:
    columns: dict[str, list[object]] = {
        "Was": [
            Link(t, url) if isinstance(url, str) else t for t, url in zip(found["title"], found["link"], strict=True)
        ],
        "Kommune": found["name"].tolist(),
        "Thema": texts(found["theme"]),
        "Wie": texts(found["description"]),
        "Für wen": texts(found["for_whom"]),
        "Ergebnis": texts(found["result"]),
        "Ansprechstelle": texts(found["contact_body"]),
        "Freigabe": found["release_de"].tolist(),
    }
    if len(set(found["theme"])) == 1:
        del columns["Thema"]
    st.html(linked_table(filled(columns), german.count(len(found), "Beispiel", "Beispiele")))
    parts.source_line(source(entered=True))


def tool_table(tools: pd.DataFrame) -> None:
    """Rows of ``practice.tools``."""
    st.html(
        linked_table(
            filled(
                {
                    "Werkzeug": tools["title"].tolist(),
                    "Thema": texts(tools["theme"]),
                    "Maßnahmen": [int(n) for n in tools["uses"]],
                    "Genutzt von": texts(tools["users"]),
                    "Bemerkung": texts(tools["note"]),
                    "Link": [source_link(url) for url in tools["link"]],
                }
            ),
            german.count(len(tools), "Werkzeug", "Werkzeuge"),
            numeric=("Maßnahmen",),
        )
    )
    parts.source_line(source(entered=True))
