"""Fixtures that many tests share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SCRAPER = str(Path(sys.executable).with_name("scraper"))

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def scraper(tmp_path: Path) -> Run:
    """The installed command in a folder of its own, with an archive of its own; stdin is bytes."""
    environment = {**os.environ, "SCRAPER_DB": str(tmp_path / "news.db"), "PYTHONIOENCODING": "utf-8"}

    def run(*arguments: str | Path, stdin: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [SCRAPER, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env=environment | more,
            timeout=120,
            check=False,
        )

    return run
