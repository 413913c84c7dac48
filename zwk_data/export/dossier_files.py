"""Dossiers, Kommunalprofile, posters, the Synopse, a quarter as files: one at a time, or the dossiers of many.

What draws them takes over a second to load. It is loaded when a file is made, or ahead (``load_makers``): pages need
the names of the files alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from zwk_data import settings
from zwk_data.dossier import content
from zwk_data.dossier import synopse as synopse_table
from zwk_data.dossier.model import Dossier, source
from zwk_data.dossier.quarter import ministerblatt, quarter_report
from zwk_data.errors import ZwkError
from zwk_data.profile.places import plain
from zwk_data.programme import measures_and_money, participants
from zwk_data.programme.report import Quarter
from zwk_data.records import quick_entry
from zwk_data.schema.words import WITHOUT_FIELD
from zwk_data.settings import today
from zwk_data.views.monitoring import View
from zwk_data.views.profile import ProfileSheet

_CHECK = "Bitte prüfen, ob es diesen Ordner geben darf, ob er beschreibbar ist und ob Platz frei ist."


@dataclass(frozen=True)
class Form:
    """A file format: its German ``name``, the ``ending`` of its files, its ``mime`` type."""

    name: str
    ending: str
    mime: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMS = {
    "pdf": Form("PDF", "pdf", "application/pdf"),
    "pptx": Form("Folien (PowerPoint)", "pptx", f"{_OFFICE}.presentationml.presentation"),
    "sitzung": Form("Folien für die Sitzung, höchstens 12", "pptx", f"{_OFFICE}.presentationml.presentation"),
    "xlsx": Form("Arbeitsmappe (Excel)", "xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
}


@dataclass(frozen=True)
class Step:
    """The progress of a batch: ``done`` of ``total`` Kommunen, and the ``name`` of the last one."""

    done: int
    total: int
    name: str


def make(dossier: Dossier, form: str) -> bytes:
    """The dossier in one of ``FORMS``. Raises ZwkError for another form, and for a picture without alternative text."""
    if form not in FORMS:
        raise ZwkError(f"Die Form „{form}“ gibt es nicht. Möglich sind: {', '.join(FORMS)}.")
    from zwk_data.export import dossier_xlsx, pdf, slides

    makers = {
        "pdf": pdf.dossier_pdf,
        "pptx": slides.dossier_pptx,
        "sitzung": slides.session_pptx,
        "xlsx": dossier_xlsx.dossier_xlsx,
    }
    return makers[form](dossier)


def load_makers() -> None:
    """Load what draws the files, so that nobody waits for it."""
    from zwk_data.export import dossier_xlsx, pdf, slides  # noqa: F401


def file_name(participant_id: str, form: str) -> str:
    """``zwischenbilanz_riesa.pdf``: always the same, so that a new file replaces the old one."""
    what = "sitzung" if form == "sitzung" else "zwischenbilanz"
    return f"{what}_{participant_id}.{FORMS[form].ending}"


def complete(
    participant_id: str, wanted: Sequence[str] | None, tell: Callable[[float, str], None] | None = None
) -> Dossier:
    """The dossier of a Kommune with those of its notes that the current user may see.

    ``wanted``: sections in this order, None for all; ``tell``: called with the progress (0 to 1) and what is done.
    """
    return content.dossier(participant_id, wanted, quick_entry.dossier_notes(participant_id), tell)


#: a Kommunalprofil comes in these of the FORMS
PROFILE_FORMS = ("pdf", "pptx")


def make_profile(sheet: ProfileSheet, form: str) -> bytes:
    """A Kommunalprofil as pdf or pptx. Raises ZwkError for another form."""
    if form not in PROFILE_FORMS:
        raise ZwkError(f"Die Form „{form}“ gibt es nicht. Möglich sind: {', '.join(PROFILE_FORMS)}.")
    from zwk_data.export import pdf, slides

    return pdf.profile_pdf(sheet) if form == "pdf" else slides.profile_pptx(sheet)


def profile_name(sheet: ProfileSheet, form: str) -> str:
    """``kommunalprofil_riesa_14627230.pdf``: plain letters, and the key, as names come more than once."""
    place = sheet.place
    letters = "".join(sign if sign.isalnum() else " " for sign in plain(place.full))
    key = f"_{place.key}" if place.key.isdigit() else ""
    return f"kommunalprofil_{'-'.join(letters.split())}{key}.{form}"


def everybody() -> dict[str, str]:
    """participant_id -> name, by name."""
    frame = participants.participants()
    return dict(zip(frame["participant_id"], frame["name"], strict=True))


def batch(ids: Sequence[str], forms: Sequence[str], out: Path, wanted: Sequence[str] | None = None) -> Iterator[Step]:
    """Write the files of these Kommunen into ``out``, yielding after each; a file is written whole or not at all.

    A Kommune whose files can't be made does not stop the others: a ZwkError at the end names them. It is raised at once
    for an unknown Kommune or section, or if the folder can't be created.
    """
    names = everybody()
    for key in ids:
        if key not in names:
            raise ZwkError(f"Die Kommune „{key}“ gibt es hier nicht.")
    content.chosen_sections(wanted)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ZwkError(f"Der Ordner „{out}“ lässt sich nicht anlegen. {_CHECK}") from error
    failed = []
    for done, key in enumerate(ids, start=1):
        failed += [f"{names[key]}: {problem}" for problem in _write_forms(key, forms, out, wanted)]
        yield Step(done, len(ids), names[key])
    if failed:
        raise ZwkError("Diese Dossiers sind nicht entstanden:\n  " + "\n  ".join(failed))


def _write_forms(key: str, forms: Sequence[str], out: Path, wanted: Sequence[str] | None) -> list[str]:
    """Write a Kommune's files; what can't be made does not stop the other forms. Returns the German sentences."""
    try:
        dossier = complete(key, wanted)
    except ZwkError as error:
        return [str(error)]
    problems = []
    for form in forms:
        try:
            write(out / file_name(key, form), make(dossier, form))
        except ZwkError as error:
            problems.append(str(error))
    return problems


def posters(participant_id: str, size: str, *, also_without: bool = False) -> bytes:
    """The posters of a Kommune's Handlungsfelder as PDF, ``size`` A1 or A3.

    ``also_without``: one more for the measures of no Handlungsfeld. Raises ZwkError for an unknown Kommune or size, and
    if the Kommune has no Handlungsfeld.
    """
    names = everybody()
    if participant_id not in names:
        raise ZwkError(f"Die Kommune „{participant_id}“ gibt es hier nicht.")
    fields = [
        one for one in measures_and_money.action_fields(participant_id) if also_without or one.name != WITHOUT_FIELD
    ]
    from zwk_data.export import pdf

    return pdf.poster_pdf(names[participant_id], fields, size, today(), demo=settings.dataset() == "demo")


def synopse(form: str) -> bytes:
    """The Synopse of all Kommunen, ``form`` pdf or xlsx."""
    from zwk_data.export import pdf, xlsx

    if form == "pdf":
        return pdf.synopse_pdf()
    frame = synopse_table.synopse()
    notes = {"Menschen": "Letzte bekannte Zahl; bei Stadtquartieren die der ganzen Stadt."}
    return xlsx.to_xlsx(
        {"Synopse": synopse_table.synopse_in_words(frame)},
        title="Synopse der Kommunen",
        source=f"{source()} {synopse_table.synopse_source()}",
        definitions=notes,
    )


#: file of a quarter, without its quarter and ending -> its form of FORMS
QUARTER_FILES = {"ministerblatt": "pdf", "bericht": "pdf", "bericht-folien": "pptx"}


def quarter_name(kind: str, one: Quarter) -> str:
    """``ministerblatt_2024-4.pdf``, of one of ``QUARTER_FILES``."""
    return f"{kind}_{one.id}.{FORMS[QUARTER_FILES[kind]].ending}"


def make_quarter(kind: str, view: View, one: Quarter) -> bytes:
    """One of ``QUARTER_FILES``. Raises ZwkError if it can't be made."""
    from zwk_data.export import pdf, slides

    if kind == "ministerblatt":
        return pdf.ministerblatt_pdf(ministerblatt(view, one))
    report = quarter_report(view, one)
    return pdf.dossier_pdf(report) if QUARTER_FILES[kind] == "pdf" else slides.dossier_pptx(report)


def write(file: Path, made: bytes) -> None:
    """Write a file whole or not at all. Raises ZwkError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.neu")
        beside.write_bytes(made)
        beside.replace(file)
    except OSError as error:
        raise ZwkError(f"„{file.name}“ lässt sich in „{file.parent}“ nicht schreiben. {_CHECK}") from error
