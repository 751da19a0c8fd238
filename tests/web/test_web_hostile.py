"""What documents hold is letters on every page and in every report: no element, attribute, link or script of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import lxml.html
import pytest
from starlette.testclient import TestClient

from comity.records import Claim, Document, Event, Furniture, Interest
from comity.report.checkpage import check_page
from comity.report.forms import blocs_brief, tie_brief
from comity.scrutiny.document import check_document
from comity.store import Store
from comity.web.app import create_app

Make = Callable[..., Any]

PAYLOADS = {
    "script": "<script>hacked()</script>",
    "event handler": '"><img src=x onerror=hacked()>',
    "attribute": "' onmouseover='hacked()' x='",
    "svg": "<svg/onload=hacked()><animate onbegin=hacked() attributeName=x>",
    "closing tags": "</title></textarea></style></script><script>hacked()</script>",
    "comment": "--><script>hacked()</script><!--",
    "frame": '<iframe srcdoc="<script>hacked()</script>"></iframe><object data=x><embed src=x>',
    "style": "<style>*{background:url(//evil.example)}</style><link rel=stylesheet href=//evil.example>",
    "base and form": "<base href=//evil.example><form action=//evil.example><input name=token>",
    "refresh": '<meta http-equiv=refresh content="0;url=//evil.example">',
    "template": "{{ 7 * 7 }}{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}${7*7}",
    "entities": "&lt;script&gt;hacked()&lt;/script&gt;&#60;script&#62;hacked()&#60;/script&#62;",
    "control and direction": "\u202egpj.exe\u2066\x1b[31m\x0bhacked",
}
ADDRESSES = (
    "javascript:hacked()",
    " JaVaScRiPt:hacked()",
    "java\tscript:hacked()",
    "data:text/html,<script>hacked()</script>",
    "vbscript:hacked()",
    'https://ok.example/"onmouseover="hacked()',
    "//evil.example/x",
)
FOREIGN = ("iframe", "object", "embed", "base", "animate", "foreignObject", "marquee")
PAGES = ("/", "/documents", "/review", "/network", "/tie/ISR/AZE", "/why/ISR/AZE", "/actor/ISR", "/add")


def hostile(make_document: Make, make_event: Make, make_claim: Make, words: str, url: str) -> tuple[Any, ...]:
    """A document, an event and a claim of which every field of a stranger's says these words."""
    text = f"Israel thanked Azerbaijan {words} on Monday."
    document: Document = make_document(
        text=text,
        page=f"{words} {text}",
        title=words,
        publisher=words,
        authors=(words, "Jane Doe"),
        url=url,
        origin=words,
        genre="opinion",
        furniture=(Furniture(kind="caption", text=words, start=0, end=len(words)),),
        interests=(Interest(holder=words, behalf=words, kind="office", sentence=words),),
    )
    event: Event = make_event(
        document=document, source="ISR", target="AZE", text=text, start=0, end=len(text), rule=words, place=words,
        date="2020-01-01",
    )  # fmt: skip
    alias: Event = make_event(document=document, source="ISR", target=words, text=text, start=0, end=len(text))
    claim: Claim = make_claim(document=document, a="AZE", b="ISR", text=words)
    return document, [event, alias], [claim]


@pytest.fixture(scope="module")
def store(tmp_path_factory: Any, make_document: Make, make_event: Make, make_claim: Make) -> Any:
    path = tmp_path_factory.mktemp("hostile") / "store.duckdb"
    with Store.open(path) as made:
        for number, words in enumerate(PAYLOADS.values()):
            url = ADDRESSES[number % len(ADDRESSES)]
            document, events, claims = hostile(make_document, make_event, make_claim, words, url)
            made.replace_document(document, events, claims)
    return path


@pytest.fixture(scope="module")
def site(store: Any) -> Iterator[TestClient]:
    with TestClient(create_app(store), base_url="http://localhost") as made:
        yield made


