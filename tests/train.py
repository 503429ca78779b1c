"""`make train`: the extractor's model and its report, from pages with gold. The same pages give the same model.

Gold paragraphs of `fundus_pub_dev` label lines as text or not. A teacher learnt from them
labels the lines of `trafeval` softly; its known snippets weigh more. The student learns from
both. The report is cross-validated by publisher: no page is judged by a model that has seen
its publisher.
"""

from __future__ import annotations

import gzip
import json
import re
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scraper import document
from scraper.errors import ExtractError
from scraper.extract import _known, body, features, headlines, lines, metadata
from scraper.extract.model import VALUES
from scraper.models import Kind, Page
from tests import forests

FOLDER = Path(__file__).resolve().parent.parent / "scraper" / "extract"
TREES, TEACHER_TREES, FOLDS = 60, 60, 5
SOFT, KNOWN = 0.1, 1.0
"""What a soft label and a known snippet of trafeval weigh against a gold line."""
Words = list[str]
Rows = list[list[float]]
NAMES = tuple(VALUES)
"""The features as the learner sees them: every bit of a mask is a number of its own."""


@dataclass
class Sample:
    """One page: its candidates with their features, and what is known of each."""

    name: str
    publisher: str
    language: str
    golds: list[str]
    texts: list[str]
    kinds: list[Kind]
    reasons: list[str]
    plain: list[bool]
    rows: Rows
    labels: list[float | None]
    weights: list[float]

    def looks(self, scores: Sequence[float]) -> list[body.Look]:
        seen = zip(scores, self.plain, self.kinds, self.reasons, self.texts, strict=True)
        return [
            body.Look(body.SURE if plain else score, kind, reason, lines.count(text))
            for score, plain, kind, reason, text in seen
        ]

    def text(self, scores: Sequence[float]) -> str:
        told = zip(self.texts, body.decisions(self.looks(scores)), strict=True)
        return "\n".join(text for text, keep in told if keep)


def main(shared: Path) -> int:
    if not (shared / "benchmark").is_dir():
        sys.stdout.write(f"train: skipped, no pages at {shared}\n")
        return 0
    gold = samples(shared, "fundus_pub_dev", label_by_gold)
    snippets = samples(shared, "trafeval", label_by_snippets)
    model = student(gold, snippets)
    (FOLDER / "model.json").write_text(forests.text({"lines": forests.written(model, NAMES)}), encoding="utf-8")
    (FOLDER / "model.report.md").write_text(report(gold, snippets), encoding="utf-8")
    return 0


# --- pages to samples -----------------------------------------------------------


def samples(shared: Path, corpus: str, label: Callable[[dict[str, Any], Sample], None]) -> list[Sample]:
    data = shared / "benchmark" / "data"
    found = []
    for line in (data / f"{corpus}.ndjson").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        sample = _sample(gold, gzip.decompress((data / gold["file"]).read_bytes()))
        if sample is not None:
            label(gold, sample)
            found.append(sample)
    return found


def _sample(gold: dict[str, Any], markup: bytes) -> Sample | None:
    page = Page(gold["url"] or "", markup, 200, (), datetime(2026, 11, 1, tzinfo=UTC))
    try:
        parsed = document.read(page)
    except ExtractError:
        return None
    found = lines.read(parsed)
    seen = body.judged(found)
    if seen is None:
        return None
    fields = metadata.read(parsed, found, page.fetched_at)
    known = _known(parsed, fields, headlines.variants(parsed, found))
    wanted, plain = body.candidates(seen.seen), body.plain(seen.seen)
    return Sample(
        name=gold["id"],
        publisher=re.sub(r"_V\d.*", "", gold["id"]),
        language=gold.get("language") or "",
        golds=["\n".join(each) for each in gold.get("bodies") or []],
        texts=[seen.seen.lines[at].text for at in wanted],
        kinds=[seen.seen.lines[at].kind for at in wanted],
        reasons=[seen.seen.reasons[at] for at in wanted],
        plain=[at in plain for at in wanted],
        rows=[spread(row) for row in features.rows(seen.seen, wanted, known)],
        labels=[None] * len(wanted),
        weights=[0.3 + min(seen.seen.lines[at].words, 60) / 20 for at in wanted],
    )


def spread(row: features.Row) -> list[float]:
    numbers, masks = row[: len(features.NUMBERS)], row[len(features.NUMBERS) :]
    bits = [
        int(mask) >> bit & 1 for mask, names in zip(masks, features.MASKS, strict=True) for bit in range(len(names))
    ]
    return [*numbers, *bits]


def words(text: str) -> Words:
    return re.findall(r"\w+", re.sub("[\u00ad\u200b\u200c\u2060\ufeff]", "", text))


def shingles(told: Words) -> set[tuple[str, ...]]:
    return {tuple(told[at : at + 4]) for at in range(len(told) - 3)}


