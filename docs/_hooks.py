"""What MkDocs does to the pages: links that leave `docs/` become the names of files, and `comity --help` is filled in.

The pages are written for a reader of the repository, where `../comity/data` leads somewhere; on the site it would not.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HELP = "<!-- help -->"
_OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./([^)\s#]+)(#[^)\s]*)?\)")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """A page's Markdown as the site shows it."""
    markdown = _OUTSIDE.sub(_named, markdown)
    return markdown.replace(HELP, help_of_all()) if HELP in markdown else markdown


def _named(found: re.Match[str]) -> str:
    words, path = found[1], found[2].rstrip("/")
    return f"`{path}`" if words.strip("`") == path else f"{words} (`{path}`)"


def help_of_all() -> str:
    """The help of every command, as headings and blocks."""
    from comity.cli import app

    names = [command.name or "" for command in app.registered_commands]
    return "\n".join(f"## comity {name}\n\n```text\n{_help(name)}\n```\n" for name in names)


def _help(name: str) -> str:
    plain = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    words = [sys.executable, "-c", "from comity.cli import main; main()", name, "--help"]
    text = subprocess.run(words, cwd=ROOT, env=plain, capture_output=True, text=True, check=True).stdout
    return text.replace("Usage: -c ", "Usage: comity ").strip()
