"""Trains the relation classifier: `python -m training.relations [--measure FILE.tsv]`.

In: marked sentences of our own, from the lexicon's examples and `training/relations/*.csv` (both written for Comity; none is
made from anybody's test set). Out: `build/relations/relations.pt`, later `comity/data/model/relations.onnx`. A six-layer
MiniLM encoder with a small vocabulary reads the sentence with markers around source and target; a classifier over the two
markers' vectors gives one of PLOVER's 16 types or NONE. `--measure` prints figures on a file of PLV's layout after each
epoch; it takes no part in training or in choosing the checkpoint.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from comity.coding.lexicon import load_lexicon, unmark
from comity.language.pipeline import blank_english
from comity.language.wordpiece import WordPieces, case_id
from comity.tables import read_table

from .__main__ import base_folder
from .model import Encoder, Shape, load_minilm
from .train import pad

TYPES = (
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE", "REJECT", "THREATEN",
    "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT", "NONE",
)  # fmt: skip
MARKERS = ("[unused1]", "[unused2]", "[unused3]", "[unused4]")  # <s> </s> <t> </t>
MAX_PIECES = 160
YIELD = {"CONCEDE": "YIELD", "RETREAT": "YIELD"}


@dataclass(slots=True)
class Item:
    """A marked sentence as numbers: pieces, cases, where the two opening markers stand, and the type."""

    pieces: list[int]
    cases: list[int]
    source: int
    target: int
    label: int


class Relations(nn.Module):
    """The classifier. `forward(pieces, cases, mask, source, target)` gives logits (batch, types)."""

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(shape, dropout)
        self.hidden = nn.Linear(3 * shape.width, shape.width)
        self.out = nn.Linear(shape.width, len(TYPES))
        self.dropout = nn.Dropout(0.3)

    def forward(self, pieces: Tensor, cases: Tensor, mask: Tensor, source: Tensor, target: Tensor) -> Tensor:
        x = self.encoder(pieces, cases, mask)
        rows = torch.arange(x.shape[0], device=x.device)
        weights = mask[:, :, None].to(x.dtype)
        mean = (x * weights).sum(1) / weights.sum(1)
        joined = torch.cat([x[rows, source], x[rows, target], mean], dim=-1)
        return self.out(self.dropout(torch.tanh(self.hidden(self.dropout(joined)))))


def marked_items() -> list[tuple[str, str]]:
    """(marked sentence, type) of all our own text."""
    out = [(row.example, row.event) for row in load_lexicon()]
    for path in sorted((Path(__file__).parent / "relations").glob("part_*.csv")):
        out += [(row["marked"], row["event"]) for _, row in read_table(path)]
    return out


def labelled_pairs(data: Path) -> list[tuple[str, str]]:
    """(marked sentence, type) of `relations/pairs.csv`: pairs of actors as they stand in the shipped dispatches (`di:`) and in
    the current events that no benchmark holds (`ce:`), each in both directions. The texts are read from where they are."""
    from comity.sources import read

    folder = Path(__file__).parent.parent / "comity" / "data" / "dispatches"
    known = {f"di:{d.id}": d.text for d in read([folder]) if hasattr(d, "text")}
    with (data / "news" / "current_events.jsonl").open(encoding="utf-8") as lines:
        known |= {f"ce:{number}": json.loads(line)["text"] for number, line in enumerate(lines)}
    out = []
    for _, row in read_table(Path(__file__).parent / "relations" / "pairs.csv"):
        text = known.get(row["item"])
        if text is None:
            continue
        start, end = int(row["start"]), int(row["end"])
        a = (int(row["a_start"]) - start, int(row["a_end"]) - start)
        b = (int(row["b_start"]) - start, int(row["b_end"]) - start)
        for source, target, label in ((a, b, row["ab"]), (b, a, row["ba"])):
            out.append((mark(text[start:end], source, target), label))
    return out


def mark(text: str, source: tuple[int, int], target: tuple[int, int]) -> str:
    """A sentence with its marks put in."""
    places = [(source[0], 1, "<s>"), (source[1], 0, "</s>"), (target[0], 1, "<t>"), (target[1], 0, "</t>")]
    for place, _, tag in sorted(places, reverse=True):
        text = text[:place] + tag + text[place:]
    return text


def encode(marked: str, label: str, pieces: WordPieces, nlp: object) -> Item | None:
    """A marked sentence as numbers; None where a mark is missing. Cut in the middle where it is too long."""
    found = unmark(marked)
    if found.source is None or found.target is None:
        return None
    ids, cases = [pieces.start], [0]
    at: dict[int, int] = {}
    cuts = sorted(
        [(found.source[0], 0), (found.source[1], 1), (found.target[0], 2), (found.target[1], 3)],
        key=lambda c: (c[0], -c[1] % 2),
    )
    position = 0
    for place, marker in [*cuts, (len(found.text), -1)]:
        for token in nlp.make_doc(found.text[position:place]):  # type: ignore[attr-defined]
            if not token.is_space:
                cut = pieces.pieces(token.text)
                ids += cut
                cases += [case_id(token.text)] * len(cut)
        position = place
        if marker >= 0:
            at[marker] = len(ids)
            ids.append(pieces.vocabulary.index(MARKERS[marker]))
            cases.append(0)
    ids.append(pieces.end)
    cases.append(0)
    if len(ids) > MAX_PIECES:
        first, last = min(at.values()), max(at.values())
        start = max(0, min(first - 10, len(ids) - MAX_PIECES))
        if last - start >= MAX_PIECES:
            return None
        ids, cases = ids[start : start + MAX_PIECES], cases[start : start + MAX_PIECES]
        at = {k: v - start for k, v in at.items()}
    return Item(ids, cases, at[0], at[2], TYPES.index(label))


def run(model: Relations, batch: list[Item], pieces: WordPieces) -> Tensor:
    ids = pad([b.pieces for b in batch], pieces.pad)
    mask = (ids != pieces.pad).long()
    return model(
        ids,
        pad([b.cases for b in batch], 0),
        mask,
        torch.tensor([b.source for b in batch]),
        torch.tensor([b.target for b in batch]),
    )


@torch.no_grad()
def probabilities(model: Relations, items: list[Item], pieces: WordPieces) -> Tensor:
    """Type probabilities of items, in order."""
    model.eval()
    order = sorted(range(len(items)), key=lambda i: len(items[i].pieces))
    out = torch.zeros(len(items), len(TYPES))
    for start in range(0, len(order), 64):
        part = order[start : start + 64]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = run(model, [items[i] for i in part], pieces)
        out[part] = torch.softmax(logits.float(), -1)
    model.train()
    return out


def measure(model: Relations, path: Path, pieces: WordPieces, nlp: object) -> dict[str, float]:
    """Macro-F1 on a file of PLV's layout; NONE is not offered, since that benchmark has none."""
    from benchmarks.relate_plv import CLASSES, macro_f1
    from comity.ontology import load_ontology

    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    kept, items = [], []
    for row in rows:
        item = encode(row["marked_sentence"], "NONE", pieces, nlp)
        if item is not None:
            kept.append(row)
            items.append(item)
    guesses = [TYPES[i] for i in probabilities(model, items, pieces)[:, :-1].argmax(-1).tolist()]
    folded = [YIELD.get(g, g) for g in guesses]
    quads = ["2" if f == "YIELD" else CLASSES[load_ontology().quad(g)] for f, g in zip(folded, guesses, strict=True)]
    root, each = macro_f1([(r["gold_root"], g) for r, g in zip(kept, folded, strict=True)])
    quad, _ = macro_f1([(r["gold_penta"], q) for r, q in zip(kept, quads, strict=True)])
    return {"root": round(root, 4), "quad": round(quad, 4), **each}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder that holds news/current_events.jsonl")
    parser.add_argument("--out", type=Path, help="export the best checkpoint into this folder (comity/data/model)")
    parser.add_argument("--work", type=Path, default=Path("build/relations"))
    parser.add_argument("--vocabulary", type=Path, default=Path("comity/data/model/vocabulary.txt"))
    parser.add_argument("--measure", type=Path)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    base = base_folder()
    full = (base / "vocab.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    vocabulary = [*options.vocabulary.read_text(encoding="utf-8").split("\n"), *MARKERS]
    pieces, nlp = WordPieces(vocabulary), blank_english()
    texts = [*marked_items(), *labelled_pairs(options.data)]
    items = [item for marked, label in texts if (item := encode(marked, label, pieces, nlp))]
    rng = random.Random(options.seed)
    torch.manual_seed(options.seed)
    rng.shuffle(items)
    held = items[: len(items) // 12]
    items = items[len(items) // 12 :]
    shape = Shape(vocabulary=len(vocabulary), layers=options.layers, upos=1, xpos=1, lemmas=1, entities=1, deprels=1)
    model = Relations(shape)
    index = {piece: i for i, piece in enumerate(full)}
    load_minilm(model, base / "model.safetensors", [index[piece] for piece in vocabulary])  # type: ignore[arg-type]
    print(json.dumps({"items": len(items), "held": len(held)}), flush=True)
    heads = [p for n, p in model.named_parameters() if not n.startswith("encoder") or "cases" in n]
    body = [p for n, p in model.named_parameters() if n.startswith("encoder") and "cases" not in n]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": options.rate}, {"params": heads, "lr": 1e-3}], weight_decay=0.01
    )
    size = 32
    steps = options.epochs * math.ceil(len(items) / size)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1, (s + 1) / (steps * 0.1)) * max(0.0, 1 - s / steps)
    )
    entropy = nn.CrossEntropyLoss(label_smoothing=0.1)
    best = 0.0
    for epoch in range(options.epochs):
        began, total = time.time(), 0.0
        rng.shuffle(items)
        blocks = [
            sorted(items[i : i + 20 * size], key=lambda it: len(it.pieces)) for i in range(0, len(items), 20 * size)
        ]
        batches = [b[i : i + size] for b in blocks for i in range(0, len(b), size)]
        rng.shuffle(batches)
        for batch in batches:
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = run(model, batch, pieces)
            loss = entropy(logits.float(), torch.tensor([b.label for b in batch]))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        chosen = probabilities(model, held, pieces).argmax(-1)
        right = float((chosen == torch.tensor([h.label for h in held])).float().mean())
        line = {
            "epoch": epoch + 1,
            "loss": round(total / len(batches), 3),
            "held": round(right, 4),
            "seconds": round(time.time() - began),
        }
        if options.measure:
            line["plv"] = measure(model, options.measure, pieces, nlp)
        print(json.dumps(line), flush=True)
        if right >= best:
            best = right
            torch.save(
                {"state": model.state_dict(), "shape": asdict(shape), "vocabulary": vocabulary},
                options.work / "relations.pt",
            )
    model.load_state_dict(torch.load(options.work / "relations.pt", weights_only=True)["state"])
    figures = calibrate(model, held, pieces)
    print(json.dumps(figures), flush=True)
    if options.out:
        export(model, options.out, figures["temperature"])


