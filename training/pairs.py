"""Marked sentences as numbers, the classifier's loss, and how sure it may be.

In: `Marked` sentences. Out: batches for `Network.relate`, its loss, probabilities, and the calibration that is shipped with the
weights.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from spacy.language import Language
from torch import Tensor, nn

from comity.coding.lexicon import unmark
from comity.language.parse import places_of
from comity.language.wordpiece import WordPieces
from comity.ontology import load_ontology

from .marked import NONE, Marked, Pair
from .model import Network

MAX_PIECES = 160
IGNORE = -100
HELD = 12  # one sentence in so many is held out, for calibration
TYPES = (*load_ontology().types, NONE)
NO_ACT = TYPES.index(NONE)
MODES = tuple((event, mode) for event, modes in load_ontology().modes.items() for mode in modes)
NONE_WEIGHT = 0.6  # of pairs without an act: there are more of them
MODE_WEIGHT = 0.3
HIDDEN = 0.15  # of phrases whose words are hidden in training, so that names decide less than what is done


@dataclass(slots=True)
class Item:
    """A sentence as numbers, and for each pair the pieces where source and target begin and end, its type and its mode."""

    pieces: list[int]
    cases: list[int]
    pairs: list[tuple[int, int, int, int]]
    types: list[int]
    modes: list[int]


def encode(marked: Marked, pieces: WordPieces, nlp: Language) -> Item | None:
    """A marked sentence as numbers; None where a phrase falls outside what the network takes."""
    doc = nlp.make_doc(marked.text)
    cut = pieces.sentence((t.text for t in doc), MAX_PIECES)
    offsets = [token.idx for token in doc]
    item = Item(cut.pieces, cut.cases, [], [], [])
    for pair in marked.pairs:
        places = []
        for span in (pair.source, pair.target):
            words = places_of(offsets, *span)
            at = cut.span(*words) if words else None
            if at is None:
                return None
            places += at
        item.pairs.append((places[0], places[1], places[2], places[3]))
        item.types.append(TYPES.index(pair.event))
        item.modes.append(MODES.index((pair.event, pair.mode)) if pair.mode else IGNORE)
    return item


def pad(rows: Sequence[Sequence[int]], value: int) -> Tensor:
    """Rows of unequal length as one tensor."""
    width = max(map(len, rows))
    return torch.tensor([[*row, *[value] * (width - len(row))] for row in rows])


def tensors(batch: Sequence[Item], pieces: WordPieces) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pieces, cases, mask and pairs (batch, pairs, 4); places without a pair point to the start mark."""
    ids = pad([b.pieces for b in batch], pieces.pad)
    flat = pad([[at for pair in b.pairs for at in pair] for b in batch], 0)
    return ids, pad([b.cases for b in batch], 0), (ids != pieces.pad).long(), flat.view(len(batch), -1, 4)


def thinned(item: Item, rng: random.Random) -> Item:
    """The item with all its acts and some of its pairs without one: they are most of the pairs and teach the least."""
    acts = [i for i, event in enumerate(item.types) if event != NO_ACT]
    rest = [i for i, event in enumerate(item.types) if event == NO_ACT]
    kept = [*acts, *rng.sample(rest, min(len(rest), max(3, len(acts))))]
    return Item(
        item.pieces,
        item.cases,
        [item.pairs[i] for i in kept],
        [item.types[i] for i in kept],
        [item.modes[i] for i in kept],
    )


def without_names(batch: Sequence[Item], pieces: WordPieces, rng: random.Random) -> list[Item]:
    """The batch with the words of some phrases hidden."""
    out = []
    for item in batch:
        ids = list(item.pieces)
        for first, last in sorted({p[i : i + 2] for p in item.pairs for i in (0, 2)}):
            if rng.random() < HIDDEN:
                ids[first : last + 1] = [pieces.unknown] * (last + 1 - first)
        out.append(Item(ids, item.cases, item.pairs, item.types, item.modes))
    return out


def batches(items: list[Item], size: int, rng: random.Random) -> list[list[Item]]:
    """All items once, `size` of like length together, shuffled."""
    order = list(items)
    rng.shuffle(order)
    blocks = [sorted(order[i : i + 20 * size], key=lambda it: len(it.pieces)) for i in range(0, len(order), 20 * size)]
    out = [b[i : i + size] for b in blocks for i in range(0, len(b), size)]
    rng.shuffle(out)
    return out


