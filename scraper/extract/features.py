"""What a line and its surroundings look like, as numbers: what the model decides on.

No feature names a site. Class words count only folded into groups; most weight lies on how
lines that are marked up alike (the same tag, class and parent's class) behave on the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from scraper import tables
from scraper.extract import furniture
from scraper.extract.headlines import Copies
from scraper.extract.lines import ENDS, Element, Line
from scraper.extract.wording import plain
from scraper.models import Kind

_GROUPS = sorted(tables.load("class_words"))
_FLAGS = "nav aside figure footer header form table article main quote list heading hidden button dialog".split()
_TAGS = (
    "p div li h1 h2 h3 h4 h5 td tr span section article figcaption blockquote dd dt a pre header figure main aside "
    "footer address time summary"
).split()
RULES = ("kept", "outside", "tag", "name", "wording", "links", "other")
"""What the rules say of a line; the model hears it and may know better."""

_ALIKE = ("lines", "words", "link", "share", "inside", "end", "furniture", "good", "first", "last")
_BESIDE = ("words", "link", "end", "heading", "alike", "good", "furniture")

NAMES: tuple[str, ...] = (
    *("words", "chars", "link", "strong", "links", "end", "colon", "question", "upper", "lower", "quote", "digits"),
    *("commas", "sentences", "capitals", "word length", "breaks", "pipe"),
    *(f"kind {kind.value}" for kind in Kind),
    "level",
    *(f"tag {tag}" for tag in _TAGS),
    *(f"{whose} {name}" for whose in ("own", "parent's", "around:") for name in _GROUPS),
    *(f"in {flag}" for flag in _FLAGS),
    *("inside", "away", "above", "position", "good before", "good after", "gap before", "gap after", "good"),
    *(f"alike: {name}" for name in _ALIKE),
    *(f"{side}: {name}" for side in ("before", "after") for name in _BESIDE),
    *(f"parent: {name}" for name in ("lines", "words", "link", "good")),
    *("repeated", "headline", "author", "description", "told", "tellable", "opens"),
    *(f"rule: {rule}" for rule in RULES),
    *("page lines", "page good", "container share"),
)
"""The features in their order."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the page says of its article elsewhere: headlines, people, description, and the text in its linked data."""

    copies: Copies
    people: frozenset[str] = frozenset()
    description: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A page's lines with the good words of each, what the rules say, and which stand in the container."""

    lines: Sequence[Line]
    good: Sequence[float]
    rules: Sequence[str]
    inside: frozenset[int]
    container: Element
    share: float


def rows(page: Judged, wanted: Sequence[int], known: Known) -> list[list[float]]:
    """The features of the lines at the given positions."""
    return _Page(page, known).rows(wanted)


class _Tally:
    """How the lines of one group behave together."""

    __slots__ = ("end", "first", "furniture", "good", "inside", "last", "lines", "linked", "words")

    def __init__(self, first: int) -> None:
        self.first = self.last = first
        self.lines = self.words = self.inside = self.end = self.furniture = 0
        self.good = self.linked = 0.0


