"""A proof is checked with sha256sum alone, and the chain shows what was changed."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from scraper import proof, seals
from scraper.errors import ArchiveError
from scraper.verify import faults
from tests.archives import archive

SIGHTS = [(f"https://lund.example/{number}", f"tax{number}", float(number)) for number in range(40)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return archive(tmp_path / "news.db", *SIGHTS, ("https://lund.example/3", "fee", 50))


def test_a_folder_is_checked_by_sha256sum(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "proof"
    proof.prove(path, "https://lund.example/3", folder)
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert {"page.html", "record.json", "fetch-41.json", "revision-4.json", "revision-41.json"} < {
        each.name for each in folder.iterdir()
    }


def test_every_file_leads_by_hashes_from_the_newest_seal_to_the_rows(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "proof"
    proof.prove(path, "4", folder)
    named = {sha256(each.read_bytes()).hexdigest() for each in folder.glob("*.json")}
    hashes = {int(each.stem): sha256(each.read_bytes()).hexdigest() for each in folder.glob("seals/*.txt")}
    seen, reached, waiting = set(), set(), [max(hashes)]
    while waiting:
        number = waiting.pop()
        seen.add(number)
        told = (folder / "seals" / f"{number}.txt").read_text()
        reached |= {line.split()[2] for line in told.splitlines() if line.startswith(("fetch", "revision"))}
        links = re.findall(r"^(?:before|earlier) (\d+) (\w+)$", told, re.MULTILINE)
        waiting += [int(each) for each, hash_ in links if hashes.get(int(each)) == hash_ and int(each) not in seen]
    assert seen == set(hashes)
    assert len(hashes) < 20  # of 41
    rows = {each for each in named if each in reached}
    assert len(rows) == 3


@pytest.mark.parametrize(
    "forgery",
    [
        "update fetches set at = '2020-01-01T00:00:00+00:00' where id = 7",
        "delete from fetches where id = 7",
        "update revisions set seen = '2020-01-01T00:00:00+00:00' where id = 7",
        "update seals set at = '2020-01-01T00:00:00+00:00' where number = 7",
        "delete from seals where number = 7",
        "insert into amendments values ('fetch', 7, 20, '')",
    ],
)
def test_a_later_change_shows_in_the_chain(path: Path, forgery: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    assert list(seals.broken(connection)) == []
    connection.execute(forgery)
    assert list(seals.broken(connection)) != []
    connection.close()


def test_what_the_archive_itself_reads_anew_is_an_amendment_and_no_fault(path: Path) -> None:
    from scraper.archive import Archive
    from tests.pages import TEXT, article, html, page

    text = (TEXT[0].replace("budget", "tax7"), *TEXT[1:])
    same = page(html(*text), "https://lund.example/7", hours=7)
    with Archive(path) as kept:
        kept.keep(article("https://lund.example/7", text=text[:2]), same, "2")
    connection = sqlite3.connect(path)
    assert connection.execute("select kind, row from amendments").fetchall() == [("revision", 8)]
    connection.close()
    assert list(faults(path)) == []


def test_nothing_is_proved_of_what_does_not_fit(path: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("update fetches set at = '2020-01-01T00:00:00+00:00' where id = 41")
    connection.close()
    with pytest.raises(ArchiveError, match="nothing can be proved"):
        proof.prove(path, "4", tmp_path / "proof")


def test_a_folder_with_something_in_it_is_left_alone(path: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="is not empty"):
        proof.prove(path, "4", tmp_path)
