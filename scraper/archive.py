"""Keeps pages, articles and every wording of them. The only writer.

Bytes first: `keep_page` has committed the page before anything reads it. Whatever is
done twice changes nothing the second time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import zstandard

from scraper import (
    derived,
    edits,
    extract,
    gathering,
    learned,
    learning,
    originals,
    revisions,
    schema,
    seals,
    sql,
    sums,
    tables,
    urls,
)
from scraper.derived import told as _told
from scraper.errors import ArchiveError, ExtractError, ScraperError, Unusable
from scraper.gathering import Gathering
from scraper.models import Article, Dropped, Evidence, Page, blocks

LEVEL = 3
"""zstd: 0.7 ms a page and 5.7 times smaller; higher levels and dictionaries gain some per cent."""

_SAME_TEXT_WORDS = 40
"""Words from which the same text under another address of a site is the same article whatever its headline."""

Outcome = Literal["new", "revised", "unchanged", "copy"]
Mark = Literal["vanished", "restored", "paywalled"]


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an article: `new`, `revised`, `unchanged`, or a `copy` under another address of the site."""

    outcome: Outcome
    article_id: int
    revision: int
    url: str


@dataclass(frozen=True, slots=True)
class Reread:
    """Another reading of one wording of an article, from the page it is kept with."""

    article_id: int
    number: int
    article: Article
    page: Page


