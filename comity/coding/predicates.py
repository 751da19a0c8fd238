"""Acts in one sentence: predicates of the lexicon with their sources and targets, after all operators.

In: a `Scene` and the lexicon. Out: `Act` values, still in tokens; `coder` makes them records. Each act knows its row and
the path that led to it, so that a coding can be explained.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from comity.language.parse import Word

from .arguments import (
    CLAUSES,
    OBLIQUES,
    Arguments,
    adjective_arguments,
    noun_arguments,
    preposition,
    verb_arguments,
)
from .lexicon import Lexicon, Row, WordClass
from .matching import adjective_rows, best_row, constituents, fits_words, rows_of
from .operators import Standing, operator_of, reduced, standing
from .scene import Found, Scene

# Where a target may stand when the row's own role is empty, likeliest first.
_ANYWHERE = ("obj", "iobj", "with", "against", "to", "on", "for", "from", "of", "at", "toward", "towards", "over", "between",
             "near", "into", "in", "that", "comp")  # fmt: skip


# "To the anger of Oslo": who is moved by an act is not whom it is done to.
MOODS = frozenset(
    "anger dismay delight fury joy surprise relief horror annoyance displeasure satisfaction alarm envy regret".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act of one source on one target (or none). `group` is the predicate's index: acts of one predicate are linked.
    The product of `factors` is the confidence."""

    trigger: Word
    source: Found
    target: Found | None
    event: str
    mode: str | None
    contexts: tuple[str, ...]
    auxiliary: tuple[str, ...]
    reciprocal: bool
    speaker: Word | None
    confidence: float
    rule: str
    group: int
    factors: tuple[tuple[str, float], ...] = ()
    ahead: bool = False  # whether it was still to come when it was told: its dates lie ahead too


def acts(scene: Scene, lexicon: Lexicon) -> list[Act]:
    """The acts of a sentence, best first for each (source, target, type), in order of their triggers."""
    found: list[Act] = []
    consumed: set[int] = set()
    for token in _by_depth(scene):
        if token.i in consumed or (scene.mention_at(token) is not None and token.pos_ not in {"VERB", "NOUN"}):
            continue
        read_as = _row(scene, lexicon, token)
        if read_as is not None:
            row, arguments = read_as
            if row.word_class == "V":
                consumed |= {
                    t.i
                    for c in row.constraints
                    if c.words
                    for t in constituents(c.role, token, arguments)
                    if fits_words(t, c.words)
                }
            found.extend(_acts_of(scene, row, arguments))
    read = {act.trigger.i for act in found}
    for token in scene.parse:
        if operator_of(token) is not None:
            found.extend(_default_acts(scene, token, read))
    return _distinct(found)


def _by_depth(scene: Scene) -> Iterator[Word]:
    """Tokens from the root down, so that a verb is read before the nouns it carries."""
    queue = [t for t in scene.parse if t.dep_ == "ROOT"]
    for token in queue:  # which grows on the way
        yield token
        queue += token.children


_ARGUMENTS: dict[WordClass, Callable[[Word], Arguments]] = {
    "V": verb_arguments,
    "N": noun_arguments,
    "A": adjective_arguments,
}


def arguments_of(kind: WordClass, token: Word) -> Arguments:
    """The roles of a token read as a word of this class, dependent clauses included."""
    arguments = _ARGUMENTS[kind](token)
    _add_clauses(token, arguments)
    return arguments


def _row(scene: Scene, lexicon: Lexicon, token: Word) -> tuple[Row, Arguments] | None:
    """The row that fits a token, and its arguments; None where none does."""
    for rows in (rows_of(lexicon, token), adjective_rows(lexicon, token)):
        if not rows:
            continue
        kind = rows[0].word_class
        mention = scene.mention_at(token)
        if kind == "N" and mention is not None and mention.kind not in {"demonym", "name"}:
            continue
        arguments = arguments_of(kind, token)
        row = best_row(rows, token, arguments, scene.names_actor, scene.names_place)
        if row is not None:
            return row, arguments
    return None


