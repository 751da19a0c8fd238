"""Speed and memory of `comity read` on a web archive: `python -m benchmarks.read_warc [--megabytes 100]`.

Makes a WARC.gz of the size asked for (unpacked) in a temporary folder, out of the HTML fixtures of the tests: each copy
has words of its own in every paragraph, and the menus, styles and scripts of a common news page around it. Streams it
through `comity.read`, then runs bare trafilatura over the same records in the same run, since this machine's speed
wanders. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import trafilatura

import comity
from comity.sources import Failure
from comity.sources.outcome import Fault
from comity.sources.warc_records import answer, records

FIXTURES = Path(__file__).parent.parent / "tests" / "sources" / "fixtures"
_WORDS = (
    "harbour grain treaty convoy ministry valley border envoy railway tribunal cargo province delegate winter".split()
)
_STYLE = (
    "<style>" + ".box{margin:0 auto;color:#123456}" * 600 + "</style><script>" + "var a=[1,2,3];" * 900 + "</script>"
)
_MENU = "".join(f'<li class="menu-item"><a href="/s/{n}">Section {n}</a></li>' for n in range(40))
_CARDS = "".join(f'<div class="card"><a href="/r/{n}"><h3>Another story, number {n}</h3></a></div>' for n in range(20))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:
        path = Path(folder) / "crawl.warc.gz"
        pages, unpacked = make(path, int(options.megabytes * 1e6))
        next(comity.read([FIXTURES / "agency.html"]))  # what is loaded once is no part of the speed
        begun = peak()
        start = time.perf_counter()
        failures = sum(isinstance(outcome, Failure) for outcome in comity.read([path]))
        seconds = time.perf_counter() - start
        highest = peak()
        start = time.perf_counter()
        found = sum(bool(trafilatura.extract(page)) for page in bare(path))
        bare_seconds = time.perf_counter() - start
    print(
        json.dumps(
            {
                "benchmark": "read_warc",
                "pages": pages,
                "megabytes_unpacked": round(unpacked / 1e6, 1),
                "failures": failures,
                "documents_per_second": round((pages - failures) / seconds, 1),
                "megabytes_per_second": round(unpacked / 1e6 / seconds, 2),
                "peak_megabytes": highest,
                "peak_megabytes_before": begun,
                "seconds": round(seconds, 2),
                "trafilatura_documents_per_second": round(found / bare_seconds, 1),
                "trafilatura_seconds": round(bare_seconds, 2),
                "times_trafilatura": round(seconds / bare_seconds, 2),
            }
        )
    )


def make(path: Path, size: int) -> tuple[int, int]:
    """Write an archive of about `size` unpacked bytes; how many pages and bytes it came to."""
    sources = [file.read_bytes().decode("utf-8", "replace") for file in sorted(FIXTURES.rglob("*.html"))]
    sources = [text for text in sources if text.count("<p>") >= 3 and "charset=windows" not in text]
    chance = random.Random(1)
    pages = written = 0
    with path.open("wb") as out:
        while written < size:
            page = varied(sources[pages % len(sources)], chance)
            body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
            record = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/{pages}\r\n"
                f"WARC-Date: 2024-03-01T00:00:00Z\r\nContent-Length: {len(body)}\r\n\r\n"
            ).encode()
            record += body + b"\r\n\r\n"
            out.write(gzip.compress(record, 1))
            pages += 1
            written += len(record)
    return pages, written


def varied(markup: str, chance: random.Random) -> str:
    """A fixture as a page of its own: other words in each paragraph, more of them, and a site around them."""

    def paragraph(match: re.Match[str]) -> str:
        more = " ".join(chance.choice(_WORDS) for _ in range(40))
        return f"<p>{match.group(1)} Observers wrote of {more} on day {chance.randrange(10**6)}.</p>"

    markup = re.sub(r"<p>(.*?)</p>", paragraph, markup, flags=re.S)
    markup = re.sub(r"(</head>)", lambda found: _STYLE + found.group(1), markup, count=1)
    around = f"<nav><ul>{_MENU}</ul></nav>"
    markup = re.sub(r"(<body[^>]*>)", lambda found: found.group(1) + around, markup, count=1)
    return markup.replace("</body>", f'<aside class="related">{_CARDS}</aside><footer>{_MENU}</footer></body>')


def bare(path: Path) -> Iterator[str]:
    """The pages of the archive as trafilatura wants them, cut by the same framing."""
    with path.open("rb") as packed:
        for record in records(cast(BinaryIO, gzip.GzipFile(fileobj=packed)), 50_000_000):
            if not isinstance(record, Fault):
                yield answer(record.body, 50_000_000).body.decode()


def peak() -> int:
    """The most memory that this process has held, in megabytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    return 0


if __name__ == "__main__":
    main()
