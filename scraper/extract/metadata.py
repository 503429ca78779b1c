"""What a page says about its article beside the text, each field with the place it was read from."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scraper import urls
from scraper.document import Document
from scraper.extract import authors, dates, linked
from scraper.extract.lines import ASIDE, FOOTER, NAV, Line, folded, group
from scraper.extract.wording import plain
from scraper.models import Evidence, Image, Moment

Found = tuple[Any, str]
"""A value and the place it stood at."""

_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "article_published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "shareaholic:article_published_time",
    "publish-date",
    "publishdate",
    "published_time",
    "publisheddate",
    "publication_date",
    "prism.publicationdate",
    "pubdate",
    "pub_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.created",
    "dcterms.created",
    "dcterms:created",
    "dc.date",
    "dcterms.date",
    "date.created",
    "content:publishdate",
    "og:pubdate",
    "og:release_date",
    "citation_publication_date",
    "bepress_citation_date",
    "date",
)
_MODIFIED = (
    "article:modified_time",
    "og:article:modified_time",
    "article_modified_time",
    "datemodified",
    "og:updated_time",
    "cxenseparse:modified_time",
    "cxenseparse:recs:modifiedtime",
    "shareaholic:article_modified_time",
    "dcterms.modified",
    "dc.date.modified",
    "date.updated",
    "last-modified",
    "lastmod",
    "last_updated_date",
)
_AUTHORS = (
    "author",
    "article:author",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "article:author_name",
    "shareaholic:article_author_name",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "dc:creator",
    "dc.author",
    "citation_author",
    "creator",
    "vr:author",
)
_SECTIONS = ("article:section", "og:article:section", "parsely-section", "cxenseparse:section", "section", "dc.subject")
_TAGS = ("article:tag", "og:article:tag", "news_keywords", "parsely-tags", "sailthru.tags", "keywords")
_IMAGES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src", "thumbnail")
_DESCRIPTIONS = ("og:description", "description", "twitter:description", "dc.description", "sailthru.description")


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields as the page gives them; `evidence` names the place of each that is filled."""

    url: str | None
    alternates: tuple[str, ...]
    description: str | None
    authors: tuple[str, ...]
    published: Moment | None
    modified: Moment | None
    section: str | None
    tags: tuple[str, ...]
    language: str | None
    site_name: str | None
    image: Image | None
    paywalled: bool
    evidence: tuple[Evidence, ...]


def read(document: Document, lines: list[Line], fetched_at: datetime) -> Fields:
    """Every field of the page; nothing is taken out of running text."""
    told: dict[str, Found | None] = {
        "url": _address(document),
        "description": _first(_descriptions(document)),
        "authors": _authors(document, lines),
        "published": _moment(_published(document, lines), fetched_at),
        "modified": _moment(_modified(document), fetched_at),
        "section": _first(_sections(document)),
        "tags": _tags(document),
        "language": _first(_languages(document)),
        "site_name": _first(_site_names(document)),
        "image": _image(document),
        "paywalled": _paywalled(document),
    }
    values: dict[str, Any] = {field: found[0] if found else _EMPTY.get(field) for field, found in told.items()}
    evidence = tuple(Evidence(field, found[1]) for field, found in told.items() if found)
    return Fields(**values, alternates=_alternates(document, values["url"]), evidence=evidence)


_EMPTY: dict[str, Any] = {"authors": (), "tags": (), "paywalled": False}


def _first(found: Iterable[Found | None]) -> Found | None:
    return next((each for each in found if each and each[0]), None)


def _meta(document: Document, names: Iterable[str]) -> Iterator[Found]:
    for name in names:
        for content in document.meta.get(name, ()):
            yield content, f"meta {name}"


def _text(value: Any) -> str | None:
    """A string of linked data or meta as a reader would see it."""
    if isinstance(value, list):
        value = next((each for each in value if isinstance(each, str)), None)
    if isinstance(value, dict):
        value = value.get("name")
    if not isinstance(value, str):
        return None
    return folded(re.sub(r"<[^<>]{1,300}>", " ", html.unescape(html.unescape(value)))) or None


# --- addresses ----------------------------------------------------------------


def _address(document: Document) -> Found | None:
    """The canonical address, where it is believable: the same site, and not its front page unless asked for.

    A page that came without an address is what it says it is, if that is no front page.
    """
    return _first(
        (address, place)
        for address, place in _addresses(document)
        if address and (not urls.is_home(address) or (document.url and urls.is_home(document.url)))
        if document.url is None or urls.same_site(address, document.url)
    )


