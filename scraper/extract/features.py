"""What a line and its surroundings look like, as numbers: what the model decides on.

No feature names a site. Class words count only folded into groups; most weight lies on how
lines that are marked up alike (the same tag, class and parent's class) behave on the page.
Dropped because nothing was lost without them (three times five folds): the shape of the lines
before and after, the heading above, the names of the parent, the tags around.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from scraper import tables
from scraper.extract import furniture, vocabulary
from scraper.extract.headlines import Copies
from scraper.extract.lines import Element, Line
from scraper.extract.wording import plain
from scraper.models import Kind

Row = list[float]
"""The numbers of one line, then its masks, whose bits are features too: see `NUMBERS` and `MASKS`."""

_GROUPS = tuple(sorted(tables.load("class_words")))
_TAGS = tuple(
    "p div li h1 h2 h3 h4 h5 td tr span section article figcaption blockquote dd dt a pre header figure main aside "
    "footer address time summary".split()
)

NUMBERS: tuple[str, ...] = (
    *("words", "chars", "link", "strong", "links", "end", "colon", "question", "upper", "lower", "quote", "digits"),
    *("commas", "sentences", "capitals", "word length", "breaks", "pipe", "level"),
    *("inside", "away", "above", "position", "good before", "good after", "gap before", "gap after", "good"),
    *("links around", "good around", "core", "core away", "core gap before", "core gap after"),
    *(f"alike: {name}" for name in "lines words link share inside end furniture good first last".split()),
    *(f"parent: {name}" for name in "lines words link good".split()),
    *("repeated", "headline", "author", "description", "told", "tellable", "opens"),
    *(f"says: {kind}" for kind in vocabulary.KINDS),
    *("page lines", "page good", "container share", "core share"),
)
"""The features that are numbers, in the order of a row."""

MASKS: tuple[tuple[str, ...], ...] = (
    (*(f"kind {kind.value}" for kind in Kind), *(f"tag {tag}" for tag in _TAGS)),
    tuple(f"own {name}" for name in _GROUPS),
    tuple(f"around: {name}" for name in _GROUPS),
)
"""The features that are bits, lowest first: each tuple is one mask behind the numbers of a row."""

_BIT = {name: 1 << bit for bit, name in enumerate(MASKS[0])}
_KIND = {kind: _BIT[f"kind {kind.value}"] for kind in Kind}
_TAG = {tag: _BIT[f"tag {tag}"] for tag in _TAGS}


@dataclass(frozen=True, slots=True)
class Known:
    """What the page says of its article elsewhere: headlines, people, description, and the text in its linked data."""

    copies: Copies
    people: frozenset[str] = frozenset()
    description: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """The lines of a page that were looked at, with what the rules say of each and whether the container holds it."""

    lines: Sequence[Line]
    reasons: Sequence[str]
    rules: Sequence[str]
    inside: Sequence[bool]
    container: Element
    core: Element
    share: float


def rows(page: Judged, wanted: Iterable[int], known: Known) -> list[Row]:
    """The features of the lines at the given positions."""
    view = View(page, known)
    return [view.row(at) for at in wanted]


class _Tally:
    """How the lines of one group behave together."""

    __slots__ = ("end", "first", "furniture", "good", "inside", "last", "lines", "linked", "words")

    def __init__(self, first: int) -> None:
        self.first = self.last = first
        self.lines = self.words = self.inside = self.end = self.furniture = 0
        self.good = self.linked = 0.0

    def add(self, line: Line, at: int, inside: bool, is_furniture: bool) -> None:  # noqa: FBT001
        self.last = at
        self.lines += 1
        self.words += line.words
        self.linked += line.link * line.words
        self.good += line.good
        self.inside += inside
        self.end += line.ends
        self.furniture += is_furniture


class View:
    """What is counted once for a page. Rows are made when they are asked for: together they are most of its memory."""

    def __init__(self, page: Judged, known: Known) -> None:
        self.page, self.lines, self.known = page, page.lines, known
        good = [line.good for line in page.lines]
        self.words = list(accumulate((line.words for line in page.lines), initial=0))
        self.linked = list(accumulate((line.link * line.words for line in page.lines), initial=0.0))
        self.good = list(accumulate(good, initial=0.0))
        self.total = self.good[-1] or 1.0
        self.times = Counter(line.text for line in page.lines)
        self.gaps = _Gaps([words > 0 for words in good])
        self.core_gaps = _Gaps(
            [words > 0 and line.element.parent is page.core for line, words in zip(page.lines, good, strict=True)]
        )
        solid = [at for at, words in enumerate(good) if words >= 12 and page.inside[at]]
        self.first, self.final = (solid[0], solid[-1]) if solid else (0, len(good) - 1)
        self.container, self.core = _Way(page.container), _Way(page.core)
        self.alike: dict[tuple[str, str, str], _Tally] = {}
        self.parents: dict[Element | None, _Tally] = {}
        self._tally()
        self.core_share = self.parents[page.core].good / self.total if page.core in self.parents else 0.0
        self.told: dict[_Tally, Row] = {}

    def _tally(self) -> None:
        for at, (line, rule, inside) in enumerate(zip(self.lines, self.page.rules, self.page.inside, strict=True)):
            is_furniture = rule != "outside" and furniture.reason(line.text) is not None
            signature, parent = line.element.signature, line.element.parent
            alike, beside = self.alike.get(signature), self.parents.get(parent)
            if alike is None:
                alike = self.alike[signature] = _Tally(at)
            if beside is None:
                beside = self.parents[parent] = _Tally(at)
            alike.add(line, at, inside, is_furniture)
            beside.add(line, at, inside, is_furniture)

    def row(self, at: int) -> Row:
        """The features of one line."""
        line = self.lines[at]
        element, container = line.element, self.page.container
        around = element.path & ~container.path if self.page.inside[at] else element.path
        return [
            *_shape(line),
            *self._place(at),
            *self._alike(element),
            *self._parent(element),
            *self._told(at),
            *vocabulary.shares(line.text, line.words),
            len(self.lines),
            self.total,
            self.page.share,
            self.core_share,
            _KIND[line.kind] | _TAG.get(element.tag, 0),
            element.groups,
            around,
        ]

    def _place(self, at: int) -> Row:
        line = self.lines[at]
        away, above = self.container.to(line.element)
        core_away, core_above = self.core.to(line.element)
        low, high = max(0, at - 4), min(len(self.lines), at + 5)
        words = max(1, self.words[high] - self.words[low])
        return [
            self.page.inside[at],
            away,
            above,
            (at - self.first) / max(self.final - self.first, 1),
            self.good[at] / self.total,
            (self.good[-1] - self.good[at + 1]) / self.total,
            self.gaps.before[at],
            self.gaps.after[at],
            line.good > 0,
            (self.linked[high] - self.linked[low]) / words,
            (self.good[high] - self.good[low]) / words,
            core_above == 0,
            core_away + 10 * core_above,
            self.core_gaps.before[at],
            self.core_gaps.after[at],
        ]

    def _alike(self, element: Element) -> Row:
        tally, size = self.alike[element.signature], len(self.lines)
        told = self.told.get(tally)
        if told is None:
            told = self.told[tally] = [
                tally.lines,
                tally.words / tally.lines,
                tally.linked / max(tally.words, 1),
                tally.words / max(self.words[-1], 1),
                tally.inside / tally.lines,
                tally.end / tally.lines,
                tally.furniture / tally.lines,
                tally.good / self.total,
                tally.first / size,
                tally.last / size,
            ]
        return told

    def _parent(self, element: Element) -> Row:
        tally = self.parents[element.parent]
        words = max(tally.words, 1)
        return [tally.lines, tally.words / tally.lines, tally.linked / words, tally.good / self.total]

    def _told(self, at: int) -> Row:
        line, known = self.lines[at], self.known
        start = plain(line.text[:_START])
        above = at < self.first and line.words <= 60
        copy = known.copies.rewords(line.text) if above else known.copies.repeats(line.text)
        named = (start in known.people) + (len(line.text) < 60 and any(each in start for each in known.people))
        return [
            self.times[line.text] > 1,
            0.0 if not copy else 2.0 if copy == "headline repeated" else 1.0,
            named,
            bool(known.description) and start.startswith(known.description),
            bool(known.told) and len(line.text) > 20 and line.text[:60] in known.told,
            bool(known.told),
            furniture.opening(line.text) is not None,
        ]


_START = 80
"""Characters: names are shorter, and a text that begins with the same eighty is the same."""


class _Gaps:
    """For each of some lines how far the last and the next that counts are, 30 at most."""

    def __init__(self, counts: Sequence[bool]) -> None:
        self.before: list[int] = []
        last = -99
        for at, is_counted in enumerate(counts):
            self.before.append(min(at - last, 30))
            last = at if is_counted else last
        self.after = [0] * len(counts)
        following = len(counts) + 99
        for at in range(len(counts) - 1, -1, -1):
            self.after[at] = min(following - at, 30)
            following = at if counts[at] else following


class _Way:
    """How far elements are from one: the steps up to what is around both, and from there down."""

    def __init__(self, goal: Element) -> None:
        self.known: dict[Element, tuple[int, int]] = {}
        steps, above = 0, goal
        self.known[goal] = (0, 0)
        while above.parent is not None:
            above, steps = above.parent, steps + 1
            self.known[above] = (0, steps)

    def to(self, element: Element) -> tuple[int, int]:
        told = self.known.get(element)
        if told is None:
            away, above = self.to(element.parent) if element.parent else (0, 30)
            told = self.known[element] = away + 1, above
        return told


def _shape(line: Line) -> Row:
    text, words = line.text, line.words
    first, last, head = text[0], text[-1], text[:80]
    size = len(text)
    return [
        words,
        size,
        line.link,
        line.strong,
        line.links,
        line.ends,
        last in ":：",
        last in "?？",
        first.isupper(),
        first.islower(),
        first in "\"“„«»'‘「『",
        sum(map(str.isdigit, head)) / len(head),
        text.count(",") / words,
        text.count(". ") + text.count("? ") + text.count("! ") + text.count("。"),
        sum(map(str.isupper, head)) / len(head),
        size / words,
        text.count("\n"),
        "|" in text,
        line.level,
    ]
