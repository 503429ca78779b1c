"""The headline in all its wordings, and the one a reader would call it by."""

from __future__ import annotations

import pytest

from scraper import document
from scraper.extract import headlines, lines
from scraper.extract.headlines import Copies
from scraper.models import Headline

NAMES = ["The Tidewater Courier", "tidewater-courier.example"]
LD = '<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{}"}}</script>'


def chosen(markup: str, names: list[str] = NAMES) -> str | None:
    parsed = document.parse(markup)
    best = headlines.choose(headlines.variants(parsed, lines.read(parsed)), names)
    return best.text if best else None


@pytest.mark.parametrize(
    ("markup", "headline"),
    [
        ("<title>Budget passes | The Tidewater Courier</title>", "Budget passes"),
        ("<title>The Tidewater Courier: Budget passes</title>", "The Tidewater Courier: Budget passes"),
        ("<title>The Tidewater Courier - Budget passes</title>", "Budget passes"),
        ("<title>Budget passes - tidewater-courier.example</title>", "Budget passes"),
        (
            "<title>Budget passes at last - Politics - Some Paper</title><h1>Budget passes at last</h1>",
            "Budget passes at last",
        ),
        (
            "<title>Budget passes after…</title><h1>Budget passes after night session</h1>",
            "Budget passes after night session",
        ),
        (
            '<meta property="og:title" content="Budget passes..."><h1>Budget passes after night</h1>',
            "Budget passes after night",
        ),
        ("<h1>The Tidewater Courier</h1><h1>Budget passes</h1><title>Budget passes</title>", "Budget passes"),
        (LD.format("Budget passes") + "<h1>Another wording</h1><title>Budget passes</title>", "Budget passes"),
        (LD.format("Tom &amp;amp; Jerry &quot;win&quot;"), 'Tom & Jerry "win"'),
        (LD.format("<b>Budget</b> passes"), "Budget passes"),
        ("<h1>Budget<br>passes</h1>", "Budget passes"),
        ("<p>no headline here</p>", None),
        ("<title>The Tidewater Courier</title>", None),
        ("<title>Who won? – a look back</title><h1>Who won? – a look back</h1>", "Who won? – a look back"),
    ],
)
def test_the_headline_is_as_a_reader_would_write_it(markup: str, headline: str | None) -> None:
    assert chosen(markup) == headline


def test_every_wording_is_kept_with_its_place() -> None:
    parsed = document.parse(
        "<title>T wording</title><meta property='og:title' content='O wording'><meta name='twitter:title' content='W wording'>"
        + LD.format("L wording")
        + "<h1>H wording</h1>"
    )
    assert headlines.variants(parsed, lines.read(parsed)) == (
        Headline("L wording", "json-ld"),
        Headline("H wording", "h1"),
        Headline("O wording", "og:title"),
        Headline("T wording", "title"),
        Headline("W wording", "twitter:title"),
    )


KNOWN = "NATO Leaders Affirm Common Ground on Ukraine Amid Trump's Pursuit of Individual Security Pledges"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (KNOWN, "headline repeated"),
        (KNOWN.upper().replace("'", "’"), "headline repeated"),
        (KNOWN + ".", "headline repeated"),
        ("NATO Leaders Affirm Common Ground on Ukraine...", "headline variant, truncated"),
        (
            "NATO Leaders Affirm Solidarity over Ukraine Amidst Trump's Pursuit of Individual Security Commitments",
            "headline variant",
        ),
        (
            "NATO Leaders Affirm Solidarity over Ukraine Amidst Trump's Pursuit of Individual Security…",
            "headline variant, truncated",
        ),
        ("NATO Meeting Holds Discussions on Ukraine's Security", None),
        ("Individual pledges", None),
        ("The harbour has grown by a third", None),
    ],
)
def test_copies_of_the_headline_are_told_from_subheads(line: str, reason: str | None) -> None:
    assert Copies([KNOWN]).rewords(line) == reason


def test_further_down_only_the_same_words_are_a_copy() -> None:
    copies = Copies([KNOWN])
    assert copies.repeats(KNOWN) == "headline repeated"
    assert copies.repeats("NATO Leaders Affirm Solidarity over Ukraine") is None
    assert Copies([]).rewords("anything") is None