def _addresses(document: Document) -> Iterator[tuple[str | None, str]]:
    yield _cleaned(document, document.link("canonical")), "link canonical"
    yield _cleaned(document, document.says("og:url")), "meta og:url"
    yield _cleaned(document, document.url), "address"


def _cleaned(document: Document, href: str | None) -> str | None:
    address = urls.join(document.base, href) if href else None
    return urls.clean(address) if address else None


def _alternates(document: Document, url: str | None) -> tuple[str, ...]:
    """Other addresses that the page gives for itself on the same site: AMP, og:url, canonical."""
    if url is None:
        return ()
    found = [_cleaned(document, document.link("amphtml")), *(address for address, _ in _addresses(document))]
    return tuple(
        dict.fromkeys(
            each for each in found if each and each != url and urls.same_site(each, url) and not urls.is_home(each)
        )
    )


# --- people -------------------------------------------------------------------


def _authors(document: Document, lines: list[Line]) -> Found | None:
    site_names = {plain(found[0]) for found in _site_names(document) if found[0]}
    for texts, place in _author_texts(document, lines):
        people = authors.people(texts)
        named = tuple(name for name in people if plain(name) not in site_names) or people
        if named:
            return named, place
    return None


def _author_texts(document: Document, lines: list[Line]) -> Iterator[tuple[list[str], str]]:
    for each in linked.articles(document):
        yield [name for _, name in linked.names(document, each.get("author") or each.get("creator"))], "json-ld author"
    for name in _AUTHORS:
        yield [text for text in document.meta.get(name, ()) if "://" not in text], f"meta {name}"
    for selector in (
        "[itemprop~=author] [itemprop=name]",
        "[itemprop~=author]",
        "a[rel~=author]",
        "address[class*=author]",
    ):
        yield [element.text(separator=" ", strip=True) for element in document.tree.css(selector)[:6]], selector
    yield [line.text for line in lines if _is_byline(line)][:1], "byline"


def _is_byline(line: Line) -> bool:
    named = (line.element.groups | line.inline) & group("byline")
    return bool(named) and line.words <= 12 and not line.element.around & (NAV | ASIDE | FOOTER)


# --- times --------------------------------------------------------------------


def _moment(found: Iterator[tuple[str, str]], fetched_at: datetime) -> Found | None:
    """The first believable moment; one that only has a day gives way to an exacter one of that day."""
    moments = [(dates.read(text), place) for text, place in found]
    told = [(moment, place) for moment, place in moments if moment and dates.believable(moment, fetched_at)]
    if not told:
        return None
    same_day = [each for each in told if each[0].iso[:10] == told[0][0].iso[:10]]
    return next((each for each in same_day if each[0].instant), None) or next(
        (each for each in same_day if not each[0].day_only), told[0]
    )


def _published(document: Document, lines: list[Line]) -> Iterator[tuple[str, str]]:
    yield from _linked_dates(linked.articles(document), ("datePublished", "dateCreated"))
    yield from _meta(document, _PUBLISHED)
    yield from _marked(document, ("[itemprop~=datePublished]", "time[pubdate]"))
    yield from _linked_dates(linked.pages(document), ("datePublished",))
    yield from _times(document)
    yield from ((line.text, "date line") for line in lines if _is_date_line(line))


def _modified(document: Document) -> Iterator[tuple[str, str]]:
    yield from _linked_dates(linked.articles(document), ("dateModified",))
    yield from _meta(document, _MODIFIED)
    yield from _marked(document, ("[itemprop~=dateModified]",))


