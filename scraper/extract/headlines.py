"""The headline in all its wordings, and the one a reader would call it by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache

from selectolax.lexbor import LexborNode

from scraper import tables, urls
from scraper.document import Document
from scraper.extract import linked
from scraper.extract.lines import ASIDE, DIALOG, FOOTER, FORM, HEADING, NAV, Element, Line, folded
from scraper.extract.naming import group
from scraper.extract.wording import bare, holds, is_cut, is_cut_of, likeness, plain, unmarked, words
from scraper.models import Headline, Kind

# How far each place is to be believed where no headline is declared and none stands on the page.
# JSON-LD 1, h1 .9, og .7 from EXTRACTOR's trial; a title element carries the site's name more
# often than not, twitter's is shortened.
_TRUST = {
    "json-ld": 1.0,
    "h1": 0.9,
    "h2": 0.8,
    "h3": 0.8,
    "h4": 0.8,
    "itemprop": 0.8,
    "page": 0.8,
    "og:title": 0.7,
    "meta": 0.6,
    "title": 0.55,
    "twitter:title": 0.5,
}
_ON_PAGE = ("h1", "h2", "h3", "h4", "page")
_METAS = (
    ("og:title", "og:title"),
    ("headline", "itemprop"),
    ("dc.title", "meta"),
    ("parsely-title", "meta"),
    ("sailthru.title", "meta"),
    ("title", "meta"),
    ("twitter:title", "twitter:title"),
)

REWORDED = 0.6
"""Likeness from which a line is another wording of the headline. Caption copies of real pages
reach .6 to .9; a subhead on the same matter stays under .45."""

_LONGEST = 400
_MARK = re.compile(r"\s*[-|·•»›«–—ㅣǀ:]\s*")
_PARTS = re.compile(r"\s+(?:[|·•»›«‹–—ǀ-]|::|//)\s+|\s*[|»ㅣ：｜]\s*")
_PARTS_OF_TITLES = re.compile(rf"{_PARTS.pattern}|\s*:\s+")
"""A site's name behind a headline in a script that does not put spaces around the dash."""
_ENDS = " \t|·•»›«‹–—-:/"


# --- where headlines stand ----------------------------------------------------


def variants(document: Document, lines: list[Line]) -> tuple[Headline, ...]:
    """Every wording with the place it stands at, the more believable place first."""
    told = [*document.once(_Wordings).told]
    for heading in standing(document, lines):
        told += [(heading.text, heading.place), (heading.whole, heading.place)]
    found = dict.fromkeys(Headline(text, place) for text, place in told if 1 < len(text) <= _LONGEST)
    return tuple(sorted(found, key=lambda headline: -_TRUST[headline.place]))


@dataclass(frozen=True, slots=True)
class Heading:
    """What may be the headline on the page: its longest line, its text without what is glued to it, all of its text."""

    line: Line
    text: str
    whole: str
    place: str


def standing(document: Document, lines: list[Line]) -> list[Heading]:
    """The heading that stands above the article, told from those of the site, of sections and of other articles.

    It is the one that the head of the page repeats or rewords; where the page has no head to
    compare with, the h1 elements in their order, those of some length first.
    """
    return document.once(_standing, lines)


def _standing(document: Document, lines: list[Line]) -> list[Heading]:
    known = document.once(_Wordings)
    scored = [(known.fit(heading), heading) for heading in _first_headings(lines, known)]
    if max((score for score, _ in scored), default=0.0) < _SURE:
        scored += [(known.fit(heading), heading) for heading in _other_headings(lines, known)]
    most = max((score for score, _ in scored), default=0.0)
    best = [heading for score, heading in scored if score == most > 0]
    return best[:1] if most > 1 else [] if most < _UNSURE and known.texts else best[:3]


_SURE, _UNSURE = 4.0, 0.5
"""The fit of an h1 that says just what the head says, and of one of a letter or two that nothing repeats."""


def _first_headings(lines: Sequence[Line], known: _Wordings) -> Iterator[Heading]:
    """The h1 elements, each once; one goes on in the next lines where it holds blocks."""
    last: Element | None = None
    for at, line in enumerate(lines):
        if line.level == 1 and line.kind is Kind.HEADING and line.words <= _MOST_WORDS:
            element = _first_heading(line)
            if element is not last:
                last = element
                own = [each for each in lines[at : at + 4] if each.level == 1 and _first_heading(each) is element]
                whole = " ".join(each.text for each in own).replace("\n", " ")
                text = whole if words(whole) == known.declared else _unglued(element.node, whole)
                yield Heading(max(own, key=lambda each: each.words), text, whole, "h1")


