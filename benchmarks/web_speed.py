"""How fast the pages come from a store of ten million events, and how smoothly the network is drawn.

    python -m benchmarks.web_speed [--events 10000000] [--keep FILE] [--rounds 3] [--no-browser]

Makes a store by SQL alone: dyads of 200 states with a long tail, 25 years of days, 300 publishers. Then the tie pages of 20
dyads are asked for, each as often as its events make it likely: the dyads that stand at 2.5 %, 7.5 % … 97.5 % of all events,
counted from the busiest dyad down. Nothing is kept from an earlier question, and the store is opened anew. Prints one JSON
line: over that mix the median and 90th percentile of wall milliseconds until the data of the page are there (`tie_ms`: the
course with its interval, the pair's days, the latest events) and until its HTML is (`page_ms`), and `tie_cpu_ms`, processor
time; what is fetched after the first paint (`changes_ms`, `parts_ms`); a page asked for again (`again_ms`); smaller questions;
and, where Chromium is there, the time of a frame on the network page with 200 actors and 5,000 ties while it is dragged and
zoomed. The bar of a tie is 300 ms.
"""

from __future__ import annotations

import argparse
import functools
import json
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from comity.store import Store

EVENTS = """
INSERT INTO events (id, document, sentence, source, target, event, mode, contexts, dimension, quad, score, cameo, reciprocal,
                    auxiliary, date_start, date_end, date_basis, attribution, reported, confidence, link, rule, trigger,
                    dataset, publisher, text, source_text, target_text)
SELECT 'bench:' || i, 'bench:story' || (i // 3), 0, codes[1 + a], codes[1 + (a + 1 + b) % len(codes)],
       kinds[1 + kind].name, NULL, [], kinds[1 + kind].dimension, kinds[1 + kind].quad, kinds[1 + kind].score, NULL, i % 7 = 0,
       [], day, day, 'document', 'author', day, 0.8, 'bench:' || i, 'bench', 'said', 'bench', 'paper ' || (i % 300), 'said', 'one', 'other'
FROM (
    SELECT range AS i, ?::VARCHAR[] AS codes,
           [{{'name': 'CONSULT', 'dimension': 'diplomatic', 'quad': 'verbal_cooperation', 'score': 2.5}},
            {{'name': 'SUPPORT', 'dimension': 'diplomatic', 'quad': 'verbal_cooperation', 'score': 5.0}},
            {{'name': 'ACCUSE', 'dimension': 'diplomatic', 'quad': 'verbal_conflict', 'score': -3.0}},
            {{'name': 'ASSAULT', 'dimension': 'military', 'quad': 'material_conflict', 'score': -9.0}},
            {{'name': 'COOPERATE', 'dimension': 'economic', 'quad': 'material_cooperation', 'score': 9.5}}] AS kinds,
           floor(pow(hash(range, 1) % 1000003 / 1000003.0, 3) * len(codes))::INTEGER AS a,
           floor(pow(hash(range, 2) % 1000003 / 1000003.0, 2) * (len(codes) - 1))::INTEGER AS b,
           (hash(range, 3) % 5)::INTEGER AS kind, DATE '1999-01-01' + (hash(range, 4) % 9131)::INTEGER AS day
    FROM range(?))
"""


def states(count: int) -> list[str]:
    from comity.actors import load_index

    return [state.code for state in load_index().tables.states if not state.end][:count]


def write_store(path: Path, events: int) -> None:
    """A store with that many events of somebody's data set."""
    with Store.open(path) as store:
        store.execute(EVENTS.replace("{{", "{").replace("}}", "}"), [states(200), events])


