"""The words, and errors that survive a journey."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import errors
from scraper.models import Article, Block, Dropped, Evidence, Headline, Image, Kind, Moment, blocks
from tests.pages import page

LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), min_size=1, max_size=30)
BLOCK = st.builds(Block, st.sampled_from(Kind), LINE, st.integers(0, 6))


@given(st.lists(BLOCK, max_size=12))
def test_body_and_layout_together_are_the_blocks(told: list[Block]) -> None:
    article = Article(blocks=tuple(told))
    assert blocks(article.body, article.layout) == article.blocks


@given(st.lists(BLOCK, max_size=4), LINE, st.booleans())
def test_a_record_is_the_article_and_can_be_read_back(told: list[Block], text: str, paywalled: bool) -> None:
    article = Article(
        url="https://lund.example/a",
        headline=text,
        authors=(text, "B"),
        published=Moment("2026-03-04"),
        modified=Moment("2026-03-04T10:00:00+01:00"),
        tags=("a",),
        image=Image("https://lund.example/i.jpg", text),
        paywalled=paywalled,
        blocks=tuple(told),
        headlines=(Headline(text, "h1"),),
        alternates=("https://lund.example/b",),
        dropped=(Dropped(1, text, "links"),),
        evidence=(Evidence("headline", "h1"),),
    )
    assert Article.of(article.record()) == article


@pytest.mark.parametrize(
    ("iso", "sortable", "instant", "day_only"),
    [
        ("2026-03-04", "2026-03-04T00:00:00+00:00", None, True),
        ("2026-03-04T09:15:00", "2026-03-04T09:15:00+00:00", None, False),
        ("2026-03-04T09:15:00+01:00", "2026-03-04T08:15:00+00:00", datetime(2026, 3, 4, 8, 15, tzinfo=UTC), False),
    ],
)
def test_a_moment_is_as_exact_as_it_was_said(iso: str, sortable: str, instant: datetime | None, day_only: bool) -> None:
    moment = Moment(iso)
    assert (moment.sortable, moment.instant, moment.day_only, str(moment)) == (sortable, instant, day_only, iso)


def test_a_moment_of_a_day_or_a_time() -> None:
    assert Moment.of(date(2026, 3, 4)) == Moment("2026-03-04")
    assert Moment.of(datetime(2026, 3, 4, 9, 15, 0, 999, UTC)) == Moment("2026-03-04T09:15:00+00:00")


def test_words_count_scripts_without_spaces_too() -> None:
    assert Article(blocks=(Block(Kind.PARAGRAPH, "one two three"),)).words == 3
    assert Article(blocks=(Block(Kind.PARAGRAPH, "海" * 90),)).words == 10


def test_a_page_is_named_by_its_bytes_and_knows_its_headers() -> None:
    told = page(b"abc")
    assert told.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert told.header("Content-Type") == "text/html"
    assert told.header("etag") is None


@pytest.mark.parametrize(
    "error",
    [
        errors.Busy("later", url="https://lund.example/", status=429, after=30.0),
        errors.Gone("gone", status=410),
        errors.ExtractError("nothing", url="https://lund.example/", reason="consent"),
        errors.ConfigError("wrong"),
    ],
)
def test_errors_cross_process_borders_whole(error: errors.ScraperError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), str(back), vars(back)) == (type(error), str(error), vars(error))


def test_an_error_says_where() -> None:
    assert str(errors.Gone("the server answered 404", url="https://lund.example/a")) == (
        "https://lund.example/a: the server answered 404"
    )
