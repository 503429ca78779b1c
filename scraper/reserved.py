"""What a page asks of those who copy it: `noarchive`, `noindex` and reservations against text and data mining."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from scraper.models import Page

WORDS = ("noarchive", "noindex", "tdm")
"""What may be honoured: the first two of robots meta tags and X-Robots-Tag, `tdm` of the TDM Reservation Protocol."""

_HEAD = 1 << 16
_REMARK = re.compile(rb"<!--.*?-->", re.DOTALL)
_META = re.compile(rb"<meta\s[^>]{1,400}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"([a-z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_NAMED = re.compile(r"\s*([^\s:]+)\s*:")
_MEANT = {"nocache": ("noarchive",), "noarchive": ("noarchive",), "noindex": ("noindex",), "none": WORDS[:2]}
"""What each directive stands for; `nocache` is what one search engine calls it."""

_VALUED = frozenset(("max-image-preview", "max-snippet", "max-video-preview", "unavailable_after"))
"""Directives with a value of their own; any other word before a colon is the name of a robot."""


SITE = "/.well-known/tdmrep.json"
"""Where a site says of all its pages whether it reserves them against text and data mining."""

_LONGEST_REPORT = 512_000
_MOST_RULES = 1_000


def by_site(body: bytes, url: str) -> bool:
    """Whether a tdmrep.json reserves an address: of the places that match it the longest counts, as in robots.txt.

    https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/
    """
    try:
        told = json.loads(body[:_LONGEST_REPORT])
    except (ValueError, RecursionError):
        return False
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    rules = [each for each in (told if isinstance(told, list) else [told])[:_MOST_RULES] if isinstance(each, dict)]
    found = [(len(place), each) for each in rules if _covers(place := str(each.get("location", "/")), path)]
    deciding = max(found, key=lambda each: each[0], default=None)
    return deciding is not None and str(deciding[1].get("tdm-reservation")) == "1"


def _covers(place: str, path: str) -> bool:
    """Whether a place with robots.txt's * and $ is the address's; it may be a whole address, too."""
    place = urlsplit(place).path if "://" in place else place
    first, *more = place.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for piece in more[:-1]:
        at = path.find(piece, at) + len(piece)
        if at < len(piece):
            return False
    last = more[-1] if more else ""
    if place.endswith("$"):
        return path.endswith(last) and at <= len(path) - len(last) and (bool(more) or at == len(path))
    return path.find(last, at) >= 0


def of(page: Page, agent: str) -> tuple[str, ...]:
    """The words that hold for `agent`, sorted. On text and data mining the markup counts before the headers."""
    metas = list(_metas(page.body[:_HEAD]))
    found = {word for name, value in page.headers if name == "x-robots-tag" for word in _tagged(value, agent)}
    found.update(word for name, content in metas if name in ("robots", agent.lower()) for word in _directives(content))
    if _is_reserved(metas, page.headers):
        found.add("tdm")
    return tuple(sorted(found))


def _is_reserved(*places: Iterable[tuple[str, str]]) -> bool:
    """Whether the first place that speaks of mining reserves it."""
    for place in places:
        said = [value.strip() for name, value in place if name == "tdm-reservation"]
        if said:
            return "1" in said
    return False


def _metas(head: bytes) -> Iterator[tuple[str, str]]:
    """Name and content of each meta element that could say it."""
    lowered = head.lower()
    if not any(word in lowered for word in (b"noarchive", b"noindex", b"nocache", b"none", b"tdm-reservation")):
        return
    for meta in _META.findall(_REMARK.sub(b"", head)):
        told = {name.lower(): (a or b or c).decode("latin-1") for name, a, b, c in _ATTRIBUTE.findall(meta)}
        yield told.get(b"name", "").lower(), told.get(b"content", "")


def _directives(said: str) -> Iterator[str]:
    for word in re.split(r"[,;:\s]+", said.lower()):
        yield from _MEANT.get(word, ())


def _tagged(value: str, agent: str) -> Iterator[str]:
    """The words of an X-Robots-Tag: the name of a robot holds for what follows, until the next."""
    concerns = True
    for part in value.split(","):
        named = _NAMED.match(part)
        robot = named[1].lower() if named else None
        if robot and robot not in _VALUED:
            concerns = robot in (agent.lower(), "*")
        if concerns:
            yield from _directives(part)
