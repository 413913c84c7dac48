"""The DuckDB files: where they lie, how they are opened, read, written and copied, and what is remembered of them."""
