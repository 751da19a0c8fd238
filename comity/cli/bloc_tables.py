"""Camps in a terminal: who is in them, how well they fit, the census of triads, and what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from comity.cli.shared import plain
from comity.cli.tables import colour, interval, plain_table
from comity.report.words import signed
from comity.structure import BlocPeriod, Blocs, Bounds


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
        table = plain_table("Ties that fit no camp", f"… and {len(misfits) - top} more" if len(misfits) > top else "")
        table.add_column("tie")
        table.add_column("index", justify="right", no_wrap=True)
        table.add_column("90 % interval", justify="center", no_wrap=True)
        for edge in misfits[:top]:
            table.add_row(
                f"{plain(name(edge.a))} – {plain(name(edge.b))}",
                Text(signed(edge.index), style=colour(edge.index)),
                interval(edge.low, edge.high, 1),
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
    table = plain_table("Triads", caption)
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
    table = plain_table(
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
    table = plain_table("Who sits between", caption)
    table.add_column("actor")
    for heading in ("camp", "hold", "90 % interval", "stays", "ties"):
        table.add_column(heading, justify="right", no_wrap=True)
    for place in found.between[:top]:
        table.add_row(
            plain(name(place.actor)),
            str(place.camp),
            signed(place.hold, 2),
            interval(place.low, place.high, 2),
            "–" if place.stability is None else f"{place.stability:.0%}",
            str(place.ties),
        )
    return table


def blocs_course_table(course: Sequence[BlocPeriod], name: Callable[[str], str]) -> Iterable[RenderableType]:
    """The camps of each period by their anchors, how frustrated they are, and who moved."""
    if not course:
        yield Text("No tie on record is strong enough.")
        return
    table = plain_table(
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
