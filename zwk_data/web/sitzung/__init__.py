"""The page Sitzung."""
