"""What a person reads in a terminal: Rich tables and lines within 80 columns. Values in, things to print out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from comity.cli.shared import plain
from comity.dyads import Asymmetry, Change, Likeness
from comity.records import Event, Tie
from comity.report.brief import act_words
from comity.report.evidence import Account, AccountedAct, AccountedClaim, AccountedDriver, Source
from comity.report.words import signed, word
from comity.structure import BlocPeriod, Blocs, Bounds

PERIODS = 24
EVENTS = 30
BAR = 25


def show(*items: RenderableType) -> None:
    """Prints; without colours where nobody is watching, and then 80 columns wide."""
    console = Console(highlight=False)
    for item in items:
        console.print(item)


def bar(index: float | None, low: float | None, high: float | None, width: int = BAR) -> str:
    """The index on a line from -10 to 10: `─` its interval, `●` itself, `│` the zero."""
    cells = [" "] * width

    def place(value: float) -> int:
        return round((max(-10.0, min(10.0, value)) + 10) / 20 * (width - 1))

    if low is not None and high is not None:
        for cell in range(place(low), place(high) + 1):
            cells[cell] = "─"
    cells[width // 2] = "│"
    if index is not None:
        cells[place(index)] = "●"
    return "".join(cells)


def course_table(
    ties: Sequence[Tie], names: tuple[str, str], half_life_days: float, every: bool, direction: str = "both"
) -> Table:
    """The course: the last 24 periods with events and the last of all; dots where all was forgotten between."""
    pair = {"both": f"{names[0]} – {names[1]}", "ab": f"{names[0]} → {names[1]}", "ba": f"{names[1]} → {names[0]}"}
    chosen = set(range(len(ties))) if every else set([n for n, tie in enumerate(ties) if tie.events][-PERIODS:])
    chosen.add(len(ties) - 1)
    side = "" if ties[0].dimension == "all" else f", {ties[0].dimension} side"
    table = Table(
        title=f"{pair[direction]}{side} (half-life {half_life_days:g} days)",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        caption="At the end of each period. acts: remembered; new: events in it.",
        caption_justify="left",
    )
    table.add_column("period", no_wrap=True)
    table.add_column("index", justify="right", no_wrap=True)
    table.add_column("90 % interval", justify="center", no_wrap=True)
    table.add_column("acts", justify="right", no_wrap=True)
    table.add_column("new", justify="right", no_wrap=True)
    table.add_column("-10          0         +10", no_wrap=True)
    last = None
    for number in sorted(chosen):
        tie = ties[number]
        if last is not None and any(between.index is None for between in ties[last + 1 : number]):
            table.add_row("…", "–", "", "0", "0", "", style="dim")
        last = number
        interval = f"{signed(tie.low)} … {signed(tie.high)}" if tie.low is not None else "–"
        table.add_row(
            tie.period,
            Text(signed(tie.index), style=_colour(tie.index)),
            interval,
            f"{tie.mass:g}",
            str(len(tie.events)),
            bar(tie.index, tie.low, tie.high),
        )
    return table


def way_line(sides: Sequence[Asymmetry], names: tuple[str, str]) -> Iterable[RenderableType]:
    """How the two directions differ at the end of the course."""
    if not sides:
        return
    last = sides[-1]
    one, other = (plain(name) for name in names)
    words = f"{one} → {other} {signed(last.ab)}, {other} → {one} {signed(last.ba)}"
    if last.difference is not None:
        words += f"; difference {signed(last.difference)} ({signed(last.low)} … {signed(last.high)})"
    yield Text(words + "\n")


def changes_table(found: Sequence[Change], names: tuple[str, str]) -> Iterable[RenderableType]:
    """When the tie went over to another level, and the acts that moved it."""
    if not found:
        yield Text("No change of level that noise would not show as well.")
        return
    table = Table(
        title=f"Changes of level: {plain(names[0])} – {plain(names[1])}", title_justify="left", title_style="bold",
        box=box.SIMPLE_HEAD, caption_justify="left",
        caption="Mean score of acts before and after. between: where the change lies, 90 % confidence. sure: 1 less the "
        "share of shuffled courses that part as well.",
    )  # fmt: skip
    for name in ("from", "between", "before", "after", "sure", "acts that moved it"):
        table.add_column(name, no_wrap=name != "acts that moved it", justify="left" if name == "from" else "default")
    for change in found:
        movers = ", ".join(f"{mover.date} {signed(mover.score)}" for mover in change.movers[:3])
        side = "" if change.dimension == "all" else f" {change.dimension[:4]}."
        table.add_row(
            change.period + side,
            f"{change.low} … {change.high}" if change.low != change.high else change.low,
            Text(signed(change.before), style=_colour(change.before)),
            Text(signed(change.after), style=_colour(change.after)),
            f"{change.confidence:.1%}",
            movers,
        )
    yield table


def like_table(
    found: Sequence[Likeness], names: tuple[str, str], name: Callable[[str], str]
) -> Iterable[RenderableType]:
    """Which ties moved like this one."""
    if not found:
        yield Text("No other tie has enough periods in common with this one.")
        return
    table = Table(
        title=f"Ties that moved like {plain(names[0])} – {plain(names[1])}", title_justify="left", title_style="bold",
        box=box.SIMPLE_HEAD, caption_justify="left",
        caption="Correlation of what each period's acts did. lag: periods that the tie comes after this one. The best of "
        "many look more alike than they are.",
    )  # fmt: skip
    table.add_column("tie", max_width=34)
    table.add_column("correlation", justify="right", no_wrap=True)
    table.add_column("90 % interval", justify="center", no_wrap=True)
    table.add_column("lag", justify="right", no_wrap=True)
    table.add_column("periods", justify="right", no_wrap=True)
    for one in found:
        table.add_row(
            f"{plain(name(one.a))} – {plain(name(one.b))}",
            f"{one.correlation:+.2f}",
            f"{one.low:+.2f} … {one.high:+.2f}",
            str(one.lag),
            str(one.overlap),
        )
    yield table


def why_report(found: Account, top: int) -> Iterable[RenderableType]:
    """What pushes a tie: direct acts, third parties, claims."""
    figures = found.why
    yield Text(f"{found.name_a} – {found.name_b}, {figures.start} to {figures.end}", style="bold")
    index = f"Index {signed(figures.after)} (at the start {signed(figures.before)}), {figures.mass:g} acts remembered."
    yield Text(
        f"{index if figures.mass else 'No act between the two is remembered: silence is not neutrality.'}\n"
        f"Third parties {word('structural', found.pressure)}: {signed(found.pressure, 3)} in sum.\n"
    )
    if not (found.direct or found.drivers or found.claims):
        yield Text("Nothing is on record.")
        return
    yield Text("Direct acts, by what they moved", style="bold")
    for act in found.direct[:top]:
        yield from _act(act, signed(act.part.change, 2))
    if not found.direct:
        yield Text("  none on record")
    yield _more(len(found.direct) - top)
    yield _drivers_table(found, top)
    for number, item in enumerate(found.drivers[:top], start=1):
        yield from _driver(number, item, found)
    yield _more(len(found.drivers) - top)
    shown = {claim.claim.id for item in found.drivers[:top] for claim in item.claims[:1]}
    further = [claim for claim in found.claims if claim.claim.id not in shown]
    if further:
        yield Text("Further claims", style="bold")
        for claim in further[:top]:
            yield from _claim(claim)
        yield _more(len(further) - top)
    if found.claims:
        yield Text("No claim enters a figure.", style="dim")


def _drivers_table(found: Account, top: int) -> Table:
    table = Table(
        title="Third parties", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, caption_justify="left",
        caption="Push above 0: together; below 0: apart. –: nothing on record, so no push.",
    )  # fmt: skip
    table.add_column("", justify="right")
    table.add_column("third party", max_width=24)
    table.add_column(f"with {found.a}", justify="right", no_wrap=True)
    table.add_column(f"with {found.b}", justify="right", no_wrap=True)
    table.add_column("push", justify="right", no_wrap=True)
    table.add_column("change", justify="right", no_wrap=True)
    table.add_column("share", justify="right", no_wrap=True)
    for number, item in enumerate(found.drivers[:top], start=1):
        driver = item.driver
        table.add_row(
            str(number),
            plain(item.name),
            signed(driver.leg_a),
            signed(driver.leg_b),
            Text(signed(driver.pressure, 3), style=_colour(driver.pressure)),
            signed(driver.change, 3),
            f"{driver.share:.0%}",
        )
    return table


def _driver(number: int, item: AccountedDriver, found: Account) -> Iterable[RenderableType]:
    yield Text(f"{number}. {plain(item.name)}", style="bold")
    for leg, name in (("a", found.name_a), ("b", found.name_b)):
        index = item.driver.leg_a if leg == "a" else item.driver.leg_b
        acts = [act for act in item.acts if act.part.leg == leg]
        # One sentence stands for the leg: the strongest that goes the leg's own way.
        along = [act for act in acts if act.part.after * (index or 0) > 0]
        for act in (along or acts)[:1]:
            yield from _act(act, f"with {name}")
    if not item.acts:
        yield Text("  no act on record")
    for claim in item.claims[:1]:
        yield from _claim(claim)


def _act(act: AccountedAct, label: str) -> Iterable[RenderableType]:
    event = act.best.event
    auxiliary = f" ({', '.join(event.auxiliary)})" if event.auxiliary else ""
    head = Text(f"  {act.part.date}  {label}  ")
    head.append(plain(act_words(act.best)) + auxiliary, style=_colour(act.part.score))
    yield head
    yield _quotation(event.text, event.attribution.kind, event.attribution.speaker, act.best.source)


def _claim(item: AccountedClaim) -> Iterable[RenderableType]:
    claim = item.claim
    way = {1: "is said to pull them together", -1: "is said to pull them apart"}.get(
        claim.direction, "is said to move the tie"
    )
    yield Text(f"  claim: {plain(item.third_name)} {way}")
    yield _quotation(claim.text, claim.attribution.kind, claim.attribution.speaker, item.source)


def _quotation(text: str, kind: str, speaker: str | None, source: Source | None) -> Padding:
    lines = Text(f"“{plain(text)}”\n", style="")
    teller = f"{speaker or 'somebody'} ({kind}), in " if kind != "author" else ""
    place = "a document that the store does not hold"
    if source:
        title = f", “{source.title}”" if source.title else ""
        place = f"{source.publisher or 'unnamed publisher'}, {source.published or 'no date'}{title}"
    lines.append(f"— {plain(teller + place)}", style="dim")
    if source and source.interested:
        lines.append(" [interested]", style="yellow")
    return Padding(lines, (0, 0, 0, 4), expand=False)


def events_table(events: Sequence[Event]) -> Table:
    """Events as a short table: the first 30."""
    table = Table(box=box.SIMPLE_HEAD, caption_justify="left")
    table.add_column("date", no_wrap=True)
    table.add_column("who → whom", no_wrap=True)
    table.add_column("event", no_wrap=True)
    # The column may shrink, so that the others need not; its cells are cut, not folded.
    table.add_column("sentence")
    for event in events[:EVENTS]:
        target = event.target.actor if event.target else "–"
        arrow = "↔" if event.reciprocal else "→"
        marks = "".join(
            {"negation": "¬", "future": "+", "hypothetical": "?", "historical": "-"}[a] for a in event.auxiliary
        )
        table.add_row(
            event.date.start,
            f"{event.source.actor} {arrow} {target}",
            Text(event.event + marks, style=_colour(event.score)),
            Text(plain(event.text), no_wrap=True, overflow="ellipsis"),
        )
    if len(events) > EVENTS:
        table.caption = f"… and {len(events) - EVENTS:,} more; all of them with --json"
    return table


def blocs_report(found: Blocs, name: Callable[[str], str], top: int = 10) -> Iterable[RenderableType]:
    """The camps, how well they fit, the census of triads, and what does not fit: triads, actors between, ties."""
    if not found.edges:
        yield Text("No tie on record is strong enough.")
        return
    yield Text(f"Camps on {found.day}", style="bold")
    alone = [camp[0] for camp in found.camps if len(camp) == 1]
    # Free camps leave many actors alone; a line for each would bury the camps.
    listed = [number for number, camp in enumerate(found.camps) if camp and (len(camp) > 1 or len(alone) <= 2)]
    for number in listed:
        anchors = ", ".join(plain(name(code)) for code in found.anchors[number])
        yield Text(f"Camp {number + 1}" + (f", round {anchors}" if len(found.camps[number]) > 3 else ""), style="bold")
        yield _names(found.camps[number], name)
    if len(alone) > 2:
        yield Text("Each in a camp of its own", style="bold")
        yield _names(alone, name)
    if found.apart:
        yield Text("Apart: no path of ties leads to these camps", style="bold")
        yield _names(found.apart, name)
    yield Text(f"\n{len(found.edges)} ties. Frustration {_bounded(found.weighted, 1)}")
    yield Text(f"By number of ties {_bounded(found.counted, 0)}")
    yield _census_table(found)
    if found.triads:
        yield _triads_table(found, name, top)
    if found.between:
        yield _between_table(found, name, top)
    misfits = sorted((edge for edge in found.edges if edge.frustrated), key=lambda edge: -abs(edge.index))
    if misfits:
        table = _plain_table("Ties that fit no camp", f"… and {len(misfits) - top} more" if len(misfits) > top else "")
        table.add_column("tie")
        table.add_column("index", justify="right", no_wrap=True)
        table.add_column("90 % interval", justify="center", no_wrap=True)
        for edge in misfits[:top]:
            table.add_row(
                f"{plain(name(edge.a))} – {plain(name(edge.b))}",
                Text(signed(edge.index), style=_colour(edge.index)),
                _interval(edge.low, edge.high, 1),
            )
        yield table


def _names(codes: Sequence[str], name: Callable[[str], str]) -> Padding:
    return Padding(Text(", ".join(plain(name(code)) for code in codes)), (0, 0, 0, 2), expand=False)


def _bounded(bounds: Bounds, digits: int) -> str:
    share = f"{bounds.upper / bounds.of:.0%}" if bounds.of else "0%"
    if bounds.proven:
        return f"{bounds.upper:.{digits}f} of {bounds.of:.{digits}f} ({share}): proven, no parting fits better."
    return (
        f"at most {bounds.upper:.{digits}f} of {bounds.of:.{digits}f} ({share}), at least {bounds.lower:.{digits}f}: "
        "not proven."
    )


def _plain_table(title: str, caption: str = "") -> Table:
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        caption=caption or None,
        caption_justify="left",
    )


def _interval(low: float | None, high: float | None, digits: int) -> str:
    return "–" if low is None else f"{signed(low, digits)} … {signed(high, digits)}"


def _census_table(found: Blocs) -> Table:
    """Each type of triad beside what the same signs dealt out anew would give."""
    kept, weighed = found.census.balance, found.census.weighted_balance
    caption = "No triad."
    if kept and weighed:
        caption = (
            f"Balanced: {kept.value:.0%} of triads (expected {kept.expected:.0%}, 90 % {kept.low:.0%} to "
            f"{kept.high:.0%}); by weight {weighed.value:.0%} (expected {weighed.expected:.0%}). Expected: mean over "
            "permutations of the signs; z: standard deviations from it."
        )
    table = _plain_table("Triads", caption)
    for heading in ("type", "", "number", "expected", "90 % of permutations", "z"):
        table.add_column(heading, justify="left" if heading in ("type", "") else "right", no_wrap=True)
    for row in found.census.types:
        figure = row.count
        table.add_row(
            row.kind.replace("-", "−"),
            "balanced" if row.balanced else "unbalanced",
            f"{figure.value:,.0f}",
            f"{figure.expected:,.1f}",
            f"{figure.low:,.0f} to {figure.high:,.0f}",
            signed(figure.z),
        )
    return table


def _triads_table(found: Blocs, name: Callable[[str], str], top: int) -> Table:
    table = _plain_table(
        "Unbalanced triads that weigh most",
        "Indexes of first–second, second–third, first–third; weight: geometric mean.",
    )
    table.add_column("triad")
    table.add_column("indexes", justify="right", no_wrap=True)
    table.add_column("weight", justify="right", no_wrap=True)
    for triad in found.triads[:top]:
        table.add_row(
            ", ".join(plain(name(code)) for code in triad.actors),
            "  ".join(signed(index) for index in triad.indexes),
            f"{triad.weight:.1f}",
        )
    return table


def _between_table(found: Blocs, name: Callable[[str], str], top: int) -> Table:
    caption = (
        "Hold: draw of the own camp less that of the next, −1 to 1. Stays: draws of publishers and stories in which it "
        "keeps its camp."
    )
    if len(found.between) > top:
        caption += f" … and {len(found.between) - top} more."
    table = _plain_table("Who sits between", caption)
    table.add_column("actor")
    for heading in ("camp", "hold", "90 % interval", "stays", "ties"):
        table.add_column(heading, justify="right", no_wrap=True)
    for place in found.between[:top]:
        table.add_row(
            plain(name(place.actor)),
            str(place.camp),
            signed(place.hold, 2),
            _interval(place.low, place.high, 2),
            "–" if place.stability is None else f"{place.stability:.0%}",
            str(place.ties),
        )
    return table


def blocs_course_table(course: Sequence[BlocPeriod], name: Callable[[str], str]) -> Iterable[RenderableType]:
    """The camps of each period by their anchors, how frustrated they are, and who moved."""
    if not course:
        yield Text("No tie on record is strong enough.")
        return
    table = _plain_table(
        "Camps at the end of each period",
        "Frustration: share of the strength of all ties that fits no parting (~: not proven). Camps keep their number "
        "while they keep most of their members.",
    )
    table.add_column("period", no_wrap=True)
    table.add_column("ties", justify="right", no_wrap=True)
    table.add_column("frustr.", justify="right", no_wrap=True)
    table.add_column("balanced", justify="right", no_wrap=True)
    table.add_column("camps: members, round whom")
    for each in course:
        found = each.blocs
        balance = found.census.balance
        table.add_row(
            each.period,
            f"{len(found.edges):,}",
            ("" if found.exact else "~") + f"{found.frustration / found.strength:.0%}",
            f"{balance.value:.0%}" if balance else "–",
            "\n".join(
                f"{number}: {len(camp)}, {', '.join(plain(name(code)) for code in anchors)}"
                for number, (camp, anchors) in enumerate(zip(found.camps, found.anchors, strict=True), start=1)
                if camp
            ),
        )
    yield table
    yield Text("Moved, sitting between camps neither before nor after", style="bold")
    for each in course:
        firm = [move for move in each.moved if move.firm]
        told = [f"{plain(name(move.actor))} {move.then} → {move.now}" for move in firm]
        if len(each.moved) > len(firm):
            told.append(f"{len(each.moved) - len(firm)} not firmly (--json)")
        if told:
            yield Padding(Text(f"{each.period}  {', '.join(told)}"), (0, 0, 0, 2), expand=False)


def _more(count: int) -> Text:
    return Text(f"  … and {count} more (--top, --json)\n" if count > 0 else "")


def _colour(value: float | None) -> str:
    return "" if not value else "green" if value > 0 else "red"
