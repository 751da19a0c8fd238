"""The API keeps its own description: cases made from it never meet a fault of ours nor an answer it does not describe.

COMITY_API_CASES sets how many (`make api` asks for 2,000); the count that was run stands in the test's own property.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed (pip install -e '.[dev]')")

from hypothesis import HealthCheck, Phase, given, settings  # noqa: E402
from schemathesis import GenerationMode  # noqa: E402
from schemathesis.specs.openapi.checks import negative_data_rejection  # noqa: E402

from comity.web.app import create_app  # noqa: E402
from comity.web.security import Gate  # noqa: E402

TOKEN = "a-long-and-random-word"
CASES = int(os.environ.get("COMITY_API_CASES", "120"))
# The description needs no store, so the operations are known before a test runs.
OPERATIONS = [
    found.ok().label for found in schemathesis.openapi.from_dict(create_app("none").openapi()).get_all_operations()
]
RAN: Counter[str] = Counter()


class Silent:
    """A coder that finds nothing: what is written here is not looked at."""

    def code(self, documents: Sequence[Any]) -> list[Any]:
        return []


@pytest.fixture(scope="module")
def operations(written: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = shutil.copy(written.path, tmp_path_factory.mktemp("contract") / "store.duckdb")
    app = create_app(path, gate=Gate(token=TOKEN, hosts=("testserver", "localhost")), coder=Silent)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app, headers={"Authorization": f"Bearer {TOKEN}"})
    return {found.ok().label: found.ok() for found in schema.get_all_operations()}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfit"])
@pytest.mark.parametrize("label", OPERATIONS)
def test_the_api_answers_as_it_describes(label: str, mode: Any, operations: Any, record_property: Any) -> None:
    operation = operations[label]
    # What takes no argument has no case that does not fit.
    if mode is GenerationMode.NEGATIVE and not (operation.query or operation.path_parameters or operation.body):
        pytest.skip(f"{label} takes nothing that could be unfit")

    @settings(
        # Some operations have fewer cases than this: those without arguments have one.
        max_examples=max(1, CASES // 31),
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        RAN["cases"] += 1
        answer = case.call(headers={"Authorization": f"Bearer {TOKEN}"})
        # Schemathesis does not count 413 as a refusal, and takes a file that holds "false" for one of another type.
        refused_by_size = answer.status_code == 413
        excluded = [negative_data_rejection] if refused_by_size or label.endswith("/files") else []
        case.validate_response(answer, excluded_checks=excluded)

    check()
    record_property("cases", RAN["cases"])
