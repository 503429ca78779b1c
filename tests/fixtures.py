"""The pages in `fixtures/`, each beside the record it must become, or why there is none on it.

A case is two files and no code: `NAME.html` or `NAME.txt`, and `NAME.json` with

    {"page": {"url": …, "content_type": …, "asked": …}, "record": …}
    {"page": …, "refused": {"reason": …, "message": …}}

`url` is where the page came from (a capture has none), `content_type` the header it was
served with (`text/html; charset=utf-8` when not given), `asked` an address that redirected
there; `record` is what `record()` makes of the article, `refused` what `ExtractError` says.
Both are written by `make accept` and read by a person before they are committed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scraper.api import page_of
from scraper.models import Article, Hop, Page

FOLDER = Path(__file__).resolve().parent.parent / "fixtures"
READ_AT = datetime(2026, 10, 1, tzinfo=UTC)
"""When the fixtures were "fetched": nothing published later is believed."""


@dataclass(frozen=True)
class Case:
    """One page and what is expected of it."""

    name: str
    page: Page
    told: dict[str, Any]

    @property
    def record(self) -> dict[str, Any] | None:
        record: dict[str, Any] | None = self.told.get("record")
        return record

    @property
    def refused(self) -> dict[str, str] | None:
        refused: dict[str, str] | None = self.told.get("refused")
        return refused

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}.json"


def record(article: Article) -> dict[str, Any]:
    """The record without its score, which moves a little with every training."""
    return {name: value for name, value in article.record().items() if name != "quality"}


def every() -> list[Case]:
    """Every case, by name."""
    return [_case(path) for path in sorted(FOLDER.iterdir()) if path.suffix in (".html", ".txt")]


def cases() -> list[Case]:
    """The pages with an article on them."""
    return [each for each in every() if each.refused is None]


def shells() -> list[Case]:
    """The pages without one."""
    return [each for each in every() if each.refused is not None]


def case(name: str) -> Case:
    return next(each for each in cases() if each.name == name)


def _case(path: Path) -> Case:
    beside = path.with_suffix(".json")
    told: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
    about = told.get("page", {})
    page = page_of(path.read_bytes(), about.get("url"), about.get("content_type", "text/html; charset=utf-8"))
    hops = (Hop(about["asked"], 301),) if "asked" in about else ()
    return Case(path.stem, Page(page.url, page.body, page.status, page.headers, READ_AT, hops), told)
