"""A date as publishers write it in marked places → a Moment, as exact as it is written and no more.

Only ever given the content of a field or element that is marked as a date, or a line that is
nothing else: running text is not searched. An order of day and month that could be either is
not guessed: the page's language or another of its dates settles it, or it stays unread.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache

from scraper import tables
from scraper.models import Moment


@dataclass(frozen=True, slots=True)
class Habit:
    """How a page writes dates: its language, and whether the day stands first where all is figures (None: unknown)."""

    language: str = ""
    day_first: bool | None = None


UNKNOWN = Habit()

Reading = tuple[Moment, str]
"""A moment, and what the text says beside it."""

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_ISO = re.compile(rf"(?<!\d){_YEAR}\s?[-/.]\s?(?P<month>\d\d?)\s?[-/.]\s?(?P<day>\d\d?)(?!\d)")
_COMPACT = re.compile(rf"^{_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?:t?(?P<clock>\d{{4,6}}\S*))?$")
_CJK = re.compile(rf"(?<!\d){_YEAR}\s*[年년]\s*(?P<month>\d\d?)\s*[月월]\s*(?P<day>\d\d?)\s*[日일号號]")
_VIETNAMESE = re.compile(rf"(?<!\d)(?P<day>\d\d?)\s+tháng\s+(?P<month>\d\d?)(?:\s*,|\s+năm)?\s+{_YEAR}(?!\d)")
_NUMERIC = re.compile(
    r"(?<![\d.,/-])(?P<first>\d\d?)\s?(?P<mark>[./-])\s?(?P<second>\d\d?)\s?(?P=mark)\s?"
    r"(?P<year>(?:19|20|25)\d\d|\d\d)(?!\d|\s?(?P=mark)\d)"
)
_STANDARD = re.compile(
    rf"^{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?=t\d\d:\d\d:\d\d(?:\.\d{{3}}|\.\d{{6}})?(?:z|[+-]\d\d:[0-5]\d)$)"
)
_EPOCH = re.compile(r"^1\d{9}(?:\d{3})?$")
_RFC = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? \d\d? [a-z]{3} \d{4} \d\d?:\d\d")
_TIME = re.compile(
    r"(?<![\d:.])(?P<hour>[01]?\d|2[0-3])\s?(?::|\.|h|[시時时點点])\s?(?P<minute>[0-5]\d)(?!\d)[분分]?"
    r"(?:\s?[:.]\s?(?P<second>[0-5]\d)(?!\d)(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap]\.?\s?m\b\.?))?(?:\s*(?:uhr|hrs?|uur|ч|น)\b\.?)?"
    r"\s*\(?(?P<zone>(?:utc|gmt)\s?[+-]\s?\d\d?:?(?:\d\d)?(?!\d)|[+-]\d\d?:?(?:\d\d)?(?!\d)|[^\W\d_]{1,4}(?![^\W\d_]))?"
)
_COMPACT_TIME = re.compile(
    r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?(?P<half>x)?(?P<zone>z|[+-]\d\d:?\d\d)?$"
)
_OFFSET = re.compile(r"(?P<sign>[+-])\s?(?P<hours>\d\d?):?(?P<minutes>\d\d)?$")
_TOKEN = re.compile(r"\d+|[^\s\d,;:/|()\[\]{}<>\"“”„«»·•–—]+")
_IN_PATH = re.compile(
    rf"/{_YEAR}(?:(?P<mark>[/-])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)|(?P<month2>\d\d)(?P<day2>\d\d))(?=[/-]|$)"
)
_THAI = re.compile("[\u0e00-\u0e7f]")
_LONGEST = 160


def read(text: str, habit: Habit = UNKNOWN) -> Moment | None:
    """What a marked text says: an instant with the offset it gives, a time without one, or a day."""
    found = _find(_plain(text), habit)
    return found[0] if found else None


def alone(text: str, habit: Habit = UNKNOWN) -> Moment | None:
    """What a line says that is a date and next to nothing else: a weekday, a town, "published on"."""
    if len(text) > _LONGEST:
        return None
    found = _find(_plain(text), habit)
    if found is None or re.search(r"\d", found[1]) or len(_TOKEN.findall(found[1])) > 4:
        return None
    return found[0]


def parted(text: str) -> tuple[str, str]:
    """The parts of a text that may say when something was published, and when it was changed."""
    text = text[: 4 * _LONGEST]
    found = _changed().search(text)
    return (text[: found.start()], text[found.start() :]) if found else (text, "")


def in_address(url: str) -> Moment | None:
    """The day that the path of an address names: /2024/05/03/, /2024-05-03-title, /20240503/."""
    found = _IN_PATH.search(url.partition("?")[0][:2000])
    if found is None:
        return None
    day = _day(found["year"], found["month"] or found["month2"], found["day"] or found["day2"])
    return Moment.of(day) if day else None


def habit(locale: str, texts: Iterable[str] = ()) -> Habit:
    """How a page writes dates: by those it shows with a day over 12, or else by what its language does everywhere."""
    shown = {order for text in texts if (order := _order(_plain(text))) is not None}
    locale = locale.lower().replace("_", "-")
    language = locale.partition("-")[0]
    if len(shown) == 1:
        return Habit(language, shown.pop())
    return Habit(language, True if {locale, language} & _words("day_first") else None)


def believable(moment: Moment | None, fetched_at: datetime) -> bool:
    """Whether something can have been published then: not before newspapers went online, not after we fetched it.

    A day's grace: what lacks a zone may be up to 14 hours ahead of UTC.
    """
    if moment is None:
        return False
    return moment.iso >= "1990" and moment.sortable <= Moment.of(fetched_at.astimezone(UTC) + timedelta(days=1)).iso


def _plain(text: str) -> str:
    """The text in lower case with figures 0 to 9, white space folded, invisible marks off."""
    text = " ".join(text[: 4 * _LONGEST].split())[:_LONGEST].lower()
    if text.isascii():
        return text
    return "".join(_figure(letter) for letter in text if unicodedata.category(letter) != "Cf").replace("−", "-")


def _figure(letter: str) -> str:
    return str(unicodedata.decimal(letter, letter))


def _find(text: str, habit: Habit) -> Reading | None:
    if _THAI.search(text):
        habit = Habit("th", habit.day_first)
    for pattern, reading in _FORMS:
        if match := pattern.search(text):
            return reading(match, habit)
    return _named(text, habit)


# --- figures ------------------------------------------------------------------


def _standard(match: re.Match[str], habit: Habit) -> Reading | None:
    """What nine in ten pages write, by the quick way."""
    try:
        moment = datetime.fromisoformat(match.string.upper())
    except ValueError:
        return _figures(match, habit)
    ahead = moment.utcoffset()
    known = ahead is not None and ahead // timedelta(minutes=1) in _OFFSETS
    return Moment.of(moment if known else moment.replace(tzinfo=None)), ""


def _epoch(match: re.Match[str], _: Habit) -> Reading:
    return Moment.of(datetime.fromtimestamp(int(match[0][:10]), UTC)), ""


def _rfc(match: re.Match[str], _: Habit) -> Reading | None:
    from email.utils import parsedate_to_datetime  # rare, and 6 ms of every start

    try:
        return Moment.of(parsedate_to_datetime(match.string)), ""
    except ValueError:
        return None


def _figures(match: re.Match[str], _: Habit) -> Reading | None:
    """Each part is named by its place."""
    day = _day(match["year"], match["month"], match["day"])
    return _timed(day, match.string[: match.start()], match.string[match.end() :]) if day else None


def _compact(match: re.Match[str], _: Habit) -> Reading | None:
    day = _day(match["year"], match["month"], match["day"])
    return _timed(day, "", match["clock"] or "", _COMPACT_TIME) if day else None


def _numeric(match: re.Match[str], habit: Habit) -> Reading | None:
    """Day first where the figures, the full stops or the page's habit say so; 5/10 could be either and is left."""
    first, second = match["first"], match["second"]
    year = _year(match["year"], habit)
    if year is None:
        return None
    if int(second) > 12:
        day = _day(year, first, second)
    elif int(first) > 12 or match["mark"] == "." or first == second or habit.day_first:
        day = _day(year, second, first)
    else:
        day = _day(year, first, second) if habit.day_first is False else None
    return _timed(day, match.string[: match.start()], match.string[match.end() :]) if day else None


