"""Boosted trees as data: how likely something with these features is so. Made by `make train`, run without any library."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp
from typing import Any

# A leaf is its value, a node (feature, threshold, at most, above).
Node = Any


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees over named features."""

    trees: tuple[Node, ...]

    def probabilities(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """For each row of features the probability, 0 to 1."""
        return [1 / (1 + exp(-min(max(self._sum(row), -30.0), 30.0))) for row in rows]

    def _sum(self, row: Sequence[float]) -> float:
        total = 0.0
        for node in self.trees:
            while type(node) is tuple:
                feature, threshold, low, high = node
                node = low if row[feature] <= threshold else high
            total += node
        return total


def of(told: dict[str, Any], names: Sequence[str]) -> Forest:
    """The forest that `{"features": […], "trees": […]}` describes, for rows with the features `names`."""
    place = {name: at for at, name in enumerate(names)}
    places = [place[name] for name in told["features"]]
    return Forest(tuple(_node(tree, places) for tree in told["trees"]))


@cache
def told(file: str) -> dict[str, Any]:
    """A file of forests in this package."""
    found: dict[str, Any] = json.loads(files("scraper.extract").joinpath(file).read_text(encoding="utf-8"))
    return found


def _node(told: Any, places: Sequence[int]) -> Node:
    if not isinstance(told, list):
        return told
    feature, threshold, low, high = told
    return places[feature], threshold, _node(low, places), _node(high, places)