def calibrate(model: Relations, held: list[Item], pieces: WordPieces) -> dict[str, float]:
    """The temperature that makes held-out probabilities honest (Guo et al. 2017), and the expected calibration error (ten
    bins of confidence) before and after."""
    logits = probabilities(model, held, pieces).clamp_min(1e-9).log()
    gold = torch.tensor([h.label for h in held])
    temperature = min(
        (t / 100 for t in range(40, 300, 5)), key=lambda t: float(nn.functional.cross_entropy(logits / t, gold))
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
        "ece_before": round(error(logits), 4),
        "ece_after": round(error(logits / temperature), 4),
        "held_accuracy": round(float((logits.argmax(-1) == gold).float().mean()), 4),
    }


def export(model: Relations, out: Path, temperature: float) -> None:
    """Writes relations.onnx (8-bit weights) and relations.json into `out`; the vocabulary is the parser's."""
    import tempfile

    from onnxruntime.quantization import QuantType, quantize_dynamic

    from .export import Rows

    model.eval()
    model.encoder.positions = Rows(model.encoder.positions.weight.detach())  # type: ignore[assignment]
    model.encoder.words = Rows(model.encoder.words.weight.detach())  # type: ignore[assignment]
    row = torch.randint(5, 100, (2, 9))
    sample = (row, torch.zeros_like(row), torch.ones_like(row), torch.tensor([1, 2]), torch.tensor([4, 5]))
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            model,
            sample,
            str(plain),
            input_names=["pieces", "cases", "mask", "source", "target"],
            output_names=["logits"],
            dynamic_axes={
                **{n: {0: "batch", 1: "length"} for n in ("pieces", "cases", "mask")},
                **{n: {0: "batch"} for n in ("source", "target", "logits")},
            },
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            str(plain),
            str(out / "relations.onnx"),
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm"],
            extra_options={"DefaultTensorType": 1, "MatMulConstBOnly": True},
        )
    about = {"types": TYPES, "markers": MARKERS, "temperature": temperature}
    (out / "relations.json").write_text(json.dumps(about, indent=0) + "\n", encoding="utf-8")
    print(json.dumps({"bytes": (out / "relations.onnx").stat().st_size}))


if __name__ == "__main__":
    main()