def _year(text: str, habit: Habit) -> str | None:
    """The year that figures mean: 2567 is 2024 in Thailand; 31.10.23 is understood where the day comes first."""
    if len(text) == 2:
        return f"20{text}" if habit.day_first else None
    if text.startswith("25"):
        return str(int(text) - _BUDDHIST) if habit.language == "th" else None
    return text


_BUDDHIST = 543


def _order(text: str) -> bool | None:
    """Whether the day stands first in a date that is all figures; None where that cannot be seen."""
    match = None if _ISO.search(text) else _NUMERIC.search(text)
    if match is None or len(match["year"]) == 2 or (int(match["first"]) > 12) == (int(match["second"]) > 12):
        return None
    return int(match["first"]) > 12


# --- names of months ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int

    @property
    def is_day(self) -> bool:
        return len(self.text) <= 2 and self.text.isdecimal()

    @property
    def is_year(self) -> bool:
        return len(self.text) == 4 and self.text.startswith(("19", "20", "25")) and self.text.isdecimal()


def _named(text: str, habit: Habit) -> Reading | None:
    """The date around the first word that names a month."""
    if not re.search(r"\d{4}", text):
        return None
    split = ((match[0].strip(".-'’"), *match.span()) for match in _TOKEN.finditer(text))
    tokens = [_Token(*each) for each in split if each[0]]
    for first in range(len(tokens)):
        for last in (first + 1, first):
            month = _month(" ".join(token.text for token in tokens[first : last + 1]), habit.language)
            for day, year in _beside(tokens, first, last) if month else ():
                told = _year(tokens[year].text, habit)
                if built := told and _day(told, str(month), tokens[day].text):
                    start, end = tokens[min(first, day, year)].start, tokens[max(last, day, year)].end
                    return _timed(built, text[:start], text[end:])
    return None


