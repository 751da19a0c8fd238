"""Who stands in which role of a predicate, the same in every construction.

In: a token of a parsed sentence (Universal Dependencies). Out: `Arguments`, a map from logical role to the heads of the
phrases that fill it. Active and passive, relative, participle and infinitive clauses, conjunctions, support verbs and
possessives all give the same roles (`subj`, `obj`, `iobj`, and prepositions by name); see data/lexicon/README.md.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from comity.language.parse import Word
from comity.tables import read_table

from .lexicon import FOLDER

SUBJECTS = frozenset({"nsubj", "csubj", "nsubj:outer"})
PASSIVE_SUBJECTS = frozenset({"nsubj:pass", "csubj:pass"})
OBLIQUES = frozenset({"obl", "obl:agent", "nmod", "nmod:desc", "obl:unmarked", "nmod:unmarked"})
CLAUSES = frozenset({"xcomp", "ccomp", "advcl", "acl", "acl:relcl", "advcl:relcl", "csubj", "parataxis"})
RELATIVE = frozenset({"who", "which", "that", "whom", "whose"})

Roles = dict[str, list[Word]]


@dataclass(slots=True)
class Arguments:
    """The roles of one predicate. `passive`: its form is passive; `support`: the light verb that carries a noun."""

    predicate: Word
    roles: Roles = field(default_factory=dict)
    passive: bool = False
    support: Word | None = None

    def add(self, role: str, token: Word) -> None:
        """Adds a phrase head to a role once."""
        group = self.roles.setdefault(role, [])
        if token not in group:
            group.append(token)

    def get(self, role: str) -> list[Word]:
        """The heads in a role."""
        return self.roles.get(role, [])


@functools.cache
def light_verbs() -> dict[str, frozenset[str]]:
    """Light verbs by lemma, each with the prepositions by which it may take its noun ("" = as object)."""
    table: dict[str, set[str]] = {}
    for _, row in read_table(Path(FOLDER) / "light_verbs.csv"):
        table.setdefault(row["verb"], set()).add(row["preposition"])
    return {verb: frozenset(prepositions) for verb, prepositions in table.items()}


def conjuncts(token: Word) -> Iterator[Word]:
    """A token and what is coordinated with it ("A, B and C")."""
    yield token
    for child in token.children:
        if child.dep_ == "conj":
            yield from conjuncts(child)


def first_conjunct(token: Word) -> Word:
    """The first of what a token is coordinated with, which carries the role and preposition of all of them."""
    while token.dep_ == "conj" and token.head != token:
        token = token.head
    return token


def preposition(token: Word) -> str:
    """The preposition of a phrase, lower case, multiword ones joined by a blank; "" where there is none."""
    words: list[str] = []
    for child in token.children:
        if child.dep_ == "case" and child.tag_ != "POS":
            words += [child.lower_, *(c.lower_ for c in child.children if c.dep_ == "fixed")]
    return " ".join(words)


def is_passive(verb: Word) -> bool:
    """Whether a verb stands in the passive; a bare past participle that modifies a noun does."""
    if any(c.dep_ == "aux:pass" for c in verb.children):
        return True
    if any(c.dep_ in PASSIVE_SUBJECTS for c in verb.children):
        # "it had attacked Oslo", misread as passive, shows by its object.
        return not any(c.dep_ == "obj" for c in verb.children)
    if any(c.dep_ == "obl:agent" for c in verb.children):
        return not any(c.dep_ in {"nsubj", "obj"} for c in verb.children)
    if verb.tag_ != "VBN" or any(c.dep_ in {"aux", "nsubj"} for c in verb.children):
        return False
    if verb.dep_ in {"acl", "amod"}:
        # "rangers pointed rifles at monks", misread as a participle, shows by its object.
        return not any(c.dep_ == "obj" for c in verb.children)
    # "was condemned and expelled": a conjunct without auxiliary and object of its own shares the voice.
    if verb.dep_ == "conj" and verb.head.pos_ == "VERB":
        return is_passive(verb.head) and not any(c.dep_ == "obj" for c in verb.children)
    return verb.dep_ in {"advcl"} and not any(c.dep_ == "obj" for c in verb.children)


def _said_of(verb: Word) -> list[Word]:
    """The subject of what is said, where the parser has hung it on the verb of saying behind it."""
    if verb.dep_ != "ccomp" or verb.i > verb.head.i:
        return []
    subjects = [c for c in verb.head.children if c.dep_ in SUBJECTS]
    early = [c for c in subjects if c.i < verb.i]
    return early if len(subjects) > len(early) else []


def verb_arguments(verb: Word, depth: int = 0) -> Arguments:
    """The logical roles of a verb."""
    out = Arguments(verb, passive=is_passive(verb))
    surface: list[Word] = []
    for child in verb.children:
        dep = child.dep_
        if dep in SUBJECTS or dep in PASSIVE_SUBJECTS:
            surface.append(_relative_target(child, verb))
        elif dep == "obj":
            out.add("obj", _relative_target(child, verb))
        elif dep == "iobj":
            out.add("iobj", _relative_target(child, verb))
        elif dep in OBLIQUES:
            _add_oblique(out, _relative_target(child, verb), child)
    said_before = [c for c in verb.children if c.dep_ == "ccomp" and c.i < verb.i]
    if said_before and len(surface) > 1:
        # "Oslo left, the ministry said" with both subjects hung on "said": the first is that of what is said.
        surface = [t for t in surface if t.i > said_before[0].i] or surface
    if not surface:
        surface = _said_of(verb) or inherited_subject(verb, depth)
    if out.get("iobj") and not out.get("obj") and not out.passive:
        out.roles["obj"] = list(out.get("iobj"))  # "warned the Philippines": a lone object, whatever its label
    has_object = bool(out.get("obj"))
    for token in surface:
        if not out.passive:
            out.add("subj", token)
        elif has_object:
            out.add("iobj", token)  # "was given aid"
        else:
            out.add("obj", token)
    if out.passive:
        for token in out.roles.pop("by", []):
            out.add("subj", token)
    if verb.dep_ in {"acl:relcl"} and not has_object and not out.passive:
        # "the treaty that Norway signed": the gap is the object when the clause has its own subject.
        own = [c for c in verb.children if c.dep_ in SUBJECTS and c.lower_ not in RELATIVE]
        if own and not any(c.dep_ in {"obl", "ccomp", "xcomp"} and c.lower_ in RELATIVE for c in verb.children):
            out.add("obj", verb.head)
    if verb.dep_ == "amod" and verb.tag_ == "VBN":
        # "Russian-brokered ceasefire": the word before the hyphen acts. The parser hangs it on the noun or the participle.
        before = verb.i - 2
        if before >= 0 and verb.nbor(-1).text in {"-", "–"}:
            out.add("subj", verb.nbor(-2))
        elif verb.i and verb.nbor(-1).pos_ in {"PROPN", "NOUN", "ADJ"} and verb.head.i > verb.i and not out.get("subj"):
            out.add("subj", verb.nbor(-1))  # "Denmark froze aid", misread as a noun phrase
        if out.passive:
            out.add("obj", verb.head)
    _attach_noun_phrases(out)
    return out


def _names(name: str) -> list[str]:
    """The roles of a preposition: itself, and each word of a multiword one ("out of" is also "of")."""
    return [name, *name.split()] if " " in name else [name]


def _add_oblique(out: Arguments, token: Word, child: Word) -> None:
    name = preposition(child)
    if child.dep_ == "obl:agent":
        out.add("by", token)
    elif name:
        for role in _names(name):
            out.add(role, token)


_LINES = frozenset({"border", "frontier", "boundary", "line"})  # "near the border with Chad" is nothing done with Chad


def _attach_noun_phrases(out: Arguments) -> None:
    """Prepositions inside the object or an oblique count as the verb's too: "signed [an accord with Oman]"."""
    nouns = list(out.get("obj")) + [
        t for role, group in out.roles.items() if role not in {"subj", "obj", "iobj"} for t in group
    ]
    for noun in nouns:
        if noun.pos_ not in {"NOUN", "NUM"} or (noun.head != out.predicate and noun not in out.get("obj")):
            continue
        for child in noun.children:
            if child.dep_ in OBLIQUES:
                name = preposition(child)
                if name and name not in {"of", "by"} and noun.lemma_ not in _LINES:
                    out.add(name, child)
        for word in noun.children:
            if word.dep_ == "acl" and word.pos_ == "VERB" and word.tag_ in {"VBN", "VBG"}:
                for child in word.children:
                    if child.dep_ in OBLIQUES and (name := preposition(child)):
                        out.add(name, child)


