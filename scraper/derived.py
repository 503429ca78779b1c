"""What the archive makes out of its own rows and can make again: the full-text index, and whatever joins `ALL`."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: which file and row, and what."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Derived:
    """One such thing. Everything happens inside the caller's transaction.

    `forget` is called for articles that are about to change, `make` when they have changed.
    `compare` is quick and only counts; `check` looks at everything and writes nothing.
    """

    name: str
    forget: Callable[[sqlite3.Connection, Iterable[int]], object]
    make: Callable[[sqlite3.Connection, Iterable[int]], object]
    rebuild: Callable[[sqlite3.Connection], object]
    compare: Callable[[sqlite3.Connection], Iterator[Fault]]
    check: Callable[[sqlite3.Connection], Iterator[Fault]]


def forget(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Everything derived of these articles taken out, before they change."""
    for each in ALL:
        each.forget(connection, articles)


def make(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Everything derived of these articles made anew."""
    for each in ALL:
        each.make(connection, articles)


# --- the full-text index ------------------------------------------------------

_WANTED = "from articles where id in (select value from json_each(?))"


def _forget_words(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    connection.execute(
        "insert into articles_fts (articles_fts, rowid, headline, summary, body) "
        f"select 'delete', id, headline, summary, body {_WANTED}",
        (json.dumps(list(articles)),),
    )


def _make_words(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    connection.execute(
        f"insert into articles_fts (rowid, headline, summary, body) select id, headline, summary, body {_WANTED}",
        (json.dumps(list(articles)),),
    )


def _rebuild_words(connection: sqlite3.Connection) -> None:
    connection.execute("insert into articles_fts (articles_fts) values ('rebuild')")


def _compare_words(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Which articles are indexed; their words are not looked at."""
    for query, what in (
        ("select id from articles except select id from articles_fts_docsize", "is not in the full-text index"),
        ("select id from articles_fts_docsize except select id from articles", "is in the full-text index only"),
    ):
        for (article,) in connection.execute(query):
            yield Fault(f"articles_fts {article}", what)


def _check_words(connection: sqlite3.Connection) -> Iterator[Fault]:
    """FTS5 checks itself by a statement that counts as writing, so it is given a copy."""
    with tempfile.TemporaryDirectory(prefix="news-scraper-") as folder:
        copy = sqlite3.connect(Path(folder) / "copy.db", isolation_level=None)
        try:
            connection.backup(copy)
            copy.execute("insert into articles_fts (articles_fts, rank) values ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            yield Fault("articles_fts", f"the full-text index does not fit the articles ({error})")
        finally:
            copy.close()


ALL: tuple[Derived, ...] = (
    Derived("full-text index", _forget_words, _make_words, _rebuild_words, _compare_words, _check_words),
)
