"""What several archives learned of a site, brought together: as if one had seen it all, in whatever order."""

from __future__ import annotations

import itertools
import random
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scraper import learned, warc
from scraper.archive import Archive
from scraper.crew import Crew
from scraper.merging import cut, merge
from scraper.models import Article, Page
from scraper.verify import faults
from tests.archives import said
from tests.test_learned import SIGN_OFF, SITE, SUBJECTS, reading
from tests.test_warc import exported

NAMES = tuple(SUBJECTS)


def archive(path: Path, *readings: tuple[Article, Page]) -> Path:
    with Archive(path) as kept:
        for each in sorted(readings, key=lambda each: each[1].fetched_at):
            kept.keep(*each)
    return path


def merged(path: Path, *others: Path) -> Path:
    for other in others:
        with Archive(path) as kept:
            assert merge(kept, other).faults == []
    assert list(faults(path)) == []
    return path


def told(path: Path) -> dict[str, Any]:
    """Everything it says, the lines that were counted and those that were learned among it."""
    db = sqlite3.connect(path)
    counted = db.execute("select hash, url from lines left join articles on id = article_id").fetchall()
    learned_lines = db.execute("select * from furniture").fetchall()
    db.close()
    return said(path) | {"lines": sorted(counted, key=repr), "furniture": sorted(learned_lines)}


def texts(path: Path) -> list[tuple[Any, ...]]:
    return [row[1:] for row in told(path)["wordings"]]


