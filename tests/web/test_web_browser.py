"""The pages in a browser: the way to the evidence, figures that follow the controls, keys, and what axe says.

Chromium answers slowly on a busy machine: waits are for what should appear, never for a time.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from comity.app.coding import code
from comity.errors import StoreError
from comity.store import Store

from .conftest import DISPATCHES, OUTLETS, Make, Site, Small, small_document

pytestmark = pytest.mark.model


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that notes what the console and the network complain of, and refuses to go without."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    made = context.new_page()
    made.set_default_timeout(15_000)
    complaints: list[str] = []
    made.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on(
        "request",
        lambda r: None if r.url.startswith(("http://127.0.0.1", "blob:", "data:")) else complaints.append(r.url),
    )
    made.complaints = complaints
    yield made
    context.close()
    assert complaints == []


def api(site: Site, path: str) -> Any:
    return httpx.get(f"{site.url}/api/v1{path}", timeout=30).raise_for_status().json()


def a_document(site: Site) -> str:
    """A document with events and interests."""
    listed = api(site, "/documents?q=Commentary&limit=50")["items"]
    return next(item["id"] for item in listed if item["events"] > 2)


def until(page: Any, words: str, argument: Any = None) -> None:
    """Waits until an expression holds. (Playwright's own waiting evaluates text in the page, which our policy forbids.)"""
    end = time.monotonic() + 15
    while not page.evaluate(words, argument):
        assert time.monotonic() < end, f"never came true: {words} {argument}"
        time.sleep(0.03)


def drawn(page: Any) -> None:
    """Waits until charts, map and parts are there."""
    until(
        page,
        "!document.querySelector('.loading') && [...document.querySelectorAll('[data-chart]')].every((f) => f.dataset.drawn)",
    )


PAGES = ["/", "/tie/ISR/AZE", "/why/ISR/AZE", "/why/ISR/AZE?drop_actor=IRN&drop_interested=1", "/watch", "/network", "/documents", "DOCUMENT", "/review", "/add", "/actor/ISR", "/api",
         "/tie/BRA/FJI", "/nothing-here"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_renders_without_complaint_fits_a_phone_and_axe_finds_nothing_serious(
    page: Any, site: Site, path: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    def serious(**options: Any) -> list[Any]:
        found = Axe().run(page, options=options or None).response["violations"]
        grave = [v for v in found if v["impact"] in ("serious", "critical")]
        return [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in grave]

    page.goto(site.url + (f"/document/{a_document(site)}" if path == "DOCUMENT" else path))
    drawn(page)
    assert page.locator("h1").count() == 1
    assert serious() == []
    page.set_viewport_size({"width": 390, "height": 800})
    page.emulate_media(color_scheme="dark")
    until(page, "document.documentElement.scrollWidth <= 390")
    assert serious(runOnly=["color-contrast", "scrollable-region-focusable"]) == [], "in the dark, on a phone"
    if path == "/nothing-here":
        page.complaints[:] = [c for c in page.complaints if "404" not in c]


def test_three_clicks_lead_from_home_to_a_sentence_of_evidence(page: Any, site: Site) -> None:
    page.goto(site.url)
    page.click(".mover")
    page.wait_for_url("**/tie/**")
    quoted = page.locator("#events .sentence-link").first.inner_text()
    page.locator("#events .sentence-link").first.click()
    page.wait_for_url("**/document/**")
    event = page.url.partition("#")[2]
    card = page.locator(f'[id="{event}"]')
    assert card.is_visible() and page.locator(".trigger.lit").count() >= 1
    text = page.locator(".article").inner_text()
    assert re.sub(r"\s+", " ", quoted) in re.sub(r"\s+", " ", text)


def signed(value: float) -> str:
    text = f"{abs(value):.1f}"
    return text if float(text) == 0 else ("+" if value > 0 else "−") + text


def test_the_slider_and_the_switches_change_the_figures_as_the_api_does(page: Any, site: Site) -> None:
    page.goto(f"{site.url}/tie/ISR/AZE")
    drawn(page)

    def expected(query: str) -> str:
        now = api(site, f"/ties/ISR/AZE?{query}")["now"]
        if now is None or now["index"] is None:
            return ""
        acts = f"{now['mass']:.0f} act{'' if now['mass'] == 1 else 's'}"
        return f"{signed(now['index'])} {signed(now['low'])} to {signed(now['high'])} {acts}"

    def shows(words: str) -> None:
        until(
            page,
            """(words) => !document.querySelector('[aria-busy]') &&
            (document.querySelector('.headline .figure')?.innerText ?? '').replace(/\\s+/g, ' ') === words""",
            words,
        )

    shows(expected(""))
    slider = page.locator("input[data-days]")
    days = slider.get_attribute("data-days").split(" ")
    slider.focus()
    slider.evaluate(
        "(s) => { s.value = Math.round(s.max * 0.9); s.dispatchEvent(new Event('input', {bubbles: true})); s.dispatchEvent(new Event('change', {bubbles: true})); }"
    )
    day = days[round((len(days) - 1) * 0.9)]
    page.wait_for_url(f"**as_of={day}**")
    shows(expected(f"as_of={day}"))
    page.get_by_role("switch", name="without interested sources").check()
    page.wait_for_url("**without_interested=1**")
    shows(expected(f"as_of={day}&without_interested=true"))
    page.select_option("#direction", "ba")
    page.wait_for_url("**direction=ba**")
    shows(expected(f"as_of={day}&without_interested=true&direction=ba"))
    page.go_back()
    shows(expected(f"as_of={day}&without_interested=true"))
    page.reload()
    shows(expected(f"as_of={day}&without_interested=true"))


def test_a_point_of_the_course_shows_its_events(page: Any, site: Site) -> None:
    page.goto(f"{site.url}/tie/ISR/AZE")
    drawn(page)
    period = page.locator("a.point").first.get_attribute("data-period")
    page.locator("a.point").first.click(force=True)
    until(page, "(p) => document.getElementById('events-title')?.innerText.endsWith(p)", period)
    events = api(site, f"/ties/ISR/AZE/events?at={period}")
    assert page.locator("#events .event").count() == len(events["items"])


def test_a_bar_of_the_waterfall_opens_its_act_and_the_triangle_is_drawn(page: Any, site: Site) -> None:
    page.goto(f"{site.url}/why/ISR/AZE")
    drawn(page)
    page.locator('[data-name="direct"] .bar-link').first.click()
    first = page.locator("#direct-rows > details").first
    assert first.get_attribute("open") is not None and first.locator("blockquote").first.is_visible()
    driver = page.locator("#drivers-rows > details").first
    driver.locator("summary").first.click()
    assert driver.locator("svg.triangle").is_visible() and driver.locator(".act-row").count() >= 1


def test_what_if_is_asked_by_a_form_and_answers_as_the_api_does(page: Any, site: Site) -> None:
    page.goto(f"{site.url}/why/ISR/AZE?as_of=2022-12-31")
    drawn(page)
    page.locator("#drop-actor").focus()
    page.keyboard.type("iran")
    page.wait_for_selector('#drop-actor + .anchor [role="option"]')
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_label("without any interested source").check()
    page.get_by_role("button", name="Reckon").click()
    page.wait_for_selector("table.beside")
    drawn(page)
    assert "as_of=2022-12-31" in page.url and "drop_actor=Iran" in page.url and "drop_interested=1" in page.url
    found = api(site, "/why/ISR/AZE/what-if?as_of=2022-12-31&drop_actor=IRN&drop_interested=true")
    shown = page.locator("table.beside tbody tr").first.locator("td").all_inner_texts()
    figures = [found[key]["after"] for key in ("whole", "without")]
    assert shown[:2] == ["–" if figure is None else signed(figure) for figure in figures]
    page.locator('.chosen-drop input[value="IRN"]').uncheck()
    page.get_by_role("button", name="Reckon").click()
    until(page, "!location.search.includes('drop_actor') && !document.querySelector('[aria-busy]')")
    page.select_option("#window", "365")
    page.wait_for_url("**window=365**")
    assert "drop_interested=1" in page.url, "another window keeps what was left out"


def test_a_change_point_is_marked_on_the_course_and_listed(
    page: Any, serve: Callable[..., Site], turning: Path
) -> None:
    own = serve(turning)
    page.goto(f"{own.url}/tie/ISR/AZE")
    drawn(page)
    until(page, "document.querySelectorAll('.change line').length === 1")
    assert page.locator(".change text").text_content().startswith("▼ 2018-01")
    page.locator("#changes-part tbody th a").click()
    assert page.locator("#change-1 blockquote").first.is_visible()


def test_g_and_w_lead_to_watch_and_an_alert_to_its_sentence(
    page: Any, serve: Callable[..., Site], small: Small
) -> None:
    own = serve(small.path)
    page.goto(own.url)
    page.wait_for_selector("html.scripted")
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url("**/watch")
    assert page.locator("nav [aria-current]").inner_text() == "Watch"
    alert = page.locator(".alert", has_text="moved").first
    quoted = alert.locator(".sentence-link").first.inner_text()
    alert.locator(".sentence-link").first.click()
    page.wait_for_url("**/document/**")
    assert quoted in page.locator(".article").inner_text()


def test_with_keys_alone_from_home_to_a_point_of_a_tie(page: Any, site: Site) -> None:
    page.goto(site.url)
    page.wait_for_selector("html.scripted")
    page.keyboard.press("/")
    page.keyboard.type("isr")
    page.wait_for_selector('[role="option"]')
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("azerb")
    page.wait_for_selector('#pair-b + .anchor [role="option"]')
    page.keyboard.press("ArrowDown")
    assert page.locator("#pair-b").get_attribute("aria-activedescendant")
    page.keyboard.press("Enter")
    assert page.locator("#pair-b").input_value() == "Azerbaijan"
    page.keyboard.press("Enter")
    page.wait_for_url("**/tie/ISR/AZE")
    drawn(page)
    for _ in range(40):
        if page.evaluate("document.activeElement.matches('a.point')"):
            break
        page.keyboard.press("Tab")
    before = page.evaluate("document.activeElement.dataset.period")
    page.keyboard.press("ArrowLeft")
    now = page.evaluate("document.activeElement.dataset.period")
    assert now and now != before
    page.keyboard.press("Enter")
    until(page, "(p) => document.getElementById('events-title')?.innerText.endsWith(p)", now)
    assert page.evaluate("document.activeElement.id") == "events"


def test_everything_that_can_be_done_can_be_reached_with_tab(page: Any, site: Site) -> None:
    page.goto(f"{site.url}/document/{a_document(site)}")
    page.wait_for_selector("html.scripted")
    triggers = page.locator(".trigger")
    triggers.first.focus()
    page.keyboard.press("Enter")
    card = page.evaluate("document.activeElement.id")
    assert card == triggers.first.get_attribute("data-events").split(" ")[0]
    assert page.locator(f'[id="{card}"] .card-facts').is_visible()
    reached = set()
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.innerText"))
    assert {"Right", "No event"} <= reached


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("course", "/tie/ISR/AZE"),
        ("map", "/"),
        ("network", "/network"),
        ("direct", "/why/ISR/AZE"),
        ("directions", "/tie/ISR/AZE"),
        ("what-if", "/why/ISR/AZE?drop_actor=IRN"),
    ],
)
def test_a_chart_comes_as_picture_and_as_figures(page: Any, site: Site, tmp_path: Path, name: str, path: str) -> None:
    page.goto(site.url + path)
    drawn(page)
    chart = page.locator(f'[data-name="{name}"]')
    saved = {}
    for kind in ("svg", "png", "csv"):
        with page.expect_download() as download:
            chart.locator(f'[data-save="{kind}"]').click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        saved[kind] = file.read_bytes()
    assert b"<svg" in saved["svg"] and b"var(--" not in saved["svg"]
    assert saved["png"].startswith(b"\x89PNG") and len(saved["png"]) > 5_000
    lines = saved["csv"].decode().splitlines()
    values = json.loads(chart.locator("[data-values]").inner_text())
    assert lines[0].split(",") == values["columns"] and len(lines) == len(values["rows"]) + 1
    chart.locator("summary").first.click()
    assert chart.locator("table tbody tr").count() >= 1


def test_the_map_can_be_seen_from_a_state(page: Any, site: Site) -> None:
    page.goto(site.url)
    drawn(page)
    page.wait_for_selector('[data-code="ISR"]')
    page.locator('[data-code="ISR"]').focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Seen from Israel").wait_for()
    assert page.locator('[data-code="ISR"]').get_attribute("aria-pressed") == "true"


def test_the_network_answers_keys_and_names_an_actors_ties(page: Any, site: Site) -> None:
    page.goto(f"{site.url}/network?min_strength=0")
    drawn(page)
    page.get_by_label("Actor", exact=True).select_option("ISR")
    listed = page.locator(".netside li").count()
    edges = api(site, "/network?min_strength=0")["edges"]
    assert listed == min(60, sum("ISR" in (edge["a"], edge["b"]) for edge in edges)) > 0
    page.locator(".netwrap canvas").focus()
    for key in ("ArrowLeft", "+", "-", "0", "Escape"):
        page.keyboard.press(key)
    assert page.locator(".netside li").count() == 0


def opened(path: Path) -> Store:
    """The store, once the server has let go of it."""
    end = time.monotonic() + 10
    while True:
        try:
            return Store.open(path)
        except StoreError:
            assert time.monotonic() < end
            time.sleep(0.1)


def test_a_correction_in_review_changes_the_event_after_recoding(
    page: Any, serve: Callable[..., Site], demo_store: Path, tmp_path: Path
) -> None:
    own = serve(Path(shutil.copy(demo_store, tmp_path / "review.duckdb")))
    page.goto(f"{own.url}/review")
    page.wait_for_selector("html.scripted")
    queue = api(own, "/review?limit=3")["items"]
    page.keyboard.press("j")
    page.keyboard.press("n")
    page.wait_for_selector(f'[data-item="{queue[0]["id"]}"].gone')
    assert page.evaluate("document.activeElement.dataset.item") == queue[1]["id"]
    page.keyboard.press("f")
    until(page, "document.activeElement.matches('select[name=type]')")
    page.locator(f"#type-{queue[1]['id']}").select_option("CONSULT")
    page.locator(f'[data-item="{queue[1]["id"]}"] input[name=note]').fill("They met.")
    page.keyboard.press("Enter")
    page.wait_for_selector(f'[data-item="{queue[1]["id"]}"].gone')
    page.keyboard.press("a")
    page.wait_for_selector(f'[data-item="{queue[2]["id"]}"].gone')
    assert api(own, "/corrections")["total"] == 3
    with opened(own.store) as store:
        store.execute("UPDATE documents SET version = 'older'")
        documents = {item["told_in"]["document"] for item in queue}
        wanted = tmp_path / "again.jsonl"
        lines = [line for name in OUTLETS for line in (DISPATCHES / f"{name}.jsonl").read_text().splitlines()]
        titles = {store.document(identifier).title for identifier in documents}  # type: ignore[union-attr]
        wanted.write_text("\n".join(line for line in lines if json.loads(line)["title"] in titles))
        coded = [event for outcome in code([wanted], store=store) for event in getattr(outcome, "events", ())]
    by_id = {event.id: event for event in coded}
    assert queue[0]["id"] not in by_id
    assert by_id[queue[1]["id"]].event == "CONSULT"
    assert by_id[queue[2]["id"]].confidence == 1.0


def test_a_pasted_text_is_coded_while_one_looks_on(
    page: Any, serve: Callable[..., Site], demo_store: Path, tmp_path: Path
) -> None:
    own = serve(Path(shutil.copy(demo_store, tmp_path / "add.duckdb")))
    page.goto(f"{own.url}/add")
    page.fill(
        "#text", "Israel thanked Azerbaijan for its help. The ministers of Israel and Azerbaijan met in Baku on Friday."
    )
    page.fill("#tdate", "2024-02-03")
    page.get_by_role("button", name="Add the text").click()
    page.wait_for_selector('.job[data-state="done"]', timeout=30_000)
    page.locator(".job a").first.click()
    page.wait_for_url("**/document/**")
    assert page.locator(".trigger").count() >= 1


HOSTILE = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">'


def test_hostile_documents_never_run(
    page: Any, serve: Callable[..., Site], tmp_path: Path, make_document: Make, make_event: Make, make_claim: Make
) -> None:
    from comity.records import Furniture, Interest

    text = f"Israel thanked Azerbaijan {HOSTILE} on Monday. </script><svg onload=window.hacked=1>"
    document = small_document(
        make_document,
        text=text,
        page=f"{HOSTILE} {text}",
        title=f"</title>{HOSTILE}\"'>",
        publisher=HOSTILE,
        authors=(HOSTILE,),
        url="javascript:window.hacked=1",
        origin="javascript:window.hacked=1",
        furniture=(Furniture(kind="caption", text=HOSTILE, start=0, end=len(HOSTILE)),),
        interests=(Interest(holder=HOSTILE, behalf=HOSTILE, kind="office", sentence=HOSTILE),),
    )
    event = make_event(
        document=document, source="ISR", target="AZE", text=text, start=0, end=len(text), rule=HOSTILE, place=HOSTILE,
        date="2020-03-02", id="evil-event",
    )  # fmt: skip
    third = make_event(document=document, source="ISR", target='X"><script>window.hacked=1</script>', date="2020-03-02")
    with Store.open(tmp_path / "evil.duckdb") as store:
        store.replace_document(document, [event, third], [make_claim(document=document, text=HOSTILE)], version="test")
    own = serve(tmp_path / "evil.duckdb")
    for path in ("/", "/tie/ISR/AZE", "/why/ISR/AZE", "/network", "/documents", f"/document/{document.id}", "/review", "/watch",
                 f"/documents?q={HOSTILE}", f"/tie/{HOSTILE.replace('/', '%2F')}/AZE", f"/tie/ISR/AZE?at={HOSTILE}"):  # fmt: skip
        page.goto(own.url + path)
        if page.locator("[data-chart]").count():
            drawn(page)
        assert page.evaluate("window.hacked === undefined"), path
        assert page.locator("a[href^='javascript']").count() == 0
    page.complaints[:] = [c for c in page.complaints if "404" not in c and "422" not in c]
