"""Every visible text of a page's body as lines in reading order, each with the elements around it.

One walk of the Lexbor tree with an explicit loop: a recursive closure would refer to
itself and keep the whole page alive until the cycle collector runs (684 MB against 68).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise

from selectolax.lexbor import LexborNode

from scraper.document import Document
from scraper.extract.naming import group, groups
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
    "dl": LIST,
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

# What the walk does when it meets a tag.
_TEXT, _SKIPPED, _INLINE, _BLOCK, _BREAK, _WHOLE, _ROOM = range(7)
_TREATMENT: dict[str | None, int] = {
    "-text": _TEXT,
    "br": _BREAK,
    **dict.fromkeys(
        "-comment -doctype area audio canvas datalist embed head iframe img input link map math meta meter noscript "
        "object param progress script select source style svg template textarea title track video "
        "frameset".split(),
        _SKIPPED,
    ),
    None: _SKIPPED,
    **dict.fromkeys(
        "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr picture q rb rp rt rtc "
        "ruby s samp small span strike strong sub sup time tt u var wbr".split(),
        _INLINE,
    ),
    **dict.fromkeys(("tr", "pre"), _WHOLE),
    **dict.fromkeys(("nav", "menu", "footer", "button", "dialog"), _ROOM),
}
_STRONG = frozenset(("b", "strong"))
_LEVEL = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_ITEMS = frozenset(("li", "dt", "dd"))
_LINE_BREAK = "\ue000"
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
"""Marks no reader sees. Joiners stay: Persian and Hindi are written with them."""
_STYLE_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_ENDS = frozenset(".!?…:»。」！？۔؟।")
_CLOSING = frozenset("\"“”'’)")


class Element:
    """A block element around a line: its tag, what it is called, and what stands around it.

    Made when a line is found inside: half of a page's elements hold none. `linked` says that
    all of it stands in a link, `closed` that it was read as a whole: all it says is one line, of
    which nothing is known but its words.
    """

    __slots__ = ("around", "closed", "depth", "good", "groups", "linked", "names", "node", "parent", "path", "tag")

    def __init__(self, node: LexborNode, tag: str, parent: Element | None) -> None:
        self.node = node
        self.tag = tag
        self.parent = parent
        self.good = 0.0
        self.closed = False
        self.linked: bool = parent is not None and parent.linked
        names, own, around = "", 0, _AROUND.get(tag, 0)
        if attributes := node.attributes:
            names = attributes.get("class") or ""
            if len(attributes) > 1 or not names:
                names = _names(attributes)
                around |= _marked(attributes)
            own = groups(names) if names else 0
        self.names: str = names
        self.groups: int = own
        if parent is None:
            self.depth, self.path, self.around = 0, own, around
        else:
            self.depth = parent.depth + 1
            self.path = parent.path | own
            self.around = parent.around | around

    @property
    def signature(self) -> tuple[str, str, str]:
        """What elements that are marked up alike have in common: the tag, the class, the parent's class."""
        return self.tag, self.names, self.parent.names if self.parent else ""


def _marked(attributes: dict[str, str | None]) -> int:
    """What the role and the visibility of an element add to its tag."""
    around = _ROLES.get(attributes.get("role") or "", 0) if "role" in attributes else 0
    return around | HIDDEN if _is_hidden(attributes) else around


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    return "hidden" in attributes or bool("style" in attributes and _STYLE_HIDDEN.search(attributes["style"] or ""))


