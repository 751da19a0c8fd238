"""What a sentence says one marked party does to another.

In: a sentence and two strings in it, whoever they are. Out: the PLOVER type that relates them, or none, with the scores of
all types and what decided. The lexicon reads first, with the two spans as its only actors; where that finds nothing, the
predicates on the dependency path between them are weighed, nearest first. The classifier reads the marked words. Both are
weighed against each other, and both are told in the answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from comity.errors import InputError
from comity.language.parse import Parse, Word
from comity.ontology import load_ontology
from comity.records import Mention

from .arguments import Arguments, noun_arguments, verb_arguments
from .classifier import UNRELATED, Classifier, Opinion, load_classifier
from .lexicon import Lexicon, Row, load_lexicon, unmark
from .matching import constituents, fits_words, particle_there, rows_of
from .operators import operator_of, reduced, standing
from .paths import dependency_path
from .predicates import Act, acts
from .scene import Focus, Scene

BATCH = 128  # items parsed before the classifier is asked: one network at a time stays in the processor's cache
# Of 0 to 4 tried, what the development set liked best; the result hardly moves between 0.5 and 3 (docs/accuracy.md).
SURE, NEAR = 1.0, 0.5  # weight of the lexicon's share of a type, against the classifier's log-probability
FLOOR = 1e-3  # no type is thought less likely than this
NOUNS = 16  # tried in place of a party that the sentence does not name
FAR = 9  # steps of the dependency path taken for words that it does not join
NONE = 0.85  # probability of NONE from which nothing relates the two, unless the lexicon saw an act


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """The answer for one item. `event` is None where nothing relates the two. `scores` are the probabilities of the types
    after both readers were weighed; `lexicon` and `classifier` say what each of them thought, and by which rule."""

    event: str | None = None
    mode: str | None = None
    quad: str | None = None
    auxiliary: tuple[str, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    rule: str | None = None
    lexicon: Mapping[str, Any] | None = None
    classifier: Mapping[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "event": self.event,
            "mode": self.mode,
            "quad": self.quad,
            "auxiliary": list(self.auxiliary),
            "scores": dict(self.scores),
            "rule": self.rule,
            "lexicon": self.lexicon,
            "classifier": self.classifier,
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """What the lexicon reads: the best act's type, mode, auxiliaries and rule, the share of each type it found, and whether
    the act stands between the two parties (`sure`) or only near the path from one to the other."""

    event: str
    mode: str | None
    auxiliary: tuple[str, ...]
    rule: str
    shares: Mapping[str, float]
    sure: bool


Span = tuple[int, int]


def locate(item: Mapping[str, Any]) -> tuple[str, Span | None, Span | None]:
    """The sentence and the spans of source and target; None for one that the sentence does not name (benchmarks write "a
    recipient"), as long as the other is there. Raises InputError where neither is found or a field is missing."""
    sentence, source, target = item.get("sentence"), item.get("source"), item.get("target")
    if not isinstance(sentence, str) or not isinstance(source, str) or not isinstance(target, str):
        raise InputError("item", "needs sentence, source and target as strings", "add the missing field")
    marked = item.get("marked")
    spans: list[Span | None] = [None, None]
    if isinstance(marked, str) and ("<s>" in marked or "<t>" in marked):
        found = unmark(marked)
        sentence, spans = found.text, [found.source, found.target]
    for number, words in enumerate((source, target)):
        if spans[number] is None and words.strip():
            other = spans[1 - number]
            at = sentence.find(words)
            if at >= 0 and other is not None and other[0] <= at < other[1]:
                at = sentence.find(words, other[1])
            if at >= 0:
                spans[number] = (at, at + len(words))
    if spans[0] is None and spans[1] is None:
        raise InputError(
            "item", "neither source nor target occurs in the sentence", "copy them from it, letter for letter"
        )
    return sentence, spans[0], spans[1]


def relate(items: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """One answer for each item, in order; an item that cannot be read gives an answer with `error`."""
    from comity.language.pipeline import load_pipeline

    pipeline, lexicon, classifier = load_pipeline(), load_lexicon(), load_classifier()
    batch: list[Mapping[str, Any]] = []

    def flush() -> Iterator[dict[str, Any]]:
        placed: list[tuple[str, Span | None, Span | None] | InputError] = []
        for item in batch:
            try:
                placed.append(locate(item))
            except InputError as fault:
                placed.append(fault)
        good = [p for p in placed if not isinstance(p, InputError)]
        parses = pipeline.annotate([p[0] for p in good])
        views = iter([_view(classifier, parse, p[1], p[2]) for parse, p in zip(parses, good, strict=True)])
        parsed = iter(parses)
        for place in placed:
            if isinstance(place, InputError):
                yield {**Relation().to_dict(), "error": f"{place.problem} ({place.mend})"}
            else:
                reading = lexicon_reading(next(parsed), place[1], place[2], lexicon)
                yield weigh(reading, next(views)).to_dict()

    for item in items:
        batch.append(item)
        if len(batch) >= BATCH:
            yield from flush()
            batch = []
    if batch:
        yield from flush()


def _view(classifier: Classifier | None, parse: Parse, source: Span | None, target: Span | None) -> Opinion | None:
    """The classifier's opinion; None without a classifier. Where a party is not named, the noun of the sentence that the other
    is likeliest to act on, or to be acted on by, stands for it."""
    if classifier is None or (source is None and target is None):
        return None
    if source is not None and target is not None:
        return classifier.opinions(parse, [(source, target)])[0]
    known = source or target
    assert known is not None
    others = [
        (t.idx, t.idx + len(t.text))
        for t in parse
        if t.pos_ in {"NOUN", "PROPN"} and not (t.idx < known[1] and known[0] < t.idx + len(t.text))
    ][:NOUNS]
    pairs = [(known, other) if source is not None else (other, known) for other in others]
    heard = [opinion for opinion in classifier.opinions(parse, pairs) if opinion is not None]
    return min(heard, key=lambda opinion: opinion.probabilities[UNRELATED], default=None)


def weigh(reading: Reading | None, opinion: Opinion | None) -> Relation:
    """One answer from both readers: the classifier's log-probabilities plus the lexicon's shares, the latter with the weight
    SURE or NEAR. Nothing relates the two where the classifier says NONE and the lexicon saw no act between them."""
    lexicon = {"event": reading.event, "rule": reading.rule} if reading else None
    if opinion is None:
        if reading is None:
            return Relation()
        return _answer(reading.event, reading, reading.shares, lexicon, None)
    view = opinion.beside(reading.event if reading and reading.sure else None)
    first = max(view, key=lambda name: view[name])
    classifier = {"event": None if first == UNRELATED else first, "probability": round(view[first], 4)}
    if view[UNRELATED] >= NONE and not (reading and reading.sure):
        return Relation(lexicon=lexicon, classifier=classifier, scores={})
    weights = {name: math.log(max(FLOOR, share)) for name, share in view.items() if name != UNRELATED}
    for name, share in (reading.shares if reading else {}).items():
        weights[name] += (SURE if reading and reading.sure else NEAR) * share
    total = sum(math.exp(w) for w in weights.values())
    scores = {name: math.exp(w) / total for name, w in weights.items()}
    return _answer(max(scores, key=lambda name: scores[name]), reading, scores, lexicon, classifier, opinion)


def _answer(
    event: str,
    reading: Reading | None,
    scores: Mapping[str, float],
    lexicon: Mapping[str, Any] | None,
    classifier: Mapping[str, Any] | None,
    opinion: Opinion | None = None,
) -> Relation:
    agreed = reading is not None and reading.event == event
    mode = (reading.mode if reading and agreed else None) or (opinion.mode(event) if opinion else None)
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    return Relation(
        event=event,
        mode=mode,
        quad=load_ontology().quad(event),
        auxiliary=reading.auxiliary if reading and agreed else (),
        scores={name: round(share, 4) for name, share in ranked if share >= 0.0001},
        rule=reading.rule if reading and agreed else f"classifier {event}",
        lexicon=lexicon,
        classifier=classifier,
    )


def lexicon_reading(parse: Parse, source: Span | None, target: Span | None, lexicon: Lexicon) -> Reading | None:
    """What the rules alone say that the source does to the target, or None."""
    mentions = [
        Mention(text=parse.text[span[0] : span[1]], start=span[0], end=span[1], actor=name)
        for name, span in (("source", source), ("target", target))
        if span is not None
    ]
    scene = Scene(parse, 0, sorted(mentions, key=lambda m: m.start), Focus(), lambda _word: None)
    weights: dict[str, float] = {}
    best: tuple[float, str, str | None, tuple[str, ...], str] | None = None
    for act in acts(scene, lexicon):
        weight = _weight(act)
        weights[act.event] = max(weights.get(act.event, 0.0), weight)
        if best is None or weight > best[0]:
            best = (weight, act.event, act.mode, act.auxiliary, act.rule)
    sure = best is not None and best[0] >= 2.0
    if not sure:
        for near in nearby(scene, lexicon):
            weights[near[1]] = max(weights.get(near[1], 0.0), near[0])
            if best is None or near[0] > best[0]:
                best = near
    if best is None:
        return None
    total = sum(math.exp(w) for w in weights.values()) + 1.0
    shares = {event: math.exp(w) / total for event, w in weights.items()}
    return Reading(best[1], best[2], best[3], best[4], shares, sure)


def _weight(act: Act) -> float:
    """How strongly an act relates source to target in this direction."""
    ends = (act.source.mention.actor, act.target.mention.actor if act.target else None)
    weight = 4.0 * act.confidence
    if ends == ("source", "target"):
        weight += 1.5
    elif ends == ("target", "source"):
        weight += 1.0 if act.reciprocal else -1.0
    else:
        weight -= 1.2 if ends[0] == "source" else 2.2
    if "hypothetical" in act.auxiliary or "negation" in act.auxiliary:
        weight -= 1.0
    return weight


def nearby(scene: Scene, lexicon: Lexicon) -> Iterator[tuple[float, str, str | None, tuple[str, ...], str]]:
    """Predicates on or beside the path between source and target, each with a weight that falls with distance."""
    heads = [h for m in scene.mentions if (h := scene.head_of(m)) is not None]
    if not heads:
        return
    path = _between(heads[0], heads[1]) if len(heads) > 1 else list(heads[0].ancestors)[:2]
    near = {t.i: n for n, t in enumerate(path)}
    for token in scene.parse:
        rows = rows_of(lexicon, token)
        if not rows:
            continue
        distance = 0.0 if token.i in near else min((_steps(token, t) for t in path), default=FAR) * 0.7
        mention = scene.mention_at(token)
        if mention is not None:
            distance += 0.8
        if distance > 3.5:
            continue
        arguments = verb_arguments(token) if rows[0].word_class == "V" else noun_arguments(token)
        row = _loose_row(rows, token, arguments)
        if row is None:
            continue
        stand = standing(token, row.event, row.mode, arguments.support)
        event, mode, auxiliary = reduced(stand.event, stand.mode, stand.auxiliary)
        weight = 1.6 - 0.45 * distance + 0.15 * row.weight + (0.3 if row.word_class == "V" else 0.0)
        weight -= 0.4 * bool(auxiliary)
        yield weight, event, mode, auxiliary, "; ".join([f"{row.place} {row.pattern}", *stand.path, "near the path"])
    for token in path:
        operator = operator_of(token)
        if operator and operator.default and token.pos_ == "VERB":
            yield 0.9, operator.default[0], operator.default[1], (), f"operators.csv {token.lemma_}; near the path"


def _loose_row(rows: tuple[Row, ...], token: Word, arguments: Arguments) -> Row | None:
    """The most specific row whose particles and word constraints hold; whether roles name actors is not asked."""
    for row in rows:
        if all(particle_there(token, p) for p in row.particles) and all(
            bool(constituents(c.role, token, arguments)) != c.absent
            if not c.words
            else any(fits_words(t, c.words) for t in constituents(c.role, token, arguments))
            for c in row.constraints
        ):
            return row
    return None


def _between(a: Word, b: Word) -> list[Word]:
    """The tokens on the path between two, or the governor of both where nothing else lies on it."""
    path = dependency_path(a, b)
    return [] if path is None else [t for t in path.words if t not in (a, b)] or [path.top]


def _steps(a: Word, b: Word) -> int:
    path = dependency_path(a, b)
    return FAR if path is None else path.steps
