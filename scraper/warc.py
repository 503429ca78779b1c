"""The archive as WARC files that other tools replay, and such files into the archive.

Our own files carry each article with all its rows in a metadata record, so that reading them in
gives the same archive. Of other people's files each response is a page like any other.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit
from uuid import UUID

from scraper import bundles, coding, document, extract, intake, originals, schema, sql, urls, verify
from scraper.archive import Archive
from scraper.crew import Crew
from scraper.errors import ConfigError, FetchError, Unusable
from scraper.intake import Given, Imported
from scraper.merging import put_fetch
from scraper.models import Page, Progress
from scraper.query import Reader
from scraper.sql import Row

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord


PROFILE = "https://pypi.org/project/news-scraper/"
_LARGEST = 64 << 20
"""Bytes of a page that are unpacked at most: a kilobyte can stand for a gigabyte."""


# --- out ----------------------------------------------------------------------


def export(path: Path | str, target: BinaryIO, progress: Progress = lambda *_: None) -> int:
    """The archive as one WARC (gzip, a member a record): requests, responses, and our rows as metadata; gives the
    number of records. Raises `ArchiveError` for a page that does not verify: nothing wrong is given on.
    """
    path = Path(path)
    pages_path = schema.pages_path(path)
    with (
        Reader(path) as reader,
        closing(schema.reader(path)) as db,
        closing(schema.reader(pages_path)) as pages,
        schema.translated(path),
    ):
        out = _Out(target)
        out.about(path.name)
        out.pruned([tuple(row) for row in pages.execute("select * from pruned order by digest")])
        last = dict(db.execute("select max(id), article_id from fetches where article_id is not null group by 2"))
        total = db.execute("select count(*) from fetches").fetchone()[0]
        for done, row in enumerate(sql.rows(db, "select * from fetches order by id")):
            progress("requests", done, total)
            out.request(row, _content(pages, row["page"]), _article_url(db, row["article_id"]))
            if row["id"] in last:  # whatever an article names has been written now
                out.article(reader.show(str(last[row["id"]])).record(), bundles.read(db, last[row["id"]]))
        return out.records


def _content(pages: sqlite3.Connection, digest: str | None) -> bytes | None:
    """The page's bytes; None for a page that was pruned, or a request that brought none."""
    query = "select 1 from pruned where digest = ?1 and not exists (select 1 from pages where digest = ?1)"
    if digest is None or pages.execute(query, (digest,)).fetchone():
        return None
    return originals.body(pages, digest)


def _article_url(db: sqlite3.Connection, article: int | None) -> str | None:
    row = db.execute("select url from articles where id = ?", (article,)).fetchone()
    return row[0] if row else None


class _Out:
    """Records in the order in which they are written, each a gzip member of its own."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self.records = 0

    def about(self, name: str) -> None:
        told = f"software: news-scraper, extractor {extract.VERSION}\r\nformat: WARC File Format 1.1\r\n"
        moment = _moment(datetime.now(UTC).isoformat())
        self._write("warcinfo", {"WARC-Filename": name, "WARC-Date": moment}, "application/warc-fields", told.encode())

    def pruned(self, rows: list[tuple[Any, ...]]) -> None:
        """The pages that were taken out on purpose and are in no record."""
        if rows:
            self._metadata("pruned", {"pruned": rows}, _moment(rows[0][2]), None)

    def request(self, row: Row, content: bytes | None, article: str | None) -> None:
        """One request with what came of it: the ways between, the answer, and the row as it stands."""
        moment = _moment(row["at"])
        hops = json.loads(row["hops"] or "[]")
        ways = [*(hop[0] for hop in hops), row["url"]]
        for (url, status), onward in zip(hops, ways[1:], strict=True):
            self._exchange((url, status, moment), [("location", onward)], b"")
        answer = None
        if content is not None:
            headers = [(str(name), str(value)) for name, value in json.loads(row["headers"] or "[]")]
            answer = self._exchange((row["url"], row["status"], moment), headers, content)
        told = {name: value for name, value in row.items() if name not in ("id", "article_id")}
        self._metadata(row["url"] or row["requested"], {"fetch": told, "article": article}, moment, answer)

    def article(self, record: Row, bundle: bundles.Bundle) -> None:
        """One article: the record for other tools, the rows for ourselves."""
        moment = _moment(bundle.article["last_seen"])
        self._metadata(bundle.url, {"record": record, "rows": bundle.plain()}, moment, None)

    def _exchange(self, asked: tuple[str, int | None, str], headers: list[tuple[str, str]], body: bytes) -> str:
        """Response and request, or a resource where nothing was asked of a server; gives the record's id."""
        url, status, moment = asked
        named = {"WARC-Target-URI": url, "WARC-Date": moment}
        if not status or not url.startswith(("http://", "https://")):
            kind = next((value for name, value in headers if name == "content-type"), "application/octet-stream")
            return self._write("resource", named, kind, body)
        lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Unnamed')}"]
        lines += [f"{name}: {value}" for name, value in _plain(headers, body)]
        block = "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + body
        digest = {"WARC-Payload-Digest": _sha1(body)}
        number = self._write("response", named | digest, "application/http; msgtype=response", block)
        parts = urlsplit(url)
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        told = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
        beside = named | {"WARC-Concurrent-To": number}
        self._write("request", beside, "application/http; msgtype=request", told)
        return number

    def _metadata(self, url: str, told: Row, moment: str, answer: str | None) -> None:
        # under the page's own address tools that replay would take it for the page
        named = {"WARC-Target-URI": f"urn:scraper:{url}", "WARC-Date": moment, "WARC-Profile": PROFILE}
        named |= {"WARC-Concurrent-To": answer} if answer else {}
        self._write("metadata", named, "application/json", json.dumps(told, ensure_ascii=False).encode("utf-8"))

    def _write(self, kind: str, headers: dict[str, str], media: str, block: bytes) -> str:
        """One record; its id is made of what it says, so that the same archive gives the same file."""
        told = f"{kind} {self.records} {headers}".encode() + block
        number = f"<urn:uuid:{UUID(bytes=hashlib.sha256(told).digest()[:16])}>"
        named = {"WARC-Type": kind, "WARC-Record-ID": number} | headers
        named |= {"WARC-Block-Digest": _sha1(block), "Content-Type": media, "Content-Length": str(len(block))}
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        record = f"WARC/1.1\r\n{head}\r\n".encode() + block + b"\r\n\r\n"
        self._target.write(gzip.compress(record, 6, mtime=0))
        self.records += 1
        return number


