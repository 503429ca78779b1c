"""Is what was read an article at all, of what kind, and how good is its record."""

from __future__ import annotations

import re
from dataclasses import replace
from math import exp, log

from scraper.errors import ExtractError
from scraper.extract import genre, suspicion
from scraper.extract.facts import Facts
from scraper.extract.suspicion import Case
from scraper.models import Article, Evidence

SHORTEST = 10
"""Words. The shortest real items have about 20; a search page or a login box has a handful."""

SHORTEST_LETTERS = 40
"""Letters that say as much in scripts without spaces, whose words are counted by nines: more than 8 to a word."""

ROOMFUL = 120
"""Words of prose in one room beyond which a page without an alarming title is an article, unlooked at.

Of the pages of the development corpora 85 in 100 have it."""


def judged(facts: Facts, confidence: float | None = None) -> Article:
    """The article with its kind and quality. Raises `ExtractError` with reason and evidence when it is none.

    `confidence` is what the body model expects of itself (F1, 0 to 1), where one decided.
    """
    doubt = 0.0
    if not _is_plain(facts):
        cases = suspicion.cases(facts)
        _refuse(facts, cases)
        doubt = max((case.points / case.needed for case in cases), default=0.0)
    kind, place = genre.of(facts)
    told = [*facts.article.evidence, Evidence("kind", place)] if place else facts.article.evidence
    evidence = tuple(sorted(told, key=lambda each: each.field))
    return replace(facts.article, kind=kind, quality=score(facts, confidence, doubt), evidence=evidence)


def _is_plain(facts: Facts) -> bool:
    """Whether prose enough for any doubt stands together, or apart but not beside links, and nothing alarms."""
    if suspicion.is_alarming(facts):
        return False
    if not facts.lines:
        return facts.words >= 2 * ROOMFUL
    return facts.room >= ROOMFUL or facts.unlisted >= 2 * ROOMFUL


def _refuse(facts: Facts, cases: list[Case]) -> None:
    worst = max((case for case in cases if case.holds), key=_weight, default=None)
    url = facts.page.url or None
    if worst is not None:
        raise ExtractError(str(worst), url=url, reason=worst.kind, article=facts.article)
    if _is_too_short(facts) or _says_nothing(facts):
        raise ExtractError(f"empty: {facts.words} words of text", url=url, reason="empty", article=facts.article)


def _weight(case: Case) -> float:
    """How much more speaks for a kind than is needed; teasers stand on pages of every kind."""
    return case.points - case.needed - (case.kind in ("front", "list"))


def _is_too_short(facts: Facts) -> bool:
    return facts.words < SHORTEST and len(facts.article.body) < max(SHORTEST_LETTERS, 8 * facts.words)


def _says_nothing(facts: Facts) -> bool:
    """Whether what was kept has no sentence and hardly a word, on a page that does not call itself an article."""
    if facts.words >= 2 * SHORTEST or facts.is_called_article or not facts.kept:
        return False
    return not any(line.ends or len(line.text) > _A_SENTENCE for line in facts.kept)


_A_SENTENCE = 80
"""Letters from which a line is a sentence in scripts that close none."""


# Logistic regression of the body's F1 (of known snippets, where the gold has no more) on 1,109 development
# pages, each read by a model that had not seen its publisher. Mean F1 by score: .29 under .5 (9 pages),
# .62 to .7 (19), .83 to .8 (34), .86 to .9 (156), .93 to .95 (638), .96 above (253).
_BASE = -3.1
_SHARE, _SENTENCES, _UNBROKEN, _SIZE, _HEADLINE = 1.5, 1.3, 1.8, 1.3, 0.4
_FULL_SIZE = 400
"""Words from which more say nothing."""


def score(facts: Facts, confidence: float | None = None, doubt: float = 0.0) -> float:
    """The F1 to expect of the body against the one a person would mark, 0 to 1.

    From the share of the page's good text that was kept, the share of it that closes like sentences,
    how little was left out in between, the size, and the headline's words in it; the mean of that and
    of the model's own expectation, where there is one. `doubt` is the strongest case against the page
    being an article, as a share of what it would need; beyond a half it takes off as much (set by hand).
    """
    lines = facts.kept
    words = sum(line.words for line in lines)
    if not words:
        expected = 0.5
    else:
        between = facts.lines[lines[0].index - 1 : lines[-1].index]
        told = (
            _BASE
            + _SHARE * min(sum(line.good for line in lines) / (sum(line.good for line in facts.lines) or 1.0), 1.0)
            + _SENTENCES * sum(line.words for line in lines if line.ends) / words
            + _UNBROKEN * words / sum(line.words for line in between)
            + _SIZE * min(log(1 + words) / log(1 + _FULL_SIZE), 1.0)
            + _HEADLINE * _told_of(facts)
        )
        expected = 1 / (1 + exp(-told))
    if confidence is not None:
        expected = (expected + confidence) / 2
    return round(expected * (1 - max(0.0, min(doubt, 1.0) - 0.5)), 3)


def _told_of(facts: Facts) -> float:
    """The share of the headline's longer words that are in the text."""
    wanted = set(_LONGER.findall((facts.article.headline or "").lower()))
    text = " ".join(block.text for block in facts.article.blocks[:_BEGINNING]).lower()
    return sum(word in text for word in wanted) / len(wanted) if wanted else 0.5


_BEGINNING = 12
"""Blocks in which the headline's words are looked for."""
_LONGER = re.compile(r"\w{4,}")
