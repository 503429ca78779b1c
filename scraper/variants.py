"""Every wording of a headline and where it stood, from when to when."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable


def add(db: sqlite3.Connection, article: int, seen: Iterable[tuple[str, str]], at: str) -> None:
    """Headlines of an article as (place, text), seen at a moment in UTC; known ones were seen then too."""
    db.executemany(
        "insert into headlines values (?, ?, ?, ?, ?) on conflict do update set "
        "first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)",
        [(article, place, text, at, at) for place, text in seen],
    )
