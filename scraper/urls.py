"""One spelling for each page: what two addresses of one page have in common.

`courlan` knows more tricks but costs 0.14 s of import, more than the whole command
line may take to start; `urllib.parse` and a table do what an archive needs.
"""

from __future__ import annotations

import ipaddress
import re
from functools import cache, lru_cache
from urllib.parse import SplitResult, quote, unquote_to_bytes, urljoin, urlsplit

from scraper import tables
from scraper.errors import Unusable

_PORTS = {"http": 80, "https": 443}
_SAFE = "!$&'()*+,;=:@/-._~"
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0]+")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?|[0-9a-f:.]+(?:%[a-z0-9._~-]+)?")
_UNSPEAKABLE = re.compile("[\ud800-\udfff]")
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_ORIGIN = rf"https?://{_LABEL}(?:\.{_LABEL})*(?::[1-5]?[1-9]\d{{3}})?"
_SEGMENTS = r"(?=/)(?:/(?!\.)[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*+/?"
_CLEAN = re.compile(_ORIGIN + _SEGMENTS)
_PLAIN = re.compile(rf"({_ORIGIN}{_SEGMENTS})(?:\?([A-Za-z0-9!$&'()*+,;=:@/._~?-]+))?")
"""What `absolute` leaves as it is: read at a tenth of the cost of taking it apart."""


def is_clean(url: str) -> bool:
    """Whether an address is plainly spelt as `clean` would: no query, no escape, no default port. Quick."""
    return _CLEAN.fullmatch(url) is not None


def clean(url: str) -> str:
    """The address as the archive spells it: no fragment, no tracking, no default port, lower-case host.

    Parameters that may choose the page stay, in their order. Raises `Unusable` for
    what is no http(s) address.
    """
    if plain := _PLAIN.fullmatch(url):
        address, query = plain[1], _telling(plain[2] or "")
        return f"{address}?{query}" if query else address
    parts = _split(url)
    query = _telling(parts.query)
    address = f"{parts.scheme}://{_authority(parts.scheme, parts.hostname or '', parts.port)}{_path(parts.path)}"
    return f"{address}?{_escaped(query, _SAFE + '?')}" if query else address


def absolute(url: str) -> str:
    """The address to ask for: absolute, escaped, host in ASCII, fragment off, every parameter kept."""
    if _PLAIN.fullmatch(url):
        return url
    parts = _split(url)
    address = f"{parts.scheme}://{_authority(parts.scheme, parts.hostname or '', parts.port)}{_path(parts.path)}"
    return f"{address}?{_escaped(parts.query, _SAFE + '?')}" if parts.query else address


def join(base: str | None, href: str) -> str | None:
    """The absolute http(s) address that `href` means on the page `base`, or None if it means none."""
    try:
        return href if _PLAIN.fullmatch(href) else absolute(urljoin(base or "", href.strip()))
    except (Unusable, ValueError):
        return None


def host(url: str) -> str:
    """The host an address names, in lower-case ASCII, without port."""
    return _ascii(_split(url).hostname or "")


def site(url: str) -> str:
    """The host without the labels that only name a form of the site: `www.`, `m.`, `amp.` …"""
    labels = host(url).split(".")
    while len(labels) > 2 and labels[0] in _table("forms") and not _is_number(".".join(labels)):
        labels = labels[1:]
    return ".".join(labels)


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one publisher, as far as host names tell."""
    return _registered(host(one)) == _registered(host(other))


def is_home(url: str) -> bool:
    """Whether an address is a site's front page."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(_UNSPEAKABLE.sub("%EF%BF%BD", _BLANKS.sub("%20", url.strip())))
        parts.port  # noqa: B018  raises ValueError for a port that is none
    except ValueError as error:
        raise Unusable(f"not a URL ({error})", url=url) from error
    if parts.scheme not in _PORTS:
        raise Unusable("not an http or https URL", url=url)
    if not parts.hostname:
        raise Unusable("a URL without a host", url=url)
    return parts


def _authority(scheme: str, hostname: str, port: int | None) -> str:
    name = _ascii(hostname)
    name = f"[{name}]" if ":" in name else name
    return name if port in (None, _PORTS[scheme]) else f"{name}:{port}"


@lru_cache(4096)
def _ascii(hostname: str) -> str:
    name = hostname.rstrip(".").lower()
    if not name.isascii():
        import idna

        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise Unusable(f"not a host name ({error})", url=hostname) from error
    if not _HOST.fullmatch(name):
        raise Unusable("not a host name", url=hostname)
    return name


def _path(path: str) -> str:
    """Dot segments resolved, every escape in one spelling."""
    segments: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            segments = segments[:-1]
        elif segment != ".":
            segments.append(segment)
    if path.endswith(("/.", "/..")):
        segments.append("")
    return "/" + _escaped("/".join(segments), _SAFE)


def _escaped(text: str, safe: str) -> str:
    """Escapes that hide unreserved characters undone, everything else escaped in capitals."""
    return "".join(part if index % 2 else quote(part, safe=safe) for index, part in enumerate(_parted_at_escapes(text)))


def _parted_at_escapes(text: str) -> list[str]:
    parts, end = [], 0
    for match in _ESCAPE.finditer(text):
        parts += [text[end : match.start()], _escape(match[0])]
        end = match.end()
    return [*parts, text[end:]]


def _escape(escape: str) -> str:
    character = unquote_to_bytes(escape).decode("latin-1")
    return character if character.isascii() and (character.isalnum() or character in "-._~") else escape.upper()


def _telling(query: str) -> str:
    return "&".join(field for field in query.split("&") if field and not _is_tracking(field))


def _is_tracking(field: str) -> bool:
    name = field.partition("=")[0].lower()
    return name in _table("tracking") or name.startswith(_prefixes())


def _registered(hostname: str) -> str:
    labels = hostname.split(".")
    if _is_number(hostname) or len(labels) < 3:
        return hostname
    regular = len(labels[-1]) == 2 and labels[-2] in _table("second_level")
    return ".".join(labels[-3 if regular else -2 :])


@lru_cache(4096)
def _is_number(hostname: str) -> bool:
    try:
        ipaddress.ip_address(hostname)
    except ValueError:
        return False
    return True


@cache
def _table(name: str) -> frozenset[str]:
    return frozenset(tables.load("urls")[name])


@cache
def _prefixes() -> tuple[str, ...]:
    return tuple(tables.load("urls")["tracking_prefixes"])
