"""The command line: arguments to values, one call, values to lines.

Modules that cost time to import are imported inside the commands that need them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import click

from scraper.cli import (
    asking,
    bringing,
    changing,
    crawling,
    explaining,
    extracting,
    fetching,
    sources,
    storied,
    vault,
    watching,
)
from scraper.errors import ScraperError

COMMANDS: tuple[click.Command, ...] = (
    sources.sources,
    sources.discover,
    fetching.fetch,
    fetching.keep,
    bringing.import_,
    extracting.extract,
    crawling.crawl,
    crawling.schedule,
    crawling.runs,
    crawling.receipts,
    watching.health,
    watching.doctor,
    asking.search,
    asking.list_,
    asking.show,
    changing.history,
    changing.diff,
    changing.edits,
    changing.headlines,
    explaining.explain,
    explaining.reextract,
    asking.export,
    storied.stories,
    storied.story,
    asking.stats,
    vault.verify,
    vault.repair,
    vault.prove,
    vault.merge,
    vault.slice_,
    vault.prune,
    vault.warc,
)


class _InOrder(click.Group):
    """Commands stand in the order of the way of a page."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)


@click.group(cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="news-scraper", prog_name="scraper")
@click.option("--debug", is_flag=True, help="Show a traceback when the program itself is at fault.")
def cli(debug: bool) -> None:
    """Archive news pages as clean records.

    \b
    Exit status: 0 done, 1 some pages failed, 2 wrong use,
    3 another run holds the lock, 4 the archive is damaged.
    """


for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """The entry point `scraper`: one line on stderr for whatever goes wrong, and the exit status it means."""
    sys.exit(_status(lambda: cli.main(prog_name="scraper", standalone_mode=False)))


def _status(run: Callable[[], object]) -> int:
    try:
        status = run()
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except (BrokenPipeError, SystemExit):
        # whoever read our lines has had enough, as `head` does; click says that with SystemExit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
        return 0
    except (KeyboardInterrupt, click.Abort):
        return _said("stopped", 130)
    except ScraperError as error:
        return _said(str(error), error.exit_code)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except Exception as error:  # the one place where nothing may get past
        if "--debug" in sys.argv:
            raise
        return _said(f"a fault in this program, please report it: {error!r}; --debug shows where", 1)


def _said(message: str, status: int) -> int:
    click.echo(f"scraper: {message}", err=True)
    return status