def _beside(tokens: list[_Token], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Where day and year may stand when tokens `first` to `last` name the month: 3 May 2024, May 3 2024, 2024 May 3."""
    before, after = _step(tokens, first, -1), _step(tokens, last, 1)
    further = None if after is None else _step(tokens, after, 1)
    for day, year in ((before, after), (after, further), (after, before)):
        if day is not None and year is not None and tokens[day].is_day and tokens[year].is_year:
            yield day, year


def _step(tokens: list[_Token], at: int, way: int) -> int | None:
    """The next token that is not one of the words between the parts of a date."""
    for _ in range(3):
        at += way
        if not 0 <= at < len(tokens):
            return None
        if tokens[at].text not in _words("between"):
            return at
    return None


def _month(name: str, language: str) -> int | None:
    """The number of the month, if the name means one only, or one in that language."""
    name = _bare(name)
    return _meanings(language).get(name) or _meanings("").get(name)


@cache
def _meanings(language: str) -> dict[str, int]:
    """Folded name → month, in one language; in all of them without those that languages disagree about."""
    table: dict[str, str] = tables.load("dates")["months"]
    if language:
        return _numbered(table[language]) if language in table else {}
    found: dict[str, int] = {}
    torn = set()
    for names in table.values():
        for name, month in _numbered(names).items():
            if found.setdefault(name, month) != month:
                torn.add(name)
    return {name: month for name, month in found.items() if name not in torn}


def _numbered(names: str) -> dict[str, int]:
    return {
        _bare(name.replace("_", " ")): month for month, same in enumerate(names.split("|"), 1) for name in same.split()
    }


def _bare(name: str) -> str:
    """A name without accents and the forms of alef, the Turkish ı as i."""
    if name.isascii():
        return name
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", name)).replace("ı", "i")


_ACCENTS = re.compile("[\u0300-\u036f\u0653-\u0655]")


# --- the time of day ----------------------------------------------------------


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _timed(day: date, before: str, after: str, clock: re.Pattern[str] = _TIME) -> Reading:
    """The day with the time that follows it, or else stands before it."""
    for text, other in ((after, before), (before, after)):
        if found := clock.search(text):
            start, end = text[: found.start()], text[found.end() :]
            return Moment.of(datetime.combine(day, _clock(found, start, end))), f"{other} {start} {end}"
    return Moment.of(day), f"{before} {after}"


def _clock(found: re.Match[str], start: str, end: str) -> time:
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    half = (found["half"] or "").replace(" ", "").rstrip(".") or _half(start, (found["zone"] or "") + end)
    if half and hour <= 12:
        hour = hour % 12 + (12 if half in _words("afternoon") else 0)
    return time(hour, minute, second, tzinfo=_zone(found["zone"]))


def _half(before: str, after: str) -> str:
    """The half of the day that is named next to a time, in whatever language."""
    names = "|".join(map(re.escape, _words("afternoon") | _words("morning")))
    found = re.match(rf"\W*({names})(?![^\W\d_])", after) or re.search(rf"(?<![^\W\d_])({names})\W*$", before)
    return found[1] if found else ""


def _zone(text: str | None) -> timezone | None:
    """The offset a text names, or None for none, for abbreviations that mean several and for none on Earth."""
    text = (text or "").strip()
    match = _OFFSET.search(text)
    if match:
        minutes = int(match["hours"]) * 60 + int(match["minutes"] or 0)
        minutes = -minutes if match["sign"] == "-" else minutes
        return timezone(timedelta(minutes=minutes)) if minutes in _OFFSETS else None
    named = tables.load("dates")["zones"].get(text) if text else None
    return None if named is None else timezone(timedelta(minutes=named))


_OFFSETS = range(-12 * 60, 14 * 60 + 1, 15)
"""Every offset that clocks have anywhere: from 12 hours behind UTC to 14 before it, in quarters."""


@cache
def _changed() -> re.Pattern[str]:
    words = sorted(tables.load("dates")["changed"], key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE)


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(tables.load("dates")[name].split())


# The first that is found decides; what reads it may still find that the text says no date.
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Habit], Reading | None]], ...] = (
    (_STANDARD, _standard),
    (_EPOCH, _epoch),
    (_RFC, _rfc),
    (_ISO, _figures),
    (_COMPACT, _compact),
    (_CJK, _figures),
    (_VIETNAMESE, _figures),
    (_NUMERIC, _numeric),
)
