"""The page of one Kommune."""
