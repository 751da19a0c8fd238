"""Structure: what third parties do to a tie, and which camps all ties form. See `why` and `blocs`."""

from __future__ import annotations

from comity.structure.blocs import Blocs, Edge, blocs
from comity.structure.why import Part, Why, why

__all__ = ["Blocs", "Edge", "Part", "Why", "blocs", "why"]
