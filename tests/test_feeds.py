"""Feeds of every kind, well-formed and not, as links."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scraper.discover import feeds, stamps
from scraper.discover.feeds import Feed, Item
from scraper.models import Link, Page, Place

HOME = "https://a.example/"


def page(body: str | bytes, *headers: tuple[str, str]) -> Page:
    sent = body.encode() if isinstance(body, str) else body
    return Page(f"{HOME}feed", sent, 200, headers, datetime(2026, 1, 1, tzinfo=UTC))


def read(body: str | bytes, *headers: tuple[str, str]) -> Feed:
    feed = feeds.read(page(body, *headers))
    assert feed is not None
    return feed


def told(body: str | bytes) -> list[tuple[str, str | None]]:
    return [(item.url.removeprefix(HOME), item.headline) for item in read(body).items]


RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>The Courier</title><link>https://a.example/</link>
<item><title>Bridge &amp; dock</title><link>https://a.example/1</link><pubDate>Tue, 05 Mar 2024 10:30:00 +0100</pubDate></item>
<item><link>/2</link><title><![CDATA[A <b>bold</b> plan]]></title></item>
</channel></rss>"""


def test_rss_gives_address_headline_and_time_in_order() -> None:
    assert read(RSS) == Feed(
        "The Courier",
        (
            Item(f"{HOME}1", "Bridge & dock", datetime(2024, 3, 5, 9, 30, tzinfo=UTC), None),
            Item(f"{HOME}2", "A bold plan", None, None),
        ),
    )


def test_a_link_remembers_where_it_was_seen() -> None:
    [first, second] = feeds.links(read(RSS), "https://a.example/old-feed")
    assert second == Link(f"{HOME}2", "https://a.example/old-feed", Place.FEED, 2, "A bold plan")
    assert first.published == datetime(2024, 3, 5, 9, 30, tzinfo=UTC)


def test_atom_takes_the_alternate_link_and_both_times() -> None:
    body = """<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">A</title>
    <entry><title type="html">Caf&amp;eacute; &amp;amp; bar</title>
      <link rel="edit" href="/edit/1"/><link rel="enclosure" href="/1.mp3"/><link href="/1?x=1&amp;y=2"/>
      <source><title>Elsewhere</title><link href="https://b.example/"/></source>
      <published>2024-03-05T10:00:00Z</published><updated>2024-03-05T12:00:00+01:00</updated>
      <content type="xhtml"><div><title>no headline</title><link href="/no"/></div></content></entry></feed>"""
    moment = datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert read(body).items == (Item(f"{HOME}1?x=1&y=2", "Café & bar", moment, datetime(2024, 3, 5, 11, tzinfo=UTC)),)


def test_rdf_and_json_feeds_are_read_as_well() -> None:
    rdf = """<rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel><title>R</title></channel>
    <item rdf:about="https://a.example/1"><title>One</title><link>https://a.example/1</link><dc:date>2024-03-05</dc:date></item></rdf:RDF>"""
    assert read(rdf) == Feed("R", (Item(f"{HOME}1", "One", datetime(2024, 3, 5, tzinfo=UTC), None),))
    json = '{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [{"id": "7", "url": "/7", "title": "Seven"}, {"id": "x", "url": 8}, 9]}'
    assert read(json).items[0] == Item(f"{HOME}7", "Seven", None, None)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        # a bare ampersand, a name of HTML, a prefix nobody declared
        (
            "<rss><item><foo:bar>x</foo:bar><title>Fish & chips&nbsp;war</title><link>https://a.example/1?a=1&b=2&copy=3</link></item></rss>",
            [("1?a=1&b=2&copy=3", "Fish & chips war")],
        ),
        # cut inside an item, inside a field, inside a tag
        ("<rss><channel><item><title>One</title><link>https://a.example/1</link><description>Lor", [("1", "One")]),
        ("<rss><channel><item><link>https://a.example/1</link><title>On", [("1", "On")]),
        ("<rss><channel><item><link>https://a.example/1</link></item><item><lin", [("1", None)]),
        # fields and items that are never closed
        (
            "<rss><item><link>https://a.example/1\n<title>One</title><item><link>https://a.example/2</rss>",
            [("1", "One"), ("2", None)],
        ),
        # markup unescaped in a description
        (
            "<rss><channel><item><description>a<br>b <title>x</title></description><title>One</title><link>/1</link></item></channel></rss>",
            [("1", "One")],
        ),
        # an item that is text in CDATA is none
        (
            "<rss><channel><item><title>One</title><description><![CDATA[</item><item><link>/no</link>]]></description><link>/1</link></item></rss>",
            [("1", "One")],
        ),
        (
            "<rss><channel><!-- <item><link>/no</link></item> --><item><link>/1</link></item></channel></rss>",
            [("1", None)],
        ),
        # the link is the guid, unless the guid says that it is none
        (
            "<rss><item><guid>https://a.example/1</guid></item><item><guid isPermaLink='false'>https://a.example/2</guid></item></rss>",
            [("1", None)],
        ),
        (
            "<rss><item><link>https://f.example/~r/1</link><feedburner:origLink>/1</feedburner:origLink></item></rss>",
            [("1", None)],
        ),
        # JSON that is cut keeps the entries that are whole
        (
            '{"version": "https://jsonfeed.org/version/1", "items": [{"url": "/1", "title": "One"}, {"url": "/2", "ti',
            [("1", "One")],
        ),
    ],
)
def test_what_is_malformed_is_read_as_far_as_it_goes(body: str, said: list[tuple[str, str | None]]) -> None:
    assert told(body) == said


