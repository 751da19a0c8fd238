"""Writes the outputs of docs/tutorial.md anew: `python docs/_tutorial.py`. A test checks that they are true.

A block ```console holds "$ command" lines, each followed by what the command prints. They are run in order, in an empty
folder. A comment before a block keeps it short: `<!-- lines 1-12 -->` shows these lines of the last output, "…" around them.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

PAGE = Path(__file__).parent / "tutorial.md"
_BLOCK = re.compile(r"(?:<!-- lines (\d+)-(\d+) -->\n)?```console\n(.*?)```", re.S)


def run(command: str, folder: Path) -> str:
    """What a command prints on standard output."""
    words = shlex.split(command)
    if words[0] != "comity":
        raise ValueError(f"{command}: not a comity command")
    plain = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    call = [sys.executable, "-c", "from comity.cli import main; main()", *words[1:]]
    done = subprocess.run(call, cwd=folder, env=plain, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise ValueError(f"{command}: {done.stderr}")
    return done.stdout


def renewed(page: str, folder: Path, run: Callable[[str, Path], str] = run) -> str:
    """The page with the outputs of its commands, run in a folder."""

    def block(found: re.Match[str]) -> str:
        commands = [line[2:] for line in found[3].splitlines() if line.startswith("$ ")]
        parts = []
        for command in commands:
            lines = run(command, folder).splitlines()
            if found[1]:
                first, last = int(found[1]) - 1, int(found[2])
                lines = (["…"] if first else []) + lines[first:last] + (["…"] if last < len(lines) else [])
            parts.append("\n".join([f"$ {command}", *(line.rstrip() for line in lines)]))
        head = f"<!-- lines {found[1]}-{found[2]} -->\n" if found[1] else ""
        shown = "\n".join(parts)
        return f"{head}```console\n{shown}\n```"

    return _BLOCK.sub(block, page)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        text = renewed(PAGE.read_text(encoding="utf-8"), Path(scratch))
    PAGE.write_text(text, encoding="utf-8")
