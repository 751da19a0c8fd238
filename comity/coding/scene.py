"""Which actor a phrase stands for, in one sentence.

In: a parsed sentence, the mentions that lie in it, and what earlier sentences left in focus. Out: `Scene`, which turns
the head of a phrase into participants: the actor it names, or the owner of the thing it names ("Russia's airfields",
"the attack by Russia", "the Armenian-populated district").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from comity.language.parse import Parse, Word, places_of
from comity.records import Mention

from .arguments import OBLIQUES, PASSIVE_SUBJECTS, RELATIVE, SUBJECTS, conjuncts, preposition, verb_arguments

SectorOf = Callable[[str], str | None]

_OWNING = frozenset({"of", "by", "from", "in", "within", "inside", "across", "at", "near", "under", "for"})
_THEY = frozenset({"they", "them", "their", "theirs", "both", "each"})
_WE = frozenset({"we", "us", "our", "ours", "i", "me", "my"})
_IT = frozenset({"it", "its", "itself"})
_PERSON = frozenset({"he", "him", "his", "she", "her", "hers", "himself", "herself"})
_DYAD_HEADS = frozenset(
    """country nation state side leader president government neighbour neighbor party minister capital army premier diplomat
    official ally rival foe counterpart republic""".split()
)
_STATE_WORDS = frozenset("country state nation republic kingdom sultanate emirate island archipelago monarchy".split())
_ORGAN_WORDS = frozenset("ministry government cabinet army parliament presidency embassy military navy kremlin".split())
_GROUP_WORDS = frozenset("group militant rebel insurgent militia movement guerrilla faction fighter".split())
_PARTS = frozenset({"two", "both", "neighbouring", "neighboring", "rival", "warring", "former"})
# "The ministry", "the kingdom", "the militants": whoever of that kind was last spoken of (`Scene._definite`).
DEFINITE = _STATE_WORDS | _ORGAN_WORDS | frozenset(form for word in _GROUP_WORDS for form in (word, word + "s"))
_NAMED = frozenset({"name", "metonym", "person", "office", "organisation", "group"})

# What may stand for an actor that was named before, with the kinds of mention that it may stand for (`Scene._reference`).
REFERRING: dict[str, frozenset[str]] = {
    **dict.fromkeys(_THEY, _NAMED),
    **dict.fromkeys(_IT, _NAMED - {"person"}),
    **dict.fromkeys(_PERSON, frozenset({"person", "office"})),
    **dict.fromkeys(_WE, frozenset({"person"})),
    **dict.fromkeys(_STATE_WORDS, _NAMED - {"group", "organisation"}),
    **dict.fromkeys(_ORGAN_WORDS, _NAMED - {"group"}),
    **dict.fromkeys({form for word in _GROUP_WORDS for form in (word, word + "s")}, frozenset({"group"})),
    **dict.fromkeys({form for word in _DYAD_HEADS for form in (word + "s", word.removesuffix("y") + "ies")}, _NAMED),
}


@dataclass(frozen=True, slots=True)
class Found:
    """An actor found for a phrase: the mention, and how: `direct`, `owner`, `modifier` or `coreference`."""

    mention: Mention
    how: str
    sector: str | None


@dataclass(slots=True)
class Focus:
    """What the text has just spoken of: actors by recency (the last subject first), the last person, the last pair."""

    actors: list[Mention] = field(default_factory=list)
    person: Mention | None = None

    def copy(self) -> Focus:
        """A focus of its own with the same actors in it."""
        return Focus(list(self.actors), self.person)

    def see(self, mention: Mention, subject: bool) -> None:
        """Moves an actor to the front; a mention that is no subject goes behind the last subject."""
        self.actors = [m for m in self.actors if m.actor != mention.actor]
        self.actors.insert(0 if subject or not self.actors else 1, mention)
        del self.actors[4:]
        if mention.kind == "person":
            self.person = mention


class Scene:
    """One sentence with its mentions. Offsets of mentions are those of the document; `base` is the sentence's start."""

    def __init__(
        self,
        parse: Parse,
        base: int,
        mentions: Iterable[Mention],
        focus: Focus,
        sector_of: SectorOf,
        places: Iterable[Mention] = (),
        agentive: frozenset[str] | None = None,
    ) -> None:
        self.parse = parse
        self.base = base
        self.focus = focus
        self.sector_of = sector_of
        self.agentive = agentive
        self.mentions = tuple(mentions)
        self.places = tuple(places)
        self._at = self._tokens(self.mentions)
        self._places = self._tokens(self.places)
        # By identity: a mention from another sentence (out of the focus) has no tokens here.
        self._own: dict[int, list[Word]] = {}
        self._references: list[Mention] | None = None
        self.each_other = any(w.lower_ == "other" and w.i and parse[w.i - 1].lower_ == "each" for w in parse.words)
        for at in (self._at, self._places):
            for index in sorted(at):
                self._own.setdefault(id(at[index]), []).append(parse[index])

    def _tokens(self, mentions: Iterable[Mention]) -> dict[int, Mention]:
        out: dict[int, Mention] = {}
        offsets = [word.idx for word in self.parse.words]
        for mention in mentions:
            places = places_of(offsets, mention.start - self.base, mention.end - self.base)
            if places is not None:
                for place in range(places[0], places[1] + 1):
                    out.setdefault(place, mention)
        return out

    def names_place(self, token: Word) -> bool:
        """Whether a phrase's head is a named place below the state ("Crimea", "the city of Lachin")."""
        return token.i in self._places or (token.ent_type_ == "LOC" and token.i not in self._at)

    def mention_at(self, token: Word) -> Mention | None:
        """The mention that covers a token."""
        return self._at.get(token.i)

    def _tokens_of(self, mention: Mention) -> list[Word]:
        """The tokens that a mention of this sentence covers, in order."""
        return self._own.get(id(mention), [])

    def see(self, focus: Focus) -> None:
        """Leaves this sentence's actors in focus for the next one."""
        for mention in self.mentions:
            if mention.kind != "demonym":
                focus.see(mention, self._is_subject(mention))

    def names_actor(self, token: Word) -> bool:
        """Whether a phrase names an actor or belongs to one directly ("Minsk", "the Minsk government", "Minsk's airfields")."""
        if token.i in self._at:
            return True
        near = [c for c in token.children if c.dep_ in {"nmod:poss", "amod", "compound", "appos", "flat", "nmod:desc"}]
        near += [c for c in token.children if c.dep_ == "nmod" and preposition(c) in {"of", "from", "in", "by"}]
        return any(c.i in self._at for c in near) or bool(self._reference(token))

    def participants(self, heads: Iterable[Word], subject: bool = False) -> list[Found]:
        """The actors behind phrase heads, each once, coordinated ones included. `subject`: things do not act, so an owner
        counts only if the thing is an organ, a group, or an act of its owner."""
        out: list[Found] = []
        for head in heads:
            for token in [*conjuncts(head), *self._misplaced(head)]:
                for found in self._of(token, subject, 0):
                    if not any(f.mention.actor == found.mention.actor and f.sector == found.sector for f in out):
                        out.append(found)
        return out

    def _misplaced(self, head: Word) -> list[Word]:
        """Officials coordinated with a phrase that the parser has hung on a name inside it ("the chairman of the agency of
        A, X, and the minister of B": the minister is said beside the chairman, not beside X)."""
        out = []
        for token in head.subtree:
            mention = self.mention_at(token)
            if token.dep_ != "conj" or mention is None or mention.kind not in {"person", "office"}:
                continue
            above = token.head
            while above != head and above.dep_ in {"appos", "flat", "nmod", "nmod:desc", "compound"}:
                above = above.head
            if above == head and token.head != head and self.mention_at(token.head) is None:
                out.append(token)
        return out

    def _of(self, token: Word, subject: bool, depth: int) -> list[Found]:
        if depth > 4:
            return []
        mention = self.mention_at(token)
        if mention is not None and self._stands_for(token, mention):
            return [Found(mention, "direct", mention.sector), *self._beside(token, mention)]
        named = any(c.dep_ == "appos" and c.i in self._at for c in token.children)  # "two states, Oslo and Bern, …"
        reference = [] if named else self._reference(token)
        if reference:
            return reference
        place = self._places.get(token.i)
        if place is not None:
            # What is done to a place is done to the state it belongs to; a place never acts.
            return [] if subject else [Found(place, "owner", None)]
        if token.pos_ in {"NOUN", "PROPN", "NUM", "ADJ", "PRON", "DET", "X", "VERB"}:
            return self._owner(token, subject, depth)
        return []

    def _beside(self, token: Word, mention: Mention) -> list[Found]:
        """ "Thai and Lao police": the mention covers the second adjective with its noun; the first shares the noun."""
        out = []
        for inner in self._tokens_of(mention):
            for part in conjuncts(inner):  # "the presidents of Chad, Niger and Mali": the office is said of all three
                other = self.mention_at(part)
                if other is not None and other is not mention and other.actor != mention.actor and inner != token:
                    out.append(Found(other, "direct", mention.sector))
        for child in token.children:
            if child.dep_ not in {"amod", "compound"}:
                continue
            for part in conjuncts(child):
                other = self.mention_at(part)
                if other is not None and other is not mention and other.actor != mention.actor and part.i < token.i:
                    out.append(Found(other, "owner", mention.sector))
        return out

    def _stands_for(self, token: Word, mention: Mention) -> bool:
        """A demonym used as adjective before a noun that the mention does not cover names an owner, not the phrase."""
        return not (
            mention.kind == "demonym"
            and token.dep_ in {"amod", "compound"}
            and self._at.get(token.head.i) is not mention
        )

    def _owner(self, token: Word, subject: bool, depth: int) -> list[Found]:
        sector = self.sector_of(token.lemma_) or self.sector_of(token.lower_)
        groups: tuple[tuple[str, ...], ...] = (
            ("appos", "flat"),
            ("nmod:poss",),
            ("amod", "compound", "nmod:desc", "det"),
            tuple(OBLIQUES),
            ("its",),
        )
        if subject and sector is None and not self.may_act(token):
            groups = groups[:1]
        for names in groups:
            out: list[Found] = []
            for child in token.children:
                # "its East African neighbours": a named owner comes before a pronoun.
                kind = "its" if child.dep_ == "nmod:poss" and child.pos_ == "PRON" else child.dep_
                if kind not in names:
                    continue
                if child.dep_ in OBLIQUES:
                    name = preposition(child)
                    if name not in _OWNING or (subject and sector is None and name not in {"of", "by", "from"}):
                        continue
                for part in conjuncts(child):
                    inner = self._adjective(part) if child.dep_ in {"amod", "compound", "nmod:desc", "det"} else []
                    for found in inner or self._of(part, subject, depth + 1):
                        how = "direct" if child.dep_ in {"appos", "flat"} else "owner"
                        seat = found.mention.kind in {"metonym", "person", "office", "organisation", "group"}
                        out.append(
                            Found(found.mention, how, sector or (found.sector if how == "direct" or seat else None))
                        )
            if out:
                return out
        if not subject:
            # "an attempt to change Minsk's laws", "efforts against Oslo": who the noun's clause is about.
            for child in token.children:
                if child.dep_ in {"acl", "acl:relcl"} and child.tag_ in {"VBN"}:
                    for inner_child in child.children:
                        if inner_child.dep_ in OBLIQUES and (found_in := self._of(inner_child, True, depth + 1)):
                            return [Found(f.mention, "owner", sector) for f in found_in]
        return self._definite(token)

    def _definite(self, token: Word) -> list[Found]:
        """ "The ministry", "the kingdom", "the militants": the actor of that kind last spoken of."""
        determined = any(c.dep_ == "det" and c.lower_ in {"the", "this", "that"} for c in token.children)
        if not determined or (token.tag_ != "NN" and token.lemma_ not in _GROUP_WORDS):
            return []
        word = token.lemma_.lower()
        if word in _STATE_WORDS:
            found = self._before(token, lambda m: m.kind not in {"group", "organisation"})
        elif word in _ORGAN_WORDS:
            found = self._before(token, lambda m: m.kind not in {"group"})
            if found is not None:
                return [Found(found.mention, "coreference", self.sector_of(word) or "GOV")]
        elif word in _GROUP_WORDS:
            found = self._before(token, lambda m: m.kind == "group")
        else:
            return []
        return [found] if found else []

    def may_act(self, noun: Word) -> bool:
        """Whether what a noun names can act for its owner: people, organs, arms and acts can, salmon and storms cannot."""
        if self.agentive is None or noun.pos_ not in {"NOUN"}:
            return True
        return noun.lemma_.lower() in self.agentive or noun.lower_ in self.agentive

    def _adjective(self, token: Word) -> list[Found]:
        mention = self.mention_at(token)
        return [Found(mention, "direct", mention.sector)] if mention is not None else []

    def _reference(self, token: Word) -> list[Found]:
        """Pronouns and "the two countries": the actors in focus, this sentence's earlier mentions first."""
        word = token.lower_
        if token.dep_ == "expl" and token.head.lemma_ not in _DYAD_HEADS:
            return []  # but "it was the only country to object" does speak of somebody
        if word in RELATIVE and token.dep_ in SUBJECTS:
            return []
        if word == "whose":
            clause = next((t for t in token.ancestors if t.dep_ == "acl:relcl"), None)
            return self._of(clause.head, True, 3) if clause is not None else []
        if word in _IT and token.pos_ == "PRON":
            found = self._before(token, lambda m: m.kind != "person")
            return [found] if found else []
        if word in _PERSON and token.pos_ == "PRON":
            found = self._before(token, lambda m: m.kind in {"person", "office"})
            return [found] if found else []
        if word in _WE and token.pos_ == "PRON":
            # "“We will not attend,” the minister said": whoever speaks in this sentence, else whoever spoke last.
            speakers = [m for m in self.mentions if self._is_subject(m)] or [m for m in (self.focus.person,) if m]
            return [Found(speakers[-1], "coreference", speakers[-1].sector)] if speakers else []
        if (word in _THEY and token.pos_ == "PRON") or self._dyad_phrase(token):
            barred = self._barred(token)
            pair = [m for m in self._pair(token) if m.actor not in barred]
            return [Found(m, "coreference", m.sector) for m in pair]
        return []

    def _dyad_phrase(self, token: Word) -> bool:
        if token.lemma_ not in _DYAD_HEADS or token.tag_ not in {"NNS", "NNPS"}:
            return False
        words = {c.lower_ for c in token.children if c.dep_ in {"nummod", "det", "amod", "cc:preconj", "det:predet"}}
        return bool(words & _PARTS) or (
            words == {"the"} and token.lemma_ in {"country", "side", "nation", "neighbour", "neighbor"}
        )

    def _before(self, token: Word, fits: Callable[[Mention], bool]) -> Found | None:
        barred = self._barred(token)
        own = [m for m in self.mentions if m.end <= self.base + token.idx and fits(m) and m.actor not in barred]
        subjects = [m for m in own if self._is_subject(m)]
        # A subject of the same sentence is the likeliest antecedent, then what the last sentences left in focus.
        chosen = subjects[-1:] or [m for m in self.focus.actors if fits(m) and m.actor not in barred][:1] or own[-1:]
        person = self.focus.person
        if person is not None and token.lower_ in _PERSON and not subjects and fits(person):
            chosen = [person]
        return Found(chosen[0], "coreference", chosen[0].sector) if chosen else None

    def _barred(self, token: Word) -> set[str]:
        """The actors that a pronoun cannot stand for. "Malawi sent it maize": an object is not its own clause's subject
        ("itself" would be)."""
        if token.dep_ not in {"obj", "iobj", "obl"}:
            return set()
        verb = token.head
        subjects = verb_arguments(verb).get("subj") if verb.pos_ == "VERB" else []
        return {m.actor for c in subjects for t in c.subtree if (m := self.mention_at(t)) is not None}

    def _is_subject(self, mention: Mention) -> bool:
        return any(t.dep_ in SUBJECTS | PASSIVE_SUBJECTS for t in self._tokens_of(mention))

    def _pair(self, token: Word) -> list[Mention]:
        own: list[Mention] = []
        for mention in reversed([m for m in self.mentions if m.end <= self.base + token.idx]):
            if all(m.actor != mention.actor for m in own):
                own.append(mention)
        pool = own[:2]
        for mention in self.focus.actors:
            if len(pool) >= 2:
                break
            if all(m.actor != mention.actor for m in pool):
                pool.append(mention)
        return pool[:2][::-1] if len(pool) == 2 else []

    def references(self) -> list[Mention]:
        """The pronouns and definite phrases of the sentence ("it", "both sides", "the kingdom") as mentions of the actors that
        they stand for, of kind "coreference"."""
        if self._references is not None:
            return self._references
        out: list[Mention] = []
        for token in self.parse:
            if token.i in self._at or token.pos_ not in {"PRON", "NOUN"}:
                continue
            for found in self._reference(token) or (self._definite(token) if token.pos_ == "NOUN" else []):
                start = self.base + token.idx
                end = start + len(token.text)
                actor, sector = found.mention.actor, found.sector
                reference = Mention(
                    text=token.text, start=start, end=end, actor=actor, sector=sector, kind="coreference"
                )
                self._own[id(reference)] = [token]
                out.append(reference)
        self._references = out
        return out

    def head_of(self, mention: Mention) -> Word | None:
        """The token of a mention whose governor lies outside it."""
        at = self._places if mention.kind == "place" else self._at
        for token in self._tokens_of(mention):
            if token.head.i == token.i or at.get(token.head.i) is not mention:
                return token
        return None
