"""What extraction costs: our record of a page against trafilatura's, on the same pages in the same process."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from scraper import extract
from scraper.errors import ExtractError
from scraper.models import Page
from tests import corpus, fixtures
from tests.bench.measure import Figure

ROUNDS = 3


def figures(shared: Path) -> Iterator[Figure]:
    import trafilatura

    def record(page: Page) -> object:
        """What is comparable: a text with its headline, authors and date."""
        return trafilatura.bare_extraction(page.body, url=page.url, with_metadata=True)

    def text(page: Page) -> object:
        return trafilatura.bare_extraction(page.body)

    pages = _pages(shared)
    ours, theirs, alone = _timed(pages, _read, record, text)
    mean = statistics.fmean(ours)
    yield f"extract, {len(pages)} pages, CPU mean", f"{mean * 1000:.1f} ms", ""
    yield "extract, CPU of the slowest page in a hundred", f"{_percentile(ours) * 1000:.1f} ms", "<= 50 ms"
    yield "trafilatura with metadata, its CPU for ours", f"{statistics.fmean(theirs) / mean:.1f} x", ">= 4.5 x"
    yield "trafilatura's text alone, its CPU for ours", f"{statistics.fmean(alone) / mean:.1f} x", ""
    yield "import scraper.extract, CPU", f"{_starting() * 1000:.0f} ms", "<= 60 ms"


def _pages(shared: Path) -> list[Page]:
    """Real pages where they are at hand, else the fixtures."""
    if corpus.is_here(shared):
        return [entry.page for entry in corpus.entries(shared, "fundus_pub_dev")]
    return [case.page for case in fixtures.cases() if not case.name.startswith("capture-")]


def _timed(pages: list[Page], *works: Callable[[Page], object]) -> list[list[float]]:
    """CPU seconds of each page for each of some readers, taken in turn, the median of the rounds."""
    told: list[list[list[float]]] = [[[] for _ in pages] for _ in works]
    for _ in range(ROUNDS):
        for at, page in enumerate(pages):
            for work, times in zip(works, told, strict=True):
                before = time.process_time()
                work(page)
                times[at].append(time.process_time() - before)
    return [[statistics.median(each) for each in times] for times in told]


def _starting() -> float:
    code = "import time; start = time.process_time(); import scraper.extract; print(time.process_time() - start)"
    runs = [subprocess.run([sys.executable, "-c", code], check=True, capture_output=True) for _ in range(9)]
    return statistics.median(float(run.stdout) for run in runs)


def _read(page: Page) -> None:
    try:
        extract.article(page)
    except ExtractError:
        return


def _percentile(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]
