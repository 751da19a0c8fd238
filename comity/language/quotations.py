"""Direct quotations and who speaks. In: a document's text; out: quoted spans in the order of the text, with speakers.

A quotation runs from its opening to its closing mark, both included; one that nobody closes ends with its paragraph, and
each paragraph of a longer speech is a span of its own. Quotations inside quotations are listed too. The speaker is looked
for beside a speech verb (`data/language/speech_verbs.csv`) next to the quotation; "he" and "she" stand for the speaker
named last, and a quotation without a verb goes on with the speaker of the one before it in its paragraph.

This is text matching without a parse: it finds the common newspaper forms, and gives no speaker rather than a guess.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from comity.errors import TableError

__all__ = ["QuotedSpan", "quotations", "reported_by"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedSpan:
    """A quoted stretch, marks included. `speaker` is `text[speaker_start:speaker_end]`, or None.

    `cue` is the word that names the act of speaking ("said", "according to"); None where the speaker is carried on from
    the quotation before. `scare`: at most three words without a verb, set apart rather than spoken (a so-called
    “republic”).
    """

    start: int
    end: int
    speaker: str | None = None
    speaker_start: int | None = None
    speaker_end: int | None = None
    cue: str | None = None
    scare: bool = False


@dataclass(frozen=True, slots=True)
class _Speaker:
    start: int
    end: int
    cue: str


# --- finding the marks ------------------------------------------------------------------------------------------------

_MARKS = re.compile('[“”„«»"‘’]')
# Quotations in quotations. No writer goes so deep; text that opens thousands and closes none would take minutes.
_DEEPEST = 8
_CLOSES = {"“": "”", "„": "“”", "«": "»", '"': '"', "‘": "’"}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A quotation before its speaker is known. `carried`: it opens a paragraph after one that was left open."""

    start: int
    end: int
    depth: int
    closed: bool
    carried: bool


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Blank lines part paragraphs; in a text without any, line breaks do."""
    divider = re.compile(r"\n\s*\n" if re.search(r"\n\s*\n", text) else r"\n")
    bounds, start = [], 0
    for match in divider.finditer(text):
        bounds.append((start, match.start()))
        start = match.end()
    bounds.append((start, len(text)))
    return bounds


def _pieces(text: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    left_open = False
    for start, end in _paragraphs(text):
        found = _pieces_of_paragraph(text, start, end)
        if left_open and found and not text[start : found[0].start].strip():
            found[0] = replace(found[0], carried=True)
        if found:
            left_open = not all(piece.closed for piece in found)
            pieces += found
        elif text[start:end].strip():
            left_open = False
    return pieces


def _pieces_of_paragraph(text: str, start: int, end: int) -> list[_Piece]:
    found: list[_Piece] = []
    stack: list[tuple[str, int]] = []
    for match in _MARKS.finditer(text, start, end):
        mark, at = match[0], match.start()
        before = text[at - 1] if at > start else " "
        after = text[at + 1] if at + 1 < end else " "
        closing = _closed_by(stack, mark, before, after)
        if closing is not None:
            # Marks opened inside and never closed end here too.
            while len(stack) > closing:
                _, opened = stack.pop()
                found.append(_Piece(opened, at + 1, len(stack), True, False))
        elif len(stack) < _DEEPEST and _opens(mark, before, after, stack):
            stack.append((mark, at))
    last = start + len(text[start:end].rstrip())
    while stack:
        _, opened = stack.pop()
        if last > opened + 1:
            found.append(_Piece(opened, last, len(stack), False, False))
    return sorted(found, key=lambda piece: (piece.start, -piece.end))


def _closed_by(stack: list[tuple[str, int]], mark: str, before: str, after: str) -> int | None:
    """The place in the stack of the quotation that this mark closes."""
    if mark == "’" and after.isalnum():
        return None  # an apostrophe
    if mark == '"' and before.isspace() and not after.isspace():
        return None  # an opening mark: the one before was never closed
    return next((place for place in reversed(range(len(stack))) if mark in _CLOSES[stack[place][0]]), None)


def _opens(mark: str, before: str, after: str, stack: list[tuple[str, int]]) -> bool:
    if mark not in _CLOSES or after.isspace():
        return mark == "«" and after != "\n"  # French sets a blank after its marks
    if mark == "‘":  # alone it is too often an apostrophe ("the ‘90s")
        return bool(stack) and not before.isalnum()
    if mark == '"':
        return not before.isalnum() and '"' not in (opened for opened, _ in stack)
    return True


# --- finding the speaker ----------------------------------------------------------------------------------------------

_CAP = "[A-ZÀ-ÖØ-ÞĀ-ŐŒ-ŽƏİ]"
_CAP_WORD = rf"(?:(?:{_CAP}\.)+|(?:Mrs?|Ms|Dr|Gen|Col|Lt|Sen|Rep|Gov|St|Prof)\.|{_CAP}(?:[\w-]|['’](?!s\b)(?=\w))*)"
_NAME = rf"{_CAP_WORD}(?:(?:\s+(?:of|for|and|de|da|del|van|von|der|bin|ben|ibn|al|el|the|in)){{0,2}}\s+{_CAP_WORD})*"
# Lower-case words that may belong to a speaker's description; anything else ends it.
_ROLE = (
    r"(?:former|acting|deputy|vice|chief|senior|foreign|defen[cs]e|prime|interior|finance|economy|energy|justice|trade"
    r"|military|army|navy|police|state|government|presidential|national|opposition|rebel|ruling|top|local|regional|news"
    r"|security|human|rights|official|officials|ministry|minister|ministers|president|premier|chancellor|king|queen"
    r"|prince|spokes(?:man|woman|person|people)|source|sources|diplomat|diplomats|analyst|analysts|expert|experts|leader"
    r"|leaders|lawmaker|lawmakers|senator|embassy|office|agency|commander|commanders|general|envoy|ambassador|secretary"
    r"|adviser|advisor|aide|aides|media|television|radio|newspaper|company|group|party|parliament|speaker|mayor|governor"
    r"|witness|witnesses|resident|residents|professor|journalist|lawyer|activist|activists|director|head|judge|council"
    r"|commission|union|bank|court|prosecutor|prosecutors|intelligence|statement|shopkeeper|farmer|soldier|officer"
    r"|officers|researcher|researchers|coordinator|representative|negotiator|delegate|statesman|editor|author|report"
    r"|two|three|several|some|many|western|eastern|northern|southern|one|other)"
)
_PRONOUN = r"(?:[Hh]e|[Ss]he|[Tt]hey)"
_PARTY = (
    rf"(?:{_PRONOUN}\b"
    rf"|(?:(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir|[Oo]ne|[Aa]nother)\s+)?(?:{_NAME}['’]s\s+|{_NAME}['’]\s+)?"
    rf"(?:{_ROLE}\s+){{0,4}}{_NAME}(?:\s+{_ROLE}\b){{0,4}}"
    rf"|(?:{_NAME}['’]s?\s+|[Tt]he\s+|[Aa]n?\s+|[Hh]is\s+|[Hh]er\s+|[Ii]ts\s+|[Tt]heir\s+|[Oo]ne\s+|[Aa]nother\s+)"
    rf"(?:(?:{_ROLE}|{_CAP_WORD})\s+){{0,4}}{_ROLE}\b(?:\s+(?:of|for|from|at)\s+(?:the\s+)?(?:{_NAME}|(?:{_ROLE}\s+){{0,3}}{_ROLE}\b))?"
    rf"|(?:{_ROLE}\s+){{0,3}}(?:officials|sources|diplomats|analysts|experts|witnesses|residents|media|lawmakers)\b)"
)
_APPOSITION = r"(?:,\s+[^,“”\"«»;:.]{1,100},)?"
_ADVERB = r"(?:(?:has|had|have|also|later|then|earlier|again|once|\w+ly)\s+){0,2}"
_HIDDEN_SPEAKER = (
    r"(?:(?:an?|the)\s+(?:\w+\s+){0,2}(?:report|statement|article|tweet|post|letter|communiqu[eé]|interview|briefing)\s+"
    r"(?:published\s+|issued\s+|released\s+)?(?:by|from|of|in|with)\s+)?"
)
_ACCORDING = rf"(?P<cue>[Aa]ccording\s+to|[Ii]n\s+the\s+words\s+of)\s+{_HIDDEN_SPEAKER}(?P<who>{_PARTY})"
# A full stop after these, or after an initial, ends no sentence.
_SENTENCE_END = re.compile(
    r"(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bMrs)(?<!\bGen)(?<!\bSen)(?<!\bLt)(?<!\bCol)(?<!\bSt)(?<!\b[A-Z])[.!?][\"”’»]?\s+"
    r"(?=[^\sa-z])"
)
# Words that begin a sentence with a capital and belong to no name.
_OPENER = re.compile(
    r"(?:(?:On|In|At|But|And|Yet|When|While|As|After|Before|Later|Earlier|Meanwhile|However|Still|Also|Then|For|Since|By"
    r"|If|That|This|It|Now|So|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May"
    r"|June|July|August|September|October|November|December|Last|Asked|Speaking|Today|Yesterday)\b,?\s+)+"
)
_RELATIVE = re.compile(r",?\s+(?:who|which)\s")


@cache
def _verbs() -> str:
    """All forms of the speech verbs as one alternative, longest first."""
    path = resources.files("comity") / "data" / "language" / "speech_verbs.csv"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    forms: set[str] = set()
    for row in csv.DictReader(lines):
        if not row["forms"] or None in row:
            raise TableError([f"speech_verbs.csv: {row['verb']}: a row needs verb, forms and note"])
        forms.update(row["forms"].split("|"))
    return "(?:" + "|".join(sorted(map(re.escape, forms), key=lambda form: (-len(form), form))) + ")"


@dataclass(frozen=True, slots=True)
class _Patterns:
    after: tuple[re.Pattern[str], ...]
    verb: re.Pattern[str]
    subject: re.Pattern[str]
    told: re.Pattern[str]
    according: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    verbs = _verbs()
    return _Patterns(
        after=(
            re.compile(rf"[,.]?\s*(?:—|–|-)?\s*(?P<cue>{verbs})\s+(?:by\s+)?(?P<who>{_PARTY})"),
            re.compile(rf"[,.]?\s*(?:—|–|-)?\s*(?P<who>{_PARTY}){_APPOSITION}\s+{_ADVERB}(?P<cue>{verbs})\b"),
            re.compile(rf"[,.]?\s*{_ACCORDING}"),
            re.compile(rf"[,.]?\s*(?P<cue>as)\s+(?P<who>{_PARTY})\s+put\s+it"),
        ),
        verb=re.compile(rf"\b(?P<cue>{verbs})\b"),
        subject=re.compile(rf"(?<!\w)(?P<who>{_PARTY}){_APPOSITION}\s+{_ADVERB}$"),
        told=re.compile(rf"(?<!\w)(?<!that\s)(?P<who>{_PARTY}){_APPOSITION}\s+{_ADVERB}(?P<cue>{verbs})\b"),
        according=re.compile(_ACCORDING),
    )


# How far from a quotation its speaker may stand, in characters.
REACH = 300


def _after(text: str, end: int, limit: int) -> _Speaker | None:
    """“…,” said X; “…,” X, the minister, told reporters; “…,” according to X."""
    window = text[end : min(limit, end + REACH)]
    for pattern in _patterns().after:
        match = pattern.match(window)
        # "“No.” X said: “Yes.”": these words introduce what follows.
        if match and not re.match(r"[^.!?]{0,60}:\s*$", window[match.end() :]):
            return _speaker(window, end, match)
    return None


def _before(text: str, start: int, limit: int) -> _Speaker | None:
    """X said: “…”; X called it “…”; according to X, “…”."""
    begin = max(limit, start - REACH)
    for match in _SENTENCE_END.finditer(text, begin, start):
        begin = match.end()
    window = text[begin:start]
    subject = _patterns().subject
    for verb in reversed(list(_patterns().verb.finditer(window))):
        head = window[: verb.start()]
        # "X, who met Y, said": the verb is X's.
        relative = _RELATIVE.search(head)
        found = (subject.search(head[: relative.start()] + " ") if relative else None) or subject.search(head)
        if found:
            return _speaker(window, begin, found, verb["cue"])
    named = list(_patterns().according.finditer(window))
    return _speaker(window, begin, named[-1]) if named else None


def _speaker(window: str, offset: int, match: re.Match[str], cue: str | None = None) -> _Speaker | None:
    start, end = match.span("who")
    if opener := _OPENER.match(window, start, end):
        start = opener.end()
    end = start + len(window[start:end].rstrip(" .\n"))
    return _Speaker(offset + start, offset + end, cue or " ".join(match["cue"].split())) if end > start else None


# --- putting it together ----------------------------------------------------------------------------------------------

_SPOKEN = re.compile(
    r"\b(?:I|we|you|they|he|she|it|us|me|is|are|was|were|be|am|will|would|shall|must|should|can|cannot|could|may|might|has"
    r"|have|had|do|does|did|go|went|come|came|stop|leave|not|never|no|yes|\w+n['’]t|\w+['’](?:re|ll|ve|m|d))\b",
    re.IGNORECASE,
)


def _is_scare(content: str) -> bool:
    words = content.split()
    return (
        0 < len(words) <= 3 and not content.rstrip().endswith((",", ".", "!", "?", "…")) and not _SPOKEN.search(content)
    )


def quotations(text: str) -> tuple[QuotedSpan, ...]:
    """The direct quotations of a document's text, by their start; those inside others follow the outer one.

    >>> [(q.speaker, q.cue) for q in quotations("“We will go,” said Anna Berg.")]
    [('Anna Berg', 'said')]
    """
    if not _MARKS.search(text):
        return ()
    pieces = _pieces(text)
    outer = [piece for piece in pieces if piece.depth == 0]
    spans: list[QuotedSpan] = []
    named: _Speaker | None = None
    place = -1  # of the outer quotation we are in or at
    for piece in pieces:
        place += piece.depth == 0
        content = text[piece.start + 1 : piece.end - 1 if piece.closed else piece.end]
        scare = _is_scare(content)
        if piece.depth:
            speaker = _before(text, piece.start, outer[place].start + 1)
        else:
            earlier = outer[place - 1] if place else None
            limit = outer[place + 1].start if place + 1 < len(outer) else len(text)
            paragraph = text.find("\n\n", piece.end)
            limit = min(limit, paragraph if paragraph >= 0 else limit)
            speaker = _beside(text, piece, content, earlier.end if earlier else 0, limit)
        carried = speaker is None and not piece.depth and not scare and _carries_on(text, piece, spans)
        if speaker is not None and re.fullmatch(_PRONOUN, text[speaker.start : speaker.end]):
            back = _named_before(text, piece.start, named)
            speaker = replace(speaker, start=back.start, end=back.end) if back else speaker
        if carried and (last := next((s for s in reversed(spans) if s.speaker), None)):
            spans.append(replace(last, start=piece.start, end=piece.end, cue=None, scare=scare))
            continue
        span = QuotedSpan(start=piece.start, end=piece.end, scare=scare)
        if speaker is not None:
            who = text[speaker.start : speaker.end]
            if not re.fullmatch(_PRONOUN, who):
                named = speaker
            span = replace(span, speaker=who, speaker_start=speaker.start, speaker_end=speaker.end, cue=speaker.cue)
        spans.append(span)
        if piece.carried and speaker is not None:
            _carry_back(spans, pieces)
    return tuple(spans)


def _beside(text: str, piece: _Piece, content: str, earlier: int, limit: int) -> _Speaker | None:
    """The speaker after the quotation or before it: a comma or a mark of exclamation at its end points forward."""
    last = content.rstrip()[-1:] if piece.closed else "."
    if last in ".…":
        # "X met Y. “We agree.” Z said more.": what follows a full stop is another sentence.
        return _before(text, piece.start, earlier)
    if last in ",?!—–" or text[piece.end : piece.end + 1] == ",":
        return _after(text, piece.end, limit) or _before(text, piece.start, earlier)
    return _before(text, piece.start, earlier) or _after(text, piece.end, limit)


def _carries_on(text: str, piece: _Piece, spans: list[QuotedSpan]) -> bool:
    """Whether a quotation without a speaker goes on with the one before: in its paragraph, or in a speech of several."""
    if not spans or piece.carried:
        return bool(spans)
    between = text[spans[-1].end : piece.start]
    return "\n" not in between.strip(" ") and len(between) <= REACH and spans[-1].speaker is not None


def _carry_back(spans: list[QuotedSpan], pieces: list[_Piece]) -> None:
    """A speech of several paragraphs may name its speaker only at the end: the pieces before it get the same."""
    last = spans[-1]
    for place in range(len(spans) - 2, -1, -1):
        if spans[place].speaker is None and pieces[place].depth == 0 and not pieces[place].closed:
            who, start, end = last.speaker, last.speaker_start, last.speaker_end
            spans[place] = replace(spans[place], speaker=who, speaker_start=start, speaker_end=end)
        if not pieces[place].carried:
            break


def _named_before(text: str, start: int, named: _Speaker | None) -> _Speaker | None:
    """Whom "he" or "she" stands for: the speaker named last, with a quotation or in plain reported speech."""
    begin = max(named.end if named else 0, start - 5 * REACH)
    for match in _patterns().told.finditer(text, begin, start):
        if not re.fullmatch(_PRONOUN, match["who"]) and (found := _speaker(text, 0, match)):
            named = found
    return named


_NO_SPEAKER = re.compile(
    r"(?:\w+\s+)*(?:plans?|schedule|law|laws|rules?|agreement|treaty|protocol|constitution|tradition|needs?|article|terms)$",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    rf"(?:{_ACCORDING}|\b(?P<by>[Cc]iting|[Qq]uoting|[Rr]eported\s+by)\s+{_HIDDEN_SPEAKER}(?P<cited>{_PARTY})"
    rf"|\b[Aa]s\s+(?P<as>{_PARTY})\s+reported\b|(?<!\w)(?P<dash>{_CAP_WORD}?)-reported\b)"
)


def reported_by(sentence: str) -> tuple[str, int, int] | None:
    """The source that a sentence names for itself: according to X, citing X, reported by X, as X reported, X-reported.

    Returns the words and their offsets in the sentence, or None. "According to the treaty" names no speaker.
    """
    if not any(word in sentence for word in ("ccording", "iting", "uoting", "eported", "n the words of")):
        return None
    for match in _REPORTED.finditer(sentence):
        for group in ("who", "cited", "as", "dash"):
            who = match[group]
            if who and not _NO_SPEAKER.match(who) and not re.fullmatch(_PRONOUN, who):
                who = who.rstrip(" .\n")
                return who, match.start(group), match.start(group) + len(who)
    return None
