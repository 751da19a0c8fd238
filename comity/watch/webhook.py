"""Alerts as HTTP POST, signed, through the guarded network.

`Comity-Signature: sha256=HEX` is HMAC-SHA256, with the shared secret, of the timestamp in `Comity-Timestamp`, a full stop,
and the body: a receiver that also refuses old timestamps cannot be fooled by a message sent again. `Idempotency-Key` is the
alert's id. Private addresses are refused unless allowed, as for feeds; redirects are not followed, since a secret's
holder should not be moved by a third party.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpcore

from comity.sources.outcome import Fault
from comity.sources.web import normal
from comity.sources.web_guard import Guard
from comity.watch.alert import Alert, alert_to_dict
from comity.watch.channels import Sent, channel_name
from comity.watch.settings import Webhook

TRIES, SECONDS, LONGEST_WAIT = 3, 20.0, 30.0
# Worth another try; any other answer but 2xx needs a human.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What `Comity-Signature` says of a body sent at a time (seconds since 1970, as text)."""
    made = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={made.hexdigest()}"


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """Posts each alert; tries a failing receiver three times, then leaves the rest for the next poll."""

    hook: Webhook
    private: bool = False
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], object] = time.sleep

    @property
    def name(self) -> str:
        return channel_name("webhook", self.hook.url)

    def send(self, due: Sequence[Alert], newest: Sequence[Alert]) -> Sent:
        del newest
        done: list[str] = []
        for alert in due:
            fault = self._post(alert)
            if fault:
                left = len(due) - len(done)
                return Sent(
                    ids=tuple(done), faults=(f"webhook {_place(self.hook.url)}: {fault}; {left} to be sent later",)
                )
            done.append(alert.id)
        return Sent(ids=tuple(done))

    def _post(self, alert: Alert) -> str | None:
        """What is wrong, or None where it was taken."""
        body = json.dumps(alert_to_dict(alert), ensure_ascii=True, separators=(",", ":")).encode()
        problem = ""
        for attempt in range(TRIES):
            try:
                status, wait = self._once(alert.id, body)
            except Fault as fault:
                return f"{fault.problem} ({fault.mend})"
            except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
                problem, wait = f"cannot be reached: {error or type(error).__name__}", None
            else:
                if 200 <= status < 300:
                    return None
                problem = f"answers with status {status}"
                if status not in PASSING:
                    return f"{problem} (check its address and secret)"
            if attempt + 1 < TRIES:
                self.sleep(min(wait if wait is not None else 4.0**attempt, LONGEST_WAIT))
        return problem

    def _once(self, identifier: str, body: bytes) -> tuple[int, float | None]:
        url = normal(self.hook.url)
        guard = Guard(private=self.private)
        guard.deadline = time.monotonic() + SECONDS
        stamp = str(int(self.clock()))
        fields = {
            "Host": url.split("/")[2],
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "User-Agent": "comity",
            "Idempotency-Key": identifier,
            "Comity-Timestamp": stamp,
            "Comity-Signature": signature(self.hook.secret, stamp, body),
        }
        steps = dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)
        with (
            httpcore.ConnectionPool(network_backend=guard) as pool,
            pool.stream(
                "POST", url, headers=list(fields.items()), content=body, extensions={"timeout": steps}
            ) as answer,
        ):
            found = {key.lower(): value for key, value in answer.headers}
            after = found.get(b"retry-after", b"").decode("latin-1")
            return answer.status, float(after) if after.isascii() and after.isdigit() else None


def _place(url: str) -> str:
    """An address without what may be secret in it."""
    return "/".join(url.split("/")[:3])
