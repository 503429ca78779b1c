"""One article with all its rows as a value: read from an archive, joined with what another one has, written.

Joining is the same in whatever order archives are joined, and nothing is lost by it: each wording
with the time at which it was seen is an observation, and the observations of both, in the order of
time, are the revisions; the reading that is newest is the article's. Marks of its status are a
union in the order of time, and an article that was seen after it had vanished was restored then. Two
articles are one where an address that is known for one of them is the other's own.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from scraper import derived, edits, learned, learning, reading, revisions, sql, sums
from scraper.models import Article, Dropped, blocks
from scraper.sql import Row

_OBSERVED = ("seen", "headline", "summary", "body", "layout", "digest", "page", "extractor", "rules")
"""What an observation has, as far as the archive's revisions have it."""

_PLACES = ("canonical", "address", "redirect", "alternate", "requested")
"""How an address is known, the surest first. A `requested` one only led here for a while and says nothing."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """An article's rows without the numbers that only its archive knows."""

    article: Row
    urls: tuple[Row, ...]
    observations: tuple[Row, ...]
    headlines: tuple[Row, ...]
    dropped: tuple[Row, ...]
    marks: tuple[Row, ...] = ()
    counted: tuple[str, ...] = ()
    """Lines that some archive saw it begin or end with when it came, besides those of its first wording here."""

    @property
    def url(self) -> str:
        return str(self.article["url"])

    @property
    def pages(self) -> set[str]:
        """The pages it names."""
        return {self.article["page"], *(each["page"] for each in self.observations)}

    def plain(self) -> Row:
        """The same as JSON-ready values."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def of(cls, told: Row) -> Bundle:
        """What `plain` gave. Raises `KeyError` or `TypeError` when it is something else."""
        names = (name for name in cls.__slots__ if name not in ("article", "counted"))
        beside = {name: tuple(dict(row) for row in _rows_of(told, name)) for name in names}
        return cls(article=dict(told["article"]), counted=tuple(map(str, told.get("counted", ()))), **beside)

    def bare(self, lines: Collection[int]) -> Bundle:
        """The same without the lines of its site that were learned, in any of its wordings."""
        site = self.article["site"]
        told = learned.without(_told(self.article, self.dropped), lines, site) if lines and site else None
        if told is None:
            return self
        article = self.article | {"body": told.body, "layout": told.layout, "words": told.words}
        article |= {"digest": revisions.digest(told), "text_digest": revisions.text_digest(told)}
        dropped = tuple({"line": each.line, "text": each.text, "reason": each.reason} for each in told.dropped)
        observations = tuple(_bare(each, lines, site) for each in self.observations)
        gone = learned.without(_told(self.observations[0]), lines, site).dropped
        counted = _beyond([*self.counted, *(each.text for each in gone)], observations[0], site)
        return replace(self, article=article, observations=observations, dropped=_sorted(dropped), counted=counted)

    def lines(self) -> list[str]:
        """What it began and ended with when it came, wherever that was."""
        return [*_edges(self.observations[0]), *self.counted]


def _edges(row: Row) -> list[str]:
    """The lines at the edges of a wording; none of one that is damaged."""
    try:
        return learned.edges(blocks(row["body"], row["layout"]))
    except (KeyError, ValueError):
        return []


def _beyond(lines: Iterable[str], first: Row, site: str | None) -> tuple[str, ...]:
    """Each of these lines once, without those at the edges of the first wording."""
    if not site:
        return ()
    known = {learned.key(site, line) for line in _edges(first)}
    told = {learned.key(site, line): line for line in sorted(lines, reverse=True)}
    return tuple(sorted(line for number, line in told.items() if number not in known))


def _bare(row: Row, lines: Collection[int], site: str) -> Row:
    told = learned.without(_told(row), lines, site)
    return row | {"body": told.body, "layout": told.layout, "digest": revisions.digest(told)}


def _told(row: Row, dropped: Iterable[Row] = ()) -> Article:
    lines = (Dropped(each["line"], each["text"], each["reason"]) for each in dropped)
    return reading.told({"evidence": "{}"} | row, lines)


def _rows_of(told: Row, name: str) -> Iterable[Row]:
    """The rows of a kind; a file from before there were marks has none."""
    rows: Iterable[Row] = told.get(name, ()) if name == "marks" else told[name]
    return rows


def first(rows: Row) -> Bundle:
    """The article of a single reading, of the rows that `reading.rows_of` gives."""
    beside = {name: tuple(rows[name]) for name in ("urls", "headlines", "dropped")}
    return Bundle(rows["article"], observations=(_standing(rows["article"]),), **beside)


# --- out of an archive --------------------------------------------------------


def read(connection: sqlite3.Connection, article: int) -> Bundle:
    """The article with this id. Raises `KeyError` if there is none."""
    found = sql.found(connection, "select * from articles where id = ?", article)
    if not found:
        raise KeyError(article)
    row = found[0]
    del row["id"]
    observations = _observations(connection, article, row)
    return Bundle(
        row,
        _beside(connection, "urls", article),
        observations,
        _beside(connection, "headlines", article),
        _beside(connection, "dropped", article),
        _marks(connection, article),
        _counted(connection, article, row["site"], observations),
    )


def _counted(connection: sqlite3.Connection, article: int, site: str | None, rows: tuple[Row, ...]) -> tuple[str, ...]:
    """Only its own archive knows of which wordings the lines are counted."""
    lines = {line for row in rows for line in _edges(row)}
    return _beyond(learning.counted(connection, article, site, lines), rows[0], site)


def _marks(connection: sqlite3.Connection, article: int) -> tuple[Row, ...]:
    """When it vanished, came back, or was down to a teaser."""
    query = "select at, kind from changes where article_id = ? and kind in (select value from json_each(?))"
    return _told_once(sql.found(connection, query, article, json.dumps(edits.OF_STATUS)))


def _beside(connection: sqlite3.Connection, table: str, article: int) -> tuple[Row, ...]:
    rows = sql.found(connection, f"select * from {table} where article_id = ?", article)
    return _sorted([_without(row, "article_id") for row in rows])


def _observations(connection: sqlite3.Connection, article: int, row: Row) -> tuple[Row, ...]:
    """Every wording at a time: the revisions, what other archives saw between, and how it stood last."""
    columns = ", ".join(name for name in _OBSERVED if name in (*row, "seen"))
    stored = sql.found(connection, f"select {columns} from revisions where article_id = ? order by number", article)
    for each in stored:
        if each["body"] is None:
            each |= {"body": row["body"], "layout": row["layout"]}
    known = {each["digest"]: each["body"] for each in reversed(stored)}
    seen = sql.found(connection, f"select {columns} from sightings where article_id = ?", article)
    seen = [each | {"body": known.get(each["digest"]) if each["body"] is None else each["body"]} for each in seen]
    return _observed([*stored, *seen, _standing(row)])


def _standing(row: Row) -> Row:
    return {name: row[name] for name in _OBSERVED if name in row} | {"seen": row["last_seen"]}


def _observed(rows: Iterable[Row]) -> tuple[Row, ...]:
    """One for each page and time: of two readings the one by the later extractor."""
    found: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=_reading):
        found[row["seen"], row["page"]] = row
    return tuple(sorted(found.values(), key=lambda row: (row["seen"], row["digest"], row["page"])))


# --- two as one ---------------------------------------------------------------


def joined(bundles: Iterable[Bundle]) -> Bundle:
    """What several archives know of one article."""
    bundles = list(bundles)
    newest = _newest(bundles)
    observations = _observed(row for each in bundles for row in each.observations)
    addresses = _addresses(row for each in bundles for row in each.urls)
    own = _own(bundles, addresses)
    marks = _joined_marks((row for each in bundles for row in each.marks), observations)
    article = newest.article | {
        "url": own.url,
        "site": own.article["site"],
        "first_seen": min(each.article["first_seen"] for each in bundles),
        "revision": len(_revisions(observations)),
        "status": _status(marks),
    }
    return Bundle(
        article,
        addresses,
        observations,
        _variants(row for each in bundles for row in each.headlines),
        newest.dropped,
        marks,
        _beyond((line for each in bundles for line in each.lines()), observations[0], own.article["site"]),
    )


def _newest(bundles: list[Bundle]) -> Bundle:
    """The one that was read last; of readings of one page the one by the later extractor."""
    last = max(each.article["last_seen"] for each in bundles)
    read: dict[str, Bundle] = {}
    for each in sorted(bundles, key=lambda each: _reading(each.article)):
        if each.article["last_seen"] == last:
            read[each.article["page"]] = each
    return max(read.values(), key=lambda each: (each.article["digest"], each.article["page"]))


def _reading(row: Row) -> tuple[str, str, str]:
    return row["extractor"], row["digest"], _key(row)


def _moment(bundle: Bundle) -> tuple[str, str]:
    return bundle.article["last_seen"], bundle.article["page"]


def _own(bundles: list[Bundle], addresses: tuple[Row, ...]) -> Bundle:
    """The one whose address is the article's: of their own that which all together know surest and longest."""
    known = {row["url"]: (rank(row["place"]), row["first_seen"]) for row in addresses}
    last = (rank(""), "")
    return min(bundles, key=lambda each: (known.get(each.url, last), each.url, _key(each.article)))


