"""The brief on camps, as a sheet: how all ties of a day part the actors in two, and what does not fit.

In: the `Blocs` of a day, the acts behind the ties that fit least, and a size; out: a `Sheet`. Who stands between the camps
and which triads are out of balance is reckoned here from the graph's edges alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

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
from comity.structure import Blocs, Edge

# A party a third of whose ties' strength pulls out of its camp stands between the two.
BETWEEN = 1 / 3
DRAWN = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A party's place: the strength of its ties that fit its camp and of those that do not."""

    name: str
    fit: float
    misfit: float
    ties: int

    @property
    def share(self) -> float:
        """The part of its strength that does not fit, 0 to 1."""
        return self.misfit / (self.fit + self.misfit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Triad:
    """Three parties whose ties are out of balance; `strength` is |index| of the weakest of the three."""

    ties: tuple[Edge, Edge, Edge]
    strength: float


def standings(found: Blocs) -> tuple[Standing, ...]:
    """Every party's place, those with the most that does not fit first."""
    fit: dict[str, float] = {}
    misfit: dict[str, float] = {}
    ties: dict[str, int] = {}
    for edge in found.edges:
        for name in (edge.a, edge.b):
            side = misfit if edge.frustrated else fit
            side[name] = side.get(name, 0.0) + abs(edge.index)
            ties[name] = ties.get(name, 0) + 1
    made = (Standing(name=n, fit=fit.get(n, 0.0), misfit=misfit.get(n, 0.0), ties=count) for n, count in ties.items())
    return tuple(sorted(made, key=lambda one: (-one.share, -one.misfit, one.name)))


def unbalanced(edges: Sequence[Edge]) -> tuple[Triad, ...]:
    """The triads whose signs multiply to less than 0, the strongest first."""
    near: dict[str, dict[str, Edge]] = {}
    for edge in edges:
        near.setdefault(edge.a, {})[edge.b] = edge
        near.setdefault(edge.b, {})[edge.a] = edge
    triads = []
    for edge in edges:
        a, b = sorted((edge.a, edge.b))
        for third in near[a].keys() & near[b].keys():
            if third > b and edge.index * near[a][third].index * near[b][third].index < 0:
                three = (edge, near[a][third], near[b][third])
                triads.append(Triad(ties=three, strength=min(abs(tie.index) for tie in three)))
    return tuple(sorted(triads, key=lambda t: (-t.strength, [(tie.a, tie.b) for tie in t.ties])))


def misfits(found: Blocs) -> tuple[Edge, ...]:
    """The ties that do not fit the camps, the strongest first."""
    return tuple(sorted((e for e in found.edges if e.frustrated), key=lambda edge: (-abs(edge.index), edge.a, edge.b)))


def blocs_sheet(
    found: Blocs,
    day: str,
    min_strength: float,
    mass: Mapping[tuple[str, str], float],
    acts: Mapping[tuple[str, str], Sequence[AccountedAct]],
    provenance: str,
    name: Callable[[str], str],
    size: Size = FULL,
) -> Sheet:
    """The camps of a day as a sheet. `mass` and `acts` are by pair, as the edges name them: the acts remembered on it, and
    those to quote. Pure."""
    numbers = Numbers()
    places = standings(found)
    between = [one for one in places if one.share >= BETWEEN]
    triads = unbalanced(found.edges)
    bad = misfits(found)
    blocks: list[Block] = [Heading(words="The camps"), *_camps(found, between, name)]
    if found.edges:
        blocks.append(_picture(found, places, name))
    if between:
        rows = tuple(
            (
                name(one.name),
                f"{one.share:.0%}".replace("%", " %"),
                f"{one.misfit:.1f}",
                f"{one.fit:.1f}",
                str(one.ties),
            )
            for one in between[: size.timeline]
        )
        blocks += [
            Heading(words="In between"),
            Table(
                caption="Parties a third or more of whose ties’ strength pulls out of the camp that fits them best.",
                columns=(
                    Column(name="Party", share=1),
                    Column(name="Does not fit", numeric=True),
                    Column(name="Strength out", numeric=True),
                    Column(name="Strength in", numeric=True),
                    Column(name="Ties", numeric=True),
                ),
                rows=rows,
            ),
        ]
    blocks += _misfits(bad, mass, acts, name, size, numbers)
    blocks += _triads(triads, mass, name, size)
    blocks += [
        Heading(words="What would change the judgement"),
        Points(items=_reservations(found, min_strength, mass, bad, name)),
    ]
    sources = numbers.lines(size.letters // 2)
    if sources.items:
        blocks += [Heading(words="Sources and interests"), sources]
    blocks += [Heading(words="Method"), _method(found, min_strength, provenance)]
    lead, *rest = _judgement(found, day, between, bad, name)
    share = found.frustration / found.strength if found.strength else 0.0
    total = found.balanced + found.unbalanced
    return Sheet(
        title=f"Camps among {counted(len(found.camps[0]) + len(found.camps[1]), 'party', 'parties')}",
        kicker=f"Brief on blocs · the record as known on {day_words(day)}",
        day=day,
        lead=lead,
        judgement=tuple(rest),
        figures=(
            Figure(
                label="Parties",
                value=str(len(found.camps[0]) + len(found.camps[1])),
                note=f"in {counted(len(found.edges), 'tie')} of strength {min_strength:g} or more",
            ),
            Figure(
                label="Camps", value=f"{len(found.camps[0])} : {len(found.camps[1])}", note="parties on either side"
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
    found: Blocs, day: str, between: Sequence[Standing], bad: Sequence[Edge],
    name: Callable[[str], str],
) -> tuple[str, ...]:  # fmt: skip
    if not found.edges:
        return (f"On {day_words(day)} no tie is strong enough to part anybody into camps.",)
    first, second = found.camps
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
            f"{'is' if found.unbalanced == 1 else 'are'} out of balance: a friend’s friend is an enemy, or all three are enemies."
        )
    if between:
        sentences.append(
            f"In between {'stands' if len(between) == 1 else 'stand'} {_listing([name(one.name) for one in between])}."
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


def _camps(found: Blocs, between: Sequence[Standing], name: Callable[[str], str]) -> list[Block]:
    if not found.edges:
        return [Words(words="There are none.")]
    torn = {one.name for one in between}
    items = []
    for title, camp in (("The larger camp", found.camps[0]), ("The other camp", found.camps[1])):
        names = ", ".join(sorted(name(code) + ("*" if code in torn else "") for code in camp))
        items.append((f"{title} ({len(camp)})", (names or "nobody") + "."))
    note = "A star marks who stands in between." if torn else ""
    blocks: list[Block] = [Points(items=tuple(items))]
    return blocks + ([Words(words=note, small=True)] if note else [])


def _picture(found: Blocs, places: Sequence[Standing], name: Callable[[str], str]) -> Picture:
    strength = {one.name: one.fit + one.misfit for one in places}
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
    mass: Mapping[tuple[str, str], float],
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
            f"{mass.get((edge.a, edge.b), 0):,.0f}",
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


def _triads(
    triads: Sequence[Triad], mass: Mapping[tuple[str, str], float], name: Callable[[str], str], size: Size
) -> list[Block]:
    if not triads:
        return []

    def told(tie: Edge) -> str:
        acts = counted(mass.get((tie.a, tie.b), 0), "act")
        return f"{name(tie.a)} – {name(tie.b)} {signed(tie.index)} ({acts})"

    rows = tuple(tuple(map(told, triad.ties)) for triad in triads[: size.timeline])
    which = f"The strongest {len(rows)} of {len(triads)}" if len(triads) > len(rows) else "All of them"
    caption = f"{which}, by the weakest of their three ties."
    columns = (Column(name="One tie", share=1), Column(name="Another", share=1), Column(name="The third", share=1))
    return [Heading(words="Unbalanced triads"), Table(caption=caption, columns=columns, rows=rows)]


def _reservations(
    found: Blocs,
    min_strength: float,
    mass: Mapping[tuple[str, str], float],
    bad: Sequence[Edge],
    name: Callable[[str], str],
) -> tuple[tuple[str, str], ...]:
    thin = [edge for edge in found.edges if mass.get((edge.a, edge.b), 0) < 2]
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
        points.append(("The search", "With comity[exact] the best parting is found and proven."))
    return tuple(points)


def _method(found: Blocs, min_strength: float, provenance: str) -> Box:
    proof = "found and proven by HiGHS" if found.exact else "the best that a local search found"
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
