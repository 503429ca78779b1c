"""Raw pages are taken out by age or size; records stay, and nothing is silent about it."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from scraper import pruning, schema, seals
from scraper.archive import Archive
from scraper.errors import ArchiveError, ConfigError
from scraper.pruning import Pruned, Rule
from scraper.query import Reader
from scraper.verify import faults
from tests.archives import archive, said
from tests.pages import NOON

LATER = NOON + timedelta(days=10)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return archive(
        tmp_path / "news.db",
        ("https://lund.example/1", "budget", 0),
        ("https://lund.example/2", "tax", 30),
        ("https://lund.example/3", "fee", 60),
    )


def test_old_pages_go_records_stay_and_the_archive_is_whole(path: Path) -> None:
    before = said(path)
    with Archive(path) as kept:
        told = pruning.prune(kept, Rule(before=NOON + timedelta(hours=40)), LATER)
    after = said(path)
    assert told.pages == 2
    assert (after["articles"], after["fetches"]) == (before["articles"], before["fetches"])
    assert len(after["pages"]) == 1
    assert list(faults(path)) == []


def test_a_pruned_page_says_when_and_why_it_went(path: Path) -> None:
    with Archive(path) as kept:
        pruning.prune(kept, Rule(before=NOON + timedelta(hours=1)), LATER)
    with Reader(path) as reader, pytest.raises(ArchiveError, match="was taken out on 2026-03-14T12:00:00"):
        reader.page(reader.show("1").page)
    connection = sqlite3.connect(path)
    assert "pruned 1 pages" in (seals.newest(connection).note or "")
    connection.close()


def test_the_oldest_go_until_the_rest_fits(path: Path) -> None:
    pages = sqlite3.connect(schema.pages_path(path))
    sizes = [row[0] for row in pages.execute("select length(body) from pages order by rowid")]
    pages.close()
    with Archive(path) as kept:
        assert pruning.prune(kept, Rule(most_bytes=sum(sizes[1:])), LATER) == Pruned(1, sizes[0], sum(sizes[1:]))
        assert pruning.prune(kept, Rule(most_bytes=sum(sizes[1:])), LATER).pages == 0


def test_a_trial_changes_nothing(path: Path) -> None:
    before = said(path)
    with Archive(path) as kept:
        assert pruning.would(kept, Rule(before=LATER)).pages == 3
    assert said(path) == before


def test_a_page_that_comes_again_is_kept_again(path: Path) -> None:
    with Archive(path) as kept:
        pruning.prune(kept, Rule(before=LATER), LATER)
    archive(path, ("https://lund.example/1", "budget", 300))
    assert len(said(path)["pages"]) == 1
    assert list(faults(path)) == []


@pytest.mark.parametrize(("text", "days"), [("90d", 90), ("2w", 14), ("1y", 365), ("48h", 2)])
def test_ages_are_read(text: str, days: int) -> None:
    assert pruning.age(text) == timedelta(days=days)


@pytest.mark.parametrize(("text", "wanted"), [("500MB", 500_000_000), ("1.5 GB", 1_500_000_000), ("10", 10)])
def test_sizes_are_read(text: str, wanted: int) -> None:
    assert pruning.size(text) == wanted


def test_what_is_no_age_or_size_is_refused() -> None:
    with pytest.raises(ConfigError, match="no age like"):
        pruning.age("soon")
    with pytest.raises(ConfigError, match="no size like"):
        pruning.size("much")
