"""The fields beside the text, each with the place it was read from."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import document, tables
from scraper.extract import lines, metadata
from scraper.extract.metadata import Fields

URL = "https://www.lund.example/politics/budget"
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


NAMES = [name for names in tables.load("fields").values() for name in names]


def read(markup: str, url: str | None = URL) -> Fields:
    parsed = document.parse(markup, url)
    return metadata.read(parsed, lines.read(parsed), NOW)


SITE = '<meta property="og:site_name" content="Lund">'
HEADING = "<h1>The harbour of Lund gets a new quay</h1>"


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
        (linked('"datePublished": "2026-03-04T13:00:00Z"'), "2026-03-04", "json-ld datePublished"),
        (linked('"datePublished": ["2026-03-01T10:00:00Z"]'), "2026-03-01T10:00:00+00:00", "json-ld datePublished"),
        (
            linked('"datePublished": "2026-03-01T10:00:00"')
            + '<meta property="article:published_time" content="2026-03-01T10:00:00+01:00">',
            "2026-03-01T10:00:00+01:00",
            "meta article:published_time",
        ),
        (
            linked('"datePublished": "2026-03-01T10:00:00+01:00"')
            + '<meta property="article:published_time" content="2026-03-01T10:00:00Z">',
            "2026-03-01T10:00:00+01:00",
            "json-ld datePublished",
        ),
        (HEADING + "<p>1 March 2026, 9:00</p>", "2026-03-01T09:00:00", "date line"),
        (HEADING + '<p class="post-meta">By Nell Okafor on 1 March 2026</p>', "2026-03-01", "date line"),
        (HEADING + "<p>Storm of 1 March 2026 remembered in the town</p>", None, None),
        (
            '<div class="comment"><time datetime="2026-03-03">x</time></div><div>'
            + HEADING
            + '<time datetime="2026-03-01">x</time></div>',
            "2026-03-01",
            "time",
        ),
        (HEADING + '<time class="updated" datetime="2026-03-02">x</time>', None, None),
        (HEADING + "<p>Updated 2 March 2026</p>", None, None),
        (HEADING + "<p>Published 1 March 2026, updated 2 March 2026</p>", "2026-03-01", "date line"),
        (linked('"datePublished": "soon"'), None, None),
        ("<p>On 1 March 2026 the council met in the town hall of Lund.</p>", None, None),
        ("", None, None),
    ],
)
def test_a_date_comes_from_a_marked_place_or_not_at_all(markup: str, published: str | None, where: str | None) -> None:
    told = read(markup)
    assert (told.published and told.published.iso) == published
    assert place(told, "published") == where


@pytest.mark.parametrize(
    ("markup", "modified"),
    [
        (linked('"datePublished": "2026-03-01", "dateModified": "2026-03-02"'), "2026-03-02"),
        (linked('"datePublished": "2026-03-01T10:00:00Z", "dateModified": "2026-03-01T10:00:20Z"'), None),
        (linked('"datePublished": "2026-03-01T10:00:00Z", "dateModified": "2026-02-01T10:00:00Z"'), None),
        (
            linked('"datePublished": "2026-03-01T10:00:00Z", "dateModified": "2026-03-01T13:00:00+01:00"'),
            "2026-03-01T13:00:00+01:00",
        ),
        (HEADING + "<p>1 March 2026</p><p>Updated: 2 March 2026</p>", "2026-03-02"),
        (HEADING + '<time class="updated" datetime="2026-03-02">x</time>', "2026-03-02"),
        (HEADING + "<p>1 March 2026</p>", None),
        (
            linked('"datePublished": "2026-03-01T10:00:20+01:00"') + HEADING + "<p>Updated: 1 March 2026, 10:00</p>",
            None,
        ),
    ],
)
def test_what_was_modified_is_a_claim_of_a_change(markup: str, modified: str | None) -> None:
    told = read(markup).modified
    assert (told and told.iso) == modified


@pytest.mark.parametrize(
    ("url", "published", "where"),
    [
        ("https://lund.example/2026/03/01/quay", "2026-03-01", "address"),
        ("https://lund.example/2026/03/quay", None, None),
        ("https://lund.example/2027/03/01/quay", None, None),
    ],
)
def test_the_day_in_the_address_counts_where_nothing_else_does(
    url: str, published: str | None, where: str | None
) -> None:
    told = read(HEADING, url)
    assert (told.published and told.published.iso) == published
    assert place(told, "published") == where
    shown = read(HEADING + "<p>28 February 2026</p>", url).published
    assert str(shown) == "2026-02-28"


@pytest.mark.parametrize(
    ("markup", "published"),
    [
        ("<html lang=de>" + linked('"datePublished": "02/03/2026"'), "2026-03-02"),
        ("<html lang=en-US>" + linked('"datePublished": "02/03/2026"'), None),
        ("<html lang=en-US>" + linked('"datePublished": "02/03/2026", "dateModified": "28/03/2025"'), "2026-03-02"),
        (
            "<html lang=en-US>" + linked('"datePublished": "02/03/2026"') + HEADING + "<p>3 February 2026</p>",
            "2026-02-03",
        ),
        ("<html lang=de>" + linked('"datePublished": "02/03/2026"') + HEADING + "<p>03.02.2026</p>", "2026-02-03"),
    ],
)
def test_an_order_that_could_be_either_is_settled_by_the_page(markup: str, published: str | None) -> None:
    told = read(markup).published
    assert (told and told.iso) == published


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
        (
            linked('"author": {"@id": "#n"}')
            + '<script type="application/ld+json">{"@id": "#n", "name": "Nell Okafor"}</script>',
            ("Nell Okafor",),
        ),
        (SITE + linked('"author": {"name": "Lund"}') + HEADING + "<p>By Nell Okafor</p>", ("Nell Okafor",)),
        (SITE + linked('"author": {"name": "Lund"}') + HEADING, ("Lund",)),
        (SITE + linked('"author": [{"name": "Nell Okafor"}, {"name": "Lund"}]'), ("Nell Okafor", "Lund")),
        (linked('"author": {"name": "nell"}') + HEADING + '<div class="byline">Nell Okafor</div>', ("Nell Okafor",)),
        (linked('"author": {"name": "admin"}') + HEADING, ()),
        (HEADING + '<p>3 May by <span class="author">Nell Okafor</span></p>', ("Nell Okafor",)),
        (
            HEADING + '<p class="byline"><span>Nell Okafor</span><span>Tomas Reyes</span></p>',
            ("Nell Okafor", "Tomas Reyes"),
        ),
        (
            HEADING + '<a class="author">Nell Okafor</a>, <a class="author">Tomas Reyes</a>',
            ("Nell Okafor", "Tomas Reyes"),
        ),
        (HEADING + '<div itemprop="author"><b itemprop="name">Nell Okafor</b> writes on towns</div>', ("Nell Okafor",)),
        (HEADING + "<p>Von Jana Kröger und Malte Fuchs</p>", ("Jana Kröger", "Malte Fuchs")),
        (HEADING + "<p>Von Lund nach Malmö</p>", ()),
        (HEADING + "<p>By The Numbers</p>", ()),
        (HEADING + '<form><label class="comment-author">Name</label></form>', ()),
        (HEADING + '<div class="comments"><p class="author">Carl Ek says</p></div>', ()),
        (
            '<div class="related"><b class="author">Carl Ek</b></div>' * 3
            + "<div>"
            + HEADING
            + '<b class="author">Nell Okafor</b></div>',
            ("Nell Okafor",),
        ),
        (
            HEADING
            + '<div class="author">Nell Okafor has written about towns and harbours '
            + "for many years " * 12
            + "</div>",
            (),
        ),
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
        (linked('"articleSection": "Politics,Lund"'), "section", "Politics"),
        (linked('"articleSection": "Arts, Food"'), "section", "Arts, Food"),
        (
            '<meta property="og:site_name" content="https://lund.example"><meta name="publisher" content="Lund">',
            "site_name",
            "Lund",
        ),
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


GERMAN = (
    "<p>Der Rat der Stadt hat am Montag nach einer Debatte, die die ganze Nacht dauerte, den Haushalt beschlossen, und "
    "die Bürgermeisterin sagte, dass im nächsten Jahr mehr Geld in den Hafen fließen werde, während die Opposition den "
    "Plan als leichtsinnig bezeichnete und ankündigte, noch vor dem Sommer vor Gericht zu ziehen, wenn nicht neu "
    "abgestimmt wird.</p>"
)


@pytest.mark.parametrize(
    ("markup", "tag", "where"),
    [
        ("<html lang=de>" + GERMAN, "de", "html lang"),
        ("<html lang=en>" + GERMAN, "de", "text"),
        (GERMAN, "de", "text"),
        ("<html lang=en><p>Der Rat hat am Montag den Haushalt der Stadt beschlossen.</p>", "en", "html lang"),
        ("<html lang=mul>" + linked('"inLanguage": "pt-BR"'), "pt", "json-ld inLanguage"),
        ('<html lang="lang=de">', None, None),
    ],
)
def test_a_language_that_the_text_contradicts_is_not_believed(markup: str, tag: str | None, where: str | None) -> None:
    told = read(markup)
    assert (told.language, place(told, "language")) == (tag, where)


@pytest.mark.parametrize(
    ("markup", "name", "where"),
    [
        ("<title>Quay opens | Lund</title>", "Lund", "title"),
        ("<title>Quay opens | Malmo News</title>", None, None),
        ("<title>Quay opens</title>", None, None),
        (
            linked('"publisher": {"@id": "#p"}')
            + '<script type="application/ld+json">{"@id": "#p", "name": "Lund Post"}</script>',
            "Lund Post",
            "json-ld publisher",
        ),
    ],
)
def test_a_site_that_does_not_say_its_name_is_named_by_its_title(
    markup: str, name: str | None, where: str | None
) -> None:
    told = read(markup)
    assert (told.site_name, place(told, "site_name")) == (name, where)


def test_a_description_that_is_cut_gives_way_to_the_whole() -> None:
    markup = '<meta property="og:description" content="The vote was…"><meta name="description" content="The vote was close.">'
    assert read(markup).description == "The vote was close."


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


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["@type", "@id", "name", "url", "headline", "caption", "keywords"]), inner, max_size=4
        )
    ),
    max_leaves=10,
)
FIELDS = st.sampled_from(
    "headline name description author creator datePublished dateModified publisher image keywords articleSection inLanguage "
    "isAccessibleForFree url mainEntityOfPage @id itemListElement hasPart".split()
)


@given(
    st.dictionaries(FIELDS, JSON, max_size=8), st.dictionaries(st.sampled_from(NAMES), st.text(max_size=60), max_size=6)
)
def test_any_linked_data_and_any_meta_give_a_record(fields: dict[str, Any], metas: dict[str, str]) -> None:
    told = json.dumps({"@type": "NewsArticle", **fields})
    head = "".join(f'<meta name="{name}" content="{html.escape(content)}">' for name, content in metas.items())
    found = read(f'{head}<script type="application/ld+json">{told}</script>{HEADING}')
    assert found.published is None or found.published.sortable <= "2026-03-05T12:00:00+00:00"
    assert all(name and "://" not in name for name in found.authors)


@pytest.mark.parametrize(
    "markup",
    [
        linked('"author": [' + ", ".join(['{"@id": "#n"}'] * 5000) + "]"),
        '<meta name="description" content="' + "a&amp;<" * 100_000 + '">',
        '<meta property="article:tag" content="x">' * 10_000,
        "<title>" + "a | " * 100_000 + "</title>" + HEADING,
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "x"}</script>' * 10_000,
        '<span class="author">Nell Okafor</span>' * 10_000,
        "<p class=date>3/5/2024</p>" * 10_000,
    ],
    ids=["authors", "description", "tags", "title", "articles", "bylines", "dates"],
)
def test_a_page_that_says_too_much_is_read_all_the_same(markup: str) -> None:
    assert read(markup).url == URL
