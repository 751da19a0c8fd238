"""The tables: what they must hold, how names are looked up, and how faults are told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from comity.actors import ActorIndex, validate
from comity.actors.tables import DATA, form, words
from comity.errors import ComityError, TableError, UnknownActor

# Codes that ISO 3166 gives to territories which have no row: our own codes must not take them.
ISO_TERRITORIES = words(
    """
    ABW AIA ALA ASM ATA ATF BES BLM BMU BVT CCK CUW CXR CYM FLK FRO GGY GIB GLP GUF GUM HMD IMN IOT JEY MAF MNP MSR MTQ
    MYT NCL NFK PCN PYF REU SGS SHN SJM SPM SXM TCA TKL UMI VGB VIR WLF
    """
)


def test_the_shipped_tables_are_without_fault():
    validate()


def test_all_members_of_the_united_nations_are_there(index):
    kinds = [state.kind for state in index.tables.states]
    assert kinds.count("un_member") == 193
    assert {"VAT", "PSE"} == {state.code for state in index.tables.states if state.kind == "observer"}
    assert {"XKX", "TWN", "HKG", "ESH", "SUN", "YUG", "CSK", "SCG", "DDR"} <= index.codes


def test_own_codes_stay_clear_of_iso(index):
    assert not index.codes & ISO_TERRITORIES


def test_tables_are_as_large_as_their_use_needs(index):
    tables = index.tables
    assert len(tables.organisations) >= 70
    assert len({group.code for group in tables.groups}) >= 80
    assert len(tables.places) >= 250
    assert len(tables.heads) >= 350


def test_every_state_is_found_by_its_name_and_adjective(index):
    for state in index.tables.states:
        assert index.lookup(state.name) == state.code
        found = index.resolve(state.name, state.end or None)
        assert found is not None, state.name
        assert found.actor == state.code, state.name


def test_disputed_places_say_on_what_they_rest(index):
    rests = [place for place in index.tables.places if place.disputed and place.state]
    assert {"Crimea", "Nagorno-Karabakh", "Golan Heights", "West Bank"} <= {place.name for place in rests}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ISR", "ISR"), ("isr", "ISR"), ("IL", "ISR"), ("Israel", "ISR"), ("azerbaijan", "AZE"), ("Ivory Coast", "CIV"),
        ("cote d'ivoire", "CIV"), ("turkey", "TUR"), ("Türkiye", "TUR"), ("USA", "USA"), ("us", "USA"), ("EU", "EUU"),
        ("Hezbollah", "HZB"), ("Burma", "MMR"), ("Artsakh", "NKB"), ("Azerbaijani", "AZE"), ("Baku", "AZE"),
        ("  South   Korea ", "KOR"),
    ],
)  # fmt: skip
def test_an_actor_is_looked_up_by_code_or_name_in_any_case(index, typed, code):
    assert index.lookup(typed) == code


def test_an_unknown_name_is_answered_with_the_nearest(index):
    with pytest.raises(UnknownActor, match=r"Azerbajan.*did you mean Azerbaijan \(AZE\)") as error:
        index.lookup("Azerbajan")
    assert str(error.value).count("(") <= 4  # three suggestions at most
    with pytest.raises(UnknownActor, match="no such actor"):
        index.lookup("")


def test_actors_that_are_to_be_different_are_told_where_they_are_not(index):
    assert index.lookup_each(["Israel", "azerbaijan", "IR"]) == ["ISR", "AZE", "IRN"]
    with pytest.raises(ComityError, match="'Iran' and 'IRN' are both IRN"):
        index.lookup_each(["Israel", "Iran", "IRN"])


def test_a_code_has_a_display_name(index):
    assert index.name("AZE") == "Azerbaijan"
    assert index.name("IRN") == "Iran"  # not the name of one of its organs
    with pytest.raises(UnknownActor):
        index.name("QQQ")


@pytest.mark.parametrize(
    ("item", "parts"),
    [
        ("Bonn", ("Bonn", "", "", "")),
        ("Pentagon:MIL", ("Pentagon", "MIL", "", "")),
        ("Bonn{..1999-09-01}", ("Bonn", "", "", "1999-09-01")),
        ("Berlin:GOV{1990-10-03..}", ("Berlin", "GOV", "1990-10-03", "")),
    ],
)
def test_a_form_may_carry_its_sector_and_its_period(item, parts):
    found = form(item)
    assert (found.text, found.sector, found.start, found.end) == parts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "actors"
    shutil.copytree(DATA, copy)
    return copy


@pytest.mark.parametrize(
    ("table", "row", "fault"),
    [
        ("groups", "XYZ,Some Front,Some Front,REB,QQQ,,,", 'home_state "QQQ" is no code'),
        ("groups", "XYZ,Some Front,Some Front,WAR,SYR,,,", 'sector "WAR"'),
        ("groups", "XYZ,Some Front,Some Front,REB,SYR,2011-13-01,,", '"2011-13-01" is no date'),
        ("groups", "XYZ,Some Front,Some Front,REB,SYR,2012-01-01,2011-01-01,", "before it begins"),
        ("groups", "XYZ,Second Hamas,Hamas,REB,SYR,,,", '"Hamas" is HMS and XYZ|"Hamas" is XYZ and HMS'),
        ("groups", "UNO,False United Nations,Some Front,REB,SYR,,,", "is an organisation's"),
        ("organisations", "ISR,Some Body,IGO,,Some Body,", 'code "ISR" stands at'),
        ("organisations", "XYZ,Some Body,CLUB,,Some Body,", 'kind "CLUB"'),
        ("places", "Some Town,city,QQQ,no,,", 'state "QQQ" is no code'),
        ("sectors", "army,MIL,,", '"army" stands at'),
        ("sectors", "spearman,MIL,spearmen,brave", 'flag "brave"'),
        ("offices", "grand poobah,head_of_club,GOV,", 'office "head_of_club"'),
        ("ambiguous", "Benin,guess,,,", 'rule "guess"'),
        ("ambiguous", "Benin,needs,,,", "needs cues, and none"),
        ("blocked", "Benin,thing", '"Benin" is blocked and is a form'),
        ("leaders_z", "QQQ,head_of_state,A B,,m,2001-01-01,,", 'state "QQQ" is no code'),
        ("leaders_z", "BEN,head_of_state,A B,,m,,,", "has no start"),
        (
            "leaders_z",
            "HKG,foreign_minister,A B,,m,2001-01-01,2003-01-01,\nHKG,foreign_minister,C D,,m,2002-01-01,2004-01-01,",
            "are both foreign_minister of HKG for 365 days",
        ),
        ("states", "QQ,,Nowhere,Nowhere,,,,,,dream,,,,", "is not of three capitals"),
    ],
)
def test_a_faulty_row_is_told_with_its_place(folder, table, row, fault):
    path = folder / f"{table}.csv"
    head = "" if path.exists() else "state,office,name,aliases,gender,start,end,note\n"
    with path.open("a", encoding="utf-8") as handle:
        handle.write(f"{head}{row}\n")
    with pytest.raises(TableError, match=fault) as error:
        validate(folder)
    assert all(line.split(":")[0].endswith(".csv") for line in error.value.faults)


def test_all_faults_are_told_at_once(folder):
    with (folder / "groups.csv").open("a", encoding="utf-8") as handle:
        handle.write("XYZ,Some Front,Some Front,WAR,QQQ,,,\n")
    with pytest.raises(TableError) as error:
        validate(folder)
    assert len(error.value.faults) == 2


def test_a_row_with_a_cell_too_many_names_its_line(folder):
    with (folder / "blocked.csv").open("a", encoding="utf-8") as handle:
        handle.write("a,b,c\n")
    with pytest.raises(TableError, match=r"blocked\.csv:\d+: 3 cells where 2 belong"):
        validate(folder)


def test_a_folder_without_states_is_no_index(tmp_path):
    with pytest.raises(TableError, match="no such table"):
        ActorIndex.load(tmp_path)
