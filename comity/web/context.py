"""What the routes share: the store's keeper, the gate, and the additions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from starlette.requests import HTTPConnection

from comity.web.adding import Adder
from comity.web.keeper import Keeper
from comity.web.security import Gate


@dataclass(frozen=True, slots=True)
class Context:
    keeper: Keeper
    gate: Gate
    adder: Adder


def context_of(connection: HTTPConnection) -> Context:
    """The context that the app was made with."""
    return cast(Context, connection.app.state.context)
