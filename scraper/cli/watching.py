"""`scraper health` and `scraper doctor`: whether all is well, for people and for monitoring."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from scraper.cli import options
from scraper.cli.options import Row, Rows


@click.command(short_help="Say which sources, hosts and runs something is wrong with.")
@options.sources
@options.database
@options.output
def health(file: str, db: str) -> Rows:
    """Say what is wrong with what the crawl brings, a line each; nothing when all is well.

    \b
    silent      a source brings nothing for longer than it ever pauses
    drifted     its pages are read otherwise since a day: shorter, without a field, none at all
    unanswered  none of its feeds, sitemaps and pages answers
    refusing    a host refuses or fails nearly every request
    robots      its robots.txt cannot be had, so nothing is asked
    run         runs are killed, fail, or do not come any more

    Sources that are paused or no longer in the file are left aside. A source that is too new has no rhythm yet.

    \b
    Exit status: 0 all well, 1 something is wrong.
    """
    from scraper import checkup

    found: list[object] = []

    def rows() -> Iterator[Row]:
        for each in checkup.complaints(db, datetime.now(UTC), _names(file)):
            found.append(each)
            since = each.since and each.since.isoformat(timespec="seconds")
            yield {"what": each.what, "who": each.who, "since": since, "said": each.said}

    return Rows(rows(), _complaint, lambda: 1 if found else 0)


def _names(file: str) -> set[str] | None:
    """The sources that are watched; None, all of the archive, where no file says."""
    from scraper import config

    if not os.path.isfile(file):
        return None
    return {each.name for each in config.read(options.text_of(file), file).sources if not each.paused}


def _complaint(row: Row) -> str:
    since = f"since {row['since'][:16].replace('T', ' ')}" if row["since"] else ""
    return f"{row['what']:<11} {row['who']:<30} {since:<22}  {row['said']}"


@click.command(short_help="Check installation, configuration, archive and disk.")
@options.sources
@options.database
@options.output
def doctor(file: str, db: str) -> Rows:
    """Check what the tool needs for its work, a line each: ok or fault. The network is not asked.

    Python and the libraries, SQLite with its full-text search, certificates, a page read in a worker process, the
    file of sources with every fault by its line, the archive (version, both files, quick verify, lock), the disk.

    \b
    Exit status: 0 all is fit, 1 there is a fault.
    """
    from pathlib import Path

    from scraper.doctor import Place, examine

    faults: list[object] = []

    def rows() -> Iterator[Row]:
        for each in examine(Place(Path(db), Path(file), file != options.DEFAULT_CONFIG), datetime.now(UTC)):
            faults.extend([] if each.is_ok else [each])
            yield {"verdict": "ok" if each.is_ok else "fault", "what": each.what, "said": each.said}

    return Rows(rows(), lambda row: "{verdict:<5}  {what:<12}  {said}".format(**row), lambda: 1 if faults else 0)
