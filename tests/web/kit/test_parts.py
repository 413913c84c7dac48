"""The parts of a page, as Streamlit gets them."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest


def html(app: AppTest) -> str:
    """All HTML that a page put out."""
    return "\n".join(element.proto.body for element in app.get("html"))


def chart_page() -> None:
    import pandas as pd
    import plotly.graph_objects as go

    from zwk_data.charts.chart import Chart
    from zwk_data.web.kit import parts

    class Watched(pd.DataFrame):
        """A table that notices when it is written out."""

        @property
        def columns(self):
            raise AssertionError("the table was made although it is closed")

    chart = Chart(
        go.Figure(),
        title="Titel <b>",
        alt="Was zu sehen ist.",
        source="Amt",
        table=Watched({"a": [1]}),
        filename="datei",
        note="Ein Hinweis.",
    )
    parts.show(chart, key="probe")


def test_a_chart_brings_its_words_and_makes_no_table_before_it_is_wanted() -> None:
    app = AppTest.from_function(chart_page, default_timeout=30).run()
    assert not app.exception
    text = html(app)
    assert "<h3" in text
    assert "Titel &lt;b&gt;" in text
    assert "Ein Hinweis." in text
    assert "Quelle: Amt" in text
    assert [expander.label for expander in app.expander] == ["Als Tabelle", "Nutzen und Teilen"]
    assert app.get("plotly_chart")[0].proto.alt == "Was zu sehen ist."
    assert '"locale": "de"' in app.get("plotly_chart")[0].proto.config.replace('":"', '": "')
    app.session_state["probe-tabelle"] = True
    assert app.run().exception  # opened, it is made: the watch works


def words_page() -> None:
    from zwk_data.web.kit import parts
    from zwk_data.web.kit.markup import Link

    parts.page_header("Seite & Titel", "Ein <i>Satz</i>.")
    parts.figures([("Kommunen", "39", "öffentlich genannt"), ("Länder", "13", "")])
    parts.source_line("Quelle: schon genannt")
    parts.notice("Achtung", kind="warning")
    parts.glossary([("Begriff", ["Erklärung", ""])])
    parts.linked_text(["Siehe ", Link("hier", "https://example.org/?a=1&b=2"), "."])


def test_words_are_escaped_and_set_in_the_right_elements() -> None:
    app = AppTest.from_function(words_page, default_timeout=30).run()
    assert not app.exception
    text = html(app)
    assert "<h1>Seite &amp; Titel</h1>" in text
    assert "<i>" not in text
    assert text.count("<dt>") == 3
    assert text.count("<span>") == 1  # no empty explanation
    assert "Quelle: Quelle" not in text
    assert 'class="zwk-notice zwk-warning"' in text
    assert "<dd></dd>" not in text
    assert 'href="https://example.org/?a=1&amp;b=2"' in text


def test_a_fault_is_shown_as_one_sentence() -> None:
    def page() -> None:
        from zwk_data.errors import ZwkError
        from zwk_data.web.shell.start import show_problem

        assert show_problem(ZwkError("Die Datei fehlt."))
        assert show_problem(ZeroDivisionError("geheimer Pfad"))

    app = AppTest.from_function(page, default_timeout=30).run()
    messages = [error.value for error in app.error]
    assert messages[0] == "Die Datei fehlt."
    assert "konnte nicht vollständig gezeigt werden" in messages[1]
    assert "geheimer" not in "".join(messages)


def one_element_page() -> None:
    import pandas as pd
    import plotly.graph_objects as go

    from zwk_data.charts.chart import Chart
    from zwk_data.errors import ZwkError
    from zwk_data.web.kit import parts

    chart = Chart(
        go.Figure(), title="Bild", alt="Ein Bild.", source="Amt", table=pd.DataFrame({"a": [1]}), filename="datei"
    )
    with parts.one_element():
        parts.section("Anfang")
        parts.prose(["Ein Satz."])
        parts.show(chart, key="probe")
        parts.points(["Ein Punkt."])
    parts.notice("Danach.")
    with parts.faults_shown(), parts.one_element():
        parts.notice("Bis hierher.")
        raise ZwkError("Hier fehlt etwas.")


def test_what_follows_one_another_is_one_element_and_stays_in_its_order() -> None:
    app = AppTest.from_function(one_element_page, default_timeout=30)
    app.session_state["probe-tabelle"] = True
    app.run()
    assert [one.value for one in app.error] == ["Hier fehlt etwas."]
    shown = [one for one in app.main if one.type in ("html", "plotly_chart", "expander")]
    held = [re.sub("<[^>]+>", " ", one.proto.body).split() if one.type == "html" else one.type for one in shown]
    assert held == [
        ["Anfang", "Ein", "Satz.", "Bild"],
        "plotly_chart",
        ["Quelle:", "Amt"],
        "expander",
        ["Bild", "a", "1"],
        "expander",
        ["Ein", "Punkt."],
        ["Danach."],
        ["Bis", "hierher."],
    ]
