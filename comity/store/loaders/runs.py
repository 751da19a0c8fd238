"""What the store's ledger of runs says of loaded files: which were, by which version, and how their rows fared."""

from __future__ import annotations

import functools
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb

import comity
from comity.records import stable_id
from comity.store.loaders.datasets import Dataset
from comity.store.loaders.files import Plain
from comity.store.loaders.results import Drop, FileLoad
from comity.store.store import Store

# What decides what becomes of a row. A change in any of it makes another version.
DECIDING = ("store/loaders/*.py", "data/loaders/*.csv", "data/actors/*.csv", "data/ontology/*.csv", "actors/*.py")


def command(dataset: Dataset) -> str:
    """What the ledger of runs calls the loading of a file of a data set."""
    return f"load {dataset.name}"


@functools.cache
def loading_version() -> str:
    """The version of Comity with a digest of all that decides what becomes of a row. With another version a file is read again:
    an actor that was unknown may be known now, and rows that are there stay as they are."""
    package = Path(comity.__file__).parent
    digest = hashlib.sha256()
    for pattern in DECIDING:
        for file in sorted(package.glob(pattern)):
            digest.update(file.relative_to(package).as_posix().encode())
            digest.update(file.read_bytes())
    return f"{comity.__version__}+{digest.hexdigest()[:12]}"


def loaded_before(store: Store, dataset: Dataset, file: Plain) -> FileLoad | None:
    """What the ledger of runs says of a file with these bytes; None where it was never loaded to its end."""
    rows = store.query(
        """SELECT counts FROM runs WHERE command = ? AND version = ? AND finished IS NOT NULL
           AND list_contains(json_extract_string(inputs, '$.*'), ?)""",
        [command(dataset), loading_version(), file.digest],
    )
    if not rows:
        return None
    counts = json.loads(rows[0][0])
    return FileLoad(
        place=file.place,
        digest=file.digest,
        layout="",
        rows=counts["rows"],
        loaded=0,
        present=counts["loaded"] + counts["present"],
        dropped=tuple(
            Drop(reason=reason.removeprefix("dropped: "), count=count, lines=())
            for reason, count in counts.items()
            if reason.startswith("dropped: ")
        ),
        skipped=True,
    )


def note_run(connection: duckdb.DuckDBPyConnection, dataset: Dataset, result: FileLoad) -> None:
    """A line in the ledger, in the transaction of the rows themselves: the file is loaded and noted, or neither."""
    moment = datetime.now(UTC).isoformat(timespec="microseconds")
    counts = {"rows": result.rows, "loaded": result.loaded, "present": result.present}
    counts |= {f"dropped: {drop.reason}": drop.count for drop in result.dropped}
    inputs = json.dumps({result.place: result.digest})
    run = stable_id(moment, command(dataset), loading_version(), inputs)
    connection.execute(
        "INSERT INTO main.runs (id, started, finished, version, command, inputs, counts) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [run, moment, moment, loading_version(), command(dataset), inputs, json.dumps(counts)],
    )
