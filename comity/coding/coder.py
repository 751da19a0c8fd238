"""Documents become events and claims: the coder.

In: Documents. Out: for each a `Coded` with its events, claims, or the reason why it could not be coded. Sentences without
an actor or without a word of the lexicon never reach the parser; the others of a whole batch are parsed together.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from spacy.tokens import Doc, Token

from comity.actors import ActorIndex, load_index
from comity.language.dates import DateSpan, find_dates
from comity.language.lemmas import irregular_verbs
from comity.language.pipeline import Pipeline, load_pipeline
from comity.language.quotations import QuotedSpan, quotations, reported_by
from comity.language.sentences import split
from comity.ontology import load_ontology
from comity.records import (
    Attribution,
    Claim,
    Document,
    Event,
    EventDate,
    Mention,
    Participant,
    Quote,
    stable_id,
)

from .arguments import CLAUSES, OBLIQUES, preposition
from .claims import Push, cues, pushes
from .classifier import Classifier, load_classifier
from .contexts import contexts_of
from .falsefriends import field_of
from .fusion import Opinion, candidates, fuse
from .lexicon import Lexicon, load_lexicon
from .operators import operators
from .predicates import Act, acts
from .scene import Focus, Found, Scene

Unwanted = Literal["no actor", "no word of the lexicon", "one party only", "false friend"]
HISTORICAL_DAYS = 365
_PRONOUNS = frozenset(
    """it its they them their he him his she her we us our both each who whose ministry government army kingdom republic
    country group militants rebels""".split()
)
_DYAD = re.compile(r"\b(?:two|both|neighbou?ring|rival|warring)\s+(?:\w+\s+)?(?:countries|sides|states|nations|leaders|presidents|"
                   r"governments|neighbou?rs|parties|ministers|capitals|republics|allies|rivals)\b|\bthe\s+(?:countries|neighbou?rs|sides)\b", re.I)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Coded:
    """A document with what was read in it. `failure` says why nothing could be, or is None."""

    document: Document
    events: tuple[Event, ...] = ()
    claims: tuple[Claim, ...] = ()
    failure: str | None = None
    sentences: int = 0
    parsed: int = 0


@dataclass(slots=True)
class Sentence:
    """A sentence on its way: where it stands, who is in it, and its parse once it has one."""

    number: int
    start: int
    end: int
    text: str
    mentions: list[Mention] = field(default_factory=list)
    places: list[Mention] = field(default_factory=list)
    doc: Doc | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence as it was read. `scene` is None where it was not parsed; it is good until the next step is taken."""

    sentence: Sentence
    scene: Scene | None = None
    acts: tuple[Act, ...] = ()
    events: tuple[Event, ...] = ()
    claims: tuple[Claim, ...] = ()


