"""What a passage of a capture and its surroundings look like, as numbers: what the models decide on.

No markup tells anything here: what a line says of itself is its length, its end mark and its
words; what its neighbours, the running text around it and the rest of the page say is more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from math import log

from scraper import tables
from scraper.extract import furniture
from scraper.extract.headlines import Copies
from scraper.extract.passages import (
    ADDRESS,
    HEADING,
    ITEM,
    MAIL,
    NOTHING,
    PICTURE,
    QUOTE,
    Capture,
    Passage,
    closes,
    size,
)

NEAR = 4
"""Passages from running text beyond which nothing is text: a tenth of a per cent of what is gets lost."""

LEARNT_FROM = 2_000
"""Passages whose words are gathered: of a text as long as a book the beginning says what it is about."""

_MARKERS: tuple[tuple[str, ...], ...] = (
    ("comments",),
    ("read also",),
    ("newsletter", "cookies and terms", "advertisement"),
    ("author box", "share", "tags", "navigation"),
    ("credit",),
)
"""Reasons by which a part of the page is known to have begun."""

SHAPE: tuple[str, ...] = (
    *("words", "chars", "end", "colon", "question", "cut", "upper", "quote", "digit first", "digits", "commas"),
    *("sentences", "capitals", "titled", "word length", "bar"),
    *("links", "linked", "item", "quoted", "heading", "told", "opens", "service", "reader", "credited"),
)
"""What a passage tells by itself."""

NAMES: tuple[str, ...] = (
    *SHAPE,
    *("place", "line", "lines left", "block size", "block place", "block rest"),
    *(f"{at:+}: words" for at in (-3, -2, -1, 1, 2, 3)),
    *(f"{at:+}: {name}" for at in (-1, 1) for name in ("end", "prose", "told", "links")),
    *("prose", "prose above", "prose below", "near above", "near below", "since prose", "until prose"),
    *("run", "run after", "items", "item words", "item prose"),
    *("inside", "from start", "to end", "run share"),
    *("shared", "rare shared", "telling", "common"),
    *("times", "begins another"),
    *(f"since {name}" for name in ("comments", "read also", "prompts", "end matter", "credit")),
    *("page lines", "page prose", "page items", "page links", "page blanks", "usual words"),
)
"""The features of the first look, in their order."""

AGAIN: tuple[str, ...] = (
    *NAMES,
    *("likely", *(f"{at:+}: likely" for at in (-4, -3, -2, -1, 1, 2, 3, 4))),
    *("likely above", "likely below", "near likely above", "near likely below", "since likely", "until likely"),
    *("from headline", "copy", "shared with headline", "headline likely"),
)
"""Those of the second look, which knows what the first found likely and which line is the headline."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a first look found: how likely each passage is text, where the headline is (-1: none), how likely it is."""

    likely: Sequence[float]
    headline: int
    sure: float


