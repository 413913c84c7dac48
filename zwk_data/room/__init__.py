"""The session room: what participants say there on their phones and on the wall, until it becomes a record."""
