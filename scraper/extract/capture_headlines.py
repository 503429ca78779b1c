"""Which line of a capture is the headline: above the text, with its words, its copies, a byline or a date below."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import log

from scraper.extract.capture_features import SHAPE, View
from scraper.extract.passages import ADDRESS, ITEM, MAIL, NOTHING, PICTURE
from scraper.extract.wording import is_cut, is_cut_of, plain

NAMES: tuple[str, ...] = (
    *SHAPE,
    *("dated", "depth", "subject"),
    *("line", "to text", "in text", "rank above", "titles between", "block size", "block place"),
    *("shared", "rare shared", "telling", "common", "fresh", "best share"),
    *("times", "times above", "cut copies", "held by", "holds", "near"),
    *("likely", "before: words", "before: told", "before: item", "before: held"),
    *("after: words", "after: end", "after: likely", "to date", "to byline", "to item", "sentence below"),
    *("page lines", "page text", "page items", "lines above", "candidates"),
)
"""The features in their order."""

REACH = 50
"""Passages above the text that are looked at: behind them lies the navigation."""
FAR = 12
"""Passages below a line in which its byline, its date, its first sentence are looked for."""


class Candidates:
    """The passages that may be the headline, at `places` from the top."""

    def __init__(self, view: View, likely: Sequence[float]) -> None:
        self.view = view
        self.likely = likely
        self.start = _start(view, likely)
        self.heavy = Counter(
            word for at, each in enumerate(likely) if each > 0.5 and at >= self.start for word in view.tokens(at)
        )
        first = max(0, self.start - REACH)
        end = min(self.start + 4, view.count)
        reach = [*range(min(3, first)), *range(first, end)]
        self.plain = {at: plain(view.passages[at].text) for at in reach}
        self.cuts = {text for text in self.plain.values() if ".." in text[-6:] and is_cut(text)}
        self.places = [at for at in reach if self._may_be(at) and not self._is_short_for_another(at)]
        self.times_above = Counter(self.plain.values())
        self.shares = {at: self._share(at) for at in self.places}
        self.best = max(self.shares.values(), default=0.0)
        self.marks = [self._marks(at) for at in range(min(end + FAR, view.count))]

    def _may_be(self, at: int) -> bool:
        passage, words = self.view.passages[at], self.view.words[at]
        if passage.mark in (ADDRESS, NOTHING, PICTURE) or not 2 <= words <= 45 or self.view.told[at]:
            return False
        return passage.mark != MAIL or at == self.view.subject

    def _is_short_for_another(self, at: int) -> bool:
        """Whether a passage is cut short, and another one has the whole."""
        text = self.plain[at]
        return text in self.cuts and any(is_cut_of(text, whole) for whole in self.plain.values() if whole != text)

    def _share(self, at: int) -> float:
        telling = self.view.telling(at)
        return sum(word in self.heavy for word in telling) / (len(telling) or 1)

    def _marks(self, at: int) -> tuple[bool, bool, bool, bool]:
        """Whether a passage holds a date, names who wrote, is an item, is a sentence."""
        view = self.view
        told = view.told[at]
        dated = told == "date line" or view.has_date(at)
        return dated, told == "byline", view.passages[at].mark == ITEM, view.ends[at] and view.words[at] >= 8

    def rows(self) -> list[list[float]]:
        """The features of each of `places`."""
        seen: Counter[str] = Counter()
        recent: list[frozenset[str]] = []
        told = []
        for rank, at in enumerate(self.places):
            told.append(self._row(at, rank, seen))
            recent.append(self.view.tokens(at))
            seen.update(recent[-1])
        return told

    def _row(self, at: int, rank: int, seen: Counter[str]) -> list[float]:
        view, passage = self.view, self.view.passages[at]
        between = self.places[rank + 1 :]
        block = passage.block
        page = view.page
        return [
            *view.shape(at),
            view.has_date(at),
            passage.depth,
            at == view.subject,
            log(1 + at),
            self.start - at,
            at >= self.start,
            rank,
            sum(other < self.start and 4 <= view.words[other] <= 25 for other in between),
            view.block_sizes[block],
            view.block_places[at],
            *self._words(at, seen),
            *self._copies(at),
            *self._beside(at),
            page[0],
            page[1],
            page[2],
            self.start,
            len(self.places),
        ]

    def _words(self, at: int, seen: Counter[str]) -> list[float]:
        view, telling, own = self.view, self.view.telling(at), self.view.tokens(at)
        count = len(telling) or 1
        return [
            self.shares[at],
            sum(self.heavy.get(word, 0) in (1, 2, 3) for word in telling) / count,
            log(1 + len(telling)),
            len(own & view.common) / (len(own) or 1),
            sum(word in self.heavy and word not in seen for word in telling) / count,
            self.shares[at] - self.best,
        ]

    def _copies(self, at: int) -> list[float]:
        text, own, view = self.plain[at], self.view.tokens(at), self.view
        size = len(text)
        held = holds = 0
        near = 0.0
        for other, known in self.plain.items():
            if other == at or known == text:
                continue
            if size > 8 and size < len(known) < size + 60:
                held += text in known
            elif 8 < len(known) < size:
                holds += known in text
            if 0.4 * size < len(known) < 2.5 * size:
                theirs = view.tokens(other)
                near = max(near, 2 * len(own & theirs) / (len(own) + len(theirs) or 1))
        return [
            min(view.times[view.passages[at].text], 4),
            self.times_above[text],
            sum(self.times_above[cut] for cut in self.cuts if len(cut) < size + 5 and is_cut_of(cut, text)),
            held,
            holds,
            near,
        ]

    def _beside(self, at: int) -> list[float]:
        view = self.view
        before, after = at - 1, at + 1
        told: list[float] = [self.likely[at]]
        if before >= 0:
            above = self.plain.get(before, "")
            held = len(self.plain[at]) > 8 and self.plain[at] in above and above != self.plain[at]
            told += [log(1 + view.words[before]), bool(view.told[before]), view.passages[before].mark == ITEM, held]
        else:
            told += [-1.0] * 4
        if after < view.count:
            told += [log(1 + view.words[after]), view.ends[after], self.likely[after]]
        else:
            told += [-1.0] * 3
        ahead = self.marks[after : after + FAR]
        return told + [next((step for step, marks in enumerate(ahead, 1) if marks[kind]), FAR + 1) for kind in range(4)]


def _start(view: View, likely: Sequence[float]) -> int:
    """The first passage of running text that is likely the article's: nearly all of that stands from there on."""
    solid = [at for at, each in enumerate(likely) if each > 0.5 and view.words[at] >= 8]
    total = sum(view.words[at] for at in solid)
    below = 0.0
    for at in reversed(solid):
        below += view.words[at]
        if below >= 0.97 * total:
            return at
    return max(range(view.count), key=lambda at: (likely[at], -at))


