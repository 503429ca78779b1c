"""What the queue costs as it grows: a page, links that are known, the start of a run, memory; `make bench KNOWN=1000000`."""

from __future__ import annotations

import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from scraper import crawl, visits
from scraper.archive import Archive
from scraper.discover import feeds, sitemaps
from scraper.models import Page, Source
from scraper.visits import Seen, Wanted
from tests.bench.crawling import _Served
from tests.bench.measure import Figure, call

EARLY = 10_000
"""Known addresses at which the cost of a page is what the cost at the end is held against."""

PUBLISHERS = 2000
HOSTS, EACH, ROUNDS = 20, 60, 3
PAGES = 300
"""Pages of one crawl: with the start of a run in them, as in every crawl."""

SITEMAPS = ((2, 50_000), (20, 20_000))
"""Sources that are found at the same time, and the links of each."""

MEMORY = """
import resource, sys
from tests.bench.queueing import queued
print(queued(*map(int, sys.argv[1:])), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""

WIDE = """
import sys
from datetime import UTC, datetime
from tests.press import Press, Story
with Press(hosts=int(sys.argv[1])) as press:
    for stories in press.stories:
        stories |= {f"story-{n}": Story(f"story-{n}", f"Report {n}", [], datetime.now(UTC)) for n in range(int(sys.argv[2]))}
    print(press.port, flush=True)
    sys.stdin.read()
