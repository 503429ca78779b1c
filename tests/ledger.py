"""Kept + dropped = input: every visible letter of a page is in the record once, counted without the reader's own code."""

from __future__ import annotations

from collections import Counter

from selectolax.lexbor import LexborNode

from scraper import document, extract
from scraper.errors import ExtractError
from scraper.extract.wording import bare
from scraper.models import Article, Page

UNSEEN = frozenset(
    "area audio canvas datalist embed iframe math meter noscript object param progress script select style svg "
    "template textarea title track video frameset head map".split()
)


def faults(told: Page) -> list[str]:
    """What is wrong with the ledger of a page's record; nothing for a page without any text."""
    try:
        article = extract.article(told)
    except ExtractError as error:
        if not isinstance(error.article, Article):
            return []
        article = error.article
    return [*_numbers(article), *_letters(article, told)]


def _numbers(article: Article) -> list[str]:
    found = [f"{each.text!r} is dropped without a reason" for each in article.dropped if not each.reason]
    lines = Counter(each.line for each in article.dropped)
    return found + [f"line {line} is dropped {times} times" for line, times in lines.items() if times > 1]


def _letters(article: Article, told: Page) -> list[str]:
    """The letters that are told and not shown, and those shown that are in no block, no drop and no field."""
    shown = Counter(_visible(document.read(told).tree.body))
    from_elsewhere = any(each.field == "body" for each in article.evidence)
    blocks = [] if from_elsewhere else [block.text for block in article.blocks]
    ledger = Counter(_plain(" ".join([*blocks, *(each.text for each in article.dropped)])))
    invented, missing = ledger - shown, shown - ledger
    fields = [bare(each.text) for each in article.headlines] + [bare(article.summary or "")]
    room = max(map(len, fields[:-1]), default=0) + len(fields[-1])
    found = [f"told and not shown: {_written(invented)}"] if invented and not _is_in_noscript(told) else []
    return found + ([f"shown and not told: {_written(missing)}"] if missing.total() > room + 4 else [])


def _visible(node: LexborNode | None) -> str:
    """The letters and figures of every text that a browser would show or read out."""
    texts: list[str] = []
    stack = [node]
    while stack:
        node = stack.pop()
        while node is not None:
            if node.tag == "-text":
                texts.append(node.text_content or "")
            elif node.is_element_node and node.tag not in UNSEEN:
                stack.append(node.first_child)
            node = node.next
    return _plain(" ".join(texts))


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def _is_in_noscript(told: Page) -> bool:
    return b"<noscript" in told.body


def _written(letters: Counter[str]) -> str:
    return "".join(sorted(letters.elements()))[:120]
