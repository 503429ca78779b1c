"""When something is wrong: silence against a rhythm, turns against chance, hosts and runs."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scraper import checkup, crawl, health
from scraper.archive import Archive
from scraper.config import parse
from scraper.crawl import Options, Web
from scraper.guard import Guard
from scraper.health import Asked, Complaint, Run, Sight
from tests.conftest import Run as Command
from tests.press import Press

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def every(gap: timedelta, count: int) -> list[datetime]:
    return [MONDAY + gap * number for number in range(count)]


# --- silence ------------------------------------------------------------------


def test_a_source_is_silent_when_it_pauses_twice_as_long_as_ever() -> None:
    found = every(DAY, 20)
    assert list(health.silent("courier", found, found[-1] + 2 * DAY)) == []
    assert list(health.silent("courier", found, found[-1] + 3 * DAY)) == [
        Complaint("silent", "courier", found[-1], "nothing new for 3 days, which is not its rhythm")
    ]


def test_nights_and_weekends_are_no_silence() -> None:
    office = [MONDAY + DAY * day + HOUR * hour for day in range(21) if day % 7 < 5 for hour in range(0, 8, 2)]
    assert list(health.silent("gazette", office, office[-1] + 5 * DAY)) == []
    assert len(list(health.silent("gazette", office, office[-1] + 7 * DAY))) == 1


def test_a_busy_source_is_silent_after_a_day_at_the_earliest() -> None:
    found = every(2 * HOUR, 40)
    assert list(health.silent("wire", found, found[-1] + 20 * HOUR)) == []
    assert len(list(health.silent("wire", found, found[-1] + 25 * HOUR))) == 1


@pytest.mark.parametrize("found", [[], [MONDAY] * 500, every(DAY, 3), every(DAY, 14)])
def test_few_occasions_make_no_rhythm(found: list[datetime]) -> None:
    assert list(health.silent("new", found, MONDAY + 365 * DAY)) == []


# --- drift --------------------------------------------------------------------


def sights(count: int, turned: int, amiss: Callable[[datetime], Sight], gap: timedelta = 2 * HOUR) -> list[Sight]:
    """So many ordinary pages and then those that are read otherwise."""
    return [
        *(Sight(at, 380 + 10 * (number % 5), dropped=0.1) for number, at in enumerate(every(gap, count))),
        *(amiss(MONDAY + gap * (count + number)) for number in range(turned)),
    ]


@pytest.mark.parametrize(
    ("amiss", "said"),
    [
        (lambda at: Sight(at, 400, frozenset(["authors"])), "12 of 12 pages are without authors, 0 of 50 before"),
        (lambda at: Sight(at, None), "12 of 12 pages have no article on them, 0 of 50 before"),
        (lambda at: Sight(at, 60), "12 of 12 pages have under 200 words, 0 of 50 before"),
        (lambda at: Sight(at, 1900), "12 of 12 pages have over 800 words, 0 of 50 before"),
        (
            lambda at: Sight(at, 400, dropped=0.6),
            "12 of 12 pages have more than 30% of their lines left out, 0 of 50 before",
        ),
    ],
)
def test_what_turned_is_told_with_the_day_it_did(amiss: Callable[[datetime], Sight], said: str) -> None:
    since = MONDAY + 2 * HOUR * 50
    assert list(health.drifted("courier", sights(50, 12, amiss))) == [Complaint("drifted", "courier", since, said)]


def test_a_page_now_and_then_is_no_drift() -> None:
    one = sights(50, 1, lambda at: Sight(at, 60, frozenset(health.FIELDS)))
    assert list(health.drifted("courier", [*one, *one[1:]])) == []


def test_one_look_at_an_old_part_of_a_site_is_no_drift() -> None:
    old = [Sight(MONDAY + 200 * HOUR, 60, frozenset(health.FIELDS)) for _ in range(40)]
    assert list(health.drifted("courier", [*sights(50, 0, Sight), *old])) == []


def test_the_first_look_at_a_source_is_not_compared() -> None:
    assert not health.is_settled(MONDAY + HOUR, MONDAY)
    assert health.is_settled(MONDAY + 2 * HOUR, MONDAY)


def test_what_lasts_is_the_usual() -> None:
    assert list(health.drifted("courier", sights(200, 80, lambda at: Sight(at, 60)))) == []


def test_chance_is_rarely_taken_for_a_turn() -> None:
    chance = random.Random(5)
    times = every(2 * HOUR, health.WINDOW)
    drawn = [[chance.random() < share for _ in times] for share in (0.02, 0.1, 0.3, 0.5) for _ in range(500)]
    assert sum(health.turn(amiss, times) is not None for amiss in drawn) == 0


# --- hosts and runs -----------------------------------------------------------


def test_a_host_that_refuses_nearly_everything_is_named_with_what_it_says() -> None:
    asked = [Asked(at, None if number < 3 else "Refused: 403") for number, at in enumerate(every(HOUR / 60, 20))]
    since = asked[2].at
    assert list(health.refusing("lund.example", asked, since)) == [
        Complaint("refusing", "lund.example", since, "17 of the last 20 requests failed: Refused: 403")
    ]
    assert list(health.refusing("lund.example", asked[:6], since)) == []
    assert list(health.refusing("lund.example", [*asked, Asked(MONDAY + DAY)], MONDAY + DAY)) == []


def test_an_outage_is_told_of_after_a_day() -> None:
    asked = [Asked(at, "Unreachable: time-out") for at in every(HOUR, 20)]
    assert list(health.refusing("lund.example", asked, MONDAY - HOUR)) == []
    assert len(list(health.refusing("lund.example", asked, MONDAY - 6 * HOUR))) == 1
    assert list(health.unasked("lund.example", 503, MONDAY, MONDAY + 6 * HOUR)) == []
    [complaint] = health.unasked("lund.example", 503, MONDAY, MONDAY + 2 * DAY)
    assert complaint.said == "robots.txt answers 503, so nothing is asked"


def test_a_source_of_which_nothing_answers_is_named() -> None:
    failing, later = ["failing", "failing", "moved"], MONDAY + 2 * DAY
    assert list(health.unanswered("courier", ["failing", "live", "moved"], MONDAY, later)) == []
    assert list(health.unanswered("courier", ["new"], MONDAY, later)) == []
    assert list(health.unanswered("courier", failing, MONDAY, MONDAY + HOUR)) == []
    assert [each.since for each in health.unanswered("courier", failing, MONDAY, later)] == [MONDAY]


def run(*statuses: str) -> list[Run]:
    return [Run(at, status) for at, status in zip(every(HOUR, len(statuses)), statuses, strict=True)]


def test_runs_that_do_not_end_by_themselves_are_named() -> None:
    after = MONDAY + DAY
    said = [each.said for each in health.unruly(run("done", "killed"), after, is_at_work=False)]
    assert said == ["the last run was killed"]
    assert list(health.unruly(run("done", "killed", "stopped"), after, is_at_work=False)) == []
    assert list(health.unruly(run("done", "running"), after, is_at_work=True)) == []
    said = [each.said for each in health.unruly(run("done", "running"), after, is_at_work=False)]
    assert said == ["the last run ended without a word"]
    many = run(*["killed", "done"] * 3)
    assert [each.said for each in health.unruly(many, after, is_at_work=False)] == [
        "3 of the last 6 runs failed or were killed"
    ]


def test_runs_that_do_not_come_any_more_are_named() -> None:
    hourly = run(*["done"] * 30)
    assert list(health.unruly(hourly, hourly[-1].started + 2 * HOUR, is_at_work=False)) == []
    [late] = health.unruly(hourly, hourly[-1].started + 5 * HOUR, is_at_work=False)
    assert late.said == "no run for 5 hours, which is not their rhythm"


# --- an archive ---------------------------------------------------------------


@pytest.fixture
def crawled(tmp_path: Path) -> Path:
    """An archive of one source with forty-six articles, found two hours apart."""
    path = tmp_path / "news.db"
    with Press(hosts=1).fill(46) as press:
        web = Web(guard=Guard.allowing(press.networks))
        (tmp_path / "sources.toml").write_text(press.config())
        crawl.run(path, parse(press.config()).sources, Options(delay=0.0, workers=2), web)
    with Archive(path) as archive, archive.transaction() as db:
        ids = [row[0] for row in db.execute("select id from visits where kind = 'article' order by id")]
        for number, each in enumerate(ids):
            found = (MONDAY + 2 * HOUR * number).isoformat(timespec="milliseconds")
            db.execute("update visits set found = ? where id = ?", (found, each))
        db.execute("update visits set found = ?, asked = ? where kind <> 'article'", ("2026-03-01T00:00:00+00:00",) * 2)
    return path


def looked(path: Path, at: datetime) -> None:
    db = sqlite3.connect(path)
    db.execute("update visits set asked = ? where kind <> 'article'", (at.isoformat(),))
    db.commit()
    db.close()


def test_an_archive_in_which_all_is_well_has_no_complaints(crawled: Path) -> None:
    looked(crawled, MONDAY + 4 * DAY)
    assert list(checkup.complaints(crawled, datetime.now(UTC))) == []


def test_a_silent_source_is_told_of_an_archive(crawled: Path) -> None:
    looked(crawled, MONDAY + 9 * DAY)
    [complaint] = checkup.complaints(crawled, datetime.now(UTC))
    assert (complaint.what, complaint.since) == ("silent", MONDAY + 90 * HOUR)
    assert list(checkup.complaints(crawled, datetime.now(UTC), names=["another"])) == []


def test_the_command_ends_with_1_when_something_is_wrong(crawled: Path, scraper: Command) -> None:
    looked(crawled, MONDAY + 4 * DAY)
    done = scraper("health", "--config", "sources.toml")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    db = sqlite3.connect(crawled)
    db.execute("update runs set status = 'killed'")
    db.commit()
    db.close()
    done = scraper("health", "--config", "sources.toml", "--nl")
    assert done.returncode == 1
    assert json.loads(done.stdout)["said"] == "the last run was killed"
    assert scraper("health").stdout.decode().startswith("run         crawl ")


def test_refusing_hosts_and_drift_are_told_of_an_archive(crawled: Path) -> None:
    looked(crawled, MONDAY + 80 * HOUR)
    db = sqlite3.connect(crawled)
    db.execute("update fetches set error = 'Refused: 403' where place in ('feed', 'sitemap', 'section')")
    since = (MONDAY + 32 * 2 * HOUR).isoformat()
    db.execute("update visits set state = 'empty', article_id = null where kind = 'article' and found >= ?", (since,))
    db.commit()
    db.close()
    told = {each.what: each for each in checkup.complaints(crawled, datetime.now(UTC))}
    assert set(told) == {"drifted", "refusing"}
    assert told["drifted"].said == "14 of 14 pages have no article on them, 0 of 32 before"
    assert told["drifted"].since == MONDAY + 32 * 2 * HOUR
    assert told["refusing"].said == "20 of the last 20 requests failed: Refused: 403"