@dataclass(slots=True, eq=False)
class Line:
    """One run of text between block boundaries.

    `link` and `strong` are the shares of its characters (0 to 1), `ends` says whether it closes
    like a sentence, `good` are its words if it looks like running text, else 0; `level` is the
    rank of a heading, or how many lists deep an item stands.
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
    walk = _Walk(_TREATMENT)
    found = walk.down(_way(body)) or walk.through(body)
    if walk.closed_prose > sum(line.good for line in found) + _MUCH:
        # an element that was never closed, or an article in a footer
        return closely(document)
    if sum(line.words for line in found) < _NOTHING and body.css_first("noscript"):
        return _Walk(_NO_ROOMS | {"noscript": _BLOCK}).through(body)
    return found


def closely(document: Document) -> list[Line]:
    """The same with every part of the page looked at."""
    body = document.tree.body
    return _Walk(_NO_ROOMS).through(body) if body is not None else []


_MUCH = 100
"""Words of sentences that footers and menus may have more than the rest: terms, blurbs, lists of teasers."""
_NO_ROOMS = _TREATMENT | dict.fromkeys((tag for tag, treatment in _TREATMENT.items() if treatment == _ROOM), _BLOCK)
_NOTHING = 30
"""Words of a page that says "please enable JavaScript" and a menu."""


def _way(body: LexborNode) -> list[LexborNode]:
    """The elements from the body down to the one that holds the article with its heading; empty if that is not plain.

    Asked of p and h1 elements alone. On 1,100 development pages 20 of 5,600 wanted texts stand
    outside of that element, and so do three lines in five, which are then only read, not looked at.
    """
    held: dict[int, int] = {}
    parents: dict[int, LexborNode] = {}
    for paragraph in body.css("p"):
        words = count(paragraph.text().strip())
        if words >= 9 and (parent := paragraph.parent) is not None:
            held[parent.mem_id] = held.get(parent.mem_id, 0) + words
            parents[parent.mem_id] = parent
    total = sum(held.values())
    if total < _PLAIN:
        return []
    way = _up(parents[max(held, key=held.__getitem__)], body)
    steps = {node.mem_id: at for at, node in enumerate(way)}
    within = [0] * len(way)
    for name, words in held.items():
        within[_meeting(parents[name], steps)] += words
    start = next(at for at in range(len(way)) if sum(within[: at + 1]) >= _MOST * total)
    heads = [_meeting(head, steps) for head in body.css("h1")[:_HEADS]]
    return way[max(start, min(heads)) :][::-1] if heads else []


_PLAIN = 150
"""Words in paragraphs from which they alone tell where the article is."""
_MOST = 0.75
"""The share of them that the element must hold, as for the container of the article."""
_HEADS = 20


def _up(node: LexborNode | None, top: LexborNode) -> list[LexborNode]:
    """An element and those around it, up to the top."""
    found = []
    while node is not None:
        found.append(node)
        if node.mem_id == top.mem_id:
            break
        node = node.parent
    return found


def _meeting(node: LexborNode | None, steps: dict[int, int]) -> int:
    """The step of the way at which an element meets it: the first that is around it."""
    while node is not None and node.mem_id not in steps:
        node = node.parent
    return steps[node.mem_id] if node is not None else len(steps) - 1


def count(text: str) -> int:
    """Words, scripts without spaces counted too: max(spaces + 1, characters / 9)."""
    return max(text.count(" ") + 1, len(text) // 9) if text else 0


def closes(text: str) -> bool:
    """Whether a text ends as sentences do, in the scripts that news is written in."""
    last = text[-1:]
    return last in _ENDS or (last in _CLOSING and text[-2:-1] in _ENDS)


class _Walk:
    """The state of one walk: the block that is being read, and the pieces of its line so far.

    Elements are made from the text up: half of a page's hold none of their own. `closed_prose`
    are the words of sentences in what is only read: menus, footers, buttons, what stands beside the article.
    """

    def __init__(self, treatment: dict[str | None, int]) -> None:
        self.treatment = treatment
        self.lines: list[Line] = []
        self.closed_prose = 0
        self.elements: dict[int, Element] = {}
        self.block: LexborNode | None = None
        self.block_id = 0
        self.pieces: list[str] = []
        self.wraps: list[LexborNode] = []
        self.unseen: list[LexborNode] = []
        self.breaks: list[tuple[int, int, int, int]] = []
        self.links = self.link_chars = self.strong_chars = 0
        self.link_id = 0
        self.after_break = False

    def down(self, way: list[LexborNode]) -> list[Line]:
        """The lines of a page of which only the last element of the way is looked at closely."""
        for above, following in pairwise(way):
            self._pass_all(above, above.first_child, following.mem_id)
        if way:
            self.through(way[-1])
        for above, following in reversed(list(pairwise(way))):
            self._pass_all(above, following.next)
        return self.lines

    def _pass_all(self, above: LexborNode, child: LexborNode | None, until: int = 0) -> None:
        while child is not None and child.mem_id != until:
            self._pass(child, above)
            child = child.next

    def _pass(self, node: LexborNode, above: LexborNode) -> None:
        """Takes what stands beside the way as a whole."""
        treated = self.treatment.get(node.tag, _BLOCK)
        if treated == _TEXT:
            text = node.text_content
            if text and not text.isspace():
                around = self._element(above)
                self._close(Element(above, around.tag, around.parent), [folded(text)])
        elif treated not in (_SKIPPED, _BREAK) and node.first_child is not None:
            self._close(Element(node, node.tag or "", self._element(above)), _texts(node))

    def through(self, body: LexborNode) -> list[Line]:  # noqa: C901
        """The lines below an element. One loop, nothing called that need not be: it sees every node."""
        treatment, pieces = self.treatment, self.pieces
        self._element(body)
        nodes = body.traverse(include_text=True)
        for node in nodes:
            tag = node.tag
            treated = treatment.get(tag, _BLOCK)
            if treated == _TEXT:
                text = node.text_content
                if text and (pieces or not text.isspace()):
                    self._text(node, text)
            elif treated == _INLINE:
                if (attributes := node.attributes) and _is_unseen(attributes):
                    self.unseen.append(node)
                    _skip(nodes, node)
            elif treated == _SKIPPED:
                if node.first_child is not None:
                    _skip(nodes, node)
            elif treated == _BREAK:
                self._break()
            else:
                if pieces or self.unseen:
                    self._flush()
                if treated != _BLOCK and self._taken(node, treated):
                    _skip(nodes, node)
        self._flush()
        return self.lines

    def _text(self, node: LexborNode, text: str) -> None:
        """Adds a text to the line, or begins a new line with it where it stands in another block."""
        block = node.parent
        inner: list[LexborNode] = []
        link, strong = 0, False
        while block is not None and self.treatment.get(tag := block.tag, _BLOCK) == _INLINE:
            inner.append(block)
            if tag == "a":
                link = block.mem_id
            elif tag in _STRONG:
                strong = True
            block = block.parent
        if block is None:
            return
        if block.mem_id != self.block_id:
            self._flush()
            self.block, self.block_id = block, block.mem_id
        if not self.pieces:
            if text.isspace():
                return
            self.wraps = inner
        self.pieces.append(text)
        if link or strong:
            self._count(len(text.strip()), link, strong)
        if self.after_break and not text.isspace():
            self.after_break = False

    def _count(self, length: int, link: int, strong: bool) -> None:  # noqa: FBT001
        if link:
            self.link_chars += length
            self.links += link != self.link_id
            self.link_id = link
        if strong:
            self.strong_chars += length

    def _break(self) -> None:
        if self.after_break:
            self._flush()
        elif self.pieces:
            self.after_break = True
            self.breaks.append((len(self.pieces), self.link_chars, self.strong_chars, self.links))
            self.pieces.append(_LINE_BREAK)

    def _flush(self) -> None:
        """Ends the line that is being gathered."""
        if self.pieces and self.block is not None:
            text = folded("".join(self.pieces) if len(self.pieces) > 1 else self.pieces[0])
            if self.breaks and "\n" in text and _is_prose(text):
                self._add_parts(self._element(self.block))
            elif text:
                self._add(text, self._element(self.block))
            self.pieces.clear()
            if self.breaks:
                self.breaks = []
                self.after_break = False
            self.link_chars = self.strong_chars = self.links = 0
        if self.unseen:
            self._add_unseen()

    def _add_parts(self, element: Element) -> None:
        """A line for each paragraph of a text that only parts them by line breaks."""
        start, before = 0, (0, 0, 0)
        whole = len(self.pieces), self.link_chars, self.strong_chars, self.links
        for end, *counts in (*self.breaks, whole):
            text = folded("".join(self.pieces[start:end]).replace(_LINE_BREAK, " "))
            self.link_chars, self.strong_chars, self.links = (
                now - then for now, then in zip(counts, before, strict=True)
            )
            if text:
                self._add(text, element)
            start, before, self.wraps = end, (counts[0], counts[1], counts[2]), []

    def _add_unseen(self) -> None:
        """Texts for screen readers: lines of their own behind the one they stand in."""
        unseen, self.unseen = self.unseen, []
        for node in unseen:
            if text := folded(_visible(node)):
                element = self._element(node)
                element.around |= HIDDEN
                self._add(text, element)

    def _element(self, node: LexborNode) -> Element:
        """The element of a block, it and those around it made if they are not yet."""
        found = self.elements.get(node.mem_id)
        if found is not None:
            return found
        missing: list[tuple[LexborNode, str]] = []
        above: LexborNode | None = node
        while above is not None and (found := self.elements.get(above.mem_id)) is None:
            missing.append((above, above.tag or ""))
            above = above.parent
        linked = False
        for each, tag in reversed(missing):
            if each is not node and self.treatment.get(tag, _BLOCK) == _INLINE:
                linked = linked or tag == "a"
                continue
            found = self.elements[each.mem_id] = Element(each, tag, found)
            found.linked = found.linked or linked
        return found  # type: ignore[return-value]

    def _add(self, text: str, element: Element, kind: Kind | None = None) -> None:
        size, words = len(text), count(text)
        if element.linked:
            link, links = 1.0, max(self.links, 1)
        else:
            link, links = min(1.0, self.link_chars / size) if self.link_chars else 0.0, self.links
        strong = min(1.0, self.strong_chars / size) if self.strong_chars else 0.0
        ends = closes(text)
        kind = kind or _kind(element)
        level = 0 if kind is Kind.PARAGRAPH else _level(element, kind)
        wrapped = _wrapped(self.wraps) if self.wraps else 0
        good = _good(element, words, link, ends) if words >= 5 else 0.0
        place = len(self.lines) + 1
        self.lines.append(Line(place, text, kind, level, element, wrapped, words, link, strong, links, ends, good))

    def _taken(self, node: LexborNode, treated: int) -> bool:
        """Takes a data row, a listing of code or a plain room at once; False when it is to be walked like any block."""
        if treated == _ROOM:
            return self._room(node)
        text, kind = (_row(node), Kind.TABLE_ROW) if node.tag == "tr" else (_listing(node), Kind.CODE)
        if text is None:
            return False
        if text:
            links = node.css("a[href]")
            self.links, self.link_chars = len(links), sum(len(link.text(strip=True)) for link in links)
            self._add(text, self._element(node), kind)
            self.links = self.link_chars = 0
        return True

    def _room(self, room: LexborNode) -> bool:
        """Takes the lines of a room that is never the article's.

        A button in a heading is how accordions are made, and the heading is the article's.
        """
        element = self._element(room)
        if element.around & HEADING:
            return False
        self._close(element, _texts(room))
        return True

    def _close(self, element: Element, texts: Iterable[str]) -> None:
        """Adds one line with all that an element says, a text a line."""
        element.closed = True
        if found := list(filter(None, texts)):
            self.closed_prose += sum(count(text) for text in found if len(text) > _SENTENCE and closes(text))
            text = "\n".join(found)
            place, words = len(self.lines) + 1, count(text) + len(found) - 1
            self.lines.append(Line(place, text, Kind.PARAGRAPH, 0, element, 0, words, 0.0, 0.0, 0, False, 0.0))  # noqa: FBT003


_SENTENCE = 40
"""Characters from which a text may be a sentence of some length."""


def _skip(nodes: Iterator[LexborNode], node: LexborNode) -> None:
    """Moves on to what follows an element that has just come up."""
    below = 1 if node.tag in _RAW else len(list(node.traverse(include_text=True))) - 1
    next(islice(nodes, below, below), None)


_RAW = frozenset(("script", "style"))
"""Elements that hold a single text, whatever is in it."""


def _is_unseen(attributes: dict[str, str | None]) -> bool:
    """Whether an inline element is for screen readers only."""
    names = attributes.get("class")
    return bool(names and groups(names) & _unseen()) or _is_hidden(attributes)


@cache
def _unseen() -> int:
    return group("unseen")


def _wrapped(nodes: list[LexborNode]) -> int:
    """The groups of the inline elements around the first text."""
    mask = 0
    for node in nodes:
        if attributes := node.attributes:
            names = _names(attributes)
            mask |= groups(names) if names else 0
    return mask


def _texts(room: LexborNode) -> Iterator[str]:
    """The visible texts below an element, each text node for itself."""
    if room.css_first(_UNSEEN_BELOW) is None:
        whole = room.text(deep=True, separator=_LINE_BREAK, strip=True, skip_empty=True)
        yield from map(folded, whole.split(_LINE_BREAK))
        return
    nodes = room.traverse(include_text=True)
    for node in nodes:
        treated = _TREATMENT.get(node.tag, _BLOCK)
        if treated == _TEXT:
            text = node.text_content
            if text and not text.isspace():
                yield folded(text)
        elif treated == _SKIPPED and node.first_child is not None:
            _skip(nodes, node)


_UNSEEN_BELOW = "script, style, title, noscript, select, textarea, svg, iframe, object, canvas"
"""What hides text in a menu or a footer: scripts, lists to choose from, the names of drawings."""


_NO_TEXT = FIGURE | ASIDE | NAV | FOOTER | FORM | BUTTON | DIALOG


def _good(element: Element, words: int, link: float, ends: bool) -> float:  # noqa: FBT001
    """Words that look like running text: few links, and long or closed by a full stop."""
    if link >= 0.35 or element.around & _NO_TEXT or (words < 9 and not ends):
        return 0.0
    own = element.groups | (element.parent.groups if element.parent else 0)
    return 0.0 if own & poor_names() and not own & group("body") else float(words)


@cache
def poor_names() -> int:
    """The groups of names that good text does not stand under."""
    return sum(map(group, ("related", "comment", "caption", "sidebar", "newsletter", "cookie", "author_box", "footer")))


def _is_prose(text: str) -> bool:
    """Whether line breaks in a text part paragraphs, not the lines of an address or a poem."""
    parts = text.split("\n")
    long = sum(count(part) for part in parts if closes(part) and count(part) >= 8)
    return long >= 30 and long > 0.6 * count(text)


def folded(text: str) -> str:
    """White space folded, invisible marks off, single line breaks kept."""
    if text.isascii():
        return " ".join(text.split())
    if _LINE_BREAK in text:
        return "\n".join(line for part in text.split(_LINE_BREAK) if (line := folded(part)))
    return " ".join(_INVISIBLE.sub("", text).split()).strip("\u200c\u200d")


def _names(attributes: dict[str, str | None]) -> str:
    """What an element calls itself, in one string."""
    names = attributes.get("class") or ""
    for key in _NAMING:
        if key in attributes and (value := attributes[key]):
            names = f"{names} {value}"
    return names


_NAMING = ("id", "itemprop", "data-testid", "data-component")


def _kind(element: Element) -> Kind:
    around = element.around
    if around & (HEADING | QUOTE | LIST):
        if around & HEADING:
            return Kind.HEADING
        if around & QUOTE:
            return Kind.QUOTE
        if _in_item(element):
            return Kind.LIST_ITEM
    return Kind.PARAGRAPH


def _in_item(element: Element) -> bool:
    """Whether a line stands directly in a list item, or not far below one: in a paragraph of it."""
    above: Element | None = element
    for _ in range(4):
        if above is None:
            return False
        if above.tag in _ITEMS:
            return True
        above = above.parent
    return False


def _level(element: Element, kind: Kind) -> int:
    """The rank of a heading, or how many lists deep an item stands."""
    above: Element | None = element
    depth = 0
    while above is not None:
        if kind is Kind.HEADING and above.tag in _LEVEL:
            return _LEVEL[above.tag]
        depth += kind is Kind.LIST_ITEM and above.tag in ("ul", "ol")
        above = above.parent
    return depth


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
    nodes = islice(element.traverse(include_text=True), 1, None)
    for node in nodes:
        treated = _TREATMENT.get(node.tag, _BLOCK)
        if treated == _TEXT:
            texts.append(node.text_content or "")
        elif treated == _SKIPPED:
            if node.first_child is not None:
                _skip(nodes, node)
        elif treated != _INLINE:
            texts.append(" ")
    return "".join(texts)
