"""Archives into one, and one out of another: in any order, twice or after a kill, the result is the same."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from scraper import bundles, itinerary, originals, schema, seals, sql, sums, verify
from scraper.archive import Archive
from scraper.derived import Fault
from scraper.errors import ArchiveError, DamagedArchive
from scraper.models import Progress

BATCH = 100
"""Rows a transaction: others may write between two of them, and a kill costs one at most."""


@dataclass(slots=True)
class Merged:
    """What came of it; `faults` names whatever of the other archive was left behind."""

    pages: int = 0
    new: int = 0
    joined: int = 0
    unchanged: int = 0
    fetches: int = 0
    visits: int = 0
    faults: list[Fault] = field(default_factory=list)


def merge(archive: Archive, other: Path | str, progress: Progress = lambda *_: None) -> Merged:
    """Everything of another archive brought into this one; the other is only read.

    Rows of it that do not verify are named and left behind. Raises `ArchiveError` when the other is
    none, of another program, newer or older than this program, and `DamagedArchive` when its files
    are torn (`scraper repair` first); nothing has been changed then.
    """
    return _Merge(archive, Path(other), progress).run()


def cut(
    path: Path | str, folder: Path | str, articles: Collection[int], progress: Progress = lambda *_: None
) -> Merged:
    """A smaller archive of the same name in another folder: these articles with all that belongs to them."""
    target = Path(folder) / Path(path).name
    if not articles:
        raise ArchiveError("nothing matches: no archive was made")
    with Archive(target) as archive:
        return _Merge(archive, Path(path), progress, frozenset(articles)).run()


class _Merge:
    """One archive on its way into another: pages first, then articles, then requests."""

    def __init__(self, archive: Archive, other: Path, progress: Progress, wanted: frozenset[int] | None = None) -> None:
        if other.exists() and archive.path.resolve() == other.resolve():
            raise ArchiveError(f"{other} is this archive itself")
        self.archive = archive
        self.path = other
        self.wanted = wanted
        self.progress = progress
        self.told = Merged()
        self.ids: dict[int, int] = {}
        self.runs: dict[int, int] = {}
        self._is_noted = False

    def run(self) -> Merged:
        pages_path = schema.pages_path(self.path)
        with closing(schema.reader(self.path)) as db, closing(schema.reader(pages_path)) as pages:
            self.db, self.pages = db, pages
            db.text_factory = verify.text
            with schema.translated(self.path):
                _refuse_torn(db, self.path)
            with schema.translated(pages_path):
                _refuse_torn(pages, pages_path)
                self._bring_pages()
            with schema.translated(self.path):
                self._bring_lines()
                self._bring_articles()
                self._bring_runs()
                self._bring_fetches()
                self._bring_visits()
                self._bring_hosts()
        return self.told

    # --- pages ----------------------------------------------------------------

    def _bring_pages(self) -> None:
        total = self.pages.execute("select count(*) from pages").fetchone()[0]
        for done, digests in enumerate(sql.batches(self._digests(), BATCH)):
            self.progress("pages", min(done * BATCH, total), total)
            with self.archive.changing_pages() as ours:
                known = _known_pages(ours, digests)
                for digest in digests:
                    if digest not in known:
                        self._bring_page(ours, digest)
        with self.archive.changing_pages() as ours:
            rows = self.pages.execute("select * from pruned").fetchall()
            named = set(self._digests()) if self.wanted is not None else None
            told = [tuple(row) for row in rows if named is None or row["digest"] in named]
            ours.executemany("insert or ignore into pruned values (?, ?, ?, ?)", told)

    def _digests(self) -> Iterator[str]:
        """The pages to bring: all, or those that the wanted articles name."""
        if self.wanted is None:
            yield from (row[0] for row in self.pages.execute("select digest from pages order by digest"))
            return
        query = (
            "select page from articles where id in (select value from json_each(?1)) union "
            "select page from revisions where article_id in (select value from json_each(?1)) union "
            "select page from sightings where article_id in (select value from json_each(?1)) union "
            "select page from fetches where article_id in (select value from json_each(?1)) and page is not null"
        )
        yield from (row[0] for row in self.db.execute(query, (json.dumps(sorted(self.wanted)),)))

    def _bring_page(self, ours: sqlite3.Connection, digest: str) -> None:
        row = self.pages.execute("select digest, size, body from pages where digest = ?", (digest,)).fetchone()
        if row is None:
            return  # pruned, or named when the article that needs it comes
        what = originals.fault(*row)
        if what:
            self._fault(f"{schema.pages_path(self.path)} pages {digest}", what)
            return
        ours.execute("insert or ignore into pages (digest, size, body) values (?, ?, ?)", tuple(row))
        self.told.pages += 1

    # --- what was learned ------------------------------------------------------

    def _bring_lines(self) -> None:
        """The lines that were learned of sites, or of those of the wanted articles: before the articles are joined."""
        rows = self.db.execute("select hash, site, line, version, wrong from furniture order by hash").fetchall()
        if self.wanted is not None:
            query = "select distinct site from articles where id in (select value from json_each(?))"
            sites = {row[0] for row in self.db.execute(query, self._ids())}
            rows = [row for row in rows if row["site"] in sites]
        with self.archive.transaction() as ours:
            bundles.settle(ours, self.archive.believe(tuple(row) for row in rows))

    # --- articles -------------------------------------------------------------

    def _bring_articles(self) -> None:
        total = self.db.execute("select count(*) from articles").fetchone()[0]
        query = "select id from articles order by id"
        wanted = (row[0] for row in self.db.execute(query) if self.wanted is None or row[0] in self.wanted)
        for done, ids in enumerate(sql.batches(wanted, BATCH)):
            self.progress("articles", done * BATCH, total)
            damaged = self._damaged(ids)
            read = {each: bundles.read(self.db, each) for each in ids if each not in damaged}
            told = {each: bundle for each, bundle in read.items() if self._is_sound(each, bundle)}
            self._miss({page for bundle in told.values() for page in bundle.pages})
            with self.archive.transaction() as ours:
                brought = []
                for article, bundle in told.items():
                    outcome, kept = bundles.bring(ours, bundle)
                    self.ids[article] = kept
                    setattr(self.told, outcome, getattr(self.told, outcome) + 1)
                    if outcome != "unchanged":
                        self._note(ours)
                        brought.append(kept)
                bundles.settle(ours, self.archive.learn(brought))

    def _damaged(self, ids: list[int]) -> set[int]:
        """The articles whose rows do not fit their checksum."""
        stored = self.db.execute(
            "select article_id, sum from sums where article_id in (select value from json_each(?))", (json.dumps(ids),)
        )
        told = sums.of(self.db, ids)
        damaged = {article for article, wanted in stored if told.get(article) != wanted}
        for each in sorted(damaged):
            self._fault(f"{self.path} articles {each}", "its rows are not what was written")
        return damaged

    def _is_sound(self, article: int, bundle: bundles.Bundle) -> bool:
        rows = [bundle.article, *(each | {"evidence": "{}", "text_digest": None} for each in bundle.observations)]
        if all(map(verify.is_told, rows)):
            return True
        self._fault(f"{self.path} articles {article}", "its text is not the text its digest was made of")
        return False

    def _miss(self, pages: set[str]) -> None:
        """Pages that did not come: the archive knows why they are not there."""
        with self.archive.changing_pages() as ours:
            for digest in sorted(pages - _known_pages(ours, pages) - _known_pages(ours, pages, "pruned")):
                self._fault(f"{self.path} page {digest}", "is missing or damaged there")
                why = f"missing or damaged in {self.path.name} when it was merged"
                ours.execute("insert into pruned values (?, 0, ?, ?)", (digest, _now(), why))

    def _note(self, ours: sqlite3.Connection) -> None:
        """The chain says what came from where: with the first batch that changes anything."""
        if not self._is_noted:
            head = seals.newest(self.db)
            seals.seal(ours, datetime.now(UTC), f"from {self.path.name} at its seal {head.number} {head.hash}")
            self._is_noted = True

    # --- the crawl ------------------------------------------------------------

    def _bring_runs(self) -> None:
        """All runs, or those that asked for the wanted articles."""
        query = "select * from runs order by id"
        if self.wanted is not None:
            query = f"select * from runs where id in (select run_id from fetches where {_OF_WANTED}) order by id"
        for batch in sql.batches(sql.rows(self.db, query, *self._ids()), BATCH):
            with self.archive.transaction() as ours:
                for row in batch:
                    self.runs[row["id"]] = itinerary.put_run(ours, row)

    def _bring_visits(self) -> None:
        """The queue, or those of its addresses that lead to the wanted articles."""
        query = f"select * from visits {'' if self.wanted is None else f'where {_OF_WANTED}'} order by id"
        total = self.db.execute("select count(*) from visits").fetchone()[0]
        for done, batch in enumerate(sql.batches(sql.rows(self.db, query, *self._ids()), BATCH)):
            self.progress("addresses", done * BATCH, total)
            with self.archive.transaction() as ours:
                for row in batch:
                    row["article_id"] = self.ids.get(row["article_id"])
                    itinerary.put_visit(ours, row, itinerary.unread(ours, self.db, row["unread"]))
                    self.told.visits += 1

    def _bring_hosts(self) -> None:
        """What hosts asked of us holds for whoever has the archive; a slice will ask for robots.txt itself."""
        with self.archive.transaction() as ours:
            for row in sql.rows(self.db, "select * from hosts"):
                itinerary.put_host(ours, row)
            if self.wanted is None:
                for row in sql.rows(self.db, "select * from robots"):
                    itinerary.put_robots(ours, row)

    def _ids(self) -> tuple[str, ...]:
        return () if self.wanted is None else (json.dumps(sorted(self.wanted)),)

    # --- requests -------------------------------------------------------------

    def _bring_fetches(self) -> None:
        total = self.db.execute("select count(*) from fetches").fetchone()[0]
        for done, rows in enumerate(sql.batches(self._fetches(), BATCH)):
            self.progress("requests", done * BATCH, total)
            self._miss({row["page"] for row in rows if row["page"]})
            with self.archive.transaction() as ours:
                for row in rows:
                    run = self.runs.get(row["run_id"])
                    self.told.fetches += put_fetch(ours, row, self.ids.get(row["article_id"]), run)

    def _fetches(self) -> Iterator[sql.Row]:
        query = f"select * from fetches {'' if self.wanted is None else f'where {_OF_WANTED}'} order by id"
        return sql.rows(self.db, query, *self._ids())

    def _fault(self, where: str, what: str) -> None:
        self.told.faults.append(Fault(where, what))


_OF_WANTED = "article_id in (select value from json_each(?))"


def put_fetch(connection: sqlite3.Connection, row: sql.Row, article: int | None, run: int | None = None) -> int:
    """One request, if it is not known; 1 when it was new. `article` and `run` are this archive's numbers."""
    told = {name: value for name, value in row.items() if name not in _OWN} | {"article_id": article, "run_id": run}
    names, marks = ", ".join(told), ", ".join("?" * len(told))
    statement = f"insert or ignore into fetches ({names}) values ({marks})"
    new = connection.execute(statement, tuple(told.values())).rowcount
    if not new and article is not None:
        connection.execute(
            "update fetches set article_id = ? where requested = ? and at = ? and article_id is null",
            (article, told["requested"], told["at"]),
        )
    return max(new, 0)


_OWN = ("id", "article_id", "run_id")
"""Columns of a request that only its archive can read: numbers of rows there."""


def _refuse_torn(db: sqlite3.Connection, path: Path) -> None:
    said = next(verify.structure(db), None)
    if said:
        raise DamagedArchive(f"{path} is damaged ({said}); `scraper verify` says what is, `scraper repair` mends")


def _known_pages(connection: sqlite3.Connection, digests: Iterable[str], table: str = "pages") -> set[str]:
    query = f"select digest from {table} where digest in (select value from json_each(?))"
    return {row[0] for row in connection.execute(query, (json.dumps(sorted(digests)),))}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
