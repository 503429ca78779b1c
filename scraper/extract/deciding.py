"""Why the model left a line out, in words: which sides of it, were they those of a line of the text, would save it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scraper.extract.features import MASKS, NUMBERS, Row
from scraper.extract.forest import Forest
from scraper.extract.vocabulary import KINDS

MOST = 3
LEAST = 0.2
"""The share of the best fact's gain under which another one says nothing."""

_AT = {name: at for at, name in enumerate(NUMBERS)}
_OWN, _AROUND = len(NUMBERS) + 1, len(NUMBERS) + 2


def facts(row: Row, typical: Row, by: Forest) -> list[str]:
    """The two or three facts that decided against a line, the weightiest first.

    Each side of the line is exchanged for that of `typical`, the row of a line of the text; what
    raises the score most has decided.
    """
    changed = [_with(row, typical, places) for places, _ in _SIDES]
    base, *scores = by.scores([row, *changed])
    gains = sorted(((score - base, at) for at, score in enumerate(scores)), reverse=True)
    telling = [at for gain, at in gains[:MOST] if gain > 0 and gain >= LEAST * gains[0][0]]
    return [_SIDES[at][1](row) for at in telling]


def _with(row: Row, typical: Row, places: Sequence[int]) -> Row:
    changed = list(row)
    for at in places:
        changed[at] = typical[at]
    return changed


def _size(row: Row) -> str:
    words = int(row[_AT["words"]])
    return f"{words} words" if words != 1 else "one word"


def _shape(row: Row) -> str:
    return "closes like a sentence" if row[_AT["end"]] else "does not close like a sentence"


def _links(row: Row) -> str:
    link = row[_AT["link"]]
    return (
        f"{link:.0%} of it is link"
        if link > 0
        else "stands among links"
        if row[_AT["links around"]] > 0.3
        else "no links"
    )


def _place(row: Row) -> str:
    if row[_AT["above"]] > 0:
        return "stands apart from the article"
    where = row[_AT["position"]]
    return (
        "stands above the text" if where < 0 else "stands below the text" if where > 1 else "stands aside in the text"
    )


def _alike(row: Row) -> str:
    others = int(row[_AT["alike: lines"]]) - 1
    if not others:
        return "nothing is marked up like it"
    others_told = "another line" if others == 1 else f"{others} others"
    return f"marked up like {others_told}, {row[_AT['alike: words']]:.0f} words on average"


def _beside(row: Row) -> str:
    return f"{row[_AT['parent: good']]:.0%} of the text is beside it"


def _told(row: Row) -> str:
    if row[_AT["headline"]]:
        return "says what the headline says"
    if row[_AT["author"]]:
        return "names the author"
    return (
        "says what the description says"
        if row[_AT["description"]]
        else "stands here once"
        if not row[_AT["repeated"]]
        else "stands here twice"
    )


def _says(row: Row) -> str:
    spoken = [kind for kind in KINDS if row[_AT[f"says: {kind}"]] > 0]
    return f"speaks of {', '.join(spoken)}" if spoken else "speaks of the world"


def _names(row: Row) -> str:
    bits = int(row[_OWN]) | int(row[_AROUND])
    called = [name.removeprefix("own ") for bit, name in enumerate(MASKS[1]) if bits >> bit & 1]
    return f"called {', '.join(called[:3])}" if called else "called nothing that is known"


def _kind(row: Row) -> str:
    bits = int(row[len(NUMBERS)])
    names = [name for bit, name in enumerate(MASKS[0]) if bits >> bit & 1]
    return f"is a {names[0].removeprefix('kind ')}"


def _places(*names: str) -> tuple[int, ...]:
    return tuple(_AT[name] for name in names)


def _beginning(start: str) -> tuple[int, ...]:
    return tuple(at for name, at in _AT.items() if name.startswith(start))


_SIDES: tuple[tuple[tuple[int, ...], Callable[[Row], str]], ...] = (
    (_places("words", "chars", "sentences", "commas", "good", "word length"), _size),
    (
        _places(
            "end", "colon", "question", "upper", "lower", "quote", "digits", "capitals", "breaks", "pipe", "strong"
        ),
        _shape,
    ),
    (_places("link", "links", "links around"), _links),
    (
        (
            *_places(
                "inside",
                "away",
                "above",
                "position",
                "good before",
                "good after",
                "gap before",
                "gap after",
                "good around",
            ),
            *_beginning("core"),
        ),
        _place,
    ),
    (_beginning("alike: "), _alike),
    (_beginning("parent: "), _beside),
    (_places("repeated", "headline", "author", "description", "told", "opens"), _told),
    (_beginning("says: "), _says),
    ((_OWN, _AROUND), _names),
    ((len(NUMBERS), _AT["level"]), _kind),
)
"""The sides of a line: the places of its features, and what they say of it."""
