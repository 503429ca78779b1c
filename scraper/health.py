"""When something is wrong with what a crawl brings: pure rules, every time passed in.

One rule tells silence from a pause, for sources and for the runs themselves; another tells a turn in how articles are
read from chance. Both wait until they know what is usual, and what lasts becomes the usual: nobody is told for ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import log
from statistics import median

OCCASION = timedelta(hours=1)
"""What comes within an hour is one occasion: a look brings several articles, and the first look a whole archive."""

GAPS = 30
FEWEST_GAPS = 14
LONGER = 2.0
"""Silence is twice the longest of the last 30 gaps. If a source published by pure chance, one gap in 496 would be that
long, with the fewest gaps that make a rhythm one in 120: 2 / ((n + 1)(n + 2)). Real ones keep to days and weeks."""

SHORTEST_SILENCE = timedelta(days=1)
"""Below, nobody who publishes is late: nights."""

SHORTEST_REST = timedelta(hours=2)
"""The same for runs: some take an hour."""

WINDOW = 120
BEFORE = 30
AFTER = 10
"""Articles that are compared: of the last 120 at least 30 before a turn and 10 after it. A turn that is older than
half of the window is the usual by now."""

OCCASIONS = 3
"""Looks that must have brought the articles of either side: one sitemap with an old part of a site is no turn."""

DIFFERENCE = 0.5
EVIDENCE = 24.0
"""How much more of them are amiss, and twice the logarithm of the likelihood ratio of turn and none. Drawn by chance,
at 2 to 50 % amiss, none of 50,000 windows turns; where the articles of a look are alike, as they are (beta,
concentration 6), 9 of 25,000. All of ten amiss after none of 110 is always seen, 80 % of twenty after 10 % nineteen
times in twenty."""

ANSWERS = 20
FEWEST_ANSWERS = 5
FAILING = 0.8
"""Of a host's last 20 requests for articles, when there are 5 at least: below, it is a page here and there."""

TROUBLE = timedelta(days=1)
"""How long a host may not answer: below, it is an outage. A refusal is a decision and told at once."""

RUNS = 20
FEWEST_ENDS = 3
"""Of the last 20 runs that did not end by themselves: one is a reboot."""

FAILED_RUNS = frozenset(("failed", "killed", "running"))


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong: of what sort, whose, since when (aware UTC), and in words."""

    what: str
    who: str
    since: datetime | None
    said: str


@dataclass(frozen=True, slots=True)
class Sight:
    """A page of a source as it was read: when its link was found, the article's words, and what it lacks.

    `words` is None where no article was on the page; `dropped` is the share of the letters around the text that were
    left out.
    """

    found: datetime
    words: int | None = None
    missing: frozenset[str] = frozenset()
    dropped: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: when, and what the host refused or failed with; None when it answered."""

    at: datetime
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl: when it began, and how it ended."""

    started: datetime
    status: str


# --- silence ------------------------------------------------------------------


def silent(source: str, found: Iterable[datetime], looked: datetime) -> Iterator[Complaint]:
    """A source that has brought nothing for longer than it ever pauses, up to the last look that was answered."""
    last = silence(found, looked, SHORTEST_SILENCE)
    if last is not None:
        yield Complaint("silent", source, last, f"nothing new for {_span(looked - last)}, which is not its rhythm")


def silence(times: Iterable[datetime], until: datetime, shortest: timedelta) -> datetime | None:
    """The last of these times, when it was so long ago that the rhythm is broken; None with too few to have one."""
    times = sorted(times)
    occasions = _occasions(times)
    gaps = [later - earlier for earlier, later in pairwise(occasions)][-GAPS:]
    if len(gaps) < FEWEST_GAPS:
        return None
    return times[-1] if until - times[-1] > max(LONGER * max(gaps), shortest) else None


def _occasions(times: Sequence[datetime]) -> list[datetime]:
    """The first of each bunch of times."""
    found: list[datetime] = []
    for each in times:
        if not found or each - found[-1] > OCCASION:
            found.append(each)
    return found


# --- drift --------------------------------------------------------------------

FIELDS = ("headline", "authors", "published", "summary", "image")


def drifted(source: str, sights: Sequence[Sight]) -> Iterator[Complaint]:
    """What turned in how a source's pages are read, oldest first."""
    sights = sights[-WINDOW:]
    read = [each for each in sights if each.words is not None]
    yield from _turned(source, sights, [each.words is None for each in sights], "have no article on them")
    for field in FIELDS:
        yield from _turned(source, read, [field in each.missing for each in read], f"are without {field}")
    words, dropped = _usual([each.words or 0 for each in read]), _usual([each.dropped for each in read])
    yield from _turned(
        source, read, [(each.words or 0) < words / 2 for each in read], f"have under {words / 2:.0f} words"
    )
    yield from _turned(
        source, read, [(each.words or 0) > words * 2 for each in read], f"have over {words * 2:.0f} words"
    )
    # a fifth more: twice of next to nothing is nothing
    much = max(2 * dropped, dropped + 0.2)
    said = f"have more than {much:.0%} of their lines left out"
    yield from _turned(source, read, [each.dropped > much for each in read], said)


