"""The way of a page, in one loop: sources are looked at, what they link to is fetched, kept, read and archived.

`run` is the whole of it. A task for each source drives its discovery, a task for each host
asks for one page after the other, and each page goes its own way from there: on disk
first, then through an extraction process, then into the archive by the one writer. Room
for so many pages on the way is all the back-pressure there is.
"""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from scraper import hosts, looking, receipts, reserved, runs, schema, settle, sql, urls, visits
from scraper.archive import Archive
from scraper.errors import Busy, ExtractError, FetchError, Gone, NotNow, Refused, Unusable
from scraper.extract import VERSION
from scraper.fetch import CONDITIONAL, ROBOTS, Answer, Fetcher, Settings
from scraper.guard import Guard
from scraper.listing import Listing
from scraper.looking import Flow, Look
from scraper.manners import Companion, Manners, Slots, Terms
from scraper.models import Article, Found, Headers, Link, Page, Request, Source, Unchanged, Visit
from scraper.receipts import Receipt
from scraper.runs import Tally
from scraper.settle import Settled
from scraper.visits import Wanted
from scraper.workers import Pool
from scraper.writer import Writer

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds a host's task waits for a second attempt to fall due; what comes later is left to the next run."""

ON_THE_WAY = 200
"""Pages between the wire and the archive: enough to keep every extraction process busy, and 20 MB of usual pages."""

AT_ONCE = 512
"""Sources looked at and hosts asked at the same time."""

LARGE = 200_000
"""Bytes of a feed or sitemap from which it is read beside the loop, not in it."""

GIVE_UP = 3
"""Visits that may be put off by a host, one after the other, before its task ends for this run."""


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked to do. Times in seconds; `everything` makes all that is known due.

    With `listing` no source is looked at, and only what is on the list is asked for.
    """

    wanted: Wanted = EVERYTHING
    limit: int | None = None
    everything: bool = False
    time_budget: float | None = None
    delay: float = 1.0
    budget: int | None = None
    workers: int | None = None
    honoured: frozenset[str] = frozenset()
    listing: Listing | None = None

    @property
    def about(self) -> Wanted:
        """The visits it is about."""
        listed = self.listing is not None
        return replace(self.wanted, listed=listed, crawled=not listed)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, for who watches: a word, whose it was, where, and what was said of it."""

    what: str
    source: str | None = None
    url: str | None = None
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Web:
    """How the network is asked."""

    settings: Settings = field(default_factory=Settings)
    guard: Guard = field(default_factory=Guard)


Watch = Callable[[Event, Tally], None]


def run(
    archive: Path,
    sources: Iterable[Source],
    options: Options = Options(),
    web: Web | None = None,
    watch: Watch | None = None,
) -> Tally:
    """One crawl, to its end or until SIGINT or SIGTERM; gives what it did.

    Raises `Running` when another run holds the archive, `ArchiveError` when it cannot be
    written any more: what was written until then is whole.
    """
    with runs.lock(archive):
        return asyncio.run(_crawled(archive, list(sources), options, web or Web(), watch or (lambda *_: None)))


def due(
    archive: Path, sources: Iterable[Source], now: datetime, options: Options = Options()
) -> Iterator[dict[str, Any]]:
    """What a run would do now, a row for each source: feeds and the like to look at, articles to ask for.

    The last row, without a source, are articles that came from elsewhere, if some are due.
    """
    counts: dict[str | None, tuple[int, int]] = {}
    seen: set[str] = set()
    if archive.is_file():
        with closing(schema.reader(archive)) as reader:
            counts = visits.counted(reader, None if options.everything else now, options.wanted)
            seen = visits.looked_at(reader)
    for source in sources:
        if options.wanted.source in (None, source.name):
            looks, articles = counts.get(source.name, (0, 0))
            yield {"source": source.name, "looks": looks if source.name in seen else 1, "articles": articles}
    if counts.get(None, (0, 0))[1]:
        yield {"source": None, "looks": 0, "articles": counts[None][1]}


async def _crawled(archive: Path, sources: list[Source], options: Options, web: Web, watch: Watch) -> Tally:
    writer = Writer(archive)
    await writer.start()
    reader = schema.reader(archive)
    try:
        async with Fetcher(replace(web.settings, attempts=1), web.guard) as fetcher, Pool(options.workers) as pool:
            return await Crawl(_Tools(writer, reader, fetcher, pool), options, watch).run(sources)
    finally:
        reader.close()
        await writer.stop()