def _addresses(rows: Iterable[Row]) -> tuple[Row, ...]:
    found: dict[str, Row] = {}
    for row in rows:
        old = found.get(row["url"], row)
        place = min(old["place"], row["place"], key=rank)
        found[row["url"]] = row | {"place": place, "first_seen": min(old["first_seen"], row["first_seen"])}
    return _sorted(found.values())


def rank(place: str) -> tuple[int, str]:
    """How sure an address is that is known in this way; the lowest is the surest."""
    return (_PLACES.index(place) if place in _PLACES else len(_PLACES), place)


def _variants(rows: Iterable[Row]) -> tuple[Row, ...]:
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        old = found.get((row["place"], row["text"]), row)
        times = {"first_seen": min(old["first_seen"], row["first_seen"])}
        times["last_seen"] = max(old["last_seen"], row["last_seen"])
        found[row["place"], row["text"]] = row | times
    return _sorted(found.values())


def _joined_marks(rows: Iterable[Row], observations: tuple[Row, ...]) -> tuple[Row, ...]:
    """Every mark, and a return at the first sight of the text after it had gone.

    Returns at a time at which the text was seen are told anew of all sights, so that the order of merges says nothing.
    """
    seen = {row["seen"] for row in observations if _is_whole(row, observations)}
    marks = [row for row in rows if row["kind"] != "restored" or row["at"] not in seen]
    returns = []
    for each, following in pairwise([*_told_once(marks), None]):
        if each is not None and each["kind"] != "restored":
            until = following["at"] if following else None
            back = min((at for at in seen if at > each["at"]), default=None)
            if back is not None and (until is None or back <= until):
                returns.append({"at": back, "kind": "restored"})
    return _told_once([*marks, *returns])


