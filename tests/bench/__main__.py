"""`make bench`: every benchmark, a line for each figure with what it is held against."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.bench import asking, batch, crawling, fetching, finding, growing, queueing, starting


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, help="where the corpora are")
    parser.add_argument("--articles", type=int, default=20_000, help="how large an archive grows")
    parser.add_argument("--known", type=int, default=200_000, help="how many addresses a queue knows")
    given = parser.parse_args()
    benchmarks = (
        starting.figures(),
        asking.figures(),
        fetching.figures(),
        crawling.figures(given.shared),
        batch.figures(given.shared),
        finding.figures(given.shared),
        growing.figures(given.articles),
        queueing.figures(given.known),
    )
    for benchmark in benchmarks:
        for name, value, wanted in benchmark:
            sys.stdout.write(f"{name:58} {value:>14}   {wanted}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
