"""What speaks for a page being no article: one case for each kind, facts with weights.

No fact decides alone. A case holds when its points outweigh the prose that is left when
everything that speaks for the case is taken away: a long article about cookies stays one
whatever it is called, a consent page has nothing else to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from scraper import tables, urls
from scraper.extract import kinds, phrases
from scraper.extract.facts import Facts
from scraper.extract.lines import Line
from scraper.models import Kind

# Weights and limits were set by hand on 480 pages written for this in four parts, each tried once before it
# was looked at (of the last 40 of 46 were refused, 27 of 28 articles kept), and on half of the development
# corpora; on the other half one article of 610 was refused.
LEAST = 2.0
"""Points that a case needs against a page without any prose of its own."""
NOTHING, LITTLE = 0.8, 20
"""What a case needs less where no prose is left at all, and the words up to which that fades: the shortest items."""
WORDS_A_POINT = 60
"""Words of its own prose that outweigh a point."""
MOST = 6.0
"""No case needs more; with prose of 240 words only wording, structure and address together reach it."""

Told = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Case:
    """What speaks for one kind: facts with their points, and the points that are needed."""

    kind: str
    facts: tuple[Told, ...]
    needed: float

    @property
    def points(self) -> float:
        return _sum(self.facts)

    @property
    def holds(self) -> bool:
        return self.points >= self.needed

    def __str__(self) -> str:
        told = sorted(self.facts, key=lambda fact: -fact[0])
        return f"{self.kind}: {', '.join(text for _, text in told)}"


def _sum(told: Iterable[Told]) -> float:
    return sum(points for points, _ in told)


def cases(facts: Facts) -> list[Case]:
    """What can be said against a page being an article, holding or not."""
    return [case for make in _CASES for case in make(facts)]


def is_alarming(facts: Facts) -> bool:
    """Whether anything cheap to see asks for a closer look at a page with a roomful of prose."""
    return bool(
        facts.is_home
        or facts.came_from
        or facts.page.status >= 400
        or (not facts.is_called_article and ("product" in facts.og_type or "product" in facts.types))
        or _alarms(facts)
    )


def _alarms(facts: Facts) -> bool:
    titles = (part for _, _, parts in facts.titles for part in parts)
    if any(phrases.titled(part) & _shells() for part in titles):
        return True
    return any(phrases.said(phrases.fold(text)).keys() & _shells() for text in facts.opening)


@cache
def _shells() -> frozenset[str]:
    """The kinds of the table that are no article."""
    return frozenset(tables.load("quality")) & kinds.REFUSED.keys()


def _case(
    facts: Facts, kind: str, told: Iterator[Told], least: float = LEAST, each: int = WORDS_A_POINT
) -> Iterator[Case]:
    found = tuple(told)
    if found:
        solid = facts.solid(kind)
        needed = least - NOTHING + min(solid, LITTLE) * NOTHING / LITTLE + max(solid - LITTLE, 0) / each
        needed = min(needed, MOST) + _claims(facts)
        yield Case(kind, found, needed)


def _claims(facts: Facts) -> float:
    """What a page has on its side that calls itself an article and says when it appeared."""
    return 0.5 * facts.is_called_article + 0.5 * facts.is_dated


# --- wording ------------------------------------------------------------------


def _titled(facts: Facts, kind: str) -> Iterator[Told]:
    """Two points for a title of this kind, less when it says much else; one more when a heading says so too."""
    places: dict[str, tuple[float, str]] = {}
    for place, text, parts in facts.titles:
        for part in parts:
            if kind in phrases.titled(part):
                rest = len(parts[0].split()) - len(part.split())
                points = (2.0 if place != "heading" else 1.0) if rest <= _REST else 0.75
                places[place] = max(places.get(place, (0.0, "")), (points, text))
        if place not in places and _says_little_else(parts[0], kind):
            places[place] = (1.5 if place != "heading" else 1.0, text)
    if places:
        points, text = max(places.values())
        other = "headline" not in places and _is_called_otherwise(facts)
        yield points + (len(places) > 1) - other, f'title "{text}"'


def _says_little_else(title: str, kind: str) -> bool:
    """Whether phrases of this kind make up most of a title."""
    return _rests(title).get(kind, len(title)) <= 0.4 * len(title)


@lru_cache(1024)
def _rests(title: str) -> dict[str, int]:
    """Letters of a title that are left without the phrases of each kind."""
    found = {}
    for kind, told in phrases.said(title).items():
        rest = title
        for phrase in told:
            rest = rest.replace(phrase, "")
        found[kind] = len(rest)
    return found


def _is_called_otherwise(facts: Facts) -> bool:
    """Whether the page has a headline of four words or more in which no page that is no article speaks."""
    own = (parts[0] for place, _, parts in facts.titles if place != "title")
    return any(len(part.split()) > 3 and not _is_shells(part) for part in own)


def _is_shells(title: str) -> bool:
    """Whether a title is one that pages have that are no article, or says hardly anything else."""
    told = _rests(title).keys() & _shells()
    return bool(phrases.titled(title) & _shells()) or any(_says_little_else(title, kind) for kind in told)


_REST = 5
"""Words beside a telling part of a title that a site's name may have; more are a headline."""


