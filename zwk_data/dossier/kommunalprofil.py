"""The Kommunalprofil in short: what stands out, strengths and weaknesses, own words. The whole of it has two pages."""

from __future__ import annotations

from zwk_data.dossier.model import Block, Words
from zwk_data.profile.places import place_of_participant
from zwk_data.records.profile_texts import profile_texts
from zwk_data.views import profile
from zwk_data.views.profile_sheet import DRAFT, sheet

ELSEWHERE = "Alle Kapitel mit ihren Zahlen stehen auf der Seite Kommunalprofil und in ihrem PDF."


def profile_blocks(participant_id: str) -> list[Block]:
    """What the profile says of a participant."""
    place = place_of_participant(participant_id)
    made = sheet(place, profile_texts(participant_id))
    blocks: list[Block] = [Words((made.chance,))]
    notable = profile.most_notable(place)
    if notable is not None:
        blocks.append(notable)
    if not all(made.is_own):
        blocks.append(Words((DRAFT,)))
    blocks += [Words(made.good, "Stärken", listed=True), Words(made.bad, "Schwächen", listed=True)]
    own = [part for part in made.parts if part.own]
    if made.own:
        blocks.append(Words((made.own,), "In eigenen Worten"))
    if own:
        blocks.append(Words(tuple(f"{one.strips.title}: {one.own}" for one in own), "Zu den Kapiteln", listed=True))
    return [*blocks, Words((ELSEWHERE,))]
