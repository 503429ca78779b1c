"""Bylines as people: names without what stands around them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from functools import cache

from scraper import tables
from scraper.extract.wording import plain

_EMAIL = re.compile(r"\S+@\S+\.\S+|(?<!\w)@\w+")
_ADDRESS = re.compile(r"(?:https?:)?//\S+|www\.\S+|\b[\w-]+\.\w{2,4}/\S*")
_PARENTHESIS = re.compile(r"\s*[(\[|][^()\[\]|]*[)\]|]?")
_SPLIT = re.compile(r"\s*(?:[;|•·、\n\t]|\s/\s|\s[–—-]\s)\s*")
_MARKUP = re.compile(r"<[^<>]{1,300}>")
_ENDS = " ,:;-–—|/*_'\"‘’“”→›»«©"
_SIMPLE = re.compile(r"(?:[^\W\d_]{2,20}[ '’-]){1,3}[^\W\d_]{2,20}")
"""A name and nothing else, if no word in it tells of more: nine bylines of ten in linked data."""
_INITIAL = re.compile(r"(?:(?<!\w)\w|(?<!\w)(?:jr|sr|dr|ph\.d|e\.v|inc|ltd|co))\.$", re.IGNORECASE)
_LONGEST_NAME = 60
_LONGEST_BYLINE = 400


def people(texts: Iterable[str]) -> tuple[str, ...]:
    """The names that byline texts hold, each person once, in their order."""
    found: dict[str, str] = {}
    for text in texts:
        for name in names(text):
            found.setdefault(plain(name).replace("-", " "), name)
    return tuple(found.values())


def names(text: str) -> Iterator[str]:
    """The names in one byline: roles, addresses and what introduces them taken off, several names parted."""
    if _SIMPLE.fullmatch(text) and not _telling() & set(text.lower().split()):
        yield text
        return
    text = _MARKUP.sub(" ", html.unescape(text[:_LONGEST_BYLINE]))
    text = _EMAIL.sub(" ", _ADDRESS.sub(" ", text))
    for line in _SPLIT.split(text):
        yield from _of_line(_PARENTHESIS.sub(" ", _introduced(line)))


def is_person(name: str) -> bool:
    """Whether a name reads like a person's: two words with capitals, or some letters of a script without them."""
    capitals = sum(part[0].isupper() for part in name.split())
    if capitals >= 2 or len(name) < 2:
        return capitals >= 2
    uncased = any(letter.isalpha() and letter.lower() == letter.upper() for letter in name)
    return uncased and (" " in name or len(name) <= _LONGEST_UNSPACED)


_LONGEST_UNSPACED = 8
"""Letters of a Chinese, Japanese or Korean name: most have three or four."""


def is_full_name(name: str) -> bool:
    """Whether a name is nothing but capitals and the small words between them: not "Berlin nach Paris"."""
    parts = re.sub(r"(?<=\w)[.'’-](?=\w)", "", name).split()
    told = all(part[0].isupper() or part in _words("particles") or not part.isascii() for part in parts)
    return told and is_person(name) and len(parts) <= 5 and parts[0].lower() not in _ARTICLES


_ARTICLES = frozenset(
    "a an the der die das ein eine le la les un une el los las il lo i gli o os as een het de".split()
)


def _introduced(line: str) -> str:
    """What stands behind a word that introduces a name, where a date or a work stands before: `3 May 2024 by …`."""
    for mark in _by().finditer(line):
        before = line[: mark.start()]
        if re.search(r"\d", before) or _work().search(before):
            return line[mark.end() :]
    return line


def _of_line(line: str) -> Iterator[str]:
    """The names in a part of a byline. One word behind a name and a comma is as often a place or an agency."""
    first, *others = [[_cut(piece) for piece in _pieces(_bare(part))] for part in line.split(",")]
    full = any(" " in piece for piece in first)
    pieces = [
        *first,
        *(piece for part in others for piece in part if not (full and " " not in piece and piece.isascii())),
    ]
    for at, piece in enumerate(pieces):
        if name := _without_role(piece, first=at == 0):
            yield name


