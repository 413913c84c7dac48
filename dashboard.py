"""The app: ``streamlit run dashboard.py`` or ``uvicorn dashboard:app``."""

import streamlit as st

from zwk_data.settings import ROOT
from zwk_data.web.server import lifespan, middleware, routes
from zwk_data.web.shell.start import refuse_a_path, show_problem

refuse_a_path()
app = st.App(
    ROOT / "zwk_data" / "web" / "navigation.py",
    middleware=middleware(),
    routes=routes(),
    lifespan=lifespan,
    on_script_error=show_problem,
)
