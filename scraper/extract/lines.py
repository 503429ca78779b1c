"""Every visible text of a page's body as lines in reading order, each with the elements around it.

One walk of the Lexbor tree with an explicit loop: a recursive closure would refer to
itself and keep the whole page alive until the cycle collector runs (684 MB against 68).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from selectolax.lexbor import LexborNode

from scraper import tables
from scraper.document import Document
from scraper.models import Kind

# Kinds of element that stand around a line, itself included: bits of `Element.around`.
# Plain numbers: an IntFlag costs a microsecond an operation, a quarter of the walk.
NAV, ASIDE, FIGURE, FOOTER, HEADER, FORM, TABLE, ARTICLE, MAIN, QUOTE, LIST, HEADING, HIDDEN, BUTTON, DIALOG = (
    1 << bit for bit in range(15)
)

_AROUND = {
    "nav": NAV,
    "menu": NAV,
    "aside": ASIDE,
    "figure": FIGURE,
    "figcaption": FIGURE,
    "footer": FOOTER,
    "header": HEADER,
    "form": FORM,
    "fieldset": FORM,
    "table": TABLE,
    "article": ARTICLE,
    "main": MAIN,
    "blockquote": QUOTE,
    "ul": LIST,
    "ol": LIST,
    "button": BUTTON,
    "dialog": DIALOG,
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), HEADING),
}
_ROLES = {
    "navigation": NAV,
    "menu": NAV,
    "complementary": ASIDE,
    "contentinfo": FOOTER,
    "banner": HEADER,
    "search": FORM,
    "article": ARTICLE,
    "main": MAIN,
    "button": BUTTON,
    "dialog": DIALOG,
    "alertdialog": DIALOG,
}

_UNSEEN: frozenset[str | None] = frozenset(
    "-comment -doctype script style template noscript svg iframe object embed canvas audio video math head title "
    "meta link select datalist textarea input img picture source track map area param progress meter frameset".split()
) | {None}
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp "
    "small span strike strong sub sup time tt u var wbr".split()
)
_STRONG = frozenset(("b", "strong"))
_LEVEL = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BREAK = "\ue000"
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
"""Marks no reader sees. Joiners stay: Persian and Hindi are written with them."""
_STYLE_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

ENDS = tuple(". ! ? … : .\" .“ .” !” ?” !“ ?“ » .' .’ .) 。 」 ！ ？ ۔ ؟ ।".split())
"""What a sentence ends in, in the scripts that news is written in."""


class Element:
    """A block element around a line: its tag, what it is called, and what stands around it.

    Made when a line is found inside: half of a page's elements hold none. `level` is the rank of
    the heading, or how many lists deep it stands.
    """

    __slots__ = ("around", "depth", "good", "groups", "in_item", "level", "names", "node", "parent", "path", "tag")

    def __init__(self, node: LexborNode, tag: str, parent: Element | None) -> None:
        attributes = node.attributes
        self.node = node
        self.tag = tag
        self.parent = parent
        self.good = 0.0
        self.names = _names(attributes) if attributes else ""
        self.groups = groups(self.names) if self.names else 0
        above = parent or _NOWHERE
        self.depth: int = above.depth + 1
        self.path: int = above.path | self.groups
        self.around: int = above.around | _around(tag, attributes)
        self.level: int = _LEVEL.get(tag) or above.level + (tag in ("ul", "ol") and not above.around & HEADING)
        # how far up the list item is: a line directly in one, or in a paragraph of one, is an item
        self.in_item: int = 0 if tag in _ITEMS else above.in_item + 1

    @property
    def signature(self) -> tuple[str, str, str]:
        """What elements that are marked up alike have in common: the tag, the class, the parent's class."""
        return self.tag, self.names, self.parent.names if self.parent else ""


class _Nowhere:
    """What stands around the body."""

    depth, path, around, level, in_item = -1, 0, 0, 0, 99


_NOWHERE = _Nowhere()
_ITEMS = frozenset(("li", "dt", "dd"))


