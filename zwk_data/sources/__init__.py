"""Readers: one module per publisher's file format, file in, tidy frame out."""
