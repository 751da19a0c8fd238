"""Hits into mentions: names drawn together with the nouns and persons that stand with them.

One pass from left to right. "Iranian Foreign Minister Mohammad Javad Zarif" is one mention, IRN GOV; "Russian and
Turkish forces" are two, both MIL; "Putin" alone is read once "Vladimir Putin" has stood before it, or where no other
can be meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from comity.actors.people import People
from comity.actors.phrases import Phrases, Reach, word_after, word_before
from comity.actors.scan import Hit, Scanner, proper
from comity.actors.surfaces import Sense
from comity.actors.surnames import POSSESSIVE, half_name, name_goes_on
from comity.actors.tables import words
from comity.records import Mention

_OF = re.compile(r"[ \u00a0](of|in)(?: the)?[ \u00a0]$")
_JOINT = re.compile(r"^(?:,| and|, and|,? as well as| or)(?: the)? $")
_LOCATIVE = words(
    """
    in at near outside around across inside over throughout capital central downtown northern southern eastern
    western
    """
)
# "police in Armenia" are Armenia's; "troops in Iraq", "diplomats in Moscow" may well be another state's.
_HOME_SECTORS = words("COP CVL JUD LEG OPP REB CRM LAB EDU MED REL PRM AGR")
_IGO_SECTORS = frozenset(("MIL", "JUD", "COP", "LEG"))
_OFFICIAL = frozenset(("GOV", "LEG", "MIL", "JUD", "COP", "SPY"))
# Names that serve as adjectives: "US officials". After other bare names fewer nouns are taken.
_ADJECTIVAL = re.compile(r"^(?:[A-Z]\.?){2,4}$|^(?:NATO|ASEAN|ECOWAS|Taliban|Hamas|Hezbollah)$")
_ROLE_KIND = {
    "name": "name", "adjective": "demonym", "people": "demonym", "capital": "metonym", "metonym": "metonym",
    "organisation": "organisation", "group": "group",
}  # fmt: skip

# Surname -> the place where the person was introduced, and the actor and sector.
Introduced = dict[str, tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A mention in the making; `role` is its hit's, `headed` whether a noun gave the sector, `plural` that
    noun's number, `leads` whether it stands before the name ("leaders of Iran")."""

    start: int
    end: int
    actor: str
    sector: str
    kind: str
    role: str
    headed: bool = False
    plural: bool = False
    leads: bool = False


