"""What people enter: read from lists and forms, checked, saved with its history, and shown in German again."""