def _said(facts: Facts, kind: str) -> Iterator[Told]:
    """Up to two points for the share of the text that speaks so, up to one and a half for different phrases."""
    own = [(told[kind], words) for told, words in facts.said if kind in told]
    total = sum(words for _, words in facts.said)
    found = {phrase for told, _ in own for phrase in told}
    if own:
        share = sum(words for _, words in own) / max(total, 1)
        points = 2.0 if share >= 0.5 else 1.5 if share >= 0.2 else 1.0
        points += _more(found) - 0.5 * _is_called_otherwise(facts)
        yield points, f'{len(own)} of {len(facts.said)} sentences speak so ("{_longest(found)}")'
    elif beside := facts.said_beside.get(kind):
        points = 0.5 if total else 1.5 + _more(beside)
        yield points, f'beside the text it says "{_longest(beside)}"'


_LITTLE = 12


def _longest(found: set[str]) -> str:
    return phrases.written(min(found, key=lambda phrase: (-len(phrase), phrase)))


def _more(found: set[str]) -> float:
    return min(0.5 * (len(found) - 1), 1.5)


def _addressed(facts: Facts, kind: str, points: float = 1.0) -> Iterator[Told]:
    words = tables.load("quality")[kind]["path"]["any"]
    found = next((part for part in facts.names if part in words), None)
    if found:
        yield points, f'"{found}" in the address'


def _answered(facts: Facts, kind: str) -> Iterator[Told]:
    kind_of, points = _STATUS.get(facts.page.status, ("error" if facts.page.status >= 500 else "", 2.0))
    if kind_of == kind:
        yield points, f"status {facts.page.status}"


_STATUS = {
    401: ("login", 2.0),
    403: ("wall", 1.5),
    404: ("missing", 3.0),
    410: ("missing", 3.0),
    429: ("wall", 1.5),
    451: ("region", 3.0),
    503: ("error", 1.5),
}


def _wordy(kind: str) -> Callable[[Facts], Iterator[Case]]:
    """The case of a kind that wording, status and address tell."""

    def case(facts: Facts) -> Iterator[Case]:
        told = [*_titled(facts, kind), *_said(facts, kind)]
        if "path" in tables.load("quality")[kind] and told:
            told += _addressed(facts, kind)
        yield from _case(facts, kind, iter([*told, *_answered(facts, kind)]))

    return case


def _consent(facts: Facts) -> Iterator[Case]:
    told = [*_titled(facts, "consent"), *_said(facts, "consent"), *_nouns(facts)]
    if _sum(told) >= 1:  # a banner in the markup beside a text says so too, and has the same buttons
        told += [*_addressed(facts, "consent"), *_buttons(facts)]
    yield from _case(facts, "consent", iter(told))


def _nouns(facts: Facts) -> Iterator[Told]:
    """The word for cookies in every third sentence, on a page without a headline of its own."""
    found = sum(any(noun in sentence for noun in _cookies()) for sentence in facts.own)
    if 3 * found >= len(facts.own) > 0 and not _is_called_otherwise(facts):
        yield 1.0, f"{found} of {len(facts.own)} sentences speak of cookies"


@cache
def _cookies() -> tuple[str, ...]:
    return tuple(phrases.fold(each) for each in tables.load("quality")["consent"]["noun"]["any"])


def _buttons(facts: Facts) -> Iterator[Told]:
    found = next((line.text for line in facts.lines if line.words <= 5 and phrases.fold(line.text) in _answers()), None)
    if found:
        yield 1.0, f'"{found}" to click on'


@cache
def _answers() -> frozenset[str]:
    rows = tables.load("quality")["consent"]["button"].values()
    return frozenset(phrases.fold(each) for row in rows for each in row)


