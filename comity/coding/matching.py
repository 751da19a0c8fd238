"""Which lexicon row fits a predicate.

In: a token and its arguments. Out: the most specific row whose constraints hold, and the tokens in its roles.
"""

from __future__ import annotations

from collections.abc import Callable

from comity.language.lemmas import regular_lemmas
from comity.language.parse import Word

from .arguments import OBLIQUES, Arguments, conjuncts, preposition
from .lexicon import Constraint, Lexicon, Row, WordClass

NamesActor = Callable[[Word], bool]
NamesPlace = Callable[[Word], bool]

# In these roles a place is no party; after a preposition it stands for its state ("flew tents to Benghazi").
_CORE = frozenset({"subj", "obj", "iobj"})
_SPELLINGS = (("ize", "ise"), ("ise", "ize"), ("yze", "yse"), ("yse", "yze"), ("or", "our"), ("our", "or"), ("fense", "fence"),
              ("fence", "fense"))  # fmt: skip


_KEPT = 200_000  # words whose rows are remembered


def word_class(token: Word) -> WordClass | None:
    """The lexicon's class of a token."""
    if token.pos_ in {"VERB", "AUX"}:
        return "V"
    if token.pos_ in {"NOUN", "PROPN"}:
        return "N"
    return "A" if token.pos_ == "ADJ" else None


def rows_of(lexicon: Lexicon, token: Word) -> tuple[Row, ...]:
    """The rows that a token could be, whatever its lemma's spelling. Where the coarse and the fine tag disagree ("launches
    airstrikes" as a verb with a noun's tag), the fine one is tried second."""
    key = (token.text, token.lemma_, token.pos_, token.tag_, token.i > 0)
    found = lexicon.read.get(key)
    if found is None:
        if len(lexicon.read) > _KEPT:
            lexicon.read.clear()
        found = lexicon.read[key] = _rows_of(lexicon, token)
    return found


def _rows_of(lexicon: Lexicon, token: Word) -> tuple[Row, ...]:
    kind = word_class(token)
    if kind is None or (token.pos_ == "PROPN" and token.text[:1].isupper() and token.i and not token.text.isupper()):
        return ()
    for pos, group in ((token.pos_, kind), _FINE.get(token.tag_[:2], (token.pos_, kind))):
        for lemma in [token.lemma_.lower(), *regular_lemmas(token.text, pos)]:
            for spelling in (lemma, *_variants(lemma)):
                if rows := lexicon.of(spelling, group):
                    return rows
    return ()


_FINE: dict[str, tuple[str, WordClass]] = {"NN": ("NOUN", "N"), "VB": ("VERB", "V")}


def adjective_rows(lexicon: Lexicon, token: Word) -> tuple[Row, ...]:
    """The adjective rows of a participle ("is prepared for talks"), which the parser may take for a passive."""
    return lexicon.of(token.lower_, "A") if token.tag_ in {"VBN", "VBD", "VBG"} else ()


def _variants(lemma: str) -> list[str]:
    return [lemma[: -len(a)] + b for a, b in _SPELLINGS if lemma.endswith(a)]


def best_row(
    rows: tuple[Row, ...], token: Word, arguments: Arguments, names_actor: NamesActor, names_place: NamesPlace
) -> Row | None:
    """The first, hence most specific, row that fits; None if none does."""
    for row in rows:
        if all(particle_there(token, p) for p in row.particles) and all(
            holds(c, token, arguments, names_actor, names_place) for c in row.constraints
        ):
            return row
    return None


def particle_there(token: Word, particle: str) -> bool:
    """Whether a verb has this particle or adverb beside it ("called the talks off")."""
    for child in token.children:
        if child.lower_ == particle and (
            child.dep_ in {"compound:prt", "advmod", "case", "obl", "mark", "xcomp", "compound"}
        ):
            return True
        # The parser often gives "pulled out of talks" as one multiword preposition.
        if child.dep_ in OBLIQUES and any(c.dep_ == "case" and c.lower_ == particle for c in child.children):
            return True
    return False


def holds(
    constraint: Constraint, token: Word, arguments: Arguments, names_actor: NamesActor, names_place: NamesPlace
) -> bool:
    """Whether one constraint holds. A named place is a territory ("withdrew from Crimea")."""
    fillers = constituents(constraint.role, token, arguments, loose=bool(constraint.words))
    if constraint.absent:
        return not fillers
    if not constraint.words and not constraint.actor:
        return bool(fillers)
    territory = "territory" in constraint.words
    return any(
        (bool(constraint.words) and fits_words(t, constraint.words))
        or (constraint.actor and (names_actor(t) or (constraint.role not in _CORE and names_place(t))))
        or (territory and names_place(t))
        for t in fillers
    )


def constituents(role: str, token: Word, arguments: Arguments, loose: bool = True) -> list[Word]:
    """The heads that a constraint's role speaks of. `loose`: an infinitive after "to" counts as a noun after "to"."""
    if role in {"xcomp", "ccomp"}:
        return [c for c in token.children if c.dep_ in {"xcomp", "ccomp", "advcl"}]
    if role in {"amod", "compound"}:
        return [c for c in token.children if c.dep_ in {"amod", "compound", "nmod:desc", "nmod:poss"}]
    if role == "poss":
        return arguments.get("poss")
    out = [t for head in arguments.get(role) for t in conjuncts(head)]
    if not out and loose and role not in {"subj", "obj", "iobj"}:
        # "took Oslo to court" is often read as an infinitive.
        out = [
            c
            for c in token.children
            if c.dep_ in {"xcomp", "advcl"} and any(m.lower_ == role and m.dep_ == "mark" for m in c.children)
        ]
    if role == "of" and not out:
        out = [c for c in token.children if c.dep_ in OBLIQUES and preposition(c) == "of"]
    return out


def fits_words(token: Word, words: frozenset[str]) -> bool:
    """Whether a phrase's head is one of these words, by lemma, form, or the last two words of a compound; the noun behind
    "a number of", "dozens of" counts as the head."""
    if token.lemma_.lower() in words or token.lower_ in words:
        return True
    if any(lemma in words for lemma in regular_lemmas(token.text, "NOUN")):
        return True
    if token.i and f"{token.nbor(-1).lower_} {token.lemma_.lower()}" in words:
        return True
    hyphen = token.i > 1 and token.nbor(-1).text == "-"
    if hyphen and f"{token.nbor(-2).lower_}-{token.lower_}" in words:
        return True
    if token.lemma_ in _COLLECTIVES and any(c.dep_ == "compound" and c.lemma_.lower() in words for c in token.children):
        return True
    if token.lemma_ in _QUANTITIES:
        return any(fits_words(c, words) for c in token.children if c.dep_ in OBLIQUES and preposition(c) == "of")
    return False


_QUANTITIES = frozenset(
    """number dozen hundred thousand million billion score series round group pair couple handful batch wave string part most
    some all one ton shipment delivery package type kind form member rest majority""".split()
)

# Heads that leave it to the word before them to say what is meant: "embassy staff", "radio relay".
_COLLECTIVES = frozenset(
    """staff personnel member team official worker group column convoy site facility system package operation station relay
    envoy chief head employee unit crew force shipment sale delivery""".split()
)