def _add_clauses(token: Word, arguments: Arguments) -> None:
    """The roles `that` and `comp`: subject and object of a dependent clause."""
    for child in token.children:
        if child.dep_ in {"ccomp", "xcomp", "advcl"} and child.pos_ in {"VERB", "AUX", "ADJ", "NOUN"}:
            inner = verb_arguments(child)
            for part in inner.get("subj") or (inner.get("obj") if inner.passive else []):
                arguments.add("that", part)
            for role in ("obj", "with", "to", "against", "from", "on", "for", "in"):
                for part in inner.get(role):
                    arguments.add("comp", part)


OPERATOR = "operators.csv"  # the place of a rule that is an operator's default
_VISITS = frozenset({"visit", "trip", "tour", "stopover", "stop"})


def _noun_subjects(scene: Scene, arguments: Arguments) -> list[Found]:
    """Who an action noun's act is by: possessor or by-phrase, then state adjectives, then the light verb's subject."""
    noun = arguments.predicate
    own = [t for t in arguments.get("subj") if t not in arguments.get("light subj")]
    if not own and not arguments.get("light subj") and noun.lemma_ in _VISITS and noun.head.pos_ == "VERB":
        own = verb_arguments(noun.head).get("subj")  # "during a visit to Oslo, the premier signed …"
    found = scene.participants(own, subject=True)
    modifiers = [t for t in arguments.get("modifier") if scene.mention_at(t) is not None]
    light = scene.participants(arguments.get("light subj"), subject=True)
    return found or light or list(dict.fromkeys(_modifying(scene, noun, _left_of(noun, modifiers))))


def _modifying(scene: Scene, noun: Word, modifiers: Iterable[Word]) -> list[Found]:
    """The actors that words before a noun name ("a Danish raid")."""
    return [
        Found(m, "modifier", m.sector) for t in modifiers if t.i < noun.i and (m := scene.mention_at(t)) is not None
    ]


def _left_of(noun: Word, modifiers: list[Word]) -> list[Word]:
    """Modifiers and what is hyphenated to them ("Armenian-Azerbaijani clashes")."""
    out = {t.i: t for m in modifiers for t in m.subtree if t.i < noun.i and t.pos_ in {"ADJ", "PROPN", "NOUN"}}
    return [out[i] for i in sorted(out)]


def _acts_of(scene: Scene, row: Row, arguments: Arguments) -> Iterator[Act]:
    predicate = arguments.predicate
    if not _carried(scene, row, arguments):
        return
    if any(c.dep_ == "aux" and c.lower_ == "can" for c in predicate.children):
        return  # "can export fruit to Oslo" tells what may be done, not that it is
    stand = standing(predicate, row.event, row.mode, arguments.support)
    sources, targets, sure = _roles(scene, row, arguments)
    yield from _turned(scene, row, arguments, stand, sources, targets, sure)


def lacking(scene: Scene, row: Row, arguments: Arguments) -> str | None:
    """What a row that fits lacks to be an act, in words; None where it lacks nothing. See `explain`."""
    if next(_acts_of(scene, row, arguments), None) is not None:
        return None
    if not _carried(scene, row, arguments):
        return "no light verb carries the noun, and it does not name both sides itself"
    sources, targets, _ = _roles(scene, row, arguments)
    if not sources:
        return f"no source found (sought: {', '.join(row.source)})"
    if not targets:
        return f"no target found besides the source (sought: {', '.join(row.target) or 'another party'})"
    return "source and target are one, or the verb above names nobody"


# A noun of these types names a standing thing as often as the act that made it ("the deal between A and B").
_STANDING = frozenset({"SUPPORT", "AGREE", "COOPERATE"})


def _carried(scene: Scene, row: Row, arguments: Arguments) -> bool:
    """Whether a predicate can be an act at all: an action noun needs a light verb, unless it reports its act itself."""
    return row.word_class != "N" or row.bare or arguments.support is not None or _full_noun(scene, row, arguments)


