"""The command line as people use it: real processes, real files, a real server."""

from __future__ import annotations

import base64
import csv
import io
import json
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest

from scraper import schema
from tests import fixtures
from tests.conftest import SCRAPER, Run
from tests.pages import TEXT, html
from tests.server import Reply, Server
from tests.site import Site

HARBOUR = fixtures.FOLDER / "harbour-budget.html"
CAPTURE = fixtures.FOLDER / "capture-browser.txt"


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    """The one clear line on stderr of a command that failed."""
    text = done.stderr.decode()
    assert "Traceback" not in text
    lines = [line for line in text.splitlines() if line.startswith("scraper: ")]
    assert len(lines) == 1, text
    return lines[0]


def test_fetch_archives_and_prints_a_line_for_each(scraper: Run) -> None:
    with Site() as site:
        done = scraper("fetch", site.url("harbour-budget.html"), "--allow-address", site.address)
        address = site.url("harbour-budget.html")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().splitlines() == [
        "new       #1  Harbour budget passes after night session",
        "          Nell Okafor, Tomas Reyes · 2026-03-04T06:15:00+00:00 · 207 words",
        f"          {address}",
    ]


def test_a_page_that_fails_never_stops_the_others(scraper: Run) -> None:
    with Site() as site:
        urls = [site.url("harbour-budget.html"), site.url("missing.html"), "nonsense", site.url("pont-ferme.html")]
        done = scraper("fetch", "-", "--allow-address", site.address, "--nl", stdin="\n".join(urls).encode())
    assert done.returncode == 1
    assert {json.loads(line)["language"] for line in done.stdout.splitlines()} == {"en", "fr"}
    failed = done.stderr.decode().splitlines()
    assert len(failed) == 2
    assert any("missing.html: the server answered 404" in line for line in failed)
    assert any("nonsense: not an http or https URL" in line for line in failed)
    told = json.loads(scraper("stats", "--json").stdout)
    assert (told["articles"], told["fetches"], told["failed"]) == (2, 4, 2)


def test_a_page_without_an_article_is_kept_and_named(scraper: Run, tmp_path: Path) -> None:
    with Server({"/": Reply(b"<html><body><p>Search results: none</p></body></html>")}) as web:
        done = scraper("fetch", web.url("/"), "--allow-address", f"127.0.0.1:{web.port}")
    assert done.returncode == 1
    assert "empty: 3 words of text" in said(done)
    connection = sqlite3.connect(tmp_path / "news.db")
    error, page = connection.execute("select error, page from fetches").fetchone()
    connection.close()
    assert error == "ExtractError: empty: 3 words of text"
    assert page is not None


def test_a_page_that_is_no_article_is_named_in_one_line_with_the_facts(scraper: Run, tmp_path: Path) -> None:
    wall = b"<title>Just a moment...</title><h1>lund.example</h1><p>Verify you are human by completing the action below.</p>"
    with Server({"/a": Reply(wall)}) as web:
        done = scraper("fetch", web.url("/a"), "--allow-address", f"127.0.0.1:{web.port}")
    named = 'wall: title "Just a moment...", 1 of 1 sentences speak so ("verify you are human")'
    assert said(done) == f"scraper: {web.url('/a')}: {named}"
    connection = sqlite3.connect(tmp_path / "news.db")
    assert connection.execute("select error from fetches").fetchall() == [(f"ExtractError: {named}",)]
    connection.close()


def test_fetching_twice_changes_nothing_and_an_edit_is_a_revision(scraper: Run) -> None:
    edited = (TEXT[0].replace("Monday", "Friday"), *TEXT[1:])
    with Server({"/a": lambda nth: Reply(html(*(TEXT if nth < 2 else edited)))}) as web:
        command = ("fetch", web.url("/a"), "--allow-address", f"127.0.0.1:{web.port}", "--nl")
        outcomes = [json.loads(scraper(*command).stdout)["outcome"] for _ in range(4)]
    assert outcomes == ["new", "unchanged", "revised", "unchanged"]


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("http://127.0.0.1:1/", "not a public address"),
        ("http://localhost:1/", "not a public address"),
        ("ftp://example.org/", "not an http or https URL"),
        ("nonsense", "not an http or https URL"),
        ("http://", "a URL without a host"),
        ("http://nowhere.invalid/", "no such host"),
    ],
)
def test_an_address_that_cannot_be_fetched_is_one_line(scraper: Run, url: str, what: str) -> None:
    done = scraper("fetch", url)
    assert done.returncode == 1
    assert what in said(done)


