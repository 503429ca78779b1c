"""Archive news pages as clean records.

    import scraper

    article = scraper.read(html, url="https://example.org/story")
    page = scraper.fetch("https://example.org/story")
    with scraper.Archive("news.db") as archive:
        archive.keep(page)
        archive.search("budget")

Everything is loaded when it is first used: `import scraper` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scraper.api import Archive, page_of, read, read_capture
    from scraper.archive import Kept
    from scraper.edits import Change
    from scraper.errors import (
        ArchiveError,
        Busy,
        ConfigError,
        DamagedArchive,
        ExtractError,
        FetchError,
        Gone,
        Refused,
        ScraperError,
        Unreachable,
        Unusable,
    )
    from scraper.explain import Explanation
    from scraper.fetch import Settings
    from scraper.fetch import page as fetch
    from scraper.guard import Guard
    from scraper.history import Difference, Event, Variant
    from scraper.models import Article, Block, Dropped, Evidence, Headline, Image, Kind, Moment, Page
    from scraper.query import Filters, Hit, Order
    from scraper.tellings import Copy, Story

_FROM = {
    "api": ("Archive", "page_of", "read", "read_capture"),
    "archive": ("Kept",),
    "edits": ("Change",),
    "errors": (
        "ArchiveError",
        "Busy",
        "ConfigError",
        "DamagedArchive",
        "ExtractError",
        "FetchError",
        "Gone",
        "Refused",
        "ScraperError",
        "Unreachable",
        "Unusable",
    ),
    "explain": ("Explanation",),
    "fetch": ("Settings",),
    "guard": ("Guard",),
    "history": ("Difference", "Event", "Variant"),
    "models": ("Article", "Block", "Dropped", "Evidence", "Headline", "Image", "Kind", "Moment", "Page"),
    "query": ("Filters", "Hit", "Order"),
    "tellings": ("Copy", "Story"),
}
_WHERE = {name: module for module, names in _FROM.items() for name in names}

__all__ = [
    "Archive",
    "ArchiveError",
    "Article",
    "Block",
    "Busy",
    "Change",
    "ConfigError",
    "Copy",
    "DamagedArchive",
    "Difference",
    "Dropped",
    "Event",
    "Evidence",
    "Explanation",
    "ExtractError",
    "FetchError",
    "Filters",
    "Gone",
    "Guard",
    "Headline",
    "Hit",
    "Image",
    "Kept",
    "Kind",
    "Moment",
    "Order",
    "Page",
    "Refused",
    "ScraperError",
    "Settings",
    "Story",
    "Unreachable",
    "Unusable",
    "Variant",
    "fetch",
    "page_of",
    "read",
    "read_capture",
]


def __getattr__(name: str) -> Any:
    if name == "fetch":
        return import_module("scraper.fetch")  # a module that can be called
    if name not in _WHERE:
        message = f"module 'scraper' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"scraper.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    return __all__