def loss_of(types: Tensor, modes: Tensor, batch: Sequence[Item]) -> Tensor:
    """Cross entropy of types (smoothed by a tenth; pairs without an act weigh less) and of modes where one is given."""
    gold = pad([b.types for b in batch], IGNORE).flatten()
    weight = torch.ones(len(TYPES))
    weight[NO_ACT] = NONE_WEIGHT
    total = nn.functional.cross_entropy(types.flatten(0, 1), gold, weight, ignore_index=IGNORE, label_smoothing=0.1)
    named = pad([b.modes for b in batch], IGNORE).flatten()
    if bool((named != IGNORE).any()):
        total = total + MODE_WEIGHT * nn.functional.cross_entropy(modes.flatten(0, 1), named, ignore_index=IGNORE)
    return total


@torch.no_grad()
def logits(network: Network, items: Sequence[Item], pieces: WordPieces) -> list[tuple[Tensor, Tensor]]:
    """For each item, in order, the logits of types (pairs, types) and modes (pairs, modes)."""
    network.eval()
    order = sorted(range(len(items)), key=lambda i: len(items[i].pieces))
    out: dict[int, tuple[Tensor, Tensor]] = {}
    for start in range(0, len(order), 64):
        part = order[start : start + 64]
        ids, cases, mask, pairs = tensors([items[i] for i in part], pieces)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            types, modes = network.relate(network.lower(ids, cases, mask), mask, pairs)
        for row, i in enumerate(part):
            count = len(items[i].pairs)
            out[i] = (types[row, :count].float(), modes[row, :count].float())
    network.train()
    return [out[i] for i in range(len(items))]


def figures(network: Network, held: Sequence[Item], pieces: WordPieces) -> dict[str, float]:
    """Accuracy on held-out pairs: over acts, over pairs without one, and of modes where one is given."""
    right, count = dict.fromkeys(("acts", "none", "modes"), 0), dict.fromkeys(("acts", "none", "modes"), 0)
    for item, (types, modes) in zip(held, logits(network, held, pieces), strict=True):
        for gold, guess, mode, guessed in zip(
            item.types, types.argmax(-1).tolist(), item.modes, modes.argmax(-1).tolist(), strict=True
        ):
            kind = "none" if gold == NO_ACT else "acts"
            count[kind] += 1
            right[kind] += gold == guess
            if mode != IGNORE:
                count["modes"] += 1
                right["modes"] += mode == guessed
    return {name: round(right[name] / max(1, count[name]), 4) for name in right}


def calibrate(network: Network, held: Sequence[Item], pieces: WordPieces) -> dict[str, float]:
    """The temperature that makes held-out probabilities honest (Guo et al. 2017), and the expected calibration error (ten
    bins of confidence) before and after."""
    table = torch.cat([types for types, _ in logits(network, held, pieces)])
    gold = torch.tensor([t for item in held for t in item.types])
    temperature = min(
        (t / 100 for t in range(40, 300, 5)), key=lambda t: float(nn.functional.cross_entropy(table / t, gold))
    )

    def error(scaled: Tensor) -> float:
        sure, guess = torch.softmax(scaled, -1).max(-1)
        right = (guess == gold).float()
        bins = (sure * 10).long().clamp(max=9)
        return sum(
            float((bins == b).float().mean()) * abs(float(right[bins == b].mean()) - float(sure[bins == b].mean()))
            for b in bins.unique()
        )

    return {
        "temperature": temperature,
        "ece_before": round(error(table), 4),
        "ece_after": round(error(table / temperature), 4),
        "held_accuracy": round(float((table.argmax(-1) == gold).float().mean()), 4),
        **figures(network, held, pieces),
    }


def measure(network: Network, path: Path, pieces: WordPieces, nlp: Language) -> dict[str, float]:
    """Macro-F1 of the classifier alone on a file of PLV's layout; NONE is not offered, since that benchmark has none. It takes
    no part in training or in choosing a checkpoint."""
    from benchmarks.relate_plv import figures as plv_figures

    rows, items = [], []
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            found = unmark(row["marked_sentence"])
            if found.source is None or found.target is None:
                continue
            item = encode(Marked(found.text, [Pair(found.source, found.target, NONE)]), pieces, nlp)
            if item is not None:
                rows.append(row)
                items.append(item)
    guesses = [TYPES[int(types[0, :-1].argmax())] for types, _ in logits(network, items, pieces)]
    (root, _), (quad, _), _ = plv_figures(rows, guesses)
    return {"root": round(root, 4), "quad": round(quad, 4)}
