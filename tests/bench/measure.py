"""CPU seconds of a command or a call, medians of several."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

SCRAPER = str(Path(sys.executable).with_name("scraper"))
Figure = tuple[str, str, str]
"""What was measured, how much, and what it must be."""


def command(arguments: list[str], **more: str) -> float:
    """CPU seconds, user and system, of one run of a whole process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **more})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def call(work: Callable[[], object]) -> float:
    """CPU seconds of one call in this process."""
    before = time.process_time()
    work()
    return time.process_time() - before


def in_turn(one: Callable[[], float], other: Callable[[], float], rounds: int = 9) -> tuple[float, float]:
    """The medians of two measurements taken A B A B."""
    pairs = [(one(), other()) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)
