"""`make fuzz`: bytes that grow towards unread branches, into everything that reads a page. Runs until it is stopped.

    make fuzz SECONDS=600

Any exception but the package's own, and any input that takes longer than a second, is a find:
the input is written to the folder that is named. What was found becomes a test.
"""

from __future__ import annotations

import contextlib
import sys
from datetime import UTC, datetime

import atheris

with atheris.instrument_imports(include=["scraper"]):
    from scraper import batch, document, extract
    from scraper.errors import ScraperError
    from scraper.extract import capture

from scraper.models import Page
from tests import fixtures, ledger

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_TYPES = ("", "text/html", "text/plain", "text/html; charset=windows-1252")


def one(told: bytes) -> None:
    """Every reader on one input; the first byte says how it is labelled."""
    kind, body = _TYPES[told[0] % len(_TYPES)] if told else "", told[1:]
    page = Page("https://news.example/a", body, 200, (("content-type", kind),) if kind else (), _AT)
    with contextlib.suppress(ScraperError):
        document.read(page)
    with contextlib.suppress(ScraperError):
        extract.article(page)
    with contextlib.suppress(ScraperError):
        capture.article(body.decode("utf-8", "replace"))
    list(batch.answers([body.decode("utf-8", "replace")]))
    if found := [] if document.is_text(page) else ledger.faults(page):
        raise AssertionError(found)


def main() -> None:
    folder = fixtures.FOLDER.parent / ".fuzz"
    folder.mkdir(exist_ok=True)
    for case in fixtures.cases():
        (folder / case.name).write_bytes(b"\x00" + case.page.body)
    options = ["-max_len=100000", "-timeout=5", f"-artifact_prefix={folder}/find-"]
    atheris.Setup([sys.argv[0], *sys.argv[1:], *options, str(folder)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