class View:
    """The passages of a capture, measured once: what the features are made from.

    `prose` marks passages that are long enough for a sentence and closed like one, or simply
    long, and no furniture by their wording; `run` are the first and last of where most of it is.
    """

    def __init__(self, capture: Capture) -> None:
        self.capture = capture
        self.passages = capture.passages
        self.count = len(capture.passages)
        self.words = [size(each.text) if each.mark != NOTHING else 0.0 for each in self.passages]
        self.ends = [closes(each.text) for each in self.passages]
        self._tell()
        self.weights = [min(words, 80.0) if prose else 0.0 for words, prose in zip(self.words, self.prose, strict=True)]
        self.mass = sum(self.weights) or 1.0
        self.above, self.below = _swept(self.weights), _swept(self.weights[::-1])
        self.run = self._best_run()
        self.subject = next((at for at, each in enumerate(self.passages) if each.lines[0][0] == capture.subject), -1)
        self._tokens: dict[int, frozenset[str]] = {}
        self._shapes: dict[int, list[float]] = {}

    def _tell(self) -> None:
        """What wording tells; that of menus far from any text need not be known."""
        long = [words >= 25 or (words >= 8 and end) for words, end in zip(self.words, self.ends, strict=True)]
        near = _near(long, 2 * NEAR)
        self.told = [_reason(each) if close else "" for each, close in zip(self.passages, near, strict=True)]
        self.prose = [each and not told for each, told in zip(long, self.told, strict=True)]

    def _best_run(self) -> tuple[int, int]:
        """Prose counts for its words, what lies between against it."""
        best, best_sum, start, total = (0, self.count - 1), 0.0, 0, 0.0
        for at, weight in enumerate(self.weights):
            if total <= 0:
                start, total = at, 0.0
            total += weight or (-8.0 if self.told[at] else -2.0 if self.passages[at].mark == ITEM else -6.0)
            if weight and total > best_sum:
                best_sum, best = total, (start, at)
        return best

    # --- what other rooms ask ----------------------------------------------------

    def candidates(self) -> list[int]:
        """The positions of passages that could be text: with words, and running text near by."""
        start, end = self.run
        near = _near(self.prose, NEAR)
        return [
            at
            for at, passage in enumerate(self.passages)
            if (near[at] or start <= at <= end) and passage.mark not in (ADDRESS, MAIL, NOTHING, PICTURE)
        ]

    def tokens(self, at: int) -> frozenset[str]:
        """The words of a passage, in lower case; scripts without spaces in pairs of letters."""
        found = self._tokens.get(at)
        if found is None:
            found = self._tokens[at] = frozenset(tokens(self.passages[at].text))
        return found

    def telling(self, at: int) -> list[str]:
        """The words of a passage that are no small change."""
        return [word for word in self.tokens(at) if len(word) > 3 or not word.isascii()]

    def shape(self, at: int) -> list[float]:
        """What a passage tells by itself: the features `SHAPE`."""
        found = self._shapes.get(at)
        if found is None:
            found = self._shapes[at] = self._shape(at)
        return found

    def is_credited(self, at: int) -> bool:
        """Whether a passage ends as captions do: with whose picture it is."""
        return bool(self.shape(at)[-1])

    def has_date(self, at: int) -> bool:
        """Whether a short passage holds what looks like a date or a time of day."""
        return self.words[at] <= 20 and bool(_DATE.search(self.passages[at].text))

    @cached_property
    def block_sizes(self) -> Counter[int]:
        return Counter(each.block for each in self.passages)

    @cached_property
    def block_places(self) -> list[int]:
        """How many passages of its block stand before each."""
        seen: Counter[int] = Counter()
        places = []
        for each in self.passages:
            places.append(seen[each.block])
            seen[each.block] += 1
        return places

    @cached_property
    def times(self) -> Counter[str]:
        return Counter(each.text for each in self.passages)

    @cached_property
    def common(self) -> frozenset[str]:
        """The words that most passages of the text have."""
        ranked = sorted(self.known.items(), key=lambda each: (-each[1], each[0]))
        return frozenset(word for word, times in ranked[:30] if times > 1)

    @cached_property
    def known(self) -> Counter[str]:
        """The words of the run with most text, with the number of passages that have them."""
        found: Counter[str] = Counter()
        for at in range(self.run[0], min(self.run[1] + 1, self.run[0] + LEARNT_FROM)):
            if self.prose[at]:
                found.update(self.tokens(at))
        return found

    @cached_property
    def page(self) -> list[float]:
        lengths = sorted(words for words, prose in zip(self.words, self.prose, strict=True) if prose)
        return [
            log(1 + self.count),
            log(1 + sum(lengths)),
            sum(each.mark == ITEM for each in self.passages) / self.count,
            sum(each.links > 0 for each in self.passages) / self.count,
            len(self.block_sizes) / self.count,
            lengths[len(lengths) // 2] if lengths else 0.0,
        ]

    # --- the first look ------------------------------------------------------------

    def rows(self, wanted: Sequence[int]) -> list[list[float]]:
        """The features of the passages at the given positions."""
        beside = self._beside()
        short, items = (
            _stretches([not prose for prose in self.prose]),
            _stretches([each.mark == ITEM for each in self.passages]),
        )
        markers = self._markers()
        starts = Counter(each.text[:40] for each in self.passages if len(each.text) >= 40)
        page = self.page
        return [
            [
                *self.shape(at),
                *self._place(at),
                *beside(at),
                *self._prose_around(at),
                short[at][1] - short[at][0],
                short[at][1] - at,
                *self._items(items[at]),
                *self._run_place(at),
                *self._words(at),
                min(self.times[self.passages[at].text], 4),
                starts[self.passages[at].text[:40]],
                *(min(at - last[at], 40) for last in markers),
                *page,
            ]
            for at in wanted
        ]

    def _shape(self, at: int) -> list[float]:
        passage, count = self.passages[at], self.words[at]
        text = passage.text
        if not text or not count:
            return [0.0] * len(SHAPE)
        length = len(text)
        told = text.split(" ")
        marks = [_service(word) for word in self.tokens(at)]
        site, reader = sum(mark & 1 for mark in marks), sum(mark >> 1 for mark in marks)
        return [
            log(1 + count),
            log(1 + length),
            self.ends[at],
            text.endswith((":", "：")),
            text.endswith(("?", "？")),
            text.endswith(("…", "...")),
            text[0].isupper(),
            text[0] in "\"“„«»'‘「『",
            text[0].isdigit(),
            len(_DIGIT.findall(text)) / length,
            (text.count(",") + text.count("、") + text.count("،")) / count,
            text.count(". ") + text.count("? ") + text.count("! ") + text.count("。"),
            len(_CAPITAL.findall(text)) / length,
            sum(word[:1].isupper() for word in told) / len(told),
            length / count,
            len(_BAR.findall(text)),
            passage.links / count,
            passage.linked,
            passage.mark == ITEM,
            passage.mark == QUOTE,
            passage.mark == HEADING,
            bool(self.told[at]),
            furniture.opening(text) is not None,
            site / count,
            reader / count,
            bool(_credit().search(text[-60:].lower() + " ")),
        ]

    def _place(self, at: int) -> list[float]:
        sizes, place = self.block_sizes[self.passages[at].block], self.block_places[at]
        return [at / self.count, log(1 + at), log(self.count - at), sizes, place, sizes - place - 1]

    def _beside(self) -> Callable[[int], tuple[float, ...]]:
        """A function that gives the features of a place's neighbours."""
        logs = [-1.0] * 3 + [log(1 + words) for words in self.words] + [-1.0] * 3
        facts: list[tuple[float, float, float, float]] = [
            (end, prose, bool(told), each.links > 0)
            for end, prose, told, each in zip(self.ends, self.prose, self.told, self.passages, strict=True)
        ]
        edge = (-1.0, -1.0, -1.0, -1.0)

        def beside(at: int) -> tuple[float, ...]:
            before = facts[at - 1] if at else edge
            after = facts[at + 1] if at + 1 < self.count else edge
            return (*logs[at : at + 3], *logs[at + 4 : at + 7], *before, *after)

        return beside

    def _prose_around(self, at: int) -> list[float]:
        other = self.count - 1 - at
        above, below = self.above, self.below
        return [
            self.prose[at],
            above.total[at] / self.mass,
            below.total[other] / self.mass,
            above.near[at],
            below.near[other],
            above.since[at],
            below.since[other],
        ]

    def _items(self, stretch: tuple[int, int]) -> list[float]:
        first, last = stretch
        length = last - first
        if not length:
            return [0.0, 0.0, 0.0]
        return [length, sum(self.words[first:last]) / length, sum(self.prose[first:last]) / length]

    def _run_place(self, at: int) -> list[float]:
        start, end = self.run
        inside = start <= at <= end
        return [inside, max(-40, min(40, at - start)), max(-40, min(40, end - at)), (at - start) / (end - start + 1)]

    def _words(self, at: int) -> list[float]:
        own = self.tokens(at)
        mine = self.prose[at] and self.run[0] <= at <= self.run[1]
        known = [self.known[word] - mine for word in self.telling(at)]
        count = len(known) or 1
        return [
            sum(times > 0 for times in known) / count,
            sum(0 < times < 4 for times in known) / count,
            log(1 + len(known)),
            len(own & self.common) / (len(own) or 1),
        ]

    def _markers(self) -> list[list[int]]:
        """For each kind of marker where the last one stands, at each place."""
        found = []
        for reasons in _MARKERS:
            last, places = -40, []
            for at, told in enumerate(self.told):
                last = at if told in reasons else last
                places.append(last)
            found.append(places)
        return found

    # --- the second look -------------------------------------------------------------

    def again(self, wanted: Sequence[int], rows: Sequence[Sequence[float]], found: Found) -> list[list[float]]:
        """The features of the second look: those of the first with what came of it."""
        likely = found.likely
        weights = [
            each * min(words, 80.0) if each > 0.3 else 0.0 for each, words in zip(likely, self.words, strict=True)
        ]
        above, below = _swept(weights), _swept(weights[::-1])
        mass = sum(weights) or 1.0
        padded = [-1.0] * 4 + list(likely) + [-1.0] * 4
        copies = self._copies(found.headline)
        told = []
        for at, row in zip(wanted, rows, strict=True):
            other = self.count - 1 - at
            told.append(
                [
                    *row,
                    likely[at],
                    *padded[at : at + 4],
                    *padded[at + 5 : at + 9],
                    above.total[at] / mass,
                    below.total[other] / mass,
                    above.near[at],
                    below.near[other],
                    above.since[at],
                    below.since[other],
                    max(-40, min(40, at - found.headline)) if found.headline >= 0 else -50.0,
                    *copies(at),
                    found.sure,
                ]
            )
        return told

    def _copies(self, headline: int) -> Callable[[int], tuple[float, float]]:
        """A function that gives how far a passage copies the headline (1 near, 2 equal), and the words in common."""
        if headline < 0:
            return lambda _: (0.0, 0.0)
        known, own = Copies([self.passages[headline].text]), self.tokens(headline)

        def copies(at: int) -> tuple[float, float]:
            mine = self.tokens(at)
            shared = len(mine & own) / (min(len(mine), len(own)) or 1)
            told = known.rewords(self.passages[at].text) if shared > 0.5 and self.words[at] < 60 else None
            return (0.0 if not told else 2.0 if told == "headline repeated" else 1.0), shared

        return copies


# --- measuring -----------------------------------------------------------------------

_FADE = 0.7
"""By which running text counts less with each passage it is away."""


@dataclass(frozen=True, slots=True)
class _Swept:
    """For each place the sum of the weights before it, the same fading with distance, and how far the last one is."""

    total: list[float]
    near: list[float]
    since: list[int]


def _swept(weights: Sequence[float]) -> _Swept:
    total, near, last = 0.0, 0.0, -40
    out = _Swept([], [], [])
    for at, weight in enumerate(weights):
        out.total.append(total)
        out.near.append(near)
        out.since.append(min(at - last, 40))
        total += weight
        near = near * _FADE + weight
        last = at if weight else last
    return out


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


def _near(flags: Sequence[bool], reach: int) -> list[bool]:
    """Which places have a set flag within reach."""
    out = [False] * len(flags)
    done = 0
    for at, flag in enumerate(flags):
        if flag:
            first, last = max(done, at - reach), min(len(flags), at + reach + 1)
            out[first:last] = [True] * (last - first)
            done = last
    return out


def _reason(passage: Passage) -> str:
    return furniture.reason(passage.text) or "" if passage.mark != NOTHING else ""


# --- words ---------------------------------------------------------------------------

_DATE = re.compile(r"(?<!\d)(?:[0-2]?\d[:.h][0-5]\d|(?:19|20|١٩|٢٠|۱۹|۲۰)\d\d)(?!\d)")
_BAR = re.compile(r"[|›»→>/]")
_DIGIT = re.compile(r"\d")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-ÞŁŚŠŽČĆĐİŞĞĄĘŻŹŇŘŤĎŮА-ЯΑ-Ω]")
_WORD = re.compile(r"[^\W_]+")


