"""A page decoded and parsed once: text, tree, meta, linked data."""

from __future__ import annotations

import codecs
import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper import urls
from scraper.errors import ExtractError
from scraper.models import Page

MAX_DEPTH = 512
"""Elements nested deeper are flattened, as Chromium does: Lexbor needs 14 s for 100,000 nested divs, quadratically."""
MAX_CHAIN = 64
"""Elements around nothing but one another: templates need a dozen."""

# Labels that browsers read as a wider encoding (WHATWG Encoding Standard).
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,300}>|<\?xml[^>]{0,200}>", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)
_ALONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_LATIN = ("cp1252", "cp1250", "iso8859_2", "cp1254", "cp1257")
"""Encodings of scripts in which letters beyond ASCII stand alone among others; Chinese text is nothing but."""
_HIGH = re.compile(rb"[\x80-\xff]")

# First bytes of what is served as a page by mistake: https://mimesniff.spec.whatwg.org/
_BINARY = {
    b"%PDF-": "a PDF",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"RIFF": "a media file",
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "gzipped data",
    b"\x28\xb5\x2f\xfd": "zstd data",
    b"\x00\x00\x00\x18ftyp": "a video",
    b"\x00\x00\x00\x20ftyp": "a video",
    b"\x1aE\xdf\xa3": "a video",
    b"ID3": "audio",
    b"OggS": "a media file",
    b"\x7fELF": "a program",
    b"SQLite format 3\x00": "an SQLite database",
    b"wOFF": "a font",
    b"wOF2": "a font",
}

_RELATIONS = ("canonical", "amphtml")
_MARKED = (
    "meta[content], base[href], script[type*='ld+json' i], link[rel~=canonical i][href], link[rel~=amphtml i][href]"
)


Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Document:
    """A page as markup: its tree and what its head says. Made by `read` and `parse`."""

    url: str | None
    markup: str
    tree: LexborHTMLParser
    answers: dict[object, tuple[object, Any]] = field(default_factory=dict, compare=False, repr=False)

    def once(self, question: Callable[..., Answer], *about: object) -> Answer:
        """What `question(document, *about)` answers, asked once: many fields are read from the same few things."""
        key = (question, *map(id, about))
        if key not in self.answers:
            self.answers[key] = about, question(self, *about)
        answer: Answer = self.answers[key][1]
        return answer

    @cached_property
    def marked(self) -> dict[str, list[LexborNode]]:
        """The elements that speak to machines alone, by tag: meta, base, link and JSON-LD scripts.

        One query for all: each walks the whole tree, which costs as much as three selectors.
        """
        found: dict[str, list[LexborNode]] = {}
        for element in self.tree.css(_MARKED):
            found.setdefault(element.tag or "", []).append(element)
        return found

    @cached_property
    def microdata(self) -> dict[str, list[LexborNode]]:
        """The elements with an itemprop, by each of its names in lower case; meta elements are in `meta`."""
        found: dict[str, list[LexborNode]] = {}
        for element in self.tree.css("[itemprop]:not(meta)"):
            for name in (element.attributes.get("itemprop") or "").lower().split():
                found.setdefault(name, []).append(element)
        return found

    @cached_property
    def base(self) -> str | None:
        """The address that links on this page are relative to."""
        elements = self.marked.get("base")
        href = elements[0].attributes.get("href") if elements else None
        return (urls.join(self.url, href) if href else None) or self.url

    @cached_property
    def meta(self) -> dict[str, tuple[str, ...]]:
        """The meta elements: name, property, itemprop or http-equiv in lower case → contents as they stand."""
        found: dict[str, list[str]] = {}
        for element in self.marked.get("meta", ()):
            attributes = element.attributes
            content = (attributes.get("content") or "").strip()
            for key in ("property", "name", "itemprop", "http-equiv") if content else ():
                name = attributes.get(key)
                if name:
                    found.setdefault(name.strip().lower(), []).append(content)
        return {name: tuple(contents) for name, contents in found.items() if name}

    def says(self, name: str) -> str | None:
        """The first content of the meta element of that name, white space folded."""
        contents = self.meta.get(name)
        return " ".join(contents[0].split()) if contents else None

    @cached_property
    def linked(self) -> tuple[dict[str, Any], ...]:
        """Every JSON-LD object of the page, outer ones first, graphs and lists opened."""
        scripts = self.marked.get("script", ())
        return tuple(each for script in scripts for value in _json_values(_source(script)) for each in _objects(value))

    @cached_property
    def title(self) -> str | None:
        """The title element, white space folded."""
        head = self.tree.head
        element = head.css_first("title") if head else None
        return " ".join(element.text().split()) or None if element else None

    @cached_property
    def language(self) -> str | None:
        """The lang attribute of the html element, as written."""
        return (
            self.attribute(self.tree.root, "lang") or self.attribute(self.tree.root, "xml:lang") or ""
        ).strip() or None

    def link(self, relation: str) -> str | None:
        """The absolute address of the first `<link rel=relation>`."""
        known = relation in _RELATIONS
        for element in self.marked.get("link", []) if known else self.tree.css(f"link[rel~='{relation}' i][href]"):
            attributes = element.attributes
            if relation in (attributes.get("rel") or "").lower().split():
                address = urls.join(self.base, attributes.get("href") or "")
                if address:
                    return address
        return None

    @staticmethod
    def attribute(element: LexborNode | None, name: str) -> str | None:
        return element.attributes.get(name) if element is not None else None


