"""`sources.toml` → Config, or an error that says where.

What the tool should know about its user and its network; what it does not know, it
refuses by file and line, with the nearest right name.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from scraper.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Config:
    """`contact` goes into the User-Agent; `allow_address` holds NETWORK[:PORT]s that may be asked although private."""

    contact: str | None = None
    allow_address: tuple[str, ...] = ()


_KINDS: dict[str, tuple[type, str]] = {
    "allow_address": (list, 'a list of strings, like ["10.0.0.0/8"]'),
    "contact": (str, 'a string, like "mailto:desk@example.org"'),
}


def parse(text: str, name: str = "sources.toml") -> Config:
    """The configuration in a TOML text; `name` is the file's, for messages. Raises `ConfigError`."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: {error}") from error
    for key, value in told.items():
        _check(key, value, f"{name}:{_line(text, key)}")
    return Config(contact=told.get("contact"), allow_address=tuple(told.get("allow_address", ())))


def _check(key: str, value: Any, where: str) -> None:
    if key not in _KINDS:
        near = get_close_matches(key, _KINDS, n=1)
        raise ConfigError(f"{where}: unknown key {key!r}" + (f", did you mean {near[0]!r}?" if near else ""))
    kind, said = _KINDS[key]
    parts = value if isinstance(value, list) else [value]
    if not isinstance(value, kind) or not all(isinstance(each, str) for each in parts):
        raise ConfigError(f"{where}: {key} must be {said}")


def _line(text: str, key: str) -> int:
    """The line a top-level key stands on, as near as TOML's parser lets us know."""
    pattern = re.compile(rf"\s*\[*\s*[\"']?{re.escape(key)}[\"']?\s*[\].=]")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 1)
