"""`links(source)`: where a source's articles are. A flow: it yields what it wants to read and is sent what came."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, cached_property
from urllib.parse import urlsplit

from scraper import robots, urls
from scraper.discover import addresses, feeds, sections, sitemaps
from scraper.discover.feeds import Feed
from scraper.discover.sections import Listing
from scraper.discover.sitemaps import Child, Sitemap
from scraper.errors import FetchError, Gone, Unusable
from scraper.models import Endpoint, Found, Headline, Link, Page, Place, Request, Source, Unchanged

Answer = Page | Unchanged | FetchError
Flow = Generator[Request, Answer, Found]
Step = Generator[Request, Answer, None]

# The places where publishing systems put them: WordPress, Drupal, Hugo, Jekyll, Ghost, Joomla, Blogger, TYPO3.
FEED_PLACES = (
    "/feed/",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/feeds/posts/default",
)
SITEMAP_PLACES = (
    "/sitemap.xml",
    "/sitemap_index.xml",
    "/sitemap-index.xml",
    "/news-sitemap.xml",
    "/sitemap.xml.gz",
    "/sitemap.txt",
)

MOST_FEEDS = 20
MOST_SECTIONS = 40
MOST_PAGES = 60
"""Pages of one section that are followed in one look: eight articles each make 480."""
MOST_SITEMAPS = 200
"""Sitemaps that are asked for in one look; further ones are left for the next."""
MOST_LINKS = 100_000
MOST_HELD = 5000
"""Links of one look that wait for its end where somebody takes them before: half a kilobyte each."""
DEPTH = 4
"""Indexes in indexes: the protocol allows one level, publishers nest two."""
STRANGERS = 1 / 3
"""Of the home page's articles that no feed or sitemap knows: with more of them sections are followed too."""

