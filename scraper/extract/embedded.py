"""The text that a page keeps in its scripts, for JavaScript to show: markup inside string literals."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from scraper.document import Document
from scraper.extract.lines import count
from scraper.extract.wording import plain, words
from scraper.models import Block

LEAST = 40
"""Words. Smaller pieces of markup are prompts, tooltips, notes on cookies."""

_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_PARAGRAPH = re.compile(r"<p[\s>]|\\u003[cC]p\b|<\\/p>")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_DEPTH = 3
"""String literals stand in string literals: the state of a page as one string is JSON once more."""


def markup(document: Document) -> str | None:
    """The piece of markup with most words among the strings of the page's scripts, None if none is a text."""
    found = [
        piece
        for script in document.tree.css("script:not([src], [type*='ld+json'])")
        for piece in _pieces(script.text(), _DEPTH)
    ]
    longest = max(found, key=_words, default="")
    return longest if _words(longest) >= LEAST else None


def is_about(blocks: Iterable[Block], headline: str | None) -> bool:
    """Whether a text has a third of the headline's words: scripts carry other articles too."""
    text = plain(" ".join(block.text for block in blocks))
    telling = [word for word in words(headline or "") if len(word) > 3 or not word.isascii()]
    return not telling or 3 * sum(word in text for word in telling) >= len(telling)


def _pieces(source: str, depth: int) -> Iterator[str]:
    """The string literals with paragraphs in them, those in literals too."""
    if depth == 0 or not _PARAGRAPH.search(source):
        return
    for literal in _LITERAL.finditer(source):
        if len(literal[1]) > 4 * LEAST and _PARAGRAPH.search(literal[1]):
            told = _told(literal[0])
            inner = list(_pieces(told, depth - 1)) if "\\" in told else []
            yield from inner or ([told] if "<p" in told else [])


def _told(literal: str) -> str:
    """What a string literal says, as JSON and JavaScript have it; nothing where it is broken."""
    try:
        told = json.loads(literal, strict=False)
    except ValueError:
        return ""
    return told.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(told, str) else ""


def _words(piece: str) -> int:
    return count(" ".join(_TAG.sub(" ", piece).split()))
