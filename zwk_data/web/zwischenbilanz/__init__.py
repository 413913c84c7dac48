"""The page Zwischenbilanz."""
