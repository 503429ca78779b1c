"""The queue in the archive: addresses to come back to, who is asking them now, and what came of it.

Every function is part of the caller's transaction. What is claimed carries the number of
its run until it is put back, so that a run that was killed can be told from one that works.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from scraper import originals, schedule, sql, variants
from scraper.models import Page, Visit

ARTICLE = "article"

AHEAD = timedelta(hours=1)
"""How far ahead an earlier run must lie before its clock is called wrong: seconds are mended by time servers."""

ZONES = timedelta(hours=14)
"""How far ahead of us a local time may be that calls itself UTC."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which visits a run is about: of one source, only those whose link is not older than a day, or of a list.

    `listed` means those that `put_on_list` named on the same connection, `crawled` those of the sources that
    `put_in_charge` named, and of none. `at_once` is how many of a host are claimed together: few, so that a kill
    frees few.
    """

    source: str | None = None
    since: datetime | None = None
    at_once: int = 8
    listed: bool = False
    crawled: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A link as a source showed it: its address, whose it is, where it stood, and what it was called there."""

    url: str
    host: str
    kind: str = ARTICLE
    place: str | None = None
    headline: str | None = None
    modified: datetime | None = None
    variants: str | None = None

    def headlines(self) -> Iterator[tuple[str, str]]:
        """Each place with what it was called there."""
        if self.headline and self.place:
            yield self.place, self.headline
        yield from json.loads(self.variants or "[]")


@dataclass(frozen=True, slots=True)
class Unread:
    """A page that is kept and was not read before its run ended."""

    visit: Visit
    request: sql.Row

    @property
    def page(self) -> str:
        """The digest of the page."""
        return str(self.request["page"])

    def page_of(self, body: bytes) -> Page:
        return originals.of(self.request, body)


def discover(
    db: sqlite3.Connection,
    source: str | None,
    links: Iterable[Seen],
    now: datetime,
    crawled: Container[str] | None = None,
) -> tuple[list[str], set[str]]:
    """Links into the queue; gives those that were never seen before, and the hosts that have something due.

    What belongs to a source that is not `crawled` any more is now whose links these are.
    """
    links = list({link.url: link for link in links}.values())
    known = _known(db, [link.url for link in links])
    fresh = [_first(link, source, now) for link in links if link.url not in known]
    _insert(db, fresh, {link.url: link.host for link in links})
    again = [(known[link.url], link) for link in links if link.url in known]
    told = [(before, schedule.told(before, _past(link.modified, now))) for before, link in again]
    _update(db, [after for before, after in told if after != before])
    for visit, link in again:
        _name(db, visit.article_id, link, now)
    left = [] if crawled is None else [(v, link) for v, link in again if v.source and v.source not in crawled]
    db.executemany("update visits set source = ? where id = ?", [(source, visit.id) for visit, _ in left])
    hosts = {link.host for link in links if link.url not in known} | {link.host for _, link in left}
    return [visit.url for visit in fresh], hosts | {
        link.host for (_, link), (before, after) in zip(again, told, strict=True) if after.due != before.due
    }


def put_on_list(db: sqlite3.Connection, source: str | None, links: Iterable[Seen], now: datetime) -> None:
    """Links into the queue, and on this connection's list of what its run is about."""
    links = list(links)
    discover(db, source, links, now)
    db.execute("create temp table if not exists listed (id integer primary key)")
    query = "insert or ignore into listed select v.id from json_each(?) as each join visits v on v.url = each.value"
    db.execute(query, (json.dumps([link.url for link in links]),))


def put_in_charge(db: sqlite3.Connection, homes: Mapping[str, str]) -> None:
    """Who is crawled on this connection, each with its home page; what stood under a former name of one is its own."""
    db.execute("create temp table if not exists crawled (source text primary key, home text) without rowid")
    db.executemany("insert or ignore into crawled values (?, ?)", homes.items())
    former = db.execute(
        "select c.source, v.source from crawled c join visits v on v.url = c.home "
        "where v.kind = 'home' and v.source not in (select source from crawled)"
    )
    db.executemany("update visits set source = ? where source = ?", former.fetchall())


def _first(link: Seen, source: str | None, now: datetime) -> Visit:
    return Visit(
        link.url,
        link.kind,
        now,
        source,
        due=now,
        place=link.place,
        headline=link.headline,
        variants=link.variants,
        modified=link.modified,
    )


def settle_at(db: sqlite3.Connection, visit: Visit, host: str) -> None:
    """The address that answered in another's place, as visited as that was; one that is known already stays so."""
    _insert(db, [visit], {visit.url: host})
    known = _known(db, [visit.url])[visit.url]
    if known.asked is None or known.state not in ("live", "alias"):
        _update(db, [replace(visit, id=known.id)])


