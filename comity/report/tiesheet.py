"""The brief on one tie as a sheet: two pages' worth of what the long HTML page has.

In: a `Brief` and a size; out: a `Sheet`. Figures come from the brief; here they are put into rows and sentences, and each
index is followed by its interval or by the number of acts it rests on.
"""

from __future__ import annotations

import comity
from comity.records import Attribution, Tie
from comity.report import charts
from comity.report.brief import Brief, DriverShown, act_words, interest_words
from comity.report.evidence import AccountedAct, AccountedClaim, Source
from comity.report.sheet import (
    FULL,
    Block,
    Box,
    Column,
    Figure,
    Heading,
    Picture,
    Points,
    Quoted,
    Quotes,
    Sheet,
    Size,
    SourceLine,
    SourceList,
    Table,
    Way,
    Words,
    clean,
    counted,
    cut,
    day_words,
    month_words,
    safe_url,
)
from comity.report.timeline import timeline
from comity.report.words import signed, with_doubt

DIRECTION = {1: "is said to pull the two together", -1: "is said to pull the two apart", 0: "is said to move the tie"}


class Numbers:
    """The numbers of the documents that a sheet cites, in order of their first citation."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._sources: list[Source] = []

    def of(self, source: Source | None) -> int | None:
        """The number of a document; None for one that is not held."""
        if source is None:
            return None
        if source.id not in self._number:
            self._sources.append(source)
            self._number[source.id] = len(self._sources)
        return self._number[source.id]

    def lines(self, letters: int) -> SourceList:
        """The list of those that were cited."""
        return SourceList(
            items=tuple(
                SourceLine(
                    number=number,
                    publisher=cut(source.publisher, 60) or "Unnamed publisher",
                    published=day_words(source.published, short=True),
                    title=cut(source.title or source.url or "Untitled", letters),
                    url=safe_url(source.url),
                    genre=source.genre.replace("_", " ") if source.genre != "unknown" else "",
                    interest=cut(" ".join(interest_words(source)), letters),
                )
                for number, source in enumerate(self._sources, start=1)
            )
        )


def tie_sheet(page: Brief, size: Size = FULL) -> Sheet:
    """The brief as a sheet. Pure."""
    found = page.account
    pair = f"{found.name_a} – {found.name_b}"
    numbers = Numbers()
    blocks: list[Block] = []
    if page.course:
        blocks += [Heading(words="The course of the tie"), course_picture(page)]
    blocks += _timeline(page, size, numbers)
    blocks += _drivers(page, size, numbers)
    blocks += _evidence(page, size, numbers)
    blocks += _against(page, size, numbers)
    blocks += _claims(page, size, numbers)
    if page.reservations:
        blocks += [Heading(words="What would change the judgement"), Points(items=page.reservations)]
    sources = numbers.lines(size.letters // 2)
    if sources.items:
        blocks += [Heading(words="Sources and interests"), *_interests(sources), sources]
    blocks += [Heading(words="Method"), method_box(page)]
    return Sheet(
        title=pair,
        kicker=f"Brief on a tie · the record as known on {day_words(found.end)}",
        day=found.end,
        lead=page.judgement[0],
        judgement=page.judgement[1:],
        figures=figures(page),
        blocks=tuple(blocks),
        footer=footer(found.end),
    )


def footer(day: str) -> str:
    """The line at the foot of each page."""
    return f"Comity {comity.__version__} · as of {day_words(day)} · coded by machine; each figure leads to a sentence"


def figures(page: Brief) -> tuple[Figure, ...]:
    """The figures that stand out, each with what it rests on."""
    now, then, without = page.now, page.year_ago, page.without

    def rest(tie: Tie | None, empty: str) -> str:
        return with_doubt(tie).partition(" ")[2].strip("()") if tie is not None and tie.index is not None else empty

    return (
        Figure(
            label="Index, −10 to +10", value=signed(now.index if now else None), note=rest(now, "nothing remembered")
        ),
        Figure(
            label="Twelve months before",
            value=signed(then.index if then else None),
            note=rest(then, "nothing remembered"),
        ),
        Figure(
            label="Without interested sources",
            value=signed(without.index if without else None),
            note=rest(without, "nothing is left"),
        ),
        Figure(
            label="Third parties in sum",
            value=signed(page.account.pressure, 2),
            note=f"{counted(len(page.account.drivers), 'party', 'parties')}; without interested "
            f"{signed(page.without_pressure, 2)}",
        ),
    )


def course_picture(
    page: Brief, reach: float | None = None, span: tuple[str, str] | None = None, height: int = 128, told: bool = True
) -> Picture:
    """The course with its interval and mass. `reach` and `span` set the axes as those of another course; `height` is the
    drawing's on paper, and `told` whether it is explained beneath."""
    found = page.account
    title = f"Course of the tie {found.name_a} – {found.name_b}"
    text = course_words(page)

    def draw(width: int, key: str, height: int | None = None) -> str:
        return charts.course_chart(
            page.course,
            page.course_without,
            width=width,
            title=title,
            description=text,
            key=key,
            reach=reach,
            span=span,
            height=height,
        )

    caption = (
        "Line: index at the end of each month; band: 90 % interval; dashed: without interested sources; bars: acts "
        "remembered. Where nothing is remembered the line stops: silence is not neutrality."
    )
    return Picture(
        name=f"course-{found.a}-{found.b}".casefold(),
        title=title,
        alternative=text,
        caption=caption if told else "",
        draw=lambda width, key: draw(width, key),
        paper=lambda width: draw(width, "", height),
    )


