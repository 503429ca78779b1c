"""Questions about change: what happened to an article, every edit of the archive, each headline it ever had."""

from __future__ import annotations

import hashlib
import html
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from scraper import atom, derived, difference, edits, originals, query
from scraper.errors import ArchiveError, ConfigError
from scraper.models import Article, Page
from scraper.query import Filters

NEW = "first seen"
"""The kind of the event that begins every history."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an article. `at` is UTC; `kind` one of `edits.KINDS`, or `first seen`."""

    article_id: int
    url: str
    at: str
    revision: int
    kind: str
    words: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Variant:
    """A wording of a headline and where it stood, from when to when (UTC).

    `state` is `now`, `until then`, or `by turns` where the place showed another one in the same time: a test of two
    headlines, or a page that is not the same for everyone. `chosen` says that the record has it.
    """

    text: str
    place: str
    first_seen: str
    last_seen: str
    state: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """Two wordings of one article, by their numbers."""

    article_id: int
    url: str
    at: str
    old: int
    new: int
    before: Article
    after: Article

    def changes(self) -> list[edits.Change]:
        return edits.between(self.before, self.after)

    def events(self) -> list[Event]:
        """The changes as events of the time when the newer wording was first seen."""
        own = ("kind", "words", "before", "after")
        newer = max(self.old, self.new)
        return [
            Event(self.article_id, self.url, self.at, newer, **{name: getattr(each, name) for name in own})
            for each in self.changes()
        ]

    def record(self) -> dict[str, Any]:
        """The two wordings and the changes with their words, JSON-ready."""
        sides = {"before": self.before, "after": self.after}
        told = {name: {"headline": side.headline, "body": side.body} for name, side in sides.items()}
        changes = [{name: getattr(each, name) for name in each.__slots__} for each in self.changes()]
        return {"url": self.url, "old": self.old, "new": self.new, "at": self.at, **told, "changes": changes}


class History(query.Reader):
    """An archive open for questions about change: `with History(path) as archive: archive.edits()`."""

    def history(self, which: str) -> list[Event]:
        """Everything that happened to an article, the first sight first. Raises `ArchiveError` if there is none."""
        row = self._existing(which)
        wordings = self._wordings(row)
        first = wordings[0]
        found = [Event(row["id"], row["url"], first["seen"], 1, NEW, first["headline"] or "", None, None)]
        stored = self._all("select * from changes where article_id = ? order by at, id", row["id"])
        found += [_event(each, row["url"]) for each in _turns(stored)]
        told = {each["revision"] for each in stored if each["kind"] not in edits.OF_STATUS}
        for old, new in pairwise(wordings):
            if new["number"] not in told:
                found += _told_now(row, old, new)
        return sorted(found, key=lambda event: (event.at, event.revision))

    def diff(self, which: str, old: int | None = None, new: int | None = None) -> Difference:
        """Two wordings of an article: the last two, or those with these numbers (from 1).

        Raises `ArchiveError` when there is no such article or wording, or only one.
        """
        row = self._existing(which)
        if new is None:
            new = row["revision"]
        if old is None:
            old = new - 1
        wordings = {each["number"]: each for each in self._wordings(row)}
        for number in (old, new):
            if number not in wordings:
                last = f"its wordings are 1 to {row['revision']}" if row["revision"] > 1 else "there is one wording"
                raise ArchiveError(f"no wording {number} of {row['url']}: {last}")
        at = max(wordings[old]["seen"], wordings[new]["seen"])
        sides = (_article(wordings[number], row["url"]) for number in (old, new))
        return Difference(row["id"], row["url"], at, old, new, *sides)

    def edits(self, kinds: Sequence[str] = (), filters: Filters = Filters(), limit: int = 100) -> list[Event]:
        """What changed in all articles, the newest first, of some kinds or all.

        `since` and `until` of the filters are held against the time of the change, the rest against the article.
        """
        unknown = [kind for kind in kinds if kind not in edits.KINDS]
        if unknown:
            raise ConfigError(f"--kind {unknown[0]!r} is none of {', '.join(edits.KINDS)}")
        found = [row for kind in dict.fromkeys(kinds or [""]) for row in self._edits(kind, filters, limit)]
        found.sort(key=lambda row: row["id"])
        found.sort(key=lambda row: row["at"], reverse=True)
        return [_event(row, row["url"]) for row in found[:limit]]

    def _edits(self, kind: str, filters: Filters, limit: int) -> list[sqlite3.Row]:
        """One kind at a time: each is an index of its own, several of them would be sorted (350 ms at a million)."""
        where, values = query.where(filters, "c.at")
        if kind:
            where, values = f"c.kind = ? and {where}", [kind, *values]
        return self._all(
            f"select c.*, a.url from changes c join articles a on a.id = c.article_id where {where} and {_IS_TURN} "
            "order by c.at desc, c.id limit ?",
            *values,
            limit,
        )

    def headlines(self, which: str) -> list[Variant]:
        """Each wording of the headline and where it stood, by place, the first first."""
        row = self._existing(which)
        seen = self._all("select * from headlines where article_id = ? order by place, first_seen, text", row["id"])
        return list(_variants(seen, row["headline"] or ""))

    def wording(self, article_id: int, number: int) -> Article:
        """What a wording says, without the fields that only the current one has. Raises `ArchiveError` if none."""
        row = self._existing(str(article_id))
        found = next((each for each in self._wordings(row) if each["number"] == number), None)
        if found is None:
            raise ArchiveError(f"no wording {number} of {row['url']}")
        return _article(found, row["url"])

    def rows(self, question: str, *values: object) -> list[sqlite3.Row]:
        """The answer to a question in SQL."""
        return self._all(question, *values)

    def kept_page(self, which: str, number: int | None = None) -> Page:
        """The page an article, or one of its wordings, was read from, as it came.

        Raises `ArchiveError` when there is no such article, wording or page.
        """
        row = self._existing(which)
        digest = row["page"]
        if number not in (None, row["revision"]):
            digest = next((each["page"] for each in self._wordings(row) if each["number"] == number), "")
        answers = self._all(
            "select * from fetches where article_id = ? and page = ? order by at desc limit 1", row["id"], digest
        )
        body = self.page(digest)
        if not answers:
            return Page(row["read_at"], body, 0, (), datetime.fromisoformat(row["last_seen"]))
        return originals.of(answers[0], body)

    def _existing(self, which: str) -> sqlite3.Row:
        row = self._row_of(which)
        if row is None:
            raise ArchiveError(f"no article {which} in {self.path}")
        return row

    def _wordings(self, row: sqlite3.Row) -> list[sqlite3.Row]:
        return self._all(f"{derived.WORDINGS} where w.article_id = ? order by number", row["id"])


