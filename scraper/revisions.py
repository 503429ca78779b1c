"""When two readings of an article are the same wording."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from scraper.models import Article, Evidence

# Marks that editors and templates change without changing what is said.
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("“”„«»‟〝〞", '"')
    | dict.fromkeys("‘’‚‛`´ʼ", "'")
    | dict.fromkeys("–—‐‑‒―−", "-")
    | {"…": "...", "\u00ad": None, "\u200b": None, "\ufeff": None}
)
_SPACE = re.compile(r"\s+")


def digest(article: Article) -> str:
    """128 bits of SHA-256, in hex, over what the article says: headline, summary and body.

    White space, the kind of quotes and dashes, and invisible marks do not count, nor where
    the dek ends and the text begins; a word, a figure, a capital or a full stop does.
    """
    return _hashed("\n".join((article.headline or "", article.summary or "", article.body)))


def text_digest(article: Article) -> str:
    """The same over the text as it stands on the page, the dek and the body.

    Two addresses of one text have it in common, also when one of them (a print view, say)
    does not tell its dek from its first paragraph.
    """
    dek = article.summary if any(each == Evidence("summary", "dek") for each in article.evidence) else None
    return _hashed("\n\n".join(part for part in (dek, article.body) if part))


def _hashed(text: str) -> str:
    plain = unicodedata.normalize("NFC", text.translate(_TYPOGRAPHY))
    return hashlib.sha256(_SPACE.sub(" ", plain).strip().encode("utf-8", "replace")).hexdigest()[:32]
