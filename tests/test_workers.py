"""Extraction in processes of their own, and what a bad page costs."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scraper.errors import ExtractError, Unusable
from scraper.models import Article, Page
from scraper.worker import Answer
from scraper.workers import Pool
from tests.fixtures import FOLDER

BUDGET = (FOLDER / "harbour-budget.html").read_bytes()


def html(body: bytes, name: str = "a") -> Page:
    headers = (("content-type", "text/html; charset=utf-8"),)
    return Page(f"https://lund.example/{name}", body, 200, headers, datetime(2026, 11, 1, tzinfo=UTC))


def read(*pages: Page) -> list[Answer]:
    async def all_of_them() -> list[Answer]:
        async with Pool(2) as pool:
            return await asyncio.gather(*map(pool.read, pages))

    return asyncio.run(all_of_them())


def headlines(answers: list[Answer]) -> list[str | None]:
    return [answer.headline if isinstance(answer, Article) else type(answer).__name__ for answer in answers]


def test_a_worker_that_asks_to_be_replaced_costs_no_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "leaving.py").write_text("from scraper import worker\nworker.FULL = 0\nworker.main()\n")
    started = asyncio.create_subprocess_exec

    async def leaving(python: str, *_: str, **pipes: Any) -> asyncio.subprocess.Process:
        return await started(python, str(tmp_path / "leaving.py"), **pipes)

    monkeypatch.setattr("scraper.workers.asyncio.create_subprocess_exec", leaving)
    assert (
        headlines(read(*[html(BUDGET, str(number)) for number in range(12)]))
        == ["Harbour budget passes after night session"] * 12
    )


def test_pages_come_back_as_articles_or_with_the_reason_why_not() -> None:
    answers = read(*[html(BUDGET, str(number)) for number in range(20)], html(b"<p>hello"))
    assert set(headlines(answers[:20])) == {"Harbour budget passes after night session"}
    assert isinstance(answers[20], ExtractError)
    assert answers[20].reason == "empty"


@pytest.mark.parametrize(
    ("blow", "said"),
    [
        (signal.SIGSTOP, "reading it took more than 1 s"),
        (signal.SIGKILL, "reading it ended the process that read it"),
    ],
)
def test_a_worker_that_hangs_or_dies_costs_one_page_and_is_replaced(blow: signal.Signals, said: str) -> None:
    async def struck() -> list[Answer]:
        async with Pool(1, patience=1.0) as pool:
            await pool.read(html(BUDGET))
            await asyncio.sleep(0.1)  # it says that it is ready for more
            os.kill(_child(), blow)
            return await asyncio.gather(*(pool.read(html(BUDGET, str(number))) for number in range(5)))

    lost, *others = asyncio.run(struck())
    assert isinstance(lost, Unusable)
    assert lost.message == said
    assert headlines(others) == ["Harbour budget passes after night session"] * 4


def _child() -> int:
    return int(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()[-1])
