"""The record out of plain text."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import document
from scraper.errors import ExtractError
from scraper.extract import capture
from scraper.models import Article
from tests.pages import page

PROSE = (
    "The town council of Wexby passed its budget shortly before three in the morning on Wednesday.",
    "The plan sets aside 41 million for a third dock in the harbour and a little for the schools.",
    "Two members of the Green group voted with the mayor, which nobody had expected of them.",
)


def told(article: Article) -> list[tuple[str, str]]:
    return [(block.kind.value, block.text) for block in article.blocks]


def test_paragraphs_with_and_without_blank_lines_are_the_same() -> None:
    loose = capture.article("Harbour budget passes\n\n" + "\n\n".join(PROSE))
    dense = capture.article("Harbour budget passes\n" + "\n".join(PROSE))
    assert told(loose) == told(dense) == [("paragraph", text) for text in PROSE]
    assert loose.headline == dense.headline == "Harbour budget passes"


def test_wrapped_lines_are_joined_again() -> None:
    wrapped = (
        "Harbour budget passes\n\n"
        "The town council of Wexby passed its budget shortly before three in\n"
        "the morning on Wednesday, ending a sitting that had begun at noon\n"
        "and twice came close to being broken off.\n\n"
        "The plan sets aside 41 million for a third dock in the harbour. It\n"
        "raises spending on schools by two per cent, less than half of what\n"
        "the mayor had promised in the autumn.\n"
    )
    article = capture.article(wrapped)
    assert [block.text[-26:] for block in article.blocks] == [
        "close to being broken off.",
        "ad promised in the autumn.",
    ]


def test_link_marks_and_quote_marks_are_no_text() -> None:
    article = capture.article(f"Harbour budget passes\n\n[12]{PROSE[0]}\n\n> {PROSE[1]}")
    assert told(article) == [("paragraph", PROSE[0]), ("quote", PROSE[1])]


def test_bullets_are_list_items() -> None:
    article = capture.article(
        "\n\n".join(
            ["Harbour budget passes", PROSE[0], "* the price of the dredging;", "- the interest on the loan;", PROSE[1]]
        )
    )
    assert told(article)[1:3] == [
        ("list item", "the price of the dredging;"),
        ("list item", "the interest on the loan;"),
    ]


def test_a_byline_and_a_date_line_are_fields() -> None:
    article = capture.article("\n".join(["Harbour budget passes", "By Nell Okafor", "4 March 2026, 6.15am", *PROSE]))
    assert article.authors == ("Nell Okafor",)
    assert str(article.published) == "2026-03-04T06:15:00"
    assert {each.field: each.place for each in article.evidence} == {
        "authors": "byline",
        "headline": "line 1",
        "published": "date line",
    }


def test_several_people_and_both_dates_are_read() -> None:
    lines = [
        "Harbour budget passes",
        "By Nell Okafor and Tomas Reyes",
        "Published 4 March 2026, updated 5 March 2026",
        *PROSE,
    ]
    article = capture.article("\n".join(lines))
    assert article.authors == ("Nell Okafor", "Tomas Reyes")
    assert (str(article.published), str(article.modified)) == ("2026-03-04", "2026-03-05")


def test_a_date_of_changing_is_not_one_of_publishing() -> None:
    article = capture.article("\n".join(["Harbour budget passes", "Updated 5 March 2026", *PROSE]))
    assert (article.published, str(article.modified)) == (None, "2026-03-05")


def test_a_mail_is_dated_and_titled_by_its_header() -> None:
    header = "From: Desk <desk@news.example>\nSubject: Harbour budget passes\nDate: Wed, 4 Mar 2026 06:15:00 +0100\n\n"
    article = capture.article(header + "\n\n".join(PROSE))
    assert article.headline == "Harbour budget passes"
    assert str(article.published) == "2026-03-04T06:15:00+01:00"
    assert told(article) == [("paragraph", text) for text in PROSE]
    assert [(each.line, each.reason) for each in article.dropped] == [(1, "mail header"), (3, "mail header")]


def test_copies_of_the_headline_are_variants_and_no_text() -> None:
    lines = [
        "Harbour budget passes after night session",
        "Harbour budget passes after...",
        "Harbour budget passes after a long night session",
        *PROSE,
    ]
    article = capture.article("\n\n".join(lines))
    assert told(article) == [("paragraph", text) for text in PROSE]
    assert [each.text for each in article.headlines] == lines[:3]
    assert [each.reason for each in article.dropped] == ["headline variant, truncated", "headline variant"]


def test_a_sites_name_and_a_kicker_go_when_another_line_says_so() -> None:
    lines = [
        "Harbour budget passes after night session | Tidewater Courier",
        "Menu",
        "Harbour budget passes after night session",
    ]
    article = capture.article("\n\n".join([*lines, *PROSE]))
    assert article.headline == "Harbour budget passes after night session"
    assert not [block for block in article.blocks if "Harbour budget" in block.text]


def test_the_addresses_that_lynx_lists_are_no_text() -> None:
    lines = [f"   {number}. https://news.example/{number}" for number in range(1, 6)]
    article = capture.article("\n".join(["Harbour budget passes", "", *PROSE, "", "References", "", *lines]))
    assert [each.reason for each in article.dropped][-5:] == ["link address"] * 5
    assert told(article) == [("paragraph", text) for text in PROSE]


def test_an_address_alone_at_the_very_top_is_the_articles() -> None:
    text = "\n\n".join(["Harbour budget passes", *PROSE])
    assert (
        capture.article(f"https://news.example/harbour-budget\n\n{text}").url == "https://news.example/harbour-budget"
    )
    assert capture.article(f"https://news.example/\n\n{text}").url is None
    assert capture.article(f"{text}\n\nhttps://news.example/other-story").url is None


def test_a_date_in_the_text_is_not_the_articles() -> None:
    assert capture.article("\n".join(["Harbour budget passes", "On 4 March 2026 it rained.", *PROSE])).published is None


@pytest.mark.parametrize("text", ["", "\n\n", "Home\nNews\nSport", "one two three"])
def test_a_text_without_prose_is_no_article(text: str) -> None:
    with pytest.raises(ExtractError):
        capture.article(text)


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"Just some text.", "text/plain", True),
        (b"Just some text.", "", True),
        (b"5 < 6 and 7 > 6", "text/plain", True),
        (b"<p>markup</p>", "text/plain", False),
        (b"<html><body>x", "", False),
        (b"no tags at all", "text/html", False),
    ],
)
def test_a_capture_is_told_from_a_page(body: bytes, content_type: str, expected: bool) -> None:
    from dataclasses import replace

    headers = (("content-type", content_type),) if content_type else ()
    assert document.is_text(replace(page(body), headers=headers)) is expected


def held(text: str) -> None:
    """Kept + dropped = input: each non-empty line is dropped once with a reason, or its words are in the record."""
    try:
        article = capture.article(text)
    except ExtractError:
        return
    kept = " ".join(filter(None, [article.headline, article.summary, article.body]))
    words = set(map(_bare, kept.split()))
    dropped = {each.line: each for each in article.dropped}
    assert len(dropped) == len(article.dropped)
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines, 1):
        if number in dropped:
            assert dropped[number].text == line
            assert dropped[number].reason
        else:
            assert set(map(_bare, line.split())) - {""} <= words


def _bare(word: str) -> str:
    """A word without bullets, link marks and marks nobody sees."""
    return "".join(letter for letter in word if letter.isalpha()).casefold()


SENTENCE = st.sampled_from(
    [
        *PROSE,
        "Read also:",
        "Latest",
        "By Nell Okafor",
        "4 March 2026",
        "Harbour budget passes",
        "Share",
        "* an item of a list that is long enough",
        "A subhead",
        "",
        "",
    ]
)
MARGIN = st.sampled_from(["", "", "", "> ", ">> ", "* ", "   + ", "1. ", "# ", "[3]", "      ", "\u200b"])
WIDTH = st.sampled_from([0, 40, 72])


@given(st.lists(SENTENCE, max_size=30))
def test_every_line_is_kept_or_dropped_with_a_reason(lines: list[str]) -> None:
    held("\n".join(lines))


@given(st.lists(st.tuples(MARGIN, SENTENCE), max_size=30), WIDTH)
def test_and_so_with_margins_and_wrapped(lines: list[tuple[str, str]], width: int) -> None:
    whole = [margin + text for margin, text in lines]
    held("\n".join(textwrap.fill(line, width) if width else line for line in whole))


@given(st.text(st.characters(categories=["L", "N", "P", "Zs", "Cc"]), max_size=300))
def test_any_text_is_an_article_or_none(text: str) -> None:
    try:
        assert capture.article(text).blocks
    except ExtractError:
        return
