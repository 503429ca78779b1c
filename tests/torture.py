"""`make torture`: the crawl killed with -9 at random moments, then held against one that nobody disturbed."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from scraper import verify
from scraper.query import Reader
from tests.conftest import SCRAPER
from tests.press import Press

KILLS = 100
HOSTS = 4
EACH = 400
"""Articles of each host: a run of half a second gets through a few of them, so that all kills find it at work."""


def main(kills: int, seed: int) -> int:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, Press(hosts=HOSTS).fill(EACH) as press:
        file = Path(folder) / "sources.toml"
        file.write_text(press.config())
        whole, torn = Path(folder) / "whole.db", Path(folder) / "torn.db"
        _run(whole, file).wait()
        undisturbed, already = Counter(_articles(press)), len(press.asked)
        died = sum(_killed(torn, file, chance) for _ in range(kills))
        _run(torn, file, "--delay", "0").wait()
        asked = Counter(_articles(press)[sum(undisturbed.values()) :])
        faults = [*verify.faults(torn), *_differences(whole, torn)]
        again = sum(asked.values()) - len(asked)
        sys.stdout.write(
            f"torture: seed {seed}, {died} of {kills} kills found a run at work; {len(asked)} articles,"
            f" {again} requests repeated ({already} requests undisturbed), {len(faults)} faults\n"
        )
        sys.stdout.write("".join(f"torture: {fault}\n" for fault in faults[:20]))
        return 1 if faults or again > HOSTS * died else 0


def _run(archive: Path, file: Path, *more: str) -> subprocess.Popen[bytes]:
    arguments = [SCRAPER, "crawl", "--db", str(archive), "--config", str(file), "--delay", "0.005", *more]
    return subprocess.Popen(arguments, stdout=subprocess.DEVNULL)


def _killed(archive: Path, file: Path, chance: random.Random) -> bool:
    """One run that is ended at a random moment; whether it was still at work."""
    run = _run(archive, file)
    time.sleep(chance.uniform(0.2, 1.6))
    at_work = run.poll() is None
    run.kill()
    run.wait()
    return at_work


def _articles(press: Press) -> list[tuple[str, str]]:
    return [(host, path) for _, host, path, _ in press.asked if path.startswith("/news/")]


def _records(archive: Path) -> dict[str, dict[str, Any]]:
    with Reader(archive) as reader:
        told = [each.record() for each in reader.everything()]
    times = ("id", "first_seen", "last_seen")
    return {each["url"]: {name: value for name, value in each.items() if name not in times} for each in told}


def _differences(whole: Path, torn: Path) -> list[str]:
    wanted, found = _records(whole), _records(torn)
    missing = [f"{url} is missing" for url in wanted.keys() - found.keys()]
    more = [f"{url} is too much" for url in found.keys() - wanted.keys()]
    return missing + more + [f"{url} differs" for url in wanted.keys() & found.keys() if wanted[url] != found[url]]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else KILLS, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
