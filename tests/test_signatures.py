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
    assert told.particulars == {"Lund", "14", "12", "Kim", "Berg", "1030"}


def test_a_text_of_nothing_has_nothing() -> None:
    assert signatures.text("") == signatures.Text((), (), frozenset())


def test_a_word_keeps_its_vowel_signs() -> None:
    assert signatures.shingles("विस्फोट में तीन लोग") == signatures.shingles("विस्फोट, में: तीन लोग!")
    assert len(signatures.shingles("विस्फोट में तीन लोग")) == 2
    assert not set(signatures.shingles("विस्फोट में तीन")) & set(signatures.shingles("वसफट म तन"))


def test_a_figure_is_the_same_in_any_digits_and_however_thousands_are_parted() -> None:
    told = [signatures.text(f"عدد الجرحى {figure}").particulars for figure in ("1,200", "1.200", "١٢٠٠", "۱۲۰۰")]
    assert told == [{"1200"}] * 4


def test_what_is_said_twice_stands_for_names_where_there_are_no_capitals() -> None:
    assert signatures.text("पुलिस ने मुंबई में कहा। मुंबई के लोग").particulars == {"मुंबई"}
    assert signatures.text("浦和が鹿島に勝った。浦和は次に進む。").particulars == {"浦和"}
    assert signatures.text("서울은 오늘 맑다. 서울에 비는 없다.").particulars == {"서울"}
