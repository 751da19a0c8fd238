"""The network: one short BERT-style encoder on word pieces for two readers, the parser and the classifier of pairs.

The parser looks at the lower layers. Words in, per word: UPOS, XPOS, lemma rule, entity tag; per pair of words: arc score and
relation (biaffine, after Dozat & Manning 2017). The classifier goes on from the parser's layer: for each pair of parties
four markers (first and last piece of source and target) travel through the upper layers beside the text; they look at the
text and at each other, the text does not look at them (levitated markers: Zhong & Chen 2021, Ye et al. 2022), so a sentence is
read once however many pairs are asked about. The encoder starts from MiniLM (Wang et al. 2020; Apache-2.0) with a smaller
vocabulary, plus an embedding of each word's case, since MiniLM's vocabulary is uncased.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from comity.language.wordpiece import CASES

MARKERS = 4  # of a pair: where source and target begin and end


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network. The parser sees the first `parse_layers` of `layers`."""

    vocabulary: int
    layers: int
    parse_layers: int
    upos: int
    xpos: int
    lemmas: int
    entities: int
    deprels: int
    types: int
    modes: int
    width: int = 384
    heads: int = 12
    feed: int = 1536
    arc: int = 256
    rel: int = 80


class Layer(nn.Module):
    """One transformer layer, post-norm as in BERT."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.width, 3 * shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.norm1 = nn.LayerNorm(shape.width, eps=1e-12)
        self.up = nn.Linear(shape.width, shape.feed)
        self.down = nn.Linear(shape.feed, shape.width)
        self.norm2 = nn.LayerNorm(shape.width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """The text (batch, length, width) after this layer."""
        q, k, v = self._heads(x)
        weights = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1]) + bias, dim=-1)
        return self._after(x, self.dropout(weights) @ v)

    def with_markers(self, x: Tensor, length: int, bias: Tensor) -> Tensor:
        """The text and behind it the markers, MARKERS a pair, after this layer: a marker sees the text and the markers of its
        own pair, the text sees only itself. They are one tensor, since the layer's weights are then read once for both."""
        q, k, v = self._heads(x)
        size = q.shape[-1]
        seen = q @ k[:, :, :length].transpose(-1, -2) / math.sqrt(size) + bias
        text = self.dropout(torch.softmax(seen[:, :, :length], -1)) @ v[:, :, :length]
        batch, heads = q.shape[:2]
        mq, mk, mv = (t[:, :, length:].reshape(batch, heads, -1, MARKERS, size) for t in (q, k, v))
        own = (mq @ mk.transpose(-1, -2) / math.sqrt(size)).reshape(batch, heads, -1, MARKERS)
        weights = self.dropout(torch.softmax(torch.cat([seen[:, :, length:], own], -1), -1))
        near = weights[..., length:].reshape(batch, heads, -1, MARKERS, MARKERS) @ mv
        marks = weights[..., :length] @ v[:, :, :length] + near.reshape(batch, heads, -1, size)
        return self._after(x, torch.cat([text, marks], 2))

    def _heads(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values, each (batch, heads, rows, size)."""
        batch, rows, width = x.shape
        return self.qkv(x).view(batch, rows, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)

    def _after(self, x: Tensor, mixed: Tensor) -> Tensor:
        mixed = mixed.transpose(1, 2).reshape(x.shape)
        x = self.norm1(x + self.dropout(self.out(mixed)))
        return self.norm2(x + self.dropout(self.down(nn.functional.gelu(self.up(x)))))


class Encoder(nn.Module):
    """Pieces and case to contextual vectors; its layers are walked by `Network`."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.positions = nn.Embedding(256, shape.width)
        self.cases = nn.Embedding(len(CASES), shape.width)
        self.norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        nn.init.zeros_(self.cases.weight)

    def forward(self, pieces: Tensor, cases: Tensor) -> Tensor:
        """The vectors before the first layer, (batch, length, width)."""
        places = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.words(pieces) + self.positions(places) + self.cases(cases)
        return self.dropout(self.norm(x))


class Network(nn.Module):
    """Encoder and heads. `lower`, then `parse` or `relate` on what it gives."""

    def __init__(self, shape: Shape, dropout: float = 0.1, head_dropout: float = 0.3) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(shape, dropout)
        self.head_dropout = nn.Dropout(head_dropout)
        self.upos = nn.Linear(shape.width, shape.upos)
        self.xpos = nn.Linear(shape.width, shape.xpos)
        self.lemma = nn.Linear(shape.width, shape.lemmas)
        self.entity = nn.Linear(shape.width, shape.entities)
        self.arc_dep = nn.Linear(shape.width, shape.arc)
        self.arc_head = nn.Linear(shape.width, shape.arc)
        self.arc_bi = nn.Linear(shape.arc, shape.arc, bias=False)
        self.arc_bias = nn.Linear(shape.arc, 1, bias=False)
        self.rel_dep = nn.Linear(shape.width, shape.rel)
        self.rel_head = nn.Linear(shape.width, shape.rel)
        self.rel_bi = nn.Linear(shape.rel + 1, shape.deprels * (shape.rel + 1), bias=False)
        nn.init.xavier_uniform_(self.arc_bi.weight)
        self.marks = nn.Parameter(torch.randn(MARKERS, shape.width) * 0.05)
        self.mark_norm = nn.LayerNorm(shape.width)
        self.pair = nn.Linear((MARKERS + 1) * shape.width, shape.width)
        self.types = nn.Linear(shape.width, shape.types)
        self.modes = nn.Linear(shape.width, shape.modes)
        self.pair_dropout = nn.Dropout(dropout)

    def lower(self, pieces: Tensor, cases: Tensor, mask: Tensor) -> Tensor:
        """The text's vectors at the parser's layer. All inputs (batch, length)."""
        x = self.encoder(pieces, cases)
        bias = _bias(mask, x)
        for layer in self.encoder.layers[: self.shape.parse_layers]:
            x = layer(x, bias)
        return x

    def parse(self, x: Tensor, firsts: Tensor) -> dict[str, Tensor]:
        """`firsts` (batch, words+1): index of each word's first piece, [CLS] first, which stands for the root. Returns the
        logits of every head.

        `arcs` (batch, words, words+1): score of each candidate head, column 0 the root.
        `rels` (batch, words, deprels, words+1).
        """
        words = torch.gather(x, 1, firsts[:, :, None].expand(-1, -1, x.shape[2]))
        words = self.head_dropout(words)
        deps = words[:, 1:]
        act = nn.functional.gelu
        arc_dep = self.head_dropout(act(self.arc_dep(deps)))
        arc_head = self.head_dropout(act(self.arc_head(words)))
        arcs = self.arc_bi(arc_dep) @ arc_head.transpose(1, 2) + self.arc_bias(arc_head).transpose(1, 2)
        rel_dep = _with_one(self.head_dropout(act(self.rel_dep(deps))))
        rel_head = _with_one(self.head_dropout(act(self.rel_head(words))))
        side = self.rel_bi(rel_dep).view(deps.shape[0], -1, self.shape.rel + 1)
        rels = (side @ rel_head.transpose(1, 2)).view(deps.shape[0], deps.shape[1], self.shape.deprels, words.shape[1])
        return {
            "upos": self.upos(deps),
            "xpos": self.xpos(deps),
            "lemma": self.lemma(deps),
            "entity": self.entity(deps),
            "arcs": arcs,
            "rels": rels,
        }

    def relate(self, x: Tensor, mask: Tensor, pairs: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of types (batch, pairs, types) and of modes (batch, pairs, modes) for `pairs` (batch, pairs, MARKERS): the
        pieces where source and target begin and end."""
        bias = _bias(mask, x)
        batch, count, _ = pairs.shape
        at = pairs.reshape(batch, -1)[:, :, None].expand(-1, -1, x.shape[2])
        m = self.mark_norm(torch.gather(x, 1, at).reshape(batch, count, MARKERS, -1) + self.marks)
        length = x.shape[1]
        x = torch.cat([x, m.flatten(1, 2)], 1)
        for layer in self.encoder.layers[self.shape.parse_layers :]:
            x = layer.with_markers(x, length, bias)
        x, m = x[:, :length], x[:, length:].reshape(batch, count, MARKERS, -1)
        weights = mask[:, :, None].to(x.dtype)
        mean = (x * weights).sum(1) / weights.sum(1)
        joined = torch.cat([m.flatten(2), mean[:, None, :].expand(-1, count, -1)], -1)
        hidden = self.head_dropout(torch.tanh(self.pair(self.pair_dropout(joined))))
        return self.types(hidden), self.modes(hidden)


def _bias(mask: Tensor, x: Tensor) -> Tensor:
    return (1.0 - mask.to(x.dtype))[:, None, None, :] * -10000.0


def _with_one(x: Tensor) -> Tensor:
    return torch.cat([x, torch.ones_like(x[..., :1])], dim=-1)


def load_minilm(network: Network, weights: Path, kept: list[int]) -> None:
    """Puts MiniLM's first layers and the rows `kept` of its word embedding into the encoder."""
    from safetensors.torch import load_file

    state = load_file(str(weights))
    encoder = network.encoder
    with torch.no_grad():
        encoder.words.weight.copy_(state["embeddings.word_embeddings.weight"][torch.tensor(kept)])
        places = state["embeddings.position_embeddings.weight"][: encoder.positions.num_embeddings]
        encoder.positions.weight.copy_(places + state["embeddings.token_type_embeddings.weight"][0])
        _copy(encoder.norm, state, "embeddings.LayerNorm")
        for number, layer in enumerate(encoder.layers):
            name = f"encoder.layer.{number}."
            for part in ("weight", "bias"):
                parts = [state[f"{name}attention.self.{which}.{part}"] for which in ("query", "key", "value")]
                getattr(layer.qkv, part).copy_(torch.cat(parts))
            _copy(layer.out, state, name + "attention.output.dense")
            _copy(layer.norm1, state, name + "attention.output.LayerNorm")
            _copy(layer.up, state, name + "intermediate.dense")
            _copy(layer.down, state, name + "output.dense")
            _copy(layer.norm2, state, name + "output.LayerNorm")


def _copy(module: nn.Module, state: dict[str, Tensor], name: str) -> None:
    for part in ("weight", "bias"):
        getattr(module, part).copy_(state[f"{name}.{part}"])
