"""One crawl at a time for an archive, and what each of them did."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from scraper import schema, sql, visits
from scraper.errors import Running


@dataclass(slots=True)
class Tally:
    """What a run did, counted as it goes; the names are the archive's."""

    sources: int = 0
    requests: int = 0
    bytes: int = 0
    new: int = 0
    revised: int = 0
    unchanged: int = 0
    copies: int = 0
    empty: int = 0
    gone: int = 0
    refused: int = 0
    failed: int = 0

    def line(self) -> str:
        """The summary of a run in one line."""
        told = ((name, getattr(self, name)) for name in _NAMES if name not in ("sources", "requests", "bytes"))
        counts = ", ".join(f"{count:,} {name}" for name, count in told if count) or "nothing new"
        return f"{self.sources:,} sources, {self.requests:,} requests, {self.bytes / 1e6:,.1f} MB: {counts}"


_NAMES = tuple(field.name for field in fields(Tally))


@contextmanager
def lock(archive: Path) -> Iterator[None]:
    """The only run on this archive, for as long as this process lives. Raises `Running` when there is another.

    SQLite's own file lock, because it is there on every system and ends with its process, however that ends.
    """
    path = archive.with_name(f"{archive.name}.lock")
    with schema.translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        held = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        _hold(held, path, archive)
        yield
    finally:
        held.close()


def _hold(held: sqlite3.Connection, path: Path, archive: Path) -> None:
    with schema.translated(path):
        try:
            held.execute("begin exclusive")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            raise Running(f"another run is at work on {archive}") from error


def is_held(archive: Path) -> bool:
    """Whether a run is at work on this archive right now."""
    path = archive.with_name(f"{archive.name}.lock")
    if not path.is_file():
        return False
    with (
        schema.translated(path),
        closing(sqlite3.connect(path.resolve().as_uri() + "?mode=ro", timeout=0, uri=True)) as db,
    ):
        try:
            db.execute("select count(*) from sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            return "locked" in str(error)
    return False


def begin(db: sqlite3.Connection, asked: dict[str, Any], now: datetime) -> int:
    """A new run; runs that never ended are marked as killed."""
    db.execute("update runs set status = 'killed' where status = 'running'")
    cursor = db.execute("insert into runs (started, asked) values (?, ?)", (visits.stamp(now), json.dumps(asked)))
    return int(cursor.lastrowid or 0)


def newest(path: Path | str, limit: int) -> Iterator[dict[str, Any]]:
    """What the newest runs did, the newest first: `seconds` is None for one that is not over or was killed."""
    with closing(schema.reader(Path(path))) as db:
        for row in sql.found(db, "select * from runs order by id desc limit ?", limit):
            began, ended = visits.moment(row["started"]), visits.moment(row["finished"])
            seconds = (ended - began).total_seconds() if began and ended else None
            yield row | {"asked": json.loads(row["asked"] or "{}"), "seconds": seconds}


def told(row: Mapping[str, Any]) -> str:
    """The summary of a run by its row."""
    return Tally(**{name: row[name] or 0 for name in _NAMES}).line()


def end(db: sqlite3.Connection, run: int, status: str, tally: Tally, now: datetime) -> None:
    """The run's row with everything it did."""
    names = ", ".join(f"{name} = ?" for name in ("status", "finished", *_NAMES))
    values = (status, visits.stamp(now), *(getattr(tally, name) for name in _NAMES))
    db.execute(f"update runs set {names} where id = ?", (*values, run))
