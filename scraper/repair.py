"""What can be made again is made again; what cannot is named and left as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scraper import derived, extract, losses, originals, schema, sql, sums, verify
from scraper.archive import Archive
from scraper.errors import ArchiveError, DamagedArchive, ExtractError
from scraper.models import Article, Progress
from scraper.reading import rows_of
from scraper.sql import Row
from scraper.torn import Torn


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that was wrong: where, what was done or why nothing could be, and whether it is mended."""

    where: str
    what: str
    is_mended: bool
    is_accepted: bool = False


def repair(path: Path | str, progress: Progress = lambda *_: None, *, accept_loss: bool = False) -> Iterator[Repair]:
    """Everything that is wrong, mended where that can be done. Doing it again changes nothing more.

    With `accept_loss` what cannot be mended is let go, each loss with a note in the chain; the archive verifies then.

    Indexes and what is derived are made anew, records read again from their pages, lost articles
    from the pages of their revisions. Raises `DamagedArchive` when a file is torn so that nothing
    may be written into it: `salvage` saves into another archive what can be read.
    """
    path = Path(path)
    if not path.is_file():
        schema.reader(path)  # says so
    for file in (path, schema.pages_path(path)):
        if file.is_file():
            yield from _indexes(file)
    with Archive(path) as archive:
        yield from _Mending(archive, progress).everything(accept_loss)


