"""The data files (DuckDB, SQLite): where they are, how they are read, written and copied; and remembered answers."""
