"""How near to the headline something stands on a page: what surrounds both of them, and nothing else, says so."""

from __future__ import annotations

from functools import cache

from selectolax.lexbor import LexborNode

from scraper.extract.lines import Line, group, groups

MOST = 60
"""Elements above one that are looked at; documents are flattened at 512."""


class Nearby:
    """Measures from the heading of an article, or from the page where it has none."""

    def __init__(self, heading: Line | None) -> None:
        self._index = heading.index if heading else 0
        self._depths: dict[int, int] = {}
        above = _above(heading.element.node) if heading else []
        for depth, element in enumerate(reversed(above)):
            self._depths[element.mem_id] = depth

    def around(self, lines: list[Line]) -> list[Line]:
        """The lines above and below the heading among which bylines and datelines stand."""
        return lines[max(0, self._index - 8) : self._index + 25]

    def below(self, lines: list[Line]) -> list[Line]:
        """The lines below the heading, as many as an article may have."""
        return lines[self._index : self._index + 150]

    def depth(self, node: LexborNode) -> int:
        """How deep the innermost element lies that holds both a node and the heading; 0 for what is far from it.

        Far is what stands in a form, a menu, comments or links to other articles, and what has nothing
        but the page in common with the heading, unless it lies as flat.
        """
        for steps, element in enumerate(_above(node)):
            depth = self._depths.get(element.mem_id)
            if depth is not None:
                return depth if depth > _PAGE or steps <= _FLAT else 0
            if element.tag == "body":
                break
            if element.tag in ("form", "nav") or _names(element) & _elsewhere():
                return 0
        return 0 if self._depths else 1


_PAGE = 2
"""The depth of the body: document, html, body. What has only that in common stands anywhere on the page."""
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
    return group("comment") | group("related") | group("newsletter") | group("cookie")
