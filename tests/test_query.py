"""Questions to the archive."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.archive import Archive
from scraper.errors import ArchiveError, ConfigError
from scraper.models import Moment
from scraper.query import Filters, Marks, Order, Reader, expression, terms
from tests.pages import article, html, page

STORIES = {
    "https://www.lund.example/budget": ("Budget passed", "2026-03-01", "en", ("Nell Okafor",), "Politics"),
    "https://lund.example/harbour": ("Harbour grows", "2026-03-02T08:00:00+01:00", "en", ("Tomas Reyes",), "Economy"),
    "https://news.malmo.example/hafen": ("Hafen wächst", "2026-03-03", "de", ("Jana Kröger",), "Wirtschaft"),
    "https://malmo.example/undated": ("Undated harbour note", None, "en", (), None),
}
TEXTS = {
    "https://www.lund.example/budget": "The council passed the budget for schools and roads after a long night of talks.",
    "https://lund.example/harbour": "The harbour will get a third dock, the council said, and the budget allows for it.",
    "https://news.malmo.example/hafen": "Der Hafen wächst schneller als geplant, und die Straße dorthin wird breiter.",
    "https://malmo.example/undated": "A note about the harbour master, who refused to say anything about the third dock.",
}


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with Archive(tmp_path / "news.db") as archive:
        for url, (headline, published, language, authors, section) in STORIES.items():
            told = replace(
                article(url, headline, (TEXTS[url],)),
                published=Moment(published) if published else None,
                language=language,
                authors=authors,
                section=section,
            )
            archive.keep(told, page(html(TEXTS[url]), url))
    with Reader(tmp_path / "news.db") as reader:
        yield reader


def headlines(reader: Reader, words: str, filters: Filters = Filters(), order: Order = Order.BEST) -> list[str | None]:
    return [hit.headline for hit in reader.search(words, filters, order)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("harbour", ["Harbour grows", "Undated harbour note"]),
        ("HARBOUR", ["Harbour grows", "Undated harbour note"]),
        ("harbour master", ["Undated harbour note"]),
        ('"third dock"', ["Undated harbour note", "Harbour grows"]),
        ('"dock third"', []),
        ('"third dock', ["Undated harbour note", "Harbour grows"]),
        ("master OR schools", ["Budget passed", "Undated harbour note"]),
        ("harbour NOT budget", ["Undated harbour note"]),
        ("harbour -budget", ["Undated harbour note"]),
        ("(schools OR master) AND night", ["Budget passed"]),
        ("NOT budget", []),
        ("harb*", ["Harbour grows", "Undated harbour note"]),
        ("harb", []),
        ("strasse OR straße", ["Hafen wächst"]),
        ("wachst", ["Hafen wächst"]),
        ("and or not", []),
        ("nothing here", []),
        ("", []),
        ("*** ((( AND", []),
        ("budget )", ["Budget passed", "Harbour grows"]),
        ("headline:budget", []),
        ("NEAR(third dock)", []),
    ],
)
def test_the_language_of_search(reader: Reader, words: str, found: list[str]) -> None:
    assert sorted(map(str, headlines(reader, words))) == sorted(found)


def test_a_headline_weighs_more_than_the_text(reader: Reader) -> None:
    assert headlines(reader, "budget") == ["Budget passed", "Harbour grows"]


def test_newest_first_means_first_seen_last(reader: Reader) -> None:
    assert headlines(reader, "the", order=Order.NEWEST) == ["Undated harbour note", "Harbour grows", "Budget passed"]


def test_the_match_is_marked(reader: Reader) -> None:
    [hit] = reader.search("schools", marks=Marks("[", "]"))
    assert hit.snippet == "The council passed the budget for [schools] and roads after a long night of talks."


def test_no_more_than_asked_for(reader: Reader) -> None:
    assert len(reader.search("the", limit=2)) == 2


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(site="lund.example"), ["Budget passed", "Harbour grows"]),
        (Filters(site="https://www.lund.example/"), ["Budget passed", "Harbour grows"]),
        (Filters(site="malmo.example"), ["Hafen wächst", "Undated harbour note"]),
        (Filters(since="2026-03-02", until="2026-03-02"), ["Harbour grows"]),
        (Filters(until="2026-03-01"), ["Budget passed"]),
        (Filters(since="2026-03-02T07:30"), ["Hafen wächst", "Undated harbour note"]),
        (Filters(since="2026-03-04"), ["Undated harbour note"]),
        (Filters(author="reyes"), ["Harbour grows"]),
        (Filters(section="politics"), ["Budget passed"]),
        (Filters(language="DE"), ["Hafen wächst"]),
        (Filters(site="lund.example", author="okafor", language="en"), ["Budget passed"]),
    ],
)
def test_filters_narrow_lists_and_searches(reader: Reader, filters: Filters, found: list[str]) -> None:
    assert sorted(str(hit.headline) for hit in reader.listing(filters)) == found
    everywhere = headlines(reader, "the OR der OR a", filters)
    assert sorted(map(str, everywhere)) == found
    assert sorted(str(each.article.headline) for each in reader.everything(filters)) == found


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "2026", "9999-12-31", "'; drop table articles"])
def test_a_day_that_is_none_is_refused_in_one_line(reader: Reader, day: str) -> None:
    with pytest.raises(ConfigError, match="--until"):
        reader.listing(Filters(until=day))


@given(st.text(max_size=80))
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_question(words: str) -> None:
    asked = expression(words)
    if asked is not None:
        _INDEX.execute("select count(*) from t where t match ?", (asked,)).fetchone()


_WORD = st.sampled_from(
    ["a", "AND", "OR", "NOT", "(", ")", '"', "-a", "b*", "*", '"a b"', "NEAR", "t:", "+", "^a", "{a}", "é", "日本"]
)


@given(st.lists(_WORD, max_size=40))
@settings(max_examples=400, deadline=None)
def test_any_heap_of_operators_is_a_question(words: list[str]) -> None:
    for text in (" ".join(words), "".join(words), "(" * 300 + " ".join(words)):
        asked = expression(text)
        if asked is not None:
            _INDEX.execute("select count(*) from t where t match ?", (asked,)).fetchone()


_INDEX = sqlite3.connect(":memory:", check_same_thread=False)
_INDEX.execute("create virtual table t using fts5 (x, tokenize='unicode61 remove_diacritics 2')")
_INDEX.execute("insert into t values ('a b c')")


@pytest.mark.parametrize(
    "which", ["2", "https://lund.example/harbour", "https://lund.example/harbour?utm_source=x#top"]
)
def test_an_article_is_found_by_number_and_by_any_address(reader: Reader, which: str) -> None:
    stored = reader.show(which)
    assert (stored.id, stored.article.headline) == (2, "Harbour grows")


@pytest.mark.parametrize("which", ["99", "https://lund.example/none", "nonsense", "", "9" * 30])
def test_what_is_not_there_is_named(reader: Reader, which: str) -> None:
    assert reader.find(which) is None
    with pytest.raises(ArchiveError, match="no article"):
        reader.show(which)


def test_a_stored_article_is_the_article_that_was_kept(reader: Reader) -> None:
    url = "https://lund.example/harbour"
    told = replace(
        article(url, "Harbour grows", (TEXTS[url],)),
        published=Moment("2026-03-02T08:00:00+01:00"),
        authors=("Tomas Reyes",),
        section="Economy",
    )
    assert reader.show(url).article == told


def test_the_page_comes_back_byte_for_byte(reader: Reader) -> None:
    url = "https://lund.example/harbour"
    assert reader.page(reader.show(url).page) == html(TEXTS[url])


def test_a_page_that_is_not_there_is_named(reader: Reader) -> None:
    with pytest.raises(ArchiveError, match="is missing"):
        reader.page("0" * 64)


def test_a_record_carries_what_other_tools_look_for(reader: Reader) -> None:
    record = next(reader.everything()).record()
    wanted = {"url", "headline", "summary", "authors", "published", "body", "first_seen", "revisions", "status"}
    assert wanted <= set(record)
    assert (record["revisions"], record["status"], record["first_seen"]) == (1, "live", "2026-03-04T12:00:00+00:00")


def test_stats_count(reader: Reader) -> None:
    told = reader.stats()
    assert (told["articles"], told["revisions"], told["fetches"], told["failed"]) == (4, 4, 4, 0)
    assert told["sites"] == {"lund.example": 2, "malmo.example": 1, "news.malmo.example": 1}
    assert told["languages"] == {"en": 3, "de": 1}
    assert told["kinds"] == {"article": 4}


def test_a_reader_sees_what_a_writer_writes_meanwhile(tmp_path: Path) -> None:
    with Archive(tmp_path / "n.db") as archive, Reader(tmp_path / "n.db") as reader:
        assert len(reader) == 0
        archive.keep(article(), page())
        assert len(reader) == 1


def test_a_word_that_is_everywhere_counts_in_the_headline_then_the_newest_come(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scraper.query.COMMON", 2)
    order = Order.BEST_OF_NEWEST
    assert headlines(reader, "the", order=order) == ["Undated harbour note", "Harbour grows", "Budget passed"]
    assert headlines(reader, "budget", order=order) == ["Budget passed", "Harbour grows"]
    assert headlines(reader, "the NOT note", order=order) == ["Harbour grows", "Budget passed"]
    assert headlines(reader, "budget roads", order=order) == ["Budget passed"]


def test_a_phrase_is_looked_for_among_the_newest_first_and_then_among_all(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scraper.query.SPAN", 1)
    order = Order.BEST_OF_NEWEST
    assert set(headlines(reader, '"the third dock"', order=order)) == {"Undated harbour note"}
    assert set(headlines(reader, '"third dock"', order=order)) == {"Undated harbour note", "Harbour grows"}
    monkeypatch.setattr("scraper.query.ENOUGH", 1)
    assert headlines(reader, '"third dock"', order=order) == ["Undated harbour note"]


def test_the_words_of_a_question_are_those_an_article_may_have() -> None:
    assert terms('harbour (budget OR "third dock") -fish NOT (a b) dock* harbour') == [
        '"harbour"',
        '"budget"',
        '"third dock"',
        '"dock"*',
    ]
