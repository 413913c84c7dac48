"""The live display: what each scene shows. It is public and never asks who is logged in."""
