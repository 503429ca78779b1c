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


def one(text: str, language: str = "en") -> Article:
    return told(text, language=language)


@pytest.mark.parametrize(
    ("old", "new", "language", "kind"),
    [
        ("Police said one man died on the pier.", "Police said two men died on the pier.", "en", "number"),
        ("He won the first race of the old season.", "He won the second race of the old season.", "en", "number"),
        ("The firm paid $5m for the plot in March.", "The firm paid $5bn for the plot in March.", "en", "number"),
        ("Погибли пять человек, сообщил суд.", "Погибли шестеро человек, сообщил суд.", "ru", "number"),
        ("पुलिस के अनुसार विस्फोट में तीन लोग मारे गए।", "पुलिस के अनुसार विस्फोट में चार लोग मारे गए।", "hi", "number"),
        ("قالت الوزارة إن ثلاثة أشخاص قتلوا.", "قالت الوزارة إن أربعة أشخاص قتلوا.", "ar", "number"),
        ("Polis, üç kişinin öldüğünü açıkladı.", "Polis, dört kişinin öldüğünü açıkladı.", "tr", "number"),
        ("경찰은 세 명이 숨졌다고 밝혔다.", "경찰은 네 명이 숨졌다고 밝혔다.", "ko", "number"),
        ("She went to court for the fire.", "She went by car for the fire.", "en", "wording"),
        ("'We will never sign,' Hall said on Friday.", "'We cannot sign,' Hall said on Friday.", "en", "quote"),
        ("The dog's owner wasn't the workers' friend.", "The dog's owner wasn't the workers' foe.", "en", "wording"),
    ],
)
def test_numbers_and_quotes_are_those_of_the_language(old: str, new: str, language: str, kind: str) -> None:
    assert [each.kind for each in edits.between(one(old, language), one(new, language))] == [kind]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1,200", "1.200"),
        ("1,200", "1200"),
        ("1,200", "1\u00a0200"),
        ("1200", "١٢٠٠"),
        ("5%", "5 percent"),
        ("three", "3"),
    ],
)
def test_the_same_number_written_otherwise_is_no_other_number(old: str, new: str) -> None:
    sides = (one(f"The ministry counted {each} cases in the whole of the year.") for each in (old, new))
    assert [(each.kind, each.words) for each in edits.between(*sides)] == [("wording", f"{old} → {new}")]


def test_a_figure_with_a_space_between_its_thousands_is_one() -> None:
    old, new = (one(f"Le ministère compte 1 {each} cas dans la ville.", "fr") for each in (200, 300))
    assert changed(old, new) == [("number", "1 200 → 1 300")]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Berg said so. It was Anna Berg who left.", "en"),
        ("Wie Berg sagte, sei das falsch. Dann ging Anna Berg.", "de"),
    ],
)
def test_a_name_of_the_text_is_one_wherever_it_stands(text: str, language: str) -> None:
    told = edits.between(one(text, language), one(text.replace("Berg", "Bergh", 1), language))
    assert [(each.kind, each.words) for each in told] == [("name", "Berg → Bergh")]


def test_an_article_in_place_of_a_name_is_no_name() -> None:
    old = "Berg's lawyers filed the motion late on Monday. So said Anna Berg."
    new = "The lawyers filed the motion late on Monday. So said Anna Berg."
    assert changed(one(old), one(new)) == [("wording", "Berg's → The")]


def test_clocks_and_counters_are_not_among_the_changes() -> None:
    old = told("Updated 3 minutes ago", *TEXT, "1,234 views")
    new = told(
        "Updated March 3, 2026 at 10:45 a.m. EST", *with_("12 million", "14 million").body.split("\n\n"), "1,302 views"
    )
    assert changed(old, new) == [("number", "12 → 14")]


@pytest.mark.parametrize(
    "note",
    [
        "Clarification, March 3, 2026: The sum was wrong.",
        "Erratum du 3 mars : le chiffre était faux.",
        "* Korrekturhinweis vom 3. März 2026: Die Zahl stimmte nicht.",
        "In einer vorherigen Version dieses Artikels stand eine falsche Zahl.",
        "Diferentemente do informado em versão anterior deste texto, o valor era outro.",
        "В предыдущей версии материала была указана неверная цифра.",
        "本文先前版本误植人数，特此更正。",
        "初出時、金額に誤りがありました。",
        "Bu haberin önceki sürümünde rakam yanlıştı.",
        "স\u0982শোধনী: সংখ্যাটি ভুল ছিল।",
    ],
)
def test_notes_with_a_date_and_in_other_words_are_known(note: str) -> None:
    assert edits.is_note(note)


@pytest.mark.parametrize(
    "text",
    [
        "訂正申告の期限は三月です。",
        "澄清谣言是政府的责任，发言人说。",
        "In einer früheren Version des Gesetzes stand eine andere Zahl.",
        "An earlier version of the bill passed the house.",
    ],
)
def test_a_label_that_opens_a_sentence_is_no_note(text: str) -> None:
    assert not edits.is_note(text)


def test_a_short_sentence_that_was_changed_goes_along_with_its_moved_paragraph() -> None:
    old = told(*TEXT, "The vote was close. “We looked everywhere,” she said.")
    new = told(TEXT[0], "The vote was close. “We looked all over,” she said.", *TEXT[1:])
    assert changed(old, new) == [("moved", "The vote was close."), ("quote", "everywhere → all over")]


def test_a_page_of_a_difference_marks_what_moved_and_runs_the_way_of_its_script() -> None:
    shown = difference.page(told(), told(TEXT[1], TEXT[2], TEXT[0]), "one & two")
    assert f'<p class="moved" title="stands elsewhere now">{TEXT[0]}</p>' in shown
    assert '<html lang="en" dir="ltr">' in shown
    assert "<title>one &amp; two</title>" in shown
    arabic = told("قالت الوزارة إن ثلاثة أشخاص قتلوا.", headline="ثلاثة قتلى", language="ar")
    assert '<html lang="ar" dir="rtl">' in difference.page(arabic, arabic, "")
