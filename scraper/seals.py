"""The chain of seals: what was written to fetches, revisions and runs cannot be changed later without showing.

Each transaction ends with a seal: a short text that names the seal before it and the hash of
each row it covers; the seal's own hash is the SHA-256 of that text, so `sha256sum` can check it.
A row that is changed in good order later leaves what it was in `amendments`, under a seal too.
Every seal also names one further back (its number with the lowest bit cleared), so that a proof
needs as many texts as the number of seals has digits, twice over, and not all of them.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

MOST_ROWS = 1000
"""Rows of a kind under one seal: the texts of a proof stay small also for an archive that was never sealed before."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A table under seal, and those of its columns that are never changed silently."""

    name: str
    table: str
    columns: tuple[str, ...]
    later: tuple[str, ...] = ()
    """Columns that came with a later version: told only where they say anything, so that older seals hold."""

    def select(self, before: str = "") -> str:
        return ", ".join(before + column for column in (*self.columns, *self.later))


_COUNTED = (
    *("sources", "requests", "bytes", "new", "revised", "unchanged", "copies", "empty"),
    *("gone", "refused", "failed"),
)

KINDS = (
    _Kind(
        "fetch",
        "fetches",
        ("requested", "url", "at", "status", "page", "headers", "hops", "error"),
        ("host", "run_id", "robots", "gap", "conditional", "place", "reserved"),
    ),
    _Kind("revision", "revisions", ("article_id", "number", "seen", "digest", "page", "extractor")),
    _Kind("run", "runs", ("started", "finished", "status", "asked", *_COUNTED)),
)
_KIND = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Seal:
    number: int
    at: str
    fetches: int
    revisions: int
    note: str | None
    hash: str
    runs: int = 0


def text(connection: sqlite3.Connection, number: int) -> str:
    """The text of a seal as the rows are now; its SHA-256 is the seal's hash if nothing was changed."""
    seal, before = get(connection, number), get(connection, number - 1)
    lines = [f"seal {number}", f"at {seal.at}", *_links(connection, number)]
    lines += [f"note {seal.note}"] if seal.note else []
    for kind in KINDS:
        first, last = getattr(before, kind.table) + 1, getattr(seal, kind.table)
        lines += _rows(connection, kind, (first, last), number)
    lines += _amended(connection, number)
    return "\n".join(lines) + "\n"


def leaf(connection: sqlite3.Connection, kind: str, row: int) -> str | None:
    """What is hashed of a row: a JSON object in one line. None when there is no such row."""
    told = _KIND[kind]
    found = connection.execute(f"select {told.select()} from {told.table} where id = ?", (row,)).fetchone()
    return None if found is None else _leaf(told, tuple(found))


def covering(connection: sqlite3.Connection, kind: str, row: int) -> int | None:
    """The number of the seal whose text has the row as it is now, or None."""
    amended = connection.execute("select max(seal) from amendments where kind = ? and row = ?", (kind, row)).fetchone()[
        0
    ]
    if amended is not None:
        return int(amended)
    column = _KIND[kind].table
    first = connection.execute(f"select min(number) from seals where {column} >= ?", (row,)).fetchone()[0]
    return None if first is None else int(first)


def path(newest: int, wanted: int) -> list[int]:
    """The seals that lead from the newest back to the one that is wanted, each named by the one before."""
    steps = [newest]
    while steps[-1] > wanted:
        skipped = _earlier(steps[-1])
        steps.append(skipped if skipped >= wanted else steps[-1] - 1)
    return steps


def newest(connection: sqlite3.Connection) -> Seal:
    """The last seal, or the empty one with number 0."""
    row = connection.execute("select * from seals order by number desc limit 1").fetchone()
    return Seal(*row) if row else _NONE


