"""Pages in, records out, one JSON object a line: for programs that have many pages at hand.

In:  {"id": …, "url": … or null, "html_b64": …}  or  {"id": …, "url": …, "text": …}
Out: {"id", "headline", "summary", "authors", "published", "body"}, `body` with a paragraph
a line and the dek first where the page has one. A line that cannot be read answers with
`"error"` and never stops the others; so does a page that is no article, and with what was
read on it all the same.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from scraper import extract
from scraper.errors import ExtractError
from scraper.models import Article, Page

_NOTHING: dict[str, Any] = {"headline": None, "summary": None, "authors": [], "published": None, "body": None}


def answers(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """One answer for each non-empty line, in order."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _answer(line, number)


def _answer(line: str, number: int) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        known = asked.get("id")
    except (ValueError, AttributeError, RecursionError):
        return {"id": None, **_NOTHING, "error": f"line {number} is no JSON object"}
    try:
        return {"id": known, **told(_article(asked))}
    except (ExtractError, KeyError, TypeError, ValueError) as error:
        read = getattr(error, "article", None)
        answer = told(read) if isinstance(read, Article) and read.blocks else _NOTHING
        return {"id": known, **answer, "error": _why(error, number)}


def _article(asked: dict[str, Any]) -> Article:
    url = asked.get("url") or ""
    if isinstance(asked.get("text"), str):
        from scraper.extract import capture

        return capture.article(asked["text"], url or None)
    body = base64.b64decode(asked["html_b64"], validate=True)
    return extract.article(Page(url, body, 200, (), datetime.now(UTC)))


def told(article: Article) -> dict[str, Any]:
    """The fields of an answer; `body` has a paragraph a line, the dek first where it stands on the page."""
    summary = next((each.place for each in article.evidence if each.field == "summary"), "")
    stands = article.summary if summary == "dek" or summary.startswith("line") else None
    lines = [stands, *(block.text for block in article.blocks)]
    return {
        "headline": article.headline,
        "summary": article.summary,
        "authors": list(article.authors),
        "published": article.published and article.published.iso,
        "body": "\n".join(" ".join(line.split()) for line in lines if line),
    }


def _why(error: Exception, number: int) -> str:
    if isinstance(error, ExtractError):
        return error.message
    if isinstance(error, binascii.Error):
        return f"line {number}: html_b64 is not base64"
    return f"line {number} has neither html_b64 nor text"
