"""The session in the room: what is said there, on phones and on the wall, until it becomes a record."""
