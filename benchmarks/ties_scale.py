"""Ties at size: `python -m benchmarks.ties_scale [--rows 100000000] [--folder build/ties_scale] [--pandas-rows 5000000]`.

Prints one JSON line for a synthetic archive of so many events, sorted by date as archives are: 47 years, growing; 200 states
that act by Zipf's law on each other; the 16 types of PLOVER, some with modes, some reciprocal; 2,000 publishers by Zipf's
law; three events a story. It is made by DuckDB and kept in the folder (git ignores `build/`); some 0.4 GB for 100 million.

- `panel_seconds`: monthly index of all dyads (`comity.dyads.panel`, one-a-day fold, decay, mass), all of it: 47 × 12 months;
- `write_seconds`: the same written as Parquet;
- `dyad_seconds`, `busiest_dyad_seconds`, `rare_dyad_seconds`: `comity.dyads.course` with its bootstrap, of a dyad with 0.8 %
  of all rows, of the busiest (3.7 %), and of a rare one;
- `arrange_seconds`: a copy of the archive by dyad is written (`comity.dyads.arrange`), once; and `arranged_dyad_seconds` and so
  on: the same questions answered from that copy. Those without the word are answered from the archive alone;
- `bare_seconds`: the limit: what DuckDB alone takes for GROUP BY dyad, month with count and sum of scores, the result kept
  in a table. It folds nothing and decays nothing. `ratio` is panel to bare, `cpu_ratio` the same in seconds of processor
  time, which other programs on the machine disturb less;
- `pandas_seconds`: what pandas takes for that bare aggregate on the first `--pandas-rows` rows, reading included, and
  `pandas_scaled_seconds` that times rows over these.

Each part runs in a process of its own, so that `peak_gb` is its own. All use two threads.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb

TYPES = {
    "AGREE": 2.5, "CONSULT": 2.5, "SUPPORT": 5, "CONCEDE": 4.5, "COOPERATE": 9.5, "AID": 10, "RETREAT": 6.5, "REQUEST": 0,
    "ACCUSE": -3, "REJECT": -2, "THREATEN": -3.5, "PROTEST": -5, "SANCTION": -6, "MOBILIZE": -5.5, "COERCE": -7,
    "ASSAULT": -9,
}  # fmt: skip
STATES, PUBLISHERS, DAYS = 200, 2000, 17_166
ARRANGED = "arranged_"
PARTS = ("panel", "bare", "dyad", "busiest_dyad", "rare_dyad", "arrange", "arranged_dyad", "arranged_busiest_dyad",
         "arranged_rare_dyad", "pandas")  # fmt: skip
# At 100 million rows: 0.8 million, 3.7 million, and some 2,000 of them.
DYADS = {"dyad": ("S002", "S003"), "busiest_dyad": ("S001", "S002"), "rare_dyad": ("S060", "S061")}


def archive(file: Path, rows: int) -> None:
    """Writes the synthetic events; each row follows from its number alone."""

    def uniform(salt: int) -> str:
        return f"(hash(i * 16 + {salt}) / 18446744073709551616.0)"

    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    with duckdb.connect() as connection:
        connection.execute(
            f"""COPY (
                WITH kinds AS (SELECT {list(TYPES)} AS names, {[float(score) for score in TYPES.values()]} AS scores),
                drawn AS (
                    SELECT i, floor({STATES} ** {uniform(1)})::INT AS s, floor({STATES} ** {uniform(2)})::INT AS t,
                           floor({len(TYPES)} ** {uniform(3)})::INT AS kind, {uniform(4)} AS more,
                           floor({PUBLISHERS} ** {uniform(5)})::INT AS publisher,
                           floor({DAYS} * sqrt(i / {rows}.0))::INT AS day
                    FROM range({rows}) AS numbers(i))
                SELECT (i // 3)::BIGINT AS document, 'S' || lpad(s::VARCHAR, 3, '0') AS source,
                       'S' || lpad((CASE WHEN t = s THEN t % {STATES} + 1 ELSE t END)::VARCHAR, 3, '0') AS target,
                       kinds.names[kind] AS event,
                       CASE WHEN kind = 2 AND more < 0.6 THEN CASE WHEN more < 0.3 THEN 'visit' ELSE 'phone' END END AS mode,
                       kinds.scores[kind]::DOUBLE AS score, kind = 2 AND more > 0.8 AS reciprocal,
                       DATE '1979-01-01' + day AS date_start, 'Paper ' || publisher AS publisher
                FROM drawn, kinds) TO '{part}' (FORMAT parquet, COMPRESSION zstd)"""
        )
    part.rename(file)


def measure(part: str, file: Path, pandas_rows: int) -> dict[str, object]:
    """One part; seconds by the clock and of the processor, peak memory, and what came out."""
    import comity.dyads as dyads
    from comity.dyads.arranged import folder_of

    began, used = time.perf_counter(), time.process_time()
    told: dict[str, object] = {}
    if part == "panel":
        panel = dyads.panel(file)
        told = {"rows_out": len(panel), "dyads": len(panel.dyads), "acts": int(panel.acts.sum())}
    elif part == "bare":
        with duckdb.connect(config={"threads": 2}) as connection:
            connection.execute(
                f"""CREATE TEMP TABLE bare AS SELECT least(source, target) AS a, greatest(source, target) AS b,
                    date_trunc('month', date_start) AS month, count(*) AS events, sum(score) AS score
                    FROM '{file}' GROUP BY ALL"""
            )
            ((rows,),) = connection.execute("SELECT count(*) FROM bare").fetchall()
            told = {"rows_out": rows}
    elif part == "pandas":
        import numpy as np

        with duckdb.connect(config={"threads": 2}) as connection:
            frame = connection.execute(
                f"SELECT source, target, score, date_start FROM '{file}' LIMIT {pandas_rows}"
            ).df()
        frame["a"] = np.where(frame["source"] < frame["target"], frame["source"], frame["target"])
        frame["b"] = np.where(frame["source"] < frame["target"], frame["target"], frame["source"])
        month = frame["date_start"].dt.to_period("M")
        told = {"rows": len(frame), "rows_out": len(frame.groupby(["a", "b", month])["score"].agg(["count", "sum"]))}
    elif part == "arrange":
        shutil.rmtree(folder_of(file), ignore_errors=True)
        folder = dyads.arrange(file)
        told = {"gb": round(sum(one.stat().st_size for one in folder.rglob("*.part")) / 2**30, 2)}
    else:
        if not part.startswith(ARRANGED):
            shutil.rmtree(folder_of(file), ignore_errors=True)
        course = dyads.course(file, *DYADS[part.removeprefix(ARRANGED)])
        told = {"acts": course[-1].mass, "periods": len(course)}
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    if part == "panel":
        began = time.perf_counter()
        panel.write(file.with_name("panel.parquet"))
        told["write_seconds"] = round(time.perf_counter() - began, 2)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"seconds": round(seconds, 2), "cpu": round(processor, 2), "peak_gb": round(peak, 2), **told}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--folder", type=Path, default=Path("build/ties_scale"))
    parser.add_argument("--pandas-rows", type=int, default=5_000_000)
    parser.add_argument("--part", choices=PARTS, help="one part alone, in this process")
    options = parser.parse_args()
    file = options.folder / f"events_{options.rows}.parquet"
    if not file.exists():
        archive(file, options.rows)
    if options.part:
        print(json.dumps(measure(options.part, file, options.pandas_rows)))
        return
    found = {}
    for part in PARTS:
        command = [sys.executable, "-m", "benchmarks.ties_scale", "--part", part, "--rows", str(options.rows),
                   "--folder", str(options.folder), "--pandas-rows", str(options.pandas_rows)]  # fmt: skip
        found[part] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    panel, bare, pandas = found["panel"], found["bare"], found["pandas"]
    pandas["scaled_seconds"] = round(pandas["seconds"] * options.rows / pandas["rows"], 1)
    print(
        json.dumps(
            {
                "benchmark": "ties_scale",
                "rows": options.rows,
                "file_gb": round(file.stat().st_size / 2**30, 2),
                "ratio": round(panel["seconds"] / bare["seconds"], 2),
                "cpu_ratio": round(panel["cpu"] / bare["cpu"], 2),
            }
            | {f"{part}_{name}": value for part, figures in found.items() for name, value in figures.items()}
        )
    )


if __name__ == "__main__":
    main()
