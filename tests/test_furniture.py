"""Lines that are never the article, by their wording alone."""

from __future__ import annotations

import re

import pytest

from scraper import tables
from scraper.extract import furniture


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Skip to content", "navigation"),
        ("Zum Inhalt springen", "navigation"),
        ("Read also:", "read also"),
        ("» Related stories", "read also"),
        ("Latest", "read also"),
        ("Lesen Sie auch: Was die Mühle verrät", "read also"),
        ("Mehr zum Thema", "read also"),
        ("Mehr zum Thema: Warum so viele Brücken gleich alt sind", "read also"),
        ("À lire aussi", "read also"),
        ("Lee también", "read also"),
        ("Читайте также:", "read also"),
        ("関連記事", "read also"),
        ("اقرأ أيضا", "read also"),
        ("Sign up for our newsletter", "newsletter"),
        ("Jetzt kostenlos anmelden", "newsletter"),
        ("Advertisement", "advertisement"),
        ("- Anzeige -", "advertisement"),
        ("Share on Facebook", "share"),
        ("Facebook", "share"),
        ("Teilen", "share"),
        ("Listen to this article", "listen"),
        ("3 min read", "listen"),
        ("Photo: L. Marsh / Getty Images", "credit"),
        ("© 2026 The Tidewater Courier. All rights reserved.", "cookies and terms"),
        ("12 comments", "comments"),
        ("By Nell Okafor", "byline"),
        ("Updated: 4 March 2026, 6.15am", "date line"),
        ("4. März 2026", "date line"),
        ("Tags: harbour, council", "tags"),
    ],
)
def test_a_whole_line_of_furniture_is_known(line: str, reason: str) -> None:
    assert furniture.reason(line) == reason


@pytest.mark.parametrize(
    "line",
    [
        "Read also between the lines of the budget, the mayor said, and you will find the harbour.",
        "The latest figures show that the harbour has grown by a third since the spring.",
        "Share prices fell sharply on Monday after the bank had closed its doors.",
        "By the time the ferry reached the island, the storm had passed.",
        "Von den zwölf Booten kehrten nur elf zurück.",
        "He told Facebook to stop.",
        "The newsletter had been printed since 1911 in the cellar of the town hall.",
        "A vote that nobody could count on",
        "¿Y ahora?",
        "“Skip to content,” the editor shouted, and everybody laughed.",
        "",
    ],
)
def test_text_that_begins_so_is_left_alone(line: str) -> None:
    assert furniture.reason(line) is None


def test_a_pointer_elsewhere_is_known_by_its_beginning() -> None:
    assert furniture.opening("Read more: What the third dock means") == "read also"
    assert furniture.opening("The harbour has grown") is None


def test_a_long_text_is_never_furniture() -> None:
    assert furniture.reason("Read also: " + "x" * furniture.LONGEST) is None


def test_every_pattern_of_the_table_compiles_and_has_a_reason() -> None:
    for row in tables.load("furniture")["reason"]:
        assert row["name"]
        for pattern in row.get("whole", []) + row.get("opening", []):
            re.compile(pattern)
