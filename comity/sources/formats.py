"""The formats that Comity ships, in the order in which content is asked for them."""

from __future__ import annotations

import json
import re

from comity.sources.html import read_html
from comity.sources.jsonl import read_jsonl
from comity.sources.registry import Format
from comity.sources.text import read_text

_HTML_START = re.compile(
    rb"^(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article)\b", re.I | re.S
)


def _is_html(start: bytes) -> bool:
    return bool(_HTML_START.match(start))


def _is_jsonl(start: bytes) -> bool:
    line = start.split(b"\n", 1)[0]
    try:
        return line.startswith(b"{") and isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


BUILT_IN = (
    Format(name="html", extensions=(".html", ".htm", ".xhtml"), read=read_html, recognises=_is_html),
    Format(name="jsonl", extensions=(".jsonl", ".ndjson"), stream=read_jsonl, recognises=_is_jsonl),
    Format(name="text", extensions=(".txt", ".text", ".md", ".markdown"), read=read_text),
)
READERS = {item.name: item for item in BUILT_IN}
EXTENSIONS = {extension: item.name for item in BUILT_IN for extension in item.extensions}
