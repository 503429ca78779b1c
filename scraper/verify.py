"""Is the archive whole: each hash derived again, each reference followed, both files, the index and the chain."""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

from scraper import derived, originals, reading, revisions, schema, seals, sql, sums
from scraper.derived import Fault
from scraper.errors import ArchiveError
from scraper.models import Progress

Depth = Literal["full", "quick"]
"""`quick` reads both files' structure and follows references; `full` derives every hash again too."""

BATCH = 500
"""Rows asked for at once; a batch of pages is some 50 MB at most while it is unpacked."""
_PAGES_AT_ONCE = 32

Check = Callable[[sqlite3.Connection, Progress], Iterator[Fault]]


def faults(path: Path | str, depth: Depth = "full", progress: Progress = lambda *_: None) -> Iterator[Fault]:
    """Everything that does not verify, nothing for a clean archive. Writes nothing.

    Raises `ArchiveError` when there is no archive to look at.
    """
    path = Path(path)
    pages = schema.pages_path(path)
    if not path.is_file():
        schema.reader(path)  # says so
    if pages.is_file():
        yield from _looked_at(pages, (_sqlite(depth), *([] if depth == "quick" else [_pages])), progress)
    else:
        yield Fault(str(pages), "the pages are missing")
    checks = [_references, *_derived(depth), *([] if depth == "quick" else [_wordings, _summed, _sealed])]
    yield from _looked_at(path, (_sqlite(depth), _kept(pages), *map(_at_one_moment, checks)), progress)


def accepted(path: Path | str) -> int:
    """How many losses were accepted: what verifies does so without them."""
    with closing(schema.reader(Path(path))) as db:
        return seals.accepted(db)


def _looked_at(path: Path, checks: tuple[Check, ...], progress: Progress) -> Iterator[Fault]:
    """Each check in turn over one file; one that cannot be ended is a fault, and the others go on."""
    try:
        db = schema.reader(path)
    except ArchiveError as error:
        if error.exit_code == 1 and _is_whole(path):
            raise
        yield Fault(str(path), error.message)
        return
    db.text_factory = text
    try:
        for check in checks:
            try:
                for fault in check(db, progress):
                    yield Fault(f"{path} {fault.where}".rstrip(), fault.what)
            except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
                yield Fault(str(path), f"cannot be read on ({error})")
    finally:
        db.close()


def _at_one_moment(check: Check) -> Check:
    """The same check, for which nothing changes between two of its questions: a crawl may be writing."""

    def checked(db: sqlite3.Connection, progress: Progress) -> Iterator[Fault]:
        with sql.snapshot(db):
            yield from check(db, progress)

    return checked


def _is_whole(path: Path) -> bool:
    """Whether this is a database at all: what is wrong with it then is that it is not of this program."""
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            return bool(connection.execute("pragma quick_check(1)").fetchone()[0] == "ok")
        finally:
            connection.close()
    except (sqlite3.Error, UnicodeDecodeError):
        return False


def text(stored: bytes) -> str:
    """Text with a flipped bit may be no UTF-8 any more: it is read all the same, and its hash tells."""
    return stored.decode("utf-8", "surrogateescape")


# --- each file ----------------------------------------------------------------


def _sqlite(depth: Depth) -> Check:
    def check(db: sqlite3.Connection, progress: Progress) -> Iterator[Fault]:
        progress("structure", 0, 0)
        yield from (Fault("", said) for said in structure(db, depth))
        yield from (Fault(table, "is not declared as it was made") for table in schema.misshapen(db))
        yield from (Fault(name, "is missing, or not declared as it was made") for name in schema.astray(db))

    return check


def structure(db: sqlite3.Connection, depth: Depth = "quick") -> Iterator[str]:
    """What SQLite itself finds wrong with a file."""
    pragma = "quick_check" if depth == "quick" else "integrity_check"
    for (said,) in db.execute(f"pragma {pragma}(1000)"):
        yield from (line for line in said.splitlines() if line not in ("ok", "*** in database main ***"))


def _references(db: sqlite3.Connection, progress: Progress) -> Iterator[Fault]:
    progress("references", 0, 0)
    for table, row, parent, _ in db.execute("pragma foreign_key_check"):
        yield Fault(f"{table} {row or ''}".strip(), f"points to a missing row of {parent}")
    for query, what in _ORPHANS.items():
        for where, found in db.execute(query):
            yield Fault(where, what.format(found))


_ORPHANS = {
    "select 'articles ' || id, 0 from articles where id not in (select article_id from urls)": "has no address in urls",
    "select 'articles ' || id, 0 from articles where id not in (select article_id from sums) "
    "and exists (select 1 from sums union all select 1 from made where what = 'sums')": "has no checksum",
    "select 'articles ' || id, url from articles a where url not in (select url from urls where article_id = a.id)": (
        "its address {} is not among its addresses in urls"
    ),
    "select 'articles ' || a.id, a.revision || ', but ' || count(r.id) from articles a "
    "left join revisions r on r.article_id = a.id "
    "group by a.id having a.revision <> count(r.id) or max(r.number) <> a.revision": "is at revision {} are stored",
    "select 'revisions ' || r.id, r.number from revisions r join articles a on a.id = r.article_id "
    "where (r.body is null) <> (r.number = a.revision)": "is revision {}; only the last has its text in articles",
    "select 'revisions ' || r.id, a.id from revisions r join articles a on a.id = r.article_id "
    "where r.number = a.revision and r.digest <> a.digest": "is the last revision of article {} and not its wording",
}
"""What must hold between rows, as questions for those where it does not."""


