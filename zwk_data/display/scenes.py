"""What each scene shows now, as values for its template: read with public rights, cached until data change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import accumulate, pairwise
from typing import Any

import pandas as pd

from zwk_data import german, settings
from zwk_data.demography import source_lines
from zwk_data.display import drawings, memory, stories
from zwk_data.display.playlist import Item, Playlist
from zwk_data.programme import participants, stages
from zwk_data.schema.words import ENTERED, STAGES
from zwk_data.settings import today
from zwk_data.stores import access
from zwk_data.stores.connection import programme_version
from zwk_data.stores.memo import depends_on, remembered

#: scenes that show greetings, and so change with each
GREETED = ("karte", "mitmachen")
#: scenes that show something different in each round
TURNING = ("scheinwerfer", "kontrast")
#: width and height of the circles' drawing, on wide screens and on upright ones
CIRCLES = {"breit": (1700, 560), "hoch": (1000, 640)}
#: seconds from one Kommune of the map to the next, at least and at most
STEP = (0.25, 1.4)
#: seconds a year stays on the map of the years, at least and at most
YEAR = (0.9, 3.0)


def version(playlist: Playlist, scene: str) -> str:
    """Eight hex digits that change whenever the scene would show something else."""
    shown_now = _state_of_data()
    if scene in GREETED:
        event = playlist.event
        shown_now = (*shown_now, memory.greetings(event), memory.greetings_on(event), memory.door(event))
    return hashlib.sha256(repr((playlist, shown_now)).encode()).hexdigest()[:8]


def _state_of_data() -> tuple[object, ...]:
    """The state every scene depends on; cheap enough for every screen to poll once a second."""
    return settings.dataset(), programme_version(), today()


def items(playlist: Playlist) -> tuple[Item, ...]:
    """The scenes of a playlist that have something to show; the welcome alone if none has."""
    with access.asking_as(access.PUBLIC):
        # positions, not items: ``_turn`` compares items by identity, and an equal playlist has different objects
        found = tuple(playlist.items[at] for at in _places_with_content(playlist))
    return found or (Item("willkommen", 30),)


@remembered(entries=32)
def _places_with_content(playlist: Playlist) -> tuple[int, ...]:
    """The positions of the scenes that have something to show."""
    return tuple(at for at, item in enumerate(playlist.items) if content(playlist, item, 0) is not None)


def content(playlist: Playlist, item: Item, number: int, called: str = "") -> dict[str, Any] | None:
    """The values for a scene's template, or None if there is nothing to show.

    ``number``: the round, which moves spotlights and contrasts on. ``called``: a Kommune instead of the next one.
    """
    with access.asking_as(access.PUBLIC):
        number = _turn(playlist, item, number) if item.scene in TURNING else 0
        return _content(playlist, item, number, called)


def _turn(playlist: Playlist, item: Item, number: int) -> int:
    """The number of this showing among all of its kind in all rounds, so that each shows something else."""
    # by identity, as two entries of a playlist may be equal
    same = [one for one in playlist.items if one.scene == item.scene and one.participants == item.participants]
    return number * max(1, len(same)) + next((at for at, one in enumerate(same) if one is item), 0)


@remembered(entries=256)
def _content(playlist: Playlist, item: Item, number: int, called: str) -> dict[str, Any] | None:
    depends_on(version, playlist, item.scene)
    return _MAKERS[item.scene](playlist, item, number, called)


def _welcome(playlist: Playlist, item: Item, number: int, called: str) -> dict[str, Any]:
    return {
        "titel": playlist.title,
        "willkommen": playlist.welcome,
        "logo": settings.address(f"/anzeige/{playlist.event}/logo") if playlist.logo else "",
        "boden": drawings.ground(),
    }


def _map(playlist: Playlist, item: Item, number: int, called: str) -> dict[str, Any]:
    people, drawn, reach = participants.participants(), drawings.ground(), participants.reach()
    greeted = memory.greetings(playlist.event) if playlist.greetings else {}
    spots = [
        {
            "name": name,
            "x": drawn.points[key][0],
            "y": drawn.points[key][1],
            "gruesse": greeted.get(key, 0),
            "ring": min(greeted.get(key, 0), 6),
        }
        for key, name in zip(people["participant_id"], people["name"], strict=True)
        if key in drawn.points
    ]
    # from north to south, so that the eye can follow
    spots.sort(key=lambda spot: (spot["y"], spot["x"]))
    step = min(STEP[1], max(STEP[0], (item.seconds - 6) / max(1, len(spots))))
    return {
        "boden": drawn,
        "orte": spots,
        "anzahl": german.number(len(spots)),
        "laender": german.number(len(participants.laender(people))),
        "takt": f"{step:.2f}",
        "gruesse": greeting_words(playlist),
        "stand": _latest_stages(),
        "menschen": f"Hier leben {german.number(reach.people)} Menschen." if reach else "",
        "quelle": " ".join(filter(None, (_counted(reach), drawn.source))),
        "alt": f"Karte Deutschlands mit {len(spots)} Punkten, je einer für eine teilnehmende Kommune.",
    }


def _counted(reach: participants.Inhabitants | None) -> str:
    """Who is counted in the number of people, or nothing."""
    if reach is None:
        return ""
    quarters = f", ohne {german.count(reach.quarters, 'Stadtquartier', 'Stadtquartiere')}" if reach.quarters else ""
    counted = f"Menschen am 31.12.{reach.year}, jede Gemeinde einmal gezählt{quarters}"
    return f"{counted}: {source_lines.of_everyone(reach.year)}."


def _latest_stages() -> list[tuple[str, str, str, float]]:
    """How many Kommunen have which stage as their latest documented one, from the last stage to the first: number,
    name and key of the stage, share of the longest bar."""
    known = stages.by_furthest(stages.matrix())
    reached = [(known[key], name, key) for key, name in STAGES.items()]
    most = max(number for number, _, _ in reached)
    return [(german.number(n), name, key, round(n / most, 3)) for n, name, key in reversed(reached) if n]


def greeting_words(playlist: Playlist) -> str:
    """„Schon 12 Grüße aus 7 Kommunen“, or nothing."""
    greeted = memory.greetings(playlist.event)
    total = sum(greeted.values())
    if not total or not playlist.greetings or not memory.greetings_on(playlist.event):
        return ""
    return f"{german.count(total, 'Gruß', 'Grüße')} aus {german.count(len(greeted), 'Kommune', 'Kommunen')}"


def _stages(playlist: Playlist, item: Item, number: int, called: str) -> dict[str, Any] | None:
    found = drawings.stream(pd.Timestamp(today()))
    return None if found is None else {"strom": found}


def _themes(playlist: Playlist, item: Item, number: int, called: str) -> dict[str, Any] | None:
    found = drawings.constellation()
    return None if found is None else {"bild": found, "groesster": drawings.LARGEST_STAR}


def _years(playlist: Playlist, item: Item, number: int, called: str) -> dict[str, Any] | None:
    found = drawings.years()
    if found is None:
        return None
    step = min(YEAR[1], max(YEAR[0], (item.seconds - 6) / len(found.years)))
    return {"bild": found, "boden": drawings.ground(), "takt": f"{step:.2f}"}


def _spotlight(playlist: Playlist, item: Item, number: int, called: str) -> dict[str, Any] | None:
    known = list(participants.names())
    wanted = [key for key in ((called,) if called else item.participants) if key in known] or known
    if not wanted:
        return None
    light = stories.spotlight(wanted[number % len(wanted)])
    drawn = drawings.ground()
    return {
        "licht": light,
        "boden": drawn,
        "punkt": drawn.points.get(light.participant_id, (-100, -100)),
        "quelle": f"{light.source}. {ENTERED[settings.dataset()]} {drawn.source}",
    }


def _contrast(playlist: Playlist, item: Item, number: int, called: str) -> dict[str, Any] | None:
    found = stories.contrasts()
    if not found:
        return None
    one = found[number % len(found)]
    areas = [circle.area for circle in one.circles]
    return {
        "gegensatz": one,
        "zeichnungen": [(form, *size, row_of_circles(areas, *size)) for form, size in CIRCLES.items()],
        "quelle": f"{one.source}.",
    }


def row_of_circles(areas: list[float], width: float, height: float) -> list[tuple[float, float, float, str]]:
    """Circles from small to large on one ground line, as close as the width asks for: x, y, radius, class.

    The first and the last are „ende“. An area of 1 is a circle as high as the drawing.
    """
    if not areas:
        return []
    radii = [max(3.0, (area**0.5) * height / 2) for area in areas]
    steps = [a + b for a, b in pairwise(radii)]
    share = min(1.0, (width - radii[0] - radii[-1]) / sum(steps)) if steps else 1.0
    centres = accumulate((step * share for step in steps), initial=radii[0])
    ends = (0, len(radii) - 1)
    return [
        (round(x, 1), round(height - radius, 1), round(radius, 1), "ende" if at in ends else "dazwischen")
        for at, (x, radius) in enumerate(zip(centres, radii, strict=True))
    ]


def _news(playlist: Playlist, item: Item, number: int, called: str) -> dict[str, Any] | None:
    title, lines = stories.lately(today())
    return {"titel": title, "zeilen": lines, "quelle": ENTERED[settings.dataset()]} if lines else None


def _dates(playlist: Playlist, item: Item, number: int, called: str) -> dict[str, Any] | None:
    lines = stories.upcoming(today())
    return {"titel": "Nächste Termine", "zeilen": lines, "quelle": ENTERED[settings.dataset()]} if lines else None


def _join(playlist: Playlist, item: Item, number: int, called: str) -> dict[str, Any]:
    open_ = playlist.greetings and memory.greetings_on(playlist.event)
    return {
        "titel": "Grüßen Sie das Netzwerk!" if open_ else "Mehr über das Netzwerk",
        "satz": (
            "Scannen, Kommune wählen, grüßen: Ihr Punkt auf der Karte leuchtet auf."
            if open_
            else "Karte, Demografie, Stufen und Themen aller Kommunen."
        ),
        "code": memory.codes(playlist.event).guest if open_ else "",
        "gruesse": greeting_words(playlist),
    }


_MAKERS: dict[str, Callable[[Playlist, Item, int, str], dict[str, Any] | None]] = {
    "willkommen": _welcome,
    "karte": _map,
    "stufen": _stages,
    "themen": _themes,
    "scheinwerfer": _spotlight,
    "jahreskarte": _years,
    "kontrast": _contrast,
    "neues": _news,
    "termine": _dates,
    "mitmachen": _join,
}
