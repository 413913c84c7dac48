"""A Kommunalprofil as a file: two pages of PDF, or slides."""

from __future__ import annotations

from zwk_data.errors import ZwkError
from zwk_data.export.pdf import profile_pdf
from zwk_data.export.slides import profile_pptx
from zwk_data.profile.places import plain
from zwk_data.views.profile_sheet import Sheet

MAKERS = {"pdf": profile_pdf, "pptx": profile_pptx}


def make(sheet: Sheet, form: str) -> bytes:
    """The profile as pdf or pptx. Raises ZwkError for another form."""
    if form not in MAKERS:
        raise ZwkError(f"Die Form „{form}“ gibt es nicht. Möglich sind: {', '.join(MAKERS)}.")
    return MAKERS[form](sheet)


def file_name(sheet: Sheet, form: str) -> str:
    """``kommunalprofil_riesa_14627230.pdf``: plain letters, and the key, as names come more than once."""
    place = sheet.place
    letters = "".join(sign if sign.isalnum() else " " for sign in plain(place.full))
    key = f"_{place.key}" if place.key.isdigit() else ""
    return f"kommunalprofil_{'-'.join(letters.split())}{key}.{form}"
