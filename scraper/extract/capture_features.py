"""What a passage of a capture and its surroundings look like, as numbers: what the models decide on.

No markup tells anything here: what a line says of itself is its length, its end mark and its
words; what its neighbours, the running text around it and the rest of the page say is more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import log

from scraper import tables
from scraper.extract import furniture
from scraper.extract.headlines import Copies
from scraper.extract.passages import ADDRESS, HEADING, ITEM, MAIL, NOTHING, QUOTE, Capture, Passage, closes, size
from scraper.extract.wording import words

_REASONS = (
    "navigation",
    "read also",
    "newsletter",
    "cookies and terms",
    "advertisement",
    "share",
    "comments",
    "listen",
    "credit",
    "author box",
    "date line",
    "byline",
    "tags",
)
_AROUND = (-3, -2, -1, 1, 2, 3)
_BESIDE = (-2, -1, 1, 2)

NEAR = 4
"""Passages from running text beyond which nothing is text; .1 % of what is gets lost."""

NAMES: tuple[str, ...] = (
    *("words", "chars", "end", "colon", "question", "exclaims", "cut", "upper", "lower", "quote", "digit first"),
    *("digits", "commas", "sentences", "capitals", "titled", "word length", "bar", "address"),
    *("links", "linked", "item", "quoted", "heading", "depth", "nothing"),
    *(f"says {reason}" for reason in _REASONS),
    *("opens", "place", "line", "lines left", "block size", "block place", "block rest", "blank before", "blank after"),
    *(f"{at:+}: words" for at in _AROUND),
    *(f"{at:+}: {name}" for at in _BESIDE for name in ("end", "prose", "item", "told", "links")),
    *("prose", "prose above", "prose below", "near above", "near below", "since prose", "until prose"),
    *("run", "run before", "run after", "items", "item words", "item prose"),
    *("inside", "from start", "to end", "run share"),
    *("shared", "rare shared", "telling", "common"),
    *("times", "begins another"),
    *("service words", "service share", "reader words", "reader share", "credited"),
    *(f"every {lag}" for lag in (2, 3, 4)),
    *(f"since {name}" for name in ("comments", "read also", "prompts", "end matter", "credit")),
    *("page lines", "page prose", "page items", "page links", "page blanks", "wrapped", "usual words", "spaceless"),
)
"""The features in their order."""


AGAIN: tuple[str, ...] = (
    *NAMES,
    *("likely", *(f"{at:+}: likely" for at in (-4, -3, -2, -1, 1, 2, 3, 4))),
    *("likely above", "likely below", "near likely above", "near likely below", "since likely", "until likely"),
    *("from headline", "copy", "shared with headline", "headline likely", "dek place"),
)
"""The features of the second look, which knows what the first found likely and which line is the headline."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a first look found: how likely each passage is text, the headline's position (-1: none) and how likely it is."""

    likely: Sequence[float]
    headline: int
    sure: float


