"""Lines that are never the article, by their wording: skip links, read-also lists, prompts, credits.

Whole lines only. A rule that looks into sentences cuts real text (EXTRACTOR: −.010 recall).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from scraper import tables

LONGEST = 240
"""Characters. No piece of furniture that a wording can tell is longer."""

_LEAD = re.compile(r"^[\W_]+")
_TAIL = re.compile(r"[\s>»›→:|▼▶.!…-]+$")


def reason(text: str) -> str | None:
    """Why a line with this wording is furniture whatever stands around it, or None."""
    return _whole(text) if len(text) <= LONGEST else None


def opening(text: str) -> str | None:
    """Why a line that begins so is furniture if it is a link or points to one, or None."""
    return _opening(text) if len(text) <= LONGEST else None


def prompt(text: str) -> str | None:
    """What a line says to the reader of the page or of the text itself, or None. A strong hint and no proof."""
    if len(text) > _LONGEST_PROMPT:
        return None
    line = text.lower()
    return next((name for word, name, pattern in _prompts() if word in line and pattern.search(line)), None)


_LONGEST_PROMPT = 300
"""Characters. Longer ones are terms and conditions, which stand elsewhere."""


@cache
def _prompts() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple(
        (word, name, re.compile(phrase))
        for name, phrases in tables.load("prompts").items()
        for word, phrase in phrases.items()
    )


@lru_cache(10_000)
def _whole(text: str) -> str | None:
    return _told("whole", text)


@lru_cache(10_000)
def _opening(text: str) -> str | None:
    return _told("opening", text)


def _told(kind: str, text: str) -> str | None:
    line = text.lower().translate(_STRAIGHT).strip()
    bare = _bare(line)
    return _match(kind, line) or (_match(kind, bare) if bare != line else None)


def _match(kind: str, line: str) -> str | None:
    """The first row that has the line. Most lines are in none, which one pattern of all tells."""
    if not _any(kind).fullmatch(line):
        return None
    return next((name for name, pattern in _patterns(kind) if pattern.fullmatch(line)), None)


def _bare(line: str) -> str:
    """The line without bullets in front and marks behind; the full stop of a sentence stays."""
    start = _LEAD.sub("", line)
    return start if start.endswith(".") and start.count(" ") > 4 else _TAIL.sub("", start)


_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "´": "'", "\u00a0": " ", "–": "-", "—": "-"})


@cache
def _patterns(kind: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (row["name"], re.compile("|".join(f"(?:{_grouped(pattern)})" for pattern in row[kind])))
        for row in tables.load("furniture")["reason"]
        if kind in row
    )


@cache
def _any(kind: str) -> re.Pattern[str]:
    return re.compile("|".join(pattern.pattern for _, pattern in _patterns(kind)))


def _grouped(pattern: str) -> str:
    """The pattern with groups that nothing is kept of: they cost a third."""
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)
