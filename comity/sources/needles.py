"""Which of many patterns can match a text at all: most cannot, since a word that they need is not in it.

Of each pattern the strings are taken of which any match must hold one ("subscribe" or "register"); one pass of an
Aho–Corasick automaton tells which of all these a text holds, and only those patterns are then searched for. A pattern
that needs no string of two letters is always searched for. Reading a page takes a third of the time so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from ahocorasick_rs import AhoCorasick

_SHORTEST = 2
_MOST = 80  # alternatives in one pattern
_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
_WIDTHLESS = (ops.AT, ops.ASSERT, ops.ASSERT_NOT)


class Needles:
    """A row of patterns, ready to be asked which of them may match."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        self._always: list[int] = []
        wanted: dict[str, list[int]] = {}
        for index, pattern in enumerate(patterns):
            strings = needed(pattern)
            if not strings:
                self._always.append(index)
            for string in strings:
                wanted.setdefault(string, []).append(index)
        self._indexes = list(wanted.values())
        self._automaton = AhoCorasick(list(wanted)) if wanted else None

    def candidates(self, text: str) -> list[int]:
        """The indexes of the patterns that may match, in their order."""
        found = set(self._always)
        if self._automaton is not None:
            held = {match[0] for match in self._automaton.find_matches_as_indexes(_folded(text), overlapping=True)}
            for number in held:
                found.update(self._indexes[number])
        return sorted(found)


def needed(pattern: re.Pattern[str]) -> frozenset[str]:
    """Strings, case folded, of which each match of a pattern holds one; none where that cannot be told."""
    return _best(parser.parse(pattern.pattern, pattern.flags)) or frozenset()


def _folded(text: str) -> str:
    # "İ" folds to two characters, and re takes it for "i" when case does not count.
    return text.casefold().replace("\u0307", "")


def _best(parts: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """The most telling set of strings that a row of parts needs: the one whose shortest string is longest."""
    found: list[frozenset[str]] = []
    run: list[str] = []

    def close() -> None:
        string = _folded("".join(run))
        if len(string) >= _SHORTEST:
            found.append(frozenset({string}))
        run.clear()

    for op, value in parts:
        if op is ops.LITERAL:
            run.append(chr(value))
            continue
        if op in _WIDTHLESS:
            continue
        close()
        if op is ops.BRANCH:
            inner = [_best(branch) for branch in value[1]]
            union = frozenset().union(*(strings or frozenset() for strings in inner))
            if all(inner) and len(union) <= _MOST:
                found.append(union)
        elif (op is ops.SUBPATTERN and (inside := _best(value[3]))) or (
            op in _REPEATS and value[0] >= 1 and (inside := _best(value[2]))
        ):
            found.append(inside)
    close()
    return max(found, key=lambda strings: min(map(len, strings)), default=None)
