"""Boundaries: read, brought to one territorial state, simplified, served as map layers."""