def tokens(text: str) -> list[str]:
    """The words of a text in lower case; one of a script without spaces is taken apart into pairs of letters."""
    found = _WORD.findall(text.lower())
    if text.isascii():
        return found
    return [part for word in found for part in (_pairs(word) if len(word) > 2 and _is_unspaced(word[0]) else (word,))]


def _pairs(word: str) -> list[str]:
    return [word[at : at + 2] for at in range(len(word) - 1)]


def _is_unspaced(letter: str) -> bool:
    return "\u3040" <= letter <= "\u9fff" or "\u0e00" <= letter <= "\u0eff"


@lru_cache(20_000)
def _service(word: str) -> int:
    """1 for a word that sites use of themselves, 2 for one that addresses the reader, 3 for both."""
    if not _any_stem().match(word):
        return 0
    return bool(_stems("site").match(word)) + 2 * bool(_stems("reader").match(word))


@cache
def _stems(name: str) -> re.Pattern[str]:
    """Words that begin so; those of scripts without spaces wherever they stand."""
    told = tables.load("service_words")[name]
    inside = [stem for stem in told if _is_unspaced(stem[0])]
    plain = [stem + "$" if stem[-1] == " " else stem for stem in told if stem not in inside]
    return re.compile("|".join([*(each.replace(" $", "$") for each in plain), f".*(?:{'|'.join(inside)})"]))


@cache
def _any_stem() -> re.Pattern[str]:
    return re.compile("|".join(_stems(name).pattern for name in ("site", "reader")))


@cache
def _credit() -> re.Pattern[str]:
    told = tables.load("service_words")["credit"]
    words = sorted((re.escape(stem) for stem in told if not _is_unspaced(stem[0])), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})|{'|'.join(stem for stem in told if _is_unspaced(stem[0]))}")
