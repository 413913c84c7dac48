"""Three replicas: what one writes the others show, nothing acknowledged is lost, and all recover by themselves."""

from __future__ import annotations

import asyncio
import json
import signal
import time
import urllib.request
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

import httpx
import pytest
import websockets
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.replicas.conftest import Cluster, start_replica, wait_until_ready
from tests.web.asgi import awaited
from tests.web.stream import WIDGET, States, page_said, run_page, stream
from zwk_data.display import memory
from zwk_data.room import contributions, sessions
from zwk_data.stores import postgres as engine
from zwk_data.stores.connection import read

pytestmark = [pytest.mark.slow, pytest.mark.slow]

PHONES = 60
#: where a stage of a Kommune is entered, and its days are shown
STAGE = "datenpflege?kommune=riesa&stufe=kick_off"


async def enter(url: str, day: str, cookies: dict[str, str] | None = None) -> str:
    """Enter that Riesa's Kick-off took place on ``day`` („7.3.2019“), as the page's form does; returns the answer."""
    ids = {match[1]: match[0] for match in WIDGET.finditer(await page_said(url, STAGE, cookies))}
    states: States = {
        ids["datum-riesa-kick_off-0"]: ("string_value", day),
        ids["termin-speichern-0"]: ("trigger_value", True),
    }
    return await page_said(url, STAGE, cookies, states)


def days() -> set[date]:
    """The days of Riesa's Kick-off in the store."""
    found = read("SELECT date_from FROM stage_event WHERE participant_id = 'riesa' AND stage = 'kick_off'")
    return {one.date() for one in found["date_from"]}


def stand(url: str) -> dict[str, object]:
    with urllib.request.urlopen(f"{url}/anzeige/standard/stand", timeout=60) as answer:
        return dict(json.load(answer))


def within(seconds: float, done: Callable[[], bool]) -> float:
    """Seconds until ``done``; fails after ``seconds``."""
    begin = time.monotonic()
    while not done():
        assert time.monotonic() < begin + seconds, "too late"
        time.sleep(0.05)
    return time.monotonic() - begin


def test_an_edit_on_one_shows_on_the_others_within_two_seconds(cluster: Cluster) -> None:
    first, *others = cluster.replicas
    for one in cluster.replicas:
        # all have read it before, so that all have something to forget
        assert "07.03.2019" not in awaited(page_said(one.url, STAGE))
    assert "Gespeichert" in awaited(enter(first.url, "7.3.2019"))
    saved = time.monotonic()
    for one in others:
        # asking itself takes a while: what counts is when it was asked last in vain
        while True:
            asked = time.monotonic()
            if "07.03.2019" in awaited(page_said(one.url, STAGE)):
                break
            assert asked < saved + 2
    # and a presenter's announcement appears on the screens of the others
    code = memory.codes("standard").remote
    body = urlencode({"tat": "melden", "meldung": "Gleich geht es weiter"}).encode()
    with urllib.request.urlopen(f"{first.url}/fernbedienung/{code}", body, timeout=60):
        pass
    for one in others:
        within(2, lambda one=one: stand(one.url)["meldung"] == "Gleich geht es weiter")


#: where Riesa is described in own words, by the keys of what is opened, written and pressed
WORDS, OPENED, FIELD = "kommunalprofil?kommune=riesa", "profil-ergaenzen", "profil-worte-riesa-eigenes"


