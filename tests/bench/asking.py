"""What keeping and asking cost: 1,000 records into the archive, a search over 10,000."""

from __future__ import annotations

import random
import statistics
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scraper.archive import Archive
from scraper.models import Article, Block, Kind, Moment, Page
from tests.bench.measure import SCRAPER, Figure, call, command

WORDS = 30_000
"""A vocabulary of that many words, of which the nth is drawn 1/n as often as the first (Zipf)."""


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "news.db"
        read = list(stories(10_000))
        with Archive(path) as archive:
            archive.keep_pages(page for _, page in read)
            costs = [
                call(lambda at=at: archive.keep_all(read[at : at + 100])) / 100  # type: ignore[misc]
                for at in range(0, len(read), 100)
            ]
        yield (
            "keep, the first 1,000 in batches of 100, CPU each",
            f"{statistics.median(costs[:10]) * 1000:.2f} ms",
            "<= 1 ms",
        )
        yield "keep, the last 1,000 of 10,000, CPU each", f"{statistics.median(costs[-10:]) * 1000:.2f} ms", ""
        for words in ("wb", "w100 w200", '"w5 w6"', "w29000"):
            cost = statistics.median(command([SCRAPER, "search", words, "--db", str(path)]) for _ in range(7))
            yield f"scraper search {words!r} over 10,000, CPU", f"{cost * 1000:.0f} ms", "<= 150 ms"


def stories(count: int) -> Iterator[tuple[Article, Page]]:
    """Articles of some 400 words with a natural distribution of words, and small pages for them."""
    chance = random.Random(1)
    names = [f"w{number}" if number > 9 else f"w{'abcdefghij'[number]}" for number in range(WORDS)]
    weights = [1 / (number + 1) for number in range(WORDS)]
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(count):
        drawn = iter(chance.choices(names, weights, k=420))
        blocks = tuple(Block(Kind.PARAGRAPH, " ".join(next(drawn) for _ in range(50)) + ".") for _ in range(8))
        headline = " ".join(next(drawn) for _ in range(9))
        url = f"https://site{number % 300}.example/story/{number}"
        at = start + timedelta(minutes=number)
        told = Article(url=url, headline=headline, published=Moment.of(at), language="en", blocks=blocks)
        yield told, Page(url, f"<p>{number}".encode(), 200, (("content-type", "text/html"),), at)
