"""What the archive records of an article that changes, leaves its site, or comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from scraper import history
from scraper.archive import Archive
from scraper.errors import ArchiveError, ConfigError
from scraper.history import History
from scraper.models import Headline
from scraper.query import Filters, Reader
from scraper.verify import faults
from tests.pages import NOON, TEXT, article, page

URL = "https://lund.example/budget"
HOUR = timedelta(hours=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    with Archive(path) as archive:
        archive.keep(article(), page())
        yield archive


def rows(archive: Archive, query: str) -> list[Any]:
    return archive._db.execute(query).fetchall()


CHANGES = "select kind, revision, at from changes order by id"


def test_an_article_that_vanished_says_so_and_its_text_stays(archive: Archive, path: Path) -> None:
    assert archive.mark(URL, "vanished", NOON + HOUR) is True
    assert rows(archive, CHANGES) == [("vanished", 1, "2026-03-04T13:00:00+00:00")]
    with Reader(path) as reader:
        assert (reader.show("1").status, reader.show("1").article.blocks) == ("vanished", article().blocks)
    assert list(faults(path)) == []


def test_to_vanish_twice_is_to_vanish_once(archive: Archive) -> None:
    archive.mark(1, "vanished", NOON + HOUR)
    assert archive.mark("1", "vanished", NOON + 2 * HOUR) is False
    assert len(rows(archive, CHANGES)) == 1


def test_what_comes_back_is_restored_by_word_or_by_sight(archive: Archive) -> None:
    archive.mark(URL, "vanished", NOON + HOUR)
    archive.mark(URL, "restored", NOON + 2 * HOUR)
    archive.mark(URL, "vanished", NOON + 3 * HOUR)
    archive.keep(article(), page(hours=4))
    assert [kind for kind, _, _ in rows(archive, CHANGES)] == ["vanished", "restored", "vanished", "restored"]
    assert rows(archive, "select status from articles") == [("live",)]


def test_what_comes_back_in_other_words_comes_back_as_the_new_wording(archive: Archive) -> None:
    archive.mark(URL, "vanished", NOON + HOUR)
    archive.keep(article(text=(*TEXT, "The mayor was pleased.")), page(b"2", hours=2))
    assert rows(archive, CHANGES)[-1] == ("restored", 2, "2026-03-04T14:00:00+00:00")


def test_an_old_page_kept_again_restores_nothing(archive: Archive) -> None:
    archive.mark(URL, "vanished", NOON + HOUR)
    assert archive.keep(article(), page()).outcome == "unchanged"
    assert rows(archive, "select status from articles") == [("vanished",)]


def test_a_mark_older_than_the_last_sight_says_nothing(archive: Archive) -> None:
    assert archive.mark(URL, "vanished", NOON - HOUR) is False
    assert archive.mark("https://lund.example/nobody", "vanished", NOON) is False
    assert archive.mark(URL, "restored", NOON + HOUR) is False
    assert rows(archive, CHANGES) == []


def test_a_counter_on_the_page_is_no_revision(archive: Archive) -> None:
    archive.keep(article(text=(*TEXT, "1,203 views")), page(b"a", hours=1))
    assert archive.keep(article(text=(*TEXT, "1,204 views")), page(b"b", hours=2)).outcome == "unchanged"
    assert rows(archive, "select revision from articles") == [(1,)]


def test_a_new_wording_is_written_down_change_by_change(archive: Archive, path: Path) -> None:
    changed = (TEXT[0].replace("Monday", "Tuesday"), *TEXT[1:])
    archive.keep(article(text=changed, headline="Budget fails"), page(b"a", hours=1))
    with History(path) as reader:
        told = [(each.kind, each.revision, each.words) for each in reader.history(URL)]
        assert told == [
            ("first seen", 1, "Budget passed"),
            ("headline", 2, "Budget passed → Budget fails"),
            ("number", 2, "Monday → Tuesday"),
        ]
        assert [each.kind for each in reader.edits(["number"])] == ["number"]
        assert reader.edits(filters=Filters(since="2026-03-05")) == []
        assert reader.diff(URL).record()["changes"][1]["words"] == "Monday → Tuesday"
        assert [each.words for each in reader.diff(URL, 2, 1).changes()][1] == "Tuesday → Monday"


def test_the_history_of_an_older_archive_is_told_from_its_wordings(archive: Archive, path: Path) -> None:
    archive.keep(article(headline="Budget fails"), page(b"a", hours=1))
    archive._db.execute("delete from changes")
    with History(path) as reader:
        assert [each.kind for each in reader.history("1")] == ["first seen", "headline"]


def test_a_teaser_does_not_take_the_place_of_the_text(archive: Archive, path: Path) -> None:
    stub = replace(article(text=TEXT[:1]), kind="stub", paywalled=True)
    assert archive.keep(stub, page(b"stub", hours=1)).outcome == "unchanged"
    assert archive.keep(stub, page(b"stub", hours=2)).outcome == "unchanged"
    with Reader(path) as reader:
        assert (reader.show("1").status, reader.show("1").article.blocks) == ("paywalled", article().blocks)
    assert [kind for kind, _, _ in rows(archive, CHANGES)] == ["paywalled"]
    archive.keep(article(), page(hours=3))
    assert [kind for kind, _, _ in rows(archive, CHANGES)] == ["paywalled", "restored"]


def test_what_is_no_wording_and_no_kind_is_named(path: Path, archive: Archive) -> None:
    with History(path) as reader:
        with pytest.raises(ArchiveError, match=r"no wording 0 of .* there is one wording"):
            reader.diff(URL)
        with pytest.raises(ConfigError, match="--kind 'figure' is none of headline, number"):
            reader.edits(["figure"])
        with pytest.raises(ArchiveError, match="no article 7"):
            reader.history("7")


def test_headlines_say_where_and_when_and_whether_they_took_turns(archive: Archive, path: Path) -> None:
    archive.keep(article(headline="Budget fails"), page(b"a", hours=1))
    archive.keep(article(), page(hours=2))
    archive.add_headline(URL, "Budget", "feed", NOON)
    archive.add_headline(URL, "Budget at last", "feed", NOON + HOUR)
    assert archive.add_headline("https://lund.example/nobody", "Budget", "feed", NOON) is False
    with History(path) as reader:
        found = reader.headlines(URL)
    assert [(each.place, each.text, each.state, each.chosen) for each in found] == [
        ("feed", "Budget", "until then", False),
        ("feed", "Budget at last", "now", False),
        ("h1", "Budget passed", "by turns", True),
        ("h1", "Budget fails", "by turns", False),
    ]


def test_a_wording_whose_place_is_no_longer_on_the_page_is_not_there_now(archive: Archive, path: Path) -> None:
    told = replace(article(), headlines=(Headline("Budget passed", "og:title"),))
    archive.keep(told, page(b"a", hours=1))
    with History(path) as reader:
        assert [(each.place, each.state) for each in reader.headlines("1")] == [
            ("h1", "until then"),
            ("og:title", "now"),
        ]


def test_feeds_are_xml_with_names_that_last(archive: Archive, path: Path) -> None:
    archive.keep(article(headline="Budget <fails> & \x08falls"), page(b"a", hours=1))
    with History(path) as reader:
        one, two = (history.feed(reader.edits(), "Edits", "urn:x") for _ in range(2))
        headlines = history.feed_of(reader.headlines(URL), URL)
    assert one == two
    root = ET.fromstring(one)
    entry = "{http://www.w3.org/2005/Atom}entry"
    titles = [each.findtext("{http://www.w3.org/2005/Atom}title") for each in root.iter(entry)]
    assert titles == ["headline: Budget passed → Budget <fails> & \ufffdfalls"]
    assert len(list(ET.fromstring(headlines).iter(entry))) == 2