class _Page:
    def __init__(self, page: Judged, known: Known) -> None:
        self.page = page
        self.known = known
        self.total = sum(page.good) or 1.0
        self.page_words = sum(line.words for line in page.lines) or 1
        self.furniture = [
            furniture.reason(line.text) if rule != "outside" else None
            for line, rule in zip(page.lines, page.rules, strict=True)
        ]
        self.path = {id(element): steps for steps, element in enumerate(_path(page.container))}
        self.times = Counter(line.text for line in page.lines)
        self._tally()
        self._measure()

    def _tally(self) -> None:
        self.signatures = [_signature(line) for line in self.page.lines]
        self.alike: dict[object, _Tally] = {}
        self.parents: dict[object, _Tally] = {}
        for at, (line, signature) in enumerate(zip(self.page.lines, self.signatures, strict=True)):
            for tallies, key in ((self.alike, signature), (self.parents, id(line.element.parent))):
                tally = tallies.get(key) or tallies.setdefault(key, _Tally(at))
                tally.last = at
                tally.lines += 1
                tally.words += line.words
                tally.linked += line.link * line.words
                tally.good += self.page.good[at]
                tally.inside += line.index in self.page.inside
                tally.end += line.text.endswith(ENDS)
                tally.furniture += self.furniture[at] is not None

    def _measure(self) -> None:
        """Good words so far, and how far the last and the next good line are, for each line."""
        good, inside = self.page.good, self.page.inside
        self.so_far = [0.0]
        self.since: list[int] = []
        last = -99
        for at, words in enumerate(good):
            self.so_far.append(self.so_far[-1] + words)
            self.since.append(min(at - last, 30))
            last = at if words else last
        self.until = [0] * len(good)
        following = len(good) + 99
        for at in range(len(good) - 1, -1, -1):
            self.until[at] = min(following - at, 30)
            following = at if good[at] else following
        solid = [at for at, words in enumerate(good) if words >= 12 and self.page.lines[at].index in inside]
        self.first, self.final = (solid[0], solid[-1]) if solid else (0, len(good) - 1)

    def rows(self, wanted: Sequence[int]) -> list[list[float]]:
        return [
            [
                *_shape(self.page.lines[at]),
                *self._names(at),
                *self._place(at),
                *self._alike(at),
                *self._beside(at, at - 1),
                *self._beside(at, at + 1),
                *self._parent(at),
                *self._told(at),
                *(self.page.rules[at] == rule for rule in RULES),
                log(1 + len(self.page.lines)),
                log(1 + self.total),
                self.page.share,
            ]
            for at in wanted
        ]

    def _names(self, at: int) -> list[float]:
        line = self.page.lines[at]
        element, container = line.element, self.page.container
        inside = line.index in self.page.inside
        path = element.path & ~container.path if inside else element.path
        around = element.around & ~container.around if inside else element.around
        parent = element.parent.groups if element.parent else 0
        masks = [(element.groups, len(_GROUPS)), (parent, len(_GROUPS)), (path, len(_GROUPS)), (around, len(_FLAGS))]
        return [float(mask >> bit & 1) for mask, size in masks for bit in range(size)]

    def _place(self, at: int) -> list[float]:
        line = self.page.lines[at]
        away, element = 0, line.element
        while id(element) not in self.path and element.parent is not None:
            element, away = element.parent, away + 1
        return [
            line.index in self.page.inside,
            away,
            self.path.get(id(element), 30),
            (at - self.first) / max(self.final - self.first, 1),
            self.so_far[at] / self.total,
            (self.so_far[-1] - self.so_far[at + 1]) / self.total,
            self.since[at],
            self.until[at],
            self.page.good[at] > 0,
        ]

    def _alike(self, at: int) -> list[float]:
        tally, size = self.alike[self.signatures[at]], len(self.page.lines)
        return [
            log(1 + tally.lines),
            tally.words / tally.lines,
            tally.linked / max(tally.words, 1),
            tally.words / self.page_words,
            tally.inside / tally.lines,
            tally.end / tally.lines,
            tally.furniture / tally.lines,
            tally.good / self.total,
            tally.first / size,
            tally.last / size,
        ]

    def _beside(self, at: int, other: int) -> list[float]:
        if not 0 <= other < len(self.page.lines):
            return [-1.0] * len(_BESIDE)
        line = self.page.lines[other]
        return [
            log(1 + line.words),
            line.link,
            line.text.endswith(ENDS),
            line.kind is Kind.HEADING,
            self.signatures[at] == self.signatures[other],
            self.page.good[other] > 0,
            self.furniture[other] is not None,
        ]

    def _parent(self, at: int) -> list[float]:
        tally = self.parents[id(self.page.lines[at].element.parent)]
        words = max(tally.words, 1)
        return [log(1 + tally.lines), tally.words / tally.lines, tally.linked / words, tally.good / self.total]

    def _told(self, at: int) -> list[float]:
        line, known = self.page.lines[at], self.known
        text = plain(line.text)
        above = at < self.first and line.words <= 60
        copy = known.copies.rewords(line.text) if above else known.copies.repeats(line.text)
        named = text in known.people, len(text) < 60 and any(each in text for each in known.people)
        return [
            self.times[line.text] > 1,
            0.0 if not copy else 2.0 if copy == "headline repeated" else 1.0,
            sum(named),
            bool(known.description) and text.startswith(known.description),
            bool(known.told) and len(text) > 20 and text[:60] in known.told,
            bool(known.told),
            furniture.opening(line.text) is not None,
        ]


def _shape(line: Line) -> list[float]:
    text = line.text
    size = len(text)
    letters = sum(map(str.isalpha, text)) or 1
    return [
        log(1 + line.words),
        log(1 + size),
        line.link,
        line.strong,
        line.links,
        text.endswith(ENDS),
        text.endswith((":", "：")),
        text.endswith(("?", "？")),
        text[0].isupper(),
        text[0].islower(),
        text[0] in "\"“„«»'‘「『",
        sum(map(str.isdigit, text)) / size,
        text.count(",") / line.words,
        text.count(". ") + text.count("? ") + text.count("! ") + text.count("。"),
        sum(map(str.isupper, text)) / letters,
        size / line.words,
        text.count("\n"),
        "|" in text,
        *(line.kind is kind for kind in Kind),
        line.level,
        *(line.element.tag == tag for tag in _TAGS),
    ]


def _signature(line: Line) -> tuple[str, str, str]:
    parent = line.element.parent
    return line.element.tag, line.element.names, parent.names if parent else ""


def _path(element: Element | None) -> list[Element]:
    found = []
    while element is not None:
        found.append(element)
        element = element.parent
    return found