_WHOLE = 0.7
"""The share of the longest wording under which a text may be a teaser, see `revisions.is_teaser`."""


def _is_whole(row: Row, observations: tuple[Row, ...]) -> bool:
    longest = max(len(each["body"] or "") for each in observations if each["seen"] <= row["seen"])
    return len(row["body"] or "") >= _WHOLE * longest


def _told_once(marks: Iterable[Row]) -> tuple[Row, ...]:
    told = {(row["at"], row["kind"]) for row in marks}
    return tuple({"at": at, "kind": kind} for at, kind in sorted(told))


def _status(marks: tuple[Row, ...]) -> str:
    last = marks[-1]["kind"] if marks else "restored"
    return "live" if last == "restored" else str(last)


def _revisions(observations: Iterable[Row]) -> list[Row]:
    """The observations that are a new wording against the one before."""
    found: list[Row] = []
    for row in observations:
        if not found or found[-1]["digest"] != row["digest"]:
            found.append(row)
    return found


# --- into an archive ----------------------------------------------------------


def same(connection: sqlite3.Connection, bundle: Bundle) -> list[int]:
    """The articles of an archive that are this one, the first seen first."""
    sure = [row["url"] for row in bundle.urls if row["place"] != "requested"]
    found = connection.execute(
        "select id from articles where url in (select value from json_each(?)) "
        "union select article_id from urls where url = ? and place <> 'requested' order by 1",
        (json.dumps([bundle.url, *sure]), bundle.url),
    )
    return [row[0] for row in found]


