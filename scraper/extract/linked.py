"""What a page's linked data says about its article."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from scraper import urls
from scraper.document import Document
from scraper.extract.wording import plain, unmarked

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
_NO_ARTICLE = _RANK["creativework"]
_WRITTEN = _RANK["report"]
"""Up to here an object's headline is the article's; a review or a recipe names what it is about."""

Object = dict[str, Any]
"""An object of linked data."""

MOST = 200
"""Objects of one page that are looked at. Articles have one to five, the longest list of teasers seen had 60."""


def articles(document: Document) -> tuple[Object, ...]:
    """The objects that describe this page's article, the most telling first.

    Of several articles on one page (lists of teasers) it is the one that has the page's address or
    title, else the first of the most telling kind; others count if they have the same headline.
    """
    return document.once(_articles)


def _articles(document: Document) -> tuple[Object, ...]:
    known = [each for each in islice(document.linked, MOST) if _rank(each) < _NO_ARTICLE and _is_told(each)]
    if len(known) < 2:
        return tuple(known)
    titles = [plain(unmarked(text)) for text in (document.title, document.says("og:title")) if text]
    best = min(known, key=lambda each: (not _is_this_page(each, document, titles), _rank(each)))
    same = _headline(best)
    return (best, *(each for each in known if each is not best and same and _headline(each) == same))


def pages(document: Document) -> list[Object]:
    """The objects that describe the page that holds the article."""
    return [each for each in islice(document.linked, MOST) if _rank(each) == _RANK["webpage"]]


def is_closed(document: Document) -> bool:
    """Whether the article, the page or a part of them is said not to be free; other articles do not count."""
    known = articles(document)
    closed = (each for each in islice(document.linked, MOST) if _is_closed(each))
    return any(map(_is_closed, known)) or any(not known or _rank(each) >= _NO_ARTICLE for each in closed)


def _is_closed(value: Object) -> bool:
    return "isAccessibleForFree" in value and str(value["isAccessibleForFree"])[:40].lower() in _CLOSED


_CLOSED = frozenset(("false", "0", "no", "http://schema.org/false", "https://schema.org/false"))


def headline(document: Document) -> str:
    """The headline that the linked data declares for the article, "" for none."""
    for each in articles(document):
        if told := unmarked(each.get("headline") or (each.get("name") if _rank(each) <= _WRITTEN else None)):
            return told
    return ""


def subject(document: Document) -> str:
    """The name of what a recipe or a review is about, "" for none."""
    return next((unmarked(each.get("name")) for each in articles(document) if _rank(each) > _WRITTEN), "")


def text(document: Document) -> list[str]:
    """The paragraphs of `articleBody`. A hint and a last resort: it is often cut, or without its paragraphs."""
    body = next((each["articleBody"] for each in articles(document) if isinstance(each.get("articleBody"), str)), "")
    plain = re.sub(r"<br[^<>]*>|</p>", "\n", html.unescape(body))
    return [" ".join(line.split()) for line in re.sub(r"<[^<>]{1,300}>", "", plain).splitlines() if line.strip()]


def names(document: Document, value: Any) -> Iterator[tuple[str, str]]:
    """(type in lower case, name) of the people or organisations in an `author`-like value.

    What is only pointed at by its `@id` is looked up among the page's other objects.
    """
    for each in islice(_flat(value), 100):
        if isinstance(each, str):
            yield "", each
        else:
            told = each.get("name") or each.get("alternateName")
            known = each if told else _pointed_at(document, each.get("@id"))
            for name in _flat(known.get("name") or known.get("alternateName")):
                if isinstance(name, str):
                    yield kind(known), name


def kind(value: Object) -> str:
    """The first type of an object in lower case, without its vocabulary."""
    kinds = value.get("@type")
    return kinds.lower() if isinstance(kinds, str) and kinds.isalpha() else next(_types(value), "")


def _flat(value: Any, depth: int = 0) -> Iterator[Any]:
    """The strings and objects in a value that may be one, or a list of them, or lists of lists."""
    if isinstance(value, list) and depth < 5:
        for each in value:
            yield from _flat(each, depth + 1)
    elif isinstance(value, str | dict):
        yield value


def _pointed_at(document: Document, name: Any) -> Object:
    return next((each for each in document.linked if name and each.get("@id") == name and each.get("name")), {})


def _is_told(value: Object) -> bool:
    return bool(value.get("headline") or value.get("datePublished") or value.get("name"))


def _is_this_page(value: Object, document: Document, titles: list[str]) -> bool:
    """Whether an object has the page's address, or a headline that the page's title has too."""
    if document.url and any(_address(document, each) == _address(document, document.url) for each in _addresses(value)):
        return True
    headline = _headline(value)
    return len(headline) > 5 and any(headline[:60] in title for title in titles)


def _addresses(value: Object) -> Iterator[str]:
    """What an object gives for its own address."""
    for each in (value.get("url"), value.get("mainEntityOfPage"), value.get("@id")):
        address = each.get("@id") or each.get("url") if isinstance(each, dict) else each
        if isinstance(address, str) and address:
            yield address


def _address(document: Document, href: str) -> str | None:
    address = urls.join(document.base, href.partition("#")[0])
    return urls.clean(address).rstrip("/") if address else None


def _headline(value: Object) -> str:
    return plain(unmarked(value.get("headline") or value.get("name")))


def _rank(value: Object) -> int:
    kinds = value.get("@type")
    if isinstance(kinds, str) and kinds.isalpha():
        return _RANK.get(kinds.lower(), len(_KINDS))
    return min((_RANK.get(kind, len(_KINDS)) for kind in _types(value)), default=len(_KINDS))


def _types(value: Object) -> Iterator[str]:
    kinds = value.get("@type")
    for kind in kinds[:5] if isinstance(kinds, list) else (kinds,):
        if isinstance(kind, str):
            yield kind.rpartition("/")[2].rpartition(":")[2].lower()
