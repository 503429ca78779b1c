"""How a page was read: nothing is lost between what it shows and what is said of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from scraper import document, explain
from scraper.api import page_of
from scraper.archive import Archive
from scraper.explain import Explanation
from scraper.history import History
from tests.fixtures import FOLDER, every
from tests.ledger import _is_in_noscript, _plain, _visible
from tests.pages import article, html, page

PAGES = {case.name: case.page for case in every()}


def explained(name: str) -> Explanation:
    return explain.page(PAGES[name])


@pytest.mark.parametrize("name", sorted(PAGES))
def test_kept_and_dropped_together_are_the_page(name: str) -> None:
    told = PAGES[name]
    said = Counter(_plain(" ".join(line.text for line in explained(name).lines)))
    if document.is_text(told):
        shown = Counter(_plain(document.text(told)))
    else:
        shown = Counter(_plain(_visible(document.read(told).tree.body)))
    assert (shown - said, said - shown if not _is_in_noscript(told) else Counter()) == (Counter(), Counter())


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_line_is_told_once_and_what_was_dropped_has_a_reason(name: str) -> None:
    told = explained(name)
    numbers = [line.number for line in told.lines]
    assert numbers == sorted(set(numbers))
    assert all(bool(line.reason) == (line.fate == "dropped") for line in told.lines)


@pytest.mark.parametrize("name", [name for name in sorted(PAGES) if not name.startswith("capture")])
def test_the_kept_lines_are_the_text_of_the_record(name: str) -> None:
    told = explained(name)
    if told.article and not told.elsewhere:
        kept = [line.text for line in told.lines if line.fate == "text"]
        assert kept == [block.text for block in told.article.blocks]


def test_an_explanation_says_fate_reason_and_place() -> None:
    body = html("The council of Lund passed its budget on Monday after a debate that had lasted the whole night.")
    told = explain.text(explain.page(page(body.replace(b"<h1>", b"<nav>Home</nav><h1>"))), width=200)
    assert told.splitlines()[:3] == [
        "-    1  navigation                      Home",
        "+    2  headline                        Budget passed",
        "+    3                                  The council of Lund passed its budget on Monday after a debate that had lasted the whole night.",
    ]
    assert "headline    Budget passed\n            from h1\n" in told
    assert told.endswith("* h1            Budget passed\n  title         Budget passed\n")


def test_an_article_of_the_archive_is_read_from_its_kept_page(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db") as archive:
        archive.keep(article(), page())
    with History(tmp_path / "a.db") as reader:
        kept = reader.kept_page("https://lund.example/budget")
    assert kept == page()


def test_a_refused_page_says_why() -> None:
    told = explain.page(page_of(FOLDER.joinpath("front-home.html").read_bytes()))
    assert told.refused
    assert f"no article: {told.refused}" in explain.text(told)
