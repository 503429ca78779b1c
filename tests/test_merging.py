"""Archives into one: the same in any order, nothing lost, nothing overwritten."""

from __future__ import annotations

import itertools
import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from scraper import extract, schema
from scraper.archive import Archive
from scraper.errors import ArchiveError, DamagedArchive
from scraper.history import History
from scraper.merging import cut, merge
from scraper.verify import faults
from tests import fixtures
from tests.archives import Sight, archive, said

ONE, TWO = "https://lund.example/1", "https://lund.example/2"


def merged(path: Path, *others: Path) -> Path:
    for other in others:
        with Archive(path) as target:
            assert merge(target, other).faults == []
    return path


def test_what_both_saw_is_there_once_and_in_the_order_of_time(tmp_path: Path) -> None:
    here = archive(tmp_path / "here.db", (ONE, "budget", 0), (ONE, "tax", 4))
    there = archive(tmp_path / "there.db", (ONE, "fee", 2), (TWO, "levy", 1))
    told = said(merged(here, there))
    assert [(url, number, body.split()[6]) for url, number, _, _, body in told["wordings"]] == [
        (ONE, 1, "budget"),
        (ONE, 2, "fee"),
        (ONE, 3, "tax"),
        (TWO, 1, "levy"),
    ]
    assert list(faults(here)) == []


def test_merging_twice_changes_nothing(tmp_path: Path) -> None:
    here = archive(tmp_path / "here.db", (ONE, "budget", 0))
    there = archive(tmp_path / "there.db", (ONE, "tax", 2), (TWO, "fee", 1))
    merged(here, there)
    before = here.read_bytes(), schema.pages_path(here).read_bytes()
    with Archive(here) as target:
        again = merge(target, there)
    assert (again.pages, again.new, again.joined, again.unchanged, again.fetches) == (0, 0, 0, 2, 0)
    assert (here.read_bytes(), schema.pages_path(here).read_bytes()) == before


