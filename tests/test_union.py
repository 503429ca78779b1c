"""The rooms as one house: crawls merged, sliced, killed, read anew, mended and pruned, and every change named."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper import itinerary, pruning, reextract, repair, schema
from scraper.archive import Archive
from scraper.config import parse
from scraper.crawl import Options, Web, run
from scraper.guard import Guard
from scraper.merging import cut, merge
from scraper.runs import Tally
from scraper.verify import faults
from tests.press import Press, sentences


@pytest.fixture
def press() -> Iterator[Press]:
    with Press(hosts=2).fill(3) as opened:
        yield opened


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of two crawls: an article was changed between them, another one withdrawn."""
    path = tmp_path_factory.mktemp("crawled") / "news.db"
    with Press(hosts=2).fill(3) as press:
        crawl(press, path)
        press.publish(0, "story-0", "Report 0 from the harbour", sentences(0)[:4] + sentences(9)[:2])
        press.withdraw(1, "story-2")
        crawl(press, path)
    return path


@pytest.fixture
def path(crawled: Path, tmp_path: Path) -> Path:
    """A copy of that archive."""
    for each in (crawled, schema.pages_path(crawled)):
        shutil.copy(each, tmp_path / each.name)
    return tmp_path / crawled.name


def crawl(press: Press, archive: Path, hosts: tuple[int, ...] = (0, 1)) -> Tally:
    sources = [each for at, each in enumerate(parse(press.config()).sources) if at in hosts]
    web = Web(guard=Guard.allowing(press.networks))
    return run(archive, sources, Options(delay=0.0, workers=1, everything=True), web)


def rows(archive: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(archive, isolation_level=None)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


QUEUE = "select url, state, due, etag, page, asked, found, source, headline from visits order by url"
RUNS = "select started, finished, status, requests, new from runs order by started"


def bring(archive: Path, *others: Path) -> Path:
    for other in others:
        with Archive(archive) as target:
            assert merge(target, other).faults == []
    return archive


def test_a_crawl_of_a_merged_archive_forgets_nothing_and_downloads_nothing_again(press: Press, tmp_path: Path) -> None:
    here, there = tmp_path / "here.db", tmp_path / "there.db"
    crawl(press, here, (0,))
    crawl(press, there, (1,))
    bring(here, there)
    since = len(press.asked)
    told = crawl(press, here)
    answered = [status for _, _, path, status in press.asked[since:] if path.startswith("/news/")]
    assert (told.new, told.unchanged, answered) == (0, 6, [304] * 6)
    assert len(rows(here, RUNS)) == 3
    assert rows(here, "select count(*) from fetches where run_id is null") == [(0,)]
    assert list(faults(here)) == []


def test_the_queue_is_the_same_in_any_order_and_twice(press: Press, tmp_path: Path) -> None:
    here, there = tmp_path / "here.db", tmp_path / "there.db"
    crawl(press, here)
    press.withdraw(0, "story-1")
    crawl(press, there)
    crawl(press, here)
    one, other = bring(tmp_path / "a" / "all.db", here, there), bring(tmp_path / "b" / "all.db", there, here, there)
    assert rows(one, QUEUE) == rows(other, QUEUE)
    assert rows(one, RUNS) == rows(other, RUNS)
    assert rows(one, "select at, kind from changes") == rows(other, "select at, kind from changes") != []
    for archive in (one, other):
        assert list(faults(archive)) == []


def test_a_page_that_was_kept_and_not_read_is_read_by_the_archive_it_came_to(press: Press, tmp_path: Path) -> None:
    here, there = tmp_path / "here.db", tmp_path / "there.db"
    crawl(press, there, (0,))
    rows(
        there, "update visits set unread = (select max(id) from fetches where page is not null), lease = 1 where id = 9"
    )
    rows(
        there,
        "update visits set unread = (select max(id) from fetches where page is not null) where url like '%/news/%'",
    )
    bring(here, there)
    assert rows(here, "select count(*) from visits where unread is not null and lease is null") == [(3,)]


def test_a_slice_has_the_queue_and_the_runs_of_its_articles(press: Press, tmp_path: Path) -> None:
    crawl(press, tmp_path / "news.db")
    cut(tmp_path / "news.db", tmp_path / "part", [1, 2])
    part = tmp_path / "part" / "news.db"
    assert rows(part, "select count(*) from visits") == [(2,)]
    assert rows(part, "select status from runs") == [("done",)]
    assert list(faults(part)) == []


def test_an_address_whose_article_was_left_behind_is_asked_for_again() -> None:
    row = dict.fromkeys(("last_modified", "extractor", "due", "article_id"), None) | {
        "url": "u",
        "host": "h",
        "kind": "article",
        "state": "live",
        "etag": '"1"',
        "page": "p",
        "found": "2026",
        "gap": 3600.0,
        "attempts": 0,
        "doubts": 0,
        "id": 4,
        "lease": 2,
        "unread": None,
        "source": "lund",
    }
    ours = sqlite3.connect(":memory:", isolation_level=None)
    schema._migrate_archive(ours)
    itinerary.put_visit(ours, row, None)
    assert ours.execute("select state, due, etag, page from visits").fetchall() == [("new", "2026", None, None)]


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("update fetches set robots = 'Allow: /' where id = 3", "seals"),
        ("update fetches set gap = 60 where id = (select max(id) from fetches)", "seals"),
        ("update fetches set article_id = 1 where article_id = 2", "articles 1"),
        ("update fetches set article_id = null where article_id = 2", "articles 2"),
        ("update runs set requests = 1", "seals"),
        ("update runs set asked = '{}'", "seals"),
        ("delete from runs where id = 2", "seals"),
        ("update changes set words = 'nothing' where id = 1", "articles"),
        ("update changes set at = '2020' where kind <> 'vanished'", "changes"),
        ("update changes set after = 'Never said this.' where kind <> 'vanished'", "changes"),
        ("update changes set revision = 7 where id = 1", "changes 1"),
        ("delete from changes where kind = 'vanished'", "articles"),
        ("update articles set status = 'live' where status = 'vanished'", "articles"),
        ("update headlines set last_seen = '2020'", "articles 1"),
    ],
)
def test_whatever_is_changed_by_hand_after_crawls_is_named(path: Path, statement: str, where: str) -> None:
    assert list(faults(path)) == []
    rows(path, statement)
    assert any(f" {where}" in fault.where for fault in faults(path)), [str(fault) for fault in faults(path)]


def test_read_anew_mended_and_pruned_it_verifies(path: Path) -> None:
    rows(path, "update changes set after = 'Never said this.' where kind <> 'vanished'")
    assert [each.is_mended for each in repair.repair(path)] == [True]
    rows(path, "update articles set extractor = '0'")
    rows(path, "update revisions set extractor = '0'")
    for table in ("sums", "amendments", "seals"):  # as if it had always been so
        rows(path, f"delete from {table}")
        rows(path, f"delete from made where what = '{table}'")
    assert [each.outcome for each in reextract.run(path)] == ["same"] * 7
    assert list(faults(path)) == []
    with Archive(path) as archive:
        assert pruning.prune(archive, pruning.Rule(datetime.now(UTC)), datetime.now(UTC)).pages > 0
    assert list(faults(path)) == []
