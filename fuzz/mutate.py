"""Inputs from inputs: small and large changes to bytes, words of the format put in, and pieces repeated many times.

libFuzzer's own changes are small, and its words come from what it sees compared; what it hardly ever makes are the
long repetitions at which patterns and nested loops take the square of their time. Deterministic by its random numbers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

# What has broken readers before: of numbers, of Unicode, of structure.
ODD = tuple(
    text.encode("utf-8", "surrogatepass")
    for text in (
        "\0", "\n", "\r\n", "\t", "\"", "'", "\\", "%00", "&#0;", "&#x110000;", "<", ">", "{", "[", "(", "/../", "//",
        "-1", "0", "99999999999999999999", "1e999", "NaN", "0001-01-01", "9999-12-31", "1900-02-30", "2024-02-29",
        "\ufeff", "\u200b", "\u202e", "\u0130", "\u0131", "\u017f", "\u212a", "\u00b2", "\u0661", "\u2028", "\x85",
        "\ud800", "\U0001f600", "e\u0301", "ﬁ", "ß",
    )
)  # fmt: skip


# How often each change is made. Long repetitions take as long as a hundred other inputs.
_OFTEN = (4, 4, 4, 8, 8, 8, 6, 6, 3, 1, 1, 2)


def mutated(data: bytes, others: Sequence[bytes], words: Sequence[bytes], most: int, dice: random.Random) -> bytes:
    """Another input: one to four changes to `data`, with pieces of `others` and `words`; at most `most` bytes."""
    out = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 2, 3, 4))):
        _change(out, others, words, most, dice)
    return bytes(out[:most])


def _change(out: bytearray, others: Sequence[bytes], words: Sequence[bytes], most: int, dice: random.Random) -> None:
    at, end = _piece(out, dice)
    kind = dice.choices(range(12), _OFTEN)[0]
    if kind == 0:
        del out[at:end]
    elif kind == 1 and out:
        out[dice.randrange(len(out))] = dice.randrange(256)
    elif kind == 2 and out:
        out[dice.randrange(len(out))] ^= 1 << dice.randrange(8)
    elif kind in (3, 4, 5):
        put = dice.choice(words) if words and dice.random() < 0.7 else dice.choice(ODD)
        out[at : at if dice.random() < 0.7 else end] = put
    elif kind in (6, 7) and others:
        other = dice.choice(others)
        start, stop = _piece(other, dice)
        out[at : at if dice.random() < 0.5 else end] = other[start:stop]
    elif kind == 8:
        out[at:at] = out[at:end]
    elif kind == 9:
        # As long as may be: what takes the square of its length shows only then.
        piece = bytes(out[at : min(end, at + dice.choice((1, 2, 4, 8, 16, 64)))]) or b" "
        out[at:at] = piece * dice.randrange(2, max(3, min(20_000, most // len(piece))))
    elif kind == 10:
        piece = out[at:end]
        dice.shuffle(piece)
        out[at:end] = piece
    else:
        del out[dice.randrange(len(out) + 1) :]


def _piece(data: bytes | bytearray, dice: random.Random) -> tuple[int, int]:
    """A stretch, more often a short one."""
    at = dice.randrange(len(data) + 1)
    return at, min(len(data), at + int(2 ** dice.uniform(0, 10)))