def _full_noun(scene: Scene, row: Row, arguments: Arguments) -> bool:
    """Whether an action noun without a light verb still reports its act: it names its agent and its other side itself
    ("the visit by A's premier to B", "A's delivery of grain to B")."""
    operator = operator_of(arguments.predicate.head)
    if arguments.predicate.dep_ == "obj" and operator is not None and operator.effect == "deny":
        for token in verb_arguments(arguments.predicate.head).get("subj"):
            arguments.add("subj", token)  # "denied any attack on Oslo" denies an act of its own
        return bool(scene.participants(arguments.get("subj"), subject=True))
    if row.reciprocal and row.event in {"ASSAULT", "CONSULT"} and len(scene.participants(arguments.get("between"))) > 1:
        return True  # "the fighting between Chad and Niger"
    if row.event == "CONSULT" and arguments.predicate.lemma_ in _VISITS:
        return bool(_noun_subjects(scene, arguments))
    agents = [*arguments.get("by"), *(arguments.get("poss") if row.event not in _STANDING else [])]
    if row.event == "ASSAULT":
        agents += [t for t in arguments.get("modifier") if scene.mention_at(t) is not None]  # "a Chadian raid on Goz"
    if not scene.participants(agents, subject=True):
        return False
    if row.event == "ASSAULT" and scene.participants(_places_above(arguments.predicate)):
        return True
    return any(scene.participants(arguments.get(role)) for role in row.target)


def _roles(scene: Scene, row: Row, arguments: Arguments) -> tuple[list[Found], list[Found], float]:
    """Sources, targets, and how sure the roles are (1 = as the row says)."""
    sure = 1.0

    def fill(roles: Iterable[str], subject: bool) -> list[Found]:
        for role in roles:
            if role == "subj" and row.word_class == "N":
                found = _noun_subjects(scene, arguments)
            else:
                found = scene.participants(_constrained(scene, row, role, arguments), subject=subject)
            if found:
                return found
        return []

    sources = fill(row.source, subject=True)
    targets = [t for t in fill(row.target, subject=False) if not _same(t, sources)]
    if row.reciprocal and len(sources) < 2 and not targets:
        sides = scene.participants([*arguments.get("between"), *arguments.get("among")])
        if not sources:
            sides = sides or (scene.participants(arguments.get("obj")) if row.word_class == "N" else [])
            sources = sides
        else:
            targets = [t for t in sides if not _same(t, sources)]
    if row.word_class == "N" and not targets and len(sources) < 2:
        named = _modifying(scene, arguments.predicate, arguments.get("modifier"))
        targets = [t for t in named if not _same(t, sources)]
    pair = (row.reciprocal or _mutual(scene, arguments)) and len(sources) >= 2
    if not targets and row.target and not pair and row.place != OPERATOR:
        for role in _ANYWHERE:
            if (
                role not in arguments.roles
                or role in row.target
                or role == "subj"
                or (role in _LOCAL and row.event not in _LOCATED)
            ):
                continue
            used = _constrained(scene, row, role, arguments) if role in row.source else []
            rest = [t for t in arguments.get(role) if t not in used and t.lemma_ not in MOODS]
            found = [t for t in scene.participants(rest) if not _same(t, sources)]
            if found:
                targets, sure = found, 0.8
                break
        else:
            if row.event == "ASSAULT" and row.word_class == "N":
                # "a fire broke out in Oslo after a Danish raid": what the clause above speaks of was hit.
                above = scene.participants(_places_above(arguments.predicate))
                targets, sure = [t for t in above if not _same(t, sources)][:1], 0.75
            if not targets and (row.weight or not row.solo):
                targets = [t for t in scene.participants(_nearby(scene, arguments)) if not _same(t, sources)][:1]
                sure = 0.7
    return sources, targets, sure


def _places_above(noun: Word) -> list[Word]:
    """The local phrases of the two clauses above an act that a noun names."""
    out: list[Word] = []
    current = noun
    for _ in range(4):
        if current.head == current:
            break
        current = current.head
        out += [
            c
            for c in current.children
            if c.dep_ in OBLIQUES and preposition(c).split(" ")[0] in _LOCAL and c.i < noun.i
        ]
        out += [c for c in current.children if c.dep_ in {"obj", "nsubj:pass"} and c.i < noun.i]
    return out


_LOCAL = frozenset({"in", "at", "near", "on", "across", "over", "outside"})


def _constrained(scene: Scene, row: Row, role: str, arguments: Arguments) -> list[Word]:
    """The fillers of a role; where the row says by which words it knows the role, only those that are such words
    ("killed in a raid by Oslo in Minsk": the raid's owner acts, not the place)."""
    words = next((c.words for c in row.constraints if c.role == role and c.words), None)
    tokens = arguments.get(role)
    if words is None:
        return tokens
    place = "territory" in words
    return [t for t in tokens if fits_words(t, words) or (place and scene.names_place(t))]


