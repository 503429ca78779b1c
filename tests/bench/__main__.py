"""`make bench`: every benchmark in a process of its own, a line for each figure with what it is held against."""

from __future__ import annotations

import argparse
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import asking, batch, crawling, fetching, finding, growing, queueing, starting
from tests.bench.measure import Figure

BENCHMARKS: dict[str, Callable[[Namespace], Iterator[Figure]]] = {
    "starting": lambda _: starting.figures(),
    "asking": lambda _: asking.figures(),
    "fetching": lambda _: fetching.figures(),
    "crawling": lambda given: crawling.figures(given.shared),
    "batch": lambda given: batch.figures(given.shared),
    "finding": lambda given: finding.figures(given.shared),
    "growing": lambda given: growing.figures(given.articles),
    "queueing": lambda given: queueing.figures(given.known),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, help="where the corpora are")
    parser.add_argument("--articles", type=int, default=20_000, help="how large an archive grows")
    parser.add_argument("--known", type=int, default=200_000, help="how many addresses a queue knows")
    parser.add_argument("--only", choices=BENCHMARKS, help="one of them, in this process")
    given = parser.parse_args()
    if given.only is None:
        for name in BENCHMARKS:
            subprocess.run([sys.executable, "-m", "tests.bench", *sys.argv[1:], "--only", name], check=True)
        return
    for what, value, wanted in BENCHMARKS[given.only](given):
        sys.stdout.write(f"{what:58} {value:>14}   {wanted}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
