"""A section page or home page → its links to articles, to further sections and to its next page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from scraper import document, urls
from scraper.discover import addresses
from scraper.discover.addresses import words
from scraper.document import Document
from scraper.errors import ExtractError
from scraper.models import Headers, Link, Page, Place

MOST_ANCHORS = 50_000

ENOUGH = 4
"""Points from which a link is taken for an article's: see `tests/test_discover.py` for what that lets through."""

_FEED_TYPES = ("rss+xml", "atom+xml", "feed+json", "rdf+xml", "application/json", "text/xml", "application/xml")
_NO_NEWS = ("comment", "kommentar", "oembed", "wp-json")
_NOT_A_LINK = ("#", "javascript:", "mailto:", "tel:", "data:", "whatsapp:", "sms:")
_ROOMS = {"nav": "nav", "header": "nav", "footer": "nav", "menu": "nav", "article": "teaser", "aside": "aside"}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5"))
_HOW_FAR = 8
"""Elements above a link that are looked at for what room it stands in."""
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_LONGEST_HEADLINE = 300


@dataclass(slots=True)
class Anchor:
    """All links of a page to one address: the best text, and where they stand."""

    url: str
    rank: int
    text: str = ""
    heading: bool = False
    rooms: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list leads to: `sections` the more prominent first, `feeds` as it names them, the `next` page.

    `hints` are links in its text that look like feeds, where it names none.
    """

    articles: tuple[Link, ...] = ()
    sections: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    next: str | None = None
    hints: tuple[str, ...] = ()


def read(page: Page, found_at: str) -> Listing | None:
    """The listing, or None for what is no page. `found_at` is the address that links remember."""
    try:
        read = document.read(page)
    except ExtractError:
        return None
    anchors = _anchors(read)
    points = _alike({url: _points(anchor) for url, anchor in anchors.items()}, anchors)
    articles = [anchor for url, anchor in anchors.items() if points[url] >= ENOUGH]
    sections = [anchor for url, anchor in anchors.items() if points[url] < ENOUGH and _is_section(anchor)]
    named = feeds(read, page.headers)
    sections.sort(key=lambda anchor: ("nav" not in anchor.rooms, anchor.rank))
    return Listing(
        tuple(
            Link(each.url, found_at, Place.SECTION, rank, each.text or None) for rank, each in enumerate(articles, 1)
        ),
        tuple(each.url for each in sections),
        named,
        _next(read, {url: each for url, each in anchors.items() if points[url] < ENOUGH or each.text.isdecimal()}),
        () if named else _hints(read),
    )


def feeds(read: Document, headers: Headers = ()) -> tuple[str, ...]:
    """The feeds that the page's head or a Link header names, comment feeds left out."""
    elements = (each.attributes for each in read.tree.css("link[rel][href]"))
    told = [each for each in (*elements, *_link_headers(headers)) if _is_feed(each)]
    found = (urls.join(read.base, each.get("href") or "") for each in told)
    return tuple(dict.fromkeys(url for url in found if url))


def _is_feed(told: Mapping[str, str | None]) -> bool:
    relations = (told.get("rel") or "").lower().split()
    kind = (told.get("type") or "").lower()
    said = f"{told.get('href')} {told.get('title')}".lower()
    named = "feed" in relations or ("alternate" in relations and any(each in kind for each in _FEED_TYPES))
    return named and not any(each in said for each in _NO_NEWS)


_LINK_HEADER = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s,;\"]+))*)")
_PARAMETER = re.compile(r";\s*([\w-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s,;\"]+))")


def _link_headers(headers: Headers) -> Iterator[dict[str, str | None]]:
    """The links of RFC 8288 headers, as the attributes that an element would have."""
    for value in (value for name, value in headers if name == "link"):
        for href, parameters in _LINK_HEADER.findall(value):
            yield {name.lower(): a or b for name, a, b in _PARAMETER.findall(parameters)} | {"href": href}


def _hints(read: Document) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for element in read.tree.css("a[href]")[:MOST_ANCHORS]:
        href = (element.attributes.get("href") or "").strip()
        kind = (element.attributes.get("type") or "").lower()
        if any(each in kind for each in _FEED_TYPES) or _FEED_LIKE.search(href.lower()):
            url = urls.join(read.base, href)
            if url and not any(each in url.lower() for each in _NO_NEWS):
                found[url] = None
        if len(found) == MOST_HINTS:
            break
    return tuple(found)


_FEED_LIKE = re.compile(
    r"(?:^|/)(?:rss|feeds?|atom|rdf)/?$|[/.](?:rss|atom|rdf)(?:\.(?:xml|php))?$|/(?:feed|index)\.(?:xml|rdf)$|[?&]feed=rss"
)
MOST_HINTS = 5


# --- links --------------------------------------------------------------------


def _anchors(read: Document) -> dict[str, Anchor]:
    found: dict[str, Anchor] = {}
    origin = (urls.join(read.base, "/") or "").rstrip("/")
    for rank, element in enumerate(read.tree.css("a[href]")[:MOST_ANCHORS], 1):
        url = _quickly(origin, element) or _address(read, element)
        if url is None:
            continue
        anchor = found.setdefault(url, Anchor(url, rank))
        room, heading = _room(element)
        anchor.rooms.add(room)
        text = _text(element)
        if (heading, len(text)) > (anchor.heading, len(anchor.text)):
            anchor.text, anchor.heading = text, heading
    return found


