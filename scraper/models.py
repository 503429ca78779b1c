"""The words of this package: what a request, a page, an article are. Frozen, without effects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

Headers = tuple[tuple[str, str], ...]
"""Header pairs as they came, in order, names in lower case."""

Progress = Callable[[str, int, int], None]
"""Told what is being looked at or written, how much is done, and of how much; 0 where nobody knows."""


class Value:
    """Pickled as the call that makes it: a frozen dataclass with slots looks its fields up one by one otherwise, half
    of what it takes to send an article from one process to another."""

    __slots__: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        return type(self), tuple(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Request:
    """One page to ask for. `headers` are added to the fetcher's own."""

    url: str
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Hop(Value):
    """One redirect on the way: the address that was asked and the status it answered.

    `status` is 200 for a page that moved on by meta refresh.
    """

    url: str
    status: int


@dataclass(frozen=True)
class Page:
    """Exactly what came over the wire, content encoding undone.

    `url` is the address that answered, `requested` the one asked for; the way between
    is `hops`, oldest first. `fetched_at` is aware UTC.
    """

    url: str
    body: bytes
    status: int
    headers: Headers
    fetched_at: datetime
    hops: tuple[Hop, ...] = ()

    @property
    def requested(self) -> str:
        return self.hops[0].url if self.hops else self.url

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the body, in hex: the page's name in the archive."""
        return hashlib.sha256(self.body).hexdigest()

    def header(self, name: str) -> str | None:
        """The first header of that name (any case), or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), None)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The answer 304: what we have is still what is there."""

    url: str
    headers: Headers
    fetched_at: datetime
    hops: tuple[Hop, ...] = ()


class Kind(StrEnum):
    """What a block is; the value is what records and the archive say."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list item"
    QUOTE = "quote"
    TABLE_ROW = "table row"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block(Value):
    """One paragraph, heading, … of the body, in reading order.

    `text` is stripped and never empty or interrupted by a blank line; cells of a table
    row are parted by tabs. `level` is 1 to 6 for a heading, the depth for a list item,
    else 0.
    """

    kind: Kind
    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Headline(Value):
    """One wording of the headline and the place it stood: h1, title, og:title, json-ld, caption …"""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Dropped(Value):
    """One line of the page that is not in the record, and why.

    `line` counts the page's text blocks (a capture's non-empty lines) from 1; a menu or another
    room beside the article is one block, its texts parted by line breaks.
    """

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Image(Value):
    """The main image: an absolute address, and its caption where the page gives one."""

    url: str
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Moment(Value):
    """When something happened, exactly as far as the page says it.

    `iso` is `2024-05-03` (a day is all the page gives), `2024-05-03T18:19:08` (a time
    without a zone) or `2024-05-03T18:19:08+02:00` (an instant).
    """

    iso: str

    @classmethod
    def of(cls, value: datetime | date) -> Self:
        if isinstance(value, datetime):
            value = value.replace(microsecond=0)
        return cls(value.isoformat())

    @property
    def day_only(self) -> bool:
        return len(self.iso) == len("2024-05-03")

    @property
    def instant(self) -> datetime | None:
        """Aware UTC, or None where the page gives no zone."""
        moment = datetime.fromisoformat(self.iso)
        return moment.astimezone(UTC) if moment.tzinfo else None

    @property
    def sortable(self) -> str:
        """ISO 8601 in UTC, for ordering and ranges; what lacks a zone or a time counts as UTC or midnight."""
        moment = datetime.fromisoformat(self.iso)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat()

    def __str__(self) -> str:
        return self.iso


@dataclass(frozen=True, slots=True)
class Evidence(Value):
    """Where a field of the record was read: `published` from `json-ld datePublished`."""

    field: str
    place: str


@dataclass(frozen=True)
class Article:
    """What a page says, free of furniture. A field is what the page says, or it is empty.

    `url` is the canonical address (None for a capture), `alternates` every other address
    the page itself gives for this article. `headlines` are all wordings of the headline
    with their places, `dropped` the lines left out with their reasons, `evidence` the place
    each filled field was read from. `kind` says what sort of article it is, `quality` how good the
    record is: the F1 to expect of its body, 0 to 1; None where nobody judged it. The kinds stand in `extract.kinds`.
    """

    url: str | None = None
    headline: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    published: Moment | None = None
    modified: Moment | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    site_name: str | None = None
    image: Image | None = None
    paywalled: bool = False
    blocks: tuple[Block, ...] = ()
    headlines: tuple[Headline, ...] = ()
    alternates: tuple[str, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    kind: str = "article"
    quality: float | None = None

    @property
    def body(self) -> str:
        """The text for reading: blocks parted by a blank line."""
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def layout(self) -> str:
        """The kind of each block of `body`, in one word each: `p p h2 li1 quote row code`."""
        return " ".join(_CODES[block.kind] + (str(block.level) if block.level else "") for block in self.blocks)

    @property
    def words(self) -> int:
        """Words of the body, scripts without spaces counted too: max(spaces + 1, characters / 9)."""
        return sum(max(len(block.text.split()), len(block.text) // 9) for block in self.blocks)

    def record(self) -> dict[str, Any]:
        """The article as JSON-ready values: what `scraper extract --json` prints."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)} | {
            "evidence": {each.field: each.place for each in self.evidence},
            "body": self.body,
        }

    @classmethod
    def of(cls, record: dict[str, Any]) -> Self:
        """The article that `record()` described; keys it does not know are left aside."""
        known = {field.name: record[field.name] for field in fields(cls) if field.name in record}
        return cls(
            **known | {name: read(known[name]) for name, read in _READERS.items() if known.get(name) is not None}
        )