def course_words(page: Brief) -> str:
    """What the drawing of a course shows, for those who cannot see it."""
    known = [tie for tie in page.course if tie.index is not None]
    if not known:
        return "No act between the two is remembered in any month."
    lowest = min(known, key=lambda tie: tie.index or 0)
    highest = max(known, key=lambda tie: tie.index or 0)
    return (
        f"Monthly index from {month_words(page.course[0].period)} to {month_words(page.course[-1].period)}. Lowest "
        f"{signed(lowest.index)} in {month_words(lowest.period)}, highest {signed(highest.index)} in "
        f"{month_words(highest.period)}, last {with_doubt(known[-1])}."
    )


def _timeline(page: Brief, size: Size, numbers: Numbers) -> list[Block]:
    moments = timeline(page.account.direct, page.course, size.timeline)
    if not moments:
        return []
    rows = tuple(
        (
            day_words(moment.act.part.date, short=True),
            f"{_what(moment.act)}: “{cut(moment.act.best.event.text, size.letters)}” {_mark(moment.act, numbers)}",
            signed(moment.tie.index) if moment.tie else "–",
            f"{signed(moment.tie.low)} … {signed(moment.tie.high)}"
            if moment.tie and moment.tie.low is not None
            else "–",
            f"{moment.tie.mass:,.0f}" if moment.tie else "–",
        )
        for moment in moments
    )
    columns = (
        Column(name="Date"),
        Column(name="Act, as told", share=1),
        Column(name="Index", numeric=True),
        Column(name="Interval", numeric=True),
        Column(name="Acts", numeric=True),
    )
    return [
        Heading(words="Timeline"),
        Table(
            caption="The weightiest acts between the two, and the index at the end of that month with its interval and the acts behind it.",
            columns=columns,
            rows=rows,
        ),
    ]


def _drivers(page: Brief, size: Size, numbers: Numbers) -> list[Block]:
    found = page.account
    heading = Heading(words="What drives it: third parties")
    shown = [driver for driver in page.drivers if abs(driver.pressure) >= 0.0005][: size.drivers]
    if not shown:
        return [heading, Words(words="No third party with ties to both pushes this one.")]
    rows = tuple(
        (
            driver.name,
            signed(driver.legs[0].index),
            signed(driver.legs[1].index),
            signed(driver.pressure, 3),
            f"{sum(len(leg.acts) + leg.more for leg in driver.legs):,}",
            _leg_words(driver, size, numbers),
        )
        for driver in shown
    )
    columns = (
        Column(name="Third party"),
        Column(name=f"with {found.name_a}", numeric=True),
        Column(name=f"with {found.name_b}", numeric=True),
        Column(name="Push", numeric=True),
        Column(name="Acts", numeric=True),
        Column(name="The act that weighs most in it", share=1),
    )
    return [
        heading,
        Table(
            caption="Push = product of the third party’s two indexes, each over 10; above 0 it pulls the two together, "
            "below 0 apart. It is arithmetic on the record, not proof of a cause.",
            columns=columns,
            rows=rows,
        ),
    ]


def _leg_words(driver: DriverShown, size: Size, numbers: Numbers) -> str:
    acts = [act for leg in driver.legs for act in leg.acts[:1]]
    if not acts:
        return "–"
    act = max(acts, key=lambda act: abs(act.part.change))
    return (
        f"{_what(act)}, {day_words(act.part.date, short=True)}: “{cut(act.best.event.text, size.letters * 3 // 4)}” "
        f"{_mark(act, numbers)}"
    )


def _evidence(page: Brief, size: Size, numbers: Numbers) -> list[Block]:
    acts = [act for act in page.direct if act.part.score * page.way >= 0][: size.acts]
    if not acts:
        return []
    told = counted(len(page.account.direct), "act")
    return [
        Heading(words="Evidence"),
        Words(words=f"The acts that move the index most, of {told} between the two on record.", small=True),
        Quotes(items=tuple(quoted_act(act, size, numbers) for act in acts)),
    ]


