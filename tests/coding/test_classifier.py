"""The shipped classifier: probabilities over the types, each answer its own."""

import numpy as np
import pytest

from comity.coding.classifier import Classifier, load_classifier
from comity.coding.lexicon import unmark
from comity.language.pipeline import Pipeline
from comity.ontology import load_ontology

pytestmark = pytest.mark.model

SENTENCES = [
    "<s>Norway</s> expelled two diplomats of <t>Belarus</t> on Monday.",
    "<s>Norway</s> sent field hospitals to <t>Malawi</t> after the flood.",
    "<t>Belarus</t> was condemned by <s>Norway</s>.",
]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    found = load_classifier()
    assert found is not None
    return found


def items(pipeline: Pipeline, sentences: list[str]):
    found = [unmark(s) for s in sentences]
    docs = pipeline.annotate([f.text for f in found])
    return [(doc, f.source, f.target) for doc, f in zip(docs, found, strict=True)]


def test_its_types_are_plovers_and_none(classifier: Classifier) -> None:
    assert set(classifier.types) == {*load_ontology().types, "NONE"}


def test_each_answer_is_a_distribution(classifier: Classifier, pipeline: Pipeline) -> None:
    table = classifier.probabilities(items(pipeline, SENTENCES))
    assert table.shape == (3, 17)
    assert np.allclose(table.sum(1), 1, atol=1e-5)
    assert [classifier.types[i] for i in table.argmax(1)] == ["SANCTION", "AID", "ACCUSE"]


def test_an_answer_does_not_depend_on_its_neighbours(classifier: Classifier, pipeline: Pipeline) -> None:
    together = classifier.probabilities(items(pipeline, SENTENCES))
    alone = np.concatenate([classifier.probabilities([item]) for item in items(pipeline, SENTENCES)])
    assert (together == alone).all()


def test_a_pair_farther_apart_than_the_network_reads_is_still_answered(
    classifier: Classifier, pipeline: Pipeline
) -> None:
    far = "<s>Norway</s> " + "and the long list of other delegates from the north " * 30 + "met <t>Belarus</t>."
    assert classifier.probabilities(items(pipeline, [far])).shape == (1, 17)
