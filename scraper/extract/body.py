"""Which lines of a page are the article: lines in, the same lines with a verdict out.

First the rules, in `_judged`: the container that holds the good text, then the names of the
elements around a line, its wording, its links. Then the model, in `verdicts`: it sees what the
rules say and how lines that are marked up alike behave on this page, and decides. The reason
given is the rule's. trafilatura is the second opinion when this finds next to nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scraper.extract import features, furniture, model
from scraper.extract.features import Known
from scraper.extract.lines import (
    ASIDE,
    BUTTON,
    DIALOG,
    ENDS,
    FIGURE,
    FOOTER,
    FORM,
    HEADER,
    HIDDEN,
    NAV,
    Element,
    Line,
    group,
)
from scraper.models import Kind

KEPT = ""
"""The verdict on a line of the article; any other verdict is the reason to leave it out."""

_SHARE = 0.75
"""The container is the deepest element that still holds this share of the good text; the trial's figure."""


@dataclass(frozen=True, slots=True)
class Container:
    """The element that holds the article, and the words of good text in it and on the page."""

    element: Element
    good: float
    total: float


def verdicts(lines: list[Line], known: Known) -> list[str]:
    """For each line KEPT or the reason to leave it out."""
    page = judged(lines)
    if page is None:
        return ["outside the article" for _ in lines]
    told = list(page.reasons)
    wanted = candidates(page)
    likely = model.probabilities(features.rows(page.seen, wanted, known))
    for at, keep in zip(wanted, decisions(likely, [told[at] for at in wanted]), strict=True):
        told[at] = KEPT if keep else told[at] or "unlike the text"
    return told


FEW = 12
"""Lines that could be text, under which the rules have more say: the model has hardly seen pages so small."""
RULES_WEIGHT = 0.6
"""What the rules' word weighs there. On larger pages it weighs nothing: the report has the figures."""


def decisions(likely: Sequence[float], reasons: Sequence[str]) -> list[bool]:
    """Which candidates of one page are text: by the model, and on a page of few lines by the rules too."""
    weight = RULES_WEIGHT if len(likely) < FEW else 0.0
    told = zip(likely, reasons, strict=True)
    return [(1 - weight) * each + weight * (reason == KEPT) >= model.THRESHOLD for each, reason in told]


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the rules see it: what the model is shown, and the reason for each line that they leave out."""

    seen: features.Judged
    reasons: list[str]


def judged(lines: list[Line]) -> Page | None:
    """The rules' verdicts on every line, or None for a page without any good text."""
    container = _container(lines)
    if container is None:
        return None
    inside = _inside(lines, container.element)
    alike = _signatures(line for line in lines if line.index in inside)
    reasons = [_judged(line, inside, alike, container.element) for line in lines]
    reasons = _without_bare_headings(lines, _without_stragglers(lines, reasons))
    rules = [_rule(line, reason) for line, reason in zip(lines, reasons, strict=True)]
    share = container.good / max(container.total, 1.0)
    seen = features.Judged(lines, [good(line) for line in lines], rules, frozenset(inside), container.element, share)
    return Page(seen, reasons)


def candidates(page: Page) -> list[int]:
    """The positions of lines that could be text; the others are plainly none.

    Table rows and listings are left to the rules: gold seldom has them.
    """
    told = enumerate(zip(page.seen.lines, page.reasons, strict=True))
    return [at for at, (line, reason) in told if _may_be_text(line, reason)]


def _may_be_text(line: Line, reason: str) -> bool:
    if line.kind in (Kind.TABLE_ROW, Kind.CODE) or reason.startswith("outside the article:"):
        return False
    if reason in _CERTAIN or (reason and reason == furniture.reason(line.text)):
        return False
    return reason != "outside the article" or (line.words >= 5 and line.link <= 0.7)


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


def second_opinion(lines: list[Line], markup: str) -> list[str]:
    """The verdicts as trafilatura would have them: a line is kept when its text is in what trafilatura finds.

    What wording alone can tell stays out.
    """
    found = [letters for line in paragraphs(markup) if (letters := _letters(line))]
    whole = " ".join(found)
    return [
        (_by_wording(line) or KEPT) if _shares(_letters(line.text), found, whole) else "outside the article"
        for line in lines
    ]


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
_NO_TEXT = FIGURE | ASIDE | NAV | FOOTER | FORM | BUTTON | DIALOG