class Coder:
    """The coder with its model and tables. Holds no state between documents."""

    def __init__(
        self, pipeline: Pipeline, index: ActorIndex, lexicon: Lexicon, classifier: Classifier | None = None
    ) -> None:
        self.pipeline = pipeline
        self.classifier = classifier
        self.index = index
        self.lexicon = lexicon
        self._triggers, self._alone = _trigger_forms(lexicon)
        self._sectors = {head.phrase: head.sector for head in index.tables.heads}
        self._agentive = _agentive(lexicon) | frozenset(self._sectors)

    def code(self, documents: Sequence[Document]) -> list[Coded]:
        """The events and claims of documents, in order. A document that cannot be coded costs only itself."""
        plans = [refusal(document) or self._plan(document) for document in documents]
        self._parse([s for plan in plans if isinstance(plan, list) for s in plan])
        readings = [
            list(self._readings(document, plan)) if isinstance(plan, list) else []
            for document, plan in zip(documents, plans, strict=True)
        ]
        self._weigh([reading for group in readings for reading in group])
        return [_coded(document, plan, group) for document, plan, group in zip(documents, plans, readings, strict=True)]

    def steps(self, document: Document) -> Iterator[Step]:
        """What `code` does with one document, sentence by sentence, for `explain` to look at."""
        plan = self._plan(document)
        self._parse(plan)
        readings = list(self._readings(document, plan))
        self._weigh(readings)
        read = {reading.sentence.number: reading for reading in readings}
        for sentence in plan:
            reading = read.get(sentence.number)
            if reading is None:
                yield Step(sentence)
            else:
                yield Step(
                    sentence, reading.scene, tuple(reading.acts), tuple(reading.events()), tuple(reading.claims())
                )

    def _parse(self, plan: Iterable[Sentence]) -> None:
        wanted = [sentence for sentence in plan if self.unwanted(sentence) is None]
        for sentence, doc in zip(wanted, self.pipeline.annotate([s.text for s in wanted]), strict=True):
            sentence.doc = doc

    def _plan(self, document: Document) -> list[Sentence]:
        sentences = [
            Sentence(number, start, end, document.text[start:end])
            for number, (start, end) in enumerate(split(document.text))
        ]
        for mention, sentence in _within(self.index.mentions(document.text, document.published.date), sentences):
            sentence.mentions.append(mention)
        places = [
            Mention(text=p.text, start=p.start, end=p.end, actor=p.state, kind="place")
            for p in self.index.places(document.text)
            if p.state
        ]
        for place, sentence in _within(places, sentences):
            sentence.places.append(place)
        return sentences

    def unwanted(self, sentence: Sentence) -> Unwanted | None:
        """Why a sentence cannot hold an event or a claim, or None: it needs an actor (or "the two countries") and a word
        that may code, and must be no false friend. With one actor, the other must be a pronoun or the word one that codes
        without a second party."""
        both = _DYAD.search(sentence.text) is not None
        if not sentence.mentions and not both:
            return "no actor"
        words = set(re.findall(r"[a-z]+", sentence.text.lower()))
        actors = {m.actor for m in sentence.mentions} | {p.actor for p in sentence.places}
        pair = both or len(actors) > 1 or not words.isdisjoint(_PRONOUNS)
        if words.isdisjoint(self._triggers):
            return "no word of the lexicon"
        if not pair and words.isdisjoint(self._alone):
            return "one party only"
        return "false friend" if field_of(sentence.text) is not None else None

    def _readings(self, document: Document, plan: Sequence[Sentence]) -> Iterator[_Reading]:
        """The parsed sentences of a document with the acts that the rules read in them, in order."""
        focus = Focus()
        quotes = quotations(document.text)
        for sentence in plan:
            if sentence.doc is None or not len(sentence.doc):
                # Not parsed: its first name is the likeliest subject.
                for number, mention in enumerate(m for m in sentence.mentions if m.kind != "demonym"):
                    focus.see(mention, number == 0)
                continue
            # Each scene keeps the focus that it was read with: it is looked at again when the classifier has spoken.
            focus = focus.copy()
            scene = Scene(
                sentence.doc,
                sentence.start,
                sentence.mentions,
                focus,
                self._sectors.get,
                sentence.places,
                self._agentive,
            )
            yield _Reading(document, sentence, scene, quotes, acts(scene, self.lexicon))
            focus = focus.copy()
            scene.see(focus)

    def _weigh(self, readings: Sequence[_Reading]) -> None:
        """Lets the classifier, if there is one, speak on the pairs of all sentences at once."""
        if self.classifier is None:
            return
        asked = [
            (reading, pair) for reading in readings for pair in candidates(reading.scene, self.lexicon, reading.acts)
        ]
        items = []
        for reading, (source, target) in asked:
            base = reading.sentence.start
            spans = [(m.start - base, m.end - base) for m in (source, target)]
            items.append((reading.scene.doc, spans[0], spans[1]))
        table = self.classifier.probabilities(items)
        opinions: dict[int, list[Opinion]] = {}
        for (reading, (source, target)), row in zip(asked, table, strict=True):
            shares = dict(zip(self.classifier.types, row.tolist(), strict=True))
            opinions.setdefault(id(reading), []).append(Opinion(source, target, shares))
        for reading in readings:
            if id(reading) in opinions:
                reading.acts = fuse(reading.scene, reading.acts, opinions[id(reading)])


def _coded(document: Document, plan: list[Sentence] | str, readings: Sequence[_Reading]) -> Coded:
    if isinstance(plan, str):
        return Coded(document, failure=plan)
    events = tuple(event for reading in readings for event in reading.events())
    claims = tuple(claim for reading in readings for claim in reading.claims())
    return Coded(document, events, claims, None, len(plan), sum(s.doc is not None for s in plan))


def refusal(document: Document) -> str | None:
    """Why a document cannot be coded at all, or None."""
    if document.language != "en":
        return f"language {document.language!r} is not read yet; the document is kept, not coded"
    return None


def _within(mentions: Iterable[Mention], sentences: Sequence[Sentence]) -> Iterator[tuple[Mention, Sentence]]:
    """Each mention with the sentence that holds it; both come in order. One that crosses an end is dropped."""
    at = 0
    for mention in mentions:
        while at < len(sentences) and sentences[at].end <= mention.start:
            at += 1
        if at < len(sentences) and sentences[at].start <= mention.start and mention.end <= sentences[at].end:
            yield mention, sentences[at]


