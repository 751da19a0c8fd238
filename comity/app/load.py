"""`load`: files of other people's event data into a store, each accounted for.

A file is one transaction: it is in the store with its line in the ledger of runs, or not at all. A file with the same bytes is
not read again, so a folder can be loaded once more after it was cut off, or when new files have come.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comity.actors import load_index
from comity.records import to_dict
from comity.sources.limits import Limits
from comity.sources.outcome import Failure, Fault
from comity.store import Store
from comity.store.loaders import DATASETS, Drop, FileLoad, Resolution, UnknownName, load_file
from comity.store.loaders.files import ARCHIVES, TABLES, is_table, plain_files
from comity.store.loaders.results import sum_drops, sum_unknown
from comity.store.loaders.tables import load_tables

_DEFAULT = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a load did. `files`: every file (or member of an archive) in order; `failures`: those that could not be read.

    Rows are those of the files read now: a file that was loaded before is among `files` with `skipped`, and counts in
    `rows` and `present` by what the ledger says of it.
    """

    dataset: str
    files: tuple[FileLoad, ...]
    failures: tuple[Failure, ...]

    @property
    def rows(self) -> int:
        """Rows of all files, headers and empty lines not counted: `loaded` + `present` + all that was dropped."""
        return sum(file.rows for file in self.files)

    @property
    def loaded(self) -> int:
        """Rows that are events of the store since."""
        return sum(file.loaded for file in self.files)

    @property
    def present(self) -> int:
        """Rows that were in the store before."""
        return sum(file.present for file in self.files)

    @property
    def dropped(self) -> tuple[Drop, ...]:
        """What was left out, by reason, the most frequent first. Lines are with the files."""
        return sum_drops(drop for file in self.files for drop in file.dropped)

    @property
    def unknown(self) -> tuple[UnknownName, ...]:
        """Parties that Comity does not know, the most frequent first."""
        return sum_unknown(name for file in self.files for name in file.unknown)

    @property
    def resolution(self) -> Resolution:
        """How many parties were recognised."""
        return sum((file.resolution for file in self.files), Resolution())


def load(
    dataset: str,
    inputs: Sequence[str | Path],
    *,
    store: Store,
    dry_run: bool = False,
    limits: Limits = _DEFAULT,
    watch: Callable[[str], None] = lambda _words: None,
) -> Load:
    """Loads files, folders and globs of a data set: "gdelt", "icews", "polecat", "acled", "ucdp" or "phoenix".

    .zip and .gz are read as they are. With `dry_run` nothing is written. `watch` is told what is being done. What cannot be read
    is among the failures, and the rest is loaded. Raises ValueError for a data set there is not.
    """
    if dataset not in DATASETS:
        raise ValueError(f'data set "{dataset}" is none of {", ".join(sorted(DATASETS))}')
    chosen, index, tables = DATASETS[dataset], load_index(), load_tables()
    files: list[FileLoad] = []
    failures: list[Failure] = []
    for path in _paths(inputs):
        if isinstance(path, Failure):
            failures.append(path)
            continue
        with plain_files(path, limits) as found:
            for plain in found:
                if isinstance(plain, Failure):
                    failures.append(plain)
                    continue

                def say(words: str, name: str = Path(plain.place).name) -> None:
                    watch(f"{name}: {words}")

                try:
                    files.append(load_file(store, plain, chosen, index, tables, dry=dry_run, watch=say))
                except Fault as fault:
                    failures.append(fault.at(plain.place))
    return Load(dataset=dataset, files=tuple(files), failures=tuple(failures))


def load_to_dict(found: Load) -> dict[str, Any]:
    """A load as plain JSON values."""
    return {
        "dataset": found.dataset,
        "rows": found.rows,
        "loaded": found.loaded,
        "present": found.present,
        "dropped": [to_dict(drop) for drop in found.dropped],
        "resolution": to_dict(found.resolution)
        | {"state_share": found.resolution.state_share, "other_share": found.resolution.other_share},
        "unknown": [to_dict(name) for name in found.unknown],
        "files": [{k: v for k, v in to_dict(file).items() if k != "unknown"} for file in found.files],
        "failures": [to_dict(failure) for failure in found.failures],
    }


def _paths(inputs: Sequence[str | Path]) -> Iterator[Path | Failure]:
    for item in inputs:
        place, path = str(item), Path(item)
        if path.is_dir():
            yield from _walk(path)
        elif path.exists():
            if path.is_file():
                yield path
            else:
                yield Failure(place=place, problem="is no ordinary file", mend="give a file or a folder")
        elif glob.has_magic(place):
            # Path.glob takes no absolute pattern.
            matches = [Path(match) for match in sorted(glob.glob(place, recursive=True))]  # noqa: PTH207
            found = [match for match in matches if match.is_file()]
            yield from found
            if not found:
                yield Failure(place=place, problem="matches no file", mend="check the pattern, and quote it")
        else:
            yield Failure(place=place, problem="does not exist", mend="check the path")


def _walk(folder: Path) -> Iterator[Path | Failure]:
    """The tables in a folder and those below it, in order of their names; hidden files and other kinds are left out."""
    found = False
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and is_table(Path(name)):
                found = True
                yield Path(parent) / name
    if not found:
        kinds = ", ".join((*TABLES, *ARCHIVES))
        yield Failure(place=str(folder), problem="holds no table", mend=f"put files in it: {kinds}")
