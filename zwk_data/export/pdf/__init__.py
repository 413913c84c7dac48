"""Dossier, posters, Synopse, Kommunalprofil, Ministerblatt as PDF: tagged, real text, own fonts, vector graphics."""

from zwk_data.export.pdf.documents import dossier_pdf, ministerblatt_pdf, poster_pdf, profile_pdf, synopse_pdf

__all__ = ["dossier_pdf", "ministerblatt_pdf", "poster_pdf", "profile_pdf", "synopse_pdf"]