def test_keep_archives_saved_pages_and_captures_once(scraper: Run) -> None:
    first = scraper("keep", HARBOUR, CAPTURE, "--nl")
    assert [json.loads(line)["outcome"] for line in first.stdout.splitlines()] == ["new", "new"]
    again = scraper("keep", HARBOUR, CAPTURE, "--nl")
    assert [json.loads(line)["outcome"] for line in again.stdout.splitlines()] == ["unchanged", "unchanged"]
    urls = [row["url"] for row in json.loads(scraper("list", "--json").stdout)]
    assert urls[1] == "https://www.tidewater-courier.example/politics/harbour-budget-passes"
    assert urls[0].startswith("capture:")


def test_keep_takes_an_address_for_one_page(scraper: Run) -> None:
    done = scraper("keep", "-", "--url", "https://lund.example/a", "--nl", stdin=html())
    assert json.loads(done.stdout)["url"] == "https://lund.example/a"
    assert scraper("keep", "a", "b", "--url", "https://lund.example/a").returncode == 2


def test_extract_prints_one_record(scraper: Run) -> None:
    record = json.loads(scraper("extract", "-", stdin=CAPTURE.read_bytes()).stdout)
    assert record["headline"] == "Bridge keeper retires after forty years"
    assert record["blocks"][0]["kind"] == "paragraph"
    assert json.loads(scraper("extract", "--json", CAPTURE).stdout) == record


def test_extract_prints_text_and_markdown(scraper: Run) -> None:
    text = scraper("extract", HARBOUR, "--text").stdout.decode()
    assert text.startswith(
        "Harbour budget passes after night session\n\nNell Okafor, Tomas Reyes · The Tidewater Courier"
    )
    marked = scraper("extract", HARBOUR, "--markdown").stdout.decode()
    assert "\n\n## A vote that nobody could count on\n\n" in marked
    assert "\n- the interest on the bridge loan;\n" in marked
    assert "\n\n> We are asked to sign a cheque with our eyes closed.\n\n" in marked
    assert "\n| Harbour | 12 | 41 |\n" in marked


def test_extract_reads_an_address(scraper: Run) -> None:
    with Site() as site:
        done = scraper("extract", site.url("pont-ferme.html"), "--allow-address", site.address)
    assert json.loads(done.stdout)["headline"] == "Le pont de Saverny fermé tout l’été"


def test_a_batch_says_what_it_read_on_a_page_that_is_no_article(scraper: Run) -> None:
    missing = html("Sorry, the page you are looking for does not exist any more.", title="Page not found")
    line = {"id": "a", "url": None, "html_b64": base64.b64encode(missing).decode()}
    told = json.loads(scraper("extract", "--ndjson", stdin=json.dumps(line).encode()).stdout)
    assert told["body"] == "Sorry, the page you are looking for does not exist any more."
    assert told["error"].startswith('missing: title "Page not found"')


def test_a_batch_is_answered_line_by_line(scraper: Run) -> None:
    lines = [
        {"id": "a", "url": "https://lund.example/a", "html_b64": base64.b64encode(html()).decode()},
        {"id": "b", "url": None, "text": CAPTURE.read_text()},
        {"id": "c", "url": None, "html_b64": base64.b64encode(b"").decode()},
        {"id": "d", "url": None, "html_b64": "***"},
        {"id": "e"},
    ]
    stdin = b"\n".join([*(json.dumps(line).encode() for line in lines), b"", b"not json", b"[1]", b"\xff\xfe"])
    done = scraper("extract", "--ndjson", stdin=stdin)
    assert done.returncode == 0
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in told] == ["a", "b", "c", "d", "e", None, None, None]
    assert told[0]["body"] == "\n".join(TEXT)
    assert set(told[0]) == {"id", "headline", "summary", "authors", "published", "body"}
    assert told[1]["authors"] == ["Nell Okafor"]
    assert told[1]["published"] == "2026-06-12T16:30:00"
    assert [row.get("error") for row in told[2:]] == [
        "the page is empty",
        "line 4: html_b64 is not base64",
        "line 5 has neither html_b64 nor text",
        "line 7 is no JSON object",
        "line 8 is no JSON object",
        "line 9 is no JSON object",
    ]