def _sha1(content: bytes) -> str:
    """A digest as other tools of this format write it; it finds damage, the archive's own SHA-256 find forgery."""
    return "sha1:" + base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()


_REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 303: "See Other", 404: "Not Found", 410: "Gone"}
_OF_THE_WIRE = {"content-encoding", "transfer-encoding", "content-length"}


def _plain(headers: list[tuple[str, str]], body: bytes) -> list[tuple[str, str]]:
    """Headers that fit the body as it is kept, its codings undone; those of the wire stay under another name."""
    told = [(f"x-archive-orig-{name}" if name in _OF_THE_WIRE else name, value) for name, value in headers]
    clean = [(name, " ".join(value.split())) for name, value in told]
    return [*clean, ("content-length", str(len(body)))]


def _moment(iso: str) -> str:
    moment = datetime.fromisoformat(iso).astimezone(UTC)
    return moment.isoformat(timespec="microseconds" if moment.microsecond else "seconds").replace("+00:00", "Z")


# --- in -----------------------------------------------------------------------


def bring(archive: Archive, path: Path | str, crew: Crew, progress: Progress = lambda *_: None) -> Imported:
    """Every record of a WARC file (`.warc`, `.warc.gz`) into the archive; twice changes nothing the second time.

    A broken record, and a page that cost a worker, is named and the rest goes on. Raises `Unusable` when there is no
    such file, or it is no WARC.
    """
    return _In(archive, Path(path), progress).run(crew)


