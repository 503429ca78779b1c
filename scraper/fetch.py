"""Request → Page: the only module that knows httpx, and the only one that opens a connection.

`page` and `pages` are plain calls, `Fetcher` is the async core under them. One transport
for each host behind a router, all sharing one SSLContext: a single client for all hosts is
quadratic in open connections (13 ms a page at 200 hosts), a client for each request costs
24 ms. Proxies from the environment are not used: behind one the guard would be blind.
"""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import ssl
import sys
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from html import unescape
from importlib.metadata import version
from types import ModuleType, TracebackType
from typing import Any, Protocol, Self

import httpcore
import httpx
import stamina

from scraper import coding, urls
from scraper.errors import Busy, FetchError, Gone, Refused, Silent, Unreachable, Unusable
from scraper.guard import Guard
from scraper.models import Headers, Hop, Page, Request, Unchanged

logging.getLogger("stamina").addHandler(logging.NullHandler())  # a retry is no news for stderr

Answer = Page | Unchanged


class Turn(Protocol):
    """Leave to send one request, and the wish to hear of it."""

    def heard(self) -> None:
        """The host has heard us, as far as we know: the head of the request is written, or the answer begins."""

    def leave(self, error: BaseException | None) -> None:
        """The answer is here, or the reason why there is none."""


class Gate(Protocol):
    """Asked before each request leaves, also for a redirect's target and for a second attempt."""

    async def enter(self, url: str) -> Turn:
        """Comes back when it is this address's turn. Raises `Refused` or `NotNow` when it may not be asked."""

    def conditions(self, url: str) -> Headers:
        """The validators of what is known of an address that a redirect leads to."""


class _Open:
    """The gate that stands open, for a person who asks for single pages."""

    async def enter(self, url: str) -> Self:  # noqa: ARG002
        return self

    def conditions(self, url: str) -> Headers:  # noqa: ARG002
        return ()

    def heard(self) -> None: ...

    def leave(self, error: BaseException | None) -> None: ...


OPEN: Gate = _Open()

CONDITIONAL = ("If-None-Match", "If-Modified-Since")
"""The headers that ask whether one address changed; they say nothing of another one."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and manners of a fetcher. Times in seconds, sizes in bytes.

    With `cut` of a body that is larger than `max_bytes` that much is taken, else none of it.
    """

    contact: str | None = None
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    page_timeout: float = 60.0
    max_bytes: int = 10_000_000
    cut: bool = False
    max_redirects: int = 10
    attempts: int = 3
    first_wait: float = 0.5
    longest_wait: float = 20.0
    max_hosts: int = 256

    @property
    def user_agent(self) -> str:
        """Names the tool, and whom to write to when it misbehaves."""
        return f"news-scraper/{_version()}" + (f" (+{self.contact})" if self.contact else "")


ROBOTS = Settings(attempts=1, max_redirects=5, max_bytes=1_000_000, cut=True)
"""RFC 9309: at least five redirects are followed and 500 KiB read; rules behind that do not undo those before."""


@cache
def _version() -> str:
    return version("news-scraper")


def authorities(now: datetime) -> int:
    """How many certificate authorities are trusted whose own certificate is still good. Raises `OSError` for a file of
    them that cannot be read."""
    found = httpx.create_ssl_context(trust_env=True).get_ca_certs()
    return sum(ssl.cert_time_to_seconds(str(each["notAfter"])) > now.timestamp() for each in found)


def page(request: Request | str, *, settings: Settings | None = None, guard: Guard | None = None) -> Page:
    """The page at an address. Raises the `FetchError` tree within `page_timeout` seconds."""
    for _, answer in pages([request], settings=settings, guard=guard):
        if isinstance(answer, FetchError):
            raise answer
        if isinstance(answer, Unchanged):
            raise Unusable("the server says nothing changed, though nobody asked that", url=answer.url)
        return answer
    raise AssertionError


def pages(
    requests: Iterable[Request | str],
    *,
    settings: Settings | None = None,
    guard: Guard | None = None,
    at_once: int = 32,
) -> Iterator[tuple[Request, Answer | FetchError]]:
    """Each request with its answer or the reason why there is none, as they finish.

    `at_once` hosts are asked at the same time, each host for one page after the other.
    A failure is a value here: it never stops the others.
    """
    wanted = [Request(each) if isinstance(each, str) else each for each in requests]
    with asyncio.Runner() as runner:
        batch = _Batch(wanted, settings or Settings(), guard or Guard(), at_once)
        runner.run(batch.start())
        try:
            for _ in wanted:
                yield runner.run(batch.done.get())
        finally:
            runner.run(batch.stop())


