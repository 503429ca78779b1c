"""Every visible text of a page's body as lines in reading order, each with the elements around it.

One walk of the Lexbor tree with an explicit loop: a recursive closure would refer to
itself and keep the whole page alive until the cycle collector runs (684 MB against 68).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
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

_UNSEEN = frozenset(
    "script style template noscript svg iframe object embed canvas audio video math head title meta link "
    "select datalist textarea input img picture source track map area param progress meter frameset".split()
)
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
    """A block element of the page: its tag, what it is called, and what stands around it.

    Names and surroundings are read when a line is found inside: half of a page's elements hold none.
    """

    __slots__ = ("around", "depth", "good", "groups", "names", "node", "parent", "path", "tag")

    names: str
    groups: int
    path: int
    around: int

    def __init__(self, node: LexborNode, tag: str, parent: Element | None) -> None:
        self.node = node
        self.tag = tag
        self.parent = parent
        self.depth: int = parent.depth + 1 if parent else 0
        self.good = 0.0

    def read(self) -> None:
        """Reads the names of this element and those above it, unless that was done."""
        if hasattr(self, "names"):
            return
        path = around = 0
        if self.parent:
            self.parent.read()
            path, around = self.parent.path, self.parent.around
        attributes = self.node.attributes
        self.names = _names(attributes)
        self.groups = groups(self.names) if self.names else 0
        self.path = path | self.groups
        self.around = around | _AROUND.get(self.tag, 0) | _ROLES.get(attributes.get("role") or "", 0)
        if "hidden" in attributes or ("style" in attributes and _STYLE_HIDDEN.search(attributes["style"] or "")):
            self.around |= HIDDEN


@dataclass(slots=True, eq=False)
class Line:
    """One run of text between block boundaries. `link` and `strong` are the shares of its characters (0 to 1)."""

    index: int
    text: str
    kind: Kind
    level: int
    element: Element
    inline: int
    words: int
    link: float
    strong: float
    links: int = 0
    facts: list[str] = field(default_factory=list)


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
    pattern, bits = _class_words()
    parted = _CAMEL.sub(" ", names).lower().replace("_", " ").replace("-", " ")
    mask = 0
    for match in pattern.finditer(parted):
        mask |= bits[match.lastindex or 0]
        mask |= _shadowed(match[0])
    return mask


@cache
def group(name: str) -> int:
    """The bit of one group of class words."""
    return 1 << sorted(tables.load("class_words")).index(name)


_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@cache
def _class_words() -> tuple[re.Pattern[str], list[int]]:
    rows = sorted(tables.load("class_words").items())
    pattern = "|".join(f"({'|'.join(stems)})" for _, stems in rows)
    return re.compile(rf"(?<![a-z])(?:{pattern})"), [0, *(group(name) for name, _ in rows)]


@lru_cache(2_000)
def _shadowed(word: str) -> int:
    """Groups other than the first that one word belongs to."""
    mask = 0
    for name, stems in tables.load("class_words").items():
        if re.match(rf"(?:{'|'.join(stems)})", word):
            mask |= group(name)
    return mask


class _Walk:
    """The state of one walk: the open element, and the line that is being gathered."""

    def __init__(self, unseen: frozenset[str]) -> None:
        self.unseen = unseen
        self.lines: list[Line] = []
        self.pieces: list[str] = []
        self.link = self.strong = self.links = 0
        self.link_chars = self.strong_chars = 0
        self.wraps: list[LexborNode] = []
        self.breaks = 0

    def through(self, body: LexborNode) -> list[Line]:
        element = Element(body, "body", None)
        stack: list[tuple[LexborNode, Element | None]] = [(body, element)]
        node = body.first_child
        while True:
            if node is None:
                done, opened = stack.pop()
                element = self._leave(done, opened, element)
                if not stack:
                    return self.lines
                node = done.next
                continue
            tag = node.tag
            if tag == "-text":
                self._text(node.text_content or "")
                node = node.next
            elif tag in self.unseen or not node.is_element_node:
                node = node.next
            elif tag == "br":
                self._break(element)
                node = node.next
            elif tag in ("tr", "pre") and self._whole(node, str(tag), element):
                node = node.next
            else:
                opened = self._enter(node, str(tag), element)
                element = opened or element
                stack.append((node, opened))
                node = node.first_child

    def _enter(self, node: LexborNode, tag: str, element: Element) -> Element | None:
        """The new block element, or None for an inline one."""
        if tag in _INLINE:
            self._inline(node, tag, +1)
            return None
        self._flush(element)
        return Element(node, tag, element)

    def _leave(self, node: LexborNode, opened: Element | None, element: Element) -> Element:
        if opened is None:
            self._inline(node, str(node.tag), -1)
            return element
        self._flush(element)
        return opened.parent or opened

    def _inline(self, node: LexborNode, tag: str, step: int) -> None:
        if tag == "a":
            self.link += step
            self.links += step > 0
        elif tag in _STRONG:
            self.strong += step
        if step > 0 and not self.pieces:
            self.wraps.append(node)

    def _text(self, text: str) -> None:
        if not self.pieces and not text.strip():
            return
        self.pieces.append(text)
        if self.link or self.strong:
            length = len(text.strip())
            self.link_chars += length if self.link else 0
            self.strong_chars += length if self.strong else 0
        if self.breaks and not text.isspace():
            self.breaks = 0

    def _break(self, element: Element) -> None:
        if self.pieces:
            self.breaks += 1
            if self.breaks > 1:
                self._flush(element)
            else:
                self.pieces.append(_BREAK)

    def _flush(self, element: Element) -> None:
        if self.pieces:
            text = folded("".join(self.pieces))
            if text:
                self._add(text, element)
            self.pieces = []
            self.link_chars = self.strong_chars = self.links = self.breaks = 0
        self.wraps = []

    def _add(self, text: str, element: Element, kind: Kind | None = None) -> None:
        element.read()
        size = len(text)
        line = Line(
            index=len(self.lines) + 1,
            text=text,
            kind=kind or _kind(element),
            level=_level(element),
            element=element,
            inline=self._wrapped(),
            words=count(text),
            link=min(1.0, self.link_chars / size),
            strong=min(1.0, self.strong_chars / size),
            links=self.links,
        )
        self.lines.append(line)

    def _wrapped(self) -> int:
        """The groups of the inline elements that were opened before the first text."""
        mask = 0
        for node in self.wraps:
            names = _names(node.attributes)
            mask |= groups(names) if names else 0
        return mask

    def _whole(self, node: LexborNode, tag: str, element: Element) -> bool:
        """Takes a data row or a listing of code as one line; False when it is neither."""
        if tag == "tr":
            text, kind = _row(node), Kind.TABLE_ROW
        else:
            text, kind = _listing(node), Kind.CODE
        if text is None:
            return False
        self._flush(element)
        if text:
            links = node.css("a[href]")
            self.links, self.link_chars = len(links), sum(len(link.text(strip=True)) for link in links)
            self._add(text, Element(node, tag, element), kind)
            self._flush(element)
            self.links = self.link_chars = 0
        return True


def folded(text: str) -> str:
    """White space folded, invisible marks off, single line breaks kept."""
    if text.isascii():
        return " ".join(text.split())
    if _BREAK in text:
        return "\n".join(line for part in text.split(_BREAK) if (line := folded(part)))
    return " ".join(_INVISIBLE.sub("", text).split())


def _names(attributes: dict[str, str | None]) -> str:
    """What an element calls itself, in one string."""
    return " ".join(
        value for key in ("class", "id", "itemprop", "data-testid", "data-component") if (value := attributes.get(key))
    )


def _kind(element: Element) -> Kind:
    around, tag = element.around, element.tag
    if tag in _LEVEL or around & HEADING:
        return Kind.HEADING
    if around & QUOTE:
        return Kind.QUOTE
    if tag in ("li", "dt", "dd") or (around & LIST and _inside(element, "li")):
        return Kind.LIST_ITEM
    return Kind.PARAGRAPH


def _inside(element: Element, tag: str) -> bool:
    """Whether the element is the given tag or stands in one within three levels."""
    near: Element | None = element
    for _ in range(4):
        if near is None:
            return False
        if near.tag == tag:
            return True
        near = near.parent
    return False


def _level(element: Element) -> int:
    depth, above = 0, element
    while above.parent is not None:
        if above.tag in _LEVEL:
            return _LEVEL[above.tag]
        depth += above.tag in ("ul", "ol")
        above = above.parent
    return depth if _kind(element) is Kind.LIST_ITEM else 0


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
