"""What an archive costs as it grows: keeping, finding copies, asking, the size of it; `make bench ARTICLES=1000000`."""

from __future__ import annotations

import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, product
from pathlib import Path

from scraper.archive import Archive
from scraper.models import Article, Block, Kind, Moment, Page
from scraper.query import Order, Reader
from tests.bench.measure import Figure, call

BATCH = 100
WORDS = 200_000
"""A vocabulary of so many words, the nth drawn 1/n as often as the first (Zipf), and three names new in each article."""

SENTENCE = 18
LENGTHS = (3.4, 0.6)
"""Mean and spread of the logarithm of an article's sentences: 36 on average, 650 words, 4 KB; from 6 to 150."""

COPIED = 0.1
"""Share of articles that another site has had before, with one word in twenty exchanged."""

EARLY = 10_000
"""Articles at which the cost of one more is what the cost at the end is held against."""

QUESTIONS = 300


def figures(count: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "news.db"
        yield from _kept(path, count)
        yield from _asked(path, count)


def _kept(path: Path, count: int) -> Iterator[Figure]:
    costs = []
    text = 0
    with Archive(path) as archive:
        batch = []
        for article, page in articles(count):
            batch.append((article, page))
            text += len(article.body.encode())
            if len(batch) == BATCH:
                costs.append(call(lambda read=batch: archive.keep_all(read)) / BATCH)  # type: ignore[misc]
                batch = []
    early_on = min(EARLY, count)
    share = max(early_on // BATCH // 2, 1)
    early = statistics.fmean(costs[share : 2 * share])
    late = statistics.fmean(costs[-2 * share :])
    yield f"keep, article {early_on // 2:,} to {early_on:,}, CPU each", _ms(early), "<= 2.5 ms"
    yield f"keep, the last {2 * share * BATCH:,} of {count:,}, CPU each", _ms(late), "<= 2.5 ms"
    yield "the last against the first", f"{late / early:.2f} x", "<= 1.5 x"
    yield "archive for a byte of text", f"{path.stat().st_size / text:.2f} bytes", "<= 1.75 bytes"
    yield "memory while keeping", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB", "<= 300 MB"


def _asked(path: Path, count: int) -> Iterator[Figure]:
    yield f"opening, {count:,} articles", _ms(_wall(lambda: Reader(path).close())), "<= 20 ms"
    chance = random.Random(2)
    vocabulary = Vocabulary()
    with Reader(path) as reader:
        for name, question in _questions(reader, vocabulary, chance).items():
            asked = [question() for _ in range(QUESTIONS)]
            times = [_wall(lambda words=words: reader.search(words)) for words in asked]  # type: ignore[misc]
            yield f"search, {name}, the slowest in a hundred", _ms(_slowest(times)), "<= 50 ms"
        newest = [_wall(lambda: reader.search(vocabulary.one(chance), order=Order.NEWEST)) for _ in range(QUESTIONS)]
        yield "search --newest, the slowest in a hundred", _ms(_slowest(newest)), "<= 10 ms"
        yield "list, the slowest of 20", _ms(max(_wall(reader.listing) for _ in range(20))), "<= 10 ms"
        shown = [_wall(lambda: reader.show(str(chance.randrange(1, count)))) for _ in range(QUESTIONS)]
        yield "show, the slowest in a hundred", _ms(_slowest(shown)), "<= 5 ms"
        told = reader.stories(limit=QUESTIONS)
        times = [_wall(lambda each=each: reader.story(each.id)) for each in told]  # type: ignore[misc]
        yield f"story, {len(told)} of them, the slowest in a hundred", _ms(_slowest(times)), "<= 5 ms"
    with Archive(path) as archive:
        known = [archive._gathering._known(chance.randrange(1, count)) for _ in range(QUESTIONS)]
        lookups = [_wall(lambda each=each: archive._gathering._candidates(each)) for each in known]  # type: ignore[misc]
        yield "copies looked up, median", _ms(statistics.median(lookups)), "<= 0.3 ms"


def _questions(reader: Reader, vocabulary: Vocabulary, chance: random.Random) -> dict[str, Callable[[], str]]:
    bodies = [reader.show(str(chance.randrange(1, len(reader)))).article.body for _ in range(50)]

    def phrase() -> str:
        words = chance.choice(bodies).split()
        at = chance.randrange(len(words) - 2)
        return f'"{" ".join(words[at : at + 2])}"'

    return {
        "one word": lambda: vocabulary.one(chance),
        "two words": lambda: f"{vocabulary.one(chance)} {vocabulary.one(chance)}",
        "a phrase": phrase,
        "a word of nearly every article": lambda: vocabulary.words[0],
        "two words of nearly every article": lambda: " ".join(vocabulary.words[1:3]),
        "a phrase of such words": lambda: f'"{" ".join(vocabulary.words[1:3])}"',
    }


class Vocabulary:
    """Made-up words, the frequent ones short, and how often each is drawn."""

    def __init__(self) -> None:
        syllables = ["".join(each) for each in product("bdfgklmnprst", "aeiou")]
        chance = random.Random(1)
        longer = ["".join(each) for each in product(syllables, repeat=2)]
        longest = ["".join(each) for each in product(syllables[::2], repeat=4)]
        chance.shuffle(longer)
        self.words = (syllables + longer + chance.sample(longest, WORDS))[:WORDS]
        self.weights = list(accumulate(1 / (number + 1) for number in range(WORDS)))

    def draw(self, chance: random.Random, count: int) -> list[str]:
        return chance.choices(self.words, cum_weights=self.weights, k=count)

    def one(self, chance: random.Random) -> str:
        return self.draw(chance, 1)[0]


def articles(count: int) -> Iterator[tuple[Article, Page]]:
    """Made-up articles of 300 sites with small pages for them."""
    chance = random.Random(1)
    vocabulary = Vocabulary()
    recent: list[list[str]] = []
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(count):
        if recent and chance.random() < COPIED:
            words = [vocabulary.one(chance) if chance.random() < 0.05 else each for each in chance.choice(recent)]
        else:
            sentences = min(max(int(chance.lognormvariate(*LENGTHS)), 6), 150)
            words = vocabulary.draw(chance, SENTENCE * sentences)
            for at in range(3):
                words[chance.randrange(len(words))] = f"{vocabulary.words[number % WORDS].title()}{at}"
            recent = [*recent[-200:], words]
        told = [" ".join(words[at : at + SENTENCE]).capitalize() + "." for at in range(0, len(words), SENTENCE)]
        blocks = tuple(Block(Kind.PARAGRAPH, " ".join(told[at : at + 3])) for at in range(0, len(told), 3))
        url = f"https://site{number % 300}.example/story/{number}"
        when = start + timedelta(minutes=number)
        headline = " ".join(vocabulary.draw(chance, 9)).capitalize()
        article = Article(url=url, headline=headline, published=Moment.of(when), language="en", blocks=blocks)
        yield article, Page(url, f"<p>{number}".encode(), 200, (("content-type", "text/html"),), when)


def _wall(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def _slowest(times: list[float]) -> float:
    """The slowest in a hundred."""
    return sorted(times)[int(len(times) * 0.99)]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"
