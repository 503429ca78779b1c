"""`sources.toml` → Config, or an error that says where.

What the tool should know about its user and its network, and the sources to watch, a `[[source]]`
table each. What it does not know it refuses by file and line, with the nearest right name. A fault
of one source is a value: `read` gives the other sources beside it, `parse` raises the first.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from scraper import reserved, urls
from scraper.errors import ConfigError, Unusable
from scraper.extract.kinds import ARTICLES
from scraper.models import Source


@dataclass(frozen=True, slots=True)
class Config:
    """`contact` goes into the User-Agent; `allow_address` holds NETWORK[:PORT]s that may be asked although private.

    `gap` is the least time in seconds between two requests to a host, `host_budget` how many of them a run may make,
    `honour` the opt-outs that keep a page out of the archive. `faults` are what is wrong with single sources.
    """

    contact: str | None = None
    allow_address: tuple[str, ...] = ()
    gap: float = 1.0
    host_budget: int | None = None
    honour: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    faults: tuple[ConfigError, ...] = field(default=(), compare=False)

    def source(self, name: str) -> Source | None:
        """The source of that name or with that home page, or None."""
        wanted = _spelt(name)
        return next((each for each in self.sources if name == each.name or wanted == _spelt(each.home)), None)


def parse(text: str, name: str = "sources.toml") -> Config:
    """The configuration in a TOML text; `name` is the file's, for messages. Raises `ConfigError`."""
    told = read(text, name)
    if told.faults:
        raise told.faults[0]
    return told


def read(text: str, name: str = "sources.toml") -> Config:
    """The same with the faults of single sources as values. Raises `ConfigError` for what concerns all of them."""
    head, *tables = _blocks(text)
    told = _told(head, name)
    for key, value in told.items():
        _check(key, value, _SETTINGS, f"{name}:{_line(head, key)}")
    settings: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}
    sources: list[Source] = []
    faults: list[ConfigError] = []
    for block in tables:
        try:
            sources.append(_unlike(_source(block, name), sources, f"{name}:{block.first}"))
        except ConfigError as fault:
            faults.append(fault)
    return Config(**settings, sources=tuple(sources), faults=tuple(faults))


# --- the file in blocks -------------------------------------------------------

_TABLE = re.compile(r"^[ \t]*\[\[[ \t]*source[ \t]*\]\]", re.MULTILINE)
_PLACE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


class _Block(NamedTuple):
    """A part of the file that is TOML by itself, and the line it begins on: one fault spoils no other part."""

    text: str
    first: int


def _blocks(text: str) -> Iterator[_Block]:
    """What stands before the first source, then each source."""
    begins = [0, *(match.start() for match in _TABLE.finditer(text))]
    for begin, end in zip(begins, [*begins[1:], len(text)], strict=True):
        yield _Block(text[begin:end], text.count("\n", 0, begin) + 1)


