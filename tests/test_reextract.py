"""Kept pages read anew: no revision of the article, but of the reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scraper import extract, reextract, tables
from scraper.archive import Archive
from scraper.history import History
from scraper.query import Filters, Reader
from scraper.verify import faults
from tests.pages import TEXT, article, html, page

OTHER = (TEXT[0].replace("Monday", "Tuesday"), *TEXT[1:])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive of two articles as another extractor read them, which lost the last paragraph; one has two wordings."""
    path = tmp_path / "news.db"
    with Archive(path) as archive:
        archive.keep(article(text=TEXT[:2]), page(), "0")
        archive.keep(article(text=OTHER[:2]), page(html(*OTHER), hours=1), "0")
        url = "https://lund.example/school"
        school = ("The school in Dalby stays closed for a third week because of the water in its cellar.", *TEXT[1:])
        archive.keep(article(url, "School", school[:1]), page(html(*school, title="School"), url), "0")
    return path


def rows(path: Path, query: str) -> list[Any]:
    with Archive(path) as archive:
        return archive._db.execute(query).fetchall()


def outcomes(path: Path, words: str = "", *, dry: bool = False) -> list[tuple[int, int, str]]:
    told = reextract.run(path, words, dry=dry)
    return [(each.wording.article_id, each.wording.number, each.outcome) for each in told]


def test_every_wording_is_read_anew_and_none_is_added(path: Path) -> None:
    assert outcomes(path) == [(1, 1, "text"), (1, 2, "text"), (2, 1, "text")]
    with Reader(path) as reader:
        assert reader.show("1").article.body == "\n\n".join(OTHER)
        assert [hit.id for hit in reader.search("reckless")] == [2, 1]
    assert rows(path, "select body from wordings where number = 1 and article_id = 1") == [("\n\n".join(TEXT),)]
    assert rows(path, "select revision, first_seen, last_seen from articles where id = 1") == [
        (2, "2026-03-04T12:00:00+00:00", "2026-03-04T13:00:00+00:00")
    ]
    told = {(extract.VERSION, tables.version())}
    assert {
        *rows(path, "select extractor, rules from articles"),
        *rows(path, "select extractor, rules from revisions"),
    } == told
    assert list(faults(path)) == []


def test_a_second_run_finds_nothing_to_do(path: Path) -> None:
    outcomes(path)
    assert outcomes(path) == []


def test_a_dry_run_writes_nothing(path: Path) -> None:
    before = rows(path, "select * from articles")
    assert len(outcomes(path, dry=True)) == 3
    assert rows(path, "select * from articles") == before


def test_a_search_chooses(path: Path) -> None:
    assert outcomes(path, "Dalby") == [(2, 1, "text")]
    assert [each.wording.article_id for each in reextract.run(path, filters=Filters(site="malmo.example"))] == []


def test_what_changed_is_told_again_from_both_readings(path: Path) -> None:
    with Archive(path) as archive:
        archive.keep(article(text=TEXT), page(html(*TEXT, "<i></i>"), hours=2), "0")  # this reading lost nothing
    with History(path) as reader:
        assert [(each.revision, each.kind) for each in reader.edits()] == [
            (3, "number"),
            (3, "addition"),
            (2, "number"),
        ]
    outcomes(path)
    with History(path) as reader:
        assert [(each.revision, each.kind) for each in reader.edits()] == [(3, "number"), (2, "number")]


def test_a_run_that_was_stopped_goes_on(path: Path) -> None:
    next(reextract.run(path, "Dalby"))
    assert outcomes(path) == [(1, 1, "text"), (1, 2, "text")]


def test_workers_read_the_same(path: Path) -> None:
    found = [(each.wording.article_id, each.outcome) for each in reextract.run(path, workers=2, dry=True)]
    assert found == [(1, "text"), (1, "text"), (2, "text")]


def test_what_cannot_be_read_any_more_stays(path: Path) -> None:
    with Archive(path) as archive:
        url = "https://lund.example/x"
        archive.keep(
            article(url, "Gone", ("A text that nobody finds.",)), page(b"<html><body></body></html>", url), "0"
        )
        archive._pages.execute("delete from pages where digest = ?", (page().digest,))
    assert [outcome for _, _, outcome in outcomes(path)] == ["missing", "text", "text", "refused"]
    assert rows(path, "select body, extractor from articles where id = 3") == [("A text that nobody finds.", "0")]


def test_what_two_extractors_see_on_an_unchanged_text_is_no_edit(path: Path) -> None:
    later = page(html(*OTHER, "<i></i>"), hours=3)
    with Archive(path) as archive:
        kept = archive.keep(extract.article(later), later, extract.VERSION)
    assert (kept.outcome, kept.revision) == ("unchanged", 2)
    assert list(faults(path)) == []
