"""Pages out of an archive again, as they came: the bytes with the request that brought them."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import zstandard

from scraper import sql
from scraper.errors import ArchiveError, DamagedArchive
from scraper.models import Headers, Hop, Page


def page(db: sqlite3.Connection, pages: sqlite3.Connection, digest: str, article: int | None = None) -> Page:
    """A kept page as the last request brought it, of those that led to this article if one is named.

    Raises `ArchiveError` when the page is pruned, missing or damaged, or nothing says where it came from.
    """
    query = "select * from fetches where page = ? order by article_id is ? desc, at desc limit 1"
    row = sql.one(db, query, digest, article)
    if row is None:
        raise ArchiveError(f"no request says where the page {digest[:12]}… came from")
    return of(row, body(pages, digest))


def body(pages: sqlite3.Connection, digest: str) -> bytes:
    """The bytes of a kept page. Raises `ArchiveError` if it was taken out or is missing, `DamagedArchive` if torn."""
    row = pages.execute("select digest, size, body from pages where digest = ?", (digest,)).fetchone()
    if row is None:
        pruned = pages.execute("select at, why from pruned where digest = ?", (digest,)).fetchone()
        told = f"was taken out on {pruned[0]} ({pruned[1]})" if pruned else "is missing"
        raise ArchiveError(f"the page {digest[:12]}… {told}")
    what = fault(*row)
    if what:
        raise DamagedArchive(f"the page {digest[:12]}… is damaged: {what}")
    return zstandard.ZstdDecompressor().decompress(row[2], max_output_size=max(row[1], 1))


def of(request: Mapping[str, Any] | sqlite3.Row, content: bytes) -> Page:
    """The page of one row of `fetches`. Raises `ArchiveError` when the row makes no sense."""
    try:
        headers = tuple((str(name), str(value)) for name, value in json.loads(request["headers"] or "[]"))
        hops = tuple(Hop(url, status) for url, status in json.loads(request["hops"] or "[]"))
        at = datetime.fromisoformat(request["at"])
    except (ValueError, TypeError) as error:
        raise ArchiveError(
            f"the request for {request['url'] or request['requested']} makes no sense ({error})"
        ) from error
    return Page(request["url"] or request["requested"], content, request["status"] or 0, headers, at, hops)


def row(page: Page) -> dict[str, Any]:
    """What `fetches` says of a page that came: the columns that `of` reads."""
    return {
        "requested": page.requested,
        "url": page.url,
        "at": page.fetched_at.astimezone(UTC).isoformat(),
        "status": page.status or None,
        "page": page.digest,
        **written(page.headers, page.hops),
    }


def written(headers: Headers, hops: tuple[Hop, ...]) -> dict[str, str | None]:
    """Headers and redirects as JSON lists of pairs; None for none."""
    return {
        "headers": json.dumps(headers, ensure_ascii=False) if headers else None,
        "hops": json.dumps([[hop.url, hop.status] for hop in hops]) if hops else None,
    }


_OWN = threading.local()
"""A decompressor is no thing to share between threads."""


def fault(digest: str, size: int, stored: bytes) -> str | None:
    """What is wrong with a page as it is stored, or None."""
    if not hasattr(_OWN, "decompressor"):
        _OWN.decompressor = zstandard.ZstdDecompressor()
    try:
        if zstandard.frame_content_size(stored) not in (size, -1):
            return "its bytes are not the bytes that were kept"
        body: bytes = _OWN.decompressor.decompress(stored, max_output_size=max(size, 1))
    except (zstandard.ZstdError, TypeError, OverflowError, MemoryError) as error:
        return f"does not unpack ({error})"
    if hashlib.sha256(body).hexdigest() != digest or len(body) != size:
        return "its bytes are not the bytes that were kept"
    return None
