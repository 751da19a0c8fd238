"""Make the labelled pages: `python -m tests.sources.make_pages` writes tests/sources/pages/*.html and labels.jsonl.

A site is a template of page_templates (hand-made after the markup of a publishing system) and its invented articles of
page_texts. A template marks each stretch of readable text with what it is, `[[kind|text]]`, so that page and label are
one source and cannot drift apart; text without a mark is an error. Marks: t title, p article, n navigation, r related,
c caption, b byline, o bio, d disclaimer, w paywall, $ donation, l newsletter, k cookie, m comment.

Labelling policy, settled before any page was read by Comity: standfirst, subheads, lists and datelines are article; a
pull quote, a section's name, a share bar and an advertisement are navigation; whatever says who wrote it or when is
byline; contacts, rights and standards are disclaimer; the paragraph about the issuer of a release is bio.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jinja2
import lxml.html

HERE = Path(__file__).parent
PAGES = HERE / "pages"
KINDS = {
    **{"n": "navigation", "r": "related", "c": "caption", "b": "byline", "o": "bio", "d": "disclaimer"},
    **{"w": "paywall", "$": "donation", "l": "newsletter", "k": "cookie", "m": "comment"},
}
MARK = re.compile(r"\[\[(.)\|(.*?)\]\](?!\])", re.DOTALL)


@dataclass(frozen=True)
class Site:
    """`basis` is where the date stands that a reader should find first; `encoding` is how the file is written."""

    name: str
    split: str
    publisher: str
    url: str
    basis: str
    encoding: str = "utf-8"


SITES = (
    Site("classic", "dev", "Coastal Ledger", "https://coastal-ledger.example/{year}/{month}/{slug}/", "json-ld"),
    Site("ghost", "dev", "Meridian Notes", "https://meridian.example/{slug}/", "json-ld"),
    Site("daily", "dev", "The Ardent Daily", "https://ardentdaily.example/{ymd}/{section}/{slug}.html", "json-ld"),
    Site("ministry", "dev", "mfa.harsia.example", "https://mfa.harsia.example/en/press/{slug}/", "byline"),
    Site("tables", "dev", "ind.example", "http://www.ind.example/{slug}.html", "byline", "windows-1252"),
    Site("live", "dev", "The Dispatch", "https://dispatch.example/world/live/{slug}", "json-ld"),
    Site("divs", "dev", "Orrs Avis", "", "byline"),
    Site("stack", "dev", "The Quist Sheet", "https://quist.example/p/{slug}", "json-ld"),
    Site("review", "dev", "The Basin Review", "https://basinreview.example/articles/{slug}/", "byline"),
    Site("prdesk", "dev", "PR Desk", "https://prdesk.example/news/home/{slug}/en", "byline"),
    Site("mailer", "dev", "voss.example", "https://voss.example/letters/{slug}", "byline"),
    Site("institute", "dev", "Eastport Institute", "https://eastportinstitute.example/{slug}/", "meta"),
    Site("blocks", "held", "npc.example", "https://npc.example/{slug}/", "byline"),
    Site("drupal", "held", "Government of Norland", "https://www.government.norland.example/news/{slug}", "byline"),
    Site("agency", "held", "anp", "https://anp.example/wire/{slug}-{ymd}/", "byline", "iso-8859-1"),
    Site("magazine", "held", "Lantern & Keel", "https://lanternkeel.example/{section}/{slug}", "byline"),
    Site("amp", "held", "Channel Nine News", "https://nine.example/{section}/{slug}/amp/", "json-ld"),
    Site("letter", "held", "letters.example", "https://letters.example/archive/{slug}", "byline"),
    Site("release", "held", "RelWire", "https://relwire.example/news-releases/{slug}.html", "byline"),
)


@dataclass
class Article:
    """One text of page_texts: what its head states, and its lines by kind."""

    head: dict[str, Any]
    body: list[dict[str, str]] = field(default_factory=list)


def articles(text: str) -> list[Article]:
    """The articles of a file: `key: value` lines, `--`, the body a line a paragraph; `====` parts them."""
    found = []
    for part in text.split("\n====\n"):
        top, body = part.strip().split("\n--\n")
        head: dict[str, Any] = {"interest": [], "updated": ""}
        for line in top.splitlines():
            key, _, value = line.partition(":")
            if key == "interest":
                head["interest"].append(
                    dict(zip(("holder", "behalf", "kind"), value.strip().split(" | "), strict=True))
                )
            else:
                head[key] = value.strip()
        head["authors"] = [name for name in head.get("authors", "").split("; ") if name]
        head["updated"] = head["updated"] or head["date"]
        found.append(Article(head, [_item(line) for line in body.splitlines() if line.strip()]))
    return found


def _item(line: str) -> dict[str, str]:
    if match := re.match(r"!cap (.+) \| (.+)", line):
        return {"kind": "cap", "text": match[1], "credit": match[2]}
    if match := re.match(r"@([^|]+)\|(.+)", line):
        return {"kind": "entry", "when": match[1], "head": match[2]}
    if match := re.match(r"!(\w+) (.+)", line):
        return {"kind": match[1], "text": match[2]}
    if match := re.match(r"(?:## |<h\d>|<b>(?=[^<]+</b>$))(.+?)(?:</\w+>)?$", line):
        return {"kind": "h", "text": match[1]}
    if match := re.match(r"(?:- |<li>)(.+)", line):
        return {"kind": "li", "text": match[1]}
    if match := re.match(r"<blockquote>(.+)</blockquote>", line):
        return {"kind": "q", "text": match[1]}
    sentence = re.split(r"(?<=[.!?]) ", line)[-1]
    return {"kind": "p", "text": line, "pull": sentence.strip("“”")}


def _context(article: Article, site: Site) -> dict[str, Any]:
    day = date.fromisoformat(article.head["date"])
    updated = date.fromisoformat(article.head["updated"])
    later = day + timedelta(days=1)
    about = article.head.get("about", "").split("|")
    url = site.url.format(
        year=day.year,
        month=f"{day.month:02}",
        ymd=article.head["date"] if site.name == "agency" else article.head["date"].replace("-", "/"),
        slug=article.head["slug"],
        section=article.head.get("section", "").lower().replace(" ", "-"),
    )
    return {
        **article.head,
        "body": article.body,
        "first": next(item["text"] for item in article.body if item["kind"] == "p").replace('"', ""),
        "url": url,
        "us": f"{day:%B} {day.day}, {day.year}",
        "uk": f"{day.day} {day:%B} {day.year}",
        "abbr": f"{day:%b} {day.day:02}, {day.year}",
        "abbr_uk": f"{day.day} {day:%b} {day.year}",
        "short": f"{day:%B} {day.day}",
        "day": f"{day:%A}",
        "updated_us": f"{updated:%B} {updated.day}, {updated.year}",
        "updated_uk": f"{updated.day} {updated:%B} {updated.year}",
        "later": later.isoformat(),
        "later_us": f"{later:%B} {later.day}, {later.year}",
        "earlier": f"{day:%B} 1, {day.year - 2}",
        "about_name": about[0],
        "about_text": about[-1],
    }


def folded(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


def basis(site: Site, number: int) -> str:
    """Where the date of a page stands first in the order json-ld, meta, byline, url: see the templates."""
    if (site.name, number) == ("daily", 2) or (site.name == "drupal" and number % 2):
        return "meta"
    if site.name == "divs" and number in (1, 3, 5):
        return "url"
    return site.basis


def made(site: Site, number: int, article: Article, template: jinja2.Template) -> tuple[str, dict[str, Any]]:
    """A page and its label."""
    marked = template.render(a=_context(article, site), n=number)
    label: dict[str, Any] = {
        "page": f"{site.name}_{number}.html",
        "site": site.name,
        "split": site.split,
        "title": article.head["title"],
        "authors": article.head["authors"],
        "publisher": site.publisher,
        "published": {"date": article.head["date"], "basis": basis(site, number)},
        "genre": article.head["genre"],
        "interests": article.head["interest"],
        "spans": [],
    }

    def unmarked(match: re.Match[str]) -> str:
        kind, text = match.groups()
        name = {"p": "article", "t": "title"}.get(kind) or KINDS[kind]
        label["spans"].append({"kind": name, "text": folded(text)})
        return re.sub(r"&(?!\w+;)", "&amp;", text)

    page = MARK.sub(unmarked, marked)
    _check(MARK.sub("", marked), label["page"])
    return page, label


def _check(rest: str, name: str) -> None:
    tree = lxml.html.fromstring(rest.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    for element in tree.xpath("//script|//style|//title|//*[contains(@style,'display:none')]|//comment()"):
        element.drop_tree()
    if left := re.findall(r"\w+", tree.text_content()):
        raise SystemExit(f"{name}: unmarked text {left[:8]}")


def main() -> None:
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE / "page_templates"))
    PAGES.mkdir(exist_ok=True)
    labels = []
    for site in SITES:
        template = environment.get_template(f"{site.name}.html")
        texts = articles((HERE / "page_texts" / f"{site.name}.txt").read_text("utf-8"))
        for number, article in enumerate(texts, 1):
            page, label = made(site, number, article, template)
            (PAGES / label["page"]).write_bytes(page.encode(site.encoding, "xmlcharrefreplace"))
            labels.append(json.dumps(label, ensure_ascii=False))
    (PAGES / "labels.jsonl").write_text("\n".join(labels) + "\n", "utf-8")


if __name__ == "__main__":
    main()
