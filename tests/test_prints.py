"""What an article is recognised by is counted once, by who has it first."""

from __future__ import annotations

import asyncio
import pickle
from dataclasses import replace

from scraper import extract, prints, revisions, signatures
from scraper.models import Article
from scraper.workers import Pool
from tests.pages import article, page


def test_prints_are_those_of_the_article_and_not_of_the_one_it_was_made_from() -> None:
    told = article()
    prints.of(told)
    other = replace(told, headline="Budget fails")
    assert prints.of(other).digest == revisions.digest(other) != prints.of(told).digest
    assert prints.of(other).text == signatures.text(told.body)


def test_prints_count_neither_as_a_field_nor_when_articles_are_compared() -> None:
    told = prints.counted(article())
    assert told == article()
    assert told.record() == article().record()


def test_a_worker_sends_them_along() -> None:
    async def read() -> object:
        async with Pool(1) as pool:
            return await pool.read(page())

    told = asyncio.run(read())
    assert isinstance(told, Article)
    assert vars(told)["prints"] == prints.of(extract.article(page()))


def test_an_article_is_the_same_after_its_way_between_processes() -> None:
    told = prints.counted(extract.article(page()))
    assert pickle.loads(pickle.dumps(told)) == told