def label_by_gold(gold: dict[str, Any], sample: Sample) -> None:
    """4-word overlap with gold over .6 is text, under .3 is not; short lines must be a gold paragraph."""
    bodies = [{tuple(words(paragraph)) for paragraph in each} for each in gold["bodies"]]
    common = [each for each in bodies[0] if all(each in other for other in bodies)]
    optional = {each for told in bodies for each in told} - set(common)
    whole = max((words("\n".join(each)) for each in gold["bodies"]), key=len)
    known = shingles(whole)
    for at, text in enumerate(sample.texts):
        told = words(text)
        if not told or tuple(told) in optional:
            continue
        if len(told) < 4:
            is_gold = any(tuple(told) in each for each in bodies)
            if is_gold or sample.kinds[at] is not Kind.LIST_ITEM or sample.reasons[at]:
                sample.labels[at] = float(is_gold)
            continue
        own = shingles(told)
        share = sum(each in known for each in own) / len(own)
        if share < 0.3 and sample.kinds[at] is Kind.LIST_ITEM and not sample.reasons[at]:
            # parsers of one site seldom ask for its lists: a list in the text that gold lacks tells nothing
            continue
        sample.labels[at] = 1.0 if share > 0.6 else 0.0 if share < 0.3 else share
        sample.weights[at] *= 1.0 if share > 0.6 or share < 0.3 else 0.3


def label_by_snippets(gold: dict[str, Any], sample: Sample) -> None:
    wanted = [" ".join(each.split()) for each in gold["with"]]
    unwanted = [" ".join(each.split()) for each in gold["without"]]
    for at, text in enumerate(sample.texts):
        flat = " ".join(text.split())
        if any(each in flat for each in wanted) or (len(flat) > 15 and any(flat in each for each in wanted)):
            sample.labels[at] = 1.0
        elif any(each in flat for each in unwanted) or (len(flat) > 8 and any(flat in each for each in unwanted)):
            sample.labels[at] = 0.0


# --- learning -------------------------------------------------------------------


def learn(rows: Rows, labels: list[float], weights: list[float], trees: int) -> Any:
    import numpy as np

    return forests.learn(np.array(rows), np.array(labels), np.array(weights), trees, learning_rate=0.15)


def known(told: Iterable[Sample], factor: float = 1.0) -> tuple[Rows, list[float], list[float]]:
    rows: Rows = []
    labels: list[float] = []
    weights: list[float] = []
    for sample in told:
        for row, label, weight in zip(sample.rows, sample.labels, sample.weights, strict=True):
            if label is not None:
                rows.append(row)
                labels.append(label)
                weights.append(weight * factor)
    return rows, labels, weights


def student(gold: Sequence[Sample], snippets: Sequence[Sample]) -> Any:
    rows, labels, weights = known(gold)
    if snippets:
        teacher = learn(rows, labels, weights, TEACHER_TREES)
        more = known(snippets, KNOWN)
        rows, labels, weights = rows + more[0], labels + more[1], weights + more[2]
        for sample in snippets:
            told = teacher.predict(sample.rows) if sample.rows else []
            for row, label, weight, soft in zip(sample.rows, sample.labels, sample.weights, told, strict=True):
                if label is None:
                    rows.append(row)
                    labels.append(float(soft))
                    weights.append(weight * SOFT)
    return learn(rows, labels, weights, TREES)


# --- the report -----------------------------------------------------------------


def report(gold: list[Sample], snippets: list[Sample]) -> str:
    told = cross_validated(gold, snippets)
    alone = cross_validated(gold, [])
    rules = {sample.name: [-9.0 if reason else 9.0 for reason in sample.reasons] for sample in gold}
    out = [
        "# The model of the extractor",
        "",
        "Made by `make train`; cross-validated by publisher in five folds over the pages of `fundus_pub_dev`.",
        "Figures are of the lines alone: 4-word shingles, without what headlines, deks and the second opinion add.",
        "",
        "| what | F1 | precision | recall | exact |",
        "|---|---|---|---|---|",
        f"| rules alone | {_figures(gold, rules)} |",
        f"| model from gold alone | {_figures(gold, alone)} |",
        f"| **model** | {_figures(gold, told)} |",
    ]
    for name, languages in (("German", ("de",)), ("English", ("en",)), ("other languages", None)):
        some = [
            each for each in gold if (each.language in languages if languages else each.language not in ("de", "en"))
        ]
        out.append(f"| {name}, {len(some)} pages | {_figures(some, told)} |")
    return "\n".join(out) + "\n"


def cross_validated(gold: list[Sample], snippets: list[Sample]) -> dict[str, list[float]]:
    """What a model that never saw the publisher says of each page's candidates."""
    publishers = sorted({sample.publisher for sample in gold})
    fold = {publisher: at % FOLDS for at, publisher in enumerate(publishers)}
    told = {}
    for number in range(FOLDS):
        seen = [sample for sample in gold if fold[sample.publisher] != number]
        model = student(seen, snippets)
        for sample in gold:
            if fold[sample.publisher] == number and sample.rows:
                told[sample.name] = [float(each) for each in model.predict(sample.rows, raw_score=True)]
    return told


def _figures(some: list[Sample], told: dict[str, list[float]]) -> str:
    scored = [_score(sample, sample.text(told[sample.name])) for sample in some]
    precision, recall = (statistics.fmean(each[at] for each in scored) for at in (0, 1))
    exact = statistics.fmean(each[2] for each in scored)
    f1 = 2 * precision * recall / (precision + recall)
    return f"{f1:.3f} | {precision:.3f} | {recall:.3f} | {exact:.2f}"


def _score(sample: Sample, text: str) -> tuple[float, float, float]:
    return max((_against(gold, text) for gold in sample.golds), key=lambda each: each[0] * each[1])


def _against(gold: str, text: str) -> tuple[float, float, float]:
    left, right = words(gold), words(text)
    one, other = (Counter(tuple(each[at : at + 4]) for at in range(max(len(each) - 3, 1))) for each in (left, right))
    shared = (one & other).total()
    return shared / max(other.total(), 1), shared / max(one.total(), 1), float(left == right)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
