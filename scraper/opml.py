"""OPML, the list of feeds that feed readers write → sources, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import escape, unescape

from scraper import config, urls
from scraper.errors import ConfigError, Unusable
from scraper.models import Source

_OUTLINE = re.compile(r"<outline\b((?:[^<>\"']++|\"[^\"]*\"|'[^']*')*+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def read(text: str, name: str = "OPML") -> list[Source]:
    """A source for each site, with the feeds the list gives for it. Raises `ConfigError` where there is none."""
    sources: dict[str, Source] = {}
    for told in _outlines(text):
        source = _source(told)
        if source:
            old = sources.get(source.home)
            sources[source.home] = _with_feeds(old, source.feeds) if old else source
    if not sources:
        raise ConfigError(f"{name}: no sites in it, is it OPML?")
    return list(sources.values())


def _outlines(text: str) -> Iterator[dict[str, str]]:
    for attributes in _OUTLINE.findall(text):
        told = {key.lower(): unescape(a or b).strip() for key, a, b in _ATTRIBUTE.findall(attributes)}
        if told.get("xmlurl") or told.get("htmlurl"):
            yield told


def _source(told: dict[str, str]) -> Source | None:
    feed = urls.join(None, told.get("xmlurl", ""))
    home = urls.join(None, told.get("htmlurl", "")) or (urls.join(feed, "/") if feed else None)
    if home is None:
        return None
    try:
        return config.named({"home": home} | ({"feeds": [feed]} if feed else {}))
    except Unusable:
        return None


def _with_feeds(source: Source, feeds: Iterable[str]) -> Source:
    return replace(source, feeds=tuple(dict.fromkeys((*source.feeds, *feeds))))


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
