"""What a page asks of those who copy it: `noarchive`, `noindex` and reservations against text and data mining."""

from __future__ import annotations

import re

from scraper.models import Page

WORDS = ("noarchive", "noindex", "tdm")
"""What may be honoured: the first two of robots meta tags and X-Robots-Tag, `tdm` of the TDM Reservation Protocol."""

_HEAD = 1 << 16
_META = re.compile(rb"<meta\s[^>]{1,400}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"([a-z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_AGENT = re.compile(r"^\s*([a-z0-9_.-]+)\s*:", re.IGNORECASE)
_UNAVAILABLE = "unavailable_after"


def of(page: Page, agent: str) -> tuple[str, ...]:
    """The words that hold for `agent`, sorted."""
    said = [value for name, value in page.headers if name == "x-robots-tag" and _concerns(value, agent)]
    found = set(_directives(said))
    if any(value.strip() == "1" for name, value in page.headers if name == "tdm-reservation"):
        found.add("tdm")
    return tuple(sorted(found | _in_markup(page.body[:_HEAD], agent)))


def _in_markup(head: bytes, agent: str) -> set[str]:
    if b"robots" not in head and b"tdm-reservation" not in head.lower():
        return set()
    found: set[str] = set()
    for meta in _META.findall(head):
        told = {name.lower(): (a or b or c).decode("latin-1") for name, a, b, c in _ATTRIBUTE.findall(meta)}
        name, content = told.get(b"name", "").lower(), told.get(b"content", "")
        if name in ("robots", agent.lower()):
            found |= _directives([content])
        if name == "tdm-reservation" and content.strip() == "1":
            found.add("tdm")
    return found


def _directives(said: list[str]) -> set[str]:
    words = {word.strip().lower() for each in said for word in re.split(r"[,;:\s]", each)}
    return ({"noarchive", "noindex"} if "none" in words else set()) | (words & {"noarchive", "noindex"})


def _concerns(value: str, agent: str) -> bool:
    """X-Robots-Tag may begin with the name of the robot it is meant for."""
    named = _AGENT.match(value)
    return named is None or named[1].lower() in (agent.lower(), _UNAVAILABLE)
