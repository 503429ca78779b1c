"""What an answer means for the archive and the queue: each function is one job for the writer.

The visit is put back with its next due time, the request has its receipt, and what left
its site or came back is marked, all in one transaction.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from scraper import receipts, schedule, urls, visits
from scraper.archive import Archive, Kept
from scraper.errors import ExtractError, Gone, NotNow, Refused, ScraperError, Unusable
from scraper.extract import VERSION
from scraper.models import Article, Evidence, Page, Unchanged, Visit
from scraper.receipts import Receipt


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a visit, in one of the words that a run counts, and a host that has something due now."""

    outcome: str
    woken: str | None = None


TRANSIENT = frozenset(("age", "consent", "error", "login", "region", "script", "wall"))
"""Kinds of page that stand before an article, not instead of it: they say nothing of whether it is still there."""


def failed(archive: Archive, visit: Visit, receipt: Receipt, error: ScraperError) -> Settled:
    """No page came. Who was not even asked (`NotNow`) keeps its place in the queue and leaves no receipt."""
    with archive.transaction() as db:
        if not isinstance(error, NotNow):
            receipts.write(db, receipt)
        if isinstance(error, Gone) and visit.article_id:
            archive.mark(visit.article_id, "vanished", receipt.at)
        visits.put(db, schedule.after_failure(visit, error, receipt.at))
    return Settled(_word(error))


def unchanged(archive: Archive, visit: Visit, receipt: Receipt, answer: Page | Unchanged) -> Settled:
    """What was there is still there: by the server's word, or because the same bytes came."""
    with archive.transaction() as db:
        own = visits.article(db, urls.clean(answer.url)) if answer.hops else None
        if own is not None and own.article_id and own.id != visit.id:
            receipts.write(db, receipt)
            return _led_to(archive, visit, own, answer)
        if visit.article_id is None or visit.state == "empty":  # an article that was there is missing all the same
            receipts.write(db, replace(receipt, error=visit.said))
            visits.put(db, _again(visit, receipt.at))
            return Settled("empty")
        fetch = receipts.write(db, receipt)
        archive.stands(visit.article_id, receipt.at)
        db.execute("update fetches set article_id = ? where id = ?", (visit.article_id, fetch))
        after = schedule.after_article(visit, receipt.at, changed=False)
        visits.put(db, replace(after, **validators(answer)))
    return Settled("unchanged")


def _led_to(archive: Archive, visit: Visit, own: Visit, answer: Page | Unchanged) -> Settled:
    """Another address of an article that has a visit of its own, where nothing changed."""
    article_id, at = own.article_id or 0, answer.fetched_at
    with archive.transaction() as db:
        archive.stands(article_id, at)
        archive.add_address(article_id, visit.url, "redirect", at)
        visits.put(db, schedule.alias(replace(visit, article_id=article_id), at))
    return Settled("copies")


def received(archive: Archive, visit: Visit, receipt: Receipt) -> None:
    """The page is kept; whatever happens now, it will be read and not asked for again."""
    with archive.transaction() as db:
        fetch = receipts.write(db, receipt)
        db.execute("update visits set unread = ? where id = ?", (fetch, visit.id))


def read(archive: Archive, visit: Visit, page: Page, told: Article | ScraperError) -> Settled:
    """The page was read: an article is on it, or a reason why there is none."""
    if isinstance(told, Article):
        return _kept(archive, visit, page, told)
    return _refused(archive, visit, page, told)


def _kept(archive: Archive, visit: Visit, page: Page, article: Article) -> Settled:
    with archive.transaction() as db:
        kept = archive.keep(_at_its_own(db, article, page), page, VERSION)
        after = replace(
            schedule.after_article(visit, page.fetched_at, changed=kept.outcome in ("new", "revised")),
            article_id=kept.article_id,
            page=page.digest,
            extractor=VERSION,
            **validators(page),
        )
        visits.named(db, after, page.fetched_at)
        if visit.article_id not in (None, kept.article_id):
            archive.mark(visit.article_id or 0, "vanished", page.fetched_at)
        woken = None if _is_own(kept, visit) else _elsewhere(archive, after, page, kept)
        visits.put(db, schedule.alias(after, page.fetched_at) if woken is not None else after)
    outcome = "copies" if kept.outcome == "copy" else kept.outcome
    return Settled(outcome, woken or None)


def _at_its_own(db: sqlite3.Connection, article: Article, page: Page) -> Article:
    """The article at the address where it was found, if the one that it claims is known for a list of articles.

    Some systems give every page of a section the section's address as canonical: all would be one article.
    """
    at = urls.clean(page.url)
    if article.url in (None, at) or not visits.is_list(db, article.url or ""):
        return article
    told = tuple(each for each in article.evidence if each.field != "url")
    return replace(article, url=at, evidence=(*told, Evidence("url", "address")))


def _is_own(kept: Kept, visit: Visit) -> bool:
    return kept.url == visit.url


def _elsewhere(archive: Archive, visit: Visit, page: Page, kept: Kept) -> str | None:
    """The article has another address than was asked: that one is visited from now on.

    Gives the host to wake, empty when nothing is to be asked there now, None when the visit stays where it is:
    the other address is of a host we were not sent to.
    """
    if not kept.url.startswith("http") or urls.host(kept.url) != urls.host(page.url):
        return None
    host = urls.host(kept.url)
    with archive.transaction() as db:
        if kept.url == urls.clean(page.url):
            visits.settle_at(db, replace(visit, url=kept.url, kind=visits.ARTICLE), host)
            return ""
        return host if visits.want(db, replace(visit, url=kept.url), host, page.fetched_at) else ""


def _refused(archive: Archive, visit: Visit, page: Page, error: ScraperError) -> Settled:
    reason = error.reason if isinstance(error, ExtractError) else ""
    with archive.transaction() as db:
        archive.record_failure(page.requested, error, page.fetched_at, page)
        known = replace(visit, page=page.digest, extractor=VERSION, **validators(page))
        if visit.article_id and reason == "missing":
            archive.mark(visit.article_id, "vanished", page.fetched_at)
        if reason in TRANSIENT or (visit.article_id and reason != "missing"):
            # not with validators: the wall may be gone although it says the same
            error = Unusable(error.message, url=page.url)
            known = replace(visit, etag=None, last_modified=None)
        visits.put(db, schedule.after_failure(known, error, page.fetched_at))
    return Settled("empty" if reason else "failed")


def _again(visit: Visit, now: datetime) -> Visit:
    """Nothing was there and nothing is, for the same reason: come back ever more rarely."""
    return replace(schedule.after_failure(visit, ExtractError("nothing new"), now), said=visit.said)


def validators(answer: Page | Unchanged) -> dict[str, Any]:
    """ETag and Last-Modified of an answer, those of a 304 only where it repeats them."""
    found = {name: value for name, value in answer.headers if name in ("etag", "last-modified")}
    told = {"etag": found.get("etag"), "last_modified": found.get("last-modified")}
    return told if isinstance(answer, Page) else {name: value for name, value in told.items() if value}


def _word(error: ScraperError) -> str:
    if isinstance(error, NotNow):
        return "later"
    return "gone" if isinstance(error, Gone) else "refused" if isinstance(error, Refused) else "failed"
