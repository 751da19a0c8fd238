"""Documents become events and claims: the coder.

In: Documents. Out: for each a `Coded` with its events, claims, or the reason why it could not be coded. Sentences without
an actor or without a word of the lexicon never reach the parser. All documents of a call are parsed before the classifier is
asked anything: the two networks, used by turns, would push each other out of the processor's cache (a tenth to a fifth of
the speed, benchmarks/code_speed.py).
"""

from __future__ import annotations

import atexit
import functools
import gc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from comity.actors import ActorIndex, load_index
from comity.language.pipeline import Pipeline, load_pipeline
from comity.language.quotations import quotations
from comity.language.sentences import split
from comity.records import Claim, Document, Event, Mention

from .classifier import Classifier, Opinion, load_classifier
from .fusion import Pair, candidates
from .lexicon import Lexicon, load_lexicon
from .predicates import Act, acts
from .reading import Reading
from .scene import Focus, Scene
from .sentence import Earlier, Prefilter, Sentence, Unwanted


@dataclass(frozen=True, slots=True)
class Coded:
    """A document with what was read in it. `failure` says why nothing could be, or is None; `parsed` and `classified` are the
    sentences that the parser read and that the classifier was asked about."""

    document: Document
    events: tuple[Event, ...] = ()
    claims: tuple[Claim, ...] = ()
    failure: str | None = None
    sentences: int = 0
    parsed: int = 0
    classified: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence as it was read. `scene` is None where it was not parsed; `heard` is what the classifier said, and `dropped`
    that it left nothing of what the rules had read."""

    sentence: Sentence
    scene: Scene | None = None
    acts: tuple[Act, ...] = ()
    events: tuple[Event, ...] = ()
    claims: tuple[Claim, ...] = ()
    heard: tuple[tuple[Pair, Opinion], ...] = ()
    dropped: bool = False


class Coder:
    """The coder with its model and tables. Holds no state between documents."""

    def __init__(
        self, pipeline: Pipeline, index: ActorIndex, lexicon: Lexicon, classifier: Classifier | None = None
    ) -> None:
        self.pipeline = pipeline
        self.classifier = classifier
        self.index = index
        self.lexicon = lexicon
        self._sectors = {head.phrase: head.sector for head in index.tables.heads}
        self._prefilter = Prefilter(lexicon, self._sectors)
        self._agentive = _agentive(lexicon) | frozenset(self._sectors)

    def code(self, documents: Sequence[Document]) -> list[Coded]:
        """The events and claims of documents, in order. A document that cannot be coded costs only itself."""
        plans = [refusal(document) or self.plan(document) for document in documents]
        self._parse([s for plan in plans if isinstance(plan, list) for s in plan])
        readings = [
            list(self.readings(document, plan)) if isinstance(plan, list) else []
            for document, plan in zip(documents, plans, strict=True)
        ]
        self.weigh([reading for group in readings for reading in group])
        return [_coded(document, plan, group) for document, plan, group in zip(documents, plans, readings, strict=True)]

    def steps(self, document: Document) -> Iterator[Step]:
        """What `code` does with one document, sentence by sentence, for `explain` to look at."""
        plan = self.plan(document)
        self._parse(plan)
        readings = list(self.readings(document, plan))
        self.weigh(readings)
        read = {reading.sentence.number: reading for reading in readings}
        for sentence in plan:
            reading = read.get(sentence.number)
            if reading is None:
                yield Step(sentence)
            else:
                yield Step(
                    sentence, reading.scene, tuple(reading.acts), tuple(reading.events()), tuple(reading.claims()),
                    tuple(reading.heard), reading.dropped,
                )  # fmt: skip

    def _parse(self, plan: Iterable[Sentence]) -> None:
        wanted = [sentence for sentence in plan if self._prefilter.unwanted(sentence) is None]
        for sentence, parse in zip(wanted, self.pipeline.annotate([s.text for s in wanted]), strict=True):
            sentence.parse = parse

    def plan(self, document: Document) -> list[Sentence]:
        """A document's sentences with the actors and places that they name; none is parsed yet."""
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
        earlier: Earlier = {}
        for sentence in sentences:
            sentence.earlier = earlier
            named = [m for m in sentence.mentions if m.kind != "demonym"]
            if any(m.kind not in earlier.get(m.actor, ()) for m in named):
                earlier = dict(earlier)
                for m in named:
                    earlier[m.actor] = earlier.get(m.actor, frozenset()) | {m.kind}
        return sentences

    def unwanted(self, sentence: Sentence) -> Unwanted | None:
        """Why a sentence is not parsed, or None. See `Prefilter`."""
        return self._prefilter.unwanted(sentence)

    def readings(self, document: Document, plan: Sequence[Sentence]) -> Iterator[Reading]:
        """The parsed sentences of a document with the acts that the rules read in them, in order."""
        focus = Focus()
        quotes = quotations(document.text)
        for sentence in plan:
            if sentence.parse is None or not len(sentence.parse):
                # Not parsed: its first name is the likeliest subject.
                for number, mention in enumerate(m for m in sentence.mentions if m.kind != "demonym"):
                    focus.see(mention, number == 0)
                continue
            scene = Scene(
                sentence.parse,
                sentence.start,
                sentence.mentions,
                focus,
                self._sectors.get,
                sentence.places,
                self._agentive,
            )
            yield Reading(document, sentence, scene, quotes, acts(scene, self.lexicon))
            # Each scene keeps the focus that it was read with: it is looked at again when the classifier has spoken.
            focus = focus.copy()
            scene.see(focus)

    def weigh(self, readings: Sequence[Reading]) -> None:
        """Lets the classifier, if there is one, speak on the pairs of each sentence."""
        if self.classifier is None:
            return
        for reading in readings:
            pairs = candidates(reading.scene, reading.acts)
            if not pairs:
                continue
            base = reading.sentence.start
            spans = [((s.start - base, s.end - base), (t.start - base, t.end - base)) for s, t in pairs]
            opinions = self.classifier.opinions(reading.scene.parse, spans)
            reading.weigh(
                self.lexicon,
                [(pair, opinion) for pair, opinion in zip(pairs, opinions, strict=True) if opinion is not None],
            )


