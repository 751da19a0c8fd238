"""Trains the network: batches, losses, schedule, checkpoints. Called by `python -m training`.

Each step learns from a batch of treebank sentences and a batch of marked ones. What is kept is the running mean of the
weights (Polyak averaging), which is steadier than any single step. Figures on the development sets are printed after each
epoch; the test sets are never looked at here.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from comity.language.lemmas import lemma_rule
from comity.language.wordpiece import WordPieces

from . import pairs
from .model import Network, Shape
from .pairs import IGNORE, Item, pad
from .treebank import Labels, Sentence

MAX_PIECES = 250


@dataclass(slots=True)
class Encoded:
    """A sentence as numbers. `heads` count the root as 0, so word i is i+1."""

    pieces: list[int]
    cases: list[int]
    firsts: list[int]
    upos: list[int]
    xpos: list[int]
    lemmas: list[int]
    entities: list[int]
    heads: list[int]
    deprels: list[int]


def encode(sentence: Sentence, pieces: WordPieces, labels: Labels) -> Encoded | None:
    """The numbers of a sentence; None where it is longer than the encoder can take."""
    cut = pieces.sentence(sentence.words, MAX_PIECES)
    if len(cut.firsts) <= len(sentence.words):
        return None
    look = {name: {label: i for i, label in enumerate(getattr(labels, name))} for name in asdict(labels)}
    entities = sentence.entities or []
    return Encoded(
        pieces=cut.pieces,
        cases=cut.cases,
        firsts=cut.firsts,
        upos=[look["upos"][u] for u in sentence.upos],
        xpos=[look["xpos"].get(x, IGNORE) for x in sentence.xpos],
        lemmas=[
            look["lemma_rules"].get(lemma_rule(w, lemma), IGNORE)
            for w, lemma in zip(sentence.words, sentence.lemmas, strict=True)
        ],
        entities=[look["entities"][e] for e in entities] or [IGNORE] * len(sentence.words),
        heads=[h + 1 for h in sentence.heads],
        deprels=[look["deprels"].get(d, IGNORE) for d in sentence.deprels],
    )


def batches(data: list[Encoded], budget: int, rng: random.Random | None) -> Iterator[list[Encoded]]:
    """Batches of about `budget` pieces, sentences of like length together; shuffled when `rng` is given."""
    order = sorted(data, key=lambda e: len(e.pieces) * (1 + 0.1 * rng.random()) if rng else len(e.pieces))
    out: list[list[Encoded]] = [[]]
    for item in order:
        if out[-1] and (len(out[-1]) + 1) * len(item.pieces) > budget:
            out.append([])
        out[-1].append(item)
    if rng:
        rng.shuffle(out)
    yield from out


def tensors(batch: list[Encoded], pieces: WordPieces) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The network's four inputs."""
    ids = pad([b.pieces for b in batch], pieces.pad)
    return ids, pad([b.cases for b in batch], 0), (ids != pieces.pad).long(), pad([b.firsts for b in batch], 0)


def loss_of(out: dict[str, Tensor], batch: list[Encoded]) -> Tensor:
    """Sum of the heads' cross entropies; the relation is scored at the gold head."""
    entropy = nn.CrossEntropyLoss(ignore_index=IGNORE)
    heads = pad([b.heads for b in batch], IGNORE)
    total = entropy(_masked_arcs(out["arcs"], batch).flatten(0, 1), heads.flatten())
    at = heads.clamp(min=0)[:, :, None, None].expand(-1, -1, out["rels"].shape[2], 1)
    rels = torch.gather(out["rels"], 3, at).squeeze(3)
    total = total + entropy(rels.flatten(0, 1), pad([b.deprels for b in batch], IGNORE).flatten())
    for name, weight in (("upos", 0.4), ("xpos", 0.4), ("lemma", 0.4), ("entity", 0.6)):
        field = {"lemma": "lemmas", "entity": "entities"}.get(name, name)
        gold = pad([getattr(b, field) for b in batch], IGNORE).flatten()
        if bool((gold != IGNORE).any()):
            total = total + weight * entropy(out[name].flatten(0, 1), gold)
    return total


def _masked_arcs(arcs: Tensor, batch: list[Encoded]) -> Tensor:
    lengths = torch.tensor([len(b.firsts) for b in batch])
    wrong = torch.arange(arcs.shape[2])[None, :] >= lengths[:, None]
    return arcs.float().masked_fill(wrong[:, None, :], -1e4)


@torch.no_grad()
def scores(model: Network, data: list[Encoded], pieces: WordPieces) -> dict[str, float]:
    """Greedy accuracies on gold words, for early stopping (the real measure is `training.evaluate`)."""
    model.eval()
    right = dict.fromkeys(("uas", "las", "upos", "xpos", "lemma", "entity"), 0)
    count = dict.fromkeys(right, 0)
    for batch in batches(data, 6000, None):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            ids, cases, mask, firsts = tensors(batch, pieces)
            out = model.parse(model.lower(ids, cases, mask), firsts)
        heads = pad([b.heads for b in batch], IGNORE)
        real = heads != IGNORE
        guess = _masked_arcs(out["arcs"], batch).argmax(-1)
        at = guess[:, :, None, None].expand(-1, -1, out["rels"].shape[2], 1)
        rel = torch.gather(out["rels"], 3, at).squeeze(3).argmax(-1)
        ok = (guess == heads) & real
        count["uas"] += int(real.sum())
        count["las"] += int(real.sum())
        right["uas"] += int(ok.sum())
        right["las"] += int((ok & (rel == pad([b.deprels for b in batch], -1))).sum())
        for name in ("upos", "xpos", "lemma", "entity"):
            field = {"lemma": "lemmas", "entity": "entities"}.get(name, name)
            gold = pad([getattr(b, field) for b in batch], IGNORE)
            known = gold != IGNORE
            count[name] += int(known.sum())
            right[name] += int(((out[name].argmax(-1) == gold) & known).sum())
    model.train()
    return {name: round(right[name] / max(1, count[name]), 4) for name in right}


