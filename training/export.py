"""The trained network becomes one ONNX file with 8-bit weights, and its labels and vocabulary beside it.

Word embeddings are stored as 8-bit rows with a scale each (dynamic quantisation would use one scale for all rows);
matrix products are quantised by onnxruntime's dynamic scheme. Choices (tags, relations) are made inside the graph, so
only small integers and the arc scores come out.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn

from .model import Parser, Shape


class Rows(nn.Module):
    """An embedding of 8-bit rows."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        scale = weight.abs().amax(1, keepdim=True) / 127
        self.register_buffer("rows", torch.round(weight / scale).to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, ids: Tensor) -> Tensor:
        rows: Tensor = self.rows
        scale: Tensor = self.scale
        return rows[ids].to(torch.float32) * scale[ids]


class _Decisions(nn.Module):
    """The parser with its choices made."""

    def __init__(self, parser: Parser) -> None:
        super().__init__()
        self.parser = parser

    def forward(self, pieces: Tensor, cases: Tensor, mask: Tensor, firsts: Tensor) -> tuple[Tensor, ...]:
        out = self.parser(pieces, cases, mask, firsts)
        names = ("upos", "xpos", "lemma", "entity")
        tags = torch.stack([out[n].argmax(-1) for n in names], dim=-1).to(torch.int32)
        return tags, out["arcs"], out["rels"].argmax(2).to(torch.int32)


def load(work: Path) -> tuple[Parser, dict[str, list[str]], list[str]]:
    """The best checkpoint of a run, its labels and its vocabulary."""
    saved = torch.load(work / "parser.pt", weights_only=True)
    parser = Parser(Shape(**saved["shape"]))
    parser.load_state_dict(saved["state"])
    labels = json.loads((work / "labels.json").read_text())
    return parser.eval(), labels, (work / "vocabulary.txt").read_text(encoding="utf-8").split("\n")


def export(work: Path, out: Path) -> None:
    """Writes encoder.onnx, labels.json, vocabulary.txt and lemmas.tsv into `out`."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    out.mkdir(parents=True, exist_ok=True)
    parser, labels, vocabulary = load(work)
    parser.encoder.positions = Rows(parser.encoder.positions.weight.detach())  # type: ignore[assignment]
    parser.encoder.words = Rows(parser.encoder.words.weight.detach())  # type: ignore[assignment]
    sample = (
        torch.randint(5, 100, (2, 9)),
        torch.zeros(2, 9, dtype=torch.long),
        torch.ones(2, 9, dtype=torch.long),
        torch.tensor([[0, 1, 2, 3, 5], [0, 1, 3, 4, 6]]),
    )
    plain = work / "plain.onnx"
    torch.onnx.export(
        _Decisions(parser),
        sample,
        str(plain),
        input_names=["pieces", "cases", "mask", "firsts"],
        output_names=["tags", "arcs", "rels"],
        dynamic_axes={
            **{n: {0: "batch", 1: "length"} for n in ("pieces", "cases", "mask")},
            "firsts": {0: "batch", 1: "words1"},
            "tags": {0: "batch", 1: "words"},
            "arcs": {0: "batch", 1: "words", 2: "words1"},
            "rels": {0: "batch", 1: "words", 2: "words1"},
        },
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(
        str(plain), str(out / "encoder.onnx"), weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"],
        extra_options={"DefaultTensorType": 1, "MatMulConstBOnly": True},
    )  # fmt: skip
    (out / "labels.json").write_text(json.dumps(labels, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    (out / "vocabulary.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    (out / "lemmas.tsv").write_text((work / "lemmas.tsv").read_text(encoding="utf-8"), encoding="utf-8")
    size = sum(f.stat().st_size for f in out.iterdir())
    print(json.dumps({"bytes": size, "shape": asdict(parser.shape)}))
