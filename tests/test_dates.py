"""Dates as publishers write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract import dates
from scraper.models import Moment

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-05-03T18:19:08.389+0000", "2024-05-03T18:19:08+00:00"),
        ("2024-05-03T18:19:08Z", "2024-05-03T18:19:08+00:00"),
        ("2024-05-03T18:19:08+05:30", "2024-05-03T18:19:08+05:30"),
        ("2024-05-03T18:19:08 -0430", "2024-05-03T18:19:08-04:30"),
        ("2024-05-03 18:19", "2024-05-03T18:19:00"),
        ("2024-05-03", "2024-05-03"),
        ("2024/05/10 17:36:11", "2024-05-10T17:36:11"),
        ("20240503T181908Z", "2024-05-03T18:19:08+00:00"),
        ("20240503", "2024-05-03"),
        ("1714760348", "2024-05-03T18:19:08+00:00"),
        ("1714760348000", "2024-05-03T18:19:08+00:00"),
        ("Fri, 03 May 2024 18:19:08 GMT", "2024-05-03T18:19:08+00:00"),
        ("May 3, 2024 at 6:19 pm EDT", "2024-05-03T18:19:00-04:00"),
        ("Updated: Friday 3rd May 2024", "2024-05-03"),
        ("Sept. 3, 2024", "2024-09-03"),
        ("12:05 a.m. May 3, 2024", "2024-05-03T00:05:00"),
        ("3. Mai 2024, 18:19 Uhr", "2024-05-03T18:19:00"),
        ("18:19 Uhr, 3. Mai 2024", "2024-05-03T18:19:00"),
        ("03.05.2024, 18.19 Uhr", "2024-05-03T18:19:00"),
        ("03.05.2024, 18:19 MESZ", "2024-05-03T18:19:00+02:00"),
        ("1er janvier 2024 à 10h30", "2024-01-01T10:30:00"),
        ("3 de mayo de 2024", "2024-05-03"),
        ("3 maja 2024", "2024-05-03"),
        ("3 мая 2024, 18:19", "2024-05-03T18:19:00"),
        ("2024. május 3. 18:19", "2024-05-03T18:19:00"),
        ("2024年5月3日 午後6時19分", "2024-05-03T18:19:00"),
        ("2024년 5월 3일 오후 3:20", "2024-05-03T15:20:00"),
        ("25/05/2022 05:22 pm", "2022-05-25T17:22:00"),
        ("05/25/2022", "2022-05-25"),
        ("2024-05-03T24:00:00Z", "2024-05-03"),
        ("2024 - 05 - 03  18:19", "2024-05-03T18:19:00"),
        ("Fri May 03 2024 18:19:08 GMT+0200 (CEST)", "2024-05-03T18:19:08+02:00"),
        ("03-May-2024 18:19 UTC+01:00", "2024-05-03T18:19:00+01:00"),
        ("03.05.2024 18:19 Uhr (MESZ)", "2024-05-03T18:19:00+02:00"),
        ("3 May 2024, 18:19 GMT+2", "2024-05-03T18:19:00+02:00"),
        ("3 мая 2024, 18:19 МСК", "2024-05-03T18:19:00+03:00"),
        ("3 Μαΐου 2024, 6:19 μ.μ.", "2024-05-03T18:19:00"),
        ("3 KASIM 2024 18:19", "2024-11-03T18:19:00"),
        ("2024 m. gegužės 3 d., 18:19", "2024-05-03T18:19:00"),
        ("2024ko maiatzaren 3a", "2024-05-03"),
        ("3 d’agost de 2024", "2024-08-03"),
        ("den 3:e maj 2024 kl. 18.19", "2024-05-03T18:19:00"),
        ("ngày 3 tháng 5 năm 2024", "2024-05-03"),
        ("3 พ.ค. 2567 18:19 น.", "2024-05-03T18:19:00"),
        ("٣ مايو ٢٠٢٤ - ١٨:١٩", "2024-05-03T18:19:00"),
        ("3 كانون الثاني 2024 10:30 م", "2024-01-03T22:30:00"),
        ("३ मई २०२४", "2024-05-03"),
        ("3 במאי 2024", "2024-05-03"),
        ("3 მაისი 2024", "2024-05-03"),
    ],
)
def test_a_date_is_as_exact_as_it_is_written(text: str, iso: str) -> None:
    assert dates.read(text) == Moment(iso)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "10/05/2022",
        "2024-13-03",
        "2024-02-30",
        "Mon 3 May",
        "31 June 2024",
        "18:19",
        "1 2 3",
        "in 2024",
        "99999999",
    ],
)
def test_what_says_no_date_or_two_is_not_guessed(text: str) -> None:
    assert dates.read(text) is None


@pytest.mark.parametrize(
    ("text", "locale", "iso"),
    [
        ("10/05/2022", "de", "2022-05-10"),
        ("10/05/2022", "es-ES", "2022-05-10"),
        ("10/05/2022", "en-GB", "2022-05-10"),
        ("10/05/2022", "en_US", None),
        ("10/05/2022", "en", None),
        ("10/05/2022", "", None),
        ("31.10.23", "de", "2023-10-31"),
        ("31.10.23", "ko", None),
        ("03/05/2567", "th", "2024-05-03"),
        ("3 listopada 2024", "pl", "2024-11-03"),
        ("3 listopada 2024", "hr", "2024-10-03"),
        ("3 listopada 2024", "", None),
    ],
)
def test_the_language_of_the_page_settles_what_could_be_either(text: str, locale: str, iso: str | None) -> None:
    assert dates.read(text, dates.habit(locale)) == (iso and Moment(iso))


def test_another_date_of_the_page_settles_the_order() -> None:
    assert dates.read("10/05/2022", dates.habit("en-US", ["12/31/2022"])) == Moment("2022-10-05")
    assert dates.read("10/05/2022", dates.habit("en-US", ["31/12/2022"])) == Moment("2022-05-10")
    assert dates.read("10/05/2022", dates.habit("en-US", ["31/12/2022", "12/31/2022", "2022-01-31"])) is None


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-03T18:19:08",
        "2024-05-03T18:19:08+23:59",
        "2024-05-03 18:19 IST",
        "2024-05-03 18:19 ET",
        "2024-05-03 18:19 Berlin",
        "2024-05-03 18:19-19:20",
    ],
)
def test_a_zone_that_means_several_or_none_is_no_zone(text: str) -> None:
    told = dates.read(text)
    assert told is not None
    assert (told.iso[:16], told.instant) == ("2024-05-03T18:19", None)


@pytest.mark.parametrize(
    ("line", "iso"),
    [
        ("3. Mai 2024", "2024-05-03"),
        ("Freitag, 3. Mai 2024, 18:19 Uhr", "2024-05-03T18:19:00"),
        ("Published on 3 May 2024", "2024-05-03"),
        ("Lund, 3 May 2024", "2024-05-03"),
        ("On 3 May 2024 the council of Lund met for the first time", None),
        ("3 May 2024 | 12 comments", None),
        ("Lund", None),
    ],
)
def test_a_line_that_is_a_date_says_next_to_nothing_else(line: str, iso: str | None) -> None:
    assert dates.alone(line) == (iso and Moment(iso))


@given(st.text(max_size=80))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = dates.read(text)
    assert found is None or datetime.fromisoformat(found.iso)


PIECES = st.sampled_from(
    "3 05 12 31 99 18:19 6:19 2024 2567 1999 May mai 5月 年 日 . / - , : T Z +02:00 +99:99 GMT pm م 3rd de Uhr 2024-05-03 03/05/24 ٣".split(
        " "
    )
)


@given(st.lists(st.tuples(PIECES, st.sampled_from(["", " "])), max_size=12), st.sampled_from(["", "de", "th", "en-US"]))
def test_no_figure_of_a_date_is_invented(pieces: list[tuple[str, str]], locale: str) -> None:
    text = "".join(piece + space for piece, space in pieces)
    told = dates.read(text, dates.habit(locale))
    figures = {
        int(figure) for run in re.findall(r"\d+", text) for figure in (run, run[:4], run[4:6], run[6:8]) if figure
    }
    if told is not None and not re.search(r"\d{10}", text):
        moment = datetime.fromisoformat(told.iso)
        assert figures & {moment.year, moment.year % 100, moment.year + 543}
        assert moment.day in figures
        assert moment.month in figures or re.search("may|mai", text, re.IGNORECASE)
        assert told.day_only or (
            moment.minute in figures and figures & {moment.hour, moment.hour % 12, moment.hour - 12, 12}
        )


@given(st.integers(631152000, 1767225600).map(lambda second: datetime.fromtimestamp(second, UTC)))
def test_what_python_writes_is_read_back(moment: datetime) -> None:
    assert dates.read(moment.isoformat()) == Moment.of(moment)


@pytest.mark.parametrize(
    ("iso", "believed"),
    [
        ("2026-03-04T11:00:00+00:00", True),
        ("2026-03-05", True),
        ("2026-03-05T13:00:00+00:00", False),
        ("2027-01-01", False),
        ("1989-12-31", False),
        ("1995-06-01", True),
    ],
)
def test_nothing_is_published_after_it_was_fetched(iso: str, believed: bool) -> None:
    assert dates.believable(Moment(iso), NOW) is believed


def test_a_page_fetched_at_the_end_of_time_is_no_reason_to_fail() -> None:
    assert dates.believable(Moment("2026-03-04"), datetime(9000, 1, 1, tzinfo=UTC))
