"""How fast event data load: `python -m benchmarks.load_speed [--rows N]`. Prints one JSON line.

A file of N invented rows in the layout of GDELT 2.0 (parties, codes and addresses skewed as in the real files) is loaded into a
new store, and beside it read bare: the same file through DuckDB's CSV reader into a table, all columns as text. The two run
in processes of their own, so that each has its own peak of memory. `ratio` is load / bare in time, `cpu_ratio` in
processor time, which wanders less where others use the machine.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CODES = "010 020 036 040 042 043 046 051 057 061 070 080 111 112 120 130 141 163 173 190 193 195".split()
COUNTRIES = "USA RUS CHN ISR GBR FRA IND PAK UKR IRN TUR SYR DEU JPN AZE ARM EGY NGA AUS CAN BRA MEX KEN".split()
TYPES = ["", "", "GOV", "MIL", "COP", "BUS", "MED", "OPP", "CVL"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--part", choices=("load", "bare"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        print(json.dumps(load(given.file) if given.part == "load" else bare(given.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "20210106.export.CSV"
        write(file, given.rows)
        found = {part: run(part, file) for part in ("bare", "load")}
        size = file.stat().st_size
    result = {
        "benchmark": "load_speed",
        "rows": given.rows,
        "megabytes": round(size / 1e6),
        "loaded": found["load"]["loaded"],
        "load_seconds": round(found["load"]["seconds"], 2),
        "load_rows_per_second": round(given.rows / found["load"]["seconds"]),
        "load_cpu_seconds": round(found["load"]["cpu"], 2),
        "load_peak_mb": found["load"]["peak_mb"],
        "bare_seconds": round(found["bare"]["seconds"], 2),
        "bare_rows_per_second": round(given.rows / found["bare"]["seconds"]),
        "bare_cpu_seconds": round(found["bare"]["cpu"], 2),
        "bare_peak_mb": found["bare"]["peak_mb"],
        "ratio": round(found["load"]["seconds"] / found["bare"]["seconds"], 2),
        "cpu_ratio": round(found["load"]["cpu"] / found["bare"]["cpu"], 2),
    }
    print(json.dumps(result))


def run(part: str, file: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load_speed", "--part", part, "--file", str(file)],
        check=True,
        capture_output=True,
        text=True,
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def load(file: Path) -> dict[str, float]:
    import comity
    from comity.actors import load_index
    from comity.store import Store

    load_index()  # loaded once a process, however many files
    with Store.open(file.with_suffix(".duckdb")) as store:
        begun, cpu = time.perf_counter(), time.process_time()
        found = comity.load("gdelt", [file], store=store)
        seconds = time.perf_counter() - begun
    return {"seconds": seconds, "cpu": time.process_time() - cpu, "loaded": found.loaded, "peak_mb": peak()}


def bare(file: Path) -> dict[str, float]:
    import duckdb

    with duckdb.connect(str(file.with_suffix(".bare"))) as connection:
        begun, cpu = time.perf_counter(), time.process_time()
        connection.execute(
            f"CREATE TABLE t AS FROM read_csv('{file}', delim = '\t', quote = '', escape = '', header = false, all_varchar = true)"
        )
        return {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu, "peak_mb": peak()}


def peak() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def write(file: Path, rows: int) -> None:
    """Rows drawn from a pool: a few parties and sites make up most of them, as in the news."""
    rng = random.Random(0)
    parties = [country + kind for country in COUNTRIES for kind in TYPES] + ["IGOUNO", "GOV", "COP", "IGOEUREEC"]
    weights = [1 / (1 + rank) for rank in range(len(parties))]
    sources, targets = rng.choices(parties, weights, k=50_000), rng.choices([*parties, ""], [*weights, 1.0], k=50_000)
    pool = list(zip(sources, targets, strict=True))
    with file.open("w", encoding="utf-8") as out:
        for number in range(rows):
            source, target = pool[rng.randrange(50_000)]
            cells = [""] * 61
            cells[0], cells[1], cells[26] = str(900_000_000 + number), "20210105", CODES[number * 7 % len(CODES)]
            for start, party in ((5, source), (15, target)):
                cells[start], cells[start + 1] = party, f"NAME OF {party}"
                cells[start + 2] = "" if party[:3] in ("IGO", "GOV", "COP") else party[:3]
            cells[28] = cells[26][:2]
            cells[25], cells[29], cells[30], cells[31], cells[34] = "1", "1", "2.8", "10", "-1.234567"
            for start in (35, 43, 51):
                cells[start : start + 8] = ["4", "Oslo, Oslo, Norway", "NO", "NO12", "123", "59.9", "10.7", "-273837"]
            cells[59] = "20210106120000"
            cells[60] = f"https://www.site{int(rng.paretovariate(1)) % 5000}.example/2021/01/06/story-{number // 4}"
            out.write("\t".join(cells) + "\n")


if __name__ == "__main__":
    main()