def want(db: sqlite3.Connection, visit: Visit, host: str, now: datetime) -> bool:
    """An address that a page gives as its own; whether it was never heard of before."""
    first = Visit(visit.url, ARTICLE, now, visit.source, due=now, place="canonical")
    return _insert(db, [first], {visit.url: host}) > 0


def claim(db: sqlite3.Connection, host: str, run: int, now: datetime, wanted: Wanted) -> list[Visit]:
    """The first articles of a host that are due, as many as `wanted` says at once, now leased to this run."""
    more, values = _narrowed(wanted)
    rows = _rows(
        db,
        f"select * from visits where host = ? and kind = 'article' and due <= ? and lease is null {more} "
        "order by due, id limit ?",
        (host, stamp(now), *values, wanted.at_once),
    )
    db.executemany("update visits set lease = ? where id = ?", [(run, row["id"]) for row in rows])
    return [_visit(row) for row in rows]


def next_due(db: sqlite3.Connection, host: str, wanted: Wanted) -> datetime | None:
    """When the next article of a host is due that nobody has claimed."""
    more, values = _narrowed(wanted)
    row = db.execute(
        f"select min(due) from visits where host = ? and kind = 'article' and due is not null and lease is null {more}",
        (host, *values),
    ).fetchone()
    return moment(row[0])


def due_hosts(db: sqlite3.Connection, now: datetime, wanted: Wanted) -> list[str]:
    """Hosts with an article that is due: a look for each host, however many visits wait there."""
    found: list[str] = []
    last = ""
    following = "select min(host) from visits where host > ? and kind = 'article' and due is not null"
    while (host := db.execute(following, (last,)).fetchone()[0]) is not None:
        first = next_due(db, host, wanted)
        if first is not None and first <= now:
            found.append(host)
        last = host
    return found


def article(db: sqlite3.Connection, url: str) -> Visit | None:
    """The visit of an address that is asked for an article, or None for one that is not in the queue."""
    found = _known(db, [url]).get(url)
    return found if found and found.kind == ARTICLE else None


def _past(modified: datetime | None, now: datetime) -> datetime | None:
    """When something changed, as told; what is more than a zone's error ahead tells nothing."""
    return modified if modified and modified <= now + ZONES else None


def is_list(db: sqlite3.Connection, url: str) -> bool:
    """Whether an address is known as a home page, a section or another list."""
    found = _known(db, [url]).get(url)
    return found is not None and found.kind != ARTICLE


def endpoints(db: sqlite3.Connection, source: str) -> list[Visit]:
    """The feeds, sitemaps, sections and the home page of a source."""
    return [_visit(row) for row in _rows(db, "select * from visits where source = ? and kind <> 'article'", (source,))]


def counted(db: sqlite3.Connection, now: datetime | None, wanted: Wanted) -> dict[str | None, tuple[int, int]]:
    """How many endpoints and how many articles of each source are due, in one look at the whole queue.

    Without a moment all are counted that `all_due` makes due.
    """
    more, values = _narrowed(wanted)
    query = (
        "select source, sum(kind <> 'article' and state not in ('moved', 'gone')), "
        f"sum(kind = 'article' {more}) from visits where {'due <= ?' if now else _ASKED_AGAIN} group by source"
    )
    values += [stamp(now)] if now else []
    return {source: (looks, articles) for source, looks, articles in db.execute(query, values)}


def looked_at(db: sqlite3.Connection) -> set[str]:
    """The sources that were looked at before."""
    return {row[0] for row in db.execute("select distinct source from visits where kind <> 'article'")}


def put_endpoints(db: sqlite3.Connection, endpoints: Iterable[tuple[Visit, str]]) -> None:
    """Feeds, sitemaps, sections and home pages after a look, each with its host; new ones are added."""
    endpoints = list(endpoints)
    _insert(db, [visit for visit, _ in endpoints], {visit.url: host for visit, host in endpoints})
    known = _known(db, [visit.url for visit, _ in endpoints])
    _update(db, [replace(visit, id=known[visit.url].id) for visit, _ in endpoints])
    db.executemany(
        "update visits set kind = ?, source = ? where id = ?",
        [(visit.kind, visit.source, known[visit.url].id) for visit, _ in endpoints],
    )


def put(db: sqlite3.Connection, visit: Visit) -> None:
    """The visit as it stands after an answer; its lease ends."""
    _update(db, [visit])
    db.execute("update visits set lease = null, unread = null where id = ?", (visit.id,))


def release(db: sqlite3.Connection, run: int) -> int:
    """Ends the leases of runs that are no more; gives how many requests were in flight when they died."""
    rows = _rows(db, "select * from visits where lease is not null and lease <> ? and unread is null", (run,))
    for row in rows:
        db.execute("update visits set lease = null, attempts = attempts + 1 where id = ?", (row["id"],))
    return len(rows)


