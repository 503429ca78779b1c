"""What the archive keeps, and that it keeps it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scraper import schema
from scraper.archive import Archive, Kept
from scraper.errors import ArchiveError, Gone
from scraper.models import Article, Block, Dropped, Evidence, Headline, Hop, Kind, Moment
from scraper.query import Reader
from scraper.verify import faults
from tests.pages import NOON, TEXT, article, html, page

CHANGED = (TEXT[0].replace("Monday", "Tuesday"), *TEXT[1:])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    with Archive(path) as archive:
        yield archive


def rows(path: Path, query: str) -> list[Any]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_the_same_words_in_other_paragraphs_are_no_revision_and_the_archive_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Archive(path) as archive:
        archive.keep(article(), page())
        kept = archive.keep(article(text=(" ".join(TEXT),)), page(b"other bytes", hours=1))
    assert (kept.outcome, kept.revision) == ("unchanged", 1)
    assert list(faults(path)) == []


def test_a_page_is_there_before_anything_reads_it(archive: Archive, path: Path) -> None:
    kept = archive.keep_page(page())
    assert rows(schema.pages_path(path), "select digest, size from pages") == [(kept, len(html()))]
    assert rows(path, "select * from articles") == []


def test_the_same_page_is_kept_once(archive: Archive, path: Path) -> None:
    assert archive.keep_page(page()) == archive.keep_page(page(hours=1))
    assert rows(schema.pages_path(path), "select count(*) from pages") == [(1,)]


def test_a_first_sight_is_new(archive: Archive) -> None:
    assert archive.keep(article(), page()) == Kept("new", 1, 1, "https://lund.example/budget")


def test_doing_it_twice_changes_nothing(archive: Archive, path: Path) -> None:
    archive.keep(article(), page())
    before = _dump(path)
    assert archive.keep(article(), page()) == Kept("unchanged", 1, 1, "https://lund.example/budget")
    assert _dump(path) == before


def test_seeing_it_again_moves_only_last_seen(archive: Archive, path: Path) -> None:
    archive.keep(article(), page())
    archive.keep(article(), page(hours=5))
    assert rows(path, "select first_seen, last_seen, revision from articles") == [
        ("2026-03-04T12:00:00+00:00", "2026-03-04T17:00:00+00:00", 1)
    ]
    assert rows(path, "select count(*) from revisions") == [(1,)]


def test_a_changed_wording_is_a_revision_and_the_old_one_stays(archive: Archive, path: Path) -> None:
    archive.keep(article(), page())
    kept = archive.keep(article(text=CHANGED), page(html(*CHANGED), hours=1))
    assert kept == Kept("revised", 1, 2, "https://lund.example/budget")
    wordings = rows(path, "select number, seen, body from wordings order by number")
    assert [(number, body) for number, _, body in wordings] == [(1, "\n\n".join(TEXT)), (2, "\n\n".join(CHANGED))]
    assert rows(path, "select number from revisions where body is null") == [(2,)]


def test_going_back_to_an_earlier_wording_is_a_revision_too(archive: Archive) -> None:
    archive.keep(article(), page())
    archive.keep(article(text=CHANGED), page(html(*CHANGED), hours=1))
    assert archive.keep(article(), page(hours=2)).revision == 3


@pytest.mark.parametrize(
    "trivial",
    [
        tuple(each.replace(" ", "  ") for each in TEXT),
        (TEXT[0], TEXT[1].replace("the vote was close", "the\u00a0vote was close"), TEXT[2]),
    ],
)
def test_white_space_is_no_revision(archive: Archive, trivial: tuple[str, ...]) -> None:
    archive.keep(article(), page())
    assert archive.keep(article(text=trivial), page(b"other bytes", hours=1)).outcome == "unchanged"


def test_quotes_and_dashes_are_no_revision(archive: Archive) -> None:
    text = ("He said: “It’s late – too late.” " + TEXT[0],)
    plain = ('He said: "It\'s late - too late." ' + TEXT[0],)
    archive.keep(article(text=text), page())
    assert archive.keep(article(text=plain), page(b"other", hours=1)).outcome == "unchanged"


def test_a_changed_headline_is_a_revision_and_both_wordings_are_kept(archive: Archive, path: Path) -> None:
    archive.keep(article(headline="Budget passed"), page())
    assert archive.keep(article(headline="Budget passed at last"), page(b"x", hours=1)).outcome == "revised"
    assert rows(path, "select text from headlines order by first_seen") == [
        ("Budget passed",),
        ("Budget passed at last",),
    ]


def test_other_fields_change_without_a_revision(archive: Archive, path: Path) -> None:
    archive.keep(article(), page())
    changed = replace(article(), section="Politics", modified=Moment("2026-03-04"), tags=("a", "b"))
    assert archive.keep(changed, page(b"x", hours=1)).outcome == "unchanged"
    assert rows(path, "select section, modified, tags from articles") == [("Politics", "2026-03-04", '["a", "b"]')]


def test_another_reading_of_the_same_page_is_no_revision(archive: Archive, path: Path) -> None:
    archive.keep(article(), page(), "1")
    kept = archive.keep(article(text=TEXT[:2]), page(hours=1), "2")
    assert (kept.outcome, kept.revision) == ("unchanged", 1)
    assert rows(path, "select body, extractor from articles") == [("\n\n".join(TEXT[:2]), "2")]
    assert list(faults(path)) == []


def test_the_kind_and_the_score_are_kept_and_follow_the_last_reading(archive: Archive, path: Path) -> None:
    archive.keep(replace(article(), kind="stub", quality=0.61), page())
    archive.keep(replace(article(), kind="live", quality=0.93), page(hours=1))
    with Reader(path) as reader:
        record = reader.show("1").record()
    assert (record["kind"], record["quality"], record["revisions"]) == ("live", 0.93, 1)


def test_every_address_leads_to_the_article(archive: Archive, path: Path) -> None:
    hops = (Hop("https://lund.example/go?utm_source=feed", 302), Hop("https://lund.example/old", 301))
    told = replace(article(), alternates=("https://amp.lund.example/budget",))
    archive.keep(told, page(url="https://lund.example/budget?ref=rss", hops=hops))
    assert dict(rows(path, "select url, place from urls")) == {
        "https://lund.example/budget": "address",
        "https://lund.example/go": "requested",
        "https://lund.example/old": "redirect",
        "https://amp.lund.example/budget": "alternate",
    }


def test_an_article_that_moved_for_good_is_the_same_article(archive: Archive) -> None:
    archive.keep(article("https://lund.example/old"), page(url="https://lund.example/old"))
    moved = page(url="https://lund.example/new", hours=1, hops=(Hop("https://lund.example/old", 301),))
    kept = archive.keep(article("https://lund.example/new", text=CHANGED), moved)
    assert (kept.article_id, kept.url) == (1, "https://lund.example/old")


def test_an_address_that_shows_whatever_is_new_makes_no_two_articles_one(archive: Archive) -> None:
    rolling = Hop("https://lund.example/latest", 302)
    first = page(url="https://lund.example/a", hops=(rolling,))
    second = page(html("Something else."), url="https://lund.example/b", hops=(rolling,))
    archive.keep(article("https://lund.example/a"), first)
    other = article("https://lund.example/b", "Other", ("Something else entirely happened in the harbour today.",))
    assert archive.keep(other, second).outcome == "new"


def test_the_same_text_under_another_address_of_the_site_is_one_article(archive: Archive, path: Path) -> None:
    archive.keep(article(), page())
    kept = archive.keep(article("https://lund.example/special/1"), page(url="https://lund.example/special/1", hours=1))
    assert (kept.outcome, kept.article_id) == ("unchanged", 1)
    assert ("https://lund.example/special/1",) in rows(path, "select url from urls")
    assert rows(path, "select url from articles") == [("https://lund.example/budget",)]


def test_the_same_text_on_another_site_is_an_article_of_its_own(archive: Archive) -> None:
    archive.keep(article(), page())
    kept = archive.keep(article("https://malmo.example/1"), page(url="https://malmo.example/1"))
    assert kept.outcome == "new"


def test_a_print_view_that_was_seen_first_gives_way_to_the_articles_own_page(archive: Archive, path: Path) -> None:
    dek = "What the council decided, and what it left for the summer."
    view = replace(article("https://lund.example/print/1", text=(dek, *TEXT)), evidence=(Evidence("url", "address"),))
    archive.keep(view, page(b"print", "https://lund.example/print/1"))
    own = replace(article(), summary=dek, evidence=(Evidence("summary", "dek"), Evidence("url", "link canonical")))
    assert archive.keep(own, page(hours=1)) == Kept("unchanged", 1, 1, "https://lund.example/budget")
    assert rows(path, "select url, summary, revision from articles") == [("https://lund.example/budget", dek, 1)]
    assert archive.keep(view, page(b"print", "https://lund.example/print/1", hours=2)).outcome == "unchanged"
    assert rows(path, "select url from articles") == [("https://lund.example/budget",)]
    assert rows(path, "select count(*) from revisions") == [(1,)]
    assert list(faults(path)) == []


def test_another_view_of_an_article_adds_no_wording(archive: Archive, path: Path) -> None:
    archive.keep(article(), page())
    print_view = page(b"print", url="https://lund.example/print/1", hours=1)
    assert archive.keep(article(text=TEXT[:2]), print_view).outcome == "copy"
    assert rows(path, "select body from articles") == [("\n\n".join(TEXT),)]


def test_a_capture_is_known_by_its_bytes(archive: Archive) -> None:
    capture = page(b"text", url="capture:0123")
    assert archive.keep(article(None), capture).url == "capture:0123"
    assert archive.keep(article(None), capture).outcome == "unchanged"


def test_lines_left_out_are_kept_with_their_reasons_but_not_the_sites_frame(archive: Archive, path: Path) -> None:
    dropped = (Dropped(1, "Menu", "outside the article: navigation"), Dropped(4, "Read also: x", "read also"))
    archive.keep(replace(article(), dropped=dropped), page())
    assert rows(path, "select line, text, reason from dropped") == [(4, "Read also: x", "read also")]


def test_a_request_that_failed_is_recorded(archive: Archive, path: Path) -> None:
    archive.record_failure("https://lund.example/x", Gone("the server answered 404", status=404), NOON)
    assert rows(path, "select requested, status, error from fetches") == [
        ("https://lund.example/x", 404, "Gone: the server answered 404")
    ]


def test_what_no_file_can_hold_is_no_reason_to_fail(archive: Archive) -> None:
    kept = archive.keep(Article(url=None, blocks=(Block(Kind.PARAGRAPH, "a"),)), page(b"\x00\xff", url="capture:1"))
    assert kept.outcome == "new"


def test_the_index_follows_every_wording(archive: Archive, path: Path) -> None:
    archive.keep(article(), page())
    archive.keep(article(text=CHANGED), page(html(*CHANGED), hours=1))
    with Reader(path) as reader:
        assert reader.search("Monday") == []
        assert [hit.id for hit in reader.search("Tuesday")] == [1]


def test_all_or_nothing(archive: Archive, path: Path) -> None:
    broken = replace(article("https://lund.example/2"), headlines=(Headline(None, "h1"),))  # type: ignore[arg-type]
    with pytest.raises(ArchiveError):
        archive.keep_all([(article(), page()), (broken, page(url="https://lund.example/2"))])
    assert rows(path, "select count(*) from articles") == [(0,)]


# --- other processes, killed processes -----------------------------------------

WRITER = """
    import sys
    from datetime import UTC, datetime, timedelta
    from tests.pages import article, html, page
    from scraper.archive import Archive

    name = sys.argv[2]
    with Archive(sys.argv[1]) as archive:
        for number in range(int(sys.argv[3])):
            url = f"https://{name}.example/{number}"
            text = (f"Story number {number} of {name} tells what happened in the harbour of the town on Monday.",)
            kept = archive.keep(article(url, f"Story {number}", text), page(html(*text), url))
            print(kept.url, flush=True)
