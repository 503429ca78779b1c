"""`make demo`: the fixture site fetched and a small press crawled twice, then asked. Ends with 1 if anything is amiss."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

from tests.press import Press, sentences
from tests.site import Site

DATABASE = Path("data/demo.db")
SOURCES = Path("data/demo.toml")
SCRAPER = str(Path(sys.executable).with_name("scraper"))


def main() -> int:
    for file in DATABASE.parent.glob("demo.*"):
        file.unlink()
    with Site() as site:
        urls = [site.url(path) for path in site.paths]
        _run("fetch", "-", "--allow-address", site.address, typed="\n".join(urls))
    faults = _crawled()
    _run("list", "--limit", "3")
    _run("search", "harbour OR lighthouse", "--limit", "3")
    _run("show", str(_number("harbour budget")))
    _run("receipts", "127.0.0.2", "--limit", "5")
    _run("stats")
    _run("verify")
    faults += _faults(len(urls))
    sys.stdout.write("".join(f"demo: {fault}\n" for fault in faults) or f"demo: all well, the archive is {DATABASE}\n")
    return 1 if faults else 0


def _crawled() -> list[str]:
    """Two publishers with feed, sitemap and front page, crawled, edited, and crawled again."""
    with Press(hosts=2).fill(5) as press:
        SOURCES.write_text(press.config(), encoding="utf-8")
        _run("crawl", "--config", str(SOURCES), "--delay", "0.1")
        press.publish(0, "story-1", "Report 1 from the harbour", ["Corrected: it was the ferry.", *sentences(1)])
        press.publish(1, "late", "A late report from the harbour", sentences(99))
        press.withdraw(1, "story-2")
        _run("crawl", "--config", str(SOURCES), "--delay", "0.1", "--all")
        kept = {str(record["url"]): record for record in _json("export")}
        edited, late = kept[f"{press.home(0)}news/story-1.html"], kept.get(f"{press.home(1)}news/late.html")
        gone = kept[f"{press.home(1)}news/story-2.html"]
        wanted = [
            (edited["revisions"] == 2, f"the edited article has {edited['revisions']} wordings"),
            (late is not None, "the late article was not found"),
            (gone["status"] == "vanished", f"the vanished article is {gone['status']}"),
            (sum(record["revisions"] != 1 for record in kept.values()) == 1, "a revision that nobody made"),
        ]
        return [said for holds, said in wanted if not holds]


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
    """What the archive must hold after the runs, held against what it holds."""
    kept = _json("export")
    found = [str(hit["headline"]) for hit in _json("search", '"third dock"')]
    wanted = [
        # two of the pages carry one text: it is one article with two addresses; the press has eleven articles
        (len(kept) == pages - 1 + 11, f"{len(kept)} articles of {pages} pages and eleven reports"),
        # the budget, and how another paper cut it
        (
            sorted(found) == ["Harbour budget passes after night session", "Wexby to build third dock"],
            f'searching "third dock" found {found}',
        ),
        (all(record["body"] for record in kept), "a record without text"),
    ]
    return [said for holds, said in wanted if not holds]


if __name__ == "__main__":
    sys.exit(main())
