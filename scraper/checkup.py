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

SINCE_ROBOTS = timedelta(days=1)
"""How long a robots.txt may fail before that is more than an hour of trouble."""

_OF_THE_HOST = ("Refused", "Busy", "Unreachable", "Silent")
"""The errors that are the host's and not the page's."""


@dataclass(slots=True)
class _Source:
    """What the queue knows of one source."""

    pages: deque[tuple[datetime, int | None]] = field(default_factory=lambda: deque(maxlen=KEPT))
    states: list[str] = field(default_factory=list)
    looked: datetime | None = None


def complaints(path: Path | str, now: datetime, names: Collection[str] | None = None) -> Iterator[Complaint]:
    """Everything that is wrong, runs first, then sources, then hosts; of the sources named, or of all.

    Raises `ArchiveError` when there is no archive.
    """
    path = Path(path)
    with closing(schema.reader(path)) as db, schema.translated(path):
        yield from health.unruly(_runs(db), now, is_at_work=runs.is_held(path))
        for name, source in sorted(_sources(db).items()):
            if names is None or name in names:
                yield from _of_source(db, name, source)
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
        told = found[source]
        if kind != "article":
            told.states.append(state)
            if state == "live" and asked is not None:
                told.looked = max(told.looked or datetime.fromisoformat(asked), datetime.fromisoformat(asked))
        elif article is not None or state == "empty":
            told.pages.append((datetime.fromisoformat(first), article))
    return found


def _of_source(db: sqlite3.Connection, name: str, source: _Source) -> Iterator[Complaint]:
    yield from health.unanswered(name, source.states, source.looked)
    if source.looked is not None:
        found = [at for at, article in source.pages if article is not None]
        yield from health.silent(name, found, source.looked)
    begun = _begun(db, name)
    newest = [each for each in source.pages if health.is_settled(each[0], begun)][-health.WINDOW :]
    yield from health.drifted(name, [_sight(db, at, article) for at, article in newest])


def _begun(db: sqlite3.Connection, name: str) -> datetime:
    """When the source was first looked at."""
    query = "select min(found) from visits where source = ? and kind <> 'article'"
    return moment(db.execute(query, (name,)).fetchone()[0]) or datetime.fromisoformat("1970-01-01T00:00:00+00:00")


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
    query = "select at, error from fetches where host = ? and place is not 'robots.txt' order by at desc limit ?"
    rows = db.execute(query, (host, health.ANSWERS)).fetchall()
    asked = [Asked(datetime.fromisoformat(row[0]), _of_the_host(row[1])) for row in reversed(rows)]
    if asked and now - asked[-1].at < IDLE:
        yield from health.refusing(host, asked)
    answered = max((each.at for each in asked if each.error is None), default=None)
    robots = _robots(db, host)
    if robots and robots.failed and (answered is None or robots.at - answered > SINCE_ROBOTS):
        said = "gives no answer" if robots.status is None else f"answers {robots.status}"
        yield Complaint("robots", host, answered, f"robots.txt {said}, so nothing is asked")


def _of_the_host(error: str | None) -> str | None:
    return error if error and error.partition(":")[0] in _OF_THE_HOST else None


def _robots(db: sqlite3.Connection, host: str) -> Robots | None:
    """The robots.txt of a host that was asked for last."""
    query = (
        "select origin, at, status from robots where origin in (?1, ?2) or origin like ?1 || ':%' "
        "or origin like ?2 || ':%' order by at desc limit 1"
    )
    row = db.execute(query, (f"https://{host}", f"http://{host}")).fetchone()
    return Robots(row[0], datetime.fromisoformat(row[1]), row[2]) if row else None
