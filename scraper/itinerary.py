"""What another archive's crawl knew, brought into this one's: runs, the queue, and which hosts asked for peace.

Of two visits to one address that with the later answer counts, of two robots.txt the later, of two requests
for peace the longer; runs are told apart by when they began. So the order of merges says nothing here either.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from scraper import sql
from scraper.sql import Row

_OF_DISCOVERY = ("found", "place", "headline", "variants", "source")
"""What is told of an address by the first archive that found it; the rest by the last that asked."""


def put_run(ours: sqlite3.Connection, row: Row) -> int:
    """A run of another archive, known by when it began and what it was asked; gives its number here."""
    told = {name: value for name, value in row.items() if name != "id"}
    query = "select id, finished, status from runs where started = ? and asked = ?"
    known = ours.execute(query, (row["started"], row["asked"])).fetchone()
    if known is None:
        return sql.insert(ours, "runs", told)
    if _ended(row["finished"], row["status"]) > _ended(known[1], known[2]):
        sql.update(ours, "runs", known[0], told)
    return int(known[0])


def _ended(finished: str | None, status: str) -> tuple[str, bool, str]:
    """How much is known of a run's end: nothing while it runs, a little when it was killed."""
    return finished or "", status != "running", status


def put_visit(ours: sqlite3.Connection, row: Row, unread: int | None) -> None:
    """A visit joined with ours to the same address; `row` has this archive's number of the article, if it came.

    Where the article did not come, the page is asked for again as if for the first time.
    """
    theirs = {name: value for name, value in row.items() if name not in _OWN}
    if row["page"] and unread is None and row["state"] == "live" and row["kind"] == "article" and not row["article_id"]:
        theirs |= dict.fromkeys(("etag", "last_modified", "page", "extractor")) | {"state": "new", "due": row["found"]}
    known = sql.one(ours, "select * from visits where url = ?", row["url"])
    if known is None:
        sql.insert(ours, "visits", theirs | {"unread": unread})
        return
    mine = {name: value for name, value in known.items() if name not in _OWN}
    told = joined(mine, theirs)
    if told != mine:
        sql.update(ours, "visits", known["id"], told)
    if unread and not known["unread"]:
        sql.update(ours, "visits", known["id"], {"unread": unread})


_OWN = ("id", "lease", "unread")
"""Numbers of rows and runs that only their own archive can read."""


def joined(one: Row, other: Row) -> Row:
    """Two visits to one address as one."""
    last = max(one, other, key=lambda row: (row["asked"] or "", _key(row)))
    first = min(one, other, key=lambda row: (row["found"], _key(row)))
    changed = max(one["changed"] or "", other["changed"] or "") or None
    article = last["article_id"] or one["article_id"] or other["article_id"]
    return last | {name: first[name] for name in _OF_DISCOVERY} | {"changed": changed, "article_id": article}


def _key(row: Row) -> str:
    """Of visits that were answered at one moment, any order that is the same everywhere."""
    return json.dumps({name: value for name, value in row.items() if name != "article_id"}, sort_keys=True)


def put_robots(ours: sqlite3.Connection, row: Mapping[str, Any]) -> None:
    """What a robots.txt said, if it said so later than what is known."""
    ours.execute(
        "insert into robots (origin, at, status, body) values (:origin, :at, :status, :body) on conflict do update "
        "set at = excluded.at, status = excluded.status, body = excluded.body where excluded.at > at",
        row,
    )


def put_host(ours: sqlite3.Connection, row: Mapping[str, Any]) -> None:
    """Until when a host wants peace: the longer of both."""
    ours.execute(
        "insert into hosts (host, not_before, why) values (:host, :not_before, :why) on conflict do update "
        "set not_before = excluded.not_before, why = excluded.why where excluded.not_before > not_before",
        row,
    )


def unread(ours: sqlite3.Connection, theirs: sqlite3.Connection, fetch: int | None) -> int | None:
    """This archive's number of a request whose page was kept there and not read."""
    asked = theirs.execute("select requested, at from fetches where id = ?", (fetch,)).fetchone()
    found = (
        ours.execute("select id from fetches where requested = ? and at = ?", tuple(asked)).fetchone()
        if asked
        else None
    )
    return int(found[0]) if found else None
