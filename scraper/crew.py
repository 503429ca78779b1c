"""The workers without an event loop: for who reads files, and hands in a page and asks for its article later."""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import Future
from typing import Self

from scraper.models import Page
from scraper.worker import Answer
from scraper.workers import BATCH, PATIENCE, Pool


class Crew:
    """`with Crew() as crew: answer = crew.read(page)`; `answer.result()` is the article or why there is none.

    The pool lives on a loop in a thread of its own, so workers are fed while their caller reads and writes.
    """

    def __init__(self, size: int | None = None, patience: float = PATIENCE) -> None:
        size = size or os.cpu_count() or 1
        self.enough = 4 * BATCH * size
        """Pages handed in with which every worker has a batch at hand and another one waiting."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="crew", daemon=True)
        self._pool = Pool(size, patience)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def read(self, page: Page) -> Future[Answer]:
        """The page handed in."""
        return asyncio.run_coroutine_threadsafe(self._pool.read(page), self._loop)

    async def _stop(self) -> None:
        await self._pool.__aexit__(None, None, None)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
