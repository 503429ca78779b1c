"""Pages whose text stands in their scripts only."""

from __future__ import annotations

import json

import pytest

from scraper import extract
from scraper.errors import ExtractError
from scraper.models import Article
from tests.pages import TEXT, page

MARKUP = "<h2>Before the vote</h2>" + "".join(f'<p class="text">{text}</p>' for text in TEXT)


def read(script: str, shown: str = "", headline: str = "Council of Lund passes the harbour budget") -> Article:
    return extract.article(
        page(
            f"<html><head><title>{headline}</title></head><body><div id=root>{shown}</div>{script}</body></html>".encode()
        )
    )


def literal(text: str, depth: int = 1) -> str:
    for _ in range(depth):
        text = json.dumps(text).replace("<", "\\u003c")
    return text


@pytest.mark.parametrize(
    "script",
    [
        f"<script>window.state = {{'a': 1, body: {literal(MARKUP)}}};</script>",
        f'<script id=__NEXT_DATA__ type="application/json">{{"props": {{"html": {literal(MARKUP)}}}}}</script>',
        f"<script>self.__next_f.push([1, {literal('12:' + json.dumps({'content': MARKUP}))}])</script>",
        f"<script>init({literal(MARKUP, 2)})</script>",
    ],
    ids=["state", "next data", "flight", "twice"],
)
def test_a_text_that_stands_in_a_script_is_the_body(script: str) -> None:
    article = read(script)
    assert [(block.kind.value, block.text) for block in article.blocks] == [
        ("heading", "Before the vote"),
        *(("paragraph", text) for text in TEXT),
    ]
    assert {each.field: each.place for each in article.evidence}["body"] == "script"


def test_lines_that_are_shown_instead_are_dropped_and_say_why() -> None:
    article = read(f"<script>state({literal(MARKUP)})</script>", shown="<p>The council of Lund met on Monday.</p>")
    assert len(article.blocks) == 4
    assert [(each.text, each.reason) for each in article.dropped] == [
        ("The council of Lund met on Monday.", "the text is from script")
    ]


def test_another_article_in_a_script_is_not_this_pages() -> None:
    shown = "<h1>Ferry stopped by ice</h1><p>The ferry to Vale did not run on Monday because of the ice, its owner said.</p>"
    article = read(f"<script>state({literal(MARKUP)})</script>", shown, headline="Ferry stopped by ice")
    assert [block.text[:15] for block in article.blocks] == ["The ferry to Va"]


@pytest.mark.parametrize(
    "script", ['<script>a = "<p>\\', '<script>"\\ud800<p>"</script>', '<script>""<p>"' + '"<p>' * 2000]
)
def test_broken_scripts_are_passed_over(script: str) -> None:
    with pytest.raises(ExtractError):
        read(script)
