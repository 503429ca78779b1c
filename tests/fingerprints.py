"""What the models are shown of some fixtures, as one hash: a model that was shown something else is out of date.

Kept in each model file. The corpora that models are made from are not on every machine; the
fixtures are, and a feature that changed shows on them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from scraper import document
from scraper.extract import passages
from scraper.extract.capture_features import View
from tests import fixtures, train

LINES = "arabic-library bahnhof-umbau gallery-doors harbour-budget japanese-ferry storm-live".split()
CAPTURES = "capture-arabic capture-browser capture-japanese capture-lynx capture-newsletter".split()


def of_lines() -> str:
    looked = (train.look(fixtures.case(name).page) for name in LINES)
    return _hash(row for each in looked if each for row in each[2])


def of_captures() -> str:
    texts = (document.text(fixtures.case(name).page) for name in CAPTURES)
    views = (View(passages.read(text)) for text in texts)
    return _hash(row for view in views for row in view.rows(range(len(view.passages))))


def _hash(rows: Iterable[Sequence[float]]) -> str:
    """Numbers to six digits: the last ones may differ between machines."""
    told = "\n".join(" ".join(f"{float(value):.6g}" for value in row) for row in rows)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
