"""How many copies of real articles are found, changed and cut as desks do, and which real articles pass for copies."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

from scraper import signatures, stories
from scraper.signatures import Text
from tests import corpus
from tests.bench.measure import Figure

ROUNDS = 4

CHANGES: dict[str, tuple[float, float, str]] = {
    "5 % of the words exchanged": (0.05, 1, ">= 99 %"),
    "15 % exchanged": (0.15, 1, ">= 88 %"),
    "20 % exchanged": (0.20, 1, ">= 95 %"),
    "cut to 60 %": (0, 0.6, ">= 97 %"),
    "cut to a third": (0, 0.34, ""),
    "12 % exchanged and cut to 60 %": (0.12, 0.6, ">= 95 %"),
}
"""Share of words exchanged for others of the corpus' language, share that stays, and what must be found."""


def figures(shared: Path) -> Iterator[Figure]:
    bodies = list(_bodies(shared))
    texts = [signatures.text(body) for _, body in bodies]
    for name, (exchanged, kept, wanted) in CHANGES.items():
        found = list(_found(bodies, texts, lambda body, words, e=exchanged, k=kept: _changed(body, words, e, k)))  # type: ignore[misc]
        yield f"copies found, {name}", f"{sum(found) / max(len(found), 1):.1%}", wanted
    pairs = list(combinations(texts, 2))
    yield f"copies among {len(pairs):,} pairs of different articles", str(sum(map(_is_found, pairs))), "0"


def _bodies(shared: Path) -> Iterator[tuple[str, str]]:
    """Language and text of articles that are long enough to be told apart."""
    if not corpus.is_here(shared):
        return
    for entry in corpus.entries(shared, "fundus_pub_dev"):
        body = "\n\n".join(entry.gold["bodies"][0])
        if len(body.split()) >= 80:
            yield entry.language, body


def _found(bodies: list[tuple[str, str]], texts: list[Text], change: Callable[[str, list[str]], str]) -> Iterator[bool]:
    words: dict[str, list[str]] = defaultdict(list)
    for language, body in bodies:
        words[language] += body.split()
    for _ in range(ROUNDS):
        for (language, body), text in zip(bodies, texts, strict=True):
            yield _is_found((text, signatures.text(change(body, words[language]))))


def _changed(body: str, words: list[str], exchanged: float, kept: float) -> str:
    chance = random.Random(f"{body[:40]} {exchanged} {kept}")
    told = [chance.choice(words) if chance.random() < exchanged else word for word in body.split(" ")]
    return " ".join(told[: int(len(told) * kept)])


def _is_found(pair: tuple[Text, Text]) -> bool:
    one, other = pair
    common = set(one.bands) & set(other.bands)
    return len(common) >= stories.IN_COMMON and stories.likeness(one, other).is_copy
