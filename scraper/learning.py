"""Counts the lines that articles of a site begin and end with, and says which of them were learned as furniture."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable

from scraper import learned
from scraper.models import Block
from scraper.signatures import Text

_LOOKED_AT = 16
"""Articles with a line whose texts are compared, the first ones."""


def lines_of(db: sqlite3.Connection, site: str | None) -> frozenset[int]:
    """The lines that were learned on a site, as `learned.without` takes them; without those found to be wrong."""
    query = "select hash from furniture where site = ? and not wrong"
    return frozenset(row[0] for row in db.execute(query, (site,)))


def count(db: sqlite3.Connection, article_id: int, site: str | None, blocks: tuple[Block, ...]) -> None:
    """The lines of an article that is new or has another text."""
    if site:
        keys = {learned.key(site, line) for line in learned.edges(blocks)}
        db.executemany("insert or ignore into lines values (?, ?)", ((each, article_id) for each in keys))


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


_HOLDERS = "select article_id from lines where hash = ? order by article_id limit ?"
