"""The whole crawl, against small publishers on loopback."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from scraper import crawl, opml, verify
from scraper.config import parse
from scraper.crawl import Options, Web
from scraper.guard import Guard
from scraper.models import Source
from scraper.query import Reader, Stored
from scraper.runs import Tally
from tests.conftest import SCRAPER
from tests.press import Press, sentences
from tests.server import Reply, Route, Server, redirect

Crawl = Callable[..., Tally]


@pytest.fixture
def press() -> Iterator[Press]:
    with Press(hosts=2).fill(4) as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


def sources(press: Press) -> list[Source]:
    return list(parse(press.config()).sources)


def again(press: Press, archive: Path, everything: bool = True) -> Tally:
    """A crawl of everything; without, of what is due."""
    web = Web(guard=Guard.allowing(press.networks))
    return crawl.run(archive, sources(press), Options(delay=0.0, workers=1, everything=everything), web)


def stored(archive: Path) -> dict[str, Stored]:
    with Reader(archive) as reader:
        return {each.article.url or "": each for each in reader.everything()}


def statuses(press: Press, since: int) -> list[int]:
    """What was answered since then, home pages, feeds and the like left out."""
    return sorted(status for _, _, path, status in press.asked[since:] if path.startswith("/news/"))


def test_everything_that_is_published_is_found_once_and_archived(press: Press, archive: Path) -> None:
    tally = again(press, archive, everything=False)
    assert (tally.sources, tally.new, tally.failed) == (2, 8, 0)
    assert {each.article.headline for each in stored(archive).values()} == {
        story.headline for host in press.stories for story in host.values()
    }
    assert list(verify.faults(archive)) == []
    assert len(press.asked) == len({(host, path) for _, host, path, _ in press.asked})


def test_nothing_is_due_right_after_a_crawl(press: Press, archive: Path) -> None:
    again(press, archive)
    asked = len(press.asked)
    assert again(press, archive, everything=False) == Tally()
    assert len(press.asked) == asked


def test_what_did_not_change_costs_a_conditional_request(press: Press, archive: Path) -> None:
    again(press, archive)
    asked = len(press.asked)
    tally = again(press, archive)
    assert (tally.new, tally.revised, tally.unchanged, tally.bytes) == (0, 0, 8, 0)
    assert statuses(press, asked) == [304] * 8


def test_an_edit_is_a_revision_and_a_new_article_is_new(press: Press, archive: Path) -> None:
    again(press, archive)
    press.publish(0, "story-1", "Report 1 from the harbour", ["Corrected: it was a ferry.", *sentences(1)])
    press.publish(1, "late", "A late report", sentences(99))
    asked = len(press.asked)
    tally = again(press, archive)
    assert (tally.new, tally.revised, tally.unchanged) == (1, 1, 7)
    assert statuses(press, asked) == [200] * 2 + [304] * 7


def test_an_article_that_vanishes_and_comes_back_is_marked(press: Press, archive: Path) -> None:
    again(press, archive)
    url = f"{press.home(0)}news/story-2.html"
    story = press.stories[0]["story-2"]
    press.withdraw(0, "story-2")
    assert again(press, archive).gone == 1
    assert stored(archive)[url].status == "vanished"
    press.stories[0]["story-2"] = story
    again(press, archive)
    assert stored(archive)[url].status == "live"
    assert stored(archive)[url].revision == 1


def test_what_a_feed_calls_an_article_is_a_variant_of_its_headline(press: Press, archive: Path) -> None:
    again(press, archive)
    article = stored(archive)[f"{press.home(0)}news/story-0.html"].article
    assert "feed" in {each.place for each in article.headlines}


def test_a_killed_run_is_taken_up_where_it_was(press: Press, archive: Path) -> None:
    """A page that was kept and not read is read without being asked for again."""
    again(press, archive)
    db = sqlite3.connect(archive)
    db.execute(
        "update visits set unread = (select max(id) from fetches where page is not null), lease = 1 where id = 5"
    )
    db.execute("update visits set lease = 1 where id = 6")
    db.commit()
    db.close()
    asked = len(press.asked)
    again(press, archive, everything=False)
    assert len(press.asked) == asked
    db = sqlite3.connect(archive)
    assert db.execute("select count(*) from visits where lease is not null or unread is not null").fetchone() == (0,)
    db.close()


def test_requests_have_receipts_with_the_gap_that_was_kept(press: Press, archive: Path) -> None:
    web = Web(guard=Guard.allowing(press.networks))
    crawl.run(archive, sources(press)[:1], Options(delay=0.05, workers=1), web)
    db = sqlite3.connect(archive)
    gaps = [row[0] for row in db.execute("select gap from fetches where host = '127.0.0.1' order by at, id")]
    db.close()
    assert gaps.count(None) == 1
    assert min(gap for gap in gaps if gap is not None) >= 0.05
    arrived = sorted(when for when, *_ in press.asked)
    assert min(b - a for a, b in pairwise(arrived)) >= 0.045


def test_a_feed_that_a_site_got_later_is_found_within_a_month(archive: Path) -> None:
    page = "<title>Home</title>{}<article><h2><a href=/news/a-1.html>A report of the harbour</a></h2></article>"
    tag, xml = (("content-type", "text/html"), ("etag", '"1"')), (("content-type", "text/xml"),)
    feed = b"<rss><channel><item><link>/news/b-2.html</link></item></channel></rss>"
    routes = {
        "/": Reply(page.format("").encode(), headers=tag),
        "/sitemap.xml": Reply(b"<urlset></urlset>", headers=xml),
    }
    with Server(dict(routes)) as server:
        source, options, web = Source("late", server.url("/")), Options(delay=0.0, workers=1), Web(guard=server.guard)
        crawl.run(archive, [source], options, web)
        link = '<link rel=alternate type="application/rss+xml" href="/late.rss">'
        server.routes |= {"/": Reply(page.format(link).encode(), headers=tag), "/late.rss": Reply(feed, headers=xml)}
        for is_found in (False, True):
            _later(archive, days=20)
            server.asked.clear()
            crawl.run(archive, [source], options, web)
            assert ("/late.rss" in server.paths(), "/news/b-2.html" in server.paths()) == (is_found, is_found)
        assert [asked.get("if-none-match") for path, asked in server.asked if path == "/"] == [None]


def _later(archive: Path, days: int) -> None:
    """The queue as it looks so many days after."""
    db = sqlite3.connect(archive)
    for name in ("found", "asked", "due"):
        db.execute(f"update visits set {name} = strftime('%Y-%m-%dT%H:%M:%S+00:00', {name}, '-{days} days')")
    db.commit()
    db.close()


HAZARDS: dict[str, Reply] = {
    "/news/endless.html": Reply(b"<p>", endless=b"<p>more and more of the same " * 1000),
    "/news/reset.html": Reply(b"<p>half", length=9000, reset=True),
    "/news/short.html": Reply(b"<p>half", length=4),
    "/news/binary.html": Reply(b"%PDF-1.7 \x00\x01" * 500),
    "/news/empty.html": Reply(b""),
    "/news/wall.html": Reply(b"<title>Just a moment...</title><p>Checking your browser before you go on.", 403),
    "/news/inside.html": Reply(b"", 302, (("location", "http://169.254.169.254/latest"),)),
    "/news/file.html": Reply(b"", 302, (("location", "file:///etc/passwd"),)),
    "/news/loop.html": Reply(b"", 302, (("location", "/news/loop.html"),)),
    "/news/home.html": Reply(b"", 302, (("location", "/"),)),
    "/news/header.html": Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n"),
}


def test_every_hazard_ends_in_a_named_outcome_and_harms_nothing_else(archive: Path) -> None:
    links = "".join(
        f'<article><h2><a href="{path}">A report with a headline {path}</a></h2></article>' for path in HAZARDS
    )
    feed = "".join(f"<item><title>Report {path}</title><link>{path}</link></item>" for path in HAZARDS)
    routes = {"/": Reply(f"<title>Home</title>{links}".encode()), "/robots.txt": Reply(b"", 404)}
    rss = Reply(f'<rss version="2.0"><channel>{feed}</channel></rss>'.encode(), headers=(("content-type", "text/xml"),))
    with Server({**routes, "/feed.xml": rss, **HAZARDS}) as server:
        source = Source("hazards", server.url("/"), feeds=(server.url("/feed.xml"),))
        tally = crawl.run(archive, [source], Options(delay=0.0, workers=1, time_budget=8.0), Web(guard=server.guard))
    assert tally.new == 0
    db = sqlite3.connect(archive)
    said = dict(
        db.execute("select requested, error from fetches where requested like '%/news/%' and error is not null")
    )
    db.close()
    assert {url.rpartition("/news")[2] for url in said} == {path.removeprefix("/news") for path in HAZARDS}
    assert {text.partition(":")[0] for text in said.values()} <= {
        "Gone", "Refused", "Unusable", "Unreachable", "ExtractError", "Silent", "Busy"
    }  # fmt: skip
    assert list(verify.faults(archive)) == []


def test_a_redirect_to_a_known_article_only_asks_whether_it_changed(archive: Path) -> None:
    text = "".join(f"<p>{each}</p>" for each in sentences(7))
    whole = Reply(f"<title>Report</title><h1>Report from the harbour</h1>{text}".encode(), headers=(("etag", '"7"'),))
    items = [f"<item><title>Report {at}</title><link>{at}</link></item>" for at in ("/news/a.html", "/r/a.html")]
    routes: dict[str, Route] = {
        "/": Reply(b"<title>Home</title>"),
        "/robots.txt": Reply(b"", 404),
        "/feed.xml": lambda number: Reply(f"<rss><channel>{''.join(items[: number + 1])}</channel></rss>".encode()),
        "/news/a.html": lambda number: Reply(b"", 304) if number else whole,
        "/r/a.html": redirect("/news/a.html"),
    }
    with Server(routes) as server:
        source, web = Source("lund", server.url("/"), feeds=(server.url("/feed.xml"),)), Web(guard=server.guard)
        first, second = (
            crawl.run(archive, [source], Options(delay=0.0, workers=1, everything=True), web) for _ in range(2)
        )
    assert (first.new, second.unchanged, second.copies) == (1, 1, 1)
    asked = [headers.get("if-none-match") for path, headers in server.asked if path == "/news/a.html"]
    assert asked == [None, '"7"', '"7"']
    assert [len(each.addresses) for each in stored(archive).values()] == [2]
    assert list(verify.faults(archive)) == []


def report(headline: str, seed: int, more: str = "", paragraphs: int = 6) -> Reply:
    """A page with an article of its own text; `more` stands in its head."""
    text = "".join(f"<p>{each}</p>" for each in sentences(seed, paragraphs))
    return Reply(f"<title>{headline}</title>{more}<article><h1>{headline}</h1>{text}</article>".encode())


def newsroom(**pages: Route) -> Server:
    """A site whose feed lists these pages, /news/NAME.html each."""
    routes = {f"/news/{name}.html": page for name, page in pages.items()}
    items = "".join(f"<item><title>Report {path}</title><link>{path}</link></item>" for path in routes)
    fixed: dict[str, Route] = {
        "/": Reply(b"<title>Home</title><p>Home"),
        "/robots.txt": Reply(b"", 404),
        "/feed.xml": Reply(f"<rss><channel>{items}</channel></rss>".encode(), headers=(("content-type", "text/xml"),)),
        "/sport/": Reply(
            b"<title>Sport</title>"
            + b"".join(b"<h2><a href=/news/%d.html>Council votes for a longer bridge</a></h2>" % at for at in range(30))
        ),
    }
    return Server(fixed | routes)


def crawled(server: Server, archive: Path, times: int = 1, **more: object) -> list[Tally]:
    """Crawls of everything, one after the other."""
    source = Source("lund", server.url("/"), feeds=(server.url("/feed.xml"),), sections=(server.url("/sport/"),))
    options = Options(delay=0.0, workers=1, everything=True, **more)  # type: ignore[arg-type]
    return [crawl.run(archive, [source], options, Web(guard=server.guard)) for _ in range(times)]


MISSING = Reply(
    b"<title>Page not found</title><h1>Page not found</h1><p>Sorry, we could not find the page you were looking for."
    b" It may have been moved or deleted. Try searching or go to our home page.</p>",
    headers=(("content-type", "text/html"), ("etag", '"missing"')),
)


def test_what_is_missing_stays_so_while_the_same_page_stands_in_its_place(archive: Path) -> None:
    instead = {
        "removed": MISSING,
        "led_home": redirect("/"),
        "led_to_index": redirect("/index.html", 301),
        "led_to_section": redirect("/sport/"),
    }

    def between(name: str, there: Reply) -> Route:
        return lambda number: instead[name] if 0 < number < 4 else there

    pages = {name: between(name, report(f"Report {name}", at)) for at, name in enumerate(instead)}
    with newsroom(**pages) as server:
        server.routes["/index.html"] = server.routes["/"]
        told = []
        for _ in range(5):
            crawled(server, archive)
            told.append({each.status for each in stored(archive).values()})
    assert told == [{"live"}, {"vanished"}, {"vanished"}, {"vanished"}, {"live"}]


def test_why_there_is_no_article_is_told_also_when_nothing_changed(archive: Path) -> None:
    with newsroom(missing=MISSING) as server:
        crawled(server, archive, times=3)
    db = sqlite3.connect(archive)
    said = [row[0] for row in db.execute("select said from visits where url like '%/missing.html'")]
    errors = [
        row[0] for row in db.execute("select error from fetches where requested like '%/missing.html' order by id")
    ]
    db.close()
    assert {text.partition(" title")[0] for text in (*said, *filter(None, errors))} == {"ExtractError: missing:"}
    assert errors[-1] == said[0]


def test_a_canonical_address_that_is_a_list_is_no_articles(archive: Path) -> None:
    canonical = "<link rel=canonical href=/sport/>"
    with newsroom(one=report("Ferry returns", 7, canonical), two=report("Mayor resigns", 8, canonical)) as server:
        crawled(server, archive, times=2)
    found = sorted(
        (url.rpartition("/news/")[2], each.article.headline, each.revision) for url, each in stored(archive).items()
    )
    assert found == [("one.html", "Ferry returns", 1), ("two.html", "Mayor resigns", 1)]
    assert list(verify.faults(archive)) == []


def test_of_what_is_not_free_from_the_first_the_record_says_so(archive: Path) -> None:
    closed = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    offer = "<p>Subscribe now to read the full story. Already a subscriber? Sign in.</p></article>"
    teaser = report("Ferry returns", 7, closed, paragraphs=1)
    teaser = Reply(teaser.body.replace(b"</article>", offer.encode()))
    with newsroom(ferry=lambda number: teaser if number < 2 else report("Ferry returns", 7)) as server:
        told = []
        for _ in range(3):
            crawled(server, archive)
            told += [(each.article.kind, each.status, each.record()["status"]) for each in stored(archive).values()]
    assert told == [("stub", "live", "paywalled")] * 2 + [("article", "live", "live")]


def test_opt_outs_are_recorded_and_honoured_as_configured(archive: Path, tmp_path: Path) -> None:
    tagged = report("Ferry returns", 7)
    pages: dict[str, Route] = {
        "tagged": Reply(tagged.body, headers=(*tagged.headers, ("x-robots-tag", "max-snippet:-1, noarchive"))),
        "other": Reply(report("Mayor resigns", 8).body, headers=(("x-robots-tag", "otherbot: noarchive"),)),
        "mined": report("Bridge opens", 9, "<meta name=tdm-reservation content=1>"),
    }
    with newsroom(**pages) as server:
        assert crawled(server, archive)[0].new == 3
        assert crawled(server, tmp_path / "b.db", honoured=frozenset(("noarchive", "tdm")))[0].new == 1
    db = sqlite3.connect(tmp_path / "b.db")
    query = "select requested, error, page from fetches where reserved is not null order by requested"
    told = [(url.rpartition("/")[2], error, page) for url, error, page in db.execute(query)]
    assert db.execute("select count(*) from fetches where page is not null").fetchone() == (1,)
    db.close()
    assert told == [
        ("mined.html", "Refused: the page says tdm", None),
        ("tagged.html", "Refused: the page says noarchive", None),
    ]


def test_what_a_site_reserves_against_mining_is_asked_for_only_where_nobody_honours_that(
    archive: Path, tmp_path: Path
) -> None:
    report_ = Reply(
        b'[{"location": "/news/c*", "tdm-reservation": 1}]', headers=(("content-type", "application/json"),)
    )
    with newsroom(a=report("Ferry returns", 7), c=report("Mayor resigns", 8)) as server:
        server.routes["/.well-known/tdmrep.json"] = report_
        assert crawled(server, archive)[0].new == 2
        assert "/.well-known/tdmrep.json" not in server.paths()
        server.asked.clear()
        first, second = crawled(server, tmp_path / "b.db", times=2, honoured=frozenset(("tdm",)))
    assert (first.new, first.refused, second.refused) == (1, 1, 1)
    assert server.paths().count("/.well-known/tdmrep.json") == 1
    assert "/news/c.html" not in server.paths()
    assert list(verify.faults(tmp_path / "b.db")) == []


# --- the command --------------------------------------------------------------


def command(press: Press, tmp_path: Path, *more: str) -> list[str]:
    file = tmp_path / "sources.toml"
    file.write_text(press.config())
    return [SCRAPER, "crawl", "--db", str(tmp_path / "news.db"), "--config", str(file), "--workers", "1", *more]


def test_the_command_is_quiet_but_for_one_line(press: Press, tmp_path: Path) -> None:
    done = subprocess.run(command(press, tmp_path, "--delay", "0"), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("scraper crawl: 2 sources, ")
    assert done.stdout.count("\n") == 1


def test_a_second_run_leaves_at_once_with_status_3(press: Press, tmp_path: Path) -> None:
    first = subprocess.Popen(command(press, tmp_path, "--delay", "1"), stdout=subprocess.PIPE)
    _wait(lambda: len(press.asked) > 0)
    second = subprocess.run(command(press, tmp_path), capture_output=True, text=True, check=False)
    assert (second.returncode, second.stdout) == (3, "")
    assert second.stderr == f"scraper: another run is at work on {tmp_path / 'news.db'}\n"
    first.send_signal(signal.SIGTERM)
    assert first.communicate()[0].startswith(b"scraper crawl: ")
    assert first.returncode == 0


def test_a_kill_loses_nothing(press: Press, tmp_path: Path) -> None:
    run = subprocess.Popen(command(press, tmp_path, "--delay", "0.1"), stdout=subprocess.DEVNULL)
    _wait(lambda: len(press.asked) > 9)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    done = subprocess.run(command(press, tmp_path, "--delay", "0.05"), capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert len(stored(tmp_path / "news.db")) == 8
    assert list(verify.faults(tmp_path / "news.db")) == []


def test_a_kill_repeats_at_most_one_request_of_each_host(tmp_path: Path) -> None:
    with Press(hosts=2).fill(60) as press:
        run = subprocess.Popen(command(press, tmp_path, "--delay", "0.001"), stdout=subprocess.DEVNULL)
        _wait(lambda: len(press.asked) > 60)
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        subprocess.run(command(press, tmp_path, "--delay", "0"), capture_output=True, check=True)
        asked = [(host, path) for _, host, path, _ in press.asked if path.startswith("/news/")]
    assert len(set(asked)) == 120
    assert len(asked) <= 120 + 2


def test_a_dry_run_asks_nobody(press: Press, tmp_path: Path) -> None:
    done = subprocess.run(command(press, tmp_path, "--dry-run"), capture_output=True, text=True, check=False)
    assert done.stdout.count(": 1 to look at, 0 articles to ask for\n") == 2
    assert press.asked == []
    one = subprocess.run(
        [*command(press, tmp_path, "--dry-run", "--only", press.home(1))], check=True, capture_output=True, text=True
    )
    assert one.stdout.startswith("127.0.0.2:")


def test_what_each_run_did_is_told(press: Press, tmp_path: Path) -> None:
    for _ in range(2):
        subprocess.run(command(press, tmp_path, "--delay", "0"), check=True, capture_output=True)
    asked = [SCRAPER, "runs", "--db", str(tmp_path / "news.db")]
    lines = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.splitlines()
    assert [line.split(" s  ", 1)[1].partition(" requests")[0] for line in lines] == [
        "done      0 sources, 0",
        "done      2 sources, 16",
    ]
    told = json.loads(subprocess.run([*asked, "--limit", "1", "--nl"], check=True, capture_output=True).stdout)
    assert (told["status"], told["new"], told["asked"]["delay"]) == ("done", 0, 0.0)


def test_feeds_that_the_crawl_found_go_to_feed_readers(press: Press, tmp_path: Path) -> None:
    subprocess.run(command(press, tmp_path, "--delay", "0"), check=True, capture_output=True)
    files = ["--config", str(tmp_path / "sources.toml"), "--db", str(tmp_path / "news.db")]
    told = subprocess.run([SCRAPER, "sources", "export", *files], check=True, capture_output=True, text=True).stdout
    assert [each.feeds for each in opml.read(told)] == [(f"{press.home(host)}feed.xml",) for host in range(2)]


def test_a_host_that_was_never_asked_has_no_receipts(press: Press, tmp_path: Path) -> None:
    subprocess.run(command(press, tmp_path, "--delay", "0"), check=True, capture_output=True)
    asked = [SCRAPER, "receipts", "--db", str(tmp_path / "news.db")]
    said = subprocess.run([*asked, "never.example"], check=True, capture_output=True, text=True)
    assert (said.stdout, said.stderr) == ("", "scraper: nothing was ever asked of never.example\n")
    assert subprocess.run([*asked, press.home(0)], check=True, capture_output=True).stdout


@pytest.mark.parametrize(
    ("system", "line"),
    [
        (
            "cron",
            r"*/15 * * * * cd '{0}/50\% news' && {1} crawl --db '{0}/50\% news/news.db' --config {0}/s.toml 2>&1 >> crawl.log",
        ),
        ("systemd", "ExecStart={1} crawl --db '{0}/50%% news/news.db' --config {0}/s.toml\n"),
        ("systemd", "WorkingDirectory={0}/50%% news\n"),
    ],
)
def test_the_entry_runs_what_was_asked_for_in_any_folder(system: str, line: str, tmp_path: Path) -> None:
    folder = tmp_path / "50% news"
    folder.mkdir()
    asked = [SCRAPER, "schedule", system, "--db", "news.db", "--config", "../s.toml"]
    said = subprocess.run(asked, check=True, capture_output=True, text=True, cwd=folder).stdout
    assert line.format(tmp_path, SCRAPER) in said


def test_events_as_json(press: Press, tmp_path: Path) -> None:
    log = ("--delay", "0", "--log", "json", "--limit", "1")
    done = subprocess.run(command(press, tmp_path, *log), capture_output=True, text=True, check=True)
    events = [json.loads(line)["what"] for line in done.stderr.splitlines()]
    assert events.count("found") == 2
    assert events.count("new") == 1


def _wait(until: Callable[[], bool]) -> None:
    for _ in range(2000):
        if until():
            return
        time.sleep(0.005)
    raise AssertionError


# --- a list of addresses ------------------------------------------------------


def listed(press: Press, tmp_path: Path, lines: str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [SCRAPER, "crawl", "--urls", "-", "--db", str(tmp_path / "news.db"), "--workers", "1", "--delay", "0"]
    return subprocess.run(
        [*command, "--allow-address", press.networks[0], *more],
        input=lines,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )


def test_a_list_of_addresses_is_fetched_and_nothing_else(press: Press, tmp_path: Path) -> None:
    one, two = (f"{press.home(host)}news/story-1.html" for host in (0, 1))
    done = listed(
        press, tmp_path, f"# the desk's\n{one}?utm_source=x\n\n{json.dumps({'url': two, 'rank': 1})}\n{one}\n"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(": 2 new\n")
    assert set(stored(tmp_path / "news.db")) == {one, two}
    assert sorted(path for _, _, path, _ in press.asked) == [*["/news/story-1.html"] * 2, *["/robots.txt"] * 2]


def test_a_list_twice_asks_nobody_and_with_all_conditionally(press: Press, tmp_path: Path) -> None:
    lines = f"{press.home(0)}news/story-1.html\n"
    listed(press, tmp_path, lines)
    asked = len(press.asked)
    assert listed(press, tmp_path, lines).stdout.endswith(": nothing new\n")
    assert len(press.asked) == asked
    listed(press, tmp_path, lines, "--all")
    assert statuses(press, asked) == [304]


def test_what_brings_no_article_is_named_each_time(press: Press, tmp_path: Path) -> None:
    home = press.home(0)
    lines = f"{home}news/story-1.html\nftp://lund.example/\n{home}news/none.html\n{home}private/x.html\n"
    for _ in range(2):
        done = listed(press, tmp_path, lines)
        assert done.returncode == 1
        assert done.stderr.splitlines() == [
            "scraper: stdin:2: no http or https address",
            f"scraper: {home}news/none.html: Gone: the server answered 404 X",
            f"scraper: {home}private/x.html: Refused: robots.txt says 'Disallow: /private/'",
        ]


def test_a_dry_run_says_how_many_of_a_list_are_new(press: Press, tmp_path: Path) -> None:
    lines = "".join(f"{press.home(0)}news/story-{number}.html\n" for number in range(3))
    assert listed(press, tmp_path, lines, "--dry-run").stdout == "3 addresses: 3 new, 0 due\n"
    done = listed(press, tmp_path, lines, "--limit", "1")
    assert done.stderr == "scraper: 2 addresses are not asked yet, the same command goes on\n"
    assert listed(press, tmp_path, lines, "--dry-run").stdout == "3 addresses: 0 new, 2 due\n"


def test_a_list_that_was_killed_goes_on(press: Press, tmp_path: Path) -> None:
    lines = "".join(f"{press.home(host)}news/story-{number}.html\n" for number in range(4) for host in (0, 1))
    (tmp_path / "list.txt").write_text(lines)
    command = [SCRAPER, "crawl", "--urls", "list.txt", "--db", "news.db", "--workers", "1", "--delay", "0.1"]
    run = subprocess.Popen([*command, "--allow-address", press.networks[0]], stdout=subprocess.DEVNULL, cwd=tmp_path)
    _wait(lambda: len(press.asked) > 4)
    run.kill()
    run.wait()
    assert listed(press, tmp_path, lines).returncode == 0
    assert len(stored(tmp_path / "news.db")) == 8


def test_pages_of_a_source_on_a_list_are_asked_as_its_own(press: Press, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(press.config())
    url = f"{press.home(0)}news/story-1.html"
    listed(press, tmp_path, f"{url}\n", "--config", "sources.toml")
    db = sqlite3.connect(tmp_path / "news.db")
    rows = db.execute("select source, place, state from visits").fetchall()
    db.close()
    assert rows == [(f"127.0.0.1:{press.port}", "list", "live")]
