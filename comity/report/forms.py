"""Briefs in each form: HTML, Markdown, PDF.

In: a store and what to report on; out: a `Made`, the bytes of the brief with the pictures that stand beside it. Nothing is
written here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from comity.report.brief import gather, provenance, render
from comity.report.markdown import markdown
from comity.report.names import display_name
from comity.report.sheet import FULL, SHRINKING, Picture, Sheet, Size
from comity.report.tiesheet import tie_sheet
from comity.store import Store

Form = Literal["html", "md", "pdf"]
FORMS: tuple[Form, ...] = get_args(Form)
PICTURE_WIDTH = 760
# How many ties that do not fit the camps are looked up with their acts: each is a question to the store.
QUOTED_TIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A brief: its bytes, and by name the SVG files that it refers to (Markdown alone has some)."""

    content: bytes
    pictures: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.content.decode("utf-8")


def tie_brief(
    store: Store,
    a: str,
    b: str,
    form: Form = "html",
    *,
    as_of: str | None = None,
    window_days: int | None = None,
    half_life_days: float = 365,
    name: Callable[[str], str] = display_name,
    stem: str = "",
) -> Made:
    """The brief on the tie of two actors (codes). `stem` begins the names of its pictures. Raises ValueError for another
    form, and ComityError where PDF is asked for without `comity[pdf]`."""
    page = gather(store, a, b, as_of=as_of, window_days=window_days, half_life_days=half_life_days, name=name)
    return make(form, functools.partial(tie_sheet, page), stem, html=lambda: render(page))


def versus_brief(
    store: Store,
    first: tuple[str, str],
    second: tuple[str, str],
    form: Form = "html",
    *,
    as_of: str | None = None,
    window_days: int | None = None,
    half_life_days: float = 365,
    name: Callable[[str], str] = display_name,
    stem: str = "",
) -> Made:
    """The brief on two ties side by side, both on the same day: `as_of`, or that of the store's last report. Raises as
    `tie_brief`, and ValueError for the same tie twice."""
    from comity.report.versus import versus_sheet

    if set(first) == set(second):
        raise ValueError(f"{first[0]}–{first[1]} stands against itself; name another tie")
    day = as_of or store.reported()[1]
    left, right = (
        gather(store, a, b, as_of=day, window_days=window_days, half_life_days=half_life_days, name=name)
        for a, b in (first, second)
    )
    return make(form, functools.partial(versus_sheet, left, right), stem)


def blocs_brief(
    store: Store,
    form: Form = "html",
    *,
    as_of: str | None = None,
    min_strength: float = 1.0,
    half_life_days: float = 365,
    without_interested: bool = False,
    name: Callable[[str], str] = display_name,
    stem: str = "",
) -> Made:
    """The brief on the camps of a day: `as_of`, or that of the store's last report. Raises as `tie_brief`."""
    from comity.report.blocsheet import blocs_sheet, misfits
    from comity.report.evidence import account
    from comity.structure import blocs

    day = as_of or store.reported()[1]
    found = blocs(store, day, min_strength, half_life_days=half_life_days, without_interested=without_interested)
    odd = misfits(found)[:QUOTED_TIES]
    acts = {
        (edge.a, edge.b): account(store, edge.a, edge.b, as_of=day, half_life_days=half_life_days, name=name).direct
        for edge in odd
    }
    sheet = functools.partial(blocs_sheet, found, day or "1970-01-01", min_strength, acts, provenance(store), name)
    return make(form, sheet, stem)


def make(form: Form, sheet: Callable[[Size], Sheet], stem: str, html: Callable[[], str] | None = None) -> Made:
    """A sheet in one of the forms; `html` draws the page where a brief has one of its own."""
    if form == "html":
        from comity.report.webpage import webpage

        return Made(content=(html() if html else webpage(sheet(FULL))).encode("utf-8", "replace"))
    if form == "md":
        pictures: dict[str, str] = {}

        def beside(picture: Picture) -> str:
            file = f"{stem}-{picture.name}.svg" if stem else f"{picture.name}.svg"
            pictures[file] = picture.paper(PICTURE_WIDTH)
            return file

        return Made(content=markdown(sheet(FULL), beside).encode("utf-8", "replace"), pictures=pictures)
    if form == "pdf":
        from comity.report.typeset import typeset

        return Made(content=typeset(functools.partial(sheet, size) for size in SHRINKING))
    raise ValueError(f'form "{form}" is none of {", ".join(FORMS)}')
