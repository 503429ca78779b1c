"""What is lost for good, accepted: the archive goes on without it, says so in its chain, and verifies again.

Nothing is made up. A page that is damaged is taken out like a pruned one; a text that is not what was
written stands from now on as it is; what pointed to a lost row points to none. Each of these is a note
in the chain of seals, and what is changed after that is a fault like any other.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from scraper import bundles, derived, revisions, seals, sql, sums, verify
from scraper.archive import Archive
from scraper.derived import Fault
from scraper.models import Article, Evidence, blocks
from scraper.sql import Row


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that is lost and was accepted: where it was, and what the chain says of it."""

    where: str
    what: str


def accept(archive: Archive, faults: Iterable[Fault], now: datetime) -> Iterator[Loss]:
    """Every loss that these faults name, written down. What can be mended must have been mended before."""
    faults = list(faults)
    yield from _pages(archive, faults, now)
    for step in (_pointing, _sums, _wordings, _texts, _marks):  # sums first: what is changed is summed anew
        yield from _noted(archive, step, now)
    yield from _noted(archive, lambda db: _seals(db, faults), now)


Step = Callable[[sqlite3.Connection], Iterator[Loss]]


def _noted(archive: Archive, step: Step, now: datetime) -> Iterator[Loss]:
    with archive.transaction() as db:
        found = list(step(db))
        for each in found:
            seals.seal(db, now, f"{seals.ACCEPTED} {each.where}: {each.what}")
    yield from found


# --- pages --------------------------------------------------------------------


def _pages(archive: Archive, faults: list[Fault], now: datetime) -> Iterator[Loss]:
    """Damaged pages are taken out, missing ones written down."""
    broken = {fault.where.split()[-1]: fault.what for fault in faults if fault.where.split()[-2:-1] == ["pages"]}
    with archive.transaction() as db:
        named = {row[0] for row in db.execute(_NAMED)}
    with archive.changing_pages() as pages:
        known = {row[0] for row in pages.execute("select digest from pages union select digest from pruned")}
        lost = broken | dict.fromkeys(sorted(named - known), "is missing")
        for digest, what in lost.items():
            size = pages.execute("select coalesce(max(size), 0) from pages where digest = ?", (digest,)).fetchone()[0]
            pages.execute("delete from pages where digest = ?", (digest,))
            values = (digest, size, now.isoformat(timespec="seconds"), f"lost: {what}")
            pages.execute("insert or replace into pruned values (?, ?, ?, ?)", values)
    yield from _noted(archive, lambda _: (Loss(f"page {digest}", what) for digest, what in lost.items()), now)


_NAMED = (
    "select page from articles union select page from revisions union select page from sightings "
    "union select page from fetches where page is not null"
)

# --- rows ---------------------------------------------------------------------


def _pointing(db: sqlite3.Connection) -> Iterator[Loss]:
    """Rows of articles that are gone go too; requests and visits stay and point to none."""
    db.execute("pragma defer_foreign_keys = on")
    for table, column in bundles.pointing(db):
        where = f"{column} is not null and {column} not in (select id from articles)"
        gone = [row[0] for row in db.execute(f"select distinct {column} from {table} where {where}")]
        change = f"update {table} set {column} = null" if table in ("fetches", "visits") else f"delete from {table}"
        db.execute(f"{change} where {where}")
        yield from (Loss(f"{table} of article {article}", "the article is lost") for article in gone)
    for table, column, parent in (("fetches", "run_id", "runs"), ("visits", "unread", "fetches")):
        where = f"{column} is not null and {column} not in (select id from {parent})"
        for (row,) in db.execute(f"select id from {table} where {where}").fetchall():
            db.execute(f"update {table} set {column} = null where id = ?", (row,))
            yield Loss(f"{table} {row}", f"its row of {parent} is lost")


