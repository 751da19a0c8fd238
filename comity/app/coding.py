"""`code`: inputs → events and claims, and into a store if one is given.

Documents are coded and written in batches, each in one transaction, so a run that is cut off loses at most one batch.
A document that the same version of Comity has coded already is not coded again: its records come from the store.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import comity
from comity.app.correcting import apply, corrected
from comity.app.reading import read
from comity.records import Claim, Document, Event, claim_from_dict
from comity.sources import Failure, Web
from comity.sources.duplicates import fold_duplicates
from comity.store import Store

# Enough sentences for the parser to batch by length; few enough that an interrupted run repeats only seconds of work.
BATCH = 64
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


def code(
    inputs: Sequence[str | Path],
    *,
    store: Store | None = None,
    published: str | None = None,
    web: Web | None = None,
    coder: Coder | None = None,
    fold: bool = False,
) -> Iterator[CodedDocument | Failure]:
    """Reads and codes the inputs; every document once, however often it comes. Lazy: nothing happens unasked.

    With a `store`, each batch is in it before its documents come back. A document that cannot be coded (its language is
    not read yet) comes as a Failure; the store keeps it, uncoded.

    A document comes back as the copy that the store then knows it for: of what came before it, in this run or another.
    `fold` does the same without a store, and for copies of what comes later as well, so all inputs are read, and held,
    before the first is coded.
    """
    version = coding_version()
    done = store.coded_document_ids(version) if store else set()
    run = store.begin_run("code", version, input_digests(inputs)) if store else ""
    seen: set[str] = set()
    counts = {"documents": 0, "resumed": 0, "events": 0, "claims": 0, "failures": 0}
    outcomes = _fresh(read(inputs, published=published, web=web), seen)
    if fold:
        outcomes = _folded(outcomes)
    while batch := list(islice(outcomes, BATCH)):
        for outcome in _code_batch(batch, store, done, version, coder):
            if isinstance(outcome, Failure):
                counts["failures"] += 1
            else:
                counts["documents"] += 1
                counts["resumed"] += outcome.resumed
                counts["events"] += len(outcome.events)
                counts["claims"] += len(outcome.claims)
            yield outcome
    if store:
        store.finish_run(run, counts)


def _fresh(outcomes: Iterator[Document | Failure], seen: set[str]) -> Iterator[Document | Failure]:
    for outcome in outcomes:
        if isinstance(outcome, Failure):
            yield outcome
        elif outcome.id not in seen:
            seen.add(outcome.id)
            yield outcome


def _folded(outcomes: Iterator[Document | Failure]) -> Iterator[Document | Failure]:
    listed = list(outcomes)
    folded = iter(fold_duplicates(item for item in listed if isinstance(item, Document)))
    return (item if isinstance(item, Failure) else next(folded) for item in listed)


def _code_batch(
    batch: Sequence[Document | Failure], store: Store | None, done: set[str], version: str, coder: Coder | None
) -> Iterator[CodedDocument | Failure]:
    wanted = [item for item in batch if isinstance(item, Document) and item.id not in done]
    coded: dict[str, CodedDocument | Failure] = {}
    if wanted:
        found = code_documents(wanted, coder)
        coded = keep(store, found, version) if store else {item.document.id: outcome_of(item) for item in found}
    resumed = [item.id for item in batch if isinstance(item, Document) and item.id not in coded]
    heads = store.heads(resumed) if store and resumed else {}
    for item in batch:
        if isinstance(item, Failure):
            yield item
        elif item.id in coded:
            yield coded[item.id]
        elif store:
            yield CodedDocument(
                document=_as_kept(item, heads),
                events=tuple(store.events(document=item.id)),
                claims=_claims_of(store, item.id),
                resumed=True,
            )


def code_documents(documents: Sequence[Document], coder: Coder | None = None) -> Sequence[Coded]:
    """What a coder (by default the shipped one) makes of documents. Writes nothing."""
    return (coder or _load_coder()).code(documents)


def keep(store: Store, coded: Sequence[Coded], version: str) -> dict[str, CodedDocument | Failure]:
    """Writes coded documents, their events as people's corrections say (`app.correcting`); returns what is now on record.

    A document that could not be coded is kept, uncoded."""
    outcomes = {item.document.id: outcome_of(item) for item in coded}
    corrections = corrected(store, list(outcomes))
    for key, outcome in outcomes.items():
        if isinstance(outcome, CodedDocument) and key in corrections:
            outcomes[key] = dataclasses.replace(outcome, events=apply(outcome.events, corrections[key]))
    done = [outcome for outcome in outcomes.values() if isinstance(outcome, CodedDocument)]
    store.replace_documents([(item.document, item.events, item.claims) for item in done], version=version)
    store.add_documents(item.document for item in coded if item.failure is not None)
    heads = store.heads(list(outcomes))
    return {
        key: outcome
        if isinstance(outcome, Failure)
        else dataclasses.replace(outcome, document=_as_kept(outcome.document, heads))
        for key, outcome in outcomes.items()
    }


def _as_kept(document: Document, heads: Mapping[str, str | None]) -> Document:
    """A document as the store holds it: whose copy it is, is the store's to say."""
    return dataclasses.replace(document, duplicates_of=heads.get(document.id))


def outcome_of(item: Coded) -> CodedDocument | Failure:
    if item.failure is not None:
        return Failure(place=item.document.origin, problem=item.failure, mend="leave it out, or give it in English")
    return CodedDocument(document=item.document, events=item.events, claims=item.claims)


def _load_coder() -> Coder:
    from comity.coding import load_coder

    return load_coder()


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


def _claims_of(store: Store, document: str) -> tuple[Claim, ...]:
    rows = store.query("SELECT record FROM claims WHERE document = ? ORDER BY id", [document])
    return tuple(claim_from_dict(json.loads(row[0])) for row in rows)
