"""How an act stands: done, denied, meant, threatened, refused, asked for, alleged, or only thought of.

In: a predicate's token and the type it codes as. Out: `Standing`: the type after all operators above the predicate
("threatened to", "did not", "may", "if", "was accused of"), its auxiliary modes, and who now acts on whom. The operators
are data (data/lexicon/operators.csv); the rules for climbing a sentence from a predicate to its governors are here.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field

from comity.language.parse import Word
from comity.ontology import load_ontology
from comity.tables import read_table

from .arguments import (
    CLAUSES,
    OBLIQUES,
    PASSIVE_SUBJECTS,
    SUBJECTS,
    Arguments,
    adjective_arguments,
    first_conjunct,
    noun_arguments,
    preposition,
    verb_arguments,
)
from .lexicon import FOLDER

COOPERATION = frozenset({"AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT"})
_NEGATIVES = frozenset({"not", "n't", "n’t", "never", "neither", "nor", "hardly", "barely", "scarcely"})
_MAYBE = frozenset({"may", "might", "could", "can", "should", "must", "would", "ought"})
_WILL = frozenset({"will", "shall", "'ll", "’ll", "wo"})
_IF = frozenset({"if", "unless", "whether", "lest", "should"})
_ALLEGED = frozenset({"allegedly", "supposedly", "purportedly", "ostensibly", "possibly", "perhaps"})
_CASES = frozenset({"event", "case"})
_DISMISS = frozenset({"dismiss", "reject", "rebut", "refute"})
_TELL = frozenset({"tell", "insist", "advise", "suggest", "demand"})
_WANT = frozenset({"want", "expect", "need", "like", "wish"})
# "The first (only, next) state to …" did it.
_SELECTED = frozenset({"only", "first", "second", "third", "last", "latest"})
# Adverbs and adjectives that take an act back to mere report or possibility.
_UNSURE = frozenset({"possible", "potential", "hypothetical", "likely", "eventual", "would-be", "planned", "proposed"})

THREAT_MODES = {
    "ASSAULT": "violence", "MOBILIZE": "violence", "COERCE": "restrict", "SANCTION": "restrict", "PROTEST": "restrict",
    "REJECT": "relations", "RETREAT": "relations", "ACCUSE": None,
}  # fmt: skip
# The modes that REQUEST and REJECT share: what is asked for, or refused.
ASKED_MODES = {
    "AID": "assist", "COOPERATE": "assist", "SUPPORT": "assist", "AGREE": "change", "CONSULT": "meet", "RETREAT": "yield",
    "CONCEDE": "yield",
}  # fmt: skip
STOPPED = {
    "AID": ("SANCTION", "discontinue"), "COOPERATE": ("SANCTION", "discontinue"), "SUPPORT": ("SANCTION", "discontinue"),
    "ASSAULT": ("RETREAT", "ceasefire"), "MOBILIZE": ("RETREAT", "withdraw"), "CONSULT": ("REJECT", "meet"),
    "SANCTION": ("CONCEDE", None), "COERCE": ("CONCEDE", None), "PROTEST": ("CONCEDE", None),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operator:
    """A row of operators.csv for one lemma."""

    effect: str
    default: tuple[str, str | None] | None


@functools.cache
def operators() -> dict[tuple[str, str], Operator]:
    """Operators by (lemma, class V, N or A); of several rows the first holds."""
    table: dict[tuple[str, str], Operator] = {}
    for _, row in read_table(FOLDER / "operators.csv"):
        event, _, mode = row["default"].partition(" ")
        default = (event, mode or None) if event else None
        for lemma in row["lemmas"].split("|"):
            table.setdefault((lemma, row["class"]), Operator(row["effect"], default))
    return table


@functools.cache
def _first_words() -> frozenset[str]:
    """What a word must be to begin an operator: most are none."""
    return frozenset(lemma.split(" ")[0] for lemma, _ in operators())


@dataclass(slots=True)
class Standing:
    """An act after its operators. `source` and `target` override the predicate's own where an operator changes them;
    `agent_is_target` makes the predicate's own source the target ("urged Oman to withdraw")."""

    event: str
    mode: str | None
    auxiliary: set[str] = field(default_factory=set)
    source: list[Word] | None = None
    target: list[Word] | None = None
    agent_is_target: bool = False
    speaker: Word | None = None
    path: list[str] = field(default_factory=list)
    alleged: bool = False


