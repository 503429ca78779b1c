"""Pages as programs save them: what stands in the file, and what that says of where it came from."""

from __future__ import annotations

import email
import re
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from scraper import urls

HEAD = 20_000
"""Bytes in which such a line stands: before the page itself, or after its `<html>` and a long style at most."""

_COMMENT = re.compile(rb"<!--(.{1,4000}?)-->", re.DOTALL)

# Each with the program that writes it; the address is the group.
_LINES = (
    # browsers, "Save as": the number is the length of the address
    re.compile(rb"^\s*saved from url=\(\d+\)(\S+)\s*$"),
    # SingleFile
    re.compile(rb"^\s*Page saved with SingleFile\s+url:\s*(\S+)"),
    # HTTrack: without the scheme
    re.compile(rb"^\s*Mirrored from (\S+) by HTTrack"),
)
_DATES = (
    re.compile(rb"^\s*saved date:\s*([^\r\n(]+)", re.MULTILINE),
    re.compile(rb"by HTTrack[^,]*,\s*(.+?)\s*$"),
)


class Origin(NamedTuple):
    """Where a page came from and when (aware UTC), as far as it says."""

    url: str | None = None
    at: datetime | None = None


def origin(body: bytes) -> Origin:
    """Where a saved page says it came from; nothing for one that does not say.

    What a page names as its canonical address is the extractor's to believe, not ours.
    """
    for comment in _COMMENT.findall(body[:HEAD]):
        for line in _LINES:
            found = line.search(comment)
            url = _address(found[1]) if found else None
            if url:
                return Origin(url, _date(comment))
    return Origin()


def _address(said: bytes) -> str | None:
    text = said.decode("utf-8", "replace")
    return urls.join(None, text if "://" in text else f"http://{text}")


def _date(comment: bytes) -> datetime | None:
    for pattern in _DATES:
        found = pattern.search(comment)
        text = found[1].decode("ascii", "replace").strip() if found else ""
        when = _moment(text)
        if when:
            return when
    return None


_LAYOUTS = ("%a %b %d %Y %H:%M:%S GMT%z", "%a, %d %b %Y %H:%M:%S GMT%z")
"""As JavaScript writes a date: `Tue May 05 2026 12:00:00 GMT+0200 (Central European Summer Time)`."""


def _moment(text: str) -> datetime | None:
    for layout in _LAYOUTS:
        try:
            return datetime.strptime(text, layout).astimezone(UTC)
        except ValueError:
            continue
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)


class Archived(NamedTuple):
    """The page in a web archive of one file (MHTML), its content type, and where it came from."""

    body: bytes
    kind: str
    origin: Origin


def archived(content: bytes) -> Archived | None:
    """The page of an MHTML file, as browsers save one; None when there is no markup in it."""
    try:
        told = email.message_from_bytes(content)
        parts = [part for part in told.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    except RecursionError:  # parts in parts without end
        return None
    return _archived(told, parts[0]) if parts else None


def _archived(told: Message, page: Message) -> Archived | None:
    body = page.get_payload(decode=True)
    where = told["Snapshot-Content-Location"] or page["Content-Location"] or ""
    origin = Origin(urls.join(None, str(where)), _moment(str(told["Date"] or "")))
    return Archived(body, str(page["Content-Type"]), origin) if isinstance(body, bytes) else None
