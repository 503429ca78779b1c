"""`scraper doctor`: what is fit for work, and every fault by its name."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from scraper import doctor, schema
from scraper.runs import lock
from tests.archives import archive
from tests.conftest import Run

GB = 10**9


def found(scraper: Run, *more: str, **environment: str) -> tuple[int, list[tuple[str, str, str]]]:
    done = scraper("doctor", "--nl", *more, **environment)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.stderr == b""
    return done.returncode, [(row["verdict"], row["what"], row["said"]) for row in rows]


def test_a_new_folder_is_fit_for_work(scraper: Run) -> None:
    status, rows = found(scraper)
    assert status == 0
    assert [(verdict, what) for verdict, what, _ in rows] == [
        ("ok", "python"), ("ok", "libraries"), ("ok", "sqlite"), ("ok", "certificates"), ("ok", "workers"),
        ("ok", "sources"), ("ok", "archive"), ("ok", "disk"),
    ]  # fmt: skip
    assert "httpx 0.28" in rows[1][2]


def test_a_whole_archive_is_fit(scraper: Run, tmp_path: Path) -> None:
    archive(tmp_path / "news.db", ("https://lund.example/1", "budget", 0))
    status, rows = found(scraper)
    assert status == 0
    assert [row for row in rows if row[1] in ("archive", "lock")] == [
        ("ok", "archive", f"{tmp_path}/news.db: version {schema.VERSION}"),
        ("ok", "archive", "structure and references are whole"),
        ("ok", "lock", "free"),
    ]
    with lock(tmp_path / "news.db"):
        assert ("ok", "lock", "a run is at work") in found(scraper)[1]


def test_every_fault_of_the_sources_is_told_by_its_line(scraper: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(
        'gab = 1\n[[source]]\nhom = "a.example"\n[[source]]\nhome = 7\n[[source]]\nhome = "b.example"\n'
    )
    status, rows = found(scraper, "--config", "s.toml")
    assert status == 1
    assert [row[2] for row in rows if row[1] == "sources"] == [
        "s.toml:1: unknown key 'gab', did you mean 'gap'?",
        "s.toml:3: unknown key 'hom', did you mean 'home'?",
        's.toml:5: home must be an address, like "https://news.example/"',
        "s.toml: 1 sources, 0 paused",
    ]
    assert found(scraper, "--config", "none.toml")[0] == 1


def test_a_damaged_archive_is_a_fault(scraper: Run, tmp_path: Path) -> None:
    path = archive(tmp_path / "news.db", ("https://lund.example/1", "budget", 0))
    db = sqlite3.connect(path)
    db.execute("delete from urls")
    db.commit()
    db.close()
    schema.pages_path(path).unlink()
    status, rows = found(scraper)
    assert status == 1
    assert any(row[0] == "fault" and row[2].endswith("the pages are missing") for row in rows)
    path.write_bytes(b"no archive at all " * 100)
    assert ("fault", "archive", f"{path} is not an SQLite database") in found(scraper)[1]


def test_certificates_that_are_not_there_are_a_fault(scraper: Run, tmp_path: Path) -> None:
    status, rows = found(scraper, SSL_CERT_FILE=str(tmp_path / "none.pem"))
    assert status == 1
    assert [row[0] for row in rows if row[1] == "certificates"] == ["fault"]


@pytest.mark.parametrize(
    ("free", "size", "growth", "finding"),
    [
        (50 * GB, 0, 0, (True, "50 GB free, the archive takes 0 bytes")),
        (
            50 * GB,
            3 * GB,
            GB / 10,
            (True, "50 GB free, the archive takes 3 GB and grows by 100 MB a day: 500 days left"),
        ),
        (50 * GB, 3 * GB, 10 * GB, (False, "50 GB free, the archive takes 3 GB and grows by 10 GB a day: 5 days left")),
        (2 * GB, 3 * GB, GB / 1000, (False, "2 GB free, the archive takes 3 GB and grows by 1 MB a day: 5 years left")),
        (50_000_000, 0, 0, (False, "50 MB free, the archive takes 0 bytes")),
    ],
)
def test_the_disk_has_room_for_a_week_and_a_repair(
    free: int, size: int, growth: float, finding: tuple[bool, str]
) -> None:
    told = doctor.room(free, size, growth)
    assert (told.is_ok, told.said) == finding


@pytest.mark.parametrize(
    ("version", "wanted", "holds"),
    [
        ("0.28.1", "httpx<0.29,>=0.28.1", True),
        ("0.29.0", "httpx<0.29,>=0.28.1", False),
        ("0.28", "httpx<0.29,>=0.28.1", False),
        ("1.0", "selectolax>=1.0.0", True),
        ("13.9.4", "rich>=13", True),
        ("2.3.0rc1", "trafilatura<3,>=2.3", True),
        ("5", "lxml_html_clean", True),
    ],
)
def test_versions_are_held_against_their_bounds(version: str, wanted: str, holds: bool) -> None:
    assert doctor.fits(version, wanted) == holds
