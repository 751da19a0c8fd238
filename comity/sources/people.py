"""Who wrote it: names in bylines, in the lines that stand for one, and at the head of a bio."""

from __future__ import annotations

import re

from comity.sources.tables import compiled

_NAME = compiled("{NAME}")
_ALONE = compiled("^{NAME}(?:(?:,| and| &) {NAME})*$")
_LEAD = re.compile(
    r"^(?:(?:written|authored|reported|posted|published|submitted) by|authors?|by|from)\b\s*:?\s+", re.IGNORECASE
)
_BIO = compiled(
    r"^(?:[Tt]he (?:author|writer),? )?"
    r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Amb|Ambassador|Gen|Col|Rabbi|Sir|Dame|Lord)\.? )?"
    r"(?P<name>{NAME})(?:, [^,]{2,60},)? "
    r"(?:is|was|serves|served|has|works|worked|writes|teaches|heads|directs|leads|covers)\b"
)
# Parts of a byline that are not people.
_NOT_PEOPLE = re.compile(
    r"(?i)\b(?:staff|correspondent|reuters|afp|ap|associated press|agenc(?:y|ies)|editor(?:ial|s|)|desk|"
    r"news|team|board|reporter|writer|admin|press|service|bureau|contributors?|min read|"
    r"january|february|march|april|june|july|august|"
    r"september|october|november|december)\b"
)


def is_name(line: str) -> bool:
    """Whether a line is nothing but one or several personal names."""
    return bool(_ALONE.match(line)) and not _NOT_PEOPLE.search(line) and line.count(" ") < 12


def in_byline(line: str) -> tuple[str, ...]:
    """The people a byline names ("By Jane Doe and John Roe, Reuters"), in order."""
    line = re.split(r"\s[|·•–—]\s|\s-\s", _LEAD.sub("", line.strip()))[0]
    line = re.sub(r"\s+in\s+[A-Z].*$", "", line)
    return clean(re.split(r"\s*(?:,|;|&|\band\b)\s*", line))


def clean(names: list[str]) -> tuple[str, ...]:
    """Personal names among the strings given, "By " and repeats dropped. All-capital names get ordinary capitals."""
    people: list[str] = []
    for name in names:
        name = _LEAD.sub("", " ".join(name.split())).strip(" .,")
        if name.isupper():
            name = re.sub(r"[^\W\d_]+", lambda word: word.group().capitalize(), name)
        if _NAME.fullmatch(name) and not _NOT_PEOPLE.search(name) and name not in people:
            people.append(name)
    return tuple(people)


def of_bio(line: str) -> str | None:
    """The person whom a bio is about ("Jane Doe is a fellow at …"), or None."""
    match = _BIO.match(line)
    return match.group("name") if match else None
