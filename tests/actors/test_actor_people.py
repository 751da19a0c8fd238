"""Persons: who bears a name, at what time, and in what office."""

from __future__ import annotations

import pytest

from comity.actors.people import People
from comity.actors.tables import Leader, Office


def term(state: str, office: str, name: str, start: str, end: str = "", aliases: tuple[str, ...] = ()) -> Leader:
    return Leader(state, office, name, aliases, "m", start, end, "")


PEOPLE = People(
    [
        term("AZE", "head_of_state", "Heydar Aliyev", "1993-06-24", "2003-10-31"),
        term("AZE", "head_of_state", "Ilham Aliyev", "2003-10-31"),
        term("AZE", "head_of_government", "Ilham Aliyev", "2003-08-04", "2003-10-31"),
        term("RUS", "defence_minister", "Sergei Ivanov", "2001-03-28", "2007-02-15"),
        term("BGR", "foreign_minister", "Petar Ivanov", "2002-01-01", "2006-01-01"),
        term("CHN", "head_of_state", "Xi Jinping", "2013-03-14", "", ("=Xi",)),
        term("IRQ", "head_of_government", "Mohammed Shia al-Sudani", "2022-10-27"),
    ],
    [
        Office("", "president", ("head_of_state",), "GOV", ()),
        Office("", "defence minister", ("defence_minister",), "GOV", ()),
    ],
    frozenset({"Ivanov"}),
)


@pytest.mark.parametrize(
    ("name", "when", "title", "state", "who"),
    [
        ("Aliyev", "2001-05-05", "President", None, "Heydar Aliyev"),
        ("Aliyev", "2022-05-05", "President", None, "Ilham Aliyev"),
        ("Aliyev", None, "President", None, None),  # father or son
        ("Ivanov", "2004-01-01", None, None, None),  # two ministers of two states
        ("Ivanov", "2004-01-01", "defence minister", None, "Sergei Ivanov"),
        ("Ivanov", "2004-01-01", None, "BGR", "Petar Ivanov"),
        ("Xi", "2020-01-01", None, None, "Xi Jinping"),
        ("Sudani", "2023-01-01", None, None, "Mohammed Shia al-Sudani"),
        ("Nobody", "2020-01-01", None, None, None),
        ("Ilham Aliyev", "1999-01-01", None, None, "Ilham Aliyev"),  # a full name is his at any date
    ],
)
def test_a_name_is_one_persons_or_nobodys(name, when, title, state, who):
    found = PEOPLE.person(name, when, title, state)
    assert (found.name if found else None) == who


def test_the_higher_office_comes_first_and_the_nearest_term_when_none_covers_the_date():
    assert PEOPLE.person("Ilham Aliyev", "2003-10-31", None, None).office == "head_of_state"
    assert PEOPLE.person("Sergei Ivanov", "2020-01-01", None, None).end == "2007-02-15"


@pytest.mark.parametrize(
    ("name", "when", "alone"),
    [
        ("Aliyev", "2020-01-01", True),
        ("Aliyev", "1980-01-01", False),  # not in office
        ("Ivanov", "2004-01-01", False),  # too common, and of two states
        ("Xi", "2020-01-01", True),  # short, but the table says it stands by itself
    ],
)
def test_a_surname_stands_alone_only_for_a_head_in_office_whose_name_no_other_states_leader_bore(name, when, alone):
    assert PEOPLE.taken_alone(name, when) is alone


