"""Questions to the archive: search, list, show, export, stats. Reads only, beside a writer if need be."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scraper import schema, tellings, urls
from scraper.errors import ArchiveError, ConfigError, Unusable
from scraper.models import Article, Dropped, Evidence, Headline, Image, Moment, blocks
from scraper.tellings import Story

NEWEST = 5000
"""How many of the newest matches are ranked by default: a word that is everywhere stays quick to search."""


COMMON = 20_000
"""Articles with a word from which it says little of any of them. BM25 counts all that have it: 24 ms for a million."""

SPAN = 25_000
"""Articles, the newest, among which a phrase is looked for first: each that has all its words must be opened."""

ENOUGH = 200
"""Matches of a phrase with which older articles are no longer looked at."""

_PHRASE = re.compile(r'"[^"]*[^\W"][^\w"]+\w[^"]*"')
"""A term of several words; FTS5 also takes apart what we write in one, `covid-19`."""

_IN_HEADLINE = 1.0
"""What such a word in the headline is worth, in BM25: as much as a rare one in the body."""


class Order(Enum):
    """Which matches come first."""

    BEST_OF_NEWEST = "best of the newest 5,000"
    NEWEST = "newest"
    BEST = "best of all"


@dataclass(frozen=True, slots=True)
class Filters:
    """What else must hold. `since` and `until` are days or moments in ISO 8601, both included.

    They are held against the time of publication, or, where the page gave none, of first sight.
    """

    site: str | None = None
    since: str | None = None
    until: str | None = None
    author: str | None = None
    section: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands around a match in a snippet."""

    before: str = "**"
    after: str = "**"


@dataclass(frozen=True, slots=True)
class Hit:
    """One article in a list; `snippet` is empty where nothing was searched for."""

    id: int
    url: str
    headline: str | None
    site: str | None
    published: str | None
    first_seen: str
    words: int
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """An article as it stands in the archive."""

    id: int
    article: Article
    addresses: tuple[str, ...]
    revision: int
    status: str
    page: str
    extractor: str
    first_seen: str
    last_seen: str
    cluster: str | None = None
    """The story that it carries, where another site carries it too."""

    def record(self) -> dict[str, Any]:
        """The record with what the archive knows of it; the names other tools look for.

        The `status` is `paywalled` also where there was never more than a teaser.
        """
        told = self.article.record()
        is_teaser = self.status == "live" and self.article.kind == "stub"
        return told | {
            "id": self.id,
            "revisions": self.revision,
            "status": "paywalled" if is_teaser else self.status,
            "first_seen": self.first_seen,
            "last_seen": self.last_seen,
            "urls": list(self.addresses),
            "page": self.page,
            "extractor": self.extractor,
            "cluster": self.cluster,
        }