class Reader:
    """Reads mentions off texts."""

    __slots__ = ("_people", "_phrases", "_scanner")

    def __init__(self, scanner: Scanner, people: People, phrases: Phrases) -> None:
        self._scanner, self._people, self._phrases = scanner, people, phrases

    def read(self, text: str, when: str | None) -> tuple[Mention, ...]:
        """The mentions of a text of the ISO date `when`, sorted and non-overlapping."""
        hits = self._scanner.hits(text, when)
        drafts: list[_Draft] = []
        introduced: Introduced = {}
        reached, index = 0, 0
        while index < len(hits):
            hit = hits[index]
            if hit.start < reached:
                index += 1
                continue
            following = next((other for other in hits[index + 1 : index + 8] if other.start >= hit.end), None)
            if hit.sense is None:
                draft = self._person(text, hit, when, reached, introduced)
            else:
                draft = self._actor(text, hit, hits[index + 1 : index + 6], following, when, reached, introduced)
            if draft is not None:
                draft = _absorb(text, draft, drafts)
                drafts.append(draft)
                reached = draft.end
            index += 1
        drafts = _share(text, drafts)
        drafts += _later(text, drafts, introduced)
        drafts.sort(key=lambda draft: draft.start)
        return tuple(
            Mention(
                text=text[draft.start : draft.end],
                start=draft.start,
                end=draft.end,
                actor=draft.actor,
                sector=draft.sector or None,
                kind=draft.kind,
            )
            for draft in drafts
        )

    def _actor(
        self,
        text: str,
        hit: Hit,
        rest: list[Hit],
        following: Hit | None,
        when: str | None,
        floor: int,
        introduced: Introduced,
    ) -> _Draft | None:
        sense = hit.sense
        assert sense is not None
        end, possessive = hit.end, False
        state = sense.role in ("name", "adjective", "people", "capital", "metonym")
        if text.startswith(POSSESSIVE, end):
            end, possessive = end + 2, True
        elif text[end : end + 1] in "'’" and text[end - 1 : end] == "s" and text[end + 1 : end + 2] == " ":
            end, possessive = end + 1, True
        elif text[end : end + 1] == "-" and text[end + 1 : end + 2].isalpha():
            word = re.match(r"[^\W\d_]+", text[end + 1 : end + 25])
            effect = self._phrases.hyphened.get(word[0].lower()) if word else None
            if effect == "skip":
                return None
            if effect == "keep" and word:
                end += 1 + word.end()
        bare = (
            sense.role in ("name", "capital") and not possessive and end == hit.end and not _ADJECTIVAL.match(hit.text)
        )
        reach = None
        if sense.role != "people" or possessive:
            reach = self._phrases.right(text, end, bare=bare, sector=sense.sector if sense.role == "metonym" else "")
        draft = _Draft(hit.start, hit.end, sense.actor, sense.sector, _ROLE_KIND[sense.role], sense.role)
        former = self._phrases.modifiers.get(word_before(text, hit.start).lower()) == "ELI"
        if reach is not None:
            draft = self._headed(text, draft, sense, reach, rest, former, introduced)
        elif (
            state and following is not None and following.start == end + 1 and (possessive or sense.role == "adjective")
        ):
            draft = self._apposed(text, draft, following, when, former, introduced)
        elif sense.role == "capital" and word_before(text, hit.start).lower() in _LOCATIVE:
            draft = replace(draft, sector="")
        elif sense.role == "people":
            plural = hit.text.endswith(("s", "S", "men", "MEN", "people"))
            if not plural or word_before(text, hit.start).lower() != "the":
                draft = replace(draft, sector="CVL")
        elif sense.role == "adjective" and _one_of(text, hit):
            draft = replace(draft, sector="CVL")
        if draft.end == hit.end and sense.role in ("name", "capital", "metonym", "organisation"):
            draft = self._of_state(text, draft, following, when, floor, introduced)
        return draft

    def _headed(
        self,
        text: str,
        draft: _Draft,
        sense: Sense,
        reach: Reach,
        rest: list[Hit],
        former: bool,
        introduced: Introduced,
    ) -> _Draft:
        """A state, body or group with a head noun after it, and with the person named after that."""
        sector = reach.sector
        if sense.role == "organisation":
            sector = sector if sector in _IGO_SECTORS else sense.sector
        elif sense.role == "group":
            sector = sense.sector
        end, kind = reach.end, draft.kind
        if reach.person:
            end = self._name_end(text, reach.end, rest)
            kind = "person" if end > reach.end else "office"
        if (
            (former or reach.former)
            and sector in _OFFICIAL
            and (reach.person or reach.plural)
            and sense.role != "group"
        ):
            sector = "ELI"
        if end > reach.end:
            name = text[reach.end + 1 : end]
            introduced.setdefault(name.split()[-1], (end, draft.actor, sector))
            for known in self._people.bearers(name):
                introduced.setdefault(known.name.split()[-1], (end, draft.actor, sector))
                if name.split()[0] in self._people.surnames and known.name.split()[0] == name.split()[0]:
                    introduced.setdefault(name.split()[0], (end, draft.actor, sector))
        return replace(draft, end=end, sector=sector, kind=kind, headed=True, plural=reach.plural)

    def _name_end(self, text: str, end: int, rest: list[Hit]) -> int:
        """The end of the name after a title at `end`: a leader's on record, else capitals up to the next actor."""
        stop = len(text)
        for hit in rest:
            if hit.start == end + 1 and hit.person and text[end] == " ":
                return max(hit.end, self._phrases.name_after(text, end, _next_actor(rest, end, stop)))
            if hit.start > end and hit.sense is not None:
                stop = hit.start
                break
        return self._phrases.name_after(text, end, stop)

    def _apposed(
        self,
        text: str,
        draft: _Draft,
        following: Hit,
        when: str | None,
        former: bool,
        introduced: Introduced,
    ) -> _Draft:
        """ "Azerbaijan's Aliyev", "Lebanese Hezbollah": the state only says whose the other is."""
        if following.person:
            name = self._canonical(following)
            leader = self._people.person(name, when, None, draft.actor)
            if leader is None and not self._people.fitting(name, when, None, draft.actor):
                return draft
            sector = "ELI" if former or not self._people.in_office(name, draft.actor, when) else "GOV"
            introduced.setdefault(name.split()[-1], (following.end, draft.actor, sector))
            return replace(draft, end=following.end, sector=sector, kind="person")
        sense = following.sense
        if sense is not None and sense.role in ("group", "organisation") and sense.home == draft.actor:
            kind = _ROLE_KIND[sense.role]
            reach = self._phrases.right(text, following.end, bare=False) if sense.role == "group" else None
            end = reach.end if reach else following.end
            return _Draft(draft.start, end, sense.actor, sense.sector, kind, sense.role)
        if sense is not None and sense.role == "metonym" and sense.actor == draft.actor:
            return _Draft(draft.start, following.end, sense.actor, sense.sector, "metonym", "metonym")
        return draft

    def _of_state(
        self,
        text: str,
        draft: _Draft,
        following: Hit | None,
        when: str | None,
        floor: int,
        introduced: Introduced,
    ) -> _Draft:
        """ "the foreign minister of Iran", "police in Armenia": the noun stands before the state."""
        match = _OF.search(text, max(floor, draft.start - 9), draft.start)
        if match is None:
            return draft
        left = self._phrases.left(text, match.start(), floor)
        if left is None:
            return draft
        start, head, former = left
        sector = head.sector
        if draft.role == "metonym" or (draft.role == "capital" and match[1] == "of"):
            return draft
        if match[1] == "in" and (sector not in _HOME_SECTORS or draft.role == "organisation"):
            return draft
        if draft.role == "organisation":
            sector = sector if sector in _IGO_SECTORS else ""
        if former and sector in _OFFICIAL and head.person:
            sector = "ELI"
        end, kind = draft.end, "office" if head.person and sector in _OFFICIAL | {"ELI"} else draft.kind
        if (
            following is not None
            and following.person
            and following.start == end + 1
            and head.person
            and not head.plural
        ):
            name = self._canonical(following)
            if self._people.fitting(name, when, None, draft.actor):
                end, kind = following.end, "person"
                introduced.setdefault(name.split()[-1], (end, draft.actor, sector))
        return replace(
            draft, start=start, end=end, sector=sector, kind=kind, headed=True, plural=head.plural, leads=True
        )

    def _person(self, text: str, hit: Hit, when: str | None, floor: int, introduced: Introduced) -> _Draft | None:
        name = self._canonical(hit)
        start, title = self._title(text, hit.start, floor)
        former = self._phrases.modifiers.get(word_before(text, start).lower()) == "ELI"
        if hit.person == "surname":
            if title is None:
                alone = (
                    self._people.taken_alone(name, when)
                    and not half_name(text, hit)
                    and not text.startswith("-", hit.end)
                )
                if not alone:
                    return None
            elif name_goes_on(text, hit, self._phrases):
                return None
        actor = self._people.state(name, when, title)
        if actor is None and hit.person == "full":
            actor = self._people.state(name, when, None)
        if actor is None:
            return None
        office = self._people.offices.get(title.lower()) if title else None
        named = office is not None and bool(office.sector)
        in_office = self._people.in_office(name, actor, when)
        sector = "ELI" if former or not (in_office or (named and hit.person == "full")) else "GOV"
        if named and office is not None and office.sector == "MIL" and not in_office:
            sector = "ELI" if former else "MIL"
        for short in {name.split()[-1], *(n for term in self._people.bearers(name)[:3] for n in _shorts(term.name))}:
            if short in self._people.surnames or short == name:
                introduced.setdefault(short, (hit.end, actor, sector))
        return _Draft(start, hit.end, actor, sector, "person", "person", headed=title is not None)

    def _title(self, text: str, start: int, floor: int) -> tuple[int, str | None]:
        """The title that stands before a name, and where it begins."""
        position, found, words = start, None, 0
        best = start
        while words < 4:
            word = word_before(text, position)
            if not word or position - len(word) - 1 < floor:
                break
            position -= len(word) + 1
            words += 1
            phrase = text[position : start - 1].lower()
            if phrase in self._people.offices or phrase.rstrip(".") in self._people.offices:
                found, best = phrase, position
        return best, found

    def _canonical(self, hit: Hit) -> str:
        return hit.text if self._people.bearers(hit.text) else proper(hit.text)