class Editor:
    """Somebody with the form of Riesa's own words open, behind nginx."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket
        self.replica = socket.response.headers.get("X-Replica", "") if socket.response else ""
        self.ids: dict[str, str] = {}

    async def open(self) -> None:
        await self._run({})
        await self._run({OPENED: ("bool_value", True)})

    async def save(self, words: str) -> str:
        """Write, press „Speichern“; what the page says then."""
        return await self._run(
            {OPENED: ("bool_value", True), FIELD: ("string_value", words), "Speichern": ("trigger_value", True)}
        )

    async def _run(self, told: States) -> str:
        said = await run_page(self.socket, WORDS, {self.ids[key]: value for key, value in told.items()})
        text = b"".join(said).decode("utf-8", "ignore")
        self.ids |= {match[1]: match[0] for match in WIDGET.finditer(text)}
        # the id of a form's button has a colon in it
        buttons = (ForwardMsg.FromString(one).delta.new_element.button for one in said)
        self.ids |= {one.label: one.id for one in buttons if one.is_form_submitter}
        return text


def test_of_two_editors_on_two_replicas_one_is_told(cluster: Cluster) -> None:
    """Both have the same text open; the second to save gets a notice and may decide again."""

    async def play() -> None:
        async with AsyncExitStack() as stack:
            editors: dict[str, Editor] = {}
            for number in range(30):  # nginx gives each a replica by its cookie
                socket = await stack.enter_async_context(
                    stream(cluster.url, {"zwk_weg": f"editor-{number}"}, origin=cluster.url)
                )
                one = Editor(socket)
                editors.setdefault(one.replica, one)
                if len(editors) == 2:
                    break
            first, second = editors.values()
            await first.open()
            await second.open()
            assert "hat inzwischen" not in await first.save("Von hier")
            told = await second.save("Von dort")
            assert "Nicht gespeichert: " in told
            assert "hat inzwischen" in told
            assert "Von hier" in told  # and sees the other's text
            assert own_words() == ["Von hier"]
            await second.save("Von hier und dort")
            assert own_words() == ["Von hier und dort"]

    awaited(play())


def own_words() -> list[str]:
    found = read("SELECT text FROM profile_text WHERE participant_id = 'riesa' AND chapter = 'eigenes'")
    return list(found["text"])


@dataclass
class Phone:
    """A phone in the room, behind nginx: what was acknowledged last, what was sent and not answered since."""

    client: httpx.AsyncClient
    code: str
    token: str = ""
    replica: str = ""
    acknowledged: int = 0
    in_doubt: list[int] = field(default_factory=list)
    #: replicas that acknowledged a vote
    served_by: list[str] = field(default_factory=list)

    async def join(self) -> None:
        answer = await self.client.get(f"/mitmachen/{self.code}")
        assert answer.status_code == 200, answer.text
        self.token, self.replica = str(self.client.cookies["zwk_geraet"]), answer.headers["X-Replica"]

    async def vote(self, step: int) -> None:
        try:
            answer = await self.client.post(f"/mitmachen/{self.code}", data={"feld": "1", "stufe": str(step)})
        except httpx.TransportError:
            self.in_doubt.append(step)
            return
        if answer.status_code == 303:
            # nginx names all that it tried
            self.acknowledged, self.in_doubt = step, []
            self.served_by.append(answer.headers["X-Replica"].rpartition(", ")[2])
        else:
            self.in_doubt.append(step)

    async def go_on(self, until: float) -> None:
        step = 0
        while time.monotonic() < until:
            step = step % 5 + 1
            await self.vote(step)
            await asyncio.sleep(0.05)


def test_a_replica_killed_while_sixty_phones_vote_loses_nothing(cluster: Cluster) -> None:  # noqa: C901
    session = sessions.begin("riesa", "Riesa", date(2024, 11, 5), [("Wohnen", ""), ("Jugend", "")], phones=True)
    sessions.open_vote(session.session_id, 1)
    entered: list[date] = []

    async def play() -> tuple[list[Phone], str]:
        clients = [httpx.AsyncClient(base_url=cluster.url, timeout=60, verify=False) for _ in range(PHONES)]
        phones = [Phone(client, session.code) for client in clients]
        await asyncio.gather(*(phone.join() for phone in phones))
        assert {phone.replica for phone in phones} == {f"127.0.0.1:{one.port}" for one in cluster.replicas}
        victim = phones[0].replica
        end = time.monotonic() + 9
        voting = [asyncio.create_task(phone.go_on(end)) for phone in phones]
        editing = asyncio.create_task(edit(end))
        await asyncio.sleep(3)
        cluster.at(victim).process.send_signal(signal.SIGKILL)
        await asyncio.gather(*voting)
        await editing
        for client in clients:
            await client.aclose()
        return phones, victim

    async def edit(end: float) -> None:
        """An editor on the replica that is killed, who starts again when there is no answer."""
        day = 0
        while time.monotonic() < end:
            day += 1
            with_cookie = {"zwk_weg": f"desk-{day % 7}"}
            try:
                if "Gespeichert" in await enter(cluster.url, f"{day}.5.2018", with_cookie):
                    entered.append(date(2018, 5, day))
            except (OSError, KeyError, websockets.WebSocketException, TimeoutError):
                continue

    phones, victim = awaited(play())
    left = [phone for phone in phones if phone.replica == victim]
    assert left
    for phone in phones:
        assert phone.acknowledged, "a phone without any vote"
        kept = contributions.own(sessions.session(session.session_id), phone.token, 1)
        assert kept in (phone.acknowledged, *phone.in_doubt)
    for phone in left:
        assert phone.served_by[0] == victim
        assert phone.served_by[-1] != victim
    for phone in phones:
        if phone.replica != victim:
            assert set(phone.served_by) == {phone.replica}, "sticky"
    assert sum(contributions.by_phone(session.session_id)[1]) == PHONES
    assert len(entered) > 1
    assert set(entered) <= days()
    sessions.end(session.session_id)
    # a new one in its place has what the others wrote
    gone = cluster.at(victim)
    gone.process.wait(10)
    folder = gone.log_file.parent
    again = start_replica(folder / f"home-{gone.port}", gone.port)
    cluster.replicas[cluster.replicas.index(gone)] = again
    wait_until_ready(again)
    assert f"{entered[-1]:%d.%m.%Y}" in awaited(page_said(again.url, STAGE))


def test_postgresql_restarted_is_told_in_one_sentence_and_all_recover(cluster: Cluster) -> None:
    session = sessions.begin("spelle", "Spelle", date(2024, 11, 5), [("Wohnen", "")], phones=True)
    sessions.open_vote(session.session_id, 1)
    before = days()
    cluster.postgres.stop("immediate")
    try:
        for one in cluster.replicas:
            # figures and the last state of the programme are shown
            assert "Riesa" in awaited(page_said(one.url, "stufen"))
            told = awaited(enter(one.url, "3.3.2017"))
            assert engine.UNREACHABLE in told
            assert "Gespeichert" not in told
            answer = httpx.get(f"{one.url}/mitmachen/{session.code}", timeout=60)
            assert answer.status_code == 503
            assert engine.UNREACHABLE in answer.text
    finally:
        cluster.postgres.start()

    async def saved(url: str, day: str) -> bool:
        try:
            return "Gespeichert" in await enter(url, day)
        except KeyError:  # the form is not there yet
            return False

    for number, one in enumerate(cluster.replicas, start=1):
        within(60, lambda one=one, number=number: awaited(saved(one.url, f"{number}.4.2017")))
        within(60, lambda one=one: httpx.get(f"{one.url}/mitmachen/{session.code}", timeout=60).status_code == 200)
    engine._failed.clear()
    within(60, lambda: days() == before | {date(2017, 4, number) for number in (1, 2, 3)})
    sessions.end(session.session_id)


def test_a_replica_that_starts_without_postgresql_says_so_and_recovers(cluster: Cluster) -> None:
    folder = cluster.replicas[0].log_file.parent
    home = folder / "home-late"
    home.mkdir()
    for warehouse in (folder / f"home-{cluster.replicas[0].port}").glob("warehouse-*.duckdb"):
        (home / warehouse.name).symlink_to(warehouse.resolve())
    cluster.postgres.stop("immediate")
    late = start_replica(home)
    try:
        try:
            late.wait_until("/health")
            assert engine.UNREACHABLE in awaited(page_said(late.url, "stufen"))
            waiting = httpx.get(f"{late.url}/live-anzeige?embed=true", timeout=60)
            assert waiting.status_code == 503
        finally:
            cluster.postgres.start()
        wait_until_ready(late)
        within(60, lambda: "Riesa" in awaited(page_said(late.url, "stufen")))
        within(60, lambda: late.process.poll() is None and engine.UNREACHABLE not in awaited(page_said(late.url, "")))
    finally:
        late.stop()
        engine._failed.clear()
