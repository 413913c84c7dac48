"""The page Lage."""
