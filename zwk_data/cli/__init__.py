"""The commands of ``python -m zwk_data``."""
