"""The generated parts of the README: `make docs` writes them, `make check` holds them against the code."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from scraper import errors, schema
from scraper.cli import cli
from scraper.extract import kinds

README = Path(__file__).resolve().parent.parent / "README.md"
SCRAPER = str(Path(sys.executable).with_name("scraper"))


def main() -> int:
    old = README.read_text(encoding="utf-8")
    new = written(old)
    if "--check" in sys.argv:
        if new != old:
            sys.stdout.write("README.md is not what the code says: run `make docs`\n")
        return int(new != old)
    README.write_text(new, encoding="utf-8")
    return 0


def written(text: str) -> str:
    """The README with each part between `<!-- NAME -->` and `<!-- end -->` made anew."""
    parts = {
        "commands": commands,
        "errors": tree,
        "kinds": shells,
        "session": session,
        "changes": changes,
        "stories": stories,
        "schema": tables,
    }
    for name, make in parts.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        found = pattern.search(text)
        if found:
            text = f"{text[: found.end(1)]}{make().rstrip()}\n{text[found.start(2) :]}"
    return text


def commands() -> str:
    """Every command's `--help`."""
    return "".join(f"```\n{part}\n```\n\n" for part in _helps(cli, "scraper", None))


def _helps(command: click.Command, name: str, above: click.Context | None) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=above, max_content_width=100, terminal_width=100)
    yield command.get_help(context)
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            yield from _helps(command.commands[inner], inner, context)


def tables() -> str:
    """Each table of the archive with its columns."""
    lines = []
    for table, text, columns in schema.documentation():
        lines += [f"**`{table}`**: {text[0].lower() + text[1:]}.", "", "| column | type | what |", "|---|---|---|"]
        lines += [
            f"| `{column.name}` | {column.kind} | {column.text.replace('|', chr(92) + '|')} |" for column in columns
        ]
        lines.append("")
    return "\n".join(lines)


def shells() -> str:
    """The kinds of article, and what is none."""
    lines = ["| kind of article | what |", "|---|---|"]
    lines += [f"| `{name}` | {text} |" for name, text in kinds.ARTICLES.items()]
    lines += ["", "| no article: reason | what |", "|---|---|"]
    lines += [f"| `{name}` | {text} |" for name, text in kinds.REFUSED.items()]
    return "\n".join(lines)


def tree() -> str:
    """The errors, with what each means and the exit status it ends a command with."""
    lines = ["| error | what happened | again? | exit |", "|---|---|---|---|"]
    for name, depth in _below(errors.ScraperError, 0):
        kind = getattr(errors, name)
        first = " ".join((kind.__doc__ or "").strip().split("\n\n")[0].split())
        lines.append(f"| {'· ' * depth}`{name}` | {first} | {'yes' if kind.retry else ''} | {kind.exit_code} |")
    return "\n".join(lines)


def _below(kind: type[errors.ScraperError], depth: int) -> list[tuple[str, int]]:
    inner = [each for child in kind.__subclasses__() for each in _below(child, depth + 1)]
    return [(kind.__name__, depth), *inner]


SESSION = (
    "scraper keep fixtures/harbour-budget.html fixtures/bahnhof-umbau.html fixtures/capture-browser.txt",
    "scraper search 'harbour OR bridge' --limit 2",
    "scraper show 1 --markdown | head -n 9",
    "scraper export --nl | sqlite-utils insert stories.db stories - --nl --alter",
    "scraper verify",
)


CHANGES = (
    "scraper keep fixtures/harbour-budget.html > /dev/null",
    "sed 's/41 million/43 million/; s/decision reckless/decision rash/; s/after night session/at last/' fixtures/harbour-budget.html > later.html",
    "scraper keep later.html",
    "scraper history 1 | cut -c 19-",
    "scraper diff 1 | grep -F '{+'",
    "scraper edits --since 2024-01-01 --kind number --csv | cut -d , -f 4-7 | cut -c 1-80",
    "scraper headlines 1 --csv | cut -d , -f 1,2,6",
    "scraper explain 1 | sed -n '5,19p'",
    "scraper reextract --dry-run",
)
STORIES = (
    "scraper keep fixtures/harbour-budget-copy.html fixtures/harbour-budget.html",
    "scraper stories",
    "scraper story d646520c06df",
    'sqlite-utils data/archive.db "select story, place, shared, own from stories" --table',
)


def session() -> str:
    """What a newcomer types, and what the commands really answer."""
    return _played(SESSION)


def changes() -> str:
    """The same for an article that changes."""
    return _played(CHANGES)


def stories() -> str:
    """The same for a text that two sites carry."""
    return _played(STORIES)


def _played(commands: tuple[str, ...]) -> str:
    root = README.parent
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "fixtures").symlink_to(root / "fixtures")
        lines = []
        for command in commands:
            lines += [f"$ {command}", *_answer(command, folder)]
    return "```console\n" + "\n".join(lines) + "\n```\n"


def _answer(command: str, folder: str) -> list[str]:
    environment = {"PATH": f"{Path(SCRAPER).parent}:/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        ["/bin/sh", "-c", f"{command} 2>&1"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{shlex.quote(command)} ended with {done.returncode}: {done.stdout}")
    return [line.rstrip() for line in done.stdout.rstrip().splitlines()]


if __name__ == "__main__":
    sys.exit(main())
