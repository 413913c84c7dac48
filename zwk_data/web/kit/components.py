"""Our own page components; their scripts are files, as inline scripts would need a laxer security policy."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from zwk_data import __version__
from zwk_data.settings import ROOT
from zwk_data.web.kit.templates import render

NAMES = ("keys", "map", "share")


def component(name: str) -> Any:
    """The component ``name`` (one of NAMES), from its template and script; called as ``st.components.v2`` says."""
    full = f"zwk.{name}"
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(full) is None:
        configs = [ComponentConfig(one, "zwk_data/web/static/components") for one in NAMES]
        manager.register_from_manifest(ComponentManifest("zwk", __version__, configs), ROOT)
    return st.components.v2.component(full, html=render(f"components/{name}"), js=f"{name}.js", isolate_styles=False)
