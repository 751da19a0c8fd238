"""The command that writes briefs: on a tie, on two ties side by side, on camps."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.shared import (
    DEFAULT_STORE,
    AsOf,
    HalfLife,
    Refused,
    StorePath,
    Window,
    actors,
    command,
    refusing,
)

if TYPE_CHECKING:
    from comity.report.forms import Form


class BriefForm(StrEnum):
    html = "html"
    md = "md"
    pdf = "pdf"


SUFFIXES = {".html": "html", ".htm": "html", ".md": "md", ".markdown": "md", ".pdf": "pdf"}


def register(app: typer.Typer) -> None:
    app.command("brief")(brief_command)


@command
def brief_command(
    a: Annotated[str | None, typer.Argument(help="A state or other actor: name or code.", show_default=False)] = None,
    b: Annotated[str | None, typer.Argument(help="The other.", show_default=False)] = None,
    versus: Annotated[
        tuple[str, str] | None,
        typer.Option("--versus", metavar="C D", help="Set the tie of C and D beside that of A and B."),
    ] = None,
    blocs: Annotated[bool, typer.Option("--blocs", help="On the camps of all actors instead of a tie.")] = False,
    form: Annotated[
        BriefForm | None,
        typer.Option("--format", help="By default as --out ends, else html. pdf needs comity[pdf]."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="The file to write; by default A-B.html.")] = None,
    store: StorePath = DEFAULT_STORE,
    as_of: AsOf = None,
    window: Window = None,
    half_life: HalfLife = 365,
    min_strength: Annotated[
        float, typer.Option(min=0, max=10, help="With --blocs: leave out ties with a weaker index.")
    ] = 1.0,
) -> None:
    """Write the brief on the tie of A and B.

    HTML in one file, Markdown with its pictures beside it, or two pages of PDF.
    With --versus two ties side by side, with --blocs the camps of all.

    Example: comity brief Israel Azerbaijan --out israel-azerbaijan.pdf
    """
    from comity.report.forms import blocs_brief, tie_brief, versus_brief
    from comity.report.names import display_name
    from comity.store import Store

    if blocs:
        if a or b or versus:
            raise Refused("--blocs is about all actors (leave out A, B and --versus)")
        pairs: list[list[str]] = []
    else:
        if not a or not b:
            raise Refused("a brief is on a tie: name A and B (or ask for --blocs)")
        pairs = [actors(a, b)] + ([actors(*versus)] if versus else [])
    made_as = _form(form, out)
    names = ["-".join(_slug(display_name(code)) for code in pair) for pair in pairs] or ["blocs"]
    file = out or Path(f"{'-versus-'.join(names)}.{made_as}")
    with Store.open(store, read_only=True) as opened, refusing():
        if blocs:
            made = blocs_brief(
                opened, made_as, as_of=as_of, min_strength=min_strength, half_life_days=half_life, stem=file.stem
            )
        elif versus:
            (one, other), (third, fourth) = pairs
            made = versus_brief(
                opened, (one, other), (third, fourth), made_as,
                as_of=as_of, window_days=window, half_life_days=half_life, stem=file.stem,
            )  # fmt: skip
        else:
            (one, other), *_ = pairs
            made = tie_brief(
                opened, one, other, made_as,
                as_of=as_of, window_days=window, half_life_days=half_life, stem=file.stem,
            )  # fmt: skip
    for name, picture in made.pictures.items():
        file.with_name(name).write_text(picture, encoding="utf-8")
    file.write_bytes(made.content)
    typer.echo(str(file))


def _form(asked: BriefForm | None, out: Path | None) -> Form:
    """The form asked for, or the one that the file's name tells. A name that says otherwise than --format is a slip."""
    told = SUFFIXES.get(out.suffix.casefold()) if out else None
    if asked and told and told != asked.value:
        raise Refused(f"--format {asked.value} and --out {out} ask for two forms (give one of them)")
    if out and out.suffix and not told and not asked:
        raise Refused(f"--out {out}: no form ends in {out.suffix} (end it in .html, .md or .pdf, or give --format)")
    chosen: Form = "pdf" if "pdf" in (asked, told) else "md" if "md" in (asked, told) else "html"
    return chosen


def _slug(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.casefold()).strip("-") or "actor"
