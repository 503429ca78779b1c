"""`scraper explain`, `reextract`: how a page was read, and reading kept pages anew."""

from __future__ import annotations

import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

import click

from scraper.cli import options
from scraper.cli.extracting import page_at

if TYPE_CHECKING:
    from scraper.fetch import Settings
    from scraper.guard import Guard
    from scraper.models import Page
    from scraper.query import Filters
    from scraper.reextract import Reading


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


@click.command(short_help="Read kept pages by the present extractor.")
@click.argument("words", nargs=-1)
@options.filters
@click.option("--dry-run", "dry", is_flag=True, help="Only say what would be read otherwise.")
@click.option("--samples", type=click.IntRange(0), default=5, show_default=True, help="Differences to show.")
@click.option("--workers", type=click.IntRange(1), default=min(os.cpu_count() or 1, 8), help="Processes that read.")
@options.database
def reextract(words: tuple[str, ...], *, filters: Filters, dry: bool, samples: int, workers: int, db: str) -> None:
    """Read the kept pages of articles by the present extractor: all that another version read, or those of a search.

    No revision of an article, but of how it is read. A run that was stopped goes on where it was; a second one
    finds nothing to do. An article on whose page none is found any more stays as it was.
    """
    from pathlib import Path

    from scraper import reextract as reading

    counts: Counter[str] = Counter()
    for each in reading.run(Path(db), " ".join(words), filters, workers=workers, dry=dry):
        counts[each.outcome] += 1
        if each.outcome in ("text", "refused") and samples > 0:
            samples -= 1
            click.echo(_sample(each) + "\n")
    for outcome, said in reading.OUTCOMES.items():
        click.echo(f"{counts[outcome]:>8,}  {said}")
    click.echo(f"{'nothing was written' if dry else 'written'}", err=True)


def _sample(told: Reading) -> str:
    """What is read otherwise, with the address."""
    from scraper import difference

    marks = difference.COLOURED if sys.stdout.isatty() else difference.PLAIN
    head = f"#{told.wording.article_id} wording {told.wording.number}  {told.wording.url}"
    said = difference.changed(told.wording.told, told.after, marks) if told.after else told.why
    return f"{head}\n{said}"
