"""Two wordings of an article as people compare them: the words that went and the words that came."""

from __future__ import annotations

import html
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
        "".join(escaped(piece) for piece in paragraph).strip() for paragraph, _ in paragraphs(before, after)
    ] or [""]
    body = "\n".join(f"<p>{each}</p>" for each in rest)
    return (
        f'<!doctype html>\n<html lang="{html.escape(after.language or "")}">\n<meta charset="utf-8">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n<h1>{headline}</h1>\n{body}\n</html>\n"
    )


_STYLE = (
    "body{max-width:40em;margin:2em auto;font:1.1em/1.5 serif}"
    "ins{background:#d7f5dd;text-decoration:none}del{background:#fbdcdc}"
)


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
