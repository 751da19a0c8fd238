"""The page of a check: one HTML file that needs nothing else.

In: checks; out: the text of the page. Every text from a document reaches it through Jinja's escaping.
"""

from __future__ import annotations

from collections.abc import Sequence

import comity
from comity.report import checkwords
from comity.report.brief import environment
from comity.scrutiny import Check

WITNESSES = 4


def check_page(checks: Sequence[Check]) -> str:
    """The page on one document, or on several under each other."""
    template = environment().get_template("check.html.j2")
    return str(template.render(checks=checks, words=checkwords, witnesses=WITNESSES, version=comity.__version__))
