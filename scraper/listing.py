"""A list of addresses as the queue takes it, and what has become of it."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from scraper import urls
from scraper.errors import Unusable
from scraper.models import Source
from scraper.visits import Seen, moment

PLACE = "list"
"""Where links of a list are said to stand."""

_AT_ONCE = 1000
"""Addresses that are asked about in one question."""

FAILED = ("empty", "failing", "gone", "refused", "retired")
"""States of a visit whose address has no article, or none any more."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Addresses, each once, by the source whose host they are of (None: of no source), and the lines that are none."""

    seen: dict[str | None, tuple[Seen, ...]]
    faults: tuple[str, ...] = ()

    @property
    def urls(self) -> list[str]:
        return [each.url for part in self.seen.values() for each in part]


class Standing(NamedTuple):
    """An address of a list as it stands in the queue."""

    url: str
    state: str
    due: datetime | None
    said: str | None


def read(lines: Iterable[str], name: str, sources: Iterable[Source] = ()) -> Listing:
    """The addresses in a text, one a line, or links as `scraper discover` prints them.

    Empty lines and remarks (`#`) are passed over; `name` is the file's, for what is wrong in it.
    """
    owners = {urls.host(source.home): source.name for source in sources}
    found: dict[str, Seen] = {}
    faults: list[str] = []
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        try:
            url = urls.clean(_address(line))
        except (Unusable, ValueError, KeyError, RecursionError):
            faults.append(f"{name}:{number}: no http or https address")
        else:
            found[url] = Seen(url, urls.host(url), place=PLACE)
    return Listing(_by_source(found.values(), owners), tuple(faults))


def _address(line: str) -> str:
    return str(json.loads(line)["url"]) if line.startswith("{") else line


def _by_source(found: Iterable[Seen], owners: dict[str, str]) -> dict[str | None, tuple[Seen, ...]]:
    parts: dict[str | None, list[Seen]] = {}
    for each in found:
        parts.setdefault(owners.get(each.host), []).append(each)
    return {source: tuple(part) for source, part in parts.items()}


def standing(db: sqlite3.Connection, wanted: list[str]) -> Iterator[Standing]:
    """How the addresses stand that the queue has."""
    query = "select v.url, state, due, said from json_each(?) each join visits v on v.url = each.value"
    for begin in range(0, len(wanted), _AT_ONCE):
        for row in db.execute(query, (json.dumps(wanted[begin : begin + _AT_ONCE]),)).fetchall():
            yield Standing(row[0], row[1], moment(row[2]), row[3])


def due(db: sqlite3.Connection | None, wanted: list[str], now: datetime) -> Counter[str]:
    """How many of the addresses are new, due, or known and not due."""
    known = list(standing(db, wanted)) if db else []
    told = Counter("due" if each.due and each.due <= now else "not due" for each in known)
    told["new"] = len(wanted) - len(known)
    return told
