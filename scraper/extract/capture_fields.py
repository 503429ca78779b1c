"""Who wrote a capture's article and when, from lines near its headline that are bylines and date lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from scraper import tables
from scraper.extract import authors, dates, furniture
from scraper.extract.capture_features import View
from scraper.extract.passages import ADDRESS, ITEM
from scraper.models import Moment

BYLINE, DATE_LINE = "byline", "date line"


@dataclass(frozen=True, slots=True)
class Fields:
    """What the lines around an article say of it."""

    authors: tuple[str, ...] = ()
    published: Moment | None = None
    modified: Moment | None = None
    url: str | None = None


def told(view: View, at: int) -> str:
    """What a passage is: a byline, a date line, or neither."""
    return BYLINE if is_byline(view, at) else DATE_LINE if is_date_line(view, at) else ""


def is_byline(view: View, at: int) -> bool:
    """Whether a passage names who wrote: it says so, stands after a "By" alone, or is a name beside a date."""
    passage, words = view.passages[at], view.words[at]
    if view.told[at] == BYLINE:
        return True
    if words > 14 or len(passage.text) > _LONGEST or view.ends[at] or view.told[at] or passage.mark not in ("", ITEM):
        return False
    if _led(passage.text) or (at and _is_introduction(view.passages[at - 1].text)):
        return bool(_names(passage.text))
    return not passage.mark and _is_dated(view, at) and _is_name(_undated(passage.text))


def _is_dated(view: View, at: int) -> bool:
    """Whether a passage holds a date, or one stands beside it."""
    return view.has_date(at) or any(is_date_line(view, other) for other in (at + 1, at - 1) if 0 <= other < view.count)


_LONGEST = 160
"""Characters. No byline and no date line is longer."""


def is_date_line(view: View, at: int) -> bool:
    """Whether a passage is a date and little else."""
    if view.told[at] == DATE_LINE:
        return True
    text = view.passages[at].text
    if view.words[at] > 12 or len(text) > _LONGEST or not view.has_date(at):
        return False
    if view.ends[at] and not text[0].isdigit():
        return False
    return dates.read(text) is not None


def read(view: View, region: list[int]) -> Fields:
    """What the passages at these positions say, the first before the others; a mail's header where they say nothing."""
    bylines = [view.passages[at].text for at in region if is_byline(view, at)]
    people = [name for text in bylines for name in _names(text)]
    published, modified = _moments([view.passages[at].text for at in region if told(view, at)])
    sent = view.capture.mail.get("date")
    if published is None and modified is None and sent:
        published = dates.read(sent)
    return Fields(authors.people(people), published, modified, _address(view))


# --- names -------------------------------------------------------------------------

_PART = r"(?:(?:d[aeiu]|de[lnr]|van|von|al|el|le|la|bin) )?[^\W\d_a-zß-ÿ][^\W\d_]*[.'’-]?[^\W\d_]*\.?"
_NAME = re.compile(rf"{_PART}(?: {_PART}){{1,3}}")
_SPACED_NAME = re.compile("[\u3040-\u9fff]{1,4} [\u3040-\u9fff]{1,5}")
"""Names of Japan and China are seldom parted by a blank but in bylines."""
_DATED = re.compile(
    r"[\s|,·•–-]*(?:(?:published|updated|posted|veröffentlicht|aktualisiert|publié|publicado)\b.*|(?:\w+\.? )?\d.*)$",
    re.IGNORECASE,
)


def _is_name(text: str) -> bool:
    """Whether a text looks like one name and is no word of a page's controls: "Share Save"."""
    if _SPACED_NAME.fullmatch(text):
        return True
    parts = text.split(" ")
    return bool(_NAME.fullmatch(text)) and parts[-1][:1].isupper() and not any(map(furniture.reason, parts))


def _undated(text: str) -> str:
    """A byline without the date behind the name."""
    return _DATED.sub("", text)


def _names(text: str) -> list[str]:
    """The names in a byline; behind a whole name one word alone is the place it was written at, unless an agency."""
    found = [name for name in authors.people([_undated(text)]) if len(name.split()) <= 5 and _begins_as_name(name)]
    return found[:1] + [
        name for name in found[1:] if " " in name or " " not in found[0] or name in (name.upper(), "dpa")
    ]


def _begins_as_name(text: str) -> bool:
    return text[:1].isalpha() and (not text[:1].islower() or text == "dpa")


@cache
def _lead() -> re.Pattern[str]:
    found = sorted(tables.load("bylines")["before"], key=len, reverse=True)
    return re.compile(rf"(?i:{'|'.join(map(re.escape, found))})\s*:?\s+(?=[^\W\d_a-zß-ÿ])")


def _led(text: str) -> bool:
    """Whether a text begins as a byline does, and goes on with a capital."""
    match = _lead().match(text)
    return match is not None and not text[match.end() : match.end() + 1].islower()


def _is_introduction(text: str) -> bool:
    return text.strip(" :").lower() in tables.load("bylines")["before"]


# --- dates -------------------------------------------------------------------------

_CHANGED = re.compile(
    r"\b(?:stand:|(?:last )?(?:updated|modified|edited)|(?:zuletzt )?aktualisiert|mis à jour|modifié|actualizado|"
    r"atualizado|aggiornato|bijgewerkt|gewijzigd|oppdatert|opdateret|uppdaterad|päivitetty|aktualizacja|aktualizováno|обновлено|"
    r"güncelleme|更新|수정)(?!\w)",
    re.IGNORECASE,
)


def _moments(texts: list[str]) -> tuple[Moment | None, Moment | None]:
    """The first moment of publishing and of changing that date lines give."""
    published = modified = None
    for text in texts:
        before, mark, after = _parted(text)
        published = published or dates.read(before)
        modified = modified or (dates.read(after) if mark else None)
    return published, modified


def _parted(text: str) -> tuple[str, str, str]:
    match = _CHANGED.search(text)
    return (text[: match.start()], match[0], text[match.end() :]) if match else (text, "", "")


# --- the address ---------------------------------------------------------------------

_OWN = re.compile(r"https?://[^\s/]+/\S+")


def _address(view: View) -> str | None:
    """The address that stands alone at the very top: printed pages have it there, and reading tools name it."""
    texts = [view.capture.mail.get("address", ""), *(each.text for each in view.passages[:2] if each.mark == ADDRESS)]
    return next((text for text in texts if _OWN.fullmatch(text)), None)


def around(headline: int, start: int, count: int) -> Iterator[int]:
    """Where an article's own byline and date stand: below its headline, then above it; others are of other articles."""
    top = headline if headline >= 0 else max(0, start - 6)
    yield from range(top, min(start + 3, count))
    yield from range(top - 1, max(-1, top - 5), -1)
