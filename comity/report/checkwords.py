"""The words that a check puts to its findings, for the terminal and the page alike.

In: parts of a `Check`; out: short phrases. No judgement on the truth of anything is among them.
"""

from __future__ import annotations

from collections.abc import Iterable

from comity.dyads.corroboration import Kind, Standing, Witness
from comity.records import Claim, Event, Interest
from comity.report.names import display_name
from comity.report.words import named
from comity.scrutiny import Check, TermUse

INTEREST = {
    "representation": "represents",
    "office": "holds or held an office of",
    "ownership": "is owned by",
    "sponsorship": "is paid by",
    "state_media": "is a state medium of",
}
WITNESS: dict[Kind, str] = {
    "same": "tells it too",
    "denied": "says the contrary of the same act",
    "opposite": "tells an act that gainsays it",
    "akin": "tells something akin of the two at that time",
}
KINDS: tuple[Kind, ...] = ("same", "denied", "opposite", "akin")


def interest_line(interest: Interest) -> str:
    """Who speaks for whom: "Jane Doe represents Norland"."""
    return f"{interest.holder} {INTEREST.get(interest.kind, interest.kind)} {interest.behalf}"


def event_line(event: Event) -> str:
    """Who did what to whom: "Armenia ↔ Azerbaijan: consultation (historical)"."""
    target = display_name(event.target.actor) if event.target else "–"
    marks = f" ({', '.join(event.auxiliary)})" if event.auxiliary else ""
    arrow = "↔" if event.reciprocal else "→"
    return f"{display_name(event.source.actor)} {arrow} {target}: {named('act', event.event)}{marks}"


def verdict(standing: Standing) -> str:
    """How an event stands in the store."""
    if "hypothetical" in standing.event.auxiliary:
        return "imagined, not an act: nobody can bear witness to it"
    parts = []
    if count := standing.corroboration:
        others = count - standing.impartial
        interested = f", {others} of them interested" if others else ""
        parts.append(f"corroborated by {publishers(count)}{interested}")
    if count := standing.contradiction:
        parts.append(f"contradicted by {publishers(count)}")
    if not parts:
        near = "; something akin is" if standing.of("akin") else ""
        return f"not on record in the store{near}"
    return "; ".join(parts)


def publishers(count: int) -> str:
    return "1 independent publisher" if count == 1 else f"{count} independent publishers"


def chosen(standing: Standing, most: int) -> tuple[Witness, ...]:
    """The witnesses to show: what bears on the act first, of each house one a kind, akin ones only where none else is."""
    ranked = [witness for kind in KINDS for witness in standing.of(kind)]
    if any(witness.kind != "akin" for witness in ranked):
        ranked = [witness for witness in ranked if witness.kind != "akin"]
    once = {(witness.kind, witness.house): witness for witness in reversed(ranked)}
    return tuple(witness for witness in ranked if once[(witness.kind, witness.house)] is witness)[:most]


def parties(use: TermUse) -> str:
    """Whose term it is, in words; empty where anybody may use it."""
    return ", ".join(display_name(code) for code in use.term.parties)


def distinct(uses: Iterable[TermUse]) -> list[tuple[TermUse, int]]:
    """Each loaded term once, with how often it stands there."""
    counts: dict[str, int] = {}
    first: dict[str, TermUse] = {}
    for use in uses:
        key = use.text.casefold()
        first.setdefault(key, use)
        counts[key] = counts.get(key, 0) + 1
    return [(use, counts[key]) for key, use in first.items()]


def claim_line(claim: Claim) -> str:
    """What a claim says of a tie."""
    way = {1: "together", -1: "apart"}.get(claim.direction)
    pair = f"{display_name(claim.a)} and {display_name(claim.b)}"
    third = display_name(claim.third)
    return f"claims that {third} moves {pair} {way}" if way else f"claims that {third} moves the tie of {pair}"


def summary(check: Check) -> str:
    """The whole check in a sentence or two."""
    told = [standing for standing in check.events if "hypothetical" not in standing.event.auxiliary]
    backed = sum(standing.corroboration > 0 for standing in told)
    against = sum(standing.contradiction > 0 for standing in told)
    events = f"It tells of {_count(len(told), 'event')}"
    if told:
        events += f", {backed} of them corroborated by the store and {against} contradicted"
    own = _count(sum(bool(item.reasons) for item in check.own), "statement")
    terms = _count(len(check.terms), "loaded term")
    return f"{events}. In the author's own voice it makes {own} that others may contest, and uses {terms}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
