"""`python -m fuzz`: fuzz the targets one after another, a JSON line each. Exit code 1 where something was found.

Example: python -m fuzz --target dates --seconds 600
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from fuzz.campaign import CORPUS, WORK, campaign, corpus_of, engines
from fuzz.keeping import keep_corpus
from fuzz.targets import TARGETS
from fuzz.trial import attempt


def main(arguments: list[str] | None = None) -> int:
    """Runs what the arguments ask for; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--target", action="append", choices=sorted(TARGETS), help="one target; repeat it (default: all)"
    )
    parser.add_argument("--seconds", type=float, default=600, help="for each target (default: 600)")
    parser.add_argument("--engine", choices=engines(), default=engines()[0], help="who makes the inputs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pause", type=Path, help="stop and wait while this file is there")
    parser.add_argument("--again", action="store_true", help="only what is kept: corpus and seeds, once each")
    parser.add_argument("--one", type=Path, metavar="FILE", help="one input, against one --target")
    parser.add_argument("--keep", action="store_true", help="keep the smallest inputs of the last runs in fuzz/corpus")
    parser.add_argument("--list", action="store_true", help="the names of the targets")
    given = parser.parse_args(arguments)
    names = given.target or list(TARGETS)
    if given.list:
        print("\n".join(names))
        return 0
    found = 0
    for name in names:
        if given.keep:
            line = keep_corpus(name, WORK / name / "corpus", CORPUS / name)
        elif given.one:
            finding = attempt(TARGETS[name].make(), given.one.read_bytes())
            line = {"target": name, "findings": [finding.key + ": " + finding.detail] if finding else []}
        elif given.again:
            line = again(name)
        else:
            line = campaign(name, given.seconds, given.engine, seed=given.seed, pause=given.pause)
        found += len(line.get("findings", ()))
        print(json.dumps(line, ensure_ascii=False), flush=True)
    return 1 if found else 0


def again(name: str) -> dict[str, object]:
    """Tries the kept inputs of a target and its seeds in this process."""
    run = TARGETS[name].make()
    began = time.monotonic()
    inputs = [*TARGETS[name].seeds(), *corpus_of(name)]
    findings = [finding for data in inputs if (finding := attempt(run, data)) is not None]
    told = [f"{finding.key}: {finding.detail}" for finding in findings]
    return {"target": name, "executions": len(inputs), "seconds": round(time.monotonic() - began, 2), "findings": told}


if __name__ == "__main__":
    sys.exit(main())
