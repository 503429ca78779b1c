"""`make gate`: the record of the first capture, the ledger of every page, and the corpora held against `gate.toml`.

Where what learns is installed (`make train`), also whether the model of pages is the one the command makes. The pages are other people's and stand beside the project, not in it; without them there
is nothing to do.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests import corpus, ledger

HERE = Path(__file__).resolve().parent
SCRAPER = str(Path(sys.executable).with_name("scraper"))


def main(shared: Path) -> int:
    if not corpus.is_here(shared):
        sys.stdout.write(f"gate: skipped, no corpora at {shared}\n")
        return 0
    seed = subprocess.run(
        [sys.executable, str(shared / "seed" / "check.py"), "--command", f"{SCRAPER} extract --json -"], check=False
    )
    floors = tomllib.loads((HERE / "gate.toml").read_text(encoding="utf-8"))
    found = [*_under(_scores(shared), floors), *_ledger(shared), *_model(shared)]
    for each in found:
        sys.stdout.write(f"gate: {each}\n")
    sys.stdout.write("gate: failed\n" if found or seed.returncode else "gate: every figure holds\n")
    return 1 if found or seed.returncode else 0


def _ledger(shared: Path) -> Iterator[str]:
    """What is neither in a record nor among the lines left out of it, on any page of markup."""
    for name in ("fundus_pub_dev", "trafeval", "readability"):
        for entry in corpus.entries(shared, name):
            yield from (f"{name} {entry.name}: {fault}" for fault in ledger.faults(entry.page))


def _model(shared: Path) -> Iterator[str]:
    if find_spec("lightgbm") is None:
        sys.stdout.write("gate: the model is not made anew, make train installs what it takes\n")
        return
    from tests import train

    if train.graduate(*train.labelled(shared)) != (train.FOLDER / "model.json").read_text(encoding="utf-8"):
        yield "scraper/extract/model.json is not what make train makes"


def _scores(shared: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "scores.json"
        command = [sys.executable, str(shared / "benchmark" / "score.py"), "--json", str(out)]
        subprocess.run([*command, "--command", f"{SCRAPER} extract --ndjson"], check=True)
        scores: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return scores


def _under(scores: dict[str, Any], floors: dict[str, Any]) -> list[str]:
    found = []
    for name, told in floors.items():
        least = {figure: value for figure, value in told.items() if figure != "most"}
        for figure, floor in least.items():
            if scores[name][figure] < floor:
                found.append(f"{name} {figure} is {scores[name][figure]:.3f}, was at least {floor}")
        for figure, ceiling in told.get("most", {}).items():
            if scores[name][figure] > ceiling:
                found.append(f"{name} {figure} is {scores[name][figure]:.3f}, was at most {ceiling}")
    return found


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
