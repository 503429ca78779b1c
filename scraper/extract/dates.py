"""A date as publishers write it in marked places → a Moment, as exact as it is written and no more.

Only ever given the content of a field or element that is marked as a date: running text
is not searched. An order of day and month that could be either is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import cache

from scraper import tables
from scraper.models import Moment

_ISO = re.compile(
    r"(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)(?!\d)"
    r"(?P<rest>.*)"
)
_COMPACT = re.compile(r"^(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?:T?(?P<rest>\d{4,6}\S*))?$")
_NUMERIC = re.compile(
    r"(?<!\d)(?P<day>\d\d?)(?P<mark>[./-])(?P<month>\d\d?)(?P=mark)(?P<year>(?:19|20)\d\d)(?!\d)(?P<rest>.*)"
)
_CJK = re.compile(r"(?P<year>(?:19|20)\d\d)\s*[年년]\s*(?P<month>\d\d?)\s*[月월]\s*(?P<day>\d\d?)\s*[日일](?P<rest>.*)")
_DAY_FIRST = re.compile(
    r"(?<!\d)(?P<day>\d\d?)(?:st|nd|rd|th|er|º|ª|\.)?\s+(?:de |of )?(?P<name>[^\W\d_]+)[.,]?"
    r"\s+(?:de |del )?(?P<year>(?:19|20)\d\d)(?!\d)(?P<rest>.*)"
)
_MONTH_FIRST = re.compile(
    r"(?<!\w)(?P<name>[^\W\d_]+)\.?\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)(?!\d)(?P<rest>.*)"
)
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\.?\s+(?P<name>[^\W\d_]+)\.?\s+(?P<day>\d\d?)(?!\d)(?P<rest>.*)"
)
_EPOCH = re.compile(r"^1\d{9}(?:\d{3})?$")
_RFC = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? \d\d? [a-z]{3} \d{4} \d\d?:\d\d", re.IGNORECASE)
_TIME = re.compile(
    r"(?<![\d:.])(?P<hour>[01]?\d|2[0-3])(?::|\.|h|시\s?|時)(?P<minute>[0-5]\d)(?!\d)(?:[:.](?P<second>[0-5]\d)(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\b\.?)?"
    r"\s*\(?(?P<zone>(?:utc|gmt)?\s?[+-]\d\d?:?(?:\d\d)?(?!\d)|[a-z]{1,4}\b)?",
    re.IGNORECASE,
)
_COMPACT_TIME = re.compile(
    r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?(?P<half>x)?(?P<zone>Z|[+-]\d\d:?\d\d)?$"
)
_HALF = re.compile(r"오전|오후|午前|午後|上午|下午")
_MORNING = re.compile(r"오전|午前|上午")
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>\d\d?):?(?P<minutes>\d\d)?$")


def read(text: str) -> Moment | None:
    """What a marked text says: an instant with the offset it gives, a time without one, or a day."""
    text = " ".join(text.split())[:120]
    for pattern, reading in _FORMS:
        if match := pattern.search(text):
            return reading(match)
    return _named(text)


def believable(moment: Moment | None, fetched_at: datetime) -> bool:
    """Whether something can have been published then: not before newspapers went online, not after we fetched it.

    A day's grace: what lacks a zone may be up to 14 hours ahead of UTC.
    """
    if moment is None:
        return False
    return moment.iso >= "1990" and moment.sortable <= Moment.of(fetched_at.astimezone(UTC) + timedelta(days=1)).iso


def _epoch(match: re.Match[str]) -> Moment:
    return Moment.of(datetime.fromtimestamp(int(match[0][:10]), UTC))


def _rfc(match: re.Match[str]) -> Moment | None:
    try:
        return Moment.of(parsedate_to_datetime(match.string))
    except ValueError:
        return None


def _figures(match: re.Match[str]) -> Moment | None:
    """Year first."""
    return _moment(match, int(match["month"]), match["rest"])


def _compact(match: re.Match[str]) -> Moment | None:
    return _moment(match, int(match["month"]), match["rest"] or "", _COMPACT_TIME)


def _numeric(match: re.Match[str]) -> Moment | None:
    """Day first where the figures or the full stops say so; 5/10 or 10/5 could be either and is left."""
    day, month = int(match["day"]), int(match["month"])
    if day > 12 or match["mark"] == "." or day == month:
        return _moment(match, month, _around(match))
    if month > 12:
        return _build(date(int(match["year"]), day, month), _around(match), _TIME)
    return None


def _named(text: str) -> Moment | None:
    lowered = text.lower()
    for pattern in (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST):
        for match in pattern.finditer(lowered):
            month = _months().get(match["name"])
            if month:
                return _moment(match, month, _around(match))
    return None


def _around(match: re.Match[str]) -> str:
    """The text that may hold the time of day: what follows the date, or else what stands before it."""
    return match["rest"] if _TIME.search(match["rest"]) else match.string[: match.start()]


def _moment(match: re.Match[str], month: int, rest: str, clock: re.Pattern[str] = _TIME) -> Moment | None:
    try:
        return _build(date(int(match["year"]), month, int(match["day"])), rest, clock)
    except ValueError:
        return None


def _build(day: date, rest: str, clock: re.Pattern[str]) -> Moment:
    found = clock.search(rest)
    if not found:
        return Moment.of(day)
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if found["half"] or _HALF.search(rest[: found.start()]):
        afternoon = (
            found["half"].lower().startswith("p") if found["half"] else not _MORNING.search(rest[: found.start()])
        )
        hour = hour % 12 + (12 if afternoon else 0)
    return Moment.of(datetime.combine(day, time(hour, minute, second, tzinfo=_zone(found["zone"]))))


def _zone(text: str | None) -> timezone | None:
    """The offset a text names, or None for none and for abbreviations that mean several."""
    text = (text or "").strip().lower()
    if not text:
        return None
    match = _OFFSET.search(text)
    if match:
        minutes = int(match["hours"]) * 60 + int(match["minutes"] or 0)
        return timezone(timedelta(minutes=-minutes if match["sign"] == "-" else minutes))
    minutes = tables.load("dates")["zones"].get(text)
    return None if minutes is None else timezone(timedelta(minutes=minutes))


@cache
def _months() -> dict[str, int]:
    return {
        name: number
        for months in tables.load("dates")["months"].values()
        for number, names in enumerate(months, 1)
        for name in names
    }


# The first that is found decides; what reads it may still find that the text says no date.
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Moment | None]], ...] = (
    (_EPOCH, _epoch),
    (_RFC, _rfc),
    (_ISO, _figures),
    (_COMPACT, _compact),
    (_CJK, _figures),
    (_NUMERIC, _numeric),
)