class _Reading:
    """One parsed sentence: its acts, and their records once they stand."""

    def __init__(
        self, document: Document, sentence: Sentence, scene: Scene, quotes: Sequence[QuotedSpan], found: list[Act]
    ) -> None:
        self.document = document
        self.sentence = sentence
        self.scene = scene
        self.acts = found
        self.pushes = pushes(scene)
        self.quotes = [q for q in quotes if q.start < sentence.end and q.end > sentence.start and not q.scare]
        self.published = document.published.date or datetime.date.today().isoformat()
        self._dates: dict[bool, tuple[DateSpan, ...]] = {}

    def events(self) -> list[Event]:
        """The acts as events; acts of one predicate share the first one's id as `link`."""
        out: list[Event] = []
        links: dict[tuple[int, str], str] = {}
        for act in self.acts:
            source, target = self._participant(act.source), self._participant(act.target) if act.target else None
            trigger = self._quote(act.trigger)
            identity = stable_id(
                self.document.id, self.sentence.start, trigger.start, trigger.end, source.actor, source.start,
                target.actor if target else None, target.start if target else None, act.event, *act.auxiliary,
            )  # fmt: skip
            date = self._date(act.trigger, "future" in act.auxiliary)
            auxiliary = act.auxiliary
            if date.end < _days_before(self.published, HISTORICAL_DAYS) and "historical" not in auxiliary:
                auxiliary = ("historical", *auxiliary)
            contexts = self._contexts(act)
            ontology = load_ontology()
            out.append(
                Event(
                    id=identity,
                    document=self.document.id,
                    sentence=self.sentence.number,
                    text=self.sentence.text,
                    start=self.sentence.start,
                    end=self.sentence.end,
                    trigger=trigger,
                    source=source,
                    target=target,
                    event=act.event,
                    mode=act.mode,
                    contexts=contexts,
                    quad=ontology.quad(act.event),
                    score=ontology.score(act.event, act.mode),
                    cameo=ontology.cameo(act.event, act.mode, contexts),
                    reciprocal=act.reciprocal,
                    auxiliary=auxiliary,  # type: ignore[arg-type]
                    date=date,
                    place=self._place(act),
                    attribution=self._attribution(act.trigger, act.speaker),
                    reported=self.published,
                    confidence=act.confidence,
                    link=links.setdefault((act.group, act.event), identity),
                    rule=act.rule,
                )
            )
        return out

    def claims(self) -> list[Claim]:
        """The pushes as claims."""
        return [self._claim(push) for push in self.pushes]

    def _claim(self, push: Push) -> Claim:
        """A push as a claim."""
        cue = self._quote(push.cue)
        a, b, third = push.a.mention.actor, push.b.mention.actor, push.third.mention.actor
        return Claim(
            id=stable_id(self.document.id, self.sentence.start, "claim", a, b, third, cue.start),
            document=self.document.id,
            sentence=self.sentence.number,
            text=self.sentence.text,
            start=self.sentence.start,
            end=self.sentence.end,
            a=a,
            b=b,
            third=third,
            direction=push.direction,
            cue=cue,
            attribution=self._attribution(push.cue, None),
            reported=self.published,
        )

    def _quote(self, token: Token) -> Quote:
        start = self.sentence.start + token.idx
        return Quote(text=token.text, start=start, end=start + len(token.text))

    def _participant(self, found: Found) -> Participant:
        mention = found.mention
        sector = found.sector
        if (
            sector is None
            and found.how != "modifier"
            and mention.kind in {"name", "metonym"}
            and len(mention.actor) == 3
        ):
            sector = "GOV"  # a state named bare acts through its government
        return Participant(text=mention.text, start=mention.start, end=mention.end, actor=mention.actor, sector=sector)

    def _contexts(self, act: Act) -> tuple[str, ...]:
        ontology = load_ontology()
        own = ontology.mode_contexts.get((act.event, act.mode or ""))
        found = {*act.contexts, *contexts_of(self.sentence.text), *([own] if own else [])}
        return tuple(c for c in ontology.contexts if c in found)

    def _spans(self, future: bool) -> tuple[DateSpan, ...]:
        if future not in self._dates:
            found = find_dates(self.sentence.text, self.published, future=future)
            self._dates[future] = tuple(d for d in found if d.kind != "modifier" or self._while(d))
        return self._dates[future]

    def _while(self, span: DateSpan) -> bool:
        """Whether a year before a noun dates the clause too: "in the 2020 war" does, "the 2015 deal" does not."""
        token = next((t for t in self.scene.doc if span.start <= t.idx < span.end), None)
        return token is not None and token.head.dep_ in OBLIQUES and preposition(token.head) in {"in", "during"}

    def _date(self, trigger: Token, future: bool) -> EventDate:
        """The date said of the trigger: in its own clause first, then in the clauses above it, else the document's."""
        spans = self._spans(future)
        if spans:
            tokens = {t.i: span for span in spans for t in self.scene.doc if span.start <= t.idx < span.end}
            current = trigger
            for _ in range(8):
                own = [tokens[t.i] for t in _clause(current) if t.i in tokens]
                if own:
                    return own[0].date
                # A relative clause has a time of its own.
                if current.head == current or current.dep_ in {"acl:relcl", "advcl:relcl"}:
                    break
                current = current.head
        return EventDate(start=self.published, end=self.published, basis="document")

    def _place(self, act: Act) -> str | None:
        for token in (act.trigger, act.trigger.head):
            for child in token.children:
                if child.dep_ in OBLIQUES and preposition(child) in {"in", "at", "near"} and child.ent_type_ == "LOC":
                    span = next((e for e in self.scene.doc.ents if e.start <= child.i < e.end), None)
                    start = self.sentence.start + child.idx
                    if span is not None and not (
                        act.target and act.target.mention.start <= start < act.target.mention.end
                    ):
                        return span.text
        return None

    def _attribution(self, trigger: Token, speaker: Token | None) -> Attribution:
        at = self.sentence.start + trigger.idx
        for quote in self.quotes:
            if quote.start <= at < quote.end:
                return Attribution(
                    kind="quoted", speaker=quote.speaker or (self._name(speaker) if speaker is not None else None)
                )
        if speaker is not None:
            return Attribution(kind="reported", speaker=self._name(speaker))
        cited = reported_by(self.sentence.text)
        return Attribution(kind="reported", speaker=cited[0]) if cited else Attribution(kind="author")

    def _name(self, speaker: Token) -> str:
        mention = self.scene.mention_at(speaker)
        if mention is not None:
            return mention.text
        left = [t for t in speaker.subtree if t.i <= speaker.i]
        return self.scene.doc[left[0].i : speaker.i + 1].text if left else speaker.text


