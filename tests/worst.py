"""`make worst`: the pages the extractor reads worst, each with its ledger: what to look at before anything is tuned.

`N` pages of a corpus (20 of `fundus_pub_dev` when not said), or one by its id. Each line of the page
with what was made of it; `-` marks gold that is missing, `+` text that gold does not have.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scraper import batch, document, extract
from scraper.errors import ExtractError
from scraper.extract import lines
from scraper.models import Article
from tests import corpus
from tests.corpus import Entry


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--corpus", default="fundus_pub_dev")
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--show", metavar="ID")
    asked = parser.parse_args()
    if not corpus.is_here(asked.shared):
        sys.stdout.write(f"worst: skipped, no corpora at {asked.shared}\n")
        return 0
    score = corpus.scorer(asked.shared)
    entries = {entry.name: entry for entry in corpus.entries(asked.shared, asked.corpus)}
    read = {name: _read(entry) for name, entry in entries.items() if asked.show in (None, name)}
    told = {name: batch.told(article) for name, article in read.items()}
    scores = score.score([entries[name].gold for name in read], told)["pages"]
    for name in sorted(scores, key=scores.__getitem__)[: asked.pages]:
        sys.stdout.write(f"\n=== {name}  {scores[name]:.3f}  {entries[name].gold['url']}\n")
        sys.stdout.writelines(f"{line}\n" for line in _shown(entries[name], read[name], told[name], score))
    return 0


def _read(entry: Entry) -> Article:
    try:
        return extract.article(entry.page)
    except ExtractError as error:
        return error.article if isinstance(error.article, Article) else Article()


def _shown(entry: Entry, article: Article, told: dict[str, Any], score: Any) -> Iterator[str]:
    gold = entry.gold
    for field, name in (("title", "headline"), ("authors", "authors"), ("published", "published")):
        yield f"{name}: {told[name]!r}" + ("" if gold.get(field) == told[name] else f", gold {gold.get(field)!r}")
    body = told["body"]
    wanted = score.best_gold(["\n".join(each) for each in gold["bodies"]], body) if gold.get("bodies") else None
    missing = gold.get("with") or (wanted or "").split("\n")
    flat, known = " ".join(score.words(body)), " ".join(score.words(wanted or ""))
    yield from (f"- {text[:160]}" for text in missing if " ".join(score.words(text)) not in flat)
    dropped = {each.line: each.reason for each in article.dropped}
    for number, text in _lines(entry, article):
        is_more = wanted is not None and number not in dropped and " ".join(score.words(text)) not in known
        yield f"{'+' if is_more else ' '} {dropped.get(number, 'KEPT'):40.40} {text[:110]!r}"


def _lines(entry: Entry, article: Article) -> list[tuple[int, str]]:
    if entry.is_capture:
        return [(at, text) for at, text in enumerate(filter(str.strip, entry.body.decode().splitlines()), 1)]
    parsed = document.read(entry.page)
    found = lines.read(parsed)
    if max((each.line for each in article.dropped), default=0) > len(found):
        found = lines.closely(parsed)
    return [(line.index, line.text) for line in found]


if __name__ == "__main__":
    sys.exit(main())
