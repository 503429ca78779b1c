"""The headline in all its wordings, and the one a reader would call it by."""

from __future__ import annotations

import pytest

from scraper import document
from scraper.extract import headlines, lines
from scraper.extract.headlines import Copies
from scraper.models import Headline

NAMES = ["The Tidewater Courier", "tidewater-courier.example"]
OG = '<meta property="og:title" content="{}">'
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
        ("<title>Budget passes | TIDEWATER-COURIER.EXAMPLE - News of the coast</title>", "Budget passes"),
        ("<title>Budget passes | Tidewater Courier Online</title>", "Budget passes"),
        ("<title>Budget passes after a long night - Some Paper</title>", "Budget passes after a long night"),
        ("<title>市議会が予算を可決、徹夜の審議のあと-海岸新聞</title>", "市議会が予算を可決、徹夜の審議のあと"),
        ("<title>News</title><h1>News</h1><h1>Budget passes after night</h1>", "Budget passes after night"),
        ('<h1><a href="/">Some Paper</a></h1><h1>Budget passes</h1>', "Budget passes"),
        ("<title>Budget passes after night</title><h1>M</h1>", "Budget passes after night"),
        (
            "<title>Budget passes after night : Some Paper</title><h1>Some Paper</h1><h2>Budget passes after night</h2>",
            "Budget passes after night",
        ),
        (
            OG.format("A budget at last") + "<h1>Budget passes after night session</h1>",
            "Budget passes after night session",
        ),
        (OG.format("Harbour: Budget passes at last") + "<h1>Budget passes at last</h1>", "Budget passes at last"),
        (LD.format("Harbour: Budget passes at last") + "<h1>Budget passes at last</h1>", "Budget passes at last"),
        (
            LD.format("Sports results") + OG.format("Budget passes after night") + "<h1>Budget passes at last</h1>",
            "Budget passes at last",
        ),
        (
            LD.format("Budget passes after a ni") + "<h1>Budget passes after a night session</h1>",
            "Budget passes after a night session",
        ),
    ],
)
def test_the_headline_is_as_a_reader_would_write_it(markup: str, headline: str | None) -> None:
    assert chosen(markup) == headline


@pytest.mark.parametrize(
    ("heading", "headline"),
    [
        ('<span class="kicker">Harbour</span> Budget passes after night', "Budget passes after night"),
        (
            '<span class="c-roofline">Harbour</span><span class="colon">: </span>Budget passes after night',
            "Budget passes after night",
        ),
        (
            '<div class="entry-section"><a href="/h">Harbour</a></div><span class="title">Budget passes after night</span>',
            "Budget passes after night",
        ),
        ("Budget passes after night <small>The vote was close</small>", "Budget passes after night"),
        ('<span class="section-title">Budget passes after night</span>', "Budget passes after night"),
        ('Budget <em class="label">passes</em> after night', "Budget passes after night"),
    ],
)
def test_a_kicker_in_the_heading_is_no_part_of_the_headline(heading: str, headline: str) -> None:
    assert chosen(f"<h1>{heading}</h1>") == headline


def test_a_heading_that_is_declared_as_a_whole_stays_whole() -> None:
    heading = "<h1>Budget passes<br><small>after night</small></h1>"
    assert chosen(LD.format("Budget passes: after night") + heading) == "Budget passes: after night"


def test_headings_of_other_articles_are_no_wordings_of_this_one() -> None:
    parsed = document.parse("<title>Budget passes</title><h1>Budget passes</h1><h1>Storm over the coast</h1>")
    assert {each.text for each in headlines.variants(parsed, lines.read(parsed))} == {"Budget passes"}


@pytest.mark.parametrize(
    ("text", "name", "is_one"),
    [
        ("DER KURIER", "kurier.example", False),
        ("DER KURIER", "Kurier", True),
        ("Kurier Online", "kurier", True),
        ("kurier.example", "Kurier Example", True),
        ("Budget", "Kurier", False),
        ("News", "Online", False),
    ],
)
def test_a_site_is_known_in_other_spellings(text: str, name: str, is_one: bool) -> None:
    assert headlines.is_site(text, name) is is_one


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


@pytest.mark.parametrize("end", [" :", " -", " |", "¶"])
def test_a_headline_has_no_separator_at_its_end(end: str) -> None:
    found = [Headline(f"Harbour budget passes{end}", "h1")]
    assert headlines.choose(found, []) == Headline("Harbour budget passes", "h1")
