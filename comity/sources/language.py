"""Which language a text is in, offline: by py3langid where there is enough of it, else as the page says, else English.

Nothing is turned away for its language: `Document.language` is set, and what can code it is for later rooms to decide.
"""

from __future__ import annotations

from functools import cache

from py3langid.langid import LanguageIdentifier, MODEL_FILE

# Below some sixty letters the classifier guesses (a place name alone comes out as Tagalog).
_ENOUGH = 60
_AS_READ = 5_000  # characters looked at: more does not change the answer


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language(text: str, declared: str | None = None) -> str:
    """The ISO 639-1 code of a text's language.

    `declared` is what the page says (en, en-US, pt_BR); it decides only for short texts, as templates often lie.
    """
    if sum(map(str.isalpha, text[:_AS_READ])) >= _ENOUGH:
        return str(_identifier().classify(text[:_AS_READ])[0])
    return code(declared) or "en"


def code(declared: str | None) -> str | None:
    """The two- or three-letter code at the head of a language tag, or None."""
    head = (declared or "").strip().replace("_", "-").split("-")[0].lower()
    return head if head.isascii() and head.isalpha() and 2 <= len(head) <= 3 else None
