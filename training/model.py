"""The network: a short BERT-style encoder on word pieces, and one small head for each thing to predict.

Words in, per word: UPOS, XPOS, lemma rule, entity tag; per pair of words: arc score and relation (biaffine, after
Dozat & Manning 2017). The encoder starts from the first layers of MiniLM (Wang et al. 2020; Apache-2.0) with a smaller
vocabulary, plus an embedding of each word's case, since MiniLM's vocabulary is uncased.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from comity.language.wordpiece import CASES


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network."""

    vocabulary: int
    layers: int
    upos: int
    xpos: int
    lemmas: int
    entities: int
    deprels: int
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
        batch, length, width = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        weights = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(width // self.heads) + bias, dim=-1)
        mixed = (self.dropout(weights) @ v).transpose(1, 2).reshape(batch, length, width)
        x = self.norm1(x + self.dropout(self.out(mixed)))
        return self.norm2(x + self.dropout(self.down(nn.functional.gelu(self.up(x)))))


class Encoder(nn.Module):
    """Pieces and case to contextual vectors. `forward(pieces, cases, mask)`: all (batch, length)."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.positions = nn.Embedding(256, shape.width)
        self.cases = nn.Embedding(len(CASES), shape.width)
        self.norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        nn.init.zeros_(self.cases.weight)

    def forward(self, pieces: Tensor, cases: Tensor, mask: Tensor) -> Tensor:
        places = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.words(pieces) + self.positions(places) + self.cases(cases)
        x = self.dropout(self.norm(x))
        bias = (1.0 - mask.to(x.dtype))[:, None, None, :] * -10000.0
        for layer in self.layers:
            x = layer(x, bias)
        return x


class Parser(nn.Module):
    """Encoder and heads. Word vectors are those of each word's first piece; index 0 is [CLS], standing for the root."""

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

    def forward(self, pieces: Tensor, cases: Tensor, mask: Tensor, firsts: Tensor) -> dict[str, Tensor]:
        """`firsts` (batch, words+1): index of each word's first piece, [CLS] first. Returns the logits of every head.

        `arcs` (batch, words, words+1): score of each candidate head, column 0 the root.
        `rels` (batch, words, deprels, words+1).
        """
        x = self.encoder(pieces, cases, mask)
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


def _with_one(x: Tensor) -> Tensor:
    return torch.cat([x, torch.ones_like(x[..., :1])], dim=-1)


def load_minilm(parser: Parser, weights: Path, kept: list[int]) -> None:
    """Puts MiniLM's first layers and the rows `kept` of its word embedding into the encoder."""
    from safetensors.torch import load_file

    state = load_file(str(weights))
    encoder = parser.encoder
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
