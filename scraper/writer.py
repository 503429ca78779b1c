"""One thread that writes: jobs from the loop, as many as wait, in one transaction."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from scraper.archive import Archive
from scraper.errors import ScraperError
from scraper.models import Page

T = TypeVar("T")

LINGER = 0.03
"""Seconds the first job waits for others: a transaction costs a sync of the disk, whatever it holds."""

MOST = 200
"""Jobs in a transaction: about a hundred rows of each table."""


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[Archive], Any]
    pages: tuple[Page, ...]
    future: asyncio.Future[Any] = field(compare=False)


class Writer:
    """`await writer.do(work)` runs `work(archive)` in the writing thread and comes back when it is on disk."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.failed: BaseException | None = None

    async def start(self) -> None:
        """Opens the archive. Raises `ArchiveError` when it cannot be used."""
        self._loop = asyncio.get_running_loop()
        opened: asyncio.Future[None] = self._loop.create_future()
        self._thread = threading.Thread(target=self._run, args=(opened,), name="writer", daemon=True)
        self._thread.start()
        await opened

    async def do(self, work: Callable[[Archive], T], pages: Iterable[Page] = ()) -> T:
        """What `work` gives, once it is on disk; `pages` are there before it runs. Raises `ArchiveError`."""
        if self.failed is not None:
            raise self.failed
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put(_Job(work, tuple(pages), future))
        return await future

    async def stop(self) -> None:
        """Everything that waits is written; then the archive is closed."""
        self._jobs.put(None)
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    # --- in the thread --------------------------------------------------------

    def _run(self, opened: asyncio.Future[None]) -> None:
        try:
            archive = Archive(self.path)
        except ScraperError as error:
            self._tell([(opened, None, error)])
            return
        self._tell([(opened, None, None)])
        with archive:
            while (group := self._group()) is not None:
                self._tell(self._written(archive, group))

    def _group(self) -> list[_Job] | None:
        first = self._jobs.get()
        if first is None:
            return None
        group = [first]
        until = time.monotonic() + LINGER
        while len(group) < MOST:
            try:
                job = self._jobs.get(timeout=max(until - time.monotonic(), 0.0))
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            group.append(job)
        return group

    def _written(self, archive: Archive, group: list[_Job]) -> list[tuple[asyncio.Future[Any], Any, Any]]:
        if self.failed is not None:
            return [(job.future, None, self.failed) for job in group]
        try:
            archive.keep_pages(page for job in group for page in job.pages)
            with archive.transaction():
                done = [(job.future, job.work(archive), None) for job in group]
        except BaseException as error:  # noqa: BLE001  goes to everybody who waits: nothing of the group is written
            self.failed = error
            return [(job.future, None, error) for job in group]
        return done

    def _tell(self, told: list[tuple[asyncio.Future[Any], Any, Any]]) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(_resolve, told)


def _resolve(told: list[tuple[asyncio.Future[Any], Any, Any]]) -> None:
    for future, value, error in told:
        if future.done():
            continue
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)
