"""Lines that a site puts around its articles are learned, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from scraper import learned, learning
from scraper.archive import Archive
from scraper.models import Article, Block, Dropped, Kind, Page
from scraper.query import Reader
from scraper.verify import faults
from tests.pages import article, html, page

SIGN_OFF = "Wexby Courier is the newspaper of record of the eastern harbours."
SITE = "courier.example"
SUBJECTS = {
    "dock": "The harbour authority of Wexby will build a third dock before the end of the decade, said Ida Lindqvist.",
    "school": "Pupils of the lower forms stay at home on Friday, because the heating of the old school has failed again.",
    "choir": "After sixty years the cathedral choir sings its summer concert without a conductor; nobody will replace him.",
    "trawler": "Coastguards towed a trawler with four men to Ystad on Sunday night, its propeller caught in a lost net.",
    "budget": "By fourteen votes to twelve the council passed a budget that spares libraries and doubles parking fees.",
    "storm": "Forecasters expect gusts of ninety knots on Thursday and advise against every journey along the coast.",
}


def reading(name: str, *around: str, hours: float = 0) -> tuple[Article, Page]:
    url = f"https://{SITE}/{name}"
    told = article(
        url, name.title(), (SUBJECTS[name], f"More about the {name} on Monday, the town hall said.", *around)
    )
    return told, page(html(*around, title=name), url, hours)


def kept(path: Path, readings: Iterable[tuple[Article, Page]]) -> dict[str, str]:
    """The text of each article in the archive, by the last part of its address."""
    with Archive(path) as archive:
        for each in readings:
            archive.keep(*each)
    assert list(faults(path)) == []
    with Reader(path) as reader:
        return {(stored.article.url or "").rpartition("/")[2]: stored.article.body for stored in reader.everything()}


FOUR = [reading(name, SIGN_OFF) for name in ("dock", "school", "choir", "trawler")]


def test_a_line_on_four_articles_of_a_site_is_taken_off_all_of_them(tmp_path: Path) -> None:
    found = kept(tmp_path / "a.db", [*FOUR, reading("budget", SIGN_OFF)])
    assert not any(SIGN_OFF in body for body in found.values())
    with Reader(tmp_path / "a.db") as reader:
        for number in ("1", "4", "5"):
            told = reader.show(number)
            assert [(each.text, each.reason) for each in told.article.dropped] == [(SIGN_OFF, learned.REASON)]
            assert told.revision == 1
        assert reader.search('"newspaper of record"') == []


def test_three_are_too_few(tmp_path: Path) -> None:
    assert all(SIGN_OFF in body for body in kept(tmp_path / "a.db", FOUR[:3]).values())


def test_the_order_in_which_they_come_does_not_matter(tmp_path: Path) -> None:
    readings = [*FOUR, reading("storm")]
    first = kept(tmp_path / "first.db", readings)
    for number, others in enumerate(list(permutations(readings))[::17]):
        assert kept(tmp_path / f"{number}.db", others) == first


def test_a_line_that_only_one_story_has_stays(tmp_path: Path) -> None:
    told = []
    for number in range(6):
        one, at = reading("dock", f"An update is expected at {number}.", SIGN_OFF)
        url = f"https://{SITE}/dock-{number}"
        told.append((replace(one, url=url), replace(at, url=url, body=str(number).encode())))
    assert all(SIGN_OFF in body for body in kept(tmp_path / "a.db", told).values())


def test_a_note_that_came_later_is_news_however_often_it_comes(tmp_path: Path) -> None:
    note = "This article has been corrected; an earlier version gave another figure."
    later = [reading(name, note, hours=2) for name in ("dock", "school", "choir", "trawler", "budget")]
    changed = [(told, replace(at, body=at.body + b" ")) for told, at in later]
    first = [reading(name) for name in ("dock", "school", "choir", "trawler", "budget")]
    assert all(note in body for body in kept(tmp_path / "a.db", [*first, *changed, *changed]).values())


def test_other_sites_learn_for_themselves(tmp_path: Path) -> None:
    one, at = reading("budget", SIGN_OFF)
    other = replace(one, url="https://gazette.example/b"), replace(at, url="https://gazette.example/b")
    assert SIGN_OFF in kept(tmp_path / "a.db", [*FOUR, other])["b"]


def test_fetching_again_is_no_new_wording(tmp_path: Path) -> None:
    kept(tmp_path / "a.db", FOUR)
    with Archive(tmp_path / "a.db") as archive:
        again, later = reading("dock", SIGN_OFF, hours=3)
        assert archive.keep(again, replace(later, body=later.body + b"<!-- 2 -->")).outcome == "unchanged"


def test_earlier_wordings_lose_the_line_too(tmp_path: Path) -> None:
    changed, later = reading("dock", "The dock will cost 41 million.", SIGN_OFF, hours=1)
    kept(tmp_path / "a.db", [FOUR[0], (changed, later), *FOUR[1:]])
    with Archive(tmp_path / "a.db") as archive:
        bodies = [row[0] for row in archive._db.execute("select body from wordings where article_id = 1")]
    assert len(bodies) == 2
    assert not any(SIGN_OFF in body for body in bodies)


def test_what_was_wrong_comes_back_when_the_page_is_read_again(tmp_path: Path) -> None:
    kept(tmp_path / "a.db", FOUR)
    with Archive(tmp_path / "a.db") as archive:
        archive._db.execute("update furniture set wrong = 1")
        assert learning.lines_of(archive._db, SITE) == frozenset()
        archive.keep(*FOUR[0])
    with Reader(tmp_path / "a.db") as reader:
        assert SIGN_OFF in reader.show("1").article.body


def test_an_archive_that_has_not_counted_yet_counts_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    kept(path, FOUR[:3])
    with Archive(path) as archive:
        archive._db.execute("delete from lines")
        archive._db.execute("delete from made")
    assert not any(SIGN_OFF in body for body in kept(path, FOUR[3:]).values())


# --- the pure part ------------------------------------------------------------


def texts(*lines: str) -> tuple[Block, ...]:
    return tuple(Block(Kind.PARAGRAPH, each) for each in lines)


def keys(*lines: str) -> frozenset[int]:
    return frozenset(learned.key(SITE, each) for each in lines)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f a b c", "a b c"),
        ("a b c f g", "a b c"),
        ("a f f f f f", "a"),
        ("a b c d e f h i j k l m", "a b c d e f h i j k l m"),  # in the middle
        ("f g", "f g"),  # nothing would be left
        ("f", "f"),
        ("", ""),
    ],
)
def test_lines_are_taken_off_at_the_edges_only(before: str, after: str) -> None:
    told = learned.without(Article(blocks=texts(*before.split())), keys("f", "g"), SITE)
    assert " ".join(block.text for block in told.blocks) == after
    assert len(told.blocks) + len(told.dropped) == len(before.split())


def test_a_line_that_is_taken_off_gets_the_number_it_had() -> None:
    told = Article(blocks=texts("a", "b", "f"), dropped=(Dropped(1, "menu", "menu"), Dropped(6, "footer", "footer")))
    bare = learned.without(told, keys("f"), SITE)  # 2 is the headline, 3 to 5 are the blocks
    assert [(each.line, each.text) for each in bare.dropped] == [(1, "menu"), (5, "f"), (6, "footer")]


def test_headings_are_not_learned() -> None:
    assert learned.edges((Block(Kind.HEADING, "Method", 2), *texts("Boil the fish.", "Serve."))) == [
        "Boil the fish.",
        "Serve.",
    ]
