"""Of what kind an article is, and the fact that says so. A page that says nothing is an article."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from scraper import tables
from scraper.extract import phrases
from scraper.extract.facts import Facts, is_closed


def of(facts: Facts) -> tuple[str, str]:
    """The kind, one of `kinds.ARTICLES`, and what says so; empty for an ordinary article."""
    return next(((kind, place) for kind, tell in _KINDS for place in tell(facts)), ("article", ""))


# --- cut short ----------------------------------------------------------------

_SHORT = 250
"""Words. Teasers of paid articles have 30 to 150; what is longer is read as the whole."""
_VERY_SHORT = 80
"""Words up to which one offer is enough."""
_AFTER = 12
"""Lines behind the text in which the offer to go on stands."""


def _stub(facts: Facts) -> Iterator[str]:
    if facts.words > _SHORT:
        return
    offer = next(iter(_offers(facts)), None)
    closed = facts.article.paywalled
    if declared := _declared(facts):
        yield f"{facts.words} of {declared} words that the page declares"
    elif offer and (closed or len(_offers(facts)) > 1 or _is_cut(facts) or facts.words <= _VERY_SHORT):
        yield f'says "{phrases.written(offer)}" behind the text'
    elif closed and _is_cut(facts):
        yield "not free, and cut"


def _offers(facts: Facts) -> list[str]:
    """The phrases right behind the text that offer the rest of it for money."""
    if facts.kept:
        last = facts.kept[-1].index
        texts = [line.text for line in facts.lines[max(last - 2, 0) : last + _AFTER]]
    else:
        texts = [dropped.text for dropped in facts.article.dropped]
    return sorted({phrase for text in texts for phrase in phrases.said(phrases.fold(text)).get("paywall", ())})


def _is_cut(facts: Facts) -> bool:
    last = facts.article.blocks[-1].text
    return last.endswith(("…", "...")) or not is_closed(last)


def _declared(facts: Facts) -> int | None:
    """The words that the linked data count, where the page shows less than half of them and is not free."""
    counts = (str(each.get("wordCount")) for each in (facts.document.linked if facts.document else ()))
    told = max((int(each) for each in counts if each.isascii() and each.isdecimal() and len(each) < 7), default=0)
    return told if facts.article.paywalled and told > 2 * facts.words else None


# --- entries, pictures, recordings --------------------------------------------

_TIME = re.compile(r"\W{0,3}(?:[01]?\d|2[0-3])\s?(?:[:.h]\s?[0-5]\d|h\b)|\d{1,3}(?:\+\d)?['’.](?:\s|$)")
_ENTRIES = 4
"""Lines that begin with a time, from which a text is a ticker."""


def _live(facts: Facts) -> Iterator[str]:
    if "liveblogposting" in facts.types:
        yield "json-ld LiveBlogPosting"
    elif called := _called(facts, "live") or _named(facts, "live"):
        times = sum(_TIME.match(line.text) is not None for line in facts.main)
        if times >= _ENTRIES:
            yield f"{called}, {times} lines with a time"


_PICTURES = 5
_WORDS_A_PICTURE = 40
_BESIDE_PICTURES = 600


def _gallery(facts: Facts) -> Iterator[str]:
    is_told = facts.types & {"imagegallery", "mediagallery"} and not facts.is_called_article
    said = "json-ld ImageGallery" if is_told else _named(facts, "gallery")
    if said and facts.words < _BESIDE_PICTURES:
        pictures = facts.amount(":is(main, article, figure, .photo, .slide) img")
        if pictures >= _PICTURES and facts.words < _WORDS_A_PICTURE * (pictures + 2):
            yield f"{said}, {pictures} pictures"


_BESIDE_RECORDING = 150


def _video(facts: Facts) -> Iterator[str]:
    if facts.words > _BESIDE_RECORDING:
        return
    if facts.og_type.startswith(("video", "music")):
        yield f"meta og:type {facts.og_type}"
    elif facts.types & {"videoobject", "audioobject", "podcastepisode"} and (named := _named(facts, "media")):
        yield f"json-ld of a recording, {named}"


# --- what it is called --------------------------------------------------------

_CALLS = re.compile(r"\s*[:|?!.+–—]+\s*")
_ARTICLE_WORDS = re.compile(r"^(?:an?|eine?|une?|una|der|die|das|the|le|la)\s+")


def _opinion(facts: Facts) -> Iterator[str]:
    if "opinionnewsarticle" in facts.types:
        yield "json-ld OpinionNewsArticle"
    elif facts.article.section and "opinion" in phrases.titled(phrases.fold(facts.article.section)):
        yield f"section {facts.article.section}"
    elif called := _called(facts, "opinion") or _segment(facts, "opinion"):
        yield called


def _page(facts: Facts) -> Iterator[str]:
    if facts.article.published or facts.article.authors or facts.is_called_article:
        return
    if called := _whole(facts, "page") or _named(facts, "page"):
        yield called


def _called(facts: Facts, kind: str) -> str | None:
    """Where the headline or the page's title calls itself so: before a colon, or behind a mark."""
    for place, text, _ in facts.titles:
        told = _parts(text)
        is_another = place == "headline" and len(told) == 1 and text != facts.article.headline
        if not is_another and any(kind in phrases.titled(part) for part in told):
            return f'{place} "{text}"'
    return None


@lru_cache(64)
def _parts(text: str) -> list[str]:
    return [_ARTICLE_WORDS.sub("", phrases.fold(part).strip(" -")) for part in _CALLS.split(text) if part]


def _whole(facts: Facts, kind: str) -> str | None:
    return next((f'{place} "{text}"' for place, text, parts in facts.titles if kind in phrases.titled(parts[0])), None)


def _named(facts: Facts, kind: str) -> str | None:
    words = tables.load("quality")[kind]["path"]["any"]
    return next((f'"{part}" in the address' for part in facts.names if part in words), None)


def _segment(facts: Facts, kind: str) -> str | None:
    """A folder of the address, not its last part, that is called so."""
    folders = (part for part in facts.path.split("/")[:-1] if part and kind in phrases.titled(phrases.fold(part)))
    return next((f'"{part}" in the address' for part in folders), None)


_KINDS: tuple[tuple[str, Callable[[Facts], Iterator[str]]], ...] = (
    ("stub", _stub),
    ("live", _live),
    ("gallery", _gallery),
    ("video", _video),
    ("opinion", _opinion),
    ("page", _page),
)