def read(page: Page) -> Document:
    """The page decoded and parsed. Raises `ExtractError` when the bytes are no text."""
    _refuse(page)
    plain = _plain(page.body)
    markup = _decoded(page) if plain is None else plain
    tamed = flat(markup)
    # a third of the time of parsing is saved where the bytes are what Lexbor wants
    return Document(web(page.url), markup, LexborHTMLParser(page.body if tamed is plain else tamed))


def web(url: str) -> str | None:
    """The address of a page, None for one that came without (`capture:…`)."""
    return url if "://" in url else None


def parse(markup: str, url: str | None = None) -> Document:
    """The markup parsed; `url` is what its relative links are relative to."""
    return Document(url, markup, LexborHTMLParser(flat(markup)))


def is_text(page: Page) -> bool:
    """Whether a page is plain text: said to be, or without a single tag."""
    kind = (page.header("content-type") or "").partition(";")[0].strip().lower()
    head = page.body[:20_000]
    if kind in ("text/html", "application/xhtml+xml"):
        return False
    return not _ANY_TAG.search(head) and (kind in ("", "text/plain", "text/markdown") or b"<" not in head)


_ANY_TAG = re.compile(
    rb"<(?:!doctype|html|head|body|div|p|a|span|article|section|table|title|meta|script|h[1-6]|br|img|ul)\b",
    re.IGNORECASE,
)


def text(page: Page) -> str:
    """The page's characters: byte order mark, valid UTF-8, header, meta, then detection.

    A declaration that the bytes contradict is passed over. Raises `ExtractError` for
    bytes that are no text.
    """
    _refuse(page)
    return characters(page)


def characters(page: Page) -> str:
    """The same of bytes that are text for certain: feeds, sitemaps."""
    plain = _plain(page.body)
    return _decoded(page) if plain is None else plain


def _plain(body: bytes) -> str | None:
    """The text of bytes that nothing needs to be done to: UTF-8 without byte order mark and NULs."""
    if body.startswith(codecs.BOM_UTF8) or b"\x00" in body:
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decoded(page: Page) -> str:
    body = page.body
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace").replace("\x00", "")
    return _guessed(body, declared(body, page.header("content-type"))).replace("\x00", "")


def declared(body: bytes, content_type: str | None) -> list[str]:
    """The encodings a page claims, the more believable first, as Python names them.

    A latin-1 header is what servers say by default; a meta element then knows better.
    """
    header = [_codec(label) for label in _CHARSET.findall((content_type or "").encode("latin-1", "ignore"))]
    inside = [
        _codec(label)
        for element in _META.findall(body[:4096])
        for label in _CHARSET.findall(element) + _XML_ENCODING.findall(element)
    ]
    names = inside + header if header == ["cp1252"] else header + inside
    return list(dict.fromkeys(name for name in names if name))


