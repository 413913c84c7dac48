"""Live sessions: what is collected on phones and on the wall, until it is saved as a record."""