def _relative_target(child: Word, verb: Word) -> Word:
    """A relative pronoun stands for the noun that its clause hangs on."""
    if child.lower_ in RELATIVE and child.tag_ in {"WP", "WDT", "WP$", "IN"}:
        clause = verb
        while clause.dep_ in {"conj", "xcomp", "ccomp"} and clause.head is not clause:
            clause = clause.head
        if clause.dep_ in {"acl:relcl", "acl"}:
            return clause.head
    return child


def inherited_subject(verb: Word, depth: int = 0) -> list[Word]:
    """The surface subject that a verb without one of its own takes from what governs it."""
    if depth > 6:
        return []
    head, dep = verb.head, verb.dep_
    if head == verb:
        return []
    if dep in {"acl", "acl:relcl", "amod"} and head.pos_ in {"NOUN", "PROPN", "PRON", "NUM"}:
        if verb.tag_ in {"VBG", "VBN"} and not any(c.dep_ == "mark" for c in verb.children):
            return [head]
        if dep == "acl:relcl" and any(c.lower_ in RELATIVE for c in verb.children):
            return []
        # "is the only state to object": the infinitive's subject is whoever the noun is said of.
        said_of = [c for c in head.children if c.dep_ in SUBJECTS or c.dep_ == "expl"]
        return said_of or noun_agents(head, depth + 1)
    if head.pos_ not in {"VERB", "AUX", "ADJ", "NOUN", "PROPN"}:
        return []
    if head.pos_ in {"NOUN", "PROPN"} and dep in {"xcomp", "ccomp", "advcl", "csubj", "acl"}:
        own = [c for c in head.children if c.dep_ in SUBJECTS or c.dep_ == "expl"]
        return own or noun_agents(head, depth + 1)
    objects = [c for c in head.children if c.dep_ in {"obj", "iobj"}]
    if dep in {"xcomp", "ccomp"} or (dep == "advcl" and _has_to(verb) and head.lemma_ in _OBJECT_CONTROL):
        if objects and not _subject_control(head):
            return [_relative_target(objects[0], head)]
        if dep == "xcomp" or not objects:
            called = [
                c for c in head.children if c.dep_ == "obl" and preposition(c) in {"on", "upon", "to", "for", "from"}
            ]
            if called and _calls_on(head):
                return called[:1]
    if dep == "advcl" and verb.tag_ == "VBG" and _mark(verb) == "for" and head.lemma_ in _PUNISH:
        # "imposed sanctions on Minsk for arming rebels": who is punished did it.
        near = [*head.children, *(g for o in objects for g in o.children)]
        punished = [c for c in near if c.dep_ in OBLIQUES and preposition(c) in {"on", "against", "upon"}]
        if punished:
            return punished[:1]
    if dep == "advcl" and objects and _blames(head) and _mark(verb) in {"of", "for", "over", "from", "with"}:
        return [_relative_target(objects[0], head)]
    surface = [_relative_target(c, head) for c in head.children if c.dep_ in SUBJECTS | PASSIVE_SUBJECTS]
    if surface:
        return surface
    return inherited_subject(head, depth + 1)


