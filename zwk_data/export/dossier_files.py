"""Dossiers as files: one in every form, or those of all Kommunen in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from zwk_data import settings
from zwk_data.dossier import content
from zwk_data.dossier import synopse as comparison
from zwk_data.dossier.model import Dossier, source
from zwk_data.errors import ZwkError
from zwk_data.export.xlsx import to_xlsx
from zwk_data.programme import measures, participants
from zwk_data.records import quick_entry
from zwk_data.settings import today


@dataclass(frozen=True)
class Form:
    """A file format: German ``name``, ``ending``, ``mime`` type."""

    name: str
    ending: str
    mime: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMS = {
    "pdf": Form("PDF", "pdf", "application/pdf"),
    "pptx": Form("Folien (PowerPoint)", "pptx", f"{_OFFICE}.presentationml.presentation"),
    "xlsx": Form("Arbeitsmappe (Excel)", "xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
}


@dataclass(frozen=True)
class Step:
    """How far a batch is: ``done`` of ``total`` Kommunen, and whose files were written last."""

    done: int
    total: int
    name: str


def make(dossier: Dossier, form: str) -> bytes:
    """The dossier in one of ``FORMS``. Raises ZwkError, for a picture without alt text too."""
    # each takes a moment to load, and most starts of the app need none of them
    if form == "pdf":
        from zwk_data.export.pdf import dossier_pdf

        return dossier_pdf(dossier)
    if form == "pptx":
        from zwk_data.export.slides import dossier_pptx

        return dossier_pptx(dossier)
    if form == "xlsx":
        from zwk_data.export.dossier_xlsx import dossier_xlsx

        return dossier_xlsx(dossier)
    raise ZwkError(f"Die Form „{form}“ gibt es nicht. Möglich sind: {', '.join(FORMS)}.")


def file_name(participant_id: str, form: str) -> str:
    """``zwischenbilanz_riesa.pdf``: the same name each time, so that a new one replaces the old one."""
    return f"zwischenbilanz_{participant_id}.{FORMS[form].ending}"


def complete(
    participant_id: str, wanted: Sequence[str] | None, tell: Callable[[float, str], None] | None = None
) -> Dossier:
    """The dossier with the own notes that whoever asks may see."""
    return content.dossier(participant_id, wanted, quick_entry.dossier_notes(participant_id), tell)


def everybody() -> dict[str, str]:
    """participant_id -> name, by name."""
    frame = participants.participants()
    return dict(zip(frame["participant_id"], frame["name"], strict=True))


def batch(ids: Sequence[str], forms: Sequence[str], out: Path, wanted: Sequence[str] | None = None) -> Iterator[Step]:
    """Write the files of these Kommunen into ``out``, one after the other; a file is there whole or not at all.

    A Kommune whose files can't be made does not stop the others. Raises ZwkError at the end, naming those, and at once
    if there is no such Kommune or section, or the folder can't be written.
    """
    names = everybody()
    for key in ids:
        if key not in names:
            raise ZwkError(f"Die Kommune „{key}“ gibt es hier nicht.")
    content.chosen_sections(wanted)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ZwkError(f"Der Ordner „{out}“ lässt sich nicht anlegen: {error.strerror}.") from error
    failed = []
    for done, key in enumerate(ids, start=1):
        try:
            dossier = complete(key, wanted)
            for form in forms:
                write(out / file_name(key, form), make(dossier, form))
        except ZwkError as error:
            failed.append(f"{names[key]}: {error}")
        yield Step(done, len(ids), names[key])
    if failed:
        raise ZwkError("Diese Dossiers sind nicht entstanden:\n  " + "\n  ".join(failed))


def posters(participant_id: str, size: str) -> bytes:
    """The posters of a Kommune's Handlungsfelder, ``size`` A1 or A3. Raises ZwkError if it has no field."""
    from zwk_data.export.pdf import poster_pdf

    names = everybody()
    if participant_id not in names:
        raise ZwkError(f"Die Kommune „{participant_id}“ gibt es hier nicht.")
    fields = measures.action_fields(participant_id)
    return poster_pdf(names[participant_id], fields, size, today(), demo=settings.dataset() == "demo")


def synopse(form: str) -> bytes:
    """The Synopse over all Kommunen, ``form`` pdf or xlsx."""
    if form == "pdf":
        from zwk_data.export.pdf import synopse_pdf

        return synopse_pdf()
    frame = comparison.synopse()
    notes = {"Menschen": "Letzte bekannte Zahl; bei Stadtquartieren die der ganzen Stadt."}
    return to_xlsx(
        {"Synopse": comparison.shown(frame)}, title="Synopse der Kommunen", source=source(), definitions=notes
    )


def write(file: Path, made: bytes) -> None:
    """Write a file whole or not at all. Raises ZwkError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.neu")
        beside.write_bytes(made)
        beside.replace(file)
    except OSError as error:
        raise ZwkError(f"„{file.name}“ lässt sich nicht schreiben: {error.strerror}.") from error
