"""`scraper fetch` and `scraper keep`: pages into the archive."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from scraper.cli import options
from scraper.cli.options import Row, Rows
from scraper.errors import ScraperError, Unusable

if TYPE_CHECKING:
    from scraper.archive import Archive
    from scraper.fetch import Settings
    from scraper.guard import Guard
    from scraper.models import Page


@click.command(short_help="Fetch pages and archive their articles.")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@options.database
@options.network
@options.output
def fetch(urls: tuple[str, ...], db: str, settings: Settings, guard: Guard) -> Rows:
    """Fetch pages, archive the articles on them, print what became of each.

    `-` reads addresses from stdin, one a line. A page that fails is named on stderr and
    recorded in the archive; it never stops the others.
    """
    from scraper.archive import Archive
    from scraper.fetch import pages
    from scraper.models import Page

    wanted = [each for url in urls for each in (options.lines_of(sys.stdin) if url == "-" else [url])]
    failed: list[ScraperError] = []

    def rows() -> Iterator[Row]:
        with Archive(db) as archive:
            for request, answer in pages(wanted, settings=settings, guard=guard):
                if isinstance(answer, Page):
                    yield from _kept(archive, answer, failed)
                else:
                    error = answer if isinstance(answer, ScraperError) else Unusable("nothing new", url=request.url)
                    archive.record_failure(request.url, error, datetime.now(UTC))
                    _say(error, failed)

    return Rows(rows(), _for_people, lambda: 1 if failed else 0)


@click.command(short_help="Archive saved pages and captures.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--url", help="The address the page came from; only with one file.")
@options.database
@options.output
def keep(files: tuple[str, ...], url: str | None, db: str) -> Rows:
    """Archive pages that are at hand: saved HTML, or the text of a page as you copied it.

    `-` reads one page from stdin. Doing it twice changes nothing.
    """
    from scraper.archive import Archive

    if url and len(files) > 1:
        message = "--url goes with one file only"
        raise click.UsageError(message)
    failed: list[ScraperError] = []

    def rows() -> Iterator[Row]:
        with Archive(db) as archive:
            for page in _pages(files, url, failed):
                yield from _kept(archive, page, failed)

    return Rows(rows(), _for_people, lambda: 1 if failed else 0)


def _pages(files: Iterable[str], url: str | None, failed: list[ScraperError]) -> Iterator[Page]:
    from scraper import api

    for name in files:
        try:
            yield api.page_of(contents(name), url, media_type(name))
        except ScraperError as error:
            _say(error, failed)


_TYPES = {"htm": "text/html", "html": "text/html", "txt": "text/plain", "xhtml": "application/xhtml+xml"}


def media_type(name: str) -> str | None:
    """What a file's name says of its content, or None."""
    return _TYPES.get(name.rpartition(".")[2].lower())


def contents(name: str) -> bytes:
    """The bytes of a file, or of stdin for `-`."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        with open(name, "rb") as file:
            return file.read()
    except OSError as error:
        raise ScraperError(f"{name}: {error.strerror or error}") from error


def _kept(archive: Archive, page: Page, failed: list[ScraperError]) -> Iterator[Row]:
    """The page on disk, then what is read on it."""
    from scraper import extract
    from scraper.errors import ExtractError

    archive.keep_page(page)
    try:
        article = extract.article(page)
    except ExtractError as error:
        archive.record_failure(page.requested, error, page.fetched_at, page)
        _say(error, failed)
        return
    kept = archive.keep(article, page, extract.VERSION)
    known = {"id": kept.article_id, "outcome": kept.outcome, "revision": kept.revision}
    yield known | article.record() | {"url": kept.url}


def _say(error: ScraperError, failed: list[ScraperError]) -> None:
    failed.append(error)
    click.echo(f"scraper: {error}", err=True)


def _for_people(row: Row) -> str:
    words = sum(len(block["text"].split()) for block in row["blocks"])
    told = " · ".join(each for each in (", ".join(row["authors"]), row["published"], f"{words} words") if each)
    return f"{row['outcome']:9} #{row['id']}  {row['headline'] or '(no headline)'}\n{'':9} {told}\n{'':9} {row['url']}"
