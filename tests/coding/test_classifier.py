"""The shipped classifier: probabilities over the types, and modes, for the pairs of a sentence."""

import pytest

from comity.coding.classifier import Classifier, Opinion, load_classifier
from comity.coding.lexicon import unmark
from comity.language.parse import Parse
from comity.language.pipeline import Pipeline
from comity.ontology import load_ontology

pytestmark = pytest.mark.model

SENTENCES = {
    "<s>Norway</s> expelled two diplomats of <t>Belarus</t> on Monday.": "SANCTION",
    "<s>Norway</s> sent field hospitals to <t>Malawi</t> after the flood.": "AID",
    "<t>Belarus</t> was condemned by <s>Norway</s>.": "ACCUSE",
}


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    found = load_classifier()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def ask(classifier: Classifier, pipeline: Pipeline):
    def opinion(marked: str) -> Opinion | None:
        found = unmark(marked)
        assert found.source and found.target
        return classifier.opinions(pipeline.annotate([found.text])[0], [(found.source, found.target)])[0]

    return opinion


def test_its_types_are_plovers_and_none(classifier: Classifier) -> None:
    assert set(classifier.types) == {*load_ontology().types, "NONE"}


@pytest.mark.parametrize(("marked", "event"), SENTENCES.items())
def test_each_answer_is_a_distribution(ask, marked: str, event: str) -> None:
    opinion = ask(marked)
    assert sum(opinion.probabilities.values()) == pytest.approx(1, abs=1e-5)
    assert opinion.best()[0] == event


@pytest.mark.parametrize(("marked", "event"), SENTENCES.items())
def test_a_mode_is_one_of_its_types(ask, marked: str, event: str) -> None:
    opinion = ask(marked)
    for name in load_ontology().types:
        assert opinion.mode(name) in {None, *load_ontology().modes.get(name, ())}


def test_an_answer_does_not_depend_on_other_sentences(classifier: Classifier, pipeline: Pipeline) -> None:
    found = [unmark(marked) for marked in SENTENCES]
    together = pipeline.annotate([f.text for f in found])
    for f, doc in zip(found, together, strict=True):
        pairs = [(f.source, f.target), (f.target, f.source)]
        alone = pipeline.annotate([f.text])[0]
        here, there = classifier.opinions(doc, pairs), classifier.opinions(alone, pairs)
        assert [o.probabilities for o in here] == [o.probabilities for o in there]


def test_direction_counts(ask) -> None:
    there = ask("<s>Norway</s> invaded <t>Belarus</t>.")
    back = ask("<t>Norway</t> invaded <s>Belarus</s>.")
    assert there.best()[0] == "ASSAULT"
    assert back.probabilities["ASSAULT"] < there.probabilities["ASSAULT"]


def test_of_a_pair_beyond_what_the_network_reads_it_has_no_opinion(ask) -> None:
    far = "<s>Norway</s> " + "and the long list of other delegates from the north " * 30 + "met <t>Belarus</t>."
    assert ask(far) is None


def test_of_a_sentence_that_the_pipeline_has_not_read_it_has_no_opinion(classifier: Classifier) -> None:
    assert classifier.opinions(Parse("Norway met Belarus.", []), [((0, 6), (11, 18))]) == [None]
