"""A crawl beside others on the same archive, and on a disk that fills or fails under it."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scraper import verify
from scraper.query import Reader
from tests.conftest import SCRAPER
from tests.press import Press

EACH = 30


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    with Press(hosts=2).fill(EACH) as opened:
        (tmp_path / "sources.toml").write_text(opened.config())
        yield opened


def command(folder: Path, *arguments: str) -> list[str]:
    return [SCRAPER, *arguments, "--db", str(folder / "news.db")]


def crawl(folder: Path, delay: str) -> list[str]:
    return command(folder, "crawl", "--config", str(folder / "sources.toml"), "--workers", "1", "--delay", delay)


@contextmanager
def crawling(press: Press, folder: Path, delay: str = "0.1") -> Iterator[subprocess.Popen[str]]:
    """A crawl that is at work and archives; at the end it has come home in good order with everything."""
    run = subprocess.Popen(crawl(folder, delay), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        while run.poll() is None and sum(path.startswith("/news/") for _, _, path, _ in press.asked) < 4:
            time.sleep(0.01)
        yield run
        out, err = run.communicate()
        assert (run.returncode, err, out.count("\n")) == (0, "", 1)
        assert list(verify.faults(folder / "news.db")) == []
        with Reader(folder / "news.db") as reader:
            assert len(reader) == 2 * EACH
    finally:
        run.kill()
        run.communicate()


def asked(folder: Path, *arguments: str) -> str:
    """What a command prints that does its work without a word of trouble."""
    done = subprocess.run(command(folder, *arguments), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_who_reads_while_a_crawl_writes_sees_whole_records_ever_more_of_them(press: Press, tmp_path: Path) -> None:
    counts = []
    with crawling(press, tmp_path) as run:
        while run.poll() is None:
            listed = asked(tmp_path, "list", "--nl", "--limit", "100").count("\n")
            found = asked(tmp_path, "search", "harbour", "--nl", "--limit", "100").count("\n")
            records = [json.loads(line) for line in asked(tmp_path, "export", "--nl").splitlines()]
            assert all(map(is_whole, records))
            counts += [listed, found, len(records)]
    assert counts == sorted(counts)
    assert len(set(counts)) > 3


def is_whole(record: dict[str, Any]) -> bool:
    """With everything that a page of the press gives an article."""
    paragraphs = record["body"].split("\n\n")
    return bool(record["headline"] and record["first_seen"]) and len(paragraphs) == 6 and paragraphs[-1].endswith(".")


def test_verify_finds_no_fault_in_an_archive_that_a_crawl_writes(press: Press, tmp_path: Path) -> None:
    with crawling(press, tmp_path) as run:
        while run.poll() is None:
            for how in ((), ("--quick",)):
                done = subprocess.run(command(tmp_path, "verify", *how), capture_output=True, text=True, check=False)
                assert (done.returncode, done.stdout) == (0, "")


def test_others_may_write_while_a_crawl_does(press: Press, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "sources.toml").write_text(press.config())
    subprocess.run([*crawl(other, "0"), "--limit", "9"], capture_output=True, check=True)
    press.asked.clear()
    with crawling(press, tmp_path) as run:
        assert "articles new" in asked(tmp_path, "merge", str(other / "news.db"))
        for change in (["reextract"], ["repair"], ["prune", "--older", "1y"]):
            done = subprocess.run(command(tmp_path, *change), capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        assert run.poll() is None


# --- disks --------------------------------------------------------------------

FULL = "mount -t tmpfs -o size={size} none '{folder}' || exit 99"
FAILS = """
truncate -s 60M '{folder}/../disk' && mkfs.ext4 -q '{folder}/../disk' &&
mount -o loop,errors=remount-ro '{folder}/../disk' '{folder}' || exit 99
fault=/sys/fs/ext4/$(basename $(findmnt -n -o SOURCE '{folder}'))/trigger_fs_error
test -w $fault || exit 99
(until test -s '{folder}/news.db-wal'; do sleep 0.1; done; sleep 1; echo a test > $fault) &
"""


@pytest.mark.parametrize(
    ("disk", "delay", "said"),
    [
        (FULL.format(size="1500k", folder="{folder}"), "0", "no room left on the disk of"),
        (FULL.format(size="300k", folder="{folder}"), "0", "(?:no room left on )?the disk of"),
        (FAILS, "0.1", "the disk of"),
    ],
    ids=["fills", "is too small to begin", "becomes read-only"],
)
def test_a_disk_that_fails_under_a_crawl_ends_it_in_one_line(tmp_path: Path, disk: str, delay: str, said: str) -> None:
    folder, saved = tmp_path / "mounted", tmp_path / "saved"
    folder.mkdir()
    with Press(hosts=2).fill(60) as press:
        (tmp_path / "sources.toml").write_text(press.config())
        run = " ".join(crawl(folder, delay)).replace("mounted/sources", "sources")
        script = f"{disk.format(folder=folder)}\n{run}\nstatus=$?\ncp -a '{folder}' '{saved}'; exit $status"
        done = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, text=True, check=False)
        if not saved.exists():
            pytest.skip("nothing can be mounted here")
        assert (done.returncode, done.stdout) == (1, "")
        assert re.fullmatch(rf"scraper: {said} {folder}/news(\.pages)?\.db.*\n", done.stderr)
        (saved / "sources.toml").write_text(press.config())
        subprocess.run(crawl(saved, "0"), capture_output=True, check=True)
    assert list(verify.faults(saved / "news.db")) == []
    with Reader(saved / "news.db") as reader:
        assert len(reader) == 120
