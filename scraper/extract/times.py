"""When an article was published and when it was changed, by the places that are marked as saying so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import chain

from selectolax.lexbor import LexborNode

from scraper import tables
from scraper.document import Document
from scraper.extract import dates, linked
from scraper.extract.lines import Line
from scraper.extract.naming import group
from scraper.extract.nearby import Nearby
from scraper.models import Moment

Told = tuple[Moment, str]
"""A moment and the place it stood at."""
Text = tuple[str, str]
"""A text that may hold a date, and the place it stands at."""


class Times:
    """The moments a page gives for its article: `locale` is its language as declared, `fetched_at` when it was seen."""

    def __init__(self, nearby: Nearby, locale: str, fetched_at: datetime) -> None:
        self._nearby, self._document = nearby, nearby.document
        self._locale, self._fetched_at = locale, fetched_at
        self._habit = dates.habit(locale)

    @cached_property
    def published(self) -> Told | None:
        """What JSON-LD, meta or microdata declare, else what is shown near the headline, else the day in the address.

        The first of them that can be believed, as exact as another has it that says the same. Where they
        differ in their offset the first is right: so it is on all 12 development pages with edited golds where they do.
        """
        told = chain(_declared(self._document), self._shown_for(_PUBLICATION))
        return _exactest(self._moments(told)) or self._in_address()

    @cached_property
    def modified(self) -> Told | None:
        """The last change, where the page claims one: declared or shown as one, and later than the publication."""
        told = _exactest(self._moments(chain(_changes(self._document), self._shown_for(_CHANGE))))
        return told if told and (not self.published or _is_later(told[0], self.published[0])) else None

    def _shown_for(self, purpose: int) -> Iterator[Text]:
        for shown in self._shown:
            if shown[purpose]:
                yield shown[purpose], shown[2]

    def _moments(self, texts: Iterable[Text]) -> Iterator[Told]:
        for text, place in texts:
            moment = self._read(text)
            if moment and dates.believable(moment, self._fetched_at):
                yield _come(moment, self._fetched_at), place

    def _read(self, text: str) -> Moment | None:
        """The moment in a text. Of 5/10 the reading that another date of the page agrees with, or the page's habit."""
        if not _FIGURES.match(text):
            return dates.read(text, self._habit)
        either = [dates.read(text, replace(self._habit, day_first=order)) for order in (True, False)]
        agreed = {moment for moment in either if moment and moment.iso[:10] in self._days}
        return agreed.pop() if len(agreed) == 1 else dates.read(text, self._own_habit)

    @cached_property
    def _texts(self) -> list[str]:
        """Every text of the page that may hold a date."""
        declared = [text for text, _ in (*_declared(self._document), *_changes(self._document))]
        return [*declared, *(text for shown in self._shown for text in shown[:2] if text)]

    @cached_property
    def _days(self) -> set[str]:
        """The days that are written so that they mean one only."""
        return {moment.iso[:10] for text in self._texts if (moment := dates.read(text))}

    @cached_property
    def _own_habit(self) -> dates.Habit:
        return dates.habit(self._locale, self._texts)

    @cached_property
    def _shown(self) -> list[tuple[str, str, str]]:
        """(text, text about a change, place) of the dates that readers see near the headline, nearest first."""
        found = [(*_time(node), "time", self._nearby.depth(node)) for node in self._document.tree.css("time")[:30]]
        found += [(*dates.parted(line.text), "date line", self._nearby.depth_of(line)) for line in self._date_lines()]
        found.sort(key=lambda each: -each[3])
        return [(text, change, place) for text, change, place, depth in found if depth]

    def _date_lines(self) -> Iterator[Line]:
        """Lines that are called dates, and those near the headline that say nothing else."""
        around = {line.index for line in self._nearby.around()}
        for line in self._nearby.not_far():
            if line.words <= 16 and _SOME_YEAR.search(line.text):
                named = (line.element.groups | line.inline) & group("date")
                if named or (line.index in around and self._is_date_line(line)):
                    yield line

    def _is_date_line(self, line: Line) -> bool:
        first, change = dates.parted(line.text)
        return bool(_INFO.search(line.element.names) or dates.alone(first.strip() or change, self._habit))

    def _in_address(self) -> Told | None:
        moment = dates.in_address(self._document.url or "")
        return (moment, "address") if moment and dates.believable(moment, self._fetched_at) else None