def test_a_batch_answers_before_the_next_line_comes() -> None:
    process = subprocess.Popen([SCRAPER, "extract", "--ndjson"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    for number in range(2):
        asked = {"id": number, "url": None, "html_b64": base64.b64encode(html()).decode()}
        process.stdin.write(json.dumps(asked).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == number
    process.stdin.close()
    assert process.wait() == 0
    process.stdout.close()


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "the page is empty"),
        (b" \n\t ", "the page is empty"),
        (b"\x00" * 1000, "the page is empty"),
        (b"%PDF-1.7 and so on", "not a page but a PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "not a page but a PNG image"),
        (bytes(range(256)) * 40, "not a page but binary data"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "not a page but data (rss)"),
        (b"<html><body></body></html>", "empty: 0 words of text"),
        (b"one two three", "empty: 0 words of text"),
    ],
)
def test_what_is_no_article_is_one_line_and_status_1(scraper: Run, body: bytes, what: str) -> None:
    done = scraper("extract", "-", stdin=body)
    assert done.returncode == 1
    assert what in said(done)


@pytest.mark.parametrize(
    "body",
    [
        b"<p>" + b"A sentence of eight words is in here. " * 270_000 + b"</p>",
        b"<div>" * 100_000 + html() + b"</div>" * 100_000,
        html().replace(b"council", b"coun\x00cil"),
        html().replace(b"council", b"coun\xff\xfecil"),
    ],
    ids=["10 MB in one line", "100,000 nested elements", "null bytes", "invalid UTF-8"],
)
def test_hard_pages_are_read(scraper: Run, body: bytes) -> None:
    done = scraper("extract", "-", stdin=body)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(json.loads(done.stdout)["body"]) > 200


def test_search_list_show_and_export_agree(scraper: Run) -> None:
    scraper("keep", HARBOUR, CAPTURE)
    [hit] = json.loads(scraper("search", "third dock", "--json").stdout)
    assert hit["headline"] == "Harbour budget passes after night session"
    assert "**third** **dock**" in hit["snippet"] or "**third dock**" in hit["snippet"]
    assert scraper("search", "zeppelin").stdout == b""
    assert len(json.loads(scraper("list", "--json", "--author", "okafor").stdout)) == 2
    shown = json.loads(scraper("show", str(hit["id"]), "--json").stdout)
    exported = [json.loads(line) for line in scraper("export").stdout.splitlines()]
    assert shown in exported
    assert json.loads(scraper("export", "--json").stdout) == exported
    table = list(csv.DictReader(io.StringIO(scraper("export", "--csv").stdout.decode())))
    assert [row["headline"] for row in table] == [row["headline"] for row in exported]
    assert scraper("show", hit["url"], "--raw").stdout == HARBOUR.read_bytes()
    assert scraper("show", hit["url"]).stdout.decode().endswith(f"\n\n{hit['url']}\n")


def test_rows_come_as_a_table_too(scraper: Run) -> None:
    scraper("keep", HARBOUR)
    lines = scraper("list", "--table").stdout.decode().splitlines()
    assert lines[0].split()[:3] == ["id", "url", "headline"]
    assert len(lines) == 2


@pytest.mark.parametrize("words", [['"'], ["AND"], ["*"], ["(("], ["a", "NOT"], ["'; drop table articles; --"]])
def test_no_question_is_an_error(scraper: Run, words: list[str]) -> None:
    scraper("keep", HARBOUR)
    done = scraper("search", "--", *words)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_missing_archive_is_one_line(scraper: Run) -> None:
    for command in (["list"], ["search", "x"], ["show", "1"], ["export"], ["stats"], ["verify"]):
        done = scraper(*command)
        assert done.returncode == 1
        assert "no archive at" in said(done)


def test_an_article_that_is_not_there_is_one_line(scraper: Run) -> None:
    scraper("keep", HARBOUR)
    done = scraper("show", "7")
    assert done.returncode == 1
    assert "no article 7 in" in said(done)


@pytest.mark.parametrize("command", [["keep", str(HARBOUR)], ["list"]])
def test_a_database_that_is_none_is_one_line(scraper: Run, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "news.db").write_text("no database" * 100)
    done = scraper(*command)
    assert done.returncode == 1
    assert "is not an SQLite database" in said(done)


def test_a_newer_archive_is_refused_in_one_line(scraper: Run, tmp_path: Path) -> None:
    scraper("keep", HARBOUR)
    connection = sqlite3.connect(tmp_path / "news.db")
    connection.execute(f"pragma user_version = {schema.VERSION + 1}")
    connection.close()
    done = scraper("keep", HARBOUR)
    assert done.returncode == 1
    assert "please update it" in said(done)


def test_verify_tells_and_ends_with_4(scraper: Run, tmp_path: Path) -> None:
    scraper("keep", HARBOUR)
    whole = scraper("verify")
    assert (whole.returncode, whole.stdout) == (0, b"")
    connection = sqlite3.connect(tmp_path / "news.db")
    connection.execute("update articles set headline = 'Forged'")
    connection.commit()
    connection.close()
    done = scraper("verify")
    assert done.returncode == 4
    assert b"articles 1: its text is not the text its digest was made of" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["fetch"],
        ["extract"],
        ["search"],
        ["search", "x", "--since", "yesterday"],
        ["list", "--limit", "0"],
        ["fetch", "http://x/", "--allow-address", "here"],
        ["fetch", "http://x/", "--config", "none.toml"],
        ["extract", "a", "b"],
    ],
)
def test_wrong_use_ends_with_2(scraper: Run, arguments: list[str]) -> None:
    scraper("keep", HARBOUR)
    done = scraper(*arguments)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert done.stderr


