"""Boosted trees as data: how likely a line with these features is text of the article.

Made by `make train`, kept as JSON beside this module, evaluated without any library.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from math import exp
from typing import Any

from scraper.extract.features import NAMES

THRESHOLD = 0.5
"""Anything from .45 to .55 is equal within the error of the development pages; the report has the sweep."""

# A leaf is its value, a node [feature, threshold, at most, above].
Node = Any


def probabilities(rows: Sequence[Sequence[float]]) -> list[float]:
    """For each row of features the probability, 0 to 1, that the line is text of the article."""
    trees = _trees()
    return [1 / (1 + exp(-sum(_value(tree, row) for tree in trees))) for row in rows]


def _value(node: Node, row: Sequence[float]) -> float:
    while type(node) is tuple:
        feature, threshold, low, high = node
        node = low if row[feature] <= threshold else high
    return float(node)


@cache
def _trees() -> list[Node]:
    told = json.loads(files("scraper.extract").joinpath("model.json").read_text(encoding="utf-8"))
    place = {name: at for at, name in enumerate(NAMES)}
    return [_node(tree, [place[name] for name in told["features"]]) for tree in told["trees"]]


def _node(told: Any, places: list[int]) -> Node:
    if not isinstance(told, list):
        return told
    feature, threshold, low, high = told
    return places[feature], threshold, _node(low, places), _node(high, places)
