"""What can be made again is mended; what cannot is named and stays as it is."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

import scraper
from scraper import extract, schema
from scraper.archive import Archive
from scraper.errors import DamagedArchive
from scraper.query import Reader
from scraper.repair import repair, salvage
from scraper.verify import faults
from tests.archives import archive, said
from tests.pages import TEXT, html, page

ONE, TWO = "https://lund.example/1", "https://lund.example/2"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two articles as the extractor reads them, one of them in two wordings."""
    with Archive(tmp_path / "news.db") as archive:
        for url, word, hours in ((ONE, "budget", 0), (ONE, "tax", 1), (TWO, "fee", 2)):
            each = page(html(TEXT[0].replace("budget", word), *TEXT[1:]), url, hours=hours)
            archive.keep(extract.article(each), each, extract.VERSION)
    return tmp_path / "news.db"


def change(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_a_whole_archive_needs_no_repair(path: Path) -> None:
    before = path.read_bytes()
    assert list(repair(path)) == []
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "damage",
    [
        "update articles set body = replace(body, 'fee', 'fie') where id = 2",
        "update articles set headline = 'Forged' where id = 1",
        "update articles set published = '1999-01-01', authors = '[]' where id = 1",
        "update articles set layout = 'p' where id = 1",
        "update revisions set body = 'rewritten' where number = 1 and article_id = 1",
        "delete from urls where article_id = 2",
        "delete from articles where id = 2",
        "update articles set last_seen = '2001-01-01T00:00:00+00:00' where id = 1",
        "insert into articles_fts (articles_fts) values ('delete-all')",
        "insert into articles_fts (rowid, body) values (77, 'ghost')",
        "delete from sums",
    ],
)
def test_what_can_be_made_again_is_made_again_as_it_was(path: Path, damage: str) -> None:
    before = said(path)
    change(path, "pragma foreign_keys = off", damage)
    mended = list(repair(path))
    assert mended
    assert [each for each in mended if not each.is_mended] == []
    assert said(path) == before
    assert list(faults(path)) == []
    assert list(repair(path)) == []


@pytest.mark.parametrize(
    ("damage", "where"),
    [
        ("update fetches set status = 500 where id = 2", "seals 2"),
        ("update headlines set first_seen = '1999' where article_id = 1", "articles 1"),
    ],
)
def test_what_cannot_be_made_again_is_named_and_left(path: Path, damage: str, where: str) -> None:
    change(path, damage)
    before = said(path)
    assert [(each.where.partition(" ")[2], each.is_mended) for each in repair(path)] == [(where, False)]
    assert said(path) == before


def test_a_record_is_not_read_from_a_damaged_page(path: Path) -> None:
    change(schema.pages_path(path), "update pages set body = x'28b52ffd' where rowid = 3")
    change(path, "update articles set body = 'lost' where id = 2")
    told = {each.where.partition(" ")[2]: each for each in repair(path) if not each.is_mended}
    assert {"articles 2"} < set(told)
    assert "cannot be made again" in told["articles 2"].what
    assert [each["article"]["body"] for each in said(path)["articles"]][1] == "lost"


def test_lost_pages_are_named_one_by_one(path: Path) -> None:
    schema.pages_path(path).unlink()
    told = list(repair(path))
    assert {each.where.split()[-2] for each in told} == {"articles", "revisions", "fetches"}
    assert len(told) == 2 + 3 + 3


def test_a_torn_archive_is_not_written_to_and_what_can_be_read_is_saved(tmp_path: Path) -> None:
    with Archive(tmp_path / "news.db") as archive:
        for number in range(60):
            text = (*TEXT, f"Number {number} was read aloud. " + "It went on and on about the harbour. " * 40)
            each = page(html(*text), f"https://lund.example/{number}", hours=number)
            archive.keep(extract.article(each), each, extract.VERSION)
    path = tmp_path / "news.db"
    torn = bytearray(path.read_bytes())
    middle = len(torn) // 4096 // 2 * 4096
    torn[middle : middle + 2 * 4096] = bytes(2 * 4096)
    path.write_bytes(torn)
    assert list(faults(path)) != []
    with pytest.raises(DamagedArchive, match="repair -o FOLDER"):
        list(repair(path))
    assert path.read_bytes() == bytes(torn)
    told = list(salvage(path, tmp_path / "saved"))
    assert any("cannot be read whole" in each.what for each in told)
    with scraper.Archive(tmp_path / "saved" / "news.db") as saved:
        assert len(saved) >= 50
        assert len(saved.search("harbour", limit=100)) == len(saved)


def test_a_truncated_archive_is_saved_too(path: Path, tmp_path: Path) -> None:
    path.write_bytes(path.read_bytes()[: -3 * 4096])
    assert list(faults(path)) != []
    with pytest.raises(DamagedArchive):
        list(repair(path))
    list(salvage(path, tmp_path / "saved"))
    assert (tmp_path / "saved" / "news.db").is_file()


def test_what_is_left_of_a_file_that_was_cut_off_is_saved(tmp_path: Path) -> None:
    path = archive(tmp_path / "news.db", *((f"https://lund.example/{n}", f"tax{n}", n) for n in range(30)))
    path.write_bytes(path.read_bytes()[:-20_000])
    list(salvage(path, tmp_path / "saved"))
    db = sqlite3.connect(tmp_path / "saved" / "news.db")
    assert db.execute("select count(*) from articles").fetchone()[0] > 15
    db.close()


@pytest.mark.parametrize("damage", ["missing", "empty"])
def test_no_archive_is_made_in_the_place_of_one_whose_pages_are_there(tmp_path: Path, damage: str) -> None:
    path = archive(tmp_path / "news.db", ("https://lund.example/1", "tax", 0))
    path.unlink()
    if damage == "empty":
        path.touch()
    for ask in (Archive, schema.reader):
        with pytest.raises(DamagedArchive, match=f"news.db is {damage}, and 1 pages of it are there"):
            ask(path)
    assert path.exists() == (damage == "empty")
    list(salvage(path, tmp_path / "saved"))
    assert (tmp_path / "saved" / "news.db").is_file()


def test_pages_that_are_no_database_any_more_are_damaged_and_the_records_are_saved(tmp_path: Path) -> None:
    path = archive(tmp_path / "news.db", ("https://lund.example/1", "tax", 0))
    schema.pages_path(path).write_text("hello")
    with pytest.raises(DamagedArchive, match="saves what can be read"):
        list(repair(path))
    assert schema.pages_path(path).read_text() == "hello"
    list(salvage(path, tmp_path / "saved"))
    with Reader(tmp_path / "saved" / "news.db") as reader:
        assert reader.show("1").article.headline == "Budget passed"
