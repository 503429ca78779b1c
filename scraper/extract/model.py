"""The model of the extractor: whether a line with these features is text of the article."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from scraper.extract import forest
from scraper.extract.features import MASKS, NUMBERS, Row
from scraper.extract.forest import Forest

VALUES: dict[str, str] = forest.places(NUMBERS) | {
    name: f"row[{at}]&{1 << bit}" for at, names in enumerate(MASKS, len(NUMBERS)) for bit, name in enumerate(names)
}
"""Where each feature is in a row."""


def scores(rows: Iterable[Row]) -> list[float]:
    """For each row the log odds that the line is text of the article: over 0 it is likelier than not."""
    return _forest().scores(rows)


@cache
def _forest() -> Forest:
    return forest.of(forest.told("model.json")["lines"], VALUES)
