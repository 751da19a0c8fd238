"""Do the parts sum to the whole on real events? `why` and `what_if` for the dyads with most acts.

    python -m benchmarks.why_identities ../shared/data/icews/icews_2005_2015_valid.txt [--dyads 20]

Prints one JSON line: the greatest distance of the sum of direct parts from the change of the index, of a driver's parts from
its change, of all drivers from the structural part, and of the shares from 1, over all dyads, with and without their first
driver; how many parts name events that the store holds; and the seconds a dyad.
"""

from __future__ import annotations

import argparse
import json
import time

from comity.app.load import load
from comity.store import Store
from comity.structure import Drop, Why, what_if


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--dyads", type=int, default=20)
    given = parser.parse_args()
    with Store.open(":memory:") as store:
        load("icews", [given.file], store=store)
        pairs = store.query(
            """SELECT least(source, target) AS a, greatest(source, target) AS b FROM events
               WHERE source <> target AND target IS NOT NULL GROUP BY ALL ORDER BY count(*) DESC, a, b LIMIT ?""",
            [given.dyads],
        )
        held = {row[0] for row in store.query("SELECT id FROM events")}
        worst, parts, opened, drivers = 0.0, 0, 0, 0
        begun = time.perf_counter()
        for a, b in pairs:
            base = what_if(store, a, b, Drop()).base
            first = base.drivers[0].third if base.drivers else None
            found = what_if(store, a, b, Drop(actors=(first,) if first else ()))
            for one in (found.base, found.counterfactual):
                worst = max(worst, *_errors(one))
                drivers += len(one.drivers)
                for part in (*one.direct, *(part for parts_ in one.parts.values() for part in parts_)):
                    parts += 1
                    opened += bool(part.events) and held.issuperset(part.events)
        seconds = time.perf_counter() - begun
    print(
        json.dumps(
            {
                "dyads": len(pairs),
                "drivers": drivers,
                "parts": parts,
                "parts_that_open_to_events": opened,
                "greatest_error": worst,
                "seconds_a_dyad": round(seconds / max(len(pairs), 1), 3),
            }
        )
    )


def _errors(found: Why) -> tuple[float, ...]:
    """How far each identity is from holding."""
    moved = any(driver.change for driver in found.drivers)
    return (
        abs(sum(part.change for part in found.direct) - found.change),
        abs(sum(driver.change for driver in found.drivers) - found.structural),
        abs(sum(driver.share for driver in found.drivers) - (1.0 if moved else 0.0)),
        *(abs(sum(part.change for part in found.parts[driver.third]) - driver.change) for driver in found.drivers),
    )


if __name__ == "__main__":
    main()
