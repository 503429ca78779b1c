"""What an editor did between two wordings: aligned sentence by sentence, each change with its kind and its words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import groupby, pairwise
from typing import Literal

from scraper import tables
from scraper.models import Article
from scraper.revisions import lasting, plain
from scraper.sentences import Sentence, Token, sentences, tokenized, written

KINDS = {
    "headline": "The headline reads otherwise.",
    "number": "A figure, a number word, a weekday or a month became another.",
    "quote": "Words between quotes were changed.",
    "name": "A name became another, or was spelt anew.",
    "correction note": "A note on a mistake was added or changed.",
    "addition": "Sentences or words were added.",
    "removal": "Sentences or words were taken out.",
    "moved": "Sentences stand elsewhere.",
    "wording": "Words of a sentence were put otherwise.",
    "paywalled": "Only a teaser is left on the site; the text is kept here.",
    "vanished": "The article is no longer on its site.",
    "restored": "It is back.",
}
"""What a change may be."""

OF_STATUS = ("vanished", "restored", "paywalled")
"""Those that say where an article stands, and not what it says."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `words` say it in short (`12 → 14`), `before` and `after` are the sentences, None for none."""

    kind: str
    words: str
    before: str | None = None
    after: str | None = None


StepKind = Literal["same", "changed", "moved", "added", "removed"]
Piece = tuple[Literal["same", "added", "removed"], str]


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence of both wordings, or of one of them."""

    kind: StepKind
    before: Sentence | None = None
    after: Sentence | None = None

    @property
    def paragraph(self) -> int:
        """That of the new wording, or of the old where there is no new one."""
        told = self.after or self.before
        return told.paragraph if told else 0


def between(before: Article, after: Article) -> list[Change]:
    """Everything that changed from one wording to the next, the headline first, then in the order of the text.

    Of texts that say the same it is empty, and what passes on a page (counters, clocks) is no change.
    """
    found = list(_headline(before.headline, after.headline))
    old, new = (sentences((article.summary or "", *lasting(article.blocks))) for article in (before, after))
    tongue = _Tongue(after.language or before.language, [*old, *new])
    for _, steps in groupby(_moved(list(_steps(old, new))), key=lambda step: (step.kind, step.paragraph)):
        found += _changes(list(steps), tongue)
    return found


def aligned(before: Article, after: Article) -> list[Step]:
    """The sentences of both wordings side by side, in the order of the new one."""
    return _moved(list(_steps(_text(before), _text(after))))


def pieces(before: str, after: str) -> list[Piece]:
    """Two texts word by word: what both have, what the new one has, what the old one had."""
    return list(_pieces(list(tokenized(before)), list(tokenized(after))))


def _text(article: Article) -> list[Sentence]:
    texts = [article.summary or "", *(block.text for block in article.blocks)]
    return sentences(texts)


# --- side by side ---------------------------------------------------------------


def _steps(old: list[Sentence], new: list[Sentence]) -> Iterator[Step]:
    for what, start, end, new_start, new_end in _opcodes([each.key for each in old], [each.key for each in new]):
        if what == "equal":
            pairs = zip(old[start:end], new[new_start:new_end], strict=True)
            yield from (Step("same", left, right) for left, right in pairs)
        else:
            yield from _paired(old[start:end], new[new_start:new_end])


_ALIKE = 0.5
"""The share of words in common from which two sentences are one that was changed."""
_MOST_PAIRS = 40_000
"""Pairs of sentences that are compared: more than two hundred changed ones in a row are another text."""


def _paired(old: list[Sentence], new: list[Sentence]) -> Iterator[Step]:
    """Sentences of a changed stretch: the pairs, in order, that have most in common; others came or went."""
    at = new_at = 0
    for left, right in [*_pairs(old, new), (len(old), len(new))]:
        yield from (Step("removed", before=each) for each in old[at:left])
        yield from (Step("added", after=each) for each in new[new_at:right])
        if left < len(old):
            yield Step("changed", old[left], new[right])
        at, new_at = left + 1, right + 1


def _pairs(old: list[Sentence], new: list[Sentence]) -> list[tuple[int, int]]:
    """The chain of pairs in order with most in common (a longest common subsequence by likeness)."""
    if not old or not new or len(old) * len(new) > _MOST_PAIRS:
        return []
    likeness = _likenesses(old, new)
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for left in range(len(old) - 1, -1, -1):
        for right in range(len(new) - 1, -1, -1):
            both = likeness[left][right]
            together = best[left + 1][right + 1] + both if both >= _ALIKE else 0.0
            best[left][right] = max(together, best[left + 1][right], best[left][right + 1])
    return list(_chain(likeness, best))


def _chain(likeness: list[list[float]], best: list[list[float]]) -> Iterator[tuple[int, int]]:
    left = right = 0
    while left < len(likeness) and right < len(likeness[0]):
        both = likeness[left][right]
        if both >= _ALIKE and best[left][right] == best[left + 1][right + 1] + both:
            yield left, right
            left, right = left + 1, right + 1
        elif best[left][right] == best[left + 1][right]:
            left += 1
        else:
            right += 1


def _likenesses(old: list[Sentence], new: list[Sentence]) -> list[list[float]]:
    counted = [Counter(each.words) for each in new]
    return [[_likeness(Counter(each.words), other) for other in counted] for each in old]


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    return 2 * (one & other).total() / ((one.total() + other.total()) or 1)


def _moved(steps: list[Step]) -> list[Step]:
    """The same steps; what was taken out here and stands there has moved, or moved and was changed."""
    steps = _brought_together(steps, "moved", _reads_the_same)
    for alike in (_reads_alike, _along(steps)):
        gone = sum(step.kind == "removed" for step in steps)
        come = sum(step.kind == "added" for step in steps)
        if 0 < gone * come <= _MOST_PAIRS:
            steps = _brought_together(steps, "changed", alike)
    return steps


def _brought_together(
    steps: list[Step], kind: Literal["moved", "changed"], is_one: Callable[[Sentence, Sentence], bool]
) -> list[Step]:
    """The removed put beside the added, where they are one sentence."""
    gone: dict[str, list[int]] = {}
    for at, step in enumerate(steps):
        if step.kind == "removed" and step.before:
            gone.setdefault(step.before.key, []).append(at)
    taken: set[int] = set()
    for at, step in enumerate(steps):
        if step.kind == "added" and step.after and (key := _origin(step.after, gone, steps, is_one)):
            place = gone[key].pop(0)
            if not gone[key]:
                del gone[key]
            taken.add(place)
            steps[at] = Step(kind, steps[place].before, step.after)
    return [step for at, step in enumerate(steps) if at not in taken]


def _origin(
    new: Sentence, gone: dict[str, list[int]], steps: list[Step], is_one: Callable[[Sentence, Sentence], bool]
) -> str | None:
    """The sentence among those taken out that this one was."""
    if is_one is _reads_the_same:
        return new.key if new.key in gone else None
    olds = ((key, steps[places[0]].before) for key, places in gone.items())
    return next((key for key, old in olds if old and is_one(old, new)), None)


def _reads_the_same(old: Sentence, new: Sentence) -> bool:
    return old.key == new.key


_MOVED_ALIKE = 0.75
"""The share of words in common from which a sentence elsewhere is the one that was taken out here."""
_LONG = 5
"""Words from which that means anything."""


def _reads_alike(old: Sentence, new: Sentence) -> bool:
    if min(len(old.words), len(new.words)) < _LONG:
        return False
    return _likeness(Counter(old.words), Counter(new.words)) >= _MOVED_ALIKE


def _along(steps: list[Step]) -> Callable[[Sentence, Sentence], bool]:
    """Whether two sentences are one that went along with its paragraph: half of the words say so there."""
    pairs = {(each.before.paragraph, each.after.paragraph) for each in steps if each.before and each.after}

    def is_one(old: Sentence, new: Sentence) -> bool:
        is_along = (old.paragraph, new.paragraph) in pairs
        return is_along and _likeness(Counter(old.words), Counter(new.words)) >= _ALIKE

    return is_one


# --- what it is -----------------------------------------------------------------


def _headline(before: str | None, after: str | None) -> Iterator[Change]:
    if plain(before or "") != plain(after or ""):
        yield Change("headline", _short(before or "", after or ""), before, after)


def _changes(steps: list[Step], tongue: _Tongue) -> Iterator[Change]:
    """The changes of sentences side by side in one paragraph that were treated alike."""
    before = " ".join(step.before.text for step in steps if step.before) or None
    after = " ".join(step.after.text for step in steps if step.after) or None
    kind = steps[0].kind
    if kind == "changed":
        for step in steps:
            yield from _of_sentence(step, tongue)
    elif kind == "added":
        yield Change("correction note" if is_note(after or "") else "addition", after or "", None, after)
    elif kind == "removed":
        yield Change("removal", before or "", before)
    elif kind == "moved":
        yield Change("moved", after or "", before, after)


def _of_sentence(step: Step, tongue: _Tongue) -> Iterator[Change]:
    """The changes within one sentence, one of each kind, in the order they stand in it."""
    if step.before is None or step.after is None:
        return
    if is_note(step.after.text):
        yield Change("correction note", step.after.text, step.before.text, step.after.text)
        return
    found: dict[str, list[str]] = {}
    for spot in _spots(step.before, step.after, tongue):
        for kind in spot.kinds():
            found.setdefault(kind, []).append(_short(written(spot.old), written(spot.new)))
    for kind, words in found.items():
        yield Change(kind, "; ".join(words), step.before.text, step.after.text)


def is_note(text: str) -> bool:
    """Whether a text is a note on a mistake: it begins like one, or says what only such notes say."""
    folded = plain(text).casefold().lstrip(" *([{-•【+\"'_:")
    opening, anywhere = _notes()
    return _begins(folded, opening) or any(each in folded for each in anywhere)


def _begins(text: str, openings: tuple[str, ...]) -> bool:
    """Whether a text opens with a label, which a colon or the like closes, or with the words of a sentence."""
    return any(text.startswith(each) and (" " in each or _closes(each, text[len(each) :])) for each in openings)


_UNSPACED = "\u0e00"
"""Letters from here on stand in scripts without spaces, where a space closes a label, too."""


def _closes(label: str, rest: str) -> bool:
    """Whether what follows a label shows that it is one: a colon, a dash, a date, a bracket, the end."""
    head = rest.lstrip()[:1]
    is_apart = label[0] >= _UNSPACED and rest[:1].isspace()
    return is_apart or not head or head in ":-.|)]/】：(" or head.isdecimal() or bool(_DATED_LABEL.match(rest))


_DATED_LABEL = re.compile(r"[ ,][^:!?]{0,24}\d[^:!?]{0,16}:")
"""“Correction, 3 March 2026:”, “Erratum du 3 mars :”."""


@cache
def _notes() -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = tables.load("edits")
    labels = {plain(each).casefold() for told in table["correction"].values() for each in told}
    said = {plain(each).casefold() for told in table["note_anywhere"].values() for each in told}
    return tuple(sorted(labels, key=lambda each: (-len(each), each))), tuple(sorted(said))


class _Tongue:
    """What a language, and a text in it, tell of words: which are numbers, which are names."""

    def __init__(self, language: str | None, text: Sequence[Sentence] = ()) -> None:
        code = (language or "").partition("-")[0].lower()
        self.code = _SAME_NUMBERS.get(code, code)
        self.nouns_have_capitals = self.code in _NOUNS_HAVE_CAPITALS
        self.numbers = _numbers(self.code)
        plainly = {token.key for each in text for token in each.tokens if token.is_word and not token.is_capital}
        self.names = frozenset(self._names(text))
        self.no_names = frozenset(plainly)

    def _names(self, text: Sequence[Sentence]) -> Iterator[str]:
        """Capitals in the midst of a sentence; where nouns have them too, those behind another one there."""
        for sentence in text:
            for before, token in pairwise(sentence.tokens[1:]):
                is_known = before.is_capital if self.nouns_have_capitals else before.is_word and not before.is_figure
                if is_known and token.is_capital:
                    yield token.stem
            if len(sentence.tokens) > 1 and not self.nouns_have_capitals and sentence.tokens[0].is_word:
                yield from (token.stem for token in sentence.tokens[1:2] if token.is_capital)

    def number(self, token: Token) -> str | None:
        """What a figure or a number word says, the same of both where they say the same; None of other words."""
        return _value(token.text) if token.is_figure else self.numbers.get(token.key.casefold())


_SAME_NUMBERS = {"nb": "no", "nn": "no", "ms": "id", "ja": "zh", "yue": "zh"}
_NOUNS_HAVE_CAPITALS = frozenset(("de", "lb"))


def _value(figure: str) -> str:
    """A figure without the marks between its thousands, with one mark for the decimals, without a percent sign."""
    plainly = plain(figure).removesuffix("%")
    plainly = "".join(str(unicodedata.decimal(letter, letter)) for letter in plainly)
    if _THOUSANDS.fullmatch(plainly):
        whole, mark, rest = plainly[:-3], plainly[-3], plainly[-2:]
        if mark in ".,":
            return re.sub(r"\D", "", whole) + "." + rest
        return re.sub(r"\D", "", plainly)
    return plainly.replace(",", ".").replace(":", ".")


_THOUSANDS = re.compile(r"\d{1,3}(?:[.,’'\"\s]\d{3})+(?:[.,]\d\d)?")


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place in a sentence where words were changed, with the word before it on each side."""

    old: Sequence[Token]
    new: Sequence[Token]
    around: tuple[Token | None, ...]
    first: bool
    tongue: _Tongue

    def kinds(self) -> list[str]:
        """A figure between quotes is both, anything else one thing."""
        told = [name for name, holds in _TOLD if holds(self)]
        if told:
            return told[: 2 if told[0] == "number" and "quote" in told else 1]
        if not self.old:
            return ["addition" if any(token.is_word for token in self.new) else "wording"]
        return ["wording" if self.new or not any(token.is_word for token in self.old) else "removal"]

    def is_number(self) -> bool:
        """Another number on each side. One is a number only beside another: it is an article in many languages."""
        old, new = ([told for token in side if (told := self.tongue.number(token))] for side in (self.old, self.new))
        is_told = any(each != _ONE for each in (*old, *new))
        return bool(old and new) and is_told and old != new

    def is_quote(self) -> bool:
        return any(token.quoted and token.is_word for token in (*self.old, *self.new))

    def is_name(self) -> bool:
        """Capitals in the midst of a sentence on both sides; where nouns have them too, beside another capital.

        Or anywhere, when one of them is a name elsewhere in the text.
        """
        sides = [[token for token in side if token.is_word] for side in (self.old, self.new)]
        if not all(any(token.is_capital for token in side) for side in sides if side) or not any(sides):
            return False
        beside = any(token and token.is_capital for token in self.around)
        if not all(sides):
            return beside and not self.first and all(token.is_capital for side in sides for token in side)
        if self.first or self.tongue.nouns_have_capitals:
            return beside or self._is_known(sides)
        return True

    def _is_known(self, sides: list[list[Token]]) -> bool:
        """Whether one of the words is a name elsewhere in the text, and none stands there in small letters."""
        stems = [token.stem for side in sides for token in side]
        is_common = any(stem.lower() in self.tongue.no_names for stem in stems)
        return not is_common and any(stem in self.tongue.names for stem in stems)


