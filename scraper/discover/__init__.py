"""`links(source)`: where a source's articles are. A flow: it yields what it wants to read and is sent what came."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime

from scraper.errors import FetchError
from scraper.models import Endpoint, Found, Page, Request, Source, Unchanged

Answer = Page | Unchanged | FetchError
Flow = Generator[Request, Answer, Found]


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier looks learnt: the endpoints they gave, whether an address was seen before, and how old is too old.

    `is_known` ends pagination: a section page that shows nothing new has nothing new behind it. What a sitemap says
    was last changed before `since` is left out.
    """

    endpoints: tuple[Endpoint, ...] = ()
    is_known: Callable[[str], bool] = lambda _: False
    since: datetime | None = None


def links(source: Source, known: Known = Known()) -> Flow:
    """Every article a source links to, and the endpoints to come back to.

    Without known endpoints they are looked for: declared ones first, else what the home page and robots.txt name,
    else the usual places. With them each is asked once, and nothing is discovered anew unless all are gone.
    """
    yield Request(source.home)
    return Found()