class Fetcher:
    """The async core: `async with Fetcher() as fetcher: page = await fetcher.page(request)`."""

    def __init__(self, settings: Settings | None = None, guard: Guard | None = None) -> None:
        self.settings = settings or Settings()
        self._router = _Router(self.settings, guard or Guard())

    def sharing(self, settings: Settings) -> Fetcher:
        """A fetcher with other limits on the same connections."""
        other = Fetcher(settings)
        other._router = self._router
        return other

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._router.close()

    async def page(self, request: Request, gate: Gate = OPEN) -> Answer:
        """The page, redirects and meta refreshes followed, or `Unchanged` for a 304.

        Raises `Unreachable`, `Busy`, `Refused`, `Gone` or `Unusable`, always with the
        address asked for, at the latest after `page_timeout` seconds, waiting at the gate not counted.
        """
        try:
            async with asyncio.timeout(self.settings.page_timeout) as limit:
                return await self._followed(request, _Patient(gate, limit))
        except TimeoutError:
            raise Silent(f"no whole page within {self.settings.page_timeout:g} s", url=request.url) from None
        except FetchError as error:
            error.url = request.url
            raise

    async def _followed(self, request: Request, gate: Gate) -> Answer:
        hops: list[Hop] = []
        seen: set[str] = set()
        cookies = httpx.Cookies()
        url, headers = urls.absolute(request.url), request.headers
        while True:
            if len(hops) > self.settings.max_redirects:
                raise Unusable(f"more than {self.settings.max_redirects} redirects")
            if (key := url + str(sorted(cookies.items()))) in seen:
                raise Unusable(f"a redirect loop at {url}")
            seen.add(key)
            asked = httpx.Request("GET", url, headers=_encoded((*self._headers(), *headers)))
            cookies.set_cookie_header(asked)
            answer = await self._answered(asked, gate)
            if answer.location is None:
                return _answer(url, answer, tuple(hops))
            cookies.extract_cookies(answer.response)
            hops.append(Hop(url, answer.response.status_code))
            url = _target(url, answer.location)
            headers = (*(each for each in request.headers if each[0] not in CONDITIONAL), *gate.conditions(url))

    def _headers(self) -> list[tuple[str, str]]:
        return [
            ("User-Agent", self.settings.user_agent),
            ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
            ("Accept-Encoding", coding.ACCEPTED),
            ("Accept-Language", "*"),
        ]

    async def _answered(self, asked: httpx.Request, gate: Gate) -> _Answered:
        """One answer, transport faults and busy servers tried again with growing, jittered waits."""
        settings = self.settings
        if settings.attempts == 1:  # a crawl's queue tries again by itself
            return await self._once(asked, gate)
        attempts = stamina.retry_context(
            on=self._wait,
            attempts=settings.attempts,
            timeout=None,
            wait_initial=settings.first_wait,
            wait_max=settings.longest_wait,
            wait_jitter=settings.first_wait,
        )
        async for attempt in attempts:
            with attempt:
                return await self._once(asked, gate)
        raise AssertionError

    def _wait(self, error: Exception) -> bool | float:
        """Whether to ask again, or after how many seconds: what Retry-After says, if it is not too long."""
        if isinstance(error, Busy) and error.after is not None:
            return error.after if error.after <= self.settings.longest_wait else False
        return isinstance(error, FetchError) and error.retry

    async def _once(self, asked: httpx.Request, gate: Gate) -> _Answered:
        turn = await gate.enter(str(asked.url))
        failed: BaseException | None = None
        try:
            with _translated():
                async with self._router.answer(asked, turn) as response:
                    _raise_for(response)
                    body = await self._body(response)
        except BaseException as error:
            failed = error
            raise
        finally:
            turn.leave(failed)
        location = _redirect(response) or _meta_refresh(response, body, str(asked.url))
        return _Answered(response, body, location, datetime.now(UTC))

    async def _body(self, response: httpx.Response) -> bytes:
        chain = coding.decoders(response.headers.get("content-encoding"))
        parts: list[bytes] = []
        size = 0
        async for chunk in response.aiter_raw():
            for part in coding.decoded(chunk, chain):
                size += len(part)
                parts.append(part)
                if size > self.settings.max_bytes and self.settings.cut:
                    return b"".join(parts)[: self.settings.max_bytes]
                if size > self.settings.max_bytes:
                    raise Unusable(f"larger than {self.settings.max_bytes:,} bytes")
        for each in chain:
            each.finish()
        return b"".join(parts)