_FOR_GOOD = frozenset((301, 308))
_DISTANT_PAST = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known already. Nothing: everything about the source is discovered.

    `endpoints` are those that the last look gave. `is_known` says of an address whether it was seen before: a section
    page that shows nothing new has nothing new behind it. What a sitemap says was last changed before `since` is left
    out. `sitemaps` are those that robots.txt lists, for who has read it; None: it is asked for. With `anew` everything
    is discovered although endpoints are known; those that are not met on the way stay as they are. `take` is given
    links on the way, as soon as thousands are held, and they are not told again at the end: for who has thousands of
    sources to look at. Until the next answer is sent, `is_known` knows them.
    """

    endpoints: tuple[Endpoint, ...] = ()
    is_known: Callable[[str], bool] = lambda _: False
    since: datetime | None = None
    sitemaps: tuple[str, ...] | None = None
    anew: bool = False
    take: Callable[[Iterable[Link]], object] | None = None


NOTHING = Known()


def links(source: Source, known: Known = NOTHING) -> Flow:
    """The articles a source links to, and the endpoints to come back to.

    Yields a `Request` for each page wanted, each address once, and is to be sent the `Page`, `Unchanged` or
    `FetchError` that came of it. Without known endpoints these are looked for: declared ones, else what the home page
    and robots.txt name, else the usual places. With them each is asked once and nothing is looked for anew, unless
    none is left. Links and discovered endpoints are the source's own: of its registrable host or of `source.hosts`.
    """
    look = _Look(source, known)
    standing = any(each.state not in ("moved", "gone") and each.kind != "home" for each in known.endpoints)
    if standing and not known.anew:
        yield from look.again()
    else:
        yield from look.anew()
    return look.found()


class _Look:
    """One look at a source: what was asked, and what came of it."""

    def __init__(self, source: Source, known: Known) -> None:
        self._source = source
        self._known = known
        self._before = {each.url: each for each in known.endpoints}
        self._own = _Own(source, known.endpoints)
        self._asked: set[str] = set()
        self._links: dict[str, Link] = {}
        self._endpoints: dict[str, Endpoint] = {}
        self._notes: list[str] = []
        self._sitemaps = 0
        self._given_away = 0

    def found(self) -> Found:
        """What is told of this look; known endpoints that it had no need to ask stay as they were."""
        endpoints = (self._before | self._endpoints).values()
        return Found(tuple(self._links.values()), tuple(endpoints), tuple(self._notes))

    # --- ways ---------------------------------------------------------------------

    def anew(self) -> Step:
        home = yield from self._listing(self._source.home, "home")
        yield from self._feeds(home)
        yield from self._discover_sitemaps()
        unknown = [link for link in home.articles if not self._was_met(link.url)]
        poor = not self._sitemaps or len(unknown) > STRANGERS * len(home.articles)
        self._add(home.articles)
        yield from self._pages(home, self._source.home)
        wanted = self._source.sections or (home.sections if poor else ())
        for url in self._mine(wanted, self._source.sections)[:MOST_SECTIONS]:
            yield from self._section(url)

    def again(self) -> Step:
        standing = [each for each in self._known.endpoints if each.state not in ("moved", "gone")]
        declared = [each for each in self._declared() if each.url not in self._before]
        for endpoint in [*standing, *declared]:
            if endpoint.kind == "feed":
                yield from self._feed(endpoint.url, guessed=self._was_guessed(endpoint.url))
            elif endpoint.kind == "sitemap" and endpoint.index is None:
                yield from self._sitemap(endpoint.url, guessed=self._was_guessed(endpoint.url))
        for endpoint in [*standing, *declared]:
            if endpoint.kind in ("home", "section"):
                yield from self._section(endpoint.url, endpoint.kind)
            elif endpoint.kind == "page":
                yield from self._go_on(endpoint.url)

    def _declared(self) -> Iterator[Endpoint]:
        source = self._source
        for kind, told in (("feed", source.feeds), ("sitemap", source.sitemaps), ("section", source.sections)):
            yield from (Endpoint(urls.absolute(url), kind, "new") for url in told)

    # --- asking -------------------------------------------------------------------

    def _ask(self, url: str, kind: str, *, guessed: bool = False) -> Generator[Request, Answer, Page | None]:
        """The page at an endpoint that is asked for the first time in this look; how it stands is remembered."""
        if url in self._asked:
            return None
        self._asked.add(url)
        answer = yield Request(url, self._source.asked_with if self._own.has(url) else ())
        if isinstance(answer, FetchError):
            self._refused(url, kind, answer, guessed=guessed)
            return None
        if kind != "home" and not self._own.has(answer.url) and self._own.has(url):
            self._fails(url, kind, f"leads away to {answer.url}", guessed=guessed)
            return None
        if isinstance(answer, Unchanged):
            self._alive(url, kind, answer)
            return None
        self._asked.add(answer.url)
        return answer

    def _stands(self, url: str, kind: str, state: str) -> None:
        before = self._endpoints.get(url) or self._before.get(url) or Endpoint(url, kind)
        self._endpoints[url] = replace(before, kind=kind, state=state)

    def _refused(self, url: str, kind: str, error: FetchError, *, guessed: bool) -> None:
        """No page came: what is gone for good is retired, a guess that nobody answered is made again next time."""
        if isinstance(error, Gone) and error.status == 410 and not guessed:
            self._stands(url, kind, "gone")
            self._notes.append(f"{url}: {error.message}")
        elif guessed and error.retry:
            self._stands(url, kind, "new")
        else:
            self._fails(url, kind, error.message, guessed=guessed)

    def _was_guessed(self, url: str) -> bool:
        before = self._before.get(url)
        return before is not None and before.state == "new" and before.index is None

    def _fails(self, url: str, kind: str, why: str, *, guessed: bool = False) -> None:
        """Nothing usable came: of an endpoint that is a note, of a guess it is nothing."""
        if not guessed:
            self._stands(url, kind, "failed")
            self._notes.append(f"{url}: {why}")
        elif url in self._before:
            self._stands(url, kind, "gone")

    def _alive(self, url: str, kind: str, answer: Page | Unchanged, title: str | None = None) -> str:
        """The address an endpoint has from now on: another where it moved for good."""
        if answer.hops and all(hop.status in _FOR_GOOD for hop in answer.hops):
            self._endpoints[url] = Endpoint(url, kind, "moved", moved_to=answer.url)
            url = answer.url
        self._stands(url, kind, "alive")
        if title:
            self._endpoints[url] = replace(self._endpoints[url], title=title)
        return url

    def _mine(self, found: Iterable[str], declared: tuple[str, ...] = ()) -> list[str]:
        """Addresses of endpoints: those declared wherever they are, others on the source's own hosts."""
        told = {urls.absolute(url): None for url in found}
        here = [url for url in told if declared or self._own.has(url)]
        self._notes += [f"{url}: not on a host of this source, left out" for url in told if url not in here]
        return here

    # --- feeds --------------------------------------------------------------------

    def _feeds(self, home: Listing) -> Step:
        for url in self._mine(self._source.feeds or home.feeds, self._source.feeds)[:MOST_FEEDS]:
            yield from self._feed(url)
        if not self._source.feeds:
            hints = [url for url in home.hints if self._own.has(url)]
            yield from self._guess((*hints, *map(self._at_root, FEED_PLACES)), "feed", self._feed)

    def _at_root(self, place: str) -> str:
        return self._own.root + place

    def _guess(self, addresses: Iterable[str], kind: str, step: Callable[..., Step]) -> Step:
        """Where it may be, until one of them is alive."""
        for url in addresses:
            if any(each.kind == kind and each.state == "alive" for each in self._endpoints.values()):
                return
            yield from step(url, guessed=True)

    def _feed(self, url: str, *, guessed: bool = False) -> Step:
        page = yield from self._ask(url, "feed", guessed=guessed)
        feed = feeds.read(page) if page else None
        if page and feed:
            self._read_feed(feed, self._alive(url, "feed", page, feed.title))
        elif page:
            self._fails(url, "feed", "no feed", guessed=guessed)

    def _read_feed(self, feed: Feed, found_at: str) -> None:
        self._add(feeds.links(feed, found_at))

    # --- sitemaps -----------------------------------------------------------------

    def _discover_sitemaps(self) -> Step:
        listed = self._source.sitemaps or self._known.sitemaps
        if listed is None:
            listed = yield from self._robots()
        for url in self._mine(listed, self._source.sitemaps):
            yield from self._sitemap(url)
        if not self._source.sitemaps:
            yield from self._guess(map(self._at_root, SITEMAP_PLACES), "sitemap", self._sitemap)

    def _robots(self) -> Generator[Request, Answer, tuple[str, ...]]:
        url = self._own.root + "/robots.txt"
        self._asked.add(url)
        answer = yield Request(url)
        return robots.parse(answer.body, answer.status).sitemaps(url) if isinstance(answer, Page) else ()

    def _sitemap(self, url: str, depth: int = 0, *, guessed: bool = False) -> Step:
        page = yield from self._ask(url, "sitemap", guessed=guessed)
        if page is None:
            yield from self._children_of(url, None, depth)
            return
        sitemap = sitemaps.read(page, url, self._known.since)
        feed = None if sitemap else feeds.read(page)  # the protocol allows feeds, too
        if sitemap is None and feed is None:
            self._fails(url, "sitemap", "no sitemap", guessed=guessed)
            return
        self._sitemaps += 1
        url = self._alive(url, "sitemap", page)
        if feed:
            self._read_feed(feed, url)
        elif sitemap:
            self._add(sitemap.links)
            self._give_away()
            yield from self._children_of(url, sitemap, depth)

    def _children_of(self, index: str, sitemap: Sitemap | None, depth: int) -> Step:
        """The sitemaps of an index that may have changed; `sitemap` None where the index did not come."""
        before = {each.url: each for each in self._before.values() if each.index == index and each.state != "gone"}
        listed = {each.url: each for each in sitemap.children} if sitemap else {}
        if sitemap:
            for url in before.keys() - listed.keys():
                self._endpoints[url] = replace(before[url], state="gone")
            due = [each for each in listed.values() if self._is_due(each, before.get(each.url))]
        else:
            due = [
                Child(each.url, each.modified) for each in before.values() if not each.modified or each.state != "alive"
            ]
        for child in sorted(due, key=_newest_first):
            yield from self._child(child, index, depth + 1)

    def _is_due(self, child: Child, before: Endpoint | None) -> bool:
        if not self._own.has(child.url) or _is_poor(child.url):
            return False
        return before is None or before.state != "alive" or child.modified is None or child.modified != before.modified

    def _child(self, child: Child, index: str, depth: int) -> Step:
        if depth > DEPTH:
            return
        before = self._endpoints.get(child.url) or Endpoint(child.url, "sitemap", "new")
        self._endpoints.setdefault(child.url, replace(before, index=index, modified=child.modified))
        if self._sitemaps < MOST_SITEMAPS and self._room > 0:
            yield from self._sitemap(child.url, depth)

    # --- sections -----------------------------------------------------------------

    def _listing(self, url: str, kind: str) -> Generator[Request, Answer, Listing]:
        page = yield from self._ask(urls.absolute(url), kind)
        if page is None:
            return Listing()
        if kind == "home":
            self._own.move(page.url)
        listing = sections.read(page, url)
        feed = feeds.read(page) if listing is None and kind == "home" else None
        if feed:  # who watches a feed gives its address for a home page's
            self._read_feed(feed, self._alive(urls.absolute(url), "feed", page, feed.title))
            return Listing()
        if listing is None:
            self._fails(url, kind, "no page")
            return Listing()
        self._alive(urls.absolute(url), kind, page)
        return listing

    def _section(self, url: str, kind: str = "section") -> Step:
        listing = yield from self._listing(url, kind)
        if self._add(listing.articles):
            yield from self._pages(listing, url)

    def _pages(self, listing: Listing, found_at: str) -> Step:
        """The pages after the first, while they bring something new; one that fails is left for the next look."""
        for _ in range(MOST_PAGES - 1):
            url = listing.next
            if url is None or url in self._asked or not self._own.has(url):
                return
            following = yield from self._page(url, found_at)
            if following is None or not self._add(following.articles):
                return
            listing = following

    def _page(self, url: str, found_at: str) -> Generator[Request, Answer, Listing | None]:
        self._asked.add(url)
        answer = yield Request(url, self._source.asked_with)
        if isinstance(answer, FetchError) and answer.retry:
            self._stands(url, "page", "failed")
        elif url in self._before:
            self._stands(url, "page", "gone")
        return sections.read(answer, found_at) if isinstance(answer, Page) and self._own.has(answer.url) else None

    def _go_on(self, url: str) -> Step:
        """A page at which an earlier look broke off, and those behind it."""
        listing = yield from self._page(url, url)
        if listing and self._add(listing.articles):
            yield from self._pages(listing, url)

    # --- links --------------------------------------------------------------------

    def _add(self, found: Iterable[Link]) -> int:
        """Takes links in; gives how many of them were never seen before."""
        fresh = 0
        for link in found:
            url = self._spelt(link)
            if url is None:
                continue
            old = self._links.get(url)
            if old is not None:
                self._links[url] = _merged(old, link)
            elif self._room > 0:
                self._links[url] = link if link.url == url else replace(link, url=url)
                fresh += not self._known.is_known(url)
        return fresh

    @property
    def _room(self) -> int:
        return MOST_LINKS - self._given_away - len(self._links)

    def _give_away(self) -> None:
        if self._known.take and len(self._links) >= MOST_HELD:
            self._known.take(self._links.values())
            self._given_away += len(self._links)
            self._links = {}

    def _was_met(self, url: str) -> bool:
        return url in self._links or (self._given_away > 0 and self._known.is_known(url))

    def _spelt(self, link: Link) -> str | None:
        """A link's address as the archive spells it; None for one that is not wanted."""
        url = link.url
        try:
            url = url if urls.is_clean(url) else urls.clean(addresses.without_session(url))
        except Unusable:
            return None
        return url if self._own.has(url) and self._is_wanted(url, link) else None

    def _is_wanted(self, url: str, link: Link) -> bool:
        include, exclude = self._patterns
        if (include and not include.search(url)) or (exclude and exclude.search(url)):
            return False
        if include or link.place is Place.SECTION:
            return True  # links of sections are judged there, with what they say and where they stand
        if link.place is Place.FEED:
            return not addresses.leads_to_a_file(url) and not urls.is_home(url)
        reading = addresses.read(url)
        return not reading.never and (reading.points >= 0 or link.headline is not None)

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
        return _any_of(self._source.include), _any_of(self._source.exclude)