def own_auxiliaries(token: Word) -> set[str]:
    """Negation, future or hypothetical as marked in a predicate's own clause."""
    out: set[str] = set()
    words = list(token.children)
    future = maybe = False
    for child in words:
        if (child.dep_ == "advmod" and child.lower_ in _NEGATIVES) or (
            child.dep_ == "advmod" and child.lower_ == "longer" and any(c.lower_ == "no" for c in child.children)
        ):
            out.add("negation")
        elif child.dep_ in {"aux", "cop", "aux:pass"}:
            if child.lower_ in _NEGATIVES:
                out.add("negation")
            elif child.lower_ in _WILL:
                future = True
            elif child.lower_ in _MAYBE:
                maybe = True
        elif _supposes(child):
            maybe = True
        elif (child.dep_ == "mark" and child.lower_ == "without") or (
            child.dep_ in SUBJECTS | PASSIVE_SUBJECTS | {"obj"} and _no(child)
        ):
            out.add("negation")
    if token.pos_ in {"NOUN", "PROPN"}:
        if _no(token):
            out.add("negation")
        if any(c.dep_ == "amod" and c.lower_ in _UNSURE for c in words):
            maybe = True
        if any(c.dep_ == "case" and c.lower_ == "without" for c in words):
            out.add("negation")
        if token.dep_ == "nmod" and token.head.lemma_ in _CASES and preposition(token.head) == "in":
            maybe = True  # "in the event of an attack"
    if maybe:
        out.add("hypothetical")
    elif future:
        out.add("future")
    return out


def _supposes(word: Word) -> bool:
    """Whether a word takes the clause that it stands in back to a supposition: "if", "allegedly"."""
    if word.dep_ == "mark" and word.lower_ in _IF:
        return not (word.lower_ == "whether" and word.head.dep_ == "ccomp")
    return word.dep_ == "advmod" and word.lower_ in _ALLEGED


def _no(noun: Word) -> bool:
    refused = any(c.dep_ in {"det", "cc:preconj"} and c.lower_ in {"no", "neither"} for c in noun.children)
    return refused or noun.lower_ in {"nobody", "none"}


def _charges(clause: Word, verb: Word) -> bool:
    """Whether a verb takes a clause with "of" or "from" beside its object, as "accuse" and "stop" do."""
    operator = operator_of(verb) if verb.pos_ == "VERB" else None
    marked = any(c.dep_ in {"mark", "case"} and c.lower_ in {"of", "from"} for c in clause.children)
    return marked and operator is not None and operator.effect in {"accuse", "stop", "refuse", "fail"}


def governors(predicate: Word, support: Word | None) -> Iterator[tuple[Word, Word]]:
    """(governed, governor) pairs from a predicate up to the sentence's root, over clause-taking governors only."""
    current = support or predicate
    for _ in range(12):
        first = first_conjunct(current)
        head = first.head
        if head == first:
            return
        if first.dep_ == "acl" and head.dep_ == "obj" and _charges(first, head.head):
            head = head.head  # "accused its neighbour of sheltering …", with the charge hung on the neighbour
        if first.dep_ in CLAUSES or (first.dep_ in OBLIQUES | {"obj"} and first.pos_ in {"NOUN", "PROPN"}):
            yield first, head
        else:
            return
        current = head


def standing(predicate: Word, event: str, mode: str | None, support: Word | None) -> Standing:
    """The act after everything above it in the sentence has had its say."""
    out = Standing(event, mode)
    own = own_auxiliaries(predicate)
    if support is not None:
        own |= own_auxiliaries(support)
        if support.pos_ == "VERB" and _infinitive_root(support):
            own.add("future")
    elif predicate.pos_ == "VERB":
        if _infinitive_root(predicate):
            own.add("future")
        if predicate.dep_ == "conj":
            own |= (
                own_auxiliaries(predicate.head) & {"future", "hypothetical"} if not _has_auxiliary(predicate) else set()
            )
    _mark_auxiliaries(out, own, predicate)
    for low, high in governors(predicate, support):
        if low.dep_ in OBLIQUES | {"obj"}:
            effect = _nominal_effect(low, high)
            if effect is None:
                break
        else:
            effect = _effect(low, high)
            if effect == "":
                break
        _apply(out, effect, high)
        _mark_auxiliaries(out, own_auxiliaries(high) - ({"hypothetical"} if effect == "say" else set()), high)
        if low.dep_ in {"acl:relcl", "advcl:relcl"}:
            break
    return out


def _has_auxiliary(token: Word) -> bool:
    return any(c.dep_ in {"aux", "nsubj", "nsubj:pass"} for c in token.children)


def _infinitive_root(verb: Word) -> bool:
    """Headlines: "Israel to open embassy in Baku"; also "is to visit"."""
    if verb.tag_ != "VB":
        return False
    has_to = any(c.lower_ == "to" and c.dep_ in {"mark", "aux"} for c in verb.children)
    return has_to and verb.dep_ in {"ROOT", "parataxis", "acl:relcl"}


