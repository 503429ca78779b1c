"""Records out of feeds and sitemaps, however broken the XML is.

No XML parser reads them: one that recovers drops what follows a bare `&`, one that does not
gives up, and both must be kept from entities. Here records and their fields are found by their
tags: an undeclared prefix, a cut end, an unclosed `<br>` spoil nothing, and no entity is ever
expanded because nobody here knows how.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

_ATTRIBUTE = re.compile(r"([\w.:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_CDATA_MARKS = re.compile(r"<!\[CDATA\[|\]\]>")
_MARKUP = re.compile(r"<!--.{0,2000}?-->|</?[A-Za-z][^<>]*>", re.DOTALL)
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));")
_OTHER_REFERENCE = re.compile(r"&[A-Za-z_][\w.-]*;")
_PREDEFINED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


_AFTER_NAME = (" ", "\t", "\r", "\n", ">", "/")


# Possessive throughout: remarks by the thousand before a root must not be tried in every combination.
_ROOT = re.compile(
    r"(?:\s*+(?:<\?[^>]*+>|<!--(?:(?!-->).)*+-->|<!DOCTYPE[^\[>]*+(?:\[(?:(?!\]\s*>).)*+\]\s*)?>))*+\s*+<(?:[\w-]+:)?(\w+)",
    re.DOTALL | re.IGNORECASE,
)


def root(text: str) -> str | None:
    """The name of the root element in lower case, without prefix; None for what is no markup."""
    match = _ROOT.match(text, 0, 50_000)
    return match[1].lower() if match else None


class Field(NamedTuple):
    """One element of a record: its name in lower case, attributes and content as they stand."""

    name: str
    attributes: str
    content: str


class Shape:
    """What records are called, what is wanted of one, and elements whose inside is none of it; regular expressions."""

    def __init__(self, record: str, wanted: str, passed_over: str) -> None:
        attributes = r"""((?:[^<>"']++|"[^"<]*"|'[^'<]*')*+)"""
        self.record = re.compile(rf"<({record})(?:\s[^<>]*+)?>", re.IGNORECASE)
        self.field = re.compile(rf"<(?:({passed_over})|({wanted}))(?=[\s/>]){attributes}>", re.IGNORECASE)


def records(text: str, shape: Shape) -> Iterator[dict[str, list[Field]]]:
    """The fields of each record by their names, in document order; a record that is cut at the end counts."""
    at = 0
    while opening := shape.record.search(text, at):
        begin = opening.start()
        after = _end_of_comment(text, at, begin)
        if after:
            at = after
            continue
        at = _end(text, opening.end(), opening[1])
        yield _fields(text, opening.end(), at, shape)


def _end_of_comment(text: str, at: int, begin: int) -> int:
    """Where the comment ends that this place is in; 0 if in none."""
    opened = text.rfind("<!--", at, begin)
    if opened < 0 or text.find("-->", opened, begin) >= 0:
        return 0
    return text.find("-->", begin, begin + _LONGEST_SECTION) + 1


def _fields(text: str, at: int, end: int, shape: Shape) -> dict[str, list[Field]]:
    named: dict[str, list[Field]] = {}
    unclosed: set[str] = set()
    while tag := shape.field.search(text, at, end):
        passed_over, wanted, attributes = tag.groups()
        content, at = "", tag.end()
        if not attributes.endswith("/"):
            content, at = _content(text, at, end, passed_over or wanted, unclosed)
        if wanted:
            named.setdefault(wanted.lower(), []).append(Field(wanted, attributes, content))
    return named


def _content(text: str, at: int, end: int, name: str, unclosed: set[str]) -> tuple[str, int]:
    """What stands up to the closing tag, or up to the next tag where there is none; and where that is."""
    closing = -1 if name in unclosed else _outside(text, f"</{name}", at, end)
    if closing < 0:
        unclosed.add(name)  # nor is there one further on: looking again each time would be quadratic
        closing = text.find("<", at, end)
    if closing < 0:
        closing = end
    return text[at:closing], closing


_LONGEST_SECTION = 20_000
"""Characters in which the end of a comment or CDATA section with tags in it is looked for: with no limit
a feed of open ones is quadratic."""


def _end(text: str, at: int, name: str) -> int:
    """Where a record ends: at its closing tag, at the next record or at the end of what came.

    The next record is looked for first: where none is closed, looking for the end each time would be quadratic.
    """
    follower = _outside(text, f"<{name}", at, len(text))
    while follower >= 0 and not text.startswith(_AFTER_NAME, follower + len(name) + 1):
        follower = _outside(text, f"<{name}", follower + 1, len(text))
    limit = follower if follower >= 0 else len(text)
    end = _outside(text, f"</{name}", at, limit)
    return end if end >= 0 else limit


def _outside(text: str, wanted: str, at: int, limit: int) -> int:
    """Where this stands first outside of CDATA sections, in which it would be text; -1 if nowhere."""
    while (found := text.find(wanted, at, limit)) >= 0:
        opened = text.rfind("<![CDATA[", at, found)
        if opened < 0 or text.find("]]>", opened, found) >= 0:
            return found
        at = text.find("]]>", found, found + _LONGEST_SECTION)
        if at < 0:
            return found  # a section that is never closed ends with its record
    return -1


def attribute(field: Field, name: str) -> str | None:
    """The value of an attribute, or None."""
    for key, *values in _ATTRIBUTE.findall(field.attributes):
        if key == name:
            return address("".join(values))
    return None


def address(content: str) -> str:
    """A content that is an address or a date: CDATA opened, the five entities of XML and numbers undone.

    Empty where it asks for an entity of the document's own. No name without `;` is one: `?x=1&copy=2` stays.
    """
    if "<" in content:
        content = _MARKUP.sub("", _CDATA_MARKS.sub("", content))
    if "&" in content:
        content = _REFERENCE.sub(_referred, content)
        if _OTHER_REFERENCE.search(content):
            return ""
    return content.strip()


def prose(content: str) -> str | None:
    """A content that is to be read: tags off, entities undone (twice: feeds escape HTML), white space folded."""
    if "<" in content or "&" in content:
        text = unescape(_MARKUP.sub("", _CDATA_MARKS.sub("", content)))
        content = _OTHER_REFERENCE.sub("", unescape(_MARKUP.sub("", text)) if "<" in text or "&" in text else text)
    return " ".join(content.split()) or None


def _referred(reference: re.Match[str]) -> str:
    name, decimal, hexadecimal = reference.groups()
    if name:
        return _PREDEFINED[name]
    number = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
