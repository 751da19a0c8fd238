"""Treebanks in CoNLL-U and entities in IOB2 become sentences to learn from.

In: the files of `shared/data/ud` and `shared/data/ner`. Out: `Sentence` records and the label sets.
Entities of GUM are cut from its `Entity` mentions: the proper-name core of a person, place or organization.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from comity.language.lemmas import lemma_rule

ENTITY_OF_GUM = {"person": "PER", "organization": "ORG", "place": "LOC"}


@dataclass(slots=True)
class Sentence:
    """One treebank sentence. `heads` are 0-based, -1 for the root; `entities` are IOB2 tags, or None if not annotated."""

    words: list[str]
    lemmas: list[str]
    upos: list[str]
    xpos: list[str]
    heads: list[int]
    deprels: list[str]
    space_after: list[bool]
    entities: list[str] | None
    text: str
    genre: str
    opens_paragraph: bool = False


def read_conllu(path: Path) -> list[Sentence]:
    """All sentences of a CoNLL-U file; multiword tokens give their words."""
    out: list[Sentence] = []
    open_mentions: list[tuple[str, int, str]] = []
    genre = "ewt"
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        sentence, genre = _sentence(block, open_mentions, genre)
        out.append(sentence)
    return out


def _sentence(block: str, open_mentions: list[tuple[str, int, str]], genre: str) -> tuple[Sentence, str]:
    rows: list[list[str]] = []
    text = ""
    opens = False
    no_space: dict[int, bool] = {}
    for line in block.split("\n"):
        if line.startswith("# newdoc id = "):
            name = line.split("= ")[1]
            genre = name.split("_")[1] if name.startswith("GUM_") else "ewt"
            open_mentions.clear()
            opens = True
        elif line.startswith("# newpar"):
            opens = True
        elif line.startswith("# text = "):
            text = line[9:]
        elif line and not line.startswith("#"):
            cells = line.split("\t")
            if "-" in cells[0]:
                first, last = cells[0].split("-")
                for index in range(int(first), int(last)):
                    no_space[index] = True
                if "SpaceAfter=No" in cells[9]:
                    no_space[int(last)] = True
            elif "." not in cells[0]:
                rows.append(cells)
    space = [not (no_space.get(i + 1, False) or "SpaceAfter=No" in row[9]) for i, row in enumerate(rows)]
    sentence = Sentence(
        words=[r[1] for r in rows],
        lemmas=[r[2] for r in rows],
        upos=[r[3] for r in rows],
        xpos=[r[4] for r in rows],
        heads=[int(r[6]) - 1 for r in rows],
        deprels=[r[7] for r in rows],
        space_after=space,
        entities=None,
        text=text,
        genre=genre,
        opens_paragraph=opens,
    )
    if genre != "ewt":
        sentence.entities = _gum_entities(sentence, [r[9] for r in rows], open_mentions)
    return sentence, genre


def _gum_entities(sentence: Sentence, misc: list[str], open_mentions: list[tuple[str, int, str]]) -> list[str]:
    """IOB2 tags from GUM's bracketing (a mention never crosses a sentence; crossing remains are dropped)."""
    open_mentions.clear()
    spans: list[tuple[int, int, str]] = []
    for index, cell in enumerate(misc):
        match = re.search(r"Entity=([^|]+)", cell)
        if not match:
            continue
        for part in re.findall(r"\([^()]+\)?|[^()]+\)", match.group(1)):
            if part.startswith("("):
                fields = part.strip("()").split("-")
                kind = fields[1] if len(fields) > 1 else ""
                if part.endswith(")"):
                    spans.append((index, index, kind))
                else:
                    open_mentions.append((fields[0], index, kind))
            else:
                group = part.strip(")").split("-")[0]
                for at in range(len(open_mentions) - 1, -1, -1):
                    if open_mentions[at][0] == group:
                        _, start, kind = open_mentions.pop(at)
                        spans.append((start, index, kind))
                        break
    tags = ["O"] * len(sentence.words)
    for start, end, kind in sorted(spans, key=lambda s: s[1] - s[0]):
        if kind in ENTITY_OF_GUM:
            core = _name_core(sentence, start, end)
            if core and all(tags[i] == "O" for i in range(core[0], core[1] + 1)):
                tags[core[0]] = "B-" + ENTITY_OF_GUM[kind]
                for i in range(core[0] + 1, core[1] + 1):
                    tags[i] = "I-" + ENTITY_OF_GUM[kind]
    return tags


