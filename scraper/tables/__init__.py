"""What we know about the web as tables: sorted TOML files, each row with where it came from."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """The table `name`.toml of this package."""
    # asked of the loader itself: importlib.resources costs 5 ms at every start
    told: bytes = __spec__.loader.get_data(f"{__path__[0]}/{name}.toml")  # type: ignore[union-attr]
    return tomllib.loads(told.decode())


@cache
def version() -> str:
    """A short hash over every table and model that pages are read by: other rules, another version."""
    from importlib.resources import files

    rules = [*files(__name__).iterdir(), *files("scraper.extract").iterdir()]
    told = hashlib.sha256()
    for each in sorted(rules, key=lambda file: file.name):
        if each.name.endswith((".toml", ".json")) and each.name not in _OF_THE_ARCHIVE:
            told.update(each.name.encode() + b"\0" + each.read_bytes() + b"\0")
    return told.hexdigest()[:12]


_OF_THE_ARCHIVE = ("edits.toml", "passing.toml")
"""Tables that tell wordings apart and read no page."""
