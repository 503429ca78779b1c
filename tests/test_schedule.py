"""When to come back: times in, times out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scraper import schedule
from scraper.errors import Busy, ExtractError, Gone, NotNow, Refused, ScraperError, Unreachable, Unusable
from scraper.models import Visit

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NEW = Visit("https://lund.example/a", "article", NOON, due=NOON)


def looks(visit: Visit, changed: bool = False) -> list[timedelta]:
    """The ages at which an article is looked at until it is left alone."""
    ages = []
    while visit.due is not None:
        ages.append(visit.due - visit.found)
        visit = schedule.after_article(visit, visit.due, changed=changed)
    return ages


def test_a_young_article_is_looked_at_with_gaps_that_grow_with_its_age() -> None:
    hours = [age / HOUR for age in looks(NEW)]
    assert hours[:6] == [0, 0.5, 1, 2, 4, 8]
    assert len(hours) == 13
    assert hours[-1] == 1024  # after a month it is left alone


def test_an_article_that_changed_is_looked_at_sooner() -> None:
    day_old = replace(NEW, state="live", due=NOON + 24 * HOUR)
    same = schedule.after_article(day_old, NOON + 24 * HOUR, changed=False)
    other = schedule.after_article(day_old, NOON + 24 * HOUR, changed=True)
    assert same.due == NOON + 48 * HOUR
    assert other.due == NOON + 36 * HOUR
    assert other.changed == NOON + 24 * HOUR


def test_a_source_is_looked_at_in_its_own_rhythm_within_bounds() -> None:
    feed = replace(NEW, kind="feed", gap=HOUR)
    assert schedule.after_look(feed, NOON, changed=True).due == NOON + 36 * MINUTE
    assert schedule.after_look(feed, NOON, changed=False).due == NOON + 78 * MINUTE
    for changed, bound in ((True, 10 * MINUTE), (False, 24 * HOUR)):
        visit = feed
        for _ in range(50):
            visit = schedule.after_look(visit, NOON, changed=changed)
        assert visit.due == NOON + bound


def test_what_fails_is_tried_again_soon_then_ever_later_then_never() -> None:
    visit, waits = NEW, []
    while visit.due is not None:
        visit = schedule.after_failure(visit, Unreachable("no answer"), NOON)
        waits.append((visit.due - NOON) / timedelta(seconds=1) if visit.due else None)
    assert waits == [4, 15, 60, 600, 3600, 21600, 86400, 172800, 345600, 604800, None]
    assert (visit.state, visit.said) == ("retired", "Unreachable: no answer")


@pytest.mark.parametrize(
    ("error", "state", "wait"),
    [
        (Busy("429", after=120.0), "failing", timedelta(seconds=120)),
        (Busy("503"), "failing", timedelta(seconds=4)),
        (Unusable("a bomb"), "failing", timedelta(seconds=600)),
        (Gone("404"), "gone", timedelta(days=1)),
        (Refused("robots.txt says no"), "refused", timedelta(days=7)),
        (ExtractError("a list of links", reason="list"), "empty", timedelta(days=1)),
        (NotNow("its budget is spent", after=300.0), "new", timedelta(seconds=300)),
    ],
)
def test_the_error_says_when_to_come_back(error: ScraperError, state: str, wait: timedelta) -> None:
    after = schedule.after_failure(NEW, error, NOON)
    assert (after.state, after.due) == (state, NOON + wait)


def test_who_was_not_asked_counts_no_attempt() -> None:
    assert schedule.after_failure(NEW, NotNow("not now"), NOON).attempts == 0


KNOWN = replace(NEW, state="live", due=None, asked=NOON, etag='"a"', modified=NOON - HOUR)


def test_a_sitemap_that_says_it_changed_is_believed_against_the_etag() -> None:
    again = schedule.told(KNOWN, NOON + HOUR)
    assert (again.due, again.etag) == (NOON + HOUR, None)


def test_a_sitemap_that_says_nothing_new_changes_nothing() -> None:
    assert schedule.told(KNOWN, NOON - HOUR) == KNOWN
    assert schedule.told(KNOWN, None) == KNOWN


def test_a_part_of_a_millisecond_is_no_change() -> None:
    assert schedule.told(KNOWN, NOON - HOUR + timedelta(microseconds=900)) == KNOWN


def test_a_change_that_lies_ahead_puts_nothing_off() -> None:
    visit = replace(KNOWN, due=NOON + HOUR)
    assert schedule.told(visit, NOON + 9 * HOUR).due == NOON + HOUR


def test_one_that_cries_wolf_is_asked_conditionally() -> None:
    visit = KNOWN
    for hour in range(1, 6):
        visit = schedule.told(replace(visit, etag='"a"'), NOON + hour * HOUR)
    assert (visit.modified, visit.due, visit.etag) == (NOON + 5 * HOUR, NOON + HOUR, '"a"')
    assert schedule.after_article(visit, NOON + 6 * HOUR, changed=True).doubts == 0


def test_feeds_are_looked_for_anew_on_the_first_look_in_each_month() -> None:
    day = 24 * HOUR
    home = replace(NEW, kind="home", asked=NOON + 29 * day, due=NOON + 31 * day)
    assert not schedule.is_due_anew(home, NOON + 30.5 * day)  # its turn is tomorrow
    assert schedule.is_due_anew(home, NOON + 31 * day)
    assert not schedule.is_due_anew(replace(home, asked=NOON + 31 * day), NOON + 59 * day)
    assert not schedule.is_due_anew(replace(home, asked=None), NOON + 31 * day)
