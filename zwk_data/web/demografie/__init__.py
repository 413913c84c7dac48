"""The page Demografie."""