def _later(text: str, drafts: list[_Draft], introduced: Introduced) -> list[_Draft]:
    """Surnames alone, after the person was introduced."""
    names = [name for name in introduced if len(name) > 2]
    if not names:
        return []
    found: list[_Draft] = []
    pattern = r"(?<![\w-])(" + "|".join(map(re.escape, names)) + r")(?![\w-]|['’](?!s\b))"
    for match in re.finditer(pattern, text):
        place, actor, sector = introduced[match[1]]
        start, end = match.span()
        if start < place or half_name(text, Hit(start, end, match[1], None, "surname")):
            continue
        if not any(draft.start < end and start < draft.end for draft in drafts):
            found.append(_Draft(start, end, actor, sector, "person", "person"))
    return found


def _shorts(name: str) -> tuple[str, str]:
    words = name.split()
    return words[0], words[-1]


def _next_actor(rest: list[Hit], end: int, stop: int) -> int:
    return next((hit.start for hit in rest if hit.start > end and hit.sense is not None), stop)


def _one_of(text: str, hit: Hit) -> bool:
    """ "a Georgian was killed": the adjective as a noun."""
    if word_before(text, hit.start).lower() not in ("a", "an", "one", "another"):
        return False
    after = word_after(text, hit.end)
    return (
        after in ("was", "who", "has", "is", "and", "had", "with", "from", "in") or text[hit.end : hit.end + 1] in ".,;"
    )