def _other_headings(lines: Sequence[Line], known: _Wordings) -> Iterator[Heading]:
    """Other lines that stand out and say what the head of the page says, or a part of it."""
    named = group("headline")
    for line in lines:
        if len(line.text) in known.lengths and line.level != 1:
            stands_out = line.kind is Kind.HEADING or line.strong > 0.9 or line.element.groups & named
            if stands_out and known.says(text := line.text.replace("\n", " ")):
                yield Heading(line, text, text, line.element.tag if line.element.tag in _TRUST else "page")


_MOST_WORDS = 60
_ELSEWHERE = NAV | ASIDE | FOOTER | FORM | DIALOG


def _first_heading(line: Line) -> Element:
    """The h1 that a line stands in."""
    element = line.element
    while element.tag != "h1" and element.parent is not None and element.parent.around & HEADING:
        element = element.parent
    return element


def _unglued(node: LexborNode, whole: str) -> str:
    """The text of a heading without its kicker or subtitle: parts of it that have a class of their own."""
    if node.first_child is None or (node.first_child.next is None and node.first_child.is_text_node):
        return whole
    text = whole
    for part in node.css("small, [class]")[:12]:
        if part.mem_id != node.mem_id and (part.tag == "small" or _is_beside(part.attributes.get("class"))):
            glued = folded(part.text(separator=" "))
            if glued and text.startswith(glued):
                text = text[len(glued) :].strip(_ENDS)
            elif glued and text.endswith(glued):
                text = text[: -len(glued)].strip(_ENDS)
    return text if len(text) >= 8 or len(text) > len(whole) / 2 else whole


def _is_beside(classes: str | None) -> bool:
    return _beside().search((classes or "").replace("-", " ").replace("_", " ").lower()) is not None


@cache
def _beside() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(tables.load('headlines')['beside'])})")


class _Wordings:
    """What the head of the page calls the article; `told` has the places."""

    def __init__(self, document: Document) -> None:
        self.title = unmarked(document.title)
        self.told = [
            (linked.headline(document), "json-ld"),
            (linked.subject(document), "meta"),
            *((unmarked(document.meta[name][0]), place) for name, place in _METAS if name in document.meta),
            (self.title, "title"),
        ]
        self.declared = words(self.told[0][0])
        self.texts = [text[:_LONGEST] for text in dict.fromkeys(text for text, _ in self.told) if text]
        self.whole = frozenset(map(plain, self.texts))

    @cached_property
    def shares(self) -> dict[str, float]:
        """Every part of a wording, with how well it stands for the whole."""
        found: dict[str, float] = {}
        for text in self.texts:
            for part, share in _parts(text):
                found[plain(part)] = max(share, found.get(plain(part), 0.0))
        return found

    @cached_property
    def last(self) -> frozenset[str]:
        """The parts of the title after the first: sections, the site."""
        return frozenset(plain(part).strip(_ENDS) for part in _PARTS.split(self.title)[1:])

    @cached_property
    def lengths(self) -> frozenset[int]:
        """How long a line is that may say the same: an ellipsis or a dash may be written with more characters."""
        return frozenset(len(part) + more for part in self.shares for more in (-2, -1, 0, 1, 2))

    def says(self, text: str) -> float:
        """How much of a wording is just this text: 1 for all of it, 0 where none has it as a part."""
        return self.shares.get(plain(text), 0.0)

    def fit(self, heading: Heading) -> float:
        """How much a heading looks like the headline; 0 for one that does not."""
        texts = {plain(heading.text), plain(heading.whole)}
        if texts & _furniture() or (heading.line.words < 3 and texts & self.last) or _leads_home(heading):
            return 0.0
        share = 1.0 if texts & self.whole else max(self.shares.get(text, 0.0) for text in texts)
        like = share or max((likeness(heading.text, text) for text in self.texts), default=0.0)
        if heading.place != "h1":
            return 3 * share - (heading.line.words < 2) - (heading.line.link > 0.9)
        aside = bool(heading.line.link > 0.9 or heading.line.element.around & _ELSEWHERE)
        return 1 + 3 * like + (like > 0.99) - aside - 0.9 * (len(heading.text) < 8 and like < 0.3)


@cache
def _furniture() -> frozenset[str]:
    return frozenset(tables.load("headlines")["furniture"])


def _parts(text: str) -> Iterator[tuple[str, float]]:
    """A wording and what stands between its separators, with how well it stands for the whole.

    The beginning for at least half, what follows for half of its length: that is a section or the site.
    """
    yield text, 1.0
    marks = [mark.span() for mark in _PARTS_OF_TITLES.finditer(text)]
    marks = [(0, 0), *marks[:5]] if marks else []
    for _, start in marks:
        for end in (*(end for end, _ in marks if end > start), len(text)):
            share = (end - start) / len(text)
            yield text[start:end], share / 2 if start else max(share, 0.5)


