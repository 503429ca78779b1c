"""The public Python API: an archive to keep articles in and to ask, and the plain calls around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from scraper import archive, extract, query
from scraper.archive import Kept
from scraper.models import Article, Page
from scraper.query import Filters, Hit, Order
from scraper.tellings import Story


class Archive:
    """An archive of articles: `with scraper.Archive("news.db") as archive: …`.

    Two files, made when they are not there. Iteration gives every article in the order of
    first sight, `len` their number. Every method raises `ArchiveError` in one line.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._writer = archive.Archive(self.path)
        self._reader = query.Reader(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Article]:
        return (stored.article for stored in self._reader.everything())

    def __len__(self) -> int:
        return len(self._reader)

    def close(self) -> None:
        self._reader.close()
        self._writer.close()

    def keep(self, page: Page, article: Article | None = None) -> Kept:
        """The page kept and its article with it: new, revised, unchanged, or a copy of a known one.

        The page is on disk before it is read. Without `article` it is read here, which
        raises `ExtractError` when no article is in it; the page stays.
        """
        self._writer.keep_page(page)
        told = extract.article(page) if article is None else article
        return self._writer.keep(told, page, extract.VERSION)

    def get(self, which: str) -> Article | None:
        """The article with any address it was ever seen at, or with this id; None if there is none."""
        found = self._reader.find(str(which))
        return found.article if found else None

    def stories(self, filters: Filters = Filters(), limit: int = 20) -> list[Story]:
        """Texts that several sites carry, those that were seen last first."""
        return self._reader.stories(filters, limit)

    def story(self, which: str | int) -> Story:
        """A story by its name or any of its articles: who was first, and what each copy cut and added."""
        return self._reader.story(str(which))

    def search(
        self, words: str, filters: Filters = Filters(), order: Order = Order.BEST_OF_NEWEST, limit: int = 20
    ) -> list[Hit]:
        """The articles that match, best first: "phrases", AND, OR, NOT, prefix*. Any text is a valid question."""
        return self._reader.search(words, filters, order, limit=limit)


def read(html: bytes | str, url: str | None = None) -> Article:
    """The article in markup; `url` is where it came from, for links and the canonical address.

    Raises `ExtractError` when no article is in it.
    """
    return extract.read(html, url)


def read_capture(text: str) -> Article:
    """The article in the text of a page as a person copied it. Raises `ExtractError` when there is none."""
    return extract.article(page_of(text.encode("utf-8", "replace"), content_type="text/plain; charset=utf-8"))


def page_of(body: bytes, url: str | None = None, content_type: str | None = None) -> Page:
    """A page that is at hand: saved HTML, or a capture, which is named by its bytes when it has no address."""
    headers = (("content-type", content_type),) if content_type else ()
    page = Page(url or "", body, 200 if url else 0, headers, datetime.now(UTC))
    return page if url else replace(page, url=f"capture:{page.digest}")
