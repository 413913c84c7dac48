"""The addresses of this machine in the local network, read from the machine itself; no packet is sent."""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.parse import urlsplit

import psutil

from zwk_data import settings

#: interfaces that never lead to a phone: virtual machines, containers, tunnels
VIRTUAL = re.compile(r"docker|br-|veth|virbr|vmnet|vbox|vethernet|tun|tap|wg|utun|zt|tailscale|loopback", re.IGNORECASE)
NO_NETWORK = (
    "Dieser Rechner ist in keinem Netz: Handys finden ihn nicht. Bitte einen Hotspot öffnen oder ein WLAN wählen "
    "(Handbuch, „Handys im Raum“)."
)


def addresses() -> list[str]:
    """IPv4 addresses of this machine, the one phones most likely reach first; empty without any network."""
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    found = [
        (_rank(name, entry.address), entry.address)
        for name, entries in psutil.net_if_addrs().items()
        for entry in entries
        if name in up and entry.family == socket.AF_INET and not ipaddress.ip_address(entry.address).is_loopback
    ]
    return [address for _, address in sorted(set(found))]


def _rank(name: str, address: str) -> int:
    """Lowest for a private address of real hardware, highest for one the machine assigned to itself."""
    given = ipaddress.ip_address(address)
    return 4 * given.is_link_local + 2 * bool(VIRTUAL.search(name)) + (not given.is_private)


def plain_host(typed: str) -> str | None:
    """The host name or IPv4 address in a typed text, without scheme, port and path; None if it is neither."""
    host = re.sub(r"^https?://", "", typed.strip().lower()).split("/")[0].split(":")[0]
    return host if re.fullmatch(r"(?=.{1,253}$)[a-z0-9]([a-z0-9.\-]*[a-z0-9])?", host) else None


def is_this_machine(host: str) -> bool:
    """Does ``host`` mean the machine itself, so that no phone reaches it? („localhost“, 127.0.0.1, ::1)"""
    name = host.strip("[]").lower()
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def outside(url: str) -> str:
    """The beginning of ``url`` (scheme, host, port) if phones reach it too, "" if it only means the machine itself."""
    parts = urlsplit(url)
    if not parts.hostname or is_this_machine(parts.hostname):
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def door_origin(address: str, port: int) -> str:
    """Where phones find the guest door: at the ``address`` chosen, else the first of this machine; "" without any."""
    host = address or next(iter(addresses()), "")
    return f"http://{host}:{port}{settings.address()}" if host else ""
