"""Rules and classifier weighed against each other.

In: the acts that the lexicon reads in a sentence, and for pairs of its actors what the classifier thinks. Out: acts. The
classifier may settle a doubtful type, drop an act that it finds unfounded, or add one that no row reads; each such act says
so in its rule. What a rule says of standing (denied, alleged, hypothetical) is never overruled: the classifier has not
learnt it. Weights were set on our own regression suite (docs/accuracy.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from comity.language.parse import Word
from comity.records import Mention

from .arguments import SUBJECTS, first_conjunct, preposition
from .classifier import UNRELATED, Opinion
from .lexicon import Lexicon
from .matching import rows_of
from .operators import standing
from .paths import DependencyPath, dependency_path
from .predicates import MOODS, Act
from .scene import Found, Scene

LEXICON_WEIGHT = 4.5  # of a rule's confidence against the classifier's log-probability
FLOOR = 1e-3  # no type is thought less likely than this
ADD = 0.90  # probability from which the classifier alone makes an act
ADD_KNOWN = 0.70  # the same where a word between the two is one that the lexicon knows for such an act
DROP = 0.60  # probability of NONE from which it unmakes a doubtful one
DROP_SURE = 0.92  # the same for an act that is not doubtful
DOUBTFUL = 0.90  # confidence below which a rule's act is doubtful
MAX_PAIRS = 8  # pairs that no rule relates asked about in one sentence: subjects first, then the nearest
MAX_STEPS = 6  # of the dependency path between two parties that are worth asking about
NEAR = 3  # steps beyond which a meeting, deal or tie found by the classifier must stand on a word that the lexicon knows for it
COREFERENCE = 0.85  # how far a pronoun's antecedent is trusted
PHYSICAL = frozenset({"ASSAULT", "COERCE", "MOBILIZE", "AID", "RETREAT", "PROTEST"})  # what can be done to a place
SYMMETRIC = frozenset({"CONSULT", "SUPPORT", "AGREE", "COOPERATE"})

Pair = tuple[Mention, Mention]
Held = Mapping[tuple[int, int] | tuple[str, str], Opinion]  # by where source and target start, or by who they are


def candidates(scene: Scene, found: Sequence[Act]) -> list[Pair]:
    """The ordered pairs worth asking about: those of acts that are in doubt, and the nearest that no act relates.

    A place is never a source. Pairs of one actor with itself, or within one phrase, are left out.
    """
    asked: dict[tuple[int, int], Pair] = {}
    related = _related(found)
    for act in found:
        if act.target is not None and not act.auxiliary:
            one, other = act.source.mention, act.target.mention
            asked.setdefault((one.start, other.start), (one, other))
            if act.reciprocal:
                asked.setdefault((other.start, one.start), (other, one))
    near: list[tuple[bool, int, Pair]] = []
    parties = [*scene.mentions, *scene.references()]
    heads = {id(m): scene.head_of(m) for m in (*parties, *scene.places)}
    for a in parties:
        agent = heads[id(a)]
        for b in (*parties, *scene.places):
            patient = heads[id(b)]
            if (
                agent is None
                or patient is None
                or a.actor == b.actor
                or (a.actor, b.actor) in related
                or _overlap(a, b)
            ):
                continue
            path = dependency_path(agent, patient)
            if path is not None and path.steps <= MAX_STEPS:
                near.append((first_conjunct(agent).dep_ not in SUBJECTS, path.steps, (a, b)))
    near.sort(key=lambda item: (item[0], item[1], item[2][0].start, item[2][1].start))
    for _, _, pair in near[:MAX_PAIRS]:
        asked.setdefault((pair[0].start, pair[1].start), pair)
    return list(asked.values())


def _venue(scene: Scene, mention: Mention) -> bool:
    """Whether a capital (or Brussels) is only where something happens."""
    head = scene.head_of(mention)
    local = head is not None and preposition(first_conjunct(head)) in {"in", "at", "near"}
    return local and mention.kind in {"metonym", "organisation"}


def _related(found: Sequence[Act]) -> set[tuple[str, str]]:
    """The ordered pairs of actors that acts relate; both orders where the act is of both."""
    out = {(a.source.mention.actor, a.target.mention.actor) for a in found if a.target}
    return out | {(a.target.mention.actor, a.source.mention.actor) for a in found if a.target and a.reciprocal}


def _overlap(a: Mention, b: Mention) -> bool:
    return a.start < b.end and b.start < a.end


def fuse(scene: Scene, lexicon: Lexicon, found: Sequence[Act], opinions: Sequence[tuple[Pair, Opinion]]) -> list[Act]:
    """The acts after the classifier has been heard on some pairs, in order of their triggers."""
    held: dict[tuple[int, int] | tuple[str, str], Opinion] = {
        (source.start, target.start): opinion for (source, target), opinion in opinions
    }
    for (source, target), opinion in opinions:
        if "coreference" in {source.kind, target.kind}:
            # An act of the rules knows of a pronoun only whom it stands for.
            held.setdefault((source.actor, target.actor), opinion)
    out = [act for act in (_settled(act, held) for act in found) if act is not None]
    related = _related(out)
    unread = [(*o.best(), pair, o) for pair, o in opinions if (pair[0].actor, pair[1].actor) not in related]
    unread = [item for item in unread if item[0] != UNRELATED and item[1] >= ADD_KNOWN]
    for event, probability, pair, opinion in sorted(unread, key=lambda item: -item[1]):
        key = (pair[0].actor, pair[1].actor)
        if key in related:
            continue
        link = _link(scene, pair)
        if link is None:
            continue
        known = link.path is not None and any(_names(lexicon, token, event) for token in link.path.words)
        if (probability < ADD and not known) or _beside(link, event, known):
            continue
        if any(
            a.event == event and a.target and key[1] in {a.target.mention.actor, a.source.mention.actor} for a in out
        ):
            continue  # the rules know who did this to the target; a bystander did not do it too
        if event not in PHYSICAL and _venue(scene, pair[1]):
            continue  # talks in Brussels are not talks with Brussels
        act = _added(scene, lexicon, pair, link, opinion, held, event, probability)
        if act is not None:
            related |= {key, key[::-1]} if act.reciprocal else {key}
            out.append(act)
    return sorted(out, key=lambda a: (a.trigger.i, a.source.mention.start))


@dataclass(frozen=True, slots=True)
class _Link:
    """The words that two parties hang on, and the path from one to the other, if the parse has any."""

    source: Word
    target: Word
    path: DependencyPath | None


def _link(scene: Scene, pair: Pair) -> _Link | None:
    source, target = scene.head_of(pair[0]), scene.head_of(pair[1])
    if source is None or target is None:
        return None
    return _Link(source, target, dependency_path(source, target))


def _names(lexicon: Lexicon, token: Word, event: str) -> bool:
    """Whether a word is one that the lexicon knows for such an act, though no row fits."""
    return any(row.event == event for row in rows_of(lexicon, token))


def _beside(link: _Link, event: str, known: bool) -> bool:
    """Whether two parties only stand in one sentence with an act: one of them is moved by it, holds a view of it, or is its
    topic; or they are far apart, and no word between them (`known`) is one for a meeting, deal or tie."""
    if link.path is not None and any(token.lemma_ in MOODS for token in link.path.words):
        return True  # "to the anger of Oslo"
    if any(preposition(t) == "for" and min(w.i for w in t.subtree) == 0 for t in (link.source, link.target)):
        return True  # "For Oslo, Riga's friendship with Bern is a burden": in whose eyes, not by or to whom
    if event == "CONSULT" and _topic(link.target):
        return True  # "they discussed Oslo's budget" is no talk with Oslo
    # "For Oslo, Riga's loyalty to Minsk makes ties with Bern dearer": many names, and no act that joins the outer ones.
    return event in SYMMETRIC and link.path is not None and link.path.steps > NEAR and not known


_DISCUSS = frozenset("discuss raise address review debate consider examine touch tackle broach".split())


def _topic(head: Word) -> bool:
    """Whether a party is what is talked about: the object of a verb of discussing, or after "on", "about", "over"."""
    token = head
    for _ in range(4):
        if preposition(token) in {"on", "about", "over", "regarding", "concerning"}:
            return True
        if token.dep_ in {"obj", "nsubj:pass", "conj"} and first_conjunct(token).head.lemma_ in _DISCUSS:
            return True
        if token.head == token or token.pos_ == "VERB":
            return False
        token = token.head
    return False


def _settled(act: Act, held: Held) -> Act | None:
    """A rule's act, its type changed or itself dropped where the classifier outweighs it."""
    if act.target is None or act.auxiliary:
        return act
    opinion, back = _of(held, act.source, act.target), _of(held, act.target, act.source)
    if opinion is None:
        return act
    if act.reciprocal and back is not None and back.probabilities[UNRELATED] < opinion.probabilities[UNRELATED]:
        opinion = back  # an act of both is seen from the side that shows it better
    p = opinion.beside(act.event)
    if p[UNRELATED] >= (DROP if act.confidence < DOUBTFUL else DROP_SURE):
        return None
    weights = {event: math.log(max(FLOOR, share)) for event, share in p.items() if event != UNRELATED}
    weights[act.event] += LEXICON_WEIGHT * act.confidence
    event = max(weights, key=lambda name: weights[name])
    if event == act.event:
        return _trusted(replace(act, mode=act.mode or opinion.mode(event)), 0.7 + 0.3 * p[event])
    note = f"{act.rule}; classifier {event} {p[event]:.2f} over {act.event}"
    return _trusted(replace(act, event=event, mode=opinion.mode(event), rule=note), p[event])