def _coded(document: Document, plan: list[Sentence] | str, readings: Sequence[Reading]) -> Coded:
    if isinstance(plan, str):
        return Coded(document, failure=plan)
    events = tuple(event for reading in readings for event in reading.events())
    claims = tuple(claim for reading in readings for claim in reading.claims())
    heard = sum(bool(reading.heard) for reading in readings)
    return Coded(document, events, claims, None, len(plan), sum(s.parse is not None for s in plan), heard)


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


# The word sets that name people, organs and arms: what can act for its owner.
_AGENTS = ("PERSON", "INDIVIDUAL", "TROOPS", "WEAPON", "AIRCRAFT", "VESSEL", "MISSILE", "BARRAGE", "POLICE_N", "FIGHTER_N",
           "CROWD", "LABOUR", "MEDIA", "DEADLY", "DIPLOMAT", "AIRSTRIKE")  # fmt: skip


def _agentive(lexicon: Lexicon) -> frozenset[str]:
    """The nouns that can act: people, organs, arms, and whatever the lexicon knows as an act ("Oslo's raid killed …")."""
    acts_named = {row.lemma for row in lexicon if row.word_class == "N"}
    return frozenset(acts_named).union(*(lexicon.sets.get(name, frozenset()) for name in _AGENTS))


@functools.cache
def load_coder(threads: int = 1) -> Coder:
    """The coder with the shipped models and tables, loaded once a process.

    The tables are some 400,000 objects that live as long as the process. They are set apart from what the garbage collector
    walks through: it did so once in some hundred sentences, for a tenth of a second, and several times while they were read.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        coder = Coder(load_pipeline(threads), load_index(), load_lexicon(), load_classifier(threads))
        gc.freeze()
        atexit.register(gc.unfreeze)  # or extension modules report what is frozen as leaked
    finally:
        if collecting:
            gc.enable()
    return coder
