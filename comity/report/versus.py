"""Two ties side by side, as a sheet: the same figures on the same day, the courses on the same axes.

In: two briefs of one day and a size; out: a `Sheet`. Whether one tie is higher than the other is said only as far as the
two intervals let it be said.
"""

from __future__ import annotations

from collections.abc import Callable

from comity.records import Tie
from comity.report import charts
from comity.report.brief import Brief
from comity.report.sheet import (
    FULL,
    Block,
    Column,
    Figure,
    Heading,
    Points,
    Quotes,
    Sheet,
    Size,
    Table,
    Words,
    counted,
    day_words,
)
from comity.report.tiesheet import Numbers, course_picture, footer, method_box, quoted_act
from comity.report.words import signed, with_doubt, word

NOTHING = "nothing remembered"


def versus_sheet(left: Brief, right: Brief, size: Size = FULL) -> Sheet:
    """The two ties as one sheet. Pure; both briefs must be of the same day."""
    pairs = _pair(left), _pair(right)
    day = left.account.end
    numbers = Numbers()
    blocks: list[Block] = [Heading(words="Side by side"), _side_by_side(left, right)]
    blocks += _courses(left, right)
    blocks += _thirds(left, right, size)
    for page, pair in zip((left, right), pairs, strict=True):
        blocks += _evidence(page, pair, size, numbers)
    changes = tuple(
        (f"{pair}: {term[0].lower()}{term[1:]}", words)
        for page, pair in zip((left, right), pairs, strict=True)
        for term, words in page.reservations
        if term in ("The interval", "Thin record", "The heaviest publisher", "Interested sources")
    )
    if changes:
        blocks += [Heading(words="What would change the judgement"), Points(items=changes)]
    sources = numbers.lines(size.letters // 2)
    if sources.items:
        blocks += [Heading(words="Sources and interests"), sources]
    blocks += [Heading(words="Method"), method_box(left)]
    lead, *rest = comparison(left, right)
    return Sheet(
        title=f"{pairs[0]} and {pairs[1]}",
        kicker=f"Brief on two ties · the record as known on {day_words(day)}",
        day=day,
        lead=lead,
        judgement=tuple(rest),
        figures=tuple(
            Figure(label=f"Index {pair}", value=signed(page.now.index if page.now else None), note=_rest(page.now))
            for page, pair in zip((left, right), pairs, strict=True)
        ),
        blocks=tuple(blocks),
        footer=footer(day),
    )


def comparison(left: Brief, right: Brief) -> tuple[str, ...]:
    """The judgement on two ties, a sentence a figure."""
    day = day_words(left.account.end)
    known = [page for page in (left, right) if page.now is not None and page.now.index is not None]
    if len(known) < 2:
        told = [f"{_pair(page)} stands at {with_doubt(page.now)}" for page in known if page.now]
        silent = " and ".join(_pair(page) for page in (left, right) if page not in known)
        return (f"On {day} nothing is remembered of {silent}, so the two cannot be compared.", *(f"{t}." for t in told))
    one, other = left.now, right.now
    assert one is not None and other is not None and one.index is not None and other.index is not None
    lead = (
        f"On {day} {_pair(left)} is on {word('index', one.index)} terms, at {with_doubt(one)}, and {_pair(right)} on "
        f"{word('index', other.index)} terms, at {with_doubt(other)}."
    )
    gap = abs(one.index - other.index)
    higher, lower = (left, right) if one.index >= other.index else (right, left)
    apart = _apart(one, other)
    settled = (
        "and the two intervals do not touch"
        if apart
        else "but the two intervals overlap, so the record does not settle which is higher"
    )
    sentences = [f"{_pair(higher)} stands {gap:.1f} points above {_pair(lower)}, {settled}."]
    for page in (left, right):
        if page.year_ago is not None and page.year_ago.index is not None and page.now and page.now.index is not None:
            sentences.append(
                f"{_pair(page)} {word('change', page.now.index - page.year_ago.index)} over twelve months, from "
                f"{with_doubt(page.year_ago)}."
            )
    return (lead, *sentences)


def _apart(one: Tie, other: Tie) -> bool:
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    return one.low > other.high or other.low > one.high


def _pair(page: Brief) -> str:
    return f"{page.account.name_a}–{page.account.name_b}"


def _rest(tie: Tie | None) -> str:
    return with_doubt(tie).partition(" ")[2].strip("()") if tie is not None and tie.index is not None else NOTHING


def _side_by_side(left: Brief, right: Brief) -> Table:
    def both(term: str, told: Callable[[Brief], str]) -> tuple[str, str, str]:
        return term, told(left), told(right)

    def tie(found: Tie | None) -> str:
        return with_doubt(found) if found is not None and found.index is not None else NOTHING

    rows = (
        both("Index", lambda page: tie(page.now)),
        both(
            "In words", lambda page: word("index", page.now.index) if page.now and page.now.index is not None else "–"
        ),
        both("Twelve months before", lambda page: tie(page.year_ago)),
        both("Without interested sources", lambda page: tie(page.without)),
        both("Acts on record", lambda page: f"{len(page.account.direct):,}"),
        both(
            "Third parties in sum",
            lambda page: (
                f"{signed(page.account.pressure, 2)} ({counted(len(page.account.drivers), 'party', 'parties')})"
            ),
        ),
        both("Claims about it", lambda page: f"{len(page.account.claims):,}"),
    )
    columns = (Column(name="Measure"), Column(name=_pair(left), share=1), Column(name=_pair(right), share=1))
    return Table(caption="Index with its 90 % interval and the acts remembered.", columns=columns, rows=rows)


def _courses(left: Brief, right: Brief) -> list[Block]:
    shown = [page for page in (left, right) if page.course]
    if not shown:
        return []
    reach = max(charts.reach_of(page.course) for page in shown)
    first = min(charts.period_days(page.course[0].period)[0] for page in shown)
    last = max(charts.period_days(page.course[-1].period)[1] for page in shown)
    span = first.isoformat(), last.isoformat()
    blocks: list[Block] = []
    for page in shown:
        picture = course_picture(page, reach, span, height=96, told=page is shown[-1])
        blocks += [Heading(words=f"The course of {_pair(page)}"), picture]
    return blocks


def _thirds(left: Brief, right: Brief, size: Size) -> list[Block]:
    pushes: dict[str, list[float | None]] = {}
    for side, page in enumerate((left, right)):
        for item in page.account.drivers:
            if abs(item.driver.pressure) >= 0.0005:
                pushes.setdefault(item.name, [None, None])[side] = item.driver.pressure
    ranked = sorted(pushes.items(), key=lambda item: (-max(abs(push or 0) for push in item[1]), item[0]))
    if not ranked:
        return []
    rows = tuple((name, signed(one, 3), signed(other, 3)) for name, (one, other) in ranked[: size.drivers + 2])
    columns = (
        Column(name="Third party", share=1),
        Column(name=f"Push on {_pair(left)}", numeric=True),
        Column(name=f"Push on {_pair(right)}", numeric=True),
    )
    caption = "Above 0 together, below 0 apart; – where it has no push on that tie. Arithmetic on the record, no cause."
    return [Heading(words="Third parties"), Table(caption=caption, columns=columns, rows=rows)]


def _evidence(page: Brief, pair: str, size: Size, numbers: Numbers) -> list[Block]:
    acts = [act for act in page.direct if act.part.score * page.way >= 0][: size.acts]
    against = page.counter_acts[: size.against]
    heading = Heading(words=f"Evidence: {pair}")
    if not acts and not against:
        return [heading, Words(words="No act between the two is on record.")]
    blocks: list[Block] = [heading]
    if acts:
        blocks.append(Quotes(items=tuple(quoted_act(act, size, numbers) for act in acts)))
    if against:
        blocks.append(Words(words="Against:", small=True))
        blocks.append(Quotes(items=tuple(quoted_act(act, size, numbers) for act in against)))
    return blocks
