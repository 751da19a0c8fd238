"""`code`: inputs → events and claims, and into a store if one is given, or into a folder of Parquet.

Documents are coded and written in batches, each in one transaction, so a run that is cut off loses at most one batch.
A document that the same version of Comity has coded already is not coded again: its records come from the store. With
several processes (`comity.engine`) the answer is the same, and comes in the same order; one process, this one, writes.
"""

from __future__ import annotations

import functools
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import comity
from comity.app.correcting import apply, corrected
from comity.app.reading import reading_options
from comity.engine.parts import read_shard
from comity.engine.pieces import Outcome, Shard
from comity.engine.plan import SHARD, Silence, batches, shards, weigh
from comity.engine.work import SHIPPED, Batch, Coded, Found, Known, Seen, Setup, code_all, fresh, load
from comity.engine.work import Coder as Coder
from comity.errors import ComityError
from comity.records import Claim, Document, Event
from comity.sources import Failure, Options, Web
from comity.sources.duplicates import fold_duplicates
from comity.store import Store

if TYPE_CHECKING:
    from comity.engine.running import Engine

Record = TypeVar("Record", Event, Claim)

# Enough sentences for the parser to batch by length; few enough that an interrupted run repeats only seconds of work.
BATCH = 64
# Bytes of input below which starting processes, which load the model each, costs more than it saves.
SMALL = 500_000
# Bytes of input in a shard that goes into a folder: files of a size that is good to read.
FOLDER_SHARD = 64_000_000
PACKAGE = Path(comity.__file__).parent
# What decides how a text is coded. A change in any of it makes another version, and documents are coded anew.
DECIDING = (
    "coding/*.py",
    "actors/*.py",
    "language/*.py",
    "ontology/*.py",
    "data/lexicon/*.csv",
    "data/actors/*.csv",
    "data/language/*.csv",
    "data/ontology/*.csv",
    "data/model/*",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedDocument:
    """A document with what it tells. `resumed`: its records came from the store, coded by an earlier run.

    Where there is a store, or folding was asked for, the document's `duplicates_of` names the head of its story.
    """

    document: Document
    events: tuple[Event, ...]
    claims: tuple[Claim, ...]
    resumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Who codes. One process is this one; several are `engine`'s: "local" ones, or those of a Dask cluster ("dask": the one
    at the address `scheduler`, or else one made for this run).

    `seconds`: how long a process may be silent (a batch takes a second or two; of a Dask worker, how long a batch may
    take) before it is taken to hang; nobody watches the one process that does it all, so `watched` has a worker of its own
    do it. `shard`: bytes of input in a shard, None for what suits."""

    workers: int = 1
    engine: Literal["local", "dask"] = "local"
    scheduler: str | None = None
    seconds: float = 300.0
    shard: int | None = None
    watched: bool = False

    @property
    def alone(self) -> bool:
        """Whether this process does it all."""
        return self.engine == "local" and self.workers <= 1 and not self.watched


ALONE = Crew()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run has come. `bytes` of the inputs are done, of `total`; None where the total is not known."""

    documents: int
    events: int
    bytes: int
    total: int | None
    seconds: float

    @property
    def rate(self) -> float:
        """Documents a second."""
        return self.documents / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long it will take at the pace so far; None where nothing tells."""
        if not self.total or not self.bytes:
            return None
        return self.seconds * max(0, self.total - self.bytes) / self.bytes


Watch = Callable[[Progress], None]


@dataclass(slots=True)
class _Tally:
    """Counts what a run does."""

    total: int | None
    watch: Watch | None
    began: float = field(default_factory=time.perf_counter)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("documents", "resumed", "events", "claims", "failures"), 0)
    )
    bytes: int = 0

    def add(self, outcome: CodedDocument | Failure) -> None:
        if isinstance(outcome, Failure):
            self.counts["failures"] += 1
            return
        self.counts["documents"] += 1
        self.counts["resumed"] += outcome.resumed
        self.counts["events"] += len(outcome.events)
        self.counts["claims"] += len(outcome.claims)

    def tell(self) -> None:
        if self.watch:
            self.watch(
                Progress(
                    documents=self.counts["documents"],
                    events=self.counts["events"],
                    bytes=self.bytes,
                    total=self.total,
                    seconds=time.perf_counter() - self.began,
                )
            )


def code(
    inputs: Sequence[str | Path],
    *,
    store: Store | None = None,
    published: str | None = None,
    web: Web | None = None,
    coder: Coder | str | None = None,
    fold: bool = False,
    crew: Crew = ALONE,
    share: float | None = None,
    watch: Watch | None = None,
) -> Iterator[CodedDocument | Failure]:
    """Reads and codes the inputs; every document once, however often it comes. Lazy: nothing happens unasked.

    With a `store`, each batch is in it before its documents come back. A document that cannot be coded (its language is
    not read yet) comes as a Failure; the store keeps it, uncoded. `share` lets other processes have the store between two
    batches when it has been held for so many seconds; nobody else in this process may be reading through it then.
    `watch` is told after each batch how far the run has come.

    A document comes back as the copy that the store then knows it for: of what came before it, in this run or another.
    `fold` does the same without a store, and for copies of what comes later as well, so all inputs are coded, and held,
    before the first comes back.

    `coder` is another coder than the shipped one; for several processes, the import path ("module:function") of what
    makes one. In a script, a crew of several processes needs `if __name__ == "__main__":` around the call, as everything
    that starts Python processes does.
    """
    version = coding_version()
    done = Known(store.coded_ids(version) if store else ())
    run = store.begin_run("code", version, input_digests(inputs)) if store else ""
    tally = _Tally(weigh(inputs) if watch else None, watch)
    options = reading_options(published, web=web)
    if crew.alone:
        coding = _code_here(inputs, options, coder, done, crew, tally)
    else:
        coding = _code_there(inputs, options, _path_of(coder), done, crew, tally)

    def outcomes() -> Iterator[CodedDocument | Failure]:
        for batch, found in coding:
            for outcome in _kept(batch, found, store, version):
                tally.add(outcome)
                yield outcome
            if store and share is not None:
                store.share(share)
            tally.tell()
        tally.tell()

    yield from _folded(outcomes()) if fold and store is None else outcomes()
    if store:
        store.finish_run(run, tally.counts)


def _folded(outcomes: Iterator[CodedDocument | Failure]) -> Iterator[CodedDocument | Failure]:
    listed = list(outcomes)
    folded = iter(fold_duplicates(item.document for item in listed if isinstance(item, CodedDocument)))
    for item in listed:
        yield item if isinstance(item, Failure) else replace(item, document=next(folded))


_Coding = Iterator[tuple[Sequence[Outcome], Mapping[str, Found]]]


def _code_here(
    inputs: Sequence[str | Path], options: Options, coder: Coder | str | None, done: Known, crew: Crew, tally: _Tally
) -> _Coding:
    """Batches with what was found in those of their documents that are not done yet, by id."""

    def outcomes() -> Iterator[Outcome]:
        # Cut as for several processes: of a broken archive, what comes before the fault depends on where reading begins.
        silence = Silence()
        for shard in shards(inputs, options, crew.shard or SHARD, here=True):
            gave = False
            for outcome in read_shard(shard, options):
                gave = True
                yield outcome
            if whole := silence.after(shard, gave):
                yield from read_shard(whole, options)
            tally.bytes += shard.bytes

    reading = fresh(outcomes(), Seen())
    for batch in batches(reading, BATCH):
        wanted = [item for item in batch if isinstance(item, Document) and item.id not in done]
        yield batch, {item.document.id: item for item in code_documents(wanted, coder)} if wanted else {}


def _code_there(
    inputs: Sequence[str | Path], options: Options, coder: str, done: Known, crew: Crew, tally: _Tally
) -> _Coding:
    """The same, by other processes."""
    from comity.engine.running import Finished, run

    setup = Setup(options=options, coder=coder, done=done, batch=BATCH)
    seen = Seen()
    found: dict[str, Found] = {}

    def outcomes(engine: Engine) -> Iterator[Outcome]:
        for answer in run(shards(inputs, options, crew.shard or SHARD), engine):
            if isinstance(answer, Finished):
                tally.bytes += answer.shard.bytes
            elif isinstance(answer, Batch):
                found.update({item.document.id: item for item in answer.found if item.document.id not in seen})
                yield from answer.outcomes

    with _engine(crew, setup) as engine:
        # The same batches as one process makes, whatever the shards: what a document is a copy of, then, is the same too.
        for batch in batches(fresh(outcomes(engine), seen), BATCH):
            ids = [item.id for item in batch if isinstance(item, Document)]
            yield batch, {key: found.pop(key) for key in ids if key in found}


def _engine(crew: Crew, setup: Setup) -> AbstractContextManager[Engine]:
    if crew.engine == "dask":
        from comity.engine.cluster import Cluster

        return Cluster(setup, max(1, crew.workers), crew.scheduler, crew.seconds)
    from comity.engine.pool import Pool

    return Pool(setup, crew.workers, crew.seconds)


def _path_of(coder: Coder | str | None) -> str:
    if coder is None:
        return SHIPPED
    if isinstance(coder, str):
        return coder
    raise ValueError("a coder for several processes is given by its import path, module:function")


def _kept(
    batch: Sequence[Outcome], found: Mapping[str, Found], store: Store | None, version: str
) -> Iterator[CodedDocument | Failure]:
    """Writes a coded batch; then its outcomes in order."""
    coded = (
        keep(store, list(found.values()), version) if store else {key: outcome_of(one) for key, one in found.items()}
    )
    resumed = [item.id for item in batch if isinstance(item, Document) and item.id not in coded]
    heads = store.heads(resumed) if store and resumed else {}
    events = _by_document(store.events(documents=resumed)) if store and resumed else {}
    claims = _by_document(store.claims(documents=resumed)) if store and resumed else {}
    for item in batch:
        if isinstance(item, Failure):
            yield item
        elif item.id in coded:
            yield coded[item.id]
        elif store:
            yield CodedDocument(
                document=_as_kept(item, heads),
                events=tuple(events.get(item.id, ())),
                claims=tuple(sorted(claims.get(item.id, ()), key=lambda claim: claim.id)),
                resumed=True,
            )


def code_documents(documents: Sequence[Document], coder: Coder | str | None = None) -> list[Found]:
    """What a coder (by default the shipped one) makes of documents, in this process. Writes nothing. One that the coder
    cannot bear has a failure."""
    chosen = load(coder) if isinstance(coder, str) else coder
    return code_all(chosen or _load_coder(), documents)


def keep(store: Store, coded: Sequence[Coded], version: str) -> dict[str, CodedDocument | Failure]:
    """Writes coded documents, their events as people's corrections say (`app.correcting`); returns what is now on record.

    A document that could not be coded is kept, uncoded."""
    outcomes = {item.document.id: outcome_of(item) for item in coded}
    corrections = corrected(store, list(outcomes))
    for key, outcome in outcomes.items():
        if isinstance(outcome, CodedDocument) and key in corrections:
            outcomes[key] = replace(outcome, events=apply(outcome.events, corrections[key]))
    done = [outcome for outcome in outcomes.values() if isinstance(outcome, CodedDocument)]
    store.replace_documents([(item.document, item.events, item.claims) for item in done], version=version)
    store.add_documents(item.document for item in coded if item.failure is not None)
    heads = store.heads(list(outcomes))
    return {
        key: outcome if isinstance(outcome, Failure) else replace(outcome, document=_as_kept(outcome.document, heads))
        for key, outcome in outcomes.items()
    }


def _as_kept(document: Document, heads: Mapping[str, str | None]) -> Document:
    """A document as the store holds it: whose copy it is, is the store's to say."""
    return replace(document, duplicates_of=heads.get(document.id))


