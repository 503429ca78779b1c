"""The queue: links go in once, are claimed by one run, and survive whatever ends it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scraper import receipts, runs, schedule, visits
from scraper.archive import Archive
from scraper.models import Visit
from scraper.receipts import Receipt
from scraper.visits import Seen, Wanted
from tests.pages import article, page

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVERYTHING = Wanted()
LINK = Seen("https://lund.example/a", "lund.example", place="feed", headline="Harbour budget")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "a.db") as opened:
        yield opened


@pytest.fixture
def db(archive: Archive) -> Iterator[sqlite3.Connection]:
    with archive.transaction() as connection:
        yield connection


def start(db: sqlite3.Connection) -> int:
    return runs.begin(db, {}, NOON)


def claimed(db: sqlite3.Connection, run: int, now: datetime = NOON, wanted: Wanted = EVERYTHING) -> list[str]:
    return [visit.url for visit in visits.claim(db, "lund.example", run, now, wanted)]


def test_a_link_is_new_once(db: sqlite3.Connection) -> None:
    assert visits.discover(db, "lund", [LINK, LINK], NOON) == (["https://lund.example/a"], {"lund.example"})
    assert visits.discover(db, "lund", [LINK], NOON + HOUR) == ([], set())


def test_what_is_due_is_claimed_once_in_the_order_it_was_found(db: sqlite3.Connection) -> None:
    run = start(db)
    visits.discover(db, "lund", [LINK, replace(LINK, url="https://lund.example/b")], NOON)
    assert claimed(db, run, NOON - HOUR) == []
    assert claimed(db, run) == ["https://lund.example/a", "https://lund.example/b"]
    assert claimed(db, run) == []


def test_a_visit_that_is_put_back_is_claimed_when_it_is_due_again(db: sqlite3.Connection) -> None:
    run = start(db)
    visits.discover(db, "lund", [LINK], NOON)
    [visit] = visits.claim(db, "lund.example", run, NOON, Wanted())
    visits.put(db, schedule.after_article(visit, NOON, changed=True))
    assert visits.next_due(db, "lund.example", Wanted()) == NOON + HOUR / 2
    assert claimed(db, run, NOON + HOUR / 4) == []
    assert claimed(db, run, NOON + HOUR) == ["https://lund.example/a"]


def test_what_a_killed_run_was_asking_is_free_for_the_next_and_counts_as_an_attempt(db: sqlite3.Connection) -> None:
    visits.discover(db, "lund", [LINK], NOON)
    claimed(db, start(db))
    run = start(db)
    assert visits.release(db, run) == 1
    [visit] = visits.claim(db, "lund.example", run, NOON, Wanted())
    assert visit.attempts == 1
    assert [row[0] for row in db.execute("select status from runs order by id")] == ["killed", "running"]


def test_a_page_that_was_kept_and_not_read_is_read_by_the_next_run_not_asked_again(archive: Archive) -> None:
    with archive.transaction() as db:
        run = start(db)
        visits.discover(db, "lund", [LINK], NOON)
        [visit] = visits.claim(db, "lund.example", run, NOON, Wanted())
        came = page(b"<p>hello", "https://lund.example/a")
    archive.keep_page(came)
    with archive.transaction() as db:
        receipt = Receipt("https://lund.example/a", "lund.example", came.fetched_at, run)
        fetch = receipts.write(db, receipt.answered(came))
        db.execute("update visits set unread = ? where id = ?", (fetch, visit.id))
        run = start(db)
        visits.release(db, run)
        assert claimed(db, run) == []
        [unread] = visits.unread(db)
    assert unread.page_of(archive.page(unread.page)) == came


def test_a_headline_seen_in_a_feed_is_a_variant_of_the_article_it_led_to(archive: Archive) -> None:
    kept = archive.keep(article(), page())
    with archive.transaction() as db:
        run = start(db)
        visits.discover(db, "lund", [LINK], NOON)
        [visit] = visits.claim(db, "lund.example", run, NOON, Wanted())
        visit = replace(visit, article_id=kept.article_id)
        visits.named(db, visit, NOON)
        visits.put(db, visit)
        visits.discover(db, "lund", [replace(LINK, place="section", headline="Budget passes")], NOON)
        found = db.execute("select place, text from headlines where place in ('feed', 'section') order by place")
        assert found.fetchall() == [("feed", "Harbour budget"), ("section", "Budget passes")]


def test_a_run_for_one_source_or_since_a_day_leaves_the_rest(db: sqlite3.Connection) -> None:
    run = start(db)
    visits.discover(db, "lund", [replace(LINK, modified=NOON - 48 * HOUR)], NOON)
    visits.discover(db, "malmo", [replace(LINK, url="https://lund.example/b")], NOON)
    assert visits.due_hosts(db, NOON, Wanted(source="ystad")) == []
    assert claimed(db, run, wanted=Wanted(source="lund", since=NOON - HOUR)) == []
    assert claimed(db, run, wanted=Wanted(since=NOON - HOUR)) == ["https://lund.example/b"]
    assert claimed(db, run, wanted=Wanted(source="lund")) == ["https://lund.example/a"]


def test_all_makes_everything_due_but_second_addresses(db: sqlite3.Connection) -> None:
    run = start(db)
    links = [replace(LINK, url=f"https://lund.example/{name}") for name in "abc"]
    visits.discover(db, "lund", links, NOON)
    first, second, third = visits.claim(db, "lund.example", run, NOON, Wanted())
    visits.put(db, schedule.after_article(first, NOON, changed=True))
    visits.put(db, schedule.alias(second, NOON))
    visits.put(db, replace(third, state="retired", due=None))
    visits.all_due(db, NOON, Wanted())
    assert claimed(db, run) == ["https://lund.example/a", "https://lund.example/c"]


def test_what_a_clock_that_went_ahead_put_off_is_due_when_it_is_set_right(db: sqlite3.Connection) -> None:
    ahead = NOON + 400 * 24 * HOUR
    run = runs.begin(db, {}, ahead)
    other = replace(LINK, url="https://lund.example/b")
    visits.discover(db, "lund", [LINK, other], ahead)
    [visit, _] = visits.claim(db, "lund.example", run, ahead, Wanted())
    visits.put(db, schedule.after_article(visit, ahead, changed=True))
    visits.hand_back(db, run, "lund.example")
    run = start(db)
    visits.set_right(db, NOON)
    [first, second] = visits.claim(db, "lund.example", run, NOON, Wanted())
    assert (first.due, first.found, first.asked) == (NOON, NOON, NOON)
    assert (second.due, second.found, second.asked) == (NOON, NOON, None)


def test_hosts_with_something_due_are_found_without_looking_at_every_visit(db: sqlite3.Connection) -> None:
    for host in ("b.example", "a.example", "c.example"):
        visits.discover(db, host, [Seen(f"https://{host}/{n}", host) for n in range(5)], NOON)
    later = Visit("https://d.example/", "article", NOON, due=NOON + HOUR)
    visits.settle_at(db, later, "d.example")
    assert visits.due_hosts(db, NOON, Wanted()) == ["a.example", "b.example", "c.example"]


def test_a_second_run_on_the_same_archive_is_refused(tmp_path: Path) -> None:
    from scraper.errors import Running

    with (
        runs.lock(tmp_path / "a.db"),
        pytest.raises(Running, match="another run is at work"),
        runs.lock(tmp_path / "a.db"),
    ):
        pass
    with runs.lock(tmp_path / "a.db"):
        pass
