"""A sheet as Markdown (CommonMark with GitHub's tables).

In: a sheet; out: text. Words of documents are escaped: no title starts a heading, a link, a picture or a tag. A picture is
a file beside the text; `picture` says where, and None leaves it out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

from comity.report.sheet import Block, Picture, Quoted, Sheet, clean, safe_url

# Any ASCII punctuation may be escaped (CommonMark 0.31, 2.4). These begin something within a line …
_INLINE = re.compile(r"([\\`*_\[\]<>|~&$^@{}!])")
# … these at its beginning: headings, lists, rules, underlines of a heading.
_BEGIN = re.compile(r"^(?=#{1,6}(?:\s|$)|[-+](?:\s|$)|[-=]+\s*$)")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")


def escaped(text: str) -> str:
    """A text of strangers on one line, to stand anywhere in a paragraph, a quotation or a cell."""
    line = _INLINE.sub(r"\\\1", clean(text))
    line = _NUMBERED.sub(r"\1\\\2", _BEGIN.sub(r"\\", line))
    # Bare addresses would become links of themselves, to wherever a title says.
    return re.sub(r"(?i)\b(www)\.", r"\1\\.", line.replace("://", "\\://"))


def link(words: str, url: str | None) -> str:
    """Words that lead to an address of the web, or the words alone."""
    target = safe_url(url)
    return f"[{escaped(words)}]({quote(target, safe='%:/?#@!$&*+,;=~-._')})" if target else escaped(words)


def markdown(sheet: Sheet, picture: Callable[[Picture], str | None] = lambda _picture: None) -> str:
    """The sheet's text. `picture` gives the relative path of a picture's file."""
    lines = [f"# {escaped(sheet.title)}", "", f"*{escaped(sheet.kicker)}*", "", f"**{escaped(sheet.lead)}**", ""]
    if sheet.judgement:
        lines += [escaped(" ".join(sheet.judgement)), ""]
    if sheet.figures:
        lines += ["| figure | value | rests on |", "| --- | ---: | --- |"]
        lines += [f"| {escaped(f.label)} | {escaped(f.value)} | {escaped(f.note)} |" for f in sheet.figures]
        lines.append("")
    for block in sheet.blocks:
        lines += [*_block(block, picture), ""]
    lines += ["---", "", escaped(sheet.footer)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _block(block: Block, picture: Callable[[Picture], str | None]) -> Iterator[str]:
    match block.kind:
        case "heading":
            yield f"## {escaped(block.words)}"
        case "words":
            yield f"*{escaped(block.words)}*" if block.small else escaped(block.words)
        case "points" | "box":
            for term, words in block.items:
                yield f"- **{escaped(term)}.** {escaped(words)}"
        case "picture":
            path = picture(block)
            if path:
                yield f"![{escaped(block.title)}]({quote(path)})"
                yield ""
            yield escaped(f"{block.alternative} {block.caption}".strip() if path else block.alternative)
        case "table":
            yield f"*{escaped(block.caption)}*"
            yield ""
            yield "| " + " | ".join(escaped(column.name) for column in block.columns) + " |"
            yield "| " + " | ".join("---:" if column.numeric else "---" for column in block.columns) + " |"
            for row in block.rows:
                yield "| " + " | ".join(escaped(cell) for cell in row) + " |"
        case "quotes":
            for item in block.items:
                yield from _quoted(item)
        case "sources":
            for line in block.items:
                genre = f" ({escaped(line.genre)})" if line.genre else ""
                interest = f" ◆ *{escaped(line.interest)}*" if line.interest else ""
                title = link(line.title, line.url)
                yield f"{line.number}. {escaped(line.publisher)}, {escaped(line.published)}: {title}{genre}{interest}"


def _quoted(item: Quoted) -> Iterator[str]:
    yield f"- **{escaped(item.what)}**" + (f" ({escaped(item.note)})" if item.note else "")
    yield f"  “{escaped(item.sentence)}”"
    place = ", ".join(filter(None, (link(item.publisher, item.url), escaped(item.published))))
    mark = f" \\[{item.number}\\]" if item.number is not None else ""
    yield f"  — {place}{mark}{' ◆ interested source' if item.interested else ''}"
