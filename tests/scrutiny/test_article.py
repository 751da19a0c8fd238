"""The article of the reference question, held against the demo's store by the shipped model."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.app.check import check
from comity.scrutiny import Check
from comity.store import Store

NEWS = Path("/work/shared/data/news/israel_azerbaijan_ties.txt")
pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not NEWS.exists(), reason="the shared article is not on this machine"),
]


@pytest.fixture(scope="module")
def checked(demo_store: Path) -> Check:
    with Store.open(demo_store, read_only=True) as store:
        (found,) = check([NEWS], store)
    assert isinstance(found, Check)
    return found


def test_it_names_the_interest(checked: Check) -> None:
    assert any("a PR firm representing Azerbaijan" in interest.sentence for interest in checked.document.interests)
    assert checked.document.genre == "opinion"


def test_it_lists_contested_claims_in_the_authors_voice(checked: Check) -> None:
    assert sum(bool(item.reasons) for item in checked.own) >= 5
    assert len(checked.terms) >= 5


def test_it_says_of_each_event_whether_the_store_corroborates_it(checked: Check) -> None:
    assert len(checked.events) >= 5
    signed = next(standing for standing in checked.events if "tourism" in standing.event.text)
    assert signed.corroboration == 2


def test_the_spokesmans_words_are_his(checked: Check) -> None:
    assert "Hikmet Hajiyev" in {said.speaker for said in checked.spoken}
