"""`make bench`: every benchmark, a line for each figure with what it is held against."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench import asking, batch, crawling, fetching, starting


def main(shared: Path) -> None:
    for benchmark in (
        starting.figures(),
        asking.figures(),
        fetching.figures(),
        crawling.figures(),
        batch.figures(shared),
    ):
        for name, value, wanted in benchmark:
            sys.stdout.write(f"{name:58} {value:>14}   {wanted}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