@pytest.mark.parametrize(
    ("text", "when", "mentions"),
    [
        (
            "President Aliyev met President Putin.",
            "2004-05-05",
            [("President Aliyev", "AZE"), ("President Putin", "RUS")],
        ),
        (
            "Benjamin Netanyahu left. Netanyahu returned.",
            "2023-05-05",
            [("Benjamin Netanyahu", "ISR"), ("Netanyahu", "ISR")],
        ),
        (
            "Prime Minister Benjamin Netanyahu of Israel",
            "2023-05-05",
            [("Prime Minister Benjamin Netanyahu of Israel", "ISR")],
        ),
        ("Azerbaijan's Aliyev", "2022-05-05", [("Azerbaijan's Aliyev", "AZE")]),
        ("They met in Moscow. Putin left.", "2020-05-05", [("Moscow", "RUS"), ("Putin", "RUS")]),  # a stop, no name
        ("Laura Bush", "2004-05-05", []),
        ("Gov. Jeb Bush and Sen. Bush", "2004-05-05", []),
        ("Heydar Aliyev Center", "2022-05-05", []),
        ("Yoel Razvozov, whom nobody knows", "2022-05-05", []),
        (
            "Israel's Minister of Tourism Yoel Razvozov came. Razvozov stayed.",
            "2022-05-05",
            [("Israel's Minister of Tourism Yoel Razvozov", "ISR"), ("Razvozov", "ISR")],
        ),
    ],
)
def test_persons_in_a_text(index, text, when, mentions):
    assert [(m.text, m.actor) for m in index.mentions(text, when)] == mentions


@pytest.mark.parametrize(
    ("text", "when", "sector"),
    [
        ("Vladimir Putin", "2020-01-01", "GOV"),
        ("Boris Yeltsin", "1995-01-01", "GOV"),
        ("Boris Yeltsin", "2005-01-01", "ELI"),
        ("former President Boris Yeltsin", "1995-01-01", "ELI"),
        ("Former Israeli Prime Minister Ehud Olmert", "2015-01-01", "ELI"),
        ("Ilham Aliyev", "1995-01-01", "ELI"),  # a president's son, not yet in office
    ],
)
def test_a_leader_is_government_in_office_and_elite_before_and_after(index, text, when, sector):
    assert index.resolve(text, when).sector == sector


def test_the_shipped_terms_tell_father_from_son(index):
    assert index.person("Aliyev", "2001-01-01", title="President").name == "Heydar Aliyev"
    assert index.person("Aliyev", "2022-01-01", title="President").name == "Ilham Aliyev"


def test_every_member_of_the_united_nations_has_a_head_on_record(index):
    """San Marino's captains regent change twice a year and are left out."""
    members = {state.code for state in index.tables.states if state.kind == "un_member"} - {"SMR"}
    for day in ("2018-06-01", "2025-06-01"):
        headed = {
            term.state
            for term in index.tables.leaders
            if term.holds(day) and term.office in ("head_of_state", "head_of_government")
        }
        assert members <= headed, members - headed


def test_each_state_has_its_leaders_in_one_file(index):
    files = {(term.state, term.place.partition(":")[0]) for term in index.tables.leaders}
    assert len(files) == len({state for state, _ in files})


@pytest.mark.parametrize(
    ("text", "when", "mentions"),
    [
        ("Boric met Noboa in Quito.", "2024-06-01", [("Boric", "CHL"), ("Noboa", "ECU"), ("Quito", "ECU")]),
        ("Hichilema and Ramaphosa talked.", "2024-06-01", [("Hichilema", "ZMB"), ("Ramaphosa", "ZAF")]),
        (
            "President Mahama met Mohamed Bazoum.",
            "2017-01-02",
            [("President Mahama", "GHA"), ("Mohamed Bazoum", "NER")],
        ),
        ("King Abdullah met Anwar Ibrahim.", "2023-06-01", [("King Abdullah", "JOR"), ("Anwar Ibrahim", "MYS")]),
        ("President Maduro spoke.", None, [("President Maduro", "VEN")]),  # not the Honduran
        # Surnames that are words, places or common names stand for nobody by themselves.
        ("Lagos is calm, and Toledo too.", "2005-06-01", []),
        ("Mayor after mayor resigned; Nepal watched.", "2013-01-01", [("Nepal", "NPL")]),
        ("Muscat hosted the talks.", "2018-01-01", [("Muscat", "OMN")]),
        ("Vital aid came. Clark, Davis and Mitchell welcomed it.", "2010-01-01", []),
    ],
)
def test_leaders_are_known_and_words_are_not_leaders(index, text, when, mentions):
    assert [(m.text, m.actor) for m in index.mentions(text, when)] == mentions