def flat(markup: str) -> str:
    """The markup with elements nested deeper than `MAX_DEPTH` taken out, their content kept.

    Of elements of one name that hold nothing but the next `MAX_CHAIN` stay: what is in the innermost is not deep then.
    """
    if markup.count("<") < 20 * MAX_DEPTH:
        return markup
    out, end = [], 0
    kept: list[bool] = []
    depth = chain = last = 0
    name = ""
    for tag in _TAG.finditer(markup):
        if tag[1]:
            stays, chain = not kept or kept.pop(), 0
            depth = max(0, depth - stays)
        else:
            same = tag[2] == name and not markup[last : tag.start()].strip()
            chain, name, last = chain * same + 1, tag[2], tag.end()
            stays = depth < MAX_DEPTH and chain <= MAX_CHAIN
            kept.append(stays)
            depth += stays
        if not stays:
            out.append(markup[end : tag.start()])
            end = tag.end()
    return "".join([*out, markup[end:]]) if out else markup


_TAG = re.compile(
    r"<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|td|tr|th|option|dd|dt|html|head|body|script|style|template|title|textarea|svg|path)\b)"
    r"([a-zA-Z]\w*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+(?<!/)>"
)


def _refuse(page: Page) -> None:
    if not page.body.strip(b" \t\r\n\x00"):
        raise ExtractError("the page is empty", url=page.url, reason="empty")
    _refuse_binary(page.body, page.url)
    _refuse_data(page)


def _refuse_binary(body: bytes, url: str | None) -> None:
    for mark, name in _BINARY.items():
        if body.startswith(mark):
            raise ExtractError(f"not a page but {name}", url=url, reason="binary")
    sample = body[:4096]
    if len(sample) - len(sample.translate(None, _CONTROLS)) > len(sample) / 20:
        raise ExtractError("not a page but binary data", url=url, reason="binary")


_CONTROLS = bytes((*range(1, 9), *range(14, 27), *range(28, 32)))
_DATA = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(rss|feed|urlset|sitemapindex|rdf:RDF|opml)\b", re.DOTALL
)
_MARKUP = re.compile(rb"<(?:!doctype html|html|head|body|div|p|article)\b", re.IGNORECASE)
_NO_PAGE = re.compile(
    r"(?:image|audio|video|font)/|application/(?:json|pdf|javascript|.*\+json)|text/(?:css|javascript|csv)"
)


def _refuse_data(page: Page) -> None:
    """Feeds, sitemaps, and what is labelled as no page and has no markup either."""
    if data := _DATA.match(page.body.removeprefix(codecs.BOM_UTF8)[:2000]):
        raise ExtractError(f"not a page but data ({data[1].decode()})", url=page.url, reason="data")
    kind = (page.header("content-type") or "").lower()
    if _NO_PAGE.match(kind) and not _MARKUP.search(page.body[:20_000]):
        raise ExtractError(f"not a page but {kind.partition(';')[0]}", url=page.url, reason="data")


def _codec(label: bytes) -> str | None:
    try:
        name = codecs.lookup(label.decode("ascii")).name
    except (LookupError, UnicodeDecodeError):
        return None
    if name in ("utf-16", "utf-16-le", "utf-16-be", "utf-7", "idna", "punycode", "rot13", "hex", "base64"):
        # a page that was read this far in ASCII is not in these, whatever it says
        return None
    return _WIDER.get(name, name)


