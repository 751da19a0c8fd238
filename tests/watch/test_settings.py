"""Settings: each fault is named with its place; secrets come from the file or the environment only."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.errors import InputError
from comity.records import Tie
from comity.watch.alert import Baseline
from comity.watch.feeds import Pace, seconds, sources, span_words
from comity.watch.rule import Rule, reason_to_alert
from comity.watch.settings import load_settings

MAIL = '[mail]\nhost = "smtp.example.org"\nfrom = "a@example.org"\nto = "b@example.org"\n'


def written(folder: Path, text: str) -> Path:
    file = folder / "watch.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return file


def test_settings_are_read_with_their_defaults(tmp_path: Path) -> None:
    found = load_settings(written(tmp_path, MAIL + '[atom]\nfile = "a.atom"\n'), environment={})
    assert found.atom == Path("a.atom") and found.webhook is None
    assert found.mail and (found.mail.port, found.mail.security, found.mail.to) == (587, "starttls", ("b@example.org",))


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, MAIL + 'user = "u"\npassword = "from the file"\n')
    found = load_settings(
        file,
        webhook="https://hook.example.org",
        environment={"COMITY_SMTP_PASSWORD": "from outside", "COMITY_WEBHOOK_SECRET": "x" * 16},
    )
    assert found.mail and found.mail.password == "from outside"
    assert found.webhook and found.webhook.secret == "x" * 16
    assert "from outside" not in repr(found) and "x" * 16 not in repr(found)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[mail", "is no TOML"),
        ("[pager]\n", "[pager] is no channel (there are atom, webhook, mail)"),
        ("atom = 1\n", "atom is no table"),
        ("[atom]\n", "atom.file is missing"),
        ("[mail]\nhots = 1\n", "mail.hots is no setting"),
        ('[mail]\nhost = "h"\nfrom = "a"\n', "mail.to names nobody"),
        (MAIL + 'security = "ssl"\n', 'mail.security "ssl" is none of starttls, tls, none'),
        (MAIL + "port = 0\n", "mail.port is no port: 0"),
        (MAIL + 'user = "u"\n', "mail.user has no password"),
        (MAIL + 'user = "u"\npassword = "p"\nsecurity = "none"\n', "would send the password for all to read"),
        ('[webhook]\nurl = "ftp://x"\nsecret = "0123456789abcdef"\n', "webhook.url is no web address"),
        ('[webhook]\nurl = "https://x"\nsecret = "short"\n', "webhook.secret is missing or shorter than 16 letters"),
    ],
)
def test_a_fault_names_its_setting(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(InputError) as error:
        load_settings(written(tmp_path, text), environment={})
    assert fault in str(error.value) and "watch.toml" in str(error.value)


def test_a_file_with_secrets_that_others_may_read_is_warned_of(tmp_path: Path) -> None:
    file = written(tmp_path, '[webhook]\nurl = "https://x"\nsecret = "0123456789abcdef"\n')
    assert load_settings(file, environment={}).warnings == ()
    file.chmod(0o644)
    assert "chmod 600" in load_settings(file, environment={}).warnings[0]


def test_a_list_of_feeds_gives_its_lines(tmp_path: Path) -> None:
    text, opml = tmp_path / "feeds.txt", tmp_path / "feeds.opml"
    text.write_text("# papers\nhttps://a.example/feed#x  # the A\n\narchive/  # a folder\n")
    opml.write_text('<opml><body><outline text="x"><outline xmlUrl="https://b.example/rss"/></outline></body></opml>')
    assert sources([str(text), str(opml), "https://c.example/list.txt", "news.rss", "news.rss"]) == (
        "https://a.example/feed#x", "archive/", "https://b.example/rss", "https://c.example/list.txt", "news.rss",
    )  # fmt: skip


@pytest.mark.parametrize(("name", "text", "fault"), [
    ("none.txt", None, "cannot be opened"), ("empty.txt", "# nothing\n", "names no feed"), ("x.opml", "<a", "is no OPML"),
])  # fmt: skip
def test_a_list_that_cannot_be_read_is_named(tmp_path: Path, name: str, text: str | None, fault: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=fault):
        sources([str(tmp_path / name)])


def test_a_failing_source_waits_twice_as_long_each_time_and_then_no_longer() -> None:
    pace = Pace(60)
    assert [pace.failed(0) for _ in range(7)] == [120, 240, 480, 960, 1920, 1920, 1920]
    pace.answered(100)
    assert (pace.failures, pace.due) == (0, 160)


@pytest.mark.parametrize(("text", "value"), [("30s", 30), ("15m", 900), ("2h", 7200), ("1d", 86400), ("1.5h", 5400)])
def test_a_span_of_time(text: str, value: float) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["15", "m", "", "0s", "-1h", "9999d", "nanh"])
def test_what_is_no_span_of_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"span of time|out of range"):
        seconds(text)


def test_a_span_in_words() -> None:
    assert [span_words(value) for value in (30, 900, 5400, 86400)] == ["30 s", "15 min", "1.5 h", "1 d"]


def tie(index: float | None, mass: float = 5) -> Tie:
    return Tie(a="A", b="B", dimension="all", period="2020", index=index, low=index, high=index, mass=mass, events=())


@pytest.mark.parametrize(
    ("now", "rule", "words"),
    [
        (tie(5.0), Rule(), None),
        (tie(6.1), Rule(), "above"),
        (tie(0.9), Rule(), "below"),
        (tie(6.0), Rule(), "a move of +2.0"),
        (tie(6.0), Rule(move=None), None),
        (tie(6.1, mass=2), Rule(), None),
        (tie(6.1, mass=2), Rule(min_mass=2), "above"),
        (tie(None, mass=0), Rule(), None),
    ],
)
def test_a_move_counts_beyond_the_interval_or_the_threshold_and_with_mass(
    now: Tie, rule: Rule, words: str | None
) -> None:
    reason = reason_to_alert(Baseline(index=4.0, low=1.0, high=6.0, mass=5, day="2020-01-01", events=""), now, rule)
    assert (words is None) == (reason is None) and (words or "") in (reason or "")


def test_after_a_silence_any_act_is_news() -> None:
    before = Baseline(index=None, low=None, high=None, mass=0, day="2010-01-01", events="")
    assert "After a silence" in (reason_to_alert(before, tie(1.0), Rule()) or "")
