"""`scraper sources` and `scraper discover`, against a site on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from scraper import opml
from scraper.errors import ConfigError
from scraper.models import Source
from tests.conftest import Run
from tests.server import Reply, Server

XML = (("content-type", "text/xml"),)
FEED = b"<rss><channel><title>The Courier</title><item><title>Harbour keeps its crane</title><link>/2026/01/harbour-keeps-crane-7</link></item><item><link>/private/2026/01/x-y-z-8</link></item></channel></rss>"


@pytest.fixture
def site() -> Iterator[Server]:
    routes = {
        "/": Reply(
            b"<!doctype html><title>The Courier</title><link rel=alternate type=application/rss+xml href=/news.rss>"
        ),
        "/news.rss": Reply(FEED, headers=XML),
        "/robots.txt": Reply(b"User-agent: *\nDisallow: /maps/\nSitemap: /maps/all.xml\n"),
    }
    with Server(dict(routes)) as server:
        yield server


@pytest.fixture
def file(tmp_path: Path, site: Server) -> Path:
    path = tmp_path / "data" / "sources.toml"
    path.parent.mkdir()
    path.write_text(f'# the desk\'s own\ngap = 0\nallow_address = ["127.0.0.1:{site.port}"]\n', encoding="utf-8")
    return path


def test_a_source_is_added_with_what_was_found_shown(scraper: Run, site: Server, file: Path) -> None:
    before = file.read_text(encoding="utf-8")
    done = scraper("sources", "add", site.url(), "--name", "courier")
    assert done.returncode == 0
    assert done.stdout.decode().splitlines() == [
        f"home     alive   {site.url('/')}",
        f"feed     alive   {site.url('/news.rss')}  The Courier",
        f"sitemap  failed  {site.url('/maps/all.xml')}",
    ]
    assert "robots.txt says 'Disallow: /maps/'" in done.stderr.decode()
    assert file.read_text(encoding="utf-8") == f'{before}\n[[source]]\nname = "courier"\nhome = "{site.url()}"\n'
    assert "/maps/all.xml" not in site.paths()
    assert scraper("sources", "list", "--nl").stdout.decode() == (
        json.dumps({"name": "courier", "home": site.url(), "paused": False}) + "\n"
    )


def test_of_a_feeds_address_its_site_is_watched_with_that_feed(scraper: Run, site: Server, file: Path) -> None:
    before = file.read_text(encoding="utf-8")
    done = scraper("sources", "add", site.url("/news.rss"))
    assert done.stdout.decode().splitlines()[0] == f"feed     alive   {site.url('/news.rss')}  The Courier"
    feed, home = site.url("/news.rss"), site.url()
    assert file.read_text(encoding="utf-8") == f'{before}\n[[source]]\nhome = "{home}"\nfeeds = ["{feed}"]\n'
    assert scraper("sources", "add", home).returncode == 2


def test_adding_twice_is_refused_with_its_line(scraper: Run, site: Server, file: Path) -> None:
    assert scraper("sources", "add", site.url()).returncode == 0
    done = scraper("sources", "add", site.url())
    assert done.returncode == 2
    assert f"data/sources.toml:8: there is a source '127.0.0.1:{site.port}' already" in done.stderr.decode()


def test_nothing_is_written_for_a_site_that_is_not_there(scraper: Run, site: Server, file: Path) -> None:
    before = file.read_text(encoding="utf-8")
    done = scraper("sources", "add", "http://127.0.0.1:9/", "--allow-address", "127.0.0.1:9")
    assert done.returncode == 1
    assert "nothing is written" in done.stderr.decode()
    assert scraper("sources", "add", site.url(), "--dry-run").returncode == 0
    assert file.read_text(encoding="utf-8") == before


def test_discover_prints_a_link_a_line(scraper: Run, site: Server, file: Path) -> None:
    done = scraper("discover", site.url())
    first = json.loads(done.stdout.splitlines()[0])
    assert (first["url"], first["headline"], first["place"], first["rank"], first["found_at"]) == (
        site.url("/2026/01/harbour-keeps-crane-7"), "Harbour keeps its crane", "feed", 1, site.url("/news.rss"),
    )  # fmt: skip


def test_robots_is_asked_for_the_target_of_a_redirect_too(scraper: Run, site: Server, file: Path) -> None:
    site.routes["/news.rss"] = Reply(b"", 302, (("location", "/maps/news.rss"),))
    site.routes["/maps/news.rss"] = Reply(FEED, headers=XML)
    done = scraper("discover", site.url())
    assert (done.returncode, done.stdout) == (1, b"")
    assert f"{site.url('/news.rss')}: robots.txt says 'Disallow: /maps/'" in done.stderr.decode()
    assert "/maps/news.rss" not in site.paths()
    assert site.paths().count("/robots.txt") == 1


def test_a_host_whose_robots_fails_is_left_alone(scraper: Run, site: Server, file: Path) -> None:
    site.routes["/robots.txt"] = Reply(b"", 503)
    assert scraper("discover", site.url()).returncode == 1
    assert site.paths() == ["/robots.txt"]


def test_a_private_address_is_asked_only_when_it_is_allowed(scraper: Run, site: Server) -> None:
    refused = scraper("discover", site.url())
    assert (refused.returncode, site.paths()) == (1, [])
    assert "not a public address" in refused.stderr.decode()
    assert scraper("discover", site.url(), "--allow-address", f"127.0.0.1:{site.port}").returncode == 0


def test_what_is_neither_source_nor_address_is_wrong_use(scraper: Run) -> None:
    done = scraper("discover", "no such source")
    assert done.returncode == 2
    assert "neither a source in the file nor the address of a home page" in done.stderr.decode()


def test_check_names_every_fault(scraper: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(
        '[[source]]\nhom = "a.example"\n[[source]]\nhome = "b.example"\n', encoding="utf-8"
    )
    done = scraper("sources", "check", "--config", "s.toml")
    assert done.returncode == 2
    assert done.stderr.decode() == "scraper: s.toml:2: unknown key 'hom', did you mean 'home'?\n"
    assert done.stdout.decode() == "s.toml: 1 sources, 1 with faults\n"


OPML = """<opml version="2.0"><body><outline text="Desk">
<outline text="A &amp; B" xmlUrl="https://a.example/rss?x=1&amp;y=2" htmlUrl="https://a.example/"/>
<outline text="A sport" xmlUrl='https://a.example/sport.rss' htmlUrl='https://a.example/'/>
<outline text="B" xmlUrl="https://b.example/feed"/><outline text="broken" xmlUrl="javascript:x"/></outline></body></opml>"""


def test_opml_gives_a_source_for_each_site() -> None:
    assert opml.read(OPML) == [
        Source(
            "a.example", "https://a.example/", feeds=("https://a.example/rss?x=1&y=2", "https://a.example/sport.rss")
        ),
        Source("b.example", "https://b.example/", feeds=("https://b.example/feed",)),
    ]


def test_opml_comes_back_as_it_went() -> None:
    sources = [*opml.read(OPML), Source("c.example", "https://c.example/")]
    assert opml.read(opml.write(sources)) == sources


@pytest.mark.parametrize(
    ("outlines", "sources"),
    [
        (
            '<!-- <outline xmlUrl="https://x.example/rss"/> --><outline xmlUrl="https://a.example/rss"/>',
            ["https://a.example/"],
        ),
        ('<OUTLINE XMLURL="https://a.example/rss"/>', ["https://a.example/"]),
        ('<o:outline xmlUrl="https://a.example/rss" text="a > b"/>', ["https://a.example/"]),
        ('<outline type="link" url="https://a.example/"/>', ["https://a.example/"]),
        ('<outline type="rss" url="https://a.example/rss"/>', ["https://a.example/"]),
        ('<outline xmlUrl="feed://a.example/rss"/>', ["http://a.example/"]),
        ('<outline xmlUrl="feed:https://a.example/rss"/>', ["https://a.example/"]),
        (
            '<outline xmlUrl="https://a.example/1" htmlUrl="http://www.a.example"/><outline xmlUrl="https://a.example/2" htmlUrl="https://a.example/"/>',
            ["https://a.example/"],
        ),
        (
            '<outline xmlUrl="https://a.example/1" htmlUrl="https://a.example/sport"/><outline xmlUrl="https://a.example/2" htmlUrl="https://a.example/city"/>',
            ["https://a.example/sport", "https://a.example/city"],
        ),
    ],
)
def test_opml_is_read_in_every_shape(outlines: str, sources: list[str]) -> None:
    assert [each.home for each in opml.read(f"<opml><body>{outlines}</body></opml>")] == sources


def test_what_is_no_opml_is_refused() -> None:
    with pytest.raises(ConfigError, match="x: no sites in it, is it OPML"):
        opml.read("<html>", "x")


def test_import_adds_what_is_not_there_yet_and_export_gives_it_back(scraper: Run, tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(OPML, encoding="utf-8")
    assert scraper("sources", "import", "feeds.opml").stdout.decode() == "2 sources added to data/sources.toml\n"
    assert scraper("sources", "import", "feeds.opml").stdout.decode() == "0 sources added to data/sources.toml\n"
    assert opml.read(scraper("sources", "export").stdout.decode()) == opml.read(OPML)
