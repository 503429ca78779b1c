"""Which lines of a page are the article: lines in, the same lines with a verdict out.

First the rules: the container that holds the good text, then the names of the elements
around a line, its wording, its links. Then the model, in `verdicts`: it sees what the rules
say and how lines that are marked up alike behave on this page, and decides. The reason
given is the rule's. trafilatura is the second opinion when this finds next to nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp

from scraper.extract import deciding, features, furniture
from scraper.extract.features import Known
from scraper.extract.forest import Forest
from scraper.extract.lines import (
    ASIDE,
    BUTTON,
    DIALOG,
    FIGURE,
    FOOTER,
    FORM,
    HEADER,
    HIDDEN,
    NAV,
    Element,
    Line,
    poor_names,
)
from scraper.extract.naming import group
from scraper.models import Kind

KEPT, OUTSIDE = "", "outside the article"
"""The verdict on a line of the article; any other is the reason to leave it out, this one where no more is known."""

UNLIKE = "unlike the text"
"""The reason where no rule is against a line but the model; the facts that decided stand behind it."""

_SHARE = 0.75
"""The container is the deepest element that still holds this share of the good text; the trial's figure."""


@dataclass(frozen=True, slots=True)
class Container:
    """The element that holds the article, and the words of good text in it and on the page."""

    element: Element
    good: float
    total: float


@dataclass(frozen=True, slots=True)
class Verdicts:
    """For each line KEPT or the reason to leave it out, and how sure that is: the F1 to expect of the text, 0 to 1."""

    reasons: list[str]
    confidence: float


def verdicts(lines: list[Line], known: Known, by: Forest) -> Verdicts:
    """What is the article among the lines of a page, by the rules and the trees of a model."""
    page = judged(lines)
    if page is None:
        return Verdicts([OUTSIDE for _ in lines], 0.0)
    told, seen = list(page.reasons), page.seen
    wanted, sure = candidates(seen), plain(seen)
    asked = [at for at in wanted if at not in sure]
    view = features.View(seen, known)
    found = {at: by.score(view.row(at)) for at in asked}
    looks = [Look(found.get(at, SURE), seen.lines[at].kind, seen.reasons[at], seen.lines[at].words) for at in wanted]
    kept = decisions(looks)
    unlike = _Unlike(view, _typical([at for at, keep in zip(wanted, kept, strict=True) if keep], found), by)
    for at, keep in zip(wanted, kept, strict=True):
        told[seen.lines[at].index - 1] = KEPT if keep else seen.reasons[at] or unlike.reason(at)
    return Verdicts(told, confidence(looks, kept))


