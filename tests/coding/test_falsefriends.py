"""False friends: what only sounds like an event is told apart, and real events near it are not."""

import pytest

from comity.coding.falsefriends import field_of


@pytest.mark.parametrize(
    ("sentence", "field"),
    [
        ("Kenya beat Ghana 2-1 in a friendly match.", "sport"),
        ("France attacked from the kick-off and the striker scored twice.", "sport"),
        ("Spain and Portugal meet in the semi-final on Tuesday.", "sport"),
        ("The coach said Croatia would defend well in the second half.", "sport"),
        ("Shares in Tokyo fell as Japan warned of slower growth.", "markets"),
        ("Japan's stocks rose and the index closed higher after the talks.", "markets"),
        ("The film about Iran won praise in France and its sequel is planned.", "arts"),
        # real acts that mention such things
        ("The United States boycotted the Olympic Games in Moscow.", None),
        ("Cuba sent doctors to Haiti after the hurricane.", None),
        ("Iran condemned the film.", None),
        ("Israel and Lebanon agreed on a border 30-40 km long.", None),
    ],
)
def test_the_field_of_a_sentence(sentence: str, field: str | None) -> None:
    assert field_of(sentence) == field


@pytest.mark.parametrize(
    ("sentence", "field"),
    [
        ("Eleven people were killed when a bus and a truck collided head-on in Brazil.", "accident"),
        ("Four people are trapped after a building collapses in Nairobi, Kenya.", "accident"),
        ("A helicopter crashed in Kenya after it was hit by gunmen.", None),
        ("Kenya's army was sent to the flooded towns.", None),
    ],
)
def test_accidents_count_only_where_one_actor_is_named(sentence: str, field: str | None) -> None:
    assert field_of(sentence, lone=True) == field
    assert field_of(sentence) is None
