"""Files of data (DuckDB, SQLite): where they lie, how they are opened, read, written, copied; what is remembered."""