"""


def writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(WRITER), str(path), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_processes_writing_at_once_both_succeed(path: Path) -> None:
    both = [writer(path, name, 40) for name in ("one", "two")]
    assert [len(each.communicate()[0].split()) for each in both] == [40, 40]
    assert [each.returncode for each in both] == [0, 0]
    assert rows(path, "select count(*) from articles") == [(80,)]
    assert list(faults(path)) == []


def test_what_was_reported_as_kept_survives_a_kill(path: Path) -> None:
    for attempt in range(4):
        process = writer(path, f"kill{attempt}", 10_000)
        assert process.stdout is not None
        reported = [process.stdout.readline().strip() for _ in range(5)]
        time.sleep(0.03 * attempt)
        os.kill(process.pid, signal.SIGKILL)
        reported += process.communicate()[0].split()
        stored = {url for (url,) in rows(path, "select url from articles")}
        assert {url for url in reported if "example/" in url and url[-1].isdigit()} - stored <= {reported[-1]}
        assert list(faults(path)) == []


def test_a_lock_that_is_never_released_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.2)
    with Archive(path) as archive:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("begin immediate")
        with pytest.raises(ArchiveError, match="is locked: another process"):
            archive.keep(article(), page())
        other.execute("rollback")
        other.close()
        assert archive.keep(article(), page()).outcome == "new"


def test_a_full_disk_is_named_and_nothing_is_half_written(path: Path) -> None:
    with Archive(path) as archive:
        archive.keep(article(), page())
        pages = archive._db.execute("pragma page_count").fetchone()[0]
        archive._db.execute(f"pragma max_page_count = {pages}")
        long = tuple(f"{TEXT[0]} {number}" for number in range(2000))
        with pytest.raises(ArchiveError, match="no room left on the disk"):
            archive.keep(article("https://lund.example/2", text=long), page(b"x", "https://lund.example/2"))
    assert rows(path, "select count(*) from articles") == [(1,)]
    assert list(faults(path)) == []


def _dump(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def test_paragraphs_put_together_are_no_revision_and_every_wording_can_still_be_told(
    archive: Archive, path: Path
) -> None:
    archive.keep(article(), page())
    joined = article(text=(f"{TEXT[0]} {TEXT[1]}", TEXT[2]))
    assert archive.keep(joined, page(b"other", hours=1)).outcome == "unchanged"
    assert rows(path, "select layout from wordings") == rows(path, "select layout from articles") == [("p p",)]
    assert list(faults(path)) == []


def test_a_saved_page_that_names_its_address_is_the_articles_own(archive: Archive) -> None:
    archive.keep(article(), page())
    said = replace(article(text=CHANGED), evidence=(Evidence("url", "link canonical"),))
    assert archive.keep(said, page(b"saved", "capture:1", hours=1)).outcome == "revised"
    copied = replace(article(text=TEXT[:2]), evidence=(Evidence("url", "line 1"),))
    assert archive.keep(copied, page(b"text", "capture:2", hours=2)).outcome == "copy"
