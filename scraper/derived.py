"""What the archive makes out of its own rows and can make again: the full-text index, and whatever joins `ALL`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from scraper import edits, fulltext, gathering, sql
from scraper.models import Article, blocks
from scraper.sentences import tokenized


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


def _left(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Nothing to do: the index follows the articles by itself."""


def _compare_words(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Which articles are indexed; their words are not looked at."""
    for query, what in (
        ("select id from articles except select id from articles_fts_docsize", "is not in the full-text index"),
        ("select id from articles_fts_docsize except select id from articles", "is in the full-text index only"),
    ):
        for (article,) in connection.execute(query):
            yield Fault(f"articles_fts {article}", what)


def _check_words(connection: sqlite3.Connection) -> Iterator[Fault]:
    """FTS5 checks itself by a statement that counts as writing, so it is given a copy of the index beside the texts.

    The copy is a temporary table on the disk, of this connection alone, and goes with it.
    """
    declared = connection.execute("select sql from sqlite_master where name = 'articles_fts'").fetchone()[0]
    try:
        connection.execute("create temp view checked_texts as select id, headline, summary, body from main.articles")
        told = declared.replace("articles_fts", "temp.checked", 1).replace('"articles"', '"checked_texts"', 1)
        connection.execute(told)
        with sql.snapshot(connection):
            for part in _PARTS:
                connection.execute(f"delete from temp.checked_{part}")
                connection.execute(f"insert into temp.checked_{part} select * from main.articles_fts_{part}")
            connection.execute("insert into temp.checked (checked, rank) values ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        yield Fault("articles_fts", f"the full-text index does not fit the articles ({error})")
    finally:
        connection.execute("drop table if exists temp.checked")
        connection.execute("drop view if exists temp.checked_texts")


_PARTS = ("config", "data", "docsize", "idx")
"""The tables in which FTS5 keeps an index whose texts are elsewhere."""


WORDS = Derived("full-text index", _left, _left, fulltext.rebuild, _compare_words, _check_words)


# --- what changed from wording to wording --------------------------------------


def told(row: Row) -> Article:
    """What a row of `articles`, `revisions` or `wordings` says, as far as wordings are told apart by it."""
    text = blocks(row["body"], row["layout"])
    return Article(
        headline=row["headline"], summary=row["summary"], language=row["language"], blocks=text, kind=row["kind"]
    )


def tell_changes(connection: sqlite3.Connection, article: int, numbers: Iterable[int]) -> None:
    """The changes that led to these wordings of an article, made anew of both wordings as they are read now."""
    known = {row["number"]: row for row in sql.found(connection, f"{WORDINGS} where w.article_id = ?", article)}
    for number in numbers:
        if number not in known or number - 1 not in known:
            continue
        with suppress(ValueError, KeyError):  # a damaged text: `verify` names it, and its changes stay as they are
            changes = edits.between(told(known[number - 1]), told(known[number]))
            connection.execute(f"{_FORGET_CHANGES} and revision = ?", (article, number))
            add_changes(connection, known[number], changes)


def add_changes(connection: sqlite3.Connection, wording: Row, changes: Iterable[edits.Change]) -> None:
    """Changes that led to a wording, at the time it was first seen."""
    of = (wording["article_id"], wording["number"], wording["seen"])
    connection.executemany(
        "insert into changes (article_id, revision, at, kind, words, before, after) values (?, ?, ?, ?, ?, ?, ?)",
        [(*of, each.kind, each.words, each.before, each.after) for each in changes],
    )


Row = Mapping[str, Any] | sqlite3.Row
_OF_STATUS = ", ".join(f"'{kind}'" for kind in edits.OF_STATUS)
_FORGET_CHANGES = f"delete from changes where article_id = ? and kind not in ({_OF_STATUS})"
WORDINGS = "select w.*, a.language, a.kind from wordings w join articles a on a.id = w.article_id"
"""Rows that `told` reads."""


def _forget_changes(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    connection.executemany(_FORGET_CHANGES, [(each,) for each in articles])


def _make_changes(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    articles = list(articles)
    _forget_changes(connection, articles)
    query = "select id, revision from articles where revision > 1 and id in (select value from json_each(?))"
    for article, last in connection.execute(query, (json.dumps(articles),)).fetchall():
        tell_changes(connection, article, range(2, last + 1))


def _rebuild_changes(connection: sqlite3.Connection) -> None:
    query = "select id from articles where revision > 1 or id in (select article_id from changes)"
    ids = [row[0] for row in connection.execute(query)]
    _make_changes(connection, ids)


def _compare_changes(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Which wording each change led to and when; its words are not looked at."""
    query = (
        "select c.id, c.revision, c.kind, c.at, r.seen from changes c "
        "left join revisions r on r.article_id = c.article_id and r.number = c.revision"
    )
    for number, revision, kind, at, seen in connection.execute(query):
        if kind not in edits.KINDS:
            yield Fault(f"changes {number}", f"is of no known kind: {kind}")
        elif seen is None:
            yield Fault(f"changes {number}", f"led to revision {revision}, which is not there")
        elif kind not in edits.OF_STATUS and (at != seen or revision == 1):
            yield Fault(f"changes {number}", f"is not of the time of revision {revision}, {seen}")


def _check_changes(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Each sentence of a change stands in its wording; its kind and words may be those of an older version."""
    query = "select distinct article_id from changes order by article_id"
    for (article,) in connection.execute(query).fetchall():
        wordings = {row["number"]: row for row in sql.found(connection, f"{WORDINGS} where w.article_id = ?", article)}
        said = {number: "\n".join(row[name] or "" for name in _TEXT) for number, row in wordings.items()}
        stored = sql.found(
            connection, f"select * from changes where article_id = ? and kind not in ({_OF_STATUS})", article
        )
        for each in stored:
            sides = ((each["revision"] - 1, each["before"]), (each["revision"], each["after"]))
            if not all(_stands(text or "", said.get(number, "")) for number, text in sides):
                yield Fault(f"changes {each['id']}", f"does not stand in the wordings of article {article}")


_TEXT = ("headline", "summary", "body")


def _stands(sentences: str, text: str) -> bool:
    """Whether a text has these sentences; where they are not in one row in it, their words."""
    return sentences in text or _words(sentences) <= _words(text)


def _words(text: str) -> frozenset[str]:
    return frozenset(token.key for token in tokenized(text))


CHANGES = Derived("changes", _forget_changes, _make_changes, _rebuild_changes, _compare_changes, _check_changes)
# --- stories ------------------------------------------------------------------


def _check_stories(connection: sqlite3.Connection) -> Iterator[Fault]:
    for article in gathering.astray(connection):
        yield Fault(f"archive: bands of article {article}", "are not those of its text")


def _compare_stories(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Which articles carry one text; how much they share is not looked at."""
    for query, what in _STORIES.items():
        for (article,) in connection.execute(query):
            yield Fault(f"stories: article {article}", what)


_STORIES = {
    "select distinct article_id from copies c where not exists "
    "(select 1 from copies where article_id = c.other_id and other_id = c.article_id)": "has a copy that has none",
    "select article_id from stories except select article_id from copies": "is in a story and has no copies",
}

STORIES = Derived("stories", gathering.forget, gathering.make, gathering.rebuild, _compare_stories, _check_stories)


ALL = (WORDS, CHANGES, STORIES)
