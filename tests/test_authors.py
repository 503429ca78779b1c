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
        ("Text: Leni Haas; Fotos: Anton Pichler", ["Leni Haas", "Fotos: Anton Pichler"]),
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
    ],
)
def test_names_without_what_stands_around_them(text: str, names: list[str]) -> None:
    assert list(authors.names(text)) == names


def test_each_person_is_named_once() -> None:
    assert authors.people(["Nell Okafor", "NELL OKAFOR", "Tomas Reyes"]) == ("Nell Okafor", "Tomas Reyes")


@given(st.text(max_size=100))
def test_any_text_has_names_or_none(text: str) -> None:
    assert all(name == name.strip() and name for name in authors.names(text))
