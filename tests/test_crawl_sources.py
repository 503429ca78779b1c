"""What becomes of the queue when the file of sources changes, the clock does, or a run is told to do a part of it."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scraper import crawl, hosts
from scraper.config import parse
from scraper.crawl import Options, Web
from scraper.guard import Guard
from scraper.models import Source
from scraper.runs import Tally
from scraper.visits import Wanted
from tests.conftest import Run
from tests.press import Press, sentences


@pytest.fixture
def press() -> Iterator[Press]:
    with Press(hosts=2).fill(3) as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


def run(press: Press, archive: Path, sources: list[Source], **asked: object) -> Tally:
    """A crawl without delays."""
    options = replace(Options(delay=0.0, workers=1), **asked)  # type: ignore[arg-type]
    return crawl.run(archive, sources, options, Web(guard=Guard.allowing(press.networks)))


def articles(press: Press, since: int) -> list[tuple[str, str]]:
    return sorted((host, path) for _, host, path, _ in press.asked[since:] if path.startswith("/news/"))


def owners(archive: Path) -> set[str | None]:
    with closing(sqlite3.connect(archive)) as db:
        return {row[0] for row in db.execute("select distinct source from visits")}


def test_what_waits_of_a_source_that_is_taken_out_waits_until_it_is_back(press: Press, archive: Path) -> None:
    one, other = parse(press.config()).sources
    run(press, archive, [one, other], limit=1)
    asked = len(press.asked)
    run(press, archive, [one])
    assert {host for host, _ in articles(press, asked)} <= {"127.0.0.1"}
    assert run(press, archive, [one], everything=True).unchanged == 3
    assert {host for host, _ in articles(press, asked)} == {"127.0.0.1"}
    run(press, archive, [one, other])
    assert len({path for host, path in articles(press, 0) if host == "127.0.0.2"}) == 3


def test_a_source_under_another_name_goes_on_where_it_was(press: Press, archive: Path) -> None:
    one, other = parse(press.config()).sources
    run(press, archive, [one, other], limit=2)
    asked = len(press.asked)
    run(press, archive, [replace(one, name="one"), replace(other, name="other")])
    assert len(articles(press, asked)) == 4
    assert owners(archive) == {"one", "other"}
    assert [path for _, _, path, _ in press.asked[asked:] if not path.startswith("/news/")] == []


def test_a_link_of_a_source_that_is_taken_out_belongs_to_who_still_shows_it(press: Press, archive: Path) -> None:
    one, _ = parse(press.config()).sources
    section = Source("section", f"{one.home}section/", feeds=(f"{one.home}feed.xml",))
    run(press, archive, [one])
    press.publish(0, "story-1", "Report 1 from the harbour", ["Corrected: it was a ferry.", *sentences(1)])
    assert run(press, archive, [section]).revised == 1
    assert run(press, archive, [section], everything=True).unchanged == 3


def test_a_dry_run_counts_what_a_run_would_ask(press: Press, archive: Path) -> None:
    one, other = parse(press.config()).sources
    now = datetime.now(UTC)
    fresh = {"source": one.name, "looks": 1, "articles": 0}
    assert list(crawl.due(archive, [one], now)) == [fresh]
    run(press, archive, [one, other], limit=1)
    now = datetime.now(UTC)
    assert sum(row["articles"] for row in crawl.due(archive, [one, other], now)) == 5
    run(press, archive, [one, other])
    assert sum(row["articles"] for row in crawl.due(archive, [one, other], datetime.now(UTC))) == 0
    told = list(crawl.due(archive, [one, other], now, Options(Wanted(source=other.name), everything=True)))
    assert told == [{"source": other.name, "looks": 3, "articles": 3}]


def test_a_dry_run_writes_nothing(press: Press, scraper: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(press.config())
    assert scraper("crawl", "--config", "s.toml", "--dry-run").returncode == 0
    assert [each.name for each in tmp_path.iterdir()] == ["s.toml"]
    scraper("crawl", "--config", "s.toml", "--delay", "0", "--limit", "2", "--workers", "1")
    before = _digests(tmp_path)
    done = scraper("crawl", "--config", "s.toml", "--dry-run")
    assert sum(map(int, re.findall(rb"(\d+) articles", done.stdout))) == 4
    assert _digests(tmp_path) == before


def test_a_source_that_is_paused_is_not_asked_at_all(press: Press, scraper: Run, tmp_path: Path) -> None:
    config, quick = tmp_path / "s.toml", ("crawl", "--config", "s.toml", "--delay", "0", "--workers", "1")
    config.write_text(press.config())
    scraper(*quick, "--limit", "1")
    asked = len(press.asked)
    config.write_text(press.config().replace("[[source]]", "[[source]]\npaused = true"))
    assert b"0 sources, 0 requests" in scraper(*quick, "--all").stdout
    assert len(press.asked) == asked
    name = parse(press.config()).sources[0].name
    done = scraper(*quick, "--only", name)
    assert (done.returncode, done.stderr.decode()) == (2, f"scraper: --only {name!r} is paused in the file\n")


def test_only_for_a_source_that_is_not_there_says_so(press: Press, scraper: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(press.config())
    done = scraper("crawl", "--config", "s.toml", "--only", "nobody")
    assert done.returncode == 2
    assert done.stderr == b"scraper: --only 'nobody' is no source; `scraper sources list` names them\n"
    assert press.asked == []


def test_a_limit_is_of_pages_that_are_asked_for(press: Press, archive: Path) -> None:
    """A host that wants peace uses nothing up."""
    sources = list(parse(press.config()).sources)
    for host in press.stories:
        host.clear()
    press.fill(8)
    run(press, archive, sources, limit=1)
    with closing(sqlite3.connect(archive)) as db, db:
        first = db.execute("select host from fetches where page is not null").fetchone()[0]
        rests = next(host for host in ("127.0.0.1", "127.0.0.2") if host != first)
        hosts.rest(db, rests, datetime.now(UTC) + timedelta(hours=1), "asked to")
    assert run(press, archive, sources, limit=6).new == 6
    assert run(press, archive, sources, limit=1).new == 1


@pytest.mark.parametrize("waiting", [3, 4])
def test_a_budget_of_a_host_is_kept_to_the_request(press: Press, archive: Path, waiting: int) -> None:
    """robots.txt, the home page, the feed's usual place and the sitemap count as well."""
    [source] = parse(press.config()).sources[:1]
    if waiting == 4:
        press.publish(0, "one-more", "One more report", sentences(77))
    tally = run(press, archive, [source], budget=7)
    assert (tally.requests, tally.new) == (len(press.asked), 3)
    assert len(press.asked) == 7
    later = archive_due(archive)
    assert len(later) == waiting - 3


def archive_due(archive: Path) -> list[str]:
    with closing(sqlite3.connect(archive)) as db:
        return [row[0] for row in db.execute("select url from visits where kind = 'article' and state = 'new'")]


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_a_day_off_between_two_runs_holds_nothing_up(press: Press, archive: Path, days: int) -> None:
    """As if the first run had been on another day than its clock said."""
    sources = list(parse(press.config()).sources)
    run(press, archive, sources)
    with closing(sqlite3.connect(archive)) as db, db:
        for table, columns in MOMENTS.items():
            for column in columns.split():
                moved = f"strftime('%Y-%m-%dT%H:%M:%f+00:00', {column}, '{-days} days')"
                db.execute(f"update {table} set {column} = {moved} where {column} is not null")
    press.publish(0, "late", "A late report", sentences(99))
    tally = run(press, archive, sources)
    assert (tally.new, tally.unchanged, tally.failed) == (1, 6, 0)
    assert run(press, archive, sources).requests == 0


MOMENTS = {"visits": "due found asked changed", "fetches": "at", "runs": "started finished", "robots": "at"}


def _digests(folder: Path) -> dict[str, str]:
    files = [each for each in folder.iterdir() if not each.name.endswith(("-shm", "-wal"))]
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in files}
