"""What the brief on camps says is what the structure of the ties says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from comity.report.blocsheet import blocs_sheet, misfits
from comity.report.sheet import Heading, Points, Sheet, Table
from comity.store import Store
from comity.structure import Blocs, blocs

Make = Callable[..., Any]
Tie = tuple[str, str, str]
# Two camps of three; BRA is torn, being friends with both sides; POL and NOR know nobody else.
TIES: list[Tie] = [
    *[(a, b, "COOPERATE") for a, b in (("AZE", "ISR"), ("AZE", "TUR"), ("ISR", "TUR"), ("ARM", "IRN"), ("ARM", "RUS"))],
    *[
        ("IRN", "RUS", "COOPERATE"),
        ("BRA", "ISR", "COOPERATE"),
        ("BRA", "IRN", "COOPERATE"),
        ("NOR", "POL", "COOPERATE"),
    ],
    *[("ARM", "AZE", "ASSAULT"), ("IRN", "ISR", "ASSAULT"), ("RUS", "TUR", "ASSAULT")],
]


@pytest.fixture
def camps(make_event: Make) -> Callable[[list[Tie]], Blocs]:
    def make(ties: list[Tie]) -> Blocs:
        with Store.open(":memory:") as store:
            store.add_events(
                make_event(
                    id=f"{number}-{day}",
                    source=a,
                    target=b,
                    event=event,
                    date=f"2020-0{day}-01",
                    document=f"d{number}-{day}",
                )
                for number, (a, b, event) in enumerate(ties)
                for day in ((1,) if "BRA" in (a, b) else (1, 2, 3))
            )
            return blocs(store, draws=40)

    return make


def sheet(found: Blocs) -> Sheet:
    return blocs_sheet(found, "2020-03-01", 1.0, {}, "run 1", str)


def under(made: Sheet, heading: str, kind: type[Any]) -> Any:
    blocks = list(made.blocks)
    at = next(number for number, block in enumerate(blocks) if isinstance(block, Heading) and block.words == heading)
    return next(block for block in blocks[at:] if isinstance(block, kind))


def test_the_camps_are_named_with_who_stands_apart(camps: Callable[[list[Tie]], Blocs]) -> None:
    found = camps(TIES)
    items = dict(under(sheet(found), "The camps", Points).items)
    assert items["Apart (2)"] == "NOR, POL."
    assert sorted(word.strip("*.") for text in items.values() for word in text.split(", ")) == sorted(
        {code for tie in TIES for code in tie[:2]}
    )


def test_who_is_torn_stands_in_between_with_its_hold(camps: Callable[[list[Tie]], Blocs]) -> None:
    found = camps(TIES)
    rows = under(sheet(found), "In between", Table).rows
    assert [row[0] for row in rows] == [place.actor for place in found.between]
    assert "BRA" in {row[0] for row in rows}


def test_unbalanced_triads_are_told_beside_what_chance_gives(camps: Callable[[list[Tie]], Blocs]) -> None:
    found = camps(TIES)
    assert found.unbalanced == 1
    assert under(sheet(found), "Unbalanced triads", Table).rows[0][:3] == (
        f"BRA – IRN {found.triads[0].indexes[0]:+.1f}",
        f"IRN – ISR −{abs(found.triads[0].indexes[1]):.1f}",
        f"BRA – ISR {found.triads[0].indexes[2]:+.1f}",
    )
    assert any("by chance it would be" in words for words in sheet(found).judgement)


def test_the_strongest_misfit_comes_first(camps: Callable[[list[Tie]], Blocs]) -> None:
    found = camps(TIES)
    assert [edge.frustrated for edge in misfits(found)] == [True] * len(misfits(found))
    strengths = [abs(edge.index) for edge in misfits(found)]
    assert strengths
    assert strengths == sorted(strengths, reverse=True)


def test_friends_alone_stand_in_one_camp(camps: Callable[[list[Tie]], Blocs]) -> None:
    made = sheet(camps(TIES[:3]))
    assert "stand in one camp" in made.lead
    assert under(made, "Ties that do not fit", object) is not None


def test_no_tie_parts_nobody(camps: Callable[[list[Tie]], Blocs]) -> None:
    assert "no tie is strong enough" in sheet(camps([])).lead
