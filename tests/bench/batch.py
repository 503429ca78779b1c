"""What extraction costs: the batch command against trafilatura alone, on the same pages."""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from scraper import extract
from scraper.errors import ExtractError
from scraper.models import Page
from tests import fixtures
from tests.bench.measure import Figure


def figures(shared: Path) -> Iterator[Figure]:
    import trafilatura

    pages = _pages(shared)
    ours: list[list[float]] = []
    theirs: list[list[float]] = []
    for _ in range(3):
        ours.append([_timed(lambda page=page: _read(page)) for page in pages])
        theirs.append([_timed(lambda page=page: trafilatura.bare_extraction(page.body)) for page in pages])
    mine = [statistics.median(each) for each in zip(*ours, strict=True)]
    other = [statistics.median(each) for each in zip(*theirs, strict=True)]
    yield f"extract, {len(pages)} pages, CPU mean", f"{statistics.fmean(mine) * 1000:.1f} ms", ""
    yield "extract, CPU of the slowest page in a hundred", f"{_percentile(mine) * 1000:.1f} ms", "<= 50 ms"
    yield "trafilatura on the same pages, CPU mean", f"{statistics.fmean(other) * 1000:.1f} ms", ""
    yield "trafilatura's time for ours", f"{statistics.fmean(other) / statistics.fmean(mine):.1f} x", ">= 1 x"


def _pages(shared: Path) -> list[Page]:
    """Real pages where they are at hand, else the fixtures."""
    folder = shared / "benchmark" / "data" / "fundus_pub_dev"
    if not folder.is_dir():
        return [case.page for case in fixtures.cases() if not case.name.startswith("capture-")]
    bodies = [gzip.decompress(path.read_bytes()) for path in sorted(folder.glob("*.html.gz"))]
    return [Page("https://news.example/a", body, 200, (), datetime(2026, 1, 1, tzinfo=UTC)) for body in bodies]


def _read(page: Page) -> None:
    try:
        extract.article(page)
    except ExtractError:
        return


def _timed(work) -> float:  # type: ignore[no-untyped-def]
    before = time.process_time()
    work()
    return time.process_time() - before


def _percentile(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]
