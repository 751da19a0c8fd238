"""One file of a data set into the store, in one transaction, with an account of every row.

The steps, each a query: the file is read into a staging table; its distinct codes and parties are read in Python, once each,
into two small tables; joined to them, each row gets a verdict, the reason for which it is left out or none; what has none and is
not there yet becomes a row of `events`. A file that was loaded before, byte for byte, is not read again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import duckdb

from comity.actors import ActorIndex
from comity.sources.outcome import Fault
from comity.store.loaders.acts import Act
from comity.store.loaders.datasets import Dataset
from comity.store.loaders.files import Plain
from comity.store.loaders.layouts import Plan, plan
from comity.store.loaders.parties import Names, Party
from comity.store.loaders.results import Drop, FileLoad, Resolution, UnknownName
from comity.store.loaders.runs import loaded_before, note_run
from comity.store.loaders.staging import stage
from comity.store.loaders.tables import Tables
from comity.store.loaders.verdicts import AGAIN, JUDGE, MIRROR, PRESENT, SIDES, TWICE, WHO_SOURCE, WHO_TARGET
from comity.store.schema import COLUMNS
from comity.store.store import Store

# Lines that are named of each reason, and unknown names that are kept of a file.
EXAMPLES = 5
UNKNOWN = 1000
BATCH = 5000
# Two million rows of GDELT stay within it; more go to the disk for a while.
MEMORY_GIB = 2


_TABLES = ("raw", "acts", "parties", "terms", "judged", "sides", "twice", "taken")

Watch = Callable[[str], None]


def load_file(
    store: Store,
    file: Plain,
    dataset: Dataset,
    index: ActorIndex,
    tables: Tables,
    *,
    dry: bool = False,
    watch: Watch = lambda _words: None,
) -> FileLoad:
    """Loads a file; `dry` reckons everything and writes nothing. Raises Fault for a file that is not the data set's."""
    before = loaded_before(store, dataset, file)
    if before is not None and not dry:
        return before
    found = plan(file.head, dataset, tables)
    names = Names(index, tables)
    with _bounded(store), store.transaction() as connection:
        work = _Work(connection, file, found, dataset, names)
        try:
            watch("reading")
            work.stage()
            watch("codes and parties")
            work.read_acts()
            work.read_parties()
            watch("judging rows")
            work.judge()
            result = work.account()
            if not dry:
                watch(f"writing {result.loaded:,} events")
                work.write()
                note_run(connection, dataset, result)
        except duckdb.Error as error:
            raise Fault(f"cannot be read: {str(error).splitlines()[0]}", "fetch it again, or check the disk") from error
        finally:
            work.clear()
    return result


@contextmanager
def _bounded(store: Store) -> Iterator[None]:
    """Bounds DuckDB's memory while a file is staged: beyond it the staging tables go to the disk, beside the store. A store in
    memory has no place for that, and is left as it is."""
    if store.path == ":memory:":
        yield
        return
    before = str(store.query("SELECT current_setting('memory_limit')")[0][0])
    number, _, unit = before.partition(" ")
    bounded = unit in ("GiB", "TiB") and float(number) * (1024 if unit == "TiB" else 1) > MEMORY_GIB
    try:
        if bounded:
            store.query(f"SET memory_limit = '{MEMORY_GIB}GiB'")
        yield
    finally:
        if bounded:
            store.query(f"SET memory_limit = '{before}'")


