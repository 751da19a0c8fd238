"""What is done: a data set's own code of an event into PLOVER. One distinct code in, one `Act` out.

The coding is the ontology's, as in our own coding: type, mode and contexts by its table, score, quad class and side of the
tie by its rules.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.ontology import load_ontology
from comity.store.loaders.tables import ActRow, Tables

NO_TYPE = "no PLOVER type (a statement or an appeal)"
UNKNOWN_CODE = "unknown event code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A code read. With a `reason` the rows that carry it are left out for it, and nothing else is set.

    `group` is what two rows must share to be the two sides of one act; `host`: source and target were exchanged, since
    the visitor acts; `twice`: coders write such an act once from each side.
    """

    reason: str | None = None
    event: str | None = None
    mode: str | None = None
    contexts: tuple[str, ...] = ()
    quad: str | None = None
    score: float | None = None
    dimension: str | None = None
    cameo: str | None = None
    label: str | None = None
    reciprocal: bool = False
    twice: bool = False
    swap: bool = False
    needs_target: bool = False
    group: str = ""
    rule: str = ""


def cameo_act(code: str | None, tables: Tables) -> Act:
    """A CAMEO code. Codes that the ontology lacks are read as their parent, as everywhere."""
    ontology = load_ontology()
    text = (code or "").strip()
    # Spreadsheets take the leading zero away: 40 is 040, 190 stays; a root code has two digits.
    if not text.isdecimal() or not 2 <= len(text) <= 4 or not 1 <= int(text[:2]) <= 20:
        return Act(reason=UNKNOWN_CODE)
    coding = ontology.plover(text)
    if coding is None:
        return Act(reason=NO_TYPE)
    event, mode, contexts = coding
    role = next((tables.cameo_roles[key] for key in (text, text[:3]) if key in tables.cameo_roles), "")
    known = text
    while known not in ontology.cameo_labels and len(known) > 2:
        known = known[:-1]
    return plover_act(
        event,
        mode,
        contexts,
        cameo="042" if role == "host" else text,
        label=ontology.cameo_labels.get("042" if role == "host" else known),
        reciprocal=role == "both",
        twice=role in ("both", "host") or text.startswith("042"),
        swap=role == "host",
        rule=f"cameo {text}",
        group="042" if role == "host" else text,
    )


def plover_act(
    event: str,
    mode: str | None,
    contexts: tuple[str, ...],
    *,
    cameo: str | None = None,
    label: str | None = None,
    reciprocal: bool = False,
    twice: bool = False,
    swap: bool = False,
    rule: str = "",
    group: str = "",
) -> Act:
    """An act of a PLOVER type, with all that follows from it."""
    ontology = load_ontology()
    own = ontology.mode_contexts.get((event, mode or ""))
    if own and own not in contexts:
        contexts = (*contexts, own)
    return Act(
        event=event,
        mode=mode,
        contexts=contexts,
        quad=ontology.quad(event),
        score=ontology.score(event, mode),
        dimension=ontology.dimension(event, mode, contexts),
        cameo=cameo or ontology.cameo(event, mode, contexts),
        label=label,
        reciprocal=reciprocal,
        twice=twice,
        swap=swap,
        needs_target=ontology.type(event).requires_recipient,
        rule=rule,
        group=group or f"{event} {mode or ''}",
    )


def row_act(row: ActRow | None, rule: str) -> Act:
    """An act by a data set's own table of types; None for a type that the table does not hold."""
    if row is None:
        return Act(reason=UNKNOWN_CODE)
    if not row.event:
        return Act(reason=NO_TYPE)
    return plover_act(
        row.event,
        row.mode,
        row.contexts,
        label=row.label,
        reciprocal=row.reciprocal,
        swap=row.swap,
        rule=rule,
    )