@dataclass(frozen=True, slots=True)
class _Tools:
    """What a run works with."""

    writer: Writer
    reader: sqlite3.Connection
    fetcher: Fetcher
    pool: Pool


class Crawl:
    """One run at work."""

    def __init__(self, tools: _Tools, options: Options, watch: Watch) -> None:
        self.tally = Tally()
        self._tools = tools
        self._options = options
        self._watch = watch
        self._robots = tools.fetcher.sharing(replace(ROBOTS, contact=tools.fetcher.settings.contact))
        self._manners = Manners(self._terms(), self._ask_robots)
        self._sources: dict[str, Source] = {}
        self._tasks = asyncio.TaskGroup()
        self._mining: dict[str, asyncio.Task[bytes]] = {}
        self._hosts: set[str] = set()
        self._woken: set[str] = set()
        self._cut_short: set[str] = set()
        self._room = asyncio.Semaphore(ON_THE_WAY)
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._large = asyncio.Semaphore(2)
        self._over = asyncio.Event()
        self._left = options.limit
        self._run = 0

    def _terms(self) -> Terms:
        reader = self._tools.reader
        return Terms(
            delay=self._options.delay,
            budget=self._options.budget,
            remembered=lambda origin: hosts.robots(reader, origin),
            rested=lambda host: hosts.rested(reader, host),
            known=lambda url: _validators(visits.article(reader, urls.clean(url))),
            last=lambda host: hosts.last(reader, host),
            learned=lambda robots: self._note(lambda db: hosts.remember(db, robots)),
            paused=lambda host, until, why: self._note(lambda db: hosts.rest(db, host, until, why)),
        )

    async def run(self, sources: list[Source]) -> Tally:
        """Everything that is due, then home."""
        self._sources = {source.name: source for source in sources}
        self._run = await self._write(lambda db: runs.begin(db, self._asked(), datetime.now(UTC)))
        status = "failed"
        try:
            with self._stoppable():
                await self._work(sources)
            status = "stopped" if self._over.is_set() else "done"
        except BaseExceptionGroup as group:
            raise _first(group) from group
        finally:
            if self._tools.writer.failed is None:
                await self._write(lambda db: runs.end(db, self._run, status, self.tally, datetime.now(UTC)))
        return self.tally

    async def _work(self, sources: list[Source]) -> None:
        async with self._tasks:
            for unread in await self._write(self._begun):
                self._tasks.create_task(self._take_up(unread))
            looks = [each for each in sources if self._is_looked_at(each)]
            for source in looks:
                self._tasks.create_task(self._look(source))
            # a host whose source is looked at waits for that: a feed may know which articles changed
            waiting = {urls.host(source.home) for source in looks}
            due = await self._write(lambda db: visits.due_hosts(db, datetime.now(UTC), self._options.about))
            for host in set(due) - waiting:
                self._wake(host)

    def _is_looked_at(self, source: Source) -> bool:
        return self._options.listing is None and self._options.wanted.source in (None, source.name)

    def _begun(self, db: sqlite3.Connection) -> list[visits.Unread]:
        """What a run that was killed left: leases end, kept pages are read."""
        visits.release(db, self._run)
        visits.set_right(db, datetime.now(UTC))
        visits.put_in_charge(db, {source.name: urls.absolute(source.home) for source in self._sources.values()})
        for source, links in (self._options.listing.seen if self._options.listing else {}).items():
            visits.put_on_list(db, source, links, datetime.now(UTC))
        if self._options.everything:
            visits.all_due(db, datetime.now(UTC), self._options.about)
        return list(visits.unread(db))

    def stop(self) -> None:
        """No more requests; what is on its way is finished."""
        self._over.set()
        self._manners.close()

    @contextmanager
    def _stoppable(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM) if threading.current_thread() is threading.main_thread() else ()
        for each in signals:
            loop.add_signal_handler(each, self.stop)
        timer = loop.call_later(self._options.time_budget, self.stop) if self._options.time_budget else None
        try:
            yield
        finally:
            if timer:
                timer.cancel()
            for each in signals:
                loop.remove_signal_handler(each)

    # --- sources --------------------------------------------------------------

    async def _look(self, source: Source) -> None:
        """One source's discovery: its flow asks, we answer, its links go into the queue."""
        async with self._at_once:
            await self._looked(source)
        self._wake(urls.host(source.home))

    async def _looked(self, source: Source) -> None:
        if self._over.is_set():
            return
        known = await self._write(lambda db: visits.endpoints(db, source.name))
        look = Look(source, known, self._is_known)
        if not self._options.everything and not look.is_due(datetime.now(UTC)):
            return
        self.tally.sources += 1
        found = await self._driven(look)
        await self._found(look, found)

    async def _driven(self, look: Look) -> Found:
        flow = look.flow(datetime.now(UTC))
        asked: Request | Found = next(flow)
        while isinstance(asked, Request):
            asked = await self._told(look, flow, await self._endpoint(look, asked))
        return asked

    async def _told(self, look: Look, flow: Flow, answer: Answer | FetchError) -> Request | Found:
        """What a flow says to an answer. Large ones are read beside the loop, two at a time: one more is written."""
        if not isinstance(answer, Page) or len(answer.body) <= LARGE:
            asked = _sent(flow, answer)
            await self._take_in(look, look.links())
            return asked
        packed = await asyncio.to_thread(zlib.compress, answer.body, 1)  # hundreds may wait: sitemaps shrink to a tenth
        answer = replace(answer, body=b"")
        async with self._large:
            asked = await asyncio.to_thread(lambda: _sent(flow, replace(answer, body=zlib.decompress(packed))))
            await self._take_in(look, look.links())
        return asked

    async def _endpoint(self, look: Look, request: Request) -> Answer | FetchError:
        """The answer to a flow's request: from the network if it is due, else that nothing changed."""
        now = datetime.now(UTC)
        if urlsplit(request.url).path == "/robots.txt":
            return await self._robots_known(request.url)
        visit = look.visit(request.url, now)
        if not self._options.everything and (visit.due is None or visit.due > now):
            return Unchanged(request.url, (), now)
        companion = self._manners.companion(look.source.delay)
        asked = replace(request, headers=(*request.headers, *conditional(visit)))
        answer = await self._fetched(asked, companion)
        look.heard(visit, answer)
        if not isinstance(answer, NotNow):
            receipt = replace(self._receipt(asked, visit, companion, answer), page=None)  # read, not archived
            self._note(lambda db: receipts.write(db, receipt))
        self._say("looked", look.source.name, request.url, str(answer) if isinstance(answer, FetchError) else None)
        return answer

    async def _robots_known(self, url: str) -> Answer | FetchError:
        """robots.txt as the gate knows it: nobody needs to ask twice."""
        try:
            known = (await self._manners.rules(url)).known
        except FetchError as error:
            return error
        if known.failed:
            return Busy("robots.txt failed", url=url, status=known.status)
        return Page(url, known.body, known.status or 200, (), known.at)

    def _is_known(self, url: str) -> bool:
        return self._tools.reader.execute("select 1 from visits where url = ?", (url,)).fetchone() is not None

    async def _take_in(self, look: Look, links: Iterable[Link]) -> None:
        """Links into the queue."""
        for part in sql.batches(links, 1000):
            seen = list(map(looking.seen, part))
            into = partial(visits.discover, source=look.source.name, links=seen, crawled=self._sources)
            look.took(part, *await self._write(partial(into, now=datetime.now(UTC))))

    async def _found(self, look: Look, found: Found) -> None:
        """Endpoints into the queue, with what they answered and when to look again, after the last links."""
        await self._take_in(look, found.links)
        endpoints = look.after(found, datetime.now(UTC))
        await self._write(lambda db: visits.put_endpoints(db, endpoints))
        for host in look.woken:
            self._wake(host)
        self._say("found", look.source.name, None, "; ".join((f"{look.new} new of {look.told} links", *found.notes)))

    # --- hosts ----------------------------------------------------------------

    def _wake(self, host: str) -> None:
        self._woken.add(host)
        if host not in self._hosts:
            self._hosts.add(host)
            self._tasks.create_task(self._host(host))

    async def _host(self, host: str) -> None:
        """One host's pages, one after the other, until nothing is due there soon."""
        async with self._at_once:
            put_off = 0
            while put_off < GIVE_UP and not self._enough():
                self._woken.discard(host)
                claimed = await self._claimed(host)
                if not claimed and host not in self._woken and not await self._something_soon(host):
                    break
                for visit in claimed:
                    if put_off >= GIVE_UP or self._enough():
                        break
                    put_off = put_off + 1 if await self._visited(visit) == "later" else 0
            await self._write(lambda db: visits.hand_back(db, self._run, host))
            self._hosts.discard(host)
            if put_off < GIVE_UP and self._enough():
                self._cut_short.add(host)

    def _give_back(self) -> None:
        """Nobody was asked: another host may be."""
        if self._left is not None:
            self._left += 1
            while self._cut_short and not self._over.is_set():
                self._wake(self._cut_short.pop())

    def _enough(self) -> bool:
        return self._over.is_set() or (self._left is not None and self._left <= 0)

    async def _claimed(self, host: str) -> list[Visit]:
        wanted = self._options.about
        if self._left is not None:
            wanted = replace(wanted, at_once=min(self._left, wanted.at_once))
        return await self._write(lambda db: visits.claim(db, host, self._run, datetime.now(UTC), wanted))

    async def _something_soon(self, host: str) -> bool:
        """Waits for a second attempt that falls due within this run's patience."""
        due = await self._write(lambda db: visits.next_due(db, host, self._options.about))
        wait = (due - datetime.now(UTC)).total_seconds() if due else PATIENCE + 1
        if wait > PATIENCE:
            return False
        with suppress(TimeoutError):
            async with asyncio.timeout(max(wait, 0.0) + 0.01):
                await self._over.wait()
        return True

    async def _visited(self, visit: Visit) -> str | None:
        """One request; when its answer is on disk, what comes of it goes its own way. `later` when the host may not be
        asked now. The host's next request waits for that: a kill repeats what is in flight, one request a host."""
        if self._left is not None:
            self._left -= 1
        source = self._sources.get(visit.source or "")
        companion = self._manners.companion(source.delay if source else None)
        asked = Request(visit.url, (*(source.asked_with if source else ()), *conditional(visit)))
        answer = await self._kept_out(visit.url) or await self._fetched(asked, companion)
        if isinstance(answer, NotNow):
            self._give_back()
        if isinstance(answer, NotNow) and self._over.is_set():
            return "later"
        receipt = self._receipt(asked, visit, companion, answer)
        await self._room.acquire()
        written = await self._written(visit, receipt, answer)
        self._tasks.create_task(self._settle(visit, receipt, written))
        return "later" if isinstance(answer, NotNow) else None

    # --- pages ----------------------------------------------------------------

    async def _settle(self, visit: Visit, receipt: Receipt, written: Settled | Page) -> None:
        """From an answer on disk to its place in the archive."""
        try:
            settled = await self._read(visit, written) if isinstance(written, Page) else written
        finally:
            self._room.release()
        self._count(settled)
        self._say(settled.outcome, visit.source, visit.url, receipt.error)

    def _count(self, settled: Settled) -> None:
        if settled.outcome != "later":
            setattr(self.tally, settled.outcome, getattr(self.tally, settled.outcome) + 1)
        if settled.woken:
            self._wake(settled.woken)

    async def _written(self, visit: Visit, receipt: Receipt, answer: Answer | FetchError) -> Settled | Page:
        """The answer on disk: what became of it, or the page that is still to be read."""
        do = self._tools.writer.do
        if isinstance(answer, FetchError):
            return await self._failed(visit, receipt, answer)
        error = self._failure(visit, receipt, answer)
        if error is not None:
            return await self._failed(visit, receipt, error)
        if isinstance(answer, Unchanged) or (answer.digest, VERSION) == (visit.page, visit.extractor):
            return await do(lambda archive: settle.unchanged(archive, visit, receipt, answer))
        await do(lambda archive: settle.received(archive, visit, receipt), pages=(answer,))
        return answer

    async def _failed(self, visit: Visit, receipt: Receipt, error: FetchError) -> Settled:
        said = replace(receipt, page=None, error=error.said)
        return await self._tools.writer.do(lambda archive: settle.failed(archive, visit, said, error))

    def _failure(self, visit: Visit, receipt: Receipt, answer: Answer) -> FetchError | None:
        """Why this answer brings no page to read, or None."""
        if urls.is_home(answer.url) and not urls.is_home(visit.url):
            return Gone("leads to the home page", url=visit.url)
        broken = set((receipt.reserved or "").split()) & self._options.honoured
        return Refused(f"the page says {' '.join(sorted(broken))}", url=visit.url) if broken else None

    async def _read(self, visit: Visit, page: Page) -> Settled:
        told = await self._tools.pool.read(page)
        source = self._sources.get(visit.source or "")
        if source and source.keep and isinstance(told, Article) and told.kind not in source.keep:
            told = ExtractError(f"{told.kind}: this source keeps {', '.join(source.keep)}", reason=told.kind)
        return await self._tools.writer.do(lambda archive: settle.read(archive, visit, page, told))

    async def _take_up(self, unread: visits.Unread) -> None:
        """A page that a killed run had kept and not read."""
        async with self._room:
            body = await self._tools.writer.do(lambda archive: archive.page(unread.page))
            settled = await self._read(unread.visit, unread.page_of(body))
        self._count(settled)

    # --- requests -------------------------------------------------------------

    async def _fetched(self, request: Request, companion: Companion) -> Answer | FetchError:
        try:
            answer: Answer | FetchError = await self._tools.fetcher.page(request, companion)
        except FetchError as error:
            answer = error
        self.tally.requests += companion.requests
        self.tally.bytes += len(answer.body) if isinstance(answer, Page) else 0
        return answer

    def _receipt(self, request: Request, visit: Visit, companion: Companion, answer: Answer | FetchError) -> Receipt:
        receipt = Receipt.of(request, urls.host(visit.url), self._run, datetime.now(UTC)).answered(answer)
        said = reserved.of(answer, AGENT) if isinstance(answer, Page) else ()
        return replace(
            receipt, robots=companion.robots, gap=companion.gap, place=visit.place, reserved=" ".join(said) or None
        )

    async def _kept_out(self, url: str) -> Refused | None:
        """Why an address is not even asked for: its site reserves it against mining, and that is honoured."""
        if "tdm" not in self._options.honoured:
            return None
        parts = urlsplit(url)
        report = f"{parts.scheme}://{parts.netloc}{reserved.SITE}"
        if report not in self._mining:
            self._mining[report] = self._tasks.create_task(self._report(report))
        told = reserved.by_site(await self._mining[report], url)
        return Refused("the site's tdmrep.json reserves it", url=url) if told else None

    async def _report(self, url: str) -> bytes:
        """A site's tdmrep.json, asked for once a day; nothing where there is none."""
        known = hosts.robots(self._tools.reader, url)
        if known is None or not known.is_fresh(datetime.now(UTC)):
            companion = self._manners.companion()
            answer = await self._fetched(Request(url), companion)
            if isinstance(answer, NotNow):
                return known.body if known else b""
            visit = Visit(url, "tdmrep", datetime.now(UTC), place="tdmrep.json")
            receipt = replace(self._receipt(Request(url), visit, companion, answer), page=None)
            self._note(lambda db: receipts.write(db, receipt))
            known = hosts.Robots(
                url, datetime.now(UTC), receipt.status, answer.body if isinstance(answer, Page) else b""
            )
            self._note(partial(hosts.remember, robots=known))
        return known.body

    async def _ask_robots(self, url: str, gate: Slots) -> Page:
        """robots.txt, with a receipt of its own."""
        answer: Answer | FetchError
        request = Request(url)
        try:
            answer = await self._robots.page(request, gate)
        except FetchError as error:
            answer = error
        self.tally.requests += 1
        receipt = Receipt.of(request, urls.host(url), self._run, datetime.now(UTC)).answered(answer)
        self._note(lambda db: receipts.write(db, replace(receipt, page=None, gap=gate.gap, place="robots.txt")))
        if isinstance(answer, Page):
            return answer
        raise answer if isinstance(answer, FetchError) else Unusable("304 to no question", url=url)

    # --- the archive and who watches -------------------------------------------

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await self._tools.writer.do(lambda archive: _within(archive, work))

    def _note(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Written when it is written: nobody waits for it."""
        self._tasks.create_task(self._noted(work))

    async def _noted(self, work: Callable[[sqlite3.Connection], object]) -> None:
        await self._write(work)

    def _say(self, what: str, source: str | None, url: str | None, said: str | None) -> None:
        self._watch(Event(what, source, url, said), self.tally)

    def _asked(self) -> dict[str, Any]:
        told = asdict(self._options)
        return {name: value for name, value in told.items() if isinstance(value, bool | int | float | str)}


AGENT = "news-scraper"


def _within(archive: Archive, work: Callable[[sqlite3.Connection], T]) -> T:
    with archive.transaction() as db:
        return work(db)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """What went wrong first, out of the tasks that all heard of it."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _validators(visit: Visit | None) -> Headers:
    return conditional(visit) if visit and visit.article_id else ()


def conditional(visit: Visit) -> Headers:
    """The question whether anything changed, for a page that is known."""
    told = zip(CONDITIONAL, (visit.etag, visit.last_modified), strict=True)
    return tuple((name, value) for name, value in told if value)


def _sent(flow: Flow, answer: Answer | FetchError) -> Request | Found:
    """The flow's next request, or all it found: StopIteration may not cross into a task."""
    try:
        return flow.send(answer)
    except StopIteration as end:
        found: Found = end.value
        return found
