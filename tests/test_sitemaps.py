"""Sitemaps of every kind, as links and further sitemaps."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from scraper.discover import sitemaps
from scraper.discover.sitemaps import Child, Sitemap
from scraper.models import Link, Page, Place

URL = "https://a.example/sitemap.xml"


def read(body: str | bytes, since: datetime | None = None) -> Sitemap | None:
    sent = body.encode() if isinstance(body, str) else body
    return sitemaps.read(Page(URL, sent, 200, (), datetime(2026, 1, 1, tzinfo=UTC)), URL, since)


def links(body: str | bytes, since: datetime | None = None) -> list[str]:
    found = read(body, since)
    assert found is not None
    return [link.url.removeprefix("https://a.example/") for link in found.links]


NEWS = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://a.example/1?x=1&amp;y=2</loc><image:image><image:loc>https://a.example/1.jpg</image:loc></image:image>
 <news:news><news:publication><news:name>A</news:name></news:publication>
 <news:publication_date>2024-03-05T10:00:00Z</news:publication_date><news:title>Bridge &amp; dock</news:title></news:news></url>
<url><loc> https://a.example/2 </loc><lastmod>2024-03-01</lastmod></url></urlset>"""


def test_a_news_sitemap_gives_headline_and_time() -> None:
    moment = datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert read(NEWS) == Sitemap(
        (
            Link("https://a.example/1?x=1&y=2", URL, Place.SITEMAP, 1, "Bridge & dock", moment, moment),
            Link("https://a.example/2", URL, Place.SITEMAP, 2, None, None, datetime(2024, 3, 1, tzinfo=UTC)),
        )
    )


def test_an_index_gives_sitemaps() -> None:
    body = "<sitemapindex><sitemap><loc>/a.xml</loc><lastmod>2024-03-01</lastmod></sitemap><sitemap><loc>b.xml.gz</loc></sitemap>"
    children = (
        Child("https://a.example/a.xml", datetime(2024, 3, 1, tzinfo=UTC)),
        Child("https://a.example/b.xml.gz", None),
    )
    assert read(body) == Sitemap(children=children)


def test_the_window_leaves_out_what_is_older_and_keeps_what_gives_no_time() -> None:
    body = NEWS.replace("</urlset>", "<url><loc>https://a.example/3</loc></url></urlset>")
    assert links(body, datetime(2024, 3, 2, tzinfo=UTC)) == ["1?x=1&y=2", "3"]


def test_a_prefix_of_its_own_is_no_matter() -> None:
    body = "<sm:urlset><sm:url><sm:loc>https://a.example/1</sm:loc></sm:url></sm:urlset>"
    assert links(body) == ["1"]


@pytest.mark.parametrize("cut", [1, 3, 60])
def test_gzip_is_unpacked_whatever_its_label_and_as_far_as_it_came(cut: int) -> None:
    packed = gzip.compress(NEWS.encode(), mtime=0)
    assert links(packed) == ["1?x=1&y=2", "2"]
    broken = gzip.compress((NEWS * 300).encode(), mtime=0)[:-cut]
    assert links(broken)[:2] == ["1?x=1&y=2", "2"]


def test_a_bomb_is_unpacked_to_the_protocols_limit_only() -> None:
    bomb = gzip.compress(NEWS.removesuffix("</urlset>").encode() + b" " * 200_000_000, 9, mtime=0)
    assert links(bomb) == ["1?x=1&y=2", "2"]


def test_plain_text_has_an_address_a_line() -> None:
    assert links("https://a.example/1\r\nhttps://a.example/2\n\n") == ["1", "2"]


def test_fifty_thousand_addresses_are_enough() -> None:
    assert len(links("<urlset>" + "<url><loc>https://a.example/1</loc></url>" * 50_010)) == 50_000


def test_entities_are_never_expanded() -> None:
    body = """<!DOCTYPE u [<!ENTITY l "lol"><!ENTITY m "&l;&l;">]><urlset>
    <url><loc>https://a.example/&m;</loc></url><url><loc>https://a.example/2</loc></url></urlset>"""
    assert links(body) == ["2"]


@pytest.mark.parametrize(
    "body", ["", "<!doctype html><title>Not found</title>", "not a sitemap", b"\x1f\x8bnonsense", "https://a b/"]
)
def test_what_is_no_sitemap_is_told(body: str | bytes) -> None:
    assert read(body) is None
