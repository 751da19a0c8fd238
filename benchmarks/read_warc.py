"""Speed and memory of `comity read` on a web archive: `python -m benchmarks.read_warc [--megabytes 100] [--keep FILE]`.

Makes a WARC.gz of the size asked for (unpacked) in a temporary folder, out of the HTML fixtures of the tests: each copy
has words of its own in every paragraph, and the menus, styles and scripts of a common news page around it. Streams it
through `comity.read`, and the same records through bare trafilatura in two ways: `bare_extraction(page,
with_metadata=True)`, what one calls for text, title, authors and date (the search for a date is htmldate's), and
`extract(page)`, which gives text alone. All else is trafilatura's default, and pages reach it decoded, by the same
framing. The three take turns, a batch of pages each, since this machine's speed wanders; the seconds are the
processor's. `times_trafilatura` compares with the first way, `times_trafilatura_text` with the second. Memory is what
the process holds after a tenth of the archive, and the most that it ever held. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import random
import re
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

import trafilatura

import comity
from comity.sources import Failure
from comity.sources.outcome import Fault
from comity.sources.warc_records import answer, records

FIXTURES = Path(__file__).parent.parent / "tests" / "sources" / "fixtures"
BATCH = 20  # pages
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
    parser.add_argument("--keep", type=Path, help="write the archive there, and leave it")
    options = parser.parse_args()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:
        path = options.keep or Path(folder) / "crawl.warc.gz"
        pages, unpacked = make(path, int(options.megabytes * 1e6))
        # What is loaded once is no part of the speed.
        next(comity.read([FIXTURES / "agency.html"]))
        trafilatura.bare_extraction((FIXTURES / "agency.html").read_bytes(), with_metadata=True)
        ways: dict[str, Iterator[Any]] = {
            "comity": comity.read([path]),
            "metadata": (trafilatura.bare_extraction(page, with_metadata=True) for page in bare(path)),
            "text": (trafilatura.extract(page) for page in bare(path)),
        }
        seconds = dict.fromkeys(ways, 0.0)
        failures = done = early = 0
        while done < pages:
            for name, outcomes in ways.items():
                start = time.process_time()
                batch = list(islice(outcomes, BATCH))
                seconds[name] += time.process_time() - start
                if name == "comity":
                    failures += sum(isinstance(outcome, Failure) for outcome in batch)
            done += BATCH
            if not early and done >= pages / 10:
                early = held("VmRSS")
    print(
        json.dumps(
            {
                "benchmark": "read_warc",
                "pages": pages,
                "megabytes_unpacked": round(unpacked / 1e6, 1),
                "failures": failures,
                "documents_per_second": round((pages - failures) / seconds["comity"], 1),
                "megabytes_per_second": round(unpacked / 1e6 / seconds["comity"], 2),
                "memory_megabytes_at_a_tenth": early,
                "peak_megabytes": held("VmHWM"),
                "seconds": round(seconds["comity"], 2),
                "trafilatura_seconds": round(seconds["metadata"], 2),
                "trafilatura_text_seconds": round(seconds["text"], 2),
                "times_trafilatura": round(seconds["comity"] / seconds["metadata"], 2),
                "times_trafilatura_text": round(seconds["comity"] / seconds["text"], 2),
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


def held(what: str) -> int:
    """The memory that this process holds (VmRSS) or has held at most (VmHWM), in megabytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) // 1024
    return 0


if __name__ == "__main__":
    main()