def outcome_of(item: Coded) -> CodedDocument | Failure:
    """What is told of a coded document."""
    if item.failure is not None:
        found = item if isinstance(item, Found) else Found(document=item.document, failure=item.failure)
        return found.as_failure()
    return CodedDocument(document=item.document, events=item.events, claims=item.claims)


def _load_coder() -> Coder:
    from comity.coding import load_coder

    return load_coder()


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderReport:
    """What a run wrote into a folder. `resumed` of its `shards` were there already; counts are of all its shards."""

    shards: int
    resumed: int
    counts: Mapping[str, int]
    undated: tuple[str, ...]
    failures: tuple[Failure, ...]


def code_to_folder(
    inputs: Sequence[str | Path],
    folder: str,
    *,
    published: str | None = None,
    web: Web | None = None,
    coder: Coder | str | None = None,
    crew: Crew = ALONE,
    watch: Watch | None = None,
) -> FolderReport:
    """Codes the inputs into a folder of Parquet (`comity.engine.folder`), a path or an fsspec address.

    Whoever codes a shard writes it, so that no process sees all events. A shard that is there already is not coded again,
    unless its input or the version of the coding has changed. A document that comes in two shards is in both.
    Raises ComityError where the folder cannot be written, and for a folder in this process's memory with other processes.
    """
    from comity.engine.folder import Target, Written, conclude, written_shards
    from comity.engine.running import Finished, run
    from comity.engine.work import Task, work

    if folder.startswith("memory://") and not crew.alone:
        raise ComityError(f"{folder}: is this process's own memory (code with one worker, or into another folder)")
    version = coding_version()
    tally = _Tally(weigh(inputs) if watch else None, watch)
    options = reading_options(published, web=web)
    there = written_shards(folder)
    keys: list[str] = []
    results: dict[str, Written] = {}
    resumed = 0

    def target(shard: Shard) -> Target:
        return Target(folder=folder, key=shard.key(version, published), version=version)

    def missing() -> Iterator[Shard]:
        nonlocal resumed
        for shard in shards(inputs, options, crew.shard or FOLDER_SHARD, here=crew.alone):
            key = target(shard).key
            if key in results or key in keys:
                continue  # the same input twice
            keys.append(key)
            if key in there:
                resumed += 1
                results[key] = there[key]
                tally.bytes += shard.bytes
            else:
                yield shard

    def answers() -> Iterator[Batch | Written | Finished]:
        if crew.alone:
            setup = Setup(options=options, coder=_path_of(coder), batch=BATCH)
            for shard in missing():
                yield from work(setup, Task(shard=shard, target=target(shard)))
                yield Finished(shard)
            return
        setup = Setup(options=options, coder=_path_of(coder), batch=BATCH)
        with _engine(crew, setup) as engine:
            yield from run(missing(), engine, target)

    for answer in answers():
        if isinstance(answer, Written):
            results[answer.record["key"]] = answer
            for name in ("documents", "events", "claims"):
                tally.counts[name] += answer.record[name]
        elif isinstance(answer, Finished):
            tally.bytes += answer.shard.bytes
            tally.tell()
    conclude(folder, keys, version)
    found = [results[key] for key in keys]
    return FolderReport(
        shards=len(keys),
        resumed=resumed,
        counts={name: sum(one.record[name] for one in found) for name in ("documents", "events", "claims")},
        undated=tuple(place for one in found for place in one.record["undated"]),
        failures=tuple(failure for one in found for failure in one.failures),
    )