def is_settled(found: datetime, begun: datetime) -> bool:
    """Whether a link came after the first look at its source: that one brings old parts of the site in any order."""
    return found - begun > OCCASION


def _usual(values: Sequence[float]) -> float:
    """The median of the older half: what turned is in the younger one, or is the usual."""
    return median(values[: len(values) // 2 + 1]) if values else 0.0


def _turned(source: str, sights: Sequence[Sight], amiss: Sequence[bool], said: str) -> Iterator[Complaint]:
    at = turn(amiss, [each.found for each in sights])
    if at is not None:
        before, after = sum(amiss[:at]), sum(amiss[at:])
        told = f"{after} of {len(amiss) - at} pages {said}, {before} of {at} before"
        yield Complaint("drifted", source, sights[at].found, told)


def turn(amiss: Sequence[bool], times: Sequence[datetime]) -> int | None:
    """Where it began that more are amiss than before, None if nowhere: the likeliest place, if chance is unlikely."""
    total, count = sum(amiss), len(amiss)
    best = (EVIDENCE, 0)
    before = 0
    for at in range(1, count):
        before += amiss[at - 1]
        if at < BEFORE or count - at < AFTER or times[at] - times[at - 1] <= OCCASION:
            continue
        after = total - before
        if after / (count - at) - before / at < DIFFERENCE:
            continue
        evidence = 2 * (_likelihood(before, at) + _likelihood(after, count - at) - _likelihood(total, count))
        best = max(best, (evidence, at))
    if best[1] < max(count / 2, 1):
        return None
    sides = (times[: best[1]], times[best[1] :])
    return best[1] if all(len(_occasions(side)) >= OCCASIONS for side in sides) else None


def _likelihood(hits: int, of: int) -> float:
    """The logarithm of the likelihood of so many hits at the share they have."""
    return sum(part * log(part / of) for part in (hits, of - hits) if part)


# --- hosts and runs -----------------------------------------------------------


def refusing(host: str, asked: Sequence[Asked], since: datetime) -> Iterator[Complaint]:
    """A host that refuses or fails nearly all of the last requests, oldest first; `since` its last good answer."""
    asked = asked[-ANSWERS:]
    errors = Counter(each.error for each in asked if each.error)
    if len(asked) < FEWEST_ANSWERS or errors.total() < FAILING * len(asked) or not asked[-1].error:
        return
    [(error, _)] = errors.most_common(1)
    if error.startswith("Refused") or asked[-1].at - since > TROUBLE:
        yield Complaint("refusing", host, since, f"{errors.total()} of the last {len(asked)} requests failed: {error}")


def unanswered(source: str, states: Iterable[str], answered: datetime, until: datetime) -> Iterator[Complaint]:
    """A source of which no feed, sitemap or page has answered any more, up to the last run."""
    states = [each for each in states if each not in ("moved", "new")]
    if states and "live" not in states and until - answered > TROUBLE:
        worst = Counter(states).most_common(1)[0][0]
        yield Complaint("unanswered", source, answered, f"none of its feeds, sitemaps and pages answers ({worst})")


def unasked(host: str, status: int | None, answered: datetime, until: datetime) -> Iterator[Complaint]:
    """A host whose robots.txt fails for longer than an outage, with the status it answered when it was asked last."""
    if until - answered > TROUBLE:
        said = "gives no answer" if status is None else f"answers {status}"
        yield Complaint("robots", host, answered, f"robots.txt {said}, so nothing is asked")


def unruly(runs: Sequence[Run], now: datetime, *, is_at_work: bool) -> Iterator[Complaint]:
    """Runs, oldest first, that ended otherwise than by themselves, or that do not come any more."""
    ended = [each for each in runs if not (is_at_work and each is runs[-1])][-RUNS:]
    amiss = [each for each in ended if each.status in FAILED_RUNS]
    if ended and ended[-1].status in FAILED_RUNS:
        yield Complaint("run", "crawl", ended[-1].started, f"the last run {_WORDS[ended[-1].status]}")
    elif len(amiss) >= FEWEST_ENDS:
        said = f"{len(amiss)} of the last {len(ended)} runs failed or were killed"
        yield Complaint("run", "crawl", amiss[0].started, said)
    last = None if is_at_work else silence([each.started for each in runs], now, SHORTEST_REST)
    if last is not None:
        yield Complaint("run", "crawl", last, f"no run for {_span(now - last)}, which is not their rhythm")


_WORDS = {"failed": "failed", "killed": "was killed", "running": "ended without a word"}


def _span(time: timedelta) -> str:
    hours = time / timedelta(hours=1)
    return f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.0f} hours"
