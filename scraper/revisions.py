"""When two readings of an article are the same wording."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from scraper import tables
from scraper.models import Article, Block, Evidence, Kind

# Marks that editors and templates change without changing what is said.
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("“”„«»‟〝〞", '"')
    | dict.fromkeys("‘’‚‛`´ʼ", "'")
    | dict.fromkeys("–—‐‑‒―−", "-")
    | {"…": "...", "\u00ad": None, "\u200b": None, "\ufeff": None}
)
_MARKS = re.compile(f"[{''.join(map(chr, _TYPOGRAPHY))}]+")
_SPACE = re.compile(r"\s+")


Words = dict[str, list[str]]
"""The words of one language in the table of what passes."""


def digest(article: Article) -> str:
    """128 bits of SHA-256, in hex, over what the article says: headline, summary and body.

    White space, the kind of quotes and dashes, and invisible marks do not count, nor where
    the dek ends and the text begins; a word, a figure, a capital or a full stop does.
    """
    return _hashed("\n".join((article.headline or "", article.summary or "", article.body)))


def text_digest(article: Article) -> str:
    """The same over the text as it stands on the page, the dek and the body.

    Two addresses of one text have it in common, also when one of them (a print view, say)
    does not tell its dek from its first paragraph.
    """
    dek = article.summary if any(each == Evidence("summary", "dek") for each in article.evidence) else None
    return _hashed("\n\n".join(part for part in (dek, article.body) if part))


def _hashed(text: str) -> str:
    plain = unicodedata.normalize("NFC", _in_one_typography(text))
    return hashlib.sha256(" ".join(plain.split()).encode("utf-8", "replace")).hexdigest()[:32]


def _in_one_typography(text: str) -> str:
    """The marks found and translated: where one letter is not Latin, `translate` alone goes through all of them."""
    return _MARKS.sub(lambda found: found[0].translate(_TYPOGRAPHY), text)


# --- trivial changes ------------------------------------------------------------


def same(one: Article, other: Article) -> bool:
    """Whether two readings say the same but for what passes on a page.

    That is white space and typography, counters, clocks and times told from now, reading times, and the
    order of the titles in a list at the end. A figure in the text is none of these.
    """
    return wording(one) == wording(other)


def wording(article: Article) -> str:
    """What an article says without what passes on a page: one string for each wording."""
    text = lasting(article.blocks)
    return "\n".join(map(plain, (article.headline or "", " ".join((article.summary or "", *text)))))


def plain(text: str) -> str:
    """A text in one typography: one kind of quotes, dashes and figures, no space around marks."""
    told = unicodedata.normalize("NFKC", _in_one_typography(text)).translate(_MORE_TYPOGRAPHY)
    return _SPACE_AT_MARKS.sub("", " ".join(_UNSEEN.sub("", told).split()))


_MORE_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("「」『』《》〈〉‹›", '"') | dict.fromkeys("〜～", "~") | {"'": '"', "־": "-"}
)
_UNSEEN = re.compile("[\u200c-\u200f\u2028-\u202e\u2060-\u2064\ufe0e\ufe0f]")
_UNSPACED = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3040-\u30ff\u0e00-\u0eff\u1780-\u17ff"
_SPACE_AT_MARKS = re.compile(
    rf" (?=[,.;:!?)\]\"/%-])|(?<=[(\[\"/-]) |(?<=[{_UNSPACED}]) | (?=[{_UNSPACED}])|(?<=\d) (?=\d{{3}}(?!\d))"
)
"""Also the space of a thousand in a figure: 12 000 with any of the spaces that are written there."""


def lasting(blocks: Sequence[Block]) -> list[str]:
    """The texts of blocks without what passes; titles in a list at the end in the order of the alphabet."""
    told = [each for each in blocks if not _passes(each)]
    bare = [each for each in told if _is_moment(each.text)]
    if len(bare) <= _PAGE_CLOCKS:
        told = [each for each in told if each not in bare]
    end = len(told) - sum(1 for _ in _titles(told))
    return [*map(_without_ago, told[:end]), *sorted(each.text for each in told[end:])]


_PAGE_CLOCKS = 2
"""Times that stand alone on a page's account: of publication and of change. Where there are more they are a
programme, a timetable or a ticker, and a changed one is a change."""


def _titles(blocks: Sequence[Block]) -> Iterator[Block]:
    """The items of a list at the end that end like titles and not like sentences, unnumbered: links as a rule."""
    for each in reversed(blocks):
        if each.kind is not Kind.LIST_ITEM or each.text.endswith(_ENDS) or _NUMBERED.match(each.text):
            return
        yield each


_ENDS = (".", "!", ";", ",", "。", "।", "؟", "۔", ":")
_NUMBERED = re.compile(r"\W*\d+\W")
_LONGEST = 120
"""Characters. Beyond that a line is no counter and no clock."""


def _passes(block: Block) -> bool:
    """Whether a block is nothing but counters, times told from now and reading times."""
    return block.kind in (Kind.PARAGRAPH, Kind.LIST_ITEM) and _is_passing(block.text)


def _is_passing(text: str) -> bool:
    if len(text) > _LONGEST:
        return False
    rest, count = _passing().subn(" ", _TIME.sub(" ", _DATED.sub(" ", _folded(text))))
    return bool(count) and not re.search(r"[^\W_]", _around().sub(" ", rest))


def _is_moment(text: str) -> bool:
    """Whether a block is a time or a day in figures and at most says that it is one."""
    if len(text) > _LONGEST:
        return False
    rest, count = _TIME.subn(" ", _days().sub(" 00:00 ", _DATED.sub(" 00:00 ", _folded(text))))
    return bool(count) and not re.search(r"[^\W_]", _around().sub(" ", rest))


def _without_ago(block: Block) -> str:
    """A short line that is no sentence, without counters between bars and times told from now: a byline, as a rule."""
    text = block.text
    if block.kind is not Kind.PARAGRAPH or len(text) > _LONGEST or text.endswith(_ENDS):
        return text
    left = " ".join(part for part in _BARS.split(text) if not _is_passing(part))
    return _ago().sub(" ", left) if _ago().search(left) else left


_BARS = re.compile(r"\s*[·|•‧\n]\s*")


def _folded(text: str) -> str:
    told = unicodedata.normalize("NFKC", text).casefold()
    return _SPACE.sub(" ", _UNSEEN.sub("", told))


_TIME = re.compile(
    r"(?<![\d.:])(?:[01]?\d|2[0-3])(?:[:.h時时點点][0-5]\d分?)(?::[0-5]\d)?(?: ?[ap]\.?m\b\.?)?(?![\d:])"
)
_DATED = re.compile(r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)|\d{4}[./-]\d{1,2}[./-]\d{1,2})(?!\d)")
_AMOUNT = r"(?:\d{1,3}(?:[., '’]\d{3})+|\d+(?:[.,]\d+)?(?= ?(?:k|m|mio|mln|tys|tsd|rb|тыс|тис|млн|万|萬|만|천)\b)|\d+)"
_SCALE = r"(?: ?(?:k|m|mio|mln|tys|tsd|rb|тыс|тис|млн|万|萬|만|천)\b\.?)?"
_SIGNS = "👁👀💬❤♥👍🗨⏱🔁↗"
_SPACED = r"[a-z\u00df-\u024f\u0370-\u06ff\u0900-\u0dff]"
"""Letters of scripts that part words by spaces: a word of the table must not be a part of another."""


@cache
def _passing() -> re.Pattern[str]:
    """What counts readers or minutes, or tells a time from now."""
    units, counted, reading = _any("units"), _any("counted"), _any("reading")
    number = rf"(?<![\d.,]){_AMOUNT}{_SCALE}(?![\d.,]*\d)"
    return re.compile(
        "|".join(
            (
                rf"{reading}[ :~≈.(-]*(?:ca\. |about |約|约)?{number}[ -]?\+?{units}?\)?",
                rf"{number}[ -]*{units}[ -]*{reading}",
                rf"{number} ?(?:件の|个|條)?{counted}",
                rf"{counted}[ :(|]*{number}\)?(?:회|回|次)?",
                rf"{number} ?[{_SIGNS}]\ufe0f?|[{_SIGNS}]\ufe0f? ?{number}",
                _ago().pattern,
            )
        )
    )


@cache
def _ago() -> re.Pattern[str]:
    """A time told from now, each language with its own words: "for 3 years" is none in English."""
    return re.compile("|".join([*map(_ago_in, _languages()), _any("now")]), re.IGNORECASE)


def _ago_in(told: Words) -> str:
    units = _one_of(told["units"])
    amount = rf"(?:(?<!\d)\d{{1,3}} ?{units}\.?(?:,? (?:and |und |et |y )?\d{{1,2}} ?{units})?|{units})"
    before, after = _one_of(told.get("before", ())), _one_of(told.get("after", ()))
    return rf"{before} {amount}|{amount} ?{after}"


@cache
def _around() -> re.Pattern[str]:
    """Words that stand beside times and say nothing alone, also those of a change, zones and weekdays."""
    dates, edits = tables.load("dates"), tables.load("edits")
    told = [each for language in _languages() for each in language.get("around", ())]
    weekdays = (day for days in edits["dates"].values() for day in days)
    return re.compile(_one_of((*told, *dates["changed"], *dates["zones"], *weekdays)))


@cache
def _days() -> re.Pattern[str]:
    """A day with the name of its month: 3. März 2026, March 3, 2026, 3 de marzo, 2026年3月3日."""
    told: dict[str, str] = tables.load("dates")["months"]
    names = (name.replace("_", " ") for months in told.values() for name in months.replace("|", " ").split())
    month = rf"{_one_of(name for name in names if not name.isdecimal())}\.?"
    day, year = r"(?<!\d)\d{1,2}(?:st|nd|rd|th|er|\.|º)?(?!\d)", r"(?:,? (?:de |del )?\d{4}(?!\d))?"
    return re.compile(rf"{day} (?:de |of )?{month}{year}|{month} {day}{year}|(?:\d{{4}}年 ?)?\d{{1,2}}月 ?\d{{1,2}}日")


def _languages() -> Iterable[Words]:
    known: dict[str, Words] = tables.load("passing")
    return known.values()


def _any(name: str) -> str:
    return _one_of(each for told in _languages() for each in told.get(name, ()))


def _one_of(words: Iterable[str]) -> str:
    """An expression for any of the words, the longest first; for none of them one that never matches."""
    known = {unicodedata.normalize("NFKC", each).casefold() for each in words}
    found = "|".join(re.escape(each) for each in sorted(known, key=lambda each: (-len(each), each)))
    return rf"(?:(?<!{_SPACED})(?:{found})(?!{_SPACED}))" if found else "(?!)"


# --- paywalls -------------------------------------------------------------------

_LEFT = 0.7
"""The share of the words under which a text is a teaser of what it was."""


def is_teaser(old: Article, new: Article) -> bool:
    """Whether a page shows but the beginning of a text it showed in full, and says that the rest is not free."""
    if not (new.kind == "stub" or new.paywalled) or new.words >= _LEFT * old.words:
        return False
    return old.kind != "stub"