_ONE = "1"
_TOLD: tuple[tuple[str, Callable[[_Spot], bool]], ...] = (
    ("number", _Spot.is_number),
    ("quote", _Spot.is_quote),
    ("name", _Spot.is_name),
)


def _spots(old: Sentence, new: Sentence, tongue: _Tongue) -> Iterator[_Spot]:
    for what, start, end, new_start, new_end in _by_token(old.tokens, new.tokens):
        if what != "equal":
            around = (*_beside(old.tokens, start, end), *_beside(new.tokens, new_start, new_end))
            first = start == 0 or new_start == 0
            yield _Spot(old.tokens[start:end], new.tokens[new_start:new_end], around, first, tongue)


def _beside(tokens: Sequence[Token], start: int, end: int) -> tuple[Token | None, Token | None]:
    before = tokens[start - 1] if start > 1 else None  # the first word's capital says nothing
    after = tokens[end] if end < len(tokens) else None
    return before, after


@cache
def _numbers(language: str) -> dict[str, str]:
    """The number words, weekdays and months of a language with what they say; of no language those of all."""
    table, dates = tables.load("edits"), tables.load("dates")
    found: dict[str, str] = {}
    for code in [language] if language else sorted(table["cardinals"]):
        months = (told.split() for told in dates["months"].get(code, "").split("|"))
        found |= {word: word for word in (*table["numbers"].get(code, ()), *table["dates"].get(code, ()))}
        found |= {word: forms[0] for forms in months for word in forms if len(word) > _SHORTEST_MONTH}
        for number, forms in enumerate(table["cardinals"].get(code, "").split("|"), start=1):
            found |= dict.fromkeys(map(str.casefold, forms.split()), str(number))
    return {plain(word).casefold(): told for word, told in found.items()}


