"""The shipped pipeline, loaded once a run, and a short way to read one marked sentence."""

from collections.abc import Callable

import pytest

from comity.coding.lexicon import Lexicon, load_lexicon, unmark
from comity.coding.predicates import Act, acts
from comity.coding.scene import Focus, Scene
from comity.language.pipeline import Pipeline, load_pipeline
from comity.records import Mention

Read = Callable[[str], list[Act]]


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    return load_pipeline()


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="session")
def read(pipeline: Pipeline, lexicon: Lexicon) -> Read:
    """Acts of a sentence whose only actors are the marked source S and target T."""

    def run(marked: str) -> list[Act]:
        example = unmark(marked)
        places = [(span, code) for span, code in ((example.source, "S"), (example.target, "T")) if span]
        mentions = [
            Mention(text=example.text[span[0] : span[1]], start=span[0], end=span[1], actor=code)
            for span, code in sorted(places)
        ]
        doc = pipeline.annotate([example.text])[0]
        return acts(Scene(doc, 0, mentions, Focus(), lambda _word: None), lexicon)

    return run
