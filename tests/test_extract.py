"""A page in, its article out: the cascade, and the rules that always hold."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper import document, extract
from scraper.errors import ExtractError
from scraper.extract import body, kinds, lines
from scraper.models import Article
from tests import fixtures, ledger
from tests.fixtures import Case
from tests.pages import TEXT, html, page

PAGES = [case for case in fixtures.cases() if not case.name.startswith("capture-")]


def read(body: str, url: str = "https://lund.example/a") -> Article:
    return extract.article(
        page(f"<html><head><title>Budget passed</title></head><body>{body}</body></html>".encode(), url)
    )


def kept(article: Article) -> list[str]:
    return [block.text for block in article.blocks]


ARTICLE = "<h1>Budget passed</h1>" + "".join(f"<p>{text}</p>" for text in TEXT)


@pytest.mark.parametrize(
    ("furniture", "reason"),
    [
        ("<nav><a href=/>Home</a></nav>", "navigation"),
        ("<p>Read also: <a href=/2>Another story from the harbour</a></p>", "read also"),
        ("<p><a href=/2>Another story from the harbour of Lund</a></p>", "links"),
        ("<ul><li><a href=/1>One story</a></li><li><a href=/2>Two stories</a></li></ul>", "links"),
        ("<aside><p>Sign up for our letter and read what the town talks about.</p></aside>", "side box"),
        ("<figure><img src=a.jpg><figcaption>The dock in the evening.</figcaption></figure>", "caption"),
        ('<div class="newsletter-signup"><p>The best of the coast, every morning.</p></div>', "newsletter"),
        ('<div class="author-bio"><p>Nell writes about towns and harbours.</p></div>', "author box"),
        ('<div class="related-posts"><p>More about docks.</p></div>', "read also"),
        ('<div class="comment-list"><p>About time, I should say!</p></div>', "comments"),
        ('<p class="caption">The dock in the evening.</p>', "caption"),
        ("<p>Advertisement</p>", "advertisement"),
        ("<button>Listen</button>", "page control"),
        ("<form><p>Your address</p></form>", "page control"),
        ("<footer><p>All rights reserved by the paper.</p></footer>", "end matter"),
        ("<p>Photo: L. Marsh</p>", "credit"),
        ("<h2>Budget passed</h2>", "headline repeated"),
        ("<h3>Nothing below this</h3>", "heading without text"),
    ],
)
@pytest.mark.parametrize("at", [2, 4])
def test_furniture_in_the_text_is_left_out_with_its_reason(furniture: str, reason: str, at: int) -> None:
    parts = ARTICLE.split("</p>")
    before, after = "</p>".join(parts[: at - 1]) + "</p>", "</p>".join(parts[at - 1 :])
    article = read(f"<article>{before}{furniture}{after}</article>")
    if reason == "heading without text" and at == 2:
        assert "Nothing below this" in kept(article)
        return
    assert kept(article) == list(TEXT)
    assert any(reason in each.reason for each in article.dropped), article.dropped


@pytest.mark.parametrize(
    ("part", "block"),
    [
        (
            "<h2>A vote nobody expected</h2><p>More text stands under it, quite a lot.</p>",
            ("heading", "A vote nobody expected"),
        ),
        ("<ul><li>the price of the dredging;</li></ul>", ("list item", "the price of the dredging;")),
        ("<blockquote>Eyes closed, we sign.</blockquote>", ("quote", "Eyes closed, we sign.")),
        ("<table><tr><td>Harbour</td><td>41</td></tr></table>", ("table row", "Harbour\t41")),
        ("<pre><code>make test</code></pre>", ("code", "make test")),
    ],
)
def test_what_belongs_to_the_text_stays_in_order(part: str, block: tuple[str, str]) -> None:
    article = read(f"<article>{ARTICLE}{part}<p>{TEXT[0]} Again.</p></article>")
    told = [(each.kind.value, each.text) for each in article.blocks]
    assert block in told[3:-1]


def test_the_dek_is_the_summary_and_not_repeated_in_the_text() -> None:
    article = read(
        '<article><h1>Budget passed</h1><p class="standfirst">What it means for the harbour.</p>'
        + ARTICLE[22:]
        + "</article>"
    )
    assert article.summary == "What it means for the harbour."
    assert kept(article) == list(TEXT)


def test_a_description_that_only_repeats_the_text_is_no_summary() -> None:
    head = f'<meta name="description" content="{TEXT[0][:60]}...">'
    article = extract.article(page(html(head=head)))
    assert article.summary is None


def test_a_caption_is_the_main_images_only_if_the_figure_shows_it() -> None:
    head = '<meta property="og:image" content="https://img.example/dock-1200x600.jpg">'
    figure = "<figure><img src='/dock.jpg'><figcaption>The dock. Photo: L. Marsh</figcaption></figure>"
    other = figure.replace("dock.jpg", "mayor.jpg")
    for markup, caption in ((figure, "The dock."), (other, None)):
        image = extract.article(page(html(*TEXT, head=head).replace(b"</h1>", b"</h1>" + markup.encode()))).image
        assert image is not None
        assert image.caption == caption


def test_a_page_whose_text_is_only_in_its_linked_data() -> None:
    data = f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Budget", "articleBody": "{TEXT[0]}\\n{TEXT[1]}"}}</script>'
    article = read(data + "<div id=root></div>")
    assert kept(article) == list(TEXT[:2])
    assert {each.field: each.place for each in article.evidence}["body"] == "json-ld articleBody"


def test_a_page_without_an_address_has_none() -> None:
    assert extract.read(html()).url is None
    assert extract.article(replace(page(), url="capture:abc")).url is None


@pytest.mark.parametrize("case", fixtures.cases(), ids=lambda case: case.name)
def test_every_letter_of_a_page_is_kept_or_dropped_with_a_reason(case: Case) -> None:
    if not case.name.startswith("capture-"):
        assert ledger.faults(case.page) == []


@pytest.mark.parametrize("case", PAGES, ids=lambda case: case.name)
def test_nothing_is_said_that_the_page_does_not_say(case: Case) -> None:
    article = extract.article(case.page)
    said = " ".join(document.text(case.page).split())
    for block in article.blocks:
        for word in block.text.split():
            assert word in said or word.strip("“”„«»'’") in said.replace("&ldquo;", "“").replace("&rdquo;", "”")
    filled = {
        name
        for name in (
            "headline",
            "authors",
            "published",
            "modified",
            "section",
            "tags",
            "language",
            "site_name",
            "image",
            "summary",
        )
        if getattr(article, name)
    }
    assert filled <= {each.field for each in article.evidence}


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_any_bytes_are_an_article_or_a_reason(body: bytes) -> None:
    reasons = set()
    for told in (page(body), page(b"<html><body>" + body), page(html() + body)):
        try:
            assert extract.article(told).blocks
        except ExtractError as error:
            reasons.add(error.reason)
    assert reasons <= set(kinds.REFUSED)


TAG = st.sampled_from(
    [
        "<div>",
        "</div>",
        "<p>",
        "<table><tr><td>",
        "<ul><li>",
        "<a href=x>",
        "<h1>",
        "<br><br>",
        "<figure>",
        "<article class=related>",
        TEXT[0],
        TEXT[1],
        "<pre><code>",
        "<blockquote>",
        "<noscript>",
        "<form>",
    ]
)


@given(st.lists(TAG, max_size=40))
@settings(deadline=None)
def test_any_heap_of_tags_keeps_its_ledger(tags: list[str]) -> None:
    assert ledger.faults(page(("<html><body>" + "".join(tags)).encode())) == []


@pytest.mark.parametrize(
    "body",
    [
        b"<p>" + b"word " * 200_000,
        b"<a href=x>" * 50_000,
        b"<p>a</p>" * 100_000,
        b"<table>" * 2_000 + b"<tr><td>x",
        b"<br>" * 200_000,
        (TEXT[0] + " ").encode() * 10_000,
        b"<!--" * 100_000,
        b"<h1>a</h1>" * 50_000,
    ],
    ids=["long line", "links", "paragraphs", "tables", "breaks", "capture", "comments", "headlines"],
)
def test_a_megabyte_of_anything_is_read_in_time(body: bytes) -> None:
    start = time.perf_counter()
    with contextlib.suppress(ExtractError):
        extract.article(page(body))
    assert time.perf_counter() - start < 5


def test_the_same_page_gives_the_same_article() -> None:
    case = fixtures.case("harbour-budget")
    assert extract.article(case.page) == extract.article(case.page)


def test_another_story_that_is_offered_in_two_boxes_is_no_text_by_any_opinion() -> None:
    """Also where the text offers it once more, in words that trafilatura keeps."""
    link = '<a href="/other">Why the lighthouse of Wexby was surrounded by nurses</a>'
    parsed = document.parse(
        f"<html><body><main><article><h1>Budget passed</h1><p>{TEXT[0]}</p><p>More on this: {link}</p><p>{TEXT[1]}</p>"
        f"</article><section><ul><li>{link}</li></ul></section><aside><ol><li>{link}</li></ol></aside></main></body>"
    )
    found = lines.closely(parsed)
    told = [
        (line.text, reason)
        for line, reason in zip(found, body.second_opinion(found, parsed.markup).reasons, strict=True)
    ]
    assert told[-2:] == [("Why the lighthouse of Wexby was surrounded by nurses", "links")] * 2
    assert {(TEXT[0], ""), (TEXT[1], "")} <= set(told)