def _clause(token: Token) -> list[Token]:
    """The tokens below one that belong to its own clause."""
    out: list[Token] = []
    queue = [token]
    while queue:
        current = queue.pop(0)
        out.append(current)
        queue.extend(
            c
            for c in current.children
            if c.dep_ not in CLAUSES - {"acl", "xcomp"} and not (c.dep_ == "conj" and c.pos_ == "VERB")
        )
    return out


def _days_before(date: str, days: int) -> str:
    return (datetime.date.fromisoformat(date) - datetime.timedelta(days=days)).isoformat()


def _trigger_forms(lexicon: Lexicon) -> tuple[frozenset[str], frozenset[str]]:
    """The word forms that may code: all of them, and those that may code with a single actor in the sentence."""
    lemmas = {row.lemma for row in lexicon} | {lemma for lemma, _ in operators()} | set(cues().nouns)
    alone = {row.lemma for row in lexicon if row.solo}
    return _forms(lemmas), _forms(alone)


# The word sets that name people, organs and arms: what can act for its owner.
_AGENTS = ("PERSON", "INDIVIDUAL", "TROOPS", "WEAPON", "AIRCRAFT", "VESSEL", "MISSILE", "BARRAGE", "POLICE_N", "FIGHTER_N",
           "CROWD", "LABOUR", "MEDIA", "DEADLY", "DIPLOMAT", "AIRSTRIKE")  # fmt: skip


def _agentive(lexicon: Lexicon) -> frozenset[str]:
    """The nouns that can act: people, organs, arms, and whatever the lexicon knows as an act ("Oslo's raid killed …")."""
    acts_named = {row.lemma for row in lexicon if row.word_class == "N"}
    return frozenset(acts_named).union(*(lexicon.sets.get(name, frozenset()) for name in _AGENTS))


def _forms(lemmas: Iterable[str]) -> frozenset[str]:
    """The inflected forms of lemmas, misspelt doubles included: a form too many costs a parse, one too few an event."""
    irregular: dict[str, list[str]] = {}
    for form, lemma in irregular_verbs().items():
        irregular.setdefault(lemma, []).append(form)
    out: set[str] = set()
    for lemma in lemmas:
        for word in re.findall(r"[a-z]+", lemma):
            stem = word.removesuffix("e")
            out |= {word, word + "s", word + "es", stem + "ed", stem + "ing", word + "ed", word + "ing"}
            out |= {stem + stem[-1:] + "ed", stem + stem[-1:] + "ing", *irregular.get(word, ())}
            if word.endswith("y"):
                out |= {word[:-1] + "ies", word[:-1] + "ied"}
            for a, b in (("ise", "ize"), ("ize", "ise"), ("our", "or"), ("or", "our")):
                if a in word:
                    changed = word.replace(a, b)
                    out |= {changed, changed + "s", changed.removesuffix("e") + "ed", changed.removesuffix("e") + "ing"}
    return frozenset(out)


@functools.cache
def load_coder(threads: int = 1) -> Coder:
    """The coder with the shipped models and tables, loaded once a process."""
    return Coder(load_pipeline(threads), load_index(), load_lexicon(), load_classifier(threads))
