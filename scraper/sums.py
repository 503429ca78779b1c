"""A checksum for each article with all its rows: a flipped bit shows in whatever column it lies."""

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


def of(connection: sqlite3.Connection, articles: Iterable[int]) -> dict[int, bytes]:
    """The checksum of each of these articles that is there.

    Empty columns are left aside, so that a column that comes with a later version changes no sum.
    """
    wanted = json.dumps(sorted(articles))
    hashes = {}
    for table, (owner, order) in TABLES.items():
        cursor = connection.execute(
            f"select {_COLUMNS.get(table, '*')} from {table} "
            f"where {owner} in (select value from json_each(?)) order by {owner}, {order}",
            (wanted,),
        )
        names = [each[0] for each in cursor.description]
        at = names.index(owner)
        for row in cursor:
            if table == "articles":
                hashes[row[at]] = hashlib.sha256()
            if row[at] in hashes:
                hashes[row[at]].update(_line(table, names, tuple(row)))
    return {article: told.digest() for article, told in hashes.items()}


def _line(table: str, names: list[str], row: tuple[object, ...]) -> bytes:
    told = [table, [[name, value] for name, value in zip(names, row, strict=True) if value is not None]]
    return (json.dumps(told, ensure_ascii=False, default=repr) + "\n").encode("utf-8", "surrogateescape")


def watch(connection: sqlite3.Connection) -> None:
    """From now on this connection notes which articles it touches."""
    connection.execute("create temp table if not exists touched (article_id integer primary key)")
    for table, (owner, _) in TABLES.items():
        for event, sides in (("insert", ("new",)), ("update", ("old", "new")), ("delete", ("old",))):
            # a conflict clause in a trigger gives way to that of the statement that fired it, so the row is looked for
            noted = " ".join(
                f"insert into touched select {side}.{owner} "
                f"where {side}.{owner} is not null "
                f"and not exists (select 1 from touched where article_id = {side}.{owner});"
                for side in sides
            )
            connection.execute(
                f"create temp trigger if not exists touched_{table}_{event} after {event} on main.{table} "
                f"begin {noted} end"
            )


def renew(connection: sqlite3.Connection) -> None:
    """The sums of all touched articles made again. Call before the commit."""
    touched = [row[0] for row in connection.execute("select article_id from temp.touched")]
    if not touched:
        return
    if connection.execute("select 1 from sums limit 1").fetchone() is None:  # an archive from before there were sums
        touched = [row[0] for row in connection.execute("select id from articles union select article_id from touched")]
    for first in range(0, len(touched), _BATCH):
        told = of(connection, touched[first : first + _BATCH])
        connection.executemany("insert or replace into sums values (?, ?)", told.items())
        gone = [(each,) for each in touched[first : first + _BATCH] if each not in told]
        connection.executemany("delete from sums where article_id = ?", gone)
    connection.execute("delete from temp.touched")


_BATCH = 500
