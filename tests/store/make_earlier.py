"""Makes `tests/data/store_1.sql` and `store_2.sql`: stores of earlier schemas, as the code of their day wrote them.

    python -m tests.store.make_earlier

Each is written by the last commit that had the schema, taken out of the history of this repository; what it wrote is kept as
SQL, which one can read, and which any version of DuckDB takes. The tests make the file again with `load`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

DATA = Path(__file__).parent.parent / "data"
# The last commit that wrote each schema: the ones before "Know the copies of a story" and "Give the store room".
COMMITS = {1: "ba3b16a^", 2: "b9d141b^"}
WRITE = """
import sys
from comity.records import *
from comity.records import document_id
from comity.store import Store

words = " ".join(f"word{n}" for n in range(40))
texts = {
    "first": f"Israel signed an agreement with Azerbaijan. {words}",
    "copy": f"Update: Israel signed an agreement with Azerbaijan. {words}",
    "opinion": "Why Baku needs friends. Iran's pressure drives Israel and Azerbaijan together.",
    "odd": "Zero\\0 and half a pair \\ud800, a whole one \\U0001f600, Bakı.",
    "undated": "A note without a date.",
}
fields = {
    "first": {"published": Published(date="2020-01-02", basis="record"), "publisher": "The Wire", "genre": "news",
              "url": "https://wire.example/1", "title": "They sign", "authors": ("A. Writer",),
              "furniture": (Furniture(kind="caption", text="A hall", start=0, end=6),)},
    "copy": {"published": Published(date="2020-01-01", basis="record"), "publisher": "The Herald", "genre": "news"},
    "opinion": {"published": Published(date="2020-02-01", basis="record"), "genre": "opinion",
                "interests": (Interest(holder="A. Writer", behalf="a party", kind="employment", sentence="He works."),)},
    "odd": {"published": Published(date="2020-03-01", basis="record"), "title": "NUL \\0 in it"},
    "undated": {},
}
documents = {
    name: Document(id=document_id(text), text=text, page=text, origin=f"{name}.txt", **fields[name])
    for name, text in texts.items()
}

def event(name, number, **more):
    document = documents[name]
    given = dict(
        id=f"e{number}", document=document.id, sentence=0, text="Israel signed", start=0, end=13,
        trigger=Quote(text="signed\\0", start=7, end=13),
        source=Participant(text="Israel", start=0, end=6, actor="ISR", sector="GOV"),
        target=Participant(text="Azerbaijan", start=32, end=42, actor="AZE"),
        event="SUPPORT", mode=None, contexts=("economic", "military"), quad="verbal_cooperation", score=5.0, cameo="057",
        reciprocal=True, auxiliary=("future",), date=EventDate(start="2020-01-01", end="2020-01-31", basis="explicit"),
        place="Bak\\u0131", attribution=Attribution(kind="quoted", speaker="the minister"), reported="2020-01-02",
        confidence=0.75, link=f"e{number}", rule="sign.1",
    )
    return Event(**{**given, **more})

def claim(name, number):
    document = documents[name]
    return Claim(
        id=f"c{number}", document=document.id, sentence=1, text="Iran's pressure drives", start=0, end=22, a="AZE",
        b="ISR", third="IRN", direction=1, cue=Quote(text="drives", start=16, end=22),
        attribution=Attribution(kind="author"), reported="2020-02-01",
    )

with Store.open(sys.argv[1]) as store:
    run = store.begin_run("code", "0.1.0+aaaa", {"news": "abcd"}, started="2020-04-01T00:00:00.000000+00:00")
    store.replace_documents(
        [(documents["first"], [event("first", 1), event("first", 2, target=None, auxiliary=(), contexts=())], []),
         (documents["copy"], [event("copy", 3)], []),
         (documents["opinion"], [], [claim("opinion", 1)]),
         (documents["odd"], [event("odd", 4, place="\\ud800", reciprocal=False)], [])],
        version="0.1.0+aaaa",
    )
    store.add_documents([documents["undated"]])
    store.finish_run(run, {"documents": 4, "events": 4}, finished="2020-04-01T00:01:00.000000+00:00")
    store.begin_run("code", "0.1.0+bbbb", {}, started="2020-05-01T00:00:00.000000+00:00")
"""


def load(version: int, path: Path) -> Path:
    """Makes the file of a store of an earlier schema."""
    with duckdb.connect(str(path)) as connection:
        connection.execute((DATA / f"store_{version}.sql").read_text(encoding="utf-8"))
    return path


def dump(connection: duckdb.DuckDBPyConnection) -> str:
    """All that a store holds, as SQL."""
    lines: list[str] = []
    created = connection.execute("SELECT table_name, sql FROM duckdb_tables() ORDER BY table_name").fetchall()
    for table, sql in created:
        lines.append(sql)
        names = [row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
        for row in connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall():
            lines.append(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(map(_literal, row))});")
    return "\n".join(lines) + "\n"


def _literal(value: object) -> str:
    if isinstance(value, bytes):
        return f"unhex('{value.hex()}')"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if value is None or isinstance(value, bool):
        return {None: "NULL", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def main() -> None:
    root = Path(__file__).parent.parent.parent
    for version, commit in COMMITS.items():
        with tempfile.TemporaryDirectory() as folder:
            archive = subprocess.run(["git", "archive", commit, "comity"], cwd=root, capture_output=True, check=True)
            subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
            store = Path(folder) / "store.duckdb"
            subprocess.run(
                [sys.executable, "-c", WRITE, str(store)], cwd=folder, env={"PYTHONPATH": folder}, check=True
            )
            with duckdb.connect(str(store), read_only=True) as connection:
                found = connection.execute("SELECT version FROM schema_version").fetchall()
                assert found == [(version,)], found
                (DATA / f"store_{version}.sql").write_text(dump(connection), encoding="utf-8")


if __name__ == "__main__":
    main()
