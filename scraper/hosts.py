"""What hosts told us in earlier runs: their robots.txt, and until when they want peace."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from scraper.visits import moment, stamp

FAILED_FOR = timedelta(hours=1)
"""Until a robots.txt that failed is asked for again."""

FRESH_FOR = timedelta(hours=24)
"""RFC 9309, 2.4: a robots.txt should not be used from a cache for longer."""


@dataclass(frozen=True, slots=True)
class Robots:
    """What a robots.txt said when: its bytes, or a status that speaks for itself. `status` None: no answer."""

    origin: str
    at: datetime
    status: int | None
    body: bytes = b""

    @property
    def failed(self) -> bool:
        """RFC 9309, 2.3.1.4: unreachable means that nothing may be asked."""
        return self.status is None or self.status >= 500 or self.status == 429

    def is_fresh(self, now: datetime) -> bool:
        """A clock that was set back makes none fresh for longer."""
        return abs(now - self.at) < (FAILED_FOR if self.failed else FRESH_FOR)


def remember(db: sqlite3.Connection, robots: Robots) -> None:
    row = (robots.origin, stamp(robots.at), robots.status, robots.body)
    db.execute("insert or replace into robots values (?, ?, ?, ?)", row)


def robots(db: sqlite3.Connection, origin: str) -> Robots | None:
    row = db.execute("select * from robots where origin = ?", (origin,)).fetchone()
    return Robots(row[0], datetime.fromisoformat(row[1]), row[2], row[3] or b"") if row else None


def last(db: sqlite3.Connection, host: str) -> datetime | None:
    """When a host was asked last."""
    return moment(db.execute("select max(at) from fetches where host = ?", (host,)).fetchone()[0])


def rest(db: sqlite3.Connection, host: str, until: datetime, why: str) -> None:
    """A host wants peace until then."""
    db.execute("insert or replace into hosts values (?, ?, ?)", (host, stamp(until), why))


def rested(db: sqlite3.Connection, host: str) -> datetime | None:
    """Until when a host wanted peace when it last said so."""
    row = db.execute("select not_before from hosts where host = ?", (host,)).fetchone()
    return moment(row[0]) if row else None
