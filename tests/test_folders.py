"""Folders of saved pages, captures and WARC files: each file has an outcome, twice changes nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper import folders, saved, schema
from scraper.archive import Archive
from scraper.crew import Crew
from scraper.errors import Unusable
from scraper.intake import Imported
from scraper.query import Reader
from scraper.saved import Origin
from scraper.verify import faults
from tests.archives import said
from tests.conftest import SCRAPER, Run
from tests.fixtures import FOLDER
from tests.pages import NOON, TEXT, html

LONG = (*TEXT, "It was cold. " * 30)


def write(folder: Path, name: str, content: bytes, at: datetime = NOON) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    os.utime(file, (at.timestamp(), at.timestamp()))
    return file


def story(word: str, head: str = "") -> bytes:
    return html(*(each.replace("budget", word) for each in LONG), title=f"The {word} passed", head=head)


def brought(path: Path, folder: Path) -> Imported:
    with Archive(path) as archive, Crew(2) as crew:
        return folders.bring(archive, folder, crew)


def kept(path: Path) -> dict[str, str]:
    """Each article's address with the moment it was first seen."""
    with Reader(path) as reader:
        return {each.article.url or "": each.first_seen for each in reader.everything()}


MHTML = b"""From: <Saved by Blink>
Snapshot-Content-Location: https://lund.example/2026/toll
Date: Wed, 4 Mar 2026 14:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="----b"

------b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable
Content-Location: https://lund.example/2026/toll

%s
------b
Content-Type: image/png

x
------b--
""" % story("toll").replace(b"=", b"=3D")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "saved"
    link = '<link rel=canonical href="https://lund.example/2026/tax">'
    saved_from = b"<!-- saved from url=(0029)https://lund.example/2026/fee -->\n"
    write(folder, "a/tax.html", story("tax", link))
    write(folder, "a/fee.htm", saved_from + story("fee"))
    write(folder, "a/fee_files/frame.html", b"<html><body>An advertisement</body></html>")
    write(folder, "a/fee_files/style.css", b"p {}")
    write(folder, "b/story.php?id=5", story("rent", '<meta property="og:url" content="https://lund.example/rent">'))
    write(folder, "b/toll.mhtml", MHTML.replace(b"\n", b"\r\n"))
    write(folder, "b/copied.txt", (FOLDER / "capture-browser.txt").read_bytes())
    write(folder, "b/logo.png", b"\x89PNG\r\n\x1a\n")
    write(folder, "b/robots.txt", b"User-agent: *\n")
    write(folder, "b/empty.html", b"")
    write(folder, "b/wall.html", b"<title>Just a moment...</title><p>Checking your browser before you go on.")
    return folder


