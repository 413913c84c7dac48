"""What .streamlit/config.toml promises."""

from __future__ import annotations

import tomllib

import pytest
from streamlit import config as streamlit_config

from zwk_data.charts import chart
from zwk_data.settings import ROOT

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("key", [f"{section}.{name}" for section, values in CONFIG.items() for name in values])
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
    style = (ROOT / "zwk_data" / "web" / "static" / "style.css").read_text(encoding="utf-8")
    for name in ("ACCENT", "ACCENT_SOFT", "INK", "MUTED", "QUIET", "LINE", "SURFACE", "WARM", "WARM_SOFT"):
        assert f"--{name.lower().replace('_', '-')}: {getattr(chart, name)};" in style
