"""How alike two wordings are: equal, cut short, reworded."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Any

_PLAIN = str.maketrans(
    dict.fromkeys("“”„«»‟〝〞", '"')
    | dict.fromkeys("‘’‚‛`´ʼ", "'")
    | dict.fromkeys("–—‐‑‒―−", "-")
    | {"…": "...", "\u00ad": "", "\u200b": "", "\ufeff": ""}
)
_WORD = re.compile(r"[^\W_]+(?:['.][^\W_]+)*")
_CUT = re.compile(r"\s*(?:\.{2,}|\[\.{3}\]|\(\.{3}\))\s*$")


_CUT_ENDS = ("…", "..", "…]", "…)", "..]", "..)")
_INLINE_MARKUP = re.compile(
    r"</?(?:a|abbr|b|cite|em|font|i|mark|q|small|span|strong|sub|sup|u|wbr)(?:\s[^<>]{0,300})?/?>", re.IGNORECASE
)
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]{0,300}>")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
"""Marks no reader sees. Joiners stay: Persian and Hindi are written with them."""
LONGEST = 5_000
"""Characters of a field that are looked at."""


def unmarked(value: Any) -> str:
    """A value of linked data or meta as a reader would see it: entities and markup out, white space folded.

    Of a list it is the first string, of an object its name; "" for what is neither.
    """
    if isinstance(value, list):
        value = next((each for each in value if isinstance(each, str) and each), "")
    if isinstance(value, dict):
        value = value.get("name")
    if not isinstance(value, str):
        return ""
    text = value[:LONGEST]
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _MARKUP.sub(" ", _INLINE_MARKUP.sub("", text))
    return " ".join((text if text.isascii() else _INVISIBLE.sub("", text)).split())


def plain(text: str) -> str:
    """The wording without case, kinds of quote and dash, and white space."""
    return _short(text) if len(text) < 400 else _plain(text)


@lru_cache(4096)
def _short(text: str) -> str:
    return _plain(text)


def _plain(text: str) -> str:
    if text.isascii():
        return " ".join(text.replace("`", "'").split()).lower()
    return " ".join(unicodedata.normalize("NFKC", text.translate(_PLAIN)).split()).casefold()


def words(text: str) -> list[str]:
    """The words of `plain(text)`; a script without spaces is taken apart into pairs of letters."""
    found = _WORD.findall(plain(text))
    return [part for word in found for part in (_pairs(word) if len(word) > 12 and _is_unspaced(word) else [word])]


def bare(text: str) -> str:
    """`plain(text)` without marks at its ends."""
    return plain(text).strip(" .:!'\"-")


def same(one: str, other: str) -> bool:
    """Whether two wordings differ in nothing but case, quotes, dashes, white space and marks at the ends."""
    return bare(one) == bare(other)


def is_cut(text: str) -> bool:
    """Whether a wording ends in an ellipsis."""
    return text.rstrip().endswith(_CUT_ENDS) and bool(_CUT.search(plain(text)))


def is_cut_of(short: str, whole: str) -> bool:
    """Whether `short` is the beginning of `whole` and ends in an ellipsis."""
    start = _CUT.sub("", plain(short))
    return is_cut(short) and len(start) >= 8 and plain(whole).startswith(start.rstrip(" ,;:-"))


def likeness(one: str, other: str) -> float:
    """The share of words that two wordings have in common in the same order, 0 to 1 (LCS ratio)."""
    left, right = words(one), words(other)
    if not left or not right:
        return 0.0
    return 2 * _common(left[:60], right[:60]) / (min(len(left), 60) + min(len(right), 60))


def holds(long: str, short: str) -> bool:
    """Whether a wording has nearly all words of a shorter one, in order, and not very many more."""
    left, right = words(long)[:60], words(short)[:60]
    if not 4 <= len(right) <= len(left) <= 3 * len(right):
        return False
    return _common(left, right) >= 0.85 * len(right)


def _common(left: list[str], right: list[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(right) + 1)
    for word in left:
        before = 0
        for column, other in enumerate(right, 1):
            above = row[column]
            row[column] = before + 1 if word == other else max(above, row[column - 1])
            before = above
    return row[-1]


def _pairs(word: str) -> list[str]:
    return [word[at : at + 2] for at in range(len(word) - 1)]


def _is_unspaced(word: str) -> bool:
    return "\u3040" <= word[0] <= "\u9fff" or "\u0e00" <= word[0] <= "\u0eff"
