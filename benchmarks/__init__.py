"""The product measured against an empty page and a plain map app, in one run: ``python -m benchmarks.run``."""
