"""The ground: every table of the programme, the kinds of fields, and the words for their codes."""
