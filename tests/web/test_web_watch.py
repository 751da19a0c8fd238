"""What watching keeps in the store, as page, as JSON and as a feed."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from starlette.testclient import TestClient

from comity.store import Store
from comity.watch import ledger
from comity.web.app import create_app

from .conftest import Small

ATOM = "{http://www.w3.org/2005/Atom}"


def test_alerts_are_those_of_the_ledger_the_newest_first_with_their_reason_and_sentences(
    client: TestClient, small: Small
) -> None:
    found = client.get("/api/v1/watch/alerts").json()
    with Store.open(small.path, read_only=True) as store:
        kept = ledger.alerts(store)
    assert [item["id"] for item in found["items"]] == [alert.id for alert in kept]
    assert {(item["kind"], item["a"]["code"], item["b"]["code"]) for item in found["items"]} == {
        ("unseen", "AZE", "ISR"), ("unseen", "IRN", "ISR"), ("move", "AZE", "ISR")}  # fmt: skip
    move = next(item for item in found["items"] if item["kind"] == "move")
    assert move["before"]["mass"] < move["now"]["mass"] and move["reason"].startswith("That is ")
    assert [(s["event"], s["text"]) for s in move["sentences"]] == [
        (small.thanked, "Israel thanked Azerbaijan on Monday.")
    ]
    assert move["sent"] == [{"channel": "terminal", "at": "2020-03-02T18:00:00+00:00"}, {"channel": "atom", "at": None}]
    assert client.get(f"/api/v1/watch/alerts/{move['id']}").json() == move
    assert client.get("/api/v1/watch/alerts?actor=Iran").json()["total"] == 1
    assert client.get("/api/v1/watch/alerts?kind=move&limit=1").json()["items"] == [move]
    assert client.get("/api/v1/watch/alerts/none").status_code == 404


def test_feeds_come_with_their_state_those_first_that_need_a_look_and_no_secret_is_shown(client: TestClient) -> None:
    answer = client.get("/api/v1/watch/feeds")
    found = {item["place"]: item for item in answer.json()["items"]}
    assert [(place, item["state"], item["failures"]) for place, item in found.items()] == [
        ("https://wire.example/rss?…", "failing", 2),
        ("https://late.example/rss", "late", 0),
        ("https://herald.example/rss", "answers", 0),
        ("old.xml", "once", 0),
    ]
    assert found["https://wire.example/rss?…"]["url"] is None
    assert found["https://herald.example/rss"]["url"] == "https://herald.example/rss"
    assert found["https://late.example/rss"]["ties"] is None
    assert found["old.xml"]["ties"][0]["a"] == {"code": "AZE", "name": "Azerbaijan"}
    page = client.get("/watch").text
    for secret in ("password", "key=secret"):
        assert secret not in answer.text and secret not in page
    assert "status 500" in page and "gone.example" not in page


def test_the_page_leads_to_the_tie_on_that_day_and_to_the_sentence(client: TestClient, small: Small) -> None:
    page = client.get("/watch").text
    assert "/tie/AZE/ISR?as_of=2020-03-02" in page
    assert f"/document/{small.document.id}#{small.thanked}" in page
    assert "No alert was raised on a tie of this actor" in client.get("/watch?actor=Fiji").text


def test_the_feed_is_atom_with_lasting_ids_and_links_to_the_ties(client: TestClient, small: Small) -> None:
    answer = client.get("/watch/alerts.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.text)
    with Store.open(small.path, read_only=True) as store:
        kept = ledger.alerts(store)
    assert [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")] == [alert.urn for alert in kept]
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {"self": "http://localhost/watch/alerts.atom"}
    entry = feed.find(f"{ATOM}entry/{ATOM}link[@rel='alternate']")
    assert (
        entry is not None and entry.get("href") == f"http://localhost/tie/{kept[0].a}/{kept[0].b}?as_of={kept[0].day}"
    )


def test_without_watching_the_page_says_how_to_begin_and_the_feed_is_empty(tmp_path: Path) -> None:
    Store.open(tmp_path / "new.duckdb").close()
    with TestClient(create_app(tmp_path / "new.duckdb"), base_url="http://localhost") as client:
        page = client.get("/watch").text
        assert "Nothing is watched yet" in page and "comity watch --feeds" in page and "new.duckdb" in page
        assert str(tmp_path) not in page
        assert list(ET.fromstring(client.get("/watch/alerts.atom").text).iter(f"{ATOM}entry")) == []
        assert client.get("/api/v1/watch/feeds").json()["items"] == []
