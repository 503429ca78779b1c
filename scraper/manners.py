"""Polite by construction: no request leaves without a robots decision and its host's turn.

One request at a time for each host, as the addresses name it, and a gap between their
starts as the server sees them: for pages of every source, redirect targets, second
attempts and robots.txt itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from scraper import robots, urls
from scraper.errors import Busy, FetchError, NotNow, Refused
from scraper.hosts import FAILED_FOR, Robots
from scraper.models import Headers, Page

JITTER = 0.25
"""The part of a gap that is added at random: a crawl should not beat time."""

PATIENCE = 90.0
"""Seconds a request waits for its host inside a run. Who asks for more peace is left to a later run."""

LONGEST_DELAY = 120.0
"""Seconds. A Crawl-delay above this means a page every two minutes at most; a handful of sites ask for hours."""

PEACE = 60.0
"""Seconds a host is left alone that answers 429 or 503 and does not say how long."""


@dataclass(slots=True)
class Host:
    """One host's turn: who waits, when the last request started, and until when it wants peace."""

    name: str
    delay: float
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    started: float | None = None
    free_at: float = 0.0
    not_before: float = 0.0
    why: str = ""
    asked: int = 0


@dataclass(slots=True)
class Terms:
    """What the manners of a run are: default gap in seconds, requests for each host, and what is known already.

    `remembered` gives a robots.txt from an earlier run, `learned` is told of a new one, `paused` of a host
    that wants peace until a moment; `rested` gives such a moment from an earlier run, `last` when that asked last,
    `known` the validators of an address that is visited anyway.
    """

    delay: float = 1.0
    budget: int | None = None
    agent: str = "news-scraper"
    remembered: Callable[[str], Robots | None] = lambda _: None
    learned: Callable[[Robots], None] = lambda _: None
    paused: Callable[[str, datetime, str], None] = lambda *_: None
    rested: Callable[[str], datetime | None] = lambda _: None
    known: Callable[[str], Headers] = lambda _: ()
    last: Callable[[str], datetime | None] = lambda _: None


AskRobots = Callable[[str, "Slots"], Awaitable[Page]]


class Manners:
    """Every host's turn and every origin's rules, for one run."""

    def __init__(self, terms: Terms, ask: AskRobots) -> None:
        self.terms = terms
        self._ask = ask
        self._hosts: dict[str, Host] = {}
        self._rules: dict[str, asyncio.Task[Rules]] = {}
        self._closed = asyncio.Event()

    def close(self) -> None:
        """Nobody gets a turn any more; who waits for one hears `NotNow` at once."""
        self._closed.set()

    def companion(self, delay: float | None = None) -> Companion:
        """The gate for one page; `delay` is the least gap its source asks for."""
        return Companion(self, delay)

    def host(self, name: str) -> Host:
        if name not in self._hosts:
            host = self._hosts[name] = Host(name, self.terms.delay)
            last = self.terms.last(name)
            if last is not None:
                host.started = _clock() - max((datetime.now(UTC) - last).total_seconds(), 0.0)
            rested = self.terms.rested(name)
            if rested is not None:
                wait = (rested - datetime.now(UTC)).total_seconds()
                host.not_before, host.why = _clock() + max(wait, 0.0), "asked in an earlier run to be left alone"
        return self._hosts[name]

    async def rules(self, url: str) -> Rules:
        """What robots.txt at this address's origin says; asked for once in a run, however many wait for it."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.create_task(self._read(origin))
        return await asyncio.shield(self._rules[origin])

    async def _read(self, origin: str) -> Rules:
        known = self.terms.remembered(origin)
        if known is None or not known.is_fresh(datetime.now(UTC)):
            known = await self._fetched(origin)
            self.terms.learned(known)
        rules = Rules(known, robots.parse(known.body, known.status), self.terms.agent)
        host = self.host(urls.host(origin))
        host.delay = max(host.delay, min(rules.delay or 0.0, LONGEST_DELAY))
        return rules

    async def _fetched(self, origin: str) -> Robots:
        at = datetime.now(UTC)
        try:
            page = await self._ask(f"{origin}/robots.txt", Slots(self))
        except FetchError as error:
            if isinstance(error, Refused) and error.status is None:
                raise  # the guard: nothing of this host is asked
            return Robots(origin, at, _status(error))
        return Robots(origin, at, page.status, page.body)

    async def turn(self, host: Host, delay: float) -> float | None:
        """Waits for the host's lock and gap; gives the seconds since its last request."""
        self._refuse_late(host)
        await host.lock.acquire()
        try:
            self._refuse_late(host)
            while (wait := _ready(host, delay) - _clock()) > 0:
                await self._rest(wait)
                self._refuse_late(host)
        except BaseException:
            host.lock.release()
            raise
        host.asked += 1
        now = _clock()
        since = None if host.started is None else now - host.started
        host.started = now
        self._space(host, delay)
        return since

    def heard(self, host: Host, delay: float) -> None:
        """The gap begins when the host heard us; a busy one may have done so only when its answer begins."""
        host.started = _clock()
        self._space(host, delay)

    def left(self, host: Host, error: BaseException | None) -> None:
        """The answer is here; who is busy is left alone for as long as it says."""
        if isinstance(error, Busy) and (error.after is not None or error.status in (429, 503)):
            self._pause(
                host, PEACE if error.after is None else error.after, error.message, told=error.after is not None
            )
        host.lock.release()

    def _pause(self, host: Host, seconds: float, why: str, *, told: bool) -> None:
        if not told and host.not_before > _clock():
            return
        host.not_before, host.why = _clock() + seconds + 0.05, why
        self.terms.paused(host.name, datetime.now(UTC) + timedelta(seconds=seconds), why)

    def _space(self, host: Host, delay: float) -> None:
        gap = max(host.delay, delay)
        host.free_at = (host.started or 0.0) + gap * (1 + random.random() * JITTER)  # noqa: S311

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closed.wait()

    def _refuse_late(self, host: Host) -> None:
        if self._closed.is_set():
            raise NotNow("the run is over", after=0.0)
        wait = host.not_before - _clock()
        if wait > PATIENCE:
            raise NotNow(f"{host.name} is left alone for {wait:.0f} s: {host.why}", after=wait)
        if self.terms.budget is not None and host.asked >= self.terms.budget:
            raise NotNow(f"{host.name} was asked {host.asked} times in this run, its budget")


