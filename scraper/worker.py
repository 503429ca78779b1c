"""One extraction process: batches of pages in on stdin, an article or the reason for none out on stdout.

Lives as long as its parent: when the parent dies, however it dies, stdin ends. Each page
is answered before the next one is begun, so the parent knows which page it died of.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import struct
import sys
from typing import BinaryIO

from scraper import extract, prints
from scraper.errors import ExtractError, ScraperError, Unusable
from scraper.models import Article, Page

LENGTH = struct.Struct("!Q")
ROOM = 1 << 30
"""Bytes of address space a page may take beyond what the libraries need: a 10 MB page of tags takes a fifth."""

FULL = 300 << 20
"""Bytes of resident memory from which a worker asks to be replaced: allocators rarely give back."""

READY = b""
"""The frame that says: send me a batch. A worker that leaves does not say it."""

Answer = Article | ScraperError


def main() -> None:
    """Reads batches until stdin ends or too much memory was taken."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # the parent decides when it is over
    _limit()
    send(out, READY)
    while (batch := receive(sys.stdin.buffer)) is not None:
        for page in pickle.loads(batch):  # noqa: S301  from our parent
            send(out, pickle.dumps(_read(page), pickle.HIGHEST_PROTOCOL))
        if _memory()[1] > FULL:
            return
        send(out, READY)


def _read(page: Page) -> Answer:
    try:
        return prints.counted(extract.article(page))
    except ExtractError as error:
        error.article = None  # not needed on the other side
        return error
    except (MemoryError, RecursionError) as error:
        gc.collect()
        return Unusable(f"reading it takes too much memory ({type(error).__name__})", url=page.url)
    except Exception as error:  # noqa: BLE001  the top of a process: one page is no reason to end it
        return Unusable(f"reading it failed, please report it: {error!r}", url=page.url)


def receive(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    return stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def send(stream: BinaryIO, frame: bytes) -> None:
    stream.write(LENGTH.pack(len(frame)) + frame)
    stream.flush()


def _limit() -> None:
    size, _ = _memory()
    if size:
        resource.setrlimit(resource.RLIMIT_AS, (size + ROOM, resource.RLIM_INFINITY))


def _memory() -> tuple[int, int]:
    """Bytes of address space and of resident memory; nothing is known outside Linux.

    Not `ru_maxrss`: a new process begins with its parent's.
    """
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            size, resident, *_ = map(int, file.read().split())
    except OSError:
        return 0, 0
    return size * resource.getpagesize(), resident * resource.getpagesize()


if __name__ == "__main__":
    main()