class _In:
    """One file on its way in."""

    def __init__(self, archive: Archive, path: Path, progress: Progress) -> None:
        self.archive = archive
        self.path = path
        self.progress = progress
        self.told = Imported()
        self.is_ours = False
        self.bodies: dict[str, bytes] = {}
        self.places: dict[int, int] = {}
        self.waiting: dict[str, list[Row]] = {}

    def run(self, crew: Crew) -> Imported:
        size = self.path.stat().st_size if self.path.is_file() else 0
        if not size:
            raise Unusable(f"{self.path}: no such file, or an empty one")
        with closing(schema.reader(self.archive.path)) as self.db:
            for taken in intake.take(self.archive, self._given(size), crew):
                self.told.outcomes[taken.outcome] += 1
                if taken.outcome == "failed" and taken.error:
                    self.told.faults.append(f"{taken.given.place}: {taken.error.message}")
        for article, rows in self.waiting.items():
            self.told.faults.append(f"{self.path}: the article {article} of {len(rows)} requests is not in it")
            self._put_fetches(rows, None)
        return self.told

    def _given(self, size: int) -> Iterator[Given]:
        """Other people's pages; what is our own goes straight to its rows."""
        found = 0
        for record in self._records():
            found += 1
            self.progress("bytes", min(record.stream_pos, size), size)
            try:
                page = self._one(record)
            except (ConfigError, FetchError, ValueError, KeyError, TypeError, AttributeError, OSError) as error:
                self._fault(record.stream_pos, error)
                continue
            if page is not None:
                yield Given(f"{self.path} at or after byte {record.stream_pos}", page)
        if not found:
            raise Unusable(f"{self.path} is no WARC file, or nothing in it can be read")

    def _fault(self, at: int, error: Exception) -> None:
        self.told.faults.append(f"{self.path} at or after byte {at}: {getattr(error, 'message', None) or repr(error)}")

    def _records(self) -> Iterator[WarcRecord]:
        """Record after record; behind a broken one from the next that begins like one."""
        from fastwarc.warc import ArchiveIterator, WarcRecordType

        at: int | None = 0
        last, broken = 0, -1
        with self.path.open("rb") as file:
            while at is not None:
                file.seek(at)
                try:
                    for record in ArchiveIterator(file, WarcRecordType.any_type, parse_http=True):
                        record.freeze()
                        last = record.stream_pos
                        yield record
                except (OSError, ValueError, EOFError) as error:
                    if last != broken:  # what only looked like a beginning is passed over in silence
                        self._fault(last, error)
                    broken = last
                    at = _next(file, max(at, last) + 1)
                else:
                    return

    def _one(self, record: WarcRecord) -> Page | None:
        """The page on a record of somebody else's, if it is one to read."""
        kind = (record.headers.get("WARC-Type") or "").lower()
        if kind == "warcinfo":
            self.is_ours = b"software: news-scraper" in record.reader.read()
        elif kind == "metadata" and record.headers.get("WARC-Profile") == PROFILE:
            self._ours(json.loads(record.reader.read()))
        elif kind in ("response", "resource") and self.is_ours:
            content = record.reader.read()
            self.bodies = {Page("", content, 0, (), _EPOCH).digest: content}
        elif kind in ("response", "resource"):
            page = _page(record)
            if not _passed_over(page):
                digest = record.headers.get("WARC-Payload-Digest")
                self.places |= dict.fromkeys(_keys(page.url, page.fetched_at, digest), record.stream_pos)
            return self._theirs(page)
        elif kind == "revisit":
            return self._seen_again(record)
        return None

    # --- our own --------------------------------------------------------------

    def _ours(self, told: Row) -> None:
        if "pruned" in told:
            with self.archive.changing_pages() as pages:
                pages.executemany("insert or ignore into pruned values (?, ?, ?, ?)", told["pruned"])
        elif "rows" in told:
            self._article(bundles.Bundle.of(told["rows"]))
        else:
            self._request(_known(self.db, "fetches", told["fetch"]), told["article"])

    def _request(self, row: Row, article: str | None) -> None:
        content = self.bodies.get(row["page"] or "")
        if content is not None:
            self.archive.keep_page(originals.of(row, content))
        elif row["page"] and not self._is_accounted(row["page"]):
            raise ValueError(f"the page {row['page'][:12]}… of {row['url']} is not in the file")
        if article is None:
            self._put_fetches([row], None)
        else:
            self.waiting.setdefault(article, []).append(row)

    def _is_accounted(self, digest: str) -> bool:
        with closing(schema.reader(schema.pages_path(self.archive.path))) as pages:
            query = "select 1 from pages where digest = ?1 union all select 1 from pruned where digest = ?1"
            return pages.execute(query, (digest,)).fetchone() is not None

    def _article(self, bundle: bundles.Bundle) -> None:
        told = bundles.Bundle.of(
            {
                "article": _known(self.db, "articles", bundle.article),
                **{name: [_known(self.db, table, row) for row in getattr(bundle, name)] for name, table in _TABLES},
                "counted": bundle.counted,
            }
        )
        rows = [told.article, *(each | {"evidence": "{}", "text_digest": None} for each in told.observations)]
        if not all(map(verify.is_told, rows)):
            raise ValueError(f"the text of {told.url} is not the text its digest was made of")
        missing = [each for each in sorted(told.pages) if not self._is_accounted(each)]
        if missing:
            raise ValueError(f"the page {missing[0][:12]}… of {told.url} is not in the file")
        with self.archive.transaction() as connection:
            outcome, kept = bundles.bring(connection, told)
            if outcome != "unchanged":
                bundles.settle(connection, self.archive.learn([kept]))
            self.told.outcomes[outcome] += 1
        self._put_fetches(self.waiting.pop(told.url, []), kept)

    def _put_fetches(self, rows: list[Row], article: int | None) -> None:
        with self.archive.transaction() as connection:
            for row in rows:
                self.told.outcomes["requests"] += put_fetch(connection, row, article)

    # --- other people's -------------------------------------------------------

    def _seen_again(self, record: WarcRecord) -> Page | None:
        """The page that a record says was the same as another one, which is in this file or in the archive."""
        again, moment = _named(record)
        of = (record.headers.get("WARC-Refers-To-Target-URI") or again).strip("<>")
        when = record.headers.get("WARC-Refers-To-Date")
        then = datetime.fromisoformat(when).astimezone(UTC) if when else moment
        keys = _keys(of, then, record.headers.get("WARC-Payload-Digest"))
        place = next((self.places[each] for each in keys if each in self.places), None)
        first = self._before(of, then) if place is None else self._at(place)
        if first is None:
            self.told.skipped["revisit of a page that is not here"] += 1
            return None
        return self._theirs(replace(first, url=again, fetched_at=moment, hops=()))

    def _before(self, url: str, moment: datetime) -> Page | None:
        """The page of this address in the archive that was seen then, or last before."""
        row = self.db.execute(_BEFORE, (url, moment.isoformat())).fetchone()
        if row is None:
            return None
        with closing(schema.reader(schema.pages_path(self.archive.path))) as pages:
            content = _content(pages, row["page"])
        return None if content is None else originals.of(row, content)

    def _at(self, place: int) -> Page | None:
        from fastwarc.warc import ArchiveIterator

        with self.path.open("rb") as file:
            file.seek(place)
            return next((_page(record) for record in ArchiveIterator(file, parse_http=True)), None)

    def _theirs(self, page: Page) -> Page | None:
        reason = _passed_over(page)
        if reason:
            self.told.skipped[reason] += 1
            return None
        if document.web(page.url):
            urls.clean(page.url)  # what is no address is a broken record
        if self._is_known(page):
            self.told.outcomes["known"] += 1
        else:
            return page
        return None

    def _is_known(self, page: Page) -> bool:
        query = "select 1 from fetches where requested = ? and at = ?"
        return self.db.execute(query, (page.requested, page.fetched_at.isoformat())).fetchone() is not None


