"""What a page asks of those who copy it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scraper import reserved
from scraper.models import Page

AGENT = "news-scraper"


def words(body: str = "", *headers: tuple[str, str]) -> tuple[str, ...]:
    return reserved.of(Page("https://a.example/", body.encode(), 200, headers, datetime(2026, 5, 3, tzinfo=UTC)), AGENT)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("noarchive", ("noarchive",)),
        ("NOARCHIVE, NoIndex", ("noarchive", "noindex")),
        ("none", ("noarchive", "noindex")),
        ("nocache", ("noarchive",)),
        ("index, follow, all", ()),
        # a name before a colon is a robot's, for all that follows until the next
        ("news-scraper: noarchive", ("noarchive",)),
        ("News-Scraper: noindex, noarchive", ("noarchive", "noindex")),
        ("otherbot: noarchive", ()),
        ("otherbot: noarchive, noindex", ()),
        ("otherbot: noarchive, news-scraper: noindex", ("noindex",)),
        ("*: noarchive", ("noarchive",)),
        # but for words that have a value of their own
        ("max-snippet:-1, noarchive", ("noarchive",)),
        ("max-image-preview:large, max-video-preview: 5, noindex", ("noindex",)),
        ("unavailable_after: 25 Jun 2036 15:00:00 PST", ()),
        ("noarchive, unavailable_after: Wed, 25 Jun 2036 15:00:00 GMT", ("noarchive",)),
        ("unavailable_after: Wed, 25 Jun 2036 15:00:00 GMT, noarchive", ("noarchive",)),
        ("otherbot: max-snippet:5, noarchive", ()),
        ("", ()),
    ],
)
def test_an_x_robots_tag_is_heard_where_it_means_us(value: str, said: tuple[str, ...]) -> None:
    assert words("", ("x-robots-tag", value)) == said


def test_each_x_robots_tag_counts_by_itself() -> None:
    assert words("", ("x-robots-tag", "otherbot: noindex"), ("x-robots-tag", "noarchive")) == ("noarchive",)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<meta name="robots" content="noarchive">', ("noarchive",)),
        ("<META CONTENT='noindex,NOARCHIVE' NAME='Robots'/>", ("noarchive", "noindex")),
        ("<meta name=robots content=noarchive>", ("noarchive",)),
        ('<meta name="news-scraper" content="noarchive">', ("noarchive",)),
        ('<meta name="otherbot" content="noarchive"><meta name="robots" content="all">', ()),
        ('<!-- <meta name="robots" content="noarchive"> -->', ()),
        ('<meta name="robots" content="max-snippet:-1, noarchive">', ("noarchive",)),
        ('<meta name="tdm-reservation" content="1">', ("tdm",)),
        ('<meta name="TDM-Reservation" content=" 1 ">', ("tdm",)),
        ('<meta name="tdm-reservation" content="0">', ()),
        ("<p>robots and noarchive</p>", ()),
    ],
)
def test_a_page_says_it_in_its_head(body: str, said: tuple[str, ...]) -> None:
    assert words(body) == said


def test_on_text_and_data_mining_the_page_knows_better_than_its_server() -> None:
    reservation = ("tdm-reservation", "1")
    assert words("", reservation) == ("tdm",)
    assert words('<meta name="tdm-reservation" content="0">', reservation) == ()
    assert words('<meta name="tdm-reservation" content="1">', ("tdm-reservation", "0")) == ("tdm",)


@pytest.mark.parametrize(
    ("rules", "path", "reserved_"),
    [
        ('[{"location": "/", "tdm-reservation": 1}]', "/news/a.html", True),
        ('[{"location": "/", "tdm-reservation": 0}]', "/news/a.html", False),
        ('[{"location": "*", "tdm-reservation": "1"}]', "/news/a.html", True),
        ('[{"location": "/images/", "tdm-reservation": 1}]', "/news/a.html", False),
        (
            '[{"location": "/", "tdm-reservation": 1}, {"location": "/news/*", "tdm-reservation": 0}]',
            "/news/a.html",
            False,
        ),
        ('[{"location": "/*.html$", "tdm-reservation": 1}]', "/news/a.html?x=1", False),
        ('[{"location": "/*.html$", "tdm-reservation": 1}]', "/news/a.html", True),
        ('[{"location": "https://a.example/news/", "tdm-reservation": 1}]', "/news/a.html", True),
        ('{"location": "/", "tdm-reservation": 1}', "/", True),
        ("[1, null, []]", "/", False),
        ("<!doctype html>", "/", False),
        ("", "/", False),
    ],
)
def test_a_site_says_it_for_all_its_pages(rules: str, path: str, reserved_: bool) -> None:
    assert reserved.by_site(rules.encode(), f"https://a.example{path}") == reserved_
