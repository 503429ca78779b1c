"""Is the archive whole: each hash derived again, each reference followed, both files and the index checked."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import zstandard

from scraper import revisions, schema
from scraper.errors import ArchiveError
from scraper.models import Article, Block, Evidence, blocks


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: which file and row, and what."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def faults(path: Path | str) -> Iterator[Fault]:
    """Everything that does not verify, nothing for a clean archive. Writes nothing.

    Raises `ArchiveError` when there is no archive to look at.
    """
    path = Path(path)
    pages = schema.pages_path(path)
    if not pages.is_file():
        schema.reader(path).close()
        yield Fault(str(pages), "the pages are missing")
        yield from _archive(path, None)
        return
    yield from _pages(pages)
    yield from _archive(path, pages)


def _archive(path: Path, pages: Path | None) -> Iterator[Fault]:
    try:
        db = schema.reader(path)
    except ArchiveError as error:
        if error.exit_code == 1:
            raise
        yield Fault(str(path), error.message)
        return
    try:
        yield from _sqlite(db, path)
        yield from _references(db, path)
        yield from _wordings(db, path)
        yield from _index(db, path)
        if pages is not None:
            yield from _kept(db, pages)
    except sqlite3.DatabaseError as error:
        yield Fault(str(path), f"cannot be read on ({error})")
    finally:
        db.close()


def _sqlite(db: sqlite3.Connection, path: Path) -> Iterator[Fault]:
    for (said,) in db.execute("pragma integrity_check"):
        if said != "ok":
            yield Fault(str(path), said)


def _references(db: sqlite3.Connection, path: Path) -> Iterator[Fault]:
    for table, row, parent, _ in db.execute("pragma foreign_key_check"):
        yield Fault(f"{path} {table} {row or ''}".strip(), f"points to a missing row of {parent}")
    without = "select id from articles where id not in (select article_id from urls)"
    for (article_id,) in db.execute(without):
        yield Fault(f"{path} articles {article_id}", "has no address in urls")
    numbers = (
        "select a.id, a.revision, count(r.id), sum(r.body is null) from articles a "
        "left join revisions r on r.article_id = a.id "
        "group by a.id having a.revision <> count(r.id) or sum(r.body is null) <> 1"
    )
    for article_id, revision, found, _ in db.execute(numbers):
        yield Fault(f"{path} articles {article_id}", f"is at revision {revision}, but {found} are stored")


def _wordings(db: sqlite3.Connection, path: Path) -> Iterator[Fault]:
    """Each digest against the text it stands for, of articles and of their revisions."""
    for row in db.execute("select id, headline, summary, body, layout, evidence, digest, text_digest from articles"):
        told = _digests(row)
        if told != (row["digest"], row["text_digest"]):
            yield Fault(f"{path} articles {row['id']}", "its text is not the text its digest was made of")
    query = (
        "select r.id, r.headline, r.summary, coalesce(r.body, a.body) as body, r.layout, a.evidence, r.digest "
        "from revisions r join articles a on a.id = r.article_id"
    )
    for row in db.execute(query):
        told = _digests(row)
        if told is None or told[0] != row["digest"]:
            yield Fault(f"{path} revisions {row['id']}", "its text is not the text its digest was made of")


def _digests(row: sqlite3.Row) -> tuple[str, str] | None:
    try:
        text: tuple[Block, ...] = blocks(row["body"], row["layout"])
        evidence = tuple(Evidence(field, place) for field, place in json.loads(row["evidence"]).items())
    except (ValueError, KeyError, AttributeError):
        return None
    told = Article(headline=row["headline"], summary=row["summary"], blocks=text, evidence=evidence)
    return revisions.digest(told), revisions.text_digest(told)


def _index(db: sqlite3.Connection, path: Path) -> Iterator[Fault]:
    """FTS5 checks itself by a statement that counts as writing, so it is given a copy."""
    with tempfile.TemporaryDirectory(prefix="news-scraper-") as folder:
        copy = sqlite3.connect(Path(folder) / "copy.db", isolation_level=None)
        try:
            db.backup(copy)
            copy.execute("insert into articles_fts (articles_fts, rank) values ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            yield Fault(f"{path} articles_fts", f"the full-text index does not fit the articles ({error})")
        finally:
            copy.close()


def _kept(db: sqlite3.Connection, path: Path) -> Iterator[Fault]:
    """Pages that the archive names and that are not there."""
    try:
        pages = schema.reader(path)
    except ArchiveError:
        return  # said already, when the pages themselves were looked at
    try:
        for table in ("articles", "revisions", "fetches"):
            for row, digest in db.execute(f"select id, page from {table} where page is not null"):
                if pages.execute("select 1 from pages where digest = ?", (digest,)).fetchone() is None:
                    yield Fault(f"{table} {row}", f"its page {digest} is not in {path}")
    finally:
        pages.close()


def _pages(path: Path) -> Iterator[Fault]:
    """Each page unpacked and hashed again."""
    try:
        db = schema.reader(path)
    except ArchiveError as error:
        yield Fault(str(path), error.message)
        return
    try:
        yield from _sqlite(db, path)
        decompressor = zstandard.ZstdDecompressor()
        for row in db.execute("select digest, size, body from pages"):
            what = _page_fault(row, decompressor)
            if what:
                yield Fault(f"{path} pages {row['digest']}", what)
    except sqlite3.DatabaseError as error:
        yield Fault(str(path), f"cannot be read on ({error})")
    finally:
        db.close()


def _page_fault(row: sqlite3.Row, decompressor: zstandard.ZstdDecompressor) -> str | None:
    try:
        body = decompressor.decompress(row["body"], max_output_size=max(row["size"], 1))
    except (zstandard.ZstdError, TypeError) as error:
        return f"does not unpack ({error})"
    if hashlib.sha256(body).hexdigest() != row["digest"] or len(body) != row["size"]:
        return "its bytes are not the bytes that were kept"
    return None
