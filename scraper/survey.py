"""One source looked at by itself: what `scraper discover` and `scraper sources add` ask the web, politely."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from scraper import discover, robots, urls
from scraper.discover import Answer, Known
from scraper.errors import Refused
from scraper.fetch import Settings, pages
from scraper.guard import Guard
from scraper.models import Found, Page, Request, Source
from scraper.robots import Robots

AGENT = "news-scraper"

MOST_BYTES = 52_428_800
"""What a sitemap may weigh."""

Watch = Callable[[str, Answer], None]


@dataclass
class Survey:
    """Asks one address after the other: robots.txt first, `gap` seconds between two requests to a host."""

    settings: Settings
    guard: Guard
    gap: float = 1.0
    watch: Watch = lambda *_: None
    _rules: dict[str, Robots] = field(default_factory=dict)
    _asked: dict[str, float] = field(default_factory=dict)
    _pages: dict[str, Answer] = field(default_factory=dict)

    def found(self, source: Source, known: Known = discover.NOTHING) -> Found:
        """What a look at a source gives; what cannot be had is told in its notes."""
        flow = discover.links(source, known)
        try:
            request = next(flow)
            while True:
                answer = self._answer(request, source.delay or 0.0)
                self.watch(request.url, answer)
                request = flow.send(answer)
        except StopIteration as end:
            found: Found = end.value
            return found

    def _answer(self, request: Request, delay: float) -> Answer:
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(request.url))
        if origin not in self._rules:
            self._rules[origin] = self._robots(origin, delay)
        if request.url == f"{origin}/robots.txt":
            return self._pages[origin]
        if self._rules[origin].failed:
            return self._pages[origin]
        verdict = self._rules[origin].may(request.url, AGENT)
        if not verdict.allowed:
            return Refused(f"robots.txt says {verdict.line!r}", url=request.url)
        return self._fetched(request, max(delay, self._rules[origin].delay(AGENT) or 0.0))

    def _robots(self, origin: str, delay: float) -> Robots:
        answer = self._pages[origin] = self._fetched(Request(f"{origin}/robots.txt"), delay)
        if isinstance(answer, Page):
            return robots.parse(answer.body, answer.status)
        return robots.parse(b"", getattr(answer, "status", None))

    def _fetched(self, request: Request, delay: float) -> Answer:
        host = urls.host(request.url)
        free_at = self._asked.get(host, 0.0) + max(self.gap, delay)
        time.sleep(max(free_at - time.monotonic(), 0.0))
        settings = replace(self.settings, attempts=1, max_bytes=MOST_BYTES)
        [(_, answer)] = pages([request], settings=settings, guard=self.guard)
        self._asked[host] = time.monotonic()
        return answer
