"""`scraper sources` and `scraper discover`: what is watched, and what is found there."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import click

from scraper.cli import options
from scraper.cli.options import Row, Rows
from scraper.errors import ConfigError

if TYPE_CHECKING:
    from scraper.config import Config
    from scraper.discover import Answer
    from scraper.fetch import Settings
    from scraper.guard import Guard
    from scraper.models import Endpoint, Found, Link, Source
    from scraper.survey import Survey


@click.group(short_help="The sources that are watched: list, add, check, import, export.")
def sources() -> None:
    """The sources that are watched, as `data/sources.toml` declares them."""


@sources.command("list")
@options.sources
@options.output
def list_(file: str) -> Rows:
    """List the sources."""
    told = _config(file).sources
    return Rows(({"name": each.name, "home": each.home, "paused": each.paused} for each in told), _name_and_home)


@sources.command()
@click.argument("url")
@click.option("--name", help="What to call it.  [default: its host]")
@click.option("--dry-run", is_flag=True, help="Show what is found and write nothing.")
@options.surveying
@options.output
def add(  # noqa: PLR0917  a parameter for each option
    url: str, name: str | None, dry_run: bool, file: str, settings: Settings, guard: Guard
) -> Rows:
    """Look for the feeds and sitemaps of a site, show them, and write the source into the file.

    The entry is written at the end of the file, which otherwise stays as it is. It says no more than the home page:
    feeds and sitemaps are found again by the crawl, and followed when they move. Of a feed's address that feed is
    watched, with the site it stands on.
    """
    from scraper import config

    old = options.text_of(file) if os.path.isfile(file) else ""
    source = _declared({"home": url} | ({"name": name} if name else {}))
    told = config.parse(config.added(old, source), file)  # says where, if it is there already
    found = _survey(told, settings, guard).found(source)
    new = config.added(old, _with_its_home(source, found))
    config.parse(new, file)
    rows = [_endpoint(each) for each in found.endpoints if each.state != "new"]  # guesses that nobody answered
    alive = any(each.state == "alive" for each in found.endpoints)
    if alive and not dry_run:
        _write(file, new)
    _say(*found.notes, f"{len(found.links)} links; {_outcome(file, alive, dry_run)}")
    return Rows(rows, _people_endpoint, lambda: 0 if alive else 1)


def _with_its_home(source: Source, found: Found) -> Source:
    """The source as it is to be written: of a feed's address, the site it stands on with this feed."""
    from dataclasses import replace

    from scraper import urls

    is_feed = any(each.url == source.home and each.kind == "feed" for each in found.endpoints)
    home = urls.join(source.home, "/") if is_feed else None
    return replace(source, home=home, feeds=(source.home,)) if home else source


def _outcome(file: str, alive: bool, dry_run: bool) -> str:
    if not alive:
        return "nothing answered, so nothing is written"
    return "nothing is written (--dry-run)" if dry_run else f"written into {file}"


@sources.command()
@options.sources
def check(file: str) -> int:
    """Read the file, and say what is wrong in it, a line for each source that has a fault."""
    from scraper import config

    told = config.read(options.text_of(file), file)
    _say(*map(str, told.faults))
    click.echo(f"{file}: {len(told.sources)} sources, {len(told.faults)} with faults")
    return 2 if told.faults else 0


@sources.command("import")
@click.argument("opml", metavar="FILE.opml")
@options.sources
def import_(opml: str, file: str) -> None:
    """Add the feeds of another reader, a source for each site. What is there already stays as it is."""
    from scraper import config
    from scraper.cli.fetching import contents
    from scraper.opml import read

    text = options.text_of(file) if os.path.isfile(file) else ""
    told = config.parse(text, file)
    names = {each.name for each in told.sources}
    fresh = [each for each in read(contents(opml).decode("utf-8-sig", "replace"), opml) if not told.source(each.home)]
    for each in fresh:
        text = config.added(text, _renamed(each, names))
    if fresh:
        config.parse(text, file)
        _write(file, text)
    click.echo(f"{len(fresh)} sources added to {file}")


def _renamed(source: Source, names: set[str]) -> Source:
    """The source under a name that no other has: two papers of one host are told apart by their home pages."""
    from dataclasses import replace

    unlike = source if source.name not in names else replace(source, name=source.home)
    names.add(unlike.name)
    return unlike


