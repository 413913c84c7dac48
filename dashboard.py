"""The app: ``streamlit run dashboard.py`` or ``uvicorn dashboard:app``."""

import os
import sys

import streamlit as st

from zwk_data.errors import ZwkError
from zwk_data.settings import ROOT, check_settings, close_home
from zwk_data.web.server import is_for_others, lifespan, middleware, routes
from zwk_data.web.shell.page import refuse_without_texts
from zwk_data.web.shell.start import show_problem, take_path

try:
    check_settings()
except ZwkError as error:
    sys.exit(str(error))
# what people enter is read by nobody else on this machine
os.umask(0o077)
close_home()
take_path()
refuse_without_texts(for_others=is_for_others())
app = st.App(
    ROOT / "zwk_data" / "web" / "navigation.py",
    middleware=middleware(),
    routes=routes(),
    lifespan=lifespan,
    on_script_error=show_problem,
)
