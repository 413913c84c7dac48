"""The app: ``streamlit run dashboard.py`` or ``uvicorn dashboard:app``."""

import streamlit as st

from zwk_data.paths import ROOT
from zwk_data.web.middleware import middleware
from zwk_data.web.problems import show_problem
from zwk_data.web.routes import routes
from zwk_data.web.start import lifespan

app = st.App(
    ROOT / "zwk_data" / "web" / "navigation.py",
    middleware=middleware(),
    routes=routes(),
    lifespan=lifespan,
    on_script_error=show_problem,
)
