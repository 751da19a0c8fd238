"""Near-duplicates: copies, rewrites and updates are one story whose head is the earliest, in whatever order they come."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.records import Document
from comity.sources.duplicates import Stories, fold_duplicates, pack, shingles, sketches, unpack

Make = Callable[..., Any]
WORDS = [a + b for a in "bel cor dan fen gol hur kir lom mar nor pel rin sol tar ven zil".split()
         for b in "a ado amis ary elle en ic ilo ond or um us".split()]  # fmt: skip


def story(seed: int, words: int = 120) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def edited(text: str, share: float, seed: int = 0) -> str:
    """The text with a share of its words changed."""
    chance = random.Random(seed)
    return " ".join("changed" if chance.random() < share else word for word in text.split())


def day(number: int) -> str:
    return (date(2020, 1, 1) + timedelta(days=number)).isoformat()


def heads(documents: list[Document]) -> dict[str, str | None]:
    return {document.id: document.duplicates_of for document in fold_duplicates(documents)}


BASE = story(1)


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        (BASE, True),
        (BASE.upper().replace(" ", "\n"), True),  # set in capitals, broken anew
        (edited(BASE, 0.06), True),
        (" ".join(BASE.split()[:60]), True),  # cut to a half
        (story(7, 12) + " " + BASE, True),  # a new lead
        (BASE + " " + story(8, 90), True),  # an update that tells more
        (" ".join(BASE.split()[80:]) + " " + story(9, 100), False),  # the background of another story
        (" ".join([BASE, story(10), story(11), story(12), story(13)]), False),  # a digest of five reports
        (story(2), False),
        (edited(BASE, 0.5), False),
    ],
    ids="same layout edited cut lead update background digest other rewritten".split(),
)
def test_what_is_a_copy_and_what_is_not(make_document: Make, text: str, copy: bool) -> None:
    first = make_document(text=BASE + " end", published="2020-01-01")
    second = make_document(text=text, published="2020-01-02")
    assert heads([first, second])[second.id] == (first.id if copy else None)


@pytest.mark.parametrize(
    ("first", "second", "head"),
    [
        ("2020-01-01", "2020-01-02", "first"),
        ("2020-01-03", "2020-01-02", "second"),
        ("2020-01-01", None, "first"),
        (None, "2020-01-01", "second"),  # the one that has a date is the earlier
        ("2020-01-01", "2020-03-01", None),  # in the same words, two months later: another story
    ],
)
def test_the_earliest_published_is_the_head(
    make_document: Make, first: str | None, second: str | None, head: str | None
) -> None:
    one, other = make_document(text=BASE, published=first), make_document(text=edited(BASE, 0.05), published=second)
    wanted = {
        "first": {one.id: None, other.id: one.id},
        "second": {one.id: other.id, other.id: None},
        None: {one.id: None, other.id: None},
    }
    assert heads([one, other]) == wanted[head]


def test_a_chain_of_rewrites_does_not_become_one_story(make_document: Make) -> None:
    words = [story(seed, 60) for seed in range(6)]
    chain = [
        make_document(text=f"{words[place]} {words[place + 1]}", published=day(place)) for place in range(5)
    ]  # each shares a half with the next, none with the one after
    found = heads(chain)
    assert found[chain[0].id] is None and found[chain[2].id] is None


def test_a_phrase_is_never_a_copy(make_document: Make) -> None:
    documents = [make_document(text=f"Talks were held in Oslo on trade{mark}") for mark in (".", ". Again", "! More")]
    assert set(heads(documents).values()) == {None}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One, two – THREE\nfour.", ["one two three", "two three four"]),
        ("no no no no", ["no no no"]),
        ("two words", []),
        ("北京和莫斯科", ["北 京 和", "京 和 莫", "和 莫 斯", "莫 斯 科"]),
    ],
)
def test_shingles_are_three_words_without_case_and_marks(text: str, found: list[str]) -> None:
    assert shingles(text) == found


def test_a_sketch_keeps_its_likeness_over_storage(make_document: Make) -> None:
    one, other = sketches([make_document(text=BASE), make_document(text=edited(BASE, 0.1))])
    assert unpack(pack(one.minhash)).jaccard(other.minhash) == one.minhash.jaccard(other.minhash)
    with pytest.raises(ValueError):
        unpack(b"something else")


COPIES = st.lists(
    st.tuples(
        st.integers(0, 2),  # which story
        st.sampled_from([0.0, 0.03, 0.08, 0.12, 0.2, 0.3]),  # how much of it is changed
        st.integers(0, 30),  # which words are changed
        st.sampled_from([120, 90, 60]),  # how much is kept
        st.one_of(st.none(), st.integers(0, 70)),  # when
    ),
    min_size=2,
    max_size=9,
    unique_by=lambda copy: copy[:4],
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(copies=COPIES, order=st.randoms(use_true_random=False), step=st.integers(1, 4))
def test_the_order_of_arrival_changes_nothing(
    make_document: Make, copies: list[tuple[Any, ...]], order: random.Random, step: int
) -> None:
    documents = [
        make_document(
            text=f"{seed} " + edited(" ".join(story(which).split()[:kept]), share, seed) + f" {share} {kept}",
            published=None if when is None else day(when),
        )
        for which, share, seed, kept, when in copies
    ]
    at_once = heads(documents)
    order.shuffle(documents)
    stories, one_by_one = Stories(), dict[str, str | None]()
    for place in range(0, len(documents), step):
        one_by_one |= stories.put(sketches(documents[place : place + step]))
    assert one_by_one == at_once
    known = {document.id: document for document in documents}
    for copy, head in at_once.items():
        if head is not None:
            assert at_once[head] is None
            assert (known[head].published.date or "~") <= (known[copy].published.date or "~")


def test_a_document_that_gets_another_date_gets_another_head(make_document: Make) -> None:
    early, late = (
        make_document(text=BASE, published="2020-01-01"),
        make_document(text=BASE + " end", published="2020-01-05"),
    )
    stories = Stories()
    assert stories.put(sketches([early, late])) == {early.id: None, late.id: early.id}
    redated = make_document(text=BASE, published="2020-01-09")
    assert stories.put(sketches([redated])) == {early.id: late.id, late.id: None}
    gone = make_document(text=BASE, published="2021-01-09")
    assert stories.put(sketches([gone])) == {early.id: None, late.id: None}
