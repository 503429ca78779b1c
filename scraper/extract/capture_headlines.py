"""Which line of a capture is the headline: above the text, with its words, its copies, a byline or a date below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log

from scraper.extract.capture_features import View
from scraper.extract.passages import ADDRESS, HEADING, ITEM, MAIL, NOTHING, QUOTE
from scraper.extract.wording import is_cut, is_cut_of, plain

NAMES: tuple[str, ...] = (
    *("words", "chars", "end", "colon", "question", "cut", "upper", "capitals", "titled", "digits", "bar", "commas"),
    *("sentences", "item", "heading", "depth", "links", "linked", "opens", "service", "reader", "credited", "quote"),
    *("line", "place", "to text", "in text", "rank above", "titles between", "block size", "block place"),
    *("shared", "rare shared", "telling", "common", "fresh", "best share"),
    *("times", "times above", "cut copies", "held by", "holds", "near"),
    *("likely", "before: words", "before: told", "before: item", "before: held"),
    *("after: words", "after: end", "after: likely", "to date", "to byline", "to item", "sentence below"),
    *("page lines", "page text", "page items", "lines above", "candidates", "subject"),
)
"""The features in their order."""

REACH = 60
"""Passages above the text that are looked at: behind them lies the navigation."""


class Candidates:
    """The passages that may be the headline, from the top."""

    def __init__(self, view: View, likely: Sequence[float]) -> None:
        self.view = view
        self.likely = likely
        self.start = _start(view, likely)
        self.text: set[str] = set()
        for at, each in enumerate(likely):
            if each > 0.5 and at >= self.start:
                self.text |= view.own[at]
        self.heavy = _counted(view, likely)
        first = max(0, self.start - REACH)
        reach = [*range(min(3, first)), *range(first, min(self.start + 4, view.count))]
        self.places = [at for at in reach if self._may_be(at)]
        self.plain = {at: plain(view.passages[at].text) for at in self.places}
        self.above = [plain(view.passages[at].text) for at in range(min(self.start + 4, view.count))]
        self.shares = {at: self._shared(at) for at in self.places}
        self.best = max(self.shares.values(), default=0.0)

    def _may_be(self, at: int) -> bool:
        passage, words = self.view.passages[at], self.view.words[at]
        if passage.mark in (ADDRESS, NOTHING) or not 2 <= words <= 45 or self.view.told[at]:
            return False
        return passage.mark != MAIL or at == self.view.subject

    def _shared(self, at: int) -> float:
        telling = _telling(self.view, at)
        return sum(word in self.text for word in telling) / (len(telling) or 1)

    def rows(self) -> list[list[float]]:
        """The features of each of `places`."""
        return [self._row(at) for at in self.places]

    def _row(self, at: int) -> list[float]:
        return [*self._shape(at), *self._place(at), *self._words(at), *self._copies(at), *self._beside(at), *self._page(at)]

    def _shape(self, at: int) -> list[float]:
        view, passage, text = self.view, self.view.passages[at], self.view.passages[at].text
        shape = view.shape(at)
        service = view.service(at)
        return [
            *(shape[name] for name in ("words", "chars", "end", "colon", "question", "cut", "upper", "capitals", "titled")),
            *(shape[name] for name in ("digits", "bar", "commas", "sentences")),
            passage.mark == ITEM,
            passage.mark == HEADING,
            passage.depth if passage.mark in (HEADING, ITEM) else 0,
            passage.links,
            passage.linked,
            view.opens(at),
            service[0],
            service[2],
            service[4],
            text[0] in "\"“„«»'‘「『" or passage.mark == QUOTE,
        ]

    def _place(self, at: int) -> list[float]:
        view = self.view
        before = [other for other in self.places if other < at]
        between = sum(at < other < self.start and 4 <= view.words[other] <= 25 for other in self.places)
        block = view.passages[at].block
        return [
            log(1 + at),
            at / view.count,
            self.start - at,
            at >= self.start,
            len(before),
            between,
            view.block_sizes[block],
            view.block_place[at],
        ]

    def _words(self, at: int) -> list[float]:
        view = self.view
        telling = _telling(view, at)
        count = len(telling) or 1
        seen = {word for other in range(max(0, at - 30), at) if self.plain.get(other) != self.plain[at] for word in view.own[other]}
        return [
            self.shares[at],
            sum(self.heavy.get(word, 0) in (1, 2, 3) for word in telling) / count,
            log(1 + len(telling)),
            sum(word in view.common for word in view.own[at]) / (len(view.own[at]) or 1),
            sum(word in self.text and word not in seen for word in telling) / count,
            self.shares[at] - self.best,
        ]

    def _copies(self, at: int) -> list[float]:
        text, own = self.plain[at], self.view.own[at]
        others = [other for other in self.above if other != text]
        near = 0.0
        for other in self.places:
            if self.plain[other] != text:
                common = len(own & self.view.own[other])
                near = max(near, 2 * common / (len(own) + len(self.view.own[other]) or 1))
        return [
            min(self.view.times[self.view.passages[at].text], 4),
            sum(other == text for other in self.above),
            sum(is_cut(other) and is_cut_of(other, text) for other in others if len(other) < len(text) + 5),
            sum(text in other for other in others if len(text) < len(other) < len(text) + 60) if len(text) > 8 else 0,
            sum(other in text for other in others if 8 < len(other) < len(text)),
            near,
        ]

    def _beside(self, at: int) -> list[float]:
        view = self.view
        before, after = at - 1, at + 1
        held = before >= 0 and len(self.plain[at]) > 8 and self.plain[at] in plain(view.passages[before].text)
        return [
            self.likely[at],
            *((log(1 + view.words[before]), bool(view.told[before]), view.passages[before].mark == ITEM, held) if before >= 0 else (-1.0,) * 4),
            *((log(1 + view.words[after]), view.ends[after], self.likely[after]) if after < view.count else (-1.0,) * 3),
            self._until(at, lambda other: view.told[other] == "date line" or view.has_date(other)),
            self._until(at, lambda other: view.told[other] == "byline"),
            self._until(at, lambda other: view.passages[other].mark == ITEM),
            self._until(at, lambda other: view.ends[other] and view.words[other] >= 8),
        ]

    def _until(self, at: int, wanted) -> int:  # type: ignore[no-untyped-def]
        return next((step for step in range(1, 12) if at + step < self.view.count and wanted(at + step)), 12)

    def _page(self, at: int) -> list[float]:
        page = self.view.page
        return [page[0], page[1], page[2], self.start, len(self.places), at == self.view.subject]


def _telling(view: View, at: int) -> list[str]:
    return [word for word in view.own[at] if len(word) > 3 or not word.isascii()]


def _start(view: View, likely: Sequence[float]) -> int:
    """The first passage of running text that is likely the article's, where more of it follows."""
    solid = [at for at, each in enumerate(likely) if each > 0.5 and view.words[at] >= 8]
    total = sum(view.words[at] for at in solid)
    below = 0.0
    for at in reversed(solid):
        below += view.words[at]
        if below >= 0.97 * total:
            return at
    return max(range(view.count), key=lambda at: (likely[at], -at))


