"""Rules and classifier weighed against each other.

In: the acts that the lexicon reads in a sentence, and for pairs of its actors what the classifier thinks. Out: acts. The
classifier may settle a doubtful type, drop an act that it finds unfounded, or add one that no row reads; each such act says
so in its rule. What a rule says of standing (denied, alleged, hypothetical) is never overruled: the classifier has not
learnt it. Weights were set on our own regression suite (docs/accuracy.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Token

from comity.records import Mention

from .arguments import PASSIVE_SUBJECTS, SUBJECTS, first_conjunct, preposition
from .lexicon import Lexicon
from .matching import rows_of
from .operators import standing
from .paths import dependency_path
from .predicates import Act
from .scene import Found, Scene

LEXICON_WEIGHT = 3.0  # of a rule's confidence against the classifier's log-probability
FLOOR = 1e-3  # no type is thought less likely than this
ADD = 0.75  # probability from which the classifier alone makes an act
ADD_BACK = 0.90  # the same where the other party is already known to act on this one
DROP = 0.60  # probability of NONE from which it unmakes a doubtful one
DROP_SURE = 0.92  # the same for an act that is not doubtful
DOUBTFUL = 0.90  # confidence below which a rule's act is doubtful
MAX_PAIRS = 3  # pairs that no rule relates asked about in one sentence: subjects first, then the nearest
MAX_STEPS = 6  # of the dependency path between two parties that are worth asking about
PHYSICAL = frozenset({"ASSAULT", "COERCE", "MOBILIZE", "AID", "RETREAT", "PROTEST"})  # what can be done to a place
SYMMETRIC = frozenset({"CONSULT", "SUPPORT", "AGREE", "COOPERATE"})

Pair = tuple[Mention, Mention]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the classifier thinks of an ordered pair: probabilities by type, NONE among them."""

    source: Mention
    target: Mention
    probabilities: Mapping[str, float]

    def best(self) -> tuple[str, float]:
        """The likeliest type, NONE included, and its probability."""
        return max(self.probabilities.items(), key=lambda item: item[1])


def candidates(scene: Scene, lexicon: Lexicon, found: Sequence[Act]) -> list[Pair]:
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
    heads = {id(m): scene.head_of(m) for m in (*scene.mentions, *scene.places)}
    for a in scene.mentions:
        agent = heads[id(a)]
        if agent is None or not _may_act(agent) or not _organ(scene, agent):
            continue
        for b in (*scene.mentions, *scene.places):
            patient = heads[id(b)]
            if patient is None or a.actor == b.actor or (a.actor, b.actor) in related or _overlap(a, b):
                continue
            first = first_conjunct(agent)
            if first == first_conjunct(patient) and first.dep_ not in SUBJECTS | PASSIVE_SUBJECTS:
                continue  # "drones for Chad and Niger": side by side, and neither of them acts
            distance = _distance(lexicon, agent, patient)
            if distance <= MAX_STEPS:
                near.append((first.dep_ not in SUBJECTS, distance, (a, b)))
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


_NEVER_ACTS = frozenset(
    {"in", "at", "on", "to", "for", "against", "into", "near", "toward", "towards", "over", "about", "across"}
)


def _may_act(head: Token) -> bool:
    """Whether a name stands where the doer of an act may stand: not as an object, nor after "in", "to", "against"."""
    first = first_conjunct(head)
    if first.dep_ in {"obj", "iobj"}:
        return False
    return not (first.dep_ in {"obl", "nmod"} and preposition(first) in _NEVER_ACTS)


def _organ(scene: Scene, head: Token) -> bool:
    """Whether an adjective or possessor stands before something that can act for it."""
    return (
        head.dep_ not in {"amod", "compound", "nmod:poss"}
        or scene.mention_at(head.head) is not None
        or scene.may_act(head.head)
    )


def _distance(lexicon: Lexicon, a: Token, b: Token) -> int:
    """Steps in the tree from one word to the other; beyond MAX_STEPS where no word on the way could be an act."""
    path = dependency_path(a, b)
    if path is None:
        return MAX_STEPS + 1
    way = path.words[1:] if path.top == b else path.words[1:-1]
    return path.steps if any(rows_of(lexicon, t) for t in way) else MAX_STEPS + 1


