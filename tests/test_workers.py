"""Extraction in processes of their own, and what a bad page costs."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime

from scraper.errors import ExtractError, Unusable
from scraper.models import Article, Page
from scraper.worker import Answer
from scraper.workers import Pool
from tests.fixtures import FOLDER

BUDGET = (FOLDER / "harbour-budget.html").read_bytes()


def html(body: bytes, name: str = "a") -> Page:
    headers = (("content-type", "text/html; charset=utf-8"),)
    return Page(f"https://lund.example/{name}", body, 200, headers, datetime(2026, 11, 1, tzinfo=UTC))


def read(*pages: Page, patience: float = 60.0) -> list[Answer]:
    async def all_of_them() -> list[Answer]:
        async with Pool(2, patience) as pool:
            return await asyncio.gather(*map(pool.read, pages))

    return asyncio.run(all_of_them())


def headlines(answers: list[Answer]) -> list[str | None]:
    return [answer.headline if isinstance(answer, Article) else type(answer).__name__ for answer in answers]


def test_pages_come_back_as_articles_or_with_the_reason_why_not() -> None:
    answers = read(*[html(BUDGET, str(number)) for number in range(20)], html(b"<p>hello"))
    assert set(headlines(answers[:20])) == {"Harbour budget passes after night session"}
    assert isinstance(answers[20], ExtractError)
    assert answers[20].reason == "empty"


def test_a_page_that_takes_for_ever_costs_itself_and_not_its_batch() -> None:
    endless = html(b"<p>" + b"<b>word <i>and</i> word</b> " * 300_000)
    answers = read(endless, *[html(BUDGET, str(number)) for number in range(6)], patience=2.0)
    assert isinstance(answers[0], Unusable)
    assert answers[0].message == "reading it took more than 2 s"
    assert headlines(answers[1:]) == ["Harbour budget passes after night session"] * 6


def test_a_worker_that_is_killed_costs_the_page_it_was_reading() -> None:
    async def killed() -> tuple[Answer, Answer]:
        async with Pool(1) as pool:
            await pool.read(html(BUDGET))
            reading = asyncio.create_task(pool.read(html(b"<p>" + b"<b>word <i>and</i> word</b> " * 100_000)))
            await asyncio.sleep(0.3)
            os.kill(_child(), signal.SIGKILL)
            return await reading, await pool.read(html(BUDGET))

    lost, next_one = asyncio.run(killed())
    assert isinstance(lost, Unusable)
    assert lost.message == "reading it ended the process that read it"
    assert headlines([next_one]) == ["Harbour budget passes after night session"]


def _child() -> int:
    with open(f"/proc/{os.getpid()}/task/{os.getpid()}/children", encoding="ascii") as file:
        return int(file.read().split()[-1])
