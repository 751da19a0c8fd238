"""A sheet as one HTML page that asks nothing of any other address. The words pass through Jinja's escaping."""

from __future__ import annotations

import comity
from comity.report.brief import NARROW, WIDE, environment
from comity.report.sheet import Picture, Sheet


def webpage(sheet: Sheet) -> str:
    """The page."""
    drawings = {
        block.name: (
            ("wide", block.draw(WIDE, f"{block.name}-wide")),
            ("narrow", block.draw(NARROW, f"{block.name}-narrow")),
        )
        for block in sheet.blocks
        if isinstance(block, Picture)
    }
    template = environment().get_template("sheet.html.j2")
    return str(template.render({"sheet": sheet, "drawings": drawings, "version": comity.__version__}))
