"""The headline in all its wordings, and the one a reader would call it by."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from scraper.document import Document
from scraper.extract import linked
from scraper.extract.lines import HEADING, Line, folded
from scraper.extract.naming import group
from scraper.extract.wording import bare, holds, is_cut, is_cut_of, likeness, plain, same, words
from scraper.models import Headline

# How far each place is to be believed. JSON-LD 1, h1 .9, og .7 from EXTRACTOR's trial; a title
# element carries the site's name more often than not, twitter's is shortened.
_TRUST = {
    "json-ld": 1.0,
    "h1": 0.9,
    "itemprop": 0.8,
    "page": 0.8,
    "og:title": 0.7,
    "meta": 0.6,
    "title": 0.55,
    "twitter:title": 0.5,
    "h2": 0.3,
}

REWORDED = 0.6
"""Likeness from which a line is another wording of the headline. Caption copies of real pages
reach .6 to .9; a subhead on the same matter stays under .45."""

_BARE = ("json-ld", "h1", "itemprop", "page")
_MARK = re.compile(r"\s*[-|·•»›–—ㅣ:]\s*")
_PARTS = re.compile(r"\s+[|·•»›–—-]\s+|\s+::\s+|\s*[|»]\s*")


def variants(document: Document, lines: Iterable[Line]) -> tuple[Headline, ...]:
    """Every wording with the place it stands at, the more believable place first."""
    found = dict.fromkeys(Headline(text, place) for text, place in _candidates(document, lines) if 2 < len(text) <= 400)
    return tuple(sorted(found, key=lambda headline: -_TRUST[headline.place]))


def choose(found: Iterable[Headline], site_names: Iterable[str]) -> Headline | None:
    """The wording that most places agree on, without the site's name and never a shortened one.

    Places that say the same join forces; a shortened copy supports the longer one.
    """
    names = [name for name in site_names if name]
    found = list(found)
    alone = {plain(each.text) for each in found if each.place in _BARE}
    cleaned = [Headline(_beginning(without_site(each.text, names), alone), each.place) for each in found]
    cleaned = [each for each in cleaned if each.text and not any(same(each.text, name) for name in names)]
    whole = [each for each in cleaned if not is_cut(each.text)] or cleaned
    if not whole:
        return None
    return max(whole, key=lambda each: (_support(each, cleaned), _TRUST[each.place]))


def _beginning(text: str, alone: set[str]) -> str:
    """What stands before a separator, where the page says just that elsewhere: the rest names site or section."""
    return next((text[: mark.start()] for mark in _MARK.finditer(text) if plain(text[: mark.start()]) in alone), text)


def without_site(text: str, names: Iterable[str]) -> str:
    """The wording without a part in front or behind that is only the site's name."""
    for name in names:
        text = _without(text, name)
    return text


class Copies:
    """The wordings of a headline that are known, to tell copies of it among the lines of a page."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = list(known)
        self._bare = {bare(each) for each in self._known}
        self._longest = max(map(len, self._known), default=0) + 10

    def repeats(self, text: str) -> str | None:
        """The reason to leave out a line that says just the same as one of them, or None."""
        return "headline repeated" if len(text) <= self._longest and bare(text) in self._bare else None

    def rewords(self, text: str) -> str | None:
        """The same for a line that is one of them, one cut short, or one in other words."""
        if told := self.repeats(text):
            return told
        if is_cut(text) and any(is_cut_of(text, each) for each in self._known):
            return "headline variant, truncated"
        if len(words(text)) >= 4 and any(self._is_alike(text, each) for each in self._known):
            return "headline variant, truncated" if is_cut(text) else "headline variant"
        return None

    def _is_alike(self, text: str, known: str) -> bool:
        own, other = set(words(text)), set(words(known))
        if 2 * len(own & other) < 0.5 * (len(own) + len(other)) and len(own & other) < 0.8 * len(other):
            return False
        return likeness(text, known) >= REWORDED or holds(text, known)


def _candidates(document: Document, lines: Iterable[Line]) -> Iterator[tuple[str, str]]:
    for each in linked.articles(document):
        yield _text(each.get("headline") or each.get("name")), "json-ld"
    for line in lines:
        if line.kind.value == "heading" and line.level == 1 and line.words <= 60:
            yield line.text.replace("\n", " "), "h1"
        elif line.element.groups & group("headline") and line.element.around & HEADING and _is_itemprop(line):
            yield line.text.replace("\n", " "), "itemprop"
    for name, place in (
        ("og:title", "og:title"),
        ("headline", "itemprop"),
        ("dc.title", "meta"),
        ("parsely-title", "meta"),
        ("sailthru.title", "meta"),
        ("title", "meta"),
        ("twitter:title", "twitter:title"),
    ):
        yield _text(document.says(name)), place
    yield _text(document.title), "title"
    parts = [plain(part) for part in _PARTS.split(_text(document.title)) + _text(document.title).split(": ")]
    for line in lines:
        if line.strong > 0.9 and line.words > 2 and plain(line.text) in parts:
            yield line.text.replace("\n", " "), "page"


def _is_itemprop(line: Line) -> bool:
    return line.element.node.attributes.get("itemprop") in ("headline", "name")


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return folded(re.sub(r"<[^<>]{1,200}>", "", html.unescape(html.unescape(value))))


def _support(headline: Headline, among: Iterable[Headline]) -> float:
    """The trust of every place that says this, and half of those that say it shortened or nearly."""
    total = 0.0
    for each in among:
        if plain(each.text) == plain(headline.text):
            total += _TRUST[each.place]
        elif is_cut_of(each.text, headline.text) or likeness(each.text, headline.text) > 0.8:
            total += _TRUST[each.place] / 2
    return total


def _without(text: str, name: str) -> str:
    wanted = _squeezed(name)
    for mark in _PARTS.finditer(text):
        if _squeezed(text[mark.end() :]) == wanted:
            return text[: mark.start()].strip()
    for mark in _PARTS.finditer(text):
        if _squeezed(text[: mark.start()]) == wanted:
            return text[mark.end() :].strip()
    return text


def _squeezed(text: str) -> str:
    return re.sub(r"[^\w]|^(?:www\.)", "", plain(text))
