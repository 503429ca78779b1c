"""The stories of an archive as they are read: who was first, and what each site made of the text."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, fields
from typing import Any

from scraper import signatures, stories


@dataclass(frozen=True, slots=True)
class Copy:
    """One article of a story.

    `shared` is the share of the first's words that stand here, in runs of three and more, `own` the share of
    the words here that the first does not have; `cut` and `added` are the paragraphs that make the difference.
    """

    id: int
    url: str
    site: str | None
    headline: str | None
    published: str | None
    first_seen: str
    words: int
    shared: float
    own: float
    cut: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """One text that several sites carry; the copies in the order of publication, the first of them first."""

    id: str
    copies: tuple[Copy, ...]

    @property
    def first(self) -> Copy:
        return self.copies[0]

    def record(self) -> dict[str, Any]:
        """The story as JSON-ready values."""
        told = [{field.name: getattr(each, field.name) for field in fields(Copy)} for each in self.copies]
        sites = sorted({each.site for each in self.copies if each.site})
        return {"id": self.id, "headline": self.first.headline, "first": self.first.url, "sites": sites, "copies": told}


def newest(db: sqlite3.Connection, where: str, values: list[str], limit: int) -> list[Story]:
    """The stories with an article for which `where` holds, those that were seen last first."""
    found: dict[str, None] = {}
    rows = db.execute(
        "select s.story from stories s join articles a on a.id = s.article_id "
        f"where {where} order by s.article_id desc",
        values,
    )
    for (name,) in rows:
        found[name] = None
        if len(found) == limit:
            break
    return [_story(db, name) for name in found]


def story(db: sqlite3.Connection, name: str) -> Story | None:
    """A story by its name, with the paragraphs that each copy cut and added."""
    told = _story(db, name)
    if not told.copies:
        return None
    first = _paragraphs(db, told.first.id)
    return Story(name, (told.first, *(_compared(db, first, each) for each in told.copies[1:])))


def name_of(db: sqlite3.Connection, article_id: int) -> str | None:
    """The story that an article belongs to, if there is another copy."""
    row = db.execute("select story from stories where article_id = ?", (article_id,)).fetchone()
    return row[0] if row else None


def _story(db: sqlite3.Connection, name: str) -> Story:
    rows = db.execute(
        "select a.id, a.url, a.site, a.headline, a.published, a.first_seen, a.words, s.shared, s.own "
        "from stories s join articles a on a.id = s.article_id where s.story = ? order by s.place",
        (name,),
    )
    return Story(name, tuple(Copy(*row) for row in rows))


_Paragraphs = list[tuple[str, list[int]]]


def _paragraphs(db: sqlite3.Connection, article_id: int) -> _Paragraphs:
    [body] = db.execute("select body from articles where id = ?", (article_id,)).fetchone()
    return [(text, signatures.shingles(text)) for text in body.split("\n\n")]


def _compared(db: sqlite3.Connection, first: _Paragraphs, copy: Copy) -> Copy:
    told = stories.edits(first, _paragraphs(db, copy.id))
    own = {name: getattr(copy, name) for name in Copy.__slots__}
    return Copy(**own | {"cut": told.cut, "added": told.added})
