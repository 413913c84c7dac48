"""The app below a path: served directly, behind a proxy that passes the path on, and behind one that strips it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.app_server import STREAMLIT_FOR_FEW
from tests.browser.conftest import go, linked, start_server
from zwk_data.room import sessions
from zwk_data.web.shell import site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NGINX = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else None)
COMMAND = [*STREAMLIT_FOR_FEW, "--server.baseUrlPath", "zwk"]
#: as in docs/betrieb.md; ``target`` ends with a slash where the proxy takes the path away
LOCATION = """daemon off; pid nginx.pid; error_log nginx.log; worker_processes 1;
events {{}}
http {{
    access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u;
    scgi_temp_path s;
    map $http_upgrade $connection_upgrade {{ default upgrade; "" close; }}
    server {{
        listen 127.0.0.1:{port};
        location /zwk/ {{
            proxy_pass http://127.0.0.1:{target};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
        }}
    }}
}}
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def below(stores: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server that runs below /zwk, and the code of a session that votes there."""
    home = linked(stores, tmp_path_factory.mktemp("below"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZWK_HOME", str(home))
        patch.setenv("ZWK_DATA", "demo")
        session = sessions.begin("riesa", "Riesa", date(2024, 11, 5), [("Wohnen", "")], phones=True)
        sessions.open_vote(session.session_id, 1)
        sessions.close_store()
    server = start_server(home, tmp_path_factory.mktemp("log"), "demo", COMMAND)
    yield server.url, session.code
    server.stop()
    assert "Traceback" not in server.log


@pytest.fixture(params=["direct", "passing", "stripping"])
def public(request: pytest.FixtureRequest, below: tuple[str, str], tmp_path: Path) -> Iterator[str]:
    """Where browsers find it: at the server itself, or at one of two proxies that know nothing but /zwk/."""
    if request.param == "direct":
        yield below[0]
        return
    if NGINX is None:
        pytest.skip("nginx is not installed")
    port, target = _free_port(), below[0].rpartition(":")[2] + ("/" if request.param == "stripping" else "")
    (tmp_path / "nginx.conf").write_text(LOCATION.format(port=port, target=target), encoding="utf-8")
    proxy = subprocess.Popen(
        [NGINX, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")], stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        proxy.terminate()
        proxy.wait(10)


def test_every_page_the_wall_and_a_phone_work_below_a_path(public: str, below: tuple[str, str], visit) -> None:
    """``visit`` fails on any request that is answered by 404, and here none may leave the path."""
    left: list[str] = []

    def watch(asked) -> None:
        if not asked.url.startswith((f"{public}/zwk/", "data:", "blob:")):
            left.append(asked.url)

    opened = visit("/zwk/", base=public, wait=False)
    opened.on("request", watch)
    opened.goto(f"{public}/zwk?ansicht=stufen")
    opened.wait_for_selector("h1")
    visit.settled(opened)
    assert opened.url.startswith(f"{public}/zwk/")
    links = opened.evaluate(
        "[...document.querySelectorAll('main a[href], [data-testid=stTopNavLink]')].map(a => a.href)"
    )
    assert len(links) > 20
    assert [link for link in links if link.startswith(public) and not link.startswith(f"{public}/zwk/")] == []
    # by a link, then each by its address: all answer with the same document, so few of them are loaded
    opened.locator('a[href*="/zwk/kommune?kommune=riesa"]').first.click()
    opened.wait_for_url("**/zwk/kommune?*")
    for number, page in enumerate(site.MENU if public == below[0] else site.MENU[:3]):
        address = f"{public}/zwk/{page.path}" + ("?kommune=riesa" if page.of_kommune else "")
        assert opened.request.get(address).status == 200
        if number in (1, 2):  # the first has been loaded above
            opened.goto(address)
            opened.wait_for_selector("h1")
            visit.settled(opened)
        else:
            go(opened, address)
        assert opened.locator("h1").all_inner_texts() in ([page.title], ["Riesa"])
        assert opened.url.startswith(f"{public}/zwk/{page.path}")
        assert opened.locator("[data-testid=stException], [data-testid=stAlertContentError]").count() == 0
        cookies = {one["name"]: one["path"] for one in opened.context.cookies(f"{public}/zwk/")}
        assert set(cookies.values()) <= {"/zwk/", "/zwk"}
    assert cookies
    opened.goto(f"{public}/zwk/live-anzeige?embed=true")
    opened.wait_for_selector("main")
    for _ in range(2):  # it asks for its state once a second
        with opened.expect_response("**/anzeige/standard/stand"):
            pass
    for entrance in ("mitmachen", "gruss", "fernbedienung"):
        opened.goto(f"{public}/zwk/{entrance}")
        assert opened.locator("form input").count() >= 1
    opened.remove_listener("request", watch)
    left[:] = [url for url in left if not url.startswith(f"{public}/zwk?")]
    assert left == []


def test_a_phone_votes_below_a_path(public: str, below: tuple[str, str], visit) -> None:
    opened = visit("/zwk/mitmachen", base=public, wait=False)
    opened.locator("form input").first.fill(below[1])
    opened.locator("form button").first.click()
    opened.wait_for_url(f"**/zwk/mitmachen/{below[1]}")
    opened.locator("button[name=stufe]").nth(3).click()
    opened.wait_for_selector("button[name=stufe][aria-pressed=true]")
    kept = {one["name"]: one["path"] for one in opened.context.cookies(f"{public}/zwk/mitmachen/{below[1]}")}
    assert kept["zwk_geraet"].startswith("/zwk/mitmachen")
