"""Live-Anzeige: the screens of an event, their playlist, and the codes for phones. The display itself is no page."""

from zwk_data.display import playlist
from zwk_data.errors import ZwkError
from zwk_data.programme import participants
from zwk_data.web import display_part, display_playlist_part, parts
from zwk_data.web.choice import choose
from zwk_data.web.permalink import correct_address

parts.page_header(
    "Live-Anzeige",
    "Das Netzwerk an der Wand: Bildschirme für Werkstatttreffen und Fachdiskurs. Sie laufen von selbst und zeigen nur, "
    "was öffentlich ist.",
)
people = parts.cached(participants.participants)()
names = dict(zip(people["participant_id"], people["name"], strict=True))
events = playlist.events()
problem = correct_address("event", events, "Die Veranstaltung", fallback=playlist.STANDARD)
if problem:
    parts.notice(problem, kind="warning")
chosen = choose("Veranstaltung", events, key="event", default=playlist.STANDARD) or playlist.STANDARD
display_playlist_part.begin_playlist(events)
try:
    wanted = playlist.playlist(chosen)
except ZwkError as error:
    parts.notice(str(error), kind="warning")
else:
    display_part.running(wanted, names)
    display_playlist_part.edit_playlist(wanted, names)