def revised(name: str, *around: str, hours: float) -> tuple[Article, Page]:
    one, at = reading(name, " ".join(reversed(SUBJECTS[name].split())), *around)
    moment = reading(name, hours=hours)[1].fetched_at
    return one, replace(at, body=at.body + str(hours).encode(), fetched_at=moment)


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_merges_is_one_archive_that_saw_all(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    readings = [reading(name, SIGN_OFF, hours=at) for at, name in enumerate(NAMES)]
    later = {name: revised(name, SIGN_OFF, hours=20 + at) for at, name in enumerate(chance.sample(NAMES, 3))}
    shares: list[list[tuple[Article, Page]]] = [[], [], []]
    for name, first in zip(NAMES, readings, strict=True):
        for share in chance.sample(shares, chance.choice((1, 1, 2))):
            share.extend([first, later[name]] if name in later else [first])
    readings += later.values()
    parts = [archive(tmp_path / f"{name}.db", *share) for name, share in zip("abc", shares, strict=True)]
    whole = told(archive(tmp_path / "whole.db", *readings))
    assert [row[2] for row in whole["furniture"]] == [SIGN_OFF]
    for order in itertools.permutations(parts):
        found = told(merged(tmp_path / "-".join(each.stem for each in order) / "all.db", *order))
        assert {name: found[name] for name in ("furniture", "lines", "wordings", "pages")} == {
            name: whole[name] for name in ("furniture", "lines", "wordings", "pages")
        }


@pytest.mark.parametrize("seed", range(3))
def test_a_line_that_comes_and_goes_is_taken_off_the_same_wordings_in_any_order(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    readings = [reading(name, *chance.choice(((SIGN_OFF,), ())), hours=at) for at, name in enumerate(NAMES)]
    readings += [revised(name, *chance.choice(((SIGN_OFF,), ())), hours=20 + at) for at, name in enumerate(NAMES)]
    readings += [reading(name, SIGN_OFF, hours=-1) for name in chance.sample(NAMES, 3)]
    chance.shuffle(readings)
    parts = [archive(tmp_path / f"{name}.db", *readings[at::3]) for at, name in enumerate("abc")]
    found = [
        told(merged(tmp_path / str(at) / "all.db", *order)) for at, order in enumerate(itertools.permutations(parts))
    ]
    assert all(each == found[0] for each in found)


def test_what_only_one_has_learned_is_taken_off_the_texts_of_the_other(tmp_path: Path) -> None:
    one = archive(tmp_path / "one.db", *(reading(name, SIGN_OFF) for name in NAMES[:4]))
    other = archive(tmp_path / "other.db", *(reading(name, SIGN_OFF) for name in NAMES[4:]))
    first = told(merged(tmp_path / "first" / "all.db", one, other))
    assert first == told(merged(tmp_path / "second" / "all.db", other, one))
    assert not any(SIGN_OFF in body for *_, body in first["wordings"])
    assert len(first["lines"]) == 3 * len(NAMES)


def test_what_neither_could_learn_is_learned_of_both(tmp_path: Path) -> None:
    parts = [
        archive(tmp_path / f"{at}.db", *(reading(name, SIGN_OFF) for name in NAMES[at : at + 2])) for at in (0, 2, 4)
    ]
    found = [
        told(merged(tmp_path / str(at) / "all.db", *order)) for at, order in enumerate(itertools.permutations(parts))
    ]
    assert all(each == found[0] for each in found)
    assert sorted(row[2] for row in found[0]["furniture"]) == [SIGN_OFF]


def test_merging_twice_changes_nothing_of_what_was_learned(tmp_path: Path) -> None:
    one = archive(tmp_path / "one.db", *(reading(name, SIGN_OFF) for name in NAMES[:4]))
    other = archive(tmp_path / "other.db", *(reading(name, SIGN_OFF) for name in NAMES[3:]))
    merged(one, other)
    before = one.read_bytes()
    with Archive(one) as kept:
        again = merge(kept, other)
    assert (again.new, again.joined) == (0, 0)
    assert one.read_bytes() == before


def test_what_was_found_to_be_wrong_stays_wrong(tmp_path: Path) -> None:
    one = archive(tmp_path / "one.db", *(reading(name, SIGN_OFF) for name in NAMES[:4]))
    db = sqlite3.connect(one, isolation_level=None)
    db.execute("update furniture set wrong = 1")
    db.close()
    other = archive(tmp_path / "other.db", *(reading(name, SIGN_OFF) for name in NAMES[4:]))
    for order in ((one, other), (other, one)):
        found = told(merged(tmp_path / order[0].stem / "all.db", *order))
        assert [row[4] for row in found["furniture"]] == [1]


def test_articles_that_are_one_leave_no_lines_of_the_other(tmp_path: Path) -> None:
    one = archive(tmp_path / "one.db", *(reading(name, SIGN_OFF) for name in NAMES[:3]))
    joined, at = reading("dock", SIGN_OFF, hours=5)
    address = f"https://{SITE}/school"
    head = f'<link rel="canonical" href="{joined.url}">'.encode()
    other = archive(tmp_path / "other.db", (joined, replace(at, url=address, body=head + at.body)))
    found = told(merged(one, other))
    assert {url for _, url in found["lines"]} == {each["article"]["url"] for each in found["articles"]}


def test_a_slice_and_an_import_know_what_was_learned(tmp_path: Path) -> None:
    path = archive(tmp_path / "news.db", *(reading(name, SIGN_OFF) for name in NAMES))
    cut(path, tmp_path / "part", [1, 2])
    part = told(tmp_path / "part" / "news.db")
    assert [row[2:] for row in part["furniture"]] == [(SIGN_OFF, learned.VERSION, 0)]
    with Archive(tmp_path / "again.db") as kept, Crew(1) as crew:
        assert warc.bring(kept, exported(path), crew).faults == []
    assert told(tmp_path / "again.db") == told(path)


def test_a_slice_given_back_is_as_it_was(tmp_path: Path) -> None:
    path = archive(tmp_path / "news.db", *(reading(name, SIGN_OFF) for name in NAMES))
    before = told(path)
    cut(path, tmp_path / "part", [1, 2])
    assert told(merged(path, tmp_path / "part" / "news.db")) == before


def test_what_is_learned_by_an_import_leaves_the_wordings_that_a_merge_leaves(tmp_path: Path) -> None:
    """One that told of nothing but a line that is furniture now is none."""
    first, *others = NAMES
    theirs = archive(
        tmp_path / "theirs.db",
        reading(first),
        reading(first, SIGN_OFF, hours=9),
        reading(others[0], SIGN_OFF, hours=12),
    )
    ours = [
        archive(tmp_path / f"{how}.db", *(reading(name, SIGN_OFF) for name in others[1:4]))
        for how in ("merged", "imported")
    ]
    assert len(texts(theirs)) == 3
    merged(ours[0], theirs)
    with Archive(ours[1]) as kept, Crew(1) as crew:
        assert warc.bring(kept, exported(theirs), crew).faults == []
    assert texts(ours[0]) == texts(ours[1])
    assert len(texts(ours[1])) == 5
