"""The dependency path from one word of a sentence to another."""

from __future__ import annotations

from dataclasses import dataclass

from comity.language.parse import Word


@dataclass(frozen=True, slots=True)
class DependencyPath:
    """The words from one to the other, both included, and `top`: their lowest common governor, which is among them."""

    words: list[Word]
    top: Word

    @property
    def steps(self) -> int:
        """How many arcs the path has."""
        return len(self.words) - 1


def dependency_path(a: Word, b: Word) -> DependencyPath | None:
    """The path from `a` to `b` over their lowest common governor (one of the two, where it governs the other); None where
    they hang under different roots."""
    up, down = [a, *a.ancestors], [b, *b.ancestors]
    top = next((t for t in up if t in down), None)
    if top is None:
        return None
    return DependencyPath(up[: up.index(top) + 1] + down[: down.index(top)][::-1], top)
