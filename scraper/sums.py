"""A checksum for each article with all its rows: a flipped bit shows in whatever column it lies.

Each transaction renews the sums of the articles that it touches. An article whose rows do not fit their
sum before it is touched keeps the old sum: what was damaged stays named, whatever is written over it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable

TABLES = {
    "articles": ("id", "id"),
    "urls": ("article_id", "url"),
    "revisions": ("article_id", "number"),
    "headlines": ("article_id", "place, text"),
    "dropped": ("article_id", "line"),
    "sightings": ("article_id", "seen, page"),
    "changes": ("article_id", "revision, at, kind, words, before, after"),
    "fetches": ("article_id", "id"),
}
"""What belongs to an article: the column that says which one, and the order."""

_COLUMNS = {"changes": "article_id, revision, at, kind, words, before, after", "fetches": "article_id, id"}
"""Those that count, where it is not all: changes may be made again, and what a request says is under seal."""


def _queries(which: str) -> dict[str, str]:
    return {
        table: f"select {_COLUMNS.get(table, '*')} from {table} where {owner} {which} order by {owner}, {order}"
        for table, (owner, order) in TABLES.items()
    }


_ONE = _queries("= ?")
_SEVERAL = _queries("in (select value from json_each(?))")


def of(connection: sqlite3.Connection, articles: Iterable[int]) -> dict[int, bytes]:
    """The checksum of each of these articles that is there.

    Empty columns are left aside, so that a column that comes with a later version changes no sum.
    """
    ids = sorted(articles)
    queries, wanted = (_ONE, ids[0]) if len(ids) == 1 else (_SEVERAL, json.dumps(ids))
    hashes = {}
    for table, query in queries.items():
        cursor = connection.execute(query, (wanted,))
        rows = cursor.fetchall()
        if not rows:
            continue
        names = [each[0] for each in cursor.description]
        at = names.index(TABLES[table][0])
        for row in rows:
            if table == "articles":
                hashes[row[at]] = hashlib.sha256()
            if row[at] in hashes:
                hashes[row[at]].update(_line(table, names, tuple(row)))
    return {article: told.digest() for article, told in hashes.items()}


def _line(table: str, names: list[str], row: tuple[object, ...]) -> bytes:
    told = [table, [[name, value] for name, value in zip(names, row, strict=True) if value is not None]]
    return (_ENCODER.encode(told) + "\n").encode("utf-8", "surrogateescape")


_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, default=repr)


def watch(connection: sqlite3.Connection) -> None:
    """From now on this connection notes which articles it touches, and whether they were whole before that."""
    connection.create_function("is_whole", 1, lambda article: is_whole(connection, article))
    connection.execute("create temp table if not exists touched (article_id integer primary key)")
    connection.execute("create temp table if not exists looked (article_id integer primary key, whole integer)")
    for table, (owner, _) in TABLES.items():
        for event, sides in (("insert", ("new",)), ("update", ("old", "new")), ("delete", ("old",))):
            owners = [f"{side}.{owner}" for side in sides]
            _trigger(connection, f"before {event}", table, (_LOOK.format(each) for each in owners))
            _trigger(connection, f"after {event}", table, (_TOUCH.format(each) for each in owners))
    # the number of a new article is not known before it is there
    connection.execute("drop trigger temp.before_insert_articles")
    _trigger(connection, "after insert", "articles", (_BEGIN, _TOUCH.format("new.id")))


def _trigger(connection: sqlite3.Connection, event: str, table: str, actions: Iterable[str]) -> None:
    name = f"{event.replace(' ', '_')}_{table}"
    connection.execute(f"drop trigger if exists temp.{name}")
    connection.execute(f"create temp trigger {name} {event} on main.{table} begin {' '.join(actions)} end")


# a conflict clause in a trigger gives way to that of the statement that fired it, so the row is looked for
_TOUCH = (
    "insert into touched select {0} where {0} is not null "
    "and not exists (select 1 from touched where article_id = {0});"
)
_LOOK = (
    "insert into looked select {0}, is_whole({0}) where {0} is not null "
    "and not exists (select 1 from looked where article_id = {0});"
)
_BEGIN = (
    "insert into looked select new.id, not exists (select 1 from main.sums where article_id = new.id) "
    "where not exists (select 1 from looked where article_id = new.id);"
)


def is_whole(connection: sqlite3.Connection, article: int) -> bool:
    """Whether the rows of an article are those its checksum was made of; of an archive without sums all are."""
    stored = connection.execute("select sum from sums where article_id = ?", (article,)).fetchone()
    if stored is None:
        return not are_made(connection)
    try:
        return bool(of(connection, [article]).get(article) == stored[0])
    except (sqlite3.Error, UnicodeError):  # a text that is none any more
        return False


def are_made(connection: sqlite3.Connection) -> bool:
    """Whether every article has a checksum; an archive from before there were any has none until it is written to."""
    query = "select 1 from made where what = 'sums' union all select 1 from sums limit 1"
    return connection.execute(query).fetchone() is not None


def trust(connection: sqlite3.Connection, article: int) -> None:
    """What was damaged in an article was made again: it is summed as it is at the end of this transaction."""
    connection.execute("insert or replace into temp.looked values (?, 1)", (article,))
    connection.execute("insert or ignore into temp.touched values (?)", (article,))


def keep(connection: sqlite3.Connection) -> None:
    """The sums that this transaction wrote itself, copied with their rows, stand as they are."""
    connection.execute("delete from temp.touched where article_id in (select article_id from main.sums)")


def absorb(connection: sqlite3.Connection, kept: int, others: Iterable[int]) -> None:
    """An article that takes in others is no more whole than they were."""
    connection.execute(
        "update temp.looked set whole = 0 where article_id = ? and exists "
        "(select 1 from temp.looked where not whole and article_id in (select value from json_each(?)))",
        (kept, json.dumps(list(others))),
    )


def renew(connection: sqlite3.Connection) -> None:
    """The sums of all touched articles made again, but of those that were damaged before. Call before the commit."""
    touched = [row[0] for row in connection.execute("select article_id from temp.touched")]
    if not touched:
        connection.execute("delete from temp.looked")
        return
    if not are_made(connection):
        touched = [row[0] for row in connection.execute("select id from articles union select article_id from touched")]
    connection.execute("insert or ignore into made values ('sums', 1)")
    damaged = {row[0] for row in connection.execute("select article_id from temp.looked where not whole")}
    whole = [each for each in touched if each not in damaged]
    for first in range(0, len(whole), _BATCH):
        batch = whole[first : first + _BATCH]
        told = of(connection, batch)
        connection.executemany("insert or replace into sums values (?, ?)", told.items())
        connection.executemany("delete from sums where article_id = ?", ((each,) for each in batch if each not in told))
    connection.execute("delete from temp.touched")
    connection.execute("delete from temp.looked")


_BATCH = 500
