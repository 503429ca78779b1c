"""`scraper import`: folders of saved pages, captures and WARC files into the archive."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

from scraper.cli import options

if TYPE_CHECKING:
    from scraper.archive import Archive
    from scraper.crew import Crew
    from scraper.intake import Imported
    from scraper.models import Progress

    Bring = Callable[[Archive, str, Crew, Progress], Imported]

workers = click.option("--workers", type=click.IntRange(1), help="Extraction processes.  [default: one for each core]")


@click.command("import", short_help="Archive folders of saved pages, and WARC files.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@workers
@options.database
def import_(paths: tuple[str, ...], workers: int | None, db: str) -> int:
    """Archive what is at hand: folders of saved pages and captures with all that is in them, single files, WARC.

    A page's address is what its file says it was saved from (browsers, SingleFile, HTTrack, MHTML), else what the
    page says is its own; the time it was seen is the file's. A folder with the images and frames of a page beside
    it is passed over. Doing it twice changes nothing; after a kill the next time goes on.

    \b
    Exit status: 0 every file is in the archive; 1 some cannot be read or are no article, each is named.
    """
    from scraper import folders

    return brought(folders.bring, paths, db, workers)


def brought(bring: Bring, paths: Iterable[str], db: str, workers: int | None) -> int:
    """A line for each path with what came of it, a line on stderr for each fault; the exit status."""
    from scraper.archive import Archive
    from scraper.crew import Crew
    from scraper.errors import Unusable

    status = 0
    with Archive(db) as archive, Crew(workers) as crew:
        for path in paths:
            try:
                told = bring(archive, path, crew, progress())
            except Unusable as error:
                click.echo(f"scraper: {error}", err=True)
                status = 1
                continue
            status = max(status, _told(path, told))
    return status


def _told(path: str, told: Imported) -> int:
    cleared()
    for fault in told.faults:
        click.echo(f"scraper: {fault}", err=True)
    counts = [f"{count:,} {name}" for name, count in sorted(told.outcomes.items())]
    counts += [f"{count:,} left out ({name})" for name, count in sorted(told.skipped.items())]
    click.echo(f"{path}: {', '.join(counts) or 'nothing'}; {len(told.faults):,} faults")
    return int(bool(told.faults))


def progress() -> Progress:
    """A line that is written over on a terminal; nothing where nobody looks."""
    if not sys.stderr.isatty():
        return lambda *_: None

    def tell(what: str, done: int, total: int) -> None:
        share = f" {done:,} of {total:,}" if total else f" {done:,}" if done else ""
        click.echo(f"{_CLEAR}{what}{share}", nl=False, err=True)

    return tell


def cleared() -> None:
    """The line of progress gone, for what is written now."""
    if sys.stderr.isatty():
        click.echo(_CLEAR, nl=False, err=True)


_CLEAR = "\r\x1b[K"
