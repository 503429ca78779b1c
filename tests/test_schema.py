"""The doors to the archive, and what is refused at them."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlite_utils

from scraper import schema
from scraper.archive import Archive
from scraper.errors import ArchiveError, DamagedArchive
from scraper.query import Reader
from tests.conftest import SCRAPER
from tests.fixtures import FOLDER
from tests.pages import TEXT, article, page


def columns(path: Path) -> set[tuple[str, str, str]]:
    connection = sqlite3.connect(path)
    tables = [
        name
        for (name,) in connection.execute("select name from sqlite_master where type in ('table', 'view')")
        if not name.startswith(("sqlite_", "_sqlite", "articles_fts_"))
    ]
    found = {
        (table, row[1], "TEXT" if table == "wordings" and row[1] == "body" else row[2])
        for table in tables
        for row in connection.execute(f"pragma table_info({table})")
    }
    connection.close()
    return found


def test_every_column_is_documented_and_every_documented_column_exists(tmp_path: Path) -> None:
    Archive(tmp_path / "a.db").close()
    real = columns(tmp_path / "a.db") | columns(tmp_path / "a.pages.db")
    told = {(column.table, column.name, column.kind) for _, _, each in schema.documentation() for column in each}
    assert told == real


def test_both_files_are_wal_and_lose_nothing_on_a_power_cut(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db") as archive:
        for connection in (archive._db, archive._pages):
            assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
            assert connection.execute("pragma synchronous").fetchone() == (2,)


def test_an_empty_file_becomes_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.touch()
    with Archive(path) as archive:
        assert archive.keep(article(), page()).outcome == "new"


def _first_version(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive as the first version of this program made it, with one article."""
    steps = {path: schema._ARCHIVE, schema.pages_path(path): schema._PAGES}
    monkeypatch.setattr(schema, "VERSION", 1)
    for file, script in steps.items():
        connection = sqlite3.connect(file, isolation_level=None)
        schema.Migrate("news-scraper" if file == path else "news-scraper-pages", {"first": script})(connection)
        connection.close()
    monkeypatch.undo()
    row = {"id": 1, "url": "https://lund.example/a", "authors": "[]", "tags": "[]", "paywalled": 0, "body": TEXT[0]}
    row |= {"layout": "p", "words": 17, "digest": "d", "text_digest": "t", "page": "p", "read_at": "", "evidence": "{}"}
    row |= {"extractor": "1", "revision": 1, "first_seen": "2026-01-01", "last_seen": "2026-01-01"}
    connection = sqlite3.connect(path)
    marks = ", ".join("?" * len(row))
    connection.execute(f"insert into articles ({', '.join(row)}) values ({marks})", tuple(row.values()))
    connection.commit()
    connection.close()


def test_an_archive_of_the_first_version_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    _first_version(path, monkeypatch)
    with pytest.raises(ArchiveError, match="any command that writes brings it up to date"):
        Reader(path)
    with Archive(path) as archive:
        assert archive.keep(article(), page()).outcome == "new"
    assert columns(path) >= {("articles", "kind", "TEXT"), ("articles", "quality", "REAL")}
    with Reader(path) as reader:
        old = reader.show("1").article
        assert reader.stats()["kinds"] == {"article": 2}
    assert (old.body, old.kind, old.quality) == (TEXT[0], "article", None)


def test_folders_are_made(tmp_path: Path) -> None:
    Archive(tmp_path / "deep" / "er" / "a.db").close()
    assert (tmp_path / "deep" / "er" / "a.pages.db").is_file()


def _text(path: Path) -> None:
    path.write_text("this is no database, however long it may be " * 50)


def _foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("create table accounts (id integer)")
    connection.commit()
    connection.close()


def _newer(path: Path) -> None:
    Archive(path).close()
    connection = sqlite3.connect(path)
    connection.execute(f"pragma user_version = {schema.VERSION + 1}")
    connection.close()


@pytest.mark.parametrize("open_it", [Archive, Reader])
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_text, "is not an SQLite database"),
        (_foreign, "is a database of another program, not an archive"),
        (_newer, f"has version {schema.VERSION + 1}, this program knows up to {schema.VERSION}"),
    ],
)
def test_what_is_no_archive_of_ours_is_refused_and_left_as_it_was(
    tmp_path: Path, open_it: Callable[[Path], object], make: Callable[[Path], None], said: str
) -> None:
    path = tmp_path / "a.db"
    make(path)
    before = path.read_bytes()
    with pytest.raises(ArchiveError) as caught:
        open_it(path)
    assert said in caught.value.message
    assert "\n" not in caught.value.message
    assert path.read_bytes() == before


def test_a_missing_archive_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"no archive at .*a\.db"):
        Reader(tmp_path / "a.db")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ArchiveError, match=r"file"):
        Archive(tmp_path / "file" / "a.db")


def on_a_read_only_disk(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command with `folder` mounted read-only, in a mount namespace of its own."""
    mounted = f"mount --bind '{folder}' '{folder}' && mount -o remount,ro,bind '{folder}'"
    if subprocess.run(["unshare", "-m", "sh", "-c", mounted], capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    command = " ".join([SCRAPER, *arguments, "--db", str(folder / "a.db")])
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", f"{mounted} && {command}"], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", [["list"], ["search", "budget"], ["show", "1"], ["export"], ["stats"], ["verify"]])
def test_an_archive_on_a_read_only_disk_can_be_asked(tmp_path: Path, command: list[str]) -> None:
    with Archive(tmp_path / "a.db") as archive:
        archive.keep(article(), page())
    done = on_a_read_only_disk(tmp_path, *command)
    assert done.returncode == 0, done.stderr
    assert done.stdout or command == ["verify"]


def test_an_archive_on_a_read_only_disk_cannot_be_written_and_says_so(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db") as archive:
        archive.keep(article(), page())
    done = on_a_read_only_disk(tmp_path, "keep", str(FOLDER / "harbour-budget.html"))
    assert done.returncode == 1
    assert done.stderr == f"scraper: {tmp_path / 'a.db'} is read-only\n"


def test_a_torn_file_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Archive(path) as archive:
        for number in range(30):
            url = f"https://lund.example/{number}"
            archive.keep(article(url, f"Story {number}"), page(b"x%d" % number, url))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DamagedArchive, match="is damaged"), Reader(path) as reader:
        list(reader.everything())


def test_sqlite_utils_finds_the_index_and_searches_with_it(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db") as archive:
        archive.keep(article(), page())
    table = sqlite_utils.Database(tmp_path / "a.db").table("articles")
    assert table.detect_fts() == "articles_fts"
    assert [row["headline"] for row in table.search("budget")] == ["Budget passed"]