def write_network(path: Path, actors: int = 200, ties: int = 5_000) -> None:
    """A store in which that many ties of that many actors are strong enough to be drawn."""
    codes = states(actors)
    with Store.open(path) as store:
        store.execute(
            """INSERT INTO events (id, document, sentence, source, target, event, contexts, dimension, quad, score,
                   reciprocal, auxiliary, date_start, date_end, date_basis, attribution, reported, confidence, link, rule,
                   trigger, dataset, publisher, text, source_text, target_text)
               SELECT 'net:' || i, 'net:story' || i, 0, a, b, CASE WHEN same THEN 'SUPPORT' ELSE 'ACCUSE' END, [], 'diplomatic',
                      CASE WHEN same THEN 'verbal_cooperation' ELSE 'verbal_conflict' END, CASE WHEN same THEN 5.0 ELSE -3.0 END,
                      true, [], day, day, 'document', 'author', day, 0.8, 'net:' || i, 'bench', 'said', 'bench',
                      'paper ' || (i % 30), 'said', a, b
               FROM (SELECT row_number() OVER (ORDER BY hash(x.n, y.n)) AS i, x.code AS a, y.code AS b,
                            (x.n % 2 = y.n % 2) <> (hash(y.n, x.n) % 10 = 0) AS same, DATE '2024-01-01' AS day
                     FROM (SELECT unnest(?::VARCHAR[]) AS code, generate_subscripts(?::VARCHAR[], 1) AS n) x
                     JOIN (SELECT unnest(?::VARCHAR[]) AS code, generate_subscripts(?::VARCHAR[], 1) AS n) y ON x.n < y.n)
               WHERE i <= ?""",
            [codes, codes, codes, codes, ties],
        )


