"""The ground: every table the programme keeps, what kinds of fields there are, and the words for their codes."""
