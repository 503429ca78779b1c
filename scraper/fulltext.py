"""The full-text index of the articles: kept in step by what a transaction changed, and written once at its end.

FTS5 writes out what it has gathered whenever SQLite may have to undo a single statement, as it may with every row
that has a trigger or a reference: an index that is written row by row between other rows is a segment for each.
"""

from __future__ import annotations

import sqlite3

# A conflict clause in a trigger gives way to that of the statement that fired it, so the row is looked for.
_WATCH = (
    "create temp table if not exists reworded (article_id integer primary key, known, headline, summary, body)",
    """
    create temp trigger if not exists reworded_insert after insert on main.articles begin
        insert into reworded (article_id, known) select new.id, 0
        where not exists (select 1 from reworded where article_id = new.id);
    end
    """,
    """
    create temp trigger if not exists reworded_update after update of headline, summary, body on main.articles
    when old.headline is not new.headline or old.summary is not new.summary or old.body is not new.body begin
        insert into reworded select old.id, 1, old.headline, old.summary, old.body
        where not exists (select 1 from reworded where article_id = old.id);
    end
    """,
    """
    create temp trigger if not exists reworded_delete after delete on main.articles begin
        insert into reworded select old.id, 1, old.headline, old.summary, old.body
        where not exists (select 1 from reworded where article_id = old.id);
    end
    """,
)


def watch(connection: sqlite3.Connection) -> None:
    """From now on this connection notes which articles get another text, and what the index has of them."""
    for statement in _WATCH:
        connection.execute(statement)


def write(connection: sqlite3.Connection) -> None:
    """What was noted, into the index. Call before the commit."""
    connection.execute(
        "insert into articles_fts (articles_fts, rowid, headline, summary, body) "
        "select 'delete', article_id, headline, summary, body from temp.reworded where known order by article_id"
    )
    connection.execute(
        "insert into articles_fts (rowid, headline, summary, body) select id, headline, summary, body from articles "
        "where id in (select article_id from temp.reworded) order by id"
    )
    connection.execute("delete from temp.reworded")


def rebuild(connection: sqlite3.Connection) -> None:
    """The whole index made anew."""
    connection.execute("insert into articles_fts (articles_fts) values ('rebuild')")
    connection.execute("delete from temp.reworded")
