"""What a page asks of those who copy it: `noarchive`, `noindex` and reservations against text and data mining."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

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


def of(page: Page, agent: str, *, by_site: bool = False) -> tuple[str, ...]:
    """The words that hold for `agent`, sorted.

    On text and data mining the page's markup counts before its headers, and these before what holds for the whole
    site: whether that reserves this address is `by_site`.
    """
    metas = list(_metas(page.body[:_HEAD]))
    found = {word for name, value in page.headers if name == "x-robots-tag" for word in _tagged(value, agent)}
    found.update(word for name, content in metas if name in ("robots", agent.lower()) for word in _directives(content))
    if _is_reserved(metas, page.headers, by_site=by_site):
        found.add("tdm")
    return tuple(sorted(found))


def _is_reserved(*places: Iterable[tuple[str, str]], by_site: bool) -> bool:
    """Whether the first place that speaks of mining reserves it."""
    for place in places:
        said = [value.strip() for name, value in place if name == "tdm-reservation"]
        if said:
            return "1" in said
    return by_site


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
