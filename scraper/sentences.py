"""A text as sentences and their words, in scripts with spaces and without."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from scraper.revisions import plain


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a figure or a mark; `between` quotes or not, `spaced` when white space stands before it."""

    text: str
    key: str
    quoted: bool
    spaced: bool

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()

    @property
    def is_figure(self) -> bool:
        return any(letter.isdecimal() for letter in self.text)

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def stem(self) -> str:
        """A word without what an apostrophe joins to it: Berg of Berg's, İstanbul of İstanbul'da."""
        return _APOSTROPHE.split(self.key, maxsplit=1)[0]


@dataclass(frozen=True)
class Sentence:
    """A sentence and the paragraph it stands in, counted from 0."""

    tokens: tuple[Token, ...]
    paragraph: int

    @cached_property
    def text(self) -> str:
        return written(self.tokens)

    @cached_property
    def key(self) -> str:
        """What two sentences have in common that say the same."""
        return plain(self.text)

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(token.key for token in self.tokens if token.is_word)


def written(tokens: Iterable[Token]) -> str:
    """Tokens as they stood, white space folded."""
    return "".join(" " * token.spaced + token.text for token in tokens).strip()


def sentences(paragraphs: Iterable[str]) -> list[Sentence]:
    """The sentences of a text, each with the number of its paragraph."""
    return [
        Sentence(tuple(tokens), number)
        for number, paragraph in enumerate(paragraphs)
        for tokens in _parted(list(tokenized(paragraph)))
    ]


_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
# Vowel signs and points are no letters to a regular expression, and yet parts of words.
_SIGNS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u0670\u07a6-\u07b0"
    "\u0900-\u0963\u0966-\u0dff\u200c\u200d"
)
_LETTER = rf"(?:(?![{_UNSPACED}])[\w{_SIGNS}])"
_TOKEN = re.compile(
    rf"(?P<figure>\d{{1,3}}(?: \d{{3}})+(?!\d)%?|\d+(?:[.,:’'/]\d+|[\u00a0\u202f\u2009]\d{{3}}(?!\d))*%?)"
    rf"|(?P<letter>[{_UNSPACED}])|(?P<word>{_LETTER}+(?:['’.-]{_LETTER}+)*)|(?P<mark>\S)"
)
_APOSTROPHE = re.compile("['’\"]")  # `plain` writes it as a quote
_SPEECH = re.compile(r"(?<!\w)'(?=\w)((?:[^']|(?<=\w)'(?=\w))*[.,!?…])'(?!\w)")
"""What stands between straight single quotes, which are apostrophes as well: it ends with a mark."""


def tokenized(text: str) -> Iterator[Token]:
    """The words, figures and marks of a paragraph. Scripts without spaces are taken letter by letter."""
    quotes, end = _Quotes(), 0
    marked = _SPEECH.sub(r"‘\1’", text)
    for found in _TOKEN.finditer(text):
        told = found[0]
        following = text[found.end() : found.end() + 1]
        mark = marked[found.start() : found.end()]
        quoted = quotes.around(mark, text[end : found.start()] != "" or end == 0, following)
        yield Token(told, plain(told) or told, quoted, found.start() > end)
        end = found.end()


_OPENING = dict(zip("“„«»‹「『‘‚", "”“»«›」』’‘", strict=True))


class _Quotes:
    """Whether the text stands between quotes, mark by mark. What is not closed ends with its paragraph."""

    def __init__(self) -> None:
        self.closing: list[str] = []

    def around(self, mark: str, spaced: bool, following: str) -> bool:  # noqa: FBT001
        inside = bool(self.closing)
        if self.closing and mark in (self.closing[-1], "”" if self.closing[-1] == "“" else mark[:0]):
            if mark != "’" or not following.isalpha():
                self.closing.pop()
        elif mark == '"':
            self.closing.append('"')
        elif mark in _OPENING and (mark not in "‘‚»" or spaced):
            self.closing.append(_OPENING[mark])
        return inside or bool(self.closing)


_FULL = frozenset("。！？।॥؟۔!?…")
_AFTER = frozenset("\"”’»›)]」』）'")
_ABBREVIATED = 3
"""Letters up to which a capitalised word before a full stop is rather an abbreviation: Dr., Nr., St., Mrs., Sen."""


def _parted(tokens: list[Token]) -> Iterator[list[Token]]:
    """The sentences of one paragraph."""
    start = at = 0
    while at < len(tokens):
        if _ends(tokens, at):
            while at + 1 < len(tokens) and tokens[at + 1].text in _AFTER | _FULL and not tokens[at + 1].spaced:
                at += 1
            if not _goes_on(tokens, at):
                yield tokens[start : at + 1]
                start = at + 1
        at += 1
    if start < len(tokens):
        yield tokens[start:]


def _ends(tokens: list[Token], at: int) -> bool:
    mark = tokens[at].text
    if mark in _FULL:
        return True
    if mark != "." or at == 0:
        return False
    before = tokens[at - 1].text
    short = before.isalpha() and before[0].isupper() and len(before) <= _ABBREVIATED and not before.isupper()
    initial = len(before) == 1 and before.isalpha()
    ordinal = before.isdecimal() and len(before) <= 2
    return not (short or initial or ordinal or "." in before)


def _goes_on(tokens: list[Token], at: int) -> bool:
    """Whether the sentence goes on behind a mark that often ends one."""
    if at + 1 == len(tokens):
        return False
    following = tokens[at + 1]
    if tokens[at].text in "。！？।॥۔" or tokens[at].text in "」』）":
        return False
    return not following.spaced or following.text[0].islower()
