"""Is what was read an article at all: what an archive should not take for one."""

from __future__ import annotations

from scraper.errors import ExtractError
from scraper.models import Article

SHORTEST = 10
"""Words. The shortest real items have about 30; a search page or a login box has a handful."""


def check(article: Article) -> Article:
    """The article, if it is one. Raises `ExtractError` with the reason when it is not."""
    if article.words < SHORTEST:
        raise ExtractError(f"no article: {article.words} words of text", url=article.url, reason="empty")
    return article
