"""Which articles carry one text, who had it first, and what each made of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scraper.signatures import WIDTH, Text

IN_COMMON = 3
"""Bands that two texts must share before they are held against each other."""

ONE_TEXT = 0.4
"""Jaccard from which two texts are one throughout: a copy of a copy is a copy of the first, too."""

CONTAINED = 0.25
"""Share of the shorter text's shingles that the longer one has. A text with a fifth of its words exchanged, held
against one with 12 % exchanged and cut to 60 %, has .35; reports on one event that quote the same people .02 to .1."""

SHORT = 80
"""Shingles under which a text must have half of them in common: chance and a shared sentence weigh more."""

SHORTEST = 40
"""Shingles under which nothing is a story: a caption, a teaser, a line of credits."""

SMALLEST_PART = 1 / 6
"""A text is no copy of one that is six times as long: that one is a round-up, or a live blog."""

SPREAD = 0.6
"""Share of the shorter text in which copied passages lie. Two reports that quote one statement share it and no more."""

NAMES = 0.5
"""Share of the names, and of the figures, of the text with fewer, that the other has: two matches of one day, told on
one pattern, share the league and the day."""

OPENING = 0.15
"""Share of the beginning of one of two texts that the other has. Where both begin in their own words and have an end
in common, that end is legal notes, a statement that both quote, or what went before."""

_WINDOW = 20
_IN_WINDOW = 3
_BEGINNING = 30
_FEWEST_NAMES = 6
_FEWEST_FIGURES = 2
_FIGURES_TELL = 250
"""Shingles up to which two figures are enough to tell two reports apart."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two texts have in common, by the shingles that both have.

    Each figure is counted when it is asked for: most pairs are no copies, and the first that says so is enough.
    """

    one: Text
    other: Text
    shared: frozenset[int]

    @property
    def jaccard(self) -> float:
        """The share of the shingles of both texts together."""
        both = len(self.one.distinct) + len(self.other.distinct) - len(self.shared)
        return len(self.shared) / max(both, 1)

    @property
    def shorter(self) -> Text:
        return min(self.one, self.other, key=lambda text: (len(text.distinct), text.shingles))

    @property
    def contained(self) -> float:
        """The share of the shorter text's shingles."""
        return len(self.shared) / max(min(len(self.one.distinct), len(self.other.distinct)), 1)

    @property
    def spread(self) -> float:
        """The share of the shorter text's length in which they lie."""
        return _spread(self.shorter, self.shared)

    @property
    def names(self) -> float:
        """The share of names or of figures."""
        return _names(self.one.particulars, self.other.particulars, len(self.shorter.distinct))

    @property
    def opening(self) -> float:
        """The share of the beginning of one of them, of whichever it is more."""
        return max(_opening(text, self.shared) for text in (self.one, self.other))

    @property
    def of_one(self) -> float:
        """The share of the first text's words that stand in the other, in runs of three and more."""
        return covered(self.one.shingles, self.other.distinct)

    @property
    def of_other(self) -> float:
        """The same of the other text's words."""
        return covered(self.other.shingles, self.one.distinct)

    @property
    def is_copy(self) -> bool:
        shorter, longer = sorted((len(self.one.distinct), len(self.other.distinct)))
        return (
            shorter >= max(SHORTEST, longer * SMALLEST_PART)
            and self.contained >= max(CONTAINED, 0.5 if shorter < SHORT else 0)
            and self.spread >= SPREAD
            and self.opening >= OPENING
            and self.names > NAMES
        )


def likeness(one: Text, other: Text) -> Likeness:
    return Likeness(one, other, one.distinct & other.distinct)


def covered(shingles: Sequence[int], shared: frozenset[int]) -> float:
    """The share of a text's words that lie in shared shingles."""
    words = len(shingles) + WIDTH - 1
    reached = found = 0
    for at, shingle in enumerate(shingles):
        if shingle in shared:
            found += at + WIDTH - max(at, reached)
            reached = at + WIDTH
    return found / words


