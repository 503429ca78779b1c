"""`make demo`: the fixture site fetched into a fresh archive, then asked. Ends with 1 if anything is amiss."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

from tests.site import Site

DATABASE = Path("data/demo.db")
SCRAPER = str(Path(sys.executable).with_name("scraper"))


def main() -> int:
    for name in (DATABASE, DATABASE.with_name("demo.pages.db")):
        for file in name.parent.glob(f"{name.name}*"):
            file.unlink()
    with Site() as site:
        urls = [site.url(path) for path in site.paths]
        _run("fetch", "-", "--allow-address", site.address, typed="\n".join(urls))
    _run("list", "--limit", "3")
    _run("search", "harbour OR lighthouse", "--limit", "3")
    _run("show", str(_number("harbour budget")))
    _run("stats")
    _run("verify")
    faults = list(_faults(len(urls)))
    sys.stdout.write("".join(f"demo: {fault}\n" for fault in faults) or f"demo: all well, the archive is {DATABASE}\n")
    return 1 if faults else 0


def _run(*arguments: str, typed: str = "") -> None:
    """One command as a person would type it, and what it prints."""
    shown = "cat urls.txt | " if typed else ""
    sys.stdout.write(f"\n$ {shown}scraper {shlex.join([*arguments, '--db', str(DATABASE)])}\n")
    sys.stdout.flush()
    done = subprocess.run([SCRAPER, *arguments, "--db", str(DATABASE)], input=typed, text=True, check=False)
    if done.returncode:
        sys.exit(f"demo: `scraper {arguments[0]}` ended with status {done.returncode}")


def _json(*arguments: str) -> list[dict[str, object]]:
    command = [SCRAPER, *arguments, "--db", str(DATABASE), "--json"]
    told: list[dict[str, object]] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return told


def _number(words: str) -> object:
    return _json("search", words)[0]["id"]


def _faults(pages: int) -> list[str]:
    """What the archive must hold after the run, held against what it holds."""
    kept = _json("export")
    found = [hit["headline"] for hit in _json("search", '"third dock"')]
    wanted = [
        # two of the pages carry one text: it is one article with two addresses
        (len(kept) == pages - 1, f"{len(kept)} articles of {pages} pages"),
        (found == ["Harbour budget passes after night session"], f'searching "third dock" found {found}'),
        (all(record["body"] for record in kept), "a record without text"),
    ]
    return [said for holds, said in wanted if not holds]


if __name__ == "__main__":
    sys.exit(main())
