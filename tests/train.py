"""`make train`: the extractor's model and its report, from pages with gold. The same pages give the same model.

Gold paragraphs of `fundus_pub_dev` label lines as text or not. A teacher learnt from them
labels the lines of `trafeval` softly; its known snippets weigh more. The student learns from
both. The report is cross-validated by publisher: no page is judged by a model that has seen
its publisher.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scraper import batch, document, extract
from scraper.errors import ExtractError
from scraper.extract import _known, body, features, forest, headlines, lines, metadata
from scraper.extract.forest import Forest
from scraper.extract.model import VALUES
from scraper.models import Article, Kind, Page
from tests import corpus, fingerprints, forests
from tests.corpus import Entry, against, shingles, words

FOLDER = Path(__file__).resolve().parent.parent / "scraper" / "extract"
TREES, TEACHER_TREES, FOLDS = 60, 60, 5
SOFT, KNOWN = 0.1, 1.0
"""What a soft label and a known snippet of trafeval weigh against a gold line."""
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
    if not corpus.is_here(shared):
        sys.stdout.write(f"train: skipped, no pages at {shared}\n")
        return 0
    gold, snippets = labelled(shared)
    (FOLDER / "model.json").write_text(graduate(gold, snippets), encoding="utf-8")
    (FOLDER / "model.report.md").write_text(report(shared, gold, snippets), encoding="utf-8")
    return 0


def graduate(gold: Sequence[Sample], snippets: Sequence[Sample]) -> str:
    """The model as it is kept in the package."""
    return forests.text({"lines": forests.written(student(gold, snippets), NAMES)}, fingerprints.of_lines())


# --- pages to samples -----------------------------------------------------------


def labelled(shared: Path) -> tuple[list[Sample], list[Sample]]:
    """The pages with gold and those with known snippets."""
    return (
        list(samples(corpus.entries(shared, "fundus_pub_dev"), label_by_gold)),
        list(samples(corpus.entries(shared, "trafeval"), label_by_snippets)),
    )


def samples(entries: Iterable[Entry], label: Callable[[dict[str, Any], Sample], None]) -> Iterator[Sample]:
    for entry in entries:
        sample = _sample(entry)
        if sample is not None:
            label(entry.gold, sample)
            yield sample


def _sample(entry: Entry) -> Sample | None:
    try:
        looked = look(entry.page)
    except ExtractError:
        return None
    if looked is None:
        return None
    seen, wanted, rows = looked
    plain = body.plain(seen)
    return Sample(
        name=entry.name,
        publisher=entry.publisher,
        language=entry.language,
        golds=["\n".join(each) for each in entry.gold.get("bodies") or []],
        texts=[seen.lines[at].text for at in wanted],
        kinds=[seen.lines[at].kind for at in wanted],
        reasons=[seen.reasons[at] for at in wanted],
        plain=[at in plain for at in wanted],
        rows=[spread(row) for row in rows],
        labels=[None] * len(wanted),
        weights=[0.3 + min(seen.lines[at].words, 60) / 20 for at in wanted],
    )


def look(page: Page) -> tuple[features.Judged, list[int], list[features.Row]] | None:
    """What the model is shown of a page: its lines, which of them could be text, their features."""
    parsed = document.read(page)
    found = lines.read(parsed)
    judged = body.judged(found)
    if judged is None:
        return None
    fields = metadata.read(parsed, found, page.fetched_at)
    known = _known(parsed, fields, headlines.variants(parsed, found))
    wanted = body.candidates(judged.seen)
    return judged.seen, wanted, features.rows(judged.seen, wanted, known)


def spread(row: features.Row) -> list[float]:
    numbers, masks = row[: len(features.NUMBERS)], row[len(features.NUMBERS) :]
    bits = [
        int(mask) >> bit & 1 for mask, names in zip(masks, features.MASKS, strict=True) for bit in range(len(names))
    ]
    return [*numbers, *bits]


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


Models = list[Any]
"""One for each fold, which has not seen the publishers of that fold."""


def report(shared: Path, gold: list[Sample], snippets: list[Sample]) -> str:
    fold = corpus.folds((sample.publisher for sample in [*gold, *snippets]), FOLDS)
    both, alone = _by_fold(fold, gold, snippets), _by_fold(fold, gold, [])
    rules = {sample.name: [-9.0 if reason else 9.0 for reason in sample.reasons] for sample in gold}
    return "\n".join(
        [
            "# The model of the extractor",
            "",
            f"Made by `make train`. Cross-validated in {FOLDS} folds by publisher over the pages of `fundus_pub_dev` and",
            "`trafeval`: no page is judged by a model that has seen a page of its publisher in either.",
            "",
            "## Whole records",
            "",
            "What the scorer of the corpora says of them.",
            "",
            "| pages | F1 | precision | recall | exact | leak |",
            "|---|---|---|---|---|---|",
            *_records(shared, fold, both),
            "",
            "## What it is made of",
            "",
            "The lines alone: 4-word shingles, without what headlines, deks and the second opinion add.",
            "",
            "| what | F1 | precision | recall | exact |",
            "|---|---|---|---|---|",
            f"| rules alone | {_figures(gold, rules)} |",
            f"| model from gold alone | {_figures(gold, _told(gold, fold, alone))} |",
            f"| model from gold and snippets | {_figures(gold, _told(gold, fold, both))} |",
            "",
        ]
    )


def _by_fold(fold: dict[str, int], gold: Sequence[Sample], snippets: Sequence[Sample]) -> Models:
    return [
        student(
            [sample for sample in gold if fold[sample.publisher] != number],
            [sample for sample in snippets if fold[sample.publisher] != number],
        )
        for number in range(FOLDS)
    ]


def _told(gold: Sequence[Sample], fold: dict[str, int], models: Models) -> dict[str, list[float]]:
    """What each page's model says of its candidates."""
    return {
        sample.name: [float(each) for each in models[fold[sample.publisher]].predict(sample.rows, raw_score=True)]
        for sample in gold
        if sample.rows
    }


