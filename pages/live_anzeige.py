"""Live-Anzeige: the screens of an event, their playlist, and the codes for phones. The display itself is not a page."""

from zwk_data.display import playlist
from zwk_data.errors import ZwkError
from zwk_data.programme import participants
from zwk_data.web import live_anzeige
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose

parts.page_header(
    "Live-Anzeige",
    "Bildschirme für Werkstatttreffen und Fachdiskurse. Sie laufen von selbst und zeigen nur, was öffentlich ist.",
)
names = participants.names()
events = playlist.events()
chosen = (
    choose("Veranstaltung", events, key="event", default=playlist.STANDARD, what="Die Veranstaltung")
    or playlist.STANDARD
)
live_anzeige.begin_playlist(events)
try:
    wanted = playlist.playlist(chosen)
except ZwkError as error:
    parts.notice(str(error), kind="warning")
else:
    live_anzeige.running(wanted, names)
    live_anzeige.edit_playlist(wanted, names)
