"""The index of MinHashes answers as rensa's does, and remembers no more than the window needs."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from rensa import RMinHash, RMinHashLSH

from comity.sources.duplicates import BANDS, CONTAINED, PERMUTATIONS, SEED, Sketch, Stories, one_story, sketches
from comity.sources.likeness import Likeness, digest

Make = Callable[..., Any]


def minhashes(count: int, seed: int) -> list[RMinHash]:
    """Of sets of words, a third of which share some with an earlier one."""
    chance = random.Random(seed)
    sets: list[list[str]] = []
    for number in range(count):
        own = [f"{number} {place}" for place in range(40)]
        if sets and not number % 3:
            shared = chance.randrange(1, 41)
            own[:shared] = chance.choice(sets)[:shared]
        sets.append(own)
    return list(RMinHash.from_token_sets(sets, PERMUTATIONS, SEED))


@pytest.mark.parametrize("step", [1, 7, 64, 700])
def test_it_proposes_the_pairs_that_rensa_proposes(step: int) -> None:
    found = minhashes(700, step)
    theirs, ours = RMinHashLSH(CONTAINED, PERMUTATIONS, BANDS), Likeness(PERMUTATIONS, BANDS)
    for start in range(0, len(found), step):
        ours.add(digest(found[start : start + step]))
    for number, minhash in enumerate(found):
        theirs.insert(number, minhash)
    answer = ours.like(range(len(found)))
    assert len(ours) == len(answer) == 700
    for number, minhash in enumerate(found):
        others = sorted(set(theirs.query(minhash)) - {number})
        assert answer[number] == [(other, pytest.approx(minhash.jaccard(found[other]))) for other in others]
    assert any(answer.values())


def test_those_below_the_least_likeness_are_left_out() -> None:
    found = minhashes(300, 5)
    index = Likeness(PERMUTATIONS, BANDS)
    index.add(digest(found))
    every, some = index.like(range(300)), index.like(range(300), 0.5)
    assert some == {number: [pair for pair in pairs if pair[1] >= 0.5] for number, pairs in every.items()}
    assert sum(map(len, some.values())) < sum(map(len, every.values()))


def test_hundreds_of_equal_texts_are_all_found() -> None:
    index = Likeness(PERMUTATIONS, BANDS)
    index.add(np.tile(digest(minhashes(1, 1)), (300, 1)))
    assert {len(pairs) for pairs in index.like(range(300)).values()} == {299}


class Kept:
    """An archive of what was put, as a store is."""

    def __init__(self) -> None:
        self.sketches: dict[str, Sketch] = {}
        self.asked = 0

    def between(self, start: str | None, end: str | None, undated: bool) -> Iterator[Sketch]:
        self.asked += 1
        for sketch in self.sketches.values():
            day = sketch.published
            if (undated and day is None) or (day and (start or day) <= day <= (end or day)):
                yield sketch

    def of(self, ids: Sequence[str]) -> Iterator[Sketch]:
        return (self.sketches[one] for one in ids if one in self.sketches)


def test_what_lies_outside_the_window_is_forgotten_and_changes_no_answer(make_document: Make) -> None:
    chance = random.Random(3)
    words = [f"word{number}" for number in range(300)]
    texts = [" ".join(chance.choices(words, k=40)) for _ in range(60)]
    documents = [
        # A text comes again, changed a little, within the window and long after it.
        make_document(
            text=f"{texts[chance.randrange(60)]} {number}",
            published=(date(2020, 1, 1) + timedelta(days=number)).isoformat(),
        )
        for number in range(600)
    ]
    kept, wanted, found = Kept(), dict[str, str | None](), dict[str, str | None]()
    forgetful, mindful = Stories(kept, most=100), Stories()
    most = 0
    for start in range(0, len(documents), 10):
        batch = sketches(documents[start : start + 10])
        found |= forgetful.put(batch)
        wanted |= mindful.put(batch)
        kept.sketches |= {sketch.id: sketch for sketch in batch}
        most = max(most, len(forgetful))
    assert found == wanted
    assert any(wanted.values())
    assert most < 200 and len(mindful) == 600  # a window holds 61 days, and batches of ten days each


def test_undated_documents_keep_all_in_memory_but_are_not_fetched_again_each_time(make_document: Make) -> None:
    kept = Kept()
    stories = Stories(kept, most=10)
    for start in range(0, 400, 10):
        documents = [
            make_document(text=" ".join(f"{start + n} {word}" for word in range(30)), published=None) for n in range(10)
        ]
        batch = sketches(documents)
        stories.put(batch)
        kept.sketches |= {sketch.id: sketch for sketch in batch}
    assert kept.asked <= 8  # each time that they have doubled


def by_definition(found: Sequence[Sketch]) -> dict[str, str | None]:
    """In order of publication, a document joins the earliest head that it matches, or becomes one."""
    lsh = RMinHashLSH(CONTAINED, PERMUTATIONS, BANDS)
    for number, sketch in enumerate(found):
        lsh.insert(number, sketch.minhash)
    ranked = sorted(range(len(found)), key=lambda number: (found[number].published or "~", found[number].id))
    heads: list[int] = []
    answer: dict[str, str | None] = {}
    for number in ranked:
        proposed, one = set(lsh.query(found[number].minhash)), found[number]
        head = next(
            (
                head
                for head in heads
                if head in proposed
                and one_story(
                    one.minhash.jaccard(found[head].minhash),
                    (one.shingles, found[head].shingles),
                    (one.published, found[head].published),
                )
            ),
            None,
        )
        if head is None:
            heads.append(number)
        answer[one.id] = None if head is None else found[head].id
    return answer


@pytest.mark.parametrize("seed", range(4))
def test_stories_that_hang_together_by_the_hundred_are_parted_as_defined(make_document: Make, seed: int) -> None:
    """Reports filled into a few forms are alike in long chains: what comes must not disturb all that hang on it."""
    chance = random.Random(seed)
    forms = [[f"form{n} word{place}" for place in range(14)] for n in range(5)]
    documents = []
    for number in range(260):
        parts = [*chance.choice(forms), *chance.choice(forms), f"own{number} {number}"]
        day = date(2020, 1, 1) + timedelta(days=chance.randrange(80))
        documents.append(
            make_document(text=" ".join(parts), published=day.isoformat() if chance.random() < 0.97 else None)
        )
    found = sketches(documents)
    wanted = by_definition(found)
    stories, answer = Stories(), dict[str, str | None]()
    chance.shuffle(found)
    for start in range(0, len(found), 9):
        answer |= stories.put(found[start : start + 9])
    assert answer == wanted
    copies = {copy: head for copy, head in wanted.items() if head}
    assert len(copies) > 100
    for copy, head in list(copies.items())[:20]:
        assert stories.story(copy) == {head, *(other for other, its in copies.items() if its == head)}


def test_a_new_copy_settles_its_own_story_alone(make_document: Make) -> None:
    texts = [" ".join(f"{number} {word}" for word in range(30)) for number in range(50)]
    stories = Stories()
    for copy in range(6):
        batch = [make_document(text=f"{text} {copy}", published=f"2020-01-{copy + 1:02d}") for text in texts]
        assert len(stories.put(sketches(batch))) == 50
    late = make_document(text=f"{texts[7]} late", published="2020-01-20")
    early = make_document(text=f"{texts[7]} early", published="2019-12-31")
    assert list(stories.put(sketches([late]))) == [late.id]
    assert len(stories.put(sketches([early]))) == 8
