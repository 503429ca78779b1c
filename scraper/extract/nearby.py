"""How near to the headline something stands on a page: what surrounds both of them, and nothing else, says so."""

from __future__ import annotations

from functools import cache

from selectolax.lexbor import LexborNode

from scraper.document import Document
from scraper.extract import headlines
from scraper.extract.lines import Line
from scraper.extract.naming import group, groups

MOST = 60
"""Elements above one that are looked at; documents are flattened at 512."""


class Nearby:
    """A page as it is seen from the heading of its article, or from the top where it has none."""

    def __init__(self, document: Document, lines: list[Line]) -> None:
        heading = next((each.line for each in headlines.standing(document, lines)), None)
        self.document, self.lines = document, lines
        self._index = heading.index if heading else 0
        above = _above(heading.element.node) if heading else []
        self._depths = {element.mem_id: depth for depth, element in enumerate(reversed(above))}

    def around(self) -> list[Line]:
        """The lines above the heading and between it and the text, among which bylines and datelines stand."""
        near = self.lines[max(0, self._index - 8) : self._index + 25]
        texts = [at for at, line in enumerate(near) if line.good >= 12 and line.index > self._index]
        return near[: texts[2]] if len(texts) > 2 else near

    def not_far(self) -> list[Line]:
        """The lines of the article and the head above it, without most of the site's and of other articles."""
        return self.lines[max(0, self._index - 40) : self._index + 120]

    def text(self, most: int) -> str:
        """The first running text below the heading, up to some characters."""
        found, size = [], 0
        for line in self.lines[self._index :]:
            if line.good:
                found.append(line.text)
                size += len(line.text)
                if size >= most:
                    break
        return " ".join(found)

    def depth_of(self, line: Line) -> int:
        """The same for a line; those next to the heading are near it wherever they lie."""
        next_to = self._index and -_NEXT <= 2 * (line.index - self._index) <= 2 * _NEXT
        return self.depth(line.element.node) or int(bool(next_to))

    def depth(self, node: LexborNode) -> int:
        """How deep the innermost element lies that holds both a node and the heading; 0 for what is far from it.

        Far is what stands in a form, a menu or comments, in links to other articles unless right beside
        the heading, and what has nothing but the page in common with it, unless it lies as flat.
        """
        depth, passed = self._shared(node)
        above = len(self._depths) - depth
        if self._depths and (above > _FAR or (depth <= _PAGE and len(passed) > _FLAT)):
            return 0
        names = 0
        for element in passed:
            own = _names(element)
            if element.tag in ("form", "nav") or own & group("comment"):
                return 0
            names |= own
        return 0 if len(passed) > _BESIDE and names & _elsewhere() else max(depth, 1)

    def _shared(self, node: LexborNode) -> tuple[int, list[LexborNode]]:
        """The depth of the innermost element that holds node and heading, and the elements on the way there."""
        passed: list[LexborNode] = []
        at: LexborNode | None = node
        while at is not None and len(passed) < MOST and at.tag != "body":
            depth = self._depths.get(at.mem_id)
            if depth is not None:
                return depth, passed
            passed.append(at)
            at = at.parent
        return _PAGE, passed


_PAGE = 2
"""The depth of the body: document, html, body. What has only that in common stands anywhere on the page."""
_FAR = 9
"""Levels above the heading: of bylines within 6 on development pages 5 in 6 are right, of those further off half."""
_BESIDE = 2
"""Steps up to what holds the heading too: what is as near as that is no other article's, whatever it is called."""
_NEXT = 4
"""Lines below the heading; half as many count above it."""
_FLAT = 3
"""Steps to the body that pages without structure have."""


def _above(node: LexborNode) -> list[LexborNode]:
    """An element and those around it, innermost first."""
    found: list[LexborNode] = []
    at: LexborNode | None = node
    while at is not None and len(found) < MOST:
        found.append(at)
        at = at.parent
    return found


def _names(element: LexborNode) -> int:
    attributes = element.attributes
    return groups(f"{attributes.get('class') or ''} {attributes.get('id') or ''}") if attributes else 0


@cache
def _elsewhere() -> int:
    return group("related") | group("newsletter") | group("cookie")
