"""Comity keeps the ledger of relations between states: who did what to whom, when, and who says so.

This is the public face. Each command is a function here, loaded when first asked for, so that `import comity` costs
nothing: `read`, `code`, `load`, `relate`, `ties`, `why`, `account` (`why` with its evidence), `what_if` (`why` without some
of the record), `forecast`, `blocs`, `brief`, `export`, `evaluate`, `validate`, `demo`, `check`; `tie_brief`, `versus_brief`
and `blocs_brief` (`brief` in each of its forms); and `clusters` and `fold_duplicates`, which commands use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comity.app.check import check
    from comity.app.coding import CodedDocument, code
    from comity.app.demo import demo
    from comity.app.export import export
    from comity.app.load import Load, load
    from comity.app.reading import read
    from comity.app.results import BlocsAnswer, Course, WhyAnswer, blocs, ties, why
    from comity.coding.relate import relate
    from comity.dyads import Cluster, clusters
    from comity.errors import ComityError, InputError, StoreError, TableError, UnknownActor
    from comity.evaluation import Evaluation, evaluate
    from comity.records import Claim, Document, Driver, Event, Tie
    from comity.report.brief import brief
    from comity.report.evidence import Account, account
    from comity.report.forms import Made, blocs_brief, tie_brief, versus_brief
    from comity.scrutiny import Check
    from comity.sources import Failure
    from comity.sources.duplicates import fold_duplicates
    from comity.store import Store
    from comity.structure import Blocs, Drop, Forecast, WhatIf, Why, forecast, what_if
    from comity.validation import Validation, validate

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
    "Drop",
    "Evaluation",
    "Event",
    "Failure",
    "Forecast",
    "InputError",
    "Load",
    "Made",
    "Store",
    "StoreError",
    "TableError",
    "Tie",
    "UnknownActor",
    "Validation",
    "WhatIf",
    "Why",
    "WhyAnswer",
    "__version__",
    "account",
    "blocs",
    "blocs_brief",
    "brief",
    "check",
    "clusters",
    "code",
    "demo",
    "evaluate",
    "export",
    "fold_duplicates",
    "forecast",
    "load",
    "read",
    "relate",
    "tie_brief",
    "ties",
    "validate",
    "versus_brief",
    "what_if",
    "why",
]

_HOMES = {
    "comity.app.check": ("check",),
    "comity.scrutiny": ("Check",),
    "comity.app.coding": ("CodedDocument", "code"),
    "comity.app.demo": ("demo",),
    "comity.app.export": ("export",),
    "comity.app.load": ("Load", "load"),
    "comity.app.reading": ("read",),
    "comity.app.results": ("BlocsAnswer", "Course", "WhyAnswer", "blocs", "ties", "why"),
    "comity.coding.relate": ("relate",),
    "comity.dyads": ("Cluster", "clusters"),
    "comity.errors": ("ComityError", "InputError", "StoreError", "TableError", "UnknownActor"),
    "comity.evaluation": ("Evaluation", "evaluate"),
    "comity.records": ("Claim", "Document", "Driver", "Event", "Tie"),
    "comity.report.brief": ("brief",),
    "comity.report.evidence": ("Account", "account"),
    "comity.report.forms": ("Made", "blocs_brief", "tie_brief", "versus_brief"),
    "comity.sources": ("Failure",),
    "comity.sources.duplicates": ("fold_duplicates",),
    "comity.store": ("Store",),
    "comity.structure": ("Blocs", "Drop", "Forecast", "WhatIf", "Why", "forecast", "what_if"),
    "comity.validation": ("Validation", "validate"),
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
