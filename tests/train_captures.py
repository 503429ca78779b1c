"""The models of captures and their report, from pages with gold that are written out as text in many ways.

The text of a page is known: from gold for `fundus_pub_dev`, and for `trafeval` from what the
extractor finds in the markup, its known snippets weighing more. Each page is rendered as
browsers, lynx, converters and mails would, and each passage of that is text or is not.
The second look learns from first looks of models that had not seen the publisher.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from scraper import document, extract
from scraper.errors import ExtractError
from scraper.extract import capture, capture_features, capture_headlines, passages
from scraper.extract.capture_features import View
from scraper.extract.capture_headlines import Candidates
from scraper.extract.passages import Passage
from scraper.extract.wording import plain
from scraper.models import Article
from tests import corpus, fingerprints, forests, renderings
from tests.corpus import Entry, against, shingles, words
from tests.renderings import Story

FOLDER = Path(__file__).resolve().parent.parent / "scraper" / "extract"
FOLDS = 4
TREES = {"first": 140, "title": 120, "second": 140}
WEIGHTS = {"fundus_pub_dev": 0.1, "trafeval": 0.04}
"""What a passage of each corpus weighs: a page of the first is there some ten times, of the second once.
Swept .04 to .2 for the second: more makes the models keep what other sites call text (F1 -.003 at .08, -.006 at .2)."""
KNOWN = 3.0
"""What a snippet that is known to be text or not weighs against a passage the extractor judged."""

SLOW = {"learning_rate": 0.06, "feature_fraction": 0.3, "min_data_in_leaf": 50}
"""Twice as many trees, each of less: F1 +.002 on every way that real tools write these pages."""
STEADY = {"num_leaves": 8, "learning_rate": 0.05, "feature_fraction": 0.3, "min_data_in_leaf": 40}
"""Headlines are few: one in a page. Learnt as fast as passages they differ by three pages in a hundred from one
training to the next."""

Rows = Any


@dataclass
class Titles:
    """The lines of a sample that may be its headline, which of them is it, and how likely each passage was text."""

    places: list[int]
    rows: Rows
    labels: Rows
    likely: list[float]


@dataclass
class Sample:
    """One page in one rendering: its text, what is known of it, and what the models see of it."""

    name: str
    publisher: str
    language: str
    corpus: str
    kind: str
    text: str
    title: str
    bodies: list[list[str]]
    wanted: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    rows: Rows = None
    labels: Rows = None
    weights: Rows = None
    titles: Titles | None = None
    again: Rows = None
    fold: int = 0


def main(shared: Path) -> int:
    if not corpus.is_here(shared):
        sys.stdout.write(f"train: skipped, no pages at {shared}\n")
        return 0
    samples = [sample for sample in read(shared) if looked_at(sample)]
    school = School(samples)
    (FOLDER / "capture.model.json").write_text(
        forests.text(school.graduate(), fingerprints.of_captures()), encoding="utf-8"
    )
    (FOLDER / "capture.report.md").write_text(report(school), encoding="utf-8")
    return 0


# --- pages to samples --------------------------------------------------------------


def read(shared: Path) -> Iterator[Sample]:
    captures = {entry.name: entry.body.decode() for entry in corpus.entries(shared, "captures_dev")}
    for name in ("fundus_pub_dev", "trafeval"):
        for number, entry in enumerate(corpus.entries(shared, name)):
            texts = dict(_renderings(name, number, entry))
            if entry.name in captures and texts:
                texts["captures_dev"] = captures[entry.name]
            bodies = json.loads(texts.pop("", "null")) or entry.gold.get("bodies") or []
            for kind, text in texts.items():
                yield Sample(
                    name=entry.name,
                    publisher=entry.publisher,
                    language=entry.language,
                    corpus=name,
                    kind=kind,
                    text=text,
                    title=entry.gold.get("title") or "",
                    bodies=bodies,
                    wanted=[" ".join(each.split()) for each in entry.gold.get("with") or []],
                    unwanted=[" ".join(each.split()) for each in entry.gold.get("without") or []],
                )


ASIDES = ("caption", "read also", "newsletter", "advertisement")


def _renderings(name: str, number: int, entry: Entry) -> Iterator[tuple[str, str]]:
    """The texts of a page by kind; under no name its paragraphs as the extractor has them, where there is no gold."""
    gold = entry.gold
    try:
        shown = renderings.blocks(document.read(entry.page))
        article = extract.article(entry.page)
    except ExtractError:
        return
    bodies = gold.get("bodies") or [[block.text for block in article.blocks]]
    if sum(passages.size(text) for text in bodies[0]) < 30:
        return
    story = _story(gold, article, bodies[number % len(bodies)])
    kinds = list(renderings.WHOLE)
    if name == "fundus_pub_dev":
        yield "reader", renderings.reader(story, number)
        yield "letter", renderings.letter(story, number)
    else:
        yield "", json.dumps(bodies)
        kinds = [kinds[number % len(kinds)]]
    yield from ((kind, renderings.WHOLE[kind](shown)) for kind in kinds)
    if (name == "fundus_pub_dev" or number % 3 == 0) and (text := renderings.part(shown, story, number)):
        yield "part", text


def _story(gold: dict[str, Any], article: Article, paragraphs: list[str]) -> Story:
    return Story(
        title=gold.get("title") or article.headline or "",
        authors=gold.get("authors") or article.authors,
        published=gold.get("published") or str(article.published or ""),
        paragraphs=paragraphs,
        asides=[each.text for each in article.dropped if each.reason in ASIDES],
        german=gold.get("language") == "de",
    )


# --- labels ------------------------------------------------------------------------


def looked_at(sample: Sample) -> bool:
    """Reads the passages of a sample with their features and labels; False when there are none to learn from."""
    found = passages.read(sample.text)
    if not found.passages:
        return False
    view = View(found)
    sample.places = view.candidates()
    told = labels(found.passages, sample.bodies)
    sample.rows = np.array(view.rows(sample.places), dtype=np.float32)
    sample.weights = np.array([0.3 + min(view.words[at], 60) / 20 for at in sample.places])
    for order, at in enumerate(sample.places):
        if (known := _by_snippets(sample, found.passages[at].text)) is not None:
            told[at] = known
            sample.weights[order] *= KNOWN
    sample.labels = np.array([np.nan if told[at] is None else told[at] for at in sample.places], dtype=float)
    return bool(sample.places)


def _by_snippets(sample: Sample, text: str) -> float | None:
    flat = " ".join(text.split())
    if any(each in flat for each in sample.wanted) or (len(flat) > 15 and any(flat in each for each in sample.wanted)):
        return 1.0
    if any(each in flat for each in sample.unwanted) or (
        len(flat) > 8 and any(flat in each for each in sample.unwanted)
    ):
        return 0.0
    return None


def labels(found: list[Passage], bodies: list[list[str]]) -> list[float | None]:
    """For each passage 1 (text), 0 (not), between, or None for a dek that gold has in one version only.

    4-word overlap with gold over .6 is text, under .3 is not; shorter ones must be a gold paragraph
    or stand amid its words. Of copies that one counts which stands among more text.
    """
    golds = [[tuple(words(text)) for text in body] for body in bodies]
    common = set.intersection(*(set(body) for body in golds))
    optional = {each for body in golds for each in body} - common
    whole = max(golds, key=lambda body: sum(map(len, body)))
    known = shingles([word for each in whole for word in each])
    told = [words(passage.text) for passage in found]
    out: list[float | None] = []
    for at, own in enumerate(told):
        if tuple(own) in optional:
            out.append(None)
        elif len(own) >= 4:
            share = sum(each in known for each in shingles(own)) / (len(own) - 3)
            out.append(1.0 if share > 0.6 else 0.0 if share < 0.3 else share)
        else:
            out.append(float(bool(own) and (any(tuple(own) in body for body in golds) or _amid(told, at, known))))
    return _lone(_single(out, told, whole), told)


def _amid(told: list[list[str]], at: int, known: set[tuple[str, ...]]) -> bool:
    """Whether a few words stand in gold just between those before and behind them."""
    before = [word for own in told[max(0, at - 4) : at] for word in own][-3:]
    behind = [word for own in told[at + 1 : at + 5] for word in own][:3]
    own = shingles([*before, *told[at], *behind])
    return len(own) >= 4 and sum(each in known for each in own) > 0.8 * len(own)


def _single(out: list[float | None], told: list[list[str]], whole: list[tuple[str, ...]]) -> list[float | None]:
    """The labels with copies taken out: as many stay as gold has, those among most text."""
    times = Counter(whole)
    copies: dict[tuple[str, ...], list[int]] = {}
    for at, label in enumerate(out):
        if label:
            copies.setdefault(tuple(told[at]), []).append(at)
    for own, places in copies.items():
        if len(places) > 1:
            ranked = sorted(places, key=lambda at: -_text_around(out, told, at))
            for at in ranked[max(1, times[own]) :]:
                out[at] = 0.0
    return out


def _text_around(out: list[float | None], told: list[list[str]], at: int) -> float:
    near = range(max(0, at - 4), min(len(out), at + 5))
    return sum((out[other] or 0) * min(len(told[other]), 40) for other in near if told[other] != told[at])


def _lone(out: list[float | None], told: list[list[str]]) -> list[float | None]:
    """The labels without short lines that stand away from the text: equal words in a menu."""
    solid = [at for at, label in enumerate(out) if label and len(told[at]) >= 8]
    if not solid:
        return out
    return [
        0.0 if label == 1.0 and len(told[at]) < 8 and not solid[0] - 4 <= at <= solid[-1] + 4 else label
        for at, label in enumerate(out)
    ]


# --- learning ----------------------------------------------------------------------


class School:
    """Models for every set of folds that was left out: each look learns from looks that had not seen the page."""

    def __init__(self, samples: list[Sample]) -> None:
        self.samples = samples
        publishers = sorted({sample.publisher for sample in samples})
        fold = {publisher: at % FOLDS for at, publisher in enumerate(publishers)}
        for sample in samples:
            sample.fold = fold[sample.publisher]
        self.first = {
            frozenset((one, other)): self._first(frozenset((one, other)))
            for one in range(FOLDS)
            for other in range(one, FOLDS)
        }

    def without(self, left_out: frozenset[int]) -> list[Sample]:
        return [sample for sample in self.samples if sample.fold not in left_out]

    def _first(self, left_out: frozenset[int]) -> Any:
        some = self.without(left_out)
        return _learnt("first", some, [sample.rows for sample in some], [sample.labels for sample in some])

    def graduate(self, fold: int | None = None) -> dict[str, dict[str, Any]]:
        """The models of all samples, or of those outside of a fold, as they are written down."""
        left_out = frozenset(() if fold is None else (fold,))
        some = self.without(left_out)
        first = self._first(left_out) if fold is None else self.first[left_out]
        for sample in some:
            sample.titles = _titles(sample, self.first[left_out | {sample.fold}].predict(sample.rows))
        inner = {
            each: self._title([one for one in some if one.fold != each])
            for each in range(FOLDS)
            if each not in left_out
        }
        for sample in some:
            sample.again = _again(sample, inner[sample.fold])
        second = _learnt("second", some, [sample.again for sample in some], [sample.labels for sample in some])
        title = self._title(some)
        for sample in some:
            sample.titles = sample.again = None
        return {
            "first": forests.written(first, capture_features.NAMES),
            "title": forests.written(title, capture_headlines.NAMES),
            "second": forests.written(second, capture_features.AGAIN),
        }

    def _title(self, some: list[Sample]) -> Any:
        """Learns from the samples that have their gold title in a line."""
        titled = [sample for sample in some if sample.titles and sample.titles.labels.sum()]
        rows = [sample.titles.rows for sample in titled if sample.titles]
        told = [sample.titles.labels for sample in titled if sample.titles]
        weights = np.concatenate(
            [np.full(len(each), WEIGHTS[sample.corpus]) for sample, each in zip(titled, told, strict=True)]
        )
        return forests.learn(np.concatenate(rows), np.concatenate(told), weights, TREES["title"], **STEADY)


def _learnt(name: str, some: list[Sample], rows: list[Rows], told: list[Rows]) -> Any:
    label = np.concatenate(told)
    weight = np.concatenate([sample.weights * WEIGHTS[sample.corpus] for sample in some])
    known = ~np.isnan(label)
    return forests.learn(np.concatenate(rows)[known], label[known], weight[known], TREES[name], **SLOW)


def _titles(sample: Sample, likely: Any) -> Titles:
    view = View(passages.read(sample.text))
    full = capture.spread(view, sample.places, [float(each) for each in likely])
    candidates = Candidates(view, full)
    gold = plain(sample.title)
    told = [plain(capture_headlines.tidy(view, at)) == gold for at in candidates.places]
    shape = len(candidates.places), len(capture_headlines.NAMES)
    rows = np.array(candidates.rows(), dtype=np.float32).reshape(shape)
    return Titles(candidates.places, rows, np.array(told, dtype=float), full)


def _again(sample: Sample, model: Any) -> Rows:
    titles = sample.titles
    if titles is None:
        raise ValueError(sample.name)
    sure = [float(each) for each in model.predict(titles.rows)] if titles.places else []
    found = capture.found(titles.likely, titles.places, sure)
    view = View(passages.read(sample.text))
    rows = view.again(sample.places, sample.rows.tolist(), found)
    return np.array(rows, dtype=np.float32)


# --- the report --------------------------------------------------------------------


@dataclass(frozen=True)
class Score:
    """How near the record of a sample comes to gold."""

    sample: Sample
    precision: float
    recall: float
    exact: float
    title: float


def report(school: School) -> str:
    scores = [score for fold in range(FOLDS) for score in _scored(school, fold)]
    out = [
        "# The models of captures",
        "",
        f"Made by `make train`; cross-validated by publisher in {FOLDS} folds over the pages of `fundus_pub_dev`, each as text in",
        "several renderings. Figures are of whole records: 4-word shingles of the body, the headline exact.",
        "`captures_dev` has its pages from a converter that nothing here imitates in particular.",
        "",
        "| what | F1 | precision | recall | exact | headline |",
        "|---|---|---|---|---|---|",
    ]
    kinds = sorted({score.sample.kind for score in scores})
    out += [f"| {kind} | {_figures([score for score in scores if score.sample.kind == kind])} |" for kind in kinds]
    dev = [score for score in scores if score.sample.kind == "captures_dev"]
    out += [f"| captures_dev, {name}, {len(some)} pages | {_figures(some)} |" for name, some in _by_language(dev)]
    return "\n".join(out) + "\n"


def _by_language(scores: list[Score]) -> Iterator[tuple[str, list[Score]]]:
    yield "German", [score for score in scores if score.sample.language == "de"]
    yield "English", [score for score in scores if score.sample.language == "en"]
    yield "without spaces", [score for score in scores if score.sample.language in ("ja", "zh", "th")]
    yield "others", [score for score in scores if score.sample.language not in ("de", "en", "ja", "zh", "th")]


def _scored(school: School, fold: int) -> Iterator[Score]:
    models = capture.learnt(json.loads(forests.text(school.graduate(fold), "")))
    for sample in school.samples:
        if sample.fold == fold and sample.corpus == "fundus_pub_dev":
            try:
                article = capture.read(sample.text, models)
            except ExtractError:
                article = Article()
            yield _score(sample, article)


def _score(sample: Sample, article: Article) -> Score:
    text = "\n".join(block.text for block in article.blocks)
    told = [against("\n".join(body), text) for body in sample.bodies]
    best = max(told, key=lambda each: each[0] * each[1])
    return Score(sample, *best, title=float(plain(article.headline or "") == plain(sample.title)))


def _figures(scores: list[Score]) -> str:
    if not scores:
        return "- | - | - | - | -"
    precision, recall = (
        statistics.fmean(each.precision for each in scores),
        statistics.fmean(each.recall for each in scores),
    )
    exact, title = statistics.fmean(each.exact for each in scores), statistics.fmean(each.title for each in scores)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"{f1:.3f} | {precision:.3f} | {recall:.3f} | {exact:.2f} | {title:.2f}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
