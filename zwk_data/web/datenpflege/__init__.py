"""The page Datenpflege."""
