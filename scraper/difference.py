"""Two wordings of an article as people compare them: the words that went and the words that came."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from scraper import edits
from scraper.edits import Piece, Step
from scraper.models import Article

Paragraph = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands around words that went and words that came."""

    removed: tuple[str, str] = ("[-", "-]")
    added: tuple[str, str] = ("{+", "+}")
    moved: str = "↕ "


PLAIN = Marks()
"""As `git diff --word-diff` writes it."""
COLOURED = Marks(("\x1b[31;9m", "\x1b[0m"), ("\x1b[32m", "\x1b[0m"))
HTML = Marks(("<del>", "</del>"), ("<ins>", "</ins>"))


def paragraphs(before: Article, after: Article) -> list[tuple[Paragraph, bool]]:
    """Headline and text, paragraph by paragraph in the order of the new wording, with whether it stands elsewhere now.

    Removed sentences stand where they stood.
    """
    headline = tuple(edits.pieces(before.headline or "", after.headline or ""))
    found: list[tuple[Paragraph, bool]] = [(headline, False)] if headline else []
    for _, group in groupby(edits.aligned(before, after), key=lambda step: (step.kind == "removed", step.paragraph)):
        steps = list(group)
        found.append((tuple(_joined(steps)), all(step.kind == "moved" for step in steps)))
    return found


def text(before: Article, after: Article, marks: Marks = PLAIN) -> str:
    """The new wording with what was taken out and put in, paragraphs parted by a blank line."""
    told = (
        marks.moved * is_moved + "".join(_marked(piece, marks) for piece in paragraph).strip()
        for paragraph, is_moved in paragraphs(before, after)
    )
    return "\n\n".join(told) + "\n"


def changed(before: Article, after: Article, marks: Marks = PLAIN) -> str:
    """Only the paragraphs in which something changed."""
    told = (
        "".join(_marked(piece, marks) for piece in paragraph).strip()
        for paragraph, is_moved in paragraphs(before, after)
        if is_moved or any(kind != "same" for kind, _ in paragraph)
    )
    return "\n".join(told)


def page(before: Article, after: Article, title: str) -> str:
    """The same as a page of HTML that stands for itself."""
    headline, *rest = [
        ("".join(map(escaped, paragraph)).strip(), is_moved) for paragraph, is_moved in paragraphs(before, after)
    ] or [("", False)]
    body = "\n".join(f"<p{_MOVED * is_moved}>{told}</p>" for told, is_moved in rest)
    return (
        f'<!doctype html>\n<html lang="{html.escape(after.language or "")}" dir="{_direction(after)}">\n'
        f'<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n<h1>{headline[0]}</h1>\n{body}\n</html>\n"
    )


_MOVED = ' class="moved" title="stands elsewhere now"'
_STYLE = (
    "body{max-width:40em;margin:2em auto;padding:0 1em;font:1.1em/1.5 serif}"
    "ins{background:#d7f5dd;text-decoration:none}del{background:#fbdcdc}"
    ".moved{border-inline-start:.3em solid #c9d6f2;padding-inline-start:.7em}.moved::before{content:'↕ '}"
)


def _direction(article: Article) -> str:
    """The way of the first letter that has one: from the right in Arabic and Hebrew."""
    ways = map(unicodedata.bidirectional, f"{article.headline or ''}{article.body}")
    return "rtl" if next((way for way in ways if way in ("L", "R", "AL")), "L") != "L" else "ltr"


def _joined(steps: list[Step]) -> Iterator[Piece]:
    for at, step in enumerate(steps):
        if at:
            yield "same", " "
        before, after = (side.text if side else "" for side in (step.before, step.after))
        if step.kind == "changed":
            yield from edits.pieces(before, after)
        else:
            yield "added" if step.kind == "added" else "removed" if step.kind == "removed" else "same", after or before


def _marked(piece: Piece, marks: Marks) -> str:
    kind, told = piece
    if kind == "same":
        return told
    opening, closing = marks.added if kind == "added" else marks.removed
    words = told.lstrip()
    return told[: len(told) - len(words)] + opening + words + closing


def escaped(piece: Piece) -> str:
    """A piece as HTML."""
    return _marked((piece[0], html.escape(piece[1])), HTML)
