"""No request leaves without a robots decision and its host's turn."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scraper.errors import Busy, FetchError, NotNow, Refused
from scraper.fetch import ROBOTS, Fetcher, Settings
from scraper.hosts import Robots
from scraper.manners import Companion, Manners, Slots, Terms
from scraper.models import Page, Request
from tests.server import Reply, Route, Server, redirect

HOME = Reply(b"<p>hello")
NO_PRIVATE = Reply(b"User-agent: *\nDisallow: /private/\n", headers=(("content-type", "text/plain"),))
ONCE = Settings(attempts=1)


def visit(server: Server, paths: list[str], terms: Terms) -> list[Page | FetchError | None]:
    """What came of each path, asked one after the other as a crawl would ask."""

    async def asked() -> list[Page | FetchError | None]:
        async with Fetcher(ONCE, server.guard) as fetcher:

            async def ask_robots(url: str, gate: Slots) -> Page:
                page = await fetcher.sharing(ROBOTS).page(Request(url), gate)
                assert isinstance(page, Page)
                return page

            manners = Manners(terms, ask_robots)
            return [await one(fetcher, server.url(path), manners.companion()) for path in paths]

    async def one(fetcher: Fetcher, url: str, gate: Companion) -> Page | FetchError | None:
        try:
            page = await fetcher.page(Request(url), gate)
        except FetchError as error:
            return error
        return page if isinstance(page, Page) else None

    return asyncio.run(asked())


def statuses(answers: list[Page | FetchError | None]) -> list[object]:
    return [each.status if isinstance(each, Page) else type(each).__name__ for each in answers]


def serving(robots: Route, **more: Route) -> Server:
    return Server({"/robots.txt": robots, "/": HOME} | {f"/{name}": reply for name, reply in more.items()})


QUICK = Terms(delay=0.0)


def test_robots_txt_comes_first_and_once() -> None:
    with serving(NO_PRIVATE) as server:
        assert statuses(visit(server, ["/", "/a", "/"], QUICK)) == [200, "Gone", 200]
        assert server.paths() == ["/robots.txt", "/", "/a", "/"]


def test_what_robots_txt_forbids_is_not_asked_and_the_line_is_told() -> None:
    with serving(NO_PRIVATE) as server:
        [refused] = visit(server, ["/private/a"], QUICK)
        assert isinstance(refused, Refused)
        assert refused.message == "robots.txt says 'Disallow: /private/'"
        assert server.paths() == ["/robots.txt"]


@pytest.mark.parametrize(
    "signpost",
    [redirect("/private/a"), Reply(b'<meta http-equiv="refresh" content="0; url=/private/a">')],
    ids=["redirect", "meta refresh"],
)
def test_a_forbidden_page_is_not_reached_through_another(signpost: Reply) -> None:
    with Server({"/robots.txt": NO_PRIVATE, "/open": signpost, "/private/a": HOME}) as server:
        assert statuses(visit(server, ["/open"], QUICK)) == ["Refused"]
        assert server.paths() == ["/robots.txt", "/open"]


@pytest.mark.parametrize("robots", [Reply(b"", 500), Reply(b"", 503), Reply(b"", 429), Reply(reset=True, raw=b"")])
def test_where_robots_txt_fails_nothing_is_asked(robots: Reply) -> None:
    with serving(robots) as server:
        assert statuses(visit(server, ["/", "/"], QUICK)) == ["NotNow", "NotNow"]
        assert server.paths() == ["/robots.txt"]


def test_where_there_is_no_robots_txt_everything_may_be_asked() -> None:
    with serving(Reply(b"", 404)) as server:
        assert statuses(visit(server, ["/"], QUICK)) == [200]


def test_of_a_robots_txt_without_end_the_beginning_counts() -> None:
    with serving(Reply(b"User-agent: *\nDisallow: /private/\n", endless=b"# and so on\n" * 5_000), a=HOME) as server:
        assert statuses(visit(server, ["/a", "/private/a"], QUICK)) == [200, "Refused"]


def test_a_robots_txt_that_is_fresh_is_not_asked_for_again() -> None:
    known = Robots("http://127.0.0.1", datetime.now(UTC) - timedelta(hours=1), 200, b"User-agent: *\nDisallow: /a")
    with serving(NO_PRIVATE) as server:
        terms = replace(QUICK, remembered=lambda origin: replace(known, origin=origin))
        assert statuses(visit(server, ["/a", "/"], terms)) == ["Refused", 200]
        assert server.paths() == ["/"]


def test_every_request_keeps_the_gap_also_robots_txt_and_redirects() -> None:
    with Server({"/robots.txt": NO_PRIVATE, "/": redirect("/b"), "/b": HOME}) as server:
        kept: list[float] = []

        class Watching(Manners):
            async def turn(self, host: object, delay: float) -> float | None:
                since = await super().turn(host, delay)  # type: ignore[arg-type]
                kept.append(since or 0.0)
                return since

        asyncio.run(_two_pages(server, Watching))
        assert server.paths() == ["/robots.txt", "/", "/", "/b", "/b"]
        assert kept[0] == 0.0
        assert min(kept[1:]) >= 0.05


async def _two_pages(server: Server, kind: type[Manners]) -> None:
    async with Fetcher(ONCE, server.guard) as fetcher:

        async def ask_robots(url: str, gate: Slots) -> Page:
            page = await fetcher.page(Request(url), gate)
            assert isinstance(page, Page)
            return page

        manners = kind(Terms(delay=0.05), ask_robots)
        await asyncio.gather(*(fetcher.page(Request(server.url("/")), manners.companion()) for _ in range(2)))


def test_who_asks_for_long_peace_gets_it_and_the_next_run_is_told() -> None:
    paused: list[tuple[str, str]] = []
    busy = Reply(b"", 429, (("retry-after", "3600"),))
    with serving(NO_PRIVATE, a=busy) as server:
        terms = replace(QUICK, paused=lambda host, _, why: paused.append((host, why)))
        first, second = visit(server, ["/a", "/"], terms)
        assert (type(first), type(second)) == (Busy, NotNow)
        assert paused == [("127.0.0.1", "the server answered 429 Said")]
        assert server.paths() == ["/robots.txt", "/a"]


def test_the_next_run_keeps_the_peace() -> None:
    with serving(NO_PRIVATE) as server:
        terms = replace(QUICK, rested=lambda _: datetime.now(UTC) + timedelta(hours=1))
        assert statuses(visit(server, ["/"], terms)) == ["NotNow"]
        assert server.paths() == []


def test_a_clock_that_was_set_back_holds_nobody_up() -> None:
    """The last request of an earlier run seems to come tomorrow, and so does its robots.txt."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with serving(NO_PRIVATE) as server:
        robots = Robots(server.url("/")[:-1], tomorrow + timedelta(days=1), 200, b"User-agent: *\nDisallow: /\n")
        terms = Terms(delay=0.01, last=lambda _: tomorrow, remembered=lambda _: robots)
        assert statuses(visit(server, ["/"], terms)) == [200]
        assert server.paths() == ["/robots.txt", "/"]


def test_a_host_is_asked_so_often_in_a_run_and_no_more() -> None:
    with serving(NO_PRIVATE) as server:
        assert statuses(visit(server, ["/"] * 4, replace(QUICK, budget=3))) == [200, 200, "NotNow", "NotNow"]