def _encoded(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Header pairs as bytes, Latin-1 as they came: an ETag goes back as it was, in whatever letters."""
    return [(name.encode("ascii", "replace"), value.encode("latin-1", "replace")) for name, value in headers]


class _Patient:
    """A gate at which the clock of the page stands still."""

    def __init__(self, gate: Gate, limit: asyncio.Timeout) -> None:
        self._gate = gate
        self._limit = limit

    def conditions(self, url: str) -> Headers:
        return self._gate.conditions(url)

    async def enter(self, url: str) -> Turn:
        clock = asyncio.get_running_loop().time
        left = (self._limit.when() or clock()) - clock()
        self._limit.reschedule(None)
        try:
            return await self._gate.enter(url)
        finally:
            self._limit.reschedule(clock() + left)


@dataclass(frozen=True, slots=True)
class _Answered:
    response: httpx.Response
    body: bytes
    location: str | None
    at: datetime


class _Batch:
    """The tasks behind `pages`: a queue of hosts, and a queue of what is done."""

    def __init__(self, wanted: list[Request], settings: Settings, guard: Guard, at_once: int) -> None:
        self.done: asyncio.Queue[tuple[Request, Answer | FetchError]] = asyncio.Queue()
        self._fetcher = Fetcher(settings, guard)
        self._hosts = iter(_by_host(wanted))
        self._at_once = at_once
        self._workers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._workers = [asyncio.create_task(self._work()) for _ in range(self._at_once)]

    async def stop(self) -> None:
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        await self._fetcher.__aexit__(None, None, None)

    async def _work(self) -> None:
        for requests in self._hosts:
            for request in requests:
                try:
                    answer: Answer | FetchError = await self._fetcher.page(request)
                except FetchError as error:
                    answer = error
                self.done.put_nowait((request, answer))


def _by_host(wanted: list[Request]) -> list[list[Request]]:
    hosts: dict[str, list[Request]] = {}
    for request in wanted:
        try:
            host = urls.host(request.url)
        except Unusable:
            host = ""
        hosts.setdefault(host, []).append(request)
    return list(hosts.values())


# --- connections --------------------------------------------------------------


class _Router:
    """One transport for each host, the longest unused closed when there are too many."""

    def __init__(self, settings: Settings, guard: Guard) -> None:
        self._settings = settings
        self._backend = _GuardedBackend(guard)
        self._tls: ssl.SSLContext | None = None
        self._hosts: OrderedDict[tuple[str, str, int | None], _Host] = OrderedDict()

    @asynccontextmanager
    async def answer(self, asked: httpx.Request, turn: Turn) -> AsyncIterator[httpx.Response]:
        host = await self._host(asked.url)
        host.in_use += 1
        asked.extensions = {"timeout": self._timeout()} | ({} if isinstance(turn, _Open) else {"trace": _heard(turn)})
        try:
            response = await host.handle_async_request(asked)
            response.request = asked
            try:
                yield response
            finally:
                await response.aclose()
        finally:
            host.in_use -= 1

    async def close(self) -> None:
        for host in self._hosts.values():
            await host.aclose()
        self._hosts.clear()

    async def _host(self, url: httpx.URL) -> _Host:
        key = (url.scheme, url.host, url.port)
        if key not in self._hosts:
            self._hosts[key] = _Host(self._backend, self._context(url.scheme))
            await self._close_unused()
        self._hosts.move_to_end(key)
        return self._hosts[key]

    async def _close_unused(self) -> None:
        spare = len(self._hosts) - self._settings.max_hosts
        for key in [key for key, host in self._hosts.items() if not host.in_use][: max(spare, 0)]:
            await self._hosts.pop(key).aclose()

    def _context(self, scheme: str) -> ssl.SSLContext:
        """The one SSLContext: making it costs 20 ms, so plain http does not pay for it."""
        if scheme == "http":
            return _NO_TLS
        self._tls = self._tls or httpx.create_ssl_context(trust_env=True)
        return self._tls

    def _timeout(self) -> dict[str, float | None]:
        settings = self._settings
        return {
            "connect": settings.connect_timeout,
            "read": settings.read_timeout,
            "write": settings.read_timeout,
            "pool": None,
        }


def _heard(turn: Turn) -> Callable[[str, object], Coroutine[Any, Any, None]]:
    """Tells the turn when the host has heard us, by which it counts: not before the request was sent, and at the latest
    when the answer begins. A busy host hears late, and the next request would come too soon after that."""

    async def trace(event: str, _: object) -> None:
        if event in _HEARD:
            turn.heard()

    return trace


_HEARD = ("http11.send_request_headers.complete", "http11.receive_response_headers.complete")
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class _Host(httpx.AsyncHTTPTransport):
    """The connections to one host: httpx's transport on a pool that asks the guard."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend, tls: ssl.SSLContext) -> None:
        # Not super().__init__: it would make a pool without the guard. `_pool` is all that
        # the rest of the class uses in httpx 0.28, which pyproject.toml holds it to.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls, max_connections=4, keepalive_expiry=15.0, network_backend=backend
        )
        self.in_use = 0


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to addresses the guard lets through, and to the very address it was shown."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        async with asyncio.timeout(timeout):
            addresses = self._guard.check(host, await _resolved(host, port), port)
        for address in addresses[:-1]:
            try:
                return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._backend.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


