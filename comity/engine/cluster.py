"""Processes of a Dask cluster: the same tasks, done by whoever has joined a scheduler.

Without an address a cluster of this machine's processes is made and closed again. The setup goes to every worker once, to
those too that join later or take the place of one that died. Dask repeats the tasks of a dead worker elsewhere and gives up
on one that has killed several; what is done then is `running`'s to say.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

from comity.engine.folder import Written
from comity.engine.pool import SECONDS, Died
from comity.engine.work import Batch, Setup, Task, load, work
from comity.errors import ComityError

# A coder is not safe to share between threads, and a worker may have several.
_ONE_AT_A_TIME = threading.Lock()
# Workers that a task may end before our own cluster gives up on it; others have a setting for it.
DEATHS = 2
# How long to wait for a scheduler that has a worker.
PATIENCE = 60.0
# How often to see whether our own cluster still has all its workers.
LOOK = 5.0


class Cluster:
    """A Dask cluster: the one at `scheduler`, or `count` processes of this machine. Use it as a context manager."""

    # What a task gives comes when all of it is done, and the scheduler itself has tried a task of dead workers again.
    streams = False
    tries = 1

    def __init__(
        self,
        setup: Setup,
        count: int,
        scheduler: str | None = None,
        seconds: float = SECONDS,
        *,
        patience: float = PATIENCE,
    ) -> None:
        try:
            import dask
            import distributed as library
        except ImportError as error:
            raise ComityError("Dask is not installed (pip install 'comity[cluster]')") from error
        # Its types are loose; ours begin at `submit` and `answers`.
        distributed: Any = library
        self._distributed = distributed
        self._local: Any = None
        self._processes = count
        self._client: Any = None
        self._seconds = seconds
        self._name = f"comity-{os.getpid()}-{id(self):x}"
        self.address = scheduler or ""
        if scheduler is None:
            # A worker that dies is told by us, in one line.
            logging.getLogger("distributed").setLevel(logging.CRITICAL)
            with dask.config.set({"distributed.scheduler.allowed-failures": DEATHS - 1}):
                self._local = distributed.LocalCluster(
                    n_workers=count, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0
                )
            self.address = self._local.scheduler_address
        try:
            self._client = distributed.Client(self.address, timeout=patience, set_as_default=False)
            self._client.register_plugin(_plugin(setup), name=self._name)
            self._client.wait_for_workers(1, timeout=patience)
        except (OSError, TimeoutError, ValueError) as error:
            self.close()
            raise ComityError(
                f"{self.address}: no Dask scheduler with workers answers there: {error} (check the address and the workers)"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def count(self) -> int:
        """How many tasks can be done at a time now."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    @property
    def pids(self) -> list[int]:
        """The processes that are there."""
        return list(self._client.run(os.getpid).values())

    def submit(self, task: Task, *, urgent: bool = False) -> Any:
        """Hands in a task; an urgent one goes before the others."""
        return self._client.submit(
            _do, self._name, task, self._seconds, pure=False, priority=10 if urgent else 0, retries=0
        )

    def answers(self, ticket: Any) -> Iterator[Batch | Written]:
        """The answers to a task, when it is done. Raises Died where workers died of it, ComityError where none can work."""
        from concurrent.futures import CancelledError

        try:
            found = fetched(ticket, self._refill)
        except (self._distributed.scheduler.KilledWorker, CancelledError) as error:
            raise Died("kills the processes that work on it, or takes longer than they may") from error
        finally:
            ticket.release()
        yield from found

    def _refill(self) -> None:
        # A worker that the scheduler has given up on may end with its nanny; nobody would take its place.
        if self._local is not None:
            self._local.scale(self._processes)

    def close(self) -> None:
        """Lets the workers go. A cluster that was there before stays, without us."""
        if self._client is not None:
            if self._local is None:
                self._client.unregister_worker_plugin(self._name)
            self._client.close()
        if self._local is not None:
            self._local.close()


def fetched(ticket: Any, meanwhile: Callable[[], None], look: float = LOOK) -> list[Batch | Written]:
    """The result of a Dask future, calling `meanwhile` every `look` seconds until it is here. Raises what the task raised."""
    while True:
        try:
            result: list[Batch | Written] = ticket.result(timeout=look)
        except TimeoutError:
            if ticket.status == "error":
                raise ticket.exception() from None
            # Not done yet; or done, and the worker that held the result died before it was fetched: it is done again.
            meanwhile()
        else:
            return result


def _plugin(setup: Setup) -> Any:
    from distributed import WorkerPlugin

    class Comity(WorkerPlugin):
        """Keeps the setup at each worker."""

        def __init__(self) -> None:
            self.comity = setup

    return Comity()


def _do(name: str, task: Task, seconds: float) -> list[Batch | Written]:
    """What a Dask worker does with a task."""
    from distributed import get_worker

    plugin: Any = get_worker().plugins[name]
    setup: Setup = plugin.comity
    found: list[Batch | Written] = []
    with _ONE_AT_A_TIME, open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a descriptor is wanted
        load(setup.coder)
        try:
            # A thread that needs no lock of Python's: what hangs in a library holds that.
            faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
            for answer in work(setup, task):
                found.append(answer)
                faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        finally:
            faulthandler.cancel_dump_traceback_later()
    return found