def _mark_auxiliaries(out: Standing, marks: set[str], token: Word) -> None:
    if "hypothetical" in marks and any(c.lower_ == "would" for c in token.children) and _reported(token):
        marks = (marks - {"hypothetical"}) | {"future"}  # "said it would send" is a plan, not a supposition
    for mark in marks:
        if mark == "negation" and "negation" in out.auxiliary:
            out.auxiliary.discard("negation")
        else:
            out.auxiliary.add(mark)


def _reported(token: Word) -> bool:
    current = first_conjunct(token)
    operator = operators().get((current.head.lemma_, "V"))
    return (
        current.dep_ in {"ccomp", "parataxis"}
        and operator is not None
        and operator.effect in {"say", "promise", "threaten", "intend"}
    )


def _class_of(token: Word) -> str:
    return {"VERB": "V", "AUX": "V", "NOUN": "N", "PROPN": "N", "ADJ": "A"}.get(token.pos_, "")


def operator_of(token: Word) -> Operator | None:
    """The operator that a token is, if it is one; "rule out" and the like by their particle."""
    if token.lemma_ not in _first_words():
        return None
    word_class = _class_of(token)
    for child in token.children:
        if child.dep_ in {"compound:prt", "advmod"} and (
            found := operators().get((f"{token.lemma_} {child.lower_}", word_class))
        ):
            return found
    return operators().get((token.lemma_, word_class))


def _effect(low: Word, high: Word) -> str:
    """What a clause's governor does to it; "" where the clause stands on its own."""
    marks = {c.lower_ for c in low.children if c.dep_ in {"mark", "case"}}
    dep = low.dep_
    operator = operator_of(high)
    if dep in {"acl:relcl", "advcl:relcl"}:
        return ""
    if dep in {"advcl"}:
        if marks & _IF:
            return "consider"
        if operator and operator.effect in {
            "accuse",
            "deny",
            "request",
            "stop",
            "refuse",
            "threaten",
            "promise",
            "oppose",
        }:
            if marks & {"of", "for", "from", "to", "against", "with"} or (operator.effect == "stop" and not marks):
                return operator.effect
            return ""
        if marks == {"to"} and low.tag_ == "VB":
            if operator and operator.effect in {"intend", "fail"}:
                return operator.effect
            return "consider" if high.pos_ in {"VERB", "AUX"} else ""
        return ""
    if dep == "acl":
        if "to" in marks and any(c.dep_ == "amod" and c.lower_ in _SELECTED for c in high.children):
            return "fact"  # "the only state to object"
        if "to" in marks or marks & {"of", "for", "that"}:
            return operator.effect if operator else "consider" if "to" in marks else ""
        return ""
    if dep in {"xcomp", "ccomp", "csubj"}:
        if operator is None:
            return "consider" if dep == "xcomp" and "to" in marks else "say" if dep == "ccomp" else ""
        if (
            operator.effect == "intend"
            and high.lemma_ in _WANT
            and any(c.dep_ in {"obj", "iobj"} for c in high.children)
        ):
            return "request"  # "wants Oslo to withdraw"
        if operator.effect == "request" and dep == "ccomp" and high.lemma_ in _TELL and not _subjunctive(low):
            return "say"  # "told reporters that …", but "insisted that Oslo withdraw"
        if operator.effect == "say" and dep == "xcomp" and "to" in marks:
            return "say"
        if operator.effect == "threaten" and high.lemma_ in {"warn", "caution"} and not _own_threat(low):
            return "say"
        return operator.effect
    if dep == "parataxis":
        return "say" if operator and operator.effect == "say" else ""
    return ""


def _subjunctive(verb: Word) -> bool:
    """ "that Oslo withdraw", "that Oslo should withdraw": a bare or obliging verb asks, a finite one reports."""
    helpers = [c for c in verb.children if c.dep_ in {"aux", "aux:pass", "cop"}]
    first = min([verb, *helpers], key=lambda t: t.i)
    return first.tag_ == "VB" or first.lower_ in {"should", "must"}


def _own_threat(low: Word) -> bool:
    """ "Vestria warned it would shell": the warner is the one who would act (or the clause has no other subject)."""
    subject = next((c for c in low.children if c.dep_ in SUBJECTS | PASSIVE_SUBJECTS), None)
    return subject is None or subject.lower_ in {"it", "they", "he", "she", "we", "i"}


