"""Dates as publishers write them."""

from __future__ import annotations

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


@given(st.text(max_size=80))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = dates.read(text)
    assert found is None or datetime.fromisoformat(found.iso)


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
