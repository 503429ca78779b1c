"""Raw pages taken out on purpose, by age or until they fit a size; the records stay, and the archive says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from scraper import schema, seals, sql
from scraper.archive import Archive
from scraper.errors import ConfigError
from scraper.models import Progress

BATCH = 500
"""Pages a transaction: others may write between two of them."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Which pages go: those last fetched before a moment, and the oldest until the rest is small enough.

    `most_bytes` counts pages as they are stored, compressed.
    """

    before: datetime | None = None
    most_bytes: int | None = None

    def __str__(self) -> str:
        parts = [f"last fetched before {self.before:%Y-%m-%d %H:%M}"] if self.before else []
        parts += [f"the oldest beyond {self.most_bytes:,} bytes"] if self.most_bytes is not None else []
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many pages went and what they took on disk, and what is left."""

    pages: int
    bytes: int
    left: int


class _Candidate(NamedTuple):
    digest: str
    size: int
    stored: int


def prune(archive: Archive, rule: Rule, now: datetime, progress: Progress = lambda *_: None) -> Pruned:
    """Takes the pages out that the rule names, the oldest first. A kill loses nothing: what is out is recorded."""
    told = Pruned(0, 0, _stored(archive))
    if told.left == 0:
        return told
    total = told.left
    for batch in sql.batches(_candidates(archive, rule, total), BATCH):
        progress("pages", total - told.left, total)
        with archive.changing_pages() as pages:
            for each in batch:
                pages.execute("delete from pages where digest = ?", (each.digest,))
                at = now.astimezone(UTC).isoformat(timespec="seconds")
                values = (each.digest, each.size, at, f"pruned: {rule}")
                pages.execute("insert or replace into pruned values (?, ?, ?, ?)", values)
        freed = sum(each.stored for each in batch)
        told = replace(told, pages=told.pages + len(batch), bytes=told.bytes + freed, left=told.left - freed)
        with archive.transaction() as connection:
            seals.seal(connection, now, f"pruned {len(batch)} pages, {freed} bytes: {rule}")
    return told


def would(archive: Archive, rule: Rule) -> Pruned:
    """The same without taking anything out."""
    total = _stored(archive)
    sizes = [each.stored for each in _candidates(archive, rule, total)]
    return Pruned(len(sizes), sum(sizes), total - sum(sizes))


def _stored(archive: Archive) -> int:
    with closing(schema.reader(schema.pages_path(archive.path))) as pages:
        return int(pages.execute("select coalesce(sum(length(body)), 0) from pages").fetchone()[0])


def _candidates(archive: Archive, rule: Rule, total: int) -> Iterator[_Candidate]:
    """The pages a rule names, in order; a page that no request names has no age and stays."""
    path = schema.pages_path(archive.path)
    with closing(schema.reader(archive.path)) as db, schema.translated(path):
        schema.attach(db, path, "kept")
        for digest, last, size, stored in db.execute(_BY_AGE).fetchall():
            is_old = rule.before is not None and last < rule.before.astimezone(UTC).isoformat()
            is_beyond = rule.most_bytes is not None and total > rule.most_bytes
            if not is_old and not is_beyond:
                return
            total -= stored
            yield _Candidate(digest, size, stored)


_BY_AGE = (
    "select p.digest, max(f.at) as last, p.size, length(p.body) from fetches f "
    "join kept.pages p on p.digest = f.page group by p.digest order by last, p.digest"
)


_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1), "y": timedelta(days=365)}
_SIZES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def age(text: str) -> timedelta:
    """`90d`, `12h`, `6w` or `2y`. Raises `ConfigError`."""
    if text[:-1].isdecimal() and text[-1] in _UNITS:
        return int(text[:-1]) * _UNITS[text[-1]]
    raise ConfigError(f"{text!r} is no age like 90d, 12h, 6w or 2y")


def size(text: str) -> int:
    """`500MB`, `20GB` in bytes. Raises `ConfigError`."""
    number = text.rstrip("BKMGTbkmgt ")
    unit = text[len(number) :].strip().upper()
    if number.replace(".", "", 1).isdecimal() and unit in _SIZES:
        return int(float(number) * _SIZES[unit])
    raise ConfigError(f"{text!r} is no size like 500MB or 20GB")
