"""What people enter: read from forms and lists, checked, saved with a history, and shown again in German."""
