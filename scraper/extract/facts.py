"""What can be seen of a page beside its article, measured once: what every suspicion is judged by."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlsplit

from scraper import urls
from scraper.document import Document
from scraper.errors import Unusable
from scraper.extract import phrases, teasers
from scraper.extract.lines import FOOTER, NAV, Element, Line, count
from scraper.models import Article, Kind, Page

_QUOTED = re.compile('[“„"«]([^“”„"«»]{12,400})[”“"»]')
"""Speech that a text reports is not what the page says to its reader; the names of buttons are short."""
_SENTENCES = re.compile(r"(?<=[.!?।])\s+|(?<=[。！？])|\n")
_ARTICLES = frozenset(
    "newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle reviewnewsarticle "
    "article blogposting liveblogposting techarticle scholarlyarticle report review recipe satiricalarticle".split()
)
_LISTS = frozenset("collectionpage itemlist searchresultspage profilepage productcollection".split())


@dataclass(frozen=True)
class Facts:
    """One page and what was read on it. `lines` are empty for a capture, which has no markup."""

    page: Page
    article: Article
    document: Document | None = None
    lines: tuple[Line, ...] | list[Line] = ()

    # --- the text that was kept ------------------------------------------------

    @cached_property
    def kept(self) -> list[Line]:
        """The lines that became blocks of the article."""
        texts = {block.text for block in self.article.blocks}
        return [line for line in self.lines if line.text in texts]

    @cached_property
    def prose(self) -> list[Line]:
        """Those of them that are running text, whatever stands around them."""
        return [line for line in self.kept if is_prose(line)]

    @property
    def opening(self) -> list[str]:
        """How the first two paragraphs begin."""
        texts = [line.text for line in self.prose[:2]] or [block.text for block in self.article.blocks[:2]]
        return [text[:_OPENING] for text in texts]

    @cached_property
    def words(self) -> int:
        """Words of the article."""
        return sum(line.words for line in self.kept) or self.article.words

    @cached_property
    def room(self) -> int:
        """Words of prose under the one element that holds most of it; what is half link does not count."""
        words: Counter[int] = Counter()
        for line in self.prose:
            if line.link < 0.2:
                words[id(line.element.parent)] += line.words
        return max(words.values(), default=0)

    @cached_property
    def teasers(self) -> list[Line]:
        return teasers.headlines(self.lines)

    @cached_property
    def carded(self) -> set[int]:
        """Indexes of the prose that only stands beside linked headlines of this site."""
        fewest = teasers.FEWEST_CARDS - (self.is_home or self.is_shallow)
        if len(self.teasers) < fewest:
            return set()
        found = teasers.beside(self.teasers, self.prose, fewest)
        flat = teasers.led(self.prose, self.teasers)
        found |= {line.index for line in self.prose if teasers.leads(line)}
        found |= flat if len(flat) > _SOME else set()
        return set() if found and teasers.lead_elsewhere(self.teasers, self.url) else found

    @property
    def unlisted(self) -> int:
        """Words of prose that do not stand beside linked headlines."""
        return sum(line.words for line in self.prose if line.index not in self.carded)

    @cached_property
    def own(self) -> list[str]:
        """The kept prose that is not a teaser, sentence by sentence, folded."""
        if self.kept:
            lines = (line for line in self.kept if line.link < 0.35 and line.kind not in _NO_PROSE)
            texts = [line.text for line in lines if line.index not in self.carded]
        else:
            texts = [block.text for block in self.article.blocks if is_closed(block.text) or count(block.text) > 20]
        return list(_sentences(_QUOTED.sub(_unless_long, text) for text in texts))

    @cached_property
    def other(self) -> list[str]:
        """What the page says beside its navigation and its teasers and is not in the article, folded."""
        if not self.lines:
            return list(_sentences(dropped.text for dropped in self.article.dropped[:_MOST]))
        kept = {line.index for line in self.kept}
        lines = [line for line in self.main if line.index not in kept and line.kind is not Kind.HEADING]
        return list(_sentences(line.text for line in lines[:_MOST]))

    @cached_property
    def said(self) -> list[tuple[dict[str, set[str]], int]]:
        """For each of `own` the phrases by kind, and its words; of a long one those beside the phrase apart."""
        told = [part for sentence in self.own[:_MOST] for part in _told(sentence)]
        return told + [({}, count(sentence)) for sentence in self.own[_MOST:]]

    @cached_property
    def said_beside(self) -> dict[str, set[str]]:
        """The phrases by kind in `other`."""
        found: dict[str, set[str]] = defaultdict(set)
        for sentence in self.other:
            for kind, told in phrases.said(sentence).items():
                found[kind] |= told
        return found

    def solid(self, kind: str = "") -> int:
        """Words of the article's own prose in sentences that do not speak as pages of a kind do."""
        return sum(words for told, words in self.said if kind not in told and words >= 3)

    # --- what it is called -----------------------------------------------------

    @cached_property
    def titles(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Each wording of the title: its place, the wording, and its folded parts, the whole first."""
        told = [("title", self.document.title)] if self.document and self.document.title else []
        told += [("headline", each.text) for each in self.article.headlines if each.place != "title"]
        told += [("headline", self.article.headline)] if self.article.headline and not self.lines else []
        told += [("heading", line.text) for line in self._headings]
        parted = ((place, text, phrases.parts(text)) for place, text in dict.fromkeys(told) if len(text) < 300)
        return [each for each in parted if each[2]]

    @property
    def _headings(self) -> list[Line]:
        """The headings above the text, or the first of the page."""
        start = self.prose[0].index if self.prose else len(self.lines) + 1
        told = (line for line in self.lines if line.kind is Kind.HEADING and not line.element.around & (NAV | FOOTER))
        return [line for _, line in zip(range(3), told, strict=False) if line.index < start]

    # --- where it stands -------------------------------------------------------

    @cached_property
    def url(self) -> str:
        """The address the page came from, empty for one that is not of the web."""
        return _web(self.page.url)

    @cached_property
    def path(self) -> str:
        return urlsplit(self.url).path.rstrip("/")

    @cached_property
    def names(self) -> list[str]:
        """The parts of the address's path and the labels of its host in front of the domain, in lower case."""
        named = [unquote(part).lower() for part in self.path.split("/") if part]
        return named + (urlsplit(self.url).hostname or "").split(".")[:-2]

    @property
    def is_home(self) -> bool:
        """Whether the address is a front page's: no path, a language, `index.html`."""
        return bool(self.url) and not urlsplit(self.url).query and bool(_HOME.fullmatch(self.path))

    @property
    def is_shallow(self) -> bool:
        """Whether the address looks like a section's: one or two short words, no number, no slug."""
        return len(self.path) < _LONGEST_SECTION and bool(_SECTION.fullmatch(self.path))

    @cached_property
    def came_from(self) -> str:
        """The address on the same site that was asked for and led here, empty when none did."""
        asked = _web(self.page.requested) if self.page.hops else ""
        return asked if asked and asked != self.url and _is_same_site(asked, self.url) else ""

    @property
    def is_story(self) -> bool:
        """Whether the address looks like an article's: a slug of four words, or a long number, at its end."""
        return bool(_SLUG.fullmatch(self.path.rpartition("/")[2]) or _DATED.search(self.path))

    @property
    def is_named_so(self) -> bool:
        """Whether the address is made of the headline's words, as no other page's at this address would be."""
        slug = [word for word in _LETTERS.findall(phrases.fold(unquote(self.path.rpartition("/")[2]))) if len(word) > 3]
        title = " ".join(part for _, _, parts in self.titles for part in parts[:1])
        fewest = 2 if self.path.count("/") > 1 else 3
        return len(slug) >= fewest and 2 * sum(word[:5] in title for word in slug) >= len(slug)

    # --- what its head says ----------------------------------------------------

    @cached_property
    def types(self) -> frozenset[str]:
        """The schema.org types that the linked data name, in lower case."""
        told = (each.get("@type") for each in (self.document.linked if self.document else ()))
        kinds = {
            kind for each in told for kind in (each if isinstance(each, list) else [each]) if isinstance(kind, str)
        }
        return frozenset(kind.rpartition("/")[2].rpartition(":")[2].lower() for kind in kinds)

    @property
    def og_type(self) -> str:
        return (self.document.says("og:type") or "").lower() if self.document else ""

    @property
    def is_called_article(self) -> bool:
        return bool(self.types & _ARTICLES) or self.og_type == "article"

    @property
    def is_dated(self) -> bool:
        """Whether the head of the page says when it was published; a date in its body may be a teaser's."""
        places = (each.place for each in self.article.evidence if each.field == "published")
        return any(place.startswith(("json-ld", "meta")) for place in places)

    @property
    def is_called_list(self) -> bool:
        return bool(self.types & _LISTS) and not self.types & _ARTICLES

    def has(self, selector: str) -> bool:
        """Whether the page's body has an element."""
        body = self.document.tree.body if self.document else None
        return body is not None and body.css_first(selector) is not None

    def amount(self, selector: str) -> int:
        body = self.document.tree.body if self.document else None
        return len(body.css(selector)) if body is not None else 0

    @cached_property
    def main(self) -> list[Line]:
        """The lines beside navigation and footer that are no links."""
        return [line for line in self.lines if line.link < 0.7 and not line.element.around & (NAV | FOOTER)]

    @cached_property
    def in_comments(self) -> float:
        """The share of the kept words that stand under a name that says comment."""
        inside = sum(line.words for line in self.kept if _stands_in_comments(line.element))
        return inside / max(sum(line.words for line in self.kept), 1)


_OPENING = 300
"""Letters of a paragraph."""
_NO_PROSE = (Kind.TABLE_ROW, Kind.CODE)
_SOME = 3
_MOST = 60
"""Sentences of the text, and lines beside it, that are listened to: pages that are no article are short."""
_HOME = re.compile(r"(?:/(?:[a-z]{2}(?:[-_][a-z]{2})?|home|index|start|startseite)(?:\.\w{3,5})?)?", re.IGNORECASE)
_LONGEST_SECTION = 40
_LETTERS = re.compile(r"[^\W\d_]+")
_SLUG = re.compile(r"(?:[^\W_]+[-_]+){3,}[^\W_]+|.*\d{5}.*", re.DOTALL)
_DATED = re.compile(r"/(?:19|20)\d\d/(?:\d{1,2}/){0,2}[^/]*[^\W\d]")
_SECTION = re.compile(r"(?:/[a-z]+(?:[-_][a-z]+)?){1,2}", re.IGNORECASE)


def _web(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.netloc else ""


def _is_same_site(one: str, other: str) -> bool:
    try:
        return urls.same_site(one, other)
    except Unusable:
        return False


_COMMENTS = re.compile("comment|kommentar|disqus|replies|talkback", re.IGNORECASE)


def _stands_in_comments(element: Element | None) -> bool:
    while element is not None and not _COMMENTS.search(element.names):
        element = element.parent
    return element is not None


_CLOSED = re.compile("[.!?…:。！？۔؟।][\"'”“»’)」]*$")


def is_closed(text: str) -> bool:
    """Whether a text ends as sentences do."""
    return _CLOSED.search(text) is not None


def is_prose(line: Line) -> bool:
    """Whether a line is running text: few links, and long or closed like a sentence."""
    return line.link < 0.35 and (line.words >= 9 or (line.words >= 5 and line.ends))


def _told(sentence: str) -> Iterator[tuple[dict[str, set[str]], int]]:
    told, words = phrases.said(sentence), count(sentence)
    most = words if not told or "consent" in told else _AROUND_PHRASE
    yield told, min(words, most)
    if words > most:
        yield {}, words - most


_AROUND_PHRASE = 12
"""Words of a sentence that a phrase in it speaks for; consent managers write longer ones."""


def _unless_long(quoted: re.Match[str]) -> str:
    return quoted[1] if count(quoted[1]) < 4 else " "


def _sentences(texts: Iterable[str]) -> Iterator[str]:
    return (folded for text in texts for part in _SENTENCES.split(text) if part and (folded := phrases.fold(part)))
