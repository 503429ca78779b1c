"""What starting costs: `scraper --help` against a bare `python -c pass`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tests.bench.measure import SCRAPER, Figure, command, in_turn


def figures() -> Iterator[Figure]:
    ours, bare = in_turn(
        lambda: command([SCRAPER, "--help"]), lambda: command([sys.executable, "-c", "pass"]), rounds=15
    )
    yield "scraper --help, CPU over a bare python", f"{(ours - bare) * 1000:.0f} ms", "<= 60 ms"