# --- the wording -------------------------------------------------------------------

_MARK = re.compile(r"\s+[|·•»›–—-]\s+|\s*[|»]\s*|\s+::\s+")
_COLON = re.compile(r"\s:\s")
_APART = re.compile(r"\w\s[:;?!](?:\s|$)")
_CLOSE = re.compile(r"\w[:;?!](?:\s|$)")
_NUMBER = re.compile(r"\d{1,2}\.\s+")


def cleaned(view: View, at: int) -> str:
    """The headline as a reader would write it: no site's name behind, no kicker glued on, if another line says so."""
    text = tidy(view, at)
    start = view.run[0]
    above = [each.text for place, each in enumerate(view.passages[: max(start, at) + 1]) if place != at]
    others = {plain(each) for each in above if len(each) < 300}
    return _without_kicker(_without_site(text, others), others)


def tidy(view: View, at: int) -> str:
    """The line without its number in a list, and without a blank before a colon that is a span's margin.

    French sets one, in its sentences too.
    """
    text = view.passages[at].text
    if view.passages[at].mark == ITEM:
        text = _NUMBER.sub("", text, count=1)
    if not _COLON.search(text):
        return text
    start, end = view.run
    prose = [view.passages[place].text for place in range(start, end + 1) if view.prose[place]]
    apart, close = (sum(len(mark.findall(each)) for each in prose) for mark in (_APART, _CLOSE))
    return text if apart > close else _COLON.sub(": ", text)


def _without_site(text: str, others: set[str]) -> str:
    """What stands before a separator, where the page says just that elsewhere, or says the rest alone."""
    for mark in _MARK.finditer(text):
        start, rest = plain(text[: mark.start()]), plain(text[mark.end() :])
        if len(start) > 8 and (start in others or (rest in others and rest.count(" ") < 4 and start.count(" ") >= 2)):
            return text[: mark.start()].strip()
    return text


def _without_kicker(text: str, others: set[str]) -> str:
    """What stands behind a few first words, where the page has the rest, four words and more, as a line."""
    words = text.split(" ")
    for count in range(1, min(6, len(words) - 3)):
        rest = " ".join(words[count:])
        if plain(rest) in others:
            return rest
    return text
