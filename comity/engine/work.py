"""What one process does with a shard: read it, code it batch by batch, and give each batch back.

In: a `Setup`, the same for a whole run, and a `Task`, a shard with what is wanted of it. Out: `Batch`es, or `Written`
where the shard goes into a folder of Parquet. Nothing here knows how processes are lent.
"""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from comity.engine.folder import Target, Written, write_shard
from comity.engine.parts import read_shard
from comity.engine.pieces import Outcome, Shard
from comity.engine.plan import BATCH, batches
from comity.errors import ComityError
from comity.records import Claim, Document, Event
from comity.sources import Failure, Options

# The coder that is shipped, by the import path of what loads it.
SHIPPED = "comity.coding:load_coder"
# Ids that are held as text at a time.
_AT_ONCE = 65_536


class Coded(Protocol):
    """What a coder made of a document; `failure` says why nothing."""

    @property
    def document(self) -> Document: ...
    @property
    def events(self) -> tuple[Event, ...]: ...
    @property
    def claims(self) -> tuple[Claim, ...]: ...
    @property
    def failure(self) -> str | None: ...


class Coder(Protocol):
    def code(self, documents: Sequence[Document], /) -> Sequence[Coded]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found in a document, or why nothing could be and what to do about it."""

    document: Document
    events: tuple[Event, ...] = ()
    claims: tuple[Claim, ...] = ()
    failure: str | None = None
    mend: str = "leave it out, or give it in English"

    def as_failure(self) -> Failure:
        """The failure that it is. Raises ValueError where it is none."""
        if self.failure is None:
            raise ValueError("what was coded is no failure")
        return Failure(place=self.document.origin or self.document.id, problem=self.failure, mend=self.mend)


class Known:
    """A set of document ids in eight bytes each, so that millions of them can be sent to every process."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        pieces: list[NDArray[np.uint64]] = []
        others: set[str] = set()
        # As text an id takes ten times as much: never all of them at once.
        for some in batches(ids, _AT_ONCE):
            pieces.append(np.array([int(one, 16) for one in some if _is_hash(one)], np.uint64))
            others.update(one for one in some if not _is_hash(one))
        self._numbers: NDArray[np.uint64] = np.concatenate(pieces) if pieces else np.empty(0, np.uint64)
        self._numbers.sort()
        self._others = frozenset(others)

    def joined(self, other: Known) -> Known:
        """What is in either of two that have nothing in common."""
        found = Known()
        found._numbers = np.concatenate([self._numbers, other._numbers])
        found._numbers.sort()
        found._others = self._others | other._others
        return found

    def __contains__(self, identifier: str) -> bool:
        if not _is_hash(identifier):
            return identifier in self._others
        number = np.uint64(int(identifier, 16))
        place = int(np.searchsorted(self._numbers, number))
        return place < len(self._numbers) and bool(self._numbers[place] == number)

    def __len__(self) -> int:
        return len(self._numbers) + len(self._others)


class Seen:
    """A set of document ids that grows: eight bytes each, but for the latest."""

    def __init__(self) -> None:
        self._latest: set[str] = set()
        self._known = Known()

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._latest or identifier in self._known

    def add(self, identifier: str) -> None:
        """Takes in an id that is not there."""
        self._latest.add(identifier)
        if len(self._latest) >= _AT_ONCE:
            self._known = self._known.joined(Known(self._latest))
            self._latest.clear()


def _is_hash(identifier: str) -> bool:
    return len(identifier) == 16 and not identifier.strip("0123456789abcdef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What is the same for all shards of a run. `done` are the documents that need no coding; `coder` is the import path
    ("module:function") of what loads the coder."""

    options: Options = field(default_factory=Options)
    coder: str = SHIPPED
    done: Known = field(default_factory=Known)
    batch: int = BATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A shard, and what is wanted of it.

    Its batches from `skip` on, to before `stop`. `avoid` maps documents that are not to be touched to why. With `uncoded`
    it is read alone. With a `target` it is written there.
    """

    shard: Shard
    skip: int = 0
    stop: int | None = None
    avoid: Mapping[str, str] = field(default_factory=dict)
    uncoded: bool = False
    target: Target | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some outcomes of reading, in order, and what was found in those that were coded."""

    outcomes: tuple[Outcome, ...]
    found: tuple[Found, ...] = ()


def work(setup: Setup, task: Task) -> Iterator[Batch | Written]:
    """Does a task. A document that the coder cannot bear is a `Found` with a failure. Raises ComityError where the coder
    cannot be loaded.

    With a target, what comes back of each batch is empty: a sign of life; and then what was written."""
    done = _batches(setup, task)
    if task.target is None:
        yield from done
        return
    alive = Batch(outcomes=())
    writing = write_shard(task.target, task.shard, ((batch.outcomes, batch.found) for batch in done))
    for written in writing:
        yield written or alive


def _batches(setup: Setup, task: Task) -> Iterator[Batch]:
    for number, batch in enumerate(batches(fresh(read_shard(task.shard, setup.options), Seen()), setup.batch)):
        if number < task.skip:
            continue
        if task.stop is not None and number >= task.stop:
            return
        if task.uncoded:
            yield Batch(outcomes=batch)
            continue
        wanted = [item for item in batch if isinstance(item, Document) and item.id not in setup.done]
        safe = [item for item in wanted if item.id not in task.avoid]
        found = {item.document.id: item for item in code_all(load(setup.coder), safe)} if safe else {}
        for item in wanted:
            if item.id in task.avoid:
                found[item.id] = Found(document=item, failure=task.avoid[item.id], mend=LEAVE_OUT)
        yield Batch(outcomes=batch, found=tuple(found[item.id] for item in wanted))


def fresh(outcomes: Iterable[Outcome], seen: Seen) -> Iterator[Outcome]:
    """Each document once; `seen` holds the ids that have come before, and takes in those that come."""
    for outcome in outcomes:
        if isinstance(outcome, Failure):
            yield outcome
        elif outcome.id not in seen:
            seen.add(outcome.id)
            yield outcome


LEAVE_OUT = "it is set aside; leave it out, and report it with its text"


def code_all(coder: Coder, documents: Sequence[Document]) -> list[Found]:
    """What a coder finds in documents, in order. One that it raises an error at costs only itself; an error that a user
    can mend is raised."""
    try:
        coded = coder.code(documents)
    except ComityError:
        raise
    except Exception as error:
        if len(documents) == 1:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            problem = f"cannot be coded: {type(error).__name__}: {error} ({frame.filename}:{frame.lineno})"
            return [Found(document=documents[0], failure=" ".join(problem.split()), mend=LEAVE_OUT)]
        return [found for document in documents for found in code_all(coder, [document])]
    return [
        Found(document=item.document, events=tuple(item.events), claims=tuple(item.claims), failure=item.failure)
        for item in coded
    ]


@cache
def load(path: str) -> Coder:
    """The coder that the function at an import path gives, loaded once a process."""
    module, _, name = path.partition(":")
    maker: Callable[[], Any] = getattr(importlib.import_module(module), name)
    coder: Coder = maker()
    return coder
