"""A dossier, or a Kommunalprofil, as slides for PowerPoint: native charts and tables, a master of our own, notes."""

from zwk_data.export.slides.deck import dossier_pptx, profile_pptx, session_pptx

__all__ = ["dossier_pptx", "profile_pptx", "session_pptx"]