def _nominal_effect(low: Word, high: Word) -> str | None:
    """What a verb does to an act named by a noun in its object or complement ("denied the attack"); None = nothing."""
    operator = operator_of(high)
    if low.dep_ == "obj" and high.lemma_ in _DISMISS and any(c.dep_ in {"acl", "ccomp"} for c in low.children):
        told = operator_of(low)
        return "deny" if told and told.effect in {"say", "accuse", "consider"} else None  # "dismissed reports that …"
    if operator is None or high.pos_ not in {"VERB"}:
        return None
    name = preposition(low)
    if operator.effect in {
        "deny",
        "consider",
        "fail",
        "threaten",
        "request",
        "refuse",
        "promise",
        "intend",
        "accuse",
        "oppose",
    } and (low.dep_ == "obj" or name in {"for", "of", "on", "against", "with", "to"}):
        return operator.effect
    return None


def _apply(out: Standing, effect: str, operator: Word) -> None:
    """Changes the act by one operator."""
    if effect in {"", "fact"}:
        return
    out.path.append(f"{effect}:{operator.lemma_}")
    event, cooperative = out.event, out.event in COOPERATION
    if effect == "say":
        if out.speaker is None:
            out.speaker = next(iter(_roles(operator).get("subj")), None)
        return
    if effect == "deny" or effect == "fail":
        out.auxiliary ^= {"negation"}
        if effect == "deny" and out.speaker is None:
            out.speaker = next(iter(_roles(operator).get("subj")), None)
    elif effect == "consider":
        out.auxiliary.add("hypothetical")
    elif effect == "cause":
        return
    elif effect == "stop":
        if event in STOPPED:
            out.event, out.mode = STOPPED[event]
    elif effect == "intend" or (effect == "promise" and cooperative):
        if event not in {"AGREE", "THREATEN", "REQUEST"}:  # these speak of the future already
            out.auxiliary.add("future")
    elif effect in {"threaten", "promise"}:
        if cooperative and event not in {"RETREAT"}:
            out.auxiliary.add("future")
        else:
            out.event, out.mode = "THREATEN", _threat_mode(event, out.mode)
            out.auxiliary -= {"future", "hypothetical"}
            out.source = None
    elif effect == "refuse":
        if cooperative:
            out.event, out.mode = "REJECT", ASKED_MODES.get(event)
            out.auxiliary -= {"future", "hypothetical"}
        else:
            out.auxiliary ^= {"negation"}
    elif effect == "oppose":
        out.event, out.mode = "REJECT", "change"
        out.auxiliary -= {"future", "hypothetical"}
        out.source, out.agent_is_target = _roles(operator).get("subj"), out.source is None
    elif effect == "request":
        negated = "negation" in out.auxiliary
        out.event, out.mode = "REQUEST", "yield" if negated and not cooperative else ASKED_MODES.get(event, "change")
        out.auxiliary -= {"future", "hypothetical", "negation"}
        _turn(out, operator)
    elif effect == "accuse":
        out.event, out.mode = "ACCUSE", "allege"
        out.auxiliary -= {"future", "hypothetical", "negation"}
        _turn(out, operator)
        out.alleged = True


def _turn(out: Standing, operator: Word) -> None:
    """The operator's subject now acts, on whoever was to act or is said to have acted."""
    if out.source is None:
        out.agent_is_target = True
    else:
        out.target = out.source
        out.agent_is_target = False
    out.source = _roles(operator).get("subj")


def _roles(operator: Word) -> Arguments:
    if operator.pos_ in {"VERB", "AUX"}:
        return verb_arguments(operator)
    if operator.pos_ == "ADJ":
        return adjective_arguments(operator)
    return noun_arguments(operator)


def _threat_mode(event: str, mode: str | None) -> str | None:
    if event == "COERCE" and mode in {"arrest", "deport"}:
        return "arrest" if mode == "arrest" else "expel"
    if event == "SANCTION":
        return {"expel": "expel", "withdraw": "relations"}.get(mode or "", "restrict")
    return THREAT_MODES.get(event)


def reduced(
    event: str, mode: str | None, auxiliary: set[str], own_threat: bool = False
) -> tuple[str, str | None, tuple[str, ...]]:
    """PLOVER's reductions (codebook section 5): a future CONSULT, SUPPORT, COOPERATE or AID is AGREE, and so on."""
    return _reduced(event, mode, frozenset(auxiliary), own_threat)


@functools.cache
def _reduced(
    event: str, mode: str | None, auxiliary: frozenset[str], own_threat: bool
) -> tuple[str, str | None, tuple[str, ...]]:
    ontology = load_ontology()
    if {"future", "negation"} <= auxiliary and event in ASKED_MODES and "hypothetical" not in auxiliary:
        # "will not free the pilots" refuses; it does not merely fail to happen (codebook, REJECT).
        event, mode, auxiliary = "REJECT", ASKED_MODES[event], auxiliary - {"future", "negation"}
    order = [name for name in ("historical", "future", "hypothetical", "negation") if name in auxiliary]
    event, mode, rest = ontology.reduce(event, mode, tuple(order), own_threat=own_threat)
    return event, mode, tuple(rest)
