"""What a line and its surroundings look like, as numbers: what the model decides on.

No feature names a site. Class words count only folded into groups; most weight lies on how
lines that are marked up alike (the same tag, class and parent's class) behave on the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scraper import tables
from scraper.extract import furniture, vocabulary
from scraper.extract.headlines import Copies
from scraper.extract.lines import Element, Line
from scraper.extract.wording import plain
from scraper.models import Kind

Row = list[float]
"""The numbers of one line, then its masks, whose bits are features too: see `NUMBERS` and `MASKS`."""

_GROUPS = tuple(sorted(tables.load("class_words")))
_FLAGS = tuple("nav aside figure footer header form table article main quote list heading hidden button dialog".split())
_TAGS = tuple(
    "p div li h1 h2 h3 h4 h5 td tr span section article figcaption blockquote dd dt a pre header figure main aside "
    "footer address time summary".split()
)
_ALIKE = ("lines", "words", "link", "share", "inside", "end", "furniture", "good", "first", "last")
_BESIDE = ("words", "link", "end", "heading", "good", "furniture", "alike")

NUMBERS: tuple[str, ...] = (
    *("words", "chars", "link", "strong", "links", "end", "colon", "question", "upper", "lower", "quote", "digits"),
    *("commas", "sentences", "capitals", "word length", "breaks", "pipe", "level"),
    *("inside", "away", "above", "position", "good before", "good after", "gap before", "gap after", "good"),
    *(f"alike: {name}" for name in _ALIKE),
    *(f"{side}: {name}" for side in ("before", "after") for name in _BESIDE),
    *(f"parent: {name}" for name in ("lines", "words", "link", "good")),
    *("repeated", "headline", "author", "description", "told", "tellable", "opens"),
    *(f"heading: {name}" for name in ("gap", "link", "furniture", "level", "good since")),
    *("link before", "link after", "links around", "good around", "dropped around"),
    *("core", "core away", "core before", "core after", "dropped since core"),
    *(f"says: {kind}" for kind in vocabulary.KINDS),
    *("page lines", "page good", "container share", "core share"),
)
"""The features that are numbers, in the order of a row."""

MASKS: tuple[tuple[str, ...], ...] = (
    (*(f"kind {kind.value}" for kind in Kind), *(f"tag {tag}" for tag in _TAGS)),
    tuple(f"own {name}" for name in _GROUPS),
    tuple(f"parent's {name}" for name in _GROUPS),
    tuple(f"around: {name}" for name in _GROUPS),
    tuple(f"in {flag}" for flag in _FLAGS),
)
"""The features that are bits, lowest first: each tuple is one mask behind the numbers of a row."""

_WHAT = {name: 1 << bit for bit, name in enumerate(MASKS[0])}
_KIND = {kind: _WHAT[f"kind {kind.value}"] for kind in Kind}
_TAG = {tag: _WHAT[f"tag {tag}"] for tag in _TAGS}


@dataclass(frozen=True, slots=True)
class Known:
    """What the page says of its article elsewhere: headlines, people, description, and the text in its linked data."""

    copies: Copies
    people: frozenset[str] = frozenset()
    description: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """The lines of a page that were looked at, with what the rules say of each and whether it stands in the container."""

    lines: Sequence[Line]
    reasons: Sequence[str]
    rules: Sequence[str]
    inside: Sequence[bool]
    container: Element
    share: float


def rows(page: Judged, wanted: Sequence[int], known: Known) -> list[Row]:
    """The features of the lines at the given positions."""
    surroundings = _Surroundings(page)
    return [surroundings.row(at, known) for at in wanted]


class _Tally:
    """How the lines of one group behave together."""

    __slots__ = ("end", "first", "furniture", "good", "inside", "last", "lines", "linked", "words")

    def __init__(self, first: int) -> None:
        self.first = self.last = first
        self.lines = self.words = self.inside = self.end = self.furniture = 0
        self.good = self.linked = 0.0


class _Surroundings:
    """What is counted once for a page."""

    def __init__(self, page: Judged) -> None:
        self.page = page
        self.lines = page.lines
        self.total = sum(line.good for line in page.lines) or 1.0
        self.page_words = sum(line.words for line in page.lines) or 1
        self.furniture = [
            rule != "outside" and furniture.reason(line.text) is not None
            for line, rule in zip(page.lines, page.rules, strict=True)
        ]
        self.path = {element: steps for steps, element in enumerate(_path(page.container))}
        self.times = Counter(line.text for line in page.lines)
        self.places: dict[Element, tuple[int, int]] = {}
        self.told: dict[_Tally, Row] = {}
        self._tally()
        self._measure()
        self._gather()

    def _tally(self) -> None:
        self.alike: dict[tuple[str, str, str], _Tally] = {}
        self.parents: dict[Element | None, _Tally] = {}
        self.signatures = [line.element.signature for line in self.lines]
        for at, line in enumerate(self.lines):
            for tallies, key in ((self.alike, self.signatures[at]), (self.parents, line.element.parent)):
                tally = tallies.get(key)  # type: ignore[attr-defined]
                if tally is None:
                    tally = tallies[key] = _Tally(at)  # type: ignore[index]
                tally.last = at
                tally.lines += 1
                tally.words += line.words
                tally.linked += line.link * line.words
                tally.good += line.good
                tally.inside += self.page.inside[at]
                tally.end += line.ends
                tally.furniture += self.furniture[at]

    def _measure(self) -> None:
        """Good words so far, and how far the last and the next good line are, for each line."""
        good, inside = [line.good for line in self.lines], self.page.inside
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
        solid = [at for at, words in enumerate(good) if words >= 12 and inside[at]]
        self.first, self.final = (solid[0], solid[-1]) if solid else (0, len(good) - 1)

    def _gather(self) -> None:
        lines = self.lines
        n = len(lines)
        # headings
        self.heading = [-1] * n
        h = -1
        for at, line in enumerate(lines):
            self.heading[at] = h
            if line.kind is Kind.HEADING:
                h = at
        self.link_before = [30] * n
        self.link_after = [30] * n
        last = -99
        for at, line in enumerate(lines):
            self.link_before[at] = min(at - last, 30)
            if line.link > 0.7:
                last = at
        nxt = n + 99
        for at in range(n - 1, -1, -1):
            self.link_after[at] = min(nxt - at, 30)
            if lines[at].link > 0.7:
                nxt = at
        self.linked_sum = [0.0]
        self.words_sum = [0]
        self.dropped_sum = [0]
        for at, line in enumerate(lines):
            self.linked_sum.append(self.linked_sum[-1] + line.link * line.words)
            self.words_sum.append(self.words_sum[-1] + line.words)
            self.dropped_sum.append(self.dropped_sum[-1] + (self.page.rules[at] != "kept"))
        # core: the parent with most good words
        best = None
        bg = 0.0
        held = {}
        for line in lines:
            if line.good:
                p = line.element.parent
                held[p] = held.get(p, 0.0) + line.good
        for p, g in held.items():
            if g > bg:
                best, bg = p, g
        # climb while nothing
        self.core = best
        self.core_share = bg / self.total
        self.cpath = {e: i for i, e in enumerate(_path(best))} if best else {}
        self.cmemo = {}
        self.cb = [30] * n
        self.ca = [30] * n
        self.since_core = [0] * n
        last = -99
        incore = [line.element.parent is best and line.good > 0 for line in lines]
        for at in range(n):
            self.cb[at] = min(at - last, 30)
            self.since_core[at] = self.dropped_sum[at] - (self.dropped_sum[last + 1] if last >= 0 else 0)
            if incore[at]:
                last = at
        nxt = n + 99
        for at in range(n - 1, -1, -1):
            self.ca[at] = min(nxt - at, 30)
            if incore[at]:
                nxt = at

    def _headed(self, at):
        h = self.heading[at]
        if h < 0:
            return [40, -1, -1, -1, -1]
        line = self.lines[h]
        return [min(at - h, 40), line.link, self.page.rules[h] != "kept", line.level, self.so_far[at] - self.so_far[h]]

    def _around(self, at):
        lo, hi = max(0, at - 4), min(len(self.lines), at + 5)
        w = max(1, self.words_sum[hi] - self.words_sum[lo])
        return [
            self.link_before[at],
            self.link_after[at],
            (self.linked_sum[hi] - self.linked_sum[lo]) / w,
            (self.so_far[hi] - self.so_far[lo]) / w,
            (self.dropped_sum[hi] - self.dropped_sum[lo]) / (hi - lo),
        ]

    def _core(self, at):
        e = self.lines[at].element
        r = self.cmemo.get(e)
        if r is None:
            away, above = 0, e
            while above not in self.cpath and above.parent is not None:
                above, away = above.parent, away + 1
            r = self.cmemo[e] = (away, self.cpath.get(above, 30))
        return [r[1] == 0, r[0] + 10 * r[1], self.cb[at], self.ca[at], self.since_core[at]]

    def row(self, at: int, known: Known) -> Row:
        line = self.lines[at]
        element, container = line.element, self.page.container
        inside = self.page.inside[at]
        return [
            *_shape(line),
            *self._place(at),
            *self._alike(at),
            *self._beside(at, at - 1),
            *self._beside(at, at + 1),
            *self._parent(at),
            *self._told(at, known),
            *self._headed(at),
            *self._around(at),
            *self._core(at),
            *vocabulary.shares(line.text, line.words),
            len(self.lines),
            self.total,
            self.page.share,
            self.core_share,
            _KIND[line.kind] | _TAG.get(element.tag, 0),
            element.groups,
            element.parent.groups if element.parent else 0,
            element.path & ~container.path if inside else element.path,
            element.around & ~container.around if inside else element.around,
        ]

    def _place(self, at: int) -> Row:
        line = self.lines[at]
        away, above = self._away(line.element)
        return [
            self.page.inside[at],
            away,
            above,
            (at - self.first) / max(self.final - self.first, 1),
            self.so_far[at] / self.total,
            (self.so_far[-1] - self.so_far[at + 1]) / self.total,
            self.since[at],
            self.until[at],
            line.good > 0,
        ]

    def _away(self, element: Element) -> tuple[int, int]:
        """How many steps up it is to an element around the container, and how far above the container that is."""
        told = self.places.get(element)
        if told is None:
            away, above = 0, element
            while above not in self.path and above.parent is not None:
                above, away = above.parent, away + 1
            told = self.places[element] = away, self.path.get(above, 30)
        return told

    def _alike(self, at: int) -> Row:
        tally, size = self.alike[self.signatures[at]], len(self.lines)
        told = self.told.get(tally)
        if told is None:
            told = self.told[tally] = [
                tally.lines,
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
        return told

    def _beside(self, at: int, other: int) -> Row:
        if not 0 <= other < len(self.lines):
            return _NOTHING_BESIDE
        line = self.lines[other]
        return [
            line.words,
            line.link,
            line.ends,
            line.kind is Kind.HEADING,
            line.good > 0,
            self.furniture[other],
            self.signatures[at] == self.signatures[other],
        ]

    def _parent(self, at: int) -> Row:
        tally = self.parents[self.lines[at].element.parent]
        words = max(tally.words, 1)
        return [tally.lines, tally.words / tally.lines, tally.linked / words, tally.good / self.total]

    def _told(self, at: int, known: Known) -> Row:
        line = self.lines[at]
        text = plain(line.text)
        above = at < self.first and line.words <= 60
        copy = known.copies.rewords(line.text) if above else known.copies.repeats(line.text)
        named = (text in known.people) + (len(text) < 60 and any(each in text for each in known.people))
        return [
            self.times[line.text] > 1,
            0.0 if not copy else 2.0 if copy == "headline repeated" else 1.0,
            named,
            bool(known.description) and text.startswith(known.description),
            bool(known.told) and len(text) > 20 and text[:60] in known.told,
            bool(known.told),
            furniture.opening(line.text) is not None,
        ]


_NOTHING_BESIDE: Row = [-1.0] * len(_BESIDE)


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


def _path(element: Element | None) -> list[Element]:
    found = []
    while element is not None:
        found.append(element)
        element = element.parent
    return found
