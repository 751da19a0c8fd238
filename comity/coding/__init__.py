"""Annotated sentences become events: lexicon, arguments, operators, contexts, claims.

The coder is loaded when first asked for, so that `relate`, which needs no actor tables, does not pay for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .coder import Coded, Coder, load_coder

__all__ = ["Coded", "Coder", "load_coder"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from . import coder

        return getattr(coder, name)
    raise AttributeError(name)
