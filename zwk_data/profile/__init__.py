"""The Kommunalprofil of any Gemeinde, Verband or Kreis: its figures by chapter, beside others, and what stands out."""
