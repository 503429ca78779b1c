"""What a page's linked data says about its article."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from scraper.document import Document

# schema.org types of things that are read, most telling first.
_KINDS = (
    "NewsArticle",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "BackgroundNewsArticle",
    "ReviewNewsArticle",
    "AdvertiserContentArticle",
    "LiveBlogPosting",
    "BlogPosting",
    "Article",
    "TechArticle",
    "ScholarlyArticle",
    "SocialMediaPosting",
    "Report",
    "Review",
    "Recipe",
    "CreativeWork",
    "WebPage",
)
_RANK = {kind.lower(): rank for rank, kind in enumerate(_KINDS)}
PAGE_RANK = _RANK["creativework"]


def articles(document: Document) -> list[dict[str, Any]]:
    """The objects that describe this page's article, the most telling kind first.

    Of several articles on one page (lists of teasers) only the first of each kind counts;
    what only describes the web page comes last and only when it has a headline of its own.
    """
    ranked = sorted((each for each in document.linked if _rank(each) < PAGE_RANK), key=_rank)
    told = [each for each in ranked if each.get("headline") or each.get("datePublished") or each.get("name")]
    return told[:1]


def pages(document: Document) -> list[dict[str, Any]]:
    """The objects that describe the page that holds the article."""
    return [each for each in document.linked if _rank(each) == _RANK["webpage"]]


def text(document: Document) -> list[str]:
    """The paragraphs of `articleBody`. A hint and a last resort: it is often cut, or without its paragraphs."""
    body = next((each["articleBody"] for each in articles(document) if isinstance(each.get("articleBody"), str)), "")
    plain = re.sub(r"<br[^<>]*>|</p>", "\n", html.unescape(body))
    return [" ".join(line.split()) for line in re.sub(r"<[^<>]{1,300}>", "", plain).splitlines() if line.strip()]


def names(value: Any) -> Iterator[tuple[str, str]]:
    """(type in lower case, name) of the people or organisations in an `author`-like value."""
    if isinstance(value, list):
        for each in value:
            yield from names(each)
    elif isinstance(value, dict):
        for name in _strings(value.get("name") or value.get("alternateName")):
            yield _type(value), name
    elif isinstance(value, str):
        yield "", value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (each for each in value if isinstance(each, str))


def _rank(value: dict[str, Any]) -> int:
    return min((_RANK.get(kind, len(_KINDS)) for kind in _types(value)), default=len(_KINDS))


def _type(value: dict[str, Any]) -> str:
    return next(_types(value), "")


def _types(value: dict[str, Any]) -> Iterator[str]:
    kinds = value.get("@type")
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if isinstance(kind, str):
            yield kind.rpartition("/")[2].rpartition(":")[2].lower()
