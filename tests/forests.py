"""Boosted trees learnt and written down: the same rows give the same forest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.1,
    "num_leaves": 16,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "seed": 1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}


def learn(rows: Any, labels: Any, weights: Any, trees: int, **parameters: Any) -> Any:
    """A model of rows with labels from 0 to 1: one between counts in part for either."""
    import lightgbm
    import numpy as np

    told = np.concatenate([rows, rows])
    weight = np.concatenate([weights * labels, weights * (1.0 - labels)])
    wanted = np.concatenate([np.ones(len(labels)), np.zeros(len(labels))])
    seen = weight > 0.02 * np.concatenate([weights, weights])
    kept = lightgbm.Dataset(told[seen], label=wanted[seen], weight=weight[seen])
    return lightgbm.train({**PARAMETERS, **parameters}, kept, trees)


def written(model: Any, names: Sequence[str]) -> dict[str, Any]:
    """The trees as plain values, numbers to six digits, with the names of the features they use."""
    dump = model.dump_model()
    used = sorted({feature for tree in dump["tree_info"] for feature in _features(tree["tree_structure"])})
    place = {feature: at for at, feature in enumerate(used)}
    trees = [_node(tree["tree_structure"], place) for tree in dump["tree_info"]]
    return {"features": [names[feature] for feature in used], "trees": trees}


def text(told: dict[str, dict[str, Any]], shown: str) -> str:
    """Forests by name as JSON, a line for each tree; `shown` is the fingerprint of what they were shown."""
    parts = [f'"shown": "{shown}"']
    for name, forest in told.items():
        names = json.dumps(forest["features"], ensure_ascii=False)
        trees = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in forest["trees"])
        parts.append(f'"{name}": {{"features": {names},\n"trees": [\n{trees}\n]}}')
    return "{" + ",\n".join(parts) + "}\n"


def _features(node: dict[str, Any]) -> list[int]:
    if "leaf_value" in node:
        return []
    return [node["split_feature"], *_features(node["left_child"]), *_features(node["right_child"])]


def _node(node: dict[str, Any], place: dict[int, int]) -> Any:
    if "leaf_value" in node:
        return round(node["leaf_value"], 5)
    inner = _node(node["left_child"], place), _node(node["right_child"], place)
    return [place[node["split_feature"]], float(f"{node['threshold']:.6g}"), *inner]
