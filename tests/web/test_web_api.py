"""The API: the figures of the other rooms, page by page, with typed faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from comity.dyads import course
from comity.store import Store
from comity.structure import why

from .conftest import Small


def test_a_course_is_the_one_that_ties_gives(client: TestClient, small: Small) -> None:
    found = client.get("/api/v1/ties/Israel/az?period=quarter").json()
    with Store.open(small.path, read_only=True) as store:
        expected = course(store, "ISR", "AZE", period="quarter")
    assert (found["a"]["code"], found["b"]["code"]) == ("ISR", "AZE")
    assert [(p["period"], p["index"], p["low"], p["high"], p["mass"]) for p in found["points"]] == [
        (tie.period, tie.index, tie.low, tie.high, tie.mass) for tie in expected
    ]
    assert found["now"]["index"] == expected[-1].index


@pytest.mark.parametrize("query", [
    {}, {"dimension": "diplomatic"}, {"direction": "ab"}, {"direction": "ba"}, {"without_interested": True},
    {"period": "year"}, {"as_of": "2022-03-01"}, {"half_life_days": 90.0},
])  # fmt: skip
def test_what_is_reckoned_from_a_slice_is_what_the_whole_store_gives(demo_store: Path, query: dict[str, Any]) -> None:
    from comity.dyads import asymmetry, changes
    from comity.web.keeper import Keeper

    both = {name: value for name, value in query.items() if name != "direction"}
    plain = {name: value for name, value in query.items() if name != "half_life_days"}
    keeper = Keeper(demo_store)
    with keeper.reading() as store:
        pairs = store.query(
            """SELECT least(source, target), greatest(source, target) FROM events WHERE source <> target
               GROUP BY ALL ORDER BY count(*) DESC, 1, 2 LIMIT 4"""
        )
        for a, b in pairs:
            with keeper.dyad(b, a) as part:
                assert course(part, a, b, draws=50, **query) == course(store, a, b, draws=50, **query)
                assert asymmetry(part, a, b, draws=50, **both) == asymmetry(store, a, b, draws=50, **both)
                assert changes(part, a, b, **plain) == changes(store, a, b, **plain)
    keeper.close()


def test_as_of_never_looks_ahead_and_a_day_to_come_is_the_last_report(client: TestClient) -> None:
    early = client.get("/api/v1/ties/ISR/AZE?as_of=2019-06-30").json()
    assert early["points"][-1]["period"] == "2019-06"
    assert all(
        event["reported"] <= "2019-06-30" for event in client.get("/api/v1/events?as_of=2019-06-30").json()["items"]
    )
    assert client.get("/api/v1/ties/ISR/AZE?as_of=9999-12-31").json()["as_of"] == "2020-03-02"


def test_without_interested_leaves_out_what_an_interested_document_tells(client: TestClient) -> None:
    with_, without = (
        client.get(f"/api/v1/ties/ISR/AZE?without_interested={flag}").json()["now"]["mass"]
        for flag in ("false", "true")
    )
    assert with_ == without + 1


def test_each_point_leads_to_its_events_and_each_event_to_its_sentence(client: TestClient, small: Small) -> None:
    found = client.get("/api/v1/ties/ISR/AZE/events?at=2020-03").json()
    (event,) = found["items"]
    assert event["id"] == small.thanked
    document = client.get(f"/api/v1/documents/{event['told_in']['document']}").json()
    text = document["text"]
    assert text[event["start"] : event["end"]] == event["text"] == "Israel thanked Azerbaijan on Monday."
    for part in (event["trigger"], event["source"], event["target"]):
        assert text[part["start"] : part["end"]] == part["text"]


def test_why_is_the_one_that_structure_gives_and_its_parts_sum_to_the_whole(client: TestClient, small: Small) -> None:
    found = client.get("/api/v1/why/ISR/AZE").json()
    with Store.open(small.path, read_only=True) as store:
        expected = why(store, "ISR", "AZE")
    assert found["change"] == pytest.approx(expected.change)
    assert sum(act["change"] for act in found["direct"]) + found["direct_rest"] == pytest.approx(expected.change)
    changes = sum(driver["change"] for driver in found["drivers"]) + found["drivers_rest"]
    assert changes == pytest.approx(expected.structural)
    assert [claim["third"]["code"] for claim in found["claims"]] == ["IRN"]


def test_the_directions_are_those_of_asymmetry(client: TestClient, small: Small) -> None:
    from comity.dyads import asymmetry

    found = client.get("/api/v1/ties/ISR/IRN/asymmetry").json()
    with Store.open(small.path, read_only=True) as store:
        expected = asymmetry(store, "ISR", "IRN", as_of="2020-03-02")
    assert [(p["period"], p["ab"], p["ba"], p["difference"]) for p in found["points"]] == [
        (one.period, one.ab, one.ba, one.difference) for one in expected
    ]
    assert found["now"]["ab"] is None and found["now"]["ba"] < 0


def test_a_change_point_comes_with_the_acts_that_made_it(turning: Path) -> None:
    from comity.web.app import create_app

    with TestClient(create_app(turning), base_url="http://localhost") as client:
        (change,) = client.get("/api/v1/ties/ISR/AZE/changes").json()["items"]
        assert (change["period"], change["date"]) == ("2018-01", "2018-01-01")
        assert change["before"] > 0 > change["after"] and (change["acts_before"], change["acts_after"]) == (24, 24)
        assert change["start"] <= "2018-01-01" <= change["end"]
        assert change["acts"] and all(report["event"] == "THREATEN" for x in change["acts"] for report in x["reports"])
        assert client.get("/api/v1/ties/ISR/AZE/changes?as_of=2017-12-31").json()["items"] == []
        page = client.get("/part/changes/ISR/AZE").text
        assert "2018-01" in page and "data-changes" in page


def test_without_its_package_a_change_point_is_said_to_be_missing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.web.queries.courses.find_spec", lambda _: None)
    found = client.get("/api/v1/ties/ISR/AZE/changes").json()
    assert found["items"] == [] and "comity[analysis]" in found["missing"]
    assert "comity[analysis]" in client.get("/part/changes/ISR/AZE").text


def test_what_if_gives_the_whole_and_what_remains_as_structure_does(client: TestClient, small: Small) -> None:
    from comity.structure import Drop, what_if

    query = "drop_publisher=Paper 1&drop_actor=Iran&drop_from=2019-05-01&drop_to=2019-06-30&drop_interested=true"
    found = client.get(f"/api/v1/why/ISR/AZE/what-if?{query}").json()
    drop = Drop(actors=("IRN",), publishers=("Paper 1",), period=("2019-05-01", "2019-06-30"), interested=True)
    with Store.open(small.path, read_only=True) as store:
        expected = what_if(store, "ISR", "AZE", drop, as_of="2020-03-02")
    assert found["whole"]["after"] == client.get("/api/v1/why/ISR/AZE").json()["after"]["index"]
    assert (found["without"]["after"], found["without"]["mass"]) == (
        expected.counterfactual.after,
        expected.counterfactual.mass,
    )
    assert (found["after"], found["structural"]) == (expected.after, expected.structural)
    assert found["dropped"]["events"] == len(expected.gone) > 0
    page = client.get(f"/why/ISR/AZE?{query}").text
    assert (
        "Without Iran, the reports of Paper 1, what happened from 2019-05-01 to 2019-06-30 and interested sources"
        in page
    )


def test_without_a_party_of_the_tie_itself_there_is_no_tie(client: TestClient) -> None:
    found = client.get("/api/v1/why/ISR/AZE/what-if?drop_actor=AZE")
    assert (found.status_code, found.json()["type"]) == (409, "urn:comity:problem:conflict")
    page = client.get("/why/ISR/AZE?drop_actor=AZE")
    assert page.status_code == 200 and "without it there is no tie" in page.text
    assert client.get("/api/v1/why/ISR/AZE/what-if?drop_from=2020-02-01&drop_to=2020-01-01").status_code == 409


def test_the_network_has_each_tie_with_its_mass_and_each_actor_with_its_camp(client: TestClient) -> None:
    found = client.get("/api/v1/network?min_strength=0").json()
    assert {(edge["a"], edge["b"]) for edge in found["edges"]} == {("AZE", "ISR"), ("IRN", "ISR")}
    assert all(edge["mass"] >= 1 for edge in found["edges"])
    camps = {node["code"]: node["camp"] for node in found["nodes"]}
    assert camps["ISR"] == camps["AZE"] != camps["IRN"]


def test_movers_are_the_ties_of_the_last_week_with_interval_and_mass(client: TestClient) -> None:
    found = client.get("/api/v1/movers").json()
    assert (found["start"], found["end"]) == ("2020-02-24", "2020-03-02")
    assert {(item["a"]["code"], item["b"]["code"]) for item in found["items"]} == {("AZE", "ISR"), ("IRN", "ISR")}
    new = next(item for item in found["items"] if item["a"]["code"] == "IRN")
    assert new["before"] is None
    assert all(item["now"]["low"] <= item["now"]["index"] <= item["now"]["high"] for item in found["items"])


def test_lists_come_in_pages_that_fit_together(client: TestClient) -> None:
    whole = client.get("/api/v1/events?limit=200").json()
    pages: list[Any] = []
    offset: int | None = 0
    while offset is not None:
        page = client.get(f"/api/v1/events?limit=4&offset={offset}").json()
        assert len(page["items"]) <= 4
        pages += page["items"]
        offset = page["next"]
    assert [event["id"] for event in pages] == [event["id"] for event in whole["items"]]
    assert len(pages) == whole["total"] == 15


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("azer", "AZE"),
        ("AZ", "AZE"),
        ("israel", "ISR"),
        ("Jerusal", "ISR"),
        ("", "AZE"),
        ("türkiye", "TUR"),
        ("turkish", "TUR"),
    ],
)
def test_actors_are_found_by_what_people_type(client: TestClient, query: str, first: str) -> None:
    found = client.get("/api/v1/actors", params={"q": query}).json()["items"]
    assert found[0]["code"] == first


def test_beside_an_actor_its_partners_come_first(client: TestClient) -> None:
    found = client.get("/api/v1/actors?beside=Iran").json()["items"]
    assert {item["code"] for item in found[:2]} == {"ISR", "AZE"}


@pytest.mark.parametrize(
    ("address", "status", "kind"),
    [
        ("/api/v1/ties/ISR/Nowherestan", 404, "unknown-actor"),
        ("/api/v1/ties/ISR/Israel", 404, "no-such-tie"),
        ("/api/v1/ties/ISR/AZE?as_of=2020-02-30", 422, "invalid-request"),
        ("/api/v1/ties/ISR/AZE?as_of=20200101", 422, "invalid-request"),
        ("/api/v1/ties/ISR/AZE?period=week", 422, "invalid-request"),
        ("/api/v1/ties/ISR/AZE/events?at=1900-01", 404, "not-found"),
        ("/api/v1/events?limit=100000", 422, "invalid-request"),
        ("/api/v1/events/none", 404, "not-found"),
        ("/api/v1/documents/none", 404, "not-found"),
        ("/api/v1/documents/..%2f..%2fetc%2fpasswd", 404, "not-found"),
        ("/api/v1/nothing", 404, "not-found"),
    ],
)
def test_a_fault_is_a_problem_of_a_fixed_kind(client: TestClient, address: str, status: int, kind: str) -> None:
    found = client.get(address)
    assert found.status_code == status
    assert found.headers["content-type"] == "application/problem+json"
    assert found.json()["type"] == f"urn:comity:problem:{kind}"
    assert found.json()["detail"]


def test_sql_in_an_argument_is_only_a_text(client: TestClient) -> None:
    evil = "x'; DROP TABLE events; --"
    assert client.get("/api/v1/documents", params={"q": evil}).json()["total"] == 0
    assert client.get("/api/v1/events", params={"document": evil}).json()["total"] == 0
    assert client.get("/api/v1/store").json()["events"] == 15


def test_a_document_comes_with_its_furniture_in_place_and_its_interests(client: TestClient, small: Small) -> None:
    found = client.get(f"/api/v1/documents/{small.document.id}").json()
    assert [block["kind"] for block in found["blocks"]] == ["caption", "text", "text", "text", "newsletter"]
    text = "\n".join(
        "".join(part["text"] for part in block["segments"]) for block in found["blocks"] if block["kind"] == "text"
    )
    assert text == small.document.text
    assert found["interests"][0]["behalf"] == "Iran"
    assert found["interested"] is True


def test_an_address_that_would_run_is_no_link(small: Small, make_document: Any) -> None:
    from comity.web.app import create_app

    with Store.open(small.path) as store:
        store.add_documents([make_document(url="javascript:alert(1)", text="A text.", title="Evil")])
    with TestClient(create_app(small.path), base_url="http://localhost") as client:
        (found,) = client.get("/api/v1/documents?q=evil").json()["items"]
        assert found["url"] is None
        page = client.get(f"/document/{found['id']}").text
    assert "javascript:" not in page


def test_an_empty_store_has_its_own_words(tmp_path: Any) -> None:
    from comity.web.app import create_app

    Store.open(tmp_path / "empty.duckdb").close()
    with TestClient(create_app(tmp_path / "empty.duckdb"), base_url="http://localhost") as client:
        assert "Nothing is on record yet" in client.get("/").text
        for path in ("/network", "/review", "/documents", "/tie/ISR/AZE", "/why/ISR/AZE", "/actor/ISR"):
            assert client.get(path).status_code == 200, path
        assert client.get("/api/v1/movers").json() == {"start": None, "end": None, "items": []}
        assert client.get("/api/v1/network").json()["nodes"] == []


def test_the_description_names_every_route_and_every_fault(client: TestClient) -> None:
    schema = client.get("/api/openapi.json").json()
    for path, methods in schema["paths"].items():
        assert path.startswith("/api/v1/")
        for operation in methods.values():
            assert operation["description"]
            assert "application/problem+json" in operation["responses"]["422"]["content"]
