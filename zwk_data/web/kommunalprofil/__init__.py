"""The page Kommunalprofil."""