class Reader:
    """An archive open for questions: `with Reader(path) as archive: archive.search("budget")`.

    Raises `ArchiveError` in one line when there is none, or none that this program knows.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._db = schema.reader(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    def search(
        self,
        words: str,
        filters: Filters = Filters(),
        order: Order = Order.BEST_OF_NEWEST,
        marks: Marks = Marks(),
        limit: int = 20,
    ) -> list[Hit]:
        """The articles that match, with the place of the match; any text is a question, none is an error."""
        match = expression(words)
        if match is None:
            return []
        found = self._newest(match, filters, {Order.BEST: -1, Order.NEWEST: limit}.get(order, NEWEST))
        if order is not Order.NEWEST and found:
            found = self._ranked(match, terms(words) if order is Order.BEST_OF_NEWEST else [], found)[:limit]
        snippets = self._snippets(match, found, marks)
        return [_hit(row, snippets.get(row["id"], "")) for row in self._rows(found)]

    def listing(self, filters: Filters = Filters(), limit: int = 20) -> list[Hit]:
        """The newest articles, by time of first sight."""
        where, values = _where(filters)
        rows = self._all(f"select * from articles a where {where} order by id desc limit ?", *values, limit)
        return [_hit(row) for row in rows]

    def show(self, which: str) -> Stored:
        """The article with this id, or any address it was ever seen at. Raises `ArchiveError` if there is none."""
        row = self._row_of(which)
        if row is None:
            raise ArchiveError(f"no article {which} in {self.path}")
        return self._stored(row)

    def find(self, which: str) -> Stored | None:
        """The same, or None."""
        row = self._row_of(which)
        return None if row is None else self._stored(row)

    def everything(self, filters: Filters = Filters()) -> Iterator[Stored]:
        """Every article in the order of first sight, a batch of rows at a time."""
        where, values = _where(filters)
        last = 0
        while True:
            rows = self._all(
                f"select * from articles a where a.id > ? and {where} order by a.id limit {_BATCH}",
                last,
                *values,
            )
            yield from map(self._stored, rows)
            if not rows:
                return
            last = rows[-1]["id"]

    def stories(self, filters: Filters = Filters(), limit: int = 20) -> list[Story]:
        """Texts that several sites carry, those that were seen last first."""
        where, values = _where(filters)
        with schema.translated(self.path):
            return tellings.newest(self._db, where, values, limit)

    def story(self, which: str) -> Story:
        """A story by its name, or by an address or the number of one of its articles, with what each copy changed.

        Raises `ArchiveError` when there is none.
        """
        with schema.translated(self.path):
            told = tellings.story(self._db, which)
            row = None if told else self._row_of(which)
            name = row and tellings.name_of(self._db, row["id"])
            told = tellings.story(self._db, name) if name else told
        if told is None:
            raise ArchiveError(f"{which} is {'carried by no other site' if row else 'not in the archive'}")
        return told

    def __len__(self) -> int:
        return int(self._one("select count(*) from articles")[0])

    def page(self, digest: str) -> bytes:
        """The bytes of a kept page. Raises `ArchiveError` if it is gone, `DamagedArchive` if it is torn."""
        from scraper import originals

        path = schema.pages_path(self.path)
        with closing(schema.reader(path)) as pages, schema.translated(path):
            return originals.body(pages, digest)

    def stats(self) -> dict[str, Any]:
        """Counts and sizes, by kind, by site and by language, the largest first."""
        counted = "select count(*), sum(words), min(first_seen), max(last_seen) from articles"
        articles, words, first, last = self._one(counted)
        return {
            "articles": articles,
            "words": words or 0,
            "revisions": self._one("select count(*) from revisions")[0],
            "addresses": self._one("select count(*) from urls")[0],
            "fetches": self._one("select count(*) from fetches")[0],
            "failed": self._one("select count(*) from fetches where error is not null")[0],
            "first_seen": first,
            "last_seen": last,
            "bytes": self.path.stat().st_size,
            "page_bytes": schema.pages_path(self.path).stat().st_size if schema.pages_path(self.path).exists() else 0,
            "kinds": self._counts("kind"),
            "sites": self._counts("site"),
            "languages": self._counts("language"),
        }

    # --- how ------------------------------------------------------------------

    def _newest(self, match: str, filters: Filters, limit: int) -> list[int]:
        """The newest matches: ids grow with first sight."""
        where, values = _where(replace(filters, site=None))
        within, sites = _of_site(filters.site)
        query = (
            "select f.rowid from articles_fts f "
            + ("" if where == "1" else "join articles a on a.id = f.rowid ")
            + f"where articles_fts match ? and f.rowid between ? and ? {within} and {where} "
            "order by f.rowid desc limit ?"
        )
        found: list[int] = []
        length = SPAN if limit > 0 and _PHRASE.search(match) else 2**62
        for first, last in self._spans(length):
            found += [row[0] for row in self._tuples(query, match, first, last, *sites, *values, limit)]
            if len(found) >= ENOUGH and limit > 0:
                break
        return found[:limit] if limit > 0 else found

    def _spans(self, length: int) -> Iterator[tuple[int, int]]:
        """The newest ids first, so many of them, and then ever longer spans of older ones."""
        last = self._last_id()
        while last > 0:
            yield max(last - length, 0) + 1, last
            last -= length
            length *= 2

    def _ranked(self, match: str, words: list[str], ids: list[int]) -> list[int]:
        """These matches, given newest first, the best first; those of the words that are common say little."""
        common = [word for word in words if self._is_common(word)]
        scores = self._scores(match, ids) if not common else self._scores_beside(match, words, common, ids)
        return sorted(ids, key=lambda each: (scores.get(each, 0.0), -each))

    def _is_common(self, word: str) -> bool:
        """Whether about `COMMON` articles have it, by the share of the newest ones; of a phrase, all its words."""
        if _PHRASE.search(word):
            return all(self._is_common(f'"{each}"') for each in re.findall(r"[^\W_]+", word))
        last = self._last_id()
        if last < COMMON:
            return False
        newest = min(NEWEST, last)
        query = "select count(*) from articles_fts where articles_fts match ? and rowid > ?"
        return int(self._tuples(query, word, last - newest)[0][0]) * last >= COMMON * newest

    def _last_id(self) -> int:
        return int(self._one("select coalesce(max(id), 0) from articles")[0])

    def _scores(self, match: str, ids: list[int]) -> dict[int, float]:
        """How well each matches by BM25, the best lowest; it counts every article that has one of the words."""
        query = (
            "select rowid, bm25(articles_fts, 1, 8, 3) from articles_fts "
            "where articles_fts match ? and rowid between ? and ?"
        )
        return dict(self._tuples(query, match, ids[-1], ids[0]))

    def _scores_beside(self, match: str, words: list[str], common: list[str], ids: list[int]) -> dict[int, float]:
        """The same where words are in very many articles: these say little, and only in a headline."""
        rare = [word for word in words if word not in common]
        scores = self._scores(" OR ".join(rare), ids) if rare else {}
        query = "select rowid from articles_fts where articles_fts match ? and rowid between ? and ?"
        for word in common:
            within = "" if match.strip("()") == word else f" AND ({match})"
            for row in self._tuples(query, f"({{headline}} : {word}){within}", ids[-1], ids[0]):
                scores[row[0]] = scores.get(row[0], 0.0) - _IN_HEADLINE
        return scores

    def _snippets(self, match: str, ids: list[int], marks: Marks) -> dict[int, str]:
        rows = self._all(
            "select rowid, snippet(articles_fts, -1, ?, ?, '…', 24) from articles_fts "
            "where articles_fts match ? and rowid in (select value from json_each(?))",
            marks.before,
            marks.after,
            match,
            json.dumps(ids),
        )
        return {row[0]: " ".join(row[1].split()) for row in rows}

    def _rows(self, ids: list[int]) -> list[sqlite3.Row]:
        query = "select * from articles where id in (select value from json_each(?))"
        rows = {row["id"]: row for row in self._all(query, json.dumps(ids))}
        return [rows[each] for each in ids if each in rows]

    def _row_of(self, which: str) -> sqlite3.Row | None:
        if which.isdecimal() and len(which) < 19:
            rows = self._all("select * from articles where id = ?", int(which))
        else:
            query = "select a.* from urls u join articles a on a.id = u.article_id where u.url = ?"
            rows = self._all(query, which) or self._all(query, _clean(which))
        return rows[0] if rows else None

    def _stored(self, row: sqlite3.Row) -> Stored:
        addresses = self._all("select url from urls where article_id = ? order by first_seen, url", row["id"])
        headlines = self._all(
            "select text, place from headlines where article_id = ? order by first_seen, place", row["id"]
        )
        dropped = self._all("select line, text, reason from dropped where article_id = ? order by line", row["id"])
        found = tuple(each["url"] for each in addresses)
        article = Article(
            url=row["url"],
            headline=row["headline"],
            summary=row["summary"],
            authors=tuple(json.loads(row["authors"])),
            published=Moment(row["published"]) if row["published"] else None,
            modified=Moment(row["modified"]) if row["modified"] else None,
            section=row["section"],
            tags=tuple(json.loads(row["tags"])),
            language=row["language"],
            site_name=row["site_name"],
            image=Image(row["image"], row["caption"]) if row["image"] else None,
            paywalled=bool(row["paywalled"]),
            blocks=blocks(row["body"], row["layout"]),
            headlines=tuple(Headline(each["text"], each["place"]) for each in headlines),
            alternates=tuple(each for each in found if each != row["url"]),
            dropped=tuple(Dropped(each["line"], each["text"], each["reason"]) for each in dropped),
            evidence=tuple(Evidence(field, place) for field, place in json.loads(row["evidence"]).items()),
            kind=row["kind"],
            quality=row["quality"],
        )
        own = ("id", "revision", "status", "page", "extractor", "first_seen", "last_seen")
        cluster = tellings.name_of(self._db, row["id"])
        return Stored(article=article, addresses=found, cluster=cluster, **{name: row[name] for name in own})

    def _counts(self, column: str) -> dict[str, int]:
        rows = self._all(
            f"select {column}, count(*) from articles where {column} is not null group by 1 order by 2 desc, 1"
        )
        return {row[0]: row[1] for row in rows}

    def _all(self, query: str, *values: object) -> list[sqlite3.Row]:
        with schema.translated(self.path):
            return self._db.execute(query, values).fetchall()

    def _tuples(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The same for thousands of rows of one or two numbers."""
        with schema.translated(self.path):
            cursor = self._db.execute(query, values)
            cursor.row_factory = None
            return cursor.fetchall()

    def _one(self, query: str) -> sqlite3.Row:
        return self._all(query)[0]


