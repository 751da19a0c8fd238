"""The training text of the classifier: each line says what it must, and what is said is what is learnt."""

import json

import pytest

from training.marked import FOLDER, NONE, numbered

FILES = sorted(FOLDER.glob("sentences_*.jsonl"))


def test_a_record_gives_every_ordered_pair_of_its_phrases() -> None:
    found = numbered("[1 Oslo] warned [2 Minsk] after [3 Riga]'s note.", ["1>2 THREATEN:restrict"])
    assert {text for text, _ in found} == {"Oslo warned Minsk after Riga's note."}
    said = {(text[slice(*p.source)], text[slice(*p.target)]): (p.event, p.mode) for text, p in found}
    assert said.pop(("Oslo", "Minsk")) == ("THREATEN", "restrict")
    assert len(said) == 5
    assert set(said.values()) == {(NONE, None)}


@pytest.mark.parametrize(
    ("marked", "acts", "fault"),
    [
        ("[1 Oslo] warned Minsk.", [], "two or more"),
        ("[1 Oslo [2 Minsk]] met.", [], "two or more"),
        ("[1 Oslo] met [2 Minsk].", ["1>3 CONSULT"], "no act between"),
        ("[1 Oslo] met [2 Minsk].", ["1>1 CONSULT"], "no act between"),
        ("[1 Oslo] met [2 Minsk].", ["1>2 MEET"], "no type or mode"),
        ("[1 Oslo] met [2 Minsk].", ["1>2 CONSULT:demo"], "no type or mode"),
    ],
)
def test_a_fault_is_named(marked: str, acts: list[str], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        numbered(marked, acts)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_line_of_the_shipped_files_can_be_read(path) -> None:
    seen = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text = numbered(record["text"], record["acts"])[0][0]
        assert text not in seen
        seen.add(text)


@pytest.mark.parametrize("name", ["running.jsonl", "running_held.jsonl"])
def test_running_text_is_known_by_digest_and_offsets(name: str) -> None:
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        assert len(record["key"]) == 12
        assert all(0 <= a < b for a, b in record["phrases"])
