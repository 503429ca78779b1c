"""What was asked of a host, when, under which line of robots.txt, and what came: one row for each request."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from scraper import originals, schema, urls
from scraper.errors import FetchError
from scraper.models import Headers, Hop, Page, Request, Unchanged


@dataclass(frozen=True, slots=True)
class Receipt:
    """One request and its answer. `gap` is in seconds, since the host's request before."""

    requested: str
    host: str
    at: datetime
    run: int
    url: str | None = None
    status: int | None = None
    page: str | None = None
    headers: Headers = ()
    hops: tuple[Hop, ...] = ()
    error: str | None = None
    robots: str | None = None
    gap: float | None = None
    conditional: Headers = ()
    place: str | None = None
    reserved: str | None = None

    @classmethod
    def of(cls, request: Request, host: str, run: int, at: datetime) -> Self:
        sent = tuple(pair for pair in request.headers if pair[0].lower() in ("if-none-match", "if-modified-since"))
        return cls(request.url, host, at, run, conditional=sent)

    def answered(self, answer: Page | Unchanged | FetchError) -> Receipt:
        """The receipt with what came back."""
        if isinstance(answer, FetchError):
            return replace(self, status=getattr(answer, "status", None), error=answer.said)
        same: dict[str, Any] = {
            "url": answer.url,
            "headers": answer.headers,
            "hops": answer.hops,
            "at": answer.fetched_at,
        }
        if isinstance(answer, Unchanged):
            return replace(self, status=304, **same)
        requested = answer.requested
        return replace(self, requested=requested, status=answer.status, page=answer.digest, **same)


def write(db: sqlite3.Connection, receipt: Receipt) -> int:
    """The receipt as a row; gives its id. Part of the caller's transaction."""
    row = {
        "requested": receipt.requested,
        "url": receipt.url,
        "at": receipt.at.astimezone(UTC).isoformat(),
        "status": receipt.status,
        "page": receipt.page,
        **originals.written(receipt.headers, receipt.hops),
        "error": receipt.error,
        "host": receipt.host,
        "run_id": receipt.run,
        "robots": receipt.robots,
        "gap": None if receipt.gap is None else round(receipt.gap, 3),
        "conditional": json.dumps(dict(receipt.conditional)) if receipt.conditional else None,
        "place": receipt.place,
        "reserved": receipt.reserved,
    }
    marks = ", ".join("?" * len(row))
    cursor = db.execute(
        f"insert or ignore into fetches ({', '.join(row)}) values ({marks}) returning id", tuple(row.values())
    )
    found = cursor.fetchone()
    return int(found[0]) if found else 0


def of_host(path: Path | str, host: str, limit: int) -> Iterator[dict[str, Any]]:
    """The newest requests to a host, the newest first. Raises `ArchiveError` when there is no archive."""
    wanted = urls.host(host if "://" in host else f"http://{host}")
    db = schema.reader(Path(path))
    try:
        rows = db.execute(
            "select at, requested, status, error, gap, robots, conditional, place, reserved, hops, run_id "
            "from fetches where host = ? order by at desc limit ?",
            (wanted, limit),
        ).fetchall()
    finally:
        db.close()
    for row in rows:
        yield dict(row) | {
            "hops": json.loads(row["hops"] or "[]"),
            "conditional": json.loads(row["conditional"] or "{}"),
        }