def _quickly(origin: str, element: LexborNode) -> str | None:
    """The address of a link that is plainly a path of this site, as most are; None for others."""
    url = origin + (element.attributes.get("href") or "")
    return url if url.startswith(f"{origin}/") and urls.is_clean(url) and "//" not in url[8:] else None


def _address(read: Document, element: LexborNode) -> str | None:
    href = (element.attributes.get("href") or "").strip()
    if not href or href.lower().startswith(_NOT_A_LINK):
        return None
    url = urls.join(read.base, href)
    return urls.clean(addresses.without_session(url)) if url else None


def _text(element: LexborNode) -> str:
    """The headline in a link: of its heading, else all of it where that is no paragraph."""
    heading = element.css_first("h1,h2,h3,h4,h5")
    text = " ".join((heading or element).text(separator=" ").split())
    if not text:
        told = element.attributes
        text = " ".join((told.get("title") or told.get("aria-label") or "").split())
    return text if len(text) <= _LONGEST_HEADLINE else ""


def _room(element: LexborNode) -> tuple[str, bool]:
    """The room a link stands in, and whether it is a heading's or has one inside."""
    heading = element.css_first("h1,h2,h3,h4,h5") is not None
    above = element.parent
    for _ in range(_HOW_FAR):
        if above is None:
            break
        tag = above.tag or ""
        heading = heading or tag in _HEADINGS
        role = above.attributes.get("role")
        if tag in _ROOMS or role == "navigation":
            return ("nav" if role == "navigation" else _ROOMS[tag]), heading
        above = above.parent
    return "page", heading


def _points(anchor: Anchor) -> int:
    reading = addresses.read(anchor.url)
    if reading.never:
        return reading.points
    long = _length(anchor.text)
    points = reading.points + (3 if long >= 8 else 2 if long >= 5 else 1 if long >= 3 else -1)
    points += 2 if anchor.heading else 0
    points += 1 if "teaser" in anchor.rooms else 0
    return points - (3 if anchor.rooms == {"nav"} else 0)


_ALIKE = 2
"""Links that are plainly to articles, from which others with numbers in the same places are taken for such, too."""


def _alike(points: dict[str, int], anchors: dict[str, Anchor]) -> dict[str, int]:
    """The points, with those lifted whose address differs from plain articles' by its number only: a headline of two
    words says little, and /politics/10412 among /politics/10413 and /politics/10398 says enough."""
    doubtful = {
        url: shape
        for url, told in points.items()
        if ENOUGH - 4 < told < ENOUGH and anchors[url].text and (shape := addresses.shape(url))
    }
    if not doubtful:
        return points
    plain = Counter(addresses.shape(url) for url, told in points.items() if told >= ENOUGH)
    return points | {url: ENOUGH for url, shape in doubtful.items() if plain[shape] >= _ALIKE}


def _length(text: str) -> int:
    """Words; in scripts without spaces three characters count as one."""
    return max(len(text.split()), len(_CJK.findall(text)) // 3)


def _is_section(anchor: Anchor) -> bool:
    """Short words that lead to a place near the root, and none that is known to be no list of articles."""
    parts = urlsplit(anchor.url)
    segments = addresses.segments_of(parts.path)
    if len(segments) > 3 or not 0 < _length(anchor.text) <= 4 or anchor.text.isdecimal():
        return False
    if parts.query:
        return "nav" in anchor.rooms and addresses.chooses_a_section(parts.query)
    if not segments or (words("never") | words("service") | words("media")).intersection(segments):
        return False
    if (words("list") - words("list_of_sections")).intersection(segments[-2:]):
        return False
    return addresses.is_pathlike(segments) or ("nav" in anchor.rooms and addresses.is_numbered_section(segments))


# --- the next page ------------------------------------------------------------

_PAGE = re.compile(
    rf"(?<=[?&/])({'|'.join(sorted(words('page_numbers')))})([=/-])(\d{{1,6}})(?=[&/.]|$)", re.IGNORECASE
)
_TRAILING = re.compile(r"(?<=[/-])()()(\d{1,4})(?=(?:\.\w+)?/?$)")


def _next(read: Document, anchors: dict[str, Anchor]) -> str | None:
    """The page after this: as the head or a link says, else the one that counts one further."""
    told = read.link("next")
    if told:
        return told
    here = urls.clean(read.url or "") if read.url else ""
    stem, number = _numbered(here)
    after = sorted((n, url) for url in anchors for s, n in [_numbered(url)] if s == stem and n > number)
    # what is called a page may be counted by its first article; a bare number must be the next one
    if after and (after[0][0] == number + 1 or _PAGE.search(after[0][1])):
        return after[0][1]
    for element in read.tree.css("a[rel~='next' i][href]"):
        return _address(read, element)
    return next(
        (url for url, each in anchors.items() if each.text.lower() in words("next_words") and url != here), None
    )


def _numbered(url: str) -> tuple[str, int]:
    """The address of a list without its page number, and the number: 1 where there is none."""
    for pattern in (_PAGE, _TRAILING):
        match = pattern.search(url)
        if match:
            stem = (url[: match.start()] + url[match.end() :]).rstrip("/?&-")
            return stem.replace("?&", "?").rstrip("?"), int(match[3])
    return url.rstrip("/"), 1