_CODES = {
    Kind.HEADING: "h",
    Kind.PARAGRAPH: "p",
    Kind.LIST_ITEM: "li",
    Kind.QUOTE: "quote",
    Kind.TABLE_ROW: "row",
    Kind.CODE: "code",
}
_KINDS = {code: kind for kind, code in _CODES.items()}


def blocks(body: str, layout: str) -> tuple[Block, ...]:
    """The blocks that `Article.body` and `Article.layout` describe."""
    texts = body.split("\n\n") if body else []
    return tuple(_block(code, text) for code, text in zip(layout.split(), texts, strict=True))


def _block(code: str, text: str) -> Block:
    name = code.rstrip("0123456789")
    return Block(_KINDS[name], text, int(code[len(name) :] or 0))


def _plain(value: Any) -> Any:
    if isinstance(value, Moment):
        return value.iso
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Block | Headline | Dropped | Image | Evidence):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


def _all(kind: type) -> Any:
    return lambda rows: tuple(kind(**row) for row in rows)


_READERS: dict[str, Any] = {
    "authors": tuple,
    "tags": tuple,
    "alternates": tuple,
    "published": Moment,
    "modified": Moment,
    "image": lambda row: Image(**row),
    "blocks": lambda rows: tuple(Block(Kind(row["kind"]), row["text"], row.get("level", 0)) for row in rows),
    "headlines": _all(Headline),
    "dropped": _all(Dropped),
    "evidence": lambda places: tuple(Evidence(field, place) for field, place in places.items()),
}


# --- where articles are found -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """One publication to watch, as `sources.toml` declares it; most say nothing but `home`.

    `feeds`, `sitemaps`, `sections` stand in for what would be discovered of that kind. `hosts` are further hosts
    whose pages belong to it (`*` for any), `include` and `exclude` regular expressions searched for in addresses.
    `delay` is the least gap in seconds between two requests to its host, `headers` and `cookies` go with each
    request to its own hosts, `keep` are the kinds of article to archive, every kind when it is empty.
    """

    name: str
    home: str
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    delay: float | None = None
    headers: Headers = ()
    cookies: tuple[tuple[str, str], ...] = ()
    keep: tuple[str, ...] = ()
    paused: bool = False

    @property
    def asked_with(self) -> Headers:
        """The headers that go with each request to its own hosts, cookies among them."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies)
        return (*self.headers, ("cookie", cookies)) if cookies else self.headers


class Place(StrEnum):
    """Where a link to an article was seen."""

    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class Link:
    """An address that is probably an article's, and where it was seen.

    `url` is spelled as the archive does (`urls.clean`). `found_at` is the feed, sitemap or section page, `rank` its
    position there from 1. `headline` is what it is called there, `variants` what it is called elsewhere; `published`
    and `modified` (aware UTC) are what the place says.
    """

    url: str
    found_at: str
    place: Place
    rank: int
    headline: str | None = None
    published: datetime | None = None
    modified: datetime | None = None
    variants: tuple[Headline, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A feed, sitemap or section page to come back to, and how it stands.

    `kind` is home, feed, sitemap, section, or page: a further page of a section that did not come last time.
    `state` is one of

    * alive: it answered, or said that nothing changed
    * new: heard of or guessed, and not answered yet
    * failed: no usable answer this time; come back
    * moved: answers for good at `moved_to`, which is an endpoint of its own now
    * gone: 410, no longer listed in its index, or a page that was read; never ask again

    `index` is the sitemap that lists this one, `modified` when that says it was changed; `title` is a feed's name.
    """

    url: str
    kind: str
    state: str = "alive"
    moved_to: str | None = None
    index: str | None = None
    modified: datetime | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at a source gave: its links, each address once, and the endpoints to remember for the next look.

    `notes` says in a line each what went wrong or was left out.
    """

    links: tuple[Link, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """One address to come back to: whose it is, when it is due, and what was there last.

    `kind` is article, home, feed, sitemap or section; `state` one of the archive's words for it.
    `place` and `headline` are where its link was seen and what it was called there, `variants` what it was called
    elsewhere, a JSON list of [place, text]. Times are aware UTC.
    """

    url: str
    kind: str
    found: datetime
    source: str | None = None
    state: str = "new"
    due: datetime | None = None
    gap: timedelta = timedelta(hours=1)
    attempts: int = 0
    etag: str | None = None
    last_modified: str | None = None
    page: str | None = None
    extractor: str | None = None
    modified: datetime | None = None
    place: str | None = None
    headline: str | None = None
    variants: str | None = None
    article_id: int | None = None
    doubts: int = 0
    asked: datetime | None = None
    changed: datetime | None = None
    said: str | None = None
    id: int = 0
