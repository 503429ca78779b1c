"""A loss that is accepted is written down, and what happens after it is a fault again."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

import pytest

from scraper import schema
from scraper.repair import repair
from scraper.verify import faults
from tests.archives import archive
from tests.conftest import SCRAPER

ONE, TWO = "https://lund.example/1", "https://lund.example/2"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return archive(tmp_path / "news.db", (ONE, "budget", 0), (ONE, "tax", 1), (ONE, "vanished", 2), (TWO, "fee", 1))


def change(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def notes(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute("select note from seals where note is not null order by number")]
    finally:
        connection.close()


DAMAGE = {
    "a page": ("pages", "update pages set body = x'00' where rowid = 1"),
    "a lost page": ("pages", "delete from pages"),
    "a text": ("archive", "update articles set body = 'forged', layout = 'p'"),
    "a layout": ("archive", "update articles set layout = 'p'"),
    "a text that is none": ("archive", "update revisions set body = cast(x'ff66' as text) where body is not null"),
    "a time": ("archive", "update articles set first_seen = '2020'"),
    "a lost article": ("archive", "delete from articles where id = 1"),
    "a lost revision": ("archive", "delete from revisions where number = 1 and article_id = 1"),
    "an earlier text": ("archive", "update revisions set body = null"),
    "a request": ("archive", "update fetches set headers = '[]' where id = 2"),
    "a seal": ("archive", "delete from seals where number = 2"),
    "a mark": ("archive", "update changes set kind = 'away' where kind = 'vanished'"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_cannot_be_mended_is_let_go_with_a_note(path: Path, name: str) -> None:
    where, statement = DAMAGE[name]
    change(path if where == "archive" else schema.pages_path(path), statement)
    if name != "a page":
        change(schema.pages_path(path), "delete from pages")
    assert list(faults(path)) != []
    list(repair(path))
    assert list(faults(path)) != []
    told = list(repair(path, accept_loss=True))
    assert [str(fault) for fault in faults(path)] == []
    accepted = [each for each in told if each.is_accepted]
    assert len(notes(path)) == len(accepted) > 0
    assert all(note.startswith("loss accepted: ") for note in notes(path))
    assert list(repair(path, accept_loss=True)) == []


def test_what_is_changed_after_it_was_accepted_is_named_again(path: Path) -> None:
    change(path, "update fetches set headers = '[]' where id = 2")
    list(repair(path, accept_loss=True))
    assert list(faults(path)) == []
    change(path, "update fetches set headers = '[1]' where id = 2")
    assert [fault.where.split()[-2:] for fault in faults(path)] == [["seals", "2"]]


def test_the_command_line_says_what_was_accepted(path: Path) -> None:
    change(schema.pages_path(path), "update pages set body = x'00' where rowid = 1")
    on = ("--db", str(path))
    assert scraper("verify", *on).returncode == 4
    assert scraper("repair", *on).returncode == 4
    done = scraper("repair", "--accept-loss", *on)
    assert (done.returncode, done.stdout[:8]) == (0, "accepted")
    assert done.stderr == "scraper: 0 mended, 1 losses accepted, 0 could not be\n"
    whole = scraper("verify", *on)
    assert whole.returncode == 0
    assert whole.stderr == "scraper: the archive is whole but for 1 accepted losses, which the notes in `seals` name\n"


def scraper(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SCRAPER, *arguments], capture_output=True, text=True, check=False)


def test_a_whole_archive_has_nothing_to_accept(path: Path) -> None:
    assert list(repair(path, accept_loss=True)) == []
    assert notes(path) == []
