"""Why a sentence was coded as it was, or why it was not.

In: a coder and a document. Out: one `Explained` a sentence. Each coding tells the lexicon row, the operators on its path,
how its parties were found and what its confidence is made of. A sentence without an event tells what it lacked, and where
it was parsed, each predicate that could have been one, with the first thing that did not fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from comity.errors import InputError
from comity.language.parse import Word
from comity.records import Claim, Document, Event

from .arguments import Arguments
from .classifier import Opinion
from .coder import Coder, Step, refusal
from .falsefriends import field_of
from .lexicon import Constraint, Lexicon, Row
from .matching import adjective_rows, holds, particle_there, rows_of
from .operators import operator_of
from .paths import dependency_path
from .predicates import Act, arguments_of, lacking
from .scene import Scene
from .sentence import Unwanted

Reason = Unwanted | Literal["no predicate of the lexicon", "no predicate fits", "the classifier sees no act"]

HOW = {
    "direct": "named in the role itself",
    "owner": "owner of what stands in the role",
    "modifier": "adjective or noun before an action noun",
    "coreference": "a pronoun or a phrase such as “the two countries”, traced to the party last spoken of",
}
# A set of the lexicon holds hundreds of words; the row that names it can be looked up.
_WORDS = 4
_TYPES = 3  # of the classifier's types that are told


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One part of a confidence, which is the product of all."""

    name: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """How one event was read. `rule` is `file:line pattern`; `operators` are `effect:word`, from the predicate upwards;
    `path` is the dependency path from source to target, its words with their relations; `source` and `target` say how the
    party was found; `scores` are the classifier's likeliest types for the pair, where it was asked."""

    event: Event
    rule: str
    operators: tuple[str, ...]
    source: str
    target: str | None
    factors: tuple[Factor, ...]
    path: tuple[str, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """A row of the lexicon that a predicate could have been, and the first thing that it lacked. `fits`: the row is the
    one that was taken, and its parties were not found."""

    rule: str
    event: str
    lacks: str
    fits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A word that could have been a predicate; offsets into `Document.text`. `rows`: in the order
    in which they were tried, up to the one that fits."""

    text: str
    start: int
    end: int
    rows: tuple[Misfit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the classifier said of an ordered pair: its likeliest types (NONE among them) with their probabilities."""

    source: str
    target: str
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A sentence with its codings, or with the `reason` why it has none; `field` is the field of a false friend; `heard` is
    what the classifier said of each pair that it was asked about."""

    sentence: int
    text: str
    start: int
    end: int
    actors: tuple[str, ...]
    codings: tuple[Coding, ...] = ()
    claims: tuple[Claim, ...] = ()
    reason: Reason | None = None
    field: str | None = None
    candidates: tuple[Candidate, ...] = ()
    heard: tuple[Heard, ...] = ()


def explain(coder: Coder, document: Document) -> tuple[Explained, ...]:
    """Each sentence of a document, explained. Raises InputError where the document cannot be coded at all."""
    if (problem := refusal(document)) is not None:
        raise InputError(document.origin, problem, "leave it out, or give it in English")
    # One by one: a step's scene knows what was in focus only until the next sentence is read.
    return tuple(_explained(coder, step) for step in coder.steps(document))


def _explained(coder: Coder, step: Step) -> Explained:
    sentence = step.sentence
    reason: Reason | None = None
    candidates: tuple[Candidate, ...] = ()
    if not step.events:
        reason = coder.unwanted(sentence)
        if step.scene is not None:
            candidates = tuple(_candidates(step.scene, coder.lexicon))
            reason = "no predicate fits" if candidates else "no predicate of the lexicon"
            if step.dropped:
                reason = "the classifier sees no act"
    return Explained(
        sentence=sentence.number,
        text=sentence.text,
        start=sentence.start,
        end=sentence.end,
        actors=tuple(dict.fromkeys(mention.actor for mention in sentence.mentions)),
        codings=tuple(_coding(step, act, event) for act, event in zip(step.acts, step.events, strict=True)),
        claims=step.claims,
        reason=reason,
        field=field_of(sentence.text, lone=True) if reason == "false friend" else None,
        candidates=candidates,
        heard=tuple(
            Heard(source=source.text, target=target.text, scores=_likeliest(opinion))
            for (source, target), opinion in step.heard
        ),
    )


def _coding(step: Step, act: Act, event: Event) -> Coding:
    rule, *path = event.rule.split("; ")
    ends = (act.source.mention, act.target.mention if act.target else None)
    opinion = next((said for pair, said in step.heard if pair == ends), None)
    return Coding(
        event=event,
        rule=rule,
        operators=tuple(path),
        source=HOW[act.source.how],
        target=HOW[act.target.how] if act.target else None,
        factors=tuple(Factor(name=name, value=value) for name, value in act.factors),
        path=_path(step.scene, act) if step.scene else (),
        scores=_likeliest(opinion) if opinion else {},
    )


def _likeliest(opinion: Opinion) -> dict[str, float]:
    ranked = sorted(opinion.probabilities.items(), key=lambda item: -item[1])[:_TYPES]
    return {name: round(share, 3) for name, share in ranked}


def _path(scene: Scene, act: Act) -> tuple[str, ...]:
    """From source to target by way of the trigger, each word with its relation; a party out of another sentence is left off."""
    ends = [scene.head_of(found.mention) for found in (act.source, act.target) if found is not None]
    words: list[Word] = []
    for end in ends:
        way = dependency_path(end, act.trigger) if end is not None else None
        if way is not None:
            words += [t for t in (way.words if not words else way.words[::-1]) if t not in words]
    return tuple(f"{t.text} ({t.dep_})" for t in words)


def _candidates(scene: Scene, lexicon: Lexicon) -> Iterator[Candidate]:
    """The words that have rows or are operators of their own, in order, each with what its rows lacked."""
    for token in scene.parse:
        misfits: list[Misfit] = []
        for row in (*rows_of(lexicon, token), *adjective_rows(lexicon, token)):
            misfits.append(_misfit(scene, row, token))
            if misfits[-1].fits:
                break
        operator = operator_of(token)
        if operator is not None and operator.default is not None and token.pos_ == "VERB":
            lacks = "an operator: needs a clause below it, and both sides named"
            misfits.append(Misfit(rule=f"operators.csv {token.lemma_}", event=operator.default[0], lacks=lacks))
        if misfits:
            start = scene.base + token.idx
            yield Candidate(text=token.text, start=start, end=start + len(token.text), rows=tuple(misfits))


def _misfit(scene: Scene, row: Row, token: Word) -> Misfit:
    arguments = arguments_of(row.word_class, token)
    failed = _first_failed(scene, row, token, arguments)
    lacks = failed or lacking(scene, row, arguments) or "the word is part of a name or of another predicate"
    return Misfit(rule=f"{row.place} {row.pattern}", event=row.event, lacks=lacks, fits=failed is None)


def _first_failed(scene: Scene, row: Row, token: Word, arguments: Arguments) -> str | None:
    for particle in row.particles:
        if not particle_there(token, particle):
            return f"needs “{particle}” beside it"
    for constraint in row.constraints:
        if not holds(constraint, token, arguments, scene.names_actor, scene.names_place):
            return _in_words(constraint)
    return None


def _in_words(constraint: Constraint) -> str:
    if constraint.absent:
        return f"must have no {constraint.role}"
    words = sorted(constraint.words)
    more = f" or {len(words) - _WORDS} more" if len(words) > _WORDS else ""
    wanted = [f"one of {', '.join(words[:_WORDS])}{more}"] if words else []
    wanted += ["an actor"] if constraint.actor else []
    return f"needs as {constraint.role} {' or '.join(wanted) or 'something'}"
