"""Pages written out as plain text in the ways people get them: what the captures' model learns from.

Each rendering takes the blocks of a page and gives the text that a browser's copy, `lynx -dump`,
a converter to Markdown or a mail of it would be. They imitate, none is made for one corpus.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from scraper.document import Document
from scraper.extract.lines import folded

_UNSEEN = frozenset(
    "-comment -doctype script style template noscript svg iframe object canvas audio video math head meta link "
    "select datalist textarea source track map area param progress".split()
)
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code data dfn em font i ins kbd label mark q s samp small span strong sub sup time u var"
    " wbr img button input".split()
)
_MARGIN = frozenset("p h1 h2 h3 h4 h5 h6 ul ol dl blockquote figure pre table form".split())
"""What browsers set off with a blank line when the page's own style says nothing."""
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}


@dataclass
class Piece:
    """Text of one text node, and where it links."""

    text: str
    link: str | None


@dataclass
class Block:
    """The text between two block boundaries: its pieces, and how the element that holds it is shown."""

    pieces: list[Piece] = field(default_factory=list)
    heading: int = 0
    item: int = 0
    number: int = 0
    cell: bool = False
    margin: bool = False
    quote: bool = False

    @property
    def text(self) -> str:
        return folded("".join(piece.text for piece in self.pieces))


class _Walk:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.block = Block()

    def through(self, node: LexborNode, around: Block, link: str | None) -> None:
        child = node.first_child
        number = 0
        while child is not None:
            tag = str(child.tag)
            if tag == "-text":
                self.block.pieces.append(Piece(child.text_content or "", link))
            elif tag == "br":
                self._flush(around)
            elif tag in _INLINE:
                href = (child.attributes.get("href") or "") if tag == "a" else ""
                self.through(child, around, href or link)
            elif tag not in _UNSEEN and not _hidden(child):
                number += tag == "li"
                self._block(child, tag, number, around)
            child = child.next

    def _block(self, node: LexborNode, tag: str, number: int, around: Block) -> None:
        own = Block(
            heading=_HEADINGS.get(tag, around.heading),
            item=around.item + (tag == "li"),
            number=number if tag == "li" and node.parent is not None and node.parent.tag == "ol" else 0,
            cell=tag in ("td", "th"),
            quote=around.quote or tag == "blockquote",
        )
        self._flush(around)
        self.block.margin |= tag in _MARGIN
        self.through(node, own, None)
        self._flush(own)
        self.block.margin |= tag in _MARGIN

    def _flush(self, around: Block) -> None:
        margin = self.block.margin
        if self.block.text:
            self.block.heading, self.block.item, self.block.number = around.heading, around.item, around.number
            self.block.cell, self.block.quote = around.cell, around.quote
            self.blocks.append(self.block)
            margin = False
        around.number = 0 if self.block.text else around.number
        self.block = Block(margin=margin)


def _hidden(node: LexborNode) -> bool:
    style = (node.attributes.get("style") or "").replace(" ", "").lower() if node.attributes else ""
    return "hidden" in node.attributes or "display:none" in style


def blocks(document: Document) -> list[Block]:
    """The blocks of text of a page, from the top."""
    walk = _Walk()
    if document.tree.body is not None:
        walk.through(document.tree.body, Block(), None)
        walk._flush(Block())
    return walk.blocks


# --- the renderings --------------------------------------------------------------

_BULLETS = "*+o-"


def listing(page: Sequence[Block]) -> str:
    """A converter's text: bullets by depth, blank lines around paragraphs and headings, cells in one row."""
    out: list[str] = []
    for at, block in enumerate(page):
        if block.margin and out and out[-1] and not (block.item and page[at - 1].item):
            out.append("")
        mark = f"{block.number}. " if block.number else f"{_BULLETS[(block.item - 1) % 4]} " if block.item else ""
        if block.cell and at and page[at - 1].cell and out:
            out[-1] += "  " + block.text
        else:
            out.append(mark + block.text)
    return "\n".join(out)


def browser(page: Sequence[Block]) -> str:
    """What select all and copy give: no bullets, paragraphs set off, cells parted by tabs."""
    out: list[str] = []
    for at, block in enumerate(page):
        if block.margin and out and out[-1] and not (block.item and page[at - 1].item):
            out.append("")
        if block.cell and at and page[at - 1].cell and out:
            out[-1] += "\t" + block.text
        else:
            out.append(block.text)
    return "\n".join(out)


def dense(page: Sequence[Block]) -> str:
    """A line for each block."""
    return "\n".join(block.text for block in page)


def pieces(page: Sequence[Block]) -> str:
    """A line for each run of text between two tags: links stand on lines of their own."""
    texts = (folded(piece.text) for block in page for piece in _runs(block))
    return "\n".join(text for text in texts if text)


def _runs(block: Block) -> Iterator[Piece]:
    """The pieces, a fifth of the plain ones joined to the one before: pages do not mark up every word."""
    last: Piece | None = None
    for piece in block.pieces:
        if last is not None and last.link is None and piece.link is None:
            last = Piece(last.text + piece.text, None)
            continue
        if last is not None:
            yield last
        last = Piece(piece.text, piece.link)
    if last is not None:
        yield last