def _absorb(text: str, draft: _Draft, drafts: list[_Draft]) -> _Draft:
    """ "Prime Minister Benjamin Netanyahu of Israel": one mention, not two."""
    if not drafts or draft.role != "name" or draft.headed or draft.end - draft.start > 40:
        return draft
    last = drafts[-1]
    if last.kind == "person" and last.actor == draft.actor and text[last.end : draft.start] in (" of ", " of the "):
        drafts.pop()
        return replace(last, end=draft.end)
    return draft


def _share(text: str, drafts: list[_Draft]) -> list[_Draft]:
    """Hand a shared noun's sector to the states it is shared by: "Russian and Turkish forces", "leaders of A and B"."""
    done = list(drafts)
    for i in range(len(done) - 2, -1, -1):
        this, after = done[i], done[i + 1]
        gap = text[this.end : after.start]
        shared = after.role == "adjective" and after.sector and (_JOINT.match(gap) or (gap == "-" and after.plural))
        if this.role == "adjective" and not this.headed and shared:
            done[i] = replace(this, sector=after.sector)
    for i in range(1, len(done)):
        before, this = done[i - 1], done[i]
        listed = before.leads and before.plural and before.role == this.role == "name" and not this.headed
        if listed and _JOINT.match(text[before.end : this.start]):
            done[i] = replace(this, sector=before.sector, headed=True, leads=True, plural=True)
    return done
