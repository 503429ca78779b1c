"""The rows of a damaged table that can still be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

_FARTHEST = 1 << 40
"""No id is larger: looking for the next row that can be read ends here."""

Values = tuple[Any, ...]


class Torn:
    """Iterates over the rows; afterwards `said` has SQLite's first complaint, empty if there was none."""

    def __init__(self, connection: sqlite3.Connection, table: str, columns: list[str]) -> None:
        self._connection = connection
        self._table = table
        self._columns = ", ".join(columns)
        self.said = ""

    def __iter__(self) -> Iterator[Values]:
        try:
            self._connection.execute(f"select rowid from {self._table} limit 0")
        except sqlite3.OperationalError as error:
            if "rowid" not in str(error):
                self.said = str(error)
                return
            yield from self._from_both_ends()
        except sqlite3.Error as error:
            self.said = str(error)
        else:
            yield from self._by_number()

    def _by_number(self) -> Iterator[Values]:
        """Row after row; behind a hole the next row is looked for in growing steps, then in shrinking ones."""
        last = -1
        while last < _FARTHEST:
            try:
                for row in self._rows(f"where rowid > {last} order by rowid", "rowid, "):
                    last = row[0]
                    yield row[1:]
            except sqlite3.Error as error:
                self.said = self.said or str(error)
                last = self._behind(last)
            else:
                return

    def _behind(self, last: int) -> int:
        """The number before the next row that can be read."""
        step = 1
        while last + step < _FARTHEST and not self._is_readable(last + step):
            step *= 2
        unread, read = last + step // 2, last + step
        while read - unread > 1:
            middle = (unread + read) // 2
            unread, read = (unread, middle) if self._is_readable(middle) else (middle, read)
        return read

    def _is_readable(self, number: int) -> bool:
        """Whether the first row after this number can be read, or there is none."""
        try:
            for _ in self._rows(f"where rowid > {number} order by rowid limit 1"):
                pass
        except sqlite3.Error:
            return False
        return True

    def _from_both_ends(self) -> Iterator[Values]:
        """A table without numbers is read from its beginning and from its end, each up to the hole."""
        key = [
            row[1]
            for row in sorted(self._connection.execute(f"pragma table_info({self._table})"), key=lambda row: row[5])
            if row[5]
        ]
        for order in (", ".join(key), ", ".join(f"{name} desc" for name in key)):
            try:
                yield from self._rows(f"order by {order}")
            except sqlite3.Error as error:
                self.said = self.said or str(error)
            else:
                return

    def _rows(self, clause: str, before: str = "") -> Iterator[Values]:
        for row in self._connection.execute(f"select {before}{self._columns} from {self._table} {clause}"):
            yield tuple(_text(value) for value in row)


def _text(value: Any) -> Any:
    """Text that is no UTF-8 any more has a mark in place of what cannot be read; its digest tells."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if isinstance(value, str) else value
