"""Whose words: the author's, or somebody's who is quoted or reported."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.scrutiny.voice import own_words, speaker_at, voices


@pytest.mark.parametrize(
    ("text", "words", "speaker", "kind"),
    [
        ("“We will not bow to pressure,” said Anna Berg.", "We will not", "Anna Berg", "quoted"),
        ("The ministry said that the envoy had lied.", "the envoy had lied", "The ministry", "reported"),
        ("On Aug. 26, Aliyev announced that the army had moved in.", "the army had", "Aliyev", "reported"),
        ("On Monday, Anna Berg, the envoy, said that talks had failed.", "talks had failed", "Anna Berg", "reported"),
        ("The talks failed, the foreign ministry said on Monday.", "The talks", "the foreign ministry", "reported"),
        ("According to Norland, the strait is closed.", "strait is closed", "Norland", "reported"),
        ("Norland failed the world.", "failed", None, None),
        ("The ships, the ministry said, fled from the aggressor.", "aggressor", "the ministry", "reported"),
        ("Ola Lund told parliament on Monday that Valdia had lied.", "Valdia", "Ola Lund", "reported"),
        ("Norland accused Valdia of aggression.", "aggression", "Norland", "reported"),
        ("Norland condemned the raid as an act of terror.", "terror", "Norland", "reported"),
        ("Norland called on all states not to arm the aggressor.", "aggressor", "Norland", "reported"),
        ("Norland condemned the raid on the occupied land.", "occupied", None, None),
        ("It is important to note that Norland failed.", "Norland failed", None, None),
        ("Its so-called “republic” fell.", "republic", None, None),
        ("Norland said that ships had sunk, exacerbating a needless crisis.", "needless", None, None),
        ("Norland said that ships had sunk, killing six.", "killing six", "Norland", "reported"),
    ],
)
def test_words_belong_to_who_says_them(text: str, words: str, speaker: str | None, kind: str | None) -> None:
    found = speaker_at(voices(text), text.index(words))
    assert (found and found.speaker, found and found.kind) == (speaker, kind)


@given(st.text(alphabet="Ab said that, “”.\n:“", max_size=120))
def test_the_authors_own_words_are_as_long_as_the_text(text: str) -> None:
    stretches = voices(text)
    assert all(0 <= s.start <= s.end <= len(text) for s in stretches)
    own = own_words(text, 0, len(text), stretches)
    assert len(own) == len(text)
    assert all(a == b or a == " " for a, b in zip(own, text, strict=True))
