"""Options that are the same everywhere, and rows in the format that was asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from scraper.errors import ConfigError

if TYPE_CHECKING:
    from scraper.fetch import Settings
    from scraper.guard import Guard
    from scraper.query import Filters

Command = Callable[..., Any]
Row = dict[str, Any]

database = click.option(
    "--db",
    type=click.Path(dir_okay=False),
    default="data/archive.db",
    envvar="SCRAPER_DB",
    show_default=True,
    show_envvar=True,
    help="The archive.",
)

DEFAULT_CONFIG = "data/sources.toml"


def network(command: Command) -> Command:
    """Adds `--config` and `--allow-address`; the command gets `settings` and `guard` instead."""
    return _asking(command, lambda _: {})


def surveying(command: Command) -> Command:
    """The same for a command that wants `file`, the path of the sources, too."""
    return _asking(command, lambda path: {"file": path or DEFAULT_CONFIG})


def _asking(command: Command, more: Callable[[str | None], dict[str, str]]) -> Command:
    @wraps(command)
    def wrapped(*args: Any, config: str | None, allow_address: tuple[str, ...], **kwargs: Any) -> Any:
        settings, guard = _network(config, allow_address)
        return command(*args, settings=settings, guard=guard, **more(config), **kwargs)

    told = click.option(
        "--config",
        type=click.Path(),
        envvar="SCRAPER_CONFIG",
        show_envvar=True,
        help=f"The sources, contact and allowed addresses.  [default: {DEFAULT_CONFIG}]",
    )(wrapped)
    return click.option(
        "--allow-address",
        metavar="NETWORK[:PORT]",
        multiple=True,
        help="Ask this network although it is not public, e.g. 127.0.0.1:8000. Repeatable.",
    )(told)


def sources(command: Command) -> Command:
    """Adds `--config`; the command gets `file`, the path it stands for, instead."""

    @wraps(command)
    def wrapped(*args: Any, config: str | None, **kwargs: Any) -> Any:
        return command(*args, file=config or DEFAULT_CONFIG, **kwargs)

    return click.option(
        "--config",
        type=click.Path(),
        envvar="SCRAPER_CONFIG",
        show_envvar=True,
        help=f"The sources.  [default: {DEFAULT_CONFIG}]",
    )(wrapped)


def _network(path: str | None, allowed: tuple[str, ...]) -> tuple[Settings, Guard]:
    from scraper import config
    from scraper.fetch import Settings
    from scraper.guard import Guard

    file = path or DEFAULT_CONFIG
    told = config.read(text_of(file), file) if path or os.path.isfile(file) else config.Config()
    return Settings(contact=told.contact), Guard.allowing([*told.allow_address, *allowed])


def text_of(path: str) -> str:
    """A configuration file as it stands. Raises `ConfigError`."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def filters(command: Command) -> Command:
    """Adds the options that narrow a list; the command gets `filters` instead."""

    @wraps(command)
    def wrapped(
        *args: Any,
        site: str | None,
        since: str | None,
        until: str | None,
        author: str | None,
        section: str | None,
        lang: str | None,
        **kwargs: Any,
    ) -> Any:
        from scraper.query import Filters

        told: Filters = Filters(site, since, until, author, section, lang)
        return command(*args, filters=told, **kwargs)

    wanted = (
        ("--lang", "Language, e.g. de."),
        ("--section", "Section, as the page names it."),
        ("--author", "Part of an author's name."),
        ("--until", "Published on this day or before: 2024-05-03 or 2024-05-03T18:00."),
        ("--since", "Published on this day or after."),
        ("--site", "Host of the site, with or without www."),
    )
    told: Command = wrapped
    for name, text in wanted:
        told = click.option(name, help=text)(told)
    return told


def output(command: Command) -> Command:
    """Adds `--json --nl --csv --table`; the command gives rows, and how to write one for people."""

    @wraps(command)
    def wrapped(*args: Any, form: str | None, **kwargs: Any) -> int:
        return write(command(*args, **kwargs), form)

    told: Command = wrapped
    for name, text in (
        ("table", "Rows as an aligned table."),
        ("csv", "Rows as CSV with a header."),
        ("nl", "Newline-delimited JSON."),
        ("json", "One JSON array."),
    ):
        told = click.option(f"--{name}", "form", flag_value=name, type=str, help=text)(told)
    return told


atom = click.option("--atom", "form", flag_value="atom", type=str, help="An Atom feed.")
"""For commands whose rows can be a feed; stands above `output`."""


class Rows:
    """What a command has to say: rows, and each for people; `status` is asked for when they are all out.

    `feed` gives the same as Atom.
    """

    def __init__(
        self,
        rows: Iterable[Row],
        people: Callable[[Row], str],
        status: Callable[[], int] = lambda: 0,
        feed: Callable[[], str] = str,
    ) -> None:
        self.rows = rows
        self.people = people
        self.status = status
        self.feed = feed


def write(said: Rows, form: str | None) -> int:
    if form == "json":
        _array(said.rows)
    elif form == "nl":
        for row in said.rows:
            click.echo(line(row))
    elif form == "csv":
        _csv(said.rows)
    elif form == "atom":
        click.echo(said.feed(), nl=False)
    elif form == "table":
        _table(list(said.rows))
    else:
        for row in said.rows:
            click.echo(said.people(row))
    return said.status()


def line(row: Row) -> str:
    """One row as one line of JSON."""
    import json

    return json.dumps(row, ensure_ascii=not _speaks_unicode(), default=str)


def _speaks_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def _array(rows: Iterable[Row]) -> None:
    """Row by row, so that an archive of any size can be written."""
    mark = "["
    for row in rows:
        click.echo(mark + line(row), nl=False)
        mark = ",\n "
    click.echo("]" if mark != "[" else "[]")


def _csv(rows: Iterable[Row]) -> None:
    names: list[str] = []
    for row in rows:
        if not names:
            names = list(row)
            click.echo(_record(names), nl=False)
        click.echo(_record([_cell(row.get(name)) for name in names]), nl=False)


def _record(cells: list[str]) -> str:
    import csv
    import io

    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> str:
    import json

    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_WIDEST = 60


def _table(rows: list[Row]) -> None:
    if not rows:
        return
    names = [name for name in rows[0] if not isinstance(rows[0][name], list | dict)]
    cells = [names, *([_short(row.get(name)) for name in names] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(names))]
    for row in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _short(value: Any) -> str:
    text = " ".join(_cell(value).split())
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def lines_of(stream: Iterable[str]) -> Iterator[str]:
    """The non-empty lines of a stream, stripped; a `#` line is a remark."""
    return (text for each in stream if (text := each.strip()) and not text.startswith("#"))
