"""An article as people read it: plain text or Markdown."""

from __future__ import annotations

from collections.abc import Callable

from scraper.models import Article, Block, Kind


def text(article: Article) -> str:
    """Headline, byline, summary and text, parted by blank lines."""
    parts = [article.headline, byline(article), article.summary, *_blocks(article, _plain)]
    return "\n\n".join(part for part in parts if part) + "\n"


def markdown(article: Article) -> str:
    """The same as Markdown, with the address at the end."""
    parts = [
        f"# {article.headline}" if article.headline else None,
        f"*{byline(article)}*" if byline(article) else None,
        f"**{article.summary}**" if article.summary else None,
        *_blocks(article, _marked),
        f"<{article.url}>" if article.url and "://" in article.url else None,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def byline(article: Article) -> str:
    """Who, where and when, as far as the page says."""
    when = article.published.iso.replace("T", " ") if article.published else None
    return " · ".join(each for each in (", ".join(article.authors), article.site_name, when) if each)


def _blocks(article: Article, written: Callable[[Block], str]) -> list[str]:
    """Each block written, list items and rows that follow each other kept together."""
    out: list[str] = []
    before: Kind | None = None
    for block in article.blocks:
        line = written(block)
        if block.kind is before and block.kind in (Kind.LIST_ITEM, Kind.TABLE_ROW):
            out[-1] += "\n" + line
        else:
            out.append(line)
        before = block.kind
    return out


def _plain(block: Block) -> str:
    if block.kind is Kind.LIST_ITEM:
        return "  " * (max(block.level, 1) - 1) + f"- {block.text}"
    if block.kind is Kind.TABLE_ROW:
        return block.text.replace("\t", " | ")
    return block.text


def _marked(block: Block) -> str:
    if block.kind is Kind.HEADING:
        return f"{'#' * max(block.level, 2)} {block.text}"
    if block.kind is Kind.QUOTE:
        return "\n".join(f"> {line}" for line in block.text.splitlines())
    if block.kind is Kind.CODE:
        return f"```\n{block.text}\n```"
    if block.kind is Kind.TABLE_ROW:
        return "| " + block.text.replace("\t", " | ") + " |"
    return _plain(block)
