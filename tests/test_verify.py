"""A whole archive verifies; whatever is wrong is named."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from scraper import schema
from scraper.archive import Archive
from scraper.errors import ArchiveError, Gone
from scraper.repair import repair
from scraper.verify import faults
from tests.pages import NOON, TEXT, article, html, page


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Archive(tmp_path / "news.db") as archive:
        archive.keep(article(), page())
        archive.keep(article(text=TEXT[:2]), page(html(*TEXT[:2]), hours=1))
        archive.keep(article("https://lund.example/2", "Other"), page(html("x"), "https://lund.example/2"))
    return tmp_path / "news.db"


def change(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(statement)
    connection.close()


def test_a_whole_archive_has_no_faults_and_is_not_written_to(path: Path) -> None:
    before = path.read_bytes(), schema.pages_path(path).read_bytes()
    assert list(faults(path)) == []
    assert (path.read_bytes(), schema.pages_path(path).read_bytes()) == before


@pytest.mark.parametrize(
    ("statement", "where", "what"),
    [
        ("update articles set body = body || ' and more' where id = 1", "articles 1", "digest"),
        ("update articles set headline = 'Forged' where id = 2", "articles 2", "digest"),
        ("update revisions set body = 'rewritten' where number = 1 and article_id = 1", "revisions 1", "digest"),
        ("delete from revisions where number = 1 and article_id = 1", "articles 1", "is at revision 2, but 1"),
        ("delete from urls where article_id = 2", "articles 2", "has no address"),
        ("update urls set article_id = 99 where article_id = 2", "urls", "missing row of articles"),
        ("update articles set page = 'feed' where id = 1", "articles 1", "its page feed is not in"),
        ("delete from sums", "articles 2", "has no checksum"),
        ("delete from seals where number > 1", "seals 1", "revisions 2 to 3 came without one"),
        ("delete from seals", "seals 0", "fetches 1 to 3"),
        ("insert into fetches (requested, at) values ('x', 'y')", "seals", "fetches 4 to 4 came without one"),
        ("insert into stories values (1, 'x', 1, 1, 0)", "stories: article 1", "has no copies"),
        ("insert into copies values (1, 2, 1, 1, 1)", "stories: article 1", "a copy that has none"),
        ("drop index fetches_article", "fetches_article", "is missing"),
        ("drop view wordings", "wordings", "is missing"),
        ("insert into articles_fts (rowid, body) values (77, 'ghost')", "articles_fts", "full-text index"),
    ],
)
def test_what_was_tampered_with_is_named(path: Path, statement: str, where: str, what: str) -> None:
    change(path, statement)
    found = [fault for fault in faults(path) if where in fault.where and what in fault.what]
    assert found, [str(fault) for fault in faults(path)]


def test_a_page_with_other_bytes_is_named(path: Path) -> None:
    import zstandard

    pages = schema.pages_path(path)
    connection = sqlite3.connect(pages, isolation_level=None)
    digest = connection.execute("select digest from pages limit 1").fetchone()[0]
    connection.execute("update pages set body = ?, size = 6 where digest = ?", (zstandard.compress(b"forged"), digest))
    connection.close()
    assert [fault.where for fault in faults(path)] == [f"{pages} pages {digest}"]


def test_a_page_that_does_not_unpack_is_named(path: Path) -> None:
    change(schema.pages_path(path), "update pages set body = x'00' where rowid = 1")
    assert any("does not unpack" in fault.what for fault in faults(path))


def test_a_lost_page_is_named(path: Path) -> None:
    change(schema.pages_path(path), "delete from pages where rowid = 1")
    assert any("is not in" in fault.what for fault in faults(path))


def test_an_archive_of_failures_alone_is_whole(tmp_path: Path) -> None:
    with Archive(tmp_path / "none.db") as archive:
        archive.record_failure("https://lund.example/1", Gone("HTTP 404"), NOON)
    assert list(faults(tmp_path / "none.db")) == []


def test_missing_pages_are_named(path: Path) -> None:
    schema.pages_path(path).unlink()
    assert [fault.what for fault in faults(path)][:1] == ["the pages are missing"]


def test_a_missing_archive_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no archive at"):
        list(faults(tmp_path / "none.db"))


def test_flipped_bits_in_pages_never_pass_unseen(path: Path) -> None:
    pages = schema.pages_path(path)
    whole = bytearray(pages.read_bytes())
    start = bytes(whole).rindex(b"\x28\xb5\x2f\xfd")  # the first stored page: data, not free space
    chance = random.Random(7)
    for _ in range(20):
        torn = bytearray(whole)
        torn[start + chance.randrange(8, 60)] ^= 1 << chance.randrange(8)
        pages.write_bytes(torn)
        assert list(faults(path)) != []
    pages.write_bytes(whole)
    assert list(faults(path)) == []


def test_an_archive_from_before_there_were_sums_gets_them_with_the_next_article(path: Path) -> None:
    change(path, "delete from sums")
    change(path, "delete from made where what = 'sums'")
    assert list(faults(path)) == []
    with Archive(path) as archive:
        archive.keep(article("https://lund.example/3", "Third"), page(html("y"), "https://lund.example/3"))
    connection = sqlite3.connect(path)
    assert connection.execute("select count(*) from sums").fetchone() == (2,)
    connection.close()
    assert list(faults(path)) == []


@pytest.mark.parametrize("damage", ["update fetches set at = '2020' where id = 1", "update urls set place = 'x'"])
def test_quick_reads_structure_and_references_only(path: Path, damage: str) -> None:
    change(path, damage)
    assert list(faults(path, "quick")) == []
    assert list(faults(path)) != []


def test_a_truncated_file_is_named_and_the_other_is_looked_at_too(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])
    pages = schema.pages_path(path)
    change(pages, "update pages set body = x'00' where rowid = 1")
    told = [str(fault) for fault in faults(path)]
    assert any("news.pages.db pages" in each for each in told)
    assert any("news.db" in each and "pages.db" not in each for each in told)


def test_a_schema_that_is_no_text_any_more_is_named(path: Path) -> None:
    whole = path.read_bytes()
    torn = whole.replace(b"CREATE TABLE urls (", b"CREATE \xe5ABLE urls (")
    assert torn != whole
    path.write_bytes(torn)
    assert any("is damaged" in str(fault) for fault in faults(path))


@pytest.mark.parametrize("statement", ["delete from seals where number > 1", "delete from seals"])
def test_seals_that_were_deleted_from_the_end_stay_named_until_the_loss_is_accepted(path: Path, statement: str) -> None:
    change(path, statement)
    for _ in range(2):
        with Archive(path) as archive:
            archive.keep(article("https://lund.example/3", "Third"), page(html("y"), "https://lund.example/3"))
        assert any("found without a seal: fetches" in fault.what for fault in faults(path))
    list(repair(path, accept_loss=True))
    assert list(faults(path)) == []


def test_indexes_and_views_are_made_again(path: Path) -> None:
    change(path, "drop index articles_site")
    change(path, "drop view wordings")
    change(path, "create view wordings as select * from revisions")
    assert all(each.is_mended for each in repair(path))
    assert list(faults(path)) == []


def test_what_somebody_added_is_no_fault(path: Path) -> None:
    change(path, "create index mine on articles (headline)")
    change(path, "create view mine_too as select headline from articles")
    assert list(faults(path)) == []