def linked(page: Sequence[Block]) -> str:
    """`lynx -dump`: wrapped at 80 columns, indented, links numbered, their addresses at the end."""
    out: list[str] = []
    addresses: list[str] = []
    for at, block in enumerate(page):
        text = ""
        for run in _runs(block):
            if run.link and run.text.strip():
                addresses.append(run.link)
                bare = run.text.lstrip()
                text += run.text[: len(run.text) - len(bare)] + f"[{len(addresses)}]" + bare
            else:
                text += run.text
        first = " " * (5 * block.item) + (f"{block.number}. " if block.number else f"{_BULLETS[(block.item - 1) % 4]} ")
        first = first if block.item else "" if block.heading else "   "
        rest = " " * (2 + 5 * block.item) if block.item else first
        if out and (block.margin or block.heading) and not (block.item and page[at - 1].item):
            out.append("")
        out += textwrap.wrap(folded(text), 78, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return "\n".join([*out, "", "References", "", *(f"{at:4}. {each}" for at, each in enumerate(addresses, 1))])


def markdown(page: Sequence[Block]) -> str:
    """A converter to Markdown: hashes before headings, links with their addresses, one line a paragraph."""
    out = []
    for block in page:
        text = ""
        for run in _runs(block):
            shown = folded(run.text)
            text += run.text.replace(run.text.strip(), f"[{shown}]({run.link})") if run.link and shown else run.text
        item = "  " * (block.item - 1) + (f"{block.number}. " if block.number else "* ") if block.item else ""
        mark = "#" * block.heading + " " if block.heading else item or ("> " if block.quote else "")
        out.append(mark + folded(text))
    return "\n\n".join(out)


WHOLE: dict[str, Callable[[Sequence[Block]], str]] = {
    "browser": browser,
    "dense": dense,
    "linked": linked,
    "listing": listing,
    "markdown": markdown,
    "pieces": pieces,
}
"""The renderings of whole pages, by name. `columns` and `loose` teach nothing that these do not (tried)."""


# --- renderings of the article -------------------------------------------------------


@dataclass(frozen=True)
class Story:
    """An article as people have it without its page. `asides` are lines of the page that reading modes leave in."""

    title: str
    authors: Sequence[str]
    published: str
    paragraphs: Sequence[str]
    asides: Sequence[str]
    german: bool


_POINTERS = ("Read also: ", "Lesen Sie auch: ", "Read more: ", "Mehr zum Thema: ")


def reader(story: Story, number: int) -> str:
    """What a browser's reading mode shows: title, byline, text, and now and then what it took for text.

    In every second one what it took points to other articles: text goes on behind such lines.
    """
    out = [story.title, *(["By " + ", ".join(story.authors)] if story.authors else []), story.published[:10], ""]
    asides = iter(story.asides)
    for at, paragraph in enumerate(story.paragraphs):
        out += [paragraph, *([""] if number % 3 else [])]
        if at % 3 == 0 and (aside := next(asides, "")):
            pointer = _POINTERS[number % 4 - 1 + story.german] if number % 2 else ""
            out += [pointer + aside[:80] if pointer else aside, *([""] if number % 3 else [])]
    return "\n".join(out)


_GREETINGS = (
    "View this email in your browser",
    "The Morning Letter",
    "Hello reader, here is what matters today.",
    "Good morning. Here is the story everybody is talking about.",
)
_FEET = (
    "You receive this email because you signed up at our site.",
    "Unsubscribe | Manage preferences | Privacy policy",
    "© 2024 All rights reserved. 12 High Street",
    "Forward this email to a friend.",
    "Was this email forwarded to you? Sign up here.",
)
_GERMAN_FEET = (
    "Sie erhalten diesen Newsletter, weil Sie sich angemeldet haben.",
    "Newsletter abbestellen | Impressum | Datenschutz",
    "Hat Ihnen dieser Newsletter gefallen? Empfehlen Sie ihn weiter.",
)


def letter(story: Story, number: int) -> str:
    """A newsletter saved as text, of which `number` chooses the form: header, wrapping, quoting, foot."""
    greeting = _GREETINGS[number % 4]
    header = [
        f"From: {story.authors[0] if story.authors else 'Newsroom'} <news@mail.example>",
        "To: reader@mail.example",
        f"Subject: {story.title if number % 2 else greeting}",
        "Date: Fri, 3 May 2024 10:15:00 +0200",
        "",
    ]
    out = [*(header if number % 3 else []), greeting, "", *([_GREETINGS[(number + 2) % 4], ""] if number % 2 else [])]
    out += [story.title.upper() if number % 5 == 0 else story.title, ""]
    for paragraph in story.paragraphs:
        out += [*(_wrapped(paragraph) if number % 4 else [paragraph]), ""]
    feet = _GERMAN_FEET if story.german else _FEET
    for foot in feet[number % 2 :]:
        out += [*_wrapped(foot), *([""] if number % 2 else [])]
    return "\n".join(f"> {line}" if number % 7 == 0 else line for line in out)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 72, break_on_hyphens=False)


def part(page: Sequence[Block], story: Story, number: int) -> str:
    """What a person marks and copies: from about the title to a little behind the end of the text."""
    lines = browser(page).split("\n")
    wanted = {_letters(paragraph) for paragraph in story.paragraphs}
    text = [at for at, line in enumerate(lines) if line.count(" ") > 5 and _letters(line) in wanted]
    if len(text) < 3:
        return ""
    title = _letters(story.title)
    top = max((at for at in range(text[0]) if _letters(lines[at]) == title), default=text[0])
    return "\n".join(lines[max(0, top - 3 * (number % 4)) : text[-1] + 1 + 4 * (number % 5)])


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
