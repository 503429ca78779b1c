"""A folder that shows to a third person, with nothing but `sha256sum`, what was kept and when it was sealed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from scraper import originals, schema, seals
from scraper.errors import ArchiveError
from scraper.query import Reader, Stored

README = """\
What is here, and what it shows
===============================

{headline}
{url}

`sha256sum -c SHA256SUMS` checks every file of this folder with a tool that every system has.

* page.*         the page, byte for byte as it came; its SHA-256 stands in fetch-*.json as "page".
* headers-*.txt  the headers of the answer, for reading; fetch-*.json has the same.
* fetch-*.json   the request: address, time, status, headers, and the page's SHA-256.
* revision-*.json each wording: when it was first seen, and on which page.
* record.json    the article as it was read from the page.
* seals/         the chain. Each file names the SHA-256 of the seal before it (and of one further back), and that of
                 every row it covers: fetch-*.json and revision-*.json are such rows, to the byte.

The SHA-256 of seals/{head}.txt is

    {hash}

Whoever has noted it on a day can show that all of this was there on that day, unchanged. From there every file
leads, by the hashes it names, to the seal that has the rows.
"""


def prove(path: Path | str, which: str, folder: Path | str) -> list[Path]:
    """The files written, `SHA256SUMS` the last. Raises `ArchiveError`: no such article, its page is not whole,
    the folder is not empty, or the chain does not fit any more.
    """
    path, folder = Path(path), Path(folder)
    if folder.exists() and any(folder.iterdir()):
        raise ArchiveError(f"{folder} is not empty")
    with Reader(path) as reader:
        stored = reader.show(which)
    files = _files(path, stored)
    with schema.translated(folder):
        written = []
        for name, content in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            written.append(target)
        sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
        (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return [*written, folder / "SHA256SUMS"]


def _files(path: Path, stored: Stored) -> dict[str, bytes]:
    pages_path = schema.pages_path(path)
    with (
        closing(schema.reader(path)) as db,
        closing(schema.reader(pages_path)) as pages,
        schema.translated(path),
    ):
        content = originals.body(pages, stored.page)
        requests = db.execute(
            "select id, headers from fetches where page = ? and article_id = ? order by at", (stored.page, stored.id)
        ).fetchall()
        wordings = [row[0] for row in db.execute("select id from revisions where article_id = ?", (stored.id,))]
        rows = [("fetch", row["id"]) for row in requests] + [("revision", each) for each in wordings]
        files = {f"page{_suffix(content)}": content, "record.json": _json(stored.record())}
        files |= {f"{kind}-{row}.json": _line(seals.leaf(db, kind, row)) for kind, row in rows}
        files |= {f"headers-{row['id']}.txt": _headers(row["headers"]) for row in requests}
        head = seals.newest(db)
        for number in _needed(head.number, (seals.covering(db, kind, row) for kind, row in rows)):
            files[f"seals/{number}.txt"] = seals.text(db, number).encode("utf-8")
            _check(files[f"seals/{number}.txt"], seals.get(db, number))
    told = README.format(headline=stored.article.headline, url=stored.article.url, head=head.number, hash=head.hash)
    return files | {"README.txt": told.encode("utf-8")}


def _needed(newest: int, wanted: Iterable[int | None]) -> list[int]:
    """The seals from the newest back to each that covers a row."""
    steps = {step for each in wanted if each is not None for step in seals.path(newest, each)}
    return sorted(steps)


def _check(content: bytes, seal: seals.Seal) -> None:
    if hashlib.sha256(content).hexdigest() != seal.hash:
        raise ArchiveError(f"seal {seal.number} does not fit its rows any more: nothing can be proved by it")


def _suffix(content: bytes) -> str:
    return ".html" if b"<" in content[:1000] else ".txt"


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _line(leaf: str | None) -> bytes:
    return f"{leaf}\n".encode()


def _headers(stored: str | None) -> bytes:
    return "".join(f"{name}: {value}\n" for name, value in json.loads(stored or "[]")).encode("utf-8")
