"""`make accept`: writes what the extractor makes of each fixture, and shows what changed for a person to read."""

from __future__ import annotations

import difflib
import json
import sys

from scraper import extract
from tests import fixtures


def main() -> None:
    for case in fixtures.cases():
        told = {"page": case.told.get("page", {}), "record": extract.article(case.page).record()}
        new = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
        old = case.path.read_text(encoding="utf-8") if case.path.exists() else ""
        if new != old:
            names = f"{case.name}.json before", f"{case.name}.json after"
            sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), *names, n=1))
            case.path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
