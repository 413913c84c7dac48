"""The programme: participants, stages and themes, from facts to frames."""