def _wall(facts: Facts) -> Iterator[Case]:
    told = [*_titled(facts, "wall"), *_said(facts, "wall"), *_answered(facts, "wall")]
    if facts.page.header("cf-mitigated") or facts.page.header("x-datadome"):
        told.append((2.0, "a bot manager's header"))
    if facts.solid("wall") < LITTLE and not _is_called_otherwise(facts) and (marker := _marker(facts)):
        told.append((1.5, f'"{marker}" in its markup'))
    elif told and facts.has("[class*=captcha i], [id*=captcha i], .cf-turnstile"):
        told.append((1.0, "a captcha"))
    yield from _case(facts, "wall", iter(told))


def _marker(facts: Facts) -> str | None:
    markup = facts.page.body[:200_000].lower()
    return next((each for each in tables.load("quality")["wall"]["marker"]["any"] if each.encode() in markup), None)


def _missing(facts: Facts) -> Iterator[Case]:
    told = [*_titled(facts, "missing"), *_said(facts, "missing"), *_answered(facts, "missing")]
    told += _addressed(facts, "missing", 1.5)
    lost = list(_sent_away(facts))
    if lost:
        told += lost
        told += [fact for case in _listing(facts, "front") if case.holds for fact in case.facts]
    elif told:
        listed = list(_listed(facts))
        told += listed if _sum(listed) >= LEAST else []
    yield from _case(facts, "missing", iter(told))


def _sent_away(facts: Facts) -> Iterator[Told]:
    """An address of an article that led to the front page or to a section of its site."""
    asked = facts.came_from
    if not asked or urls.is_home(asked):
        return
    if facts.is_home:
        yield 2.0, f"asked for {asked}, led to the front page"
    elif facts.is_shallow and asked.rstrip("/").count("/") > facts.url.rstrip("/").count("/"):
        yield 1.5, f"asked for {asked}, led to a section"


def _login(facts: Facts) -> Iterator[Case]:
    told = [*_titled(facts, "login"), *_said(facts, "login"), *_answered(facts, "login")]
    if told:
        told += _addressed(facts, "login")
        if facts.has("input[type=password i]"):
            told.append((1.0, "asks for a password"))
    yield from _case(facts, "login", iter(told))


def _script(facts: Facts) -> Iterator[Case]:
    if facts.words > _MOST_BESIDE_SCRIPT:
        return
    told = [*_titled(facts, "script"), *_said(facts, "script")]
    if facts.document is not None and len(facts.main) < _FEW and facts.has(_MOUNTS):
        told.append((1.0, "an empty element that a script fills"))
        if not facts.main:
            told.append((1.0, "no line of text"))
    yield from _case(facts, "script", iter(told), each=20)


_MOST_BESIDE_SCRIPT = 80
_FEW = 4
_MOUNTS = "#root:empty, #app:empty, #__next:empty, #__nuxt:empty, #main:empty, app-root, [data-reactroot]:empty"


# --- structure ----------------------------------------------------------------


def _listed(facts: Facts) -> Iterator[Told]:
    """What the lines say: prose that only stands beside linked headlines, and how many there are."""
    last = facts.teasers[-1].index if facts.teasers else 0
    prose = [line for line in facts.prose if line.index < last or line.words > LITTLE]
    words = sum(line.words for line in prose)
    beside = sum(line.words for line in prose if line.index in facts.carded)
    found = len(facts.teasers)
    if words and beside >= 0.6 * words:
        yield 2.0 + 0.5 * (beside >= 0.9 * words), f"{beside} of {words} words stand beside linked headlines"
    elif words < 10 and facts.solid() < LITTLE and found >= 5:
        yield 2.0, "no paragraph"
    if found >= 6:
        yield 1.0 + 0.5 * (found >= 15), f"{found} linked headlines"


def _listing(facts: Facts, kind: str) -> Iterator[Case]:
    told = list(_listed(facts))
    if not told and kind == "front":
        return
    if facts.is_called_list:
        told.append((1.0, "linked data of a list"))
    if facts.og_type in ("website", "profile"):
        told.append((0.5, f"og:type {facts.og_type}"))
    if kind == "front":
        told += [(2.0, "the address of a front page")] if facts.is_home else []
        told += [(1.0, "the address of a section")] if facts.is_shallow and not facts.is_home else []
    else:
        told += [*_titled(facts, kind), *_addressed(facts, kind), *_said(facts, kind)]
    yield from _case(facts, kind, iter(told), least=_LIST + _own_story(facts, kind))


_LIST = 2.8
"""More than of other kinds: teasers stand on nearly every page."""
_MANY = 50


def _own_story(facts: Facts, kind: str) -> float:
    """What speaks against a list: an article's address, one made of the headline, a head that dates an article."""
    named = kind == "front" and facts.is_named_so
    return 1.0 * facts.is_story + 1.5 * named + 1.0 * (facts.is_called_article and facts.is_dated)


