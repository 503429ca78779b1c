"""What a page says about its article beside the text, each field with the place it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scraper import tables, urls
from scraper.document import Document
from scraper.extract import bylines, headlines, language, linked
from scraper.extract.lines import Line
from scraper.extract.nearby import Nearby
from scraper.extract.times import Times
from scraper.extract.wording import is_cut, is_cut_of, unmarked
from scraper.models import Evidence, Image, Moment

Found = tuple[Any, str]
"""A value and the place it stood at."""


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
    nearby = Nearby(document, lines)
    site_names = list(filter(_is_name, _site_names(document))) or [(headlines.named_in_title(document), "title")]
    moments = Times(nearby, _locale(document), fetched_at)
    addresses = list(_addresses(document))
    told: dict[str, Found | None] = {
        "url": _address(document, addresses),
        "description": _description(document),
        "authors": bylines.read(nearby, _own_names(document, site_names)),
        "published": moments.published,
        "modified": moments.modified,
        "section": _first(_sections(document)),
        "tags": _tags(document),
        "language": _language(nearby),
        "site_name": _first(site_names),
        "image": _image(document),
        "paywalled": _paywalled(document),
    }
    values: dict[str, Any] = {field: found[0] if found else _EMPTY.get(field) for field, found in told.items()}
    evidence = tuple(Evidence(field, found[1]) for field, found in told.items() if found)
    return Fields(**values, alternates=_alternates(document, values["url"], addresses), evidence=evidence)


_EMPTY: dict[str, Any] = {"authors": (), "tags": (), "paywalled": False}


def _first(found: Iterable[Found | None]) -> Found | None:
    return next((each for each in found if each and each[0]), None)


def _is_name(found: Found) -> bool:
    return bool(found[0]) and "://" not in found[0]


def _metas(document: Document, field: str) -> Iterator[Found]:
    for name in tables.load("fields")[field]:
        for content in document.meta.get(name, ()):
            yield content, f"meta {name}"


# --- addresses ----------------------------------------------------------------


def _address(document: Document, addresses: list[tuple[str | None, str]]) -> Found | None:
    """The canonical address, where it is believable: the same site, and not its front page unless asked for.

    A page that came without an address is what it says it is, if that is no front page.
    """
    return _first(
        (address, place)
        for address, place in addresses
        if address and (not urls.is_home(address) or (document.url and urls.is_home(document.url)))
        if document.url is None or urls.same_site(address, document.url)
    )


def _addresses(document: Document) -> Iterator[tuple[str | None, str]]:
    canonical, told = document.link("canonical"), document.says("og:url")
    yield urls.clean(canonical) if canonical else None, "link canonical"
    yield _cleaned(document, told) if told != canonical else None, "meta og:url"
    yield _cleaned(document, document.url) if document.url != canonical else None, "address"


def _cleaned(document: Document, href: str | None) -> str | None:
    address = urls.join(document.base, href[:_LONGEST_ADDRESS]) if href else None
    return urls.clean(address) if address else None


_LONGEST_ADDRESS = 4_000


def _alternates(document: Document, url: str | None, addresses: list[tuple[str | None, str]]) -> tuple[str, ...]:
    """Other addresses that the page gives for itself on the same site: AMP, og:url, canonical."""
    if url is None:
        return ()
    amp = document.link("amphtml")
    found = [urls.clean(amp) if amp else None, *(address for address, _ in addresses)]
    return tuple(
        dict.fromkeys(
            each for each in found if each and each != url and urls.same_site(each, url) and not urls.is_home(each)
        )
    )


# --- the language -------------------------------------------------------------


def _language(nearby: Nearby) -> Found | None:
    """The language that is declared, unless the text plainly is in another; where none is, the text's.

    Templates say "en" whatever is written in them: on one in 25 development pages of all kinds.
    """
    declared = _first(_languages(nearby.document))
    if declared and language.speaks(nearby.text(language.GLANCE), declared[0]):
        return declared
    text = nearby.text(language.SAMPLE)
    told = language.detected(text)
    if told and (declared is None or (language.kin(told) != language.kin(declared[0]) and language.speaks(text, told))):
        return told, "text"
    return declared


def _languages(document: Document) -> Iterator[Found]:
    for locale, place in _locales(document):
        yield _tag(locale), place


def _locales(document: Document) -> Iterator[tuple[str, str]]:
    yield document.language or "", "html lang"
    for each in linked.articles(document):
        yield unmarked(each.get("inLanguage")), "json-ld inLanguage"
    yield from _metas(document, "languages")


def _locale(document: Document) -> str:
    """The declared language with its country, `en-GB`."""
    return next((locale for locale, _ in _locales(document) if _tag(locale)), "")


def _tag(text: str) -> str | None:
    """The primary language of a BCP 47 tag or locale: `de` of `de_AT.UTF-8`."""
    match = re.match(r"([A-Za-z]{2,3})(?![A-Za-z])", text.strip()[:40])
    return match[1].lower() if match and match[1].lower() not in ("und", "mul", "zxx") else None


# --- the rest -----------------------------------------------------------------


def _description(document: Document) -> Found | None:
    """What the page says of its article; a text that is cut short gives way to the same in full."""
    found = [each for each in _descriptions(document) if each[0]]
    if not found or not is_cut(found[0][0]):
        return found[0] if found else None
    return next((each for each in found if is_cut_of(found[0][0], each[0]) and not is_cut(each[0])), found[0])


def _descriptions(document: Document) -> Iterator[Found]:
    for each in linked.articles(document):
        yield unmarked(each.get("description")), "json-ld description"
    for content, place in _metas(document, "descriptions"):
        yield unmarked(content), place


def _sections(document: Document) -> Iterator[Found]:
    for each in linked.articles(document):
        yield _one(unmarked(each.get("articleSection"))), "json-ld articleSection"
    for content, place in _metas(document, "sections"):
        yield _one(unmarked(content)), place
    yield _crumb(document), "json-ld BreadcrumbList"


def _one(sections: str) -> str:
    """The first of several sections that software has joined by bare commas."""
    return re.split(r",(?=\S)", sections, maxsplit=1)[0][:100]


def _crumb(document: Document) -> str | None:
    """The innermost breadcrumb between the front page and the article."""
    for each in document.linked[: linked.MOST]:
        items = each.get("itemListElement")
        if linked.kind(each) == "breadcrumblist" and isinstance(items, list):
            crumbs = [item for item in items[:20] if isinstance(item, dict)]
            names = [unmarked(item.get("name") or item.get("item")) for item in crumbs]
            return next((name for name in reversed(names[1:-1]) if name and "://" not in name), None)
    return None


def _tags(document: Document) -> Found | None:
    for each in linked.articles(document):
        found = _parted(each.get("keywords"))
        if found:
            return found, "json-ld keywords"
    for name in tables.load("fields")["tags"]:
        found = _parted(list(document.meta.get(name, ())))
        if found:
            return found, f"meta {name}"
    return None


def _parted(value: Any) -> tuple[str, ...]:
    """The tags in a string or in a list of strings or terms, each once."""
    texts = value[:_MOST_TAGS] if isinstance(value, list) else [value]
    parts = (part for text in texts for part in re.split(r"\s*[,;]\s*", unmarked(text)))
    return tuple(dict.fromkeys(part for part in parts if 1 < len(part) <= 80))[:_MOST_TAGS]


_MOST_TAGS = 50


def _site_names(document: Document) -> Iterator[Found]:
    yield unmarked(document.says("og:site_name"))[:100], "meta og:site_name"
    for each in linked.articles(document):
        yield from (
            (unmarked(name)[:100], "json-ld publisher") for _, name in linked.names(document, each.get("publisher"))
        )
    for each in document.linked[: linked.MOST]:
        if linked.kind(each) == "website":
            yield unmarked(each.get("name"))[:100], "json-ld WebSite"
    for content, place in _metas(document, "site_names"):
        yield unmarked(content)[:100], place


def _own_names(document: Document, site_names: list[Found]) -> list[str]:
    """What the site may call itself: its names, its host, the labels of the host."""
    host = urls.site(document.url) if document.url else ""
    names = [name for name, _ in site_names if name]
    return list(dict.fromkeys([*names, host, *(label for label in host.split(".")[:-1] if len(label) > 2)]))


def _image(document: Document) -> Found | None:
    """The main image, with the caption that linked data gives it."""
    for href, caption, place in _images(document):
        address = urls.join(document.base, href[:_LONGEST_ADDRESS])
        if address:
            return Image(address, caption or None), place
    return None


def _images(document: Document) -> Iterator[tuple[str, str, str]]:
    """(address, caption, place) of what may be the main image."""
    told = [image for each in linked.articles(document) for image in _pictures(each.get("image"))]
    captions = {href.rpartition("/")[2]: caption for href, caption in told}
    for href, place in _metas(document, "images"):
        yield href, captions.get(href.rpartition("/")[2], ""), place
    for href, caption in told:
        yield href, caption, "json-ld image"
    link = document.link("image_src") if not told else None
    if link:
        yield link, "", "link image_src"


def _pictures(value: Any) -> Iterator[tuple[str, str]]:
    """(address, caption) of the pictures in an `image` of linked data."""
    for each in value[:20] if isinstance(value, list) else [value]:
        href = each.get("url") or each.get("contentUrl") if isinstance(each, dict) else each
        if isinstance(href, str):
            yield href, unmarked(each.get("caption")) if isinstance(each, dict) else ""


def _paywalled(document: Document) -> Found | None:
    """Only what is said in so many words: markup of a paywall is on free pages too."""
    if linked.is_closed(document):
        return True, "json-ld isAccessibleForFree"
    for content, place in _metas(document, "paywalls"):
        if content.strip()[:40].lower() in _CLOSED:
            return True, place
    return None


_CLOSED = frozenset(
    ("1", "hard", "locked", "metered-hard", "paid", "paywall", "plus", "premium", "subscriber", "subscribers", "true")
)
"""What meta elements for it say when an article is not free; `metered` is free for those who come seldom."""
