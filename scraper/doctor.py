"""Whether the installation, the configuration, the archive and the disk are fit for work: a finding each."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as TooLong
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module, metadata
from pathlib import Path

from scraper.errors import ArchiveError, ConfigError

PACKAGE = "news-scraper"

OLDEST_SQLITE = (3, 35, 0)
"""The first with `returning`."""

WEEK = 7
"""Days for which there should be room: long enough to notice and to act."""

LEAST_ROOM = 100 << 20
"""Bytes below which no disk is fit: SQLite's log and the pages of one run."""

PATIENCE = 60.0
"""Seconds for a worker to start and read one small page."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is fit, and in words."""

    what: str
    is_ok: bool
    said: str


Findings = Iterator[Finding]


@dataclass(frozen=True, slots=True)
class Place:
    """What is looked at: the archive, the file of sources, and whether somebody named that file."""

    archive: Path
    sources: Path
    is_named: bool = False


def examine(place: Place, now: datetime) -> Findings:
    """Everything, the installation first. Asks nothing of the network."""
    checks: tuple[tuple[str, Callable[[], Findings]], ...] = (
        ("python", _python),
        ("libraries", _libraries),
        ("sqlite", _sqlite),
        ("certificates", lambda: _certificates(now)),
        ("workers", _workers),
        ("sources", lambda: _sources(place)),
        ("archive", lambda: _archive(place.archive)),
        ("disk", lambda: _disk(place.archive, now)),
    )
    for what, check in checks:
        try:
            yield from check()
        except (ImportError, OSError, ArchiveError, sqlite3.Error) as error:
            yield Finding(what, is_ok=False, said=str(error))


# --- the installation ---------------------------------------------------------


def _python() -> Findings:
    told = f"{platform.python_version()} on {platform.system()}, {sys.executable}"
    yield Finding("python", sys.version_info >= (3, 11), told)


def _libraries() -> Findings:
    """Each library we name, with its version; what is missing, too old or does not import is a fault."""
    modules: dict[str, list[str]] = {}
    for module, packages in metadata.packages_distributions().items():
        for package in packages:
            modules.setdefault(_plain(package), []).append(module)
    fit: list[str] = []
    for wanted in metadata.requires(PACKAGE) or []:
        if "extra ==" in wanted:
            continue
        name = re.split(r"[^A-Za-z0-9._-]", wanted, maxsplit=1)[0]
        fault = _fault(name, wanted, modules.get(_plain(name), []))
        if fault:
            yield Finding("libraries", is_ok=False, said=fault)
        else:
            fit.append(f"{name} {metadata.version(name)}")
    yield Finding("libraries", bool(fit), ", ".join(fit))


def _fault(name: str, wanted: str, modules: list[str]) -> str | None:
    try:
        found = metadata.version(name)
        for module in modules:
            if not module.startswith("_"):
                import_module(module)
    except metadata.PackageNotFoundError:
        return f"{name} is not installed"
    except ImportError as error:
        return f"{name} does not import: {error}"
    return None if fits(found, wanted) else f"{name} is {found}, wanted is {wanted}"


def fits(version: str, wanted: str) -> bool:
    """Whether a version is within the bounds of a requirement like `httpx>=0.28.1,<0.29`."""
    bounds = re.findall(r"(>=|<)\s*([0-9.]+)", wanted)
    return all((_number(version) >= _number(bound)) == (sign == ">=") for sign, bound in bounds)


def _number(version: str) -> tuple[int, ...]:
    found = re.match(r"\d+(?:\.\d+)*", version)
    parts = [int(each) for each in found[0].split(".")] if found else []
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _sqlite() -> Findings:
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            db.execute("create virtual table words using fts5 (word)")
        except sqlite3.OperationalError as error:
            yield Finding("sqlite", is_ok=False, said=f"{sqlite3.sqlite_version} without full-text search: {error}")
            return
    yield Finding("sqlite", sqlite3.sqlite_version_info >= OLDEST_SQLITE, f"{sqlite3.sqlite_version} with FTS5")


def _certificates(now: datetime) -> Findings:
    from scraper.fetch import authorities

    valid = authorities(now)
    said = f"{valid} certificate authorities are trusted" if valid else "no certificate authority is trusted"
    yield Finding("certificates", valid > 0, said)


_PAGE = (
    b"<html><head><title>Notice</title></head><body><h1>Notice</h1><p>One page for a worker to read.</p></body></html>"
)


def _workers() -> Findings:
    """A page read in a process of its own, as the crawl does."""
    from scraper.crew import Crew
    from scraper.errors import ExtractError, ScraperError
    from scraper.models import Page

    with Crew(1, PATIENCE) as crew:
        try:
            answer = crew.read(Page("https://news.example/notice", _PAGE, 200, (), datetime.now(UTC))).result(PATIENCE)
        except TooLong:
            yield Finding("workers", is_ok=False, said=f"no process was ready within {PATIENCE:g} s")
            return
    failed = isinstance(answer, ScraperError) and not isinstance(answer, ExtractError)
    said = str(answer) if failed else f"a page was read in a process of its own; {os.cpu_count()} processors"
    yield Finding("workers", not failed, said)


