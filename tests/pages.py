"""Small pages for tests, written where they are used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scraper.models import Article, Block, Headline, Hop, Kind, Moment, Page

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
TEXT = (
    "The council of Lund passed its budget on Monday after a debate that had lasted the whole night.",
    "Mayor Kim Berg said that the vote was close and that more money would go to the harbour next year.",
    "The opposition called the plan reckless and announced that it would go to court before the summer.",
)


def html(*paragraphs: str, title: str = "Budget passed", head: str = "") -> bytes:
    """A plain article page."""
    body = "".join(f"<p>{each}</p>" for each in paragraphs or TEXT)
    return f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}</body></html>".encode()


def page(
    body: bytes | None = None, url: str = "https://lund.example/budget", hours: float = 0, hops: tuple[Hop, ...] = ()
) -> Page:
    """A page that answered at `url`, `hours` after noon."""
    when = NOON + timedelta(hours=hours)
    return Page(url, html() if body is None else body, 200, (("content-type", "text/html"),), when, hops)


def article(
    url: str | None = "https://lund.example/budget", headline: str = "Budget passed", text: tuple[str, ...] = TEXT
) -> Article:
    """An article as it might be read from `page()`."""
    return Article(
        url=url,
        headline=headline,
        authors=("Nell Okafor",),
        published=Moment("2026-03-04T10:00:00+00:00"),
        language="en",
        blocks=tuple(Block(Kind.PARAGRAPH, each) for each in text),
        headlines=(Headline(headline, "h1"),),
    )
