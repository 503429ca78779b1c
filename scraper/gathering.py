"""Gathers the articles that carry one text into stories, inside the transaction of whoever keeps them."""

from __future__ import annotations

import json
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scraper import signatures, sql, stories
from scraper.signatures import Text
from scraper.stories import Bond, Member

MOST_HOLDERS = 64
"""Articles looked at for one band, the first ones: a phrase of credits is in ten thousand."""

MOST_COMPARED = 40
"""Articles that a new one is held against, those with the most bands in common first."""

_DIGEST = "digest || ' ' || length(body)"
"""What a body is known by: the digest alone does not say where the dek ends and the body begins."""
_SHARES = 20_000
"""Pairs of which is remembered how much they share: 5 MB."""
_REMEMBERED = 300_000
"""Words of the texts that are kept ready, 30 MB of them: what has just come is what copies come of."""


class _Known(NamedTuple):
    id: int
    site: str | None
    text: Text


class Gathering:
    """The stories of one archive; every method changes rows in the transaction that is open."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._texts: OrderedDict[tuple[int, str], Text] = OrderedDict()
        self._held = 0
        self._shares: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def add(self, article_id: int, text: Text | None = None) -> None:
        """An article that is new or has another text: its copies are found, and whatever story that makes."""
        known = self._known(article_id, text)
        if len(known.text.distinct) < stories.SHORTEST:
            return
        copies = self._copies(known)
        bands = [(band, article_id) for band in known.text.bands]
        self._db.executemany("insert or ignore into bands values (?, ?)", bands)
        if copies:
            self._db.executemany("insert or replace into copies values (?, ?, ?, ?, ?)", copies)
            self.regroup([article_id])

    def retell(self, article_id: int, body: str, text: Text) -> None:
        """An article that had this body, and has another text now."""
        self.forget(article_id, body)
        self.add(article_id, text)

    def forget(self, article_id: int, body: str) -> None:
        """An article that had this text, and has it no more."""
        bands = [(band, article_id) for band in signatures.text(body).bands]
        self._db.executemany("delete from bands where hash = ? and article_id = ?", bands)
        others = [row[0] for row in self._db.execute("select other_id from copies where article_id = ?", (article_id,))]
        if others:
            pairs = [pair for other in others for pair in ((article_id, other), (other, article_id))]
            self._db.executemany("delete from copies where article_id = ? and other_id = ?", pairs)
            self.regroup([article_id, *others])

    def regroup(self, articles: Iterable[int]) -> None:
        """The stories among these articles and all that hang together with them, made anew."""
        bonds = self._bonds(articles)
        ids = json.dumps(sorted(bonds))
        rows = self._db.execute(_MEMBERS, (ids,)).fetchall()
        told = stories.grouped((Member(*row) for row in rows), bonds)
        self._db.execute("delete from stories where article_id in (select value from json_each(?))", (ids,))
        self._db.executemany("insert into stories values (?, ?, ?, ?, ?)", self._rows(told))

    def text(self, article_id: int) -> Text:
        """An article's text as it is held against others."""
        return self._known(article_id).text

    def is_copied(self, article_id: int) -> bool:
        query = "select 1 from copies where article_id = ? limit 1"
        return self._db.execute(query, (article_id,)).fetchone() is not None

    # --- how ------------------------------------------------------------------

    def _copies(self, new: _Known) -> list[tuple[int, int, float, float, float]]:
        """A row for each direction of each pair."""
        found = []
        for other in map(self._known, self._candidates(new)):
            told = stories.likeness(new.text, other.text)
            if told.is_copy:
                found.append((new.id, other.id, told.jaccard, told.contained, told.of_other))
                found.append((other.id, new.id, told.jaccard, told.contained, told.of_one))
        return found

    def _candidates(self, new: _Known) -> list[int]:
        """Articles of other sites; a site's own texts that are nearly alike are its patterns."""
        holders = (
            [row[0] for row in self._db.execute(_HOLDERS, (band, new.id, MOST_HOLDERS))] for band in new.text.bands
        )
        found = stories.candidates(holders, MOST_COMPARED)
        if not found:
            return []
        elsewhere = self._db.execute(_ELSEWHERE, (json.dumps(found), new.site))
        return [row[0] for row in elsewhere]

    def _known(self, article_id: int, given: Text | None = None) -> _Known:
        site, digest = self._db.execute(f"select site, {_DIGEST} from articles where id = ?", (article_id,)).fetchone()
        text = self._texts.pop((article_id, digest), None)
        if text is None:
            text = given or self._read(article_id)
            self._held += len(text.shingles)
        self._texts[article_id, digest] = text
        while self._held > _REMEMBERED and len(self._texts) > 1:
            _, oldest = self._texts.popitem(last=False)
            self._held -= len(oldest.shingles)
        return _Known(article_id, site, text)

    def _read(self, article_id: int) -> Text:
        query = "select body from articles where id = ?"
        [body] = sql.readable(self._db, lambda: self._db.execute(query, (article_id,)).fetchone())
        return signatures.text(body)

    def _bonds(self, articles: Iterable[int]) -> dict[int, dict[int, Bond]]:
        """Every article that hangs together with these, over however many others, with its copies."""
        found: dict[int, dict[int, Bond]] = {}
        waiting = set(articles)
        while waiting:
            found |= {each: {} for each in waiting}
            for one, other, jaccard, contained in self._db.execute(_BONDS, (json.dumps(sorted(waiting)),)):
                found[one][other] = Bond(jaccard, contained)
            waiting = {other for each in waiting for other in found[each]} - set(found)
        return found

    def _rows(self, told: Iterable[list[Member]]) -> Iterator[tuple[int, str, int, float, float]]:
        for first, *others in told:
            name = stories.name(first)
            yield first.id, name, 1, 1.0, 0.0
            for place, each in enumerate(others, 2):
                yield each.id, name, place, *self._share(first.id, each.id)

    def _share(self, first: int, other: int) -> tuple[float, float]:
        """What another has of the first's text, and what it has of its own.

        Remembered: a story of hundreds of copies is told anew with each that comes, and only that one is not known.
        """
        key = self._digest(first), self._digest(other)
        told = self._shares.pop(key, None)
        if told is None:
            like = stories.likeness(self._known(first).text, self._known(other).text)
            told = round(like.of_one, 3), round(1 - like.of_other, 3)
        self._shares[key] = told
        if len(self._shares) > _SHARES:
            self._shares.popitem(last=False)
        return told

    def _digest(self, article_id: int) -> str:
        return str(self._db.execute(f"select {_DIGEST} from articles where id = ?", (article_id,)).fetchone()[0])


