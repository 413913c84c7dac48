"""Readers, one for each publisher's file format: a file goes in, a tidy frame comes out."""
