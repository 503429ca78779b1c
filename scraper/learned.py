"""Lines that many articles of one host begin or end with: furniture that no rule knows, only the archive.

Pure: the archive counts, here is decided what counts and what is taken off. `without(article, lines)` with the
lines of its host (`learning.lines_of`) gives what the archive keeps of a reading.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import replace

from scraper import stories
from scraper.models import Article, Block, Dropped, Kind
from scraper.signatures import Text

VERSION = 1
"""Changes whenever other lines may be learned, or other lines taken off."""

SEEN = 4
"""Articles of one host, each another story, on which a line must stand. On 87 publishers whose pages we know two
or three of, no line stands on two: what is left for the archive to learn is rare, so it may be slow to believe."""

FIRST = 2
LAST = 4
"""Blocks from the beginning and from the end that may be furniture. In the middle a line comes back for better
reasons: the questions of a weekly interview, a name in a list of results."""

REASON = "learned: on many articles of this site"


def key(site: str, line: str) -> int:
    """The number of a line on a site, 63 bits; white space and case do not count."""
    plain = f"{site}\n{' '.join(line.split()).casefold()}"
    digest = hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def edges(blocks: tuple[Block, ...]) -> list[str]:
    """The lines that may be furniture; a heading is not, nor is the whole of a text."""
    if len(blocks) < 2:
        return []
    near = blocks[:FIRST] + blocks[max(FIRST, len(blocks) - LAST) :]
    return [block.text for block in near if block.kind is not Kind.HEADING]


def began_with(blocks: tuple[Block, ...], dropped: Iterable[Dropped]) -> list[str]:
    """The lines at the edges of a text, those that were taken off it among them."""
    return [*edges(blocks), *(each.text for each in dropped if each.reason == REASON)]


def without(article: Article, lines: Collection[int], site: str) -> Article:
    """The article without the lines of its site that were learned, each of them in `dropped` with the reason.

    An article that would have nothing left stays as it is.
    """
    kept = list(article.blocks)
    while taken := {line for line in edges(tuple(kept)) if key(site, line) in lines}:
        kept = [
            block
            for at, block in enumerate(kept)
            if not (block.text in taken and (at < FIRST or at >= len(kept) - LAST))
        ]
    if not kept or len(kept) == len(article.blocks):
        return article
    return replace(article, blocks=tuple(kept), dropped=_with(article, kept))


def _with(article: Article, kept: list[Block]) -> tuple[Dropped, ...]:
    """What was dropped, with the blocks that are no longer kept.

    The record does not say which line a block was; the lines that are not in `dropped` are its blocks, from the end.
    """
    known = {each.line for each in article.dropped}
    last = max([*known, len(known) + len(article.blocks)])
    free = [number for number in range(1, last + 1) if number not in known][-len(article.blocks) :]
    standing = {id(block) for block in kept}
    taken = [
        Dropped(line, block.text, REASON)
        for line, block in zip(free, article.blocks, strict=True)
        if id(block) not in standing
    ]
    return tuple(sorted((*article.dropped, *taken), key=lambda each: each.line))


def is_furniture(texts: Iterable[Text]) -> bool:
    """Whether these articles, on which a line stands, are enough different stories to say that it belongs to none."""
    different: list[Text] = []
    for text in texts:
        if all(_is_other(text, each) for each in different):
            different.append(text)
        if len(different) == SEEN:
            return True
    return False


def _is_other(one: Text, other: Text) -> bool:
    return stories.likeness(one, other).contained < 0.5
