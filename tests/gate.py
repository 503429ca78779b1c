"""`make gate`: the record of the first capture, and the corpora held against `gate.toml`.

The pages are other people's and stand beside the project, not in it; without them there
is nothing to do.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SCRAPER = str(Path(sys.executable).with_name("scraper"))


def main(shared: Path) -> int:
    if not (shared / "benchmark" / "score.py").is_file():
        sys.stdout.write(f"gate: skipped, no corpora at {shared}\n")
        return 0
    seed = subprocess.run(
        [sys.executable, str(shared / "seed" / "check.py"), "--command", f"{SCRAPER} extract --json -"], check=False
    )
    under = list(_under(_scores(shared), tomllib.loads((HERE / "gate.toml").read_text(encoding="utf-8"))))
    for each in under:
        sys.stdout.write(f"gate: {each}\n")
    sys.stdout.write("gate: failed\n" if under or seed.returncode else "gate: every figure holds\n")
    return 1 if under or seed.returncode else 0


def _scores(shared: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "scores.json"
        command = [sys.executable, str(shared / "benchmark" / "score.py"), "--json", str(out)]
        subprocess.run([*command, "--command", f"{SCRAPER} extract --ndjson"], check=True)
        scores: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return scores


def _under(scores: dict[str, Any], floors: dict[str, Any]) -> list[str]:
    found = []
    for corpus, told in floors.items():
        least = {name: value for name, value in told.items() if name != "most"}
        for name, floor in least.items():
            if scores[corpus][name] < floor:
                found.append(f"{corpus} {name} is {scores[corpus][name]:.3f}, was at least {floor}")
        for name, ceiling in told.get("most", {}).items():
            if scores[corpus][name] > ceiling:
                found.append(f"{corpus} {name} is {scores[corpus][name]:.3f}, was at most {ceiling}")
    return found


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
