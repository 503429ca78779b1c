"""A small press on loopback: publishers with a home page, a feed, a sitemap and articles that can be edited.

    with Press(hosts=2) as press:
        press.publish(0, "harbour", "Harbour budget passes", sentences)

Each publisher has an address of its own (127.0.0.1, 127.0.0.2 …), so each is a host. Pages
have an ETag and know 304. What was asked is in `press.asked`, with the second it came in.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Self

_WORDS = (
    "harbour council budget ferry bridge school night vote mayor winter road library museum lamp tower storm market"
    " plan cost million year street village river station engine glass garden letter morning evening answer"
).split()


def sentences(seed: int, paragraphs: int = 6) -> list[str]:
    """Paragraphs of an article that no other seed has, with names of their own: it is no other's copy."""
    chance = random.Random(seed)
    names = ["".join(map(chance.choice, ("bdfgklmnprst", "aeiou") * 3)).title() for _ in range(40)]
    return [
        " ".join(
            f"The {chance.choice(_WORDS)} of {chance.choice(names)} said that {chance.randrange(2, 90)} of the"
            f" {chance.choice(_WORDS)} in {chance.choice(names)} would {chance.choice(['open', 'close', 'change', 'stay'])}"
            f" before the {chance.choice(_WORDS)} came back to {chance.choice(names)}."
            for _ in range(3)
        )
        for _ in range(paragraphs)
    ]


@dataclass
class Story:
    """One article as it stands on its site."""

    name: str
    headline: str
    paragraphs: list[str]
    at: datetime
    page: bytes | None = None


@dataclass
class Press:
    """So many publishers, served in a thread until the block ends."""

    hosts: int = 1
    port: int = 0
    robots: str = "User-agent: *\nDisallow: /private/\n"
    stories: list[dict[str, Story]] = field(default_factory=list)
    asked: list[tuple[float, str, str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stories = self.stories or [{} for _ in range(self.hosts)]

    def publish(self, host: int, name: str, headline: str, paragraphs: list[str]) -> None:
        """A new article, or a new wording of it."""
        self.stories[host][name] = Story(name, headline, paragraphs, datetime.now(UTC))

    def place(self, host: int, name: str, page: bytes) -> None:
        """A new article, or a new wording of it, on a page that is given whole."""
        self.stories[host][name] = Story(name, name, [], datetime.now(UTC), page)

    def withdraw(self, host: int, name: str) -> None:
        del self.stories[host][name]

    def fill(self, each: int, paragraphs: int = 6) -> Self:
        """So many articles for every publisher."""
        for host in range(self.hosts):
            for number in range(each):
                seed = host * 10_000 + number
                self.publish(host, f"story-{number}", f"Report {seed} from the harbour", sentences(seed, paragraphs))
        return self

    def home(self, host: int) -> str:
        return f"http://{_address(host)}:{self.port}/"

    @property
    def networks(self) -> list[str]:
        return [f"127.0.0.0/16:{self.port}"]

    def config(self) -> str:
        """A `sources.toml` with every publisher."""
        sources = "".join(f'\n[[source]]\nhome = "{self.home(host)}"\n' for host in range(self.hosts))
        return f'allow_address = ["{self.networks[0]}"]\n{sources}'

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._servers = []
        for host in range(self.hosts):
            server = await asyncio.start_server(self._connected(host), _address(host), self.port)
            self.port = server.sockets[0].getsockname()[1]
            self._servers.append(server)

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0.01)

    def _connected(self, host: int):  # type: ignore[no-untyped-def]  # asyncio's callback
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            if task is not None:
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            try:
                while True:
                    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                    writer.write(self._answer(host, head))
                    await writer.drain()
            except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                writer.transport.abort()

        return connected

    def _answer(self, host: int, head: str) -> bytes:
        path = head.split(" ", 2)[1]
        found = self._page(host, path)
        status, (body, kind) = (200, found) if found else (404, (b"nothing here", "text/plain"))
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if status == 200 and f"if-none-match: {tag}" in head.lower():
            status, body = 304, b""
        self.asked.append((time.monotonic(), _address(host), path, status))
        lines = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nETag: {tag}\r\n\r\n"
        return lines.encode() + body

    def _page(self, host: int, path: str) -> tuple[bytes, str] | None:
        fixed = {"/robots.txt": self._robots, "/": self._home, "/feed.xml": self._feed, "/sitemap.xml": self._sitemap}
        if path in fixed:
            return fixed[path](host)
        story = self.stories[host].get(path.removeprefix("/news/").removesuffix(".html"))
        if story is None:
            return None
        return (_article(story), "text/html; charset=utf-8") if story.page is None else (story.page, "text/html")

    def _robots(self, host: int) -> tuple[bytes, str]:
        return f"{self.robots}Sitemap: {self.home(host)}sitemap.xml\n".encode(), "text/plain"

    def _home(self, host: int) -> tuple[bytes, str]:
        links = "".join(
            f'<article><h2><a href="{_path(story)}">{story.headline}</a></h2></article>'
            for story in list(self.stories[host].values())[-30:]
        )
        feed = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
        return f"<html><head><title>Home</title>{feed}</head><body>{links}</body></html>".encode(), "text/html"

    def _feed(self, host: int) -> tuple[bytes, str]:
        items = "".join(
            f"<item><title>{story.headline}</title><link>{self.home(host)[:-1]}{_path(story)}</link>"
            f"<pubDate>{format_datetime(story.at)}</pubDate></item>"
            for story in list(self.stories[host].values())[-30:]
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode(), "text/xml"

    def _sitemap(self, host: int) -> tuple[bytes, str]:
        rows = "".join(
            f"<url><loc>{self.home(host)[:-1]}{_path(story)}</loc><lastmod>{story.at.isoformat()}</lastmod></url>"
            for story in self.stories[host].values()
        )
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'<?xml version="1.0"?><urlset xmlns="{space}">{rows}</urlset>'.encode(), "text/xml"


def _address(host: int) -> str:
    return f"127.0.{host // 250}.{host % 250 + 1}"


def _path(story: Story) -> str:
    return f"/news/{story.name}.html"


def _article(story: Story) -> bytes:
    text = "".join(f"<p>{each}</p>" for each in story.paragraphs)
    menu = "<nav><ul><li><a href='/'>Home</a><li><a href='/sport'>Sport</a></ul></nav>"
    return (
        f"<html lang=en><head><title>{story.headline} | Lund Courier</title></head><body>{menu}<main><article>"
        f"<h1>{story.headline}</h1><p class=byline>By Kim Berg</p>{text}</article></main></body></html>"
    ).encode()
