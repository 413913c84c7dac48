"""Dossier, posters, Synopse and Kommunalprofil as PDF: tagged, with real text, embedded fonts, vector graphics."""

from zwk_data.export.pdf.documents import dossier_pdf, poster_pdf, profile_pdf, synopse_pdf

__all__ = ["dossier_pdf", "poster_pdf", "profile_pdf", "synopse_pdf"]