_BATCH = 500


def _hit(row: sqlite3.Row, snippet: str = "") -> Hit:
    own = ("id", "url", "headline", "site", "published", "first_seen", "words")
    return Hit(**{name: row[name] for name in own}, snippet=snippet)


def _clean(which: str) -> str:
    try:
        return urls.clean(which)
    except Unusable:
        return which


# --- filters ------------------------------------------------------------------

_WHEN = "coalesce(a.published_utc, a.first_seen)"


def _where(filters: Filters) -> tuple[str, list[str]]:
    return where(filters, _WHEN)


def where(filters: Filters, when: str) -> tuple[str, list[str]]:
    """The condition in SQL on the articles `a` and its values, `1` when nothing is asked; `when` is the time held."""
    told = (
        ("(a.site = ? or a.site like '%.' || ?)", _site(filters.site), 2),
        (f"{when} >= ?", _moment(filters.since, "--since", timedelta()), 1),
        (f"{when} < ?", _moment(filters.until, "--until", timedelta(days=1)), 1),
        ("exists (select 1 from json_each(a.authors) where value like '%' || ? || '%')", filters.author, 1),
        ("a.section like ?", filters.section, 1),
        ("a.language = ?", filters.language and filters.language.lower(), 1),
    )
    asked = [(condition, value, times) for condition, value, times in told if value is not None]
    values = [value for _, value, times in asked for _ in range(times)]
    return " and ".join(condition for condition, _, _ in asked) or "1", values


