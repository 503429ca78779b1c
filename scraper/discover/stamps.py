"""The dates of feeds and sitemaps → aware UTC, fast: RFC 822 as RSS has it, ISO 8601 as everything else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_MONTHS = {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_ZONES = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}
_RFC_822 = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(\d{1,2})[\s-]([A-Za-z]{3})[a-z]*\.?[\s-](\d{4}|\d{2})"
    r"(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?)?\s*(?:([+-])(\d{2}):?(\d{2})|([A-Za-z]+))?"
)


def stamp(text: str) -> datetime | None:
    """The moment, or None for none or nonsense. A day alone is its midnight, a time without a zone is UTC."""
    try:
        if text[:4].isdecimal():
            return _utc(datetime.fromisoformat(text))
        match = _RFC_822.match(text)
        return _utc(_composed(match)) if match else None
    except (ValueError, OverflowError):
        return None


def _composed(match: re.Match[str]) -> datetime:
    day, month, year, hour, minute, second, sign, hours, minutes, zone = match.groups()
    number = int(year)
    if number < 100:
        number += 1900 if number >= 70 else 2000
    clock = (int(hour or 0), int(minute or 0), min(int(second or 0), 59))
    moment = datetime(number, _MONTHS.get(month.lower(), 0), int(day), *clock, tzinfo=UTC)
    if sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return moment + offset if sign == "-" else moment - offset
    return moment - timedelta(hours=_ZONES[zone.lower()]) if zone and zone.lower() in _ZONES else moment


def _utc(moment: datetime) -> datetime | None:
    if moment.year < 1990:
        return None  # 0001-01-01 and 1970-01-01 are what programs write for “unknown”
    if moment.tzinfo is UTC:
        return moment
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
