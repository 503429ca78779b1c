"""WARC out and in: the same archive, other tools' files, broken records."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from scraper import schema, warc
from scraper.archive import Archive
from scraper.crew import Crew
from scraper.errors import ArchiveError, Unreachable, Unusable
from scraper.intake import Imported
from scraper.models import Hop
from scraper.query import Reader
from scraper.verify import faults
from tests.archives import archive, said
from tests.pages import NOON, TEXT, article, html, page

ONE, TWO = "https://lund.example/1?id=5", "https://lund.example/2"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = archive(tmp_path / "news.db", (ONE, "budget", 0), (ONE, "tax", 1), (TWO, "fee", 2.5))
    with Archive(path) as kept:
        kept.record_failure("https://lund.example/gone", Unreachable("no answer"), NOON)
        moved = page(html("x"), "https://lund.example/3", hours=3, hops=(Hop("http://lund.example/old", 301),))
        kept.keep(article("https://lund.example/3", "Moved"), moved, "1")
    return path


def exported(path: Path, name: str = "all.warc.gz") -> Path:
    target = path.with_name(name)
    with target.open("wb") as file:
        warc.export(path, file)
    return target


def imported(file: Path, path: Path) -> Imported:
    with Archive(path) as target, Crew(1) as crew:
        return warc.bring(target, file, crew)


def test_export_and_import_give_the_same_archive(path: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.db"
    assert imported(exported(path), again).faults == []
    assert said(again) == said(path)
    assert list(faults(again)) == []


def test_importing_twice_changes_nothing(path: Path, tmp_path: Path) -> None:
    file, again = exported(path), tmp_path / "again.db"
    imported(file, again)
    before = again.read_bytes(), schema.pages_path(again).read_bytes()
    assert dict(imported(file, again).outcomes) == {"unchanged": 3, "requests": 0}
    assert (again.read_bytes(), schema.pages_path(again).read_bytes()) == before


def test_warcio_finds_nothing_wrong(path: Path) -> None:
    command = [str(Path(sys.executable).with_name("warcio")), "check", "-v", str(exported(path))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "digest pass" in done.stdout
    assert "fail" not in done.stdout


def test_no_metadata_stands_under_the_address_of_a_page(path: Path) -> None:
    told = gzip.decompress(exported(path).read_bytes()).decode("utf-8", "replace")
    heads = [each.partition("\r\n\r\n")[0] for each in told.split("WARC/1.1\r\n")[1:]]
    kinds = {(head.split("WARC-Type: ")[1].split()[0], "urn:scraper:" in head) for head in heads}
    assert kinds == {("warcinfo", False), ("response", False), ("request", False), ("metadata", True)}


def _response(url: str, body: bytes, date: str, head: str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n") -> bytes:
    block = head.encode() + b"\r\n" + body
    return (
        (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
            f"WARC-Record-ID: <urn:uuid:{abs(hash((url, date)))}>\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(block)}\r\n\r\n"
        ).encode()
        + block
        + b"\r\n\r\n"
    )


def _story(word: str) -> bytes:
    return html(TEXT[0].replace("budget", word), *TEXT[1:], "It was cold. " * 30)


FOREIGN = [
    _response(ONE, _story("tax"), "2026-03-04T13:00:00Z"),
    _response(ONE, _story("budget"), "2026-03-04T12:00:00Z"),
    _response(
        TWO,
        gzip.compress(_story("fee")),
        "2026-03-04T12:00:01Z",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n",
    ),
    _response(TWO, b"", "2026-03-04T14:00:00Z", "HTTP/1.1 304 Not Modified\r\n"),
    _response(TWO + "/x", b"", "2026-03-04T14:00:00Z", "HTTP/1.1 302 Found\r\nLocation: /2\r\n"),
    _response(TWO + "/y", b"<html>Not here</html>", "2026-03-04T14:00:00Z", "HTTP/1.1 404 Not Found\r\n"),
    _response(TWO + "/z", b"\x89PNG", "2026-03-04T14:00:00Z", "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"),
    _response(TWO, b"", "2026-03-04T15:00:00Z").replace(b"WARC-Type: response", b"WARC-Type: revisit"),
]


@pytest.mark.parametrize("packed", [gzip.compress, bytes])
def test_another_tools_file_is_read_and_each_record_has_an_outcome(tmp_path: Path, packed: object) -> None:
    file, path = tmp_path / "foreign.warc.gz", tmp_path / "news.db"
    file.write_bytes(b"".join(packed(each) for each in FOREIGN))  # type: ignore[operator]
    told = imported(file, path)
    assert told.faults == []
    assert dict(told.outcomes) == {"new": 2, "joined": 1, "unchanged": 1, "HTTP 404": 1}
    assert dict(told.skipped) == {"304 not modified": 1, "redirect": 1, "no text: image/png": 1}
    assert [(number, body.split()[6]) for url, number, _, _, body in said(path)["wordings"] if url == ONE] == [
        (1, "budget"),
        (2, "tax"),
    ]
    assert list(faults(path)) == []
    assert dict(imported(file, path).outcomes) == {"known": 5}


def _chunked(body: bytes) -> bytes:
    cut = [body[at : at + 100] for at in range(0, len(body), 100)]
    return b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in [*cut, b""])


def test_a_body_in_chunks_is_put_together(tmp_path: Path) -> None:
    path, head = tmp_path / "news.db", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n"
    coded = [
        _response(ONE, _chunked(_story("tax")), "2026-03-04T12:00:00Z", head),
        _response(
            TWO, _chunked(gzip.compress(_story("fee"))), "2026-03-04T12:00:00Z", f"{head}Content-Encoding: gzip\r\n"
        ),
        _response(TWO + "/3", _story("toll"), "2026-03-04T12:00:00Z", head),
    ]
    (tmp_path / "chunked.warc").write_bytes(b"".join(coded))
    assert imported(tmp_path / "chunked.warc", path).outcomes == {"new": 3}
    with Reader(path) as reader:
        bodies = [stored.article.body for stored in reader.everything()]
    assert sorted(body.split()[6] for body in bodies) == ["fee", "tax", "toll"]


def _revisit(url: str, date: str, of: str, when: str) -> bytes:
    told = f"WARC-Type: revisit\r\nWARC-Refers-To-Target-URI: {of}\r\nWARC-Refers-To-Date: {when}".encode()
    return _response(url, b"", date).replace(b"WARC-Type: response", told)


def test_a_page_that_was_the_same_again_was_seen_again(tmp_path: Path) -> None:
    path, first = tmp_path / "news.db", "2026-03-04T12:00:00Z"
    records = [
        _response(ONE, _story("tax"), first),
        _response(ONE, _story("fee"), "2026-03-05T12:00:00Z"),
        _revisit(ONE, "2026-03-06T12:00:00Z", ONE, first),
    ]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(map(gzip.compress, records)))
    later = [_revisit(ONE, "2026-03-07T12:00:00Z", ONE, first), _revisit(TWO, "2026-03-07T12:00:00Z", TWO, first)]
    (tmp_path / "b.warc").write_bytes(b"".join(later))
    assert imported(tmp_path / "a.warc.gz", path).outcomes == {"new": 1, "revised": 2}
    told = imported(tmp_path / "b.warc", path)
    assert (told.outcomes, told.skipped) == ({"unchanged": 1}, {"revisit of a page that is not here": 1})
    with Reader(path) as reader:
        assert (reader.show("1").revision, reader.show("1").last_seen) == (3, "2026-03-07T12:00:00+00:00")
    assert list(faults(path)) == []


def test_a_broken_record_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    members = [gzip.compress(each) for each in FOREIGN[:3]]
    torn = bytearray(members[1])
    torn[20:60] = bytes(40)
    file, path = tmp_path / "torn.warc.gz", tmp_path / "news.db"
    file.write_bytes(members[0] + bytes(torn) + members[2])
    told = imported(file, path)
    assert [each.partition(".gz ")[2] for each in told.faults] == [
        "at or after byte 0: OSError('Gzip decompression error: data error')"
    ]
    assert sorted(each["article"]["url"] for each in said(path)["articles"]) == [ONE, TWO]
    assert list(faults(path)) == []


def test_what_is_no_warc_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.warc").write_bytes(b"<html>no</html>" * 100)
    for name, what in (("x.warc", "no WARC file"), ("none.warc", "no such file")):
        with pytest.raises(Unusable, match=what):
            imported(tmp_path / name, tmp_path / "news.db")


def test_a_page_that_is_missing_is_in_no_file_that_says_nothing_of_it(path: Path) -> None:
    schema.pages_path(path).unlink()
    Archive(path).close()
    with pytest.raises(ArchiveError, match="is missing"):
        exported(path)
