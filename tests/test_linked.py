"""What linked data says of this page's article, whatever else it holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import document
from scraper.document import Document
from scraper.extract import linked

URL = "https://lund.example/budget"


def page(*objects: Any, title: str = "Budget passes", url: str | None = URL) -> Document:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(each)}</script>' for each in objects)
    return document.parse(f"<title>{title}</title>{scripts}", url)


def article(headline: str, **fields: Any) -> dict[str, Any]:
    return {"@type": "NewsArticle", "headline": headline, **fields}


@pytest.mark.parametrize(
    ("objects", "headline"),
    [
        ([article("Budget passes")], "Budget passes"),
        ([article("Storm"), article("Budget passes")], "Budget passes"),
        ([article("Storm"), article("Vote", url=URL)], "Vote"),
        ([article("Storm"), article("Vote", mainEntityOfPage={"@id": URL + "#x"})], "Vote"),
        ([article("Storm"), article("Ferry")], "Storm"),
        ([{"@graph": [{"@type": "WebPage", "name": "x"}, article("Budget passes")]}], "Budget passes"),
        (
            [{"@type": ["Article", "NewsArticle"], "headline": "Vote"}, {"@type": "BlogPosting", "headline": "x"}],
            "Vote",
        ),
        ([{"@type": "https://schema.org/NewsArticle", "headline": "Vote"}], "Vote"),
        ([{"@type": "Recipe", "name": "Soup"}], ""),
        ([{"@type": "WebPage", "name": "Budget passes"}], ""),
        ([], ""),
    ],
)
def test_the_article_of_this_page_is_told_from_others(objects: list[Any], headline: str) -> None:
    assert linked.headline(page(*objects)) == headline


def test_two_objects_about_one_article_are_both_heard() -> None:
    told = linked.articles(
        page(article("Budget passes"), article("Budget passes", author="Nell Okafor"), article("Storm"))
    )
    assert [each.get("author") for each in told] == [None, "Nell Okafor"]


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Nell Okafor", ["Nell Okafor"]),
        ({"@id": "#nell"}, ["Nell Okafor"]),
        ([{"@id": "#nell"}, {"@id": "#nobody"}, "Tomas Reyes"], ["Nell Okafor", "Tomas Reyes"]),
        ([[{"name": "Nell Okafor"}], [["Tomas Reyes"]]], ["Nell Okafor", "Tomas Reyes"]),
        ({"name": ["Nell Okafor", 7, None]}, ["Nell Okafor"]),
        ({"alternateName": "Nell"}, ["Nell"]),
        (7, []),
        (None, []),
    ],
)
def test_who_is_only_pointed_at_is_looked_up(author: Any, names: list[str]) -> None:
    known = page(article("Budget passes", author=author), {"@type": "Person", "@id": "#nell", "name": "Nell Okafor"})
    assert [name for _, name in linked.names(known, linked.articles(known)[0]["author"])] == names


@pytest.mark.parametrize(
    ("objects", "closed"),
    [
        ([article("x", isAccessibleForFree=False)], True),
        ([article("x", isAccessibleForFree="False")], True),
        (
            [article("x", isAccessibleForFree=True, hasPart={"@type": "WebPageElement", "isAccessibleForFree": False})],
            True,
        ),
        ([article("Budget passes"), article("Storm", isAccessibleForFree=False)], False),
        ([article("x", isAccessibleForFree=True)], False),
        ([article("x", isAccessibleForFree=[[]])], False),
    ],
)
def test_what_is_not_free_is_this_article_or_a_part_of_it(objects: list[Any], closed: bool) -> None:
    assert linked.is_closed(page(*objects)) is closed


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from("@type @id @graph headline name author datePublished url image publisher keywords".split()),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_value_is_linked_data(value: Any) -> None:
    known = page(value)
    assert all(isinstance(each, dict) for each in linked.articles(known))
    assert linked.headline(known) == linked.headline(known).strip()
    assert isinstance(linked.text(known), list)