def _leads_home(heading: Heading) -> bool:
    """Whether a heading is the site's logo: all of it a link to the front page."""
    if heading.line.link < 0.9:
        return False
    link = heading.line.element.node.css_first("a[href]")
    return (
        link is not None
        and re.fullmatch(r"(?:https?://[^/]*)?/?(?:index\.\w+)?", link.attributes["href"] or "") is not None
    )


# --- which to choose ----------------------------------------------------------


def choose(found: Iterable[Headline], site_names: Iterable[str]) -> Headline | None:
    """The wording a reader would call the article by, without the site's name and never a shortened one.

    The publisher's own declaration first, then the heading that stands above the text, each without a
    kicker that the other lacks; without both, the wording that most places agree on. Where declared and
    standing differ, the first is right on 16 of 18 news pages with edited golds and on 15 of 29 of all
    kinds; where nothing is declared, what stands is right 65 times, og:title 3 times.
    """
    chosen = _chosen(found, site_names)
    return replace(chosen, text=_LOOSE_END.sub("", chosen.text)) if chosen else None


_LOOSE_END = re.compile(r"\s+[:|–—-]$|¶$")
"""What was to stand between the headline and something that is not there, and the mark of a link to the heading."""


def _chosen(found: Iterable[Headline], site_names: Iterable[str]) -> Headline | None:
    told, names = list(found), [name for name in site_names if name]
    if len(told) > 1 and told[0].place == "json-ld" and _is_agreed(told[0], told[1], names):
        return told[0]
    cleaned = _cleaned(told, names)
    whole = [each for each in cleaned if not is_cut(each.text)] or cleaned
    declared = next((each for each in whole if each.place == "json-ld"), None)
    heading = next((each for each in whole if each.place in _ON_PAGE), None)
    if declared and not _is_off(declared, whole):
        return _completed(declared, heading, whole)
    if heading:
        return _without_kicker(heading, whole)
    best = max(whole, key=lambda each: (_support(each, cleaned), _TRUST[each.place]), default=None)
    return replace(best, text=_unsuffixed(best.text)) if best and best.place == "title" else best


def _is_agreed(declared: Headline, heading: Headline, names: list[str]) -> bool:
    """Whether the heading says just what is declared, and there is nothing to take off: so it is on most pages."""
    same = heading.place in _ON_PAGE and plain(declared.text) == plain(heading.text)
    return same and not _PARTS.search(declared.text) and not any(is_site(declared.text, name) for name in names)


def _cleaned(found: list[Headline], names: list[str]) -> list[Headline]:
    """The wordings as a reader would write them, without those that name the site or a part of it."""
    alone = {plain(each.text) for each in found if each.place == "json-ld" or each.place in _ON_PAGE}
    bare = {
        text: _without_unspaced_site(_beginning(without_site(text, names), alone))
        for text in {each.text for each in found}
    }
    named = {
        text for text in bare.values() if plain(text) in _furniture() or any(is_site(text, name) for name in names)
    }
    return [Headline(bare[each.text], each.place) for each in found if bare[each.text] and bare[each.text] not in named]


def _beginning(text: str, alone: set[str]) -> str:
    """What stands before a separator, where the page says just that elsewhere: the rest names site or section."""
    return next((text[: mark.start()] for mark in _MARK.finditer(text) if plain(text[: mark.start()]) in alone), text)


def _is_off(declared: Headline, whole: list[Headline]) -> bool:
    """Whether the declared headline is about something else: it has no word of the others, which share some."""
    others = [set(words(each.text)) for each in whole if each.place != "json-ld"]
    own = set(words(declared.text))
    return len(others) > 1 and not any(own & other for other in others) and bool(others[0] & others[1])


def _completed(declared: Headline, heading: Headline | None, whole: list[Headline]) -> Headline:
    """The declared headline; the one on the page where that is it without a kicker of its own, or not cut off."""
    if heading is None:
        return declared
    long, short = plain(declared.text), plain(heading.text)
    if _is_kicked(long, short) and not any(plain(each.text) == long for each in whole if each.place == "og:title"):
        return heading
    return heading if short.startswith(long) and short[len(long) : len(long) + 1].isalnum() else declared


def _without_kicker(heading: Headline, whole: list[Headline]) -> Headline:
    """The heading from where another place begins, if only a few words stand before it."""
    for each in whole:
        if _is_kicked(plain(heading.text), plain(each.text)) and each.place != "title":
            return replace(heading, text=heading.text[-len(each.text) :].strip())
    return heading


