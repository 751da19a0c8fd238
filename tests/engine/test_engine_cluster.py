"""A Dask cluster gives what this process gives, to the byte; a worker that dies loses and doubles nothing."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comity.app import coding
from comity.app.coding import Crew, code, code_to_folder
from comity.engine.plan import shards
from comity.engine.running import Finished, run
from comity.engine.work import Setup
from comity.errors import ComityError
from comity.records import to_dict
from comity.sources import Failure, Options

distributed = pytest.importorskip("distributed")
from comity.engine.cluster import Cluster, fetched  # noqa: E402

WORDS = "engine_coders:words"


def told(outcomes: Iterator[Any]) -> list[str]:
    lines = []
    for outcome in outcomes:
        if isinstance(outcome, Failure):
            lines.append(str(outcome))
        else:
            lines += [json.dumps(to_dict(item)) for item in (outcome.document, *outcome.events)]
    return lines


def test_a_cluster_of_two_gives_what_one_process_gives_though_workers_die(
    tmp_path: Path, rows_of: Any, write_lines: Any
) -> None:
    mark = tmp_path / "mark"
    news = write_lines(rows_of(200, special={60: "RAISE", 100: f"DIE:{mark}"}))
    mark.touch()
    expected = told(code([news], coder=WORDS, crew=Crew(shard=4_000)))
    code_to_folder([news], str(tmp_path / "here"), coder=WORDS, crew=Crew(shard=4_000))
    mark.unlink()  # kills one worker from inside; another is killed from outside
    with Cluster(Setup(options=coding.reading_options(), coder=WORDS), 2) as cluster:
        assert len(cluster.pids) == 2
        got: list[str] = []
        for number, answer in enumerate(run(shards([news], Options(), 4_000), cluster)):
            if number == 3:
                os.kill(cluster.pids[0], signal.SIGKILL)
            if not isinstance(answer, Finished):
                for item in answer.found:  # type: ignore[union-attr]
                    got += (
                        [str(item.as_failure())]
                        if item.failure
                        else [json.dumps(to_dict(one)) for one in (item.document, *item.events)]
                    )
        assert mark.exists()
        assert got == expected
        crew = Crew(engine="dask", scheduler=cluster.address, shard=4_000)
        assert told(code([news], coder=WORDS, crew=crew)) == expected
        code_to_folder([news], str(tmp_path / "there"), coder=WORDS, crew=crew)
    assert files(tmp_path / "there") == files(tmp_path / "here")


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Ticket:
    """A Dask future that answers as it is told."""

    def __init__(self, status: str, *answers: Any) -> None:
        self.status = status
        self._answers = iter(answers)

    def result(self, timeout: float) -> Any:
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def exception(self) -> Exception:
        return RuntimeError("what the task raised")


def test_a_result_lost_with_its_worker_is_waited_for_until_it_is_made_again() -> None:
    looks: list[None] = []
    # Dask calls the task finished, but cannot fetch what it gave.
    ticket = Ticket("finished", TimeoutError(), TimeoutError(), ["made again"])
    assert fetched(ticket, lambda: looks.append(None)) == ["made again"]
    assert len(looks) == 2


def test_a_task_that_fails_is_not_waited_for() -> None:
    with pytest.raises(RuntimeError, match="what the task raised"):
        fetched(Ticket("error", TimeoutError()), lambda: None)


@pytest.mark.skipif("COMITY_KILLS" not in os.environ, reason="four workers must die: COMITY_KILLS=20 runs it")
def test_a_poison_document_is_set_aside_by_a_cluster_too(tmp_path: Path, rows_of: Any, write_lines: Any) -> None:
    news = write_lines(rows_of(4, special={2: "HANG"}))
    (fault,) = [
        line
        for line in told(code([news], coder=WORDS, crew=Crew(workers=1, engine="dask", seconds=2.0)))
        if not line.startswith("{")
    ]
    assert fault.startswith(f"{news}:3: ") and "set aside" in fault


def test_a_scheduler_that_does_not_answer_is_said_so() -> None:
    with pytest.raises(ComityError, match="no Dask scheduler"):
        Cluster(Setup(), 1, "tcp://127.0.0.1:9", patience=1.0)