def _of_site(text: str | None) -> tuple[str, list[str]]:
    """That a match is of a site, told by the index of sites: the articles themselves need not be opened."""
    site = _site(text)
    if site is None:
        return "", []
    return "and +f.rowid in (select id from articles where site = ? or site like '%.' || ?)", [site, site]


def _site(text: str | None) -> str | None:
    """A site as the archive names it, from a host, an address, or its name."""
    if text is None:
        return None
    try:
        return urls.site(text if "://" in text else f"http://{text}")
    except Unusable as error:
        raise ConfigError(f"--site {text!r} is no host name") from error


def _moment(text: str | None, option: str, day: timedelta) -> str | None:
    """ISO 8601 in UTC; `day` is added to what is only a day, so that `--until` includes it."""
    if text is None:
        return None
    try:
        if len(text) == len("2024-05-03"):
            return (datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC) + day).isoformat()
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise ConfigError(f"{option} {text!r} is no day or moment like 2024-05-03 or 2024-05-03T18:00") from error
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware.astimezone(UTC) + (timedelta(seconds=1) if day else day)).isoformat()


# --- the language of search ---------------------------------------------------

_TOKENS = re.compile(r'"([^"]*)"?(\*?)|([()])|(-(?=[\w"(]))|([^\s()"]+)')
_MOST_WORDS = 64
_DEEPEST = 20