@dataclass(frozen=True, slots=True)
class Rules:
    """One origin's robots.txt, for us."""

    known: Robots
    said: robots.Robots
    agent: str

    @property
    def delay(self) -> float | None:
        return self.said.delay(self.agent)

    def line(self, url: str) -> str | None:
        """The line that lets this address be asked. Raises `Refused` or `NotNow` when it may not be."""
        if self.known.failed:
            said = "gave no answer" if self.known.status is None else f"answered {self.known.status}"
            raise NotNow(f"robots.txt {said}: nothing may be asked now", after=FAILED_FOR.total_seconds())
        verdict = self.said.may(url, self.agent)
        if not verdict.allowed:
            raise Refused(f"robots.txt says {verdict.line!r}")
        return verdict.line


class Companion:
    """The gate for one page and its redirects; afterwards it knows the rule that held and the gap that was kept."""

    def __init__(self, manners: Manners, delay: float | None) -> None:
        self._manners = manners
        self._delay = delay or 0.0
        self.robots: str | None = None
        self.gap: float | None = None
        self.requests = 0

    def conditions(self, url: str) -> Headers:
        return self._manners.terms.known(url)

    async def enter(self, url: str) -> Slot:
        self.robots = (await self._manners.rules(url)).line(url)
        host = self._manners.host(urls.host(url))
        self.gap = await self._manners.turn(host, self._delay)
        self.requests += 1
        return Slot(self._manners, host, self._delay)


class Slots:
    """The gate for robots.txt: its host's turn, and no rule but that."""

    def conditions(self, url: str) -> Headers:  # noqa: ARG002
        return ()

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self.gap: float | None = None

    async def enter(self, url: str) -> Slot:
        host = self._manners.host(urls.host(url))
        self.gap = await self._manners.turn(host, 0.0)
        return Slot(self._manners, host, 0.0)


@dataclass(frozen=True, slots=True)
class Slot:
    """One request's turn at its host."""

    manners: Manners
    host: Host
    delay: float

    def heard(self) -> None:
        self.manners.heard(self.host, self.delay)

    def leave(self, error: BaseException | None) -> None:
        self.manners.left(self.host, error)


def _status(error: FetchError) -> int | None:
    """The status to remember: RFC 9309 lets what redirects without end count as not there."""
    status = getattr(error, "status", None)
    if status is None and not error.retry:
        return 404
    return status


def _ready(host: Host, delay: float) -> float:
    """When a host may be asked: after its gap, also since a request of an earlier run, and its peace."""
    since = 0.0 if host.started is None else host.started + max(host.delay, delay)
    return max(host.free_at, host.not_before, since)


def _clock() -> float:
    return asyncio.get_running_loop().time()
