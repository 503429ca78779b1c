"""OPML, the list of feeds that feed readers write → sources, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import escape, unescape

from scraper import config, urls
from scraper.errors import ConfigError, Unusable
from scraper.models import Source

_REMARK = re.compile(r"<!--.*?-->", re.DOTALL)
_FEED_SCHEME = re.compile(r"^feed:(?://)?(?=https?:)|^feed:(?=//)", re.IGNORECASE)
"""`feed:` is what browsers once handed to feed readers: feed://a.example/rss, feed:https://a.example/rss."""
_OUTLINE = re.compile(r"<(?:[\w-]+:)?outline\b((?:[^<>\"']++|\"[^\"]*\"|'[^']*')*+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def read(text: str, name: str = "OPML") -> list[Source]:
    """A source for each site, with the feeds the list gives for it. Raises `ConfigError` where there is none."""
    sources: dict[str, Source] = {}
    for told in _outlines(text):
        source = _source(told)
        if source:
            site = _site(source)
            sources[site] = _joined(sources[site], source) if site in sources else source
    if not sources:
        raise ConfigError(f"{name}: no sites in it, is it OPML?")
    return list(sources.values())


def _outlines(text: str) -> Iterator[dict[str, str]]:
    for attributes in _OUTLINE.findall(_REMARK.sub("", text)):
        told = {key.lower(): unescape(a or b).strip() for key, a, b in _ATTRIBUTE.findall(attributes)}
        address = {"link": "htmlurl", "rss": "xmlurl", "atom": "xmlurl"}.get(told.get("type", "").lower())
        if address and told.get("url"):  # OPML 2.0's own word for what a link leads to
            told.setdefault(address, told["url"])
        if told.get("xmlurl") or told.get("htmlurl"):
            yield told


def _source(told: dict[str, str]) -> Source | None:
    feed = urls.join(None, _FEED_SCHEME.sub(_web, told.get("xmlurl", "")))
    home = urls.join(None, told.get("htmlurl", "")) or (urls.join(feed, "/") if feed else None)
    if home is None:
        return None
    try:
        return config.named({"home": home} | ({"feeds": [feed]} if feed else {}))
    except Unusable:
        return None


def _web(scheme: re.Match[str]) -> str:
    return "http:" if scheme.end() < len(scheme.string) and scheme.string[scheme.end()] == "/" else ""


def _site(source: Source) -> str:
    """What one site's home page is whether it is called with `www.` or not, with http or https."""
    return urls.site(source.home) + source.home.split("/", 3)[-1].rstrip("/")


def _joined(source: Source, other: Source) -> Source:
    """One source of two entries for one site; https counts before http."""
    home = min(source.home, other.home, key=lambda each: not each.startswith("https:"))
    named = config.named({"home": home})
    return replace(named, feeds=tuple(dict.fromkeys((*source.feeds, *other.feeds))))


def write(sources: Iterable[Source]) -> str:
    """The sources as OPML 2.0, an outline for each feed; a source without one stands with its home page."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<opml version="2.0">',
        "<head><title>Sources</title></head>",
        "<body>",
    ]
    for source in sources:
        told = f'text="{escape(source.name)}" htmlUrl="{escape(source.home)}"'
        lines += [f'<outline type="rss" {told} xmlUrl="{escape(feed)}"/>' for feed in source.feeds] or [
            f"<outline {told}/>"
        ]
    return "\n".join([*lines, "</body>", "</opml>", ""])
