"""Who owns a publisher, so that two papers of one house are not taken for two witnesses.

In: a publisher's name or host; out: the owner's name, or the publisher's own in a form that spellings share. The known
owners are the rows of owners.csv; whom no row names is taken to be its own.
"""

from __future__ import annotations

import re
from functools import cache

from comity.sources import tables

_FRAME = re.compile(r"^(?:https?://)?(?:www\.)?(?:the )?|(?:\.(?:com|org|net|co\.uk|gov))?/?$")


def plain_name(publisher: str) -> str:
    """A publisher's name without case, article and the frame of a host: "www.thesun.co.uk" is "thesun"."""
    return _FRAME.sub("", " ".join(publisher.casefold().split()))


@cache
def _owners() -> dict[str, str]:
    faults: list[str] = []
    found: dict[str, str] = {}
    for number, row in tables.rows("owners.csv"):
        for name in row["publishers"].split("|"):
            key = plain_name(name)
            if not key or not row["owner"]:
                faults.append(f"{number}: a row needs publishers and an owner")
            elif found.setdefault(key, row["owner"]) != row["owner"]:
                faults.append(f'{number}: "{name}" has the owner "{found[key]}" already')
    tables.check("owners.csv", faults)
    return found


def owner(publisher: str) -> str:
    """The owner of a publisher. Raises TableError where the table has faults."""
    name = plain_name(publisher)
    return _owners().get(name, name)
