"""What pushes a tie, in a terminal: direct acts, third parties and claims, each with its sentence."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from comity.cli.shared import plain
from comity.cli.tables import colour, more
from comity.report.brief import act_words
from comity.report.evidence import Account, AccountedAct, AccountedClaim, AccountedDriver, Source
from comity.report.words import signed, word


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
    yield more(len(found.direct) - top)
    yield _drivers_table(found, top)
    for number, item in enumerate(found.drivers[:top], start=1):
        yield from _driver(number, item, found)
    yield more(len(found.drivers) - top)
    shown = {claim.claim.id for item in found.drivers[:top] for claim in item.claims[:1]}
    further = [claim for claim in found.claims if claim.claim.id not in shown]
    if further:
        yield Text("Further claims", style="bold")
        for claim in further[:top]:
            yield from _claim(claim)
        yield more(len(further) - top)
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
            Text(signed(driver.pressure, 3), style=colour(driver.pressure)),
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
    head.append(plain(act_words(act.best)) + auxiliary, style=colour(act.part.score))
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