def _indexes(path: Path) -> Iterator[Repair]:
    """SQLite's own indexes are made of the tables, so they can be made again; a torn table cannot."""
    try:
        with closing(schema.reader(path)) as reader, schema.translated(path):
            found = list(verify.structure(reader, "full"))
        if found and all("index" in each for each in found):
            with schema.translated(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
                connection.execute("reindex")
                left = list(verify.structure(connection, "full"))
        else:
            left = found
    except DamagedArchive as error:
        raise DamagedArchive(f"{error.message}: {_ADVICE}") from error
    if left:
        raise DamagedArchive(f"{path} is torn ({left[0]}): {_ADVICE}")
    if found:
        yield Repair(str(path), f"indexes made again ({found[0]})", is_mended=True)


_ADVICE = "nothing is written into it, `scraper repair -o FOLDER` saves what can be read"


class _Mending:
    """One archive being mended, each article in a transaction of its own."""

    def __init__(self, archive: Archive, progress: Progress) -> None:
        self.archive = archive
        self.path = archive.path
        self.progress = progress

    def everything(self, accept_loss: bool = False) -> Iterator[Repair]:  # noqa: FBT001, FBT002
        with (
            closing(schema.reader(self.path)) as self.db,
            closing(schema.reader(schema.pages_path(self.path))) as self.pages,
            schema.translated(self.path),
        ):
            self.db.text_factory = verify.text
            with self.archive.transaction() as connection:
                connection.text_factory = verify.text
            named = set()
            for step in (
                self._declared,
                self._lost_articles,
                self._lost_rows,
                self._texts,
                self._records,
                self._derived,
                self._unsummed,
            ):
                for each in step():
                    if each.is_mended or not accept_loss:
                        yield each
                    if not each.is_mended:
                        named.add(each.where)
            if accept_loss:
                yield from self._accepted()
                named.clear()
        for fault in verify.faults(self.path, progress=self.progress):
            if fault.where not in named:
                yield Repair(fault.where, fault.what, is_mended=False)

    def _accepted(self) -> Iterator[Repair]:
        """What is left is let go, and what is derived of it made again."""
        faults = list(verify.faults(self.path, progress=self.progress))
        for each in losses.accept(self.archive, faults, datetime.now(UTC)):
            yield Repair(f"{self.path} {each.where}", each.what, is_mended=False, is_accepted=True)
        yield from self._derived()

    # --- what is declared -----------------------------------------------------

    def _declared(self) -> Iterator[Repair]:
        """Indexes and views made again as they were."""
        with self.archive.transaction() as db, self.archive.changing_pages() as pages:
            for file, connection in ((self.path, db), (schema.pages_path(self.path), pages)):
                for name, statement in schema.astray(connection).items():
                    kind = statement.split()[1 if statement.split()[1].lower() != "unique" else 2]
                    connection.execute(f"drop {kind} if exists {sql.quoted(name)}")
                    connection.execute(statement)
                    yield Repair(f"{file} {name}", "made again", is_mended=True)

    # --- what is derived ------------------------------------------------------

    def _derived(self) -> Iterator[Repair]:
        for each in derived.ALL:
            self.progress(each.name, 0, 0)
            fault = next(each.compare(self.db), None) or next(each.check(self.db), None)
            if fault:
                with self.archive.transaction() as connection:
                    each.rebuild(connection)
                yield Repair(f"{self.path} {fault.where}", f"{each.name} made again", is_mended=True)

    def _unsummed(self) -> Iterator[Repair]:
        """Articles that never had a checksum and whose texts verify get one."""
        query = "select id from articles where id not in (select article_id from sums) limit 500"
        told = 0
        while ids := [row[0] for row in self.db.execute(query)]:
            with self.archive.transaction() as connection:
                connection.executemany("insert or replace into sums values (?, ?)", sums.of(connection, ids).items())
            told += len(ids)
        if told:
            yield Repair(f"{self.path} sums", f"{told} articles had no checksum", is_mended=True)

    # --- rows that are missing ------------------------------------------------

    def _lost_articles(self) -> Iterator[Repair]:
        """Articles whose row is gone and whose revisions are there: read from the page of the last revision."""
        query = (
            "select article_id, max(number) from revisions where article_id not in (select id from articles) "
            "group by article_id"
        )
        for article, number in self.db.execute(query).fetchall():
            where = f"{self.path} articles {article}"
            try:
                self._restore(article, number)
            except (ArchiveError, ExtractError) as error:
                yield Repair(where, f"is lost: {error.message}", is_mended=False)
            else:
                yield Repair(where, "was lost: read again from its page", is_mended=True)

    def _restore(self, article: int, number: int) -> None:
        last = self._one("select * from revisions where article_id = ? and number = ?", article, number)
        told = self._reading(last["page"], article)
        if told["article"]["digest"] != last["digest"] and last["extractor"] == extract.VERSION:
            raise ArchiveError("its page does not say what the revision says")
        times = self._one(
            "select min(r.seen) as first, max(h.last_seen) as last from revisions r "
            "left join headlines h on h.article_id = r.article_id where r.article_id = ?",
            article,
        )
        row = told["article"] | {"id": article, "revision": number, "first_seen": times["first"]}
        row["last_seen"] = max(times["last"] or "", last["seen"], row["last_seen"])
        with self.archive.transaction() as connection:
            sql.insert(connection, "articles", row)
            connection.execute("update revisions set body = null, digest = ? where id = ?", (row["digest"], last["id"]))
            for each in told["urls"]:
                sql.insert(connection, "urls", {"article_id": article} | each, "or ignore")
            sums.trust(connection, article)
            derived.make(connection, [article])

    def _lost_rows(self) -> Iterator[Repair]:
        """An article's own address, and the revision that is its present wording."""
        query = "select * from articles a where url not in (select url from urls where article_id = a.id)"
        for row in self._all(query):
            told = {"url": row["url"], "article_id": row["id"], "place": "address", "first_seen": row["first_seen"]}
            with self.archive.transaction() as connection:
                sql.insert(connection, "urls", told, "or ignore")
                owner = connection.execute("select article_id from urls where url = ?", (row["url"],)).fetchone()[0]
            if owner == row["id"]:
                yield Repair(f"{self.path} articles {row['id']}", "its address was missing in urls", is_mended=True)
        query = (
            "select * from articles a where not exists "
            "(select 1 from revisions where article_id = a.id and number = a.revision)"
        )
        for row in self._all(query):
            names = ("headline", "summary", "layout", "digest", "page", "extractor")
            told = {name: row[name] for name in names} | {"article_id": row["id"], "number": row["revision"]}
            told["seen"] = row["first_seen"] if row["revision"] == 1 else row["last_seen"]
            with self.archive.transaction() as connection:
                sql.insert(connection, "revisions", told)
            yield Repair(f"{self.path} articles {row['id']}", "its last revision was missing", is_mended=True)

    # --- texts of revisions ---------------------------------------------------

    def _texts(self) -> Iterator[Repair]:
        """Texts of earlier wordings that are not what they were, read again from their pages."""
        query = "select * from revisions where body is not null"
        for row in self._all(query):
            if not verify.is_told(row | {"evidence": "{}", "text_digest": None}):
                where = f"{self.path} revisions {row['id']}"
                try:
                    told = self._reading(row["page"], row["article_id"])["article"]
                except (ArchiveError, ExtractError) as error:
                    yield Repair(
                        where, f"its text is damaged and cannot be made again: {error.message}", is_mended=False
                    )
                    continue
                if told["digest"] == row["digest"]:
                    names = ("headline", "summary", "body", "layout")
                    with self.archive.transaction() as connection:
                        sql.update(connection, "revisions", row["id"], {name: told[name] for name in names})
                    yield Repair(where, "its text was read again from its page", is_mended=True)
                else:
                    yield Repair(where, "its text is damaged, and its page is read differently now", is_mended=False)

    # --- records --------------------------------------------------------------

    def _records(self) -> Iterator[Repair]:
        """Articles that are not what was written, read again from the page they were read from."""
        damaged = set(verify.record_faults(self.db, self.progress))
        damaged |= {row["id"] for row in self._all("select * from articles") if not verify.is_told(row)}
        for article in sorted(damaged):
            where = f"{self.path} articles {article}"
            row = self._one("select * from articles where id = ?", article)
            if not row:
                continue  # lost, and named already
            try:
                yield Repair(where, self._mend(row), is_mended=True)
            except (ArchiveError, ExtractError) as error:
                yield Repair(where, f"is damaged and cannot be made again: {error.message}", is_mended=False)

    def _mend(self, row: Row) -> str:
        """The record as its page says it: exactly as it was where its checksum tells, else by another extractor."""
        stored = self.db.execute("select sum from sums where article_id = ?", (row["id"],)).fetchone()
        last = self._one(
            "select digest, extractor from revisions where article_id = ? order by number desc limit 1", row["id"]
        )
        if stored and self._try(row, lambda now: now == stored[0], derived.CHANGES.make):
            return "its changes were told again"
        told = self._reading(row["page"], row["id"])
        for candidate in self._candidates(row, told):
            if stored and self._try(candidate, lambda now: now == stored[0]):
                return "restored exactly, from its page"
        fresh = next(iter(self._candidates(row, told)))
        is_same = fresh["digest"] == last.get("digest")
        if not verify.is_told(row) and (is_same or last.get("extractor") != extract.VERSION):
            self._reread(fresh)
            return "its text was read again from its page"
        if not is_same:
            raise ArchiveError("its page is read differently now")
        raise ArchiveError("a time, an address, a number or a row beside its text is not what was written")

    def _candidates(self, row: Row, told: Row) -> Iterator[Row]:
        """What the article may have been: as its page says, with the times that other rows know."""
        kept = ("id", "url", "site", "revision", "status", "first_seen", "last_seen")
        page = {name: value for name, value in told["article"].items() if name not in kept}
        record = row | page
        times = self._one(
            "select min(r.seen) as first_seen, count(*) as revision from revisions r where r.article_id = ?", row["id"]
        )
        seen = self._one("select max(at) as last from fetches where article_id = ?", row["id"])["last"]
        yield record
        yield record | {"extractor": row["extractor"]}
        for change in (
            {"first_seen": times["first_seen"]},
            {"revision": times["revision"]},
            {"status": "live"},
            {"last_seen": _seconds(seen or row["last_seen"])},
            {"url": told["article"]["url"], "site": told["article"]["site"]},
        ):
            yield record | change

    def _try(
        self, row: Row, is_right: Callable[[bytes | None], bool], beside: Callable[..., object] = lambda *_: None
    ) -> bool:
        """The row written, with what is beside it, if the checksum it gives is right; nothing otherwise."""
        try:
            with self.archive.transaction() as connection:
                sql.update(connection, "articles", row["id"], row)
                beside(connection, [row["id"]])
                _hold(is_right(sums.of(connection, [row["id"]]).get(row["id"])))
        except (_NotRight, UnicodeEncodeError):
            return False
        except ArchiveError as error:
            if not isinstance(error.__cause__, sqlite3.IntegrityError):
                raise
            return False
        return True

    def _reread(self, row: Row) -> None:
        """The article and its last wording as they are read now, summed anew: nobody knows what they were."""
        names = ("headline", "summary", "layout", "digest", "extractor")
        with self.archive.transaction() as connection:
            sql.update(connection, "articles", row["id"], row)
            connection.execute(
                "update revisions set headline = ?, summary = ?, layout = ?, digest = ?, extractor = ? "
                "where article_id = ? and number = ?",
                (*(row[name] for name in names), row["id"], row["revision"]),
            )
            sums.trust(connection, row["id"])

    def _reading(self, digest: str, article: int) -> Row:
        page = originals.page(self.db, self.pages, digest, article)
        told: Article = extract.article(page)
        return rows_of(told, page, extract.VERSION)

    # --- the database ---------------------------------------------------------

    def _all(self, query: str, *values: object) -> Iterator[Row]:
        """Rows in batches of their own reading, so that writing between them is no trouble."""
        cursor = self.db.execute(query, values)
        names = [each[0] for each in cursor.description]
        while rows := cursor.fetchmany(500):
            yield from (dict(zip(names, row, strict=True)) for row in rows)

    def _one(self, query: str, *values: object) -> Row:
        return next(self._all(query, *values), {})


def salvage(path: Path | str, folder: Path | str) -> Iterator[Repair]:
    """What can still be read of a torn archive, as an archive of the same name in another folder, mended there.

    The torn files are only read. Raises `ArchiveError` when nothing can be read or the other archive is there already.
    """
    path, target = Path(path), Path(folder) / Path(path).name
    if target.exists() or schema.pages_path(target).exists():
        raise ArchiveError(f"{target} is there already")
    with Archive(target) as archive:
        with archive.changing_pages() as pages:
            yield from _saved(schema.pages_path(path), pages)
        with archive.transaction() as db:
            db.execute("pragma defer_foreign_keys = on")
            try:
                yield from _saved(path, db)
                sums.keep(db)
            finally:
                db.execute("pragma defer_foreign_keys = off")
    yield from repair(target)


def _saved(path: Path, target: sqlite3.Connection) -> Iterator[Repair]:
    """Every row of every table that can be read, copied; the tables that could not be read to their end."""
    tables = [row[0] for row in target.execute("select name from sqlite_master where type = 'table' order by rowid")]
    if not path.is_file():
        yield Repair(str(path), "is missing", is_mended=False)
        return
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as torn:
        with suppress(sqlite3.Error):  # else a file that was cut off is not read at all
            torn.execute("pragma writable_schema = on")
        torn.text_factory = verify.text
        for table in tables:
            if table.startswith(("articles_fts", "_sqlite", "sqlite_")):
                continue
            known = [row[1] for row in target.execute(f"pragma table_info({table})")]
            copied = 0
            rows = Torn(torn, table, known)
            for row in rows:
                marks = ", ".join("?" * len(row))
                statement = f"insert or ignore into {table} ({', '.join(known)}) values ({marks})"
                copied += target.execute(statement, row).rowcount
            if rows.said:
                yield Repair(
                    f"{path} {table}", f"cannot be read whole ({rows.said}): {copied} rows saved", is_mended=False
                )


class _NotRight(Exception):
    """The row is not what it was: the transaction is undone."""


def _hold(is_right: bool) -> None:  # noqa: FBT001
    if not is_right:
        raise _NotRight


def _seconds(moment: str) -> str:
    return moment[:19] + moment[-6:] if "." in moment else moment