def _front(facts: Facts) -> Iterator[Case]:
    yield from _listing(facts, "front")


def _list(facts: Facts) -> Iterator[Case]:
    if [*_titled(facts, "list"), *_addressed(facts, "list")]:
        yield from _listing(facts, "list")
    links = sum(line.link >= 0.7 for line in facts.lines)
    if links >= _MANY and not facts.prose and facts.solid() < LITTLE:
        yield Case("list", ((LEAST, f"{links} links and no paragraph"),), LEAST + 2 * _claims(facts) + facts.is_story)


def _search(facts: Facts) -> Iterator[Case]:
    place = list(_addressed(facts, "search"))
    if _QUERY.search(facts.url):
        place.append((1.0, "a query in the address"))
    told = [*_titled(facts, "search"), *place]
    if told:
        told += [*_said(facts, "search"), *_listed(facts)]
        if facts.has("input[type=search i], input[name=q], input[name=s], input[name=query]"):
            told.append((0.5, "a search box"))
    yield from _case(facts, "search", iter(told), least=_LIST + (not place))


_QUERY = re.compile(r"[?&](?:q|s|k|query|search|suche|keywords?)=")


def _media(facts: Facts) -> Iterator[Case]:
    if facts.solid() >= _LITTLE:
        return
    told: list[Told] = []
    if facts.types & _RECORDINGS or facts.og_type.startswith(("video", "music", "audio")):
        told.append((1.5, "linked data of a recording"))
    if facts.has(_PLAYERS):
        told.append((1.0, "a player"))
    if (pictures := facts.amount(":is(figure, .gallery, .slide) img")) >= 5:
        told.append((1.5, f"{pictures} pictures"))
    told += [*_addressed(facts, "media"), *_addressed(facts, "gallery")][:1] if told else []
    yield from _case(facts, "media", iter(told))


_RECORDINGS = frozenset(
    "videoobject audioobject podcastepisode radioepisode tvepisode movie clip imagegallery mediagallery".split()
)
_PLAYERS = (
    "video, audio, amp-video, iframe[src*=player], iframe[src*=youtube], iframe[src*=vimeo], "
    "[class*=video-player], [class*=audio-player]"
)


def _figures(facts: Facts) -> Iterator[Case]:
    told = [*_titled(facts, "figures"), *_addressed(facts, "figures")]
    counted = sum(map(_is_figures, facts.main)) if told else 0
    if counted >= 0.4 * len(facts.main) > 0:
        told.append((1.5, f"{counted} of {len(facts.main)} lines are figures"))
    yield from _case(facts, "figures", iter(told), least=LEAST + facts.is_story, each=20)


def _is_figures(line: Line) -> bool:
    return (line.words <= 8 or line.kind is Kind.TABLE_ROW) and any(map(str.isdigit, line.text))


def _product(facts: Facts) -> Iterator[Case]:
    if facts.is_called_article:
        return
    told: list[Told] = []
    if "product" in facts.types or "product" in facts.og_type:
        told.append((2.0, "linked data of goods"))
    said = [*(each for each, _ in facts.said), facts.said_beside]
    found = {phrase for each in said for phrase in each.get("product", ())}
    if found:
        told.append((1.0, f'"{_longest(found)}"'))
    told += _addressed(facts, "product") if told else []
    yield from _case(facts, "product", iter(told), least=_LIST, each=1000)


def _signup(facts: Facts) -> Iterator[Case]:
    told = list(_titled(facts, "signup"))
    if _sum(told) > 1:  # the heading of a box beside the text is no title
        told += _addressed(facts, "signup")
        if facts.has("input[type=email i], input[type=checkbox i]"):
            told.append((1.0, "a form to sign up"))
    yield from _case(facts, "signup", iter(told))


def _comments(facts: Facts) -> Iterator[Case]:
    told = list(_titled(facts, "comments"))
    if facts.path.rpartition("/")[2].lower() in tables.load("quality")["comments"]["path"]["any"]:
        told.append((1.0, "the address of comments"))
    if told and facts.in_comments >= 0.6:
        told.append((2.0, f"{facts.in_comments:.0%} of the text stands under comments"))
        yield Case("comments", tuple(told), LEAST + 1)


_CASES: tuple[Callable[[Facts], Iterator[Case]], ...] = (
    _wall,
    _consent,
    _wordy("age"),
    _wordy("region"),
    _missing,
    _wordy("error"),
    _wordy("parked"),
    _wordy("moved"),
    _login,
    _script,
    _comments,
    _search,
    _list,
    _front,
    _signup,
    _product,
    _figures,
    _media,
)
