"""An Atom feed (RFC 4287) of what happened in an archive: for feed readers, and for tools that watch one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `id` stays the same for good, `updated` is ISO 8601, `content` is text or HTML."""

    id: str
    title: str
    url: str
    updated: str
    content: str
    is_html: bool = False
    category: str | None = None


def feed(title: str, address: str, entries: Iterable[Entry]) -> str:
    """The feed. `address` names it: two feeds of the same name are the same feed."""
    told = list(entries)
    updated = max((each.updated for each in told), default="1970-01-01T00:00:00+00:00")
    head = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>{_text(title)}</title>\n<id>{_text(address)}</id>\n<updated>{updated}</updated>\n"
        f"<author><name>scraper</name></author>\n"
    )
    return head + "".join(map(_entry, told)) + "</feed>\n"


def _entry(entry: Entry) -> str:
    kind = "html" if entry.is_html else "text"
    category = f"<category term={quoteattr(entry.category)}/>\n" if entry.category else ""
    return (
        f"<entry>\n<title>{_text(entry.title)}</title>\n<id>{_text(entry.id)}</id>\n"
        f"<link href={quoteattr(_legal(entry.url))}/>\n<updated>{entry.updated}</updated>\n{category}"
        f'<content type="{kind}">{_text(entry.content)}</content>\n</entry>\n'
    )


_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML may hold."""


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


def _text(text: str) -> str:
    return escape(_legal(text))
