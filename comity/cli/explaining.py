"""What `code --explain` prints: each sentence, and under it the reasons. Values in, things to print out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rich.console import RenderableType
from rich.text import Text

from comity.cli.shared import line, plain
from comity.coding.explain import Candidate, Coding, Explained
from comity.records import Document, Participant

# Rows shown of a predicate that fits none; all of them are in the JSON.
ROWS = 3
PAIRS = 4  # shown of those that the classifier was asked about


def document_head(document: Document) -> Text:
    """Which document the sentences below are from."""
    title = f" “{document.title}”" if document.title else ""
    return Text(plain(f"{document.origin}{title}, {document.published.date or 'no date'}"), style="bold underline")


def sentence_lines(told: Explained) -> Iterable[RenderableType]:
    """A sentence and its reasons."""
    yield Text(f"\n{told.sentence}  {plain(told.text)}", style="bold")
    for coding in told.codings:
        yield from _coding(coding)
    for claim in told.claims:
        way = {1: "together", -1: "apart"}.get(claim.direction, "somewhere")
        yield line(f"claim: {claim.third} is said to pull {claim.a} and {claim.b} {way} (“{claim.cue.text}”)", 2)
    if told.reason:
        actors = f"; actors: {', '.join(told.actors)}" if told.actors else ""
        field = f" ({told.field})" if told.field else ""
        yield line(f"no event: {told.reason}{field}{actors}", 2, "dim")
    if not told.codings:
        for heard in told.heard[:PAIRS]:
            yield line(f"classifier, {heard.source} → {heard.target}: {_scores(heard.scores)}", 4, "dim")
        if len(told.heard) > PAIRS:
            yield line(f"… and {len(told.heard) - PAIRS} more pairs (--json)", 4, "dim")
    for candidate in told.candidates:
        yield from _candidate(candidate)


def counted(told: Sequence[Explained]) -> Text:
    """How many sentences there were, and for which reasons how many have no event."""
    events = sum(len(item.codings) for item in told)
    counts = [
        f"{count} {name}{'' if count == 1 else 's'}" for name, count in (("sentence", len(told)), ("event", events))
    ]
    reasons = Counter(item.reason for item in told if item.reason)
    without = "; ".join(f"{reason}: {count}" for reason, count in reasons.most_common())
    return Text(f"\n{', '.join(counts)}" + (f". Without an event: {without}" if without else ""))


def _coding(coding: Coding) -> Iterable[RenderableType]:
    event = coding.event
    target = event.target.actor if event.target else "–"
    mode = f" {event.mode}" if event.mode else ""
    auxiliary = f" ({', '.join(event.auxiliary)})" if event.auxiliary else ""
    sides = f"{event.source.actor} {'↔' if event.reciprocal else '→'} {target}"
    yield line(
        f"{event.event}{mode}{auxiliary}  {sides}", 2, "green" if event.score > 0 else "red" if event.score else ""
    )
    yield line(f"rule: {coding.rule}, at “{event.trigger.text}”", 4)
    if coding.operators:
        yield line(f"operators above it: {', '.join(coding.operators)}", 4)
    if coding.path:
        yield line(f"path: {' – '.join(coding.path)}", 4)
    if coding.scores:
        yield line(f"classifier: {_scores(coding.scores)}", 4)
    yield line(f"source: {_party(event.source)}: {coding.source}", 4)
    if event.target:
        yield line(f"target: {_party(event.target)}: {coding.target}", 4)
    until = "" if event.date.end == event.date.start else f" … {event.date.end}"
    speaker = f" by {event.attribution.speaker}" if event.attribution.speaker else ""
    yield line(f"date: {event.date.start}{until} ({event.date.basis}); told: {event.attribution.kind}{speaker}", 4)
    factors = " × ".join(f"{factor.value:g} ({factor.name})" for factor in coding.factors)
    yield line(f"confidence: {event.confidence:g} = {factors}", 4)


def _scores(scores: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {share:.2f}" for name, share in scores.items())


def _party(party: Participant) -> str:
    return f"{party.actor}{f' {party.sector}' if party.sector else ''} “{party.text}”"


def _candidate(candidate: Candidate) -> Iterable[RenderableType]:
    # The row that was taken says most; then the most specific ones.
    rows = sorted(candidate.rows, key=lambda row: not row.fits)
    yield line(f"“{candidate.text}” could be", 4)
    for row in rows[:ROWS]:
        yield line(f"{row.event}: {row.rule}", 6)
        yield line(f"{'fits, but: ' if row.fits else ''}{row.lacks}", 8, "dim")
    if len(rows) > ROWS:
        yield line(f"… and {len(rows) - ROWS} more rows (--json)", 6, "dim")
