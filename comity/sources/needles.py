"""Which of many patterns can match a text at all: most cannot, since a word that they need is not in it.

Of each pattern the strings are taken of which any match must hold one ("subscribe" or "register"); one pass of an
Aho–Corasick automaton tells which of all these a text holds, and only those patterns are then searched for. A pattern
that needs no string of two letters is always searched for. Reading a page takes a third of the time so.

The strings are read off a pattern by a small reader of regular expressions, which need not know what all of them mean:
what it does not know ends a string, and only what surely stands in every match is part of one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

_SHORTEST = 2
_MOST = 80  # alternatives in one pattern
_SHORT = 200  # characters: menus and notices are the same on all pages of a site, and are asked about once
_REMEMBERED = 20_000

_QUANTIFIER = re.compile(r"(?:(?P<none>[*?]|\{0?(?:,\d*)?\})|\+|\{\d+(?:,\d*)?\})[?+]?")
# What opens a group: one that takes no room, one that may hold anything, one whose content a match must hold.
_WIDTHLESS = re.compile(r"\((?:\?(?:<?[=!]|#))")
_OPAQUE = re.compile(r"\(\?(?:P=|\()")
_FLAGS = re.compile(r"\(\?[a-zA-Z]+\)")
_GROUP = re.compile(r"\((?:\?(?:P<\w+>|>|[a-zA-Z]*(?:-[a-zA-Z]+)?:))?")
_ESCAPE = re.compile(r"\\(?:x..|u.{4}|U.{8}|N\{[^}]*\}|\d{1,3}|(?P<one>.))", re.DOTALL)
_NOWHERE = frozenset("bBAZ")  # escapes that take no room
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}


class Needles:
    """A row of patterns, ready to be asked which of them may match."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        always: list[int] = []
        wanted: dict[str, list[int]] = {}
        for index, pattern in enumerate(patterns):
            strings = needed(pattern)
            if not strings:
                always.append(index)
            for string in strings:
                wanted.setdefault(string, []).append(index)
        self._always = tuple(always)
        self._indexes = list(wanted.values())
        self._automaton = AhoCorasick(list(wanted)) if wanted else None
        self._of_short = lru_cache(maxsize=_REMEMBERED)(self._search)

    def candidates(self, text: str) -> tuple[int, ...]:
        """The indexes of the patterns that may match, in their order."""
        return self._of_short(text) if len(text) <= _SHORT else self._search(text)

    def _search(self, text: str) -> tuple[int, ...]:
        if self._automaton is None:
            return self._always
        held = {match[0] for match in self._automaton.find_matches_as_indexes(_folded(text), overlapping=True)}
        if not held:
            return self._always
        found = set(self._always)
        for number in held:
            found.update(self._indexes[number])
        return tuple(sorted(found))


def needed(pattern: re.Pattern[str]) -> frozenset[str]:
    """Strings, case folded, of which each match of a pattern holds one; none where that cannot be told."""
    if pattern.flags & re.VERBOSE:
        return frozenset()
    return _alternatives(pattern.pattern, 0)[0]


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    # "İ" folds to two characters, and re takes it for "i" when case does not count. The automaton takes no half of a
    # surrogate pair, which JSON may hold and no pattern asks for.
    return text.casefold().replace("\u0307", "").encode("utf-8", "replace").decode("utf-8")


def _alternatives(source: str, at: int) -> tuple[frozenset[str], int]:
    """What the alternatives from a place on need, up to the bracket that closes them, and where that is."""
    each: list[frozenset[str]] = []
    while True:
        strings, at = _sequence(source, at)
        each.append(strings)
        if not source.startswith("|", at):
            break
        at += 1
    union = frozenset().union(*each)
    return (union if all(each) and len(union) <= _MOST else frozenset()), at


def _sequence(source: str, at: int) -> tuple[frozenset[str], int]:
    """What one alternative needs (the set whose shortest string is longest), and where it ends."""
    found: list[frozenset[str]] = []
    run: list[str] = []

    def close() -> None:
        string = _folded("".join(run))
        if len(string) >= _SHORTEST:
            found.append(frozenset({string}))
        run.clear()

    while at < len(source) and source[at] not in "|)":
        inside: frozenset[str] = frozenset()
        literal: str | None = None
        if source[at] in "^$":
            at += 1
            continue
        if flags := _FLAGS.match(source, at):
            at = flags.end()
            continue
        if source[at] == "(":
            if _WIDTHLESS.match(source, at):
                at = _beyond(source, at)
                continue
            group = _GROUP.match(source, at)
            if group is None or _OPAQUE.match(source, at):
                at = _beyond(source, at)
            else:
                inside, at = _alternatives(source, group.end())
                at += 1
        elif source[at] == "[":
            end = _class_end(source, at)
            literal, at = _one_letter(source[at + 1 : end]), end + 1
        elif source[at] == "\\":
            escape = _ESCAPE.match(source, at)
            escaped = (escape and escape.group("one")) or "0"
            at = escape.end() if escape else at + 2
            if escaped in _NOWHERE:
                continue
            literal = _CONTROLS.get(escaped, None if escaped.isalnum() else escaped)
        else:
            literal = None if source[at] == "." else source[at]
            at += 1
        quantifier = _QUANTIFIER.match(source, at)
        optional = quantifier is not None and quantifier.group("none") is not None
        if literal is not None and not optional:
            run.append(literal)
        if literal is None or quantifier is not None:
            close()
        if inside and not optional:
            found.append(inside)
        at = quantifier.end() if quantifier else at
    close()
    return max(found, key=lambda strings: min(map(len, strings)), default=frozenset()), at


def _beyond(source: str, at: int) -> int:
    """The place behind the group that opens here."""
    depth = 0
    while at < len(source):
        if source[at] == "\\":
            at += 1
        elif source[at] == "[":
            at = _class_end(source, at)
        else:
            depth += (source[at] == "(") - (source[at] == ")")
        at += 1
        if depth == 0:
            break
    return at


def _class_end(source: str, at: int) -> int:
    """The place of the bracket that closes the class of characters that opens here."""
    at += 1
    at += source.startswith("^", at)
    at += source.startswith("]", at)  # the first one is a member
    while source[at] != "]":
        at += 2 if source[at] == "\\" else 1
    return at


def _one_letter(members: str) -> str | None:
    """The letter that all members of a class are ("[Mm]"), or None."""
    letters = {_folded(member) for member in members}
    return letters.pop() if len(letters) == 1 and members.isalpha() else None
