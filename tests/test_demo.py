"""The README's first command ends well."""

from __future__ import annotations

import subprocess
import sys

from tests.fixtures import FOLDER


def test_the_demo_finds_all_well() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo"], cwd=FOLDER.parent, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "demo: all well, the archive is data/demo.db")
