"""Boundaries: read, bring to one territorial state, simplify, serve as layers."""
