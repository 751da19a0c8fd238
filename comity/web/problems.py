"""Faults of the API as RFC 9457 problems, and of the pages as pages.

In: an exception of ours; out: a `Fault` with a status, a stable kind, and words that say what and the mend.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
from pydantic import BaseModel, Field

from comity.errors import ComityError, InputError, StoreBusy, StoreError, UnknownActor

MEDIA_TYPE = "application/problem+json"
# Each kind once: its status and its title.
KINDS: dict[str, tuple[int, str]] = {
    "invalid-request": (422, "The request does not fit its description"),
    "unreadable-request": (400, "The request cannot be read"),
    "unknown-actor": (404, "No such actor"),
    "not-found": (404, "Nothing is there"),
    "no-such-tie": (404, "There is no such tie"),
    "not-allowed-method": (405, "This method is not offered here"),
    "wrong-host": (421, "Not this server"),
    "no-token": (401, "A token is needed"),
    "not-permitted": (403, "This is not permitted"),
    "read-only": (403, "This server only reads"),
    "conflict": (409, "This cannot be done as things stand"),
    "too-large": (413, "The request is too large"),
    "wrong-media-type": (415, "This kind of content is not taken"),
    "too-slow": (408, "The request came too slowly"),
    "too-long": (504, "The answer took too long"),
    "store-busy": (503, "The store is being written by another process"),
    "store-unavailable": (503, "The store cannot be opened"),
    "internal": (500, "A fault of ours"),
}


class Problem(BaseModel):
    """A fault (RFC 9457). `type` is one of a fixed set and says which kind; `detail` says what, and the mend."""

    type: str = Field(examples=["urn:comity:problem:unknown-actor"])
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    errors: list[str] = Field(default=[], description="Each fault of the request, with its place.")


@dataclass(eq=False)
class Fault(Exception):
    """A request that cannot be answered. `kind` is a key of KINDS."""

    kind: str
    detail: str
    errors: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        return KINDS[self.kind][0]

    def problem(self) -> Problem:
        status, title = KINDS[self.kind]
        return Problem(
            type=f"urn:comity:problem:{self.kind}",
            title=title,
            status=status,
            detail=self.detail,
            errors=list(self.errors),
        )


def fault_of(error: Exception) -> Fault:
    """The fault that an exception of ours, or of the store, stands for."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, StoreBusy):
        return Fault(
            "store-busy", "Another process is writing into the store. Wait until it has ended, then try again."
        )
    if isinstance(error, UnknownActor):
        return Fault("unknown-actor", str(error))
    if isinstance(error, StoreError):
        return Fault("store-unavailable", str(error))
    if isinstance(error, duckdb.InterruptException | TimeoutError):
        return Fault("too-long", "The question took too long; ask for less (fewer actors, a shorter time).")
    if isinstance(error, InputError):
        return Fault("conflict", f"{error.problem} ({error.mend})")
    if isinstance(error, ComityError):
        return Fault("conflict", str(error))
    return Fault("internal", "Something went wrong that we had not foreseen; the terminal of `comity serve` says more.")