class Archive:
    """An archive open for writing: `with Archive(path) as archive: archive.keep(article, page)`.

    Made when it is not there. Every method raises `ArchiveError` in one line: locked for
    30 s, read-only, full disk, newer than this program, not an archive.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._db, self._pages = schema.writer(self.path)
        self._compressor = zstandard.ZstdCompressor(level=LEVEL)
        with schema.translated(self.path):
            self._db.execute("pragma temp_store = memory")
            seals.watch(self._db)
            sums.watch(self._db)
        self._gathering = Gathering(self._db)
        self._renew()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()
        self._pages.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The archive's connection, for several writes that hold or fall together."""
        with self._writing(self._db):
            yield self._db

    def page(self, digest: str) -> bytes:
        """The bytes of a kept page. Raises `ArchiveError` when it is missing or damaged."""
        return originals.body(self._pages, digest)

    def keep_page(self, page: Page) -> str:
        """The page on disk, for good, before anything reads it; gives its digest."""
        return self.keep_pages([page])[0]

    def keep_pages(self, pages: Iterable[Page]) -> list[str]:
        """Several pages in one transaction; a page that is there already costs a look."""
        pages = list(pages)
        with self._writing(self._pages):
            known = {page.digest for page in pages if self._has_page(page.digest)}
            rows = {
                page.digest: (page.digest, len(page.body), self._compressor.compress(page.body))
                for page in pages
                if page.digest not in known
            }
            self._pages.executemany("insert or ignore into pages values (?, ?, ?)", rows.values())
        return [page.digest for page in pages]

    def keep(self, article: Article, page: Page, extractor: str = "") -> Kept:
        """The article that was read from `page`: new, a new wording of a known one, or nothing new."""
        return self.keep_all([(article, page)], extractor)[0]

    def keep_all(self, read: Iterable[tuple[Article, Page]], extractor: str = "") -> list[Kept]:
        """Several articles in one transaction, pages included."""
        read = list(read)
        self.keep_pages(page for _, page in read)
        with self._writing(self._db):
            return [self._keep(self._reading(article, page, extractor)) for article, page in read]

    def reread(self, readings: Iterable[Reread], extractor: str) -> int:
        """Other readings of wordings that are kept: no revisions, and no page is seen again. In one transaction.

        What has got another page since it was read is left alone. Gives how many were written.
        """
        with self._writing(self._db):
            return sum(self._reread(each, extractor) for each in readings)

    def record_failure(self, url: str, error: ScraperError, at: datetime, page: Page | None = None) -> None:
        """A request that brought no article, with the reason and, if one came, the page."""
        with self._writing(self._db):
            if page is None:
                status = getattr(error, "status", None)
                row: tuple[Any, ...] = (url, None, _utc(at), status, None, None, None, error.said, None)
            else:
                row = (*_fetched(page), error.said, None)
            self._db.execute(_INSERT_FETCH, row)

    def stands(self, article_id: int, at: datetime) -> None:
        """The article is there as it was; one that had vanished is back."""
        with self._writing(self._db):
            row = self._called(article_id)
            if row is None:
                return
            if row["status"] == "vanished":
                self._mark(row, "restored", _utc(at))
            if row["status"] != "paywalled":  # what stands is the teaser
                self._set(row["id"], {"last_seen": max(row["last_seen"], _utc(at))})

    def add_address(self, article_id: int, url: str, place: str, at: datetime) -> None:
        """Another address that leads to an article; one that is known already stays whose it is."""
        with self._writing(self._db):
            self._db.execute(
                "insert or ignore into urls values (?, ?, ?, ?)", (_clean(url), article_id, place, _utc(at))
            )

    def add_headline(self, which: str | int, text: str, place: str, at: datetime) -> bool:
        """A headline seen elsewhere than on the article's page: in a feed, a sitemap, a link of a section.

        False when no such article is known.
        """
        with self._writing(self._db):
            row = self._called(which)
            if row is None or not text.strip():
                return False
            seen = _utc(at)
            self._db.execute(_INSERT_HEADLINE, (row["id"], place, " ".join(text.split()), seen, seen))
            return True

    def mark(self, which: str | int, status: Mark, at: datetime) -> bool:
        """Records that an article vanished from its site, came back, or is down to a teaser; its text stays.

        `which` is its id or any address it was seen at. False when there is nothing to record: no such
        article, it is marked so already, or it was seen otherwise later than `at` (aware UTC).
        """
        with self._writing(self._db):
            row = self._called(which)
            return row is not None and self._mark(row, status, _utc(at))

    @contextmanager
    def changing_pages(self) -> Iterator[sqlite3.Connection]:
        """The pages inside one transaction."""
        with self._writing(self._pages):
            yield self._pages

    # --- one article ----------------------------------------------------------

    def _called(self, which: str | int) -> sqlite3.Row | None:
        """The article with this id, or any address it was seen at."""
        if isinstance(which, int) or which.isdecimal():
            return self._one("select * from articles where id = ?", int(which))
        query = "select a.* from urls u join articles a on a.id = u.article_id where u.url = ?"
        return self._one(query, which) or self._one(query, _clean(which))

    def _mark(self, row: sqlite3.Row, mark: Mark, at: str) -> bool:
        status = "live" if mark == "restored" else mark
        if row["status"] == status or at < max(row["last_seen"], self._marked_at(row["id"])):
            return False
        self._db.execute("update articles set status = ? where id = ?", (status, row["id"]))
        wording = {"article_id": row["id"], "number": row["revision"], "seen": at}
        derived.add_changes(self._db, wording, [edits.Change(mark, "")])
        return True

    def _marked_at(self, article_id: int) -> str:
        """When the status of an article last changed; empty for never."""
        row = self._one(
            "select coalesce(max(at), '') as at from changes where article_id = ? "
            "and kind in (select value from json_each(?))",
            article_id,
            json.dumps(edits.OF_STATUS),
        )
        return str(row["at"]) if row else ""

    def _keep(self, new: _Reading) -> Kept:
        old = self._known(new)
        if old is not None and new.needs_another_reading_of(old):
            old = self._read_again(old)
        if old is None:
            kept = self._insert(new)
        elif new.is_better_known(old):
            kept = self._reword(old, new, old["revision"], new.url)
        elif old["digest"] == new.digest and (new.is_elsewhere(old) or new.stands_as(old)):
            kept = self._update(old, new, "unchanged")
        elif new.is_elsewhere(old):
            kept = Kept("copy", old["id"], old["revision"], old["url"])
        elif new.is_rereading(old) or old["digest"] == new.digest or revisions.same(_told(old), new.article):
            kept = self._reword(old, new, old["revision"], old["url"])
        elif revisions.is_teaser(_told(old), new.article):
            self._mark(old, "paywalled", new.at)
            kept = Kept("unchanged", old["id"], old["revision"], old["url"])
        else:
            kept = self._reword(old, new, old["revision"] + 1, old["url"])
            wording = {"article_id": kept.article_id, "number": kept.revision, "seen": new.at}
            derived.add_changes(self._db, wording, edits.between(_told(old), new.article))
        if old is not None and new.shows_all_of(old):
            self._mark(old, "restored", new.at)
        self._add_beside(kept.article_id, new)
        self._db.execute(_INSERT_FETCH, (*_fetched(new.page), None, kept.article_id))
        if kept.outcome != "copy":
            self._learn(kept.article_id)
        return kept

    def _reading(self, article: Article, page: Page, extractor: str) -> _Reading:
        """The article as it is kept: without the lines that are known to be furniture of its site."""
        new = _Reading.of(article, page, extractor)
        lines = learning.lines_of(self._db, new.site) if new.site else None
        if not lines:
            return new
        bare = learned.without(article, lines, new.site or "")
        return new if bare is article else _Reading.of(bare, page, extractor)

    def _known(self, new: _Reading) -> sqlite3.Row | None:
        """The article this is a reading of: by its address, where it permanently moved from, or by its text."""
        for address in new.identities():
            row = self._one("select a.* from urls u join articles a on a.id = u.article_id where u.url = ?", address)
            if row:
                return row
        row = self._one("select * from articles where text_digest = ? and site is ?", new.text_digest, new.site)
        if row and (new.article.words >= _SAME_TEXT_WORDS or row["headline"] == new.article.headline):
            return row
        return None

    def _insert(self, new: _Reading) -> Kept:
        row = new.row() | {"revision": 1, "first_seen": new.at}
        article_id = sql.insert(self._db, "articles", row)
        self._index(article_id, row)
        self._add_revision(article_id, 1, new)
        return Kept("new", article_id, 1, new.url)

    def _update(self, old: sqlite3.Row, new: _Reading, outcome: Outcome) -> Kept:
        """The same wording seen again: fields beside it may have changed, its address does not."""
        row = new.row() | {"url": old["url"], "last_seen": max(new.at, old["last_seen"])}
        if new.is_elsewhere(old):
            row = {"last_seen": row["last_seen"] if old["status"] == "live" else old["last_seen"]}
        self._set(old["id"], row)
        if any(row.get(name, old[name]) != old[name] for name in ("headline", "summary", "body")):
            self._unindex(old)
            self._index(old["id"], row)
        days = ("published", "published_utc")
        if any(row.get(name, old[name]) != old[name] for name in days) and self._gathering.is_copied(old["id"]):
            self._gathering.regroup([old["id"]])  # another copy may be the first now
        return Kept(outcome, old["id"], old["revision"], old["url"])

    def _reword(self, old: sqlite3.Row, new: _Reading, number: int, url: str) -> Kept:
        """The new wording in place of the old, which goes to the revisions unless it was only read differently."""
        self._unindex(old)
        if number > old["revision"]:
            self._db.execute(
                "update revisions set body = ? where article_id = ? and number = ?",
                (old["body"], old["id"], old["revision"]),
            )
            self._add_revision(old["id"], number, new)
        else:
            self._set_revision(old["id"], number, new)
        row = new.row() | {"url": url, "revision": number, "last_seen": max(new.at, old["last_seen"])}
        self._set(old["id"], row)
        self._index(old["id"], row)
        if number == old["revision"] > 1:
            derived.tell_changes(self._db, old["id"], (number,))
        return Kept("revised" if number > old["revision"] else "unchanged", old["id"], number, url)

    def _set_revision(self, article_id: int, number: int, new: _Reading) -> None:
        """Another reading of a wording; its text stands in `articles` as long as it is the current one."""
        told = new.article
        self._db.execute(
            "update revisions set (headline, summary, layout, digest, extractor, rules) = (?, ?, ?, ?, ?, ?), "
            "body = case when body is null then null else ? end where article_id = ? and number = ?",
            (
                *(told.headline, told.summary, told.layout, new.digest, new.extractor, new.rules),
                *(told.body, article_id, number),
            ),
        )

    def _set(self, article_id: int, row: dict[str, Any]) -> None:
        sql.update(self._db, "articles", article_id, row)

    def _add_revision(self, article_id: int, number: int, new: _Reading) -> None:
        told = new.article
        self._db.execute(
            "insert into revisions "
            "(article_id, number, seen, headline, summary, layout, digest, page, extractor, rules) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article_id,
                number,
                new.at,
                told.headline,
                told.summary,
                told.layout,
                new.digest,
                new.page.digest,
                new.extractor,
                new.rules,
            ),
        )

    def _add_beside(self, article_id: int, new: _Reading) -> None:
        """Addresses, headline variants and dropped lines."""
        addresses = ((url, article_id, place, new.at) for url, place in new.addresses().items())
        self._db.executemany("insert or ignore into urls values (?, ?, ?, ?)", addresses)
        variants = ((article_id, each.place, each.text, new.at, new.at) for each in new.article.headlines)
        self._db.executemany(_INSERT_HEADLINE, variants)
        current = self._one("select page from articles where id = ?", article_id)
        if current and current["page"] == new.page.digest:
            self._db.execute("delete from dropped where article_id = ?", (article_id,))
            near = (each for each in new.article.dropped if not each.reason.startswith("outside"))
            self._db.executemany(
                "insert into dropped values (?, ?, ?, ?)",
                ((article_id, each.line, each.text, each.reason) for each in near),
            )

    # --- other readings -------------------------------------------------------

    def _reread(self, told: Reread, extractor: str) -> bool:
        old = self._one("select * from articles where id = ?", told.article_id)
        new = self._reading(told.article, told.page, extractor)
        if old is None or not self._is_read_from(old, told):
            return False
        if told.number < old["revision"]:
            self._set_revision(old["id"], told.number, new)
            derived.tell_changes(self._db, old["id"], (told.number, told.number + 1))
        else:
            self._forget_misread_headlines(old["id"], new)
            kept = {"site": old["site"], "last_seen": old["last_seen"]}
            self._reword(old, new, told.number, old["url"])
            self._set(old["id"], kept)
            self._add_beside(old["id"], new)
        return True

    def _is_read_from(self, old: sqlite3.Row, told: Reread) -> bool:
        if told.number == old["revision"]:
            return bool(old["page"] == told.page.digest)
        query = "select page from revisions where article_id = ? and number = ?"
        row = self._one(query, told.article_id, told.number)
        return row is not None and row["page"] == told.page.digest

    def _read_again(self, old: sqlite3.Row) -> sqlite3.Row:
        """The article as the present extractor reads its kept page: what two extractors see is no edit."""
        query = "select * from fetches where article_id = ? and page = ? order by at desc"
        answer, stored = self._one(query, old["id"], old["page"]), self._kept_page(old["page"])
        if answer is None or stored is None:
            return old
        page = originals.of(answer, stored)
        try:
            told = extract.article(page)
        except ExtractError:
            return old
        self._reread(Reread(old["id"], old["revision"], told, page), extract.VERSION)
        return self._one("select * from articles where id = ?", old["id"]) or old

    def _kept_page(self, digest: str) -> bytes | None:
        try:
            return originals.body(self._pages, digest)
        except ArchiveError:
            return None

    def _forget_misread_headlines(self, article_id: int, new: _Reading) -> None:
        """Wordings seen on this page alone, at places that it is now read to say otherwise at."""
        places = sorted({each.place for each in new.article.headlines})
        self._db.executemany(
            "delete from headlines where article_id = ? and place = ? and first_seen = ? and last_seen = ?",
            ((article_id, place, new.at, new.at) for place in places),
        )

    # --- what is learned of a site --------------------------------------------

    def _renew(self) -> None:
        """What is made of the articles made anew, where it was made by other rules than this program's."""
        if gathering.is_current(self._db) and learning.is_current(self._db):
            return
        with self._writing(self._db):
            if not gathering.is_current(self._db):
                gathering.rebuild(self._db)
            if not learning.is_current(self._db):
                for article_id in learning.begin(self._db):
                    self._learn(article_id)

    def _learn(self, article_id: int) -> None:
        """The lines of an article counted; what is furniture from now on is taken off every article that has it.

        Those of its first wording: what comes later may be a note that it was corrected, and these are all alike.
        """
        row = self._one(_FIRST_WORDING, article_id)
        if row is None or not row["site"]:
            return
        told = blocks(row["body"], row["layout"])
        learning.count(self._db, article_id, row["site"], told)
        found = learning.news(self._db, row["site"], learned.edges(told), self._gathering.text)
        for each in sorted({holder for holders in found.values() for holder in holders}):
            self._take_off(each)

    def _take_off(self, article_id: int) -> None:
        """The learned lines off an article and its wordings: not a new wording, but a better reading of each."""
        old = self._one("select * from articles where id = ?", article_id)
        if old is None:
            return
        bare = self._bare(old, old)
        if bare is None:
            return
        row = {"body": bare.body, "layout": bare.layout, "words": bare.words}
        row |= {"digest": revisions.digest(bare), "text_digest": revisions.text_digest(bare)}
        self._unindex(old)
        self._set(article_id, row)
        self._index(article_id, dict(old) | row)
        self._db.executemany(
            "insert or ignore into dropped values (?, ?, ?, ?)",
            [(article_id, each.line, each.text, each.reason) for each in bare.dropped],
        )
        self._db.execute(
            "update revisions set layout = ?, digest = ? where article_id = ? and number = ?",
            (bare.layout, row["digest"], article_id, old["revision"]),
        )
        self._take_off_earlier(old)
        self._learn(article_id)

    def _take_off_earlier(self, article: sqlite3.Row) -> None:
        query = "select * from revisions where article_id = ? and body is not null"
        for row in sql.found(self._db, query, article["id"]):
            bare = self._bare(article, row)
            if bare is not None:
                self._db.execute(
                    "update revisions set body = ?, layout = ?, digest = ? where id = ?",
                    (bare.body, bare.layout, revisions.digest(bare), row["id"]),
                )
        derived.tell_changes(self._db, article["id"], range(2, article["revision"] + 1))

    def _bare(self, article: sqlite3.Row, wording: derived.Row) -> Article | None:
        """A wording of an article without the learned lines; None if it has none of them."""
        rows = self._db.execute("select line, text, reason from dropped where article_id = ?", (article["id"],))
        told = Article(
            headline=wording["headline"],
            summary=wording["summary"],
            blocks=blocks(wording["body"], wording["layout"]),
            dropped=tuple(Dropped(*row) for row in rows),
            evidence=tuple(Evidence(field, place) for field, place in json.loads(article["evidence"]).items()),
        )
        bare = learned.without(told, learning.lines_of(self._db, article["site"]), article["site"])
        return None if bare is told else bare

    # --- the full-text index --------------------------------------------------

    def _index(self, article_id: int, row: dict[str, Any]) -> None:
        self._db.execute(
            "insert into articles_fts (rowid, headline, summary, body) values (?, ?, ?, ?)",
            (article_id, row["headline"], row["summary"], row["body"]),
        )
        self._gathering.add(article_id)

    def _unindex(self, old: sqlite3.Row) -> None:
        self._db.execute(
            "insert into articles_fts (articles_fts, rowid, headline, summary, body) values ('delete', ?, ?, ?, ?)",
            (old["id"], old["headline"], old["summary"], old["body"]),
        )
        self._gathering.forget(old["id"], old["body"])

    # --- the database ---------------------------------------------------------

    def _one(self, query: str, *values: object) -> sqlite3.Row | None:
        cursor = self._db.execute(query, values)
        cursor.row_factory = sqlite3.Row
        row: sqlite3.Row | None = cursor.fetchone()
        return row

    def _has_page(self, digest: str) -> bool:
        return self._pages.execute("select 1 from pages where digest = ?", (digest,)).fetchone() is not None

    @contextmanager
    def _writing(self, connection: sqlite3.Connection) -> Iterator[None]:
        """One transaction that waits its turn, all of it or nothing of it; inside another one it is part of that."""
        if connection.in_transaction:
            yield
            return
        with schema.translated(self.path):
            connection.execute("begin immediate")
            try:
                yield
                if connection is self._db:
                    sums.renew(connection)
                    seals.seal(connection, datetime.now(UTC))
                connection.execute("commit")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("rollback")
                raise


