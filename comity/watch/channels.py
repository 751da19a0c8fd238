"""How alerts leave: terminal, Atom file, webhook, e-mail. Each channel takes alerts and says which it delivered.

Delivery is at least once: an alert is noted as delivered after it went out, so a watch killed between the two sends it
again. It can be told by its id, which is the same then: the webhook's Idempotency-Key, the mail's Message-ID, the feed's
entry id. The Atom file is written whole, and so has each alert once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from comity.watch.alert import Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of some alerts: the ids that went out, and a line for each fault."""

    ids: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


class Channel(Protocol):
    """A way out. `name` tells it from others in the store, from run to run."""

    @property
    def name(self) -> str: ...

    def send(self, due: Sequence[Alert], newest: Sequence[Alert]) -> Sent:
        """Sends what is due. `newest` are the latest alerts of all, for a channel that shows them together."""
        ...


def channel_name(kind: str, where: str) -> str:
    """A channel's name in the store: its kind and a hash of where it leads, which may hold what is nobody's business."""
    return f"{kind}:{hashlib.sha256(where.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Terminal:
    """Prints each alert with its sentences, or as a line of JSON."""

    write: Callable[[Alert], None]
    name: str = field(default="terminal")

    def send(self, due: Sequence[Alert], newest: Sequence[Alert]) -> Sent:
        del newest
        for alert in due:
            self.write(alert)
        return Sent(ids=tuple(alert.id for alert in due))
