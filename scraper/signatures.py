"""What a text is known by when it is met again: its shingles, the few of them that are looked up, and its names.

A shingle is three words in a row. A copy with one word in five exchanged keeps half of its
shingles, two texts about one event have next to none in common.
"""

from __future__ import annotations

import heapq
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

VERSION = 2
"""Changes whenever the same text may get other bands."""

BANDS = 24
"""Shingles of a text that are looked up: those with the smallest numbers, which any copy has, too, if it has the words.

Of a text with a fifth of its words exchanged 12 are left, of one with 12 % exchanged and cut to 60 % 10, of a third
of it 8: two that have three in common are looked at. MinHash in 32 bands of 4 values finds 36 %, 35 % and 32 % of these
three with more rows: it asks how alike two texts are, not whether one is in the other.
"""

WIDTH = 3
"""Words of a shingle."""

_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SOUTH_EAST = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
# Vowel signs are no letters to a regular expression: without them a word of Hindi falls into its consonants.
_SIGNS = (
    "\u0900-\u0963\u0966-\u0dff\u200c\u200d\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u0670"
    "\u07a6-\u07b0"
)
_WORD = re.compile(r"[^\W_]+")
_SIGNED_WORD = re.compile(rf"(?:[^\W_]|[{_SIGNS}])+")
_UNSPACED_WORD = re.compile(rf"[{_HAN}]|[{_SOUTH_EAST}]|[^\W_{_HAN}{_SOUTH_EAST}]+")
_SIGN = re.compile(f"[{_SIGNS}]")
_HAN_LETTER = re.compile(f"[{_HAN}]")
_SOUTH_EAST_LETTER = re.compile(f"[{_SOUTH_EAST}]")

# Letters that carry as much as three words do: a Chinese word has one or two, a Thai word some four.
_HAN_WIDTH = 5
_SOUTH_EAST_WIDTH = 10

# A name is a word with a capital inside of a sentence; what opens one is large whatever it is. Where a capital can be
# at all is asked first: that is what a search is quick at.
_INSIDE = re.compile(r"[A-Z\u0080-\U0010ffff](?<=[\w,;]\s[^\W\d_])[\w'’]+")
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_ONE_SPELLING = str.maketrans(
    {zero + digit: str(digit) for zero in (0x660, 0x6F0, 0x966, 0x9E6) for digit in range(10)}
    | dict.fromkeys(map(ord, ".,:"), None)
)
"""A figure is the same in the digits of Arabic, Persian, Hindi and Bengali, and however its thousands are parted."""

# What stands for names where there are no capitals: a short text says twice what it is about.
_SUBJECT = re.compile(
    rf"[\u30a0-\u30ff]{{2,}}|(?=([\u3400-\u9fff]{{2}}))|\b([\uac00-\ud7a3]{{2}})"
    rf"|(?:[\u05d0-\u05ea\u0620-\u06ff{_SIGNS}]){{4,}}"
)
_HAS_SUBJECTS = re.compile("[\u05d0-\u06ff\u0900-\u0dff\u3040-\u9fff\uac00-\ud7a3]")

_LONG = 16
_BURDENS = (64,) * 12 + (4,) * 4
"""By letters: “one of the” is in every fifth English text, three words of 16 letters and more in few."""

_MIX = 0x9E3779B97F4A7C15
_HALF = 0xFFFFFFFF


@dataclass(frozen=True)
class Text:
    """A text as it is held against others: the number of each shingle in its order, and its particulars.

    `particulars` are the names, or what stands for them in scripts without capitals, and the figures: what tells
    two reports apart that were written on one pattern.
    """

    shingles: tuple[int, ...]
    bands: tuple[int, ...]
    particulars: frozenset[str]

    @cached_property
    def distinct(self) -> frozenset[int]:
        return frozenset(self.shingles)


def text(body: str) -> Text:
    """A body as it is held against others: the same on any day and machine."""
    plain = unicodedata.normalize("NFKC", body)
    words = _words(plain.casefold())
    numbers = _numbers(words)
    return Text(tuple(numbers), _bands(words, numbers), _particulars(plain))


def shingles(body: str) -> list[int]:
    """The number of each shingle, in order."""
    return _numbers(_words(unicodedata.normalize("NFKC", body).casefold()))


def _words(plain: str) -> list[str]:
    if plain.isascii():
        return _WORD.findall(plain)
    if _is_unspaced(plain):
        return _UNSPACED_WORD.findall(plain)
    return (_SIGNED_WORD if _SIGN.search(plain) else _WORD).findall(plain)


def _is_unspaced(plain: str) -> bool:
    return not plain.isascii() and bool(_HAN_LETTER.search(plain) or _SOUTH_EAST_LETTER.search(plain))


def _numbers(words: list[str]) -> list[int]:
    """The shingle that begins at each word, as 32 bits."""
    known = {word: zlib.crc32(word.encode("utf-8", "replace")) for word in set(words)}
    told = list(map(known.__getitem__, words))
    if _is_unspaced("".join(known)):
        return [
            _mixed(told[at : at + _width(word)]) for at, word in enumerate(words) if at + _width(word) <= len(words)
        ]
    return [
        ((((one * _MIX ^ two) * _MIX ^ three) * _MIX) >> 32) & _HALF
        for one, two, three in zip(told, told[1:], told[2:], strict=False)
    ]


def _width(word: str) -> int:
    if word.isascii() or len(word) > 1:
        return WIDTH
    return _HAN_WIDTH if _HAN_LETTER.match(word) else _SOUTH_EAST_WIDTH if _SOUTH_EAST_LETTER.match(word) else WIDTH


def _mixed(numbers: list[int]) -> int:
    told = 0
    for each in numbers:
        told = (told ^ each) * _MIX & 0xFFFFFFFFFFFFFFFF
    return (told >> 32) & _HALF


def _bands(words: list[str], numbers: list[int]) -> tuple[int, ...]:
    """The shingles with the smallest numbers; those of short words, which any text may have, come last."""
    sizes = list(map(len, words))
    ranked = {
        number * (1 if one + two + three >= _LONG else _BURDENS[one + two + three]): number
        for number, one, two, three in zip(numbers, sizes, sizes[1:], sizes[2:], strict=False)
    }
    return tuple(sorted({ranked[rank] for rank in heapq.nsmallest(BANDS, ranked)}))


def _particulars(plain: str) -> frozenset[str]:
    names = (word for word in _INSIDE.findall(plain) if word[0].isupper())
    figures = (each.translate(_ONE_SPELLING) for each in _FIGURE.findall(plain))
    return frozenset((*names, *figures, *_subjects(plain)))


def _subjects(plain: str) -> Iterator[str]:
    """Words, or pairs of letters where words are not parted, that stand more than once in scripts without capitals."""
    if not plain.isascii() and _HAS_SUBJECTS.search(plain):
        counted = Counter(found[1] or found[2] or found[0] for found in _SUBJECT.finditer(plain))
        yield from (subject for subject, times in counted.items() if times > 1)
