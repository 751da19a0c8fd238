"""Near-duplicates: `python -m benchmarks.duplicates [--documents 20000] [--seed 1]`.

Prints one JSON line: precision, recall and F1 over pairs of documents of one story, documents a second, and memory, on a
synthetic set of invented news of which 30 % are copies: with words changed, cut, with a new headline and lead, with
paragraphs added or moved, or several of these. What makes it hard: all stories are written from the same stock of
phrases, and every tenth is a follow-up that repeats a paragraph or two of an earlier story as its background, which
does not make it a copy. Documents arrive in random order, in batches of 64, as `comity code` writes them.

`documents_per_second` is the folding alone, text to heads; `store_documents_per_second` the writing of the same
documents into an empty store in memory, folding included. Memory is what the process holds more after folding than
before, a document, at each quarter of the set: it is linear when the four agree.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from comity.records import Document, Published, document_id
from comity.sources.duplicates import Stories, sketches
from comity.store import Store

COPIES = 0.3
FOLLOW_UPS = 0.1
BATCH = 64
FIRST_DAY = date(2024, 1, 1)
DAYS = 365

SLOTS: Mapping[str, list[str]] = {
    "state": "Arvania|Belmora|Castria|Dornland|Estmark|Falroy|Gravonia|Hestria|Ilmeria|Jorvland|Kestovia|Lorvania|Mardova|"
    "Norrask|Ostrava Land|Pelagia|Quorland|Rivonia|Sarmora|Tavland|Ulmeria|Vastria|Wessmark|Yarvania|Zelland".split(
        "|"
    ),
    "city": "Arven|Belport|Castell|Dornburg|Estham|Falwick|Grava|Hestrum|Ilmer|Jorvik Bay|Kestov|Lorvan|Mardo|Norra|Ostrum|"
    "Pelagos|Quorn|Rivon|Sarm|Tavik|Ulm Harbour|Vastar|Wessen|Yarvan|Zellin".split("|"),
    "person": [
        f"{a} {b}"
        for a in "Anna|Boris|Carla|Darius|Elena|Farid|Greta|Hamid|Irena|Jonas|Karin|Leon|Mira|Nadir|Olga|Petar".split(
            "|"
        )
        for b in "Adler|Brandt|Cerny|Dovic|Ekman|Farouk|Gorin|Halvor|Ivanek|Jansen|Kadir|Lund|Marek|Novik".split("|")
    ],
    "office": "foreign minister|defence minister|president|prime minister|trade envoy|army chief|finance minister|"
    "central bank governor|energy minister|interior minister|speaker of parliament|ambassador|navy commander".split(
        "|"
    ),
    "day": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday".split("|"),
    "thing": "gas pipeline|border crossing|fishing quota|grain corridor|missile test|customs union|prisoner exchange|air "
    "corridor|railway line|dam project|ceasefire line|naval base|visa rule|arms contract|loan programme|transit fee|"
    "refugee camp|power cable|steel tariff|water treaty|satellite launch|peace conference|oil field|port lease".split(
        "|"
    ),
    "did": "signed|rejected|suspended|renewed|condemned|praised|postponed|cancelled|ratified|disputed|reopened|extended|"
    "defended|questioned|inspected|approved|delayed|reviewed|revoked|financed".split("|"),
    "adjective": "northern|disputed|joint|bilateral|long-awaited|costly|temporary|permanent|regional|secret|public|"
    "controversial|modest|ambitious|southern|inland|coastal|maritime|interim|comprehensive".split("|"),
    "noun": "agreement|dispute|proposal|inquiry|protest|delegation|summit|embargo|offensive|withdrawal|inspection|vote|"
    "strike|election|budget|statement|exercise|convoy|negotiation|settlement|report|deadline|crisis|reform".split("|"),
    "group": "lawmakers|farmers|residents|analysts|diplomats|traders|soldiers|engineers|students|observers|truck drivers|"
    "fishermen|reservists|aid workers|dock workers|opposition parties|human rights groups|shipping firms".split("|"),
    "felt": "welcomed|feared|opposed|backed|doubted|debated|criticised|expected|demanded|ignored|followed|mourned".split(
        "|"
    ),
    "number": [f"{n:,}" for n in [*range(11, 99, 3), *range(120, 980, 37), *range(1200, 98000, 3100)]],
    "money": [f"{n} million {c}" for n in range(12, 900, 23) for c in ("dollars", "euros")],
    "month": "January|February|March|April|May|June|July|August|September|October|November|December".split("|"),
    "year": [str(year) for year in range(1991, 2024)],
    "press": "state television|the national news agency|a government spokesman|two officials familiar with the talks|the "
    "ministry|local media|the army press office|a senior diplomat|the presidential office|court documents".split("|"),
}
SENTENCES = [
    "{state} {did} the {adjective} {thing} with {state} on {day}, {press} said.",
    "The {office} of {state}, {person}, told reporters in {city} that the {noun} over the {thing} would take {number} days.",
    "{group} in {city} {felt} the {adjective} {noun}, which {press} put at {money}.",
    "“We {did} this {noun} because {state} asked for a {adjective} {thing},” {person} said.",
    "The {thing} has been at the centre of a {adjective} {noun} between {state} and {state} since {month} {year}.",
    "According to {press}, {number} {group} left {city} before the {noun} began on {day}.",
    "{person}, the {office}, arrived in {city} on {day} for talks on the {adjective} {thing}.",
    "In {year} the two sides {did} a {adjective} {noun} on the {thing} and the {thing}.",
    "{state} and {state} have {number} kilometres of common border and a {adjective} {noun} over the {thing}.",
    "The {office} said that {money} had been set aside for the {thing} near {city}.",
    "A {adjective} {noun} in {month} left {number} people without the {thing}, {press} reported.",
    "{group} {felt} that the {noun} would harm the {thing} in {city} and {city}.",
    "“There is no {adjective} {noun},” the {office} of {state} said in {city}, “and the {thing} remains open.”",
    "{person} {did} the {noun} after {group} {felt} the plan for the {thing}.",
    "The {adjective} {thing} is worth {money} a year to {state}, which {did} it in {month}.",
    "{state} sent {number} {group} to {city} on {day} to protect the {adjective} {thing}.",
    "Parliament in {city} {did} the {noun} by {number} votes, and {group} {felt} the result.",
    "Neither {state} nor {state} has said when the {adjective} {noun} on the {thing} will end.",
    "The {noun} follows a {adjective} {thing} that {person} {did} in {month} {year}.",
    "{press} quoted {person} as saying that {state} {felt} the {noun} and {did} the {thing}.",
]


@dataclass(frozen=True, slots=True)
class Labelled:
    document: Document
    story: int


def filled(chance: random.Random, template: str) -> str:
    parts = template.split("{")
    return parts[0] + "".join(
        chance.choice(SLOTS[slot]) + rest for slot, rest in (part.split("}", 1) for part in parts[1:])
    )


def paragraph(chance: random.Random) -> str:
    text = " ".join(filled(chance, chance.choice(SENTENCES)) for _ in range(chance.randint(1, 4)))
    return text[0].upper() + text[1:]


def changed(chance: random.Random, text: str, share: float) -> str:
    """The text with a share of its words replaced, dropped or doubled by another."""
    words = list(itertools.chain.from_iterable(SLOTS[slot] for slot in ("adjective", "noun", "group", "did")))
    made: list[str] = []
    for word in text.split(" "):
        if chance.random() >= share:
            made.append(word)
            continue
        way = chance.random()
        made += [chance.choice(words)] if way < 0.6 else [] if way < 0.8 else [word, chance.choice(words)]
    return " ".join(made)


def copied(chance: random.Random, paragraphs: list[str]) -> list[str]:
    """A copy: one to three of the things that newsrooms do to a wire story."""
    made = list(paragraphs)
    for way in chance.sample(["edit", "cut", "lead", "update", "move"], chance.choice([1, 1, 2, 3])):
        if way == "edit":
            share = chance.uniform(0.02, 0.12)
            made = [changed(chance, text, share) for text in made]
        elif way == "cut":
            made = made[: max(3, round(len(made) * chance.uniform(0.45, 0.9)))]
        elif way == "lead":
            made = [paragraph(chance), *made[chance.randint(0, 1) :]]
        elif way == "update":
            made = [*made, *(paragraph(chance) for _ in range(chance.randint(1, max(1, len(made) // 3))))]
        else:
            made = [made[0], *chance.sample(made[1:], len(made) - 1)]
    return made


def invented(count: int, seed: int) -> list[Labelled]:
    """The labelled set, in the order of arrival."""
    chance = random.Random(seed)
    stories: list[tuple[list[str], date]] = []
    made: list[Labelled] = []
    for number in range(round(count * (1 - COPIES))):
        day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
        body = [paragraph(chance) for _ in range(chance.randint(5, 14))]
        if stories and chance.random() < FOLLOW_UPS:
            # News first, then background out of an earlier story: at most a third of what the reader gets.
            background, day = chance.choice(stories)
            day += timedelta(days=chance.randint(1, 6))
            body += chance.sample(background, chance.randint(1, max(1, min(2, len(body) // 3))))
        stories.append((body, day))
        made.append(labelled(chance, body, day, number))
    while len(made) < count:
        number = chance.randrange(len(stories))
        body, day = stories[number]
        made.append(labelled(chance, copied(chance, body), day + timedelta(days=chance.randint(0, 5)), number))
    chance.shuffle(made)
    return made


def labelled(chance: random.Random, body: list[str], day: date, story: int) -> Labelled:
    text = "\n\n".join(body)
    title = filled(
        chance, chance.choice(["{state} {did} {noun} on {thing}", "{person}: {thing} is a {adjective} {noun}"])
    )
    document = Document(
        id=document_id(text),
        text=text,
        page=f"{title}\n\n{text}",
        title=title,
        publisher=f"Paper {chance.randrange(300)}",
        published=Published(date=day.isoformat(), basis="record"),
        genre="news",
    )
    return Labelled(document, story)


def pairs(groups: Mapping[str, object]) -> set[tuple[str, str]]:
    """All pairs of documents with the same value."""
    members: dict[object, list[str]] = defaultdict(list)
    for identifier, group in sorted(groups.items()):
        members[group].append(identifier)
    return {pair for group in members.values() for pair in itertools.combinations(group, 2)}


def resident_bytes() -> int:
    """What the process holds in memory now (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    items = list({item.document.id: item for item in invented(options.documents, options.seed)}.values())
    documents = [item.document for item in items]

    stories, heads = Stories(), dict[str, str | None]()
    held, at = [], resident_bytes()

    def fold() -> None:
        for place in range(0, len(documents), BATCH):
            heads.update(stories.put(sketches(documents[place : place + BATCH])))
            if place // BATCH in quarters:
                held.append(round((resident_bytes() - at) / (place + BATCH)))

    quarters = {len(documents) * part // 4 // BATCH for part in (1, 2, 3, 4)}
    seconds = timed(fold)
    found = pairs({identifier: head or identifier for identifier, head in heads.items()})
    gold = pairs({item.document.id: item.story for item in items})
    right = len(found & gold)
    precision, recall = right / max(1, len(found)), right / max(1, len(gold))
    with Store.open(":memory:") as store:
        stored = timed(lambda: store.add_documents(documents))
    print(
        json.dumps(
            {
                "benchmark": "duplicates",
                "documents": len(documents),
                "words_per_document": round(sum(len(d.text.split()) for d in documents) / len(documents)),
                "pairs": len(gold),
                "precision": round(precision, 4),
                "recall": round(recall, 4),
                "f1": round(2 * precision * recall / max(precision + recall, 1e-9), 4),
                "documents_per_second": round(len(documents) / seconds),
                "store_documents_per_second": round(len(documents) / stored),
                "bytes_per_document_at_quarters": held,
            }
        )
    )


if __name__ == "__main__":
    main()
