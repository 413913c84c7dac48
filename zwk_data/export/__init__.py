"""Files for people: CSV for a German Excel, XLSX."""
