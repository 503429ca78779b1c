"""`scraper extract`: a record out of a page, without an archive."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import click

from scraper.cli import options
from scraper.cli.fetching import contents, media_type

if TYPE_CHECKING:
    from scraper.fetch import Settings
    from scraper.guard import Guard
    from scraper.models import Page


@click.command(short_help="Print the record of one page.")
@click.argument("source", required=False, metavar="FILE|URL|-")
@click.option("--url", help="The address a file came from, for links and the canonical address.")
@click.option("--json", "form", flag_value="json", type=str, help="The whole record as one JSON object (default).")
@click.option("--text", "form", flag_value="text", type=str, help="Headline and text for reading.")
@click.option("--markdown", "form", flag_value="markdown", type=str, help="The same as Markdown.")
@click.option(
    "--ndjson",
    "form",
    flag_value="ndjson",
    type=str,
    help="Many pages: a JSON object a line on stdin, a record a line on stdout.",
)
@options.network
def extract(source: str | None, url: str | None, form: str | None, settings: Settings, guard: Guard) -> None:
    """Print the record of one page: HTML, or the text of a page as you copied it.

    With --ndjson each line of stdin is {"id", "url", "html_b64"} or {"id", "url", "text"},
    and each answer {"id", "headline", "summary", "authors", "published", "body"}.
    """
    if form == "ndjson":
        return _batch()
    if source is None:
        message = "Missing argument 'FILE|URL|-'."
        raise click.UsageError(message)
    return _one(source, url, form, (settings, guard))


def _batch() -> None:
    from scraper import batch

    # JSON is UTF-8 (RFC 8259), whatever the terminal speaks; a broken byte spoils its line only.
    lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
    for answer in batch.answers(lines):
        click.echo(options.line(answer))
        sys.stdout.flush()


def _one(source: str, url: str | None, form: str | None, network: tuple[Settings, Guard]) -> None:
    from scraper import extract, render

    article = extract.article(page_at(source, url, network))
    if form == "text":
        click.echo(render.text(article), nl=False)
    elif form == "markdown":
        click.echo(render.markdown(article), nl=False)
    else:
        click.echo(options.line(article.record()))


def page_at(source: str, url: str | None, network: tuple[Settings, Guard]) -> Page:
    """The page of a file, of stdin (`-`) or of the web."""
    if "://" in source:
        from scraper.fetch import page

        return page(source, settings=network[0], guard=network[1])
    from scraper import api

    return api.page_of(contents(source), url, media_type(source))
