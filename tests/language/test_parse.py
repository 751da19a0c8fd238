"""A parsed sentence: words know their governor and what hangs on them, and where they stand in the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.language.parse import Entity, Parse, Word, places_of
from comity.language.pipeline import Pipeline, blank_english, load_pipeline


def tree(heads: list[int]) -> list[Word]:
    """Words "0", "1", … under these heads; -1 is the root."""
    words: list[Word] = []
    for i in range(len(heads)):
        words.append(
            Word(words, i, 2 * i, str(i), str(i), str(i), "NOUN", "NN", "dep" if heads[i] >= 0 else "ROOT", "")
        )
    for word, head in zip(words, heads, strict=True):
        if head >= 0:
            word.head = words[head]
            words[head].children.append(word)
    return words


@st.composite
def some_heads(draw: st.DrawFn) -> list[int]:
    """A tree: words in any order, each under one that was placed before it."""
    order = draw(st.permutations(range(draw(st.integers(1, 9)))))
    heads = [-1] * len(order)
    for place, word in enumerate(order[1:], 1):
        heads[word] = order[draw(st.integers(0, place - 1))]
    return heads


@given(some_heads())
def test_every_word_is_once_in_the_subtree_of_each_of_its_ancestors(heads: list[int]) -> None:
    words = tree(heads)
    for word in words:
        assert [w for w in words if word in w.subtree] == sorted([word, *word.ancestors], key=lambda w: w.i)
        assert len(set(word.subtree)) == len(word.subtree)
        assert word.children == [w for w in words if w.head is word and w is not word]


def test_a_subtree_stands_left_of_its_word_and_right_of_it() -> None:
    assert [w.i for w in tree([1, -1, 3, 1])[1].subtree] == [0, 1, 2, 3]


def test_a_neighbour_beyond_the_sentence_is_an_error() -> None:
    first, last = tree([-1, 0])
    assert last.nbor(-1) is first
    for word, offset in ((first, -1), (last, 1)):
        with pytest.raises(IndexError):
            word.nbor(offset)


@pytest.mark.parametrize(
    ("span", "places"),
    [((4, 8), (1, 1)), ((5, 18), (1, 4)), ((0, 24), (0, 6)), ((3, 4), (0, 0)), ((7, 7), None)],
)
def test_a_span_takes_in_the_words_that_it_touches(span: tuple[int, int], places: tuple[int, int] | None) -> None:
    offsets = [token.idx for token in blank_english().make_doc("The U.S.-led force left.")]
    assert places_of(offsets, *span) == places


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return load_pipeline()


@pytest.mark.model
def test_a_parse_is_one_tree_whose_words_stand_where_they_say(pipeline: Pipeline) -> None:
    text = "Norway’s minister, Anna Berg, met  two Polish envoys in Łódź on 3 May."
    (parse,) = pipeline.annotate([text])
    assert parse.text == text
    assert all(text[w.idx : w.idx + len(w.text)] == w.text for w in parse)
    assert [w.text for w in parse if w.dep_ == "ROOT"] == ["met"]
    assert len(parse[0].head.head.subtree) == len(parse)
    assert parse.phrase(parse[4], parse[5]) == "Anna Berg"


@pytest.mark.model
def test_what_lies_beyond_the_network_hangs_on_the_root(pipeline: Pipeline) -> None:
    (parse,) = pipeline.annotate(["Norway met " + "Chad, " * 200 + "and Mali."])
    last = parse[len(parse) - 1]
    assert (last.pos_, last.dep_, last.head.dep_) == ("X", "dep", "ROOT")


@pytest.mark.model
def test_an_empty_sentence_has_no_words(pipeline: Pipeline) -> None:
    (parse,) = pipeline.annotate([""])
    assert (len(parse), parse.hidden) == (0, None)


@pytest.mark.model
def test_names_that_the_network_sees_are_entities(pipeline: Pipeline) -> None:
    (parse,) = pipeline.annotate(["Anna Berg lives in Oslo."])
    assert [(type(e), parse.phrase(parse[e.start], parse[e.end - 1]), e.label) for e in parse.entities] == [
        (Entity, "Anna Berg", "PER"),
        (Entity, "Oslo", "LOC"),
    ]


def test_a_parse_without_a_reading_is_a_value() -> None:
    assert (list(Parse("", [])), Parse("", []).places_of(0, 1)) == ([], None)
