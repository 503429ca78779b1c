"""One source looked at by itself: what `scraper discover` and `scraper sources add` ask the web, politely."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from scraper import discover
from scraper.discover import Answer, Known
from scraper.errors import Busy, FetchError, Unusable
from scraper.fetch import ROBOTS, Fetcher, Settings
from scraper.guard import Guard
from scraper.manners import Manners, Slots, Terms
from scraper.models import Found, Page, Request, Source

MOST_BYTES = 52_428_800
"""What a sitemap may weigh."""

Watch = Callable[[str, Answer], None]


@dataclass(frozen=True, slots=True)
class Survey:
    """Asks one address after the other with the manners of a crawl: robots.txt before each request and each redirect's
    target, `gap` seconds between two requests to a host."""

    settings: Settings
    guard: Guard
    gap: float = 1.0
    watch: Watch = lambda *_: None

    def found(self, source: Source, known: Known = discover.NOTHING) -> Found:
        """What a look at a source gives; what cannot be had is told in its notes."""
        return asyncio.run(self._found(source, known))

    async def _found(self, source: Source, known: Known) -> Found:
        async with Fetcher(replace(self.settings, attempts=1, max_bytes=MOST_BYTES), self.guard) as fetcher:
            asking = _Asking(fetcher, self.gap, source.delay)
            flow = discover.links(source, known)
            try:
                request = next(flow)
                while True:
                    answer = await asking.answer(request)
                    self.watch(request.url, answer)
                    request = flow.send(answer)
            except StopIteration as end:
                found: Found = end.value
                return found


class _Asking:
    """A fetcher behind the gate of one look."""

    def __init__(self, fetcher: Fetcher, gap: float, delay: float | None) -> None:
        self._fetcher = fetcher
        self._robots = fetcher.sharing(replace(ROBOTS, contact=fetcher.settings.contact))
        self._manners = Manners(Terms(delay=gap), self._ask_robots)
        self._delay = delay

    async def answer(self, request: Request) -> Answer:
        try:
            if urlsplit(request.url).path == "/robots.txt":
                return await self._rules(request.url)
            return await self._fetcher.page(request, self._manners.companion(self._delay))
        except FetchError as error:
            return error

    async def _rules(self, url: str) -> Answer:
        """robots.txt as the gate knows it: nobody needs to ask twice."""
        known = (await self._manners.rules(url)).known
        if known.failed:
            return Busy("robots.txt failed", url=url, status=known.status)
        return Page(url, known.body, known.status or 200, (), known.at)

    async def _ask_robots(self, url: str, gate: Slots) -> Page:
        answer = await self._robots.page(Request(url), gate)
        if isinstance(answer, Page):
            return answer
        raise Unusable("304 to no question", url=url)