_PUBLICATION, _CHANGE = 0, 1
_FIGURES = re.compile(r"(?!\s*\d{4}).{0,40}?(?<!\d)\d\d?[/-]\d\d?[/-]\d\d", re.DOTALL)
"""A date that is all figures, and does not begin with the year."""


# --- where dates are declared -------------------------------------------------


def _declared(document: Document) -> Iterator[Text]:
    articles = linked.articles(document)
    yield from _linked(articles, "datePublished")
    yield from _metas(document, "published")
    yield from _microdata(document, "datePublished", "dateCreated")
    yield from _linked(articles, "dateCreated")
    yield from _linked(linked.pages(document), "datePublished")


def _changes(document: Document) -> Iterator[Text]:
    yield from _linked(linked.articles(document), "dateModified")
    yield from _metas(document, "modified")
    yield from _microdata(document, "dateModified")
    yield from _linked(linked.pages(document), "dateModified")


def _linked(told: Iterable[linked.Object], name: str) -> Iterator[Text]:
    for each in told:
        value = each.get(name)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, str | int) and not isinstance(value, bool):
            yield str(value)[:200], f"json-ld {name}"


def _metas(document: Document, field: str) -> Iterator[Text]:
    for name in tables.load("fields")[field]:
        for content in document.meta.get(name, ())[:3]:
            yield content, f"meta {name}"


def _microdata(document: Document, *names: str) -> Iterator[Text]:
    """What elements with such an itemprop say."""
    for name in names:
        for node in document.microdata.get(name.lower(), [])[:3]:
            yield _written(node, node.attributes), f"itemprop {name}"


def _written(node: LexborNode, attributes: dict[str, str | None]) -> str:
    """What an element says to machines, or else to readers; `<abbr title=…>` is how microformats wrote a time."""
    told = attributes.get("datetime") or attributes.get("content") or attributes.get("title") or ""
    return told if re.search(r"\d", told) else node.text(separator=" ", strip=True)[:200]


# --- where dates are shown ----------------------------------------------------


def _time(node: LexborNode) -> tuple[str, str]:
    """What a time element says, for the publication or for a change."""
    attributes = node.attributes
    text = _written(node, attributes)
    named = f"{attributes.get('class') or ''} {attributes.get('itemprop') or ''}".lower()
    before = node.prev.text_content if node.prev is not None and node.prev.is_text_node else None
    changed = re.search("modif|updated", named) and "publi" not in named
    return ("", text) if changed or dates.parted(f"{before or ''} {node.text()[:100]}")[1] else (text, "")


_SOME_YEAR = re.compile(r"\d{4}|\d\.\d\d\.?\s?$|\d\d[./]\d\d")
_INFO = re.compile(r"byline|timestamp|(?<![a-z])(?:author|credit|info|meta|stand|submitted)(?![a-z])", re.IGNORECASE)
"""What elements with a byline and a date are called."""


# --- which to believe ---------------------------------------------------------


def _exactest(told: Iterator[Told]) -> Told | None:
    """The first, or one that says the same with more: the time of that day, the offset of that time."""
    first = next(told, None)
    if first is None or first[0].instant:
        return first
    day, minute = first[0].iso[:10], first[0].iso[:16]
    if first[0].day_only:
        return next((each for each in told if each[0].iso[:10] == day and not each[0].day_only), first)
    return next((each for each in told if each[0].instant and each[0].iso[:16] == minute), first)


def _come(moment: Moment, fetched_at: datetime) -> Moment:
    """The moment, or only its day if it has not come yet: then its offset is wrong, or the clock that wrote it."""
    instant = moment.instant
    return Moment(moment.iso[:10]) if instant and instant > fetched_at.astimezone(UTC) + _SKEW else moment


_SKEW = timedelta(minutes=10)
"""What clocks of servers are off."""


def _is_later(one: Moment, other: Moment) -> bool:
    """Whether a change comes later than the publication, by the minute, or as far as can be seen where a day is all."""
    if one.day_only or other.day_only:
        return one.iso[:10] > other.iso[:10] or (one.iso[:10] == other.iso and not one.day_only)
    if one.instant is None or other.instant is None:
        return one.iso[:16] > other.iso[:16]
    return one.sortable[:16] > other.sortable[:16]