_SHORTEST_MONTH = 2
"""Letters up to which a name of a month is no sign of one. "May" is often a verb, but does not become "June" then."""

Opcode = tuple[str, int, int, int, int]


def _by_token(old: Sequence[Token], new: Sequence[Token]) -> Iterable[Opcode]:
    return _opcodes([token.key for token in old], [token.key for token in new])


def _opcodes(old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    """What became of each stretch; what repeats itself without end is another text as a whole."""
    start = _common(old, new)
    end = min(_common(old[::-1], new[::-1]), min(len(old), len(new)) - start)
    middle, new_middle = old[start : len(old) - end], new[start : len(new) - end]
    found: list[Opcode] = [("equal", 0, start, 0, start)] if start else []
    if not _is_endless(middle, new_middle):
        matcher = SequenceMatcher(None, middle, new_middle, autojunk=False)
        inner: Iterable[Opcode] = matcher.get_opcodes()
    else:
        inner = [("replace", 0, len(middle), 0, len(new_middle))]
    found += [(what, *(at + start for at in places)) for what, *places in inner]  # type: ignore[misc]
    last = ("equal", len(old) - end, len(old), len(new) - end, len(new))
    return [*found, last] if end else found


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many of the first are the same."""
    return next(
        (at for at, (left, right) in enumerate(zip(old, new, strict=False)) if left != right), _shorter(old, new)
    )


def _shorter(old: Sequence[str], new: Sequence[str]) -> int:
    return min(len(old), len(new))


_MOST_MATCHES = 1_000_000
"""Pairs of equal words or sentences that are looked at: a second. News has some thousands."""


def _is_endless(old: Sequence[str], new: Sequence[str]) -> bool:
    counted = Counter(new)
    return sum(count * counted[key] for key, count in Counter(old).items()) > _MOST_MATCHES


def _pieces(old: Sequence[Token], new: Sequence[Token]) -> Iterator[Piece]:
    for what, start, end, new_start, new_end in _by_token(old, new):
        if what == "equal":
            yield "same", _spelt(new[new_start:new_end])
            continue
        if start < end:
            yield "removed", _spelt(old[start:end])
        if new_start < new_end:
            yield "added", _spelt(new[new_start:new_end])


def _spelt(tokens: Sequence[Token]) -> str:
    """Tokens with the white space before them."""
    return "".join(" " * token.spaced + token.text for token in tokens)


_LONGEST = 160
"""Characters of each side in the short account of a change."""


def _short(before: str, after: str) -> str:
    return f"{_cut(before)} → {_cut(after)}".strip()


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
