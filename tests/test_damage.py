"""Bits flipped in the files are named wherever they lie in data; kills at any moment leave a whole archive.

SCRAPER_TORTURE=N does N times as much of it.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import zstandard

from scraper import extract, schema
from scraper.archive import Archive
from scraper.errors import ArchiveError
from scraper.verify import faults
from tests.archives import archive, said
from tests.pages import TEXT, html, page

TIMES = int(os.environ.get("SCRAPER_TORTURE", "1"))
FLIPS = 200 * TIMES
TABLES = ("articles", "urls", "revisions", "headlines", "dropped", "fetches", "seals", "amendments", "sums")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Archive(tmp_path / "news.db") as kept:
        for number in range(12):
            text = (*TEXT, f"Item {number} was adopted, “late”, after a long debate. " * 6, "It's over – for now.")
            each = page(html(*text), f"https://lund.example/{number}", hours=number)
            kept.keep(extract.article(each), each, extract.VERSION)
            each = page(html(*text[1:]), f"https://lund.example/{number}", hours=number + 20)
            kept.keep(extract.article(each), each, extract.VERSION)
    return tmp_path / "news.db"


def content(path: Path) -> Any:
    """Everything that is stored in rows, or None when it cannot be read."""
    told: list[Any] = []
    for file, tables in ((path, TABLES), (schema.pages_path(path), ("pages",))):
        connection = sqlite3.connect(f"{file.resolve().as_uri()}?immutable=1", uri=True)
        connection.text_factory = bytes
        try:
            told += [connection.execute(f"select * from {table} order by 1, 2").fetchall() for table in tables]
        except (sqlite3.Error, UnicodeDecodeError):
            return None
        finally:
            connection.close()
    told[-1] = [(digest, size, _unpacked(body)) for digest, size, body in told[-1]]
    return told


def _unpacked(body: bytes) -> bytes:
    """A page's bytes: zstd leaves a few bits of a frame unused, and what is in them changes no page."""
    try:
        return zstandard.ZstdDecompressor().decompress(body)
    except (zstandard.ZstdError, TypeError, MemoryError):  # no page any more, a number, or of any size
        return body


def named(path: Path) -> bool:
    try:
        return next(faults(path), None) is not None
    except ArchiveError:
        return True  # refused in one line: of another program, or of another version


def test_every_flipped_bit_that_lies_in_data_is_named(path: Path) -> None:
    chance = random.Random(11)
    whole = content(path)
    files = [path, schema.pages_path(path)]
    images = {file: file.read_bytes() for file in files}
    unseen, in_data = [], 0
    for _ in range(FLIPS):
        file = chance.choice(files)
        at, bit = chance.randrange(len(images[file])), chance.randrange(8)
        torn = bytearray(images[file])
        torn[at] ^= 1 << bit
        file.write_bytes(torn)
        if content(path) != whole:
            in_data += 1
            if not named(path):
                unseen.append((file.name, at, bit))
        file.write_bytes(images[file])
    assert unseen == []
    assert in_data > FLIPS // 8
    assert list(faults(path)) == []


KILLED = {
    "import": (
        "from scraper import warc\nfrom scraper.crew import Crew",
        "with Archive(path) as kept, Crew(1) as crew: warc.bring(kept, other, crew)",
    ),
    "merge": ("from scraper.merging import merge", "with Archive(path) as kept: merge(kept, other)"),
    "prune": (
        "from datetime import UTC, datetime\nfrom scraper import pruning\npruning.BATCH = 10",
        "with Archive(path) as kept: pruning.prune(kept, pruning.Rule(most_bytes=0), datetime.now(UTC))",
    ),
    "reextract": ("from scraper import reextract", "list(reextract.run(path))"),
    "repair": ("from scraper.repair import repair", "list(repair(path))"),
    "slice": ("from scraper.merging import cut", "cut(other, path.parent, range(1, 100))"),
}
"""What is killed: what must be imported for it, and the work."""


@pytest.mark.parametrize("what", sorted(KILLED))
def test_killed_at_any_moment_it_is_whole_and_goes_on_where_it_was(what: str, tmp_path: Path) -> None:
    other = archive(tmp_path / "news.db", *((f"https://lund.example/{n}", f"tax{n}", n) for n in range(_SIZE[what])))
    argument = other
    if what == "import":
        from tests.test_warc import exported

        argument = exported(other)
    undisturbed = _fresh(tmp_path / "undisturbed", what, other)
    _, takes = _run(what, undisturbed, argument)
    assert list(faults(undisturbed)) == []
    chance = random.Random(what)
    at_work = 0
    for turn in range(20 * TIMES):
        path = _fresh(tmp_path / str(turn), what, other)
        before = _found(path)
        at_work += _run(what, path, argument, chance.random() * takes)[0] == -signal.SIGKILL
        assert _found(path) <= before
        _run(what, path, argument)
        assert list(faults(path)) == []
        assert said(path) == said(undisturbed)
        shutil.rmtree(path.parent)
        if at_work == TIMES:
            break
    sys.stdout.write(f"{what}: {at_work} of {turn + 1} kills found it at work, within {takes:.2f} s\n")
    assert at_work == TIMES


def _found(path: Path) -> int:
    """How many faults there are; none in an archive that is not made yet."""
    try:
        return len(list(faults(path)))
    except ArchiveError as error:
        if "no archive" in error.message or "is empty" in error.message:
            return 0
        raise


_SIZE = {"import": 150, "merge": 150, "prune": 150, "reextract": 40, "repair": 150, "slice": 150}
"""Articles that it has to do with: some batches, so that it is stopped between them and within."""


def _fresh(folder: Path, what: str, other: Path) -> Path:
    folder.mkdir()
    path = folder / "news.db"
    if what in ("merge", "import"):
        return archive(path, ("https://lund.example/1", "budget", 0.5))
    if what == "slice":
        return path  # is made by it
    for file in (other, schema.pages_path(other)):
        shutil.copy(file, folder)
    if what == "repair":
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("delete from urls where article_id % 3 = 0")
        connection.execute("insert into articles_fts (articles_fts) values ('delete-all')")
        connection.execute("delete from sums where article_id % 2 = 0")
        connection.close()
    return path


def _run(what: str, path: Path, other: Path, kill_after: float | None = None) -> tuple[int, float]:
    """Its exit status and the seconds it worked; killed so many seconds after everything was imported, or never."""
    imports, work = KILLED[what]
    code = (
        "import sys\nfrom pathlib import Path\nfrom scraper.archive import Archive\n"
        f"path, other = map(Path, sys.argv[1:])\n{imports}\nprint('begun', flush=True)\n{work}\n"
    )
    command = [sys.executable, "-c", code, str(path), str(other)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as done:
        assert done.stdout is not None
        done.stdout.readline()
        begun = time.monotonic()
        if kill_after is not None:
            time.sleep(kill_after)
            done.send_signal(signal.SIGKILL)
        status = done.wait()
    assert status == 0 or kill_after is not None
    return status, time.monotonic() - begun


def test_a_copy_of_the_files_is_all_that_a_backup_needs(path: Path, tmp_path: Path) -> None:
    for file in (path, schema.pages_path(path)):
        shutil.copy(file, tmp_path / f"backup{file.name[4:]}")
    assert list(faults(tmp_path / "backup.db")) == []
