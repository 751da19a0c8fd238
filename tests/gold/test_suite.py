"""The suite in this folder: its shape, and floors for how well the coder reads it.

The floors stand beside a digest of the file, so that a changed line must be pinned anew in the open. Figures may rise at
will; a lower floor needs a reason in the commit that lowers it. Run `comity evaluate tests/gold/suite.jsonl` for all of them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from comity.evaluation import Evaluation, GoldItem, evaluate, load_gold
from comity.ontology import load_ontology

SUITE = Path(__file__).parent / "suite.jsonl"
DIGEST = "@@"
# Measured: see FLOORS; each stands a little below, as a word list may gain three sentences and lose one.
FLOORS = {}


@pytest.fixture(scope="module", name="items")
def items_fixture() -> tuple[GoldItem, ...]:
    return load_gold(SUITE)


@pytest.fixture(scope="module", name="evaluation")
def evaluation_fixture() -> Evaluation:
    return evaluate(SUITE)
