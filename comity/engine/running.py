"""Shards → what they gave, in their order, however many processes worked and however many of them died.

A task whose process dies is done again. If that process dies too, the batch at which it died is read without coding, its
documents are coded one by one, and those at which a process still dies are set aside with the reason; the rest goes on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

from comity.engine.folder import Target, Written
from comity.engine.pieces import Given, Piece, Shard
from comity.engine.plan import Silence
from comity.engine.pool import Died
from comity.engine.work import LEAVE_OUT, Batch, Task
from comity.records import Document
from comity.sources import Failure

# Shards handed in beyond the one that is waited for, for each process: so many may be finished before an earlier one.
AHEAD = 4


class Engine(Protocol):
    """Who lends processes. `answers` raises Died where the process that did a task is gone. `streams`: whether batches come
    one by one, so that the one at which a process died is known; `tries`: how often that may happen at the same place
    before the place is looked at; `count`: how many tasks are done at a time."""

    @property
    def streams(self) -> bool: ...
    @property
    def tries(self) -> int: ...
    @property
    def count(self) -> int: ...
    def submit(self, task: Task, *, urgent: bool = False) -> Any: ...
    def answers(self, ticket: Any) -> Iterator[Batch | Written]: ...


@dataclass(frozen=True, slots=True)
class Finished:
    """A shard of which everything has come."""

    shard: Shard


def run(
    shards: Iterable[Shard], engine: Engine, target: Callable[[Shard], Target] | None = None
) -> Iterator[Batch | Written | Finished]:
    """What the shards give, in order: the batches of each, then that it is finished. `target` says where one is written."""
    waiting: deque[tuple[Task, Any]] = deque()
    source = iter(shards)
    more = True
    silence = Silence()
    while more or waiting:
        while more and len(waiting) <= engine.count * AHEAD:
            shard = next(source, None)
            if shard is None:
                more = False
            else:
                task = Task(shard=shard, target=target(shard) if target else None)
                waiting.append((task, engine.submit(task)))
        if not waiting:
            return
        task, ticket = waiting.popleft()
        gave = False
        for answer in _Attempt(engine, task).answers(ticket):
            gave = gave or isinstance(answer, Written) or bool(answer.outcomes)
            yield answer
        if whole := silence.after(task.shard, gave):
            yield from _Attempt(engine, Task(shard=whole)).answers(engine.submit(Task(shard=whole), urgent=True))
        yield Finished(task.shard)


class _Attempt:
    """One shard on its way, with what has been learnt of it."""

    def __init__(self, engine: Engine, task: Task) -> None:
        self._engine = engine
        self._task = task
        self._done = 0  # batches that have come
        self._searched: set[int] = set()
        self._told: set[Failure] = set()

    def answers(self, ticket: Any) -> Iterator[Batch | Written]:
        """What the shard gives. Where a part of it must be read again, its documents may come again; failures do not."""
        deaths = 0
        while True:
            at = self._task.skip
            try:
                for answer in self._engine.answers(ticket):
                    if isinstance(answer, Written):
                        yield answer
                    elif self._task.target is None:
                        yield self._once(answer)
                    at += 1
                    if at > self._done:
                        self._done, deaths = at, 0
                return
            except Died as death:
                deaths += 1
                if deaths >= self._engine.tries:
                    deaths = 0
                    self._narrow(str(death))
                skip = 0 if self._task.target else self._done
                self._task = replace(self._task, skip=skip)
                ticket = self._engine.submit(self._task, urgent=True)

    def _once(self, batch: Batch) -> Batch:
        again = {o for o in batch.outcomes if isinstance(o, Failure)} & self._told
        self._told.update(o for o in batch.outcomes if isinstance(o, Failure))
        return replace(batch, outcomes=tuple(o for o in batch.outcomes if o not in again)) if again else batch

    def _narrow(self, how: str) -> None:
        """Finds what in the batch that is next ends processes, and has it avoided."""
        at, shard, avoid = self._done, self._task.shard, self._task.avoid
        stop = at + 1 if self._engine.streams else None
        try:
            read = self._try(Task(shard=shard, skip=at, stop=stop, uncoded=True), 1)
        except Died as death:
            self._pass_over(str(death))
            return
        documents = [o for batch in read for o in batch.outcomes if isinstance(o, Document) and o.id not in avoid]
        found = {}
        if at not in self._searched:
            self._searched.add(at)
            for document in documents:
                try:
                    self._try(Task(shard=Shard(pieces=(Given(outcomes=(document,)),))))
                except Died as death:
                    found[document.id] = str(death)
        elif documents:
            # One by one they did no harm, together they do again.
            found = {document.id: f"{how}, together with others" for document in documents}
        else:
            self._pass_over(how)
        self._task = replace(self._task, avoid={**avoid, **found})

    def _pass_over(self, how: str) -> None:
        """Leaves out the pieces that cannot even be read, and begins again with the others."""
        whole = self._task.shard
        pieces: list[Piece | Given] = []
        for piece in whole.pieces:
            try:
                self._try(Task(shard=Shard(pieces=(piece,)), uncoded=True))
                pieces.append(piece)
            except Died as death:
                pieces.append(_set_aside(piece, str(death)))
        if tuple(pieces) == whole.pieces:
            pieces = [_set_aside(piece, how) for piece in whole.pieces]
        # What has come is known by its id.
        self._task = replace(self._task, shard=replace(whole, pieces=tuple(pieces)))
        self._done = 0

    def _try(self, task: Task, tries: int | None = None) -> list[Batch]:
        for left in reversed(range(tries or self._engine.tries)):
            try:
                answers = self._engine.answers(self._engine.submit(task, urgent=True))
                return [answer for answer in answers if isinstance(answer, Batch)]
            except Died:
                if not left:
                    raise
        raise AssertionError("a task is tried at least once")


def _set_aside(piece: Piece | Given, how: str) -> Given:
    return Given(outcomes=(Failure(place=piece.place, problem=f"{how} already in reading", mend=LEAVE_OUT),))
