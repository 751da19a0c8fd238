"""Rules and classifier weighed: each may be outvoted where it is weak, and says so."""

import pytest

from comity.coding.classifier import Opinion
from comity.coding.fusion import Pair, candidates, fuse
from comity.coding.lexicon import Lexicon, unmark
from comity.coding.predicates import acts
from comity.coding.scene import Focus, Scene
from comity.language.pipeline import Pipeline
from comity.ontology import load_ontology
from comity.records import Mention

pytestmark = pytest.mark.model
TYPES = (*load_ontology().types, "NONE")


@pytest.fixture(scope="module")
def scene_of(pipeline: Pipeline):
    def make(marked: str) -> Scene:
        example = unmark(marked)
        assert example.source and example.target
        mentions = [
            Mention(text=example.text[a:b], start=a, end=b, actor=code)
            for (a, b), code in sorted([(example.source, "S"), (example.target, "T")])
        ]
        return Scene(pipeline.annotate([example.text])[0], 0, mentions, Focus(), lambda _word: None)

    return make


def opinion(scene: Scene, event: str, share: float, reverse: bool = False) -> tuple[Pair, Opinion]:
    by = {m.actor: m for m in scene.mentions}
    source, target = (by["T"], by["S"]) if reverse else (by["S"], by["T"])
    rest = (1 - share) / (len(TYPES) - 1)
    return (source, target), Opinion({name: share if name == event else rest for name in TYPES})


def kinds(found) -> list[tuple[str, str, str | None]]:
    return [(a.event, a.source.mention.actor, a.target.mention.actor if a.target else None) for a in found]


def test_agreement_keeps_the_rule_and_its_mode(scene_of, lexicon: Lexicon) -> None:
    scene = scene_of("<s>Norway</s> condemned <t>Belarus</t>.")
    found = acts(scene, lexicon)
    fused = fuse(scene, lexicon, found, [opinion(scene, "ACCUSE", 0.95)])
    assert kinds(fused) == [("ACCUSE", "S", "T")]
    assert (fused[0].mode, fused[0].rule) == ("disapprove", found[0].rule)


def test_a_weak_contrary_opinion_changes_nothing(scene_of, lexicon: Lexicon) -> None:
    scene = scene_of("<s>Norway</s> condemned <t>Belarus</t>.")
    assert kinds(fuse(scene, lexicon, acts(scene, lexicon), [opinion(scene, "SUPPORT", 0.4)])) == [("ACCUSE", "S", "T")]


@pytest.mark.parametrize(
    ("sentence", "share", "stands"),
    [
        ("<s>Norway</s> condemned <t>Belarus</t>.", 0.7, True),
        ("<s>Norway</s> condemned <t>Belarus</t>.", 0.95, False),
        ("<s>Norway</s> condemned the mood in <t>Belarus</t>.", 0.5, True),
        ("<s>Norway</s> condemned the mood in <t>Belarus</t>.", 0.7, False),
    ],
)
def test_none_must_be_surer_of_itself_to_unmake_a_sure_act(
    scene_of, lexicon: Lexicon, sentence: str, share: float, stands: bool
) -> None:
    scene = scene_of(sentence)
    assert bool(fuse(scene, lexicon, acts(scene, lexicon), [opinion(scene, "NONE", share)])) is stands


def test_the_classifier_adds_what_no_row_reads_and_says_so(scene_of, lexicon: Lexicon) -> None:
    scene = scene_of("<s>Norway</s> is said by many to have a bone to pick with <t>Belarus</t>.")
    fused = fuse(scene, lexicon, [], [opinion(scene, "ACCUSE", 0.9)])
    assert kinds(fused) == [("ACCUSE", "S", "T")]
    assert fused[0].rule == "classifier ACCUSE 0.90"


def test_an_unsure_opinion_adds_nothing(scene_of, lexicon: Lexicon) -> None:
    scene = scene_of("<s>Norway</s> lies north of <t>Belarus</t>.")
    assert fuse(scene, lexicon, [], [opinion(scene, "ACCUSE", 0.6), opinion(scene, "NONE", 0.9, reverse=True)]) == []


def test_what_an_operator_says_of_standing_is_never_overruled(scene_of, lexicon: Lexicon) -> None:
    scene = scene_of("<s>Norway</s> denied that it had attacked <t>Belarus</t>.")
    found = acts(scene, lexicon)
    assert found and all(a.auxiliary for a in found)
    assert fuse(scene, lexicon, found, [opinion(scene, "ASSAULT", 0.99)]) == found


def test_confidence_stays_the_product_of_its_factors(scene_of, lexicon: Lexicon) -> None:
    scene = scene_of("<s>Norway</s> condemned <t>Belarus</t>.")
    for act in fuse(scene, lexicon, acts(scene, lexicon), [opinion(scene, "ACCUSE", 0.7)]):
        product = 1.0
        for _, value in act.factors:
            product *= value
        assert act.confidence == pytest.approx(product, abs=2e-3)


def test_pairs_are_asked_about_in_both_directions_but_never_within_one_actor(scene_of) -> None:
    scene = scene_of("<s>Norway</s> asked the court to hear its case against <t>Belarus</t>.")
    asked = {(a.actor, b.actor) for a, b in candidates(scene, [])}
    assert asked == {("S", "T"), ("T", "S")}


def test_a_pronoun_is_asked_about_as_whom_it_stands_for(scene_of) -> None:
    scene = scene_of("<s>Norway</s> lost patience, and it expelled two envoys of <t>Belarus</t>.")
    assert ("it", "Belarus") in {(a.text, b.text) for a, b in candidates(scene, [])}


def test_what_a_rule_relates_is_asked_about_in_its_own_direction(scene_of, lexicon: Lexicon) -> None:
    scene = scene_of("<s>Norway</s> condemned <t>Belarus</t>.")
    first, *_ = candidates(scene, acts(scene, lexicon))
    assert (first[0].actor, first[1].actor) == ("S", "T")
