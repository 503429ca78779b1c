"""What stands beside the text: the summary, the caption, the wordings among the lines."""

from __future__ import annotations

import pytest

from scraper import document, extract
from scraper.extract import headlines, lines, metadata, record
from scraper.extract.body import KEPT
from scraper.models import Article, Headline
from tests.pages import NOON, TEXT, html, page

BOX = "The vote in three sentences for those in a hurry this morning."


def summary(markup: str, head: str = "") -> str | None:
    body = html(*TEXT, head=head).replace(b"</h1>", b"</h1>" + markup.encode())
    return extract.article(page(body)).summary


@pytest.mark.parametrize(
    ("markup", "description", "told"),
    [
        (f'<p class="standfirst">{BOX}</p>', "What it is about", BOX),
        (f"<p>{BOX}</p>", BOX, None),
        ("", BOX, BOX),
        ("", "Budget passed", None),
        ("", TEXT[0], None),
        ("", TEXT[0][:50] + "…", None),
        ("", TEXT[0][4:90], None),
        ("", " ".join(TEXT[:2]), None),
        ("", "A &amp; <b>B</b> at the harbour", "A & B at the harbour"),
        ("", "", None),
    ],
)
def test_a_summary_is_more_than_headline_and_text(markup: str, description: str, told: str | None) -> None:
    assert summary(markup, f'<meta name="description" content="{description}">') == told


def apart(lead: str, description: str) -> Article:
    text = "".join(f"<p>{each}</p>" for each in TEXT * 2)
    body = f"<main><h1>Budget passed</h1>{lead}<p class='by'>By Nell Okafor</p><div class='txt'>{text}</div></main>"
    head = f'<title>Budget passed</title><meta name="description" content="{description}">'
    return extract.article(page(f"<html><head>{head}</head><body>{body}</body></html>".encode()))


def test_a_paragraph_apart_from_the_text_that_the_description_repeats_is_the_dek() -> None:
    article = apart(f"<p class='c-21'>{BOX}</p>", BOX)
    assert (article.summary, article.blocks[0].text) == (BOX, TEXT[0])
    assert apart("", TEXT[0]).summary is None


def test_so_is_one_that_is_marked_up_unlike_the_text() -> None:
    text = "<br><br>".join(TEXT * 2)
    body = f"<main><h1>Budget passed</h1><p class='c-21'>{BOX}</p><div class='txt'>{text}</div></main>"
    head = f'<title>Budget passed</title><meta name="description" content="{BOX}">'
    article = extract.article(page(f"<html><head>{head}</head><body>{body}</body></html>".encode()))
    assert (article.summary, article.blocks[0].text) == (BOX, TEXT[0])


def test_so_is_one_under_a_headline_that_is_held_for_text_so_far() -> None:
    text = "".join(f"<p>{each}</p>" for each in TEXT)
    body = f"<main><h1>Budget passed</h1><p class='c-21'>{BOX}</p><div>{text}</div></main>"
    parsed = document.parse(f'<meta name="description" content="{BOX}"><body>{body}</body>')
    found = lines.read(parsed)
    fields = metadata.read(parsed, found, NOON)
    head = record.top(found, [KEPT for _ in found], headlines.variants(parsed, found), fields)
    assert head.dek is not None
    assert head.dek.text == BOX


def test_a_caption_outside_the_text_is_a_caption() -> None:
    caption = "On Thursday the mayor, in the middle, opened the new dock together with all the councillors of Lund."
    article = apart(f"<figure><img src=a.jpg><figcaption>{caption} Photo: L. Marsh</figcaption></figure>", "")
    assert article.blocks[0].text == TEXT[0]
    assert f"{caption} Photo: L. Marsh" in [
        each.text for each in article.dropped if each.reason == "outside the article: caption"
    ]


def test_a_caption_that_is_called_a_description_is_no_dek() -> None:
    assert summary('<figure><p class="description">The dock in the evening light of May.</p></figure>') is None
    assert summary('<p class="description">The dock in the evening light. Photo: L. Marsh</p>') is None


def test_the_description_of_an_offer_is_no_dek() -> None:
    offer = '<div class="paywall"><p class="paywall__description">You can buy this article alone for 0.99.</p></div>'
    assert summary(offer) is None


@pytest.mark.parametrize(
    ("told", "caption"),
    [
        ("The dock. Photo: L. Marsh", "The dock."),
        ("The dock Foto: L. Marsh", "The dock"),
        ("The dock (Photo by L. Marsh)", "The dock"),
        ("The dock © L. Marsh", "The dock"),
        ("The dock | Bild: dpa", "The dock"),
        ("Photo: L. Marsh", None),
        ("A source: the river at Lund", "A source: the river at Lund"),
        ("A photo of the dock at night", "A photo of the dock at night"),
    ],
)
def test_a_caption_is_without_who_took_the_picture(told: str, caption: str | None) -> None:
    data = f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Budget passed", "image": {{"url": "https://img.example/dock.jpg", "caption": "{told}"}}}}</script>'
    image = extract.article(page(html(head=data))).image
    assert image is not None
    assert image.caption == caption


def test_a_row_of_links_and_an_address_are_no_wordings() -> None:
    crumbs = '<p><a href="/">Home</a> <a href="/n">News</a> Budget of Lund passed after night</p>'
    address = "<p>https://lund.example/budget-of-lund-passed-after-night</p>"
    caption = "<figure><figcaption>Budget of Lund passed late after a night</figcaption></figure>"
    body = html(title="Budget of Lund passed after night").replace(
        b"<h1>", (crumbs + address + caption + "<h1>").encode()
    )
    told = extract.article(page(body)).headlines
    assert [each for each in told if each.place in ("page", "caption")] == [
        Headline("Budget of Lund passed late after a night", "caption")
    ]


def test_a_byline_with_a_date_is_no_text() -> None:
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Budget passed", "author": "Nell Okafor"}</script>'
    article = extract.article(page(html("Nell Okafor, Lund, 3 March 2026, 18:20", *TEXT, head=data)))
    assert [block.text for block in article.blocks] == list(TEXT)
    assert "Nell Okafor, Lund, 3 March 2026, 18:20" in {each.text for each in article.dropped}


def test_what_an_author_box_tells_of_somebody_is_no_name() -> None:
    box = '<div class="author-box"><p>Staff – Critics such as Greta Lund questioned the plan; the mayor did not.</p></div>'
    body = html(*TEXT).replace(b"</h1>", b"</h1>" + box.encode())
    assert extract.article(page(body)).authors == ()


def test_what_is_plainly_called_something_else_is_that_outside_the_text_too() -> None:
    article = apart("<div class='share'>Share this article on social media or by email</div>", "")
    assert article.blocks[0].text == TEXT[0]
    assert ("Share this article on social media or by email", "outside the article: share") in [
        (each.text, each.reason) for each in article.dropped
    ]