def crew_for(inputs: Sequence[str | Path], crew: Crew, workers: int | None = None) -> Crew:
    """The crew with so many workers; with None as many as there are cores, or one where the inputs are small."""
    if workers is not None:
        return replace(crew, workers=workers)
    if crew.engine == "local":
        if all(str(item) == "-" or str(item).lower().startswith(("http://", "https://")) for item in inputs):
            return crew
        size = weigh([item for item in inputs if str(item) != "-"])
        if size is not None and size < SMALL:
            return crew
    return replace(crew, workers=usable_cores())


def usable_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@functools.cache
def coding_version() -> str:
    """The version of Comity with a digest of all that decides how a text is coded: code, tables and model."""
    digest = hashlib.sha256()
    for pattern in DECIDING:
        for file in sorted(PACKAGE.glob(pattern)):
            digest.update(file.relative_to(PACKAGE).as_posix().encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return f"{comity.__version__}+{digest.hexdigest()[:12]}"


def input_digests(inputs: Sequence[str | Path]) -> dict[str, str]:
    """For the ledger of runs: each input with the digest of its bytes, or of its listing where it is a folder."""
    return {str(item): _digest(Path(item)) for item in inputs}


def _digest(path: Path) -> str:
    try:
        if path.is_file():
            with path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()[:16]
        if path.is_dir():
            listing = sorted(f"{file.relative_to(path)} {file.stat().st_size}" for file in path.rglob("*"))
            return hashlib.sha256("\n".join(listing).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    except (OSError, ValueError):
        pass  # `read` will say what is wrong with it
    return ""


def _by_document(records: Iterable[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record.document, []).append(record)
    return found
