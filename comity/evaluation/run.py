"""`evaluate`: a gold file in, figures and errors out. The only module of this room that opens a file or loads the coder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from comity.errors import InputError
from comity.evaluation.gold import GoldEvent, GoldItem, read_gold
from comity.evaluation.matching import Matched, match
from comity.evaluation.scores import Scores, scores, scores_to_dict
from comity.ontology import load_ontology
from comity.records import Document, Event, Published, stable_id, to_dict

BATCH = 64


class _Coded(Protocol):
    @property
    def events(self) -> tuple[Event, ...]: ...


class _Coder(Protocol):
    def code(self, documents: Sequence[Document], /) -> Sequence[_Coded]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The figures of a gold file, and each item with what was matched, missed and wrong in it."""

    scores: Scores
    items: tuple[Matched, ...]


def evaluate(gold: str | Path, *, coder: _Coder | None = None) -> Evaluation:
    """Codes the texts of a gold file and says how the codings compare with it.

    Raises InputError where the file cannot be read and TableError with all its faults. `coder` is the shipped one.
    """
    items = load_gold(gold)
    coder = coder or _load_coder()
    matched: list[Matched] = []
    for at in range(0, len(items), BATCH):
        batch = items[at : at + BATCH]
        coded = coder.code([document(item) for item in batch])
        matched.extend(match(item, found.events) for item, found in zip(batch, coded, strict=True))
    return Evaluation(scores=scores(matched, tuple(load_ontology().types)), items=tuple(matched))


def load_gold(path: str | Path) -> tuple[GoldItem, ...]:
    """The items of a gold file, checked against the shipped ontology and actors."""
    from comity.actors import load_index

    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(str(path), "is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise InputError(str(path), error.strerror or "cannot be read", "check the path and its permissions") from error
    # Only line feeds part lines: a text may hold other separators of Unicode.
    return read_gold(text.split("\n"), str(path), load_ontology(), load_index().lookup)


def document(item: GoldItem) -> Document:
    """A gold text as a document of its own: alone, so that no other line speaks into its pronouns."""
    return Document(
        id=stable_id("gold", item.id),
        text=item.text,
        page=item.text,
        published=Published(date=item.published, basis="record"),
        genre="news",
        origin=item.place,
    )


def evaluation_to_dict(found: Evaluation) -> dict[str, Any]:
    """Figures and items as plain JSON values."""
    return {"scores": scores_to_dict(found.scores), "items": [_item_to_dict(item) for item in found.items]}


def _item_to_dict(found: Matched) -> dict[str, Any]:
    item = found.item
    return {
        "id": item.id,
        "phenomenon": item.phenomenon,
        "text": item.text,
        "place": item.place,
        "matched": [
            {"gold": _gold_to_dict(pair.gold), "coded": to_dict(pair.coded), "faults": list(pair.agreement.faults)}
            for pair in found.pairs
        ],
        "missed": [_gold_to_dict(event) for event in found.missed],
        "wrong": [to_dict(event) for event in found.wrong],
    }


def _gold_to_dict(event: GoldEvent) -> dict[str, Any]:
    out: dict[str, Any] = {"source": event.source, "target": event.target, "event": event.event}
    if event.reciprocal is not None:
        out["reciprocal"] = event.reciprocal
    if event.mode is not None:
        out["mode"] = event.mode.value
    if event.auxiliary is not None:
        out["auxiliary"] = sorted(event.auxiliary.value)
    if event.date is not None:
        interval = event.date.value
        out["date"] = {"start": interval[0], "end": interval[1]} if interval else None
    return out


def _load_coder() -> _Coder:
    from comity.coding import load_coder

    return load_coder()
