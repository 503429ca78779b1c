"""A page as the extractor saw it: each line in page order with what became of it, each field with its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import zip_longest
from textwrap import wrap
from typing import Any, Literal

from scraper import document, extract
from scraper.errors import ExtractError
from scraper.extract import lines
from scraper.extract.wording import bare
from scraper.models import Article, Dropped, Headline, Page

Fate = Literal["text", "headline", "summary", "dropped"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page: its number, its text, what became of it and, if it was dropped, why."""

    number: int
    text: str
    fate: Fate
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every line of a page in its order, and what was made of it.

    `article` is None where nothing was read, `refused` the error's message where the page is no article.
    `elsewhere` is the place outside the lines that the text was taken from: a script, linked data; None mostly.
    """

    lines: tuple[Line, ...]
    article: Article | None
    refused: str | None = None
    elsewhere: str | None = None

    def record(self) -> dict[str, Any]:
        """All of it, JSON-ready."""
        told = self.article
        return {
            "refused": self.refused,
            "elsewhere": self.elsewhere,
            "lines": [{field.name: getattr(each, field.name) for field in fields(Line)} for each in self.lines],
            "fields": [dict(zip(("field", "value", "place"), each, strict=True)) for each in evidence(told)],
            "headlines": [
                {"text": each.text, "place": each.place, "chosen": is_chosen(told, each)}
                for each in (told.headlines if told else ())
            ],
        }


def page(told: Page) -> Explanation:
    """What the extractor makes of a page, be it an article or not."""
    article: Article | None = None
    refused = None
    try:
        article = extract.article(told)
    except ExtractError as error:
        refused = error.message
        if isinstance(error.article, Article):
            article = error.article
    seen = _numbered(told, article)
    elsewhere = next((each.place for each in article.evidence if each.field == "body"), None) if article else None
    return Explanation(tuple(_fates(seen, article)), article, refused, elsewhere)


def evidence(article: Article | None) -> list[tuple[str, str, str]]:
    """Each filled field with its value and the place it was read from."""
    if article is None:
        return []
    record = article.record()
    return [(each.field, _said(record.get(each.field)), each.place) for each in article.evidence]


def is_chosen(article: Article | None, variant: Headline) -> bool:
    """Whether this is the variant that the record's headline was taken from."""
    if article is None:
        return False
    place = next((each.place for each in article.evidence if each.field == "headline"), None)
    return variant.place == place and bare(variant.text) == bare(article.headline or "")


def text(told: Explanation, width: int = 120) -> str:
    """The explanation for a terminal: fate and reason in the margin, then the fields, then the headline's variants."""
    parts = [row for line in told.lines for row in _row(line, width)]
    if told.refused:
        parts.append(f"\nno article: {told.refused}")
    if told.elsewhere:
        parts.append(f"\nthe text is from elsewhere on the page: {told.elsewhere}")
    parts += ["", *(f"{field:<10}  {value}\n{'':<10}  from {place}" for field, value, place in evidence(told.article))]
    variants = told.article.headlines if told.article else ()
    parts += ["", *(_variant(told.article, each) for each in variants)]
    return "\n".join(parts).rstrip() + "\n"


# --- the lines ------------------------------------------------------------------

_MARGIN = 30
_SIGNS = {"text": "+", "headline": "+", "summary": "+", "dropped": "-"}


def _row(line: Line, width: int) -> Iterator[str]:
    margin = wrap(line.reason if line.fate == "dropped" else "" if line.fate == "text" else line.fate, _MARGIN)
    words = [row for part in line.text.splitlines() for row in wrap(part, max(width - _MARGIN - 10, 20))] or [""]
    for at, (reason, part) in enumerate(zip_longest(margin, words, fillvalue="")):
        number = "" if at else str(line.number)
        yield f"{_SIGNS[line.fate]}{number:>5}  {reason:<{_MARGIN}}  {part}".rstrip()


def _variant(article: Article | None, each: Headline) -> str:
    return f"{'*' if is_chosen(article, each) else ' '} {each.place:<12}  {each.text}"


def _numbered(told: Page, article: Article | None) -> dict[int, str]:
    """The lines of a page by the numbers that `dropped` counts by."""
    if document.is_text(told):
        return dict(enumerate((line for line in document.text(told).splitlines() if line.strip()), 1))
    parsed = document.read(told)
    found = _by_number(lines.read(parsed))
    dropped = article.dropped if article else ()
    if any(found.get(each.line) != each.text for each in dropped):
        return _by_number(lines.closely(parsed))  # the second opinion was asked, which looks closer
    return found


def _by_number(found: Iterable[lines.Line]) -> dict[int, str]:
    return {line.index: line.text for line in found}


def _fates(seen: dict[int, str], article: Article | None) -> Iterator[Line]:
    dropped: dict[int, Dropped] = {each.line: each for each in article.dropped} if article else {}
    kept = Counter(block.text for block in article.blocks) if article else Counter[str]()
    for number, line in seen.items():
        out = dropped.get(number)
        if out is not None or article is None:
            yield Line(number, line, "dropped", out.reason if out else "the page is no article")
        else:
            yield Line(number, line, _kept_as(line, kept, article))


def _kept_as(line: str, kept: Counter[str], article: Article) -> Fate:
    """What a line that was not dropped became: a block, the headline or the dek."""
    if kept[line] > 0:
        kept[line] -= 1
        return "text"
    if bare(line.replace("\n", " ")) == bare(article.summary or ""):
        return "summary"
    copies = {bare(each.text) for each in article.headlines} | {bare(article.headline or "")}
    return "headline" if bare(line.replace("\n", " ")) in copies else "text"


_LONGEST = 200


def _said(value: object) -> str:
    said = ", ".join(map(_said, value)) if isinstance(value, list) else str(value)
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
