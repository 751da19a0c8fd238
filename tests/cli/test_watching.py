"""watch: once for cron, or at a pace until asked to stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]


def report(folder: Path, *lines: tuple[str, str]) -> None:
    """Adds news to a folder, a file each."""
    folder.mkdir(exist_ok=True)
    for words, day in lines:
        row = {"text": words, "published": day, "publisher": "The Wire", "language": "en"}
        (folder / f"{len(list(folder.iterdir())):03d}.jsonl").write_text(json.dumps(row) + "\n")


def friendly(folder: Path) -> None:
    report(folder, *((f"Month {m} went by. Israel helped Azerbaijan.", f"2020-{m:02d}-10") for m in range(1, 6)))


def hostile(folder: Path) -> None:
    report(folder, *((f"Day {d} came. Israel hurt Azerbaijan.", f"2020-06-{d:02d}") for d in range(1, 29, 4)))


def test_watch_learns_first_and_then_tells_of_a_move_once(run: Run, tmp_path: Path) -> None:
    news = tmp_path / "news"
    friendly(news)
    ask = ("watch", "Israel", "Azerbaijan", "--feeds", str(news), "--once", "--atom", "alerts.atom")
    first = run(*ask)
    assert (first.exit_code, first.stdout) == (0, "")
    assert "5 new documents, 5 events, 0 alerts; a first poll only learns" in first.stderr
    hostile(news)
    second = run(*ask)
    assert second.stdout.startswith("Azerbaijan – Israel: +8.")
    assert "“Israel hurt Azerbaijan.” — The Wire" in " ".join(second.stdout.split())
    assert max(map(len, second.stdout.splitlines())) <= 80
    third = run(*ask)
    assert (third.exit_code, third.stdout) == (0, "")
    assert Path("alerts.atom").read_text(encoding="utf-8").count("<entry>") == 1


def test_an_alert_is_a_line_of_json_when_asked(run: Run, tmp_path: Path) -> None:
    news = tmp_path / "news"
    friendly(news)
    run("watch", "--feeds", str(news), "--once")
    report(news, ("A first. Norway helped Peru.", "2020-06-02"))
    told = json.loads(run("watch", "--feeds", str(news), "--once", "--json").stdout)
    assert (told["kind"], told["a"], told["b"]) == ("unseen", "NOR", "PER")


def test_a_failing_feed_is_a_line_and_the_call_ends_as_partly_done(run: Run, tmp_path: Path) -> None:
    friendly(tmp_path / "news")
    result = run("watch", "--feeds", str(tmp_path / "news"), "--feeds", "absent.rss", "--once")
    assert result.exit_code == 1
    assert "error: absent.rss: does not exist (check the path)" in result.stderr
    assert "5 new documents" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--once"], "there is nothing to watch"),
        (["Israel", "--feeds", "x.rss"], "a tie has two ends"),
        (["--feeds", "x.rss", "--every", "soon"], "'soon' is no span of time"),
        (["--feeds", "x.rss", "--webhook", "https://h.example"], "settings: webhook.secret is missing"),
        (["--feeds", "lists.txt"], "lists.txt: cannot be opened"),
    ],
)
def test_a_wrong_call_is_one_line(run: Run, arguments: list[str], fault: str) -> None:
    result = run("watch", *arguments)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith(f"error: {fault}")


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_watch_ends_gracefully_when_asked(tmp_path: Path, sign: signal.Signals) -> None:
    (tmp_path / "empty.jsonl").write_text('{"text": "Nothing happened in town today, and nobody came."}\n')
    words = [
        sys.executable,
        "-m",
        "comity.cli",
        "watch",
        "--feeds",
        "absent.rss",
        "--every",
        "1h",
        "--store",
        "w.duckdb",
    ]
    with subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        lines = [process.stderr.readline() for _ in range(3)] if process.stderr else []
        assert "left alone for 2 h" in "".join(lines)
        begun = time.monotonic()
        process.send_signal(sign)
        _, rest = process.communicate(timeout=60)
    assert process.returncode == 0 and "stopped; all that was read is in the store" in rest
    assert time.monotonic() - begun < 30
