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


@lru_cache(10_000)
def _whole(text: str) -> str | None:
    line = text.lower().translate(_STRAIGHT).strip()
    return _match("whole", line) or _match("whole", _bare(line))


@lru_cache(10_000)
def _opening(text: str) -> str | None:
    line = text.lower().translate(_STRAIGHT).strip()
    return _match("opening", line) or _match("opening", _bare(line))


def _match(kind: str, line: str) -> str | None:
    for name, pattern in _patterns(kind):
        if pattern.fullmatch(line):
            return name
    return None


def _bare(line: str) -> str:
    """The line without bullets in front and marks behind; the full stop of a sentence stays."""
    start = _LEAD.sub("", line)
    return start if start.endswith(".") and start.count(" ") > 4 else _TAIL.sub("", start)


_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "´": "'", "\u00a0": " ", "–": "-", "—": "-"})


@cache
def _patterns(kind: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (row["name"], re.compile("|".join(f"(?:{pattern})" for pattern in row[kind])))
        for row in tables.load("furniture")["reason"]
        if kind in row
    )
