"""Pages that are at hand into the archive: kept first, read by the workers, written in the order in which they came."""

from __future__ import annotations

import sqlite3
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field

from scraper import bundles, extract, sql
from scraper.archive import Archive
from scraper.crew import Crew
from scraper.errors import ExtractError, FetchError, Gone, ScraperError
from scraper.merging import put_fetch
from scraper.models import Article, Page
from scraper.reading import rows_of

BATCH = 16
"""Pages that are put on disk together, and answers that are written in one transaction."""

Answer = Article | ScraperError


@dataclass(slots=True)
class Imported:
    """What came of a file or folder: articles and requests by outcome, what was passed over by reason, and faults."""

    outcomes: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Given:
    """A page and where it was at hand, for who must name it."""

    place: str
    page: Page


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a page: the archive's word, or one for why no article is on it, and then the error."""

    given: Given
    outcome: str
    error: ScraperError | None = None


def take(archive: Archive, given: Iterable[Given], crew: Crew) -> Iterator[Taken]:
    """What became of each page, told when it is written.

    A page is on disk before a worker gets it, and takes its place in time among what the archive has seen of its
    article. After a kill the next import goes on: what was not written is read again.
    """
    for batch in sql.batches(_read(archive, given, crew), BATCH):
        with archive.transaction() as db:
            done = [_written(archive, db, each, answer) for each, answer in batch]
        yield from done


def _read(archive: Archive, given: Iterable[Given], crew: Crew) -> Iterator[tuple[Given, Answer]]:
    """Each page with what was read on it; no more of them in the air than keep the crew busy."""
    waiting: deque[tuple[Given, Future[Answer]]] = deque()
    for batch in sql.batches(given, BATCH):
        archive.keep_pages(each.page for each in batch)
        waiting.extend((each, _handed_in(each.page, crew)) for each in batch)
        while len(waiting) > crew.enough:
            yield _answered(*waiting.popleft())
    while waiting:
        yield _answered(*waiting.popleft())


def _handed_in(page: Page, crew: Crew) -> Future[Answer]:
    if page.status < 400:
        return crew.read(page)
    kind = Gone if page.status in (404, 410) else FetchError
    refused: Future[Answer] = Future()
    refused.set_result(kind(f"HTTP {page.status}"))
    return refused


def _answered(each: Given, answer: Future[Answer]) -> tuple[Given, Answer]:
    return each, answer.result()


# --- writing ------------------------------------------------------------------


def _written(archive: Archive, db: sqlite3.Connection, each: Given, answer: Answer) -> Taken:
    page = each.page
    if isinstance(answer, Article):
        return Taken(each, _kept(archive, db, page, answer))
    archive.record_failure(page.requested, answer, page.fetched_at, page)
    if isinstance(answer, ExtractError):
        return Taken(each, answer.reason, answer)
    return Taken(each, f"HTTP {page.status}" if page.status >= 400 else "failed", answer)


def _kept(archive: Archive, db: sqlite3.Connection, page: Page, article: Article) -> str:
    """The article in its place; a page that is older than what was seen of it since goes between its wordings."""
    rows = rows_of(article, page, extract.VERSION)
    bundle = bundles.first(rows)
    if not _is_late(db, bundle):
        return archive.keep(article, page, extract.VERSION).outcome
    outcome, kept = bundles.bring(db, bundle)
    bundles.settle(db, archive.learn([kept]))
    put_fetch(db, rows["fetch"], kept)
    return outcome


def _is_late(db: sqlite3.Connection, bundle: bundles.Bundle) -> bool:
    known = (bundles.read(db, each).article["last_seen"] for each in bundles.same(db, bundle))
    return any(each > bundle.article["last_seen"] for each in known)
