"""A feed's bytes → its links: RSS, Atom, RDF and JSON Feed, also malformed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from scraper import document, urls
from scraper.discover import markup
from scraper.discover.markup import Field, Shape
from scraper.discover.stamps import stamp
from scraper.models import Link, Page, Place

MOST = 50_000
"""Items that are read of one feed."""

_ROOTS = ("rss", "feed", "rdf")
_JSON = re.compile(r'\{(?=.*?"(?:version"\s*:\s*"https?:\\?/\\?/jsonfeed|items"\s*:\s*\[))', re.DOTALL)
_BASE = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf)\b[^<>]*?\sxml:base\s*=\s*[\"']([^\"'<>]+)", re.IGNORECASE)
_BEGINNING = re.compile(r"<\?xml|<rss\b|<feed\b|<rdf:RDF\b")
_PAGE = re.compile(r"<(?:!doctype html|html|head|body|script|div|p)\b", re.IGNORECASE)
_WARNINGS = 5_000
"""Characters before a feed in which its program may have complained."""
_TITLE = re.compile(r"<(?:\w+:)?title\b[^>]*>(.*?)</", re.DOTALL | re.IGNORECASE)

# Names of a field, the better first; prefixes as feeds use them, declared or not.
_LINK = ("feedburner:origlink", "link", "rss:link", "atom:link", "a:link")
_HEADLINE = ("title", "rss:title", "atom:title", "a:title")
_IDENTITY = ("guid", "id", "atom:id")
_PUBLISHED = ("pubdate", "published", "dc:date", "dcterms:issued", "issued", "dcterms:created", "created", "date")
_MODIFIED = ("updated", "atom:updated", "a10:updated", "dcterms:modified", "modified")
_ENTRY = Shape(
    record="(?:rss:|atom:|a:)?(?:item|entry)",
    wanted="|".join((*_LINK, *_HEADLINE, *_IDENTITY, *_PUBLISHED, *_MODIFIED)),
    passed_over=r"source|content(?::encoded)?|description|summary|author|media:(?:group|content)",
)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry as the feed has it: the address absolute."""

    url: str
    headline: str | None
    published: datetime | None
    modified: datetime | None


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed is called, and its entries in order."""

    title: str | None
    items: tuple[Item, ...]


def read(page: Page) -> Feed | None:
    """The feed, or None for a page that is none, whatever its label says."""
    text = _from_its_beginning(document.characters(page).lstrip("\ufeff \t\r\n"))
    if markup.root(text) in _ROOTS:
        base = _BASE.search(text, 0, 20_000)
        items = _entries(text, (_joined(page.url, base[1]) if base else None) or page.url)
        return Feed(_title(text), tuple(islice(items, MOST)))
    if _JSON.match(text):
        told = _json(text)
        title = told.get("title")
        return Feed(title if isinstance(title, str) else None, tuple(islice(_objects(told, page.url), MOST)))
    return None


def _from_its_beginning(text: str) -> str:
    """The text without what a program wrote before its feed: warnings, notices."""
    if text.startswith("{") or markup.root(text) in _ROOTS:
        return text
    begins = _BEGINNING.search(text, 0, _WARNINGS)
    return text[begins.start() :] if begins and not _PAGE.search(text, 0, begins.start()) else text


def links(feed: Feed, found_at: str) -> Iterator[Link]:
    """Each entry as a link, under the address where the feed was found."""
    for rank, item in enumerate(feed.items, 1):
        yield Link(item.url, found_at, Place.FEED, rank, item.headline, item.published, item.modified)


# --- XML ----------------------------------------------------------------------


def _title(text: str) -> str | None:
    match = _TITLE.search(text, 0, 20_000)
    return markup.prose(match[1]) if match else None


def _entries(text: str, base: str) -> Iterator[Item]:
    for named in markup.records(text, _ENTRY):
        url = _address(named, base)
        if url:
            title = _first(named, _HEADLINE)
            headline = markup.prose(title.content) if title else None
            yield Item(url, headline, _moment(named, _PUBLISHED), _moment(named, _MODIFIED))


Named = dict[str, list[Field]]


def _first(named: Named, names: tuple[str, ...]) -> Field | None:
    return next((named[name][0] for name in names if name in named), None)


def _address(named: Named, base: str) -> str | None:
    """Where an entry leads: what a feed service put another address in place of, the link, a guid that is one."""
    for name in _LINK:
        for field in named.get(name, ()):
            url = _joined(base, markup.address(field.content) or _alternate(field) or "")
            if url:
                return url
    identity = _first(named, _IDENTITY)
    if identity is None or "false" in identity.attributes:
        return None
    told = markup.address(identity.content)
    return _joined(base, told) if told.startswith("http") else None


def _alternate(field: Field) -> str | None:
    relation = markup.attribute(field, "rel") or "alternate"
    return markup.attribute(field, "href") if relation == "alternate" else None


def _joined(base: str, href: str) -> str | None:
    return (href if urls.is_clean(href) else urls.join(base, href)) if href else None


def _moment(named: Named, names: tuple[str, ...]) -> datetime | None:
    field = _first(named, names)
    return stamp(markup.address(field.content)) if field else None


# --- JSON ---------------------------------------------------------------------


def _json(text: str) -> dict[str, Any]:
    """The feed as an object; of one that is cut or broken, the entries that are whole."""
    try:
        told = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return {"items": list(_whole(text))}
    return told if isinstance(told, dict) else {}


def _whole(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False)
    at = text.find('"items"')
    while at >= 0 and (at := text.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield value


def _objects(told: dict[str, Any], base: str) -> Iterator[Item]:
    items = told.get("items")
    for each in items if isinstance(items, list) else ():
        if isinstance(each, dict):
            said = {key: value for key, value in each.items() if isinstance(value, str)}
            url = _joined(base, said.get("url") or said.get("external_url") or said.get("id") or "")
            if url:
                headline = markup.prose(said.get("title", ""))
                yield Item(url, headline, stamp(said.get("date_published", "")), stamp(said.get("date_modified", "")))
