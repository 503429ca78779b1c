"""The full-text index follows the articles, whoever changes them, and is written once a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from scraper import derived, schema, verify
from scraper.archive import Archive
from tests.pages import TEXT, article, page


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "news.db") as archive:
        yield archive


def found(archive: Archive, word: str) -> list[int]:
    with archive.transaction() as db:
        return [row[0] for row in db.execute("select rowid from articles_fts where articles_fts match ?", (word,))]


def segments(db: sqlite3.Connection) -> int:
    return int(db.execute("select count(distinct segid) from articles_fts_idx").fetchone()[0])


def test_the_articles_of_a_transaction_are_one_segment_of_the_index(archive: Archive) -> None:
    read = [(article(url=f"https://news.example/{at}", text=(f"{TEXT[0]} {at}",)), page(b"%d" % at)) for at in range(9)]
    archive.keep_all(read)
    with archive.transaction() as db:
        assert segments(db) == 1


def test_an_article_that_changes_twice_in_a_transaction_is_found_by_its_last_words_alone(archive: Archive) -> None:
    with archive.transaction() as db:
        kept = archive.keep(article(text=("Alder",)), page())
        db.execute("update articles set body = 'Birch'")
    with archive.transaction() as db:
        db.execute("update articles set body = 'Cedar'")
        db.execute("update articles set body = 'Damson'")
    assert [found(archive, word) for word in ("alder", "birch", "cedar", "damson")] == [[], [], [], [kept.article_id]]
    assert not [fault for fault in verify.faults(archive.path) if "articles_fts" in str(fault)]


def test_an_article_that_goes_and_comes_back_in_a_transaction_is_there_once(archive: Archive) -> None:
    archive.keep(article(text=("Alder",)), page())
    with archive.transaction() as db:
        db.execute("pragma defer_foreign_keys = on")
        db.execute("create temp table kept as select * from articles")
        db.execute("delete from articles")
        db.execute("insert into articles select * from temp.kept")
        db.execute("update articles set body = 'Birch'")
    assert [found(archive, word) for word in ("alder", "birch")] == [[], [1]]


def test_what_is_undone_is_not_in_the_index(archive: Archive) -> None:
    with pytest.raises(RuntimeError), archive.transaction():  # noqa: PT012
        archive.keep(article(text=("Alder",)), page())
        raise RuntimeError
    archive.keep(article(text=("Birch",)), page())
    assert [found(archive, word) for word in ("alder", "birch")] == [[], [1]]


def test_the_index_is_checked_as_it_was_at_one_moment(archive: Archive) -> None:
    archive.keep(article(text=("Alder",)), page())
    waiting = [article(url="https://lund.example/other", text=("Birch",))]

    def meanwhile(statement: str) -> None:
        if waiting and statement.startswith("insert into temp.checked_docsize"):
            archive.keep(waiting.pop(), page(b"other"))

    with closing(schema.reader(archive.path)) as db:
        db.set_trace_callback(meanwhile)
        assert list(derived.WORDS.check(db)) == []
    assert not waiting
