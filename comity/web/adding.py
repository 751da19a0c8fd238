"""New documents by way of the pages: what is dropped, pasted or named by its address is read, coded and written.

Additions are done one after another in a thread of their own, while reading goes on. An address is fetched by the guard
of `sources` (public hosts alone, robots.txt, limits); no path of this machine is ever opened.
"""

from __future__ import annotations

import dataclasses
import io
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Literal

from comity.actors import load_index
from comity.app.coding import Coder, coding_version, keep
from comity.errors import ComityError
from comity.records import Document, stable_id
from comity.sources import Failure, Limits, Options, Web
from comity.sources.dispatch import read_stream
from comity.sources.web import Fetcher, read_address
from comity.web import models
from comity.web.keeper import Keeper
from comity.web.problems import Fault

State = Literal["waiting", "reading", "coding", "writing", "done", "failed"]
# Documents between two signs of progress; documents of one addition; additions remembered, and waiting, at a time.
BATCH, MOST_DOCUMENTS, REMEMBERED, WAITING = 4, 5_000, 50, 20
LIMITS = Limits(file_bytes=32_000_000, unpacked_bytes=500_000_000, members=5_000, seconds=20.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to add: files as (name, bytes), a text, or an address."""

    files: tuple[tuple[str, bytes], ...] = ()
    text: str | None = None
    url: str | None = None
    title: str | None = None
    publisher: str | None = None
    published: str | None = None


@dataclass(slots=True)
class _Progress:
    id: str
    began: float
    started: str
    state: State = "waiting"
    done: int = 0
    total: int = 0
    ended: float | None = None
    documents: list[models.AddedDocument] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Adder:
    """Takes additions and works them off. `coder` makes the coder when the first document comes."""

    def __init__(self, keeper: Keeper, *, private: bool = False, coder: Callable[[], Coder] | None = None) -> None:
        self._keeper = keeper
        self._web = Web(private=private)
        self._coder = coder or _load_coder
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, _Progress] = OrderedDict()

    def add(self, wanted: Wanted) -> models.Job:
        """Takes an addition. Raises Fault where too many wait."""
        moment = datetime.now(UTC).isoformat(timespec="microseconds")
        job = _Progress(id=stable_id("addition", moment, id(wanted)), began=time.monotonic(), started=moment)
        with self._lock:
            if sum(item.ended is None for item in self._jobs.values()) >= WAITING:
                raise Fault("conflict", f"{WAITING} additions wait already; try again when some are done.")
            self._jobs[job.id] = job
            while len(self._jobs) > REMEMBERED:
                self._jobs.popitem(last=False)
            if self._pool is None:
                self._pool = ThreadPoolExecutor(1, thread_name_prefix="adding")
            self._pool.submit(self._work, job, wanted)
        return self.job(job.id)

    def job(self, identifier: str) -> models.Job:
        """How an addition stands. Raises Fault where there is none of this id."""
        with self._lock:
            job = self._jobs.get(identifier)
            if job is None:
                raise Fault(
                    "not-found", f"{identifier[:40]}: there is no such addition (they are kept until the server ends)"
                )
            return _out(job)

    def jobs(self) -> list[models.Job]:
        """All additions, the latest first."""
        with self._lock:
            return [_out(job) for job in reversed(self._jobs.values())]

    def close(self) -> None:
        """Lets the documents under way come to their end; what waits is given up."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)

    def _set(self, job: _Progress, state: State) -> None:
        with self._lock:
            job.state = state
            if state in ("done", "failed"):
                job.ended = time.monotonic()

    def _work(self, job: _Progress, wanted: Wanted) -> None:
        try:
            self._set(job, "reading")
            documents = self._read(job, wanted)
            self._set(job, "coding")
            with self._lock:
                job.total = len(documents)
            for first in range(0, len(documents), BATCH):
                if self._pool is None:
                    raise ComityError(
                        f"the server ended; {len(documents) - first} documents were not coded (add them again)"
                    )
                self._code(job, documents[first : first + BATCH])
            self._set(job, "done" if job.documents or not job.failures else "failed")
        except ComityError as error:
            self._fail(job, str(error))
        except Exception as error:  # the thread's last resort: the page must learn that it ended
            self._fail(job, f"a fault of ours: {type(error).__name__}: {error}")
            raise

    def _fail(self, job: _Progress, words: str) -> None:
        with self._lock:
            job.failures.append(words)
        self._set(job, "failed")

    def _read(self, job: _Progress, wanted: Wanted) -> list[Document]:
        found: dict[str, Document] = {}
        for outcome in self._outcomes(wanted):
            with self._lock:
                if isinstance(outcome, Failure):
                    job.failures.append(str(outcome))
                    continue
                job.total = len(found) + 1
            document = dataclasses.replace(
                outcome, title=wanted.title or outcome.title, publisher=wanted.publisher or outcome.publisher
            )
            found.setdefault(document.id, document)
            if len(found) >= MOST_DOCUMENTS:
                self._note(job, f"only the first {MOST_DOCUMENTS:,} documents are taken (use `comity code` for more)")
                break
        return list(found.values())

    def _note(self, job: _Progress, words: str) -> None:
        with self._lock:
            job.failures.append(words)

    def _outcomes(self, wanted: Wanted) -> Iterator[Document | Failure]:
        index = load_index()

        def resolve(name: str) -> str | None:
            found = index.resolve(name)
            return found.actor if found else None

        options = Options(published=wanted.published, limits=LIMITS, web=self._web, resolve=resolve)
        for name, data in wanted.files:
            # The name as the browser gave it, without any folder: it is shown, and tells the format; it opens nothing.
            origin = PurePath(name.replace("\\", "/")).name or "upload"
            yield from read_stream(io.BytesIO(data), origin, options=options)
        if wanted.text:
            yield from read_stream(io.BytesIO(wanted.text.encode("utf-8", "replace")), "pasted text", options=options)
        if wanted.url:
            with Fetcher(self._web, LIMITS) as fetcher:
                yield from read_address(wanted.url, fetcher, options)

    def _code(self, job: _Progress, documents: Sequence[Document]) -> None:
        coded = self._coder().code(documents)
        self._set(job, "writing")
        with self._keeper.writing() as store:
            outcomes = keep(store, coded, coding_version())
        with self._lock:
            for outcome in outcomes.values():
                job.done += 1
                if isinstance(outcome, Failure):
                    job.failures.append(str(outcome))
                else:
                    document = outcome.document
                    job.documents.append(
                        models.AddedDocument(
                            id=document.id,
                            title=document.title,
                            events=len(outcome.events),
                            claims=len(outcome.claims),
                        )
                    )
        self._set(job, "coding")


def _out(job: _Progress) -> models.Job:
    return models.Job(
        id=job.id,
        state=job.state,
        done=job.done,
        total=job.total,
        events=sum(document.events for document in job.documents),
        documents=list(job.documents[-200:]),
        failures=list(job.failures[:200]),
        started=job.started,
        seconds=round((job.ended or time.monotonic()) - job.began, 1),
    )


def _load_coder() -> Coder:
    from comity.coding import load_coder

    return load_coder()
