"""The record out of a plain-text capture of a page: every line of the page, no markup.

Browser copies with and without blank lines, reader modes, `lynx -dump`, newsletters saved
as text. The same idea as for markup, on lines: where the prose is, then each line by its
shape, its wording and its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scraper.errors import ExtractError
from scraper.extract import authors, dates, furniture, headlines
from scraper.extract.lines import closes, count, folded
from scraper.extract.wording import is_cut, is_cut_of, likeness, plain, same, words
from scraper.models import Article, Block, Dropped, Evidence, Headline, Kind, Moment, Page


@dataclass(slots=True, eq=False)
class Passage:
    """One paragraph, heading or item of the capture, and the input lines it came from."""

    text: str
    lines: tuple[tuple[int, str], ...]
    item: bool
    words: int
    verdict: str = ""

    @property
    def is_prose(self) -> bool:
        """Long enough for a sentence and closed like one, or simply long."""
        return self.words >= 25 or (self.words >= 8 and closes(self.text))


_BULLET = re.compile(r"^[*•·◦▪‣+–-]\s+(?=\S)")
_ITEM = re.compile(rf"{_BULLET.pattern}|^\d{{1,2}}[.)]\s+(?=\S)")
_LINK_MARK = re.compile(r"\[\d{1,4}\](?=\S)")
_QUOTED = re.compile(r"^>+ ?")

KEPT = ""
_AS_FIELD = "kept as a field"


def is_capture(page: Page) -> bool:
    """Whether a page is plain text: said to be, or without a single tag."""
    kind = (page.header("content-type") or "").partition(";")[0].strip().lower()
    head = page.body[:20_000]
    if kind in ("text/html", "application/xhtml+xml"):
        return False
    return not _TAG.search(head) and (kind in ("", "text/plain", "text/markdown") or b"<" not in head)


_TAG = re.compile(
    rb"<(?:!doctype|html|head|body|div|p|a|span|article|section|table|title|meta|script|h[1-6]|br|img|ul)\b",
    re.IGNORECASE,
)


def article(text: str, url: str | None = None) -> Article:
    """The article in the lines of a capture. Raises `ExtractError` when no text is in it."""
    passages = _passages(text)
    run = _prose(passages)
    if run is None:
        raise ExtractError("no article text in this capture", url=url, reason="empty")
    start, end = run
    headline = _headline(passages, start)
    _judge(passages, start, end, headline)
    dek = _dek(passages, headline)
    blocks = tuple(_block(passage) for passage in passages if passage.verdict == KEPT)
    if not blocks:
        raise ExtractError("no article text in this capture", url=url, reason="empty")
    people, published = _byline(passages), _published(passages)
    told = {
        "authors": bool(people) and "byline",
        "headline": headline and f"line {headline.lines[0][0]}",
        "published": published and "date line",
        "summary": dek and f"line {dek.lines[0][0]}",
    }
    return Article(
        url=url,
        headline=headline.text if headline else None,
        summary=dek.text if dek else None,
        authors=people,
        published=published,
        blocks=blocks,
        headlines=tuple(_variants(passages, headline)),
        dropped=tuple(_dropped(passages)),
        evidence=tuple(Evidence(field, place) for field, place in told.items() if place),
    )


# --- lines to passages --------------------------------------------------------


def _passages(text: str) -> list[Passage]:
    """The non-empty lines, numbered from 1, wrapped ones joined again."""
    groups = _groups(text)
    width = _width(groups)
    joined = [part for group in groups for part in (_joined(group, width) if width else [[line] for line in group])]
    return [passage for part in joined if (passage := _passage(part)).text]


def _groups(text: str) -> list[list[tuple[int, str]]]:
    """Runs of lines between blank lines."""
    groups: list[list[tuple[int, str]]] = [[]]
    number = 0
    for line in text.splitlines():
        stripped = " ".join(line.split())
        if stripped:
            number += 1
            groups[-1].append((number, stripped))
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _width(groups: list[list[tuple[int, str]]]) -> int:
    """The width at which lines were broken, 0 if they were not.

    Most lines that another follows are near that width, none is longer.
    """
    inner = [len(line) for group in groups for _, line in group[:-1]]
    longest = max((len(line) for group in groups for _, line in group), default=0)
    if longest > 100 or len(inner) < 4 or sum(length > 0.7 * longest for length in inner) <= 0.4 * len(inner):
        return 0
    return longest


def _joined(group: list[tuple[int, str]], width: int) -> Iterator[list[tuple[int, str]]]:
    """The lines of a group in runs that belong together: an item or a line that stops short begins a new one."""
    run: list[tuple[int, str]] = []
    for number, line in group:
        short = bool(run) and len(run[-1][1]) + len(line.split(" ")[0]) < 0.75 * width
        if run and (_ITEM.match(line) or short):
            yield run
            run = []
        run.append((number, line))
    yield run


def _passage(lines: list[tuple[int, str]]) -> Passage:
    whole = " ".join(_LINK_MARK.sub("", _QUOTED.sub("", line)) for _, line in lines)
    text = folded(_BULLET.sub("", whole))
    return Passage(text, tuple(lines), bool(_ITEM.match(whole)), count(text))


# --- where the prose is -------------------------------------------------------


def _prose(passages: list[Passage]) -> tuple[int, int] | None:
    """The first and last of the run with most prose in it: prose counts for its words, what lies between against it."""
    best: tuple[int, int] | None = None
    best_sum, start, total = 0.0, 0, 0.0
    for at, passage in enumerate(passages):
        weight = _weight(passage)
        if total <= 0:
            start, total = at, 0.0
        total += weight
        if weight > 0 and total > best_sum:
            best_sum, best = total, (start, at)
    return best


def _weight(passage: Passage) -> float:
    if furniture.reason(passage.text):
        return -8.0
    if passage.is_prose:
        return float(min(passage.words, 80))
    return -2.0 if passage.item else -6.0


# --- the headline -------------------------------------------------------------


def _headline(passages: list[Passage], start: int) -> Passage | None:
    """The line above the text that reads like a title: it has copies, and shares words with the text."""
    prose = {word for passage in passages[start : start + 12] if passage.is_prose for word in words(passage.text)}
    first = max(0, start - _REACH)
    top = passages[:2] + passages[max(first, 2) : start + 3]
    above = len(top) - 4
    scored = [
        (_headline_score(each, top, prose) - 0.9 * (at > above), -at, each)
        for at, each in enumerate(top)
        if _may_be_headline(each)
    ]
    best = max(scored, default=None, key=lambda each: each[:2])
    return best[2] if best and best[0] > 0.9 else None


_REACH = 40
"""How many lines above the text are looked at: behind them lies the navigation."""


def _may_be_headline(passage: Passage) -> bool:
    if passage.item or not 2 <= _size(passage.text) <= 40:
        return False
    return not is_cut(passage.text) and not furniture.reason(passage.text)


def _size(text: str) -> int:
    """Words as headlines are measured: three characters of a script without spaces count for one."""
    return max(text.count(" ") + 1, len(text) // 3 if _UNSPACED.search(text) else 0)


_UNSPACED = re.compile("[\u3040-\u9fff\u0e00-\u0eff]{2}")


def _headline_score(passage: Passage, top: list[Passage], prose: set[str]) -> float:
    own = words(passage.text)
    telling = [word for word in own if len(word) > 3 or not word.isascii()]
    shared = sum(word in prose for word in telling) / max(len(telling), 1)
    others = [other.text for other in top if other is not passage and abs(other.words - passage.words) <= passage.words]
    copies = sum(same(other, passage.text) for other in others)
    cut = any(is_cut_of(other, passage.text) for other in others)
    near = any(likeness(other, passage.text) > headlines.REWORDED for other in others)
    length = 1.0 if 5 <= _size(passage.text) <= 20 else 0.5 if 3 <= _size(passage.text) <= 26 else 0.0
    sentence = 0.9 if passage.text.endswith((".", ":", "。")) else 0.0
    return shared + (shared > 0.2) * (1.2 * min(copies, 1) + 0.4 * cut + 0.2 * near) + length - sentence


# --- the decision -------------------------------------------------------------


def _judge(passages: list[Passage], start: int, end: int, headline: Passage | None) -> None:
    copies = headlines.Copies([headline.text] if headline else [])
    seen = {plain(headline.text)} if headline else set()
    top = passages.index(headline) if headline else start
    for at, passage in enumerate(passages):
        if passage is headline:
            passage.verdict = _AS_FIELD
        elif at < start + 3 and (copy := copies.rewords(passage.text)):
            passage.verdict = copy
        elif at < min(start, top) or at > end:
            passage.verdict = furniture.reason(passage.text) or _loose(at, start)
        else:
            passage.verdict = _inside(passages, at, end, seen)


def _loose(at: int, start: int) -> str:
    """Lines before the headline and after the text: navigation, lists of other articles, end matter."""
    return "outside the article: above" if at < start else "outside the article: below"


def _inside(passages: list[Passage], at: int, end: int, seen: set[str]) -> str:
    """The verdict on a line between the headline and the end of the text."""
    passage = passages[at]
    told = furniture.reason(passage.text)
    if told:
        return told
    if _is_name(passage) and at < end and furniture.reason(passages[at + 1].text) == "date line":
        return "byline"
    if not passage.is_prose:
        short = furniture.opening(passage.text)
        if short:
            return short
    if plain(passage.text) in seen and passage.words > 3:
        return "repeated"
    seen.add(plain(passage.text))
    if passage.is_prose or (passage.item and passage.words >= 4):
        return KEPT
    return KEPT if _is_subhead(passages, at, end) else "short line"


def _is_name(passage: Passage) -> bool:
    """Two to four words in capitals: a name, if it stands above a date."""
    return bool(re.fullmatch(r"(?:[^\W\d_a-zß-ÿ][\w.'-]*[ ,]*){2,4}", passage.text))


def _is_subhead(passages: list[Passage], at: int, end: int) -> bool:
    """A short line is a heading when prose follows it directly and it does not look like a list of them."""
    if at >= end or passages[at].words > 14:
        return False
    following = passages[at + 1]
    before = passages[at - 1] if at else None
    return following.is_prose and (before is None or before.is_prose or before.item or before.verdict != "short line")


def _dek(passages: list[Passage], headline: Passage | None) -> Passage | None:
    """The sentence right under the headline that something other than text follows."""
    if headline is None:
        return None
    at = passages.index(headline) + 1
    while at < len(passages) and passages[at].verdict.startswith("headline"):
        at += 1
    if at + 1 >= len(passages):
        return None
    passage, following = passages[at], passages[at + 1]
    if passage.verdict == KEPT and 6 <= passage.words <= 70 and passage.is_prose and following.verdict != KEPT:
        passage.verdict = _AS_FIELD
        return passage
    return None


# --- the fields ---------------------------------------------------------------


def _block(passage: Passage) -> Block:
    if passage.item:
        return Block(Kind.LIST_ITEM, passage.text, 1)
    if passage.is_prose:
        return Block(Kind.PARAGRAPH, passage.text)
    return Block(Kind.HEADING, passage.text, 2)


def _byline(passages: list[Passage]) -> tuple[str, ...]:
    """The people of the first line that begins as a byline does."""
    line = next((passage.text for passage in passages if passage.verdict == "byline"), None)
    return authors.people([line]) if line else ()


def _published(passages: list[Passage]) -> Moment | None:
    lines = (passage.text for passage in passages if passage.verdict == "date line")
    return next((moment for line in lines if (moment := dates.read(line))), None)


def _variants(passages: list[Passage], headline: Passage | None) -> Iterator[Headline]:
    if headline:
        yield Headline(headline.text, f"line {headline.lines[0][0]}")
    for passage in passages:
        if passage.verdict.startswith("headline"):
            yield Headline(passage.text, f"line {passage.lines[0][0]}")


def _dropped(passages: list[Passage]) -> Iterator[Dropped]:
    for passage in passages:
        if passage.verdict not in (KEPT, _AS_FIELD):
            for number, line in passage.lines:
                yield Dropped(number, line, passage.verdict)