def median_ms(ask: Callable[[], Any], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        ask()
        times.append((time.perf_counter() - begun) * 1000)
    return round(statistics.median(times), 1)


def page_data(path: Path, rounds: int) -> dict[str, Any]:
    """What the pages ask for, each page as after a pause: the store closed, and nothing remembered."""
    from starlette.testclient import TestClient

    from comity.web import api, queries
    from comity.web.app import create_app
    from comity.web.keeper import Keeper
    from comity.web.queries import View

    keeper = Keeper(path, question=600)
    app = create_app(path, keeper=keeper, answer_seconds=600)
    context = app.state.context
    view = View()
    times: dict[str, list[float]] = {}
    pairs = mix(path)

    def timed(name: str, ask: Callable[[], Any]) -> None:
        begun, worked = time.perf_counter(), time.process_time()
        ask()
        times.setdefault(f"{name}_ms", []).append((time.perf_counter() - begun) * 1000)
        times.setdefault(f"{name}_cpu_ms", []).append((time.process_time() - worked) * 1000)

    def tie(a: str, b: str) -> None:
        found = api.course(context, a, b, view)
        api.tie_span(context, a, b)
        last = [point.period for point in found.points if point.events]
        api.tie_events(context, a, b, view, last[-1], 20, 0)

    with TestClient(app, base_url="http://localhost") as client:
        for _ in range(rounds):
            for a, b, _ in pairs:
                keeper.close()
                timed("tie", functools.partial(tie, a, b))
                timed("again", functools.partial(tie, a, b))
                timed("changes", functools.partial(api.changes, context, a, b, view))
                timed("parts", lambda a=a, b=b: (api.parts(context, a, b, view), api.asymmetry(context, a, b, view)))  # type: ignore[misc]
                keeper.close()
                timed("page", lambda a=a, b=b: client.get(f"/tie/{a}/{b}").raise_for_status())  # type: ignore[misc]
    found: dict[str, Any] = {"dyads": len(pairs), "events_of_dyads": [count for _, _, count in pairs]}
    for name, values in times.items():
        if name in ("tie_ms", "tie_cpu_ms", "page_ms", "again_ms", "changes_ms", "parts_ms"):
            found[name] = round(statistics.median(values), 1)
    for name in ("tie", "page"):
        found[f"{name}_ms_p90"] = round(statistics.quantiles(times[f"{name}_ms"], n=10)[-1], 1)
    found["tie_ms_by_dyad"] = [round(statistics.median(times["tie_ms"][at :: len(pairs)])) for at in range(len(pairs))]

    def with_store(ask: Callable[[Store], Any]) -> Callable[[], Any]:
        def run() -> Any:
            with keeper.reading() as store:
                return ask(store)

        return run

    found["latest_events_ms"] = median_ms(with_store(lambda s: queries.events(s, limit=8, offset=0)), rounds)
    found["actor_counts_ms"] = median_ms(with_store(queries.actor_counts), rounds)
    found["review_ms"] = median_ms(with_store(lambda s: queries.review_queue(s, 1.0, None, 12, 0)), rounds)
    keeper.close()
    found["open_ms"] = median_ms(lambda: Store.open(path, read_only=True).close(), rounds)
    return found


def mix(path: Path, count: int = 20) -> list[tuple[str, str, int]]:
    """Dyads as often as their events: those at the middles of so many equal shares of all events, the busiest first."""
    with Store.open(path, read_only=True) as store:
        rows = store.query(
            """SELECT least(source, target), greatest(source, target), count(*) AS n FROM events
               GROUP BY ALL ORDER BY n DESC, 1, 2"""
        )
    whole = sum(row[2] for row in rows)
    marks = [(number + 0.5) / count * whole for number in range(count)]
    found: list[tuple[str, str, int]] = []
    below = 0
    for row in rows:
        below += row[2]
        while len(found) < count and below >= marks[len(found)]:
            found.append(row)
    return found


def frames(folder: Path) -> dict[str, float] | None:
    """Milliseconds a frame takes on the network page: 200 actors and 5,000 ties, dragged and zoomed for five seconds."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        import uvicorn
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if program is None:
        return None
    from comity.web.app import create_app

    write_network(folder / "net.duckdb")
    config = uvicorn.Config(create_app(folder / "net.duckdb"), port=0, log_level="error")
    socket = config.bind_socket()
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(120_000)
        time.sleep(0.5)
        begun = time.perf_counter()
        page.goto(f"http://127.0.0.1:{socket.getsockname()[1]}/network?min_strength=0")
        page.wait_for_selector("[data-chart=network][data-drawn]")
        drawn = (time.perf_counter() - begun) * 1000
        edges = page.locator("canvas").get_attribute("aria-label")
        assert edges and "200 actors and 5000 ties" in edges, edges
        page.evaluate(
            """() => { window.frames_ = []; let last = performance.now();
            const tick = (now) => { window.frames_.push(now - last); last = now; requestAnimationFrame(tick); };
            requestAnimationFrame(tick); }"""
        )
        page.wait_for_selector("[data-settled]")
        settling = page.evaluate("window.frames_.splice(0)")
        box = page.locator("canvas").bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        until = time.monotonic() + 5
        step = 0
        while time.monotonic() < until:
            page.mouse.move(x, y)
            page.mouse.down()
            for move in range(8):
                page.mouse.move(x + 12 * move, y + 7 * move)
            page.mouse.up()
            page.mouse.wheel(0, 120 if step % 2 else -120)
            step += 1
        working = page.evaluate("window.frames_")
        browser.close()
    server.should_exit = True
    return {
        "network_page_ms": round(drawn),
        "frame_ms_median": round(statistics.median(working), 1),
        "frame_ms_p95": round(statistics.quantiles(working, n=20)[-1], 1),
        "settling_frame_ms_median": round(statistics.median(settling), 1) if settling else 0.0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--keep", type=Path, help="make the store here, or take the one that is here")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-browser", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = asked.keep or Path(folder) / "bench.duckdb"
        if not path.exists():
            write_store(path, asked.events)
        found: dict[str, Any] = {"benchmark": "web_speed", "events": asked.events, **page_data(path, asked.rounds)}
        if not asked.no_browser:
            found |= frames(Path(folder)) or {"browser": "none here"}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
