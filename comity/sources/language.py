"""Which language a text is in, offline: by py3langid where there is enough of it, else as the page says, else English.

Nothing is turned away for its language: `Document.language` is set, and what can code it is for later rooms to decide.
"""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# Letters, and how sure the classifier must then be. It guesses on little: a place name alone comes out as Tagalog, and
# English sentences full of names as pidgin (three of 933 in a sample of world events, none of them above 0.6).
_SURE = ((60, 0.7), (20, 0.95))
_AS_READ = (600, 5_000)  # characters looked at, the more where the fewer leave it open: it takes a millisecond a 1,000


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language(text: str, declared: str | None = None) -> str:
    """The ISO 639-1 code of a text's language.

    `declared` is what the page says (en, en-US, pt_BR); it decides only where the text does not: templates
    often lie.
    """
    for length in _AS_READ:
        letters = sum(map(str.isalpha, text[:length]))
        name, probability = _classified(text[:length])
        if any(letters >= least and probability >= sure for least, sure in _SURE):
            return name
        if len(text) <= length:
            break
    return code(declared) or "en"


def guess(text: str) -> tuple[str, float]:
    """The likeliest language, and how likely it is (0 to 1)."""
    return _classified(text[: _AS_READ[-1]])


def _classified(text: str) -> tuple[str, float]:
    name, probability = _identifier().classify(text)
    return str(name), float(probability)


def code(declared: str | None) -> str | None:
    """The two- or three-letter code at the head of a language tag, or None."""
    head = (declared or "").strip().replace("_", "-").split("-")[0].lower()
    return head if head.isascii() and head.isalpha() and 2 <= len(head) <= 3 else None
