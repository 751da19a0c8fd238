"""What a text names: spans, actors, sectors."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.actors import ActorIndex, load_index


def read(index: ActorIndex, text: str, when: str | None = None) -> list[tuple[str, str, str | None]]:
    return [(m.text, m.actor, m.sector) for m in index.mentions(text, when)]


@pytest.mark.parametrize(
    ("phrase", "actor", "sector"),
    [
        ("Azerbaijani army", "AZE", "MIL"),
        ("Russian lawmakers", "RUS", "LEG"),
        ("a U.S. Supreme Court decision", "USA", "JUD"),
        ("Thousands of Georgians", "GEO", "CVL"),
        ("the Azerbaijani foreign minister", "AZE", "GOV"),
        ("Iran's president", "IRN", "GOV"),
        ("Iran", "IRN", None),  # a bare name is the state; whose act it was, the event tells
        ("the Kremlin", "RUS", "GOV"),
        ("the Pentagon", "USA", "MIL"),
        ("Capitol Hill", "USA", "LEG"),
        ("a Pentagon spokesman", "USA", "MIL"),
        ("the Knesset", "ISR", "LEG"),
        ("Iranian nuclear scientists", "IRN", "EDU"),
        ("Turkish police officers", "TUR", "COP"),
        ("Belarusian opposition leader Sviatlana Tsikhanouskaya", "BLR", "OPP"),
        ("Syrian rebels", "SYR", "REB"),
        ("Colombian rebel commander", "COL", "REB"),
        ("Iranian protesters", "IRN", "CVL"),
        ("Armenian citizens", "ARM", "CVL"),
        ("Chinese state media", "CHN", "JRN"),
        ("the Israeli company", "ISR", "BUS"),
        ("Saudi military court", "SAU", "JUD"),
        ("the parliament of Georgia", "GEO", "LEG"),
        ("the defence minister of Azerbaijan", "AZE", "GOV"),
        ("police in Armenia", "ARM", "COP"),
        ("the U.S. embassy in Baku", "USA", "GOV"),
        ("US officials", "USA", "GOV"),
        ("Dutch farmers", "NLD", "AGR"),
        ("Syrian refugees", "SYR", "REF"),
        ("Mexican drug cartels", "MEX", "CRM"),
        ("UN peacekeepers", "UNO", "MIL"),
        ("the U.N. Security Council", "UNO", None),
        ("the European Parliament", "EUU", "LEG"),
        ("Brussels", "EUU", None),
        ("Hezbollah fighters", "HZB", "PRM"),
        ("Iran-backed Houthi rebels", "HOU", "REB"),
        ("Armenian separatists in Nagorno-Karabakh", "NKB", "PRE"),
        ("the Israel Defense Forces", "ISR", "MIL"),
        ("the IRGC", "IRN", "MIL"),
        ("Turkish Cypriots", "NCY", "PRE"),
        ("former Georgian prime minister", "GEO", "ELI"),
        ("Israel's Minister of Tourism Yoel Razvozov", "ISR", "GOV"),
        ("Ivory Coast", "CIV", None),
        ("Türkiye", "TUR", None),
        ("a Briton", "GBR", "CVL"),
        ("North Korea", "PRK", None),
        ("DR Congo", "COD", None),
        ("Papua New Guinea", "PNG", None),
    ],
)
def test_a_noun_phrase_stands_for_an_actor_and_the_part_of_it_that_its_noun_names(index, phrase, actor, sector):
    found = index.resolve(phrase)
    assert found is not None
    assert (found.actor, found.sector) == (actor, sector)


@pytest.mark.parametrize("phrase", ["the weather", "a minister", "", "the rebels", "turkey sandwiches", "a china cup"])
def test_a_phrase_that_names_nobody_stands_for_nobody(index, phrase):
    assert index.resolve(phrase) is None


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        (
            "Iranian Foreign Minister Mohammad Javad Zarif flew to Baku.",
            [("Iranian Foreign Minister Mohammad Javad Zarif", "IRN", "GOV"), ("Baku", "AZE", "GOV")],
        ),
        ("Israeli Foreign Minister Yair Lapid's visit", [("Israeli Foreign Minister Yair Lapid", "ISR", "GOV")]),
        ("The Azerbaijani president's visit", [("Azerbaijani president", "AZE", "GOV")]),
        (
            "Russian and Turkish forces",
            [("Russian", "RUS", "MIL"), ("Turkish forces", "TUR", "MIL")],
        ),
        (
            "the presidents of Russia and Turkey met",
            [("presidents of Russia", "RUS", "GOV"), ("Turkey", "TUR", "GOV")],
        ),
        ("the Israel-Azerbaijan alliance", [("Israel", "ISR", None), ("Azerbaijan", "AZE", None)]),
        ("U.S.-Iran talks", [("U.S.", "USA", None), ("Iran", "IRN", None)]),
        ("Russia forces Ukraine to retreat", [("Russia", "RUS", None), ("Ukraine", "UKR", None)]),  # a verb here
        ("Russian airstrikes", [("Russian", "RUS", None)]),
        ("Azerbaijan’s army", [("Azerbaijan’s army", "AZE", "MIL")]),
        ("Lebanese Hezbollah", [("Lebanese Hezbollah", "HZB", "PRM")]),
        ("the Georgians left", [("Georgians", "GEO", None)]),  # "the Georgians" is as often the government
        ("talks in Moscow", [("Moscow", "RUS", None)]),  # the place, not the government
        ("Moscow said no", [("Moscow", "RUS", "GOV")]),
        ("troops in Iraq", [("Iraq", "IRQ", None)]),  # whose troops is not said
    ],
)
def test_a_mention_reaches_over_what_belongs_to_it(index, text, mentions):
    assert read(index, text) == mentions


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        ("the Indian Ocean", []),
        ("the South China Sea and the East China Sea", []),
        ("the Persian Gulf and the Gulf of Mexico", []),
        ("New Mexico and New England", []),
        ("Turkish coffee, Russian roulette, French fries, Brazil nuts and Danish pastries", []),
        ("an Iran Air jet", []),
        ("Iran Airstrikes feared", ["IRN"]),  # the company's name must be a whole word
        ("Michael Jordan met Jordan Peterson.", []),
        ("The king of Jordan left Jordan.", ["JOR", "JOR"]),
        ("voters in Atlanta, Georgia", []),
        ("in the U.S. state of Georgia", ["USA"]),
        ("Georgia and Armenia", ["GEO", "ARM"]),
        ("Chad Johnson", []),
        ("Lake Chad and the Niger Delta", []),
        ("Cuba Gooding Jr.", []),
        ("Equatorial Guinea, Guinea-Bissau and Guinea", ["GNQ", "GNB", "GIN"]),
        ("Niger and Nigeria", ["NER", "NGA"]),
        ("Dominica and the Dominican Republic", ["DMA", "DOM"]),
        ("The Times of Israel and the Washington Post", []),
        ("the Oslo accords and the Paris Agreement", []),
        ("pro-Iranian militia", []),  # not Iran
        ("a Russian-speaking, Moscow-based singer", []),
        ("US$5 million", []),
        ("WHO IS TO BLAME", []),
        ("The WHO warned", ["WHO"]),
        ("BAKU, Sept. 5 (Reuters) - Iran said", ["IRN"]),  # a dateline says where it was written
        ("BAKU SAYS IT IS READY", ["AZE"]),
        ("RUSSIAN TROOPS ENTER GEORGIA", ["RUS", "GEO"]),
        ("ethnic Albanians", []),
        ("Xi'an", []),
    ],
)
def test_words_that_mean_something_else_are_left_alone(index, text, actors):
    assert [mention.actor for mention in index.mentions(text)] == actors


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        ("Korea said", ["KOR"]),
        ("Pyongyang's missiles: Korea waits", ["PRK", "PRK"]),
        ("Korea, as North Korea and South Korea were", ["PRK", "KOR"]),  # both named: bare Korea is neither
        ("Congo's army", ["COD"]),
        ("Brazzaville: Congo's army", ["COG", "COG"]),
    ],
)
def test_a_name_of_two_states_is_settled_by_what_else_the_text_names(index, text, actors):
    assert [mention.actor for mention in index.mentions(text)] == actors


@pytest.mark.parametrize(
    ("text", "when", "actor", "sector"),
    [
        ("The Taliban", "1995-01-01", "TLB", "REB"),
        ("The Taliban", "2000-01-01", "AFG", "GOV"),
        ("The Taliban", "2010-01-01", "TLB", "REB"),
        ("The Taliban", "2022-01-01", "AFG", "GOV"),
        ("The Taliban", None, "AFG", "GOV"),
        ("The Kremlin", "1985-01-01", "SUN", "GOV"),
        ("The Kremlin", "1995-01-01", "RUS", "GOV"),
        ("Belgrade", "1999-01-01", "YUG", "GOV"),
        ("Belgrade", "2004-01-01", "SCG", "GOV"),
        ("Belgrade", "2010-01-01", "SRB", "GOV"),
        ("Soviet troops", "2022-01-01", "SUN", "MIL"),  # history, named by its name
        ("Khmer Rouge", "1977-01-01", "KHM", "GOV"),
    ],
)
def test_who_is_meant_depends_on_when(index, text, when, actor, sector):
    found = index.resolve(text, when)
    assert found is not None
    assert (found.actor, found.sector) == (actor, sector)


PIECES = (
    "Iranian", "Foreign Minister", "Mohammad Javad Zarif", "Aliyev", "President", "the", "of", "and", "in", "'s", "’s",
    "Baku", "Israel", "U.S.", "US", "officials", "former", "Russian", "-", "-backed", ",", ".", "\n", " ", "  ", "(",
    ")", "BAKU", "Nagorno-Karabakh", "Xi", "Jinping", "Netanyahu", "Türkiye", "Côte d'Ivoire", "Sino-", "police",
    "Congo", "Georgia", "said", "İ", "ß", "😀", "Indian Ocean", "“", "”", "two", "Hamas", "Jordan", "Michael", "UN",
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=25), st.sampled_from(["", " "]), st.sampled_from([None, "2001-05-05"])
)
def test_offsets_quote_the_text_and_mentions_never_overlap(pieces, joint, when):
    text = joint.join(pieces)
    index = load_index()
    mentions = index.mentions(text, when)
    reached = 0
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.text
        assert mention.text.strip() == mention.text != ""
        assert mention.start >= reached
        assert mention.actor in index.codes
        reached = mention.end
    for place in index.places(text):
        assert text[place.start : place.end] == place.text


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_can_be_read(text):
    assert all(text[m.start : m.end] == m.text for m in load_index().mentions(text, "2020-01-01"))


def test_places_are_no_actors_and_know_whose_ground_they_are(index):
    text = "shelling of Shushi, near Lachin, and of the Golan Heights and Kashmir"
    assert index.mentions(text) == ()
    assert [(p.name, p.state, p.disputed) for p in index.places(text)] == [
        ("Shusha", "AZE", True),
        ("Lachin", "AZE", True),
        ("Golan Heights", "SYR", True),
        ("Kashmir", None, True),
    ]