def test_a_file_that_is_not_there_is_one_line(scraper: Run) -> None:
    done = scraper("extract", "none.html")
    assert done.returncode == 1
    assert said(done) == "scraper: none.html: No such file or directory"


def test_the_configuration_is_read_and_its_errors_have_a_line(scraper: Run, tmp_path: Path) -> None:
    with Site() as site:
        (tmp_path / "my.toml").write_text(f'contact = "mailto:a@b.example"\nallow_address = ["{site.address}"]\n')
        done = scraper("extract", site.url("pont-ferme.html"), "--config", "my.toml")
        assert done.returncode == 0
    (tmp_path / "my.toml").write_text("\ncontcat = 1\n")
    done = scraper("extract", "http://x/", "--config", "my.toml")
    assert done.returncode == 2
    assert said(done) == "scraper: my.toml:2: unknown key 'contcat', did you mean 'contact'?"


def test_a_reader_that_has_enough_ends_the_command_quietly(scraper: Run, tmp_path: Path) -> None:
    scraper("keep", HARBOUR, CAPTURE)
    command = f"{SCRAPER} export --db news.db | head -c 10"
    piped = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, cwd=tmp_path, timeout=60, check=False
    )
    assert (len(piped.stdout), piped.stderr, piped.returncode) == (10, b"", 0)


def test_an_interrupt_is_one_line_and_130(tmp_path: Path) -> None:
    with Server({"/": Reply(b"x", stall=True, length=9)}) as web:
        command = [SCRAPER, "fetch", web.url("/"), "--db", str(tmp_path / "n.db")]
        process = subprocess.Popen(
            [*command, "--allow-address", f"127.0.0.1:{web.port}"],
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # where the tests run in the background, SIGINT is ignored, and children inherit that
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )
        while not web.asked:
            pass
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=20)
    assert (process.returncode, out, error.strip()) == (130, b"", b"scraper: stopped")


def test_a_terminal_that_speaks_no_unicode_is_no_reason_to_fail(scraper: Run) -> None:
    done = scraper("extract", fixtures.FOLDER / "japanese-ferry.html", "--text", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0, done.stderr


def test_the_vault_answers_on_the_command_line(scraper: Run, tmp_path: Path) -> None:
    fixtures = Path(__file__).parent.parent / "fixtures"
    scraper("keep", fixtures / "harbour-budget.html", fixtures / "bahnhof-umbau.html", fixtures / "capture-browser.txt")
    said = {
        name: (done.returncode, done.stdout.decode().strip(), done.stderr.decode().strip())
        for name, done in {
            "quick": scraper("verify", "--quick"),
            "repair": scraper("repair"),
            "prove": scraper("prove", "1", "-o", "proof"),
            "slice": scraper("slice", "harbour", "-o", "part"),
            "export": scraper("warc", "export", "all.warc.gz"),
            "import": scraper("warc", "import", "all.warc.gz", SCRAPER_DB="again.db"),
            "whole": scraper("verify", SCRAPER_DB="again.db"),
            "merge": scraper("merge", "again.db", "none.db"),
            "prune": scraper("prune", "--older", "1h", "--dry-run"),
            "wrong": scraper("prune"),
        }.items()
    }
    assert said["quick"] == (0, "", "scraper: the archive is whole")
    assert said["repair"] == (0, "", "scraper: 0 mended, 0 could not be")
    assert said["prove"][0] == 0
    assert (tmp_path / "proof" / "SHA256SUMS").is_file()
    assert said["slice"] == (0, "part: 2 articles new, 0 joined, 0 unchanged, 2 pages, 2 requests", "")
    assert said["export"] == (0, "all.warc.gz: 10 records", "")
    assert said["import"] == (0, "all.warc.gz: 3 new, 3 requests; 0 faults", "")
    assert said["whole"] == (0, "", "scraper: the archive is whole")
    assert said["merge"] == (
        1,
        "again.db: 0 articles new, 0 joined, 3 unchanged, 0 pages, 0 requests",
        "scraper: no archive at none.db",
    )
    assert said["prune"][1].startswith("0 pages, 0 bytes would go")
    assert said["wrong"][0] == 2
