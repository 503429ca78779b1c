"""Lists of links to articles: which lines are linked headlines, and which prose only stands beside one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from scraper import urls
from scraper.extract.lines import FOOTER, NAV, Element, Line
from scraper.models import Kind

MOST_IN_CARD = 100
"""Words of prose beside a linked headline that may still be its teaser; leads of section fronts reach 80."""
FEWEST_CARDS = 3
"""Fewer may be an article and its "read also"; at the address of a section two are a thin front."""
_MOST_LINKS = 2
_OFTEN = 4
"""Links with one wording beside the navigation: a front has one for each teaser."""
_LOOKED_AT = 12
"""Linked headlines whose addresses are read: enough to tell a site's own list from a round-up of others'."""


def headlines(lines: Iterable[Line]) -> list[Line]:
    """The lines beside navigation and footer that are a link and as long as a headline, or one of many "read more"."""
    lines = [line for line in lines if line.links and not line.element.around & (NAV | FOOTER)]
    times = Counter(line.text for line in lines if line.link >= 0.7)
    return [line for line in lines if _is_linked_headline(line) or (line.link >= 0.7 and times[line.text] >= _OFTEN)]


def lead_elsewhere(found: list[Line], url: str | None) -> bool:
    """Whether most linked headlines lead to other sites, or to places on this page: a round-up, a table of contents."""
    if not url:
        return False
    addresses = [address for line in found[:_LOOKED_AT] if (address := _address(line))]
    return sum(_is_elsewhere(address, url) for address in addresses) > len(addresses) / 2


def beside(found: list[Line], prose: Iterable[Line], fewest: int) -> set[int]:
    """The indexes of the lines of prose that stand in a card with a linked headline, where there are some cards."""
    linked: dict[Element, int] = defaultdict(int)
    words: dict[Element, int] = defaultdict(int)
    prose = list(prose)
    for line in found:
        for element in _around(line):
            linked[element] += 1
    for line in prose:
        for element in _around(line):
            words[element] += line.words
    cards: dict[Element, list[int]] = defaultdict(list)
    for line in prose:
        card = next((element for element in _around(line) if element in linked), None)
        if card is not None and words[card] <= MOST_IN_CARD and linked[card] <= _MOST_LINKS:
            cards[card].append(line.index)
    return {index for held in cards.values() for index in held} if len(cards) >= fewest else set()


def leads(line: Line) -> bool:
    """Whether a line begins with a link that a break or the next cell ends: headline and teaser in one."""
    if not line.links or line.link < 0.1:
        return False
    first = _BREAKS.split(line.text, maxsplit=1)[0]
    return len(first) < len(line.text) and abs(len(first) - line.link * len(line.text)) <= 3


_BREAKS = re.compile("[\n\t]")


def led(prose: Iterable[Line], found: list[Line]) -> set[int]:
    """The indexes of the lines of prose right behind a linked headline, one line between at most."""
    heads = {line.index for line in found}
    return {line.index for line in prose if line.index - 1 in heads or line.index - 2 in heads}


def _is_linked_headline(line: Line) -> bool:
    if line.words > 40:
        return False
    if line.link < 0.7:
        return line.words >= 5 and (line.link >= 0.4 or leads(line))
    return line.words >= 4 or line.kind is Kind.HEADING or (len(line.text) >= 10 and not line.text.isascii())


def _is_elsewhere(address: str, url: str) -> bool:
    """Whether an address as it is written leads to another site, or to this page itself."""
    if address.startswith("#"):
        return True
    here, there = urls.join(None, url), urls.join(url, address)
    if here is None or there is None:
        return False
    return not urls.same_site(there, here) or _path(there) == _path(here)


def _address(line: Line) -> str | None:
    link = line.element.node.css_first("a[href]") or _link_around(line.element.node)
    return link.attributes.get("href") if link is not None else None


def _link_around(node: LexborNode | None) -> LexborNode | None:
    for _ in range(4):
        if node is None or node.tag == "a":
            return node
        node = node.parent
    return None


def _path(address: str) -> str:
    return urlsplit(address).path.rstrip("/")


def _around(line: Line) -> Iterator[Element]:
    element: Element | None = line.element
    while element is not None:
        yield element
        element = element.parent