def _around(tag: str, attributes: dict[str, str | None]) -> int:
    around = _AROUND.get(tag, 0)
    if attributes:
        around |= _ROLES.get(attributes.get("role") or "", 0)
        if "hidden" in attributes or ("style" in attributes and _STYLE_HIDDEN.search(attributes["style"] or "")):
            around |= HIDDEN
    return around


@dataclass(slots=True, eq=False)
class Line:
    """One run of text between block boundaries.

    `link` and `strong` are the shares of its characters (0 to 1), `ends` says whether it closes
    like a sentence, `good` are its words if it looks like running text, else 0.
    """

    index: int
    text: str
    kind: Kind
    level: int
    element: Element
    inline: int
    words: int
    link: float
    strong: float
    links: int
    ends: bool
    good: float


def read(document: Document) -> list[Line]:
    """The lines of the page's body, from the top.

    What stands in `noscript` is seen only where the page shows next to nothing without it.
    """
    body = document.tree.body
    if body is None:
        return []
    found = _Walk(_UNSEEN).through(body)
    if sum(line.words for line in found) < _NOTHING and body.css_first("noscript"):
        return _Walk(_UNSEEN - {"noscript"}).through(body)
    return found


_NOTHING = 30
"""Words of a page that says "please enable JavaScript" and a menu."""


