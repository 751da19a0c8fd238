"""Processes of this machine: each loads the coder once and works off one task at a time.

Why not `concurrent.futures`: its pool is lost as a whole when one process dies, does not say at which task, waits for ever
for an answer that was half sent, and leaves processes behind when it is itself killed. Here each process has a pipe of its
own, and its end is how both sides know that the other is gone.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from comity.engine.folder import Written
from comity.engine.work import Batch, Setup, Task, load, work
from comity.errors import ComityError

# A process that gives no batch for so long is stopped. A batch is a second or two of work.
SECONDS = 300.0
# Answers that are held because an earlier shard is not finished; processes with later shards wait beyond that.
HELD_BYTES = 256_000_000
# A process that dies so often before it has begun will not do better next time.
STARTS = 3
# Networks and arrays keep to one thread each: the processes are the threads.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

_READY, _BATCH, _END, _FAULT = range(4)


class Died(Exception):
    """The process that did a task is gone; the message says how."""


@dataclass(slots=True, eq=False)
class Ticket:
    """A task that was handed in: the answers that have come and not been asked for, and how it ended."""

    task: Task
    answers: deque[bytes] = field(default_factory=deque)
    ended: bool = False
    death: str | None = None
    fault: str | None = None


class _Worker:
    def __init__(self, context: multiprocessing.context.SpawnContext, setup: Setup) -> None:
        self.pipe, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=_serve, args=(theirs, setup), daemon=True)
        with _one_thread_each():
            self.process.start()
        theirs.close()
        self.ready = False
        self.ticket: Ticket | None = None
        self.since = time.monotonic()
        self.late = False

    def stop(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()

    def ending(self, seconds: float) -> str:
        """How the process ended."""
        self.process.join()
        if self.late:
            return f"takes longer than {seconds:g} seconds"
        code = self.process.exitcode or 0
        if code < 0:
            with contextlib.suppress(ValueError):
                return f"kills the process that works on it ({signal.Signals(-code).name})"
        return f"ends the process that works on it (exit code {code})"


class Pool:
    """`count` processes. Not safe to share between threads; `close` it, or use it as a context manager."""

    streams = True
    tries = 2

    def __init__(self, setup: Setup, count: int, seconds: float = SECONDS) -> None:
        self.count = count
        self._setup = setup
        self._seconds = seconds
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._queue: deque[Ticket] = deque()
        self._held = 0
        self._failed_starts = 0

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pids(self) -> Sequence[int]:
        """The processes that are there."""
        return [worker.process.pid for worker in self._workers if worker.process.pid]

    def submit(self, task: Task, *, urgent: bool = False) -> Ticket:
        """Hands in a task; an urgent one goes before those that nobody has begun."""
        ticket = Ticket(task)
        if urgent:
            self._queue.appendleft(ticket)
        else:
            self._queue.append(ticket)
        self._assign()
        return ticket

    def answers(self, ticket: Ticket) -> Iterator[Batch | Written]:
        """The answers to a task as they come. Raises Died where its process is gone, ComityError where none can work."""
        while True:
            if ticket.answers:
                data = ticket.answers.popleft()
                self._held -= len(data)
                yield pickle.loads(data)  # from our own process, over our own pipe
            elif ticket.fault is not None:
                raise ComityError(ticket.fault)
            elif ticket.death is not None:
                raise Died(ticket.death)
            elif ticket.ended:
                return
            else:
                self._pump(ticket)

    def close(self) -> None:
        """Ends the processes, whatever they are at."""
        for worker in self._workers:
            worker.stop()
        self._workers.clear()
        self._queue.clear()

    def _assign(self) -> None:
        while self._queue:
            worker = next((one for one in self._workers if one.ticket is None), None)
            if worker is None:
                if len(self._workers) >= self.count:
                    return
                worker = _Worker(self._context, self._setup)
                self._workers.append(worker)
            worker.ticket = self._queue.popleft()
            worker.since = time.monotonic()
            # One that is gone is found out when its pipe is read.
            with contextlib.suppress(OSError):
                worker.pipe.send(worker.ticket.task)

    def _pump(self, wanted: Ticket) -> None:
        """Waits for a message of any process and takes it in."""
        self._assign()
        heard = self._workers
        if self._held > HELD_BYTES:
            heard = [worker for worker in self._workers if worker.ticket is wanted] or heard
        now = time.monotonic()
        due = [worker.since + self._seconds - now for worker in heard if worker.ticket and worker.ready]
        ready = wait([worker.pipe for worker in heard], max(0.0, min(due)) if due else None)
        for worker in list(heard):
            if worker.pipe in ready:
                self._take(worker)
            elif worker.ticket and worker.ready and time.monotonic() - worker.since > self._seconds:
                worker.late = True
                worker.process.kill()
                self._take(worker)

    def _take(self, worker: _Worker) -> None:
        try:
            kind, data = worker.pipe.recv()
        except (EOFError, OSError):
            self._bury(worker)
            return
        worker.since = time.monotonic()
        ticket = worker.ticket
        if kind == _READY:
            worker.ready, self._failed_starts = True, 0
        elif ticket is None:
            return
        elif kind == _BATCH:
            ticket.answers.append(data)
            self._held += len(data)
        else:
            ticket.ended = True
            ticket.fault = data if kind == _FAULT else None
            worker.ticket = None
            self._assign()

    def _bury(self, worker: _Worker) -> None:
        how = worker.ending(self._seconds)
        worker.pipe.close()
        self._workers.remove(worker)
        ticket = worker.ticket
        if worker.ready:
            if ticket:
                ticket.death = how
            return
        # It had not begun: the task is not to blame.
        self._failed_starts += 1
        if self._failed_starts >= STARTS:
            raise ComityError(
                f"worker processes end while they start ({worker.process.exitcode}): is there memory for {self.count}? "
                "(give fewer with --workers, or --workers 1 to see why)"
            )
        if ticket:
            self._queue.appendleft(ticket)


def _serve(pipe: Connection, setup: Setup) -> None:
    """The life of a process: load the coder, work off tasks, end when nobody is there to send one."""
    # Ctrl-C reaches the whole terminal; the one who started us decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        fault = None
        try:
            load(setup.coder)
        except ComityError as error:
            fault = str(error)
        pipe.send((_READY, None))
        while True:
            task: Task = pipe.recv()
            try:
                if fault is None:
                    for answer in work(setup, task):
                        pipe.send((_BATCH, pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)))
                pipe.send((_FAULT if fault else _END, fault))
            except ComityError as error:
                pipe.send((_FAULT, str(error)))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(0)


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """What is started inside has one thread for its arrays, unless the user has said otherwise."""
    ours = [name for name in _ONE_THREAD if name not in os.environ]
    os.environ.update(dict.fromkeys(ours, "1"))
    try:
        yield
    finally:
        for name in ours:
            del os.environ[name]