def hand_back(db: sqlite3.Connection, run: int, host: str) -> None:
    """What this run claimed of a host and did not ask is free again, as due as it was."""
    db.execute("update visits set lease = null where lease = ? and host = ? and unread is null", (run, host))


def all_due(db: sqlite3.Connection, now: datetime, wanted: Wanted) -> None:
    """Everything known is due, except for second addresses and feeds that moved."""
    more, values = _narrowed(wanted)
    db.execute(
        f"update visits set due = ? where {_ASKED_AGAIN} and (due is null or due > ?) {more}",
        (stamp(now), stamp(now), *values),
    )
    db.execute("delete from robots where status is null or status >= 500")


def set_right(db: sqlite3.Connection, now: datetime) -> None:
    """What was found or asked when the clock went ahead was so now, and is due now at the latest."""
    ahead = stamp(now + AHEAD)
    if db.execute("select 1 from runs where started > ? limit 1", (ahead,)).fetchone() is None:
        return
    at = stamp(now)
    db.execute(
        "update visits set due = min(due, ?), found = min(found, ?), asked = min(asked, ?) "
        "where found > ? or asked > ?",
        (at, at, at, ahead, ahead),
    )


def unread(db: sqlite3.Connection) -> Iterator[Unread]:
    """Pages that were kept by a run that was killed before it could read them."""
    for row in _rows(db, "select * from visits where unread is not null order by unread", ()):
        request = sql.one(db, "select * from fetches where id = ?", row["unread"])
        if request is not None:
            yield Unread(_visit(row), request)


def named(db: sqlite3.Connection, visit: Visit, now: datetime) -> None:
    """What its link was called, as variants of the article's headline."""
    link = Seen(visit.url, "", place=visit.place, headline=visit.headline, variants=visit.variants)
    _name(db, visit.article_id, link, now)


def stamp(when: datetime) -> str:
    """A moment as the queue writes it: UTC, sortable."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds")


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


# --- rows ---------------------------------------------------------------------

_ASKED_AGAIN = "state not in ('alias', 'moved')"
_TIMES = frozenset(("due", "modified", "found", "asked", "changed"))
_COLUMNS = tuple(field.name for field in fields(Visit) if field.name != "id")
_STORED = tuple(name for name in _COLUMNS if name not in ("url", "kind", "found", "source"))


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    return value.total_seconds() if isinstance(value, timedelta) else value


def _visit(row: sqlite3.Row) -> Visit:
    told: dict[str, Any] = {name: moment(row[name]) if name in _TIMES else row[name] for name in (*_COLUMNS, "id")}
    return Visit(**told | {"gap": timedelta(seconds=row["gap"])})


def _known(db: sqlite3.Connection, urls: list[str]) -> dict[str, Visit]:
    query = "select v.* from json_each(?) as each join visits v on v.url = each.value"
    return {row["url"]: _visit(row) for row in _rows(db, query, (json.dumps(urls),))}


def _insert(db: sqlite3.Connection, visits: list[Visit], hosts: dict[str, str]) -> int:
    cursor = db.executemany(
        f"insert or ignore into visits (host, {', '.join(_COLUMNS)}) values (?{', ?' * len(_COLUMNS)})",
        [(hosts[visit.url], *(_cell(getattr(visit, name)) for name in _COLUMNS)) for visit in visits],
    )
    return cursor.rowcount


def _update(db: sqlite3.Connection, visits: list[Visit]) -> None:
    db.executemany(
        f"update visits set {', '.join(f'{name} = ?' for name in _STORED)} where id = ?",
        [(*(_cell(getattr(visit, name)) for name in _STORED), visit.id) for visit in visits],
    )


def _name(db: sqlite3.Connection, article_id: int | None, link: Seen, now: datetime) -> None:
    if article_id is not None:
        variants.add(db, article_id, link.headlines(), now.astimezone(UTC).isoformat(timespec="seconds"))


def _narrowed(wanted: Wanted) -> tuple[str, list[str]]:
    told: list[tuple[str, str]] = []
    if wanted.source:
        told.append(("and source = ?", wanted.source))
    if wanted.since:
        told.append(("and coalesce(modified, found) >= ?", stamp(wanted.since)))
    named = ["and id in (select id from listed)"] if wanted.listed else []
    if wanted.crawled:
        named.append("and (source is null or source in (select source from crawled))")
    return " ".join([*named, *(condition for condition, _ in told)]), [value for _, value in told]


def _rows(db: sqlite3.Connection, query: str, values: tuple[object, ...]) -> list[sqlite3.Row]:
    cursor = db.execute(query, values)
    cursor.row_factory = sqlite3.Row
    return cursor.fetchall()
