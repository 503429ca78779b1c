"""When to come back and whose turn it is; time is passed in and out.

An article is looked at again as often as news changes: soon while it is young, with gaps
that grow with its age, not at all once it is old. A source is looked at in the rhythm it
publishes in, learned within bounds. What fails is tried again soon, then ever later.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from scraper.errors import Busy, ExtractError, FetchError, Gone, NotNow, Refused, ScraperError, Silent, Unreachable
from scraper.models import Visit

FIRST_LOOK = timedelta(minutes=30)
"""After which a new article is looked at again: most corrections come within the first hours."""

LAST_LOOK = timedelta(days=30)
"""Age from which an article is left alone; before, gaps grow with it: eleven looks in all."""

SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(days=1)
"""Bounds of a source's rhythm: the quickest feeds are kept for five to fifteen minutes, a daily look costs nothing."""

BELIEVED = 3
"""How often a feed or sitemap may say of an article that it changed, when it did not, before it is doubted."""

GRAIN = timedelta(milliseconds=1)
"""The queue keeps times to the millisecond, some sitemaps tell them closer."""

FASTER = 0.6
SLOWER = 1.3
"""A look that found something shortens the gap, one that did not lengthens it: they balance at one new link in
three looks, so a source that publishes hourly is looked at every twenty minutes."""

ANEW = timedelta(days=30)
"""After which a source's feeds and sitemaps are looked for anew: a site gets one a year, a redesign moves them all. It
costs the home page once whole, and the usual places where no feed or sitemap is known."""

RETRIES = tuple(
    timedelta(seconds=seconds) for seconds in (4, 15, 60, 600, 3600, 6 * 3600, 86400, 2 * 86400, 4 * 86400, 7 * 86400)
)
"""Waits after failures in a row. The first are short enough for the same run; after the last nobody asks again."""

LOOK_AFTER_DEATH = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30))
"""When to see whether a vanished article has returned, and a page without an article has got one."""

REFUSED_FOR = timedelta(days=7)
"""robots.txt and paywalls change rarely; the look costs no request while robots.txt still says no."""


def found(visit: Visit, now: datetime) -> Visit:
    """A link that was never seen before: its turn is now."""
    return replace(visit, due=now, found=now)


def told(visit: Visit, modified: datetime | None) -> Visit:
    """The same link seen again. A feed or sitemap that says it changed since is reason to look at once.

    It knows better than an ETag that survives edits, so the validators are let go; one that cries
    wolf is still heard, but asked conditionally.
    """
    since = visit.modified or visit.asked
    if modified is None or visit.asked is None or since is None or modified < since + GRAIN:
        return visit
    if visit.state in ("alias", "refused", "retired"):
        return replace(visit, modified=modified)
    due = min(modified, visit.due or modified)  # a time that lies ahead puts nothing off
    visit = replace(visit, modified=modified, due=due, doubts=visit.doubts + 1)
    return visit if visit.doubts > BELIEVED else replace(visit, etag=None, last_modified=None)


def after_article(visit: Visit, now: datetime, *, changed: bool) -> Visit:
    """An article is there, the same or another than before."""
    age = now - visit.found
    gap = max(FIRST_LOOK, age / 2 if changed else age)
    due = None if age > LAST_LOOK else now + gap
    return _answered(replace(visit, doubts=0 if changed else visit.doubts), now, "live", due, changed)


def after_look(visit: Visit, now: datetime, *, changed: bool) -> Visit:
    """A feed, sitemap or section was looked at and had something new, or had not."""
    gap = visit.gap * (FASTER if changed else SLOWER)
    gap = min(max(gap, SHORTEST), LONGEST)
    return replace(_answered(visit, now, "live", now + gap, changed), gap=gap)


def after_failure(visit: Visit, error: ScraperError, now: datetime) -> Visit:
    """What to do about an error: the class says whether it may get better."""
    if isinstance(error, NotNow):
        return replace(visit, due=now + timedelta(seconds=error.after or RETRIES[4].total_seconds()))
    if isinstance(error, ExtractError):
        return _rarely(visit, now, "empty", error)
    if isinstance(error, Gone):
        return replace(_rarely(visit, now, "gone", error), etag=None, last_modified=None)
    if isinstance(error, Refused):
        return _said(_answered(visit, now, "refused", now + REFUSED_FOR, changed=False), error)
    wait = _wait(visit.attempts, error)
    if isinstance(error, Silent) or not isinstance(error, Busy | Unreachable):
        wait = max(
            wait, RETRIES[3]
        )  # bombs, loops and broken pages do not mend within a run; a stall holds up the host
    if visit.attempts >= len(RETRIES):
        return _said(replace(visit, state="retired", due=None, attempts=visit.attempts + 1), error)
    state = visit.state if visit.article_id else "failing"
    return _said(replace(visit, state=state, due=now + wait, attempts=visit.attempts + 1), error)


def is_due_anew(home: Visit, now: datetime) -> bool:
    """Whether what a home page leads to is looked for as on its first day: on the first look in each month since."""
    if home.asked is None or home.due is None or home.due > now:
        return False
    return (home.asked - home.found) // ANEW < (now - home.found) // ANEW


def alias(visit: Visit, now: datetime) -> Visit:
    """Another address of something that has a visit of its own: not asked again."""
    return _answered(visit, now, "alias", None, changed=True)


def retired(visit: Visit, state: str, now: datetime) -> Visit:
    """A feed that moved or is gone."""
    return _answered(visit, now, state, None, changed=True)


def _wait(attempts: int, error: FetchError | ScraperError) -> timedelta:
    wait = RETRIES[min(attempts, len(RETRIES) - 1)]
    if isinstance(error, Busy) and error.after is not None:
        return max(timedelta(seconds=error.after), wait if attempts > 2 else timedelta())
    return wait


def _rarely(visit: Visit, now: datetime, state: str, error: ScraperError) -> Visit:
    looks = visit.attempts if visit.state == state else 0
    due = now + LOOK_AFTER_DEATH[looks] if looks < len(LOOK_AFTER_DEATH) else None
    return _said(replace(_answered(visit, now, state, due, changed=False), attempts=looks + 1), error)


def _said(visit: Visit, error: ScraperError) -> Visit:
    return replace(visit, said=error.said[:300])


def _answered(visit: Visit, now: datetime, state: str, due: datetime | None, changed: bool) -> Visit:  # noqa: FBT001
    when = now if changed else visit.changed
    return replace(visit, state=state, due=due, attempts=0, asked=now, changed=when, said=None)
