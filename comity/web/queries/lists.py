"""A list in pages."""

from __future__ import annotations

from typing import Any

from comity.web import models


def listed(items: list[Any], total: int, limit: int, offset: int) -> models.Listed[Any]:
    following = offset + limit
    return models.Listed(
        items=items, total=total, limit=limit, offset=offset, next=following if following < total else None
    )