def test_a_text_that_the_other_archive_has_of_another_site_is_one_story(tmp_path: Path) -> None:
    for name in ("harbour-budget", "harbour-budget-copy"):
        case = fixtures.case(name)
        with Archive(tmp_path / f"{name}.db") as kept:
            kept.keep(extract.article(case.page), case.page, extract.VERSION)
    here = merged(tmp_path / "harbour-budget.db", tmp_path / "harbour-budget-copy.db")
    with History(here) as reader:
        assert [len(story.copies) for story in reader.stories()] == [2]
    assert list(faults(here)) == []


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_archives_does_not_matter(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    hours = chance.sample(range(100), 18)
    made = [archive(tmp_path / f"{name}.db", *_sights(chance, hours[at::3])) for at, name in enumerate("abc")]
    told = []
    for order in itertools.permutations(made):
        target = tmp_path / "-".join(each.stem for each in order) / "all.db"
        told.append(said(merged(target, *order)))
        assert list(faults(target)) == []
    assert all(each == told[0] for each in told)


def test_changes_are_told_anew_between_the_wordings_of_both(tmp_path: Path) -> None:
    here = archive(tmp_path / "here.db", (ONE, "budget", 0), (ONE, "tax", 4))
    there = archive(tmp_path / "there.db", (ONE, "fee", 2))
    told = said(merged(here, there))["changes"]
    assert [(revision, at[11:13], words) for _, revision, at, _, words, _, _ in told] == [
        (2, "14", "budget → fee"),
        (3, "16", "fee → tax"),
    ]
    assert said(merged(tmp_path / "copy.db", here))["changes"] == told


def test_marks_of_both_stand_in_the_order_of_time_and_a_later_sight_is_a_return(tmp_path: Path) -> None:
    here = archive(tmp_path / "here.db", (ONE, "budget", 0), (ONE, "vanished", 2))
    there = archive(tmp_path / "there.db", (ONE, "budget", 1), (ONE, "vanished", 3), (TWO, "fee", 1))
    later = archive(tmp_path / "later.db", (ONE, "budget", 5), (ONE, "paywalled", 6))
    told = said(merged(here, there, later))
    assert [(at[11:13], kind) for _, _, at, kind, *_ in told["changes"]] == [
        ("14", "vanished"),
        ("15", "vanished"),
        ("17", "restored"),
        ("18", "paywalled"),
    ]
    assert [each["article"]["status"] for each in told["articles"]] == ["paywalled", "live"]
    with History(here) as reader:
        assert [event.kind for event in reader.history(ONE)] == ["first seen", "vanished", "restored", "paywalled"]
        assert [event.at[11:13] for event in reader.edits()] == ["18", "17", "14"]


def _sights(chance: random.Random, hours: list[int]) -> list[Sight]:
    words = ("budget", "tax", "fee", "vanished", "paywalled")
    return [(chance.choice((ONE, TWO)), chance.choice(words), hour) for hour in sorted(hours)]


def test_an_address_that_one_archive_knows_joins_two_articles_of_the_other(tmp_path: Path) -> None:
    from tests.pages import article, html, page

    here = archive(tmp_path / "here.db", (ONE, "budget", 0), (TWO, "tax", 1))
    with Archive(tmp_path / "there.db") as there:
        there.keep(article(ONE), page(html(head=f'<link rel="canonical" href="{ONE}">'), TWO, hours=2), "1")
    for order in (("here", "there"), ("there", "here")):
        target = merged(tmp_path / order[0] / "all.db", *(tmp_path / f"{name}.db" for name in order))
        assert [each["article"]["url"] for each in said(target)["articles"]] == [ONE]
        assert list(faults(target)) == []
    assert here.is_file()


def test_a_foreign_a_newer_and_a_damaged_archive_are_refused_by_name(tmp_path: Path) -> None:
    here = archive(tmp_path / "here.db", (ONE, "budget", 0))
    before = said(here)
    foreign = tmp_path / "foreign.db"
    sqlite3.connect(foreign).execute("create table t (a)").connection.close()
    newer = archive(tmp_path / "newer.db", (TWO, "tax", 0))
    change(newer, "pragma user_version = 99")
    torn = archive(tmp_path / "torn.db", *((f"https://lund.example/{n}", f"tax{n}", n) for n in range(20)))
    torn.write_bytes(torn.read_bytes()[:-8192])
    for other, kind, what in (
        (foreign, ArchiveError, "another program"),
        (newer, ArchiveError, "please update"),
        (torn, DamagedArchive, "torn.db is damaged"),
        (tmp_path / "none.db", ArchiveError, "no archive at"),
        (here, ArchiveError, "itself"),
    ):
        with Archive(here) as target, pytest.raises(kind, match=what):
            merge(target, other)
    assert said(here) == before


def change(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(statement)
    connection.close()


def test_damaged_rows_of_the_other_are_named_and_left_behind(tmp_path: Path) -> None:
    here = archive(tmp_path / "here.db", (ONE, "budget", 0))
    there = archive(tmp_path / "there.db", (TWO, "tax", 0), ("https://lund.example/3", "fee", 0), (ONE, "dues", 3))
    change(there, "update articles set body = body || '!' where id = 1")
    change(schema.pages_path(there), "update pages set body = x'28b52ffd' where rowid = 2")
    with Archive(here) as target:
        told = merge(target, there)
    assert sorted({fault.where.rpartition("/")[2].split()[1] for fault in told.faults}) == ["articles", "page", "pages"]
    assert [each["article"]["url"] for each in said(here)["articles"]] == [ONE, "https://lund.example/3"]
    assert list(faults(here)) == []


def test_a_slice_is_whole_and_smaller(tmp_path: Path) -> None:
    path = archive(tmp_path / "news.db", (ONE, "budget", 0), (TWO, "tax", 1), (TWO, "fee", 2))
    told = cut(path, tmp_path / "part", [2])
    part = tmp_path / "part" / "news.db"
    assert (told.new, told.pages, told.fetches) == (1, 2, 2)
    assert [each["article"]["url"] for each in said(part)["articles"]] == [TWO]
    assert list(faults(part)) == []


def test_a_copy_merges_without_a_trace(tmp_path: Path) -> None:
    path = archive(tmp_path / "news.db", (ONE, "budget", 0), (ONE, "tax", 1), (TWO, "fee", 2))
    for each in (path, schema.pages_path(path)):
        shutil.copy(each, each.with_name("copy" + each.name[4:]))
    before = said(path)
    assert said(merged(path, tmp_path / "copy.db")) == before
