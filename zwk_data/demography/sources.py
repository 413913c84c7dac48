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


def used_by(participant_id: str) -> list[str]:
    """The source_ids behind a participant's figures."""
    sql = "SELECT DISTINCT source_id FROM participant_observation WHERE participant_id = $id AND source_id IS NOT NULL"
    return read(sql, {"id": participant_id})["source_id"].tolist()