@pytest.mark.parametrize(
    "body",
    [
        "\ufeff\n\n" + RSS,
        RSS.replace("utf-8", "iso-8859-1").encode("utf-8"),
        "<!DOCTYPE rss [<!ELEMENT x ANY>]>\n<!-- remark -->\n" + RSS.partition("?>")[2],
        RSS.encode("utf-16"),
        RSS.replace("plan", "pl\x0b\x00an").replace("pl\x0b\x00an", "plan\x00"),
    ],
)
def test_what_stands_before_the_root_and_how_it_is_encoded_is_no_matter(body: str | bytes) -> None:
    assert [headline for _, headline in told(body)] == ["Bridge & dock", "A bold plan"]


def test_an_encoding_that_is_declared_wrongly_is_found_out() -> None:
    body = RSS.replace("Bridge &amp; dock", "Brücke über die Förde wird höher").encode("cp1252")
    assert told(body)[0] == ("1", "Brücke über die Förde wird höher")


def test_entities_of_its_own_are_never_expanded() -> None:
    body = """<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
    <rss><channel><item><title>One &b; &x; two</title><link>https://a.example/1</link></item>
    <item><title>Two</title><link>https://a.example/&x;</link></item></channel></rss>"""
    assert told(body) == [("1", "One two")]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<!doctype html><html><body><item><link>/1</link></item>",
        "<urlset></urlset>",
        '{"a": 1}',
        "[1]",
        "feed",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_no_feed_is_told(body: str | bytes) -> None:
    assert feeds.read(page(body, ("content-type", "application/rss+xml"))) is None


def test_fifty_thousand_items_are_enough_however_many_there_are() -> None:
    body = "<rss>" + "<item><link>/a</link>" * 60_000
    assert len(read(body).items) == 50_000


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Tue, 05 Mar 2024 10:30:00 GMT", "2024-03-05T10:30:00+00:00"),
        ("5 March 2024 10:30 EST", "2024-03-05T15:30:00+00:00"),
        ("Tue, 05 Mar 24 10:30:00 -0800", "2024-03-05T18:30:00+00:00"),
        ("Di, 05 Mar 2024 10:30:00 +01:00", "2024-03-05T09:30:00+00:00"),
        ("2024-03-05T10:30:00.123Z", "2024-03-05T10:30:00.123000+00:00"),
        ("2024-03-05", "2024-03-05T00:00:00+00:00"),
        ("2024-03-05 10:30:00", "2024-03-05T10:30:00+00:00"),
        ("0001-01-01T00:00:00Z", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Tue, 45 Mar 2024 10:30:00 GMT", None),
        ("Tue, 05 Mär 2024", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_moment_is_utc_or_none(text: str, moment: str | None) -> None:
    found = stamps.stamp(text)
    assert (found and found.isoformat()) == moment


@pytest.mark.parametrize(
    "body",
    [
        "<b>Warning</b>: mysql gone in x.php on line 3\n<?xml version='1.0'?><rss><channel><item><link>/1</link></item></channel></rss>",
        "Notice: undefined <rss><channel><item><link>/1</link></item></channel></rss>",
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/sub/"><entry><link href="../1"/></entry></feed>',
        '{"title": "A", "description": "' + "x" * 5_000 + '", "items": [{"url": "/1"}]}',
    ],
)
def test_a_feed_is_found_behind_what_stands_before_it(body: str) -> None:
    assert told(body) == [("1", None)]


def test_a_page_that_speaks_of_feeds_is_none() -> None:
    assert feeds.read(page("<!doctype html><p>A feed begins <rss><item><link>/1</link></item></rss>")) is None
