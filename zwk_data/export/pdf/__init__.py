"""Dossier, posters and Synopse as PDF: tagged, with real text, embedded fonts and charts as vector graphics."""

from zwk_data.export.pdf.documents import dossier_pdf, poster_pdf, synopse_pdf

__all__ = ["dossier_pdf", "poster_pdf", "synopse_pdf"]
