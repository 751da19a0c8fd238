"""An article in pieces is the article again."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.records import Furniture, Participant, Quote
from comity.web.marking import blocks, segments

from .conftest import event_in, small_document


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), text=st.text(min_size=1, max_size=60))
def test_segments_put_together_are_the_text(data: Any, text: str, make_event: Any) -> None:
    def span() -> tuple[int, int]:
        start = data.draw(st.integers(0, len(text)))
        return start, data.draw(st.integers(start, len(text)))

    events = []
    for number in range(data.draw(st.integers(0, 3))):
        (low, high), (t0, t1), (s0, s1) = span(), span(), span()
        party = Participant(text=text[s0:s1], start=s0, end=s1, actor="ISR")
        events.append(
            make_event(
                id=str(number), start=low, end=high, text=text[low:high],
                trigger=Quote(text=text[t0:t1], start=t0, end=t1), source=party,
            )
        )  # fmt: skip
    found = segments(text, 0, len(text), events)
    assert "".join(segment.text for segment in found) == text
    assert all(text[segment.start : segment.start + len(segment.text)] == segment.text for segment in found)


def test_each_coded_word_is_marked_for_its_event(make_document: Any, make_event: Any) -> None:
    document = small_document(make_document)
    event = event_in(make_event, document, 1, "IRN:Iran", "ISR:Israel", "accused", id="e1")
    found = [s for block in blocks(document, [event]) for s in block.segments]
    assert [s.text for s in found if s.trigger == ["e1"]] == ["accused"]
    assert [s.text for s in found if s.source == ["e1"]] == ["Iran"]
    assert [s.text for s in found if s.target == ["e1"]] == ["Israel"]
    assert "".join(s.text for s in found if s.events == ["e1"]) == "Iran accused Israel of espionage."


def test_what_was_set_apart_stands_where_the_page_has_it(make_document: Any) -> None:
    document = small_document(make_document)
    assert [block.kind for block in blocks(document, [])] == ["caption", "text", "text", "text", "newsletter"]


def test_a_page_that_lost_its_paragraphs_still_shows_all(make_document: Any) -> None:
    apart = (Furniture(kind="bio", text="By a writer", start=3, end=14),)
    document = small_document(make_document, page="something else", furniture=apart)
    assert sorted(block.kind for block in blocks(document, [])) == ["bio", "text", "text", "text"]
