"""Extraction in processes of their own: a page in, its article or the reason for none out.

A worker that dies or hangs on a page costs that page and is replaced; the rest of its
batch goes to the next one.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from types import TracebackType
from typing import Self

from scraper.errors import Unusable
from scraper.models import Page
from scraper.worker import LENGTH, Answer

BATCH = 8
"""Pages sent at once: below 4 the pipes are felt, above 16 one worker hoards while another waits."""

PATIENCE = 60.0
"""Seconds for one page: the slowest page of the corpora takes two, a machine may be busy."""

_Job = tuple[Page, "asyncio.Future[Answer]"]


class Pool:
    """So many processes, started when the first page comes: `article = await pool.read(page)`."""

    def __init__(self, size: int | None = None, patience: float = PATIENCE) -> None:
        self._size = size or os.cpu_count() or 1
        self._patience = patience
        self._waiting: asyncio.Queue[_Job] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._idle = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def read(self, page: Page) -> Answer:
        """The article on the page, or the error that says why there is none."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((page, future))
        if not self._idle and len(self._tasks) < self._size:
            self._tasks.append(asyncio.create_task(self._work()))
        return await future

    async def _work(self) -> None:
        worker: Process | None = None
        try:
            while True:
                batch = await self._batch()
                while batch:
                    worker = worker or await _started()
                    batch, alive = await self._answered(worker, batch)
                    if not alive:
                        await _ended(worker)
                        worker = None
        finally:
            if worker is not None:
                await _ended(worker)

    async def _batch(self) -> list[_Job]:
        """What waits, shared fairly: a batch for each worker before anybody gets a full one."""
        self._idle += 1
        try:
            batch = [await self._waiting.get()]
        finally:
            self._idle -= 1
        most = min(BATCH, 1 + self._waiting.qsize() // self._size)
        while len(batch) < most and not self._waiting.empty():
            batch.append(self._waiting.get_nowait())
        return batch

    async def _answered(self, worker: Process, batch: list[_Job]) -> tuple[list[_Job], bool]:
        """What is left of the batch, and whether the worker can go on."""
        sending = asyncio.create_task(_send(worker, [page for page, _ in batch]))  # noqa: RUF006  ended below
        try:
            for number, (page, future) in enumerate(batch, 1):
                try:
                    answer = await asyncio.wait_for(_receive(worker), self._patience)
                except (TimeoutError, asyncio.IncompleteReadError) as error:
                    if isinstance(error, asyncio.IncompleteReadError) and await worker.wait() == 0:
                        return batch[number - 1 :], False  # it left after its last batch, as one that took much does
                    _tell(future, Unusable(_died_of(error, self._patience), url=page.url))
                    return batch[number:], False
                _tell(future, answer)
        finally:  # a worker that died takes nothing more
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        return [], True


async def _started() -> Process:
    """A worker that has said it is ready; its start does not count against its first page."""
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "scraper.worker", stdin=PIPE, stdout=PIPE, stderr=DEVNULL
    )
    if worker.stdout is not None:
        await worker.stdout.readexactly(LENGTH.size)
    return worker


async def _ended(worker: Process) -> None:
    if worker.returncode is None:
        worker.kill()
    await worker.wait()


async def _send(worker: Process, pages: list[Page]) -> None:
    if worker.stdin is None:
        raise AssertionError
    frame = pickle.dumps(pages, pickle.HIGHEST_PROTOCOL)
    worker.stdin.write(LENGTH.pack(len(frame)) + frame)
    await worker.stdin.drain()


async def _receive(worker: Process) -> Answer:
    if worker.stdout is None:
        raise AssertionError
    (length,) = LENGTH.unpack(await worker.stdout.readexactly(LENGTH.size))
    answer: Answer = pickle.loads(await worker.stdout.readexactly(length))  # noqa: S301  from our child
    return answer


def _tell(future: asyncio.Future[Answer], answer: Answer) -> None:
    if not future.done():
        future.set_result(answer)


def _died_of(error: Exception, patience: float) -> str:
    if isinstance(error, TimeoutError):
        return f"reading it took more than {patience:g} s"
    return "reading it ended the process that read it"
