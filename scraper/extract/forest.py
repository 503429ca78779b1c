"""Boosted trees as data: how likely something with these features is so. Made by `make train`, run by nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp
from typing import Any

Score = Callable[[Sequence[float]], float]


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees over features in a known order."""

    score: Score

    def scores(self, rows: Iterable[Sequence[float]]) -> list[float]:
        """For each row of features the log odds: over 0 it is likelier than not."""
        return list(map(self.score, rows))

    def probabilities(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """For each row of features the probability, 0 to 1."""
        score = self.score
        return [1 / (1 + exp(-score(row))) for row in rows]


def of(told: dict[str, Any], values: Mapping[str, str]) -> Forest:
    """The forest that `{"features": […], "trees": […]}` describes; `values` says where in a row each feature is.

    The sum of all leaves a row falls into is one compiled expression: half the time of walking
    nodes. Its source is made of numbers and of the values of known features only.
    """
    used = [values[name] for name in told["features"]]
    source = "+".join(_expression(tree, used) for tree in told["trees"]) or "0.0"
    score: Score = eval(compile(f"lambda row: {source}", "forest", "eval"))  # noqa: S307
    return Forest(score)


def places(names: Sequence[str]) -> dict[str, str]:
    """The values of features that stand in a row in this order."""
    return {name: f"row[{at}]" for at, name in enumerate(names)}


@cache
def told(file: str) -> dict[str, Any]:
    """A file of forests in this package."""
    from importlib.resources import files

    found: dict[str, Any] = json.loads(files("scraper.extract").joinpath(file).read_text(encoding="utf-8"))
    return found


def _expression(node: Any, values: Sequence[str]) -> str:
    """A leaf is its value, a node [feature, threshold, at most, above]."""
    if not isinstance(node, list):
        return repr(float(node))
    feature, threshold, low, high = node
    return f"({_expression(low, values)} if {values[feature]}<={float(threshold)!r} else {_expression(high, values)})"
