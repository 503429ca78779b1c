"""`make accept`: writes what the extractor makes of each fixture, and shows what changed for a person to read."""

from __future__ import annotations

import difflib
import json
import sys
from typing import Any

from scraper import extract
from scraper.errors import ExtractError
from scraper.models import Page
from tests import fixtures


def main() -> None:
    for case in fixtures.every():
        told = {"page": case.told.get("page", {}), **_told(case.page)}
        new = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
        old = case.path.read_text(encoding="utf-8") if case.path.exists() else ""
        if new != old:
            names = f"{case.name}.json before", f"{case.name}.json after"
            sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), *names, n=1))
            case.path.write_text(new, encoding="utf-8")


def _told(page: Page) -> dict[str, Any]:
    try:
        return {"record": fixtures.record(extract.article(page))}
    except ExtractError as error:
        return {"refused": {"reason": error.reason, "message": error.message}}


if __name__ == "__main__":
    main()
