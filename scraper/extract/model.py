"""Boosted trees as data: whether a line with these features is text of the article.

Made by `make train`, kept as JSON beside this module, evaluated without any library.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from scraper.extract.features import MASKS, NUMBERS, Row

Score = Callable[[Row], float]


def scores(rows: Sequence[Row]) -> list[float]:
    """For each row of features the log odds that the line is text of the article: over 0 it is likelier than not."""
    score = _score()
    return [score(row) for row in rows]


@cache
def _score() -> Score:
    return scoring(files("scraper.extract").joinpath("model.json").read_text(encoding="utf-8"))


def scoring(told: str) -> Score:
    """The sum of all leaves a row falls into, as one compiled expression: half the time of walking nodes.

    The source is made of numbers and the indexes of known features only.
    """
    model = json.loads(told)
    trees = [_expression(tree, model["features"]) for tree in model["trees"]]
    score: Score = eval(compile(f"lambda row: {'+'.join(trees)}", "model.json", "eval"))  # noqa: S307
    return score


def _expression(node: Any, names: list[str]) -> str:
    """A leaf is its value, a node [feature, threshold, at most, above]."""
    if not isinstance(node, list):
        return repr(float(node))
    feature, threshold, low, high = node
    return f"({_expression(low, names)} if {_is_low(names[feature], threshold)} else {_expression(high, names)})"


def _is_low(name: str, threshold: float) -> str:
    """The comparison that holds for rows that go to the lower branch."""
    if name in NUMBERS:
        return f"row[{NUMBERS.index(name)}]<={float(threshold)!r}"
    mask = next(at for at, names in enumerate(MASKS) if name in names)
    return f"not row[{len(NUMBERS) + mask}]&{1 << MASKS[mask].index(name)}"