def _turns(changes: list[sqlite3.Row]) -> Iterator[sqlite3.Row]:
    """Without marks of a status that stood already: two archives saw it, each in its own time."""
    stood = "restored"
    for each in changes:
        if each["kind"] != stood:
            yield each
        if each["kind"] in edits.OF_STATUS:
            stood = each["kind"]


_STATUS = ", ".join(f"'{kind}'" for kind in edits.OF_STATUS)
_IS_TURN = (
    f"(c.kind not in ({_STATUS}) or c.kind <> coalesce((select b.kind from changes b where b.article_id = c.article_id "
    f"and b.kind in ({_STATUS}) and (b.at, b.id) < (c.at, c.id) order by b.at desc, b.id desc limit 1), 'restored'))"
)
"""The same as a condition."""


def _event(row: sqlite3.Row, url: str) -> Event:
    own = ("article_id", "at", "revision", "kind", "words", "before", "after")
    return Event(url=url, **{name: row[name] for name in own})


def _told_now(row: sqlite3.Row, old: sqlite3.Row, new: sqlite3.Row) -> Iterator[Event]:
    """The changes of a wording that were not written down: the archive is older than the table of changes."""
    for each in edits.between(derived.told(old), derived.told(new)):
        yield Event(row["id"], row["url"], new["seen"], new["number"], each.kind, each.words, each.before, each.after)


def _article(wording: sqlite3.Row, url: str) -> Article:
    return replace(derived.told(wording), url=url)


def _variants(seen: list[sqlite3.Row], headline: str) -> Iterator[Variant]:
    last = {
        where: max((row["last_seen"] for row in seen if _where(row) == where), default="")
        for where in map(_where, seen)
    }
    for row in seen:
        state = _state(row, [each for each in seen if each["place"] == row["place"]], last[_where(row)])
        own: dict[str, Any] = {name: row[name] for name in ("text", "place", "first_seen", "last_seen")}
        yield Variant(**own, state=state, chosen=row["text"] == headline)


_BESIDE = frozenset(("feed", "section link", "sitemap"))
"""Places that are not on the article's page: each is seen in its own time."""


def _where(row: sqlite3.Row) -> str:
    return row["place"] if row["place"] in _BESIDE else "page"


def _state(row: sqlite3.Row, beside: list[sqlite3.Row], last: str) -> str:
    """What became of a wording at its place. Seen at one and the same time only (a page with two h1) is no turn."""
    for other in beside:
        both = other["text"] != row["text"]
        crossing = other["first_seen"] <= row["last_seen"] and row["first_seen"] <= other["last_seen"]
        if both and crossing and (other["first_seen"], other["last_seen"]) != (row["first_seen"], row["last_seen"]):
            return "by turns"
    return "now" if row["last_seen"] == last else "until then"


# --- as feeds -------------------------------------------------------------------


def feed(events: Sequence[Event], title: str, address: str) -> str:
    """Events as an Atom feed, the newest first; what was taken out and put in is marked."""
    newest = sorted(events, key=lambda event: event.at, reverse=True)
    return atom.feed(title, address, map(_entry, newest))


def feed_of(variants: Sequence[Variant], url: str) -> str:
    """The headlines of an article as an Atom feed: an entry when a wording was first seen at a place."""
    newest = sorted(variants, key=lambda variant: variant.first_seen, reverse=True)
    entries = (
        atom.Entry(
            f"{url}#headline-{_named(each.place, each.text)}",
            each.text,
            url,
            each.first_seen,
            f"{each.place}, {each.first_seen} to {each.last_seen}, {each.state}",
            category=each.place,
        )
        for each in newest
    )
    return atom.feed(f"Headlines of {url}", f"{url}#headlines", entries)


def _entry(event: Event) -> atom.Entry:
    marked = "".join(difference.escaped(piece) for piece in edits.pieces(event.before or "", event.after or ""))
    return atom.Entry(
        f"{event.url}#{event.revision}-{_named(event.at, event.kind, event.words, event.before, event.after)}",
        f"{event.kind}: {event.words}" if event.words else event.kind,
        event.url,
        event.at,
        marked.strip() or html.escape(event.words),
        is_html=True,
        category=event.kind,
    )


def _named(*parts: str | None) -> str:
    return hashlib.sha256("\0".join(part or "" for part in parts).encode()).hexdigest()[:16]