def broken(connection: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Each seal that does not fit its rows any more, with the rows it covers."""
    before = _NONE
    accepted = _accepted(connection)
    loose = unsealed(connection)
    if loose:
        yield newest(connection).number, f"is the last, and {loose} came without one: seals are missing after it"
    for number, *_ in connection.execute("select number from seals order by number").fetchall():
        seal = get(connection, number)
        told = hashed(connection, number)
        if told == accepted.get(number):
            pass  # as it was when somebody said that it is lost
        elif number != before.number + 1:
            yield number, f"follows seal {before.number}: seals are missing between"
        elif told == seal.hash and (seal.note or "").startswith(FOUND):
            yield number, f"{seal.note}: seals were missing, or another program wrote them"
        elif told != seal.hash:
            yield number, f"{_covered(before, seal)} are not what was sealed: something was changed afterwards"
        before = seal


def hashed(connection: sqlite3.Connection, number: int) -> str:
    """SHA-256 of the text of a seal as the rows are now."""
    return hashlib.sha256(_bytes(text(connection, number))).hexdigest()


def unsealed(connection: sqlite3.Connection) -> str:
    """The rows that no seal covers, empty for none: each transaction ends with a seal, so there are none.

    An archive from before there were seals has none until it is written to.
    """
    last = newest(connection)
    if last.number == 0 and not connection.execute("select 1 from made where what = 'seals'").fetchone():
        return ""
    found = [connection.execute(f"select coalesce(max(id), 0) from {kind.table}").fetchone()[0] for kind in KINDS]
    rows = zip(KINDS, found, strict=True)
    return _covered(last, replace(last, **{kind.table: top for kind, top in rows})) if _is_beyond(last, found) else ""


def _is_beyond(seal: Seal, found: list[int]) -> bool:
    return any(top > getattr(seal, kind.table) for kind, top in zip(KINDS, found, strict=True))


FOUND = "found without a seal:"
"""How a note begins that says of rows that they were there before the seal."""

ACCEPTED = "loss accepted:"
"""How a note begins that says of something that it is lost for good."""


def _accepted(connection: sqlite3.Connection) -> dict[int, str]:
    """The seals that were accepted as broken, with the hash that their text had then."""
    notes = connection.execute("select note from seals where note like ? order by number", (f"{ACCEPTED} seal %",))
    found = (re.match(r"seal (\d+) as ([0-9a-f]{64}):", note.removeprefix(f"{ACCEPTED} ")) for (note,) in notes)
    return {int(each[1]): each[2] for each in found if each}


def accepted(connection: sqlite3.Connection) -> int:
    """How many losses were accepted."""
    query = "select count(*) from seals where note like ?"
    return int(connection.execute(query, (f"{ACCEPTED}%",)).fetchone()[0])


def _covered(before: Seal, seal: Seal) -> str:
    ranges = (
        f"{kind.table} {getattr(before, kind.table) + 1} to {getattr(seal, kind.table)}"
        for kind in KINDS
        if getattr(seal, kind.table) > getattr(before, kind.table)
    )
    return " and ".join(ranges) or "the amendments"


# --- how a seal is written ----------------------------------------------------


def watch(connection: sqlite3.Connection) -> None:
    """From now on this connection notes what it changes of rows that are under a seal already."""
    connection.execute("create temp table if not exists amended (kind, row, was, primary key (kind, row))")
    sealed = "(select {} from main.seals order by number desc limit 1)"
    for kind in KINDS:
        old, new = kind.select("old."), kind.select("new.")
        changed = f"when (json_array({old}) is not json_array({new}))"
        # a conflict clause in a trigger gives way to that of the statement that fired it, so the row is looked for
        first = f"where not exists (select 1 from amended where kind = '{kind.name}' and row = {{}}.id);"
        noted = f"insert into amended select '{kind.name}', old.id, json_array({old}) {first.format('old')}"
        fresh = f"insert into amended select '{kind.name}', new.id, '' {first.format('new')}"
        known = sealed.format(kind.table)
        for event, condition, action in (
            ("update", changed, noted),
            ("delete", "", noted),
            ("insert", f"when new.id <= {known}", fresh),
        ):
            connection.execute(
                f"create temp trigger if not exists {kind.name}_{event} after {event} on main.{kind.table} "
                f"{condition} begin {action} end"
            )


def seal(connection: sqlite3.Connection, at: datetime, note: str | None = None) -> None:
    """Seals what this transaction wrote; nothing, if it wrote nothing that is sealed. Call before the commit."""
    _amend(connection)
    while True:
        before = newest(connection)
        last = [_last(connection, kind.table, getattr(before, kind.table)) for kind in KINDS]
        number = before.number + 1
        changed = connection.execute("select 1 from amendments where seal = ? limit 1", (number,)).fetchone()
        if last == [getattr(before, kind.table) for kind in KINDS] and not changed and not note:
            return
        moment = at.astimezone(UTC).isoformat(timespec="seconds")
        columns = ", ".join(("number", "at", *(kind.table for kind in KINDS), "note", "hash"))
        marks = ", ".join("?" * (4 + len(KINDS)))
        connection.execute(f"insert into seals ({columns}) values ({marks})", (number, moment, *last, note, ""))
        told = hashed(connection, number)
        connection.execute("update seals set hash = ? where number = ?", (told, number))
        connection.execute("insert or ignore into made values ('seals', 1)")
        note = None


def _last(connection: sqlite3.Connection, table: str, sealed: int) -> int:
    """The last row that the next seal covers."""
    query = f"select max(id) from (select id from {table} where id > ? order by id limit {MOST_ROWS})"
    return int(connection.execute(query, (sealed,)).fetchone()[0] or sealed)


def _amend(connection: sqlite3.Connection) -> None:
    """What was noted since the last seal becomes amendments under the next one."""
    noted = connection.execute("select kind, row, was from temp.amended order by kind, row").fetchall()
    if not noted:
        return
    before = newest(connection)
    for kind, row, was in noted:
        if row > getattr(before, _KIND[kind].table):
            continue  # not under a seal yet
        old = _leaf(_KIND[kind], tuple(json.loads(was))) if was else None
        if old != leaf(connection, kind, row):
            values = (kind, row, before.number + 1, _hash(old))
            connection.execute("insert or ignore into amendments values (?, ?, ?, ?)", values)
    connection.execute("delete from temp.amended")


# --- what a seal says ---------------------------------------------------------

_NONE = Seal(0, "", 0, 0, None, "0" * 64)


def _earlier(number: int) -> int:
    return number & (number - 1)


def _links(connection: sqlite3.Connection, number: int) -> list[str]:
    told = [f"before {number - 1} {get(connection, number - 1).hash}"]
    earlier = _earlier(number)
    return told if earlier == number - 1 else [*told, f"earlier {earlier} {get(connection, earlier).hash}"]


def _rows(connection: sqlite3.Connection, kind: _Kind, rows: tuple[int, int], number: int) -> Iterator[str]:
    """Each row of a range with its hash as it was at that seal."""
    if rows[0] > rows[1]:
        return
    query = f"select id, {kind.select()} from {kind.table} where id between ? and ?"
    hashes = {row[0]: _hash(_leaf(kind, tuple(row[1:]))) for row in connection.execute(query, rows)}
    hashes |= dict(_later(connection, kind.name, rows, number))
    for row in sorted(hashes):
        if hashes[row]:
            yield f"{kind.name} {row} {hashes[row]}"


def _later(connection: sqlite3.Connection, kind: str, rows: tuple[int, int], number: int) -> Iterator[tuple[int, str]]:
    """What rows were before the first change after a seal."""
    query = (
        "select row, was, min(seal) from amendments where kind = ? and row between ? and ? and seal > ? group by row"
    )
    return ((row, was) for row, was, _ in connection.execute(query, (kind, *rows, number)))


def _amended(connection: sqlite3.Connection, number: int) -> Iterator[str]:
    query = "select kind, row, was from amendments where seal = ? order by kind, row"
    for kind, row, was in connection.execute(query, (number,)).fetchall():
        later = dict(_later(connection, kind, (row, row), number)) if kind in _KIND else {}
        now = later[row] if row in later else _hash(leaf(connection, kind, row) if kind in _KIND else None)
        yield f"amended {kind} {row} {was or 'none'} {now or 'none'}"


def get(connection: sqlite3.Connection, number: int) -> Seal:
    """The seal with this number; the empty one if there is none."""
    row = connection.execute("select * from seals where number = ?", (number,)).fetchone()
    return Seal(*row) if row else _NONE


def _leaf(kind: _Kind, row: tuple[object, ...]) -> str:
    columns = zip((*kind.columns, *kind.later), row, strict=True)
    told = {"kind": kind.name, **{name: value for name, value in columns if value is not None or name in kind.columns}}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=repr)


def _hash(told: str | None) -> str:
    """SHA-256 of a line, its line break included; empty for none."""
    return "" if told is None else hashlib.sha256(_bytes(told + "\n")).hexdigest()


def _bytes(told: str) -> bytes:
    return told.encode("utf-8", "surrogateescape")
