"""The acts of one sentence become records: who, what, when, where, and who says so.

In: a parsed sentence with its acts and pushes. Out: Events and Claims with exact offsets, dates, places, contexts and
attribution.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Sequence

from comity.language.dates import DateSpan, find_dates
from comity.language.parse import Word
from comity.language.quotations import QuotedSpan, reported_by
from comity.ontology import load_ontology
from comity.records import Attribution, Claim, Document, Event, EventDate, Participant, Quote, stable_id

from .arguments import CLAUSES, OBLIQUES, preposition
from .claims import Push, pushes
from .classifier import Opinion
from .contexts import contexts_of
from .fusion import Pair, fuse
from .lexicon import Lexicon
from .predicates import Act
from .scene import Found, Scene
from .sentence import Sentence

HISTORICAL_DAYS = 365


class Reading:
    """One parsed sentence: its acts, and their records once they stand."""

    def __init__(
        self, document: Document, sentence: Sentence, scene: Scene, quotes: Sequence[QuotedSpan], found: list[Act]
    ) -> None:
        self.document = document
        self.sentence = sentence
        self.scene = scene
        self.acts = found
        self.heard: Sequence[tuple[Pair, Opinion]] = ()  # what the classifier said, and of which pairs
        self.dropped = False  # whether it left none of the acts that the rules had read
        self.pushes = pushes(scene)
        self.quotes = [q for q in quotes if q.start < sentence.end and q.end > sentence.start and not q.scare]
        self.published = document.published.date or datetime.date.today().isoformat()
        self._dates: dict[bool, tuple[DateSpan, ...]] = {}

    def weigh(self, lexicon: Lexicon, heard: Sequence[tuple[Pair, Opinion]]) -> None:
        """Lets the classifier's opinions on some pairs change the acts."""
        self.heard = heard
        weighed = fuse(self.scene, lexicon, self.acts, heard)
        self.dropped = bool(self.acts) and not weighed
        self.acts = weighed

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
            date = self._date(act.trigger, act.ahead or "future" in act.auxiliary)
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
                    cameo=_cameo(act.event, act.mode, contexts),
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

    def _quote(self, token: Word) -> Quote:
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
        token = next((t for t in self.scene.parse if span.start <= t.idx < span.end), None)
        return token is not None and token.head.dep_ in OBLIQUES and preposition(token.head) in {"in", "during"}

    def _date(self, trigger: Word, future: bool) -> EventDate:
        """The date said of the trigger: in its own clause first, then in the clauses above it, else the document's."""
        spans = self._spans(future)
        if spans:
            tokens = {t.i: span for span in spans for t in self.scene.parse if span.start <= t.idx < span.end}
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
                    span = next((e for e in self.scene.parse.entities if e.start <= child.i < e.end), None)
                    start = self.sentence.start + child.idx
                    if span is not None and not (
                        act.target and act.target.mention.start <= start < act.target.mention.end
                    ):
                        return self.scene.parse.phrase(self.scene.parse[span.start], self.scene.parse[span.end - 1])
        return None

    def _attribution(self, trigger: Word, speaker: Word | None) -> Attribution:
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

    def _name(self, speaker: Word) -> str:
        mention = self.scene.mention_at(speaker)
        if mention is not None:
            return mention.text
        left = [t for t in speaker.subtree if t.i <= speaker.i]
        return self.scene.parse.phrase(left[0], speaker) if left else speaker.text


def _clause(token: Word) -> list[Word]:
    """The tokens below one that belong to its own clause."""
    out: list[Word] = []
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


@functools.cache
def _cameo(event: str, mode: str | None, contexts: tuple[str, ...]) -> str | None:
    return load_ontology().cameo(event, mode, contexts)  # some 70 rules are tried, and acts repeat


def _days_before(date: str, days: int) -> str:
    return (datetime.date.fromisoformat(date) - datetime.timedelta(days=days)).isoformat()
