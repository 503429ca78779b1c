"""A damaged row stays named whatever is written beside or over it afterwards."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from scraper import schema
from scraper.archive import Archive
from scraper.merging import merge
from scraper.repair import repair, salvage
from scraper.verify import faults
from tests.archives import archive, said
from tests.pages import NOON, TEXT, article, html, page

ONE, TWO = "https://lund.example/1", "https://lund.example/2"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return archive(tmp_path / "news.db", (ONE, "budget", 0), (ONE, "tax", 1), (TWO, "fee", 2))


def damage(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(statement)
    connection.close()


def named(path: Path) -> set[str]:
    return {fault.where.removeprefix(f"{path} ") for fault in faults(path)}


DAMAGE = (
    "update articles set authors = '[\"Nell Okafos\"]' where id = 1",
    "update articles set published = '2026-03-05T10:00:00+00:00' where id = 1",
    "update articles set first_seen = '2026-03-04T11:00:00+00:00' where id = 1",
    "update headlines set last_seen = '2027' where article_id = 1",
    "update urls set place = 'alternate' where article_id = 1",
    "delete from headlines where article_id = 1",
    "delete from sums where article_id = 1",
)
WRITES = {
    "seen again": lambda kept: kept.keep(article(ONE), page(html("x"), ONE, hours=3)),
    "revised": lambda kept: kept.keep(article(ONE, text=TEXT[:2]), page(html(*TEXT[:2]), ONE, hours=3), "1"),
    "stands": lambda kept: kept.stands(1, NOON + timedelta(hours=4)),
    "vanished": lambda kept: kept.mark(1, "vanished", NOON + timedelta(hours=4)),
    "headline": lambda kept: kept.add_headline(1, "Another", "feed", NOON + timedelta(hours=4)),
    "address": lambda kept: kept.add_address(1, "https://lund.example/1?amp", "alternate", NOON),
}


@pytest.mark.parametrize("statement", DAMAGE)
@pytest.mark.parametrize("write", WRITES)
def test_what_was_damaged_before_an_ordinary_write_is_named_after_it(path: Path, statement: str, write: str) -> None:
    damage(path, statement)
    assert named(path) == {"articles 1"}
    for _ in range(2):
        with Archive(path) as kept:
            WRITES[write](kept)
            kept.keep(article(TWO, text=TEXT[1:]), page(html(*TEXT[1:]), TWO, hours=5), "1")
        assert named(path) == {"articles 1"}


def test_a_loss_that_was_accepted_is_under_a_checksum_again(path: Path) -> None:
    damage(path, DAMAGE[0])
    with Archive(path) as kept:
        kept.stands(1, NOON + timedelta(hours=4))
    assert [each.is_mended for each in repair(path)] == [False]
    list(repair(path, accept_loss=True))
    assert named(path) == set()
    with Archive(path) as kept:
        kept.stands(1, NOON + timedelta(hours=5))
    assert named(path) == set()


def test_another_archive_that_knows_the_article_does_not_hide_the_damage(path: Path, tmp_path: Path) -> None:
    damage(path, DAMAGE[2])
    other = archive(tmp_path / "other.db", (ONE, "levy", 6), (TWO, "dues", 7))
    with Archive(path) as kept:
        merge(kept, other)
    assert named(path) == {"articles 1"}


def test_what_is_saved_of_a_torn_archive_keeps_its_checksums(path: Path, tmp_path: Path) -> None:
    damage(path, DAMAGE[2])
    list(salvage(path, tmp_path / "saved"))
    assert named(tmp_path / "saved" / "news.db") == {"articles 1"}


def test_a_write_that_is_undone_forgets_what_it_looked_at(path: Path) -> None:
    with Archive(path) as kept:
        with suppress(KeyError), kept.transaction():
            kept.stands(1, NOON + timedelta(hours=4))
            raise KeyError
        kept.stands(1, NOON + timedelta(hours=5))
    assert named(path) == set()


def test_an_article_that_is_new_under_a_number_that_was_free_is_summed(path: Path) -> None:
    with Archive(path) as kept:
        kept.keep(article("https://lund.example/3", "Third"), page(html("y"), "https://lund.example/3"))
    assert named(path) == set()


def test_a_repair_that_makes_the_rows_again_sums_them_again(path: Path, tmp_path: Path) -> None:
    before = said(path)
    for name in (path, schema.pages_path(path)):
        shutil.copy(name, tmp_path / f"copy{name.name[4:]}")
    damage(tmp_path / "copy.db", "delete from urls where article_id = 1")
    assert all(each.is_mended for each in repair(tmp_path / "copy.db"))
    assert named(tmp_path / "copy.db") == set()
    assert said(tmp_path / "copy.db") == before


def test_a_text_that_only_another_extractor_can_read_again_is_summed_as_it_is_read_now(path: Path) -> None:
    damage(path, "update articles set body = replace(body, 'tax', 'tux'), tags = '[]' where id = 1")
    damage(path, "update revisions set extractor = 'other' where article_id = 1")
    assert all(each.is_mended for each in repair(path) if "articles 1" in each.where)
    assert "articles 1" not in named(path)


def test_a_lost_article_that_is_read_again_is_summed_as_it_is_read_now(path: Path) -> None:
    damage(path, "delete from articles where id = 1")
    list(repair(path))
    assert named(path) == set()


@pytest.mark.parametrize("column", ["authors", "body", "headline", "evidence", "layout", "published"])
def test_a_text_that_is_no_text_any_more_stays_named_and_stops_nobody(path: Path, column: str) -> None:
    damage(path, f"update articles set {column} = cast(x'41ff42' as text) where id = 1")
    assert "articles 1" in named(path)
    with Archive(path) as kept:
        kept.keep(article(TWO, text=TEXT[1:]), page(html(*TEXT[1:]), TWO, hours=5), "1")
        kept.keep(article(ONE), page(html("x"), ONE, hours=6))
        kept.stands(1, NOON + timedelta(hours=7))
    assert "articles 1" in named(path)


def test_a_wording_that_cannot_be_read_any_more_is_an_earlier_one_from_then_on(path: Path) -> None:
    damage(path, "update articles set layout = 'zz' where id = 1")
    with Archive(path) as kept:
        text = (TEXT[0], "The harbour will be paid for by the state alone, and the work begins in May.")
        assert kept.keep(article(ONE, text=text), page(html(*text), ONE, hours=6)).revision == 3
    assert named(path) == {"articles 1"}


@pytest.mark.parametrize("table", ["articles", "revisions"])
def test_damaged_layouts_stop_neither_a_crawl_nor_a_merge(path: Path, tmp_path: Path, table: str) -> None:
    damage(path, f"update {table} set layout = 'zz'")
    other = archive(tmp_path / "other.db", (ONE, "levy", 6), (TWO, "dues", 7))
    with Archive(path) as kept:
        kept.keep(article(ONE), page(html("x"), ONE, hours=3))
        merge(kept, other)
    assert {"articles 1", "articles 2"} <= named(path)
    with Archive(other) as kept:
        assert [fault.where.rpartition(" ")[2] for fault in merge(kept, path).faults] == ["1", "2"]
    assert named(other) == set()
