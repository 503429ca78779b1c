"""`scraper stories`, `scraper story`: texts that several sites carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scraper.cli import options
from scraper.cli.options import Row, Rows

if TYPE_CHECKING:
    from scraper.query import Filters
    from scraper.tellings import Copy


@click.command(short_help="List texts that several sites carry.")
@options.filters
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many at most.")
@options.database
@options.output
def stories(filters: Filters, limit: int, db: str) -> Rows:
    """List the texts that several sites carry, those that were seen last first.

    A story is listed when one of its articles is what the options ask for.
    """
    from scraper.query import Reader

    with Reader(db) as archive:
        told = archive.stories(filters, limit)
    return Rows([each.record() for each in told], _line)


def _line(row: Row) -> str:
    carried = f"{len(row['copies'])} articles"
    return f"{row['id']}  {row['headline'] or '(no headline)'}\n    {carried}: {', '.join(row['sites'])}\n"


@click.command(short_help="Show who carried one text, and how.")
@click.argument("story", metavar="STORY|URL|ID")
@click.option("--json", "form", flag_value="json", type=str, help="The whole record.")
@options.database
def story(story: str, form: str | None, db: str) -> None:
    """Show the articles that carry one text: who was first, and what each of the others made of it.

    A story is asked for by its name, or by any of its articles: number or address.
    """
    from scraper.query import Reader

    with Reader(db) as archive:
        told = archive.story(story)
    if form == "json":
        click.echo(options.line(told.record()))
        return
    click.echo(f"{told.id}  {told.first.headline or '(no headline)'}\n")
    click.echo("\n".join(_copy(each) for each in told.copies))


def _copy(copy: Copy) -> str:
    when = copy.published or copy.first_seen
    lines = [f"#{copy.id}  {copy.site or 'capture'} · {when} · {copy.words} words", f"    {copy.url}"]
    if copy.shared < 1 or copy.own:
        lines.insert(1, f"    {copy.shared:.0%} of the first text, {copy.own:.0%} of its own")
    lines += [f"    - {_short(each)}" for each in copy.cut]
    lines += [f"    + {_short(each)}" for each in copy.added]
    return "\n".join([*lines, ""])


def _short(text: str) -> str:
    told = " ".join(text.split())
    return told if len(told) <= 90 else told[:89] + "…"
