"""ZWK-Monitor: everything of the dashboard that can be tested without a browser.

Data flows one way: ``sources -> warehouse -> demography | programme -> charts -> pages``.
"""

__version__ = "0.1.0"
