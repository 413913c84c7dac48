"""The two DuckDB stores: where they lie, how they are opened, read, written, copied, and what is remembered of them."""
