"""`scraper explain`, `reextract`: how a page was read, and reading kept pages anew."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from scraper.cli import options
from scraper.cli.extracting import page_at

if TYPE_CHECKING:
    from scraper.fetch import Settings
    from scraper.guard import Guard
    from scraper.models import Page


@click.command(short_help="Show how a page is read, line by line.")
@click.argument("source", metavar="URL|ID|FILE|-")
@click.option("--url", help="The address a file came from.")
@click.option("--json", "form", flag_value="json", type=str, help="All of it as one JSON object.")
@options.database
@options.network
def explain(source: str, *, url: str | None, form: str | None, db: str, settings: Settings, guard: Guard) -> None:
    """Show a page as the extractor sees it: every line in the order of the page, + kept or - left out, and why.

    Then each field with the place it was read from, and every wording of the headline, the chosen one marked.
    An article of the archive is read from its kept page; any other address is fetched.
    """
    from scraper import explain as explaining

    told = explaining.page(_page(source, url, db, (settings, guard)))
    if form == "json":
        click.echo(options.line(told.record()))
    else:
        width = os.get_terminal_size().columns if sys.stdout.isatty() else 120
        click.echo(explaining.text(told, width), nl=False)


def _page(source: str, url: str | None, db: str, network: tuple[Settings, Guard]) -> Page:
    """The kept page where the archive has one."""
    if source != "-" and not os.path.isfile(source) and os.path.isfile(db):
        from scraper.history import History

        with History(db) as archive:
            if archive.find(source) is not None:
                return archive.kept_page(source)
    return page_at(source, url, network)