def _counted(view: View, likely: Sequence[float]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, each in enumerate(likely):
        if each > 0.5:
            for word in view.own[at]:
                found[word] = found.get(word, 0) + 1
    return found


# --- the wording -------------------------------------------------------------------

_MARK = re.compile(r"\s+[|·•»›–—-]\s+|\s*[|»]\s*|\s+::\s+")
_COLON = re.compile(r"\s:\s")


def cleaned(view: View, at: int) -> str:
    """The headline as a reader would write it: no site's name behind, no kicker glued on, if another line says so."""
    text = tidy(view, at)
    others = {plain(each.text) for place, each in enumerate(view.passages) if place != at and len(each.text) < 300}
    return _without_kicker(_without_site(text, others), others)


def tidy(view: View, at: int) -> str:
    """The line without the blank before a colon that is a span's margin: French text has it in its sentences too."""
    text = view.passages[at].text
    start, end = view.run
    if _COLON.search(text) and not any(_COLON.search(view.passages[place].text) for place in range(start, end + 1) if place != at):
        return _COLON.sub(": ", text)
    return text


def _without_site(text: str, others: set[str]) -> str:
    """What stands before a separator, where the page says just that elsewhere, or says the rest alone."""
    for mark in _MARK.finditer(text):
        start, rest = plain(text[: mark.start()]), plain(text[mark.end() :])
        if len(start) > 8 and (start in others or (rest in others and rest.count(" ") < 4 and start.count(" ") >= 2)):
            return text[: mark.start()].strip()
    return text


def _without_kicker(text: str, others: set[str]) -> str:
    """What stands behind a few first words, where the page says the rest elsewhere and the first words too."""
    words = text.split(" ")
    for count in range(1, min(6, len(words) - 3)):
        first, rest = plain(" ".join(words[:count])), plain(" ".join(words[count:]))
        if rest in others and first.strip(" |:-›»/") in others:
            return " ".join(words[count:])
    return text
