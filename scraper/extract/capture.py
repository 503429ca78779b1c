"""The record out of a plain-text capture of a page: every line of the page, no markup.

Browser copies with and without blank lines, reader modes, `lynx -dump`, Markdown, newsletters
saved as text. Lines become passages; a first look says how likely each is text of the article,
then the headline is found above it, then a second look knows both and decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from scraper.errors import ExtractError
from scraper.extract import capture_fields, capture_headlines, forest, furniture, headlines, passages
from scraper.extract.capture_features import AGAIN, NAMES, Found, View
from scraper.extract.capture_headlines import Candidates
from scraper.extract.forest import Forest
from scraper.extract.passages import ADDRESS, HEADING, ITEM, MAIL, NOTHING, PICTURE, QUOTE, Passage, closes
from scraper.extract.wording import is_cut, plain, same
from scraper.models import Article, Block, Dropped, Evidence, Headline, Kind

KEPT = ""
_AS_FIELD = "kept as a field"
"""The verdict on the headline and the dek: kept, though not as a block."""

THRESHOLD = 0.5
HEADLINE = 0.05
"""Likelihood under which no line is the headline: most pages have one, and a wrong one costs less than none."""


@dataclass(frozen=True, slots=True)
class Models:
    """What the looks decide by: `first` and `second` for passages, `title` for the headline."""

    first: Forest
    title: Forest
    second: Forest


@cache
def models() -> Models:
    """The models in this package."""
    return learnt(forest.told("capture.model.json"))


def learnt(told: dict[str, dict[str, object]]) -> Models:
    """Models as `make train` writes them down."""
    return Models(
        forest.of(told["first"], forest.places(NAMES)),
        forest.of(told["title"], forest.places(capture_headlines.NAMES)),
        forest.of(told["second"], forest.places(AGAIN)),
    )


def article(text: str, url: str | None = None) -> Article:
    """The article in the lines of a capture. Raises `ExtractError` when no text is in it."""
    return read(text, models(), url)


def read(text: str, by: Models, url: str | None = None) -> Article:
    """The same by models of one's own: what training measures."""
    told = passages.read(text)
    seen = look(View(told), by) if told.passages else None
    if seen is not None:
        _judge(seen)
        if blocks := tuple(_blocks(seen)):
            return _article(seen, blocks, url)
    lines = (line for passage in told.passages for line in passage.lines)
    nothing = Article(url=url, dropped=tuple(Dropped(number, line, "no text of an article") for number, line in lines))
    raise ExtractError("no article text in this capture", url=url, reason="empty", article=nothing)


# --- the looks -------------------------------------------------------------------


@dataclass(slots=True)
class Seen:
    """A capture looked at: how likely each passage is text, where the headline and the text are."""

    view: View
    likely: list[float]
    headline: int
    start: int
    end: int
    title: str = ""
    dek: int = -1

    @property
    def passages(self) -> list[Passage]:
        return self.view.passages


def look(view: View, by: Models) -> Seen | None:
    """The capture looked at twice, or None when there is no running text in it."""
    if not any(view.prose):
        return None
    wanted, rest = _within_reach(view)
    rows = view.rows(wanted)
    first = spread(view, wanted, by.first.probabilities(rows))
    candidates = Candidates(view, first)
    sure = by.title.probabilities(candidates.rows())
    told = found(first, candidates.places, sure)
    likely = _leaning(view, _second_look(view, rows, wanted, told, by))
    text = [*(at for at, each in enumerate(likely) if each >= THRESHOLD), *rest] or _prose(view)
    for at in text:
        likely[at] = max(likely[at], THRESHOLD)
    solid = [at for at in text if view.prose[at]] or text
    return Seen(view, likely, told.headline, solid[0], solid[-1])


DOUBTFUL = 0.01
"""Likelihood from which a passage is looked at again: half of them are plainly nothing, none of these comes back."""


def _second_look(view: View, rows: list[list[float]], wanted: list[int], told: Found, by: Models) -> list[float]:
    doubtful = [(at, row) for at, row in zip(wanted, rows, strict=True) if told.likely[at] >= DOUBTFUL]
    places = [at for at, _ in doubtful]
    again = view.again(places, [row for _, row in doubtful], told)
    return spread(view, places, by.second.probabilities(again))


SMALL = 80
"""Passages under which running text and items of lists get the benefit of the doubt: little tells against them."""
LEANING = 0.4
"""By which a doubt is less there. Swept .1 to .5: F1 of what people copy in part stays .962, recall gains .004."""


def _leaning(view: View, likely: list[float]) -> list[float]:
    if view.count >= SMALL:
        return likely
    return [each + LEANING * (1 - each) if each and _in_run(view, at) else each for at, each in enumerate(likely)]


