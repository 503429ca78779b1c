"""The development corpora: pages with gold that other projects annotated. They lie beside the project, not in it."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from scraper import urls
from scraper.models import Page

READ_AT = datetime(2026, 11, 1, tzinfo=UTC)
"""When the pages were "fetched": none is newer."""

_SHARED_SUFFIXES = frozenset(("ac", "co", "com", "gov", "net", "org"))


@dataclass(frozen=True)
class Entry:
    """A page, or the text of one, and what people say of it."""

    gold: dict[str, Any]
    body: bytes

    @property
    def name(self) -> str:
        return str(self.gold["id"])

    @property
    def language(self) -> str:
        return self.gold.get("language") or ""

    @property
    def is_capture(self) -> bool:
        return str(self.gold["file"]).endswith(".txt.gz")

    @property
    def page(self) -> Page:
        headers = (("content-type", "text/plain; charset=utf-8"),) if self.is_capture else ()
        return Page(self.gold["url"] or "", self.body, 200, headers, READ_AT)

    @property
    def publisher(self) -> str:
        """Whose page it is: the host without what stands for a department, or the page's own name."""
        labels = urls.site(self.gold["url"]).split(".") if self.gold["url"] else []
        shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SHARED_SUFFIXES
        return ".".join(labels[-3:] if shared else labels[-2:]) or self.name


def is_here(shared: Path) -> bool:
    return (shared / "benchmark" / "score.py").is_file()


def entries(shared: Path, corpus: str) -> Iterator[Entry]:
    folder = shared / "benchmark" / "data"
    for line in (folder / f"{corpus}.ndjson").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        yield Entry(gold, gzip.decompress((folder / gold["file"]).read_bytes()))


def scorer(shared: Path) -> ModuleType:
    """The scorer that came with the pages."""
    spec = importlib.util.spec_from_file_location("score", shared / "benchmark" / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(shared / "benchmark" / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def folds(publishers: Iterable[str], count: int) -> dict[str, int]:
    """Which publisher is judged in which fold; the same publishers give the same folds."""
    return {publisher: at % count for at, publisher in enumerate(sorted(set(publishers)))}


def words(text: str) -> list[str]:
    """The words that both sides are held against each other by."""
    return re.findall(r"\w+", re.sub("[\u00ad\u200b\u200c\u2060\ufeff]", "", text))


def shingles(told: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(told[at : at + 4]) for at in range(len(told) - 3)}


def against(gold: str, text: str) -> tuple[float, float, float]:
    """Precision and recall of a text by runs of four words, and whether it is gold word for word."""
    left, right = words(gold), words(text)
    one, other = (Counter(tuple(each[at : at + 4]) for at in range(max(len(each) - 3, 1))) for each in (left, right))
    shared = (one & other).total()
    return shared / max(other.total(), 1), shared / max(one.total(), 1), float(left == right)
