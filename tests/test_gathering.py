"""Stories in the archive: found as articles arrive, the same in any order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from scraper import gathering
from scraper.archive import Archive
from scraper.errors import ArchiveError
from scraper.models import Article, Moment, Page
from scraper.query import Filters, Reader
from tests.pages import article, html, page
from tests.test_stories import DEBATE, DOCK, reworded

PARAGRAPHS = tuple(DOCK.split("\n\n"))
AGENCY = "https://agency.example/dock"
COURIER = "https://courier.example/port"
GAZETTE = "https://gazette.example/news/1"


def reading(url: str, text: tuple[str, ...], hour: int, headline: str = "A third dock") -> tuple[Article, Page]:
    told = replace(article(url, headline, text), published=Moment(f"2026-03-04T{hour:02}:00:00+00:00"))
    return told, page(html(*text, title=headline), url)


READINGS = (
    reading(AGENCY, PARAGRAPHS, 6),
    reading(COURIER, PARAGRAPHS[:2], 8, "Port to grow"),
    reading(GAZETTE, tuple(reworded(each, 0.1) for each in PARAGRAPHS), 7, "Dock for big ships"),
    reading("https://courier.example/debate", tuple(DEBATE.split("\n\n")), 9, "Nine hours"),
)


def archived(path: Path, readings: Iterable[tuple[Article, Page]]) -> Reader:
    with Archive(path) as archive:
        for each in readings:
            archive.keep(*each)
    return Reader(path)


def told(reader: Reader) -> list[tuple[str, list[str]]]:
    return [(story.id, [copy.url for copy in story.copies]) for story in reader.stories()]


def test_the_copies_of_a_text_are_a_story_that_begins_with_the_first(tmp_path: Path) -> None:
    with archived(tmp_path / "a.db", READINGS) as reader:
        [(name, urls)] = told(reader)
        assert urls == [AGENCY, GAZETTE, COURIER]
        assert [reader.show(str(number)).record()["cluster"] for number in (1, 2, 3, 4)] == [name, name, name, None]


def test_the_order_in_which_they_come_does_not_matter(tmp_path: Path) -> None:
    found = set()
    for number, readings in enumerate(permutations(READINGS)):
        with archived(tmp_path / f"{number}.db", readings) as reader:
            found.add(str(told(reader)))
    assert len(found) == 1


def test_each_copy_says_how_much_it_has_and_what_it_cut_and_added(tmp_path: Path) -> None:
    with archived(tmp_path / "a.db", READINGS) as reader:
        first, reworded_copy, short = reader.story(AGENCY).copies
    assert (first.shared, first.own, first.cut, first.added) == (1, 0, (), ())
    assert 0.7 < reworded_copy.shared < 0.95
    assert (reworded_copy.cut, reworded_copy.added) == ((), ())
    assert (round(short.shared, 2), short.own, short.cut, short.added) == (0.47, 0, PARAGRAPHS[2:], ())


def test_a_story_is_asked_for_by_its_name_or_any_of_its_articles(tmp_path: Path) -> None:
    with archived(tmp_path / "a.db", READINGS) as reader:
        [(name, _)] = told(reader)
        assert {reader.story(which).id for which in (name, "1", "2", "3", COURIER, GAZETTE)} == {name}
        with pytest.raises(ArchiveError, match="carried by no other site"):
            reader.story("4")
        with pytest.raises(ArchiveError, match="not in the archive"):
            reader.story("99")


def test_stories_are_narrowed_by_any_of_their_articles(tmp_path: Path) -> None:
    with archived(tmp_path / "a.db", READINGS) as reader:
        assert len(reader.stories(Filters(site="gazette.example"))) == 1
        assert reader.stories(Filters(site="nowhere.example")) == []


def test_a_site_that_says_a_thing_twice_is_no_story(tmp_path: Path) -> None:
    with archived(tmp_path / "a.db", (READINGS[0], reading(f"{AGENCY}-2", PARAGRAPHS[:3], 9))) as reader:
        assert told(reader) == []


def test_an_article_that_becomes_another_text_leaves_its_story(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    archived(path, READINGS[:2]).close()
    new, later = reading(COURIER, tuple(DEBATE.split("\n\n")), 8)
    with Archive(path) as archive:
        assert archive.keep(new, replace(later, fetched_at=page(hours=9).fetched_at)).outcome == "revised"
    with Reader(path) as reader:
        assert told(reader) == []


def test_a_day_without_an_hour_claims_no_precedence(tmp_path: Path) -> None:
    only_day = replace(READINGS[1][0], published=Moment("2026-03-04")), READINGS[1][1]
    with archived(tmp_path / "a.db", (READINGS[0], only_day)) as reader:
        [(_, urls)] = told(reader)
    assert urls == [AGENCY, COURIER]


def test_stories_are_made_anew_when_the_rules_have_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with archived(path, READINGS) as reader:
        before = told(reader)
    with Archive(path) as archive:
        for table in ("stories", "copies", "bands", "made"):
            archive._db.execute(f"delete from {table}")
    Archive(path).close()
    with Reader(path) as reader:
        assert told(reader) == before


def test_forgetting_and_making_again_gives_the_same_rows(tmp_path: Path) -> None:
    archived(tmp_path / "a.db", READINGS).close()
    with Archive(tmp_path / "a.db") as archive:
        tables = ("bands", "copies", "stories")

        def rows() -> list[list[tuple[object, ...]]]:
            return [archive._db.execute(f"select * from {table} order by 1, 2").fetchall() for table in tables]

        before = rows()
        assert list(gathering.astray(archive._db)) == []
        gathering.forget(archive._db, [1, 2, 3, 4])
        assert rows() == [[], [], []]
        assert list(gathering.astray(archive._db)) == [1, 2, 3, 4]
        gathering.make(archive._db, [4, 3, 2, 1])
        assert rows() == before
