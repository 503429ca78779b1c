"""The present extractor over the kept pages: what it would read otherwise, and that written down.

Not a revision of the article but of the reading. Each record says by which extractor and
rules it was read, so a run that was stopped goes on where it was and a second one finds nothing to do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from scraper import extract, query, sql, tables
from scraper.archive import Archive, Reread
from scraper.crew import Crew
from scraper.errors import ArchiveError
from scraper.history import History
from scraper.models import Article, Page
from scraper.query import Filters
from scraper.worker import Answer

Outcome = Literal["same", "fields", "text", "refused", "missing"]
OUTCOMES: dict[Outcome, str] = {
    "same": "read as before",
    "fields": "other fields, the same text",
    "text": "another text or headline",
    "refused": "no article any more; left as they were",
    "missing": "without their page; left as they were",
}
BATCH = 16
"""Readings that are written in one transaction."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of an article as it is kept, with the page it was read from."""

    article_id: int
    number: int
    url: str
    told: Article
    page: Page | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What the present extractor makes of a wording: `after` is None where it was not read."""

    wording: Wording
    outcome: Outcome
    after: Article | None = None
    why: str = ""


def run(
    path: Path, words: str = "", filters: Filters = Filters(), *, workers: int = 1, dry: bool = False
) -> Iterator[Reading]:
    """Each wording that was read by another extractor or other rules, read anew and, unless `dry`, written.

    `words` and `filters` choose articles as a search does. A reading is given when it is written.
    """
    with nullcontext() if dry else Archive(path) as archive, History(path) as reader:
        for batch in sql.batches(_read(_Stale(reader, words, filters).wordings(), workers), BATCH):
            if archive is not None:
                archive.reread(_told(batch), extract.VERSION)
            yield from batch


def _told(batch: Iterable[Reading]) -> Iterator[Reread]:
    for reading in batch:
        wording = reading.wording
        if reading.after is not None and wording.page is not None:
            yield Reread(wording.article_id, wording.number, reading.after, wording.page)


# --- which ----------------------------------------------------------------------


class _Stale:
    """The wordings of an archive that another extractor or other rules have read."""

    def __init__(self, reader: History, words: str, filters: Filters) -> None:
        self.reader = reader
        where, values = query.where(filters, "coalesce(a.published_utc, a.first_seen)")
        match = query.expression(words) if words else None
        if match is not None:
            where = f"{where} and a.id in (select rowid from articles_fts where articles_fts match ?)"
            values = [*values, match]
        self.where, self.values = where, values

    def wordings(self) -> Iterator[Wording]:
        last = 0
        while rows := self.reader.rows(
            "select r.id as row, r.number, r.page as first_page, r.article_id from revisions r "
            "join articles a on a.id = r.article_id "
            "where r.id > ? and (r.extractor <> ? or r.rules <> ? or (a.revision = r.number "
            f"and (a.extractor <> ? or a.rules <> ?))) and {self.where} order by r.id limit ?",
            last,
            *(extract.VERSION, tables.version()) * 2,
            *self.values,
            BATCH,
        ):
            yield from (self._wording(row["article_id"], row["number"]) for row in rows)
            last = rows[-1]["row"]

    def _wording(self, article_id: int, number: int) -> Wording:
        stored = self.reader.show(str(article_id))
        is_current = number == stored.revision
        told = stored.article if is_current else self.reader.wording(article_id, number)
        try:
            page = self.reader.kept_page(str(article_id), number)
        except ArchiveError:
            page = None
        return Wording(article_id, number, stored.article.url or "", told, page, is_current)


# --- by whom --------------------------------------------------------------------


def _read(wordings: Iterator[Wording], workers: int) -> Iterator[Reading]:
    """The readings in order; no more pages are in the air than keep the workers busy."""
    with Crew(workers) as crew:
        waiting: deque[tuple[Wording, Future[Answer] | None]] = deque()
        for wording in wordings:
            waiting.append((wording, crew.read(wording.page) if wording.page else None))
            if len(waiting) > crew.enough:
                yield _reading(*waiting.popleft())
        while waiting:
            yield _reading(*waiting.popleft())


def _reading(wording: Wording, answer: Future[Answer] | None) -> Reading:
    if answer is None:
        return Reading(wording, "missing")
    found = answer.result()
    if isinstance(found, Article):
        return Reading(wording, _outcome(wording, found), found)
    return Reading(wording, "refused", why=found.message)


_TEXT = ("headline", "summary", "blocks")
_ASIDE = ("url", "alternates", "headlines", "dropped", "evidence", "quality")
"""What the archive gathers over many pages or a training moves a little."""


def _outcome(wording: Wording, new: Article) -> Outcome:
    old = wording.told
    if any(getattr(old, name) != getattr(new, name) for name in _TEXT):
        return "text"
    if not wording.is_current:
        return "same"  # only the text of an earlier wording is kept
    others = (field.name for field in fields(Article) if field.name not in _ASIDE)
    return "fields" if any(getattr(old, name) != getattr(new, name) for name in others) else "same"