class View:
    """The passages of a capture, measured once: what `rows` is made from."""

    def __init__(self, capture: Capture) -> None:
        self.capture = capture
        self.passages = capture.passages
        self.subject = next((at for at, each in enumerate(self.passages) if each.lines[0][0] == capture.subject), -1)
        self.words = [size(each.text) if each.mark != NOTHING else 0.0 for each in self.passages]
        self.ends = [closes(each.text) for each in self.passages]
        long = [words >= 25 or (words >= 8 and end) for words, end in zip(self.words, self.ends, strict=True)]
        near = _near(long, 2 * NEAR)
        self.told = [_reason(each) if close else "" for each, close in zip(self.passages, near, strict=True)]
        self.prose = [each and not told for each, told in zip(long, self.told, strict=True)]
        self.total = sum(words for words, prose in zip(self.words, self.prose, strict=True) if prose) or 1.0
        self._blocks()
        self._masses()
        self._runs()
        self.run = self._best_run()
        self._vocabulary()
        self.times = Counter(each.text for each in self.passages)
        self.starts = Counter(each.text[:40] for each in self.passages if len(each.text) >= 40)
        self._mark()
        self.page = self._page()

    def _blocks(self) -> None:
        self.block_sizes = Counter(each.block for each in self.passages)
        self.block_place: list[int] = []
        seen: Counter[int] = Counter()
        for each in self.passages:
            self.block_place.append(seen[each.block])
            seen[each.block] += 1

    def _masses(self) -> None:
        """Running text above and below each passage: in all, near by, and how far the nearest is."""
        count = len(self.passages)
        weights = [min(words, 80) if prose else 0.0 for words, prose in zip(self.words, self.prose, strict=True)]
        self.above, self.near_above, self.since = _swept(weights)
        below, near, until = _swept(weights[::-1])
        self.below, self.near_below, self.until = below[::-1], near[::-1], until[::-1]
        self.weights = weights
        self.mass = sum(weights) or 1.0
        self.count = count

    def _runs(self) -> None:
        """For each passage the run of passages without prose it stands in, and the run of items."""
        self.short = _stretches([not prose for prose in self.prose])
        self.items = _stretches([each.mark == ITEM for each in self.passages])

    def _best_run(self) -> tuple[int, int]:
        """First and last of the run with most running text: prose counts for its words, what lies between against it."""
        best, best_sum, start, total = (0, len(self.passages) - 1), 0.0, 0, 0.0
        for at, weight in enumerate(self.weights):
            if total <= 0:
                start, total = at, 0.0
            total += weight or (-8.0 if self.told[at] else -2.0 if self.passages[at].mark == ITEM else -6.0)
            if weight and total > best_sum:
                best_sum, best = total, (start, at)
        return best

    def _vocabulary(self) -> None:
        """The words of the run with most text, by how many passages of it have them, and the page's commonest words."""
        start, end = self.run
        self.own = [frozenset(words(each.text)) for each in self.passages]
        self.known: Counter[str] = Counter()
        for at in range(start, end + 1):
            if self.prose[at]:
                self.known.update(self.own[at])
        ranked = sorted(self.known.items(), key=lambda each: (-each[1], each[0]))
        self.common = frozenset(word for word, times in ranked[:30] if times > 1)

    def _page(self) -> list[float]:
        lengths = sorted(words for words, prose in zip(self.words, self.prose, strict=True) if prose)
        blocks = len(self.block_sizes)
        return [
            log(1 + self.count),
            log(1 + self.total),
            sum(each.mark == ITEM for each in self.passages) / self.count,
            sum(each.links > 0 for each in self.passages) / self.count,
            blocks / self.count,
            self.capture.width > 0,
            lengths[len(lengths) // 2] if lengths else 0.0,
            max(size(each.text) / (each.text.count(" ") + 1) for each in self.passages) > 4,
        ]

    def candidates(self) -> list[int]:
        """The positions of passages that could be text: with words, and running text near by."""
        start, end = self.run
        return [
            at
            for at, passage in enumerate(self.passages)
            if passage.mark not in (ADDRESS, MAIL, NOTHING)
            and (min(self.since[at], self.until[at]) <= NEAR or self.prose[at] or start <= at <= end)
        ]

    def rows(self, wanted: Sequence[int]) -> list[list[float]]:
        """The features of the passages at the given positions."""
        return [
            [
                *_shape(self.passages[at], self.words[at], ends=self.ends[at]),
                *(self.told[at] == reason for reason in _REASONS),
                furniture.opening(self.passages[at].text) is not None,
                *self._place(at),
                *self._around(at),
                *self._prose_around(at),
                *self._runs_at(at),
                *self._run_place(at),
                *self._words_at(at),
                *self._copies(at),
                *self.service(at),
                *self._rhythm(at),
                *(min(at - last[at], 40) for last in self.markers),
                *self.page,
            ]
            for at in wanted
        ]

    def again(self, wanted: Sequence[int], rows: Sequence[Sequence[float]], found: Found) -> list[list[float]]:
        """The features of the second look: those of the first with what came of it."""
        likely = found.likely
        weights = [each * min(words, 80) if each > 0.3 else 0.0 for each, words in zip(likely, self.words, strict=True)]
        above, near_above, since = _swept(weights)
        swept = _swept(weights[::-1])
        below, near_below, until = swept[0][::-1], swept[1][::-1], swept[2][::-1]
        mass = sum(weights) or 1.0
        title = self.passages[found.headline].text if found.headline >= 0 else ""
        copies, own = Copies([title] if title else []), frozenset(words(title))
        told = []
        for at, row in zip(wanted, rows, strict=True):
            around = [likely[at + step] if 0 <= at + step < self.count else -1.0 for step in (-4, -3, -2, -1, 1, 2, 3, 4)]
            mine = self.own[at]
            told.append(
                [
                    *row,
                    likely[at],
                    *around,
                    above[at] / mass,
                    below[at] / mass,
                    near_above[at],
                    near_below[at],
                    since[at],
                    until[at],
                    max(-40, min(40, at - found.headline)) if title else -50.0,
                    _copy(copies, self.passages[at].text) if title and self.words[at] < 60 else 0.0,
                    len(mine & own) / (min(len(mine), len(own)) or 1),
                    found.sure,
                    self._dek_place(at, found.headline),
                ]
            )
        return told

    def _dek_place(self, at: int, headline: int) -> float:
        """How many passages of a sentence's length stand between the headline and this one."""
        return sum(self.words[other] >= 8 for other in range(headline + 1, at)) if 0 <= headline < at < headline + 12 else 20.0

    def shape(self, at: int) -> dict[str, float]:
        """What a passage looks like by itself, by the name of the feature."""
        return dict(zip(NAMES, _shape(self.passages[at], self.words[at], ends=self.ends[at]), strict=False))

    def opens(self, at: int) -> bool:
        """Whether a passage begins as a pointer to something else does."""
        return furniture.opening(self.passages[at].text) is not None

    def has_date(self, at: int) -> bool:
        """Whether a short passage holds what looks like a date or a time of day."""
        return self.words[at] <= 20 and bool(_DATE.search(self.passages[at].text))

    def _place(self, at: int) -> list[float]:
        block = self.passages[at].block
        size_, place = self.block_sizes[block], self.block_place[at]
        return [
            at / self.count,
            log(1 + at),
            log(self.count - at),
            size_,
            place,
            size_ - place - 1,
            place == 0,
            place == size_ - 1,
        ]

    def _around(self, at: int) -> list[float]:
        told: list[float] = []
        for other in _AROUND:
            near = at + other
            told.append(log(1 + self.words[near]) if 0 <= near < self.count else -1.0)
        for other in _BESIDE:
            near = at + other
            if 0 <= near < self.count:
                passage = self.passages[near]
                told += (self.ends[near], self.prose[near], passage.mark == ITEM, bool(self.told[near]), passage.links > 0)
            else:
                told += (-1.0, -1.0, -1.0, -1.0, -1.0)
        return told

    def _prose_around(self, at: int) -> list[float]:
        return [
            self.prose[at],
            self.above[at] / self.mass,
            self.below[at] / self.mass,
            self.near_above[at],
            self.near_below[at],
            self.since[at],
            self.until[at],
        ]

    def _runs_at(self, at: int) -> list[float]:
        start, end = self.short[at]
        first, last = self.items[at]
        length = last - first
        item_words = sum(self.words[first:last]) / length if length else 0.0
        item_prose = sum(self.prose[first:last]) / length if length else 0.0
        return [end - start, at - start, end - at, length, item_words, item_prose]

    def _run_place(self, at: int) -> list[float]:
        start, end = self.run
        inside = start <= at <= end
        return [inside, max(-40, min(40, at - start)), max(-40, min(40, end - at)), (at - start) / (end - start + 1)]

    def _words_at(self, at: int) -> list[float]:
        own = self.own[at]
        mine = self.prose[at] and self.run[0] <= at <= self.run[1]
        telling = [word for word in own if len(word) > 3 or not word.isascii()]
        known = [self.known[word] - mine for word in telling]
        count = len(telling) or 1
        return [
            sum(times > 0 for times in known) / count,
            sum(0 < times < 4 for times in known) / count,
            log(1 + len(telling)),
            sum(word in self.common for word in own) / (len(own) or 1),
        ]

    def _copies(self, at: int) -> list[float]:
        text = self.passages[at].text
        return [min(self.times[text], 4), self.starts[text[:40]] - self.times[text] if len(text) >= 40 else 0.0]


    def service(self, at: int) -> list[float]:
        """Words of the site's own, words to the reader, both also as shares, and whether it ends in a credit."""
        text, count = f"{self.passages[at].text.lower()} ", self.words[at] or 1.0
        site, reader = len(_stems("site").findall(text)), len(_stems("reader").findall(text))
        return [site, site / count, reader, reader / count, bool(_stems("credit").search(text[-60:]))]

    def _rhythm(self, at: int) -> list[float]:
        """How many passages two, three or four away on either side are as this one: teasers and comments recur."""
        own = self.kinds[at]
        return [
            sum(self.kinds[other] == own for step in (-2, -1, 1, 2) if 0 <= (other := at + step * lag) < self.count)
            for lag in (2, 3, 4)
        ]

    def _mark(self) -> None:
        self.kinds = [(int(log(1 + words) * 1.5), end) for words, end in zip(self.words, self.ends, strict=True)]
        self.markers: list[list[int]] = []
        for reasons in _MARKERS:
            last, found = -40, []
            for at, told in enumerate(self.told):
                last = at if told in reasons else last
                found.append(last)
            self.markers.append(found)


def _near(flags: Sequence[bool], reach: int) -> list[bool]:
    """Which places have a set flag within reach: the wording of menus far from any text need not be known."""
    out = [False] * len(flags)
    for at, flag in enumerate(flags):
        if flag:
            out[max(0, at - reach) : at + reach + 1] = [True] * (min(len(flags), at + reach + 1) - max(0, at - reach))
    return out


def _copy(copies: Copies, text: str) -> float:
    told = copies.rewords(text)
    return 0.0 if not told else 2.0 if told == "headline repeated" else 1.0


def _reason(passage: Passage) -> str:
    return furniture.reason(passage.text) or "" if passage.mark != NOTHING else ""


_MARKERS: tuple[tuple[str, ...], ...] = (
    ("comments",),
    ("read also",),
    ("newsletter", "cookies and terms", "advertisement"),
    ("author box", "share", "tags", "navigation"),
    ("credit",),
)
_FADE = 0.7


@cache
def _stems(name: str) -> re.Pattern[str]:
    stems = sorted(tables.load("service_words")[name], key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, stems))})|(?<![a-zà-ÿ])(?:{'|'.join(re.escape(each) for each in stems if not each.isascii())})")