def _name_core(sentence: Sentence, start: int, end: int) -> tuple[int, int] | None:
    """The run of proper-name words around the mention's head, without determiners, titles or relative clauses."""
    heads = [i for i in range(start, end + 1) if not start <= sentence.heads[i] <= end]
    if len(heads) != 1 or sentence.upos[heads[0]] != "PROPN":
        return None
    head = heads[0]

    def name_like(i: int) -> bool:
        return sentence.upos[i] in {"PROPN", "NUM"} or (sentence.upos[i] == "ADJ" and sentence.words[i][:1].isupper())

    def link(i: int) -> bool:
        return sentence.words[i].lower() in {"of", "the", "and", "de", "la", "al", "-", "'s", "for", "&", "."}

    first = last = head
    while first - 1 >= start and (
        name_like(first - 1) or (link(first - 1) and first - 2 >= start and name_like(first - 2))
    ):
        first -= 1
    while last + 1 <= end and (name_like(last + 1) or (link(last + 1) and last + 2 <= end and name_like(last + 2))):
        last += 1
    while first < head and not name_like(first):
        first += 1
    while last > head and not name_like(last):
        last -= 1
    return first, last


def add_iob2(sentences: Iterable[Sentence], path: Path) -> int:
    """Lays the tags of an IOB2 file on the sentences with the same words; returns how many sentences got them."""
    tags: dict[tuple[str, ...], list[str]] = {}
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        rows = [line.split("\t") for line in block.split("\n") if line and not line.startswith("#")]
        tags[tuple(r[1] for r in rows)] = [r[2] if r[2][2:] in {"PER", "ORG", "LOC"} else "O" for r in rows]
    count = 0
    for sentence in sentences:
        found = tags.get(tuple(sentence.words))
        if found is not None:
            sentence.entities = found
            count += 1
    return count


@dataclass(frozen=True, slots=True)
class Labels:
    """The label sets of the heads, most frequent first."""

    upos: tuple[str, ...]
    xpos: tuple[str, ...]
    deprels: tuple[str, ...]
    lemma_rules: tuple[str, ...]
    entities: tuple[str, ...]

    @classmethod
    def of(cls, sentences: Iterable[Sentence]) -> Labels:
        """Labels seen in training; lemma rules seen twice or more."""
        upos: Counter[str] = Counter()
        xpos: Counter[str] = Counter()
        deprels: Counter[str] = Counter()
        rules: Counter[str] = Counter()
        for s in sentences:
            upos.update(s.upos)
            xpos.update(s.xpos)
            deprels.update(s.deprels)
            rules.update(lemma_rule(word, lemma) for word, lemma in zip(s.words, s.lemmas, strict=True))
        return cls(
            upos=_common(upos),
            xpos=_common(xpos),
            deprels=_common(deprels),
            lemma_rules=_common(rules, 2),
            entities=("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"),
        )


def _common(counts: Counter[str], least: int = 1) -> tuple[str, ...]:
    return tuple(label for label, n in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0])) if n >= least)


def words_of(sentences: Iterable[Sentence]) -> Iterator[str]:
    """Every word, in order."""
    for s in sentences:
        yield from s.words


def lemma_table(sentences: Iterable[Sentence]) -> str:
    """Lines of `pos<TAB>form<TAB>lemma`: each open-class form's usual lemma; names and numbers are left out."""
    seen: dict[tuple[str, str], Counter[str]] = {}
    for s in sentences:
        for word, pos, lemma in zip(s.words, s.upos, s.lemmas, strict=True):
            if pos in {"VERB", "AUX", "NOUN", "ADJ", "ADV"} and word.isalpha():
                seen.setdefault((pos, word.lower()), Counter())[lemma] += 1
    rows = ((pos, form, counts.most_common(1)[0][0]) for (pos, form), counts in seen.items())
    return "".join(f"{pos}\t{form}\t{lemma}\n" for pos, form, lemma in sorted(rows))
