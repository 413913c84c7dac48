"""The page Themen."""