def _poor_names() -> int:
    return sum(map(group, ("related", "comment", "caption", "sidebar", "newsletter", "cookie", "author_box", "footer")))


def good(line: Line) -> float:
    """Words that look like running text: few links, and long or closed by a full stop."""
    if line.link >= 0.35 or line.element.around & _NO_TEXT:
        return 0.0
    if line.words < 9 and not (line.words >= 5 and line.text.endswith(ENDS)):
        return 0.0
    own = line.element.groups | (line.element.parent.groups if line.element.parent else 0)
    return 0.0 if own & _poor_names() and not own & group("body") else float(line.words)


def _container(lines: list[Line]) -> Container | None:
    """The deepest element with three quarters of the good text.

    Text in side rooms counts for less on its way up, unless that room holds most of the page's text.
    """
    touched, total = _gathered(lines)
    if not touched:
        return None
    side = _side_rooms(touched, total)
    for each in touched:
        each.good = 0.0
    for line in lines:
        weight = good(line)
        for element in _path(line.element) if weight else ():
            element.good += weight
            weight *= 0.3 if element in side else 1.0
    top = max(each.good for each in touched)
    best = max((each for each in touched if each.good >= _SHARE * top), key=lambda each: (each.depth, each.good))
    return Container(_roomy(best), best.good, total)


def _gathered(lines: list[Line]) -> tuple[list[Element], float]:
    """Every element around good text with the good words in it, from the top, and the good words of the page."""
    touched: dict[Element, None] = {}
    total = 0.0
    for line in lines:
        weight = good(line)
        total += weight
        for element in _path(line.element) if weight else ():
            element.good += weight
            touched[element] = None
    return sorted(touched, key=lambda each: each.depth), total


def _side_rooms(touched: list[Element], total: float) -> set[Element]:
    """The elements that are called or tagged as side rooms; rooms that together hold much of the text are none."""
    held: dict[str, float] = defaultdict(float)
    for each in touched:
        held[each.tag + each.names] += each.good
    return {each for each in touched if _is_side_room(each) and held[each.tag + each.names] < _MUCH * total}


_MUCH = 0.4


def _is_side_room(element: Element) -> bool:
    if element.around & _POOR and not (element.parent and element.parent.around & _POOR):
        return True
    return bool(element.groups & _poor_names()) and not element.groups & group("body")


def _roomy(element: Element) -> Element:
    """A single paragraph or list is no container: the block around it is."""
    while element.parent and element.tag in ("p", "li", "ul", "ol", "blockquote", "td", "tr", "tbody", "span"):
        element = element.parent
    return element


def _inside(lines: list[Line], container: Element) -> set[int]:
    return {line.index for line in lines if any(each is container for each in _path(line.element))}


def _path(element: Element | None) -> Iterator[Element]:
    while element is not None:
        yield element
        element = element.parent


# --- lines that are marked up alike -------------------------------------------

Signature = tuple[str, str, str]


@dataclass(slots=True)
class _Alike:
    """How the lines with one signature (tag, class, parent's class) behave together."""

    lines: int = 0
    words: int = 0
    linked: float = 0.0
    good: float = 0.0

    @property
    def mean_words(self) -> float:
        return self.words / self.lines

    @property
    def link(self) -> float:
        return self.linked / max(self.words, 1)


def _signature(line: Line) -> Signature:
    parent = line.element.parent
    return line.element.tag, line.element.names, parent.names if parent else ""


def _signatures(lines: Iterable[Line]) -> dict[Signature, _Alike]:
    found: dict[Signature, _Alike] = defaultdict(_Alike)
    for line in lines:
        alike = found[_signature(line)]
        alike.lines += 1
        alike.words += line.words
        alike.linked += line.link * line.words
        alike.good += good(line)
    return found


# --- the decision -------------------------------------------------------------

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
    "dek": "",
}
# Names that also stand on the article's own elements: they count for short lines only.
_ONLY_SHORT = {
    "byline",
    "date",
    "tags",
    "hidden",
    "kicker",
    "tool",
    "nav",
    "footer",
    "media",
    "share",
    "login",
    "ad",
    "sidebar",
    "dek",
}
_SHORT = 25

