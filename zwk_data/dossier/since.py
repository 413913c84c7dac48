"""The section on what changed since the Kick-Off."""

from __future__ import annotations

from datetime import date

from zwk_data import german
from zwk_data.dossier.model import Block, Table, Words
from zwk_data.dossier.record_source import source
from zwk_data.german import day
from zwk_data.programme import news, stages


def since_blocks(participant_id: str, today: date, people: dict[int, float]) -> list[Block]:
    """What happened since the Kick-Off: in the record of the programme, and in the number of people."""
    events = stages.events(participant_id)
    first = events[(events["stage"] == "kick_off") & events["date_from"].notna()]
    if first.empty:
        return [Words(("Das Datum des Kick-Offs ist nicht belegt; darum lässt sich hier nichts seither zählen.",))]
    start = first["date_from"].iloc[0].date()
    told = [f"Kick-Off: {first['date_de'].iloc[0]}."]
    before, after = [y for y in people if y < start.year], [y for y in people if y >= start.year]
    if before and after and max(after) > max(before):
        a, b = max(before), max(after)
        change = german.number(people[b] - people[a], sign=True)
        census = " (dazwischen liegt ein Wechsel der Zensusbasis)" if a <= 2023 < b else ""
        told.append(
            f"Ende {a}, vor dem Kick-Off, waren es {german.number(people[a])} Menschen, Ende {b} "
            f"{german.number(people[b])}: {change}{census}."
        )
    blocks: list[Block] = [Words(tuple(told))]
    numbers = news.counts(start, today, (participant_id,))
    numbers = numbers[numbers["kind"] != "meeting"]
    if len(numbers):
        frame = numbers[["kind_de", "number"]].set_axis(["Was", "Anzahl"], axis=1).reset_index(drop=True)
        blocks.append(Table(f"Seit dem {day(start)} im Programm", frame, source()))
    return blocks
