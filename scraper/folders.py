"""Folders of saved pages, captures and WARC files into the archive."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from scraper import intake, saved, schema, warc
from scraper.archive import Archive
from scraper.crew import Crew
from scraper.errors import ScraperError, Unusable
from scraper.intake import Given, Imported
from scraper.models import Page, Progress
from scraper.saved import Origin

LARGEST = 64 << 20
"""Bytes of a file that are read at most, as of a WARC record."""

OLDEST = datetime(1991, 8, 6, tzinfo=UTC)
"""The first web page. A file that is older has lost its time: packers write 1970 or 1980 for none."""

_WARCS = (".warc", ".warc.gz")
_ONE_FILE = (".mht", ".mhtml")
_TEXTS = (".markdown", ".md", ".text", ".txt")
_MARKUP = (".htm", ".html", ".shtml", ".xht", ".xhtml")
_BEGINS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
"""How markup begins in a file whose name does not tell: mirrors keep addresses as names, `story.php?id=5`."""

_BESIDE = re.compile(r"(.+)[_.-]files")
"""The folder in which browsers put the images, styles and frames of the page beside it."""

_OF_SITES = ("humans.txt", "llms.txt", "robots.txt")
"""Texts that mirrors bring along and that are never a capture."""


def bring(archive: Archive, path: Path | str, crew: Crew, progress: Progress = lambda *_: None) -> Imported:
    """Every page, capture and WARC file at a path into the archive; twice changes nothing the second time.

    `path` is a file, or a folder with all that is in it. A page's address is what its file says it was saved from,
    else what the page says is its own; its time is that of the file. What cannot be read, or is no article, is among
    the faults by its name, and the rest goes on. Raises `Unusable` when there is nothing at `path`.
    """
    return _In(archive, Path(path), progress).run(crew)


class _In:
    """One folder or file on its way in."""

    def __init__(self, archive: Archive, path: Path, progress: Progress) -> None:
        self.archive = archive
        self.path = path
        self.progress = progress
        self.told = Imported()
        self.warcs: list[Path] = []

    def run(self, crew: Crew) -> Imported:
        if not self.path.exists():
            raise Unusable(f"{self.path}: no such file or folder")
        with closing(schema.reader(self.archive.path)) as self.db:
            for taken in intake.take(self.archive, self._given(), crew):
                self.told.outcomes[taken.outcome] += 1
                if taken.error:
                    self.told.faults.append(f"{taken.given.place}: {taken.error.message}")
        for file in self.warcs:
            self._warc(file, crew)
        return self.told

    def _warc(self, file: Path, crew: Crew) -> None:
        try:
            told = warc.bring(self.archive, file, crew, self.progress)
        except Unusable as error:
            self.told.faults.append(error.message)
            return
        self.told.outcomes += told.outcomes
        self.told.skipped += told.skipped
        self.told.faults += told.faults

    def _given(self) -> Iterator[Given]:
        """The pages; WARC files are left for later."""
        for number, file in enumerate(self._files(), 1):
            self.progress("files", number, 0)
            if file.name.lower().endswith(_WARCS):
                self.warcs.append(file)
                continue
            try:
                page = page_at(file, datetime.now(UTC))
            except OSError as error:
                self.told.faults.append(f"{file}: {error.strerror or error}")
            except ScraperError as error:
                self.told.faults.append(f"{file}: {error.message}")
            else:
                yield from self._fresh(file, page)

    def _fresh(self, file: Path, page: Page | None) -> Iterator[Given]:
        if page is None:
            self.told.skipped["neither page nor capture"] += 1
        elif self._is_known(page):
            self.told.outcomes["known"] += 1
        else:
            yield Given(str(file), page)

    def _is_known(self, page: Page) -> bool:
        """Whether these bytes were read as this address's before, and an article was on them."""
        query = "select 1 from fetches where requested = ? and page = ? and article_id is not null"
        return self.db.execute(query, (page.requested, page.digest)).fetchone() is not None

    def _files(self) -> Iterator[Path]:
        """All files in the order of their names, without what browsers put beside a page."""
        if not self.path.is_dir():
            yield self.path
            return
        for folder, folders, names in os.walk(self.path, onerror=self._unreadable):
            pages = {name.rpartition(".")[0] for name in names if name.lower().endswith(_MARKUP)}
            folders[:] = sorted(each for each in folders if not _is_beside(each, pages))
            yield from (Path(folder, name) for name in sorted(names))

    def _unreadable(self, error: OSError) -> None:
        self.told.faults.append(f"{error.filename}: {error.strerror}")


def _is_beside(folder: str, pages: set[str]) -> bool:
    found = _BESIDE.fullmatch(folder)
    return found is not None and found[1] in pages


def page_at(file: Path, now: datetime) -> Page | None:
    """The page or capture in a file, None when it is neither. Raises `OSError` or `Unusable`.

    It came from where the program that saved it says, else from nowhere (`capture:…`); when that says no time, the
    file's own is taken.
    """
    kind = _kind(file)
    if kind is None or (kind == "" and not _begins_as_markup(file)):
        return None
    content = _content(file)
    if kind == "multipart/related":
        return _archived(file, content, now)
    origin = saved.origin(content) if kind != "text/plain" else Origin()
    return _page(content, kind or "text/html", origin, _time(file, origin, now))


def _kind(file: Path) -> str | None:
    """What the name says: a content type, "" when it does not tell, None for what is no page."""
    name = file.name.lower()
    if not file.is_file() or name in _OF_SITES:
        return None
    if name.endswith(_ONE_FILE):
        return "multipart/related"
    if name.endswith(_MARKUP):
        return "application/xhtml+xml" if name.endswith(("xht", "xhtml")) else "text/html"
    return "text/plain" if name.endswith(_TEXTS) else ""


def _begins_as_markup(file: Path) -> bool:
    with file.open("rb") as stream:
        return _BEGINS.match(stream.read(saved.HEAD)) is not None


def _content(file: Path) -> bytes:
    with file.open("rb") as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Unusable(f"larger than {LARGEST >> 20} MiB")
    return content


def _archived(file: Path, content: bytes, now: datetime) -> Page:
    told = saved.archived(content)
    if told is None:
        raise Unusable("no page in this web archive")
    return _page(told.body, told.kind, told.origin, _time(file, told.origin, now))


def _page(body: bytes, kind: str, origin: Origin, at: datetime) -> Page:
    page = Page(origin.url or "", body, 0, (("content-type", kind),), at)
    return page if origin.url else Page(f"capture:{page.digest}", body, 0, page.headers, at)


def _time(file: Path, origin: Origin, now: datetime) -> datetime:
    told = origin.at or datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return told if OLDEST <= told <= now else now
