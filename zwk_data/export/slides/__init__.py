"""A dossier as slides for PowerPoint: native charts and tables, a master of our own, speaker notes."""

from zwk_data.export.slides.deck import dossier_pptx

__all__ = ["dossier_pptx"]