def noun_agents(noun: Word, depth: int = 0) -> list[Word]:
    """Who does what an action noun names: its possessor, its by-phrase, or the subject of the verb that carries it."""
    agents = [c for c in noun.children if c.dep_ == "nmod:poss"]
    agents += [c for c in noun.children if c.dep_ == "nmod" and preposition(c) in {"by", "of", "from"}]
    if agents:
        return agents[:1]
    if noun.dep_ in {"obj", "obl", "xcomp"} and noun.head.pos_ == "VERB" and depth < 6:
        roles = verb_arguments(noun.head, depth + 1)
        return roles.get("subj")
    return []


def _mark(verb: Word) -> str:
    return next((c.lower_ for c in verb.children if c.dep_ in {"mark", "case"}), "")


def _has_to(verb: Word) -> bool:
    return any(c.dep_ == "mark" and c.lower_ == "to" for c in verb.children)


# Verbs whose subject, not their object, does what the dependent infinitive says.
_SUBJECT_CONTROL = frozenset("promise vow pledge threaten use sign reach make hold take strike".split())
# Verbs whose object acts even where the parser takes the infinitive for an adverbial of purpose.
_OBJECT_CONTROL = frozenset(
    """urge ask tell order press pressure force compel allow invite persuade encourage help enable instruct convince push warn
    get want expect advise command oblige call implore appeal""".split()
)
_CALL_ON = frozenset("call appeal plead press prevail lean".split())
_PUNISH = frozenset("impose slap levy place put announce issue approve adopt file bring launch".split())
_BLAME = frozenset(
    """accuse blame condemn criticize criticise denounce fault slam charge suspect convict praise thank commend prevent stop
    dissuade sanction punish rebuke fine jail imprison arrest detain sentence expel sue prosecute indict blacklist ban""".split()
)


