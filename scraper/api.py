"""The public Python API: an archive to keep articles in and to ask, and the plain calls around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scraper import archive, extract
from scraper import explain as explaining
from scraper.archive import Kept, Mark
from scraper.explain import Explanation
from scraper.history import Difference, Event, History, Variant
from scraper.models import Article, Page
from scraper.query import Filters, Hit, Order
from scraper.tellings import Story

if TYPE_CHECKING:
    from scraper.derived import Fault
    from scraper.merging import Merged


class Archive:
    """An archive of articles: `with scraper.Archive("news.db") as archive: …`.

    Two files, made when they are not there. Iteration gives every article in the order of
    first sight, `len` their number. Every method raises `ArchiveError` in one line.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._writer = archive.Archive(self.path)
        self._reader = History(self.path)

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

    def faults(self) -> Iterator[Fault]:
        """Whatever does not verify, file and row with what is wrong; nothing for a whole archive."""
        from scraper import verify

        return verify.faults(self.path)

    def merge(self, other: Path | str) -> Merged:
        """Everything of another archive brought into this one; doing it again changes nothing.

        `faults` of what you get names what was left behind. Raises `ArchiveError` for an archive that cannot be used.
        """
        from scraper import merging

        return merging.merge(self._writer, other)

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

    def history(self, which: str) -> list[Event]:
        """Everything that happened to an article, the first sight first. Raises `ArchiveError` if there is none."""
        return self._reader.history(str(which))

    def diff(self, which: str, old: int | None = None, new: int | None = None) -> Difference:
        """Two wordings of an article: the last two, or those with these numbers; `.changes()` tells the kinds.

        Raises `ArchiveError` when there is no such article or wording.
        """
        return self._reader.diff(str(which), old, new)

    def edits(self, kinds: Sequence[str] = (), filters: Filters = Filters(), limit: int = 100) -> list[Event]:
        """What changed in all articles, the newest first; `since` and `until` are about the time of the change."""
        return self._reader.edits(kinds, filters, limit)

    def headlines(self, which: str) -> list[Variant]:
        """Each wording of an article's headline, where it stood, and from when to when."""
        return self._reader.headlines(str(which))

    def explain(self, which: str) -> Explanation:
        """The page an article was read from, line by line, as the extractor sees it now."""
        return explaining.page(self._reader.kept_page(str(which)))

    def mark(self, which: str, status: Mark, at: datetime) -> bool:
        """Records that an article `vanished`, was `restored` or is `paywalled`; False when that is nothing new."""
        return self._writer.mark(str(which), status, at)


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
