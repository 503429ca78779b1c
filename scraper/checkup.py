"""What the rules of `health` say of an archive: its sources, its hosts, its runs."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict, deque
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from scraper import health, runs, schema
from scraper.health import Asked, Complaint, Run, Sight
from scraper.hosts import Robots
from scraper.visits import moment

KEPT = 400
"""Visits of a source that are looked at, the newest: the window of the drift and thirty gaps of a busy one."""

IDLE = timedelta(days=30)
"""Since when nobody was asked of a host: then it is none of ours any more."""

_OF_THE_HOST = ("Refused", "Busy", "Unreachable", "Silent")
"""The errors that are the host's and not the page's."""

_PLACES = "('feed', 'sitemap', 'section', 'canonical', 'list')"
"""Where links to articles stand; what is asked of feeds and the like has none of these."""


@dataclass(slots=True)
class _Source:
    """What the queue knows of one source."""

    pages: deque[tuple[datetime, int | None]] = field(default_factory=lambda: deque(maxlen=KEPT))
    states: list[str] = field(default_factory=list)
    begun: datetime | None = None
    looked: datetime | None = None

    def looked_at(self, found: datetime, asked: datetime | None, state: str) -> None:
        """One of its endpoints, as it stands."""
        self.states.append(state)
        self.begun = min(self.begun or found, found)
        if state == "live" and asked is not None:
            self.looked = max(self.looked or asked, asked)


def complaints(path: Path | str, now: datetime, names: Collection[str] | None = None) -> Iterator[Complaint]:
    """Everything that is wrong, runs first, then sources, then hosts; of the sources named, or of all.

    Raises `ArchiveError` when there is no archive.
    """
    path = Path(path)
    with closing(schema.reader(path)) as db, schema.translated(path):
        known = _runs(db)
        yield from health.unruly(known, now, is_at_work=runs.is_held(path))
        for name, source in sorted(_sources(db).items()):
            if names is None or name in names:
                yield from _of_source(db, name, source, known[-1].started if known else now)
        for host in _hosts(db, names):
            yield from _of_host(db, host, now)


def _runs(db: sqlite3.Connection) -> list[Run]:
    rows = db.execute("select started, status from runs order by id desc limit ?", (KEPT,)).fetchall()
    return [Run(datetime.fromisoformat(row[0]), row[1]) for row in reversed(rows)]


# --- sources ------------------------------------------------------------------


def _sources(db: sqlite3.Connection) -> dict[str, _Source]:
    """Every source with its newest pages, in one pass over the queue."""
    found: dict[str, _Source] = defaultdict(_Source)
    query = (
        "select source, kind, state, found, asked, article_id from visits "
        "where source is not null and state not in ('alias', 'new') order by id"
    )
    for source, kind, state, first, asked, article in db.execute(query):
        at = datetime.fromisoformat(first)
        if kind != "article":
            found[source].looked_at(at, moment(asked), state)
        elif article is not None or state == "empty":
            found[source].pages.append((at, article))
    return found


def _of_source(db: sqlite3.Connection, name: str, source: _Source, until: datetime) -> Iterator[Complaint]:
    if source.begun is None:  # only on lists of addresses so far
        return
    yield from health.unanswered(name, source.states, source.looked or source.begun, until)
    if source.looked is not None:
        found = [at for at, article in source.pages if article is not None]
        yield from health.silent(name, found, source.looked)
    settled = [each for each in source.pages if health.is_settled(each[0], source.begun)]
    yield from health.drifted(name, [_sight(db, at, article) for at, article in settled[-health.WINDOW :]])


def _sight(db: sqlite3.Connection, at: datetime, article: int | None) -> Sight:
    query = (
        "select words, length(body) as letters, headline, authors, published, summary, image, "
        "(select coalesce(sum(length(text)), 0) from dropped where article_id = a.id) as dropped "
        "from articles a where id = ?"
    )
    row = db.execute(query, (article,)).fetchone()
    if row is None:
        return Sight(at)
    missing = frozenset(each for each in health.FIELDS if row[each] in (None, "", "[]"))
    return Sight(at, row["words"], missing, row["dropped"] / max(row["dropped"] + row["letters"], 1))


# --- hosts --------------------------------------------------------------------


def _hosts(db: sqlite3.Connection, names: Collection[str] | None) -> list[str]:
    """The hosts where feeds, sitemaps and sections are."""
    wanted = None if names is None else json.dumps(list(names))
    query = (
        "select distinct host from visits where kind <> 'article' and source is not null "
        "and (?1 is null or source in (select value from json_each(?1))) order by host"
    )
    return [row[0] for row in db.execute(query, (wanted,))]


def _of_host(db: sqlite3.Connection, host: str, now: datetime) -> Iterator[Complaint]:
    asked = _asked(db, host)
    if asked and now - asked[-1].at < IDLE:
        yield from health.refusing(host, asked, _last_good(db, host) or asked[0].at)
    robots = _robots(db, host)
    if robots and robots.failed:
        query = "select max(asked), min(found) from visits where host = ? and kind <> 'article'"
        answered, found = db.execute(query, (host,)).fetchone()
        yield from health.unasked(host, robots.status, datetime.fromisoformat(answered or found), robots.at)


def _asked(db: sqlite3.Connection, host: str) -> list[Asked]:
    """The last requests for articles there, oldest first."""
    query = f"select at, error from fetches where host = ? and place in {_PLACES} order by at desc limit ?"
    rows = db.execute(query, (host, health.ANSWERS)).fetchall()
    return [Asked(datetime.fromisoformat(row[0]), _of_the_host(row[1])) for row in reversed(rows)]


def _last_good(db: sqlite3.Connection, host: str) -> datetime | None:
    """When the host last did not refuse or fail a request for an article."""
    query = (
        f"select at from fetches where host = ? and place in {_PLACES} and (error is null or "
        "substr(error, 1, instr(error || ':', ':') - 1) not in (select value from json_each(?))) "
        "order by at desc limit 1"
    )
    row = db.execute(query, (host, json.dumps(_OF_THE_HOST))).fetchone()
    return moment(row[0]) if row else None


def _of_the_host(error: str | None) -> str | None:
    return error if error and error.partition(":")[0] in _OF_THE_HOST else None


def _robots(db: sqlite3.Connection, host: str) -> Robots | None:
    """The robots.txt of a host that was asked for last."""
    query = (
        "select origin, at, status from robots where (origin in (?1, ?2) or origin like ?1 || ':%' "
        "or origin like ?2 || ':%') and origin not like '%/.well-known/%' order by at desc limit 1"
    )
    row = db.execute(query, (f"https://{host}", f"http://{host}")).fetchone()
    return Robots(row[0], datetime.fromisoformat(row[1]), row[2]) if row else None
