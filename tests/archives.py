"""Small archives for tests, and what they say without the numbers that only they know."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

from scraper import bundles, schema
from scraper.archive import Archive
from tests.pages import NOON, TEXT, article, html, page

Sight = tuple[str, str, float]
"""An address, a word that the text has in place of "budget", and hours after noon. "vanished" and "paywalled" are
no words but marks."""


def archive(path: Path, *sights: Sight) -> Path:
    """An archive that saw these wordings, in this order."""
    with Archive(path) as kept:
        for url, word, hours in sights:
            if word in ("vanished", "paywalled"):
                kept.mark(url, "vanished" if word == "vanished" else "paywalled", NOON + timedelta(hours=hours))
                continue
            text = (TEXT[0].replace("budget", word), *TEXT[1:])
            kept.keep(article(url, text=text), page(html(*text), url, hours=hours), "1")
    return path


def said(path: Path) -> dict[str, Any]:
    """Everything an archive says, its numbers left out."""
    db, pages = sqlite3.connect(path), sqlite3.connect(schema.pages_path(path))
    try:
        ids = [row[0] for row in db.execute("select id from articles")]
        own = "select requested, at, f.status, f.page, headers, hops, error, a.url from fetches f left join articles a "
        return {
            "articles": sorted(
                (bundles.read(db, each).plain() for each in ids), key=lambda told: told["article"]["url"]
            ),
            "fetches": sorted(db.execute(own + "on a.id = f.article_id").fetchall(), key=repr),
            "changes": sorted(
                db.execute(
                    "select a.url, c.revision, c.at, c.kind, c.words, c.before, c.after from changes c "
                    "join articles a on a.id = c.article_id"
                ).fetchall(),
                key=repr,
            ),
            "pages": sorted(pages.execute("select digest, size from pages").fetchall()),
            "wordings": sorted(
                db.execute(
                    "select a.url, w.number, w.seen, w.headline, w.body from wordings w join articles a on a.id = article_id"
                ).fetchall()
            ),
        }
    finally:
        db.close()
        pages.close()
