"""Rows as dicts: asked for, written and changed. The names in them are our own; values are bound."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

Row = dict[str, Any]
T = TypeVar("T")


def rows(connection: sqlite3.Connection, query: str, *values: object) -> Iterator[Row]:
    """Each row of an answer, as it is read."""
    cursor = connection.execute(query, values)
    names = [each[0] for each in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def found(connection: sqlite3.Connection, query: str, *values: object) -> list[Row]:
    """All rows of an answer: the statement has ended, and its tables may be written."""
    return readable(connection, lambda: list(rows(connection, query, *values)))


def one(connection: sqlite3.Connection, query: str, *values: object) -> Row | None:
    """The first row, or None."""
    return next(rows(connection, query, *values), None)


def readable(connection: sqlite3.Connection, ask: Callable[[], T]) -> T:
    """What a question gives, also where a flipped bit makes a text none: its row's checksum tells of that."""
    try:
        return ask()
    except sqlite3.OperationalError as error:
        if "UTF-8" not in str(error):
            raise
    strict = connection.text_factory
    connection.text_factory = _replaced
    try:
        return ask()
    finally:
        connection.text_factory = strict


def _replaced(stored: bytes) -> str:
    return stored.decode("utf-8", "replace")


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Everything that is read meanwhile is as it was at one moment, whatever others write."""
    if connection.in_transaction:
        yield
        return
    connection.execute("begin")
    try:
        yield
    finally:
        if connection.in_transaction:  # SQLite ends it by itself where a file is damaged
            connection.execute("rollback")


def insert(connection: sqlite3.Connection, table: str, row: Row, clause: str = "") -> int:
    """The row written; gives its number."""
    names, marks = ", ".join(map(quoted, row)), ", ".join("?" * len(row))
    cursor = connection.execute(f"insert {clause} into {table} ({names}) values ({marks})", tuple(row.values()))
    return int(cursor.lastrowid or 0)


def update(connection: sqlite3.Connection, table: str, number: int, row: Row) -> None:
    """The columns of a row changed."""
    names = ", ".join(f"{quoted(name)} = ?" for name in row)
    connection.execute(f"update {table} set {names} where id = ?", (*row.values(), number))


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever it is."""
    return '"' + name.replace('"', '""') + '"'


def batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of so many, the last one shorter: others may write between two transactions."""
    waiting = iter(values)
    while batch := list(islice(waiting, size)):
        yield batch
