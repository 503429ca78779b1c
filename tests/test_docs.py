"""The README tells the truth."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scraper import errors, schema
from scraper.cli import cli
from scraper.extract import kinds
from tests import docs

README = docs.README.read_text(encoding="utf-8")


def test_the_generated_parts_are_what_the_code_says() -> None:
    assert docs.written(README) == README, "run `make docs`"


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_is_documented(name: str) -> None:
    assert f"Usage: scraper {name}" in README


def test_every_column_and_every_error_is_documented() -> None:
    for table, _, columns in schema.documentation():
        assert f"**`{table}`**" in README
        assert all(f"| `{column.name}` |" in README for column in columns)
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.ScraperError)]
    assert all(f"`{kind.__name__}`" in README for kind in kinds)


def test_every_kind_of_page_is_documented() -> None:
    assert all(f"| `{name}` | {text} |" in README for name, text in (kinds.ARTICLES | kinds.REFUSED).items())


def test_the_python_example_runs_as_it_stands(tmp_path: Path) -> None:
    [example] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "fixtures").symlink_to(docs.README.parent / "fixtures")
    done = subprocess.run([sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    said = [line.partition("# ")[2] for line in example.splitlines() if line.startswith(("print", "    print"))]
    assert done.stdout.splitlines() == [line for line in said if line]


def test_the_two_commands_of_the_readme_are_targets_of_the_makefile() -> None:
    makefile = (docs.README.parent / "Makefile").read_text(encoding="utf-8")
    for command in ("demo", "test"):
        assert f"make {command}" in README
        assert re.search(rf"^{command}: install", makefile, re.MULTILINE)
