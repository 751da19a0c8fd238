"""Accuracy of `comity code` on 300 labelled news items: `python -m benchmarks.news_gold ../shared/data/news [--errors]`.

Labels are in news_gold_1.jsonl and news_gold_2.jsonl (ids and labels only; the texts stay where they are). They were made by
two readers, blind to the coder, each item by one: no second reader, so no agreement figure. Scored per item as sets of
(source, target, type) between different actors: an `or` type counts as right, a reciprocal event in either direction, an
`optional` event is neither missed nor wrong, and an event marked as hypothetical by the coder is a claim, not an event.
Prints one JSON line.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any

from comity.coding import load_coder
from comity.records import Document, Event, Published, document_id

HERE = Path(__file__).parent


def texts(folder: Path) -> dict[str, tuple[str, str]]:
    """(text, date) of every item by id."""
    out = {}
    with (folder / "current_events.jsonl").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            out[f"ce:{number}"] = (row["text"], row["date"])
    with (folder / "ag_world.csv").open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines)):
            out[f"ag:{number}"] = (row["description"], "2004-09-15")
    return out


def fits(gold: dict[str, Any], event: Event, typed: bool = True) -> bool:
    """Whether a coded event is this labelled one."""
    if event.target is None or (typed and event.event not in {gold["event"], *gold.get("or", [])}):
        return False
    ends = (event.source.actor, event.target.actor)
    wanted = (gold["source"], gold["target"])
    return ends == wanted or (bool(gold.get("reciprocal")) and ends == wanted[::-1])


def score(gold: list[dict[str, Any]], coded: list[Event], typed: bool = True) -> tuple[int, int, int]:
    """(right, wrong, missed) of one item."""
    seen: set[tuple[str, str, str]] = set()
    right = wrong = 0
    for event in coded:
        assert event.target is not None
        key = (event.source.actor, event.target.actor, event.event if typed else "")
        if key in seen:
            continue
        seen.add(key)
        if any(fits(g, event, typed) for g in gold if not g.get("optional")):
            continue
        if not any(fits(g, event, typed) for g in gold):
            wrong += 1
    missed = 0
    for g in gold:
        if g.get("optional"):
            continue
        if any(fits(g, event, typed) for event in coded):
            right += 1
        else:
            missed += 1
    return right, wrong, missed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--errors", action="store_true", help="list items with errors by id, without their text")
    options = parser.parse_args()
    known = texts(options.folder)
    items = [json.loads(line) for name in ("news_gold_1.jsonl", "news_gold_2.jsonl") for line in (HERE / name).open()]
    documents = [
        Document(
            id=document_id(known[i["item"]][0]),
            text=known[i["item"]][0],
            page=known[i["item"]][0],
            published=Published(date=known[i["item"]][1], basis="record"),
        )
        for i in items
    ]
    coder = load_coder()
    total, loose = [0, 0, 0], [0, 0, 0]
    for item, coded in zip(items, coder.code(documents), strict=True):
        events = [
            e
            for e in coded.events
            if e.target and e.target.actor != e.source.actor and "hypothetical" not in e.auxiliary
        ]
        result = score(item["events"], events)
        total = [a + b for a, b in zip(total, result, strict=True)]
        loose = [a + b for a, b in zip(loose, score(item["events"], events, typed=False), strict=True)]
        if options.errors and (result[1] or result[2]):
            print(
                item["item"],
                "wrong",
                result[1],
                "missed",
                result[2],
                [(e.source.actor, e.target.actor if e.target else None, e.event) for e in events],
            )
    line: dict[str, Any] = {"benchmark": "news_gold", "items": len(items)}
    for name, (right, wrong, missed) in (("", total), ("pair_", loose)):
        line[name + "precision"] = round(right / max(1, right + wrong), 4)
        line[name + "recall"] = round(right / max(1, right + missed), 4)
        line[name + "right_wrong_missed"] = [right, wrong, missed]
    print(json.dumps(line))


if __name__ == "__main__":
    main()
