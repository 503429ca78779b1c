"""What we know about the web as tables: sorted TOML files, each row with where it came from."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """The table `name`.toml of this package."""
    # asked of the loader itself: importlib.resources costs 5 ms at every start
    told: bytes = __spec__.loader.get_data(f"{__path__[0]}/{name}.toml")  # type: ignore[union-attr]
    return tomllib.loads(told.decode())
