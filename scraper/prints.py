"""What an article is recognised by, counted once for each article and by whoever has it first."""

from __future__ import annotations

from dataclasses import dataclass

from scraper import revisions, signatures
from scraper.models import Article, Value
from scraper.signatures import Text


@dataclass(frozen=True, slots=True)
class Prints(Value):
    """The digests of what it says and of its text, and the text as it is held against others."""

    digest: str
    text_digest: str
    text: Text


def of(article: Article) -> Prints:
    """The prints of an article. They stay with it, also from one process to another, and do not count as its fields.

    They take a millisecond, and an archive has one writer: where articles are read in processes of their own, these
    count.
    """
    known: Prints | None = vars(article).get(_NAME)
    if known is None:
        known = Prints(revisions.digest(article), revisions.text_digest(article), signatures.text(article.body))
        vars(article)[_NAME] = known
    return known


def counted(article: Article) -> Article:
    """The article, with its prints."""
    of(article)
    return article


_NAME = "prints"
