"""This machine's addresses in the room: found without asking the network, the likeliest first."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import psutil
import pytest

from zwk_data.room import addresses


def test_real_private_networks_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def one(address: str, family: int = socket.AF_INET) -> SimpleNamespace:
        return SimpleNamespace(family=family, address=address)

    monkeypatch.setattr(
        psutil,
        "net_if_addrs",
        lambda: {
            "lo": [one("127.0.0.1")],
            "docker0": [one("172.17.0.1")],
            "eth0": [one("169.254.7.7"), one("fe80::1", socket.AF_INET6)],
            "wlan0": [one("192.168.178.20")],
            "wwan0": [one("93.184.216.34")],
            "eth1": [one("10.0.0.9")],
        },
    )
    monkeypatch.setattr(
        psutil,
        "net_if_stats",
        lambda: {n: SimpleNamespace(isup=n != "eth1") for n in ("lo", "docker0", "eth0", "wlan0", "wwan0", "eth1")},
    )
    assert addresses.addresses() == ["192.168.178.20", "93.184.216.34", "172.17.0.1", "169.254.7.7"]


def test_no_packet_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("asked the network")

    monkeypatch.setattr(socket.socket, "connect", never)
    monkeypatch.setattr(socket, "getaddrinfo", never)
    assert all(addresses.plain_host(one) == one for one in addresses.addresses())


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("192.168.1.5", "192.168.1.5"),
        (" http://Laptop.local:8502/mitmachen ", "laptop.local"),
        ("", None),
        ("zwei worte", None),
        ("<script>", None),
        ("-a", None),
    ],
)
def test_a_typed_address(typed: str, host: str | None) -> None:
    assert addresses.plain_host(typed) == host


@pytest.mark.parametrize(
    ("host", "own"),
    [("localhost", True), ("127.0.0.1", True), ("[::1]", True), ("zwk.example", False), ("192.168.1.5", False)],
)
def test_an_address_that_no_phone_reaches(host: str, own: bool) -> None:
    assert addresses.is_this_machine(host) is own


@pytest.mark.parametrize(
    ("url", "beginning"),
    [
        ("https://monitor.example.de/live-anzeige?event=a", "https://monitor.example.de"),
        ("http://192.168.1.5:8501/", "http://192.168.1.5:8501"),
        ("http://localhost:8501/sitzung", ""),
        ("http://[::1]:8501", ""),
        ("", ""),
    ],
)
def test_the_beginning_of_an_address_that_phones_reach(url: str, beginning: str) -> None:
    assert addresses.outside(url) == beginning
