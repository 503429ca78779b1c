"""The fields beside the text, each with the place it was read from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scraper import document
from scraper.extract import lines, metadata
from scraper.extract.metadata import Fields

URL = "https://www.lund.example/politics/budget"
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def read(markup: str, url: str | None = URL) -> Fields:
    parsed = document.parse(markup, url)
    return metadata.read(parsed, lines.read(parsed), NOW)


def linked(fields: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "x", {fields}}}</script>'


def place(fields: Fields, field: str) -> str | None:
    return next((each.place for each in fields.evidence if each.field == field), None)


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("", "https://www.lund.example/politics/budget"),
        ('<link rel="canonical" href="https://lund.example/a?utm_source=x">', "https://lund.example/a"),
        ('<link rel="canonical" href="/a">', "https://www.lund.example/a"),
        ('<link rel="canonical" href="https://lund.example/">', URL),
        ('<link rel="canonical" href="https://malmo.example/a">', URL),
        ('<link rel="canonical" href="javascript:x">', URL),
        ('<meta property="og:url" content="https://lund.example/b">', "https://lund.example/b"),
        ('<link rel="canonical" href="/a"><meta property="og:url" content="/b">', "https://www.lund.example/a"),
    ],
)
def test_a_canonical_address_is_believed_on_the_same_site_and_not_the_front_page(head: str, url: str) -> None:
    assert read(head).url == url


def test_a_page_without_an_address_is_what_it_says_it_is() -> None:
    assert read('<link rel="canonical" href="https://lund.example/a">', None).url == "https://lund.example/a"
    assert read('<link rel="canonical" href="https://lund.example/">', None).url is None
    assert read("", None).url is None


def test_other_addresses_of_the_page_are_kept() -> None:
    told = read('<link rel="canonical" href="/a"><link rel="amphtml" href="https://amp.lund.example/a">')
    assert told.url == "https://www.lund.example/a"
    assert told.alternates == ("https://amp.lund.example/a", URL)


@pytest.mark.parametrize(
    ("markup", "published", "where"),
    [
        (linked('"datePublished": "2026-03-01T10:00:00+01:00"'), "2026-03-01T10:00:00+01:00", "json-ld datePublished"),
        (linked('"datePublished": "2026-03-01"'), "2026-03-01", "json-ld datePublished"),
        (
            linked('"datePublished": "2026-03-01"')
            + '<meta property="article:published_time" content="2026-03-01T09:00Z">',
            "2026-03-01T09:00:00+00:00",
            "meta article:published_time",
        ),
        (
            linked('"datePublished": "2026-03-01"')
            + '<meta property="article:published_time" content="2026-02-28T09:00Z">',
            "2026-03-01",
            "json-ld datePublished",
        ),
        ('<meta name="date" content="2026-03-01 09:00">', "2026-03-01T09:00:00", "meta date"),
        (
            '<time itemprop="datePublished" datetime="2026-03-01">1 March</time>',
            "2026-03-01",
            "itemprop datePublished",
        ),
        (
            '<article><header><time datetime="2026-03-01T09:00Z">x</time></header></article>',
            "2026-03-01T09:00:00+00:00",
            "time",
        ),
        ('<div class="date">1. März 2026, 9:00 Uhr</div>', "2026-03-01T09:00:00", "date line"),
        (linked('"datePublished": "2027-01-01"'), None, None),
        (linked('"datePublished": "soon"'), None, None),
        ("<p>On 1 March 2026 the council met in the town hall of Lund.</p>", None, None),
        ("", None, None),
    ],
)
def test_a_date_comes_from_a_marked_place_or_not_at_all(markup: str, published: str | None, where: str | None) -> None:
    told = read(markup)
    assert (told.published and told.published.iso) == published
    assert place(told, "published") == where


def test_what_was_modified_is_told_apart() -> None:
    told = read(linked('"datePublished": "2026-03-01", "dateModified": "2026-03-02"'))
    assert (str(told.published), str(told.modified)) == ("2026-03-01", "2026-03-02")


@pytest.mark.parametrize(
    ("markup", "authors"),
    [
        (linked('"author": {"@type": "Person", "name": "Nell Okafor"}'), ("Nell Okafor",)),
        (linked('"author": [{"name": "Nell Okafor"}, {"name": "Tomas Reyes"}]'), ("Nell Okafor", "Tomas Reyes")),
        (linked('"author": "By Nell Okafor"'), ("Nell Okafor",)),
        (linked('"author": {"name": ["Nell Okafor", "Tomas Reyes"]}'), ("Nell Okafor", "Tomas Reyes")),
        (linked('"author": {"name": ""}') + '<meta name="author" content="Nell Okafor">', ("Nell Okafor",)),
        ('<meta name="author" content="https://lund.example/nell"><a rel="author">Nell Okafor</a>', ("Nell Okafor",)),
        ('<div class="byline">By Nell Okafor</div>', ("Nell Okafor",)),
        (linked('"author": {"@type": "Organization", "name": "Coastwatch"}'), ("Coastwatch",)),
        (
            '<meta property="og:site_name" content="Lund"><meta name="author" content="Lund, Nell Okafor">',
            ("Nell Okafor",),
        ),
        ("<p>Nobody signed this.</p>", ()),
    ],
)
def test_authors_come_from_the_first_place_that_names_people(markup: str, authors: tuple[str, ...]) -> None:
    assert read(markup).authors == authors


@pytest.mark.parametrize(
    ("markup", "field", "value"),
    [
        ('<html lang="de-AT">', "language", "de"),
        ('<meta property="og:locale" content="fr_FR">', "language", "fr"),
        ("<html lang=''>", "language", None),
        (linked('"articleSection": ["Politics", "Lund"]'), "section", "Politics"),
        ('<meta property="article:section" content="Economy">', "section", "Economy"),
        (linked('"keywords": "a1, b2; c3"'), "tags", ("a1", "b2", "c3")),
        ('<meta property="article:tag" content="x1"><meta property="article:tag" content="y1">', "tags", ("x1", "y1")),
        ('<meta property="og:site_name" content="Lund &amp; Co">', "site_name", "Lund & Co"),
        (linked('"publisher": {"name": "Lund Post"}'), "site_name", "Lund Post"),
        (linked('"isAccessibleForFree": false'), "paywalled", True),
        (linked('"isAccessibleForFree": "False"'), "paywalled", True),
        (linked('"isAccessibleForFree": true'), "paywalled", False),
        ('<meta property="article:content_tier" content="locked">', "paywalled", True),
        ('<meta property="article:content_tier" content="free">', "paywalled", False),
        ("", "paywalled", False),
        (linked('"description": "<p>A &amp; B</p>"'), "description", "A & B"),
        ('<meta name="description" content="What it is about">', "description", "What it is about"),
    ],
)
def test_each_field_is_what_the_page_says(markup: str, field: str, value: object) -> None:
    told = read(markup)
    assert getattr(told, field) == value
    assert (place(told, field) is not None) == bool(value)


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        ('<meta property="og:image" content="/i/a.jpg">', "https://www.lund.example/i/a.jpg"),
        (linked('"image": {"url": "https://img.example/a.jpg"}'), "https://img.example/a.jpg"),
        (linked('"image": ["https://img.example/a.jpg", "b"]'), "https://img.example/a.jpg"),
        ('<meta property="og:image" content="data:image/png;base64,xx">', None),
        ("", None),
    ],
)
def test_the_main_image_has_an_address_that_can_be_asked(markup: str, address: str | None) -> None:
    image = read(markup).image
    assert (image and image.url) == address


@pytest.mark.parametrize(
    "odd",
    [
        '"author": 7',
        '"author": [null, {}, []]',
        '"datePublished": {}',
        '"keywords": {"a": 1}',
        '"image": [[]]',
        '"publisher": 3',
        '"articleSection": [[]]',
        '"isAccessibleForFree": []',
        '"headline": {"a": 1}',
        '"description": ["a", 7]',
    ],
)
def test_linked_data_of_the_wrong_shape_is_passed_over(odd: str) -> None:
    assert read(linked(odd)).url == URL
