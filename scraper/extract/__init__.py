"""A page in, its article out: `article(page)` is the cascade, read it from the top.

The same page gives the same article on any day and machine: no network, no clock.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from scraper import document
from scraper.document import Document
from scraper.errors import ExtractError
from scraper.extract import (
    body,
    embedded,
    furniture,
    headlines,
    lines,
    linked,
    metadata,
    model,
    quality,
    record,
)
from scraper.extract.body import Verdicts
from scraper.extract.facts import Facts
from scraper.extract.features import Known
from scraper.extract.forest import Forest
from scraper.extract.lines import Line
from scraper.extract.metadata import Fields
from scraper.extract.wording import plain
from scraper.models import Article, Block, Evidence, Headline, Kind, Page

VERSION = "6"
"""Kept with each record: changes whenever the same page may give another record."""

_ANY_DAY = datetime(9000, 1, 1, tzinfo=UTC)
"""When markup without a time of fetching was "fetched": no date in it counts as the future."""

SURE = 0.9
"""The confidence under which the second opinion is asked: on 1 page of news in 100, on 11 of other pages. There
trafilatura finds .88 of the known snippets, our model .75; from .9 on ours is the better on both."""

TOO_LITTLE = 40
"""Words under which the page's scripts may have the text: shorter articles exist, empty shells are more."""


def article(page: Page) -> Article:
    """The article on a page: HTML, or the text of a page as a person copied it.

    Raises `ExtractError` with the reason when there is none, and the facts that say so: `kinds.REFUSED`.
    """
    if document.is_text(page):
        return _of_capture(page)
    return by(page, model.trees())


def read(html: bytes | str, url: str | None = None) -> Article:
    """The article in markup that is at hand; `url` is where it came from, for links and the canonical address."""
    encoded = html.encode("utf-8", "replace") if isinstance(html, str) else html
    headers = (("content-type", "text/html; charset=utf-8"),) if isinstance(html, str) else ()
    return by(Page(url or "", encoded, 200, headers, _ANY_DAY), model.trees())


def _of_capture(page: Page) -> Article:
    from scraper.extract import capture  # 20 ms that pages of markup need not pay

    try:
        told = capture.article(document.text(page), document.web(page.url))
    except ExtractError as error:
        if not isinstance(error.article, Article):
            raise
        told = error.article  # what there is instead has a name: a wall, a consent page
    return quality.judged(Facts(page, told))


def by(page: Page, trees: Forest) -> Article:
    """The article on a page of markup by the trees of another model: what training measures."""
    parsed = document.read(page)
    found = lines.read(parsed)
    fields = metadata.read(parsed, found, page.fetched_at)
    variants = headlines.variants(parsed, found)
    found, verdicts = _judged(parsed, found, _known(parsed, fields, variants), trees)
    reasons = verdicts.reasons
    head = record.top(found, reasons, variants, fields)
    told = record.assembled(found, reasons, fields, head)
    if told.words < TOO_LITTLE and (elsewhere := _elsewhere(told, parsed, trees)):
        blocks, place = elsewhere
        bare = record.assembled(found, [reason or f"the text is from {place}" for reason in reasons], fields, head)
        told = replace(bare, blocks=blocks, evidence=(*bare.evidence, Evidence("body", place)))
    return quality.judged(Facts(page, told, parsed, found), verdicts.confidence)


def _elsewhere(told: Article, parsed: Document, trees: Forest) -> tuple[tuple[Block, ...], str] | None:
    """The text of a page whose lines show next to none, and where it was: in a script.

    Where the lines show none at all, also what its linked data or trafilatura have.
    """
    copies = headlines.Copies(each.text for each in told.headlines)
    places = [(_embedded(parsed, copies, trees), "script")]
    if not told.blocks:
        places += [(_paragraphs(linked.text(parsed)), "json-ld articleBody")]
        places += [(_paragraphs(body.paragraphs(parsed.markup)), "trafilatura")]
    for found, place in places:
        kept = tuple(each for each in found if not copies.repeats(each.text))
        enough = sum(lines.count(each.text) for each in kept) > 2 * told.words
        if enough and (place != "script" or embedded.is_about(kept, told.headline)):
            return kept, place
    return None


def _embedded(parsed: Document, copies: headlines.Copies, trees: Forest) -> list[Block]:
    """The text of a piece of markup that a script carries, read like a page."""
    markup = embedded.markup(parsed)
    found = lines.read(document.parse(f"<body>{markup}</body>", parsed.url)) if markup else []
    reasons = body.verdicts(found, Known(copies), trees).reasons
    kept = [line for line, reason in zip(found, reasons, strict=True) if reason == body.KEPT]
    return [Block(line.kind, line.text, line.level) for line in kept]


def _paragraphs(texts: list[str]) -> list[Block]:
    return [Block(Kind.PARAGRAPH, each) for each in texts if not furniture.reason(each)]


def _known(parsed: Document, fields: Fields, variants: tuple[Headline, ...]) -> Known:
    """What the page says of its article beside the text itself."""
    return Known(
        headlines.Copies(each.text for each in variants),
        frozenset(plain(name) for name in fields.authors),
        plain(fields.description or "")[:60],
        " ".join(linked.text(parsed)),
    )


def _judged(parsed: Document, found: list[Line], known: Known, trees: Forest) -> tuple[list[Line], Verdicts]:
    """Our verdicts, or the second opinion on every line of the page where we are not sure and it finds something."""
    verdicts = body.verdicts(found, known, trees)
    if verdicts.confidence >= SURE:
        return found, verdicts
    closely = lines.closely(parsed)
    second = body.second_opinion(closely, parsed.markup)
    if 2 * _kept_words(closely, second) > _kept_words(found, verdicts):
        return closely, second
    return found, verdicts


def _kept_words(found: list[Line], verdicts: Verdicts) -> int:
    return sum(line.words for line, reason in zip(found, verdicts.reasons, strict=True) if reason == body.KEPT)