# --- what it works on ---------------------------------------------------------


def _sources(place: Place) -> Findings:
    """Every fault of the file by its line."""
    from scraper import config

    if not place.sources.is_file():
        yield Finding("sources", not place.is_named, f"no file {place.sources}; `scraper sources add URL` makes one")
        return
    try:
        text = place.sources.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        yield Finding("sources", is_ok=False, said=f"{place.sources}: {error}")
        return
    try:
        told = config.read(text, str(place.sources))
    except ConfigError as error:
        yield Finding("sources", is_ok=False, said=str(error))
        told = config.read(_without_settings(text), str(place.sources))
    for fault in told.faults:
        yield Finding("sources", is_ok=False, said=str(fault))
    paused = sum(each.paused for each in told.sources)
    yield Finding("sources", is_ok=True, said=f"{place.sources}: {len(told.sources)} sources, {paused} paused")


def _without_settings(text: str) -> str:
    """The sources on the lines they stand on, so that a fault before them hides none of theirs."""
    begin = re.search(r"^[ \t]*\[\[", text, re.MULTILINE)
    at = begin.start() if begin else len(text)
    return "\n" * text.count("\n", 0, at) + text[at:]


def _archive(path: Path) -> Findings:
    from scraper import schema, verify

    if not path.exists():
        folder = next(each for each in (path.absolute().parent, *path.absolute().parents) if each.exists())
        said = (
            f"none at {path} yet; the first command that writes makes it"
            if _may_write(folder)
            else (f"none at {path}, and {folder} may not be written")
        )
        yield Finding("archive", _may_write(folder), said)
        return
    pages = schema.pages_path(path)
    files = [each for each in (path, pages) if each.exists()]
    shut = [str(each) for each in (*files, path.absolute().parent) if not _may_write(each)]
    version = _version(path)
    told = "" if version == schema.VERSION else f", the next command that writes makes it {schema.VERSION}"
    yield Finding("archive", version <= schema.VERSION, f"{path}: version {version}{told}")
    if shut:
        yield Finding("archive", is_ok=False, said=f"may not be written: {', '.join(shut)}")
    if version == schema.VERSION:
        faults = list(verify.faults(path, "quick"))
        yield from (Finding("archive", is_ok=False, said=str(each)) for each in faults[:10])
        said = "structure and references are whole" if not faults else f"{len(faults)} faults; `scraper repair` mends"
        yield Finding("archive", not faults, said)
        yield from _lock(path)


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK)


def _version(path: Path) -> int:
    from scraper import schema

    with schema.translated(path), closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
        if db.execute("pragma application_id").fetchone()[0] != schema.APPLICATION_ID:
            raise ArchiveError(f"{path} is no archive")
        return int(db.execute("pragma user_version").fetchone()[0])


def _lock(path: Path) -> Findings:
    from scraper import runs, schema

    with closing(schema.reader(path)) as db:
        last = db.execute("select started, status from runs order by id desc limit 1").fetchone()
    began = last["started"][:16].replace("T", " ") if last else ""
    if runs.is_held(path):
        said = f"a run is at work, the last one began {began}" if began else "a run is at work"
    elif last and last["status"] == "running":
        said = f"free; the run of {began} was killed, the next one goes on where it was"
    else:
        said = "free"
    yield Finding("lock", is_ok=True, said=said)


# --- the disk -----------------------------------------------------------------


def _disk(path: Path, now: datetime) -> Findings:
    folder = next(each for each in (path.absolute().parent, *path.absolute().parents) if each.exists())
    files = [each for each in folder.iterdir() if each.name.startswith(f"{path.stem}.")] if path.exists() else []
    size = sum(each.stat().st_size for each in files)
    yield room(shutil.disk_usage(folder).free, size, size / max(_age(path, now), 1.0) if size else 0.0)


def room(free: int, size: int, growth: float) -> Finding:
    """Whether the disk is large enough; sizes in bytes, growth in bytes a day.

    As much as the archive should be free, because a repair writes it anew, and a week's growth.
    """
    said = f"{_size(free)} free, the archive takes {_size(size)}"
    if growth:
        said += f" and grows by {_size(growth)} a day: {_days(free / growth)} left"
    return Finding("disk", free >= max(LEAST_ROOM, size, WEEK * growth), said)


def _age(path: Path, now: datetime) -> float:
    """Days since the archive was first written."""
    from scraper import schema

    with closing(schema.reader(path)) as db:
        row = db.execute("select at from seals where number = 1").fetchone()
    return (now - datetime.fromisoformat(row[0])).total_seconds() / 86_400 if row else 1.0


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def _days(count: float) -> str:
    return f"{count:.0f} days" if count < 1000 else f"{count / 365:.0f} years"
