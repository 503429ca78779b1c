"""The pages in `fixtures/`, each beside the record it must become.

A case is two files and no code: `NAME.html` or `NAME.txt`, and `NAME.json` with

    {"page": {"url": …, "content_type": …}, "record": …}

`url` is where the page came from (a capture has none), `content_type` the header it was
served with (`text/html; charset=utf-8` when not given); `record` is `Article.record()`,
written by `make accept` and read by a person before it is committed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scraper.api import page_of
from scraper.models import Page

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
    def path(self) -> Path:
        return FOLDER / f"{self.name}.json"


def cases() -> list[Case]:
    """Every case, by name."""
    return [_case(path) for path in sorted(FOLDER.iterdir()) if path.suffix in (".html", ".txt")]


def case(name: str) -> Case:
    return next(each for each in cases() if each.name == name)


def _case(path: Path) -> Case:
    beside = path.with_suffix(".json")
    told: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
    about = told.get("page", {})
    page = page_of(path.read_bytes(), about.get("url"), about.get("content_type", "text/html; charset=utf-8"))
    return Case(path.stem, Page(page.url, page.body, page.status, page.headers, READ_AT), told)
