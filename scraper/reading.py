"""An article as read from one page, with what an archive makes of it: its rows, and which article it is."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from scraper import derived, extract, originals, prints, revisions, tables, urls
from scraper.errors import Unusable
from scraper.models import Article, Dropped, Evidence, Page, blocks
from scraper.prints import Prints

_SAYS_SO = ("link canonical", "meta og:url")


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as read from one page, with what the archive derives of it."""

    article: Article
    page: Page
    extractor: str
    url: str
    read_at: str
    site: str | None
    at: str
    prints: Prints

    @classmethod
    def of(cls, article: Article, page: Page, extractor: str) -> Self:
        read_at = clean(page.url)
        url = article.url or read_at
        return cls(
            article,
            page,
            extractor,
            url,
            read_at,
            None if url.startswith("capture:") else urls.site(url),
            utc(page.fetched_at),
            prints.of(article),
        )

    @property
    def digest(self) -> str:
        return self.prints.digest

    @property
    def text_digest(self) -> str:
        return self.prints.text_digest

    def identities(self) -> list[str]:
        """The addresses that say which article this is.

        Its own; and where the page itself claims no other address, those it moved from for good.
        A rolling address (`/latest`) that redirects for now, or that names another as canonical, says nothing.
        """
        if self.url != self.read_at:
            return [self.url]
        return [self.url, *(clean(hop.url) for hop in self.page.hops if hop.status in (301, 308))]

    def addresses(self) -> dict[str, str]:
        """Every address this article is known to have, with how."""
        found = {self.url: "canonical" if self.url != self.read_at else "address", self.read_at: "address"}
        for hop in self.page.hops:
            found.setdefault(clean(hop.url), "redirect" if hop.status in (301, 308) else "requested")
        for each in self.article.alternates:
            found.setdefault(each, "alternate")
        return found

    def is_elsewhere(self, old: sqlite3.Row) -> bool:
        """Whether this is a view of a known article at another address than its own: AMP, print, a copy.

        A saved page has no address; it is the article's own where it says so itself.
        """
        if self.read_at.startswith("capture:") and self.url == old["url"] and self.own_place in _SAYS_SO:
            return False
        return self.read_at not in (old["url"], old["read_at"])

    def shows_all_of(self, old: sqlite3.Row) -> bool:
        """Whether the article is seen at its own address again, and more of it than a teaser."""
        is_away = old["status"] != "live" and not self.is_elsewhere(old)
        return is_away and not revisions.is_teaser(derived.told(old), self.article)

    def needs_another_reading_of(self, old: sqlite3.Row) -> bool:
        """Whether the article was read by other means than those of this program, and the text looks changed."""
        is_ours = self.extractor == extract.VERSION and bool(old["extractor"])
        other = (old["extractor"], old["rules"]) != (self.extractor, self.rules)
        return is_ours and other and old["digest"] != self.digest and old["page"] != self.page.digest

    def stands_as(self, old: sqlite3.Row) -> bool:
        """Whether the text is the same letter by letter and in the same paragraphs."""
        told = self.article
        now = (told.headline, told.summary, told.body, told.layout)
        return now == tuple(old[name] for name in ("headline", "summary", "body", "layout"))

    def is_better_known(self, old: sqlite3.Row) -> bool:
        """Whether this is the article's own page at last, after a view of it (print, say) that named no other.

        A page that says of itself which address is its own knows better than one that says nothing.
        """
        places = json.loads(old["evidence"])
        return self.url != old["url"] and self.own_place in _SAYS_SO and places.get("url") not in _SAYS_SO

    @property
    def rules(self) -> str:
        """The rules it was read by; empty where nobody says what read it."""
        return tables.version() if self.extractor else ""

    @property
    def own_place(self) -> str | None:
        """Where the page says which address is its own; `address` when it says nothing."""
        return next((each.place for each in self.article.evidence if each.field == "url"), None)

    def is_rereading(self, old: sqlite3.Row) -> bool:
        """Whether the reading changed and not the page: another extractor, or its own address after another."""
        return bool(self.page.digest == old["page"] or self.read_at == old["url"] != old["read_at"])

    def row(self) -> dict[str, Any]:
        told = self.article
        return {
            "url": self.url,
            "site": self.site,
            "headline": told.headline,
            "summary": told.summary,
            "authors": json.dumps(told.authors, ensure_ascii=False),
            "published": told.published and told.published.iso,
            "published_utc": told.published and told.published.sortable,
            "modified": told.modified and told.modified.iso,
            "modified_utc": told.modified and told.modified.sortable,
            "section": told.section,
            "tags": json.dumps(told.tags, ensure_ascii=False),
            "language": told.language,
            "site_name": told.site_name,
            "image": told.image and told.image.url,
            "caption": told.image and told.image.caption,
            "paywalled": int(told.paywalled),
            "body": told.body,
            "layout": told.layout,
            "words": told.words,
            "digest": self.digest,
            "text_digest": self.text_digest,
            "page": self.page.digest,
            "read_at": self.read_at,
            "evidence": json.dumps({each.field: each.place for each in told.evidence}, ensure_ascii=False),
            "kind": told.kind,
            "quality": told.quality,
            "extractor": self.extractor,
            "rules": self.rules,
            "last_seen": self.at,
        }


def rows_of(article: Article, page: Page, extractor: str = "") -> dict[str, Any]:
    """The rows an archive would make of one reading that it sees first: article, urls, headlines, dropped, request."""
    new = Reading.of(article, page, extractor)
    return {
        "article": new.row() | {"revision": 1, "status": "live", "first_seen": new.at},
        "urls": [{"url": url, "place": place, "first_seen": new.at} for url, place in new.addresses().items()],
        "headlines": [
            {"place": each.place, "text": each.text, "first_seen": new.at, "last_seen": new.at}
            for each in article.headlines
        ],
        "dropped": [
            {"line": each.line, "text": each.text, "reason": each.reason}
            for each in article.dropped
            if not each.reason.startswith("outside")
        ],
        "fetch": originals.row(page) | {"error": None},
    }


def told(row: Mapping[str, Any] | sqlite3.Row, dropped: Iterable[Dropped] = ()) -> Article:
    """What a row says that digests are made of. Raises `AttributeError`, `KeyError` or `ValueError` if it is torn."""
    return Article(
        headline=row["headline"],
        summary=row["summary"],
        blocks=blocks(row["body"], row["layout"]),
        dropped=tuple(dropped),
        evidence=tuple(Evidence(field, place) for field, place in json.loads(row["evidence"]).items()),
    )


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def clean(url: str) -> str:
    """The archive's spelling; what is no web address (`capture:…`) is its own."""
    try:
        return urls.clean(url)
    except Unusable:
        return url