def bring(connection: sqlite3.Connection, bundle: Bundle) -> tuple[str, int]:
    """The article joined to what is there, inside the caller's transaction: `new`, `joined` or `unchanged`, and its id.

    Lines that are learned here are taken off it. Derived rows follow;
    rows of other tables that point to an article that is now a part of another point there.
    """
    bundle = bundle.bare(learning.lines_of(connection, bundle.article["site"]))
    ids = same(connection, bundle)
    old = [read(connection, each) for each in ids]
    told = _claiming(connection, joined([*old, bundle]), ids)
    if _is_known(connection, told, dict(zip(ids, old, strict=True))):
        return "unchanged", ids[0]
    for article, each in zip(ids, old, strict=True):
        if article != ids[0] or each.article["site"] != told.article["site"]:
            learning.forget(connection, article, each.article["site"], each.lines())
    derived.forget(connection, ids)
    kept = _put(connection, told, ids)
    derived.make(connection, [kept])
    return "joined" if ids else "new", kept


def settle(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Articles that lost lines of theirs: wordings that told of nothing else are one."""
    for article in articles:
        known = read(connection, article)
        told = joined([known])
        if told != known:
            derived.forget(connection, [article])
            _put(connection, told, [article])
            derived.make(connection, [article])


def _is_known(connection: sqlite3.Connection, told: Bundle, old: dict[int, Bundle]) -> bool:
    """Whether an article is as it was. A line that was taken off may be counted though nobody here has learned it."""
    if len(old) != 1:
        return False
    [(article, known)] = old.items()
    lines = set(told.lines()) if told.article["site"] else set()
    is_counted = lines <= set(learning.counted(connection, article, told.article["site"], lines))
    return is_counted and replace(told, counted=known.counted) == known


def _put(connection: sqlite3.Connection, told: Bundle, ids: list[int]) -> int:
    known = _known_revisions(connection, ids)
    for table in ("revisions", "sightings", "headlines", "dropped", "changes"):
        _each(connection, f"delete from {table} where article_id = ?", ids)
    if ids:
        kept = ids[0]
        _absorb(connection, kept, ids[1:])
        sql.update(connection, "articles", kept, told.article)
    else:
        kept = sql.insert(connection, "articles", told.article)
    _put_addresses(connection, kept, told)
    for row in told.headlines:
        sql.insert(connection, "headlines", {"article_id": kept} | row)
    for row in told.dropped:
        sql.insert(connection, "dropped", {"article_id": kept} | row)
    _put_wordings(connection, kept, told, known)
    _put_marks(connection, kept, told)
    learning.count(connection, kept, told.article["site"], told.lines())
    return kept


def _each(connection: sqlite3.Connection, statement: str, ids: list[int]) -> None:
    connection.executemany(statement, [(each,) for each in ids])


def _known_revisions(connection: sqlite3.Connection, ids: list[int]) -> dict[tuple[str, str], Row]:
    """The revisions that are there already: they keep their number in the archive, and what else it says of them."""
    query = "select * from revisions where article_id in (select value from json_each(?))"
    return {(row["seen"], row["page"]): row for row in sql.found(connection, query, json.dumps(ids))}


def _absorb(connection: sqlite3.Connection, kept: int, others: list[int]) -> None:
    """Whatever points to the others points to the one that is kept."""
    for table, column in pointing(connection):
        if table != "sums":
            for other in others:
                connection.execute(f"update or ignore {table} set {column} = ? where {column} = ?", (kept, other))
        _each(connection, f"delete from {table} where {column} = ?", others)
    _each(connection, "delete from articles where id = ?", others)
    sums.absorb(connection, kept, others)


def pointing(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Every table with a column that names an article."""
    tables = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
    return [
        (table, row[3])
        for table in tables
        for row in connection.execute(f"pragma foreign_key_list({sql.quoted(table)})").fetchall()
        if row[2] == "articles"
    ]


def _claiming(connection: sqlite3.Connection, told: Bundle, ids: list[int]) -> Bundle:
    """With the addresses that are its own against other articles: whoever knows one surest, then longest, has it."""
    held = {
        row["url"]: row
        for row in sql.found(
            connection,
            "select u.url, u.place, u.first_seen, a.url as own from urls u join articles a on a.id = u.article_id "
            "where u.url in (select value from json_each(?)) and a.id not in (select value from json_each(?))",
            json.dumps([row["url"] for row in told.urls]),
            json.dumps(ids),
        )
    }
    mine = (row for row in told.urls if row["url"] not in held or _claim(row, told.url) < _held(held[row["url"]]))
    return replace(told, urls=tuple(mine))


def _held(row: Row) -> tuple[tuple[int, str], str, str]:
    return _claim(row, row["own"])


def _put_addresses(connection: sqlite3.Connection, kept: int, told: Bundle) -> None:
    for row in told.urls:
        connection.execute(
            "insert into urls (url, article_id, place, first_seen) values (?, ?, ?, ?) on conflict do update set "
            "article_id = excluded.article_id, place = excluded.place, first_seen = excluded.first_seen",
            (row["url"], kept, row["place"], row["first_seen"]),
        )


def _claim(row: Row, url: str) -> tuple[tuple[int, str], str, str]:
    return rank(row["place"]), row["first_seen"], url


def _put_wordings(connection: sqlite3.Connection, kept: int, told: Bundle, known: dict[tuple[str, str], Row]) -> None:
    wordings = _revisions(told.observations)
    rows = []
    for number, row in enumerate(wordings, 1):
        body = None if number == len(wordings) else row["body"]
        old = known.get((row["seen"], row["page"]), {})
        rows.append(old | row | {"article_id": kept, "number": number, "body": body})
    for row in sorted(rows, key=lambda row: "id" not in row):  # a row that has its id already takes it first
        sql.insert(connection, "revisions", row)
    bodies = {row["digest"]: row["body"] for row in reversed(wordings[:-1])}
    bodies.setdefault(wordings[-1]["digest"], told.article["body"])
    numbered = {(row["seen"], row["page"]) for row in wordings} | {_moment(told)}
    for row in told.observations:
        if (row["seen"], row["page"]) not in numbered:
            body = None if bodies.get(row["digest"]) == row["body"] else row["body"]
            sql.insert(connection, "sightings", row | {"article_id": kept, "body": body})


def _put_marks(connection: sqlite3.Connection, kept: int, told: Bundle) -> None:
    wordings = _revisions(told.observations)
    for mark in told.marks:
        stood = max(1, sum(row["seen"] <= mark["at"] for row in wordings))
        wording = {"article_id": kept, "number": stood, "seen": mark["at"]}
        derived.add_changes(connection, wording, [edits.Change(mark["kind"], "")])


# --- small --------------------------------------------------------------------


def _without(row: Row, name: str) -> Row:
    return {key: value for key, value in row.items() if key != name}


def _key(row: Row) -> str:
    return json.dumps(row, sort_keys=True, ensure_ascii=False, default=repr)


def _sorted(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=_key))