def _nearby(scene: Scene, arguments: Arguments) -> list[Word]:
    """Named actors below a predicate, outside its subject and its clauses: what a misread phrase may still hold."""
    out: list[Word] = []
    queue = list((arguments.support or arguments.predicate).children)
    while queue:
        token = queue.pop(0)
        if token.dep_.startswith(("nsubj", "csubj", "advcl", "acl:relcl", "ccomp", "conj", "parataxis")):
            continue
        if token.lemma_ in MOODS:
            continue
        mention = scene.mention_at(token)
        if mention is not None and (arguments.predicate.i < token.i or arguments.passive):
            out.append(token)
        queue.extend(token.children)
    return sorted(out, key=lambda t: abs(t.i - arguments.predicate.i))


def _same(found: Found, group: Iterable[Found]) -> bool:
    """Whether an actor is already there; a state's government and its rebels are two."""
    for other in group:
        if other.mention.actor == found.mention.actor and (
            other.sector == found.sector or found.sector is None or other.sector is None or found.how == "coreference"
        ):
            return True
    return False


def _turned(
    scene: Scene,
    row: Row,
    arguments: Arguments,
    stand: Standing,
    sources: list[Found],
    targets: list[Found],
    sure: float,
) -> Iterator[Act]:
    """Applies what the operators say of who acts on whom, and spreads groups into pairs."""
    reciprocal = row.reciprocal
    if stand.source is not None or stand.agent_is_target:
        agents = scene.participants(stand.source or [], subject=True)
        asked = sources if stand.agent_is_target else scene.participants(stand.target or [])
        asked = [t for t in asked if not _same(t, agents)] or [t for t in targets if not _same(t, agents)]
        if stand.alleged and sources and targets:
            # What somebody is accused of is a claim: kept, never counted.
            yield from _pairs(
                scene,
                row, arguments, Standing(row.event, row.mode, {"hypothetical"}, speaker=next(iter(stand.source or []), None)),
                sources, targets, reciprocal, sure * 0.6,
            )  # fmt: skip
        sources, targets, reciprocal = agents, asked, False
    elif stand.event != row.event:
        reciprocal = reciprocal and len(sources) > 1 and not targets
    yield from _pairs(scene, row, arguments, stand, sources, targets, reciprocal, sure)


def _pairs(
    scene: Scene,
    row: Row,
    arguments: Arguments,
    stand: Standing,
    sources: list[Found],
    targets: list[Found],
    reciprocal: bool,
    sure: float,
) -> Iterator[Act]:
    predicate = arguments.predicate
    own = _own_words(scene, arguments, stand, sources)
    event, mode, auxiliary = reduced(stand.event, stand.mode, stand.auxiliary, own)
    together = len(sources) >= 2 and not targets and stand.source is None
    if together and event == "MOBILIZE" and _exercise(arguments):
        event, mode = "COOPERATE", None  # joint exercises (codebook, MOBILIZE)
    if len(sources) >= 2 and targets and row.reciprocal and stand.source is None and event == row.event:
        targets = [*targets, *(s for s in sources if not _same(s, targets))]  # A and B met C: A met B too
    if together and (row.reciprocal or event in _TOGETHER or _mutual(scene, arguments)):
        pairs: list[tuple[Found, Found | None]] = [
            (a, b) for i, a in enumerate(sources) for b in sources[i + 1 :] if not _same(b, [a])
        ]
        reciprocal = True
    elif targets:
        pairs = [(a, b) for a in sources for b in targets if not _same(b, [a])]
    elif row.solo:
        pairs = [(a, None) for a in sources]
    else:
        return
    for source, target in pairs:
        factors = [("base", 0.92), ("roles", sure), (f"source {source.how}", _trust(source))]
        factors.append((f"target {target.how}", _trust(target)) if target else ("no target", 0.9))
        if "hypothetical" in auxiliary:
            factors.append(("hypothetical", 0.9))
        yield Act(
            trigger=predicate,
            source=source,
            target=target,
            event=event,
            mode=mode,
            contexts=row.contexts,
            auxiliary=auxiliary,
            reciprocal=reciprocal and target is not None,
            speaker=stand.speaker,
            confidence=round(math.prod(value for _, value in factors), 3),
            rule="; ".join([f"{row.place} {row.pattern}", *stand.path]),
            group=predicate.i,
            factors=tuple(factors),
            ahead="future" in stand.auxiliary,
        )


