"""Who is asking: the login, the roles, and what the provider says of a person."""
