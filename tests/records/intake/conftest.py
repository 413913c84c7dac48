"""Workbooks as people make them, written with openpyxl, and a desk to check them at."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from zwk_data.stores import connection

Book = Callable[..., bytes]


@pytest.fixture
def desk(demo: Path) -> Path:
    """The demo data's store, opened for writing."""
    assert connection.open_for_writing() is None
    return demo


@pytest.fixture
def book() -> Book:
    """``book({"Blatt": rows}, then=change)``: the bytes of a workbook; ``then`` gets it before it is saved."""

    def make(sheets: dict[str, Sequence[Sequence[Any]]], then: Callable[[Workbook], None] | None = None) -> bytes:
        made = Workbook()
        made.remove(made.active)
        for name, rows in sheets.items():
            sheet = made.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
        if then:
            then(made)
        buffer = io.BytesIO()
        made.save(buffer)
        return buffer.getvalue()

    return make