def _of(held: Held, source: Found, target: Found) -> Opinion | None:
    if "coreference" in {source.how, target.how}:
        return held.get((source.mention.actor, target.mention.actor))
    return held.get((source.mention.start, target.mention.start))


def _trusted(act: Act, share: float) -> Act:
    """An act whose confidence the classifier's share has scaled."""
    return replace(act, confidence=round(act.confidence * share, 3), factors=(*act.factors, ("classifier", share)))


def _added(
    scene: Scene,
    lexicon: Lexicon,
    pair: Pair,
    link: _Link,
    opinion: Opinion,
    held: Held,
    event: str,
    probability: float,
) -> Act | None:
    source, target = pair
    trigger = _trigger(scene, lexicon, link, event)
    if trigger is None:
        return None
    stand = standing(trigger, event, None, None)
    if stand.auxiliary & {"negation", "hypothetical"}:
        return None
    back = held.get((target.start, source.start))
    both = event in SYMMETRIC and back is not None and back.best()[0] == event
    referring = sum(m.kind == "coreference" for m in pair)
    factors = (("classifier", 0.9 * probability), *[("coreference", COREFERENCE)] * referring)
    return Act(
        trigger=trigger,
        source=Found(source, _how(source), source.sector),
        target=Found(target, _how(target), target.sector),
        event=event,
        mode=opinion.mode(event),
        contexts=(),
        auxiliary=(),
        reciprocal=both,
        speaker=stand.speaker,
        confidence=round(math.prod(value for _, value in factors), 3),
        factors=factors,
        rule=f"classifier {event} {probability:.2f}",
        group=trigger.i,
    )


def _how(mention: Mention) -> str:
    return {"coreference": "coreference", "place": "owner"}.get(mention.kind, "direct")


def _trigger(scene: Scene, lexicon: Lexicon, link: _Link, event: str) -> Word | None:
    """The word that an act found by the classifier hangs on: the lowest verb or noun that governs both parties. Where the parse
    has none (headlines, lists), the nearest word that the lexicon knows for such an act, else what governs both."""
    for token in [link.path.top, *link.path.top.ancestors] if link.path else []:
        if token.pos_ in {"VERB", "NOUN"} and scene.mention_at(token) is None:
            return token
    known = [t for t in scene.parse if scene.mention_at(t) is None and _names(lexicon, t, event)]
    nearest = min(known, key=lambda t: abs(t.i - link.source.i) + abs(t.i - link.target.i), default=None)
    return nearest or (link.path.top if link.path else None)
