"""A sitemap's bytes → its links, or the sitemaps it lists: XML, gzipped, with news fields, or an address a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from scraper import coding, document, urls
from scraper.discover import markup
from scraper.discover.markup import Field, Shape
from scraper.discover.stamps import stamp
from scraper.errors import FetchError
from scraper.models import Link, Page, Place

MOST = 50_000
"""Addresses that are read of one sitemap, and bytes once unpacked: https://www.sitemaps.org/protocol.html"""

MOST_BYTES = 52_428_800

_OWN = r"(?:(?!image|video|mobile|news|xhtml)[\w-]+:)?"
_PASSED_OVER = r"image:image|video:video"
_URL = Shape(f"{_OWN}url", f"{_OWN}(?:loc|lastmod)|news:(?:title|publication_date)", _PASSED_OVER)
_CHILD = Shape(f"{_OWN}sitemap", f"{_OWN}(?:loc|lastmod)", _PASSED_OVER)


@dataclass(frozen=True, slots=True)
class Child:
    """A sitemap that an index lists, and when that says it was changed."""

    url: str
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one sitemap holds: links, or as an index the sitemaps it lists."""

    links: tuple[Link, ...] = ()
    children: tuple[Child, ...] = ()


def read(page: Page, found_at: str, since: datetime | None = None) -> Sitemap | None:
    """The sitemap, or None for what is none, whatever its label says.

    What was last changed before `since` is left out; the address `found_at` is what links remember.
    """
    page = _unpacked(page)
    text = document.characters(page).lstrip("\ufeff \t\r\n")
    root = markup.root(text)
    if root == "sitemapindex":
        return Sitemap(children=tuple(_within(_children(text, page.url), since)))
    if root == "urlset":
        return Sitemap(tuple(_within(_links(text, page.url, found_at), since)))
    return _lines(text, found_at)


Dated = TypeVar("Dated", Link, Child)


def _within(found: Iterator[Dated], since: datetime | None) -> Iterator[Dated]:
    for each in islice(found, MOST):
        if since is None or each.modified is None or each.modified >= since:
            yield each


def _unpacked(page: Page) -> Page:
    """The page as text: `.gz` files are gzip whatever their headers say. Of a broken or endless one, what came."""
    if not page.body.startswith(b"\x1f\x8b"):
        return page
    parts: list[bytes] = []
    size = 0
    try:
        for part in coding.decoded(page.body, coding.decoders("gzip")):
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                break
    except FetchError:
        pass  # a body that breaks off still names what it named so far
    return Page(page.url, b"".join(parts)[:MOST_BYTES], page.status, page.headers, page.fetched_at, page.hops)


def _links(text: str, base: str, found_at: str) -> Iterator[Link]:
    for rank, named in enumerate(markup.records(text, _URL), 1):
        url = _address(named, base)
        if url:
            title = named.get("news:title")
            published = _moment(named, "news:publication_date")
            headline = markup.prose(title[0].content) if title else None
            yield Link(url, found_at, Place.SITEMAP, rank, headline, published, _moment(named, "lastmod") or published)


def _children(text: str, base: str) -> Iterator[Child]:
    for named in markup.records(text, _CHILD):
        url = _address(named, base)
        if url:
            yield Child(url, _moment(named, "lastmod"))


Named = dict[str, list[Field]]


def _field(named: Named, name: str) -> Field | None:
    """The first field of that name, with the prefix the sitemap gives its own elements."""
    if name in named:
        return named[name][0]
    return next((fields[0] for key, fields in named.items() if key.endswith(":" + name)), None)


def _address(named: Named, base: str) -> str | None:
    field = _field(named, "loc")
    told = markup.address(field.content) if field else ""
    return (told if urls.is_clean(told) else urls.join(base, told)) if told else None


def _moment(named: Named, name: str) -> datetime | None:
    field = _field(named, name)
    return stamp(markup.address(field.content)) if field else None


def _lines(text: str, found_at: str) -> Sitemap | None:
    """A sitemap of plain text has an address on each line, and nothing else."""
    lines = [line for each in islice(text.splitlines(), MOST) if (line := each.strip())]
    if not lines or not all(line.startswith(("http://", "https://")) and " " not in line for line in lines[:20]):
        return None
    found = (urls.join(None, line) for line in lines)
    return Sitemap(tuple(Link(url, found_at, Place.SITEMAP, rank) for rank, url in enumerate(found, 1) if url))
