"""Access to one store for many requests at a time, and for other processes in between.

DuckDB lets many processes read a file, or one process write it. So the store is open only while requests need it (and a
moment longer): `comity code` can write into it while the pages are up. A request that finds it locked waits a little,
then gets `StoreBusy`, which the pages tell in words. Writing opens the store for writing once those who read have
finished; while it is being written, reading goes on beside it and sees what was committed before.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import duckdb

from comity.errors import StoreBusy
from comity.store import Store
from comity.store.opening import wanted
from comity.web.slices import Slices

T = TypeVar("T")
# How long a closed store is waited for, and how long an idle one stays open: a page asks several times in a row.
PATIENCE_SECONDS = 2.0
IDLE_SECONDS = 1.0
QUESTION_SECONDS = 20.0
REMEMBERED = 128


class Keeper:
    """Opens and closes one store as requests come. Safe to use from many threads."""

    def __init__(
        self,
        path: str | Path,
        *,
        patience: float = PATIENCE_SECONDS,
        idle: float = IDLE_SECONDS,
        question: float = QUESTION_SECONDS,
    ) -> None:
        self.path = str(path)
        self._patience, self._idle, self._question = patience, idle, question
        self._state = threading.Condition()
        self._one_writer = threading.Lock()
        self._store: Store | None = None
        self._writable = False
        self._draining = False
        self._users = 0
        self._last = 0.0
        self._thread = threading.local()
        self._slices = Slices()
        self._memory: OrderedDict[Hashable, Any] = OrderedDict()
        self._memory_lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """The store, for one thread, to read. A question that takes too long is ended: duckdb.InterruptException.

        Raises StoreBusy where another process writes to the store, StoreError where it cannot be opened.
        """
        until = time.monotonic() + self._patience
        with self._state:
            # Whoever reads already goes on: the writer waits for it, and it must not wait for the writer. Others let a process
            # in that waits to write: requests that follow each other closely would keep it out for ever.
            while (self._draining or self._in_the_way()) and not self._reads():
                if not self._state.wait(max(0.0, until - time.monotonic())) and time.monotonic() >= until:
                    raise StoreBusy(f"{self.path}: is being opened for writing (try again in a moment)")
            if not self._users and not self._writable and wanted(self.path):
                self._close()
            if self._store is None:
                self._store, self._writable = self._open(True, until), False
            self._users += 1
            view = self._store.sibling()
        self._thread.depth = self._reads() + 1
        try:
            with self._timed(view):
                yield view
        finally:
            self._thread.depth -= 1
            view.close()
            self._leave()

    @contextmanager
    def dyad(self, a: str, b: str) -> Iterator[Store]:
        """What the store holds on two actors, apart, to reckon their tie from again and again. Raises as `reading` does."""
        with (
            self.reading() as store,
            self._slices.of(store, self.stamp(), a, b) as found,
            self._timed(found),
        ):
            yield found

    def _reads(self) -> int:
        """How many times over this thread reads the store now."""
        return int(getattr(self._thread, "depth", 0))

    @contextmanager
    def _timed(self, view: Store) -> Iterator[None]:
        alarm = threading.Timer(self._question, view.interrupt)
        alarm.daemon = True
        alarm.start()
        try:
            yield
        finally:
            alarm.cancel()

    @contextmanager
    def writing(self) -> Iterator[Store]:
        """The store, to write. One thread at a time; others go on reading. Raises as `reading` does."""
        with self._one_writer:
            until = time.monotonic() + self._patience + self._question
            with self._state:
                self._draining = True
                try:
                    while self._users:
                        if not self._state.wait(max(0.0, until - time.monotonic())) and time.monotonic() >= until:
                            raise StoreBusy(f"{self.path}: is being read without end (try again in a moment)")
                    self._close()
                    self._store, self._writable = self._open(False, time.monotonic() + self._patience), True
                    self._users += 1
                    store = self._store
                finally:
                    self._draining = False
                    self._state.notify_all()
            try:
                yield store
            finally:
                self._leave()

    def remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, kept as long as the store's file does not change."""
        full = (self.stamp(), key)
        with self._memory_lock:
            if full in self._memory:
                self._memory.move_to_end(full)
                return cast(T, self._memory[full])
        made = make()
        with self._memory_lock:
            self._memory[full] = made
            while len(self._memory) > REMEMBERED:
                self._memory.popitem(last=False)
        return made

    def knows(self, key: Hashable) -> bool:
        """Whether `remembered` would answer at once."""
        with self._memory_lock:
            return (self.stamp(), key) in self._memory

    def stamp(self) -> str:
        """A text that is another one once the store's file has changed."""
        parts = []
        for file in (Path(self.path), Path(self.path + ".wal")):
            try:
                found = file.stat()
            except OSError:
                continue
            parts.append(f"{found.st_mtime_ns:x}-{found.st_size:x}")
        return "-".join(parts)

    def close(self) -> None:
        """Closes the store once those who use it have finished, and forgets all; those who take too long lose it. Who asks
        again opens it again."""
        until = time.monotonic() + self._patience
        with self._state:
            while self._users and self._state.wait(max(0.0, until - time.monotonic())):
                pass
            # DuckDB refuses to close what is in use; it goes with the process then.
            with suppress(duckdb.Error):
                self._close()
        with self._memory_lock:
            self._memory.clear()

    def _leave(self) -> None:
        with self._state:
            self._users -= 1
            self._last = time.monotonic()
            self._state.notify_all()
            if self._users:
                return
            if self._writable or wanted(self.path):
                # While it is open for writing, no other process can read it; while it is open at all, none can write.
                self._close()
            else:
                timer = threading.Timer(self._idle, self._close_idle)
                timer.daemon = True
                timer.start()

    def _in_the_way(self) -> bool:
        """Whether another process waits to write while the store is read here."""
        return bool(self._users) and not self._writable and wanted(self.path)

    def _close_idle(self) -> None:
        with self._state:
            if not self._users and not self._writable and time.monotonic() - self._last >= self._idle * 0.9:
                self._close()

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._slices.forget()
            self._store, self._writable = None, False

    def _open(self, read_only: bool, until: float) -> Store:
        """Opens the store; where another process holds it, waits until then. Holds the lock: nobody else could open it."""
        return Store.open(self.path, read_only=read_only, wait=max(0.0, until - time.monotonic()))