def _against(page: Brief, size: Size, numbers: Numbers) -> list[Block]:
    way = "pulls the other way" if page.leans else "would pull the two apart"
    blocks: list[Block] = [Heading(words=f"Evidence against: what {way}")]
    acts = page.counter_acts[: size.against]
    if page.counter_drivers:
        pushing = ", ".join(f"{item.name} ({signed(item.driver.pressure, 3)})" for item in page.counter_drivers[:4])
        more = len(page.counter_drivers) - 4
        rest = f" and {more} more" if more > 0 else ""
        blocks.append(
            Words(words=f"Third parties that push {'apart' if page.way > 0 else 'together'}: {pushing}{rest}.")
        )
    if acts:
        blocks.append(Quotes(items=tuple(quoted_act(act, size, numbers) for act in acts)))
    else:
        blocks.append(Words(words="No act between the two on record points the other way."))
    return blocks


def _claims(page: Brief, size: Size, numbers: Numbers) -> list[Block]:
    claims = page.claims[: size.claims]
    if not claims:
        return []
    return [
        Heading(words="What is claimed"),
        Words(
            words=f"{counted(len(page.account.claims), 'sentence')} in the store {'says' if len(page.account.claims) == 1 else 'say'} "
            "that a third party moves this tie. Claims enter no figure.",
            small=True,
        ),
        Quotes(items=tuple(quoted_claim(item, size, numbers) for item in claims)),
    ]


def _interests(sources: SourceList) -> list[Block]:
    interested = sum(bool(line.interest) for line in sources.items)
    return [
        Words(
            words=f"{interested} of the {counted(len(sources.items), 'document')} cited "
            f"{'speaks' if interested == 1 else 'speak'} for a party (◆): an act that only such documents tell counts half.",
            small=True,
        )
    ]


def quoted_act(act: AccountedAct, size: Size, numbers: Numbers) -> Quoted:
    """An act with the sentence to quote for it."""
    report = act.best
    way: Way = "together" if act.part.score > 0 else "apart" if act.part.score < 0 else ""
    note = f"told by {counted(len(act.reports), 'report')}" if len(act.reports) > 1 else ""
    adds = (
        f"adds {signed(act.part.after, 2)} to the index" if abs(act.part.after) >= 0.005 else "faded, adds nothing now"
    )
    return _quoted(
        f"{day_words(act.part.date)} · {_what(act)}", report.event.text, report.source, way,
        "; ".join(filter(None, (adds if act.part.leg == "direct" else "", note))), size, numbers,
    )  # fmt: skip


def quoted_claim(item: AccountedClaim, size: Size, numbers: Numbers) -> Quoted:
    """A claim with the sentence that makes it."""
    claim = item.claim
    way: Way = "together" if claim.direction > 0 else "apart" if claim.direction < 0 else ""
    what = f"{item.third_name} {DIRECTION[claim.direction]}{_whose(claim.attribution)}"
    return _quoted(what, claim.text, item.source, way, "", size, numbers)


def _quoted(
    what: str, sentence: str, source: Source | None, way: Way, note: str, size: Size, numbers: Numbers
) -> Quoted:
    return Quoted(
        what=what,
        sentence=cut(sentence, size.letters),
        publisher=cut(source.publisher, 60) or "unnamed publisher" if source else "document not in the store",
        published=day_words(source.published) if source else "",
        title=cut(source.title, 120) if source else "",
        url=safe_url(source.url) if source else None,
        number=numbers.of(source),
        interested=bool(source and source.interested),
        way=way,
        note=note,
    )


def _what(act: AccountedAct) -> str:
    event = act.best.event
    words = act_words(act.best) + (f" ({', '.join(event.auxiliary)})" if event.auxiliary else "")
    return words + _whose(event.attribution)


def _whose(attribution: Attribution) -> str:
    if attribution.kind == "author":
        return ""
    return f", {attribution.kind}: {cut(attribution.speaker, 60)}" if attribution.speaker else f", {attribution.kind}"


def _mark(act: AccountedAct, numbers: Numbers) -> str:
    source = act.best.source
    number = numbers.of(source)
    if number is None:
        return "[document not in the store]"
    return f"[{number}{' ◆' if source and source.interested else ''}]"


def method_box(page: Brief) -> Box:
    """How the figures were made, in short."""
    found = page.account
    return Box(
        items=(
            (
                "Index",
                "The mean PLOVER score (−10 attack … +10 aid) of the distinct acts between the two, newer acts weighing "
                f"more (half after {page.half_life_days:g} days), with one neutral act added so that little evidence "
                "stays near 0. Denied and imagined acts never count, announced ones count 0.3, acts that only interested "
                "documents tell 0.5.",
            ),
            (
                "Interval",
                "90 %, from 400 redraws of publishers and of their documents. It does not cover what no document tells, "
                "nor mistakes of the coder.",
            ),
            ("Push", f"From {day_words(found.why.start)} to {day_words(found.end)}; see docs/method.md, “Drivers”."),
            ("Words", "Chosen by threshold from a table (comity/data/report/words.csv), by nobody’s judgement."),
            ("Store", clean(page.provenance)),
        )
    )