def _told(block: _Block, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(block.text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = block.first - 1 + (int(place[1]) if place and place[1] else block.text.rstrip().count("\n") + 1)
        raise ConfigError(f"{name}:{line}: {_PLACE.sub('', str(error)).strip()}") from error


def _line(block: _Block, key: str) -> int:
    """The line a key stands on, as near as TOML's parser lets us know."""
    pattern = re.compile(rf"\s*\[*\s*(?:source\.)?[\"']?{re.escape(key)}[\"']?\s*[\].=]")
    found = (number for number, line in enumerate(block.text.splitlines(), block.first) if pattern.match(line))
    return next(found, block.first)


# --- what may be said ---------------------------------------------------------


class _Kind(NamedTuple):
    """What a value must be, in words, and whether it is."""

    said: str
    holds: Callable[[Any], bool]


def _strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _texts(value: Any) -> bool:
    """A table of strings that fit into a header."""
    return isinstance(value, dict) and all(
        isinstance(each, str) and each.isprintable() for pair in value.items() for each in pair
    )


def _patterns(value: Any) -> bool:
    try:
        return _strings(value) and all(re.compile(each) for each in value)
    except re.error:
        return False


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")


def _one_of(names: tuple[str, ...] | dict[str, str]) -> Callable[[Any], bool]:
    return lambda value: _strings(value) and all(each in names for each in value)


_ADDRESSES = _Kind('a list of addresses, like ["https://news.example/feed.xml"]', _strings)
_PATTERNS = _Kind('a list of regular expressions, like ["/politics/"]', _patterns)

_SETTINGS = {
    "allow_address": _Kind('a list of strings, like ["10.0.0.0/8"]', _strings),
    "contact": _Kind('a string, like "mailto:desk@example.org"', lambda value: isinstance(value, str)),
    "gap": _Kind("seconds, like 1.0", _number),
    "honour": _Kind(f"a list of {', '.join(reserved.WORDS)}", _one_of(reserved.WORDS)),
    "host_budget": _Kind("a whole number above 0", lambda value: type(value) is int and value > 0),
    "source": _Kind("tables that begin with [[source]]", lambda _: False),
}

_SOURCE = {
    "cookies": _Kind('a table of strings, like { consent = "yes" }', _texts),
    "delay": _Kind("seconds, like 5", _number),
    "exclude": _PATTERNS,
    "feeds": _ADDRESSES,
    "headers": _Kind('a table of strings, like { Referer = "https://news.example/" }', _texts),
    "home": _Kind('an address, like "https://news.example/"', lambda value: isinstance(value, str)),
    "hosts": _Kind('a list of host names, like ["cdn.news.example"], or ["*"] for any', _strings),
    "include": _PATTERNS,
    "keep": _Kind(f"a list of {', '.join(ARTICLES)}", _one_of(ARTICLES)),
    "name": _Kind('a string, like "news.example"', lambda value: isinstance(value, str) and bool(value.strip())),
    "paused": _Kind("true or false", lambda value: isinstance(value, bool)),
    "sections": _ADDRESSES,
    "sitemaps": _ADDRESSES,
}


def _check(key: str, value: Any, kinds: dict[str, _Kind], where: str) -> None:
    if key not in kinds:
        near = get_close_matches(key, kinds, n=1)
        raise ConfigError(f"{where}: unknown key {key!r}" + (f", did you mean {near[0]!r}?" if near else ""))
    if not kinds[key].holds(value):
        raise ConfigError(f"{where}: {key} must be {kinds[key].said}")


# --- sources ------------------------------------------------------------------


def _source(block: _Block, name: str) -> Source:
    told = _told(block, name)
    [table] = told.pop("source")
    for key in told:
        raise ConfigError(f"{name}:{_line(block, key)}: {key!r} stands among the sources; settings come before them")
    for key, value in table.items():
        _check(key, value, _SOURCE, f"{name}:{_line(block, key)}")
    if "home" not in table:
        raise ConfigError(f"{name}:{block.first}: a source without home")
    try:
        return named(table)
    except Unusable as error:
        raise ConfigError(f"{name}:{_line(block, 'home')}: {error}") from error


def named(table: dict[str, Any]) -> Source:
    """The source a table of right values describes; its host is its name where none is given. Raises `Unusable`."""
    home = urls.absolute(table["home"] if "://" in table["home"] else f"https://{table['home']}")
    told: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    for key in ("feeds", "sitemaps", "sections"):
        told[key] = tuple(_joined(home, each) for each in told.get(key, ()))
    for key in ("headers", "cookies"):
        told[key] = tuple(told.get(key, {}).items())
    return Source(**{"name": name_of(home)} | told | {"home": home})


def name_of(home: str) -> str:
    """What a source is called that has no name: its host, with the port where it is no usual one."""
    port = urlsplit(home).port
    return urls.site(home) + (f":{port}" if port else "")


def _joined(home: str, address: str) -> str:
    url = urls.join(home, address)
    if url is None:
        raise Unusable("not an http or https URL", url=address)
    return url


def _unlike(source: Source, others: list[Source], where: str) -> Source:
    for each in others:
        if each.name == source.name:
            raise ConfigError(f"{where}: there is a source {source.name!r} already")
        if _spelt(each.home) == _spelt(source.home):
            raise ConfigError(f"{where}: {source.home} is the home of {each.name!r} already")
    return source


def _spelt(address: str) -> str:
    try:
        return urls.clean(address if "://" in address else f"https://{address}")
    except Unusable:
        return address


# --- writing ------------------------------------------------------------------


def added(text: str, source: Source, remark: str = "") -> str:
    """The file with one more source at its end, everything else as it stands; `remark` goes above it."""
    before = text.rstrip("\n") + "\n\n" if text.strip() else ""
    remarks = "".join(f"# {line}\n" for line in remark.splitlines())
    return before + remarks + entry(source)


def entry(source: Source) -> str:
    """The `[[source]]` table that says no more than it must."""
    said = source if source.name != name_of(source.home) else replace(source, name="")
    lines = ["[[source]]"]
    for key in ("name", "home", "feeds", "sitemaps", "sections", "hosts", "include", "exclude", "delay", "keep"):
        value = getattr(said, key)
        if value not in ("", (), None):
            lines.append(f"{key} = {_toml(value)}")
    lines += [f"{key} = {_table(getattr(said, key))}" for key in ("headers", "cookies") if getattr(said, key)]
    return "\n".join([*lines, *(["paused = true"] if said.paused else []), ""])


def _table(pairs: tuple[tuple[str, str], ...]) -> str:
    return f"{{ {', '.join(f'{_toml(name)} = {_toml(value)}' for name, value in pairs)} }}"


def _toml(value: object) -> str:
    """A string, number or list as TOML writes it: JSON's strings are TOML's basic strings, but for DEL."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
