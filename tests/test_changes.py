"""What the archive records of an article that changes, leaves its site, or comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scraper.archive import Archive
from scraper.query import Reader
from scraper.verify import faults
from tests.pages import NOON, article, page

URL = "https://lund.example/budget"
HOUR = timedelta(hours=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    with Archive(path) as archive:
        archive.keep(article(), page())
        yield archive


def rows(archive: Archive, query: str) -> list[Any]:
    return archive._db.execute(query).fetchall()


CHANGES = "select kind, revision, at from changes order by id"


def test_an_article_that_vanished_says_so_and_its_text_stays(archive: Archive, path: Path) -> None:
    assert archive.mark(URL, "vanished", NOON + HOUR) is True
    assert rows(archive, CHANGES) == [("vanished", 1, "2026-03-04T13:00:00+00:00")]
    with Reader(path) as reader:
        assert (reader.show("1").status, reader.show("1").article.blocks) == ("vanished", article().blocks)
    assert list(faults(path)) == []


def test_to_vanish_twice_is_to_vanish_once(archive: Archive) -> None:
    archive.mark(1, "vanished", NOON + HOUR)
    assert archive.mark("1", "vanished", NOON + 2 * HOUR) is False
    assert len(rows(archive, CHANGES)) == 1


def test_what_comes_back_is_restored_by_word_or_by_sight(archive: Archive) -> None:
    archive.mark(URL, "vanished", NOON + HOUR)
    archive.mark(URL, "restored", NOON + 2 * HOUR)
    archive.mark(URL, "vanished", NOON + 3 * HOUR)
    archive.keep(article(), page(hours=4))
    assert [kind for kind, _, _ in rows(archive, CHANGES)] == ["vanished", "restored", "vanished", "restored"]
    assert rows(archive, "select status from articles") == [("live",)]


def test_an_old_page_kept_again_restores_nothing(archive: Archive) -> None:
    archive.mark(URL, "vanished", NOON + HOUR)
    assert archive.keep(article(), page()).outcome == "unchanged"
    assert rows(archive, "select status from articles") == [("vanished",)]


def test_a_mark_older_than_the_last_sight_says_nothing(archive: Archive) -> None:
    assert archive.mark(URL, "vanished", NOON - HOUR) is False
    assert archive.mark("https://lund.example/nobody", "vanished", NOON) is False
    assert archive.mark(URL, "restored", NOON + HOUR) is False
    assert rows(archive, CHANGES) == []
