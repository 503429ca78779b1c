"""The floors of the house: who may import whom, and who may know which library."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "scraper"

# A module imports only from lower floors; siblings on one floor do not know each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "models", "tables"),
    (
        "coding",
        "guard",
        "health",
        "render",
        "reserved",
        "revisions",
        "schedule",
        "schema",
        "seals",
        "sql",
        "sums",
        "signatures",
        "urls",
        "extract.forest",
        "extract.wording",
    ),
    ("sentences",),
    ("edits",),
    ("atom", "difference"),
    (
        "document",
        "robots",
        "extract.authors",
        "extract.dates",
        "extract.furniture",
        "extract.kinds",
        "extract.language",
        "extract.naming",
        "extract.phrases",
        "extract.vocabulary",
        "prints",
        "stories",
    ),
    (
        "config",
        "discover.addresses",
        "discover.markup",
        "discover.stamps",
        "extract.lines",
        "extract.linked",
        "learned",
    ),
    (
        "discover.feeds",
        "discover.sections",
        "discover.sitemaps",
        "saved",
        "extract.embedded",
        "extract.headlines",
        "extract.passages",
        "extract.teasers",
        "opml",
    ),
    ("extract.nearby",),
    ("extract.bylines", "extract.times"),
    ("extract.metadata",),
    ("extract.features", "extract.facts", "extract.capture_features"),
    ("extract.model", "extract.genre", "extract.suspicion", "extract.capture_fields", "extract.capture_headlines"),
    ("extract.deciding", "extract.quality"),
    ("extract.body",),
    ("extract.capture", "extract.record"),
    ("extract",),
    ("discover",),
    ("fulltext", "gathering", "learning", "tellings"),
    ("derived", "originals", "torn", "variants"),
    ("reading",),
    ("archive", "fetch", "query", "visits", "worker"),
    ("explain", "history"),
    (
        "batch",
        "bundles",
        "hosts",
        "itinerary",
        "listing",
        "pruning",
        "receipts",
        "runs",
        "verify",
        "workers",
        "writer",
    ),
    ("checkup", "crew", "losses", "merging", "proof"),
    ("doctor",),
    ("api", "intake", "reextract", "repair"),
    ("warc",),
    ("folders", "manners", "settle"),
    ("looking", "survey"),
    ("crawl",),
    ("cli.options",),
    ("cli.asking", "cli.bringing", "cli.changing", "cli.fetching", "cli.progress", "cli.storied", "cli.watching"),
    ("cli.crawling", "cli.extracting", "cli.sources", "cli.vault"),
    ("cli.explaining",),
    ("cli",),
    ("cli.__main__", "__main__", ""),
)
HEIGHT = {module: floor for floor, modules in enumerate(FLOORS) for module in modules}

# Pure: no I/O, no clock, no network.
PURE = [
    module
    for modules in FLOORS[:18]
    for module in modules
    if module not in ("schema", "seals", "sql", "sums", "tables")
]
IMPURE = {
    "asyncio",
    "httpx",
    "httpcore",
    "os",
    "pathlib",
    "random",
    "socket",
    "sqlite3",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib.request",
}

BORDERS = {
    "protego": {"robots"},
    "httpx": {"fetch"},
    "trafilatura": {"extract.body"},
    "sqlite_utils": {"schema", "archive", "query"},
}

# Not at import time: `scraper --help` must be quick.
HEAVY = {"asyncio", "httpx", "httpcore", "lxml", "sqlite_utils", "stamina", "trafilatura"}


def modules() -> list[str]:
    return sorted(_name(path) for path in ROOT.rglob("*.py"))


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tree(module: str) -> ast.Module:
    path = ROOT.joinpath(*module.split(".")) if module else ROOT
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return ast.parse(file.read_text(encoding="utf-8"))


def imported(node: ast.AST) -> Iterator[str]:
    """Every module imported below a node, with the names taken from packages of our own."""
    for each in ast.walk(node):
        if isinstance(each, ast.Import):
            yield from (alias.name for alias in each.names)
        elif isinstance(each, ast.ImportFrom) and each.module:
            yield each.module
            yield from (f"{each.module}.{alias.name}" for alias in each.names)


def own(module: str) -> set[str]:
    """The modules of this package that a module imports."""
    known = set(HEIGHT)
    found = {
        name.removeprefix("scraper").removeprefix(".") for name in imported(tree(module)) if name.startswith("scraper")
    }
    return {name for name in found if name in known and name not in ("", module)}


def packages(node: ast.AST) -> set[str]:
    return {part for name in imported(node) for part in (name, name.partition(".")[0])}


def test_every_module_has_a_floor() -> None:
    assert set(modules()) == set(HEIGHT)


@pytest.mark.parametrize("module", [module for module in modules() if module])
def test_a_module_imports_only_from_lower_floors(module: str) -> None:
    above = {name for name in own(module) if HEIGHT[name] >= HEIGHT[module]}
    # a package imports its own rooms, and `from scraper.extract import x` names the package too
    above -= {module.rpartition(".")[0], *(each for each in ("discover", "extract") if module.startswith(each))}
    assert above == set()


@pytest.mark.parametrize(("library", "knowing"), BORDERS.items())
def test_a_library_is_known_behind_its_border_only(library: str, knowing: set[str]) -> None:
    assert {module for module in modules() if library in packages(tree(module))} <= knowing


@pytest.mark.parametrize("module", PURE)
def test_the_lower_floors_are_pure(module: str) -> None:
    assert packages(tree(module)) & IMPURE == set()
    called = {ast.unparse(node.func) for node in ast.walk(tree(module)) if isinstance(node, ast.Call)}
    assert called & {"open", "print", "input", "datetime.now", "date.today", "time.time"} == set()


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    import subprocess
    import sys

    code = "import sys, scraper, scraper.cli, scraper.extract; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert set(loaded) & HEAVY == set()


def test_broad_excepts_stand_only_at_the_very_top() -> None:
    broad = [
        module
        for module in modules()
        for node in ast.walk(tree(module))
        if isinstance(node, ast.ExceptHandler) and ast.unparse(node.type or ast.Name("BaseException")) == "Exception"
    ]
    assert broad == ["cli", "worker"]