def _linked_dates(told: list[dict[str, Any]], names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for each in told:
        for name in names:
            value = each.get(name)
            if isinstance(value, str | int):
                yield str(value), f"json-ld {name}"


def _marked(document: Document, selectors: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for selector in selectors:
        for element in document.tree.css(selector)[:3]:
            attributes = element.attributes
            text = attributes.get("datetime") or attributes.get("content") or element.text(strip=True)
            yield text, selector


def _times(document: Document) -> Iterator[tuple[str, str]]:
    """The first `<time>` of the article's head, or of the page when it has one only."""
    for selector in (
        "article header time[datetime]",
        "article time[datetime]",
        "main time[datetime]",
        "time[datetime]",
    ):
        found = document.tree.css(selector)
        if found and (len(found) <= 2 or "article" in selector):
            yield found[0].attributes.get("datetime") or "", "time"
            return


def _is_date_line(line: Line) -> bool:
    named = (line.element.groups | line.inline) & group("date")
    return bool(named) and line.words <= 14 and not line.element.around & (NAV | ASIDE | FOOTER)


# --- the rest -----------------------------------------------------------------


def _descriptions(document: Document) -> Iterator[Found]:
    for each in linked.articles(document):
        yield _text(each.get("description")), "json-ld description"
    for content, place in _meta(document, _DESCRIPTIONS):
        yield _text(content), place


def _sections(document: Document) -> Iterator[Found]:
    for each in linked.articles(document):
        yield _text(each.get("articleSection")), "json-ld articleSection"
    for content, place in _meta(document, _SECTIONS):
        yield _text(content), place
    yield _crumb(document), "json-ld BreadcrumbList"


def _crumb(document: Document) -> str | None:
    """The innermost breadcrumb between the front page and the article."""
    for each in document.linked:
        items = each.get("itemListElement")
        if each.get("@type") == "BreadcrumbList" and isinstance(items, list):
            names = [_text(item.get("name") or item.get("item")) for item in items if isinstance(item, dict)]
            return next((name for name in reversed(names[1:-1]) if name and "://" not in name), None)
    return None


def _tags(document: Document) -> Found | None:
    for each in linked.articles(document):
        found = _parted(each.get("keywords"))
        if found:
            return found, "json-ld keywords"
    for name in _TAGS:
        found = _parted(list(document.meta.get(name, ())))
        if found:
            return found, f"meta {name}"
    return None


def _parted(value: Any) -> tuple[str, ...]:
    texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    parts = (part for text in texts if isinstance(text, str) for part in re.split(r"\s*[,;]\s*", _text(text) or ""))
    return tuple(dict.fromkeys(part for part in parts if 1 < len(part) <= 80))[:50]


def _languages(document: Document) -> Iterator[Found]:
    yield _tag(document.language), "html lang"
    for each in linked.articles(document):
        yield _tag(_text(each.get("inLanguage"))), "json-ld inLanguage"
    for name in ("og:locale", "content-language", "dc.language", "language"):
        yield _tag(document.says(name)), f"meta {name}"


def _tag(text: str | None) -> str | None:
    """The primary language of a BCP 47 tag or locale: `de` of `de_AT.UTF-8`."""
    match = re.match(r"([A-Za-z]{2,3})(?![A-Za-z])", (text or "").strip())
    return match[1].lower() if match else None


def _site_names(document: Document) -> Iterator[Found]:
    yield _text(document.says("og:site_name")), "meta og:site_name"
    for each in linked.articles(document):
        yield _text(each.get("publisher")), "json-ld publisher"
    for each in document.linked:
        if each.get("@type") == "WebSite":
            yield _text(each.get("name")), "json-ld WebSite"
    for name in ("application-name", "apple-mobile-web-app-title", "publisher", "dc.publisher"):
        yield _text(document.says(name)), f"meta {name}"


def _image(document: Document) -> Found | None:
    for href, place in _image_addresses(document):
        address = urls.join(document.base, href)
        if address:
            return Image(address, None), place
    return None


def _image_addresses(document: Document) -> Iterator[tuple[str, str]]:
    yield from _meta(document, _IMAGES)
    for each in linked.articles(document):
        yield from ((href, "json-ld image") for href in _hrefs(each.get("image")))
    link = document.link("image_src")
    if link:
        yield link, "link image_src"


def _hrefs(value: Any) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        href = each.get("url") or each.get("contentUrl") if isinstance(each, dict) else each
        if isinstance(href, str):
            yield href


_FREE = ("free", "unlocked", "public", "metered", "false", "")
_PAYWALL: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("article:content_tier", lambda content: content not in _FREE),
    ("cxenseparse:paywall", lambda content: content in ("true", "hard")),
    ("og:restrictions:paywall", lambda content: content == "true"),
    ("paywall", lambda content: content in ("true", "1", "hard")),
)


def _paywalled(document: Document) -> Found | None:
    for each in document.linked:
        if str(each.get("isAccessibleForFree")).lower() in ("false", "0", "http://schema.org/false"):
            return True, "json-ld isAccessibleForFree"
    for name, is_closed in _PAYWALL:
        if is_closed((document.says(name) or "free").lower()):
            return True, f"meta {name}"
    return None