def _is_kicked(long: str, short: str) -> bool:
    """Whether a wording is another with a few words in front of it."""
    if not long.endswith(short) or not len(long) > len(short) >= 12:
        return False
    kicker = long[: -len(short)]
    return not kicker[-1].isalnum() and len(kicker) <= min(len(short), 60)


def _unsuffixed(title: str) -> str:
    """A title without its last part, where that is short and a longer part stands before: it names the site."""
    marks = list(_PARTS.finditer(title))
    if not marks:
        return title
    start, end = title[: marks[-1].start()], title[marks[-1].end() :]
    return start if len(words(end)) <= 4 and len(words(start)) >= 3 and len(start) > len(end) else title


def _support(headline: Headline, among: Iterable[Headline]) -> float:
    """The trust of every place that says this, and half of those that say it shortened or nearly."""
    total = 0.0
    for each in among:
        if plain(each.text) == plain(headline.text):
            total += _TRUST[each.place]
        elif is_cut_of(each.text, headline.text) or likeness(each.text, headline.text) > 0.8:
            total += _TRUST[each.place] / 2
    return total


# --- the site's name ----------------------------------------------------------


def _without_unspaced_site(text: str) -> str:
    """The text without a site's name behind a dash, in scripts that set no spaces around one."""
    return text if text.isascii() else _unspaced_site().sub("", text)


@cache
def _unspaced_site() -> re.Pattern[str]:
    """Compiled when it is asked for: ranges of so many letters take 2 ms at every start."""
    return re.compile(r"(?<=[\u3040-\u9fff\uac00-\ud7ff！？])\s?[-_－]\s?[\u3040-\u9fff\uac00-\ud7ff]{2,8}$")


def without_site(text: str, names: Iterable[str]) -> str:
    """The wording without the part in front or behind that is only the site's name, or that and what follows it."""
    marks = list(_PARTS.finditer(text))
    if not marks:
        return text
    names = list(names)
    starts, ends = [0, *(mark.end() for mark in marks)], [*(mark.start() for mark in marks), len(text)]
    sites = [any(is_site(text[start:end], name) for name in names) for start, end in zip(starts, ends, strict=True)]
    first = 1 if sites[0] else 0
    last = next((at for at in range(max(first, 1), len(sites)) if sites[at]), len(sites))
    return text[starts[first] : ends[last - 1]].strip() if first < last else text


@lru_cache(2048)
def is_site(text: str, name: str) -> bool:
    """Whether a text is a site's name, in whatever spelling: `DER SPIEGEL`, `spiegel.de`, `Spiegel Online`."""
    return _squeezed(text) == _squeezed(name) or (_core(text) == _core(name) != "")


def _squeezed(text: str) -> str:
    return re.sub(r"[^\w]|^(?:www\.)", "", plain(text))


def _core(text: str) -> str:
    generic = tables.load("headlines")["generic"]
    return "".join(word for word in re.findall(r"\w+", plain(text).replace("'", "")) if word not in generic)


def named_in_title(document: Document) -> str | None:
    """The part of the title that is the name of the site's host: `The Courier` on thecourier.example."""
    host = urls.site(document.url) if document.url else ""
    labels = [host, *(label for label in host.split(".")[:-1] if len(label) > 2)]
    parts = _PARTS.split(unmarked(document.title))
    return next((part for part in reversed(parts[1:]) if any(is_site(part, label) for label in labels)), None)


# --- copies among the lines ---------------------------------------------------


class Copies:
    """The wordings of a headline that are known, to tell copies of it among the lines of a page."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = list(dict.fromkeys(known))
        self._bare = {bare(each) for each in self._known}
        self._longest = max(map(len, self._known), default=0) + 10
        self._sets = [set(words(each)) for each in self._known]

    def repeats(self, text: str) -> str | None:
        """The reason to leave out a line that says just the same as one of them, or None."""
        return "headline repeated" if len(text) <= self._longest and bare(text) in self._bare else None

    def rewords(self, text: str) -> str | None:
        """The same for a line that is one of them, one cut short, or one in other words."""
        if told := self.repeats(text):
            return told
        if is_cut(text) and any(is_cut_of(text, each) for each in self._known):
            return "headline variant, truncated"
        own = words(text)
        if len(own) >= 4 and any(self._is_alike(text, set(own), at) for at in range(len(self._known))):
            return "headline variant, truncated" if is_cut(text) else "headline variant"
        return None

    def _is_alike(self, text: str, own: set[str], at: int) -> bool:
        known, other = self._known[at], self._sets[at]
        shared = len(own & other)
        if 2 * shared < 0.5 * (len(own) + len(other)) and shared < 0.8 * len(other):
            return False
        return likeness(text, known) >= REWORDED or holds(text, known)