_BEFORE = "select * from fetches where requested = ? and at <= ? and page is not null order by at desc limit 1"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TABLES = (
    ("urls", "urls"),
    ("observations", "revisions"),
    ("headlines", "headlines"),
    ("dropped", "dropped"),
    ("marks", "changes"),
)
_TEXTS = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")


def _next(file: BinaryIO, at: int) -> int | None:
    """Where the next record begins, compressed or plain; None at the end."""
    file.seek(at)
    before = b""
    while block := file.read(1 << 20):
        joined = before + block
        found = [each for each in (joined.find(b"\x1f\x8b\x08"), joined.find(b"WARC/1.")) if each >= 0]
        if found:
            return file.tell() - len(joined) + min(found)
        before = joined[-8:]
    return None


def _known(db: sqlite3.Connection, table: str, row: Row) -> Row:
    """The columns of a row that this program has; a file may come from a later version, or from anybody."""
    names = {each[1] for each in db.execute(f"pragma table_info({table})")} - {"id", "article_id"}
    return {name: value for name, value in row.items() if name in names}


def _named(record: WarcRecord) -> tuple[str, datetime]:
    """Whose record it is, and of when."""
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    moment = record.record_date
    if not url or moment is None:
        raise ValueError("a record without an address or a date")
    return url, moment.astimezone(UTC)


def _keys(url: str, moment: datetime, digest: str | None) -> list[int]:
    """What a page is found by again, the surest first: its address and time, what it was made of, its address."""
    return [hash((url, moment)), *([hash(digest)] if digest else []), hash(url)]


def _page(record: WarcRecord) -> Page:
    """The page of a response; its codings undone. Raises `FetchError` when they cannot be."""
    url, moment = _named(record)
    told = record.http_headers
    content = record.reader.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError(f"{url} is larger than {_LARGEST >> 20} MiB")
    if told is None:
        kind = (("content-type", record.headers.get("Content-Type") or ""),)
        return Page(url, content, 0, kind, moment)
    headers = tuple((str(name).lower(), str(value)) for name, value in told)
    named = dict(headers)
    if "chunked" in named.get("transfer-encoding", "").lower():
        content = coding.unchunked(content)
    return Page(url, _decoded(content, named), told.status_code or 0, headers, moment)


def _decoded(content: bytes, headers: dict[str, str]) -> bytes:
    """Some crawlers keep the coding's header and not the coding: what does not decode is taken as it stands."""
    coding_name = headers.get("content-encoding")
    if not coding_name or content[:1] == b"<":
        return content
    parts, size = [], 0
    for part in coding.decoded(content, coding.decoders(coding_name)):
        size += len(part)
        if size > _LARGEST:
            raise ValueError(f"unpacks to more than {_LARGEST >> 20} MiB")
        parts.append(part)
    return b"".join(parts)


def _passed_over(page: Page) -> str | None:
    """Why a response is no page to keep, or None."""
    kind = (page.header("content-type") or "text/html").partition(";")[0].strip().lower()
    if page.status == 304:
        return "304 not modified"
    if 300 <= page.status < 400:
        return "redirect"
    if not page.url.startswith(("http://", "https://", "capture:")):
        return "no web address"
    return None if kind in _TEXTS else f"no text: {kind}"
