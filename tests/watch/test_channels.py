"""Alerts leave as they should: a valid feed, a signed message that is tried again, a mail that is one message."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import feedparser
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from comity.watch.alert import Alert, Baseline, Sentence
from comity.watch.atom import AtomFile, feed
from comity.watch.channels import Terminal
from comity.watch.mail import MailChannel, message
from comity.watch.settings import Mail, Webhook
from comity.watch.webhook import WebhookChannel, signature

HOSTILE = '<script>alert(1)</script> ]]> &amp; "quoted"\r\nBcc: evil@example.org'


def alert(number: int = 1, **fields: Any) -> Alert:
    sentence = Sentence(
        event="e1", act="Israel → Azerbaijan: assault", text="Israel hurt Azerbaijan.", date="2020-06-01", document="d1",
        title="A title", url="https://wire.example.org/1", publisher="The Wire", published="2020-06-01", interested=False,
    )  # fmt: skip
    made = Alert(
        id=f"id{number}", kind="move", a="AZE", b="ISR", name_a="Azerbaijan", name_b="Israel", day="2020-06-09",
        raised=f"2020-06-10T08:00:{number:02d}+00:00", index=-2.0, low=-4.0, high=0.5, mass=8.0,
        before=Baseline(index=4.0, low=1.0, high=6.0, mass=5.0, day="2020-05-10", events="5-x"),
        reason="That is below the 90 % interval it had then (+1.0 to +6.0).", sentences=(sentence,), more=2,
    )  # fmt: skip
    return replace(made, **fields)


def hostile() -> Alert:
    made = alert()
    bad = replace(made.sentences[0], text=HOSTILE, title=HOSTILE, publisher=HOSTILE, url="javascript:alert(1)")
    return replace(made, name_a=HOSTILE, sentences=(bad,))


def test_an_alert_says_from_where_to_where_with_interval_and_mass() -> None:
    assert alert().title == "Azerbaijan – Israel: +4.0 → −2.0 (strained)"
    assert alert().summary() == (
        "On 9 June 2020 the tie of Azerbaijan and Israel stands at −2.0 (−4.0 to +0.5, 8 acts); on 10 May 2020 it stood at "
        "+4.0 (+1.0 to +6.0, 5 acts). That is below the 90 % interval it had then (+1.0 to +6.0)."
    )
    assert alert().lines()[0].endswith("“Israel hurt Azerbaijan.” — The Wire, 2020-06-01")


def test_the_feed_is_valid_atom_with_lasting_ids() -> None:
    found = feedparser.parse(feed([alert(2), alert(1)]))
    assert (found.bozo, found.version, found.feed.updated) == (False, "atom10", "2020-06-10T08:00:02+00:00")
    assert found.feed.author == "Comity" and found.feed.id.startswith("urn:uuid:")
    assert [entry.id for entry in found.entries] == [alert(2).urn, alert(1).urn]
    assert all(entry.title and entry.updated and entry.content[0].value for entry in found.entries)
    assert found.entries[0].links[0]["href"] == "https://wire.example.org/1"


def test_a_hostile_sentence_is_text_in_the_feed() -> None:
    text = feed([hostile()])
    found = feedparser.parse(text, sanitize_html=False)
    assert not found.bozo and len(found.entries) == 1
    assert "<script" not in found.entries[0].content[0].value and "&lt;script&gt;" in found.entries[0].content[0].value
    assert "javascript:" not in text


def test_the_feed_is_written_once_for_the_same_alerts_and_is_there_from_the_start(tmp_path: Path) -> None:
    channel = AtomFile(tmp_path / "alerts.atom")
    assert channel.send([], []).ids == ()
    assert feedparser.parse(str(channel.file)).entries == []
    assert channel.send([alert()], [alert()]).ids == ("id1",)
    before = channel.file.read_bytes()
    channel.send([alert()], [alert()])
    assert channel.file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alerts.atom"]


def test_a_feed_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    sent = AtomFile(tmp_path / "absent" / "alerts.atom").send([alert()], [alert()])
    assert sent.ids == () and "cannot be written" in sent.faults[0]


class Receiver:
    """A receiver of webhooks that checks the signature; `answers` are the statuses to give, then 204."""

    def __init__(self, secret: str) -> None:
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.got: list[tuple[str, dict[str, Any]]] = []
        self.asked = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.asked += 1
                body = self.rfile.read(int(self.headers["Content-Length"]))
                signed = self.headers["Comity-Timestamp"].encode() + b"." + body
                wanted = "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
                status, fields = outer.answers.pop(0) if outer.answers else (204, {})
                if not hmac.compare_digest(wanted, self.headers["Comity-Signature"]):
                    status = 401
                if status == 204:
                    outer.got.append((self.headers["Idempotency-Key"], json.loads(body)))
                self.send_response(status)
                for name, value in fields.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?token=private"


SECRET = "a secret of some length"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver(SECRET)
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_webhook_is_signed_and_tried_again_until_it_is_taken(receiver: Receiver) -> None:
    waits: list[float] = []
    receiver.answers = [(503, {}), (429, {"Retry-After": "7"})]
    channel = WebhookChannel(Webhook(url=receiver.url, secret=SECRET), private=True, sleep=waits.append)
    assert channel.send([alert()], []).ids == ("id1",)
    ((key, told),) = receiver.got
    assert key == told["id"] == "id1"
    assert told["title"] == alert().title and told["sentences"][0]["text"] == "Israel hurt Azerbaijan."
    assert waits == [1.0, 7.0]


def test_a_receiver_with_another_secret_refuses(receiver: Receiver) -> None:
    channel = WebhookChannel(Webhook(url=receiver.url, secret="quite another secret"), private=True)
    sent = channel.send([alert(1), alert(2)], [])
    assert (sent.ids, receiver.asked, receiver.got) == ((), 1, [])
    (fault,) = sent.faults
    assert "answers with status 401 (check its address and secret); 2 to be sent later" in fault
    assert "token=private" not in fault


def test_a_receiver_that_stays_down_is_left_for_later(receiver: Receiver) -> None:
    receiver.answers = [(500, {})] * 3
    channel = WebhookChannel(Webhook(url=receiver.url, secret=SECRET), private=True, sleep=lambda _: None)
    assert channel.send([alert()], []).ids == () and receiver.asked == 3
    assert channel.send([alert()], []).ids == ("id1",)


def test_a_webhook_on_a_private_address_is_refused_unless_allowed(receiver: Receiver) -> None:
    sent = WebhookChannel(Webhook(url=receiver.url, secret=SECRET)).send([alert()], [])
    assert sent.ids == () and receiver.asked == 0
    assert "leads to a private address (127.0.0.1) (give --allow-private" in sent.faults[0]


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.answers = [(302, {"Location": receiver.url})]
    sent = WebhookChannel(Webhook(url=receiver.url, secret=SECRET), private=True).send([alert()], [])
    assert sent.ids == () and receiver.asked == 1


def test_a_signature_depends_on_secret_time_and_body() -> None:
    made = {signature(*parts) for parts in (("s", "1", b"b"), ("t", "1", b"b"), ("s", "2", b"b"), ("s", "1", b"c"))}
    assert len(made) == 4


class Inbox:
    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.refuse = False

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.refuse:
            return "451 busy"
        self.got.append(envelope)
        return "250 taken"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, Mail]]:
    handler = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, Mail(
        host="127.0.0.1", port=port, security="none", user=None, password=None, sender="comity@example.org",
        to=("desk@example.org", "chief@example.org"),
    )  # fmt: skip
    controller.stop()


def test_a_mail_reaches_all_and_is_one_message_however_often_sent(inbox: tuple[Inbox, Mail]) -> None:
    handler, mail = inbox
    assert MailChannel(mail).send([alert()], []).ids == ("id1",)
    (envelope,) = handler.got
    assert envelope.rcpt_tos == ["desk@example.org", "chief@example.org"]
    assert isinstance(envelope.content, bytes)
    found = message_from_bytes(envelope.content, policy=default)
    assert found["Subject"] == "Comity: Azerbaijan – Israel: +4.0 → −2.0 (strained)"
    assert found["Message-ID"] == message(alert(), mail)["Message-ID"]
    body = found.get_content()
    assert "“Israel hurt Azerbaijan.” — The Wire" in " ".join(body.split()) and "https://wire.example.org/1" in body


def test_a_hostile_name_adds_no_header(inbox: tuple[Inbox, Mail]) -> None:
    made = message(hostile(), inbox[1])
    assert made["Bcc"] is None and "\n" not in made["Subject"]
    assert set(made.keys()) == {"Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
                                "Content-Transfer-Encoding", "MIME-Version"}  # fmt: skip


def test_a_mail_server_that_refuses_is_a_fault_and_the_alert_waits(inbox: tuple[Inbox, Mail]) -> None:
    handler, mail = inbox
    handler.refuse = True
    sent = MailChannel(mail).send([alert()], [])
    assert sent.ids == () and "busy" in sent.faults[0] and "1 to be sent later" in sent.faults[0]


def test_a_mail_server_that_is_not_there_is_a_fault() -> None:
    mail = Mail(host="127.0.0.1", port=1, security="none", user=None, password=None, sender="a@b", to=("c@d",))
    assert MailChannel(mail).send([alert()], []).ids == ()
    assert "mail server 127.0.0.1" in MailChannel(mail).send([alert()], []).faults[0]


def test_the_terminal_says_each_alert_once() -> None:
    told: list[Alert] = []
    assert Terminal(told.append).send([alert(1), alert(2)], []).ids == ("id1", "id2")
    assert [one.id for one in told] == ["id1", "id2"]


@pytest.mark.parametrize(
    "channel", [AtomFile(Path("x")), WebhookChannel(Webhook(url="https://h/?t=private", secret=SECRET))]
)
def test_a_channels_name_in_the_store_gives_nothing_away(channel: AtomFile | WebhookChannel) -> None:
    assert "private" not in channel.name and channel.name == channel.name
    assert SECRET not in repr(channel)
