"""Bylines as people: names without what stands around them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from functools import cache

from scraper import tables
from scraper.extract.wording import plain

_EMAIL = re.compile(r"\S+@\S+\.\S+")
_ADDRESS = re.compile(r"(?:https?:)?//\S+|www\.\S+")
_PARENTHESIS = re.compile(r"\s*[(\[|][^()\[\]|]*[)\]|]?")
_SPLIT = re.compile(r"\s*(?:[;|•·\n\t]|\s/\s|\s[–—-]\s)\s*")
_MARKUP = re.compile(r"<[^<>]{1,300}>")
_LONGEST_NAME = 60


def people(texts: Iterable[str]) -> tuple[str, ...]:
    """The names that byline texts hold, each once, in their order."""
    found: dict[str, str] = {}
    for text in texts:
        for name in names(text):
            found.setdefault(plain(name), name)
    return tuple(found.values())


def names(text: str) -> Iterator[str]:
    """The names in one byline: roles, addresses and what introduces them taken off, several names parted."""
    text = _MARKUP.sub(" ", html.unescape(text))
    text = _EMAIL.sub(" ", _ADDRESS.sub(" ", text))
    for part in _SPLIT.split(text):
        yield from _of_part(_PARENTHESIS.sub(" ", part))


def _of_part(part: str) -> Iterator[str]:
    for piece in part.split(","):
        yield from filter(_is_name, map(_bare, _joined().split(_bare(piece))))


def _bare(text: str) -> str:
    text = " ".join(text.split()).strip(" .,:;-–—|/*_'\"")
    while match := _introduction().match(text):
        text = text[match.end() :].strip(" .,:;-–—|/*'\"")
    return text


def _is_name(text: str) -> bool:
    if not 1 < len(text) <= _LONGEST_NAME or re.search(r"\d{2}|[<>{}@]", text):
        return False
    return not _role().search(text) and any(letter.isalpha() for letter in text)


@cache
def _introduction() -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{_any('before')})(?:\s*:\s*|\s+(?=\S))|(?:{_any('between')}|&)\s+(?=\S))", re.IGNORECASE)


@cache
def _joined() -> re.Pattern[str]:
    return re.compile(rf"\s+(?:{_any('between')}|&|\+)\s+", re.IGNORECASE)


@cache
def _role() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any('roles')})(?!\w)", re.IGNORECASE)


def _any(name: str) -> str:
    return "|".join(map(re.escape, sorted(tables.load("bylines")[name], key=len, reverse=True)))