def _overlap(a: Mention, b: Mention) -> bool:
    return a.start < b.end and b.start < a.end


def fuse(scene: Scene, found: Sequence[Act], opinions: Iterable[Opinion]) -> list[Act]:
    """The acts after the classifier has been heard, in order of their triggers."""
    held = {(o.source.start, o.target.start): o for o in opinions}
    out = [act for act in (_settled(act, held) for act in found) if act is not None]
    related = _related(out)
    unread = [o for o in held.values() if (o.source.actor, o.target.actor) not in related]
    for opinion in sorted(unread, key=lambda o: -o.best()[1]):
        key = (opinion.source.actor, opinion.target.actor)
        event, probability = opinion.best()
        if event == "NONE" or probability < (ADD_BACK if key[::-1] in related else ADD) or key in related:
            continue
        if any(
            a.event == event and a.target and key[1] in {a.target.mention.actor, a.source.mention.actor} for a in out
        ):
            continue  # the rules know who did this to the target; a bystander did not do it too
        if event not in PHYSICAL and _venue(scene, opinion.target):
            continue  # talks in Brussels are not talks with Brussels
        act = _added(scene, opinion, held, event, probability)
        if act is not None:
            related |= {key, key[::-1]} if act.reciprocal else {key}
            out.append(act)
    return sorted(out, key=lambda a: (a.trigger.i, a.source.mention.start))


def _settled(act: Act, held: Mapping[tuple[int, int], Opinion]) -> Act | None:
    """A rule's act, its type changed or itself dropped where the classifier outweighs it."""
    if act.target is None or act.auxiliary:
        return act
    opinion = held.get((act.source.mention.start, act.target.mention.start))
    if opinion is None:
        return act
    p = opinion.probabilities
    back = held.get((act.target.mention.start, act.source.mention.start))
    if act.reciprocal and back is not None and back.probabilities["NONE"] < p["NONE"]:
        p = back.probabilities  # an act of both is seen from the side that shows it better
    if p["NONE"] >= (DROP if act.confidence < DOUBTFUL else DROP_SURE):
        return None
    weights = {event: math.log(max(FLOOR, share)) for event, share in p.items() if event != "NONE"}
    weights[act.event] += LEXICON_WEIGHT * act.confidence
    event = max(weights, key=lambda name: weights[name])
    if event == act.event:
        return _trusted(act, 0.7 + 0.3 * p[event])
    note = f"{act.rule}; classifier {event} {p[event]:.2f} over {act.event}"
    return _trusted(replace(act, event=event, mode=None, rule=note), p[event])


def _trusted(act: Act, share: float) -> Act:
    """An act whose confidence the classifier's share has scaled."""
    return replace(act, confidence=round(act.confidence * share, 3), factors=(*act.factors, ("classifier", share)))


def _added(
    scene: Scene, opinion: Opinion, held: Mapping[tuple[int, int], Opinion], event: str, probability: float
) -> Act | None:
    trigger = _trigger(scene, opinion.source, opinion.target)
    if trigger is None:
        return None
    stand = standing(trigger, event, None, None)
    if stand.auxiliary & {"negation", "hypothetical"}:
        return None
    back = held.get((opinion.target.start, opinion.source.start))
    both = event in SYMMETRIC and back is not None and back.best()[0] == event
    return Act(
        trigger=trigger,
        source=Found(opinion.source, "direct", opinion.source.sector),
        target=Found(opinion.target, "direct" if opinion.target.kind != "place" else "owner", opinion.target.sector),
        event=event,
        mode=None,
        contexts=(),
        auxiliary=(),
        reciprocal=both,
        speaker=stand.speaker,
        confidence=round(0.9 * probability, 3),
        factors=(("classifier", 0.9 * probability),),
        rule=f"classifier {event} {probability:.2f}",
        group=trigger.i,
    )


def _trigger(scene: Scene, source: Mention, target: Mention) -> Token | None:
    """The lowest word that governs both parties, or the nearest verb above it."""
    a, b = scene.head_of(source), scene.head_of(target)
    if a is None or b is None:
        return None
    path = dependency_path(a, b)
    if path is None:
        return None
    for token in [path.top, *path.top.ancestors]:
        if token.pos_ in {"VERB", "NOUN"} and scene.mention_at(token) is None:
            return token
    return None
