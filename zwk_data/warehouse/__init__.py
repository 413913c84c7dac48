"""The DuckDB stores: collect, build, check, and the one way to read them."""