def count(text: str) -> int:
    """Words, scripts without spaces counted too: max(spaces + 1, characters / 9)."""
    return max(text.count(" ") + 1, len(text) // 9) if text else 0


@lru_cache(20_000)
def groups(names: str) -> int:
    """The groups of class words in `names`, as a mask of `group` bits."""
    found = _WORDS.findall(names if names.islower() else _CAMEL.sub(" ", names).lower())
    mask = 0
    for at, word in enumerate(found):
        own, leads = _word(word)
        mask |= own
        if leads:
            mask |= _phrase(" ".join(found[at : at + 4]))
    return mask


_WORDS = re.compile(r"[a-z]+\d*")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@cache
def group(name: str) -> int:
    """The bit of one group of class words."""
    return 1 << sorted(tables.load("class_words")).index(name)


@cache
def _stems(*, phrases: bool) -> list[tuple[int, re.Pattern[str]]]:
    """The groups with their beginnings of one word, or with those of several."""
    parted = {
        name: [stem for stem in stems if (" " in stem) is phrases] for name, stems in tables.load("class_words").items()
    }
    return [(group(name), re.compile(rf"(?<![a-z])(?:{'|'.join(stems)})")) for name, stems in parted.items() if stems]


@cache
def _leads() -> re.Pattern[str]:
    """What the first word of a phrase looks like: all of it, unless the space behind is optional."""
    stems = [stem for stems in tables.load("class_words").values() for stem in stems if " " in stem]
    parted = {(re.split("[^a-z]", stem)[0], " ?" in stem or "(" in stem) for stem in stems}
    return re.compile("|".join(first if joined else rf"{first}\b" for first, joined in sorted(parted)))


@cache
def _any_stem() -> re.Pattern[str]:
    """What every word begins like that has a group or may lead a phrase."""
    return re.compile("|".join(pattern.pattern for _, pattern in _stems(phrases=False)) + "|" + _leads().pattern)


@cache
def _any_phrase() -> re.Pattern[str]:
    return re.compile("|".join(pattern.pattern for _, pattern in _stems(phrases=True)))


@lru_cache(20_000)
def _word(word: str) -> tuple[int, bool]:
    """The groups a single word belongs to, and whether a phrase may begin with it."""
    if not _any_stem().match(word):
        return 0, False
    return sum(bit for bit, pattern in _stems(phrases=False) if pattern.match(word)), _leads().match(word) is not None


def _phrase(words: str) -> int:
    """The groups of the phrases that words begin with."""
    if not _any_phrase().match(words):
        return 0
    return sum(bit for bit, pattern in _stems(phrases=True) if pattern.match(words))


class _Walk:
    """The state of one walk: the open block elements, and the line that is being gathered."""

    def __init__(self, unseen: frozenset[str | None]) -> None:
        self.unseen = unseen
        self.lines: list[Line] = []
        self.open: list[tuple[LexborNode, str]] = []
        self.elements: list[Element] = []
        self.pieces: list[str] = []
        self.wraps: list[LexborNode] = []
        self.link = self.strong = self.links = 0
        self.link_chars = self.strong_chars = 0
        self.breaks = 0

    def through(self, body: LexborNode) -> list[Line]:  # noqa: C901, PLR0912
        """The lines below an element. One loop, nothing called that need not be: it sees every node."""
        unseen, inline = self.unseen, _INLINE
        self.open.append((body, "body"))
        stack: list[tuple[LexborNode, str]] = []
        node = body.first_child
        while True:
            if node is None:
                if not stack:
                    self._flush()
                    return self.lines
                node, tag = stack.pop()
                self._leave(tag)
                node = node.next
                continue
            tag = node.tag  # type: ignore[assignment]
            if tag == "-text":
                text = node.text_content
                if text and (self.pieces or not text.isspace()):
                    self._text(text)
                node = node.next
            elif tag in unseen:
                node = node.next
            elif tag == "br":
                self._break()
                node = node.next
            elif tag in ("tr", "pre") and self._whole(node, tag):
                node = node.next
            else:
                child = node.first_child
                if child is None:
                    if tag not in inline and self.pieces:
                        self._flush()
                    node = node.next
                    continue
                if tag in inline:
                    self._inline(node, tag)
                else:
                    self._flush()
                    self.open.append((node, tag))
                stack.append((node, tag))
                node = child

    def _leave(self, tag: str) -> None:
        if tag == "a":
            self.link -= 1
        elif tag in _STRONG:
            self.strong -= 1
        elif tag not in _INLINE:
            self._flush()
            self.open.pop()
            if len(self.elements) > len(self.open):
                self.elements.pop()

    def _inline(self, node: LexborNode, tag: str) -> None:
        if tag == "a":
            self.link += 1
            self.links += 1
        elif tag in _STRONG:
            self.strong += 1
        if not self.pieces:
            self.wraps.append(node)

    def _text(self, text: str) -> None:
        self.pieces.append(text)
        if self.link or self.strong:
            length = len(text.strip())
            self.link_chars += length if self.link else 0
            self.strong_chars += length if self.strong else 0
        if self.breaks and not text.isspace():
            self.breaks = 0

    def _break(self) -> None:
        if self.pieces:
            self.breaks += 1
            if self.breaks > 1:
                self._flush()
            else:
                self.pieces.append(_BREAK)

    def _flush(self) -> None:
        if self.pieces:
            text = folded("".join(self.pieces))
            if text:
                self._add(text, self._element())
            self.pieces = []
            self.link_chars = self.strong_chars = self.links = self.breaks = 0
        if self.wraps:
            self.wraps = []

    def _element(self) -> Element:
        """The innermost open block, it and those around it made if they are not yet."""
        while len(self.elements) < len(self.open):
            node, tag = self.open[len(self.elements)]
            self.elements.append(Element(node, tag, self.elements[-1] if self.elements else None))
        return self.elements[-1]

    def _add(self, text: str, element: Element, kind: Kind | None = None) -> None:
        size, words = len(text), count(text)
        link = min(1.0, self.link_chars / size)
        strong = min(1.0, self.strong_chars / size)
        ends = text.endswith(ENDS)
        kind = kind or _kind(element)
        level = element.level if kind in (Kind.HEADING, Kind.LIST_ITEM) else 0
        good = _good(element, words, link, ends)
        place = len(self.lines) + 1
        wrapped = self._wrapped() if self.wraps else 0
        self.lines.append(Line(place, text, kind, level, element, wrapped, words, link, strong, self.links, ends, good))

    def _wrapped(self) -> int:
        """The groups of the inline elements that were opened before the first text."""
        mask = 0
        for node in self.wraps:
            names = _names(node.attributes)
            mask |= groups(names) if names else 0
        return mask

    def _whole(self, node: LexborNode, tag: str) -> bool:
        """Takes a data row or a listing of code as one line; False when it is neither."""
        if tag == "tr":
            text, kind = _row(node), Kind.TABLE_ROW
        else:
            text, kind = _listing(node), Kind.CODE
        if text is None:
            return False
        self._flush()
        if text:
            links = node.css("a[href]")
            self.links, self.link_chars = len(links), sum(len(link.text(strip=True)) for link in links)
            self._add(text, Element(node, tag, self._element()), kind)
            self.links = self.link_chars = 0
        return True


_NO_TEXT = FIGURE | ASIDE | NAV | FOOTER | FORM | BUTTON | DIALOG


def _good(element: Element, words: int, link: float, ends: bool) -> float:  # noqa: FBT001
    """Words that look like running text: few links, and long or closed by a full stop."""
    if link >= 0.35 or words < 5 or element.around & _NO_TEXT or (words < 9 and not ends):
        return 0.0
    own = element.groups | (element.parent.groups if element.parent else 0)
    return 0.0 if own & poor_names() and not own & group("body") else float(words)


@cache
def poor_names() -> int:
    """The groups of names that good text does not stand under."""
    return sum(map(group, ("related", "comment", "caption", "sidebar", "newsletter", "cookie", "author_box", "footer")))


def folded(text: str) -> str:
    """White space folded, invisible marks off, single line breaks kept."""
    if text.isascii():
        return " ".join(text.split())
    if _BREAK in text:
        return "\n".join(line for part in text.split(_BREAK) if (line := folded(part)))
    return " ".join(_INVISIBLE.sub("", text).split())


def _names(attributes: dict[str, str | None]) -> str:
    """What an element calls itself, in one string."""
    if len(attributes) == 1 and "class" in attributes:
        return attributes["class"] or ""
    return " ".join(value for key in _NAMING if (value := attributes.get(key)))


_NAMING = ("class", "id", "itemprop", "data-testid", "data-component")


def _kind(element: Element) -> Kind:
    if element.around & HEADING:
        return Kind.HEADING
    if element.around & QUOTE:
        return Kind.QUOTE
    if element.in_item == 0 or (element.in_item < 4 and element.around & LIST):
        return Kind.LIST_ITEM
    return Kind.PARAGRAPH


_BLOCKS_IN_CELL = "table, h1, h2, h3, h4, h5, h6, ul, ol, article, section, p + p, div + div, br + br, form"
_LONGEST_CELL = 400


def _row(row: LexborNode) -> str | None:
    """The cells of a data row parted by tabs, or None for a row that only lays out the page."""
    cells = [cell for cell in row.iter() if cell.tag in ("td", "th")]
    if len(cells) < 2 or any(cell.css_first(_BLOCKS_IN_CELL) for cell in cells):
        return None
    texts = [folded(_visible(cell)) for cell in cells]
    if sum(bool(text) for text in texts) < 2 or max(map(len, texts)) > _LONGEST_CELL:
        return None
    return "\t".join(texts).strip("\t")


def _listing(pre: LexborNode) -> str | None:
    """Program text with its line breaks, or None for a `pre` that holds prose."""
    if pre.css_first("code") is None and not re.search(r"code|highlight|lang|source", _names(pre.attributes)):
        return None
    return "\n".join(line.rstrip() for line in _visible(pre).splitlines() if line.strip())


def _visible(element: LexborNode) -> str:
    texts = []
    for node in element.traverse(include_text=True):
        if node.tag == "-text":
            parent = node.parent
            if parent is None or parent.tag not in _UNSEEN:
                texts.append(node.text_content or "")
        elif node.tag in ("br", "p", "div", "li"):
            texts.append(" ")
    return "".join(texts)