def test_every_file_of_a_folder_has_an_outcome(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    told = brought(path, folder)
    assert (told.outcomes["new"], dict(told.skipped)) == (5, {"neither page nor capture": 2})
    assert [fault.partition(": ")[0] for fault in told.faults] == [
        str(folder / "b/empty.html"), str(folder / "b/wall.html"),
    ]  # fmt: skip
    addresses = kept(path)
    assert {each for each in addresses if each.startswith("https://lund.example/")} == {
        "https://lund.example/2026/tax",
        "https://lund.example/2026/fee",
        "https://lund.example/rent",
        "https://lund.example/2026/toll",
    }
    assert addresses["https://lund.example/2026/tax"] == "2026-03-04T12:00:00+00:00"
    assert addresses["https://lund.example/2026/toll"] == "2026-03-04T13:00:00+00:00"
    assert list(faults(path)) == []


def test_twice_changes_nothing_and_names_the_same_files(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    first = brought(path, folder)
    before = path.read_bytes(), schema.pages_path(path).read_bytes()
    again = brought(path, folder)
    assert (again.outcomes["known"], again.outcomes["new"]) == (5, 0)
    assert again.faults == first.faults
    assert (path.read_bytes(), schema.pages_path(path).read_bytes()) == before


def test_pages_saved_at_different_times_are_wordings_in_their_order(tmp_path: Path) -> None:
    path, folder = tmp_path / "news.db", tmp_path / "saved"
    head = b"<!-- saved from url=(0025)https://lund.example/vote -->"
    write(folder, "1.html", head + story("budget").replace(b"The budget", b"Vote"), datetime(2026, 3, 6, tzinfo=UTC))
    write(folder, "2.html", head + story("tax").replace(b"The tax", b"Vote"), datetime(2026, 3, 5, tzinfo=UTC))
    assert dict(brought(path, folder).outcomes) == {"new": 1, "joined": 1}
    assert [body.split()[6] for _, _, _, _, body in said(path)["wordings"]] == ["tax", "budget"]
    assert list(faults(path)) == []


def test_a_file_without_a_time_of_its_own_was_seen_now(tmp_path: Path) -> None:
    path, folder = tmp_path / "news.db", tmp_path / "saved"
    write(folder, "x.html", story("tax"), datetime(1980, 1, 1, tzinfo=UTC))
    brought(path, folder)
    [seen] = kept(path).values()
    assert datetime.fromisoformat(seen) > datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        (b"<!-- saved from url=(0024)https://lund.example/a?b=1 -->", Origin("https://lund.example/a?b=1")),
        (b"<!-- saved from url=(0014)about:internet -->", Origin()),
        (b"<!-- saved from url=(0011)file:///tmp -->", Origin()),
        (
            b"<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: https://lund.example/a \n saved date: Wed Mar 04 2026 13:00:00 GMT+0100 (Central European Standard Time)\n-->",
            Origin("https://lund.example/a", NOON),
        ),
        (
            b"<!-- Mirrored from lund.example/a.html by HTTrack Website Copier/3.x [XR&CO'2014], Wed, 04 Mar 2026 12:00:00 GMT -->",
            Origin("http://lund.example/a.html", NOON),
        ),
        (b"<p>saved from url=(0024)https://lund.example/a</p>", Origin()),
        (b"<!--" * 5000, Origin()),
    ],
)
def test_a_saved_page_says_where_it_came_from(line: bytes, origin: Origin) -> None:
    assert saved.origin(line + b"<p>hello") == origin


def test_what_is_no_file_and_what_unpacks_without_end_harm_nothing(tmp_path: Path) -> None:
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (depth, depth) for depth in range(3000)
    )
    folder = write(tmp_path / "saved", "deep.mhtml", nested).parent
    os.mkfifo(folder / "pipe.html")
    (folder / "gone.html").symlink_to(folder / "nowhere.html")
    told = brought(tmp_path / "news.db", folder)
    assert dict(told.skipped) == {"neither page nor capture": 2}
    assert told.faults == [f"{folder}/deep.mhtml: no page in this web archive"]


def test_nothing_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="no such file or folder"):
        brought(tmp_path / "news.db", tmp_path / "none")


def test_the_command_goes_on_after_a_bad_path_and_says_so(scraper: Run, folder: Path, tmp_path: Path) -> None:
    (folder / "torn.warc.gz").write_bytes(b"no warc")
    done = scraper("import", "nowhere", folder, "--workers", "1")
    assert done.returncode == 1
    assert done.stdout.decode() == (
        f"{folder}: 1 empty, 5 new, 1 wall, 2 left out (neither page nor capture); 3 faults\n"
    )
    lines = done.stderr.decode().splitlines()
    assert lines[0] == "scraper: nowhere: no such file or folder"
    assert [line.partition(":")[2].partition(":")[0].rpartition("/")[2] for line in lines[1:]] == [
        "empty.html", "wall.html", "torn.warc.gz is no WARC file, or nothing in it can be read",
    ]  # fmt: skip


def test_killed_at_any_moment_the_next_import_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    for number in range(60):
        link = f'<link rel=canonical href="https://lund.example/{number}">'
        write(folder, f"{number:02}.html", story(f"tax{number}", link))
    undisturbed = tmp_path / "undisturbed.db"
    brought(undisturbed, folder)
    path = tmp_path / "news.db"
    for wait in (0.4, 0.8, 1.0, 1.2):
        run = subprocess.Popen(
            [SCRAPER, "import", str(folder), "--db", str(path), "--workers", "1"], stdout=subprocess.DEVNULL
        )
        time.sleep(wait)
        run.send_signal(signal.SIGKILL)
        run.wait()
    brought(path, folder)
    assert said(path) == said(undisturbed)
    assert list(faults(path)) == []
