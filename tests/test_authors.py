"""Bylines as people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract import authors


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Nell Okafor", ["Nell Okafor"]),
        ("By Nell Okafor", ["Nell Okafor"]),
        ("BY: NELL OKAFOR", ["NELL OKAFOR"]),
        ("By Nell Okafor and Tomas Reyes", ["Nell Okafor", "Tomas Reyes"]),
        ("Nell Okafor, Tomas Reyes & Ida Lindqvist", ["Nell Okafor", "Tomas Reyes", "Ida Lindqvist"]),
        ("Von Jana Kröger und Malte Fuchs (dpa)", ["Jana Kröger", "Malte Fuchs"]),
        ("Von Jana Kröger, Korrespondentin, und Malte Fuchs", ["Jana Kröger", "Malte Fuchs"]),
        ("Par Camille Ferrand", ["Camille Ferrand"]),
        ("Por Inés Robledo y Marta Quiroga", ["Inés Robledo", "Marta Quiroga"]),
        ("Text: Leni Haas; Fotos: Anton Pichler", ["Leni Haas"]),
        ("Nell Okafor, Senior Reporter", ["Nell Okafor"]),
        ("Nell Okafor | Politics editor", ["Nell Okafor"]),
        ("Nell Okafor nell@courier.example", ["Nell Okafor"]),
        ("https://courier.example/people/nell", []),
        ("", []),
        ("Anne-Marie O'Neill", ["Anne-Marie O'Neill"]),
        ("Reuters", ["Reuters"]),
        ("<a href='/x'>Nell Okafor</a>", ["Nell Okafor"]),
        ("Nell Okafor &amp; Tomas Reyes", ["Nell Okafor", "Tomas Reyes"]),
        ("Автор: Мария Зорина", ["Мария Зорина"]),
        ("ليلى منصور", ["ليلى منصور"]),
        ("بقلم: ليلى منصور", ["ليلى منصور"]),
        ("김하늘 기자", ["김하늘"]),
        ("撰文：林小雨", ["林小雨"]),
        ("Posted on 3 May 2024 by Nell Okafor", ["Nell Okafor"]),
        ("06.11.2023 13:30 von Olga", ["Olga"]),
        ("Von R. R. am 3. Mai", ["R. R."]),
        ("Joe S.", ["Joe S."]),
        ("Dr. Jana Kröger", ["Dr. Jana Kröger"]),
        ("Erstellt von Jana Kröger", ["Jana Kröger"]),
        ("View all posts by Nell Okafor", ["Nell Okafor"]),
        ("Zeige alle Beiträge von Jana Kröger →", ["Jana Kröger"]),
        ("Jana Kröger in Lund", ["Jana Kröger"]),
        ("Jana Kröger, Lund, Malte Fuchs", ["Jana Kröger", "Malte Fuchs"]),
        ("Nell Okafor And Tomas Reyes For The Courier", ["Nell Okafor", "Tomas Reyes"]),
        ("Jana Kröger/Malte Fuchs", ["Jana Kröger", "Malte Fuchs"]),
        ("dpa/lno", ["dpa/lno"]),
        ("Berg & Söhne", ["Berg & Söhne"]),
        ("Chefredakteur Malte Fuchs", ["Malte Fuchs"]),
        ("Nell Okafor, PhD", ["Nell Okafor"]),
        ("Nell Okafor (@nell) @courier", ["Nell Okafor"]),
        ("Email the author", []),
        ("Von", []),
        ("Name", []),
        ("admin", []),
        ("facebook.com/courier", []),
        ("Jan Jansen en Piet Pietersen", ["Jan Jansen", "Piet Pietersen"]),
        ("Inés Robledo en Lund", ["Inés Robledo"]),
        ("By MND Staff", ["MND Staff"]),
        ("Staff", ["Staff"]),
        ("Nell Okafor, staff writer", ["Nell Okafor"]),
        ("Richard Berg im Gespräch mit Ida Lindqvist", ["Richard Berg", "Ida Lindqvist"]),
    ],
)
def test_names_without_what_stands_around_them(text: str, names: list[str]) -> None:
    assert list(authors.names(text)) == names


def test_each_person_is_named_once() -> None:
    assert authors.people(["Nell Okafor", "NELL OKAFOR", "Tomas Reyes"]) == ("Nell Okafor", "Tomas Reyes")


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("Nell Okafor", True),
        ("김하늘", True),
        ("ليلى منصور", True),
        ("Reuters", False),
        ("nell", False),
        ("der Michel", False),
    ],
)
def test_a_name_of_two_capitals_or_of_a_script_without_reads_like_a_person(name: str, is_one: bool) -> None:
    assert authors.is_person(name) is is_one


@given(st.text(max_size=100))
def test_any_text_has_names_or_none(text: str) -> None:
    assert all(name == name.strip() and name for name in authors.names(text))