def rows_of(article: Article, page: Page, extractor: str = "") -> dict[str, Any]:
    """The rows an archive would make of one reading that it sees first: article, urls, headlines, dropped, request."""
    new = _Reading.of(article, page, extractor)
    names = ("requested", "url", "at", "status", "page", "headers", "hops")
    return {
        "article": new.row() | {"revision": 1, "status": "live", "first_seen": new.at},
        "urls": [{"url": url, "place": place, "first_seen": new.at} for url, place in new.addresses().items()],
        "headlines": [
            {"place": each.place, "text": each.text, "first_seen": new.at, "last_seen": new.at}
            for each in article.headlines
        ],
        "dropped": [
            {"line": each.line, "text": each.text, "reason": each.reason}
            for each in article.dropped
            if not each.reason.startswith("outside")
        ],
        "fetch": dict(zip(names, _fetched(page), strict=True)) | {"error": None},
    }


_FIRST_WORDING = (
    "select a.site, w.body, w.layout from articles a join wordings w on w.article_id = a.id and w.number = 1 "
    "where a.id = ?"
)
_INSERT_FETCH = (
    "insert into fetches (requested, url, at, status, page, headers, hops, error, article_id) "
    "values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (requested, at) do update set "
    "error = excluded.error, article_id = excluded.article_id"
)
_INSERT_HEADLINE = (
    "insert into headlines values (?, ?, ?, ?, ?) on conflict do update set "
    "first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)"
)