def train(
    model: Network,
    data: list[Encoded],
    marked: list[Item],
    dev: dict[str, list[Encoded]],
    held: list[Item],
    pieces: WordPieces,
    checkpoint: Path,
    *,
    epochs: int,
    budget: int = 1700,
    size: int = 32,
    encoder_rate: float = 1.5e-4,
    head_rate: float = 1.2e-3,
    memory: float = 0.995,
    seed: int = 1,
    measure: Callable[[Network], dict[str, float]] | None = None,
) -> None:
    """Trains for so many epochs of the treebank; the averaged weights are in `checkpoint` after each. `budget` is the pieces of
    a treebank batch, `size` the sentences of a marked one, `memory` how slowly the average follows."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    encoder = [p for n, p in model.named_parameters() if n.startswith("encoder") and "cases" not in n]
    heads = [p for n, p in model.named_parameters() if not n.startswith("encoder") or "cases" in n]
    optimizer = torch.optim.AdamW(
        [{"params": encoder, "lr": encoder_rate}, {"params": heads, "lr": head_rate}],
        weight_decay=0.01,
        betas=(0.9, 0.98),
    )
    steps = epochs * sum(1 for _ in batches(data, budget, random.Random(0)))
    warm = max(1, steps // 15)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1.0, (s + 1) / warm) * 0.5 * (1 + math.cos(math.pi * min(1.0, s / steps)))
    )
    average = torch.optim.swa_utils.AveragedModel(
        model, avg_fn=lambda kept, new, step: kept + (new - kept) * max(1 - memory, 10 / (10 + float(step)))
    )
    queue = _endless(marked, size, rng)
    model.train()
    for epoch in range(epochs):
        began, summed, n = time.time(), torch.zeros(2), 0
        for batch in batches(data, budget, rng):
            ids, cases, mask, firsts = tensors(batch, pieces)
            ids, cases = _worn(ids, cases, pieces)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                out = model.parse(model.lower(ids, cases, mask), firsts)
            parsing = loss_of({k: v.float() for k, v in out.items()}, batch)
            optimizer.zero_grad(set_to_none=True)
            parsing.backward()
            part = pairs.without_names([pairs.thinned(item, rng) for item in next(queue)], pieces, rng)
            ids, cases, mask, places = pairs.tensors(part, pieces)
            _, cases = _worn(ids, cases, pieces)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                types, modes = model.relate(model.lower(ids, cases, mask), mask, places)
            relating = pairs.loss_of(types.float(), modes.float(), part)
            relating.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimizer.step()
            schedule.step()
            average.update_parameters(model)
            summed, n = summed + torch.tensor([parsing.item(), relating.item()]), n + 1
        kept: Network = average.module
        losses = {"parse": round(float(summed[0]) / n, 3), "relate": round(float(summed[1]) / n, 3)}
        line = {"epoch": epoch + 1, "seconds": round(time.time() - began), "loss": losses}
        line |= {name: scores(kept, rows, pieces) for name, rows in dev.items()}
        line["pairs"] = pairs.figures(kept, held, pieces)
        if measure:
            line["measured"] = measure(kept)
        print(json.dumps(line), flush=True)
        torch.save({"state": kept.state_dict(), "shape": asdict(model.shape), "epoch": epoch + 1}, checkpoint)


def _endless(marked: list[Item], size: int, rng: random.Random) -> Iterator[list[Item]]:
    while True:
        yield from pairs.batches(marked, size, rng)


def _worn(ids: Tensor, cases: Tensor, pieces: WordPieces) -> tuple[Tensor, Tensor]:
    """Some pieces hidden, some sentences without their case: headlines, tweets and old wires come so."""
    fixed = (ids == pieces.pad) | (ids == pieces.start) | (ids == pieces.end)
    ids = torch.where((torch.rand(ids.shape) < 0.06) & ~fixed, pieces.unknown, ids)
    return ids, torch.where((torch.rand(len(ids)) < 0.08)[:, None], torch.zeros_like(cases), cases)


def shape_for(labels: Labels, vocabulary: int, layers: int, parse_layers: int) -> Shape:
    """The network's sizes for these labels."""
    return Shape(
        vocabulary=vocabulary,
        layers=layers,
        parse_layers=parse_layers,
        types=len(pairs.TYPES),
        modes=len(pairs.MODES),
        upos=len(labels.upos),
        xpos=len(labels.xpos),
        lemmas=len(labels.lemma_rules),
        entities=len(labels.entities),
        deprels=len(labels.deprels),
    )
