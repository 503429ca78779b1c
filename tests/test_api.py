"""`import scraper`, as the README shows it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import scraper
from tests import fixtures
from tests.pages import NOON, TEXT, html, page
from tests.site import Site


def test_everything_promised_is_there() -> None:
    for name in scraper.__all__:
        assert getattr(scraper, name) is not None
    assert set(dir(scraper)) >= set(scraper.__all__)


def test_what_is_not_promised_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = scraper.nonsense


def test_read_takes_bytes_and_text() -> None:
    told = scraper.read(html(), "https://lund.example/a?utm_source=x")
    assert (told.headline, told.url) == ("Budget passed", "https://lund.example/a")
    assert told.body == "\n\n".join(TEXT)
    assert scraper.read(html().decode(), "https://lund.example/a") == told
    assert scraper.read(html()).url is None


def test_read_without_an_article_says_why() -> None:
    with pytest.raises(scraper.ExtractError) as caught:
        scraper.read(b"")
    assert caught.value.reason == "empty"


def test_read_capture_takes_what_was_copied() -> None:
    told = scraper.read_capture((fixtures.FOLDER / "capture-browser.txt").read_text())
    assert told.headline == "Bridge keeper retires after forty years"


def test_fetch_gives_a_page() -> None:
    with Site() as site:
        guard = scraper.Guard.allowing([site.address])
        page = scraper.fetch(site.url("pont-ferme.html"), guard=guard)
    assert isinstance(page, scraper.Page)
    assert page.status == 200


def test_an_archive_keeps_searches_and_iterates(tmp_path: Path) -> None:
    with scraper.Archive(tmp_path / "news.db") as archive:
        kept = archive.keep(page())
        assert (kept.outcome, len(archive)) == ("new", 1)
        edited = replace(page(html(TEXT[0].replace("Monday", "Friday"), *TEXT[1:])), fetched_at=NOON)
        assert archive.keep(edited).outcome == "revised"
        assert [hit.headline for hit in archive.search("harbour")] == ["Budget passed"]
        assert archive.search("harbour", scraper.Filters(site="elsewhere.example")) == []
        assert [article.headline for article in archive] == ["Budget passed"]
        found = archive.get("https://lund.example/budget#comments")
        assert found is not None
        assert "Friday" in found.body
        assert archive.get("https://lund.example/none") is None


def test_a_page_without_an_article_is_kept_all_the_same(tmp_path: Path) -> None:
    with scraper.Archive(tmp_path / "news.db") as archive:
        login = page(html("Log in"))
        with pytest.raises(scraper.ExtractError):
            archive.keep(login)
        assert archive._reader.page(login.digest) == login.body


def test_importing_costs_nothing() -> None:
    code = "import sys; before = set(sys.modules); import scraper; print(*(set(sys.modules) - before))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in loaded if "scraper" in name] == ["scraper"]


def test_an_archive_verifies_itself_and_takes_another_in(tmp_path: Path) -> None:
    from tests.archives import archive

    archive(tmp_path / "other.db", ("https://lund.example/1", "budget", 0))
    with scraper.Archive(tmp_path / "news.db") as here:
        assert here.merge(tmp_path / "other.db").new == 1
        assert list(here.faults()) == []
        assert len(here) == 1
