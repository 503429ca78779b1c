"""Keeps pages, articles and every wording of them. The only writer.

Bytes first: `keep_page` has committed the page before anything reads it. Whatever is
done twice changes nothing the second time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
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
    fulltext,
    gathering,
    learned,
    learning,
    originals,
    prints,
    reading,
    revisions,
    schema,
    seals,
    sql,
    sums,
    variants,
)
from scraper.derived import told as _told
from scraper.errors import ArchiveError, ExtractError, ScraperError
from scraper.gathering import Gathering
from scraper.models import Article, Dropped, Page, blocks
from scraper.reading import Reading, clean, utc

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
            fulltext.watch(self._db)
        self._gathering = Gathering(self._db)
        self._note_unsealed()
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

    def _note_unsealed(self) -> None:
        """Rows that no seal covers go under one that says so: `verify` names it for good."""
        with schema.translated(self.path):
            if not seals.unsealed(self._db):
                return
        with self.transaction() as db:
            loose = seals.unsealed(db)
            if loose:
                seals.seal(db, datetime.now(UTC), f"{seals.FOUND} {loose}")

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
            came = (
                originals.row(page)
                if page
                else {"requested": url, "at": utc(at), "status": getattr(error, "status", None)}
            )
            self._put_fetch(came, error.said, None)

    def stands(self, article_id: int, at: datetime) -> None:
        """The article is there as it was; one that had vanished is back."""
        with self._writing(self._db):
            row = self._called(article_id)
            if row is None:
                return
            if row["status"] == "vanished":
                self._mark(row, "restored", utc(at))
            if row["status"] != "paywalled":  # what stands is the teaser
                self._set(row["id"], {"last_seen": max(row["last_seen"], utc(at))})

    def add_address(self, article_id: int, url: str, place: str, at: datetime) -> None:
        """Another address that leads to an article; one that is known already stays whose it is."""
        with self._writing(self._db):
            self._db.execute("insert or ignore into urls values (?, ?, ?, ?)", (clean(url), article_id, place, utc(at)))

    def add_headline(self, which: str | int, text: str, place: str, at: datetime) -> bool:
        """A headline seen elsewhere than on the article's page: in a feed, a sitemap, a link of a section.

        False when no such article is known.
        """
        with self._writing(self._db):
            row = self._called(which)
            if row is None or not text.strip():
                return False
            variants.add(self._db, row["id"], [(place, " ".join(text.split()))], utc(at))
            return True

    def mark(self, which: str | int, status: Mark, at: datetime) -> bool:
        """Records that an article vanished from its site, came back, or is down to a teaser; its text stays.

        `which` is its id or any address it was seen at. False when there is nothing to record: no such
        article, it is marked so already, or it was seen otherwise later than `at` (aware UTC).
        """
        with self._writing(self._db):
            row = self._called(which)
            return row is not None and self._mark(row, status, utc(at))

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
        return self._one(query, which) or self._one(query, clean(which))

    def _mark(self, row: Mapping[str, Any] | sqlite3.Row, mark: Mark, at: str) -> bool:
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

    def _keep(self, new: Reading) -> Kept:
        old = self._known(new)
        if old is not None and new.needs_another_reading_of(old):
            old = self._read_again(old)
        try:
            kept = self._insert(new) if old is None else self._join(old, new)
        except (KeyError, ValueError):  # what is known cannot be read: it stays as it is, an earlier wording
            if old is None:
                raise
            kept = self._reword(old, new, old["revision"] + 1, old["url"])
        self._add_beside(kept.article_id, new)
        self._put_fetch(originals.row(new.page), None, kept.article_id)
        if kept.outcome != "copy" and (old is None or old["digest"] != new.digest):
            self._learn(kept.article_id, new.article.dropped if kept.outcome == "new" else ())
        return kept

    def _join(self, old: sqlite3.Row, new: Reading) -> Kept:
        """A reading of an article that is known. Raises `KeyError` or `ValueError` if what is known is damaged."""
        is_back = new.shows_all_of(old)
        if new.is_better_known(old):
            kept = self._reword(old, new, old["revision"], new.url)
        elif old["digest"] == new.digest and (new.is_elsewhere(old) or new.stands_as(old)):
            kept = self._update(old, new)
        elif new.is_elsewhere(old):
            kept = Kept("copy", old["id"], old["revision"], old["url"])
        elif new.is_rereading(old) or old["digest"] == new.digest or revisions.same(_told(old), new.article):
            kept = self._reword(old, new, old["revision"], old["url"])
        elif revisions.is_teaser(_told(old), new.article):
            self._mark(old, "paywalled", new.at)
            kept = Kept("unchanged", old["id"], old["revision"], old["url"])
        else:
            changes = edits.between(_told(old), new.article)
            kept = self._reword(old, new, old["revision"] + 1, old["url"])
            wording = {"article_id": kept.article_id, "number": kept.revision, "seen": new.at}
            derived.add_changes(self._db, wording, changes)
        if is_back:
            self._mark({**dict(old), "revision": kept.revision}, "restored", new.at)
        return kept

    def _reading(self, article: Article, page: Page, extractor: str) -> Reading:
        """The article as it is kept: without the lines that are known to be furniture of its site."""
        new = Reading.of(article, page, extractor)
        lines = learning.lines_of(self._db, new.site) if new.site else None
        if not lines:
            return new
        bare = learned.without(article, lines, new.site or "")
        return new if bare is article else Reading.of(bare, page, extractor)

    def _known(self, new: Reading) -> sqlite3.Row | None:
        """The article this is a reading of: by its address, where it permanently moved from, or by its text."""
        for address in new.identities():
            row = self._one("select a.* from urls u join articles a on a.id = u.article_id where u.url = ?", address)
            if row:
                return row
        row = self._one("select * from articles where text_digest = ? and site is ?", new.text_digest, new.site)
        if row and (new.article.words >= _SAME_TEXT_WORDS or row["headline"] == new.article.headline):
            return row
        return None

    def _insert(self, new: Reading) -> Kept:
        row = new.row() | {"revision": 1, "first_seen": new.at}
        article_id = sql.insert(self._db, "articles", row)
        self._gathering.add(article_id, new.prints.text)
        self._add_revision(article_id, 1, new)
        return Kept("new", article_id, 1, new.url)

    def _update(self, old: sqlite3.Row, new: Reading) -> Kept:
        """The same wording seen again: fields beside it may have changed, its address does not."""
        row = new.row() | {"url": old["url"], "last_seen": max(new.at, old["last_seen"])}
        if new.is_elsewhere(old):
            row = {"last_seen": row["last_seen"] if old["status"] == "live" else old["last_seen"]}
        self._set(old["id"], row)
        self._retell(old, row, new)
        return Kept("unchanged", old["id"], old["revision"], old["url"])

    def _reword(self, old: sqlite3.Row, new: Reading, number: int, url: str) -> Kept:
        """The new wording in place of the old, which goes to the revisions unless it was only read differently."""
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
        self._retell(old, row, new)
        if number == old["revision"] > 1:
            derived.tell_changes(self._db, old["id"], (number,))
        return Kept("revised" if number > old["revision"] else "unchanged", old["id"], number, url)

    def _retell(self, old: sqlite3.Row, row: dict[str, Any], new: Reading) -> None:
        """The story of an article whose row changed: a new text has other copies, a new date may make it the first."""
        changed = {name for name, value in row.items() if value != old[name]}
        if changed & {"body", "site"}:
            self._gathering.retell(old["id"], old["body"], new.prints.text)
        elif changed & {"published", "published_utc", "url"} and self._gathering.is_copied(old["id"]):
            self._gathering.regroup([old["id"]])

    def _set_revision(self, article_id: int, number: int, new: Reading) -> None:
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

    def _add_revision(self, article_id: int, number: int, new: Reading) -> None:
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

    def _add_beside(self, article_id: int, new: Reading) -> None:
        """Addresses, headline variants and dropped lines."""
        addresses = ((url, article_id, place, new.at) for url, place in new.addresses().items())
        self._db.executemany("insert or ignore into urls values (?, ?, ?, ?)", addresses)
        variants.add(self._db, article_id, ((each.place, each.text) for each in new.article.headlines), new.at)
        current = self._one("select page from articles where id = ?", article_id)
        if current and current["page"] == new.page.digest:
            self._db.execute("delete from dropped where article_id = ?", (article_id,))
            near = (each for each in new.article.dropped if not each.reason.startswith("outside"))
            self._db.executemany(
                "insert into dropped values (?, ?, ?, ?)",
                ((article_id, each.line, each.text, each.reason) for each in near),
            )

    def _put_fetch(self, came: dict[str, Any], error: str | None, article_id: int | None) -> None:
        """The request, or what came of one that is written already."""
        row = dict.fromkeys(("url", "page", "headers", "hops")) | came
        self._db.execute(_PUT_FETCH, row | {"error": error, "article_id": article_id})

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
        if told.number == 1:
            self._learn(old["id"], new.article.dropped)
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

    def _forget_misread_headlines(self, article_id: int, new: Reading) -> None:
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

    def learn(self, articles: Iterable[int]) -> list[int]:
        """The lines of articles that came from another archive, in the transaction that is open.

        What is learned is taken off every article of its site; gives those.
        """
        grown = set()
        for each in articles:
            rows = self._db.execute("select line, text, reason from dropped where article_id = ?", (each,))
            if self._learn(each, [Dropped(*row) for row in rows.fetchall()]):
                grown.add(each)
        return self._clear(learning.sites_of(self._db, grown))

    def believe(self, rows: Iterable[tuple[int, str, str, int, int]]) -> list[int]:
        """The same of what another archive learned."""
        return self._clear(learning.bring(self._db, rows))

    def _clear(self, sites: Iterable[str]) -> list[int]:
        articles = learning.articles_of(self._db, sites)
        for each in articles:
            self._take_off(each)
        return articles

    def _learn(self, article_id: int, dropped: Iterable[Dropped] = ()) -> bool:
        """The lines of an article counted; what is furniture from now on is taken off every article that has it.

        Those of its first wording: what comes later may be a note that it was corrected, and these are all alike.
        `dropped` may have lines that were taken off it. Gives whether something was learned.
        """
        row = self._one(_FIRST_WORDING, article_id)
        if row is None or not row["site"]:
            return False
        try:
            lines = learned.began_with(blocks(row["body"], row["layout"]), dropped)
        except (KeyError, ValueError):  # a damaged text: `verify` names it
            return False
        learning.count(self._db, article_id, row["site"], lines)
        found = learning.news(self._db, row["site"], lines, self._gathering.text)
        for each in sorted({holder for holders in found.values() for holder in holders}):
            self._take_off(each)
        return bool(found)

    def _take_off(self, article_id: int) -> None:
        """The learned lines off an article and its wordings: not a new wording, but a better reading of each."""
        old = self._one("select * from articles where id = ?", article_id)
        if old is None:
            return
        bare = self._bare(old, old)
        if bare is not None:
            self._take_off_current(old, bare)
        if self._take_off_earlier(old) or bare is not None:
            derived.tell_changes(self._db, article_id, range(2, old["revision"] + 1))
            self._learn(article_id)

    def _take_off_current(self, old: sqlite3.Row, bare: Article) -> None:
        told = prints.of(bare)
        row = {"body": bare.body, "layout": bare.layout, "words": bare.words}
        row |= {"digest": told.digest, "text_digest": told.text_digest}
        self._set(old["id"], row)
        self._gathering.retell(old["id"], old["body"], told.text)
        self._db.executemany(
            "insert or ignore into dropped values (?, ?, ?, ?)",
            [(old["id"], each.line, each.text, each.reason) for each in bare.dropped],
        )
        self._db.execute(
            "update revisions set layout = ?, digest = ? where article_id = ? and number = ?",
            (bare.layout, row["digest"], old["id"], old["revision"]),
        )
        self._retell_sightings(old["id"], old["digest"], bare)

    def _take_off_earlier(self, article: sqlite3.Row) -> bool:
        """The same of wordings that are not the present one; whether there was any that had such a line."""
        found = False
        for table in ("revisions", "sightings"):
            query = f"select * from {table} where article_id = ? and body is not null"
            for row in sql.found(self._db, query, article["id"]):
                bare = self._bare(article, row)
                if bare is not None:
                    found = True
                    self._db.execute(
                        f"update {table} set body = ?, layout = ?, digest = ? "
                        "where article_id = ? and seen = ? and page = ?",
                        (bare.body, bare.layout, revisions.digest(bare), article["id"], row["seen"], row["page"]),
                    )
                    self._retell_sightings(article["id"], row["digest"], bare)
        return found

    def _retell_sightings(self, article_id: int, digest: str, bare: Article) -> None:
        """Sightings of a wording that stands elsewhere, by its digest."""
        self._db.execute(
            "update sightings set layout = ?, digest = ? where article_id = ? and digest = ? and body is null",
            (bare.layout, revisions.digest(bare), article_id, digest),
        )

    def _bare(self, article: sqlite3.Row, wording: derived.Row) -> Article | None:
        """A wording of an article without the learned lines; None if it has none of them."""
        rows = self._db.execute("select line, text, reason from dropped where article_id = ?", (article["id"],))
        try:
            told = reading.told({**dict(wording), "evidence": article["evidence"]}, (Dropped(*row) for row in rows))
        except (AttributeError, KeyError, ValueError):  # a damaged text: `verify` names it
            return None
        bare = learned.without(told, learning.lines_of(self._db, article["site"]), article["site"])
        return None if bare is told else bare

    # --- the database ---------------------------------------------------------

    def _one(self, query: str, *values: object) -> sqlite3.Row | None:
        def ask() -> sqlite3.Row | None:
            cursor = self._db.execute(query, values)
            cursor.row_factory = sqlite3.Row
            row: sqlite3.Row | None = cursor.fetchone()
            return row

        return sql.readable(self._db, ask)

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
                    fulltext.write(connection)
                connection.execute("commit")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("rollback")
                raise


_FIRST_WORDING = (
    "select a.site, w.body, w.layout from articles a join wordings w on w.article_id = a.id and w.number = 1 "
    "where a.id = ?"
)
_PUT_FETCH = (
    "insert into fetches (requested, url, at, status, page, headers, hops, error, article_id) "
    "values (:requested, :url, :at, :status, :page, :headers, :hops, :error, :article_id) "
    "on conflict (requested, at) do update set "
    "error = excluded.error, article_id = excluded.article_id"
)
