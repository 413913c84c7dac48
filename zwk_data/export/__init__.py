"""Files for people: CSV, Excel, PowerPoint, PDF."""
