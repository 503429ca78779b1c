"""What elements call themselves, folded into groups: class words, ids, itemprops."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from scraper import tables


@lru_cache(20_000)
def groups(names: str) -> int:
    """The groups of class words in `names`, as a mask of `group` bits."""
    found = _WORDS.findall(names if names.islower() else _CAMEL.sub(" ", names).lower())
    mask = 0
    for at, word in enumerate(found):
        own, leads = _word(word)
        mask |= own
        if leads:
            mask |= _phrase(" ".join(found[at : at + 4]))
    return mask


_WORDS = re.compile(r"[a-z]+\d*")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@cache
def group(name: str) -> int:
    """The bit of one group of class words."""
    return 1 << sorted(tables.load("class_words")).index(name)


@cache
def _stems(*, phrases: bool) -> list[tuple[int, re.Pattern[str]]]:
    """The groups with their beginnings of one word, or with those of several."""
    parted = {
        name: [stem for stem in stems if (" " in stem) is phrases] for name, stems in tables.load("class_words").items()
    }
    return [(group(name), re.compile(rf"(?<![a-z])(?:{'|'.join(stems)})")) for name, stems in parted.items() if stems]


@cache
def _leads() -> re.Pattern[str]:
    """What the first word of a phrase looks like: all of it, unless the space behind is optional."""
    stems = [stem for stems in tables.load("class_words").values() for stem in stems if " " in stem]
    parted = {(re.split("[^a-z]", stem)[0], " ?" in stem or "(" in stem) for stem in stems}
    return re.compile("|".join(first if joined else rf"{first}\b" for first, joined in sorted(parted)))


@cache
def _any_stem() -> re.Pattern[str]:
    """What every word begins like that has a group or may lead a phrase."""
    return re.compile("|".join(pattern.pattern for _, pattern in _stems(phrases=False)) + "|" + _leads().pattern)


@cache
def _any_phrase() -> re.Pattern[str]:
    return re.compile("|".join(pattern.pattern for _, pattern in _stems(phrases=True)))


@lru_cache(20_000)
def _word(word: str) -> tuple[int, bool]:
    """The groups a single word belongs to, and whether a phrase may begin with it."""
    if not _any_stem().match(word):
        return 0, False
    return sum(bit for bit, pattern in _stems(phrases=False) if pattern.match(word)), _leads().match(word) is not None


def _phrase(words: str) -> int:
    """The groups of the phrases that words begin with."""
    if not _any_phrase().match(words):
        return 0
    return sum(bit for bit, pattern in _stems(phrases=True) if pattern.match(words))