def _kept(path: Path) -> Check:
    """Pages that the archive names and that are not there."""

    def check(db: sqlite3.Connection, progress: Progress) -> Iterator[Fault]:
        if not path.is_file():
            return
        progress("pages named", 0, 0)
        schema.attach(db, path, "kept")
        try:
            for table in ("articles", "revisions", "fetches"):
                query = (
                    f"select id, page from {table} where page is not null "  # null is in no empty set, says SQL
                    "and page not in (select digest from kept.pages) "
                    "and page not in (select digest from kept.pruned)"
                )
                for row, digest in db.execute(query):
                    yield Fault(f"{table} {row}", f"its page {digest} is not in {path}")
        finally:
            db.execute("detach kept")

    return check


def _derived(depth: Depth) -> list[Check]:
    """What is made of the rows, as each such thing checks itself."""

    def look(each: derived.Derived) -> Check:
        def check(db: sqlite3.Connection, progress: Progress) -> Iterator[Fault]:
            progress(each.name, 0, 0)
            yield from each.compare(db)
            if depth == "full":
                yield from each.check(db)

        return check

    return [look(each) for each in derived.ALL]


# --- each article -------------------------------------------------------------


def _wordings(db: sqlite3.Connection, progress: Progress) -> Iterator[Fault]:
    """Each digest against the text it stands for, of articles and of their revisions."""
    queries = (
        "select 'articles ' || id as place, * from articles",
        _WORDINGS,
    )
    for table, query in zip(("articles", "revisions"), queries, strict=True):
        total = db.execute(f"select count(*) from {table}").fetchone()[0]
        for done, row in enumerate(db.execute(query)):
            if done % BATCH == 0:
                progress(f"texts of {table}", done, total)
            if not is_told(row):
                yield Fault(row["place"], "its text is not the text its digest was made of")


_WORDINGS = (
    "select 'revisions ' || r.id as place, r.headline, r.summary, coalesce(r.body, a.body) as body, "
    "iif(r.body is null, a.layout, r.layout) as layout, a.evidence, r.digest, null as text_digest "
    "from revisions r join articles a on a.id = r.article_id "
    "where r.body is not null or r.headline is not a.headline or r.summary is not a.summary or r.digest <> a.digest"
)
"""The wordings that are not an article's present one to the letter: that was looked at already."""


def is_told(row: Mapping[str, Any] | sqlite3.Row) -> bool:
    """Whether a text is the one its digests were made of."""
    try:
        told, wanted = reading.told(row), row["text_digest"]
        return revisions.digest(told) == row["digest"] and (not wanted or revisions.text_digest(told) == wanted)
    except (ValueError, KeyError, AttributeError, TypeError):
        return False


def _summed(db: sqlite3.Connection, progress: Progress) -> Iterator[Fault]:
    yield from (Fault(f"articles {each}", "its rows are not what was written") for each in record_faults(db, progress))


def record_faults(db: sqlite3.Connection, progress: Progress = lambda *_: None) -> Iterator[int]:
    """Every article whose rows, with those beside it, are not the rows its checksum was made of."""
    total = db.execute("select count(*) from sums").fetchone()[0]
    last, done = -1, 0
    query = "select article_id, sum from sums where article_id > ? order by article_id limit ?"
    while rows := [tuple(row) for row in db.execute(query, (last, BATCH))]:
        told = sums.of(db, (row[0] for row in rows))
        yield from (article for article, wanted in rows if told.get(article) != wanted)
        last, done = rows[-1][0], done + len(rows)
        progress("records", done, total)


def _sealed(db: sqlite3.Connection, progress: Progress) -> Iterator[Fault]:
    progress("seals", 0, 0)
    yield from (Fault(f"seals {number}", what) for number, what in seals.broken(db))


# --- each page ----------------------------------------------------------------


def _pages(db: sqlite3.Connection, progress: Progress) -> Iterator[Fault]:
    """Each page unpacked and hashed again, on all processors: both let go of the interpreter meanwhile."""
    total = db.execute("select count(*) from pages").fetchone()[0]
    workers = os.cpu_count() or 1
    cursor = db.execute("select digest, size, body from pages")
    waiting: deque[Future[list[Fault]]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        done = 0
        while rows := cursor.fetchmany(_PAGES_AT_ONCE):
            waiting.append(pool.submit(_page_faults, [tuple(row) for row in rows]))
            if len(waiting) > 2 * workers:
                yield from waiting.popleft().result()
            done += len(rows)
            progress("pages", done, total)
        for each in waiting:
            yield from each.result()


def _page_faults(rows: list[tuple[str, int, bytes]]) -> list[Fault]:
    found = ((row[0], originals.fault(*row)) for row in rows)
    return [Fault(f"pages {digest}", what) for digest, what in found if what]