_SAYS_SO = ("link canonical", "meta og:url")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _fetched(page: Page) -> tuple[Any, ...]:
    hops = json.dumps([[hop.url, hop.status] for hop in page.hops]) if page.hops else None
    headers = json.dumps(page.headers, ensure_ascii=False)
    return (
        page.requested,
        page.url,
        page.fetched_at.astimezone(UTC).isoformat(),
        page.status or None,
        page.digest,
        headers,
        hops,
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """An article as read from one page, with what the archive derives of it."""

    article: Article
    page: Page
    extractor: str
    url: str
    read_at: str
    site: str | None
    at: str
    digest: str
    text_digest: str

    @classmethod
    def of(cls, article: Article, page: Page, extractor: str) -> Self:
        read_at = _clean(page.url)
        url = article.url or read_at
        return cls(
            article,
            page,
            extractor,
            url,
            read_at,
            None if url.startswith("capture:") else urls.site(url),
            _utc(page.fetched_at),
            revisions.digest(article),
            revisions.text_digest(article),
        )

    def identities(self) -> list[str]:
        """The addresses that say which article this is.

        Its own; and where the page itself claims no other address, those it moved from for good.
        A rolling address (`/latest`) that redirects for now, or that names another as canonical, says nothing.
        """
        if self.url != self.read_at:
            return [self.url]
        return [self.url, *(_clean(hop.url) for hop in self.page.hops if hop.status in (301, 308))]

    def addresses(self) -> dict[str, str]:
        """Every address this article is known to have, with how."""
        found = {self.url: "canonical" if self.url != self.read_at else "address", self.read_at: "address"}
        for hop in self.page.hops:
            found.setdefault(_clean(hop.url), "redirect" if hop.status in (301, 308) else "requested")
        for each in self.article.alternates:
            found.setdefault(each, "alternate")
        return found

    def is_elsewhere(self, old: sqlite3.Row) -> bool:
        """Whether this is a view of a known article at another address than its own: AMP, print, a copy.

        A saved page has no address; it is the article's own where it says so itself.
        """
        if self.read_at.startswith("capture:") and self.url == old["url"] and self.own_place in _SAYS_SO:
            return False
        return self.read_at not in (old["url"], old["read_at"])

    def shows_all_of(self, old: sqlite3.Row) -> bool:
        """Whether the article is seen at its own address again, and more of it than a teaser."""
        is_away = old["status"] != "live" and not self.is_elsewhere(old)
        return is_away and not revisions.is_teaser(_told(old), self.article)

    def needs_another_reading_of(self, old: sqlite3.Row) -> bool:
        """Whether the article was read by other means than those of this program, and the text looks changed."""
        is_ours = self.extractor == extract.VERSION and bool(old["extractor"])
        other = (old["extractor"], old["rules"]) != (self.extractor, self.rules)
        return is_ours and other and old["digest"] != self.digest and old["page"] != self.page.digest

    def stands_as(self, old: sqlite3.Row) -> bool:
        """Whether the text is the same letter by letter and in the same paragraphs."""
        told = self.article
        now = (told.headline, told.summary, told.body, told.layout)
        return now == tuple(old[name] for name in ("headline", "summary", "body", "layout"))

    def is_better_known(self, old: sqlite3.Row) -> bool:
        """Whether this is the article's own page at last, after a view of it (print, say) that named no other.

        A page that says of itself which address is its own knows better than one that says nothing.
        """
        places = json.loads(old["evidence"])
        return self.url != old["url"] and self.own_place in _SAYS_SO and places.get("url") not in _SAYS_SO

    @property
    def rules(self) -> str:
        """The rules it was read by; empty where nobody says what read it."""
        return tables.version() if self.extractor else ""

    @property
    def own_place(self) -> str | None:
        """Where the page says which address is its own; `address` when it says nothing."""
        return next((each.place for each in self.article.evidence if each.field == "url"), None)

    def is_rereading(self, old: sqlite3.Row) -> bool:
        """Whether the reading changed and not the page: another extractor, or its own address after another."""
        return bool(self.page.digest == old["page"] or self.read_at == old["url"] != old["read_at"])

    def row(self) -> dict[str, Any]:
        told = self.article
        return {
            "url": self.url,
            "site": self.site,
            "headline": told.headline,
            "summary": told.summary,
            "authors": json.dumps(told.authors, ensure_ascii=False),
            "published": told.published and told.published.iso,
            "published_utc": told.published and told.published.sortable,
            "modified": told.modified and told.modified.iso,
            "modified_utc": told.modified and told.modified.sortable,
            "section": told.section,
            "tags": json.dumps(told.tags, ensure_ascii=False),
            "language": told.language,
            "site_name": told.site_name,
            "image": told.image and told.image.url,
            "caption": told.image and told.image.caption,
            "paywalled": int(told.paywalled),
            "body": told.body,
            "layout": told.layout,
            "words": told.words,
            "digest": self.digest,
            "text_digest": self.text_digest,
            "page": self.page.digest,
            "read_at": self.read_at,
            "evidence": json.dumps({each.field: each.place for each in told.evidence}, ensure_ascii=False),
            "kind": told.kind,
            "quality": told.quality,
            "extractor": self.extractor,
            "rules": self.rules,
            "last_seen": self.at,
        }


def _clean(url: str) -> str:
    """The archive's spelling; what is no web address (`capture:…`) is its own."""
    try:
        return urls.clean(url)
    except Unusable:
        return url
