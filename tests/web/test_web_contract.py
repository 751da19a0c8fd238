"""The API keeps its own description: cases made from it never meet a fault of ours nor an answer it does not describe.

COMITY_API_CASES sets how many (`make api` asks for 2,000).
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from typing import Any

import pytest

warnings.filterwarnings("ignore", module="starlette.testclient")
schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed (pip install -e '.[dev]')")

from hypothesis import HealthCheck, Phase, settings  # noqa: E402

from comity.web.app import create_app  # noqa: E402
from comity.web.security import Gate  # noqa: E402

TOKEN = "a-long-and-random-word"
CASES = int(os.environ.get("COMITY_API_CASES", "120"))
OPERATIONS = 24


class Silent:
    """A coder that finds nothing: what is written here is not looked at."""

    def code(self, documents: Sequence[Any]) -> list[Any]:
        return []


@pytest.fixture(scope="module")
def api(written: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    import shutil

    path = shutil.copy(written.path, tmp_path_factory.mktemp("contract") / "store.duckdb")
    app = create_app(path, gate=Gate(token=TOKEN, hosts=("testserver", "localhost")), coder=Silent)
    return schemathesis.openapi.from_asgi("/api/openapi.json", app, headers={"Authorization": f"Bearer {TOKEN}"})


schema = schemathesis.pytest.from_fixture("api")


@schema.parametrize()
@settings(
    max_examples=max(1, CASES // OPERATIONS),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
def test_the_api_answers_as_it_describes(case: Any) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"})
