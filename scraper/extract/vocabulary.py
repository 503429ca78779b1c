"""How much a text speaks of the page rather than of the world, by the words it uses."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from scraper import tables

KINDS: tuple[str, ...] = tuple(sorted(tables.load("vocabulary")["words"]))
"""What a word may speak of: consent, contact, more to read …"""

_PARTS = re.compile(r"[\s,.;:!?()\[\]\"'“”„‘’«»/|·•–—-]+")
_LONGEST = 300
"""Characters that are looked at: no prompt or note is longer."""


def shares(text: str, words: int) -> list[float]:
    """For each of `KINDS` the share of the text's words that speak of it, 0 to 1."""
    counts = [0] * len(KINDS)
    head = text[:_LONGEST].lower()
    for word in _PARTS.split(head):
        for kind in _spoken(word):
            counts[kind] += 1
    if not head.isascii() and _letters().search(head):
        for kind, pattern in _unspaced():
            counts[kind] += len(pattern.findall(head))
    return [count / words for count in counts]


@lru_cache(50_000)
def _spoken(word: str) -> tuple[int, ...]:
    if not _any().match(word):
        return ()
    return tuple(kind for kind, pattern in _patterns() if pattern.match(word))


@cache
def _any() -> re.Pattern[str]:
    """What the words of any kind begin with: most words do not, and are looked at once."""
    return re.compile("|".join(pattern.pattern for _, pattern in _patterns()))


@cache
def _patterns() -> list[tuple[int, re.Pattern[str]]]:
    rows = tables.load("vocabulary")["words"]
    return [(at, re.compile("|".join(_form(word) for word in rows[kind]))) for at, kind in enumerate(KINDS)]


def _form(word: str) -> str:
    return rf"{re.escape(word[:-1])}$" if word.endswith("=") else re.escape(word)


@cache
def _letters() -> re.Pattern[str]:
    """Compiled when it is asked for: ranges of so many letters take 2 ms at every start."""
    return re.compile("[\u3040-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


@cache
def _unspaced() -> list[tuple[int, re.Pattern[str]]]:
    rows = tables.load("vocabulary")["unspaced"]
    return [(KINDS.index(kind), re.compile("|".join(map(re.escape, words)))) for kind, words in rows.items()]
