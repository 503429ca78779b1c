"""What a robots.txt lets us ask: RFC 9309, case by case."""

from __future__ import annotations

import pytest

from scraper import robots
from scraper.robots import Verdict

AGENT = "news-scraper"


def verdict(text: str, path: str) -> Verdict:
    return robots.parse(text.encode()).may(f"https://a.example{path}", AGENT)


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        ("", "/x", (True, None)),
        ("User-agent: *\nDisallow:", "/x", (True, None)),
        ("User-agent: *\nDisallow: /", "/x", (False, "Disallow: /")),
        ("User-agent: *\nDisallow: /private/", "/private/x", (False, "Disallow: /private/")),
        ("User-agent: *\nDisallow: /private/", "/privately", (True, None)),
        # the longest rule counts, wherever it stands; of equally long ones the allowing
        (
            "User-agent: *\nAllow: /private/open/\nDisallow: /private/",
            "/private/open/x",
            (True, "Allow: /private/open/"),
        ),
        (
            "User-agent: *\nDisallow: /private/\nAllow: /private/open/",
            "/private/open/x",
            (True, "Allow: /private/open/"),
        ),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", (True, "Allow: /a")),
        # wildcards, and the end of the address
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", (False, "Disallow: /*.pdf$")),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?page=2", (True, None)),
        ("User-agent: *\nDisallow: /*?print=", "/x?print=1", (False, "Disallow: /*?print=")),
        # our own group counts alone, whatever the other says
        ("User-agent: *\nDisallow: /\n\nUser-agent: News-Scraper\nDisallow: /b", "/a", (True, None)),
        ("User-agent: other\nDisallow: /", "/a", (True, None)),
        ("User-agent: other\nUser-agent: news-scraper\nDisallow: /", "/a", (False, "Disallow: /")),
        # a name is a product's: a version behind it says nothing, and another product's beginning is not ours
        ("User-agent: News-Scraper/2.1\nDisallow: /", "/a", (False, "Disallow: /")),
        (
            "User-agent: news-scraper\nDisallow: /a\n\nUser-agent: News-Scraper/1\nDisallow: /b",
            "/b",
            (False, "Disallow: /b"),
        ),
        ("User-agent: *\nDisallow: /a\n\nUser-agent: news\nAllow: /", "/a", (False, "Disallow: /a")),
        ("User-agent: news-scraper-images\nDisallow: /", "/a", (True, None)),
        (
            "User-agent: *\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: *\nDisallow: /b",
            "/b",
            (False, "Disallow: /b"),
        ),
        # escapes mean what they stand for
        ("User-agent: *\nDisallow: /caf%C3%A9/", "/café/1", (False, "Disallow: /caf%C3%A9/")),
        # byte order mark, CRLF, CR, remarks, words in any case
        ("\ufeffUser-agent: *\r\nDisallow: /a # not this\r\n", "/a", (False, "Disallow: /a")),
        ("USER-AGENT: *\rDISALLOW: /a\r", "/a", (False, "Disallow: /a")),
        ("User-agent: News-Scraper/2\rDisallow: /a\r", "/a", (False, "Disallow: /a")),
        # robots.txt itself may always be asked for
        ("User-agent: *\nDisallow: /", "/robots.txt", (True, None)),
        # an error page in its place has no rules
        ("<!doctype html><p>User-agent: * Disallow: / for all", "/x", (True, None)),
    ],
)
def test_the_rule_that_decides_is_told(text: str, path: str, said: tuple[bool, str | None]) -> None:
    assert verdict(text, path) == said


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_refused_robots_txt_means_no_rules(status: int) -> None:
    assert robots.parse(b"User-agent: *\nDisallow: /", status) == robots.ALLOWING


@pytest.mark.parametrize("status", [None, 429, 500, 503])
def test_a_failed_robots_txt_means_not_now(status: int | None) -> None:
    rules = robots.parse(b"", status)
    assert rules.failed
    assert rules.may("https://a.example/", AGENT) == Verdict(allowed=False, line="robots.txt failed")
    assert rules.may("https://a.example/robots.txt", AGENT).allowed


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nDisallow: /a", None),
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: soon", None),
        ("User-agent: *\nCrawl-delay: 2,5", 2.5),
        ("User-agent: *\nCrawl-delay: 10 s # seconds", 10.0),
        ("User-agent: *\nCrawl-delay: -3", None),
        ("User-agent: *\nCrawl-delay: 1\nRequest-rate: 1/5s", 5.0),
        ("User-agent: *\nCrawl-delay: 9\n\nUser-agent: news-scraper\nDisallow: /a", None),
    ],
)
def test_the_delay_is_the_longer_one_of_our_group(text: str, seconds: float | None) -> None:
    assert robots.parse(text.encode()).delay(AGENT) == seconds


def test_the_sitemaps_it_lists_are_absolute_and_told_once() -> None:
    text = b"Sitemap: /news.xml\nUser-agent: *\nsitemap: https://a.example/news.xml\nSitemap: javascript:x\n"
    assert robots.parse(text).sitemaps("https://a.example/robots.txt") == ("https://a.example/news.xml",)


def test_half_a_megabyte_is_read_and_a_cut_line_left_out() -> None:
    text = b"User-agent: *\nDisallow: /a\n" + b"# remark\n" * 60_000 + b"Disallow: /b\n"
    rules = robots.parse(text)
    assert not rules.may("https://a.example/a", AGENT).allowed
    assert rules.may("https://a.example/b", AGENT).allowed


def test_a_form_feed_ends_no_line() -> None:
    assert verdict("User-agent: *\x0cx\nDisallow: /", "/a").allowed
