"""ZWK-Monitor: everything behind the pages.

Data flows one way, lowest first: ``schema | sources -> geo -> stores -> records | warehouse -> programme | demography
-> charts -> views -> dossier | room | display -> export -> web | cli``. Streamlit is known to ``web`` alone.
"""

__version__ = "0.1.0"
