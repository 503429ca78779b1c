"""What an address says about what stands there, before anybody asked for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl, urlsplit

from scraper import tables

_DATE = re.compile(r"(?:19|20)\d\d[/._-]?(?:0?[1-9]|1[0-2])(?:[/._-]?(?:0?[1-9]|[12]\d|3[01]))?(?!\d)")
_SMUGGLED = re.compile(r"%0[ad]|%5c|%00", re.IGNORECASE)
_SESSION_PATH = re.compile(r";(?:jsessionid|sid|phpsessid)=[^/?]*", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]{2,}")
_LONG_NUMBER = re.compile(r"\d{5,}|[0-9a-f]{8,}(?=.*\d)")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Reading:
    """How much speaks for an article (points, 4 is plain) and whether it certainly is none."""

    points: int
    never: bool = False


NEVER = Reading(-9, never=True)


@cache
def words(name: str) -> frozenset[str]:
    return frozenset(tables.load("addresses")[name])


def without_session(url: str) -> str:
    """The address without what names a visit: an id for each visitor makes endless addresses of one page."""
    lowered = url.lower()
    if "sess" not in lowered and "cfid" not in lowered and "zenid" not in lowered and ";sid=" not in lowered:
        return url
    head, mark, query = _SESSION_PATH.sub("", url).partition("?")
    kept = [each for each in query.split("&") if each.partition("=")[0].lower() not in words("session_parameters")]
    return head + mark * bool(kept) + "&".join(kept)


def leads_to_a_file(url: str) -> bool:
    """Whether an address smuggles line ends into a header, or ends like a picture, a recording, a document."""
    path = urlsplit(url).path
    return bool(_SMUGGLED.search(url)) or _ending(path.rpartition("/")[2].lower()) in words("file_endings")


def read(url: str) -> Reading:
    """What a clean address tells: the words of its path, a date, a number, a slug."""
    parts = urlsplit(url)
    segments = [each for each in parts.path.lower().split("/") if each]
    if leads_to_a_file(url) or not (segments or parts.query):
        return NEVER
    named = _named(parts.query)
    label = (parts.hostname or "").partition(".")[0]
    if label in words("never") or label in words("service"):
        return NEVER  # jobs.news.example, shop.news.example
    if words("never").intersection(segments) or _is_list(segments) or _is_calendar(segments, named):
        return NEVER
    if words("service").intersection(segments) and len(_slug(segments[-1])) < 4:
        return NEVER
    if segments and named and words("page_numbers").issuperset(named) and not _slug(segments[-1]):
        return NEVER
    points = _query_points(named) + _path_points(segments, parts.path)
    return Reading(points - 3 * bool(words("media").intersection(segments[:-1])))


def is_pathlike(segments: list[str]) -> bool:
    """Whether the path is of plain short words, as sections have: no numbers, no slugs of a sentence."""
    return all(not _NUMBER.search(each) and len(_slug(each)) <= 4 for each in segments) and _ending(
        segments[-1]
    ) in words("page_endings") | {""}


def _named(query: str) -> dict[str, str]:
    return {name.lower(): value for name, value in parse_qsl(query, keep_blank_values=True)} if query else {}


def _ending(segment: str) -> str:
    return segment.rpartition(".")[2] if "." in segment else ""


def _is_list(segments: list[str]) -> bool:
    """A list's name stands last or last but one, page numbers not counted: /tag/harbour/page/2."""
    if _is_numbered(segments):
        return True
    return bool(words("list").intersection(segments[-2:])) and not _plain_article(segments[-1])


def _is_numbered(segments: list[str]) -> bool:
    """The further pages of a list: /politics/page/2. /p/1234567 is an article."""
    return (
        len(segments) > 1
        and segments[-2] in words("page_numbers")
        and segments[-1].isdecimal()
        and len(segments[-1]) < 5
    )


def _plain_article(segment: str) -> bool:
    """A slug as long as a headline, or a shorter one with a number, is an article's even behind /series/."""
    slug = len(_slug(segment))
    return slug >= 7 or (slug >= 4 and bool(_LONG_NUMBER.search(segment)))


def _is_calendar(segments: list[str], named: dict[str, str]) -> bool:
    """Nothing but numbers after the first segment, or a day chosen by parameters."""
    rest = segments[1:] if segments and not segments[0].isdecimal() else segments
    dated = bool(rest) and all(each.isdecimal() and len(each) <= 4 for each in rest) and len(rest[0]) == 4
    return dated or (bool(named) and words("calendar_parameters").issuperset(named))


def _slug(segment: str) -> list[str]:
    return _WORDS.findall(segment.rpartition(".")[0] if _ending(segment) in words("page_endings") else segment)


def _query_points(named: dict[str, str]) -> int:
    chosen = [value for name, value in named.items() if name in words("article_parameters")]
    return 3 if any(_NUMBER.search(value) for value in chosen) else 0


def _path_points(segments: list[str], path: str) -> int:
    if not segments:
        return 0
    last = segments[-1]
    slug = len(_slug(last))
    points = 3 if slug >= 4 else 2 if slug == 3 else 0
    points += 2 if _LONG_NUMBER.search(last) else 1 if _NUMBER.search(last) else 0
    points += 2 if _DATE.search(path) else 0
    points += 1 if _ending(last) in words("page_endings") else 0
    points += 2 if words("article").intersection(segments[:-1]) else 0
    points += 1 if len(segments) >= 3 else 0
    return points - (1 if len(segments) == 1 and slug <= 2 and not _NUMBER.search(last) else 0)
