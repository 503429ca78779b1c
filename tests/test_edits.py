"""What changed between two wordings, in the words of an editor."""

from __future__ import annotations

import pytest

from scraper import difference, edits
from scraper.models import Article, Block, Kind

TEXT = (
    "The council of Lund passed its budget after a debate that had lasted the whole night.",
    "Mayor Kim Berg said that 12 million would go to the harbour. “We had no choice at all,” Berg said.",
    "The opposition called the plan reckless. It announced that it would go to court before the summer.",
)


def told(*text: str, headline: str = "Budget passed", language: str = "en") -> Article:
    return Article(
        headline=headline, language=language, blocks=tuple(Block(Kind.PARAGRAPH, each) for each in text or TEXT)
    )


def changed(old: Article, new: Article) -> list[tuple[str, str]]:
    return [(each.kind, each.words) for each in edits.between(old, new)]


def with_(old: str, new: str) -> Article:
    return told(*(each.replace(old, new) for each in TEXT))


@pytest.mark.parametrize(
    ("new", "kind", "words"),
    [
        (told(headline="Budget fails"), "headline", "Budget passed → Budget fails"),
        (with_("12 million", "14 million"), "number", "12 → 14"),
        (with_("12 million", "12 billion"), "number", "million → billion"),
        (with_("Mayor Kim Berg", "Mayor Tom Berg"), "name", "Kim → Tom"),
        (with_("no choice", "little choice"), "quote", "no → little"),
        (with_("reckless", "careless"), "wording", "reckless → careless"),
        (with_("the whole night", "the night"), "removal", "whole →"),
        (with_("a debate", "a long debate"), "addition", "→ long"),
        (told(*TEXT[:2], TEXT[2].split(". ")[1]), "removal", "The opposition called the plan reckless."),
        (
            told(TEXT[0], "Work starts soon. Ships will wait.", *TEXT[1:]),
            "addition",
            "Work starts soon. Ships will wait.",
        ),
        (told(TEXT[1], TEXT[2], TEXT[0]), "moved", TEXT[0]),
        (told(*TEXT, "Correction: The sum was wrong."), "correction note", "Correction: The sum was wrong."),
    ],
)
def test_each_change_has_its_kind_and_its_words(new: Article, kind: str, words: str) -> None:
    assert changed(told(), new) == [(kind, words)]


def test_the_same_wording_has_no_changes() -> None:
    assert changed(told(), told()) == []


def test_a_figure_between_quotes_is_a_changed_quote_too() -> None:
    old, new = told('He said: "We lost 12 men."'), told('He said: "We lost 14 men."')
    assert changed(old, new) == [("number", "12 → 14"), ("quote", "12 → 14")]


def test_a_moved_sentence_that_was_changed_is_told_by_its_words() -> None:
    new = told(TEXT[1], TEXT[2], TEXT[0].replace("whole", "entire"))
    assert changed(told(), new) == [("wording", "whole → entire")]


@pytest.mark.parametrize(
    ("old", "new", "language", "found"),
    [
        ("Погибли два человека, сообщил мэр.", "Погибли три человека, сообщил мэр.", "ru", [("number", "два → три")]),
        ("市長は12億円の予算を可決した。", "市長は14億円の予算を可決した。", "ja", [("number", "12 → 14")]),
        ("市長は「反対だ」と述べた。", "市長は「賛成だ」と述べた。", "ja", [("quote", "反対 → 賛成")]),
        ("قتل 12 شخصا في الحادث أمس.", "قتل 14 شخصا في الحادث أمس.", "ar", [("number", "12 → 14")]),
        (
            "Der Rat lobte den Beschluss sehr.",
            "Der Rat lobte den Entscheid sehr.",
            "de",
            [("wording", "Beschluss → Entscheid")],
        ),
        ("Gestern lobte Anna Weber den Rat.", "Gestern lobte Anna Weser den Rat.", "de", [("name", "Weber → Weser")]),
        ("It may open in May again.", "It may open in June again.", "en", [("number", "May → June")]),
        ("It may open again soon.", "It might open again soon.", "en", [("wording", "may → might")]),
        ("Le vote a eu lieu mardi soir.", "Le vote a eu lieu jeudi soir.", "fr", [("number", "mardi → jeudi")]),
    ],
)
def test_other_languages(old: str, new: str, language: str, found: list[tuple[str, str]]) -> None:
    assert changed(told(old, language=language), told(new, language=language)) == found


@pytest.mark.parametrize(
    "note",
    [
        "Correction: the sum was wrong.",
        "*Clarification (3 May): the sum was wrong.",
        "This article was amended on 3 May to correct a sum.",
        "An earlier version of this article gave a wrong sum.",
        "Berichtigung: Die Summe war falsch.",
        "In einer früheren Version dieses Textes stand eine falsche Summe.",
        "Rectificatif : la somme était fausse.",
        "Fe de errores: la suma era falsa.",
        "Rättelse: Summan var fel.",
        "Sprostowanie: kwota była błędna.",
        "Исправление: сумма была неверной.",
        "訂正：金額に誤りがありました。",
        "更正：金额有误。",
        "تصحيح: كان المبلغ خاطئا.",
    ],
)
def test_notes_on_mistakes_are_known(note: str) -> None:
    assert edits.is_note(note)


@pytest.mark.parametrize(
    "text",
    [
        "Corrections officers were attacked on Monday.",
        "Correction of the markets continues.",
        "An earlier version of the plan was rejected.",
        "In einer früheren Version des Gesetzes stand mehr.",
        "Исправление ошибок заняло год.",
        "Korrektur der Kurse hält an.",
    ],
)
def test_what_only_begins_like_a_note_is_none(text: str) -> None:
    assert not edits.is_note(text)


def test_a_difference_is_written_word_by_word() -> None:
    old, new = told("It cost 12 euros. He paid."), told("It cost 14 euros. He paid. Nobody asked.", headline="Paid")
    assert difference.text(old, new) == (
        "[-Budget passed-]{+Paid+}\n\nIt cost [-12-] {+14+} euros. He paid. {+Nobody asked.+}\n"
    )
    assert "<p>It cost <del>12</del> <ins>14</ins> euros." in difference.page(old, new, "a < b")


def test_a_text_that_repeats_itself_without_end_is_still_told() -> None:
    old, new = told(*["The same line again."] * 5000), told("Start.", *["The same line again.", "Odd."] * 2500)
    assert {kind for kind, _ in changed(old, new)} == {"addition", "moved", "removal"}
    words = " ".join(f"the word{number % 50} of" for number in range(7000))
    assert [kind for kind, _ in changed(told(words), told(words.replace("of", "in")))] == ["wording"]
