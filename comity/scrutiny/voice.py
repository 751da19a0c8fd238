"""Whose words: the stretches of a text that somebody other than the author is made to say.

In: a text; out: stretches that are quoted, or reported ("X said that …", "…, X said", "according to X"), each with its
speaker as printed. What lies outside is the author's own voice. This is text matching: where it is not clear that somebody
else speaks, the author does.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from comity.language.quotations import quotations, reported_by
from comity.language.sentences import split
from comity.tables import read_table

VERBS = Path(__file__).resolve().parent.parent / "data" / "language" / "speech_verbs.csv"
# "It is important to note that": nobody is reported.
_NOBODY = re.compile(r"(?:^|\s)(?:to|not|never|it is|it was|one|I|we|must|should|can|may)$", re.I)
_SOMEBODY = re.compile(r"[A-Z]|\b(?:officials?|sources?|ministry|army|he|she|they)\b")
# A clause before the speaker ("On Monday", "Meanwhile"), and how a speaker's own words may begin.
_LEAD = re.compile(r"^(?:But|And|Yet|While|Although|Though|Because|As|Since|When|After|Before|Meanwhile|Still|Then)\s+")
_BEGINS = re.compile(
    r"^(?:[A-Z“\d]|(?:the|an?|his|her|its|their|one|two|some|several|he|she|they|officials|sources)\b)"
)
# Where the author comments on what somebody said: "…, exacerbating the crisis".
_COMMENT = re.compile(
    r",\s+(?:thus |thereby |further )?(?:exacerbat|underscor|underlin|highlight|reinforc|cement|deepen|fuell?|mirror|prov|"
    r"demonstrat|undermin|signal|confirm|complicat|aggravat|expos|echo|ignor|contradict)ing\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Words that are not the author's: `text[start:end]`. `speaker` as printed, or None where nobody is named."""

    start: int
    end: int
    kind: Literal["quoted", "reported"]
    speaker: str | None


def voices(text: str) -> tuple[Stretch, ...]:
    """The stretches of a text that others speak, by their start. Marks of irony ("a “republic”") are the author's."""
    quoted = [
        Stretch(start=span.start, end=span.end, kind="quoted", speaker=span.speaker)
        for span in quotations(text)
        if not span.scare
    ]
    reported = [stretch for start, end in split(text) for stretch in _reported(text, start, end)]
    return tuple(sorted([*quoted, *reported], key=lambda stretch: (stretch.start, -stretch.end)))


def speaker_at(stretches: Sequence[Stretch], place: int) -> Stretch | None:
    """Whose words stand at a place: the innermost stretch around it."""
    return next((s for s in reversed(stretches) if s.start <= place < s.end), None)


def own_words(text: str, start: int, end: int, stretches: Sequence[Stretch]) -> str:
    """`text[start:end]` with others' words blanked out, at the same length."""
    own = list(text[start:end])
    for stretch in stretches:
        for place in range(max(start, stretch.start), min(end, stretch.end)):
            own[place - start] = " "
    return "".join(own)


def _reported(text: str, start: int, end: int) -> list[Stretch]:
    sentence = text[start:end]
    *_, mid = patterns = _patterns()
    for pattern in patterns:
        match = pattern.search(sentence)
        if match is None:
            continue
        who = _speaker(match["who"])
        if not _SOMEBODY.search(who) or _NOBODY.search(who):
            continue
        if pattern is mid:
            return [Stretch(start=start, end=end, kind="reported", speaker=who)]
        if match.end() >= len(sentence) - 1:
            return [Stretch(start=start, end=start + match.start(), kind="reported", speaker=who)]
        comment = _COMMENT.search(sentence, match.end())
        return [
            Stretch(
                start=start + match.end(),
                end=start + (comment.start() if comment else len(sentence)),
                kind="reported",
                speaker=who,
            )
        ]
    cited = reported_by(sentence)
    return [Stretch(start=start, end=end, kind="reported", speaker=cited[0])] if cited else []


def _speaker(words: str) -> str:
    """The speaker out of all that stands before the verb: "On Monday, Anna Berg, the envoy," is Anna Berg."""
    parts = [part.strip() for part in words.split(",") if part.strip()]
    while len(parts) > 1 and not _BEGINS.match(parts[-1]):
        parts.pop()
    # "X, the envoy": the apposition goes, the name stays.
    if (
        len(parts) > 1
        and re.match(r"(?:the|an?|his|her|its|their)\b", parts[-1])
        and re.match(r"[A-Z]\w+ [A-Z]", parts[-2])
    ):
        parts.pop()
    return _LEAD.sub("", parts[-1]) if parts else ""


@functools.cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    forms = sorted(
        {form for _, row in read_table(VERBS) for form in row["forms"].split("|")}, key=lambda f: (-len(f), f)
    )
    verbs = "|".join(map(re.escape, forms))
    adverbs = r"(?:(?:has|had|have|also|later|then|earlier|again|once|\w+ly)\s+){0,2}"
    heard = r"(?:\s+(?:on\s+\w+day|reporters|journalists|parliament|lawmakers|the\s+\w+|in\s+\w+)){0,3}"
    who = r"(?:^|[;:—–]\s*)(?P<who>[^;:“”\"]{2,220}?)"
    # Charges, demands and names are in the words of who makes them: "accused Norland of aggression".
    charged = (
        r"(?:accus(?:es|ed)\s+[^,;]{2,80}?\s+of|warn(?:s|ed)\s+(?:of|against)|demand(?:s|ed)(?:\s+on\s+\w+day)?"
        r"|(?:call(?:s|ed)|urg(?:es|ed)|appeal(?:s|ed))\s+(?:on|for|upon)?\s*[^,;]{2,60}?\s+(?:to|for)"
        r"|(?:condemn|denounc|describ|brand|label|portray|regard|characteri[sz]|declar)(?:s|es|ed|ing)\s+[^;]{2,80}?\s+(?:as|an?))"
    )
    return (
        re.compile(rf"{who}\s+{adverbs}(?:{verbs}){heard}\s+that\b"),
        re.compile(rf",\s+(?P<who>[^,;“”\"]{{2,60}}?)\s+{adverbs}(?:{verbs})(?:\s+\w+){{0,4}}[.]?$"),
        re.compile(rf"{who}\s+{adverbs}{charged}\s"),
        # "The bridge, the ministry said, was gone": all of it is the ministry's. The last of these, see `_reported`.
        re.compile(rf",\s+(?P<who>[^,;“”\"]{{2,60}}?)\s+{adverbs}(?:{verbs}),"),
    )
