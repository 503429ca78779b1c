"""One look at a source: which of its endpoints are due, what they answered, and when to look again."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import datetime, timedelta

from scraper import discover, schedule, settle, urls
from scraper.discover import Known
from scraper.errors import FetchError, Unusable
from scraper.models import Endpoint, Found, Link, Page, Request, Source, Unchanged, Visit
from scraper.visits import Seen

Heard = Page | Unchanged | FetchError
Flow = Generator[Request, Heard, Found]

RHYTHM = {"feed": timedelta(hours=1)}
"""The gap a kind of endpoint begins with; a feed says most for least, so it is looked at first."""

OTHERS = timedelta(hours=3)

_STATES = {"live": "alive", "failing": "failed", "retired": "failed", "refused": "failed", "empty": "failed"}


class Look:
    """A source with what is known of its feeds, sitemaps, sections and home page."""

    def __init__(self, source: Source, known: list[Visit], is_known: Callable[[str], bool]) -> None:
        self.source = source
        self._known = {visit.url: visit for visit in known}
        self._heard: dict[str, tuple[Visit, Heard]] = {}
        self._digests: dict[str, str] = {}
        self._is_known = is_known
        self._anew = False
        self._links: list[Link] = []
        self._fresh: set[str] = set()
        self.woken: set[str] = set()
        self.told = 0
        self.new = 0

    def is_due(self, now: datetime) -> bool:
        """Whether anything of it is: a source that was never looked at always is."""
        return not self._known or any(visit.due is not None and visit.due <= now for visit in self._known.values())

    def flow(self, now: datetime) -> Flow:
        """The discovery, with what is known told; once in a while what is not known yet is looked for again."""
        self._anew = any(schedule.is_due_anew(visit, now) for visit in self._known.values() if visit.kind == "home")
        endpoints = tuple(_endpoint(visit) for visit in self._known.values())
        known = Known(endpoints, self._is_known, anew=self._anew, take=self._links.extend)
        return discover.links(self.source, known)

    def links(self) -> list[Link]:
        """Links that it found and that nobody has taken yet, each time others."""
        links = self._links.copy()
        self._links.clear()
        return links

    def took(self, links: list[Link], new: list[str], woken: set[str]) -> None:
        """These are in the queue: which of them were new there, and which hosts have something due."""
        places = {link.url: link.found_at for link in links}
        self._fresh.update(places[url] for url in new)
        self.woken |= woken
        self.told += len(links)
        self.new += len(new)

    def visit(self, url: str, now: datetime) -> Visit:
        """The endpoint at an address, as it stood after the last look; due now if it was never asked."""
        visit = self._known.get(url) or Visit(url, "section", now, self.source.name, due=now)
        # a home page that did not change still says where feeds are
        return replace(visit, etag=None, last_modified=None) if self._anew and visit.kind == "home" else visit

    def heard(self, visit: Visit, answer: Heard) -> None:
        """The network answered. Bodies are not kept: a look may take two hundred sitemaps."""
        if isinstance(answer, Page):
            self._digests[answer.url] = answer.digest
            answer = replace(answer, body=b"")
        self._heard[visit.url] = (visit, answer)

    def after(self, found: Found, now: datetime) -> list[tuple[Visit, str]]:
        """Every endpoint that changed its state, with when to look again, and its host."""
        done = [self._after(endpoint, endpoint.url in self._fresh, now) for endpoint in found.endpoints]
        return [(visit, urls.host(visit.url)) for visit in done if visit is not None]

    def _after(self, endpoint: Endpoint, fresh: bool, now: datetime) -> Visit | None:  # noqa: FBT001
        visit, answer = self._heard.get(endpoint.url) or self._moved_here(endpoint.url) or (None, None)
        known = self._known.get(endpoint.url)
        visit = _told(endpoint, visit or known, self.source.name, now)
        if endpoint.state in ("moved", "gone"):
            return schedule.retired(visit, endpoint.state, now)
        if answer is None:
            return None if known and known.modified == visit.modified else visit
        if isinstance(answer, FetchError):
            return schedule.after_failure(visit, answer, now)
        if endpoint.state == "failed":
            return schedule.after_failure(visit, Unusable("it is not what it should be"), now)
        after = replace(schedule.after_look(visit, now, changed=fresh), **settle.validators(answer))
        return replace(after, page=self._digests[answer.url]) if isinstance(answer, Page) else after

    def _moved_here(self, url: str) -> tuple[Visit, Heard] | None:
        """What the old address of an endpoint answered from the new one."""
        for visit, answer in self._heard.values():
            if not isinstance(answer, FetchError) and answer.hops and answer.url == url:
                return replace(visit, url=url), answer
        return None


def _endpoint(visit: Visit) -> Endpoint:
    state = _STATES.get(visit.state, visit.state)
    return Endpoint(visit.url, visit.kind, state, index=visit.place, modified=visit.modified, title=visit.headline)


def _told(endpoint: Endpoint, visit: Visit | None, source: str, now: datetime) -> Visit:
    """The visit with what discovery says of it."""
    if visit is None or visit.asked is None:
        gap = RHYTHM.get(endpoint.kind, OTHERS)
        visit = replace(visit or Visit(endpoint.url, endpoint.kind, now, source, due=now), gap=gap)
    return replace(visit, kind=endpoint.kind, place=endpoint.index, modified=endpoint.modified, headline=endpoint.title)


def seen(link: Link) -> Seen:
    """A link as the queue takes it: dated by the newest thing its place says of it."""
    dates = [each for each in (link.published, link.modified) if each]
    variants = json.dumps([[each.place, each.text] for each in link.variants]) if link.variants else None
    return Seen(
        link.url, urls.host(link.url), "article", link.place.value, link.headline, max(dates, default=None), variants
    )