"""

_NUMBERS = "with recursive numbers(n) as (values (1) union all select n + 1 from numbers where n < :count)"
_URL = "printf('https://site%d.example/2026/07/%d/a-report-from-the-harbour-%d.html', n % 2000, n % 28, n)"
_HOST = "printf('site%d.example', n % 2000)"
_ASKED = "printf('2026-07-%02dT%02d:%02d:%02d.000+00:00', n % 28 + 1, n % 24, n % 60, n % 59)"

# As a crawl leaves them: each address asked once, an article of its own behind it, one in three to be asked again.
_KNOWN = (
    f"""
    insert into articles (url, site, authors, tags, paywalled, body, layout, words, digest, text_digest, page, read_at,
        evidence, extractor, revision, first_seen, last_seen)
    select {_URL}, {_HOST}, '[]', '[]', 0, 'body', '[]', 1, hex(n), hex(n), hex(n), {_ASKED}, '{{}}', '1', 1, {_ASKED},
        {_ASKED} from numbers
    """,
    "insert into sums select id, randomblob(32) from articles where :count",
    f"insert into urls select {_URL}, n, 'requested', {_ASKED} from numbers",
    f"""
    insert into fetches (requested, at, status, page, host, robots, gap, place, article_id)
    select {_URL}, {_ASKED}, 200, hex(randomblob(32)), {_HOST}, 'allow', 1.0, 'feed', n from numbers
    """,
    "insert into seals select 1, '2026-07-29', max(id), 0, null, 'hash', 0 from fetches where :count",
    f"""
    insert into visits (url, host, source, kind, state, due, gap, found, asked, changed, etag, headline, place,
        article_id, page, extractor)
    select {_URL}, {_HOST}, {_HOST}, 'article', 'live',
        case when n % 3 = 0 then printf('2126-%02d-01T00:00:00.000+00:00', n % 12 + 1) end, 0, {_ASKED}, {_ASKED},
        {_ASKED}, hex(n), printf('Report %d from the harbour', n), 'feed', n, hex(randomblob(32)), '1' from numbers
    """,
)


def figures(known: int) -> Iterator[Figure]:
    """Every figure of the queue."""
    with tempfile.TemporaryDirectory() as folder:
        early, late = Path(folder) / "early.db", Path(folder) / "late.db"
        fill(early, EARLY)
        fill(late, known)
        yield from _pages(early, late, known)
        yield from _asked(late, known)
    yield from _memory()
    yield from _read()


def fill(archive: Path, known: int) -> None:
    """An archive that knows so many addresses."""
    Archive(archive).close()
    with closing(sqlite3.connect(archive)) as db, db:
        db.execute("pragma synchronous = off")
        for statement in _KNOWN:
            db.execute(f"{_NUMBERS} {statement}" if "from numbers" in statement else statement, {"count": known})


def _pages(early: Path, late: Path, known: int) -> Iterator[Figure]:
    costs: dict[Path, list[float]] = {early: [], late: []}
    with _Served(HOSTS, EACH) as served:
        for archive in (early, late) * ROUNDS:
            served.archive = archive
            cost = served.crawl(limit=PAGES)
            costs[archive].append(cost.cpu / cost.pages)
    one, other = (statistics.median(costs[archive]) for archive in (early, late))
    yield f"crawl, {EARLY:,} addresses known, CPU a page", _ms(one), ""
    yield f"crawl, {known:,} addresses known, CPU a page", _ms(other), ""
    yield "the latter against the former", f"{other / one:.2f} x", "<= 1.3 x"


def _asked(archive: Path, known: int) -> Iterator[Figure]:
    now = datetime.now(UTC)
    with closing(sqlite3.connect(archive, isolation_level=None)) as db:
        urls = db.execute("select url, host from visits where id % ? = 0 and kind = 'article'", (known // 1000,))
        links = [Seen(url, host, place="sitemap") for url, host in urls]
        db.execute("begin")
        look = statistics.median(call(lambda: visits.discover(db, None, links, now)) for _ in range(5))
        yield "a link that is known, seen again", f"{look / len(links) * 1e6:.0f} us", "<= 60 us"
        hosts = call(lambda: visits.due_hosts(db, now, Wanted()))
        yield f"start of a run, {PUBLISHERS:,} hosts, nothing due", _ms(hosts), "<= 50 ms"
        db.execute("rollback")
    sources = [Source(f"site{number}.example", f"https://site{number}.example/") for number in range(PUBLISHERS)]
    yield (
        f"crawl --dry-run, {PUBLISHERS:,} sources",
        _ms(call(lambda: list(crawl.due(archive, sources, now)))),
        "<= 2 s",
    )


def _memory() -> Iterator[Figure]:
    for sources, links in SITEMAPS:
        command = [sys.executable, "-c", MEMORY, str(sources), str(links)]
        told = subprocess.run(command, check=True, capture_output=True, text=True)
        waiting, most = map(int, told.stdout.split())
        yield f"crawl, {waiting:,} visits queued, memory of the parent, at most", f"{most} MB", "<= 250 MB"


def _read() -> Iterator[Figure]:
    link, when = "https://news.example/2026/07/a-report-from-the-harbour-{}.html?utm_source=rss", "2026-07-02T12:00:00Z"
    items = "".join(
        f"<item><title>Report {n}</title><link>{link.format(n)}</link><pubDate>Thu, 02 Jul 2026 12:00:00 +0200</pubDate>"
        f"<description><![CDATA[<p>What the <b>council</b> said.</p>]]></description></item>"
        for n in range(200)
    )
    rows = "".join(f"<url><loc>{link.format(n)[:-15]}</loc><lastmod>{when}</lastmod></url>" for n in range(50_000))
    feed, sitemap = _page(f"<rss><channel>{items}</channel></rss>"), _page(f"<urlset>{rows}</urlset>")
    yield "a feed of 200 items, CPU", _ms(min(call(lambda: feeds.read(feed)) for _ in range(9))), "<= 5 ms"
    yield "a sitemap of 50,000 links, CPU", _ms(call(lambda: sitemaps.read(sitemap, sitemap.url))), "<= 1 s"


def _page(text: str) -> Page:
    return Page("https://news.example/feed", text.encode(), 200, (("content-type", "text/xml"),), datetime.now(UTC))


def queued(sources: int, links: int) -> int:
    """A crawl of sitemaps with so many links each that asks for a few of them; how many wait."""
    with _Wide(sources, links) as served:
        served.crawl(limit=PAGES)
        with closing(sqlite3.connect(served.archive)) as db:
            return int(db.execute("select count(*) from visits where state = 'new' and kind = 'article'").fetchone()[0])


class _Wide(_Served):
    """A press with long sitemaps and nothing to read behind their links."""

    press = WIDE


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"
