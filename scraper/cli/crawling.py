"""`scraper crawl`, `schedule`, `receipts`: the daily work, its entry in cron, and its proof."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scraper.cli import options
from scraper.cli.options import Row, Rows
from scraper.errors import ConfigError

if TYPE_CHECKING:
    from scraper.config import Config
    from scraper.crawl import Options
    from scraper.fetch import Settings
    from scraper.guard import Guard
    from scraper.listing import Listing
    from scraper.models import Source


@click.command(short_help="Look at every source that is due, archive what is new or changed.")
@click.option("--only", metavar="SOURCE", help="This source only, by its name.")
@click.option("--urls", metavar="FILE|-", help="These addresses and nothing else, one a line; - is stdin.")
@click.option("--since", help="Only articles whose link is not older than this day.")
@click.option("--limit", type=click.IntRange(1), help="Article pages to ask for at most.")
@click.option("--all", "everything", is_flag=True, help="Everything known, due or not.")
@click.option("--time-budget", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="Stop after so long.")
@click.option(
    "--delay",
    type=click.FloatRange(0),
    help="Seconds between requests to a host.  [default: `gap` of the file, else 1]",
)
@click.option("--host-budget", type=click.IntRange(1), help="Requests to one host at most.")
@click.option("--workers", type=click.IntRange(1), help="Extraction processes.  [default: one for each core]")
@click.option("--keep-going", is_flag=True, help="Crawl the other sources when the file has an error in one.")
@click.option("--dry-run", is_flag=True, help="Say what is due and ask nobody.")
@click.option("--log", "form", type=click.Choice(["json"]), help="Each event as a line of JSON on stderr.")
@options.database
@options.surveying
def crawl(  # noqa: PLR0917  a parameter for each option
    db: str,
    file: str,
    settings: Settings,
    guard: Guard,
    dry_run: bool,
    form: str | None,
    keep_going: bool,
    urls: str | None,
    **asked: Any,
) -> int:
    """Look at every source that is due, fetch what is new or due again, archive it.

    Quiet but for one line at the end; progress on a terminal. SIGINT and SIGTERM finish
    what is on its way and leave; after a kill -9 the next run goes on where this one was.

    With --urls no source is looked at. What is known already is asked for when it is due, or with
    --all; from then on the addresses are visited like all others. Those without an article are named.

    \b
    Exit status: 0 done, or stopped by a signal or the time budget; 1 the file has an error in
    a source (with --keep-going), an address of --urls has no article, or the archive cannot
    be written; 2 wrong use; 3 another run is at work. A site that does not answer is told by
    `scraper health`.
    """
    from scraper import config
    from scraper import crawl as crawling
    from scraper.cli import progress

    told = config.Config() if urls and not os.path.isfile(file) else config.read(options.text_of(file), file)
    for fault in told.faults:
        if not keep_going:
            raise fault
        click.echo(f"scraper: {fault}", err=True)
    listing = _listing(urls, asked, told) if urls else None
    wanted = _options(asked, told, listing)
    sources = [source for source in told.sources if not source.paused]
    if dry_run:
        return _due(db, sources, wanted)
    with progress.watching(form) as watch:
        tally = crawling.run(Path(db), sources, wanted, crawling.Web(settings, guard), watch)
    click.echo(f"scraper crawl: {tally.line()}")
    failed = _failures(db, listing) if listing else False
    return 1 if told.faults or failed else 0


def _listing(name: str, asked: dict[str, Any], told: Config) -> Listing:
    """The addresses of `--urls`; lines that are none are named."""
    from scraper import listing

    if asked["only"] or asked["since"]:
        message = "--urls goes without --only and --since"
        raise click.UsageError(message)
    lines = sys.stdin if name == "-" else options.text_of(name).splitlines()
    found = listing.read(lines, "stdin" if name == "-" else name, told.sources)
    for fault in found.faults:
        click.echo(f"scraper: {fault}", err=True)
    return found


def _failures(db: str, listed: Listing) -> bool:
    """Names the addresses without an article, and how many wait; whether there is a failure, or a line that is none."""
    from scraper import listing, schema

    with closing(schema.reader(Path(db))) as reader:
        standing = list(listing.standing(reader, listed.urls))
    failed = [f"{each.url}: {each.said or each.state}" for each in standing if each.state in listing.FAILED]
    waiting = sum(each.state == "new" for each in standing)
    more = [f"{waiting:,} addresses are not asked yet, the same command goes on"] if waiting else []
    for line in (*failed, *more):
        click.echo(f"scraper: {line}", err=True)
    return bool(failed or listed.faults)


def _due(db: str, sources: list[Source], wanted: Options) -> int:
    from scraper import crawl as crawling
    from scraper import listing, schema

    listed = wanted.listing
    if listed:
        with closing(schema.reader(Path(db))) if os.path.isfile(db) else nullcontext() as reader:
            told = listing.due(reader, listed.urls, datetime.now(UTC))
        click.echo(f"{len(listed.urls):,} addresses: {told['new']:,} new, {told['due']:,} due")
        return 1 if listed.faults else 0
    for row in crawling.due(Path(db), sources, datetime.now(UTC), wanted):
        source = row["source"] or "of no source"
        click.echo(f"{source}: {row['looks']:,} to look at, {row['articles']:,} articles to ask for")
    return 0


def _options(asked: dict[str, Any], told: Config, listing: Listing | None) -> Options:
    from scraper.crawl import Options
    from scraper.visits import Wanted

    only = told.source(asked["only"]) if asked["only"] else None
    if asked["only"] and only is None:
        raise ConfigError(f"--only {asked['only']!r} is no source; `scraper sources list` names them")
    if only and only.paused:
        raise ConfigError(f"--only {only.name!r} is paused in the file")
    return Options(
        wanted=Wanted(only.name if only else None, _day(asked["since"])),
        limit=asked["limit"],
        everything=asked["everything"],
        time_budget=asked["time_budget"],
        delay=told.gap if asked["delay"] is None else asked["delay"],
        budget=asked["host_budget"] or told.host_budget,
        workers=asked["workers"],
        honoured=frozenset(told.honour),
        listing=listing,
    )


def _day(text: str | None) -> datetime | None:
    """A day or moment in ISO 8601, UTC where it names no zone."""
    if text is None:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"--since {text!r} is no day or moment like 2024-05-03 or 2024-05-03T18:00") from error
    return when if when.tzinfo else when.replace(tzinfo=UTC)


@click.command(short_help="What was asked of a host, when, under which robots line.")
@click.argument("host")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
@options.database
@options.output
def receipts(host: str, limit: int, db: str) -> Rows:
    """The newest requests to a host: time, answer, the gap kept since the request before, the line of
    robots.txt that allowed it. HOST may be any address there."""
    from scraper import receipts as told

    found = list(told.of_host(db, host, limit))
    if not found:
        click.echo(f"scraper: nothing was ever asked of {host}", err=True)
    return Rows(found, _receipt)


@click.command(short_help="What each crawl did, the newest first.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many at most.")
@options.database
@options.output
def runs(limit: int, db: str) -> Rows:
    """The newest runs of `scraper crawl`: when, how long, how it ended, what it did.

    A run is running, done, stopped by a signal or its time budget, killed, or failed.
    """
    from scraper import runs as told

    return Rows(told.newest(db, limit), _run)


def _run(row: Row) -> str:
    from scraper import runs as told

    took = "" if row["seconds"] is None else f"{row['seconds']:,.0f} s"
    return f"{row['started'][:19].replace('T', ' ')}  {took:>8}  {row['status']:<8}  {told.told(row)}"


def _receipt(row: Row) -> str:
    gap = "first" if row["gap"] is None else f"+{row['gap']:.2f} s"
    said = row["status"] or row["error"] or "no answer"
    return f"{row['at'][:19]}  {gap:>10}  {said!s:>4}  {row['requested']}  {row['robots'] or ''}".rstrip()


@click.command(short_help="Print the entry that runs the crawl regularly.")
@click.argument("system", type=click.Choice(["cron", "systemd"]))
@click.option("--minutes", type=click.IntRange(1, 59), default=15, show_default=True, help="Between two runs.")
@options.sources
@options.database
def schedule(system: str, minutes: int, file: str, db: str) -> None:
    """Print the entry that runs `scraper crawl` every so many minutes in this folder.

    A run that finds another one at work leaves at once, so the interval may be short.
    """
    command = f"{shlex.quote(_program())} crawl --db {shlex.quote(os.path.abspath(db))}"
    if file != options.DEFAULT_CONFIG:
        command += f" --config {shlex.quote(os.path.abspath(file))}"
    folder = os.getcwd()
    told = {"command": command, "folder": shlex.quote(folder) if system == "cron" else folder}
    told = {name: value.replace("%", _PERCENT[system]) for name, value in told.items()}
    click.echo(_ENTRIES[system].format(**told, minutes=minutes), nl=False)


_PERCENT = {"cron": r"\%", "systemd": "%%"}
"""A percent sign ends a line of cron, and begins a specifier of systemd."""

_ENTRIES = {
    "cron": "*/{minutes} * * * * cd {folder} && {command} 2>&1 >> crawl.log | grep -v 'another run'\n",
    "systemd": """\
# ~/.config/systemd/user/scraper.service
[Unit]
Description=scraper crawl

[Service]
Type=oneshot
WorkingDirectory={folder}
ExecStart={command}
KillMode=mixed
SuccessExitStatus=3

# ~/.config/systemd/user/scraper.timer, then: systemctl --user enable --now scraper.timer
[Unit]
Description=scraper crawl every {minutes} minutes

[Timer]
OnBootSec=2min
OnUnitInactiveSec={minutes}min

[Install]
WantedBy=timers.target
""",
}


def _program() -> str:
    return sys.argv[0] if os.path.isabs(sys.argv[0]) else os.path.abspath(sys.argv[0])
