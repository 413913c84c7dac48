"""Links and the matrix: escaped, described, and readable without colours."""

from __future__ import annotations

import pandas as pd

from zwk_data.schema.words import STAGES
from zwk_data.web.kit.markup import Link, legend_html, linked_table, matrix_html, page_link, source_link


def test_own_addresses_leave_out_what_is_not_chosen() -> None:
    assert page_link("stufen", kommune="riesa", land=None) == "/stufen?kommune=riesa"
    assert page_link("stufen", land="Baden-Württemberg") == "/stufen?land=Baden-W%C3%BCrttemberg"
    assert page_link("stufen") == "/stufen"


def test_a_source_says_its_host_and_keeps_to_itself() -> None:
    html = source_link("https://www.zwickau.de/de/472.php?a=1&b=2", "(Werkstattplan)").html()
    assert html == (
        '<a href="https://www.zwickau.de/de/472.php?a=1&amp;b=2" rel="noopener noreferrer">zwickau.de'
        '<span class="zwk-unseen"> (Werkstattplan)</span></a>'
    )
    assert source_link(None) == source_link(float("nan")) == "–"


def test_cells_are_escaped_and_empty_ones_are_dashes() -> None:
    html = linked_table({"Kommune": [Link("<b>", '/x?"')], "Hinweis": ["<script>"], "Leer": [None]}, "a & b")
    assert "<script>" not in html
    assert "<b>" not in html
    assert 'href="/x?&#34;"' in html
    assert "<td>–</td>" in html
    assert "<caption>a &amp; b</caption>" in html
    assert "Keine Einträge" in linked_table({"Kommune": []}, "leer")


CELLS = pd.DataFrame(
    [
        (key, stage, state, text, note, {"day": "dated"}.get(state, state))
        for key in ("a", "b")
        for stage, (state, text, note) in zip(
            STAGES,
            [("day", "01.02.2022", "im <Saal>"), ("undated", "ohne Datum", "")] + [("none", "nicht belegt", "")] * 3,
            strict=True,
        )
    ],
    columns=["participant_id", "stage", "state", "text", "note", "evidence"],
)
PEOPLE = pd.DataFrame({"participant_id": ["b", "a"], "land": ["Hessen", "Bayern"]})


def matrix(**options: object) -> str:
    return matrix_html(PEOPLE, CELLS, "Probe", link=lambda key: Link(key.upper(), f"/{key}"), **options)  # type: ignore[arg-type]


def test_every_cell_says_its_state_in_words() -> None:
    for html in (matrix(), matrix(small=True)):
        assert html.count("nicht belegt</span>") == 6
        assert html.count("ohne Datum") >= 2
        assert html.count('scope="row"') == 2
        assert html.count('scope="col"') == (7 if "zwk-small" not in html else 6)
        assert "im <Saal>" not in html


def test_stages_documented_for_all_at_once_do_not_count_for_the_kommune() -> None:
    cells = CELLS.assign(**{column: CELLS[column].replace("undated", "blanket") for column in ("state", "evidence")})
    html = matrix_html(PEOPLE, cells, "Probe", link=lambda key: Link(key.upper(), f"/{key}"))
    assert html.count('<td class="n">1</td>') == 2
    assert matrix().count('<td class="n">2</td>') == 2


def test_rows_keep_their_order_and_groups_head_them() -> None:
    html = matrix(group="land", chosen="a")
    assert html.index("Hessen") < html.index(">B<") < html.index("Bayern") < html.index(">A<")
    assert html.count('scope="rowgroup"') == 2
    assert html.count("zwk-chosen") == 1


def test_the_legend_explains_every_sign() -> None:
    for words in ("auf den Tag belegt", "auf den Monat belegt", "auf das Jahr belegt", "ohne Datum", "nicht belegt"):
        assert words in legend_html()
