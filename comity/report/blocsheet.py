"""The brief on camps, as a sheet: how all ties of a day part the actors in two, and what does not fit.

In: the `Blocs` of a day, the acts behind the ties that fit least, and a size; out: a `Sheet`. Nothing is reckoned here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from comity.report import charts
from comity.report.evidence import AccountedAct
from comity.report.sheet import (
    FULL,
    Block,
    Box,
    Column,
    Figure,
    Heading,
    Picture,
    Points,
    Quotes,
    Sheet,
    Size,
    Table,
    Words,
    counted,
    day_words,
)
from comity.report.tiesheet import Numbers, footer, quoted_act
from comity.report.words import signed, word
from comity.structure import Blocs, Edge, Place, Triad

DRAWN = 26


def misfits(found: Blocs) -> tuple[Edge, ...]:
    """The ties that do not fit the camps, the strongest first."""
    return tuple(sorted((e for e in found.edges if e.frustrated), key=lambda edge: (-abs(edge.index), edge.a, edge.b)))


def blocs_sheet(
    found: Blocs,
    day: str,
    min_strength: float,
    acts: Mapping[tuple[str, str], Sequence[AccountedAct]],
    provenance: str,
    name: Callable[[str], str],
    size: Size = FULL,
) -> Sheet:
    """The camps of a day as a sheet. `acts` are by pair, as the edges name them: those to quote. Pure."""
    numbers = Numbers()
    between = found.between
    bad = misfits(found)
    blocks: list[Block] = [Heading(words="The camps"), *_camps(found, between, name)]
    if found.edges:
        blocks.append(_picture(found, name))
    if between:
        rows = tuple(
            (
                name(one.actor),
                str(one.camp),
                signed(one.hold, 2),
                f"{signed(one.low, 2)} … {signed(one.high, 2)}"
                if one.low is not None and one.high is not None
                else "–",
                f"{one.stability:.0%}".replace("%", " %") if one.stability is not None else "–",
                str(one.ties),
            )
            for one in between[: size.timeline]
        )
        blocks += [
            Heading(words="In between"),
            Table(
                caption="Parties that another camp may draw as much, or whose camp changes with the reports drawn.",
                columns=(
                    Column(name="Party", share=1),
                    Column(name="Camp", numeric=True),
                    Column(name="Hold", numeric=True),
                    Column(name="90 %", numeric=True),
                    Column(name="Stays", numeric=True),
                    Column(name="Ties", numeric=True),
                ),
                rows=rows,
            ),
        ]
    blocks += _misfits(bad, acts, name, size, numbers)
    blocks += _triads(found, name, size)
    blocks += [
        Heading(words="What would change the judgement"),
        Points(items=_reservations(found, min_strength, bad, name)),
    ]
    sources = numbers.lines(size.letters // 2)
    if sources.items:
        blocks += [Heading(words="Sources and interests"), sources]
    blocks += [Heading(words="Method"), _method(found, min_strength, provenance)]
    parties = sum(map(len, found.camps))
    lead, *rest = _judgement(found, day, between, bad, name)
    share = found.frustration / found.strength if found.strength else 0.0
    total = found.balanced + found.unbalanced
    return Sheet(
        title=f"Camps among {counted(parties, 'party', 'parties')}",
        kicker=f"Brief on blocs · the record as known on {day_words(day)}",
        day=day,
        lead=lead,
        judgement=tuple(rest),
        figures=(
            Figure(
                label="Parties",
                value=str(parties),
                note=f"in {counted(len(found.edges), 'tie')} of strength {min_strength:g} or more",
            ),
            Figure(
                label="Camps",
                value=" : ".join(str(len(camp)) for camp in found.camps) or "–",
                note="parties on either side",
            ),
            Figure(
                label="Frustration",
                value=f"{share:.0%}".replace("%", " %"),
                note=f"{found.frustration:.1f} of {found.strength:.1f}; {'proven least' if found.exact else 'not proven least'}",
            ),
            Figure(
                label="Unbalanced triads",
                value=f"{found.unbalanced:,}",
                note=f"of {counted(total, 'triad')}",
            ),
        ),
        blocks=tuple(blocks),
        footer=footer(day),
    )


def _judgement(
    found: Blocs, day: str, between: Sequence[Place], bad: Sequence[Edge],
    name: Callable[[str], str],
) -> tuple[str, ...]:  # fmt: skip
    if not found.edges:
        return (f"On {day_words(day)} no tie is strong enough to part anybody into camps.",)
    first, second = (*found.camps, ())[:2]
    parties = len(first) + len(second)
    if not second:
        lead = f"On {day_words(day)} all {counted(parties, 'party', 'parties')} stand in one camp."
    else:
        lead = (
            f"On {day_words(day)} the ties on record part {counted(parties, 'party', 'parties')} best into a camp of "
            f"{len(first)} and one of {len(second)}; {found.frustration / found.strength:.0%}".replace("%", " %")
            + f" of all strength ({found.frustration:.1f} of {found.strength:.1f} over {counted(len(found.edges), 'tie')}) "
            "does not fit."
        )
    sentences = [lead]
    if not found.exact:
        sentences.append("No better parting was found, but that none exists is not proven.")
    total = found.balanced + found.unbalanced
    if total:
        sentences.append(
            f"{found.unbalanced:,} of {counted(total, 'triad')} "
            f"{'is' if found.unbalanced == 1 else 'are'} out of balance: a friend’s friend is an enemy, or all three are enemies"
            f"{_chance(found)}."
        )
    if between:
        sentences.append(
            f"In between {'stands' if len(between) == 1 else 'stand'} {_listing([name(one.actor) for one in between])}."
        )
    if found.apart:
        sentences.append(
            f"{counted(len(found.apart), 'party', 'parties').capitalize()} {'stands' if len(found.apart) == 1 else 'stand'} "
            "apart: no path of ties joins them to the rest."
        )
    if bad:
        edge = bad[0]
        sentences.append(
            f"The strongest tie that does not fit is {name(edge.a)}–{name(edge.b)} ({signed(edge.index)}, "
            f"{word('index', edge.index)}) {'across' if edge.index > 0 else 'within'} "
            f"{'the camps' if edge.index > 0 else 'a camp'}."
        )
    return tuple(sentences)


def _listing(names: Sequence[str], most: int = 5) -> str:
    shown = list(names[:most])
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _camps(found: Blocs, between: Sequence[Place], name: Callable[[str], str]) -> list[Block]:
    if not found.edges:
        return [Words(words="There are none.")]
    torn = {one.actor for one in between}
    items = []
    named = [("The larger camp", found.camps[0]), *(("The other camp", camp) for camp in found.camps[1:])]
    for title, camp in [*named, *([("Apart", found.apart)] if found.apart else [])]:
        names = ", ".join(sorted(name(code) + ("*" if code in torn else "") for code in camp))
        items.append((f"{title} ({len(camp)})", (names or "nobody") + "."))
    note = "A star marks who stands in between." if torn else ""
    blocks: list[Block] = [Points(items=tuple(items))]
    return blocks + ([Words(words=note, small=True)] if note else [])


def _picture(found: Blocs, name: Callable[[str], str]) -> Picture:
    strength = {one.actor: one.strength for one in found.places}
    kept = set(sorted(strength, key=lambda code: (-strength[code], code))[:DRAWN])
    order = [code for camp in found.camps for code in sorted(camp, key=lambda c: (-strength[c], c)) if code in kept]
    names = [name(code) for code in order]
    ties = [(name(e.a), name(e.b), e.index) for e in found.edges if e.a in kept and e.b in kept]
    title = "Ties within and between the camps"
    left = sum(code in found.camps[0] for code in order)
    text = (
        f"A square of {len(order)} parties, {left} of the larger camp first and {len(order) - left} of the other after them; "
        f"{sum(index > 0 for _, _, index in ties)} friendly ties are green, {sum(index < 0 for _, _, index in ties)} "
        "hostile ones red."
    )
    whole = len(strength)
    caption = (
        "Each cell is a tie, the camps one after the other: red within a camp and green between camps does not fit."
    )
    if whole > len(order):
        caption += f" The {len(order)} parties with the strongest ties of {whole}."

    def draw(width: int, key: str) -> str:
        return charts.camps_chart(names, ties, width=width, title=title, description=text, key=key)

    return Picture(
        name="camps",
        title=title,
        alternative=text,
        caption=caption,
        draw=lambda width, key: draw(min(max(width - 230, 200), 460), key),
        paper=lambda width: draw(width // 2, ""),
        share=0.72,
    )


def _misfits(
    bad: Sequence[Edge],
    acts: Mapping[tuple[str, str], Sequence[AccountedAct]],
    name: Callable[[str], str],
    size: Size,
    numbers: Numbers,
) -> list[Block]:
    heading = Heading(words="Ties that do not fit")
    if not bad:
        return [heading, Words(words="Every tie fits: friends within a camp, enemies across.")]
    rows = tuple(
        (
            f"{name(edge.a)} – {name(edge.b)}",
            "friends across the camps" if edge.index > 0 else "enemies within a camp",
            signed(edge.index),
            f"{edge.mass:,.0f}",
        )
        for edge in bad[: size.timeline]
    )
    columns = (
        Column(name="Tie", share=1),
        Column(name="What is odd", share=1),
        Column(name="Index", numeric=True),
        Column(name="Acts", numeric=True),
    )
    caption = (
        f"The strongest {len(rows)} of {len(bad)}." if len(bad) > len(rows) else "All of them, the strongest first."
    )
    quotes = [
        quoted_act(found[0], size, numbers)
        for edge in bad
        if (found := [act for act in acts.get((edge.a, edge.b), ()) if act.part.score * edge.index > 0])
    ]
    blocks: list[Block] = [heading, Table(caption=caption, columns=columns, rows=rows)]
    return blocks + ([Quotes(items=tuple(quotes[: size.acts]))] if quotes else [])


def _chance(found: Blocs) -> str:
    """How many would be by chance, where that was reckoned."""
    balance = found.census.balance
    if balance is None:
        return ""
    by_chance = (1 - balance.expected) * (found.balanced + found.unbalanced)
    return f"; by chance it would be {by_chance:,.0f} (the same signs, shuffled over the same ties)"


def _triads(found: Blocs, name: Callable[[str], str], size: Size) -> list[Block]:
    if not found.triads:
        return []
    rows = tuple(_told(triad, name) for triad in found.triads[: size.timeline])
    which = f"The weightiest {len(rows)} of {found.unbalanced:,}" if found.unbalanced > len(rows) else "All of them"
    caption = f"{which}. Weight is the geometric mean of their three |indexes|."
    columns = (
        Column(name="One tie", share=1),
        Column(name="Another", share=1),
        Column(name="The third", share=1),
        Column(name="Weight", numeric=True),
    )
    return [Heading(words="Unbalanced triads"), Table(caption=caption, columns=columns, rows=rows)]


def _told(triad: Triad, name: Callable[[str], str]) -> tuple[str, str, str, str]:
    a, b, c = map(name, triad.actors)
    one, another, third = map(signed, triad.indexes)
    return f"{a} – {b} {one}", f"{b} – {c} {another}", f"{a} – {c} {third}", f"{triad.weight:.1f}"


def _reservations(
    found: Blocs,
    min_strength: float,
    bad: Sequence[Edge],
    name: Callable[[str], str],
) -> tuple[tuple[str, str], ...]:
    thin = [edge for edge in found.edges if edge.mass < 2]
    near = [edge for edge in found.edges if abs(edge.index) < min_strength + 0.5]
    points = [
        (
            "Thin ties",
            f"{counted(len(thin), 'tie')} of {len(found.edges)} {'rests' if len(thin) == 1 else 'rest'} on a single act; "
            "one more report may take such a tie out of the picture or turn it.",
        ),
        (
            "The threshold",
            f"{counted(len(near), 'tie')} {'lies' if len(near) == 1 else 'lie'} within half a point of the least strength "
            f"asked for ({min_strength:g}): another --min-strength gives another picture.",
        ),
    ]
    if bad:
        edge = bad[0]
        less = found.frustration - abs(edge.index)
        points.append(
            (
                "The strongest misfit",
                f"Without {name(edge.a)}–{name(edge.b)} at most {less:.1f} of {found.strength - abs(edge.index):.1f} would "
                "not fit.",
            )
        )
    if not found.exact:
        points.append(
            ("The search", "More time (comity blocs --seconds) may find a better parting, or prove this one.")
        )
    return tuple(points)


def _method(found: Blocs, min_strength: float, provenance: str) -> Box:
    lower = f"the best found; none leaves less than {found.weighted.lower:.1f}"
    proof = "proven the best there is, by HiGHS" if found.exact else lower
    return Box(
        items=(
            (
                "Graph",
                f"Ties with an index of {min_strength:g} or more either way (docs/method.md, “Index”); what is weaker or not "
                "on record has no edge. A lack of news is no neutrality.",
            ),
            (
                "Camps",
                "The parting in two with the least frustration: the summed strength of hostile ties within a camp and friendly "
                f"ties across ({proof}). It is a summary of ties, no alliance: nobody need have joined anything.",
            ),
            (
                "Balance",
                "A triad is balanced when its three signs multiply to more than 0 (Cartwright and Harary 1956).",
            ),
            ("Store", provenance),
        )
    )
