"""What .streamlit/config.toml promises."""

from __future__ import annotations

import re
import tomllib

import pytest
from streamlit import config as streamlit_config

from zwk_data.charts import chart, marks, together
from zwk_data.charts.measures_and_money import STATUS_LOOKS, STEP_LOOKS
from zwk_data.charts.stages import COLOURS, INKS
from zwk_data.settings import ROOT
from zwk_data.web.kit import assets

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


DARK = CONFIG["theme"].pop("dark")
KEYS = [f"{section}.{name}" for section, values in {**CONFIG, "theme.dark": DARK}.items() for name in values]


@pytest.mark.parametrize("key", KEYS)
def test_every_option_exists_in_this_streamlit(key: str) -> None:
    assert key in streamlit_config._config_options_template


def test_nothing_calls_home() -> None:
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorLinks"] is False
    # without an address Streamlit asks a foreign host for this machine's own
    assert CONFIG["server"]["address"] == "localhost"
    assert "://" not in (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")


def test_pages_and_charts_share_their_colours() -> None:
    theme = CONFIG["theme"]
    assert theme["primaryColor"] == chart.ACCENT
    assert theme["textColor"] == chart.INK
    assert theme["secondaryBackgroundColor"] == chart.SURFACE
    assert theme["borderColor"] == chart.LINE
    style = assets.content("style.css").decode()
    for name in ("ACCENT", "ACCENT_SOFT", "INK", "MUTED", "QUIET", "LINE", "SURFACE", "WARM", "WARM_SOFT"):
        assert f"--{name.lower().replace('_', '-')}: {getattr(chart, name)};" in style


def luminance(colour: str) -> float:
    """Of a colour such as ``#0b5c6e``, by WCAG 2.1."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_dark_is_the_same_dark_everywhere() -> None:
    dark = assets.content("style.css").decode().partition("prefers-color-scheme: dark")[2]
    names = {
        "primaryColor": "accent",
        "backgroundColor": "paper",
        "secondaryBackgroundColor": "surface",
        "textColor": "ink",
        "linkColor": "accent",
        "borderColor": "line",
    }
    assert set(names) == set(DARK)
    for key, name in names.items():
        assert f"--{name}: {DARK[key]};" in dark
    early = re.search(r"DARK_THEME: {(.*?)}", assets.content("german.js").decode())
    assert early
    assert dict(re.findall(r'(\w+): "(#\w+)"', early[1])).items() <= DARK.items()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_edges_can_be_told_from_what_they_stand_on(scheme: str) -> None:
    light, _, dark = assets.content("style.css").decode().partition("prefers-color-scheme: dark")
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", (light if scheme == "light" else dark)))
    for ground in ("paper", "surface", "tint", "accent-soft", "warm-soft"):
        for word in ("ink", "muted", "accent", "warm"):
            assert contrast(colours[word], colours[ground]) >= 4.5, (word, ground)
    for edge in ("edge", "quiet", "full", "accent", "warm"):
        assert contrast(colours[edge], colours["paper"]) >= 3, edge
    for ground in ("accent", "warm", "ink"):
        assert contrast(colours["paper"], colours[ground]) >= 4.5, ground


def test_numbers_within_charts_can_be_read() -> None:
    looks = [(one.colour, one.ink) for one in (*STEP_LOOKS.values(), *STATUS_LOOKS.values())]
    looks += [(colour, INKS[stage]) for stage, colour in COLOURS.items()]
    shades = enumerate(marks.SHADES, start=1)  # zero has none
    looks += [(shade, chart.PAPER if place >= marks.DARK else chart.INK) for place, shade in shades]
    # seven steps from −1 to 1: the outermost are dark
    looks += [(step, chart.PAPER if place in (0, 6) else chart.INK) for place, step in enumerate(together.STEPS)]
    assert {pair: contrast(*pair) for pair in looks if contrast(*pair) < 4.5} == {}


def test_no_rule_asks_the_whole_page_at_each_change() -> None:
    """``:has()`` of what holds the page: four charts took 4.0 s with such rules and 2.7 s without."""
    whole = r'(?:html|body|\[data-testid="(?:stMain|stMainBlockContainer|stToolbar)"\](?: > div)?):has\([^{]*'
    found = [rule for rule in re.findall(whole, assets.content("style.css").decode()) if "stSidebar" not in rule]
    assert found == []  # the menu of a narrow screen is opened by an attribute, which the head's script does not watch