@sources.command()
@options.sources
@options.database
def export(file: str, db: str) -> None:
    """Print the sources as OPML, for feed readers: with the feeds that are declared, else those that a crawl found."""
    from scraper.opml import write

    click.echo(write(_with_their_feeds(_config(file).sources, db)), nl=False)


def _with_their_feeds(told: Iterable[Source], db: str) -> Iterator[Source]:
    from contextlib import closing
    from dataclasses import replace
    from pathlib import Path

    from scraper import schema, visits

    if not os.path.isfile(db):
        yield from told
        return
    with closing(schema.reader(Path(db))) as reader:
        for each in told:
            known = () if each.feeds else visits.endpoints(reader, each.name)
            found = tuple(visit.url for visit in known if (visit.kind, visit.state) == ("feed", "live"))
            yield replace(each, feeds=each.feeds or found)


@click.command(short_help="Print the links that a source or a site has now.")
@click.argument("source", metavar="SOURCE|URL")
@click.option("--endpoints", is_flag=True, help="The feeds, sitemaps and sections instead of the links.")
@options.surveying
@options.output
def discover(source: str, endpoints: bool, file: str, settings: Settings, guard: Guard) -> Rows:
    """Print the links to articles that a source has now, a JSON object a line.

    SOURCE is a name in the file of sources, or any home page. robots.txt is obeyed, and a second lies between two
    requests; what could not be had is told on stderr.
    """
    told = _config(file) if os.path.isfile(file) else _no_config()
    wanted = told.source(source) or _declared({"home": source})
    found = _survey(told, settings, guard).found(wanted)
    _say(*found.notes)
    return Rows(_rows(found, endpoints), options.line, lambda: 0 if found.links else 1)


def _rows(found: Found, endpoints: bool) -> Iterator[Row]:
    yield from map(_endpoint, found.endpoints) if endpoints else map(_link, found.links)


def _link(link: Link) -> Row:
    return {
        "url": link.url,
        "headline": link.headline,
        "place": str(link.place),
        "rank": link.rank,
        "found_at": link.found_at,
        "published": link.published and link.published.isoformat(),
        "modified": link.modified and link.modified.isoformat(),
        "variants": [{"text": each.text, "place": each.place} for each in link.variants],
    }


def _endpoint(endpoint: Endpoint) -> Row:
    return {
        "kind": endpoint.kind,
        "state": endpoint.state,
        "url": endpoint.url,
        "moved_to": endpoint.moved_to,
        "title": endpoint.title,
    }


def _people_endpoint(row: Row) -> str:
    more = f"→ {row['moved_to']}" if row["moved_to"] else row["title"] or ""
    return f"{row['kind']:8} {row['state']:7} {row['url']}  {more}".rstrip()


def _name_and_home(row: Row) -> str:
    return f"{row['name']:30} {row['home']}" + ("  (paused)" if row["paused"] else "")


# --- the file, and the web ----------------------------------------------------


def _config(file: str) -> Config:
    from scraper import config

    return config.parse(options.text_of(file), file)


def _no_config() -> Config:
    from scraper.config import Config

    return Config()


def _declared(table: dict[str, str]) -> Source:
    from scraper import config
    from scraper.errors import Unusable

    try:
        return config.named(table)
    except Unusable as error:
        raise ConfigError(f"{table['home']}: neither a source in the file nor the address of a home page") from error


def _survey(told: Config, settings: Settings, guard: Guard) -> Survey:
    from scraper.survey import Survey

    return Survey(settings, guard, told.gap, _watching())


def _watching() -> Callable[[str, Answer], None]:
    """On a terminal each request is a line, for patience."""
    if not sys.stderr.isatty():
        return lambda *_: None
    return lambda url, answer: click.echo(f"  {getattr(answer, 'status', None) or '-'}  {url}", err=True)


def _say(*lines: str) -> None:
    for line in lines:
        click.echo(f"scraper: {line}", err=True)


def _write(file: str, text: str) -> None:
    """The file replaced as a whole: a fault on the way leaves the old one."""
    folder = os.path.dirname(file)
    if folder:
        os.makedirs(folder, exist_ok=True)
    beside = f"{file}.new"
    try:
        with open(beside, "w", encoding="utf-8") as out:
            out.write(text)
        os.replace(beside, file)
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror or error}") from error
