"""Questions about the programme: participants, stages, themes, measures, money."""
