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
_MARKUP = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));")
_OTHER_REFERENCE = re.compile(r"&[A-Za-z_][\w.-]*;")
_PREDEFINED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


_AFTER_NAME = (" ", "\t", "\r", "\n", ">", "/")


class Field(NamedTuple):
    """One element of a record: its name in lower case, attributes and content as they stand."""

    name: str
    attributes: str
    content: str


# Unrolled and possessive: a lazy `.*?` costs ten times as much a character.
_WHOLE_CDATA = r"<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+\]\]>"
_WHOLE_COMMENT = r"<!--[^-]*+(?:-(?!->)[^-]*+)*+-->"


class Shape:
    """What records are called, what is wanted of one, and elements whose inside is none of it; regular expressions."""

    def __init__(self, record: str, wanted: str, passed_over: str) -> None:
        def until(closing: str) -> str:
            return rf"(?:[^<]++|{_WHOLE_CDATA}|<(?!/{closing}[\s>]))*+</{closing}\s*>"

        attributes = r"""((?:[^<>"'/]++|"[^"]*"|'[^']*'|/(?!>))*+)"""
        self.begin = re.compile(rf"{_WHOLE_COMMENT}|{_WHOLE_CDATA}|<({record})(?:\s[^>]*)?>", re.IGNORECASE)
        # A field that is not closed inside its record ends at the next tag.
        self.field = re.compile(
            rf"{_WHOLE_COMMENT}|<(?:({passed_over})(?=[\s>])[^>]*+>{until(chr(92) + '1')}|"
            rf"({wanted})(?=[\s/>]){attributes}(?:/>|>(?:(?=([^<]*+(?:<(?!/\2[\s>])[^<]*+)*+)</\2)\4|([^<]*+))))",
            re.IGNORECASE,
        )


def records(text: str, shape: Shape) -> Iterator[dict[str, list[Field]]]:
    """The fields of each record by their names, in document order; a record that is cut at the end counts."""
    at = 0
    while opening := shape.begin.search(text, at):
        at = opening.end()
        if opening[1]:
            end = at = _end(text, at, opening[1])
            named: dict[str, list[Field]] = {}
            for _, name, attributes, content, rest in shape.field.findall(text, opening.end(), end):
                if name:
                    named.setdefault(name.lower(), []).append(Field(name, attributes, content or rest))
            yield named


def _end(text: str, at: int, name: str) -> int:
    """Where a record ends: at its closing tag, at the next record or at the end of what came.

    The next record is looked for first: where none is closed, looking for the end each time would be quadratic.
    """
    follower = at
    while (follower := text.find(f"<{name}", follower)) >= 0 and not text.startswith(
        _AFTER_NAME, follower + len(name) + 1
    ):
        follower += 1
    limit = follower if follower >= 0 else len(text)
    end, closing = at, f"</{name}"
    while (end := text.find(closing, end, limit)) >= 0:
        # in a CDATA section it is text
        if text.rfind("<![CDATA[", at, end) <= text.rfind("]]>", at, end):
            return end
        end += len(closing)
    return limit


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
