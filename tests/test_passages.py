"""The lines of a text as passages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract import passages
from scraper.extract.passages import Passage


def read(text: str) -> list[Passage]:
    return passages.read(text).passages


def texts(text: str) -> list[str]:
    return [passage.text for passage in read(text)]


WRAPPED = """\
The town council of Wexby passed its budget shortly before three in
the morning on Wednesday, ending a sitting that had begun at noon
and twice came close to being broken off.

The plan sets aside 41 million for a third dock in the harbour. It
raises spending on schools by two per cent, less than half of what
the mayor had promised in the autumn.
"""


def test_wrapped_lines_are_one_passage() -> None:
    assert [len(passage.lines) for passage in read(WRAPPED)] == [3, 3]
    assert texts(WRAPPED)[1].startswith("The plan sets aside 41 million for a third dock in the harbour. It raises")


def test_long_lines_are_paragraphs_of_their_own() -> None:
    sentence = "The plan sets aside 41 million for a third dock in the harbour, and a little less for the schools of it"
    assert len(texts("\n".join([f"{sentence}."] * 6))) == 6


def test_what_stops_short_of_the_width_ends_its_passage() -> None:
    text = WRAPPED.replace("\n\n", "\n")
    assert [len(passage.lines) for passage in read(text)] == [3, 3]


def test_items_of_a_wrapped_list_keep_their_further_lines() -> None:
    text = (
        WRAPPED
        + "\n* the price of the dredging, which nobody has put a figure on so\n  far, and the interest\n* the schools\n"
    )
    assert texts(text)[2:] == [
        "the price of the dredging, which nobody has put a figure on so far, and the interest",
        "the schools",
    ]
    assert [passage.mark for passage in read(text)][2:] == [passages.ITEM, passages.ITEM]


def test_letters_of_scripts_without_spaces_are_joined_without_one() -> None:
    line = "瀬戸内の三つの島で船が図書館の代わりを務めている町の図書館が昨年の春から始めた本の"
    assert texts("\n".join([line] * 6 + ["便である。"])) == [line * 6 + "便である。"]


@pytest.mark.parametrize(
    ("line", "text", "mark"),
    [
        ("* an item", "an item", passages.ITEM),
        ("     + [12]Politics", "Politics", passages.ITEM),
        ("1. the first", "1. the first", passages.ITEM),
        ("> quoted", "quoted", passages.QUOTE),
        (">> twice", "twice", passages.QUOTE),
        ("## A subhead", "A subhead", passages.HEADING),
        ("#hashtag", "#hashtag", ""),
        ("see [3]the report", "see the report", ""),
        ("the report [3]", "the report [3]", ""),
        ("   4. http://example.org/university", "4. http://example.org/university", passages.ADDRESS),
        ("https://example.org/a-story", "https://example.org/a-story", passages.ADDRESS),
        ("* * *", "* *", passages.NOTHING),
        ("\u200b \u034f", "\u034f", passages.NOTHING),
        ("o governo", "o governo", ""),
    ],
)
def test_what_stands_in_the_margin_is_a_fact_and_no_text(line: str, text: str, mark: str) -> None:
    [passage] = read(line)
    assert (passage.text, passage.mark) == (text, mark)


def test_markdown_links_are_text_and_a_share() -> None:
    link = "[News](https://example.org/news)"
    told = read(f"{link}\n\n{link}\n\nSee the [club's own ledger](https://example.org/ledger_(2)) of **forty** swarms")
    assert [passage.text for passage in told] == ["News", "News", "See the club's own ledger of forty swarms"]
    assert [passage.linked > 0.9 for passage in told] == [True, True, False]


def test_lines_broken_at_links_are_joined_where_they_are_a_sentence() -> None:
    text = (
        "Menu\nOn Monday evening\nthe county council\nvoted to pay for the crossing, which the operator\nNorthline\n"
        ", a family business, had wanted to give up.\nWithout it the islanders would depend on\nthe mail plane\n, which seats five.\nSport"
    )
    assert texts(text) == [
        "Menu",
        "On Monday evening the county council voted to pay for the crossing, which the operator Northline, a family business, had wanted to give up.",
        "Without it the islanders would depend on the mail plane, which seats five.",
        "Sport",
    ]


def test_the_header_of_a_mail_is_read() -> None:
    capture = passages.read(
        "From: Desk <letters@news.example>\nSubject: Dredging begins a month early\nDate: Tue, 10 Mar 2026 06:30:00 +0100\n\nText"
    )
    assert capture.mail == {
        "from": "Desk <letters@news.example>",
        "subject": "Dredging begins a month early",
        "date": "Tue, 10 Mar 2026 06:30:00 +0100",
    }
    assert [passage.mark for passage in capture.passages] == [passages.MAIL] * 3 + [""]


def test_a_line_with_a_colon_is_no_header() -> None:
    assert passages.read("To: everybody who was there\nIt was a fine evening.").mail == {}


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs", "Cc"]), max_size=400))
def test_every_line_is_in_one_passage(text: str) -> None:
    numbers = [number for passage in read(text) for number, _ in passage.lines]
    assert numbers == list(range(1, sum(bool(line.strip()) for line in text.splitlines()) + 1))


def test_of_columns_longer_than_any_text_the_rest_is_one_line_and_no_text() -> None:
    told = passages.read("Results of the day\n" + "12\t47\n" * 30_000)
    assert len(told.passages) == 20_001
    assert told.passages[-1].mark == passages.NOTHING
    assert told.passages[-1].text.split() == ["12", "47"] * 10_001
