"""The model of the extractor: whether a line with these features is text of the article."""

from __future__ import annotations

from functools import cache

from scraper.extract import forest
from scraper.extract.features import MASKS, NUMBERS
from scraper.extract.forest import Forest

VALUES: dict[str, str] = forest.places(NUMBERS) | {
    name: f"row[{at}]&{1 << bit}" for at, names in enumerate(MASKS, len(NUMBERS)) for bit, name in enumerate(names)
}
"""Where each feature is in a row."""


@cache
def trees() -> Forest:
    """The trees of this package: for each row the log odds that the line is text of the article."""
    return forest.of(forest.told("model.json")["lines"], VALUES)
