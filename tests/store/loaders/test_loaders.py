"""Other people's events in the store: what becomes of a row, and that every row is accounted for."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from published_layouts import ICEWS, PHOENIX, POLECAT, UCDP, all_formats, gdelt, icews, line, write

import comity
from comity.app.load import Load
from comity.dyads import course
from comity.store import Store
from comity.store.loaders import DATASETS
from comity.store.loaders.staging import WIDTH
from comity.store.loaders.verdicts import MIRROR, NO_DATE, TWICE, WHO_SOURCE, WHO_TARGET

LoadIcews = Callable[..., Load]
EXPECTED = {"icews": 1, "gdelt": 3, "polecat": 1, "acled": 2, "ucdp": 2, "phoenix": 1}


def reasons(found: Load) -> dict[str, int]:
    return {drop.reason: drop.count for drop in found.dropped}


def accounted(found: Load) -> bool:
    return all(
        file.rows == file.loaded + file.present + sum(drop.count for drop in file.dropped) for file in found.files
    )


@pytest.mark.parametrize("dataset", sorted(DATASETS))
def test_each_data_set_loads_as_published_and_accounts_for_every_row(
    dataset: str, store: Store, tmp_path: Path
) -> None:
    file = all_formats(tmp_path)[dataset]
    found = comity.load(dataset, [file], store=store)
    assert (found.loaded, found.failures, accounted(found)) == (EXPECTED[dataset], (), True)
    assert found.resolution.state_share == 1.0
    events = list(store.events())
    assert len(events) == found.loaded
    assert all(event.id.startswith(f"{dataset}:") and event.document.startswith(f"{dataset}:") for event in events)


@pytest.mark.parametrize("dataset", sorted(DATASETS))
def test_loading_twice_adds_nothing(dataset: str, store: Store, tmp_path: Path) -> None:
    file = all_formats(tmp_path)[dataset]
    first = comity.load(dataset, [file], store=store)
    again = comity.load(dataset, [file], store=store)
    assert (again.loaded, [part.skipped for part in again.files], again.present) == (0, [True], first.loaded)
    # With other bytes the file is read again, and each row is found to be there.
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    other = comity.load(dataset, [file], store=store)
    assert (other.loaded, other.present, accounted(other)) == (0, first.loaded, True)
    assert reasons(other) == reasons(first)
    assert store.counts()["events"] == first.loaded


def test_a_file_is_read_again_once_comity_knows_more(load_icews: LoadIcews, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = icews(1, "Norway", "112", "Chile"), icews(2, "Norway", "112", "Nobody")
    assert load_icews(*rows).files[0].skipped is False
    assert load_icews(*rows).files[0].skipped is True
    monkeypatch.setattr("comity.store.loaders.runs.loading_version", lambda: "later")
    again = load_icews(*rows)
    assert (again.files[0].skipped, again.loaded, again.present) == (False, 0, 1)


CODES = st.sampled_from(["010", "040", "042", "043", "057", "070", "112", "190", "999", ""])
PARTIES = st.sampled_from(["Norway", "Chile", "Police (Chile)", "Nobody", "", "NA"])
ROWS = st.lists(st.tuples(st.integers(1, 4), PARTIES, CODES, PARTIES, st.sampled_from([1, 2])), max_size=12)


@settings(deadline=None, max_examples=25)
@given(ROWS)
def test_rows_and_verdicts_always_sum_up(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str, str, str, int]]) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("rows")
    head = icews(99, "Norway", "112", "Chile")
    lines = [icews(number, a, code, b, story_id=story) for number, a, code, b, story in rows]
    file = write(folder / "events.tab", [head, *lines], ICEWS)
    with Store.open(":memory:") as store:
        first = comity.load("icews", [file], store=store)
        store.execute("DELETE FROM runs")
        again = comity.load("icews", [file], store=store)
        assert (first.rows, accounted(first), accounted(again)) == (len(lines) + 1, True, True)
        assert (again.loaded, again.present) == (0, first.loaded)
        assert store.counts()["events"] == first.loaded == len({event.id for event in store.events()})


# What becomes of a row


@pytest.mark.parametrize(("source", "country", "sectors", "actor", "sector"), [
    ("Norway",                  "Norway",                         "NA",                       "NOR", "GOV"),
    ("Ministry (Norway)",       "Norway",                         "Government",               "NOR", "GOV"),
    ("Jens Hansen",             "Norway",                         "Executive,Military",       "NOR", "GOV"),
    ("Jens Hansen",             "Norway",                         "Military,Government",      "NOR", "MIL"),
    ("Citizen (Gaza Strip)",    "Occupied Palestinian Territory", "Social",                   "PSE", "CVL"),
    ("Congo",                   "Democratic Republic of Congo",   "NA",                       "COD", None),
    ("Hezbollah",               "Lebanon",                        "Insurgents",               "HZB", "REB"),
    ("European Parliament",     "NA",                             "NA",                       "EUU", "LEG"),
    ("Police (Mali)",           "NA",                             "NA",                       "MLI", "COP"),
    ("Children (Côte d'Ivoire)", "NA",                            "NA",                       "CIV", "CVL"),
    ("Angela Merkel",           "NA",                             "NA",                       "DEU", "GOV"),
])  # fmt: skip
def test_a_party_is_who_the_set_says(
    load_icews: LoadIcews, store: Store, source: str, country: str, sectors: str, actor: str, sector: str | None
) -> None:
    load_icews(
        icews(1, source, "112", "Chile", source_country=country, source_sectors=sectors, event_date="2018-05-01")
    )
    (event,) = store.events()
    assert (event.source.actor, event.source.sector, event.source.text) == (actor, sector, source)


def test_who_a_name_is_depends_on_the_year(load_icews: LoadIcews, store: Store) -> None:
    load_icews(
        icews(1, "Taliban", "112", "Chile", event_date="2001-03-01"),
        icews(2, "Taliban", "112", "Chile", event_date="2010-03-01"),
    )
    assert [event.source.actor for event in store.events()] == ["AFG", "TLB"]


def test_a_reciprocal_act_told_from_both_sides_is_one_record(load_icews: LoadIcews, store: Store) -> None:
    found = load_icews(icews(1, "Norway", "040", "Chile", story_id=5), icews(2, "Chile", "040", "Norway", story_id=5))
    (event,) = store.events()
    assert (event.id, event.reciprocal, event.event) == ("icews:1", True, "CONSULT")
    assert reasons(found) == {MIRROR: 1}


def test_two_who_accuse_each_other_in_one_sentence_are_one_record(load_icews: LoadIcews, store: Store) -> None:
    load_icews(icews(1, "Norway", "112", "Chile", story_id=5), icews(2, "Chile", "112", "Norway", story_id=5))
    assert [(event.id, event.reciprocal) for event in store.events()] == [("icews:1", True)]


def test_two_sentences_are_two_acts(load_icews: LoadIcews, store: Store) -> None:
    load_icews(
        icews(1, "Norway", "112", "Chile", story_id=5),
        icews(2, "Chile", "112", "Norway", story_id=5, sentence_number=2),
    )
    assert [event.reciprocal for event in store.events()] == [False, False]


def test_a_host_s_row_becomes_the_guest_s_visit(load_icews: LoadIcews, store: Store) -> None:
    found = load_icews(
        icews(1, "Norway", "043", "Chile", story_id=5, event_text="Host a visit"),
        icews(2, "Chile", "042", "Norway", story_id=5, event_text="Make a visit"),
    )
    (event,) = store.events()
    assert (event.source.actor, event.target and event.target.actor, event.mode) == ("CHL", "NOR", "visit")
    assert (event.trigger.text, event.cameo, event.rule, event.reciprocal) == (
        "Make a visit",
        "042",
        "cameo 043",
        False,
    )
    assert reasons(found) == {MIRROR: 1}


def test_an_id_given_again_on_another_day_is_another_event(load_icews: LoadIcews, store: Store) -> None:
    lines = [icews(1, "Norway", "112", "Chile"), icews(1, "Norway", "112", "Chile"),
             icews(1, "Norway", "070", "Chile", event_date="2018-06-09")]  # fmt: skip
    found = load_icews(*lines)
    assert {event.id for event in store.events()} == {"icews:1", "icews:1:2018-06-09"}
    assert reasons(found) == {TWICE: 1}
    again = load_icews(*lines, icews(1, "Norway", "070", "Chile", event_date="2018-06-10"), name="later.tab")
    assert (again.loaded, again.present) == (1, 2)


def test_domestic_events_are_kept(load_icews: LoadIcews, store: Store) -> None:
    load_icews(icews(1, "Police (Chile)", "173", "Citizen (Chile)"))
    (event,) = store.events()
    assert (event.source.actor, event.source.sector) == ("CHL", "COP")
    assert event.target and (event.target.actor, event.target.sector) == ("CHL", "CVL")


def test_dropped_rows_are_listed_by_their_lines(load_icews: LoadIcews) -> None:
    found = load_icews(
        icews(1, "Norway", "112", "Chile"),  # line 2
        "3\ttoo few",
        icews(2, "Norway", "112", "Nobody"),
        "",
        icews(3, "Nobody", "112", "Chile", event_date="soon"),
        icews(4, "Nobody", "112", "Chile"),
    )
    (file,) = found.files
    lines = {drop.reason: drop.lines for drop in file.dropped}
    assert lines[WIDTH] == (3,)
    assert lines[WHO_TARGET] == (4,)
    assert (set(lines), found.rows) == ({WIDTH, WHO_TARGET, NO_DATE, WHO_SOURCE}, 5)
    assert [(name.name, name.count) for name in found.unknown] == [("Nobody", 2)]


def test_an_event_names_its_publisher_story_and_place_in_the_file(store: Store, tmp_path: Path) -> None:
    file = write(tmp_path / "e.tab", ["bad", icews(7, "Norway", "112", "Chile", story_id=47, city="Oslo", country="Norway")], ICEWS)  # fmt: skip
    comity.load("icews", [file], store=store)
    ((publisher, origin, place, document),) = store.query("SELECT publisher, origin, place, document FROM events")
    assert (publisher, place, document) == ("The Daily", "Oslo, Norway", "icews:47")
    assert origin == f"{file}:3"


# Lists without ids


def test_a_list_without_ids_tells_equal_rows_apart(store: Store, tmp_path: Path) -> None:
    rows = ["Norway\tMake a visit\tChile\t2014-01-01", "Norway\tMake a visit\tChile\t2014-01-01",
            "Norway\tfight with small arms and light weapons\tPolice (Chile)\t2014-01-02",
            "Norway\tMake statement\tChile\t2014-01-02"]  # fmt: skip
    found = comity.load("icews", [write(tmp_path / "list.txt", rows)], store=store)
    assert (found.loaded, found.files[0].layout) == (3, "quadruple list")
    assert [(e.event, e.mode) for e in store.events()][-1] == ("ASSAULT", "firearms")
    # The same rows in another order and file are the same events.
    again = comity.load("icews", [write(tmp_path / "other.txt", rows[::-1])], store=store)
    assert (again.loaded, again.present) == (0, 3)


# Formats


@pytest.mark.parametrize("width", [57, 58, 61])
def test_gdelt_of_all_ages(width: int, store: Store, tmp_path: Path) -> None:
    rows = [gdelt(1, "NOR", "043", "CHL", width=width), gdelt(2, "CHL", "042", "NOR", width=width),
            gdelt(3, "AFGINSTAL", "190", "ROMMED", width=width), gdelt(4, "EUR", "112", "IGOEUREEC", width=width)]  # fmt: skip
    found = comity.load("gdelt", [write(tmp_path / "d.export.CSV", rows)], store=store)
    visit, attack = store.events()
    assert visit.target and attack.target
    assert (visit.source.actor, visit.target.actor, visit.mode) == ("CHL", "NOR", "visit")
    assert (attack.source.actor, attack.source.sector, attack.target.actor, attack.target.sector) == (
        "TLB", "REB", "ROU", "JRN",
    )  # fmt: skip
    assert reasons(found) == {MIRROR: 1, WHO_SOURCE: 1}
    assert {e.reported for e in store.events()} == {"2021-01-06"}


def test_gdelt_names_the_site_and_the_address(store: Store, tmp_path: Path) -> None:
    rows = [gdelt(1, "NOR", "112", "CHL", url="https://www.Paper.example:8080/x?a=1"),
            gdelt(2, "NOR", "112", "CHL", url="BBC Monitoring")]  # fmt: skip
    file = write(tmp_path / "d.export.CSV", rows)
    comity.load("gdelt", [file], store=store)
    assert store.query("SELECT publisher, origin FROM events ORDER BY id") == [
        ("paper.example", "https://www.Paper.example:8080/x?a=1"),
        ("BBC Monitoring", f"{file}:2"),
    ]


def polecat_row(number: int, actor: str = "Norway") -> str:
    return line(
        POLECAT, event_id=f"x{number}", event_date="2023-01-02", event_type="CONSULT", event_mode="phone",
        quad_code="VERBAL COOPERATION", actor_name=actor, actor_country="NOR", recipient_name="Chile",
        recipient_country="CHL", latitude="59.9", publication_date="2023-01-03", source="The Daily",
    )  # fmt: skip


@pytest.mark.parametrize(
    "shift", ["a column more in the data", "a column less in the header", "two more in the middle"]
)
def test_a_header_shifted_against_the_data_is_read_by_the_values(shift: str, store: Store, tmp_path: Path) -> None:
    header, rows = list(POLECAT), [polecat_row(number) for number in range(3)]
    if shift == "a column more in the data":
        rows = [f"{number}\t{row}" for number, row in enumerate(rows)]
    elif shift == "a column less in the header":
        header.remove("Intensity")
    else:
        cells = [row.split("\t") for row in rows]
        rows = ["\t".join([*row[:7], "1", "2", *row[7:]]) for row in cells]
    found = comity.load("polecat", [write(tmp_path / "p.txt", rows, header)], store=store)
    assert found.loaded == 3
    assert "shifted" in found.files[0].notes[0]
    event = next(iter(store.events()))
    assert (event.source.actor, event.target and event.target.actor, event.mode, event.reciprocal, event.reported) == (
        "NOR", "CHL", "phone", True, "2023-01-03",
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "subtype", "first", "second", "coded"), [
    ("Explosions/Remote violence", "Air/drone strike", ("Military Forces of Russia (2000-)", "1"),
     ("Civilians (Ukraine)", "7"), ("RUS", "MIL", "ASSAULT", "aerial", "UKR", "CVL")),
    ("Protests", "Excessive force against protesters", ("Protesters (Iran)", "Protesters"),
     ("Police Forces of Iran (1989-)", "State forces"), ("IRN", "COP", "ASSAULT", None, "IRN", "CVL")),
    ("Remote violence", "", ("HAMAS: Hamas Movement", "2"), ("Military Forces of Israel (2009-2021)", "1"),
     ("HMS", "REB", "ASSAULT", "explosives", "ISR", "MIL")),
])  # fmt: skip
def test_acled_of_old_and_new_codes(
    kind: str, subtype: str, first: tuple[str, str], second: tuple[str, str], coded: tuple[str | None, ...],
    store: Store, tmp_path: Path,
) -> None:  # fmt: skip
    header = "EVENT_ID_CNTY EVENT_DATE EVENT_TYPE SUB_EVENT_TYPE ACTOR1 INTER1 ACTOR2 INTER2 COUNTRY".split()
    row = ",".join(["1X", "01/02/2019", kind, subtype, *first, *second, "X"])
    found = comity.load("acled", [write(tmp_path / "a.csv", [row], header, ",")], store=store)
    assert found.failures == ()
    (e,) = store.events()
    assert e.target is not None
    assert (e.source.actor, e.source.sector, e.event, e.mode, e.target.actor, e.target.sector) == coded
    assert e.date.start == "2019-02-01"


def test_a_candidate_file_of_ucdp_without_a_header(store: Store, tmp_path: Path) -> None:
    row = line(
        UCDP, ",", id=5, type_of_violence=1, side_a="Government of Ukraine", side_b="Government of Russia (Soviet Union)",
        country="Ukraine", date_start="2024-01-01", date_end="2024-01-04", best=1,
    )  # fmt: skip
    found = comity.load("ucdp", [write(tmp_path / "GEDEvent_v24_0_1.csv", [row])], store=store)
    assert (found.loaded, found.files[0].layout) == (1, "ged without header")
    (event,) = store.events()
    assert (event.date.start, event.date.end, event.reported) == ("2024-01-01", "2024-01-04", "2024-01-04")


def test_phoenix_in_real_time(store: Store, tmp_path: Path) -> None:
    cells = ["0_v0.2.0", "20140620", "2014", "6", "20", "NORGOV", "NOR", "GOV", "", "CHLMED", "CHL", "MED", "", "112", "11",
             "3", "-2.0", "", "59.9", "10.7", "Oslo", "Oslo", "NO", "53a_3", "http://daily.example/1", "daily;other"]  # fmt: skip
    comity.load("phoenix", [write(tmp_path / "events.full.20140620.txt", ["\t".join(cells)])], store=store)
    (event,) = store.events()
    assert (event.document, event.sentence, event.target and event.target.sector) == ("phoenix:53a", 3, "JRN")
    assert store.query("SELECT publisher, origin FROM events") == [("daily", "http://daily.example/1")]


def test_a_leading_zero_that_a_spreadsheet_took_is_given_back(store: Store, tmp_path: Path) -> None:
    row = line(PHOENIX, ",", eid="1", story_date="1990-01-05", source="NOR", source_root="NOR", target="CHL",
               target_root="CHL", code="57", root_code="5", aid="a")  # fmt: skip
    comity.load("phoenix", [write(tmp_path / "PhoenixSWB.csv", [row], PHOENIX, ",")], store=store)
    assert [event.cameo for event in store.events()] == ["057"]


# Files


def test_archives_are_read_as_they_are_published(store: Store, tmp_path: Path) -> None:
    text = "\n".join(gdelt(number, "NOR", "112", "CHL") for number in range(3)) + "\n"
    with zipfile.ZipFile(tmp_path / "20210106.export.CSV.zip", "w") as archive:
        archive.writestr("20210106.export.CSV", text)
        archive.writestr("readme.pdf", "no table")
    (tmp_path / "20210107.export.CSV.gz").write_bytes(gzip.compress(text.replace("NOR", "SWE").encode(), mtime=0))
    found = comity.load("gdelt", [tmp_path], store=store)
    assert [Path(file.place).name for file in found.files] == [
        "20210106.export.CSV.zip!20210106.export.CSV", "20210107.export.CSV.gz",
    ]  # fmt: skip
    # The ids are the same, and so is the day: the second file's rows are there.
    assert (found.loaded, found.present) == (3, 3)


def test_a_broken_file_is_listed_and_the_rest_is_loaded(store: Store, tmp_path: Path) -> None:
    all_formats(tmp_path / "sets")["icews"].rename(tmp_path / "b.tab")
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 not a zip")
    (tmp_path / "c.csv").write_text("some,other,table\n1,2,3\n")
    (tmp_path / "d.txt").write_text("")
    (tmp_path / "e.png").write_bytes(b"\x89PNG")
    found = comity.load("icews", [tmp_path / "*.*", tmp_path / "gone.tab"], store=store)
    assert found.loaded == 1
    assert [(Path(failure.place).name, failure.problem.split(":")[0]) for failure in found.failures] == [
        ("a.zip", "is a broken zip archive"),
        ("c.csv", "is no file of ICEWS that Comity knows (3 columns"),
        ("d.txt", "is empty"),
        ("e.png", "is no file of ICEWS that Comity knows (1 columns"),
        ("gone.tab", "does not exist"),
    ]


def test_a_file_that_unpacks_to_too_much_is_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "bomb.tab.gz").write_bytes(gzip.compress(b"a\t" * 20_000_000, mtime=0))
    (failure,) = comity.load("icews", [tmp_path / "bomb.tab.gz"], store=store).failures
    assert "times its size" in failure.problem


def test_odd_encodings_are_mended_line_by_line(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "events.tab"
    lines = ["\t".join(ICEWS), icews(1, "Ministro (España)", "112", "Chile", source_country="Spain")]
    file.write_bytes(
        "\n".join(lines).encode("cp1252") + b"\n" + icews(2, "Côte d'Ivoire", "112", "Chile").encode() + b"\0\n"
    )
    found = comity.load("icews", [file], store=store)
    assert (found.loaded, "Windows-1252" in found.files[0].notes[0]) == (2, True)
    assert {event.source.text for event in store.events()} == {"Ministro (España)", "Côte d'Ivoire"}


def test_quoted_fields_in_a_file_parted_by_tabs(store: Store, tmp_path: Path) -> None:
    rows = ["\t".join(f'"{cell}"' for cell in icews(n, "Norway", "112", "Chile").split("\t")) for n in (1, 2)]
    assert comity.load("icews", [write(tmp_path / "q.tab", rows, ICEWS)], store=store).loaded == 2


def test_a_stray_quote_in_an_unquoted_file_costs_nothing(store: Store, tmp_path: Path) -> None:
    rows = [icews(1, "Norway", "112", "Chile", city='"Oslo'), icews(2, "Norway", "112", "Chile")]
    assert comity.load("icews", [write(tmp_path / "q.tab", rows, ICEWS)], store=store).loaded == 2


def test_lines_lost_to_a_broken_quote_are_said(store: Store, tmp_path: Path) -> None:
    file = all_formats(tmp_path)["ucdp"]
    lines = file.read_text().splitlines()
    broken = (
        lines[1].replace("Government of Ukraine", 'Government "of Ukraine').replace(",Government", ',"Government', 1)
    )
    file.write_text("\n".join([lines[0], *lines[2:3], broken, *lines[2:]]) + "\n")
    found = comity.load("ucdp", [file], store=store)
    assert accounted(found) and "broken quotes" in reasons(found)


def test_nothing_is_left_behind_when_writing_fails(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("comity.store.loaders.loading.note_run", fail)
    file = all_formats(tmp_path)["icews"]
    with pytest.raises(KeyboardInterrupt):
        comity.load("icews", [file], store=store)
    assert store.counts() == {"documents": 0, "events": 0, "claims": 0, "runs": 0}
    monkeypatch.undo()
    assert comity.load("icews", [file], store=store).loaded == 1


def test_a_dry_run_counts_and_writes_nothing(store: Store, tmp_path: Path) -> None:
    found = comity.load("icews", [all_formats(tmp_path)["icews"]], store=store, dry_run=True)
    assert (found.loaded, store.counts()["events"], store.runs()) == (1, 0, ())


def test_a_data_set_there_is_not_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="is none of acled, gdelt"):
        comity.load("kedgs", [], store=store)


def test_loaded_events_count_in_a_tie(store: Store, load_icews: LoadIcews) -> None:
    load_icews(icews(1, "Norway", "057", "Chile"), icews(2, "Norway", "112", "Chile", event_date="2018-07-01"))
    ties = course(store, "NOR", "CHL", draws=0)
    assert [event for tie in ties for event in tie.events] == ["icews:1", "icews:2"]