def _typical(kept: list[int], scores: dict[int, float]) -> int:
    """The kept line in the middle of those the model was asked about, -1 for none."""
    asked = sorted((at for at in kept if at in scores), key=scores.__getitem__)
    return asked[len(asked) // 2] if asked else -1


class _Unlike:
    """The reason where the model alone decided, with the facts that did, for so many lines of a page."""

    def __init__(self, view: features.View, typical: int, by: Forest) -> None:
        self.view, self.by = view, by
        self.typical = view.row(typical) if typical >= 0 else []
        self.left = _EXPLAINED if self.typical else 0

    def reason(self, at: int) -> str:
        self.left -= 1
        told = deciding.facts(self.view.row(at), self.typical, self.by) if self.left >= 0 else []
        return f"{UNLIKE}: {', '.join(told)}" if told else UNLIKE


_EXPLAINED = 500
"""Lines of a page whose facts are looked for: it takes ten looks of the model. News pages have five such lines."""


FOR = {Kind.LIST_ITEM: 2.0, Kind.QUOTE: 3.0}
FOR_OTHERS = 0.3
AGAINST = {"caption": -2.0, "prompt": -3.0, "note on the text": -2.0, OUTSIDE: -0.5}
AGAINST_OTHERS = -1.0
APART = -2.0
"""What the rules' word adds to the model's score (log odds), for a line they keep and one they leave out.
Swept on three times five folds by publisher: F1 is flat from 0 to 2, exact pages rise from .53 to .57, the
recall of pages that are no news falls. Model against rule, both sure: captions are captions (0 of 8 were
text), of lines outside the container most are text after all (50 of 69). Of list items and quotes that no rule is
against the model has seen too few: with 2 for them F1 of news stays and .006 of pages that are no news are gained."""
FEW, ON_FEW = 12, 3.0
"""Lines that could be text, under which the rules' word counts three times: the model has hardly seen such pages."""
HEADING = -1.1
"""The score (.25) from which a heading right above kept text is kept: of 43 such lines 37 were text."""


@dataclass(frozen=True, slots=True)
class Look:
    """A line that could be text: the model's score for it, and the reason that the rules have against it."""

    score: float
    kind: Kind
    reason: str
    words: int

    @property
    def said(self) -> float:
        """The rules' word."""
        if not self.reason:
            return FOR.get(self.kind, FOR_OTHERS)
        return APART if self.reason.startswith(f"{OUTSIDE}: ") else AGAINST.get(self.reason, AGAINST_OTHERS)


def weighed(looks: Sequence[Look]) -> list[float]:
    """The scores of one page's candidates with the rules' word."""
    weight = ON_FEW if len(looks) < FEW else 1.0
    return [look.score + weight * look.said for look in looks]


def decisions(looks: Sequence[Look]) -> list[bool]:
    """Which candidates of one page are text."""
    scores = weighed(looks)
    kept = [score >= 0 for score in scores]
    for at in range(len(kept) - 1):
        is_heading, following = looks[at].kind is Kind.HEADING, looks[at + 1].kind
        if scores[at] >= HEADING and is_heading and kept[at + 1] and following is not Kind.HEADING:
            kept[at] = True
    return kept


def confidence(looks: Sequence[Look], kept: Sequence[bool]) -> float:
    """The F1 to expect of what was kept, by the words that are likely right, wrong and missing.

    On pages of publishers the model had not seen: .99 where it says .985 or more (seven pages in ten), .98 from
    .97, .93 from .95, .90 from .93.
    """
    right = wrong = missing = 0.0
    for look, score, keep in zip(looks, weighed(looks), kept, strict=True):
        share = 1 / (1 + exp(-max(-30.0, min(score, 30.0))))
        if keep:
            right += look.words * share
            wrong += look.words * (1 - share)
        else:
            missing += look.words * share
    return 2 * right / (2 * right + wrong + missing) if right else 0.0


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the rules see it: what the model is shown, and the reason for each line that they leave out."""

    seen: features.Judged
    reasons: list[str]


def judged(lines: list[Line]) -> Page | None:
    """The rules' verdicts on every line, or None for a page without any good text."""
    looked_at = [line for line in lines if not line.element.closed]
    container = _container(looked_at)
    if container is None:
        return None
    rules = _Rules(looked_at, container.element)
    reasons = [rules.reason(line) for line in looked_at]
    reasons = _without_bare_headings(looked_at, _without_stragglers(looked_at, reasons))
    kinds = [_rule(line, reason) for line, reason in zip(looked_at, reasons, strict=True)]
    inside = [rules.is_inside(line.element) for line in looked_at]
    share = container.good / max(container.total, 1.0)
    core = _core(looked_at)
    seen = features.Judged(looked_at, reasons, kinds, inside, container.element, core, share)
    told = iter(reasons)
    return Page(seen, [rules.of_closed(line.element) if line.element.closed else next(told) for line in lines])


def candidates(page: features.Judged) -> list[int]:
    """The positions of lines that could be text; the others are plainly none.

    Table rows and listings are left to the rules: gold seldom has them.
    """
    told = enumerate(zip(page.lines, page.reasons, page.rules, strict=True))
    return [at for at, (line, reason, rule) in told if _may_be_text(line, reason, rule)]


SURE = 9.0
"""The score of lines that the model is not asked about."""
_PLAIN = 20
_LAST = 3


def plain(page: features.Judged) -> set[int]:
    """The positions of plain paragraphs in the midst of the article: a third of the candidates.

    Of 1,380 such lines the model, not having seen the publisher, said no to 3. At the beginning
    stand deks, at the end notes and author boxes: there it is asked.
    """
    core = [at for at, line in enumerate(page.lines) if line.good and line.element.parent is page.core]
    return {at for at in core[1:-_LAST] if not page.reasons[at] and _is_plain(page.lines[at])}


def _is_plain(line: Line) -> bool:
    is_text = line.words >= _PLAIN and line.ends and line.kind is Kind.PARAGRAPH and line.element.tag == "p"
    return is_text and line.link < 0.2 and line.strong < 0.5


def _may_be_text(line: Line, reason: str, rule: str) -> bool:
    if line.kind in (Kind.TABLE_ROW, Kind.CODE) or rule == "wording" or reason in _CERTAIN:
        return False
    if rule == "outside":
        by_name = reason == OUTSIDE or not line.element.around & _AROUND_ANY
        return by_name and line.words >= 5 and line.link <= 0.7
    return True


def _rule(line: Line, reason: str) -> str:
    """Which kind of rule left a line out, for the model."""
    if reason == KEPT:
        return "kept"
    if reason.startswith("outside"):
        return "outside"
    if reason == "links":
        return "links"
    if reason == furniture.reason(line.text):
        return "wording"
    if reason in _BY_TAG:
        return "tag"
    return "name" if reason in _BY_NAME else "other"


SECOND = 0.88
"""What trafilatura reaches on pages of which our model is not sure (segment F1 of 106 pages)."""


def second_opinion(lines: list[Line], markup: str) -> Verdicts:
    """The verdicts as trafilatura would have them: a line is kept when its text is in what trafilatura finds.

    What wording alone can tell stays out, and so do links that the page has more than once.
    """
    found = [letters for line in paragraphs(markup) if (letters := _letters(line))]
    whole = " ".join(found)
    shared = [_shares(_letters(line.text), found, whole) for line in lines]
    offered = _offered_again(lines)
    told = [
        (_by_wording(line) or ("links" if at in offered else KEPT)) if same else OUTSIDE
        for at, (line, same) in enumerate(zip(lines, shared, strict=True))
    ]
    return Verdicts(told, SECOND)


def _offered_again(lines: list[Line]) -> set[int]:
    """Lines that are a link and stand more than once, none of them a heading: other stories in several boxes.

    A table of contents has its headings once more, too.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        if line.link > _ALL_LINK or line.kind is Kind.HEADING:
            places[_letters(line.text)].append(at)
    again = (each for each in places.values() if len(each) > 1)
    return {at for each in again if all(lines[at].kind is not Kind.HEADING for at in each) for at in each}


_ALL_LINK = 0.9


def paragraphs(markup: str) -> list[str]:
    """The lines that trafilatura finds. Dates and comments are never asked of it."""
    if markup.count("<") > _TOO_MUCH:
        return []
    import trafilatura

    text = trafilatura.extract(markup, fast=True, include_comments=False, with_metadata=False) or ""
    return [line.removeprefix("- ") for line in text.splitlines() if line.strip()]


_TOO_MUCH = 20_000
"""Tags beyond which trafilatura is not asked: it takes a second and more, and pages so large are no short items."""


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _shares(letters: str, found: list[str], whole: str) -> bool:
    """Whether a line is one of those found, a part of one, or holds one."""
    if len(letters) < 40:
        return letters in found
    return letters in whole or any(len(each) >= 40 and each in letters for each in found)


# --- the container ------------------------------------------------------------

_POOR = NAV | FOOTER | ASIDE


def _container(lines: list[Line]) -> Container | None:
    """The deepest element with three quarters of the good text.

    Text in side rooms counts for less on its way up, unless that room holds most of the page's text.
    """
    held = _gathered(lines)
    if not held:
        return None
    total = sum(held.values())
    touched = _summed(held)
    side = _side_rooms(touched, total)
    if side:
        for each in touched:
            each.good = 0.0
        for element, words in held.items():
            weight = words
            for each in _path(element):
                each.good += weight
                weight *= 0.3 if each in side else 1.0
    top = max(each.good for each in touched)
    best = max((each for each in touched if each.good >= _SHARE * top), key=lambda each: (each.depth, each.good))
    return Container(_roomy(best), best.good, total)


def _core(lines: list[Line]) -> Element:
    """The element right around most good words: what the paragraphs of the article have in common."""
    held: dict[Element, float] = defaultdict(float)
    for line in lines:
        held[line.element.parent or line.element] += line.good
    return max(held, key=held.__getitem__)


def _gathered(lines: list[Line]) -> dict[Element, float]:
    """The good words that stand directly in each element."""
    held: dict[Element, float] = {}
    for line in lines:
        if line.good:
            held[line.element] = held.get(line.element, 0.0) + line.good
    return held


def _summed(held: dict[Element, float]) -> list[Element]:
    """Every element around good text with the good words in it, from the top."""
    touched: dict[Element, None] = {}
    for element, words in held.items():
        for each in _path(element):
            each.good += words
            touched[each] = None
    return sorted(touched, key=lambda each: each.depth)


def _side_rooms(touched: list[Element], total: float) -> set[Element]:
    """The elements that are called or tagged as side rooms; rooms that together hold much of the text are none."""
    rooms = [each for each in touched if _is_side_room(each)]
    held: dict[str, float] = defaultdict(float)
    for each in rooms:
        held[each.tag + each.names] += each.good
    return {each for each in rooms if held[each.tag + each.names] < _MUCH * total}


_MUCH = 0.4


def _is_side_room(element: Element) -> bool:
    if element.around & _POOR and not (element.parent and element.parent.around & _POOR):
        return True
    return bool(element.groups & poor_names()) and not element.groups & group("body")


def _roomy(element: Element) -> Element:
    """A single paragraph or list is no container: the block around it is."""
    while element.parent and element.tag in ("p", "li", "ul", "ol", "blockquote", "td", "tr", "tbody", "span"):
        element = element.parent
    return element


def _path(element: Element | None) -> Iterator[Element]:
    while element is not None:
        yield element
        element = element.parent


# --- the rules ----------------------------------------------------------------

# What the elements around a line are called → why it is left out. Nearest element first.
_NAMED = {
    "ad": "advertisement",
    "author_box": "author box",
    "caption": "caption",
    "comment": "comments",
    "cookie": "cookies and terms",
    "login": "newsletter",
    "newsletter": "newsletter",
    "related": "read also",
    "share": "share",
    "sidebar": "side box",
    "tags": "tags",
    "nav": "navigation",
    "footer": "end matter",
    "byline": "byline",
    "date": "date line",
    "kicker": "kicker",
    "tool": "page control",
    "hidden": "hidden",
    "media": "caption",
}
# Names that also stand on the article's own elements: they count for short lines only.
_ONLY_SHORT = frozenset(
    "byline date tags hidden kicker tool nav footer media share login ad sidebar".split(),
)
_SHORT = 25
"""Words up to which a line is short."""

_TAGGED = (
    (FIGURE, "caption"),
    (NAV, "navigation"),
    (BUTTON, "page control"),
    (DIALOG, "page control"),
    (FORM, "page control"),
    (FOOTER, "end matter"),
    (ASIDE, "side box"),
)
_AROUND_ALL = (
    (NAV, f"{OUTSIDE}: navigation"),
    (FOOTER, f"{OUTSIDE}: footer"),
    (ASIDE, f"{OUTSIDE}: side column"),
    (HEADER, f"{OUTSIDE}: header"),
    (DIALOG, f"{OUTSIDE}: dialog"),
    (FIGURE, f"{OUTSIDE}: caption"),
)
_AROUND_ANY = sum(flag for flag, _ in _AROUND_ALL)
_BY_TAG = frozenset(reason for _, reason in _TAGGED)
_BY_NAME = frozenset(_NAMED.values())
_CERTAIN = frozenset(("navigation", "page control", "end matter"))
_STRONG = ("related", "newsletter", "comment", "author_box", "caption", "cookie", "ad", "share")
"""Names that count although the element is also called the body."""


@dataclass(slots=True)
class _Alike:
    """How the lines with one signature (tag, class, parent's class) behave together."""

    lines: int = 0
    words: int = 0
    linked: float = 0.0

    @property
    def link(self) -> float:
        return self.linked / max(self.words, 1)


class _Rules:
    """The rules for the lines of one page. What an element says of its lines is found once."""

    def __init__(self, lines: list[Line], container: Element) -> None:
        self.container = container
        self.within: dict[Element, bool] = {container: True}
        self.told: dict[tuple[Element, bool, bool], str | None] = {}
        self.alike: dict[tuple[str, str, str], _Alike] = {}
        self.body, self.strong = group("body"), sum(map(group, _STRONG))
        for line in lines:
            if line.link and self.is_inside(line.element):
                self._count(line)

    def _count(self, line: Line) -> None:
        """Only lines with links are counted: of the others no rule asks how they behave together."""
        alike = self.alike.setdefault(line.element.signature, _Alike())
        alike.lines += 1
        alike.words += line.words
        alike.linked += line.link * line.words

    def is_inside(self, element: Element) -> bool:
        """Whether an element stands in the container."""
        told = self.within.get(element)
        if told is None:
            above = element.parent
            told = self.within[element] = above is not None and self.is_inside(above)
        return told

    def reason(self, line: Line) -> str:
        """The verdict on one line. The first reason that holds is the reason."""
        if not self.is_inside(line.element):
            return self._apart(line)
        return self._by_place(line) or _by_wording(line) or self._by_links(line) or KEPT

    def _apart(self, line: Line) -> str:
        """The verdict on a line outside the container; what is plainly called something else is that there too."""
        told = _outside(line.element.around)
        if told == OUTSIDE and line.words <= _SHORT:
            own = line.element.groups | (line.element.parent.groups if line.element.parent else 0)
            named = _told(own & self.strong, short=True)
            return f"{told}: {named}" if named else told
        return told

    def of_closed(self, element: Element) -> str:
        """The verdict on what an element says that was read as a whole."""
        around = element.around
        if self.is_inside(element):
            return _by_tag(around, short=True) or "end matter"
        told = _outside(around)
        named = _told(element.groups, short=True) if told == OUTSIDE else None
        return f"{told}: {named}" if named else told

    def _by_place(self, line: Line) -> str | None:
        """By the tags and names of the elements around a line."""
        short = line.words < _SHORT
        told = _by_tag(line.element.around & ~self.container.around, short=short)
        if told is None and line.inline and short and line.kind is not Kind.HEADING and line.link < 1:
            told = _told(line.inline & ~self.body, short=True)
        return told or self._by_names(line)

    def _by_names(self, line: Line) -> str | None:
        """The reason that the nearest telling name gives; an element that also says it is the body tells nothing."""
        key = line.element, line.words <= _SHORT, line.link < 0.3
        if key not in self.told:
            self.told[key] = self._nearest(*key)
        return self.told[key]

    def _nearest(self, element: Element, short: bool, plain: bool) -> str | None:  # noqa: FBT001
        for each in _path(element):
            if each is self.container:
                return None
            # an element with most of the good text is not what it is called
            if (
                not each.groups
                or (plain and each.good > 200)
                or (each.groups & self.body and not each.groups & self.strong)
            ):
                continue
            if told := _told(each.groups, short=short):
                return told
        return None

    def _by_links(self, line: Line) -> str | None:
        if line.link <= 0.3 or (line.kind is Kind.HEADING and line.link < 0.9):
            return None
        alike = self.alike[line.element.signature]
        if line.link > 0.7 and (line.words < 15 or alike.link > 0.7):
            return "links"
        return "links" if alike.lines >= 3 and alike.link > 0.6 else None


def _outside(around: int) -> str:
    return next((reason for flag, reason in _AROUND_ALL if around & flag), OUTSIDE)


def _by_tag(around: int, *, short: bool) -> str | None:
    if not around:
        return None
    if around & HIDDEN and short:
        return "hidden"
    return next((reason for flag, reason in _TAGGED if around & flag), None)


def _told(groups: int, *, short: bool) -> str | None:
    telling = _telling(short=short)
    return next((reason for bit, reason in telling if groups & bit), None)


@cache
def _telling(*, short: bool) -> list[tuple[int, str]]:
    """The bits of telling names with their reasons."""
    return [(group(name), reason) for name, reason in _NAMED.items() if short or name not in _ONLY_SHORT]


def _by_wording(line: Line) -> str | None:
    if line.kind is Kind.CODE:
        return None
    told = furniture.reason(line.text)
    if told is None and line.link > 0.2:
        told = furniture.opening(line.text)
    return told or furniture.prompt(line.text)


def _without_stragglers(lines: list[Line], judged: list[str]) -> list[str]:
    """Short lines without an end mark before the first and after the last real paragraph are not text."""
    solid = [at for at, line in enumerate(lines) if judged[at] == KEPT and line.good]
    if not solid:
        return judged
    out = list(judged)
    for at, line in enumerate(lines):
        if out[at] == KEPT and (at < solid[0] or at > solid[-1]) and _is_straggler(line, after=at > solid[-1]):
            out[at] = "heading without text" if line.kind is Kind.HEADING else "loose line"
    return out


def _is_straggler(line: Line, *, after: bool) -> bool:
    if line.kind in (Kind.LIST_ITEM, Kind.TABLE_ROW, Kind.CODE) and line.link < 0.3:
        return False
    if line.kind is Kind.HEADING:
        return after
    return line.words < 9 and not line.ends


def _without_bare_headings(lines: list[Line], judged: list[str]) -> list[str]:
    """A heading with no text of its own before the next one of its rank or the end is a label of what was dropped."""
    out = list(judged)
    following: int | None = None
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        if out[at] != KEPT:
            continue
        if line.kind is Kind.HEADING and (following is None or 0 < following <= line.level) and not _tells(line):
            out[at] = "heading without text"
            continue
        following = line.level if line.kind is Kind.HEADING else 0
    return out


def _tells(line: Line) -> bool:
    """Whether a heading says something by itself, as the entries of a list of pictures do."""
    return line.words >= 9 and line.link < 0.2