def _records(shared: Path, fold: dict[str, int], models: Models) -> Iterator[str]:
    score = corpus.scorer(shared).score
    trees = [forest.of(forests.written(model, NAMES), VALUES) for model in models]
    news, web = (
        [(entry, crossvalidated(entry, trees[fold.get(entry.publisher, 0)])) for entry in corpus.entries(shared, name)]
        for name in ("fundus_pub_dev", "trafeval")
    )
    for name, languages in (("news", None), ("German", "de"), ("English", "en"), ("other languages", "")):
        some = [(entry, told) for entry, told in news if _is_in(entry.language, languages)]
        told = score([entry.gold for entry, _ in some], {entry.name: told for entry, told in some})
        figures = (f"{told[column]:.3f}" for column in ("f1", "precision", "recall", "accuracy", "leak"))
        yield f"| {name}, {len(some)} | {' | '.join(figures)} |"
    told = score([entry.gold for entry, _ in web], {entry.name: told for entry, told in web})
    figures = (f"{told[column]:.3f}" for column in ("seg_f1", "seg_precision", "seg_recall"))
    yield f"| of all kinds, known snippets, {len(web)} | {' | '.join(figures)} | | |"


def _is_in(language: str, wanted: str | None) -> bool:
    """Whether a page is of that language; "" means neither German nor English."""
    return wanted is None or (language == wanted if wanted else language not in ("de", "en"))


def crossvalidated(entry: Entry, trees: Forest) -> dict[str, Any]:
    """The answer that the batch command would give by the trees of another model."""
    try:
        return batch.told(extract.by(entry.page, trees))
    except ExtractError as error:
        return batch.told(error.article) if isinstance(error.article, Article) else {}


def _figures(some: list[Sample], told: dict[str, list[float]]) -> str:
    scored = [_score(sample, sample.text(told[sample.name])) for sample in some]
    precision, recall = (statistics.fmean(each[at] for each in scored) for at in (0, 1))
    exact = statistics.fmean(each[2] for each in scored)
    f1 = 2 * precision * recall / (precision + recall)
    return f"{f1:.3f} | {precision:.3f} | {recall:.3f} | {exact:.2f}"


def _score(sample: Sample, text: str) -> tuple[float, float, float]:
    return max((against(gold, text) for gold in sample.golds), key=lambda each: each[0] * each[1])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
