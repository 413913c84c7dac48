"""A map page as it is usually written: Plotly Express with the boundaries inside the figure, and pandas filters.

It reads the same figures and the same boundaries as the product, exported by the harness into ``BENCH_INPUTS``.
Boundaries and figures are cached, as the documentation of Streamlit advises; everything else is written as in the
examples of Plotly and Streamlit. It leaves out what would make it slower (a data frame under the map, a tiled
background from another host), so the comparison errs in its favour.
"""

import json
import os
from pathlib import Path

import pandas as pd
import plotly.express as px
import streamlit as st

INPUTS = Path(os.environ["BENCH_INPUTS"])

st.set_page_config(page_title="Karte", layout="wide")


@st.cache_data
def load_boundaries() -> dict:
    return json.loads((INPUTS / "kreise.geojson").read_text(encoding="utf-8"))


@st.cache_data
def load_figures() -> pd.DataFrame:
    return pd.read_parquet(INPUTS / "figures.parquet")


st.title("Karte der Kreise")
figures = load_figures()
indicators = figures.drop_duplicates("indicator_id").set_index("indicator_id")["name_de"]
left, right = st.columns(2)
indicator = left.selectbox("Kennzahl", list(indicators.index), format_func=lambda key: indicators[key])
years = sorted(figures[figures["indicator_id"] == indicator]["year"].unique(), reverse=True)
year = right.selectbox("Jahr", years)

shown = figures[(figures["indicator_id"] == indicator) & (figures["year"] == year)]
figure = px.choropleth_map(
    shown,
    geojson=load_boundaries(),
    locations="area_key",
    featureidkey="properties.area_key",
    color="value",
    hover_name="name",
    labels={"value": indicators[indicator]},
    map_style="white-bg",
    center={"lat": 51.2, "lon": 10.4},
    zoom=4.8,
    height=700,
)
st.plotly_chart(figure)