def _guessed(body: bytes, claims: list[str]) -> str:
    if body[:512].count(b"\x00") > 100:
        return body.decode("utf-16-le" if body[1:2] == b"\x00" else "utf-16-be", "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        broken = body.decode("utf-8", "replace")
    # Stray bytes in what is plainly UTF-8 are stray bytes, not another encoding.
    if broken.count("\ufffd") * 20 < len(_HIGH.findall(body)):
        return broken
    for encoding in claims:
        if encoding != "utf-8":
            decoded = _strictly(body, encoding)
            if decoded is not None:
                return decoded
    return _detected(body, broken, claims)


def _strictly(body: bytes, encoding: str) -> str | None:
    """The text, if at most one byte in 2,000 does not fit the encoding."""
    try:
        decoded = body.decode(encoding, "replace")
    except (LookupError, UnicodeError, TypeError):
        return None
    return decoded if decoded.count("\ufffd") <= len(body) / 2000 else None


def _detected(body: bytes, broken: str, claims: list[str]) -> str:
    from charset_normalizer import from_bytes

    sample = b" ".join(re.findall(rb"[^<>\x80-\xff]{0,60}[\x80-\xff][^<>]{0,120}", body)[:200])[:3000]
    latin = list(_LATIN) if len(_ALONE.findall(sample)) > 0.6 * len(_HIGH.findall(sample)) else None
    best = from_bytes(sample, cp_isolation=latin).best() if sample else None
    for encoding in ([best.encoding] if best else []) + claims + ["cp1252"]:
        decoded = _strictly(body, encoding)
        if decoded is not None:
            return decoded
    return broken


def _json_values(source: str) -> Iterator[Any]:
    """The values of a JSON-LD script, as far as they can be made out."""
    for mend in _MENDS:
        source = mend(source)
        try:
            return iter([json.loads(source, strict=False)])
        except (ValueError, RecursionError):
            continue
    return _salvaged(source)


def _salvaged(source: str) -> Iterator[Any]:
    """Objects that can be read one after the other from what is no JSON as a whole."""
    decoder, at = json.JSONDecoder(strict=False), 0
    while (start := source.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(source, start)
        except (ValueError, RecursionError):
            return
        yield value


_COMMENT_MARKS = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_COMMENTS = re.compile(r'("(?:[^"\\]|\\.)*+")|/\*.*?\*/|//[^\n]*|<!--.*?-->', re.DOTALL)
_TRAILING_COMMAS = re.compile(r'("(?:[^"\\]|\\.)*+")|,(?=\s*[\]}])')
_BAD_ESCAPES = re.compile(r'\\(?!["\\/bfnrtu])')

_QUOTED_LINE = re.compile(r'^([\s{\[]*"[\w@:-]+"\s*:\s*")(.*)("\s*,?\s*)$', re.MULTILINE)
_BARE_QUOTE = re.compile(r'(?<!\\)"')


def _escaped(line: re.Match[str]) -> str:
    """A line with one key and its text, the bare quotes in the text escaped; a line with several keys as it is."""
    if re.search(r'"\s*,\s*"[\w@:-]+"\s*:', line[2]):
        return line[0]
    return line[1] + _BARE_QUOTE.sub(r"\"", line[2]) + line[3]


# What publishers do to JSON, mildest cure first; each works on what the one before left.
_MENDS: tuple[Callable[[str], str], ...] = (
    lambda source: source.strip().removesuffix(";"),
    lambda source: _COMMENT_MARKS.sub("", source).strip(),
    lambda source: _COMMENTS.sub(lambda match: match[1] or "", source),
    lambda source: _TRAILING_COMMAS.sub(lambda match: match[1] or "", source),
    lambda source: _BAD_ESCAPES.sub(r"\\\\", source),
    lambda source: _QUOTED_LINE.sub(_escaped, source),
    lambda source: html.unescape(source) if "&quot;" in source or "&#34;" in source else source,
)


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a value, outer ones first, as deep as any article is described."""
    open_: list[tuple[Any, int]] = [(value, 0)]
    while open_:
        each, depth = open_.pop()
        if isinstance(each, dict):
            yield each
            inner: Any = each.values()
        else:
            inner = each if isinstance(each, list) else ()
        if depth < 8:
            open_ += [(part, depth + 1) for part in reversed(list(inner)) if isinstance(part, dict | list)]


def _source(script: LexborNode) -> str:
    child = script.first_child
    text = (child.text_content or "") if child is not None else ""
    return _HALF_PAIR.sub(r"\\ufffd", text) if "\\ud" in text or "\\uD" in text else text


# Half of a surrogate pair, as an escape: no text that could be written down anywhere.
_HALF_PAIR = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