def _subject_control(verb: Word) -> bool:
    return verb.lemma_ in _SUBJECT_CONTROL


def _calls_on(verb: Word) -> bool:
    return verb.lemma_ in _CALL_ON


def _blames(verb: Word) -> bool:
    return verb.lemma_ in _BLAME


def noun_arguments(noun: Word) -> Arguments:
    """The logical roles of an action noun ("Ankara's condemnation of the raid", "voiced support for Oslo")."""
    out = Arguments(noun)
    for child in noun.children:
        dep = child.dep_
        if dep == "nmod:poss":
            out.add("subj", child)
            out.add("poss", child)
        elif dep in {"amod", "compound", "nmod:desc", "det"}:
            out.add("modifier", child)
        elif dep in OBLIQUES and (name := preposition(child)):
            out.add({"of": "obj", "by": "subj"}.get(name, name), child)
            for role in _names(name):
                out.add(role, child)
            for inner in child.children:
                # "a request for help to Oslo": a phrase inside a phrase still tells who the act is for.
                if inner.dep_ in OBLIQUES and (nested := preposition(inner)) not in {"", "of"}:
                    out.add("subj" if nested == "by" else nested, inner)
                    if nested == "by":
                        out.add("by", inner)
        elif dep in {"acl", "acl:relcl"} and child.tag_ in {"VBN", "VBG"}:
            for inner in child.children:
                if inner.dep_ in OBLIQUES and (name := preposition(inner)):
                    out.add("subj" if inner.dep_ == "obl:agent" or name == "by" else name, inner)
    verb = _support(noun)
    if verb is not None:
        out.support = verb
        roles = verb_arguments(verb)
        for role, tokens in roles.roles.items():
            for token in tokens:
                if token == noun or noun in conjuncts(token):
                    continue
                if role == "subj":
                    out.add("subj", token)
                    out.add("light subj", token)
                elif role == "obj":
                    out.add("obj" if noun.dep_ != "obj" else "other", token)
                else:
                    out.add(role, token)
    return out


def _support(noun: Word) -> Word | None:
    """The light verb that carries a noun, if there is one."""
    first = noun
    while first.dep_ == "conj" and first.head.pos_ == "NOUN":
        first = first.head
    verb = first.head
    if verb == first:
        return None
    table = light_verbs()
    if verb.pos_ == "VERB":
        ways = table.get(verb.lemma_)
        if ways is None:
            return None
        if first.dep_ in {"obj", "nsubj:pass"} and "" in ways:
            return verb
        if first.dep_ == "nsubj" and "subject" in ways:
            return verb
        if first.dep_ in OBLIQUES and preposition(first) in ways:
            return verb
    elif first.dep_ in {"acl", "acl:relcl"}:
        return None
    return None


def adjective_arguments(adjective: Word) -> Arguments:
    """The roles of a predicate adjective ("Oslo is critical of Minsk")."""
    out = Arguments(adjective)
    surface = [_relative_target(c, adjective) for c in adjective.children if c.dep_ in SUBJECTS | PASSIVE_SUBJECTS]
    for token in surface or (
        [adjective.head] if adjective.dep_ in {"amod", "acl:relcl", "acl"} else inherited_subject(adjective)
    ):
        out.add("subj", token)
    for child in adjective.children:
        if child.dep_ in OBLIQUES:
            _add_oblique(out, child, child)
    _attach_noun_phrases(out)
    return out
