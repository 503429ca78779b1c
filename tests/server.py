"""A real HTTP server on loopback that does as it is told, badly if asked to.

    with Server({"/": Reply(b"<p>hello")}) as server:
        fetch.page(server.url("/"), guard=server.guard)

A reply is bytes and how to send them; a callable gets the number of the request to that
path (from 0) and returns the reply. What was asked is in `server.asked`.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from scraper.guard import Guard


@dataclass(frozen=True)
class Reply:
    """What to answer. `raw` is sent as it stands instead of a well-formed answer."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("content-type", "text/html; charset=utf-8"),)
    length: int | None = None  # a Content-Length other than the true one
    raw: bytes | None = None
    endless: bytes | None = None  # sent again and again after the body
    drip: float = 0.0  # seconds between the bytes of the body
    stall: bool = False  # sends nothing more and keeps the connection
    reset: bool = False  # closes the connection without a word after the body


def redirect(location: str, status: int = 302) -> Reply:
    return Reply(b"moved", status, (("location", location),))


Route = Reply | Callable[[int], Reply]


@dataclass
class Server:
    """Serves `routes` in a thread of its own on 127.0.0.1, or on another loopback address."""

    routes: dict[str, Route]
    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        self._counts: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def url(self, path: str = "/") -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}{path}"

    @property
    def guard(self) -> Guard:
        return Guard.allowing([f"{self.host}:{self.port}"])

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    async def _start(self) -> asyncio.Server:
        self._tasks: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._connected, self.host, self.port, ssl=self.tls)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _stop(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0.01)  # transports close in the next rounds of the loop

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            while await self._served(reader, writer):
                pass
            writer.close()
            await writer.wait_closed()
        except (OSError, asyncio.IncompleteReadError):
            pass
        except asyncio.CancelledError:
            pass  # the test is over
        finally:
            writer.transport.abort()
            await asyncio.sleep(0)

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split(" ")[1]
        self.asked.append(
            (path, {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])})
        )
        route = self.routes.get(path) or self.routes.get(path.partition("?")[0], Reply(b"nothing here", 404))
        reply = route(self._counts[path]) if callable(route) else route
        self._counts[path] += 1
        await self._send(reply, writer)
        return not (reply.reset or reply.raw is not None or reply.endless)

    async def _send(self, reply: Reply, writer: asyncio.StreamWriter) -> None:
        writer.write(reply.raw if reply.raw is not None else _head(reply))
        for at in range(0, len(reply.body), 1 if reply.drip else 1 << 16):
            writer.write(reply.body[at : at + (1 if reply.drip else 1 << 16)])
            await writer.drain()
            await asyncio.sleep(reply.drip)
        while reply.endless:
            writer.write(reply.endless)
            await writer.drain()
        if reply.stall:
            await asyncio.sleep(3600)
        if reply.reset:
            writer.transport.abort()
        await writer.drain()


def _head(reply: Reply) -> bytes:
    length = len(reply.body) if reply.length is None else reply.length
    unsized = reply.endless is not None
    lines = [f"HTTP/1.1 {reply.status} Said", *(f"{name}: {value}" for name, value in reply.headers)]
    lines += [] if unsized or reply.status == 304 else [f"content-length: {length}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
