"""A sheet as PDF, set by Typst: two pages, the letters embedded, the text selectable, nothing asked of the network.

In: a sheet for each size that would do, the largest first; out: the bytes of the first that fits on its pages. The words
go to Typst as JSON and are laid out as text, never read as markup, so there is nothing to escape. Only fonts that Typst
carries are used, so a brief is the same on any machine, unless a text has letters that they lack.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from comity.errors import ComityError
from comity.report.sheet import Block, Picture, Sheet

TEMPLATE = Path(__file__).parent / "templates" / "sheet.typ"
PAGES = 2
CHART_WIDTH = 640
# What Libertinus Serif draws: Latin, Greek, Cyrillic, Hebrew, punctuation, arrows and signs.
_FOREIGN = re.compile(r"[^\u0000-\u058f\u0590-\u05ff\u1e00-\u22ff\u2500-\u27bf\ufb00-\ufb4f]")


def typeset(sizes: Iterable[Callable[[], Sheet]], pages: int = PAGES) -> bytes:
    """The PDF of the first sheet that fits on so many pages, or of the last. Raises ComityError without Typst."""
    try:
        typst: Any = importlib.import_module("typst")
    except ImportError as error:
        raise ComityError(
            "PDF needs Typst, which is not installed (pip install 'comity[pdf]', or ask for html or md)"
        ) from error
    from io import BytesIO

    from pypdf import PdfReader

    made = b""
    drawn: dict[str, str] = {}
    for make in sizes:
        made = _compile(typst, plain(make(), drawn))
        if len(PdfReader(BytesIO(made)).pages) <= pages:
            break
    return made


def _compile(typst: Any, sheet: dict[str, Any]) -> bytes:
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"sheet": json.dumps(sheet)},
        ignore_system_fonts=_FOREIGN.search(json.dumps(sheet, ensure_ascii=False)) is None,
        # For archives and for screen readers: letters embedded, structure tagged.
        pdf_standards="a-2a",
        # The brief's own day, so that the same store gives the same bytes.
        timestamp=datetime.fromisoformat(sheet["day"]).replace(tzinfo=UTC),
    )
    return made


def plain(sheet: Sheet, drawn: dict[str, str]) -> dict[str, Any]:
    """The sheet as JSON values. Pictures are drawn once and kept in `drawn` by name, since drawing is what takes time."""

    def value(block: Block) -> dict[str, Any]:
        if not isinstance(block, Picture):
            return dataclasses.asdict(block)
        if block.name not in drawn:
            drawn[block.name] = block.paper(CHART_WIDTH)
        return {
            "kind": block.kind,
            "svg": drawn[block.name],
            "alt": block.alternative,
            "caption": block.caption,
            "share": block.share,
        }

    fields = {f.name: getattr(sheet, f.name) for f in dataclasses.fields(sheet) if f.name not in ("blocks", "figures")}
    return fields | {
        "figures": [dataclasses.asdict(figure) for figure in sheet.figures],
        "blocks": [value(block) for block in sheet.blocks],
    }
