"""The live display: what each scene tells, drawn without a browser; public by design, whoever has logged in."""
