"""The trained network becomes two ONNX files with 8-bit weights, and its labels and vocabulary beside them.

encoder.onnx reads a sentence and parses it; relations.onnx goes on from the vectors that it hands out (`hidden`).

Word embeddings are stored as 8-bit rows with a scale each (dynamic quantisation would use one scale for all rows);
matrix products are quantised by onnxruntime's dynamic scheme. Choices (tags, relations) are made inside the graph, so
only small integers and the arc scores come out.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn

from .model import MARKERS, Network, Shape
from .pairs import MODES, TYPES


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


class _Parse(nn.Module):
    """The lower half with the parser's choices made."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, pieces: Tensor, cases: Tensor, mask: Tensor, firsts: Tensor) -> tuple[Tensor, ...]:
        hidden = self.network.lower(pieces, cases, mask)
        out = self.network.parse(hidden, firsts)
        names = ("upos", "xpos", "lemma", "entity")
        tags = torch.stack([out[n].argmax(-1) for n in names], dim=-1).to(torch.int32)
        return tags, out["arcs"], out["rels"].argmax(2).to(torch.int32), hidden


class _Relate(nn.Module):
    """The upper half."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, hidden: Tensor, mask: Tensor, pairs: Tensor) -> tuple[Tensor, Tensor]:
        return self.network.relate(hidden, mask, pairs)


def load(work: Path) -> tuple[Network, dict[str, list[str]], list[str]]:
    """The checkpoint of a run, its labels and its vocabulary."""
    saved = torch.load(work / "network.pt", weights_only=True)
    network = Network(Shape(**saved["shape"]))
    network.load_state_dict(saved["state"])
    labels = json.loads((work / "labels.json").read_text())
    return network.eval(), labels, (work / "vocabulary.txt").read_text(encoding="utf-8").split("\n")


def export(work: Path, out: Path, temperature: float) -> None:
    """Writes encoder.onnx, relations.onnx, relations.json, labels.json, vocabulary.txt and lemmas.tsv into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    network, labels, vocabulary = load(work)
    network.encoder.positions = Rows(network.encoder.positions.weight.detach())  # type: ignore[assignment]
    network.encoder.words = Rows(network.encoder.words.weight.detach())  # type: ignore[assignment]
    pieces = torch.randint(5, 100, (2, 9))
    mask = torch.ones_like(pieces)
    _write(
        _Parse(network),
        {"pieces": pieces, "cases": torch.zeros_like(pieces), "mask": mask,
         "firsts": torch.tensor([[0, 1, 2, 3, 5], [0, 1, 3, 4, 6]])},
        {"pieces": ("batch", "length"), "cases": ("batch", "length"), "mask": ("batch", "length"), "firsts": ("batch", "words1"),
         "tags": ("batch", "words"), "arcs": ("batch", "words", "words1"), "rels": ("batch", "words", "words1"),
         "hidden": ("batch", "length")},
        out / "encoder.onnx",
    )  # fmt: skip
    _write(
        _Relate(network),
        {"hidden": torch.randn(2, 9, network.shape.width), "mask": mask, "pairs": torch.randint(1, 8, (2, 3, MARKERS))},
        {"hidden": ("batch", "length"), "mask": ("batch", "length"), "pairs": ("batch", "count"), "types": ("batch", "count"),
         "modes": ("batch", "count")},
        out / "relations.onnx",
    )  # fmt: skip
    about = {"types": TYPES, "modes": [f"{event}:{mode}" for event, mode in MODES], "temperature": temperature}
    (out / "relations.json").write_text(json.dumps(about, indent=0) + "\n", encoding="utf-8")
    (out / "labels.json").write_text(json.dumps(labels, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    (out / "vocabulary.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    (out / "lemmas.tsv").write_text((work / "lemmas.tsv").read_text(encoding="utf-8"), encoding="utf-8")
    size = {f.name: f.stat().st_size for f in sorted(out.iterdir())}
    print(json.dumps({"bytes": sum(size.values()), **size, "shape": asdict(network.shape)}))


def _write(module: nn.Module, sample: dict[str, Tensor], axes: dict[str, tuple[str, ...]], to: Path) -> None:
    """One graph, its matrix products quantised. `axes` names the leading dynamic dimensions of every input and output; the
    outputs are those that are no input."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            module,
            tuple(sample.values()),
            str(plain),
            input_names=list(sample),
            output_names=[name for name in axes if name not in sample],
            dynamic_axes={name: dict(enumerate(names)) for name, names in axes.items()},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            str(plain), str(to), weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"],
            extra_options={"DefaultTensorType": 1, "MatMulConstBOnly": True},
        )  # fmt: skip
