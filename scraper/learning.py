"""Counts the lines that articles of a site begin and end with, and says which of them were learned as furniture."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable

from scraper import learned
from scraper.signatures import Text

_LOOKED_AT = 16
"""Articles with a line whose texts are compared, the first ones."""


def lines_of(db: sqlite3.Connection, site: str | None) -> frozenset[int]:
    """The lines that were learned on a site, as `learned.without` takes them; without those found to be wrong."""
    query = "select hash from furniture where site = ? and not wrong"
    return frozenset(row[0] for row in db.execute(query, (site,)))


def count(db: sqlite3.Connection, article_id: int, site: str | None, lines: Iterable[str]) -> None:
    """The lines of an article that is new or has another text."""
    if site:
        keys = {learned.key(site, line) for line in lines}
        db.executemany("insert or ignore into lines values (?, ?)", ((each, article_id) for each in keys))


def forget(db: sqlite3.Connection, article_id: int, site: str | None, lines: Iterable[str]) -> None:
    """The lines of an article that is a part of another one now."""
    keys = {learned.key(site, line) for line in lines} if site else ()
    db.executemany("delete from lines where hash = ? and article_id = ?", ((each, article_id) for each in keys))


def counted(db: sqlite3.Connection, article_id: int, site: str | None, lines: Iterable[str]) -> list[str]:
    """Those of these lines that are counted as an article's, and whichever else was learned on its site."""
    if not site:
        return []
    known = db.execute("select line from furniture where site = ?", (site,))
    query = "select 1 from lines where hash = ? and article_id = ?"
    candidates = {*lines, *(row[0] for row in known)}
    return [line for line in candidates if db.execute(query, (learned.key(site, line), article_id)).fetchone()]


def bring(db: sqlite3.Connection, rows: Iterable[tuple[int, str, str, int, int]]) -> set[str]:
    """What another archive learned by the rules of this program, or found to be wrong; the sites that it is new for."""
    new = set()
    for number, site, line, version, wrong in rows:
        if wrong:
            db.execute(_WRONG, (number, site, line, version))
        elif version == learned.VERSION and not _is_known(db, number):
            db.execute("insert into furniture values (?, ?, ?, ?, 0)", (number, site, line, version))
            new.add(site)
    return new


def sites_of(db: sqlite3.Connection, articles: Iterable[int]) -> list[str]:
    """The sites of these articles."""
    query = "select distinct site from articles where site is not null and id in (select value from json_each(?))"
    return [row[0] for row in db.execute(query, (json.dumps(sorted(articles)),))]


def articles_of(db: sqlite3.Connection, sites: Iterable[str]) -> list[int]:
    """The articles of these sites."""
    query = "select id from articles where site in (select value from json_each(?)) order by id"
    return [row[0] for row in db.execute(query, (json.dumps(sorted(sites)),))]


def news(
    db: sqlite3.Connection, site: str, lines: Iterable[str], text_of: Callable[[int], Text]
) -> dict[int, list[int]]:
    """Which of these lines are furniture from now on, each with the articles on which it stands."""
    found: dict[int, list[int]] = {}
    for line in lines:
        number = learned.key(site, line)
        holders = [row[0] for row in db.execute(_HOLDERS, (number, _LOOKED_AT))]
        if len(holders) >= learned.SEEN and not _is_known(db, number) and learned.is_furniture(map(text_of, holders)):
            db.execute("insert into furniture values (?, ?, ?, ?, 0)", (number, site, line, learned.VERSION))
            found[number] = [row[0] for row in db.execute(_HOLDERS, (number, -1))]
    return found


def is_current(db: sqlite3.Connection) -> bool:
    """Whether the lines of all articles were counted by this program's rules."""
    made = db.execute("select version from made where what = 'furniture'").fetchone()
    return made is not None and made[0] == learned.VERSION


def begin(db: sqlite3.Connection) -> list[int]:
    """The articles whose lines are to be counted anew; what was found to be wrong stays so."""
    db.execute("delete from lines")
    db.execute("delete from furniture where not wrong")
    db.execute("insert or replace into made values ('furniture', ?)", (learned.VERSION,))
    return [row[0] for row in db.execute("select id from articles order by id")]


def _is_known(db: sqlite3.Connection, number: int) -> bool:
    return db.execute("select 1 from furniture where hash = ?", (number,)).fetchone() is not None


_WRONG = "insert into furniture values (?, ?, ?, ?, 1) on conflict do update set wrong = 1 where not wrong"
_HOLDERS = (
    "select article_id from lines where hash = ? and exists (select 1 from articles where id = article_id) "
    "order by article_id limit ?"
)
