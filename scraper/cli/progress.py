"""Who watches a crawl: nobody, a log, or a person at a terminal."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from scraper.cli import options

if TYPE_CHECKING:
    from rich.table import Table

    from scraper.crawl import Event, Watch
    from scraper.runs import Tally

ROWS = 20
"""Sources shown at once, those that moved last."""


@contextmanager
def watching(form: str | None) -> Iterator[Watch]:
    """A watch for `--log json`, for a terminal, or one that says nothing."""
    if form == "json":
        yield _log
    elif sys.stderr.isatty():
        with _live() as watch:
            yield watch
    else:
        yield lambda *_: None


def _log(event: Event, _: Tally) -> None:
    from datetime import UTC, datetime

    told = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "what": event.what}
    more = {"source": event.source, "url": event.url, "said": event.said}
    click.echo(options.line(told | {name: value for name, value in more.items() if value}), err=True)


@contextmanager
def _live() -> Iterator[Watch]:
    from rich.console import Console
    from rich.live import Live

    board = _Board()
    with Live(console=Console(stderr=True), refresh_per_second=4, transient=True, get_renderable=board.table):
        yield board


class _Board:
    """A line for each source, the rate, and the errors."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._counts: dict[str, Counter[str]] = {}
        self._tally: Tally | None = None
        self._said = ""

    def __call__(self, event: Event, tally: Tally) -> None:
        self._tally = tally
        name = event.source or ""
        counts = self._counts.pop(name, Counter())
        counts[event.what] += 1
        self._counts[name] = counts
        if event.said and event.what in ("failed", "looked"):
            self._said = f"{event.url}: {event.said}"

    def table(self) -> Table:
        from rich.table import Table

        table = Table(title=self._title(), caption=self._said[:120], box=None, title_justify="left")
        for name in ("source", *_WORDS):
            table.add_column(name, justify="left" if name == "source" else "right")
        for name, counts in list(self._counts.items())[-ROWS:]:
            table.add_row(name, *(str(counts[word] or "") for word in _WORDS))
        return table

    def _title(self) -> str:
        if self._tally is None:
            return "looking"
        seconds = max(time.monotonic() - self._began, 0.1)
        return f"{self._tally.line()} · {self._tally.requests / seconds:.1f} requests a second"


_WORDS = ("new", "revised", "unchanged", "copies", "empty", "gone", "refused", "failed")
