"""What a sentence is about, by its words: one strong cue, or two different weak ones, of the shipped table."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.coding.contexts import TABLE, contexts_of, read_cues
from comity.errors import TableError
from comity.ontology import load_ontology


@pytest.mark.parametrize(
    ("sentence", "contexts"),
    [
        ("Norway's armed forces crossed the ridge.", ["military"]),
        ("Peru sent a frigate to the strait.", ["military"]),
        ("Soldiers shelled the ridge at dawn.", ["military"]),
        ("Ghana expelled a colonel for spying.", ["intelligence"]),
        ("Chile's president reshuffled his cabinet.", ["executive"]),
        ("Lawmakers approved the bill on fishing boats.", ["legislative"]),
        ("Kenya's parliament debated with the senator for hours.", ["legislative"]),
        ("Observers praised the presidential election in Malawi.", ["election"]),
        ("Each candidate asked for a vote.", ["election"]),
        ("Malawi's leader was impeached.", ["political_institutions"]),
        ("Rights to vote aside, the democracy movement grew.", ["pro_democracy"]),
        ("Martial law was declared in the capital.", ["pro_autocracy"]),
        ("A failed coup shook Gabon.", ["political_institutions", "pro_autocracy"]),
        ("Officers staged a coup in Gabon.", ["political_institutions", "pro_autocracy"]),
        ("Tourism between the two grew.", ["economic"]),
        ("Canada imposed sanctions on Belarus.", ["economic"]),
        ("Kenya lifted the tariffs on tea.", ["economic"]),
        ("Exports rose while the factory closed.", ["economic"]),
        ("A court ruled against the mayor.", ["legal"]),
        ("The judge read out the law.", ["legal"]),
        ("Spain extradited the banker.", ["legal"]),
        ("Namibia asked Germany for reparations.", ["reparations"]),
        ("Iran demanded compensation for the historical injustice.", ["reparations"]),
        ("The council deplored human rights abuses.", ["human_rights"]),
        ("Belgium recalled the genocide.", ["human_rights"]),
        ("Editors marched for press freedom.", ["rights_freedoms"]),
        ("Belarus freed a political prisoner.", ["rights_freedoms"]),
        ("Police fired tear gas at the students.", ["repression"]),
        ("Officers opened fire on protesters.", ["repression"]),
        ("Yemen is short of drinking water.", ["human_security"]),
        ("Turkey sent humanitarian aid.", ["human_security"]),
        ("Women protesters marched for gender equality.", ["gender"]),
        ("Hungary banned the pride parade.", ["lgbt"]),
        ("Sectarian clashes broke out in Lebanon.", ["religion_ethnicity"]),
        ("A bishop blessed the mosque.", ["religion_ethnicity"]),
        ("Brazil debated income inequality.", ["inequality"]),
        ("Oslo recalled its ambassador.", ["diplomatic"]),
        ("The talks ended with a joint statement.", ["diplomatic"]),
        ("Japan and Russia met over the disputed islands.", ["territory"]),
        ("Settlers drew a new border.", ["territory"]),
        ("Two peacekeepers were hurt in Mali.", ["peacekeeping"]),
        ("Cuba sent a vaccine to Vietnam.", ["health"]),
        ("Doctors reopened the hospital.", ["health"]),
        ("The singer was granted asylum in France.", ["asylum"]),
        ("Poland deported forty migrants.", ["migration"]),
        ("An earthquake hit Nepal.", ["disasters"]),
        ("Firefighters fought on after the accident.", ["disasters"]),
        ("Iraq pumped more oil.", ["natural_resource"]),
        ("Iceland and Britain settled their fishing rights.", ["natural_resource"]),
        ("The two agreed to fight climate change.", ["environment"]),
        ("India launched a satellite with new technology.", ["technology"]),
        ("A suicide bomber hit the market.", ["terrorism"]),
        ("Gunmen took a hostage.", ["terrorism"]),
        ("North Korea tested a nuclear weapon.", ["cbrn"]),
        ("Syria gave up its sarin.", ["cbrn"]),
        ("Hackers broke into the tax office.", ["cyber"]),
        ("The ministry spoke of disinformation.", ["misinformation"]),
        ("Pirates seized the yacht.", ["crime"]),
        ("Police caught the thief.", ["crime"]),
        ("The minister took a bribe.", ["corruption"]),
        ("Peru burned coca and cocaine.", ["illegal_drugs"]),
        ("Customs broke up a ring of ivory smuggling.", ["trafficking"]),
    ],
)
def test_words_give_a_context(sentence: str, contexts: list[str]) -> None:
    assert list(contexts_of(sentence)) == contexts


@pytest.mark.parametrize(
    ("sentence", "contexts"),
    [
        ("The two agreed on visa-free travel.", ["diplomatic", "migration"]),
        ("The two raised the oil price.", ["economic", "natural_resource"]),
        ("A disputed election brought crowds out.", ["rights_freedoms"]),
        ("Ransomware shut the port.", ["cyber", "crime"]),
        ("Drug smuggling across the Gulf went on.", ["illegal_drugs", "trafficking"]),
        ("They recognised the independence of Kosovo.", ["diplomatic", "territory"]),
    ],
)
def test_one_cue_may_give_several_contexts(sentence: str, contexts: list[str]) -> None:
    assert list(contexts_of(sentence)) == contexts


@pytest.mark.parametrize(
    "sentence",
    [
        "The talks went on.",  # of wages, of rebels, of states
        "The party was loud.",
        "The court was silent.",
        "He beat her on the tennis court before a lawyer.",
        "A judge walked by.",
        "A terrorist is what Minsk calls him.",  # a label is no act
        "Troops stood by.",
        "She returned from exile.",
        "The nuclear family is small.",
        "The two traded accusations.",
        "Good faith matters to the clan's friends.",
        "He won the race.",
        "Warsaw, Paris and Berlin agreed.",  # "war" is in Warsaw
        "The syntax of the charter is old.",  # "tax"
        "",
    ],
)
def test_words_that_prove_nothing(sentence: str) -> None:
    assert contexts_of(sentence) == ()


@pytest.mark.parametrize(
    ("sentence", "wanted", "unwanted"),
    [
        ("They built a nuclear power plant.", "environment", "cbrn"),
        ("He was charged with a war crime in a massacre.", "human_rights", "crime"),
        ("She won by a landslide.", "election", "disasters"),
        ("Police fired tear gas.", "repression", "natural_resource"),
        ("An artificial intelligence firm opened.", "technology", "intelligence"),
        ("The drug company gave vaccines.", "health", "illegal_drugs"),
    ],
)
def test_a_longer_cue_hides_those_inside_it(sentence: str, wanted: str, unwanted: str) -> None:
    found = contexts_of(sentence)
    assert wanted in found
    assert unwanted not in found


def test_the_same_weak_cue_twice_is_one() -> None:
    assert contexts_of("Talks led to talks about talks.") == ()
    assert contexts_of("The troop joined other troops.") == ()


def test_the_order_is_the_codebooks() -> None:
    found = contexts_of("Cholera, sanctions, airstrikes, bribery and asylum seekers were on the agenda of the embassy.")
    order = load_ontology().contexts
    assert list(found) == sorted(found, key=order.index)
    assert set(found) == {"military", "economic", "diplomatic", "health", "asylum", "migration", "corruption"}


def test_every_context_has_cues_and_the_table_is_large() -> None:
    rows = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(rows) > 500
    for context in load_ontology().contexts:
        assert any(f",{context},strong," in row for row in rows), context


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("ballet,culture,strong,", 'cues.csv:3: "culture" is not a context of weight strong'),
        ("ballet,economic,heavy,", 'cues.csv:3: "heavy" is not a weight; use one of strong, weak, none'),
        ("Ballet,economic,weak,", 'cues.csv:3: "Ballet" is empty or not in lower case'),
        ("ballet,economic,none,", 'cues.csv:3: "economic" is not a context of weight none'),
        ("ballet,economic,weak", "cues.csv:3: 3 cells, not 4"),
        ("trade,economic,weak,", 'cues.csv:3: "trade" stands for economic already'),
    ],
)
def test_a_fault_names_its_row(tmp_path: Path, row: str, fault: str) -> None:
    table = tmp_path / "cues.csv"
    table.write_text(f"words,context,weight,note\ntrade,economic,strong,\n{row}\n", encoding="utf-8")
    with pytest.raises(TableError) as raised:
        read_cues(table, load_ontology().contexts)
    assert fault in str(raised.value)


def test_a_wrong_head_is_said_plainly(tmp_path: Path) -> None:
    table = tmp_path / "cues.csv"
    table.write_text("word,context\n", encoding="utf-8")
    with pytest.raises(TableError, match="the columns are word,context"):
        read_cues(table, ("economic",))


SENTENCES = st.lists(
    st.sampled_from(["tourism", "talks", "visa-free", "bribery", "judge", "law", "of", "Zürich", "ceasefire", "oil"]),
    max_size=8,
)


@given(SENTENCES)
def test_case_hyphens_and_white_space_do_not_matter(words: list[str]) -> None:
    plain = contexts_of(" ".join(words))
    assert contexts_of("\n".join(words).upper().replace("-", " ")) == plain


@given(SENTENCES, SENTENCES)
def test_more_text_never_takes_a_context_away(first: list[str], second: list[str]) -> None:
    both = contexts_of(" ".join(first) + ". " + " ".join(second))
    assert set(contexts_of(" ".join(first))) | set(contexts_of(" ".join(second))) <= set(both)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert set(contexts_of(text)) <= set(load_ontology().contexts)
