"""What a text is known by."""

from __future__ import annotations

import pytest

from scraper import signatures

DOCK = (
    "The harbour authority will build a third dock before the end of the decade, its director Ida Lindqvist said. "
    "Fishermen fear that their quay will be the first thing to go, and the town has promised them another one."
)

BANDS = (97952317, 1221527577, 2604940981, 3991328726)


def test_the_same_text_is_known_by_the_same_numbers_on_any_machine() -> None:
    assert signatures.text("Ida Lindqvist announced the harbour extension").bands == BANDS
    assert signatures.shingles("third dock") == []


def test_case_marks_and_kinds_of_space_do_not_count() -> None:
    other = DOCK.replace(" ", "  ").replace(",", " –").upper()
    assert signatures.text(other).shingles == signatures.text(DOCK).shingles


def test_a_part_of_a_text_keeps_its_share_of_the_shingles() -> None:
    whole = signatures.text(DOCK)
    part = signatures.text(DOCK.partition(". ")[0])
    assert part.distinct < whole.distinct
    assert len(set(part.bands) & set(whole.bands)) >= len(whole.bands) // 3


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("港の拡張計画が承認された", 8),  # five letters in a row
        ("港口扩建计划获得批准", 6),
        ("การขยายท่าเรือได้รับการอนุมัติ", 21),  # ten
        ("부산항 확장 계획이 승인되었다", 2),  # words
        ("Порт Лунда расширят к лету", 3),
        ("iPhone 17 发布", 2),
    ],
)
def test_scripts_without_spaces_are_taken_letter_by_letter(text: str, count: int) -> None:
    assert len(signatures.shingles(text)) == count


def test_names_and_figures_are_the_particulars_of_a_text() -> None:
    told = signatures.text("The vote in Lund was 14 to 12. Mayor Kim Berg called it close; Berg left at 10:30.")
    assert told.particulars == {"Lund", "14", "12", "Kim", "Berg", "10:30"}


def test_a_text_of_nothing_has_nothing() -> None:
    assert signatures.text("") == signatures.Text((), (), frozenset())
