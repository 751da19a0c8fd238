"""Makes the pictures of the pages anew: `python docs/_screenshots.py` (or `make screenshots`).

The demo is coded into an empty folder, served on this machine, and photographed with Chromium; what README shows goes to
docs/pictures, with few enough colours to be small. `--look FOLDER` takes every page instead, wide and narrow, light and
dark, for whoever changed one; `--store FILE` takes the pages of another store.
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PICTURES = Path(__file__).parent / "pictures"
COLOURS = 128
# What README shows: the file, the page, what is done there first, and how much of it.
SHOWN = (
    ("home", "/", "", (1180, 900)),
    ("tie", "/tie/ISR/AZE?period=quarter", "", (1180, 900)),
    ("why", "/why/ISR/AZE", "open", (1180, 900)),
    ("network", "/network", "", (1180, 820)),
    ("document", "DOCUMENT", "", (1180, 760)),
    ("review", "/review", "", (1180, 640)),
)
EVERY = (
    "/", "/tie/ISR/AZE", "/why/ISR/AZE",
    "/why/ISR/AZE?drop_actor=IRN&drop_interested=1&drop_from=2022-01-01&drop_to=2022-12-31", "/network", "/documents",
    "DOCUMENT", "/review", "/watch", "/add", "/actor/ISR", "/api",
)  # fmt: skip
READY = """!document.querySelector('.loading') && !document.querySelector('[data-part]')
           && [...document.querySelectorAll('[data-chart]')].every((f) => f.dataset.drawn)"""


@contextmanager
def served(store: Path) -> Iterator[str]:
    """The address of a server over a store."""
    import uvicorn

    from comity.web.app import create_app

    config = uvicorn.Config(create_app(store), host="127.0.0.1", port=0, log_level="error")
    socket = config.bind_socket()
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    server.should_exit = True
    thread.join(5)


@contextmanager
def browsing() -> Iterator[Any]:
    """Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise SystemExit("there is no Chromium (make browser)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def address(store: Path, page: str) -> str:
    """The address of a page; DOCUMENT is the opinion piece with most events."""
    from comity.store import Store

    if page != "DOCUMENT":
        return page
    with Store.open(store, read_only=True) as opened:
        ((document, event),) = opened.query(
            """SELECT d.id, min(e.id) FROM documents d JOIN events e ON e.document = d.id WHERE d.interested
               GROUP BY d.id, d.genre ORDER BY d.genre = 'opinion' DESC, count(*) DESC, d.id LIMIT 1"""
        )
    return f"/document/{document}#{event}"


def ready(page: Any) -> None:
    """Waits until parts are there and charts are drawn. (Waiting by text would evaluate it in the page, which its policy
    forbids.)"""
    until = time.monotonic() + 60
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    while not page.evaluate(READY):
        if time.monotonic() > until:
            raise SystemExit(f"{page.url} is never ready")
        time.sleep(0.1)
    if page.locator("canvas").count():
        page.wait_for_selector("[data-settled]")
    page.evaluate("window.scrollTo(0, 0)")
    time.sleep(0.4)


def small(png: bytes) -> bytes:
    """The picture with few colours."""
    from PIL import Image

    out = io.BytesIO()
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def show(browser: Any, site: str, store: Path) -> None:
    """The pictures that README shows."""
    PICTURES.mkdir(exist_ok=True)
    for name, path, deed, (width, height) in SHOWN:
        page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme="light", reduced_motion="reduce"
        )
        page.goto(site + address(store, path))
        ready(page)
        if deed == "open":
            page.locator("#direct-rows > details > summary").first.click()
        if name == "network":
            page.locator(".netwrap").scroll_into_view_if_needed()
        data = small(page.screenshot())
        (PICTURES / f"{name}.png").write_bytes(data)
        print(f"{PICTURES / name}.png  {len(data) / 1000:.0f} kB")
        page.close()


def look(browser: Any, site: str, store: Path, folder: Path, only: str) -> None:
    """Every page whole, wide and narrow, light and dark."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(EVERY):
        if only and only not in path:
            continue
        for width, scheme in ((1180, "light"), (1180, "dark"), (390, "light"), (390, "dark")):
            page = browser.new_page(
                viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
            )
            page.on("console", lambda m, path=path: print(path, m.text) if m.type in ("error", "warning") else None)
            page.on("pageerror", lambda error, path=path: print(path, error))
            page.goto(site + address(store, path))
            ready(page)
            name = path.strip("/").partition("?")[0].replace("/", "-") or "home"
            page.screenshot(path=folder / f"{number:02d}-{name}-{width}-{scheme}.png", full_page=True)
            page.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, help="a store that is there, in place of the demo's")
    parser.add_argument("--look", type=Path, metavar="FOLDER", help="take every page into this folder")
    parser.add_argument("--only", default="", help="with --look, pages with this in their address")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        store = asked.store
        if store is None:
            call = [sys.executable, "-c", "from comity.cli import main; main()", "demo"]
            subprocess.run(call, cwd=scratch, check=True, stdout=subprocess.DEVNULL)
            store = Path(scratch) / "out" / "comity-demo.duckdb"
        with served(store) as site, browsing() as browser:
            if asked.look:
                look(browser, site, store, asked.look, asked.only)
            else:
                show(browser, site, store)


if __name__ == "__main__":
    main()