_TAGGED = (
    (FIGURE, "caption"),
    (NAV, "navigation"),
    (BUTTON, "page control"),
    (DIALOG, "page control"),
    (FORM, "page control"),
    (FOOTER, "end matter"),
    (ASIDE, "side box"),
)
_BY_TAG = frozenset(reason for _, reason in _TAGGED)
_BY_NAME = frozenset(_NAMED.values())
_CERTAIN = frozenset(("navigation", "page control", "end matter"))


def _judged(line: Line, inside: set[int], alike: dict[Signature, _Alike], container: Element) -> str:
    """The verdict on one line. The first reason that holds is the reason."""
    if line.index not in inside:
        return _outside(line)
    return (
        _by_tag(line, container)
        or _by_name(line, container)
        or _by_wording(line)
        or _by_links(line, alike[_signature(line)])
        or KEPT
    )


def _outside(line: Line) -> str:
    for flag, name in (
        (NAV, "navigation"),
        (FOOTER, "footer"),
        (ASIDE, "side column"),
        (HEADER, "header"),
        (DIALOG, "dialog"),
    ):
        if line.element.around & flag:
            return f"outside the article: {name}"
    return "outside the article"


def _by_tag(line: Line, container: Element) -> str | None:
    new = line.element.around & ~container.around
    if line.element.around & HIDDEN & ~container.around and line.words < _SHORT:
        return "hidden"
    return next((reason for flag, reason in _TAGGED if new & flag), None)


def _by_name(line: Line, container: Element) -> str | None:
    """The reason that the nearest telling name gives; an element that also says it is the body tells nothing."""
    if line.inline and line.words < _SHORT:
        told = _told(line.inline & ~group("body"), line.words)
        if told and line.kind is not Kind.HEADING and line.link < 1:
            return told
    for element in _path(line.element):
        if element is container:
            return None
        if element.groups & group("body") and not element.groups & _strong_names():
            continue
        told = _told(element.groups, line.words)
        if told and not _is_text_after_all(line, element):
            return told
    return None


def _strong_names() -> int:
    return sum(map(group, ("related", "newsletter", "comment", "author_box", "caption", "cookie", "ad", "share")))


def _told(groups: int, words: int) -> str | None:
    for name, reason in _NAMED.items():
        if reason and groups & group(name) and (words <= _SHORT or name not in _ONLY_SHORT):
            return reason
    return None


def _is_text_after_all(line: Line, element: Element) -> bool:
    """An element with most of the good text is not what it is called."""
    return element.good > 200 and line.link < 0.3


def _by_wording(line: Line) -> str | None:
    if line.kind is Kind.CODE:
        return None
    told = furniture.reason(line.text)
    if told:
        return told
    if line.link > 0.3 or line.strong > 0.3 or line.words <= 20:
        return furniture.opening(line.text) if line.link > 0.2 else None
    return None


def _by_links(line: Line, alike: _Alike) -> str | None:
    if line.kind is Kind.HEADING and line.link < 0.9:
        return None
    if line.link > 0.7 and (line.words < 15 or alike.link > 0.7):
        return "links"
    if alike.lines >= 3 and alike.link > 0.6 and line.link > 0.3:
        return "links"
    return None


def _without_stragglers(lines: list[Line], judged: list[str]) -> list[str]:
    """Short lines without an end mark before the first and after the last real paragraph are not text."""
    solid = [at for at, line in enumerate(lines) if judged[at] == KEPT and good(line)]
    if not solid:
        return judged
    out = list(judged)
    for at, line in enumerate(lines):
        if out[at] == KEPT and (at < solid[0] or at > solid[-1]) and _is_straggler(line, at > solid[-1]):
            out[at] = "heading without text" if line.kind is Kind.HEADING else "loose line"
    return out


def _is_straggler(line: Line, after: bool) -> bool:  # noqa: FBT001
    if line.kind in (Kind.LIST_ITEM, Kind.TABLE_ROW, Kind.CODE) and line.link < 0.3:
        return False
    if line.kind is Kind.HEADING:
        return after
    return line.words < 9 and not line.text.endswith(ENDS)


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
