"""What an address says about what stands there, before anybody asked for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl, unquote, urlsplit

from scraper import tables

_DATE = re.compile(r"(?:19|20)\d\d[/._-]?(?:0?[1-9]|1[0-2])(?:[/._-]?(?:0?[1-9]|[12]\d|3[01]))?(?!\d)")
_SMUGGLED = re.compile(r"%0[ad]|%5c|%00", re.IGNORECASE)
_SESSION_PATH = re.compile(r";(?:jsessionid|sid|phpsessid)=[^/?]*", re.IGNORECASE)
_MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0e7f"
"""What \\w leaves out of words: accents, vowel signs of Hebrew and Arabic, and those of India and Thailand."""
_WORDS = re.compile(rf"(?:[^\W\d_]|[{_MARKS}]){{2,}}")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
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
    if not any(each in lowered for each in ("sess", "cfid", "zenid", "sid=")):
        return url
    head, mark, query = _SESSION_PATH.sub("", url).partition("?")
    kept = [each for each in query.split("&") if not _names_a_visit(*each.lower().partition("=")[::2])]
    return head + mark * bool(kept) + "&".join(kept)


def _names_a_visit(name: str, value: str) -> bool:
    """`sid` may be a story's number; what is long and of letters and digits is drawn by lot for each visitor."""
    return name in words("session_parameters") or (name.endswith("sid") and _DRAWN.fullmatch(value) is not None)


_DRAWN = re.compile(r"(?=[^\d]*\d)(?=[^a-z]*[a-z])[a-z0-9]{16,}")


def leads_to_a_file(url: str) -> bool:
    """Whether an address smuggles line ends into a header, or ends like a picture, a recording, a document."""
    path = urlsplit(url).path
    return bool(_SMUGGLED.search(url)) or _ending(path.rpartition("/")[2].lower()) in words("file_endings")


def read(url: str) -> Reading:
    """What a clean address tells: the words of its path, a date, a number, a slug."""
    parts = urlsplit(url)
    segments = segments_of(parts.path)
    if leads_to_a_file(url) or not (segments or parts.query):
        return NEVER
    named = _named(parts.query)
    label = (parts.hostname or "").partition(".")[0]
    if label in words("never") or label in words("service"):
        return NEVER  # jobs.news.example, shop.news.example
    if words("never").intersection(segments) or _is_list(segments):
        return NEVER
    if _is_calendar(segments, named) or (named and _chooses_a_list(segments, named)):
        return NEVER
    if words("service").intersection(segments) and _slug(segments[-1]) < 4:
        return NEVER
    points = _query_points(named) + _path_points(segments, parts.path)
    return Reading(points - 3 * bool(words("media").intersection(segments[:-1])))


def segments_of(path: str) -> list[str]:
    """The parts of a path in the letters they stand for."""
    return [each for each in (unquote(path) if "%" in path else path).lower().split("/") if each]


def shape(url: str) -> str | None:
    """What addresses of one kind have in common, None for those that no number tells apart: /politics/#, /read?id=#.

    A number of less than five digits that ends the path is not taken for one: it may count pages.
    """
    parts = urlsplit(url)
    *before, last = segments_of(parts.path) or [""]
    last = "#" if _LONG_NUMBER.search(last) else last
    named = {name: _NUMBER.sub("#", value) for name, value in _named(parts.query).items()}
    if words("list").intersection(before):
        return None
    if last != "#" and not any("#" in named.get(name, "") for name in words("article_parameters")):
        return None
    path = ["#" if each.isdecimal() else each for each in before]
    return "/".join((parts.netloc, *path, last)) + "?" + "&".join(sorted(named))


def _chooses_a_list(segments: list[str], named: dict[str, str]) -> bool:
    """Whether the query asks for a list, of a path that names nothing itself: ?author=1, ?view=category&id=5,
    or for its next page."""
    if segments and not _slug(segments[-1]) and words("page_numbers").issuperset(named):
        return True
    if segments and (_slug(segments[-1]) > 2 or _LONG_NUMBER.search(segments[-1])):
        return False
    lists = words("list") | words("section_parameters")
    if words("list").intersection(value.lower() for value in named.values()):
        return True
    return bool(lists.intersection(named)) and not words("article_parameters").intersection(named)


def is_pathlike(segments: list[str]) -> bool:
    """Whether the path is of plain short words, as sections have: no numbers, no slugs of a sentence."""
    return all(not _NUMBER.search(each) and _slug(each) <= 4 for each in segments) and _ending(segments[-1]) in words(
        "page_endings"
    ) | {""}


def is_numbered_section(segments: list[str]) -> bool:
    """Whether the path is of short words and a small number, as sections of old systems have: /section/12."""
    *before, last = segments
    return last.isdecimal() and len(last) < 4 and not _is_numbered(segments) and all(map(str.isalpha, before))


def chooses_a_section(query: str) -> bool:
    """Whether all that a query says is which section: ?cat=3."""
    return words("section_parameters").issuperset(_named(query) or ("",))


def _named(query: str) -> dict[str, str]:
    return {name.lower(): value for name, value in parse_qsl(query, keep_blank_values=True)} if query else {}


def _ending(segment: str) -> str:
    return segment.rpartition(".")[2] if "." in segment else ""


def _is_list(segments: list[str]) -> bool:
    """A list's name stands last or last but one, page numbers not counted: /tag/harbour/page/2."""
    if _is_numbered(segments):
        return True
    named = (*segments[-2:], *(_stem(each) for each in segments[-1:]))
    return bool(words("list").intersection(named)) and not _plain_article(segments[-1])


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
    slug = _slug(segment)
    return slug >= 7 or (slug >= 4 and bool(_LONG_NUMBER.search(segment)))


def _is_calendar(segments: list[str], named: dict[str, str]) -> bool:
    """Nothing but numbers after the first segment, or a day chosen by parameters."""
    rest = segments[1:] if segments and not segments[0].isdecimal() else segments
    dated = bool(rest) and all(each.isdecimal() and len(each) <= 4 for each in rest) and len(rest[0]) == 4
    return dated or (bool(named) and words("calendar_parameters").issuperset(named))


def _stem(segment: str) -> str:
    return segment.rpartition(".")[0] if _ending(segment) in words("page_endings") else segment


def _slug(segment: str) -> int:
    """How many words a segment has; in scripts without spaces three characters count as one."""
    stem = _stem(segment)
    return max(len(_WORDS.findall(stem)), len(_UNSPACED.findall(stem)) // 3 if not stem.isascii() else 0)


def _query_points(named: dict[str, str]) -> int:
    chosen = [value for name, value in named.items() if name in words("article_parameters")]
    return 3 if any(_NUMBER.search(value) for value in chosen) else 0


def _path_points(segments: list[str], path: str) -> int:
    if not segments:
        return 0
    last = segments[-1]
    slug = _slug(last)
    points = 3 if slug >= 4 else 2 if slug == 3 else 0
    points += 2 if _LONG_NUMBER.search(last) else 1 if _NUMBER.search(last) else 0
    points += 2 if _DATE.search(path) else 0
    points += 1 if _ending(last) in words("page_endings") else 0
    points += 2 if words("article").intersection(segments[:-1]) else 0
    points += 1 if len(segments) >= 3 else 0
    return points - (1 if len(segments) == 1 and slug <= 2 and not _NUMBER.search(last) else 0)
