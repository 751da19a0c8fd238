"""When a surname by itself is a person's whole mention, and when it is half of another's name ("Laura Bush")."""

from __future__ import annotations

from comity.actors.phrases import Phrases, word_after, word_before
from comity.actors.scan import Hit
from comity.actors.tables import words

# Words with a capital that may stand before a surname: titles, and those that begin sentences.
_BEFORE_SURNAME = words(
    """
    mr mrs ms president minister premier chancellor secretary king queen emir sheikh general but and when while
    as if for in on at by with from to after before since though although because that what why how does did is
    was has will can would could should may might both like unlike then now today yesterday meanwhile however
    later also instead so yet the according until once still even only not or nor where whether monday tuesday
    wednesday thursday friday saturday sunday
    """
)
_AFTER_SURNAME = words(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december
    """
)
# With a stop, and part of a name none the less; any other word with a stop ends a sentence.
_SHORTENED = words(
    """
    adm amb brig capt cmdr col cpl dr fr ft gen gov hon insp jr lt maj messrs mr mrs ms msgr mt pres prof rep rev rt sec
    sen sgt sr st ste supt
    """
)
POSSESSIVE = ("'s", "’s")
_SENTENCE_ENDS = (". ", "? ", "! ", "” ", '" ')


def half_name(text: str, hit: Hit) -> bool:
    """Whether a surname is part of another name: "Laura Bush", "Bush Intercontinental"."""
    before = word_before(text, hit.start)
    after = "" if text.startswith(POSSESSIVE, hit.end) else word_after(text, hit.end)
    if _capital(after) and after.lower() not in _AFTER_SURNAME:
        return True
    if not _capital(before) or before.lower().rstrip(".") in _BEFORE_SURNAME or _ends_sentence(before):
        return False
    # A capital that begins the sentence says less: "Yesterday Putin said", but "Laura Bush said".
    begin = hit.start - len(before) - 1
    opens = begin == 0 or text[begin - 2 : begin] in _SENTENCE_ENDS
    return not (opens and before.lower().endswith(("ly", "day")))


def _ends_sentence(word: str) -> bool:
    """Whether a word takes its stop along from the end of a sentence: "in Baku." but not "Gov." or "Jr."."""
    return word.endswith(".") and word.count(".") == 1 and word[:-1].lower() not in _SHORTENED


def _capital(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and not word.isupper()


def name_goes_on(text: str, hit: Hit, phrases: Phrases) -> bool:
    """Whether capitalised words follow, so that a titled first word is not the surname: "President Aliyev Heydarov"."""
    if text.startswith(POSSESSIVE, hit.end):
        return False
    return phrases.name_after(text, hit.end, len(text)) > hit.end