class _Own:
    """Whether an address is the source's own: its site, as far as host names tell, at its port or the usual one."""

    def __init__(self, source: Source, endpoints: Iterable[Endpoint]) -> None:
        self._declared = {each.lower() for each in source.hosts}
        self._homes = [source.home, *(each.url for each in endpoints if each.kind == "home")]
        self._answers: dict[str, bool] = {}
        self.root = _root(source.home)

    def move(self, home: str) -> None:
        """The home page answered at another address: its host is the source's own, too."""
        self._homes.append(home)
        self._answers.clear()
        self.root = _root(home)

    def has(self, url: str) -> bool:
        place = url.split("/", 3)[2].lower() if url.count("/") >= 2 else ""
        if place not in self._answers:
            self._answers[place] = self._is_own(place)
        return self._answers[place]

    def _is_own(self, place: str) -> bool:
        if "*" in self._declared:
            return True
        try:
            parts = urlsplit(f"//{place}")
            if self._declared.intersection((place, parts.hostname or "")):
                return True
            url = f"http://{place}/"
            return any(urls.same_site(url, home) and parts.port in (None, urlsplit(home).port) for home in self._homes)
        except (Unusable, ValueError):
            return False


def _root(url: str) -> str:
    parts = urlsplit(urls.absolute(url))
    return f"{parts.scheme}://{parts.netloc}"


def _merged(old: Link, link: Link) -> Link:
    """One link of two to the same address: the first, with what the other knows beyond it."""
    known = {old.headline, *(each.text for each in old.variants)}
    variants = old.variants
    if old.headline and link.headline and link.headline not in known:
        variants = (*variants, Headline(link.headline, str(link.place)))
    modified = max((each for each in (old.modified, link.modified) if each), default=None)
    if variants is old.variants and modified == old.modified and old.headline and (old.published or not link.published):
        return old
    return replace(
        old,
        headline=old.headline or link.headline,
        published=old.published or link.published,
        modified=modified,
        variants=variants,
    )


def _newest_first(child: Child) -> tuple[float, str]:
    """Of sitemaps that give no time, those go last."""
    return -(child.modified or _DISTANT_PAST).timestamp() if child.modified else 0.0, child.url


def _is_poor(url: str) -> bool:
    """Whether a sitemap's name says that it lists no articles."""
    name = urlsplit(url).path.rpartition("/")[2].lower()
    return bool(addresses.words("poor_sitemaps").intersection(re.split(r"[.\d-]+", name)))


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{each})" for each in patterns)) if patterns else None
