"""`scraper history`, `diff`, `edits`, `headlines`, `explain` and `reextract` as people use them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from scraper.archive import Archive
from scraper.history import History
from tests.conftest import Run
from tests.fixtures import FOLDER
from tests.pages import TEXT, article, html, page

URL = "https://lund.example/budget"
CHANGED = (TEXT[0].replace("Monday", "Tuesday"), *TEXT[1:])


@pytest.fixture(autouse=True)
def _archive(tmp_path: Path) -> None:
    with Archive(tmp_path / "news.db") as archive:
        archive.keep(article(), page(), "0")
        archive.keep(article(text=CHANGED), page(html(*CHANGED), hours=1), "0")


def test_history_and_edits_are_lines_rows_and_feeds(scraper: Run) -> None:
    assert scraper("history", URL).stdout.decode().splitlines() == [
        "2026-03-04 12:00    1  first seen       Budget passed",
        "2026-03-04 13:00    2  number           Monday → Tuesday",
    ]
    [row] = json.loads(scraper("edits", "--kind", "number", "--since", "2026-03-04", "--json").stdout)
    assert (row["article_id"], row["revision"], row["words"], row["before"]) == (1, 2, "Monday → Tuesday", TEXT[0])
    [_, event] = csv.DictReader(io.StringIO(scraper("history", "1", "--csv").stdout.decode()))
    assert event["kind"] == "number"
    for command in (["history", "1"], ["edits"], ["headlines", "1"], ["diff", "1"]):
        assert ET.fromstring(scraper(*command, "--atom").stdout).tag == "{http://www.w3.org/2005/Atom}feed"


def test_a_diff_is_words_a_page_or_json(scraper: Run) -> None:
    assert "budget on [-Monday-] {+Tuesday+} after" in scraper("diff", URL).stdout.decode()
    assert "budget on [-Tuesday-] {+Monday+} after" in scraper("diff", URL, "2", "1").stdout.decode()
    assert "<del>Monday</del> <ins>Tuesday</ins>" in scraper("diff", "1", "--html").stdout.decode()
    assert json.loads(scraper("diff", "1", "--json").stdout)["changes"][0]["kind"] == "number"


def test_headlines_say_where_and_since_when(scraper: Run) -> None:
    [line] = scraper("headlines", "1").stdout.decode().splitlines()
    assert line == "h1          2026-03-04 12:00 to 2026-03-04 13:00  now         * Budget passed"


@pytest.mark.parametrize(
    ("command", "status", "line"),
    [
        (["edits", "--kind", "figure"], 2, "--kind 'figure' is none of headline"),
        (["edits", "--since", "soon"], 2, "--since 'soon' is no day"),
        (["diff", "1", "1", "5"], 1, "no wording 5 of https://lund.example/budget: its wordings are 1 to 2"),
        (["history", "https://lund.example/x"], 1, "no article https://lund.example/x"),
        (["explain", "nothing.html"], 1, "nothing.html"),
    ],
)
def test_what_cannot_be_told_is_one_line(scraper: Run, command: list[str], status: int, line: str) -> None:
    done = scraper(*command)
    assert (done.returncode, line in done.stderr.decode(), done.stderr.count(b"Traceback")) == (status, True, 0)


def test_explain_takes_a_file_and_what_the_archive_has(scraper: Run) -> None:
    lines = scraper("explain", FOLDER / "harbour-budget.html").stdout.decode().splitlines()
    assert "+    5  headline                        Harbour budget passes after night session" in lines
    kept = json.loads(scraper("explain", URL, "--json").stdout)
    assert [line["text"] for line in kept["lines"] if line["fate"] == "text"] == list(CHANGED)
    assert {"field": "headline", "value": "Budget passed", "place": "h1"} in kept["fields"]


def test_reextract_counts_shows_and_writes(scraper: Run, tmp_path: Path) -> None:
    with Archive(tmp_path / "news.db") as archive:
        url = "https://lund.example/school"
        archive.keep(article(url, "School", TEXT[:1]), page(html(title="School"), url), "0")
    dry = scraper("reextract", "--dry-run", "--workers", "1")
    assert "#2 wording 1  https://lund.example/school" in dry.stdout.decode()
    assert f"{{+{TEXT[1]}+}}" in dry.stdout.decode()
    assert dry.stdout.decode().splitlines()[-5:-2] == [
        "       1  read as before",
        "       1  other fields, the same text",
        "       1  another text or headline",
    ]
    assert scraper("reextract", "--workers", "2").returncode == 0
    assert scraper("reextract").stdout.decode().split().count("0") == 5
    with History(tmp_path / "news.db") as reader:
        assert reader.show(url).article.body == "\n\n".join(TEXT)
