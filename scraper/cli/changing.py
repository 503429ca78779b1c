"""`scraper history`, `diff`, `edits`, `headlines`: what happened to articles after they were first seen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from scraper.cli import options
from scraper.cli.options import Row, Rows

if TYPE_CHECKING:
    from scraper.history import Difference, Event, Variant
    from scraper.query import Filters

article = click.argument("article", metavar="URL|ID")


@click.command(short_help="Show what happened to an article.")
@article
@options.database
@options.atom
@options.output
def history(article: str, db: str) -> Rows:
    """Show what happened to an article: every change of its wording and its status, the first sight first."""
    from scraper import history as asked

    with asked.History(db) as archive:
        found = archive.history(article)
    feed = lambda: asked.feed(found, f"History of {found[0].url}", f"{found[0].url}#history")  # noqa: E731
    return Rows([_row(event) for event in found], _event, feed=feed)


@click.command(short_help="Compare two wordings of an article.")
@article
@click.argument("old", required=False, type=click.IntRange(1), metavar="[A")
@click.argument("new", required=False, type=click.IntRange(1), metavar="B]")
@click.option("--html", "form", flag_value="html", type=str, help="A page of HTML.")
@click.option("--json", "form", flag_value="json", type=str, help="The changes with their kinds, as JSON.")
@click.option("--atom", "form", flag_value="atom", type=str, help="The changes as an Atom feed.")
@options.database
def diff(article: str, old: int | None, new: int | None, form: str | None, db: str) -> None:
    """Compare two wordings of an article word by word: the last two, or those numbered A and B.

    Words that went stand in [-…-], words that came in {+…+}; on a terminal they are red and green.
    """
    from scraper.history import History

    with History(db) as archive:
        click.echo(_written(archive.diff(article, old, new), form), nl=False)


def _written(told: Difference, form: str | None) -> str:
    from scraper import difference, history

    if form == "json":
        return options.line(told.record()) + "\n"
    if form == "atom":
        return history.feed(told.events(), f"Changes of {told.url}", f"{told.url}#diff-{told.old}-{told.new}")
    if form == "html":
        return difference.page(told.before, told.after, f"{told.url}: {told.old} to {told.new}")
    return difference.text(told.before, told.after, difference.COLOURED if sys.stdout.isatty() else difference.PLAIN)


@click.command(short_help="List what changed in all articles.")
@click.option("--kind", "kinds", multiple=True, help="Only changes of this kind, e.g. number. Repeatable.")
@options.filters
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="How many at most.")
@options.database
@options.atom
@options.output
def edits(kinds: tuple[str, ...], filters: Filters, limit: int, db: str) -> Rows:
    """List what changed in all articles, the newest first.

    Kinds: headline, number, quote, name, "correction note", addition, removal, moved, wording, paywalled,
    vanished, restored. Here --since and --until are about the time of the change.
    """
    from scraper import history as asked

    with asked.History(db) as archive:
        found = archive.edits(kinds, filters, limit)
    told = [*kinds, *(each for each in (filters.site, filters.author, filters.section, filters.language) if each)]
    name = ":".join(["urn:news-scraper:edits", *told]).replace(" ", "-")
    feed = lambda: asked.feed(found, ", ".join(["Edits", *told]), name)  # noqa: E731
    return Rows([_row(event) for event in found], _edit, feed=feed)


@click.command(short_help="Show every headline an article had.")
@article
@options.database
@options.atom
@options.output
def headlines(article: str, db: str) -> Rows:
    """Show every wording of the headline, where it stood, and from when to when.

    "by turns" are wordings that one place showed in the same time: a test of headlines, as a rule.
    """
    from scraper import history as asked

    with asked.History(db) as archive:
        found = archive.headlines(article)
        url = archive.show(article).article.url or article
    return Rows([_row(variant) for variant in found], _variant, feed=lambda: asked.feed_of(found, url))


def _row(value: Event | Variant) -> Row:
    return {name: getattr(value, name) for name in value.__slots__}


def _event(row: Row) -> str:
    """When and what, with the words."""
    return f"{_minute(row['at'])}  {row['revision']:>3}  {row['kind']:<15}  {_line(row['words'])}".rstrip()


def _edit(row: Row) -> str:
    return f"{_minute(row['at'])}  {row['kind']:<15}  {_line(row['words'])}\n{'':18}{row['url']}"


def _variant(row: Row) -> str:
    seen = f"{_minute(row['first_seen'])} to {_minute(row['last_seen'])}"
    return f"{row['place']:<10}  {seen}  {row['state']:<10}  {'* ' * row['chosen']}{row['text']}"


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


_WIDEST = 200


def _line(text: Any) -> str:
    line = " ".join(str(text).split())
    return line if len(line) <= _WIDEST else line[: _WIDEST - 1] + "…"