def _swept(weights: Sequence[float]) -> tuple[list[float], list[float], list[int]]:
    """For each place the sum of the weights before it, the same fading with distance, and how far the last one is."""
    total, near, last = 0.0, 0.0, -40
    totals, nears, since = [], [], []
    for at, weight in enumerate(weights):
        totals.append(total)
        nears.append(near)
        since.append(min(at - last, 40))
        total += weight
        near = near * _FADE + weight
        last = at if weight else last
    return totals, nears, since


def _stretches(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """For each place the stretch of set flags around it, as start and end; an empty one where none is set."""
    found: list[tuple[int, int]] = []
    start = 0
    for at, flag in enumerate([*flags, False]):
        if not flag:
            found += [(start, at)] * (at - start)
            if at < len(flags):
                found.append((at, at))
            start = at + 1
    return found


_DATE = re.compile(r"(?<!\d)(?:[0-2]?\d[:.h][0-5]\d|(?:19|20)\d\d)(?!\d)")
_BAR = re.compile(r"[|›»→>/]")


def _shape(passage: Passage, count: float, *, ends: bool) -> list[float]:
    text = passage.text
    if not text or not count:
        return [0.0] * 19 + [passage.links, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
    length = len(text)
    letters = sum(map(str.isalpha, text)) or 1
    told = text.split(" ")
    return [
        log(1 + count),
        log(1 + length),
        ends,
        text.endswith((":", "：")),
        text.endswith(("?", "？")),
        text.endswith(("!", "！")),
        text.endswith(("…", "...")),
        text[0].isupper(),
        text[0].islower(),
        text[0] in "\"“„«»'‘「『",
        text[0].isdigit(),
        sum(map(str.isdigit, text)) / length,
        (text.count(",") + text.count("、") + text.count("،")) / count,
        text.count(". ") + text.count("? ") + text.count("! ") + text.count("。"),
        sum(map(str.isupper, text)) / letters,
        sum(word[:1].isupper() for word in told) / len(told),
        length / count,
        len(_BAR.findall(text)),
        "@" in text or "://" in text or "www." in text,
        passage.links / count,
        passage.linked,
        passage.mark == ITEM,
        passage.mark == QUOTE,
        passage.mark == HEADING,
        passage.depth,
        passage.mark == NOTHING,
    ]
