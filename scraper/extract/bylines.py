"""Who wrote an article, by the places that are marked as saying so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from selectolax.lexbor import LexborNode

from scraper import tables
from scraper.document import Document
from scraper.extract import authors, linked
from scraper.extract.headlines import is_site
from scraper.extract.lines import Element, closes
from scraper.extract.naming import group
from scraper.extract.nearby import Nearby
from scraper.models import Kind

Found = tuple[tuple[str, ...], str]
"""Names and the place they stood at."""

_LINKED = "json-ld author"
_LONGEST = 150
"""Characters of a byline; what is longer is a biography."""
_MOST = 50
"""People who sign one article."""


def read(nearby: Nearby, sites: list[str]) -> Found | None:
    """The names at the first place that names people; an organisation or the site where none does.

    Linked data and meta come before what readers see near the headline: elements called author or
    byline, lines that begin with "by". `sites` is what the site may be called.
    """
    declared = list(_declared(nearby.document))
    told = [_without(found, sites) for found in declared]
    if people := _first(told, _are_named):
        return people
    shown = []
    for found in _shown(nearby):
        shown.append(_without(found, sites))
        if _are_people(shown[-1]):
            return shown[-1].names, shown[-1].place
    return _first(told, _is_any) or _first(declared, _is_any) or _first(shown, _is_any)


@dataclass(frozen=True, slots=True)
class _Byline:
    names: tuple[str, ...]
    place: str


def _first(found: list[_Byline], is_wanted: Callable[[_Byline], bool]) -> Found | None:
    return next(((each.names, each.place) for each in found if is_wanted(each)), None)


def _is_any(byline: _Byline) -> bool:
    return bool(byline.names)


def _are_named(byline: _Byline) -> bool:
    """Whether a byline names somebody, not only an account: names are written with capitals where there are any."""
    return any(not name[0].islower() for name in byline.names)


def _are_people(byline: _Byline) -> bool:
    return any(map(authors.is_person, byline.names))


def _without(byline: _Byline, sites: list[str]) -> _Byline:
    """A byline without the site's own name; linked data that lists it beside people means it."""
    names = tuple(name for name in byline.names if not any(is_site(name, site) for site in sites))
    return byline if names and byline.place == _LINKED else replace(byline, names=names)


# --- what is declared ---------------------------------------------------------


def _declared(document: Document) -> Iterator[_Byline]:
    for each in linked.articles(document):
        told = list(linked.names(document, each.get("author") or each.get("creator")))
        yield _Byline(authors.people(name for _, name in told), _LINKED)
    for name in tables.load("fields")["authors"]:
        texts = [text for text in document.meta.get(name, ())[:_MOST] if "://" not in text]
        if texts:
            yield _Byline(authors.people(texts), f"meta {name}")


# --- what readers see ---------------------------------------------------------


def _shown(nearby: Nearby) -> Iterator[_Byline]:
    """What is called author near the headline, lines there that begin with "by", what is called author anywhere."""
    yield from _called(_beside(nearby), nearby)
    for line in nearby.around():
        if line.words <= 12 and line.kind is not Kind.HEADING and _openings().match(line.text):
            names = authors.people([line.text.replace("\n", " ")])
            if all(map(authors.is_full_name, names)):
                yield _Byline(names, "byline")
    yield from _called(_named(nearby.document.tree.css(_CALLED)), nearby)


def _called(found: list[LexborNode], nearby: Nearby) -> Iterator[_Byline]:
    for nodes in _nearest(found, nearby):
        names = authors.people(text for node in nodes for text in _texts(node))
        people = tuple(filter(authors.is_person, names))
        yield _Byline(people or names[:1], _place(nodes[0].attributes))


def _place(attributes: dict[str, str | None]) -> str:
    key = _declares(attributes)
    return f"{key} author" if key else "byline"


def _beside(nearby: Nearby) -> list[LexborNode]:
    """The elements called author in the lines near the headline: most pages have them there, among few others."""
    found: dict[int, LexborNode] = {}
    for line in nearby.around():
        around = [element for element in (line.element.parent, line.element) if element and _is_byline(element)]
        if line.words <= _MOST and (around or line.inline & group("byline")):
            nodes = [*(element.node for element in around), *_named(line.element.node.css(_CALLED))[:8]]
            found.update((node.mem_id, node) for node in nodes)
    return list(found.values())


def _is_byline(element: Element) -> bool:
    """Whether an element is called so; an id alone is as often that of a profile."""
    attributes = element.node.attributes
    return _says_author(attributes) or bool(not attributes.get("class") and element.groups & group("byline"))


_CALLED = "[class*=aut i], [class*=byline i], [class*=writer i], a[rel~=author i], [itemprop~=author i]"
"""Five selectors that find author, autor, auteur, auteurs …: nine would take three times as long."""
_CLASSES = re.compile(r"auth?or|auteur|byline|writer", re.IGNORECASE)


def _named(found: list[LexborNode]) -> list[LexborNode]:
    """Those that are called author, not autumn."""
    return [node for node in found[: 4 * _MOST] if _says_author(node.attributes)][:_MOST]


def _says_author(attributes: dict[str, str | None]) -> bool:
    return _declares(attributes) is not None or _CLASSES.search(attributes.get("class") or "") is not None


def _declares(attributes: dict[str, str | None]) -> str | None:
    """The attribute by which an element says that it is the author."""
    return next((key for key in ("itemprop", "rel") if "author" in (attributes.get(key) or "").lower()), None)


def _nearest(found: list[LexborNode], nearby: Nearby) -> Iterator[list[LexborNode]]:
    """The elements in groups of those that are marked up alike and stand together.

    Nearest to the headline first, those inside of others before them.
    """
    around = {above.mem_id for node in found for above in _above(node)}
    groups: dict[tuple[int, bool, str], list[LexborNode]] = {}
    for node in found:
        if depth := nearby.depth(node):
            key = (-depth, node.mem_id in around, f"{node.tag} {node.attributes.get('class')}")
            groups.setdefault(key, []).append(node)
    for _, nodes in sorted(groups.items(), key=lambda each: each[0][:2]):
        beside = {above.mem_id for above in islice(_above(nodes[0]), 2)}
        yield [node for node in nodes if any(above.mem_id in beside for above in islice(_above(node), 2))]


def _above(node: LexborNode) -> Iterator[LexborNode]:
    above = node.parent
    for _ in range(5):
        if above is None:
            return
        yield above
        above = above.parent


def _texts(node: LexborNode) -> Iterator[str]:
    """The text of a byline element, its parts on lines of their own; nothing of one that holds a biography."""
    named = node.css_first("[itemprop~=name]") or node
    content = named.attributes.get("content")
    parts = [content] if content else named.text(separator=_BREAK).split(_BREAK)
    texts = [text for part in parts if (text := " ".join(part.split())) and not _is_sentence(text)]
    if sum(map(len, texts)) > _LONGEST:
        return
    apart = len(texts) > 3 or any(" " in text for text in texts)
    yield ("\n" if apart else " ").join(texts)


def _is_sentence(text: str) -> bool:
    """Whether a text tells something: author boxes do of the author."""
    return text.count(" ") >= _FEW and closes(text)


_FEW = 6
"""Words of a byline that ends with a full stop: a name, a role and a place."""
_BREAK = "\ue000"


@cache
def _openings() -> re.Pattern[str]:
    words = sorted(tables.load("bylines")["openings"], key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, words))})(?:\s*[:：]\s*|\s+)(?=\S)", re.IGNORECASE)