def _in_run(view: View, at: int) -> bool:
    """Whether a passage is running text or an item where most running text stands."""
    item = view.passages[at].mark == ITEM and view.words[at] >= 3 and not view.told[at]
    return view.run[0] <= at <= view.run[1] and (view.prose[at] or item)


MANY = 2_000
"""Passages that are looked at. What follows in a text as long as a book is text where it is running text:
the features of a megabyte of paragraphs would take sixty."""


def _within_reach(view: View) -> tuple[list[int], list[int]]:
    """The candidates that are looked at, and the running text behind them."""
    wanted = view.candidates()
    if len(wanted) <= MANY:
        return wanted, []
    start = max(0, next(order for order, at in enumerate(wanted) if at >= view.run[0]) - MANY // 10)
    behind = wanted[start + MANY :]
    return wanted[start : start + MANY], [at for at in behind if view.prose[at] and at <= view.run[1]]


def found(likely: list[float], places: list[int], sure: list[float]) -> Found:
    """What a first look found, with the likeliest of the lines that may be the headline."""
    at, best = max(zip(places, sure, strict=True), key=lambda each: each[1], default=(-1, 0.0))
    return Found(likely, at if best >= HEADLINE else -1, best)


def spread(view: View, wanted: list[int], likely: list[float]) -> list[float]:
    """The likelihoods of some passages as those of all: what is no candidate is no text."""
    out = [0.0] * view.count
    for at, each in zip(wanted, likely, strict=True):
        out[at] = each
    return out


def _prose(view: View) -> list[int]:
    """The running text of the run with most of it: what is left to go by where the model finds nothing."""
    start, end = view.run
    return [at for at in range(start, end + 1) if view.prose[at]]


# --- the decision ----------------------------------------------------------------


def _judge(seen: Seen) -> None:
    """Gives every passage its verdict: kept, a field, or the reason to leave it out."""
    seen.title = capture_headlines.cleaned(seen.view, seen.headline) if seen.headline >= 0 else ""
    copies = headlines.Copies([seen.title] if seen.title else [])
    known: set[str] = set()
    for at, passage in enumerate(seen.passages):
        passage.verdict = _verdict(seen, at, copies)
        if passage.verdict == KEPT and seen.view.words[at] >= _SAID_TWICE:
            text = plain(passage.text)
            passage.verdict = "repeated" if text in known and seen.view.ends[at] else KEPT
            known.add(text)
    seen.dek = _dek(seen)
    if seen.dek >= 0:
        seen.passages[seen.dek].verdict = _AS_FIELD
    kept = [at for at, passage in enumerate(seen.passages) if passage.verdict == KEPT]
    seen.start = next((at for at in kept if seen.view.prose[at]), kept[0] if kept else seen.start)


_SAID_TWICE = 4
"""Words from which a sentence that stands in the text twice is a copy. A heading that a list of contents
has too is none: it stays where its text is."""


def _verdict(seen: Seen, at: int, copies: headlines.Copies) -> str:
    passage = seen.passages[at]
    if at == seen.headline:
        return _AS_FIELD if same(capture_headlines.tidy(seen.view, at), seen.title) else "headline variant"
    if passage.mark not in _BY_MARK and (copy := _copy(seen, at, copies)):
        return copy
    return KEPT if seen.likely[at] >= THRESHOLD else _reason(seen, at)


_TOP = 6
"""Passages under the headline in which other wordings of it stand: pictures have it in their captions."""


def _copy(seen: Seen, at: int, copies: headlines.Copies) -> str | None:
    """Why a passage is left out as a copy of the headline. Reworded or cut ones stand at the top, no sentences."""
    text, view = seen.passages[at].text, seen.view
    if told := copies.repeats(text):
        return told
    sentence = view.ends[at] and not is_cut(text) and not closes(seen.title)
    top = seen.start - capture_headlines.REACH <= at <= max(seen.start + 2, seen.headline + _TOP)
    if not top or sentence or view.words[at] > 60:
        return None
    return copies.rewords(text)


def _reason(seen: Seen, at: int) -> str:
    """Why a passage is left out: what it says, where it stands, what it looks like; the first that holds."""
    return _by_wording(seen, at) or _by_place(seen, at) or _by_shape(seen, at)


_BY_MARK = {ADDRESS: "link address", MAIL: "mail header", NOTHING: "nothing to read", PICTURE: "picture"}


def _by_wording(seen: Seen, at: int) -> str:
    return _BY_MARK.get(seen.passages[at].mark) or seen.view.told[at]


def _by_place(seen: Seen, at: int) -> str:
    above = seen.headline >= 0 and seen.passages[seen.headline].mark != MAIL
    if at < (min(seen.start, seen.headline) if above else seen.start):
        return "outside the article: above"
    if at > seen.end + _FOOT:
        return "outside the article: below"
    return capture_fields.told(seen.view, at) or ("outside the article: below" if at > seen.end else "")


_FOOT = 3
"""Passages below the text that may be its own byline or date; further down they are other articles'."""


def _by_shape(seen: Seen, at: int) -> str:
    view, passage = seen.view, seen.passages[at]
    if not view.prose[at] and (opening := furniture.opening(passage.text)):
        return opening
    if view.is_credited(at):
        return "caption"
    if view.times[passage.text] > 1:
        return "repeated"
    return "unlike the text" if view.prose[at] else "short line"


def _dek(seen: Seen) -> int:
    """The sentence right under the headline that something other than text follows; -1 for none."""
    at = seen.headline + 1
    while 0 < at < seen.view.count and seen.passages[at].verdict.startswith("headline"):
        at += 1
    if seen.headline < 0 or at > seen.start or at + 1 >= seen.view.count:
        return -1
    return at if _may_be_dek(seen, at) and seen.passages[at + 1].verdict != KEPT else -1


def _may_be_dek(seen: Seen, at: int) -> bool:
    view, passage = seen.view, seen.passages[at]
    if passage.mark or view.told[at] or view.is_credited(at) or capture_fields.told(view, at):
        return False
    return 6 <= view.words[at] <= 70 and (view.ends[at] or view.words[at] >= 10)


# --- the blocks ------------------------------------------------------------------


def _blocks(seen: Seen) -> Iterator[Block]:
    kept = [at for at, passage in enumerate(seen.passages) if passage.verdict == KEPT]
    quoted = sum(seen.passages[at].mark == QUOTE for at in kept)
    marked = quoted <= len(kept) // 2
    for at, following in zip(kept, [*kept[1:], -1], strict=False):
        yield _block(seen, at, following, marked=marked)


def _block(seen: Seen, at: int, following: int, *, marked: bool) -> Block:
    passage = seen.passages[at]
    if passage.mark == HEADING:
        return Block(Kind.HEADING, passage.text, passage.depth)
    if passage.mark == ITEM:
        return Block(Kind.LIST_ITEM, passage.text, 1)
    if passage.mark == QUOTE and marked:
        return Block(Kind.QUOTE, passage.text)
    if _is_heading(seen.view, at, following):
        return Block(Kind.HEADING, passage.text, 2)
    return Block(Kind.PARAGRAPH, passage.text)


_LONGEST_HEADING = 16
"""Words."""


def _is_heading(view: View, at: int, following: int) -> bool:
    """Whether a kept passage is a heading: short, not closed like a sentence, and text comes next."""
    if (
        following < 0
        or view.ends[at]
        or view.words[at] > _LONGEST_HEADING
        or view.passages[at].text.endswith((",", ";"))
    ):
        return False
    return view.ends[following] or view.words[following] > view.words[at]


# --- the record ------------------------------------------------------------------


def _article(seen: Seen, blocks: tuple[Block, ...], url: str | None) -> Article:
    around = capture_fields.around(seen.headline, seen.start, seen.view.count)
    fields = capture_fields.read(seen.view, [at for at in around if seen.passages[at].verdict not in (KEPT, _AS_FIELD)])
    place = f"line {seen.passages[seen.headline].lines[0][0]}" if seen.headline >= 0 else ""
    dek = seen.passages[seen.dek] if seen.dek >= 0 else None
    told = {
        "authors": bool(fields.authors) and "byline",
        "headline": place,
        "modified": fields.modified and "date line",
        "published": fields.published and "date line",
        "summary": dek and f"line {dek.lines[0][0]}",
        "url": fields.url and not url and "first line",
    }
    return Article(
        url=url or fields.url,
        headline=seen.title or None,
        summary=dek.text if dek else None,
        authors=fields.authors,
        published=fields.published,
        modified=fields.modified,
        blocks=blocks,
        headlines=tuple(_variants(seen, place)),
        dropped=tuple(_dropped(seen.passages)),
        evidence=tuple(Evidence(field, where) for field, where in told.items() if where),
    )


def _variants(seen: Seen, place: str) -> Iterator[Headline]:
    if seen.title:
        yield Headline(seen.title, place)
    for passage in seen.passages:
        if passage.verdict.startswith("headline"):
            yield Headline(passage.text, f"line {passage.lines[0][0]}")


def _dropped(found: list[Passage]) -> Iterator[Dropped]:
    for passage in found:
        if passage.verdict not in (KEPT, _AS_FIELD):
            for number, line in passage.lines:
                yield Dropped(number, line, passage.verdict)