def _spread(text: Text, shared: frozenset[int]) -> float:
    if not shared:
        return 0.0
    told = [shingle in shared for shingle in text.shingles]
    windows = [told[at : at + _WINDOW] for at in range(0, max(len(told) - _WINDOW // 2, 1), _WINDOW)]
    return sum(sum(window) >= _IN_WINDOW for window in windows) / len(windows)


def _opening(text: Text, shared: frozenset[int]) -> float:
    beginning = text.shingles[:_BEGINNING]
    return sum(shingle in shared for shingle in beginning) / max(len(beginning), 1)


def _names(one: frozenset[str], other: frozenset[str], length: int) -> float:
    """The share of the names or that of the figures, whichever is less; 1 where there are too few to tell.

    A report on the stock exchange has the same names every day and other figures; one on an earthquake has two.
    """
    figures, others = _figures(one), _figures(other)
    fewest = _FEWEST_FIGURES if length <= _FIGURES_TELL else _FEWEST_NAMES
    return min(_share(figures, others, fewest), _share(one - figures, other - others, _FEWEST_NAMES))


def _figures(particulars: frozenset[str]) -> frozenset[str]:
    return frozenset(each for each in particulars if each[0].isdigit())


def _share(one: frozenset[str], other: frozenset[str], fewest: int) -> float:
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer >= fewest else 1.0


# --- candidates ---------------------------------------------------------------


def candidates(holders: Iterable[Iterable[int]], most: int) -> list[int]:
    """The articles to look at, of those that hold each band: the ones with the most bands, then the first ones."""
    times = Counter(article for each in holders for article in each)
    found = [article for article, count in times.items() if count >= IN_COMMON]
    return sorted(found, key=lambda article: (-times[article], article))[:most]


# --- stories ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """An article as stories order them: by publication, else first sight; the address decides between equals."""

    published: str
    first_seen: str
    url: str
    id: int


@dataclass(frozen=True, slots=True)
class Bond:
    """That two articles are copies, and how alike they are throughout."""

    jaccard: float
    contained: float


Bonds = Mapping[int, Mapping[int, Bond]]


def name(first: Member) -> str:
    """The story's name: made of its first article's address, so that it is the same in every archive."""
    return hashlib.sha256(first.url.encode("utf-8", "replace")).hexdigest()[:12]


def grouped(members: Iterable[Member], bonds: Bonds) -> list[list[Member]]:
    """The stories among articles that are copies of each other somehow: each begins with its first article.

    In the order of publication each article joins the story of the earlier one that it has most in common with:
    the first of a story, or any of it that is one text with it throughout. So a round-up, which holds several
    items, does not make them one story. The order in which articles came does not matter.
    """
    stories: dict[int, list[Member]] = {}
    first: dict[int, int] = {}
    for member in sorted(members):
        mine = bonds.get(member.id, {})
        joined = [
            (bond.contained, bond.jaccard, -at, first[other])
            for at, other in enumerate(first)
            if (bond := mine.get(other)) and (first[other] == other or bond.jaccard >= ONE_TEXT)
        ]
        first[member.id] = max(joined)[3] if joined else member.id
        stories.setdefault(first[member.id], []).append(member)
    return [story for story in stories.values() if len(story) > 1]


# --- what a copy made of it ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edits:
    """Paragraphs of the first that a copy does not have, and its own that the first does not have."""

    cut: tuple[str, ...]
    added: tuple[str, ...]


MOSTLY_OTHER = 0.3
"""Share of a paragraph's words in shared shingles under which it is another paragraph, not a reworded one: with a
fifth of the words exchanged about .6 stay covered."""


def edits(first: Sequence[tuple[str, Sequence[int]]], copy: Sequence[tuple[str, Sequence[int]]]) -> Edits:
    """What was cut and added, of paragraphs with their shingles; one too short for a shingle says nothing."""
    return Edits(_missing(first, copy), _missing(copy, first))


def _missing(these: Sequence[tuple[str, Sequence[int]]], there: Sequence[tuple[str, Sequence[int]]]) -> tuple[str, ...]:
    known = frozenset(shingle for _, shingles in there for shingle in shingles)
    return tuple(text for text, shingles in these if shingles and covered(shingles, known) < MOSTLY_OTHER)
