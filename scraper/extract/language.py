"""The language of a text, told by its letters and its small words."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from scraper import tables

ENOUGH = 50
"""Words from which a text can be told."""
SAMPLE, GLANCE = 1600, 500
"""Characters that are looked at to tell a language, some 250 words, and to see whether it may be one, 80."""
_PLAINLY = 0.08
"""Share of small words in a text of their language: a tenth in Finnish, a quarter to a half in most others."""


def detected(text: str) -> str | None:
    """The primary language tag of a text, or None where it cannot be told: too short, or of no language known here."""
    text = text[:SAMPLE]
    if written := _by_letters(text):
        return written
    words = _words(text)
    if len(words) < ENOUGH:
        return None
    scores: defaultdict[str, float] = defaultdict(float)
    for word in words:
        for language, weight in _small().get(word) or _small().get(f"{word[:3]}-") or ():
            scores[language] += weight
    best = max(scores, key=lambda language: scores[language], default=None)
    return best if best and scores[best] >= _PLAINLY * len(words) else None


def speaks(text: str, language: str) -> bool:
    """Whether a text may be in a language, as far as that can be told: it has its letters and its small words."""
    text, told = text[:GLANCE], kin(language)
    written = _by_letters(text)
    if written or told not in _spoken():
        return told not in _known() or (written is not None and kin(written) == told)
    words, small = _words(text), _spoken()[told]
    hits = sum(word in small for word in words)
    if told in _with_beginnings():
        hits += sum(f"{word[:3]}-" in small for word in words)
    return len(words) < ENOUGH or hits >= 2 * _PLAINLY * len(words)


def kin(language: str) -> str:
    """The language that stands for those hard to tell apart: no for nb, hr for sr."""
    return _kin().get(language, language)


def _by_letters(text: str) -> str | None:
    """The language of a script that only one is written in, where it has half of the letters."""
    if len(text.encode("utf-8", "replace")) < _LATIN * len(text):
        return None
    letters = sum(map(str.isalpha, text)) or 1
    han = sum(map(_is_han, text))
    if han > letters / 2:
        return "ja" if len(_KANA.findall(text)) > han / 20 else "zh"
    if len(_any_script().findall(text)) <= letters / 2:
        return None
    return max(_scripts(), key=lambda language: len(_scripts()[language].findall(text)))


_LATIN = 1.3
"""Bytes of UTF-8 a character that no text in Latin letters needs: Vietnamese has 1.28, Greek and Russian 1.8."""
_KANA = re.compile("[\u3040-\u30ff]")


def _is_han(letter: str) -> bool:
    return "\u3040" <= letter <= "\u30ff" or "\u3400" <= letter <= "\u9fff"


_WORD = re.compile(r"[^\s\d.,:;!?()\[\]{}<>\"“”„«»…/|–—-]+")


def _words(text: str) -> list[str]:
    return [word.strip("'’‘") for word in _WORD.findall(text.lower())]


@cache
def _listed() -> dict[str, list[str]]:
    return {language: words.split() for language, words in tables.load("languages")["words"].items()}


@cache
def _small() -> dict[str, list[tuple[str, float]]]:
    """Small word → the languages that have it, each with a weight: the fewer have it, the more it says."""
    found: dict[str, list[str]] = {}
    for language, words in _listed().items():
        for word in dict.fromkeys(words):
            found.setdefault(word, []).append(language)
    return {word: [(language, 0.6 + 0.4 / len(all_)) for language in all_] for word, all_ in found.items()}


@cache
def _spoken() -> dict[str, frozenset[str]]:
    """Language or kin → the small words of all that are."""
    found: dict[str, set[str]] = {}
    for language, words in _listed().items():
        found.setdefault(kin(language), set()).update(words)
    return {language: frozenset(words) for language, words in found.items()}


@cache
def _with_beginnings() -> frozenset[str]:
    return frozenset(language for language, words in _spoken().items() if any(word.endswith("-") for word in words))


@cache
def _scripts() -> dict[str, re.Pattern[str]]:
    return {language: re.compile(f"[{letters}]") for language, letters in tables.load("languages")["scripts"].items()}


@cache
def _any_script() -> re.Pattern[str]:
    return re.compile(f"[{''.join(tables.load('languages')['scripts'].values())}]")


@cache
def _kin() -> dict[str, str]:
    return {name: first for first, names in tables.load("languages")["kin"].items() for name in names.split()}


@cache
def _known() -> frozenset[str]:
    return frozenset({*_spoken(), *_scripts(), "ja", "zh"})
