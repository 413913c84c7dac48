"""ZWK-Monitor: everything behind the pages.

Data flows one way, lowest first: ``schema | sources -> geo -> stores -> records | warehouse -> programme | demography
-> profile -> charts -> views -> dossier | room | display -> export -> web | cli``. Only ``web`` knows Streamlit.
"""

__version__ = "0.2.0"