def harmful(page: str, *, own_scripts: bool) -> list[str]:
    """What a browser could run, load or be led by on a page that is not the page's own."""
    found: list[str] = []
    for element in lxml.html.document_fromstring(page).iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "script" and not (own_scripts and _own(element)):
            found.append(f"script {element.text!r}")
        if element.tag in FOREIGN or (element.tag == "meta" and element.get("http-equiv", "").lower() == "refresh"):
            found.append(element.tag)
        for name, value in element.items():
            if name.lower().startswith("on") or name == "srcdoc":
                found.append(f"{element.tag} {name}={value!r}")
            if name in ("href", "src", "action", "formaction", "xlink:href", "data"):
                address = "".join(value.split()).lower()
                if address.startswith(("javascript:", "vbscript:", "//")) or address.startswith("data:text"):
                    found.append(f"{element.tag} {name}={value!r}")
    return found


def _own(element: Any) -> bool:
    source = element.get("src")
    return source.startswith("/static/") if source else element.get("type") == "application/json"


def test_no_page_holds_anything_of_theirs_that_a_browser_would_obey(site: TestClient, store: Any) -> None:
    with Store.open(store, read_only=True) as opened:
        documents = [f"/document/{document.id}" for document in opened.documents()]
    assert len(documents) == len(PAYLOADS)
    asked = [f"/documents?q={quote(words, safe='')}" for words in PAYLOADS.values()]
    asked += [f"/tie/{quote(words, safe='')}/AZE" for words in PAYLOADS.values()]
    seen = ""
    for address in (*PAGES, *documents, *asked):
        answer = site.get(address)
        assert answer.status_code in (200, 404), address
        assert harmful(answer.text, own_scripts=True) == [], address
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy and "object-src 'none'" in policy
        seen += answer.text
    # The words are there, as letters: had they been dropped, the test would have shown nothing.
    assert "&lt;script&gt;hacked()" in seen and "{{ 7 * 7 }}" in seen


def test_a_refused_address_is_no_link_but_may_be_read(site: TestClient, store: Any) -> None:
    with Store.open(store, read_only=True) as opened:
        (document,) = [one for one in opened.documents() if one.url == ADDRESSES[0]][:1]
    page = lxml.html.document_fromstring(site.get(f"/document/{document.id}").text)
    assert not [link for link in page.iter("a") if "script:" in (link.get("href") or "").lower()]


def test_the_api_gives_their_words_as_json_that_no_browser_takes_for_a_page(site: TestClient) -> None:
    for address in ("/api/v1/documents", "/api/v1/events", "/api/v1/review", "/api/v1/documents?q=%3Cscript%3E"):
        answer = site.get(address)
        assert answer.headers["content-type"].startswith("application/json")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_briefs_hold_nothing_of_theirs_that_a_browser_would_obey(store: Any) -> None:
    with Store.open(store, read_only=True) as opened:
        for made in (tie_brief(opened, "AZE", "ISR"), blocs_brief(opened)):
            page = made.text
            assert harmful(page, own_scripts=False) == []
            assert "default-src" in page


@pytest.mark.parametrize("kind", PAYLOADS)
@pytest.mark.parametrize("url", [ADDRESSES[0], ADDRESSES[3], ADDRESSES[5]])
def test_the_page_of_a_check_holds_nothing_of_theirs_that_a_browser_would_obey(
    make_document: Make, make_event: Make, make_claim: Make, kind: str, url: str
) -> None:
    document, events, claims = hostile(make_document, make_event, make_claim, PAYLOADS[kind], url)
    page = check_page([check_document(document, events, claims, [])])
    assert harmful(page, own_scripts=False) == []
    assert "Israel thanked Azerbaijan" in page


@pytest.mark.parametrize("words", [*PAYLOADS.values()], ids=list(PAYLOADS))
def test_the_guard_of_these_tests_sees_each_of_them_unescaped(words: str) -> None:
    if words in (PAYLOADS["template"], PAYLOADS["entities"], PAYLOADS["control and direction"]):
        pytest.skip("harmless as HTML")
    page = f"<html><body><p title='{words}'>{words}</p></body></html>"
    if words == PAYLOADS["style"]:
        assert "<style>" in page  # kept from loading by the policy alone
    else:
        assert harmful(page, own_scripts=True) != []
