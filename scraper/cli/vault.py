"""`scraper verify`, `repair`, `prove`, `merge`, `slice`, `prune`, `warc`: whole, proved, carried about."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scraper.cli import bringing, options
from scraper.cli.options import Row, Rows

if TYPE_CHECKING:
    from scraper.query import Filters

folder = click.option("-o", "--output", "folder", required=True, type=click.Path(file_okay=False), help="The folder.")


@click.command(short_help="Check that the archive is whole.")
@click.option("--quick", is_flag=True, help="Structure and references only, no hash derived again.")
@options.database
@options.output
def verify(quick: bool, db: str) -> Rows:
    """Check that the archive is whole: files, references, index, chain, and every hash derived again.

    Prints each fault, row by row, and ends with status 4 when there is one.
    """
    from scraper import verify as verifying

    found: list[object] = []

    def rows() -> Iterator[Row]:
        for fault in verifying.faults(db, "quick" if quick else "full", bringing.progress()):
            found.append(fault)
            bringing.cleared()
            yield {"where": fault.where, "what": fault.what}

    def verdict() -> int:
        bringing.cleared()
        accepted = 0 if found else verifying.accepted(db)
        beside = f" but for {accepted} accepted losses, which the notes in `seals` name" if accepted else ""
        click.echo(f"scraper: {len(found)} faults" if found else f"scraper: the archive is whole{beside}", err=True)
        return 4 if found else 0

    return Rows(rows(), lambda row: f"{row['where']}: {row['what']}", verdict)


@click.command(short_help="Mend what can be made again.")
@click.option(
    "-o", "--output", "folder", type=click.Path(file_okay=False), help="Save what can be read of a torn archive here."
)
@click.option("--accept-loss", is_flag=True, help="Let go what cannot be mended, each loss noted in the chain.")
@options.database
@options.output
def repair(folder: str | None, accept_loss: bool, db: str) -> Rows:
    """Mend what can be made again: indexes, what is derived, records and texts from their pages.

    What cannot be made again is named and left as it is; the command ends with status 4 then. With --accept-loss it
    is let go: damaged pages are taken out, damaged texts stand as they are, and the chain of seals says of each.
    """
    from scraper import repair as repairing

    if folder and accept_loss:
        message = "--accept-loss is for the archive itself: save it with -o first"
        raise click.UsageError(message)
    counts = {"mended": 0, "accepted": 0, "left": 0}

    def rows() -> Iterator[Row]:
        found = (
            repairing.salvage(db, folder)
            if folder
            else repairing.repair(db, bringing.progress(), accept_loss=accept_loss)
        )
        for each in found:
            outcome = "mended" if each.is_mended else "accepted" if each.is_accepted else "left"
            counts[outcome] += 1
            bringing.cleared()
            yield {"where": each.where, "what": each.what, "outcome": outcome}

    def told() -> int:
        bringing.cleared()
        accepted = f"{counts['accepted']} losses accepted, " if accept_loss else ""
        click.echo(f"scraper: {counts['mended']} mended, {accepted}{counts['left']} could not be", err=True)
        return 4 if counts["left"] else 0

    return Rows(rows(), lambda row: f"{row['outcome']}  {row['where']}: {row['what']}", told)


@click.command(short_help="Write a folder that proves one article.")
@click.argument("article", metavar="URL|ID")
@folder
@options.database
def prove(article: str, folder: str, db: str) -> None:
    """Write a folder with page, headers, record and the chain of hashes around one article.

    A third person checks it with `sha256sum -c SHA256SUMS`.
    """
    from scraper import proof

    for each in proof.prove(db, article, folder):
        click.echo(str(each))


@click.command(short_help="Bring another archive into this one.")
@click.argument("others", nargs=-1, required=True, metavar="OTHER.db...")
@options.database
def merge(others: tuple[str, ...], db: str) -> int:
    """Bring everything of other archives into this one: in any order, twice or after a kill, with one result.

    What does not verify there is named and left behind (status 4); an archive that cannot be used is refused.
    """
    from scraper import merging
    from scraper.archive import Archive
    from scraper.errors import ScraperError

    worst = 0
    with Archive(db) as archive:
        for other in others:
            try:
                worst = max(worst, _told(other, merging.merge(archive, other, bringing.progress())))
            except ScraperError as error:
                click.echo(f"scraper: {error}", err=True)
                worst = max(worst, error.exit_code)
    return worst


def _told(name: str, merged: Any) -> int:
    bringing.cleared()
    for fault in merged.faults:
        click.echo(f"scraper: {fault}", err=True)
    click.echo(
        f"{name}: {merged.new} articles new, {merged.joined} joined, {merged.unchanged} unchanged, "
        f"{merged.pages} pages, {merged.fetches} requests"
    )
    return 4 if merged.faults else 0


@click.command("slice", short_help="Cut a smaller archive out of this one.")
@click.argument("words", nargs=-1)
@options.filters
@folder
@options.database
def slice_(words: tuple[str, ...], filters: Filters, folder: str, db: str) -> int:
    """Make a smaller archive, whole in itself, of the articles that match the words and the options."""
    from scraper import merging
    from scraper.query import Order, Reader

    with Reader(db) as archive:
        if words:
            hits = archive.search(" ".join(words), filters, Order.NEWEST, limit=len(archive) or 1)
            articles = {hit.id for hit in hits}
        else:
            articles = {stored.id for stored in archive.everything(filters)}
    return _told(folder, merging.cut(db, folder, articles, bringing.progress()))


@click.command(short_help="Take raw pages out, by age or size.")
@click.option("--older", metavar="AGE", help="Pages last fetched longer ago than this: 90d, 12h, 6w, 2y.")
@click.option("--size", metavar="SIZE", help="The oldest pages, until the rest takes no more than this: 20GB.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and take nothing out.")
@options.database
def prune(older: str | None, size: str | None, dry_run: bool, db: str) -> None:
    """Take raw pages out of the archive. Their records stay, and what went is written down.

    An article without its page is not read again by a better extractor. The room is used again for new pages.
    """
    from datetime import UTC, datetime

    from scraper import pruning
    from scraper.archive import Archive

    if not older and not size:
        message = "say --older or --size"
        raise click.UsageError(message)
    now = datetime.now(UTC)
    rule = pruning.Rule(now - pruning.age(older) if older else None, pruning.size(size) if size else None)
    with Archive(db) as archive:
        told = pruning.would(archive, rule) if dry_run else pruning.prune(archive, rule, now, bringing.progress())
    bringing.cleared()
    word = "would go" if dry_run else "pruned"
    click.echo(f"{told.pages:,} pages, {told.bytes:,} bytes {word}; {told.left:,} bytes stay")


@click.group(short_help="WARC files out of the archive and into it.")
def warc() -> None:
    """Carry pages out as WARC, for pywb and other tools, and WARC files in."""


@warc.command("export")
@click.argument("file", type=click.Path(dir_okay=False), metavar="FILE.warc.gz")
@options.database
def warc_export(file: str, db: str) -> None:
    """Write every page with its request, and every record as metadata. Reading it in gives the same archive."""
    from scraper import warc as warcs

    part = f"{file}.part"
    try:
        with open(part, "wb") as target:
            records = warcs.export(db, target, bringing.progress())
        os.replace(part, file)
    finally:
        Path(part).unlink(missing_ok=True)
    bringing.cleared()
    click.echo(f"{file}: {records:,} records")


@warc.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE.warc.gz...")
@bringing.workers
@options.database
def warc_import(files: tuple[str, ...], workers: int | None, db: str) -> int:
    """Read WARC files in, plain or gzip: our own, a crawler's, Common Crawl's news as it is.

    A broken record is named (status 1) and the rest goes on. Doing it twice changes nothing.
    """
    from scraper import warc as warcs

    return bringing.brought(warcs.bring, files, db, workers)
