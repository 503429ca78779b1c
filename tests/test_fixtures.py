"""Every fixture becomes its record, whole."""

from __future__ import annotations

import pytest

from scraper import extract
from scraper.errors import ExtractError
from scraper.models import Article
from tests import fixtures
from tests.fixtures import Case


@pytest.mark.parametrize("case", fixtures.cases(), ids=lambda case: case.name)
def test_a_page_becomes_its_record(case: Case) -> None:
    assert case.record is not None, "no record yet: run `make accept` and read what it wrote"
    assert fixtures.record(extract.article(case.page)) == case.record


@pytest.mark.parametrize("case", fixtures.cases(), ids=lambda case: case.name)
def test_a_record_can_be_read_back(case: Case) -> None:
    article = extract.article(case.page)
    assert Article.of(article.record()) == article


@pytest.mark.parametrize("case", fixtures.shells(), ids=lambda case: case.name)
def test_a_page_that_is_no_article_is_named_with_the_facts_that_say_so(case: Case) -> None:
    with pytest.raises(ExtractError) as caught:
        extract.article(case.page)
    assert {"reason": caught.value.reason, "message": caught.value.message} == case.refused


def test_there_are_pages_of_every_shape_that_is_promised() -> None:
    names = [case.name for case in fixtures.cases()]
    assert len([name for name in names if not name.startswith("capture-")]) >= 12
    assert len([name for name in names if name.startswith("capture-")]) >= 4