def make(db: sqlite3.Connection, articles: Iterable[int]) -> None:
    """The bands and stories of articles that are new or changed."""
    gathering = Gathering(db)
    for each in articles:
        gathering.add(each)


def forget(db: sqlite3.Connection, articles: Iterable[int]) -> None:
    """The same of articles that are about to change."""
    wanted = json.dumps(list(articles))
    gathering = Gathering(db)
    for row in db.execute("select id, body from articles where id in (select value from json_each(?))", (wanted,)):
        gathering.forget(*row)


def rebuild(db: sqlite3.Connection) -> None:
    """All bands and stories made anew."""
    for statement in ("delete from bands", "delete from copies", "delete from stories"):
        db.execute(statement)
    make(db, [row[0] for row in db.execute("select id from articles order by id")])
    db.execute("insert or replace into made values ('stories', ?)", (signatures.VERSION,))


def astray(db: sqlite3.Connection) -> Iterator[int]:
    """The articles whose bands are not those of their text; all of them are read."""
    stored = dict(db.execute("select article_id, sum(hash) from bands group by article_id"))
    for article_id, body in db.execute("select id, body from articles"):
        told = signatures.text(body)
        wanted = sum(told.bands) if len(told.distinct) >= stories.SHORTEST else None
        if stored.pop(article_id, None) != wanted:
            yield article_id
    yield from stored


def is_current(db: sqlite3.Connection) -> bool:
    """Whether the stories were made by this program's rules."""
    made = db.execute("select version from made where what = 'stories'").fetchone()
    return made is not None and made[0] == signatures.VERSION


_HOLDERS = "select article_id from bands where hash = ? and article_id <> ? limit ?"
_ELSEWHERE = (
    "select j.value from json_each(?) j join articles a on a.id = j.value where a.site is null or a.site is not ?"
)
_BONDS = (
    "select article_id, other_id, jaccard, contained from copies where article_id in (select value from json_each(?))"
)
# Who was first: what says only the day claims no hour of it, and what we have seen was there.
_MEMBERS = (
    "select min(case when length(published) = 10 then published || 'T23:59:59+00:00' "
    "else coalesce(published_utc, first_seen) end, first_seen), first_seen, url, id "
    "from articles where id in (select value from json_each(?))"
)