# What is done to a place is done to its state; what is said or agreed in a place is not.
_LOCATED = frozenset(
    {"ASSAULT", "COERCE", "MOBILIZE", "AID", "PROTEST", "RETREAT", "SANCTION", "ACCUSE", "REJECT", "REQUEST"}
)
# What two parties do side by side under these types they do with each other.
_TOGETHER = frozenset({"CONCEDE", "COOPERATE", "CONSULT", "AGREE"})


def _exercise(arguments: Arguments) -> bool:
    """Whether an act is the holding of an exercise."""
    return any(t.lemma_ in {"exercise", "drill", "manoeuvre", "maneuver"} for t in arguments.get("obj"))


def _mutual(scene: Scene, arguments: Arguments) -> bool:
    """Whether the act is done to "each other"."""
    if not scene.each_other:
        return False
    tokens = (c for group in arguments.roles.values() for t in group for c in t.subtree)
    return any(c.lower_ == "other" and c.i and c.nbor(-1).lower_ == "each" for c in tokens)


def _own_words(scene: Scene, arguments: Arguments, stand: Standing, sources: list[Found]) -> bool:
    """Whether who would act says so itself ("Oslo said it would expel two envoys"), or sets a condition ("will expel them
    if …"): that is a threat, not a forecast."""
    predicate = arguments.predicate
    for child in predicate.children:
        if child.dep_ == "advcl" and any(c.dep_ == "mark" and c.lower_ in {"if", "unless"} for c in child.children):
            return "future" in stand.auxiliary
    if not any(step.startswith("say:") for step in stand.path) or stand.speaker is None:
        return False
    if any(t.pos_ == "PRON" for t in arguments.get("subj")):
        return True
    speakers = {f.mention.actor for f in scene.participants([stand.speaker], subject=True)}
    return any(source.mention.actor in speakers for source in sources)


def _trust(found: Found) -> float:
    return {"direct": 1.0, "owner": 0.93, "modifier": 0.92, "coreference": 0.82}[found.how]


def _default_acts(scene: Scene, token: Word, read: set[int]) -> Iterator[Act]:
    """An operator over a clause in which nothing was read ("urged Oman to think again") codes as its own default."""
    operator = operator_of(token)
    if operator is None or operator.default is None or token.pos_ not in {"VERB"}:
        return
    clauses = [c for c in token.children if c.dep_ in CLAUSES and c.dep_ not in {"acl:relcl", "parataxis"}]
    if not clauses or token.i in read or any(t.i in read for c in clauses for t in c.subtree):
        return
    event, mode = operator.default
    arguments = verb_arguments(token)
    _add_clauses(token, arguments)
    row = Row(
        place=OPERATOR, pattern=token.lemma_, lemma=token.lemma_, word_class="V", particles=(), constraints=(), event=event,
        mode=mode, source=("subj",), target=("obj", "iobj", "on", "to", "with", "that", "comp"), contexts=(),
        reciprocal=event == "AGREE", solo=False, bare=False, example="",
    )  # fmt: skip
    stand = standing(token, event, mode, None)
    sources, targets, sure = _roles(scene, row, arguments)
    for act in _turned(scene, row, arguments, stand, sources, targets, sure * 0.8):
        yield replace(act, rule=f"operators.csv {token.lemma_}")


def _distinct(found: list[Act]) -> list[Act]:
    """One act for each source, target and type: the surest, with a mode if any has one."""
    best: dict[tuple[str | None, str | None, str | None, str | None, str, bool], Act] = {}
    for act in found:
        ends = [
            (act.source.mention.actor, act.source.sector),
            (act.target.mention.actor, act.target.sector) if act.target else (None, None),
        ]
        if act.reciprocal:
            ends.sort(key=lambda e: (e[0] or "", e[1] or ""))
        key = (ends[0][0], ends[0][1], ends[1][0], ends[1][1], act.event, "negation" in act.auxiliary)
        other = best.get(key)
        if other is None or _rank(act) > _rank(other):
            best[key] = act
    return sorted(best.values(), key=lambda a: (a.trigger.i, a.source.mention.start))


def _rank(act: Act) -> tuple[bool, bool, float]:
    return not act.auxiliary, act.mode is not None, act.confidence
