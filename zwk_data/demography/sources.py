"""The line that must stand under every figure: whose figures these are."""

from __future__ import annotations

from collections.abc import Iterable

from zwk_data.warehouse.connection import read


def attribution(source_ids: Iterable[str]) -> str:
    """The attributions of these sources, each once, joined to one line; „keine“ for none."""
    wanted = sorted({source for source in source_ids if isinstance(source, str)})
    if not wanted:
        return "keine"
    frame = read(
        "SELECT DISTINCT attribution FROM source WHERE source_id IN (SELECT unnest($ids)) ORDER BY attribution",
        {"ids": wanted},
    )
    return "; ".join(frame["attribution"]) or "keine"
