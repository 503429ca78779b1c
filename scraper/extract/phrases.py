"""What a wording says about the kind of page it stands on: the table `quality.toml`, made quick to ask.

A title is matched as a whole, or as a whole part between separators; a sentence is searched
for phrases. Letters are folded so that case, accents, quotes and kinds of one letter do not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache

from scraper import tables

_QUOTES = '"“”„«»‟〝〞‹›「」『』¿¡()'
_LETTERS = str.maketrans(
    dict.fromkeys(_QUOTES, " ")
    | dict.fromkeys("‘’‚‛`´ʼ", "'")
    | dict.fromkeys("–—‐‑‒―−", "-")
    | dict.fromkeys("أإآٱ", "ا")
    | {"ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ς": "σ", "ё": "е", "ı": "i", "\u200c": " ", "ـ": ""}
)
_MARKS = re.compile("[\u0300-\u036f\u064b-\u0652\u00ad\u200b\u200e\u200f\ufeff]")
_SCRIPT = "\u0e00-\u0eff\u1100-\u11ff\u3000-\u9fff\uac00-\ud7af"
_WORD = re.compile(r"\w+")
_ENDS = " .!?…:;,-|·•'"
_PARTS = re.compile(r"\s+[-|·•~]\s+|\s*\|\s*|\s+::\s+")
_ARROWS = re.compile(r"\s[»›«‹→>]\s")
_GAP = 24
"""Letters that `*` stands for in a sentence: "wir und unsere bis zu 842 Partner"."""


def _is_unspaced(text: str) -> bool:
    """Whether a text is written without spaces, at least in part."""
    return not text.isascii() and _unspaced().search(text) is not None


@cache
def _unspaced() -> re.Pattern[str]:
    """Compiled when it is asked for: ranges of so many letters take 2 ms at every start."""
    return re.compile("[\u0e00-\u0eff\u1100-\u11ff\u3040-\u9fff\uac00-\ud7af]")


@cache
def _space_in_script() -> re.Pattern[str]:
    return re.compile(f"(?<=[{_SCRIPT}\uff00-\uffef]) | (?=[{_SCRIPT}])")


def fold(text: str) -> str:
    """The wording without case, accents, quotes and white space; scripts that use no spaces lose them all."""
    if text.isascii():
        return " ".join(text.lower().replace('"', " ").replace("`", "'").split())
    marked = unicodedata.normalize("NFKD", text.translate(_LETTERS)).casefold()
    plain = " ".join(_MARKS.sub("", marked).split())
    return _space_in_script().sub("", plain) if _is_unspaced(plain) else plain


@lru_cache(1024)
def parts(title: str) -> tuple[str, ...]:
    """A folded title and what stands between its separators, without marks at the ends."""
    whole = fold(_ARROWS.sub(" | ", title))
    found = [whole.strip(_ENDS), *(part.strip(_ENDS) for part in _PARTS.split(whole))]
    return tuple(dict.fromkeys(part for part in found if part))


@lru_cache(4096)
def titled(part: str) -> frozenset[str]:
    """The kinds of page that a folded part of a title is the title of."""
    keys = _open_titles().keys() & _WORD.findall(part)
    if _is_unspaced(part):
        keys.add("")
    open_ones = (kind for key in keys for pattern, kind in _open_titles()[key] if pattern.fullmatch(part))
    return _titles().get(part, frozenset()).union(open_ones)


def said(text: str) -> dict[str, set[str]]:
    """The phrases in a folded text, by the kind of page that speaks so."""
    found: dict[str, set[str]] = defaultdict(set)
    keys = _phrases().keys() & set(_WORD.findall(text))
    for key in keys | {""} if _is_unspaced(text) else keys:
        for pattern, phrase, kind in _phrases()[key]:
            if pattern.search(text) if pattern else phrase in text:
                found[kind].add(phrase)
    return found


def written(phrase: str) -> str:
    """A phrase that was found, as the table has it."""
    return _written()[phrase]


@cache
def _written() -> dict[str, str]:
    table = tables.load("quality").values()
    return {fold(each): each for kind in table for phrases in kind.get("text", {}).values() for each in phrases}


def languages(row: str) -> frozenset[str]:
    """The languages that a row of the table knows: `consent.text`."""
    kind, _, part = row.partition(".")
    return frozenset(tables.load("quality")[kind][part])


@cache
def _rows(part: str) -> list[tuple[str, str]]:
    """(kind, folded phrase) of every phrase of one part, `title` or `text`."""
    return [
        (kind, fold(phrase) if part == "text" else fold(phrase).strip(_ENDS.replace("|", "")))
        for kind, table in tables.load("quality").items()
        for phrases in table.get(part, {}).values()
        for phrase in phrases
    ]


@cache
def _titles() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for kind, phrase in _rows("title"):
        if "*" not in phrase and "#" not in phrase:
            found[phrase].add(kind)
    return {phrase: frozenset(kinds) for phrase, kinds in found.items()}


@cache
def _open_titles() -> dict[str, list[tuple[re.Pattern[str], str]]]:
    """Titles with a gap, under the longest of their whole words."""
    found = defaultdict(list)
    for kind, phrase in _rows("title"):
        if "*" in phrase or "#" in phrase:
            words = [] if _is_unspaced(phrase) else _WHOLE.findall(phrase)
            found[max(words, key=len, default="")].append((_pattern(phrase, ".*"), kind))
    return found


_WHOLE = re.compile(r"(?<![\w*#])\w+(?![\w*#])")


@cache
def _phrases() -> dict[str, list[tuple[re.Pattern[str] | None, str, str]]]:
    """The phrases under their longest word, which a text must have to have the phrase."""
    found = defaultdict(list)
    for kind, phrase in sorted(set(_rows("text"))):
        words = [] if _is_unspaced(phrase) else _WORD.findall(phrase.strip("*"))[:-1] or _WORD.findall(phrase)
        found[max(words, key=len, default="")].append(
            (_pattern(phrase, f".{{0,{_GAP}}}") if "*" in phrase else None, phrase, kind)
        )
    return found


def _pattern(phrase: str, gap: str) -> re.Pattern[str]:
    written = re.escape(phrase).replace(r"\*", gap).replace(r"\#", r"\d+").replace("#", r"\d+")
    return re.compile(written)