def expression(words: str) -> str | None:
    """What people type, as an FTS5 expression that is always valid; None when there is nothing to search for.

    "phrases", AND, OR, NOT (in capitals), -without, prefix*, (brackets); words side by
    side must all be there. Everything else is a word like any other.
    """
    return _Parser(_tokens(words)).everything()


def terms(words: str) -> list[str]:
    """The words and phrases of a question that an article may have, each as an FTS5 expression."""
    parser = _Parser(_tokens(words))
    parser.everything()
    return list(dict.fromkeys(parser.terms))


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # "word", "(", ")", "AND", "OR" or "NOT"
    text: str = ""
    prefix: bool = False


def _tokens(words: str) -> list[_Token]:
    speakable = "".join(letter if _is_text(letter) else " " for letter in words)
    found = []
    for phrase, star, bracket, minus, word in _TOKENS.findall(speakable)[: _MOST_WORDS * 2]:
        if bracket:
            found.append(_Token(bracket))
        elif minus:
            found.append(_Token("NOT"))
        elif word in ("AND", "OR", "NOT"):
            found.append(_Token(word))
        else:
            text = word.rstrip("*") if word else phrase
            found.append(_Token("word", text, bool(star) or word.endswith("*")))
    return found


def _is_text(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cs", "Cn")


class _Parser:
    """Recursive descent over the tokens; what makes no sense is passed over."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self.terms: list[str] = []

    def everything(self) -> str | None:
        parts = []
        while self._at < len(self._tokens):
            part = self._either()
            if part:
                parts.append(part)
            self._at += 1  # a closing bracket that nothing opened
        return " AND ".join(parts) or None

    def _either(self) -> str | None:
        parts = [self._both()]
        while self._kind() == "OR":
            self._at += 1
            parts.append(self._both())
        told = [part for part in parts if part]
        return f"({' OR '.join(told)})" if len(told) > 1 else told[0] if told else None

    def _both(self) -> str | None:
        wanted: list[str] = []
        unwanted: list[str] = []
        while (kind := self._kind()) not in (None, "OR", ")"):
            if kind == "AND":
                self._at += 1
                continue
            part = self._negated() if kind == "NOT" else self._single()
            if part:
                (unwanted if kind == "NOT" else wanted).append(part)
        if not wanted:
            return None
        told = " AND ".join(wanted)
        return f"({told}) NOT ({' OR '.join(unwanted)})" if unwanted else f"({told})" if len(wanted) > 1 else told

    def _negated(self) -> str | None:
        while self._kind() in ("NOT", "AND"):
            self._at += 1
        wanted = len(self.terms)
        found = self._single() if self._kind() in ("word", "(") else None
        del self.terms[wanted:]
        return found

    def _single(self) -> str | None:
        token = self._tokens[self._at]
        self._at += 1
        if token.kind == "(":
            return self._bracketed()
        if not any(unicodedata.category(letter)[0] in "LN" for letter in token.text):
            return None
        self.terms.append('"' + token.text.replace('"', '""') + '"' + ("*" if token.prefix else ""))
        return self.terms[-1]

    def _bracketed(self) -> str | None:
        if self._depth >= _DEEPEST:
            return None
        self._depth += 1
        inner = self._either()
        self._depth -= 1
        if self._kind() == ")":
            self._at += 1
        return inner

    def _kind(self) -> str | None:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else None
