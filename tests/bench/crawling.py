"""What a crawl costs: against extraction alone, over unchanged sources, over many hosts, and in memory."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Self

from scraper import crawl
from scraper.crawl import Options, Web
from scraper.fetch import Settings
from scraper.guard import Guard
from scraper.models import Page, Source
from scraper.workers import Pool
from tests import corpus
from tests.bench.measure import Figure
from tests.press import Press

PARAGRAPHS = 8
"""Of a made-up article: 600 words."""

CORPORA = ("fundus_pub_dev", "trafeval", "readability")

PRESS = """
import sys
from pathlib import Path
from tests.bench.crawling import stocked
with stocked(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]) if sys.argv[3:] else None) as press:
    print(press.port, flush=True)
    sys.stdin.read()
"""


def stocked(hosts: int, each: int, shared: Path | None = None) -> Press:
    """A press with so many articles at each host: real pages where they are at hand, else made-up ones."""
    press = Press(hosts)
    if shared is None or not corpus.is_here(shared):
        return press.fill(each, PARAGRAPHS)
    entries = (entry for name in CORPORA for entry in corpus.entries(shared, name) if not entry.is_capture)
    for number, entry in enumerate(islice(entries, hosts * each)):
        press.place(number % hosts, f"{entry.name}-{number}", entry.body)
    return press


@dataclass(frozen=True)
class Cost:
    """What one crawl took: wall and CPU seconds of this process, its workers not counted."""

    wall: float
    cpu: float
    pages: int
    sources: int
    requests: int


def figures(shared: Path) -> Iterator[Figure]:
    """Every figure of the crawl."""
    yield from _against_extraction(shared)
    yield from _hosts()
    yield from _unchanged()


def _against_extraction(shared: Path) -> Iterator[Figure]:
    """Memory is asked for before this process holds the pages itself."""
    hosts, each = 50, 20
    with _Served(hosts, each, shared) as served:
        cost = served.crawl()
        most, workers = (_most(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        alone = asyncio.run(_read(_pages(stocked(hosts, each, shared))))
    with _Served(hosts, each) as served:
        short = served.crawl()
    whole = cost.pages / cost.wall
    yield f"crawl, {hosts} hosts, {os.cpu_count()} workers, pages a second", f"{whole:.0f}", ""
    yield "extraction processes alone, the same pages a second", f"{alone:.0f}", ""
    yield "crawl as a part of extraction alone", f"{whole / alone:.2f}", ">= 0.8"
    yield "crawl, CPU a page beside extraction", f"{cost.cpu / cost.pages * 1000:.2f} ms", "<= 4 ms"
    yield "crawl, the same of made-up pages without furniture", f"{short.cpu / short.pages * 1000:.2f} ms", "<= 4 ms"
    yield "crawl, resident memory of the parent, at most", f"{most:.0f} MB", "<= 250 MB"
    yield "crawl, resident memory of a worker, at most", f"{workers:.0f} MB", "<= 300 MB"


def _most(whose: int) -> float:
    return resource.getrusage(whose).ru_maxrss / 1024


def _hosts() -> Iterator[Figure]:
    costs = {}
    for hosts in (50, 200, 500):
        with _Served(hosts, max(1000 // hosts, 5)) as served:
            cost = served.crawl()
            costs[hosts] = cost.cpu / cost.requests * 1000
    for hosts, value in costs.items():
        yield f"crawl, {hosts} hosts at once, CPU a request", f"{value:.2f} ms", "the same"


def _unchanged() -> Iterator[Figure]:
    """Sources whose feed says that nothing changed."""
    hosts = 2000
    with _Served(hosts, 1) as served:
        served.crawl(limit=1)
        served.forget_dates()
        cost = served.crawl(limit=1)
        yield (
            f"crawl, {cost.sources} sources unchanged, CPU each",
            f"{cost.cpu / cost.sources * 1000:.2f} ms",
            "<= 6 ms",
        )


class _Served:
    """A press in another process, and an archive for it."""

    press = PRESS

    def __init__(self, hosts: int, each: int, shared: Path | None = None) -> None:
        command = [sys.executable, "-c", self.press, str(hosts), str(each), *([str(shared)] if shared else [])]
        self._server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        port = int(self._server.stdout.readline()) if self._server.stdout else 0
        self._press = Press(hosts, port)
        self._folder = tempfile.TemporaryDirectory()
        self.archive = Path(self._folder.name) / "news.db"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.communicate()
        self._folder.cleanup()

    def crawl(self, limit: int | None = None) -> Cost:
        homes = [self._press.home(host) for host in range(self._press.hosts)]
        sources = [Source(home, home, feeds=(f"{home}feed.xml",)) for home in homes]
        web = Web(Settings(max_hosts=512), Guard.allowing(self._press.networks))
        began, cpu = time.monotonic(), time.process_time()
        tally = crawl.run(self.archive, sources, Options(delay=0.0, limit=limit), web)
        pages = tally.new + tally.copies + tally.empty
        return Cost(time.monotonic() - began, time.process_time() - cpu, pages, tally.sources, tally.requests)

    def forget_dates(self) -> None:
        """Every feed is due, nothing else."""
        import sqlite3

        db = sqlite3.connect(self.archive)
        db.execute("update visits set due = '2026-01-01T00:00:00.000+00:00' where kind = 'feed'")
        db.commit()
        db.close()


def _pages(press: Press) -> list[Page]:
    found = []
    for host, stories in enumerate(press.stories):
        for name in stories:
            body, kind = press._page(host, f"/news/{name}.html") or (b"", "")
            url = f"http://127.0.0.1/{host}/{name}"
            found.append(Page(url, body, 200, (("content-type", kind),), datetime.now(UTC)))
    return found


async def _read(pages: list[Page]) -> float:
    """Pages a second through the workers alone, their start included as in a crawl."""
    async with Pool() as pool:
        began = time.monotonic()
        await asyncio.gather(*map(pool.read, pages))
        return len(pages) / (time.monotonic() - began)