class _Work:
    """The steps on one file. Its tables are temporary and are gone at the end."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, file: Plain, found: Plan, dataset: Dataset, names: Names
    ) -> None:
        self.connection = connection
        self.file = file
        self.plan = found
        self.dataset = dataset
        self.names = names
        self.rejected: Mapping[int, str] = {}
        self.notes: tuple[str, ...] = ()

    def clear(self) -> None:
        """Drops the temporary tables, whatever became of the transaction."""
        for table in _TABLES:
            # A transaction that an error has ended takes them along, and says nothing more than that it has ended.
            with suppress(duckdb.TransactionException):
                self.connection.execute(f"DROP TABLE IF EXISTS temp.{table}")

    def stage(self) -> None:
        """The table `raw`: the file's rows. Lines that could not be read are remembered."""
        staged = stage(self.connection, self.file, self.plan, self.dataset, self.names.tables)
        self.rejected, self.notes = staged.rejected, staged.notes

    def read_acts(self) -> None:
        """The table `acts`: each distinct code with the PLOVER coding, or the reason why it has none."""
        keys = self.connection.execute("SELECT DISTINCT act FROM raw").fetchall()
        rows = []
        for (key,) in keys:
            act = self.dataset.act(self.names, key or "")
            rows.append({"key": key, **_act_row(act)})
        _fill(self.connection, "acts", ACTS, rows)

    def read_parties(self) -> None:
        """The table `parties`, each distinct party, and `terms`: who those are whose name depends on the year."""
        words = self.connection.execute(
            """SELECT name, country, role, (min(day) + ((max(day) - min(day)) // 2)::INTEGER)::VARCHAR FROM (
                   SELECT s_name AS name, s_country AS country, s_role AS role, day FROM raw
                   UNION ALL SELECT t_name, t_country, t_role, day FROM raw)
               GROUP BY ALL"""
        ).fetchall()
        rows, dated = [], []
        for number, (name, country, role, when) in enumerate(words):
            party = self._party(name, country, role, when)
            if party.dated:
                dated.append((number, name, country, role))
            known = {"name": name, "country": country, "role": role, "given": bool(name or country)}
            rows.append({"number": number, **known, **_party_row(party)})
        _fill(self.connection, "parties", PARTIES, rows)
        _fill(self.connection, "terms", TERMS, self._terms(dated))

    def _terms(self, dated: list[tuple[int, str | None, str | None, str | None]]) -> list[dict[str, Any]]:
        """Who a party is in each year in which it stands in the file, as of the middle of the year."""
        years = self.connection.execute(
            """SELECT number, list(DISTINCT year(day)) FROM (
                   SELECT s_name AS name, s_country AS country, s_role AS role, day FROM raw WHERE day IS NOT NULL
                   UNION ALL SELECT t_name, t_country, t_role, day FROM raw WHERE day IS NOT NULL) AS told
               JOIN parties AS p ON p.name IS NOT DISTINCT FROM told.name
                    AND p.country IS NOT DISTINCT FROM told.country AND p.role IS NOT DISTINCT FROM told.role
               WHERE p.dated GROUP BY number"""
        ).fetchall()
        found = dict(years)
        rows = []
        for number, name, country, role in dated:
            for year in found.get(number, ()):
                party = self._party(name, country, role, f"{year:04d}-07-01")
                rows.append({"number": number, "year": year, "actor": party.actor, "sector": party.sector})
        return rows

    def _party(self, name: str | None, country: str | None, role: str | None, when: str | None) -> Party:
        if not (name or country):
            return Party(named=False)
        return self.dataset.party(self.names, name, country, role, when)

    def judge(self) -> None:
        """The table `judged`: each row with its parties and its verdict."""
        self.connection.execute(JUDGE.format(prefix=self.dataset.name + ":"))
        self._mark(TWICE, AGAIN.format(keys="id, day" if self.dataset.reused_ids else "id"))
        every = "a.twice OR r.story IS NOT NULL" if self.dataset.same_telling else "a.twice"
        self.connection.execute(SIDES.format(every=every))
        self._mark(MIRROR, "SELECT n FROM sides WHERE second")
        self._name_ids()
        self.connection.execute(
            f"UPDATE judged SET verdict = '{PRESENT}' WHERE verdict IS NULL AND id IN (SELECT id FROM taken)"
        )

    def _mark(self, verdict: str, rows: str) -> None:
        self.connection.execute(f"UPDATE judged SET verdict = '{verdict}' WHERE verdict IS NULL AND n IN ({rows})")

    def _name_ids(self) -> None:
        """The id of each row, and the table `taken`: which of them the store holds."""
        # Rows whose day never changes can only be there with that day: a look at a few days instead of at all.
        known = f"SELECT id, reported FROM main.events WHERE dataset = '{self.dataset.name}'"
        if self.dataset.stable:
            known += " AND reported BETWEEN (SELECT min(reported) FROM judged) AND (SELECT max(reported) FROM judged)"
        if self.dataset.reused_ids:
            known = f"SELECT id, reported FROM main.events WHERE dataset = '{self.dataset.name}'"
            # An id that stands for another day's event already, here or in the store, is told apart by its day.
            self.connection.execute(
                f"""UPDATE judged SET id = judged.id || ':' || judged.reported::VARCHAR
                    FROM (SELECT id, arg_min(reported, place) AS first FROM (
                              SELECT id, reported, 0 AS place FROM ({known}) SEMI JOIN judged USING (id)
                              UNION ALL SELECT id, reported, n FROM judged WHERE id IS NOT NULL AND reported IS NOT NULL)
                          GROUP BY id HAVING count(DISTINCT reported) > 1) AS clash
                    WHERE clash.id = judged.id AND judged.reported IS DISTINCT FROM clash.first""",
            )
        self.connection.execute(
            f"CREATE TEMP TABLE taken AS SELECT DISTINCT id FROM ({known}) AS known SEMI JOIN judged USING (id)"
        )

    def account(self) -> FileLoad:
        """How the rows fared. Every row has one verdict; they sum to the rows of the file."""
        verdicts = self.connection.execute(
            f"SELECT verdict, count(*), min(n, {EXAMPLES}) FROM judged GROUP BY verdict"
        ).fetchall()
        loaded = sum(count for verdict, count, _ in verdicts if verdict is None)
        present = sum(count for verdict, count, _ in verdicts if verdict == PRESENT)
        drops = [
            Drop(reason=verdict, count=count, lines=self._lines(numbers))
            for verdict, count, numbers in verdicts
            if verdict is not None and verdict != PRESENT
        ]
        for reason in sorted(set(self.rejected.values())):
            lines = [line for line, its in self.rejected.items() if its == reason]
            drops.append(Drop(reason=reason, count=len(lines), lines=tuple(sorted(lines)[:EXAMPLES])))
        drops.sort(key=lambda drop: (-drop.count, drop.reason))
        return FileLoad(
            place=self.file.place,
            digest=self.file.digest,
            layout=self.plan.layout,
            rows=sum(count for _, count, _ in verdicts) + len(self.rejected),
            loaded=loaded,
            present=present,
            dropped=tuple(drops),
            unknown=self._unknown(),
            resolution=self._resolution(),
            notes=(*self.file.notes, *self.plan.notes, *self.notes),
        )

    def _lines(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """Lines in the file of rows that were numbered without the header and the lines that could not be read."""
        lines = []
        for number in sorted(numbers):
            line = number + self.plan.header
            for rejected in sorted(self.rejected):
                if rejected > line:
                    break
                line += 1
            lines.append(line)
        return tuple(lines)

    def _unknown(self) -> tuple[UnknownName, ...]:
        rows = self.connection.execute(
            f"""SELECT p.name, p.country, sum(count)::BIGINT AS times FROM (
                    SELECT s_number AS number, count(*) AS count FROM judged WHERE verdict = '{WHO_SOURCE}' GROUP BY ALL
                    UNION ALL
                    SELECT t_number, count(*) FROM judged
                    WHERE t_unknown AND verdict IN ('{WHO_SOURCE}', '{WHO_TARGET}') GROUP BY ALL)
                JOIN parties AS p USING (number) GROUP BY ALL ORDER BY times DESC, p.name, p.country LIMIT {UNKNOWN}"""
        ).fetchall()
        return tuple(
            UnknownName(name=name or country or "", country=country if name else None, count=count)
            for name, country, count in rows
        )

    def _resolution(self) -> Resolution:
        row = self.connection.execute(
            """SELECT count(*) FILTER (state), count(*) FILTER (state AND known),
                      count(*) FILTER (NOT state AND named), count(*) FILTER (NOT state AND named AND known)
               FROM (SELECT p.state, p.named, coalesce(t.actor, p.actor) IS NOT NULL AS known
                     FROM (SELECT s_number AS number, year(day) AS year FROM judged
                           UNION ALL SELECT t_number, year(day) FROM judged) AS told
                     JOIN parties AS p USING (number)
                     LEFT JOIN terms AS t ON t.number = told.number AND t.year = told.year)"""
        ).fetchone()
        assert row is not None
        return Resolution(states=row[0], states_resolved=row[1], others=row[2], others_resolved=row[3])

    def write(self) -> None:
        """What is neither left out nor there becomes events."""
        place = self.file.place.replace("'", "''")
        header = int(self.plan.header)
        # Lines that could not be read come before a row as often as they do: the row's line counts them too.
        line = f"j.n + {header}"
        if self.rejected:
            self.connection.execute("CREATE OR REPLACE TEMP TABLE twice AS SELECT 0 AS n, 0 AS more WHERE false")
            first = [(line_ - header - rank, rank + 1) for rank, line_ in enumerate(sorted(self.rejected))]
            _fill(self.connection, "twice", {"n": "BIGINT", "more": "BIGINT"}, [{"n": n, "more": m} for n, m in first])
            line = f"j.n + {header} + coalesce((SELECT max(more) FROM twice AS b WHERE b.n <= j.n), 0)"
        # Where the parties are exchanged, so are the words: who is visited no longer "hosts a visit".
        wording = "CASE WHEN a.swap THEN a.label ELSE coalesce(r.wording, a.label) END"
        columns = {
            "id": "j.id",
            "document": f"'{self.dataset.name}:' || coalesce(r.story, r.own)",
            "sentence": "coalesce(r.sentence, 0)",
            "source": "j.source",
            "source_sector": "j.source_sector",
            "target": "j.target",
            "target_sector": "j.target_sector",
            "event": "a.event",
            "mode": "a.mode",
            "contexts": "a.contexts",
            "dimension": "a.dimension",
            "quad": "a.quad",
            "score": "a.score",
            "cameo": "a.cameo",
            "reciprocal": "(a.reciprocal OR coalesce(s.reciprocal, false)) AND j.target IS NOT NULL",
            "auxiliary": "[]",
            "date_start": "r.day",
            "date_end": "coalesce(r.last, r.day)",
            "date_basis": "r.basis",
            "place": "r.place",
            "attribution": "'author'",
            "speaker": "NULL",
            "reported": "j.reported",
            # The set gives none; 1 stands for "as published".
            "confidence": "1.0",
            "link": "j.id",
            "rule": "a.rule",
            "record": "NULL",
            "trigger": wording,
            "dataset": f"'{self.dataset.name}'",
            "publisher": "r.publisher",
            "text": wording,
            "source_text": "CASE WHEN a.swap THEN r.t_name ELSE r.s_name END",
            "target_text": "CASE WHEN a.swap THEN r.s_name ELSE r.t_name END",
            "origin": f"coalesce(r.origin, '{place}:' || ({line})::VARCHAR)",
        }
        names = [name for name in COLUMNS["events"] if name in columns]
        self.connection.execute(
            f"""INSERT INTO main.events ({", ".join(names)})
                SELECT {", ".join(columns[name] for name in names)}
                FROM raw AS r JOIN judged AS j USING (n) JOIN acts AS a ON a.key IS NOT DISTINCT FROM r.act
                LEFT JOIN sides AS s ON s.n = j.n
                WHERE j.verdict IS NULL"""
        )


ACTS: Mapping[str, str] = {
    "key": "VARCHAR",
    "reason": "VARCHAR",
    "event": "VARCHAR",
    "mode": "VARCHAR",
    "contexts": "VARCHAR[]",
    "quad": "VARCHAR",
    "score": "DOUBLE",
    "dimension": "VARCHAR",
    "cameo": "VARCHAR",
    "label": "VARCHAR",
    "reciprocal": "BOOLEAN",
    "twice": "BOOLEAN",
    "swap": "BOOLEAN",
    "needs_target": "BOOLEAN",
    "sides": "VARCHAR",
    "rule": "VARCHAR",
}
PARTIES: Mapping[str, str] = {
    "number": "INTEGER",
    "name": "VARCHAR",
    "country": "VARCHAR",
    "role": "VARCHAR",
    "given": "BOOLEAN",
    "actor": "VARCHAR",
    "sector": "VARCHAR",
    "state": "BOOLEAN",
    "named": "BOOLEAN",
    "dated": "BOOLEAN",
}
TERMS: Mapping[str, str] = {"number": "INTEGER", "year": "INTEGER", "actor": "VARCHAR", "sector": "VARCHAR"}


def _act_row(act: Act) -> dict[str, Any]:
    return {
        "reason": act.reason,
        "event": act.event,
        "mode": act.mode,
        "contexts": list(act.contexts),
        "quad": act.quad,
        "score": act.score,
        "dimension": act.dimension,
        "cameo": act.cameo,
        "label": act.label,
        "reciprocal": act.reciprocal,
        "twice": act.twice,
        "swap": act.swap,
        "needs_target": act.needs_target,
        "sides": act.group,
        "rule": act.rule,
    }


def _party_row(party: Party) -> dict[str, Any]:
    return {
        "actor": party.actor,
        "sector": party.sector,
        "state": party.state,
        "named": party.named,
        "dated": party.dated,
    }


def _fill(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: list[dict[str, Any]]
) -> None:
    """A small temporary table from Python's rows, which come as one JSON parameter a batch."""
    kinds = json.dumps([dict(columns)])
    listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({listed})")
    fields = ", ".join(f"row_.{name}" for name in columns)
    for start in range(0, len(rows), BATCH):
        connection.execute(
            f"INSERT INTO temp.{table} SELECT {fields} FROM (SELECT unnest(from_json_strict(?, '{kinds}')) AS row_)",
            [json.dumps(rows[start : start + BATCH])],
        )
