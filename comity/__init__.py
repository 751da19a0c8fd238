"""Comity keeps the ledger of relations between states: who did what to whom, when, and who says so.

This is the public face. Each command is a function here, loaded when first asked for, so that `import comity` costs
nothing: `read`, `code`, `relate`, `course` (the command `ties`; the name `comity.ties` is the room it lives in), `why`,
`account` (`why` with its evidence), `blocs`, `brief`, `export`, `evaluate`, `demo`,
`check`; and `clusters` and `fold_duplicates`, which commands use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comity.app.check import check
    from comity.app.coding import CodedDocument, code
    from comity.app.demo import demo
    from comity.app.export import export
    from comity.app.reading import read
    from comity.app.results import BlocsAnswer, Course, WhyAnswer, blocs, why
    from comity.coding.relate import relate
    from comity.errors import ComityError, InputError, StoreError, TableError, UnknownActor
    from comity.evaluation import Evaluation, evaluate
    from comity.records import Claim, Document, Driver, Event, Tie
    from comity.report.brief import brief
    from comity.report.evidence import Account, account
    from comity.scrutiny import Check
    from comity.sources import Failure
    from comity.sources.duplicates import fold_duplicates
    from comity.store import Store
    from comity.structure import Blocs, Why
    from comity.ties import Cluster, clusters, course

__version__ = "0.1.0"

__all__ = [
    "Account",
    "Blocs",
    "BlocsAnswer",
    "Check",
    "Claim",
    "Cluster",
    "CodedDocument",
    "ComityError",
    "Course",
    "Document",
    "Driver",
    "Evaluation",
    "Event",
    "Failure",
    "InputError",
    "Store",
    "StoreError",
    "TableError",
    "Tie",
    "UnknownActor",
    "Why",
    "WhyAnswer",
    "__version__",
    "account",
    "blocs",
    "brief",
    "check",
    "clusters",
    "code",
    "course",
    "demo",
    "evaluate",
    "export",
    "fold_duplicates",
    "read",
    "relate",
    "why",
]

_HOMES = {
    "comity.app.check": ("check",),
    "comity.scrutiny": ("Check",),
    "comity.app.coding": ("CodedDocument", "code"),
    "comity.app.demo": ("demo",),
    "comity.app.export": ("export",),
    "comity.app.reading": ("read",),
    "comity.app.results": ("BlocsAnswer", "Course", "WhyAnswer", "blocs", "why"),
    "comity.coding.relate": ("relate",),
    "comity.errors": ("ComityError", "InputError", "StoreError", "TableError", "UnknownActor"),
    "comity.evaluation": ("Evaluation", "evaluate"),
    "comity.records": ("Claim", "Document", "Driver", "Event", "Tie"),
    "comity.report.brief": ("brief",),
    "comity.report.evidence": ("Account", "account"),
    "comity.sources": ("Failure",),
    "comity.sources.duplicates": ("fold_duplicates",),
    "comity.store": ("Store",),
    "comity.structure": ("Blocs", "Why"),
    "comity.ties": ("Cluster", "clusters", "course"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'comity' has no attribute {name!r}")
    found = getattr(importlib.import_module(_HOME_OF[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