async def _resolved(host: str, port: int) -> list[str]:
    """The addresses of a name, in the resolver's order."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"no such host: {host}") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


# --- what an answer means -----------------------------------------------------

_MAY_NOT = frozenset((401, 402, 403, 407, 451))
_GONE = frozenset((404, 410))
_LATER = frozenset((408, 425, 429))
_MOVED = frozenset((301, 302, 303, 307, 308))
_LONGEST_RETRY_AFTER = 24 * 3600.0


def _raise_for(response: httpx.Response) -> None:
    """The error an HTTP status means; nothing for answers that carry or point to a page."""
    status = response.status_code
    said = f"the server answered {status} {response.reason_phrase}".rstrip()
    if status in _GONE:
        raise Gone(said, status=status)
    if status in _LATER or status >= 500:
        raise Busy(said, status=status, after=_after(response))
    if status in _MAY_NOT or 400 <= status < 500:
        raise Refused(said, status=status)
    if 300 <= status < 400 and status not in _MOVED and status != 304:
        raise Unusable(said)
    if status in _MOVED and not response.headers.get("location"):
        raise Unusable(f"{said} without saying where to")


def _after(response: httpx.Response) -> float | None:
    return _retry_after(response.headers.get("retry-after"), response.headers.get("date"))


def _retry_after(text: str | None, date: str | None = None) -> float | None:
    """Seconds from now, of a Retry-After in seconds or as a date; None for none or nonsense.

    A date is the server's, and so is `date`, its clock; of several waits the longest counts.
    """
    if text is None:
        return None
    if at := _date(text):
        wait = (at - (_date(date or "") or datetime.now(UTC))).total_seconds()
        return min(max(wait, 0.0), _LONGEST_RETRY_AFTER)
    waits = [match for each in text.split(",") if (match := _SECONDS.fullmatch(each))]
    return max((min(float(match[1]), _LONGEST_RETRY_AFTER) for match in waits), default=None)


_SECONDS = re.compile(r"\s*(\d{1,20}(?:\.\d+)?)\s*(?:s|sec|seconds)?\s*", re.ASCII)


def _date(text: str) -> datetime | None:
    """The moment an HTTP header names, or None."""
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _answer(url: str, answer: _Answered, hops: tuple[Hop, ...]) -> Answer:
    headers: Headers = tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in answer.response.headers.raw
    )
    if answer.response.status_code == 304:
        return Unchanged(url, headers, answer.at, hops)
    return Page(url, answer.body, answer.response.status_code, headers, answer.at, hops)


def _redirect(response: httpx.Response) -> str | None:
    return response.headers.get("location") if response.status_code in _MOVED else None


def _target(url: str, location: str) -> str:
    """Where a redirect leads. Raises `Refused` for anything but http and https."""
    location = unescape(location) if "&amp;" in location else location
    target = urls.join(url, location)
    if target is None:
        raise Refused(f"redirects to {location[:100]!r}, which is no http address")
    return target


_HEAD = 1 << 16
_HIDDEN = re.compile(rb"<!--.*?-->|<(script|style|noscript|template)\b.*?</\1", re.DOTALL | re.IGNORECASE)
_META = re.compile(rb"<meta\s[^>]{0,200}http-equiv\s*=\s*[\"']?refresh[^>]{0,2000}>", re.IGNORECASE)
_CONTENT = re.compile(
    rb"content\s*=\s*(?:\"\s*(\d+)[.\d]*\s*[;,]\s*(?:url\s*=\s*)?'?([^\"']+)|'\s*(\d+)[.\d]*\s*[;,]\s*(?:url\s*=\s*)?\"?([^'\"]+))",
    re.IGNORECASE,
)
_SOON = 5
"""Seconds. A page that refreshes later is there to be read first; most of those reload themselves."""


def _meta_refresh(response: httpx.Response, body: bytes, url: str) -> str | None:
    """Where a page that is only a signpost points to, or None."""
    head = body[:_HEAD]
    if not _META.search(head) or "html" not in response.headers.get("content-type", "html"):
        return None
    meta = _META.search(_HIDDEN.sub(b"", head))
    content = _CONTENT.search(meta[0]) if meta else None
    if not content or int(content[1] or content[3]) > _SOON:
        return None
    target = unescape((content[2] or content[4]).decode("utf-8", "replace")).strip()
    leads = urls.join(url, target)
    return None if leads is not None and urls.clean(leads) == urls.clean(url) else target


# --- foreign errors -----------------------------------------------------------

# First match counts, so the narrower stand first. Every class httpx exports is here or below one.
TRANSLATIONS: tuple[tuple[type[Exception], Callable[[Exception], FetchError]], ...] = (
    (httpx.ConnectTimeout, lambda _: Unreachable("no connection in time")),
    (httpx.TimeoutException, lambda _: Silent("the server stopped answering")),
    (httpx.ConnectError, lambda error: Unreachable(_why(error, "no connection"))),
    (httpx.UnsupportedProtocol, lambda error: Refused(_why(error, "not http"))),
    (httpx.LocalProtocolError, lambda error: Unusable(_why(error, "a request that HTTP does not allow"))),
    (httpx.TransportError, lambda error: Unreachable(_why(error, "the connection broke"))),
    (httpx.DecodingError, lambda error: Unusable(_why(error, "the body does not decode"))),
    (httpx.TooManyRedirects, lambda error: Unusable(_why(error, "too many redirects"))),
    (httpx.HTTPStatusError, lambda error: Unusable(_why(error, "an error status"))),
    (httpx.HTTPError, lambda error: Unreachable(_why(error, "the request failed"))),
    (httpx.InvalidURL, lambda error: Unusable(_why(error, "not a URL"))),
    (httpx.CookieConflict, lambda error: Unusable(_why(error, "cookies that contradict each other"))),
    (httpx.StreamError, lambda error: Unreachable(_why(error, "the body could not be read"))),
    (OSError, lambda error: Unreachable(_why(error, "the connection broke"))),
)


class _translated:  # noqa: N801  reads as a word at the `with`
    """Foreign errors become ours at this border and nowhere else."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, FetchError):
            ours = translation(error)
            if ours is not None:
                raise ours from error


def translation(error: Exception) -> FetchError | None:
    """What a foreign error is called here, or None for one that is a bug."""
    return next((make(error) for kind, make in TRANSLATIONS if isinstance(error, kind)), None)


def _why(error: Exception, what: str) -> str:
    """One line: TLS and system errors say best themselves what happened."""
    text = " ".join(str(error).split())
    if "CERTIFICATE" in text or "SSL" in text or "TLS" in text:
        return f"TLS failed: {text}"
    return f"{what}: {text}" if text else what


class _Callable(ModuleType):
    """`scraper.fetch(url)` is the public call, and this module has the name: so the module answers calls."""

    __call__ = staticmethod(page)


sys.modules[__name__].__class__ = _Callable
