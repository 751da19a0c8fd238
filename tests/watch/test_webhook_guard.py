"""Webhooks leave through the guarded network: no private host by any name, by no redirect, by no second answer of DNS."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import httpcore
import pytest
from test_channels import SECRET, Receiver, alert

from comity.watch.settings import Webhook
from comity.watch.webhook import WebhookChannel


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver(SECRET)
    yield made
    made.server.shutdown()
    made.server.server_close()


def send(url: str, **fields: Any) -> str:
    """What is wrong with a webhook at an address; "" where the alert went out."""
    channel = WebhookChannel(Webhook(url=url, secret=SECRET), sleep=lambda _: None, **fields)
    return " ".join(channel.send([alert()], []).faults)


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Name servers that give these addresses, one answer a question; returns the hosts that were asked for."""
    asked: list[str] = []

    def found(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        given = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in given]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return asked


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "0x7f.0.0.1", "2130706433", "0.0.0.0", "localhost", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_this_machine_is_refused_by_each_of_its_names(receiver: Receiver, host: str) -> None:
    told = send(receiver.url.replace("127.0.0.1", host))
    assert "leads to a private address" in told or "cannot be found" in told
    assert receiver.asked == 0


@pytest.mark.parametrize("address", ["10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "fd00::1", "fec0::1"])
def test_a_name_that_leads_into_a_private_network_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolving(monkeypatch, [address])
    assert f"leads to a private address ({address})" in send("https://hook.example.org/")


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["93.184.216.34", "127.0.0.1"])
    assert "leads to a private address (127.0.0.1)" in send("https://hook.example.org/")


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[str] = []

    def connect(_self: Any, host: str, *_: Any) -> Any:
        connected.append(host)
        raise httpcore.ConnectError("nobody there")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    # The name server answers otherwise the second time; each try asks once, and takes that answer alone.
    asked = resolving(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    assert "leads to a private address (127.0.0.1)" in send("https://hook.example.org/")
    assert (asked, connected) == (["hook.example.org"] * 2, ["93.184.216.34"])


def test_a_redirect_into_this_machine_is_not_followed(receiver: Receiver) -> None:
    receiver.answers = [(307, {"Location": "http://127.0.0.1:1/"})]
    assert "answers with status 307" in send(receiver.url, private=True)
    assert receiver.asked == 1


def test_a_login_in_the_address_is_refused() -> None:
    assert "has a login in it" in send("https://user:word@hook.example.org/")


@pytest.mark.parametrize("after", ["²", "-1", "soon", "9" * 400])
def test_a_strange_wait_is_no_reason_to_stop(receiver: Receiver, after: str) -> None:
    receiver.answers = [(503, {"Retry-After": after})]
    assert send(receiver.url, private=True) == ""