def _cut(piece: str) -> str:
    """A name without the place, the day or the paper that follows it."""
    return _bare(_behind().split(_bare(piece), maxsplit=1)[0])


def _pieces(text: str) -> list[str]:
    """A text parted where words join names; `Smith & Sons` and `dpa/lno` stay whole."""
    joined = _joined().split(text)
    # the Dutch "and" is the Spanish "in": it joins two full names
    dutch = text.split(" en ")
    if len(dutch) == 2 and all(map(is_full_name, map(_trimmed, dutch))):
        joined = dutch
    return [each for part in joined for each in _parted(part)]


def _parted(text: str) -> list[str]:
    """Names on both sides of a slash or an ampersand, if the first is one of several words."""
    sides = re.split(r"\s*[/&+]\s*", text)
    if len(sides) > 1 and " " in sides[0]:
        return [side for side in sides if " " in side] or [text]
    return [text]


def _bare(text: str) -> str:
    text = _trimmed(" ".join(text.split()))
    while match := _introduction().match(text):
        text = _trimmed(text[match.end() :])
    return text


def _trimmed(text: str) -> str:
    text = text.strip(_ENDS).lstrip(".")
    return text if _INITIAL.search(text) else text.rstrip(". ")


def _without_role(name: str, *, first: bool) -> str:
    """A name without a role in front of it or, where that is written behind, behind it; "" for what is no name."""
    if _DESK.fullmatch(name):
        return name
    if _role().search(name):
        tokens = name.split()
        while first and tokens and _role().fullmatch(tokens[0]):
            tokens = tokens[1:]
        while tokens and not tokens[-1].isascii() and _role().fullmatch(tokens[-1]):
            tokens = tokens[:-1]
        name = " ".join(tokens)
        if not is_person(name):
            return ""
    return name if _is_name(name) else ""


_DESK = re.compile(r"(?:[\w.&'’-]+ ){0,3}Staff", re.IGNORECASE)
"""Who signs for all who wrote it: `MND Staff`, and where that is the byline, `Staff`."""


def _is_name(text: str) -> bool:
    if not 1 < len(text) <= _LONGEST_NAME or re.search(r"\d{2}|[<>{}@!?]", text) or text.count(" ") > 6:
        return False
    if all(word in _nobody() for word in plain(text).split()) or plain(text) in _nobody():
        return False
    return not _role().search(text) and any(letter.isalpha() for letter in text)


@cache
def _introduction() -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?:{_any('before')})(?:\s*[:：]\s*|\s+(?=\S))|(?:{_any('between')}|&)\s+(?=\S))", re.IGNORECASE
    )


@cache
def _by() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any('before')})\s*[:：]?\s+(?=\S)", re.IGNORECASE)


@cache
def _work() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any('works')})(?!\w)", re.IGNORECASE)


@cache
def _behind() -> re.Pattern[str]:
    return re.compile(rf"\s+(?:{_any('behind')})(?:\s+.*|$)", re.IGNORECASE)


@cache
def _joined() -> re.Pattern[str]:
    return re.compile(rf"\s+(?:{_any('between')})\s+", re.IGNORECASE)


@cache
def _role() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any('roles')})(?!\w)", re.IGNORECASE)


def _any(name: str) -> str:
    return "|".join(map(re.escape, sorted(tables.load("bylines")[name], key=len, reverse=True)))


@cache
def _telling() -> frozenset[str]:
    """Every word that has a meaning in bylines."""
    names = ("before", "between", "behind", "roles", "nobody", "works")
    return frozenset(word for name in names for entry in _words(name) for word in entry.split())


@cache
def _nobody() -> frozenset[str]:
    """Labels, and the words around names, which are none."""
    return _words("nobody") | _words("before") | _words("between") | _words("behind")


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(tables.load("bylines")[name])