def _wordings(db: sqlite3.Connection) -> Iterator[Loss]:
    """Revisions without a text go; those that are left are numbered without gaps."""
    query = (
        "select distinct a.id from articles a left join revisions r on r.article_id = a.id group by a.id "
        "having a.revision <> count(r.id) or max(r.number) <> a.revision "
        "or sum((r.body is null) <> (r.number = a.revision)) > 0"
    )
    for (article,) in db.execute(query).fetchall():
        last = db.execute("select max(number) from revisions where article_id = ?", (article,)).fetchone()[0]
        db.execute("delete from revisions where article_id = ? and number < ? and body is null", (article, last))
        db.execute("update revisions set body = null where article_id = ? and number = ?", (article, last))
        ids = db.execute("select id from revisions where article_id = ? order by number", (article,)).fetchall()
        for number, (row,) in enumerate(ids, 1):
            db.execute("update revisions set number = ? where id = ?", (number, row))
        db.execute("update articles set revision = ? where id = ?", (len(ids), article))
        yield Loss(f"articles {article}", f"of its wordings {len(ids)} are left")


def _texts(db: sqlite3.Connection) -> Iterator[Loss]:
    """Texts that are not what was written stand as they are, as far as they can be read."""
    for row in _untold(db, "articles", "true"):
        _rebase(db, "articles", row)
        yield Loss(f"articles {row['id']}", "its text is not the text its digest was made of")
    db.execute(
        "update revisions set (headline, summary, layout, digest) = (select headline, summary, layout, digest "
        "from articles where id = article_id) where body is null and exists "
        "(select 1 from articles where id = article_id and articles.digest <> revisions.digest)"
    )
    for row in _untold(db, "revisions", "body is not null"):
        _rebase(db, "revisions", row)
        yield Loss(f"revisions {row['id']}", "its text is not the text its digest was made of")


def _untold(db: sqlite3.Connection, table: str, where: str) -> list[Row]:
    """The rows whose text is not the one of their digest."""
    rows = sql.rows(db, f"select * from {table} where {where}")
    told = ({"evidence": "{}", "text_digest": None} | row for row in rows)
    return [row for row in told if not verify.is_told(row)]


def _rebase(db: sqlite3.Connection, table: str, row: Row) -> None:
    text = {name: _readable(row[name]) for name in ("headline", "summary")}
    body = _readable(row["body"]) or ""
    layout, evidence = _readable(row["layout"]) or "", _readable(row["evidence"]) or "{}"
    try:
        told = blocks(body, layout)
    except (ValueError, KeyError):
        paragraphs = [part for part in body.split("\n\n") if part]
        body, layout = "\n\n".join(paragraphs), " ".join("p" for _ in paragraphs)
        told = blocks(body, layout)
    try:
        places = tuple(Evidence(field, str(place)) for field, place in json.loads(evidence).items())
    except (ValueError, AttributeError):
        evidence, places = "{}", ()
    whole = Article(headline=text["headline"], summary=text["summary"], blocks=told, evidence=places)
    changed = text | {"body": body, "layout": layout, "digest": revisions.digest(whole)}
    if table == "articles":
        changed |= {"text_digest": revisions.text_digest(whole), "evidence": evidence}
    sql.update(db, table, row["id"], changed)


def _readable(text: str | None) -> str | None:
    return None if text is None else str(text).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _marks(db: sqlite3.Connection) -> Iterator[Loss]:
    """Marks that lead to no wording or are of no kind."""
    for fault in derived.CHANGES.compare(db):
        db.execute("delete from changes where id = ?", (fault.where.split()[-1],))
        yield Loss(fault.where, fault.what)


def _sums(db: sqlite3.Connection) -> Iterator[Loss]:
    """Articles whose other rows are not what was written are summed as they are."""
    stored = [row[0] for row in db.execute("select article_id from sums")]
    for article in list(verify.record_faults(db)) if stored else []:
        db.executemany("insert or replace into sums values (?, ?)", sums.of(db, [article]).items())
        yield Loss(f"articles {article}", "its rows are not what was written")


# --- the chain ----------------------------------------------------------------


def _seals(db: sqlite3.Connection, faults: list[Fault]) -> Iterator[Loss]:
    """Seals that do not fit: what their rows say now is noted, so that a further change shows."""
    numbers = [fault.where.split()[-1] for fault in faults if fault.where.split()[-2:-1] == ["seals"]]
    for number in sorted({int(each) for each in numbers if each.isdecimal()}):
        yield Loss(f"seal {number} as {seals.hashed(db, number)}", "its rows are not what was sealed")
