"""What people enter: read from lists and forms, checked, saved with its history, shown in German again."""
