"""A page in, its article out: `article(page)` is the cascade, read it from the top.

The same page gives the same article on any day and machine: no network, no clock.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from scraper import document
from scraper.document import Document
from scraper.errors import ExtractError
from scraper.extract import body, capture, embedded, furniture, headlines, lines, linked, metadata, quality, record
from scraper.extract.facts import Facts
from scraper.extract.features import Known
from scraper.extract.lines import Line
from scraper.extract.metadata import Fields
from scraper.extract.wording import plain
from scraper.models import Article, Block, Evidence, Headline, Kind, Page

VERSION = "3"
"""Kept with each record: changes whenever the same page may give another record."""

_ANY_DAY = datetime(9000, 1, 1, tzinfo=UTC)
"""When markup without a time of fetching was "fetched": no date in it counts as the future."""

TOO_LITTLE = 40
"""Words under which the second opinion is asked: shorter articles exist, misread pages are more."""


def article(page: Page) -> Article:
    """The article on a page: HTML, or the text of a page as a person copied it.

    Raises `ExtractError` with the reason when there is none, and the facts that say so: `kinds.REFUSED`.
    """
    if capture.is_capture(page):
        return _of_capture(page)
    return _of_markup(page)


def read(html: bytes | str, url: str | None = None) -> Article:
    """The article in markup that is at hand; `url` is where it came from, for links and the canonical address."""
    encoded = html.encode("utf-8", "replace") if isinstance(html, str) else html
    headers = (("content-type", "text/html; charset=utf-8"),) if isinstance(html, str) else ()
    return _of_markup(Page(url or "", encoded, 200, headers, _ANY_DAY))


def _of_capture(page: Page) -> Article:
    try:
        told = capture.article(document.text(page), document.web(page.url))
    except ExtractError as error:
        if not isinstance(error.article, Article):
            raise
        told = error.article  # what there is instead has a name: a wall, a consent page
    return quality.judged(Facts(page, told))


def _of_markup(page: Page) -> Article:
    parsed = document.read(page)
    found = lines.read(parsed)
    fields = metadata.read(parsed, found, page.fetched_at)
    variants = headlines.variants(parsed, found)
    verdicts = _judged(found, _known(parsed, fields, variants), parsed.markup)
    head = record.top(found, verdicts, variants, fields)
    told = record.assembled(found, verdicts, fields, head)
    if told.words < TOO_LITTLE and (elsewhere := _elsewhere(told, parsed)):
        blocks, place = elsewhere
        bare = record.assembled(found, [verdict or f"the text is from {place}" for verdict in verdicts], fields, head)
        told = replace(bare, blocks=blocks, evidence=(*bare.evidence, Evidence("body", place)))
    return quality.judged(Facts(page, told, parsed, found))


def _elsewhere(told: Article, parsed: Document) -> tuple[tuple[Block, ...], str] | None:
    """The text of a page whose lines show next to none, and where it was: in a script.

    Where the lines show none at all, also what its linked data or trafilatura have.
    """
    copies = headlines.Copies(each.text for each in told.headlines)
    places = [(_embedded(parsed, copies), "script")]
    if not told.blocks:
        places += [(_paragraphs(linked.text(parsed)), "json-ld articleBody")]
        places += [(_paragraphs(body.paragraphs(parsed.markup)), "trafilatura")]
    for found, place in places:
        kept = tuple(each for each in found if not copies.repeats(each.text))
        enough = sum(lines.count(each.text) for each in kept) > 2 * told.words
        if enough and (place != "script" or embedded.is_about(kept, told.headline)):
            return kept, place
    return None


def _embedded(parsed: Document, copies: headlines.Copies) -> list[Block]:
    """The text of a piece of markup that a script carries, read like a page."""
    markup = embedded.markup(parsed)
    found = lines.read(document.parse(f"<body>{markup}</body>", parsed.url)) if markup else []
    verdicts = body.verdicts(found, Known(copies))
    kept = [line for line, verdict in zip(found, verdicts, strict=True) if verdict == body.KEPT]
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


def _judged(found: list[Line], known: Known, markup: str) -> list[str]:
    """Our verdicts, or the second opinion where we find next to nothing and it finds more."""
    verdicts = body.verdicts(found, known)
    words = _kept_words(found, verdicts)
    if words >= TOO_LITTLE:
        return verdicts
    second = body.second_opinion(found, markup)
    return second if _kept_words(found, second) > 2 * words else verdicts


def _kept_words(found: list[Line], verdicts: list[str]) -> int:
    return sum(line.words for line, verdict in zip(found, verdicts, strict=True) if verdict == body.KEPT)
