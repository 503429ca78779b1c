"""What is a new wording and what only passes on a page."""

from __future__ import annotations

import pytest

from scraper import revisions
from scraper.models import Article, Block, Kind
from tests.pages import TEXT, article

PASSING = [
    ("1,203 views", "1,204 views"),
    ("1.2K views · 34 comments", "1.3K views · 35 comments"),
    ("Updated 3 hours ago", "Updated 4 hours ago"),
    ("This article was last updated 3 hours ago", "This article was last updated just now"),
    ("5 min read", "6 min read"),
    ("12:45", "12:50"),
    ("👁 1203", "👁 1209"),
    ("Von Kim Berg · vor 3 Stunden", "Von Kim Berg · vor 4 Stunden"),
    ("Lesezeit: 4 Minuten", "Lesezeit: 5 Minuten"),
    ("12 Kommentare", "13 Kommentare"),
    ("Kim Berg | Lund | 12 Kommentare", "Kim Berg | Lund | 13 Kommentare"),
    ("Stand: 5.3.2026, 14:05 Uhr", "Stand: 5.3.2026, 15:05 Uhr"),
    ("Il y a 3 heures", "Il y a 4 heures"),
    ("Temps de lecture : 4 min", "Temps de lecture : 5 min"),
    ("hace 3 horas", "hace 4 horas"),
    ("há 3 horas", "há 4 horas"),
    ("3 timer siden", "4 timer siden"),
    ("10 tys. wyświetleń", "11 tys. wyświetleń"),
    ("Просмотров: 1203", "Просмотров: 1210"),
    ("3 часа назад", "4 часа назад"),
    ("منذ 3 ساعات", "منذ 4 ساعات"),
    ("לפני 3 שעות", "לפני 4 שעות"),
    ("3 saat önce", "4 saat önce"),
    ("閲覧数 1,203", "閲覧数 1,300"),
    ("3時間前", "4時間前"),
    ("조회수 1,203회", "조회수 1,300회"),
    ("阅读 1203", "阅读 1300"),
    ("1203 lượt xem", "1300 lượt xem"),
    ("Updated March 3, 2026 at 10:45 a.m. EST", "Updated March 4, 2026 at 11:20 a.m. EST"),
    ("Published 3 March 2026, 10:45 | Updated 3 March 2026, 11:00", "Published 3 March 2026, 10:45"),
    ("Aktualisiert am 3. März 2026 um 10:45 Uhr", "Aktualisiert am 4. März 2026 um 9:10 Uhr"),
    ("Обновлено 3 марта 2026, 10:45 мск", "Обновлено 3 марта 2026, 12:00 мск"),
    ("2026年3月3日 10時45分", "2026年3月4日 9時05分"),
    ("Share 12 Comments 45", "Share 13 Comments 48"),
]

TELLING = [
    ("12 dead", "14 dead"),
    ("Shares 12.50", "Shares 12.60"),
    ("Budget: 12 million", "Budget: 14 million"),
    ("Jailed for 3 years", "Jailed for 4 years"),
    ("The fire broke out 3 hours ago near Lund.", "The fire broke out 4 hours ago near Lund."),
    ("YouTube: 10,000 views", "YouTube: 11,000 views"),
    ("Lund | 12 dead", "Lund | 14 dead"),
    ("Prep: 30 min", "Prep: 40 min"),
    ("Deadline: 5/3/2026", "Deadline: 6/3/2026"),
    ("Doors open at 19:30", "Doors open at 20:30"),
    ("Deadline: 5 March 2026", "Deadline: 6 March 2026"),
    ("May 12 be enough?", "May 13 be enough?"),
    ("Born in March 1961", "Born in April 1961"),
    ("3 : 1", "3 : 2"),
    ("１２人が死亡", "１３人が死亡"),
    ("Погибли 12 человек", "Погибли 14 человек"),
    ("قتل 12 شخصا", "قتل 14 شخصا"),
    ("Vor 3 Jahren starb er in Lund", "Vor 4 Jahren starb er in Malmö"),
    ("1203", "1300"),
    ("The vote is over", "The Vote is over"),
    ("He paid.", "He paid?"),
]


@pytest.mark.parametrize(("one", "other"), PASSING)
def test_what_passes_on_a_page_is_no_revision_nor_is_its_coming(one: str, other: str) -> None:
    old, new = article(text=(*TEXT, one)), article(text=(*TEXT, other))
    assert revisions.digest(old) != revisions.digest(new)
    assert revisions.same(old, new)


@pytest.mark.parametrize(("one", "other"), TELLING)
def test_a_figure_or_a_word_in_the_text_is_a_revision(one: str, other: str) -> None:
    assert not revisions.same(article(text=(*TEXT, one)), article(text=(*TEXT, other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Il dit : « oui »", "Il dit: “oui”"),
        ("12 000 gens", "12\u202f000 gens"),
        ("the vote - a close one - passed", "the vote—a close one—passed"),
        ("東京 は 晴れ", "東京は晴れ"),
        ("予算は１２億円", "予算は12億円"),
        ("Er sagte: ‚Nein‘", "Er sagte: „Nein“"),
        ("a\u200bb co\u00adoperate", "ab cooperate"),
    ],
)
def test_typography_is_no_revision(one: str, other: str) -> None:
    assert revisions.same(article(text=(one,)), article(text=(other,)))


def test_many_times_are_a_programme_and_a_changed_one_is_a_change() -> None:
    programme = ("18:00", "Doors", "19:30", "Kim Berg", "21:00", "The band")
    later = ("18:00", "Doors", "19:45", "Kim Berg", "21:00", "The band")
    assert not revisions.same(article(text=programme), article(text=later))


def _listed(*titles: str) -> Article:
    blocks = [Block(Kind.PARAGRAPH, each) for each in TEXT]
    return Article(blocks=(*blocks, *(Block(Kind.LIST_ITEM, each, 1) for each in titles)))


def test_titles_at_the_end_may_change_places_but_numbered_ones_and_sentences_may_not() -> None:
    assert revisions.same(_listed("Harbour closes", "Bridge opens"), _listed("Bridge opens", "Harbour closes"))
    assert not revisions.same(_listed("1. Lund", "2. Malmö"), _listed("1. Malmö", "2. Lund"))
    assert not revisions.same(_listed("He came.", "He saw."), _listed("He saw.", "He came."))


def test_a_teaser_of_what_was_a_text_is_told_by_what_the_page_says_of_itself() -> None:
    full = article()
    stub = Article(headline=full.headline, blocks=full.blocks[:1], kind="stub")
    assert revisions.is_teaser(full, stub)
    assert not revisions.is_teaser(full, Article(headline=full.headline, blocks=full.blocks[:1]))
    assert not revisions.is_teaser(stub, Article(blocks=(), kind="stub"))
