"""`scraper search`, `list`, `show`, `export`, `stats`: questions to the archive."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from scraper.cli import options
from scraper.cli.options import Row, Rows

if TYPE_CHECKING:
    from scraper.query import Filters, Hit

limit = click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many at most.")


@click.command(short_help="Search headlines, summaries and texts.")
@click.argument("words", nargs=-1, required=True)
@options.filters
@click.option("--newest", "order", flag_value="NEWEST", type=str, help="The newest first.")
@click.option("--all", "order", flag_value="BEST", type=str, help="The best of all matches, not of the newest 5,000.")
@limit
@options.database
@options.output
def search(words: tuple[str, ...], filters: Filters, order: str | None, limit: int, db: str) -> Rows:
    """Search headlines, summaries and texts; the best matches first.

    "phrases", AND, OR, NOT, -without, prefix* and (brackets) are understood; any other
    text is searched for as it stands.
    """
    from scraper.query import Marks, Order, Reader

    marks = Marks("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() else Marks()
    with Reader(db) as archive:
        hits = archive.search(_asked(words), filters, Order[order or "BEST_OF_NEWEST"], marks, limit)
    return Rows([_row(hit) for hit in hits], _hit)


def _asked(words: tuple[str, ...]) -> str:
    """The words as one question: what the shell took the quotes off of stays a phrase."""
    if len(words) == 1:
        return words[0]
    return " ".join(f'"{word}"' if " " in word and '"' not in word else word for word in words)


@click.command("list", short_help="List the articles, the newest first.")
@options.filters
@limit
@options.database
@options.output
def list_(filters: Filters, limit: int, db: str) -> Rows:
    """List the articles that were seen last for the first time."""
    from scraper.query import Reader

    with Reader(db) as archive:
        hits = archive.listing(filters, limit)
    return Rows([_row(hit) for hit in hits], _hit)


@click.command()
@click.argument("article", metavar="URL|ID")
@click.option("--markdown", "form", flag_value="markdown", type=str, help="As Markdown.")
@click.option("--json", "form", flag_value="json", type=str, help="The whole record.")
@click.option("--raw", "form", flag_value="raw", type=str, help="The page as it came, byte for byte.")
@options.database
def show(article: str, form: str | None, db: str) -> None:
    """Show one article, by its number or any address it was seen at."""
    from scraper import render
    from scraper.query import Reader

    with Reader(db) as archive:
        stored = archive.show(article)
        if form == "raw":
            sys.stdout.buffer.write(archive.page(stored.page))
        elif form == "json":
            click.echo(options.line(stored.record()))
        elif form == "markdown":
            click.echo(render.markdown(stored.article), nl=False)
        else:
            click.echo(render.text(stored.article) + f"\n{stored.article.url}")


@click.command(short_help="Write every article as a record.")
@options.filters
@click.option("--csv", "form", flag_value="csv", type=str, help="CSV with a header; lists as JSON.")
@click.option("--json", "form", flag_value="json", type=str, help="One JSON array.")
@click.option("--nl", "form", flag_value="nl", type=str, help="Newline-delimited JSON (default).")
@options.database
def export(filters: Filters, form: str | None, db: str) -> int:
    """Write every article as a record, the first seen first."""
    from scraper.query import Reader

    def rows() -> Iterator[Row]:
        with Reader(db) as archive:
            for stored in archive.everything(filters):
                yield stored.record()

    return options.write(Rows(rows(), options.line), form or "nl")


@click.command()
@click.option("--json", "form", flag_value="json", type=str, help="One JSON object.")
@options.database
def stats(form: str | None, db: str) -> None:
    """Count what the archive holds."""
    from scraper.query import Reader

    with Reader(db) as archive:
        told = archive.stats()
    if form == "json":
        click.echo(options.line(told))
        return
    for name, value in told.items():
        click.echo(f"{name.replace('_', ' '):14} {_counted(value)}")


def _counted(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_counted(count)}" for key, count in list(value.items())[:12])
    return f"{value:,}" if isinstance(value, int) else str(value or "")


def _row(value: Hit) -> Row:
    return {name: getattr(value, name) for name in value.__slots__}


def _hit(row: Row) -> str:
    told = " · ".join(
        str(each) for each in (row["site"], row["published"] or row["first_seen"], f"{row['words']} words") if each
    )
    lines = [f"#{row['id']}  {row['headline'] or '(no headline)'}", f"    {told}"]
    lines += [f"    {row['snippet']}"] if row["snippet"] else []
    return "\n".join([*lines, f"    {row['url']}", ""])
