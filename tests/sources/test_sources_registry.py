"""The register: what other packages add is asked first, and what they break is told by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from comity.errors import ComityError
from comity.records import Document
from comity.sources import Failure, Format, Limits, Options, read_bytes, registry, sniff
from comity.sources.text import read_text

SENTENCE = "Valdia recalled its ambassador from Norland on Monday."


def read_dispatch(data: bytes, origin: str, options: Options = Options()) -> Iterator[Document | Failure]:  # noqa: B008
    yield from read_text(data.removeprefix(b"DISPATCH\n"), origin, options)


DISPATCH = Format(
    name="dispatch",
    extensions=(".dsp",),
    read=read_dispatch,
    recognises=lambda start: start.startswith(b"DISPATCH\n"),
)
OTHER_TEXT = Format(name="text", extensions=(".txt",), read=read_dispatch)
NO_FORMAT = "a string"


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    point = metadata.EntryPoint("mine", f"{__name__}:{request.param}", registry.GROUP)
    monkeypatch.setattr(metadata, "entry_points", lambda group: [point] if group == registry.GROUP else [])
    registry.formats.cache_clear()
    registry.extensions.cache_clear()
    yield
    registry.formats.cache_clear()
    registry.extensions.cache_clear()


@pytest.mark.parametrize("added", ["DISPATCH"], indirect=True)
@pytest.mark.usefixtures("added")
def test_a_format_of_another_package_is_known_by_content_and_by_extension() -> None:
    assert sniff(b"DISPATCH\nValdia left.", "a.txt") == "dispatch"
    assert sniff(b"Valdia left.", "a.dsp") == "dispatch"
    (item,) = read_bytes(f"DISPATCH\n{SENTENCE}".encode(), "a")
    assert isinstance(item, Document)
    assert item.text == SENTENCE


@pytest.mark.parametrize("added", ["OTHER_TEXT"], indirect=True)
@pytest.mark.usefixtures("added")
def test_a_format_of_another_package_takes_the_place_of_ours_of_its_name() -> None:
    assert registry.formats()["text"].read is read_dispatch
    assert sniff(b"a,b", "a.csv") == "csv"


@pytest.mark.parametrize(
    ("added", "said"),
    [("NO_FORMAT", "is no comity.sources.Format"), ("missing", "has no attribute 'missing'")],
    indirect=["added"],
)
@pytest.mark.usefixtures("added")
def test_a_reader_that_cannot_be_loaded_is_named(said: str) -> None:
    with pytest.raises(ComityError, match=f'reader "mine".*{said}'):
        registry.formats()


def test_a_format_either_reads_or_streams() -> None:
    with pytest.raises(ValueError, match='format "x" must have either read or stream'):
        Format(name="x")


def test_the_example_of_the_docs_runs_and_their_table_has_each_limit() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")
    example = page.split("```python")[1].split("```")[0]
    names: dict[str, object] = {}
    exec(example, names)
    found = names["read_dispatch"](f"DISPATCH\f{SENTENCE}\f{SENTENCE}".encode(), "a.dsp", Options())  # type: ignore[operator]
    assert [item.origin for item in found] == ["a.dsp[1]", "a.dsp[2]"]
    for limit in dataclasses.fields(Limits):
        assert f"| `{limit.name}` | {limit.default:,.0f} |" in page
