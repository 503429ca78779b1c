"""The database as the migrations that led to it, and the doors to it.

An archive is two SQLite files side by side: `NAME.db` for people and their tools, and
`NAME.pages.db` with the pages as they came. Both are WAL with synchronous=FULL.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

from scraper.errors import ArchiveError, DamagedArchive

APPLICATION_ID = 0x4E455753  # "NEWS"
VERSION = 9
"""How many migrations an archive of this program has seen; `PRAGMA user_version`."""

BUSY_SECONDS = 30.0
"""How long a writer waits for another one before it gives up."""


CACHE = 64 * 1024
"""KB of the archive that a writer keeps at hand: a batch touches pages all over the bands."""


class Column(NamedTuple):
    table: str
    name: str
    kind: str
    text: str


_TABLES: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "articles": (
        "The current wording of each article, one row each",
        {
            "id": ("INTEGER", "grows with first sight, so the newest come last"),
            "url": ("TEXT", "the article's own address; `capture:…` for a text that came without one"),
            "site": ("TEXT", "host without www., m., amp.; empty for a capture"),
            "headline": ("TEXT", "as a reader would write it; its variants are in `headlines`"),
            "summary": ("TEXT", "the dek, or what the page says of itself"),
            "authors": ("TEXT", "names, a JSON list"),
            "published": ("TEXT", "ISO 8601, exactly as far as the page says it: a day, a time, an instant"),
            "published_utc": ("TEXT", "the same in UTC, for sorting and ranges"),
            "modified": ("TEXT", "when the page says it was changed"),
            "modified_utc": ("TEXT", "the same in UTC"),
            "section": ("TEXT", "the section the page names"),
            "tags": ("TEXT", "keywords of the page, a JSON list"),
            "language": ("TEXT", "two or three letters: `en`, `de`"),
            "site_name": ("TEXT", "what the site calls itself"),
            "image": ("TEXT", "address of the main image"),
            "caption": ("TEXT", "its caption"),
            "paywalled": ("INTEGER", "1 when the page says that it is not free"),
            "body": ("TEXT", "the text, blocks parted by a blank line"),
            "layout": ("TEXT", "the kind of each block: `p h2 li1 quote row code`"),
            "words": ("INTEGER", "words of the body"),
            "digest": ("TEXT", "hash of headline, summary and body: one for each wording"),
            "text_digest": ("TEXT", "hash of the text as it stands on the page, dek and body"),
            "page": ("TEXT", "SHA-256 of the page it was last read from, in `NAME.pages.db`"),
            "read_at": ("TEXT", "the address that page came from"),
            "evidence": ("TEXT", "where each field was found, a JSON object"),
            "kind": ("TEXT", "article, gallery, live, opinion, page, stub or video; `evidence` has what says so"),
            "quality": ("REAL", "F1 to expect of the body against one a person would mark, 0 to 1; NULL if not judged"),
            "extractor": ("TEXT", "version of the extractor that read it"),
            "rules": ("TEXT", "hash of its tables and models"),
            "revision": ("INTEGER", "number of the current wording, from 1"),
            "status": ("TEXT", "`live`, `vanished`, or `paywalled` where only a teaser is left of the text kept here"),
            "first_seen": ("TEXT", "UTC"),
            "last_seen": ("TEXT", "UTC, when it last stood like this"),
        },
    ),
    "urls": (
        "Every address ever seen for an article",
        {
            "url": ("TEXT", "without tracking"),
            "article_id": ("INTEGER", "the article"),
            "place": ("TEXT", "how it is known: canonical, address, requested, redirect, alternate"),
            "first_seen": ("TEXT", "UTC"),
        },
    ),
    "revisions": (
        "Every wording of an article; `wordings` shows them whole",
        {
            "id": ("INTEGER", ""),
            "article_id": ("INTEGER", "the article"),
            "number": ("INTEGER", "from 1"),
            "seen": ("TEXT", "UTC, when this wording was first there"),
            "headline": ("TEXT", ""),
            "summary": ("TEXT", ""),
            "body": ("TEXT", "NULL for the current wording: that one stands in `articles`"),
            "layout": ("TEXT", "the kind of each block"),
            "digest": ("TEXT", "hash of headline, summary and body"),
            "page": ("TEXT", "SHA-256 of the page it was first read from"),
            "extractor": ("TEXT", "version of the extractor that read it"),
            "rules": ("TEXT", "hash of its tables and models"),
        },
    ),
    "changes": (
        "What happened to an article after it was first seen: each change of a wording, and of its status",
        {
            "id": ("INTEGER", ""),
            "article_id": ("INTEGER", "the article"),
            "revision": ("INTEGER", "the wording it led to; for a change of status the one that stood"),
            "at": ("TEXT", "UTC, when it was first seen"),
            "kind": ("TEXT", "what changed, one of `scraper edits --kind`"),
            "words": ("TEXT", "the words that changed, in short: `12 → 14`"),
            "before": ("TEXT", "the sentences as they were; NULL where there were none"),
            "after": ("TEXT", "the sentences as they are; NULL where there are none"),
        },
    ),
    "headlines": (
        "Each wording of each headline and where it stood",
        {
            "article_id": ("INTEGER", "the article"),
            "place": ("TEXT", "h1, title, og:title, json-ld, caption, page …"),
            "text": ("TEXT", ""),
            "first_seen": ("TEXT", "UTC"),
            "last_seen": ("TEXT", "UTC"),
        },
    ),
    "dropped": (
        "The lines around the text that were left out, as the article is read now",
        {
            "article_id": ("INTEGER", "the article"),
            "line": ("INTEGER", "which line of the page, from 1"),
            "text": ("TEXT", ""),
            "reason": ("TEXT", "why; lines outside the article are not stored, the kept page has them"),
        },
    ),
    "fetches": (
        "One row for each request, whatever came of it",
        {
            "id": ("INTEGER", ""),
            "requested": ("TEXT", "the address asked for"),
            "url": ("TEXT", "the address that answered"),
            "at": ("TEXT", "UTC"),
            "status": ("INTEGER", "HTTP status; NULL when nothing answered, or for a file"),
            "page": ("TEXT", "SHA-256 of what came"),
            "headers": ("TEXT", "of the answer, a JSON list of pairs"),
            "hops": ("TEXT", "redirects on the way, a JSON list of [address, status]"),
            "error": ("TEXT", "what it failed with: name and message"),
            "article_id": ("INTEGER", "the article that was on it"),
            "host": ("TEXT", "host of the address asked for"),
            "run_id": ("INTEGER", "the run that asked; NULL for `scraper fetch`"),
            "robots": ("TEXT", "the line of robots.txt that decided; empty when none spoke of this address"),
            "gap": ("REAL", "seconds since the request before to this host; NULL for the first"),
            "conditional": ("TEXT", "validators that were sent, a JSON object"),
            "place": ("TEXT", "where the link was seen"),
            "reserved": ("TEXT", "what the page asks for: noarchive, noindex, tdm"),
        },
    ),
    "visits": (
        "The queue: every address to come back to, and what was there last",
        {
            "id": ("INTEGER", "grows with discovery"),
            "url": ("TEXT", "without tracking"),
            "host": ("TEXT", "whose turn it takes"),
            "source": ("TEXT", "name of the source it was found for"),
            "kind": ("TEXT", "article, home, feed, sitemap or section"),
            "state": ("TEXT", "new, live, empty, gone, refused, failing, alias, moved, retired"),
            "due": ("TEXT", "UTC, when to ask again; NULL for never"),
            "gap": ("REAL", "seconds between looks, as learned"),
            "attempts": ("INTEGER", "failures since the last answer"),
            "lease": ("INTEGER", "the run that is asking right now"),
            "unread": ("INTEGER", "the fetch whose page is kept and not read yet"),
            "etag": ("TEXT", "validator of the last answer"),
            "last_modified": ("TEXT", "validator of the last answer"),
            "page": ("TEXT", "SHA-256 of the page that came last"),
            "extractor": ("TEXT", "version of the extractor that read it"),
            "modified": ("TEXT", "UTC, when a feed or sitemap says it was changed"),
            "place": ("TEXT", "where the link was seen first"),
            "headline": ("TEXT", "what it was called there"),
            "variants": ("TEXT", "what it was called elsewhere, a JSON list of [place, text]"),
            "article_id": ("INTEGER", "the article that is on it"),
            "doubts": ("INTEGER", "times it was said to have changed since it last did"),
            "found": ("TEXT", "UTC, when it was seen first"),
            "asked": ("TEXT", "UTC, of the last answer"),
            "changed": ("TEXT", "UTC, when something else came than before"),
            "said": ("TEXT", "what went wrong last"),
        },
    ),
    "robots": (
        "What each robots.txt said last, and each tdmrep.json where that is honoured",
        {
            "origin": ("TEXT", "scheme, host and port; the address of a tdmrep.json"),
            "at": ("TEXT", "UTC, when it was asked for"),
            "status": ("INTEGER", "HTTP status; NULL when nothing answered"),
            "body": ("BLOB", "its bytes"),
        },
    ),
    "hosts": (
        "Hosts that asked to be left alone",
        {
            "host": ("TEXT", "as the addresses name it"),
            "not_before": ("TEXT", "UTC, from when it may be asked again"),
            "why": ("TEXT", "what it answered"),
        },
    ),
    "runs": (
        "What each crawl did",
        {
            "id": ("INTEGER", ""),
            "started": ("TEXT", "UTC"),
            "finished": ("TEXT", "UTC; NULL while it runs, and for one that was killed"),
            "status": ("TEXT", "running, done, stopped, or what ended it"),
            "asked": ("TEXT", "the options it was started with, a JSON object"),
            "sources": ("INTEGER", "sources that were looked at"),
            "requests": ("INTEGER", "requests that got an answer or should have"),
            "bytes": ("INTEGER", "bytes of bodies"),
            "new": ("INTEGER", "articles seen for the first time"),
            "revised": ("INTEGER", "articles with a new wording"),
            "unchanged": ("INTEGER", "articles that stood as before"),
            "copies": ("INTEGER", "further addresses of known articles"),
            "empty": ("INTEGER", "pages with no article on them"),
            "gone": ("INTEGER", "addresses with nothing there any more"),
            "refused": ("INTEGER", "addresses that may not be asked"),
            "failed": ("INTEGER", "requests that failed, and pages that could not be read"),
        },
    ),
    "sightings": (
        "Wordings that other archives saw again between revisions; merges need them to give one result in any order",
        {
            "article_id": ("INTEGER", "the article"),
            "seen": ("TEXT", "UTC"),
            "headline": ("TEXT", ""),
            "summary": ("TEXT", ""),
            "body": ("TEXT", "NULL where it is the body of the revision with this digest"),
            "layout": ("TEXT", "the kind of each block"),
            "digest": ("TEXT", "hash of headline, summary and body"),
            "page": ("TEXT", "SHA-256 of the page it was read from"),
            "extractor": ("TEXT", "version of the extractor that read it"),
            "rules": ("TEXT", "hash of its tables and models, where revisions have it"),
        },
    ),
    "sums": (
        "A checksum for each article with all its rows, so that not even a comma changes unseen",
        {
            "article_id": ("INTEGER", "the article"),
            "sum": (
                "BLOB",
                "SHA-256 over its rows in articles, urls, revisions, headlines, dropped, sightings, changes, fetches",
            ),
        },
    ),
    "seals": (
        "The chain: what each transaction wrote to fetches, revisions and runs, hashed together with the one before",
        {
            "number": ("INTEGER", "from 1, without gaps"),
            "at": ("TEXT", "UTC"),
            "fetches": ("INTEGER", "the last row of fetches it covers; the first one follows the seal before"),
            "revisions": ("INTEGER", "the last row of revisions it covers"),
            "note": ("TEXT", "what else happened: pages that were pruned, losses that were accepted"),
            "hash": ("TEXT", "SHA-256 of the seal's text, as `scraper prove` writes it"),
            "runs": ("INTEGER", "the last row of runs it covers"),
        },
    ),
    "amendments": (
        "Rows under a seal that were changed later in good order: read anew, merged, mended",
        {
            "kind": ("TEXT", "fetch, revision or run"),
            "row": ("INTEGER", "its id"),
            "seal": ("INTEGER", "the seal that covers the change"),
            "was": ("TEXT", "SHA-256 of the row before; empty if there was none"),
        },
    ),
    "stories": (
        "Articles of several sites that carry one text, one row for each article that has a copy",
        {
            "article_id": ("INTEGER", "the article"),
            "story": ("TEXT", "the story's name, made of its first article's address"),
            "place": ("INTEGER", "1 for the article that was first (published, then seen), and so on"),
            "shared": ("REAL", "share of the first's words that stand here, in runs of three and more"),
            "own": ("REAL", "share of the words here that the first does not have"),
        },
    ),
    "copies": (
        "Pairs of articles of different sites that carry one text, each pair in both directions",
        {
            "article_id": ("INTEGER", "the one"),
            "other_id": ("INTEGER", "the other"),
            "jaccard": ("REAL", "shingles in common, as a share of those of both"),
            "contained": ("REAL", "the same as a share of the shorter text's"),
            "shared": ("REAL", "share of the other's words that stand in this one"),
        },
    ),
    "bands": (
        "The shingles (three words in a row) by which copies are found, 24 of each text",
        {
            "hash": ("INTEGER", "32 bits of the shingle"),
            "article_id": ("INTEGER", "the article that has it"),
        },
    ),
    "lines": (
        "The lines that articles of a site begin and end with, before they are known to be furniture",
        {
            "hash": ("INTEGER", "63 bits of the site and the line"),
            "article_id": ("INTEGER", "an article that has it, or had it once"),
        },
    ),
    "furniture": (
        "Lines that stand on four articles of a site and more, each another story: they are taken off its articles",
        {
            "hash": ("INTEGER", "63 bits of the site and the line"),
            "site": ("TEXT", "the site"),
            "line": ("TEXT", "the line, as it was first seen"),
            "version": ("INTEGER", "of the rules by which it was learned"),
            "wrong": ("INTEGER", "1 for what is text after all: set it, and articles that are read anew have it back"),
        },
    ),
    "made": (
        "By which rules the rows that are made of other rows were made",
        {
            "what": ("TEXT", "stories, furniture; sums and seals, once there are any"),
            "version": ("INTEGER", "of the rules; others are made anew when the archive is opened for writing"),
        },
    ),
    "wordings": (
        "View: every wording of every article, whole",
        {
            "article_id": ("INTEGER", "the article"),
            "number": ("INTEGER", "from 1"),
            "seen": ("TEXT", "UTC"),
            "headline": ("TEXT", ""),
            "summary": ("TEXT", ""),
            "body": ("TEXT", ""),
            "layout": ("TEXT", ""),
            "page": ("TEXT", "SHA-256 of the page"),
        },
    ),
    "articles_fts": (
        "Full-text index over the articles (FTS5)",
        {
            "body": ("", ""),
            "headline": ("", ""),
            "summary": ("", ""),
        },
    ),
    "pages": (
        "In `NAME.pages.db`: every page as it came",
        {
            "digest": ("TEXT", "SHA-256 of the bytes, in hex"),
            "size": ("INTEGER", "bytes"),
            "body": ("BLOB", "the bytes, zstd-compressed"),
        },
    ),
    "pruned": (
        "In `NAME.pages.db`: every page that was taken out on purpose",
        {
            "digest": ("TEXT", "SHA-256 of the bytes it had"),
            "size": ("INTEGER", "bytes it had"),
            "at": ("TEXT", "UTC, when it was taken out"),
            "why": ("TEXT", "the rule that asked for it"),
        },
    ),
}

_ARCHIVE = """
create table articles (
    id integer primary key, url text not null unique, site text, headline text, summary text,
    authors text not null, published text, published_utc text, modified text, modified_utc text,
    section text, tags text not null, language text, site_name text, image text, caption text,
    paywalled integer not null, body text not null, layout text not null, words integer not null,
    digest text not null, text_digest text not null, page text not null, read_at text not null,
    evidence text not null, extractor text not null, revision integer not null,
    status text not null default 'live', first_seen text not null, last_seen text not null
);
create index articles_site on articles (site, id);
create index articles_published on articles (published_utc);
create index articles_text on articles (text_digest);
create table urls (
    url text primary key, article_id integer not null references articles (id),
    place text not null, first_seen text not null
) without rowid;
create index urls_article on urls (article_id);
create table revisions (
    id integer primary key, article_id integer not null references articles (id), number integer not null,
    seen text not null, headline text, summary text, body text, layout text not null,
    digest text not null, page text not null, extractor text not null, unique (article_id, number)
);
create table headlines (
    article_id integer not null references articles (id), place text not null, text text not null,
    first_seen text not null, last_seen text not null, primary key (article_id, place, text)
) without rowid;
create table dropped (
    article_id integer not null references articles (id), line integer not null, text text not null,
    reason text not null, primary key (article_id, line)
) without rowid;
create table fetches (
    id integer primary key, requested text not null, url text, at text not null, status integer, page text,
    headers text, hops text, error text, article_id integer references articles (id), unique (requested, at)
);
create index fetches_article on fetches (article_id);
create view wordings as
    select r.article_id, r.number, r.seen, r.headline, r.summary, coalesce(r.body, a.body) as body, r.layout, r.page
    from revisions r join articles a on a.id = r.article_id;
create virtual table articles_fts using fts5 (
    headline, summary, body, content='articles', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
"""

_QUALITY = """
alter table articles add column kind text not null default 'article';
alter table articles add column quality real;
"""

_QUEUE = """
create table runs (
    id integer primary key, started text not null, finished text, status text not null default 'running',
    asked text not null default '{}', sources integer not null default 0, requests integer not null default 0,
    bytes integer not null default 0, new integer not null default 0, revised integer not null default 0,
    unchanged integer not null default 0, copies integer not null default 0, empty integer not null default 0,
    gone integer not null default 0, refused integer not null default 0, failed integer not null default 0
);
alter table fetches add column host text;
alter table fetches add column run_id integer references runs (id);
alter table fetches add column robots text;
alter table fetches add column gap real;
alter table fetches add column conditional text;
alter table fetches add column place text;
alter table fetches add column reserved text;
create index fetches_host on fetches (host, at) where host is not null;
create table visits (
    id integer primary key, url text not null unique, host text not null, source text, kind text not null,
    state text not null default 'new', due text, gap real, attempts integer not null default 0, lease integer,
    unread integer references fetches (id), etag text, last_modified text, page text, extractor text, modified text,
    place text, headline text, variants text, article_id integer references articles (id),
    doubts integer not null default 0,
    found text not null, asked text,
    changed text, said text
);
create index visits_due on visits (host, due) where kind = 'article' and due is not null;
create index visits_endpoints on visits (source, kind) where kind <> 'article';
create index visits_article on visits (article_id) where article_id is not null;
create index visits_leased on visits (lease) where lease is not null;
create index visits_unread on visits (unread) where unread is not null;
create table robots (origin text primary key, at text not null, status integer, body blob) without rowid;
create table hosts (host text primary key, not_before text not null, why text) without rowid;
"""

_CHANGES = """
alter table articles add column rules text not null default '';
alter table revisions add column rules text not null default '';
create table changes (
    id integer primary key, article_id integer not null references articles (id), revision integer not null,
    at text not null, kind text not null, words text not null, before text, after text
);
create index changes_article on changes (article_id, revision);
create index changes_at on changes (at);
create index changes_kind on changes (kind, at);
"""

_SEALS = """
create table sightings (
    article_id integer not null references articles (id), seen text not null, headline text, summary text, body text,
    layout text not null, digest text not null, page text not null, extractor text not null,
    rules text not null default '', primary key (article_id, seen, page)
) without rowid;
create table sums (article_id integer primary key references articles (id), sum blob not null);
create table seals (
    number integer primary key, at text not null, fetches integer not null, revisions integer not null, note text,
    hash text not null
);
create table amendments (
    kind text not null, row integer not null, seal integer not null, was text not null,
    primary key (kind, row, seal)
) without rowid;
create index amendments_seal on amendments (seal);
"""

_RUNS_SEALED = """
alter table seals add column runs integer not null default 0;
delete from sums;
"""
"""Sums cover changes from here on: all are made again with the next article."""

_PRUNED = """
create table pruned (
    digest text primary key, size integer not null, at text not null, why text not null
) without rowid;
"""

_STORIES = """
create table stories (
    article_id integer primary key references articles (id), story text not null,
    place integer not null, shared real not null, own real not null
);
create index stories_story on stories (story, place);
create table copies (
    article_id integer not null references articles (id), other_id integer not null references articles (id),
    jaccard real not null, contained real not null, shared real not null, primary key (article_id, other_id)
) without rowid;
create table bands (
    hash integer not null, article_id integer not null, primary key (hash, article_id)
) without rowid;
create table lines (
    hash integer not null, article_id integer not null, primary key (hash, article_id)
) without rowid;
create table furniture (
    hash integer primary key, site text not null, line text not null, version integer not null,
    wrong integer not null default 0
);
create index furniture_site on furniture (site);
create table made (what text primary key, version integer not null) without rowid;
"""

# The index names the column in each entry of all but the first one: the body first makes it a quarter smaller.
_BODY_FIRST = """
drop table articles_fts;
create virtual table articles_fts using fts5 (
    body, headline, summary, content='articles', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
insert into articles_fts (articles_fts) values ('rebuild');
"""

# sqlite-utils and Datasette find the index of a table by double quotes around the table's name.
_INDEX_FOUND = """
drop table articles_fts;
create virtual table articles_fts using fts5 (
    body, headline, summary, content="articles", content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
insert into articles_fts (articles_fts) values ('rebuild');
"""

_PAGES = "create table pages (digest text primary key, size integer not null, body blob not null)"


def documentation() -> list[tuple[str, str, list[Column]]]:
    """Each table with what it is and its columns: the README's table is made from this."""
    return [
        (table, text, [Column(table, name, kind, said) for name, (kind, said) in columns.items()])
        for table, (text, columns) in _TABLES.items()
    ]


def pages_path(path: Path) -> Path:
    """Where the pages of an archive are: `data/archive.db` → `data/archive.pages.db`."""
    return path.with_name(f"{path.stem}.pages{path.suffix or '.db'}")


def writer(path: Path) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    """The archive and its pages, open for writing, made or brought up to date if need be.

    Raises `ArchiveError`: not an archive, newer than this program, locked, read-only, full.
    """
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    _refuse_without_records(path)
    if not path.exists():  # killed between the two, it leaves no archive without its pages
        _writer(pages_path(path), _migrate_pages).close()
    archive, pages = _writer(path, _migrate_archive), _writer(pages_path(path), _migrate_pages)
    archive.execute(f"pragma cache_size = {-CACHE}")
    return archive, pages


def reader(path: Path) -> sqlite3.Connection:
    """A file of an archive, open for reading only, also while another process writes or on a read-only disk.

    Raises `ArchiveError`: missing, not an archive, newer than this program.
    """
    _refuse_without_records(path)
    if not path.is_file():
        raise ArchiveError(f"no archive at {path}")
    with translated(path):
        connection = _readable(path)
        _check(connection, path)
        if connection.execute("select 1 from sqlite_master limit 1").fetchone() is None:
            raise ArchiveError(f"{path} is empty; any command that writes makes an archive of it")
        if connection.execute("pragma user_version").fetchone()[0] < VERSION:
            raise ArchiveError(f"{path} is of an older version; any command that writes brings it up to date")
    return connection


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's and the disk's complaints about `path` as one clear `ArchiveError`."""
    try:
        yield
    except sqlite3.Error as error:
        said = str(error)
        if any(each in said for each in _DAMAGED) or ("not a database" in said and path.stem.endswith(".pages")):
            raise DamagedArchive(f"{path} is damaged ({said})") from error
        raise ArchiveError(
            next((text.format(path) for word, text in _SAID.items() if word in said), f"{path}: {said}")
        ) from error
    except UnicodeDecodeError as error:  # what SQLite says of a torn schema has the torn bytes in it
        raise DamagedArchive(f"{path} is damaged (a name or a text in it is no UTF-8)") from error
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror or error}") from error


_DAMAGED = ("malformed", "fts5: corruption", "database corruption")
_SAID = {
    "locked": f"{{}} is locked: another process has been writing for more than {BUSY_SECONDS:g} s",
    "not a database": "{} is not an SQLite database",
    "readonly": "{} is read-only",
    "full": "no room left on the disk of {}",
    "disk I/O error": "the disk of {} fails or is full (disk I/O error)",
    "unable to open": "{} cannot be opened: no such folder, or no permission",
}


def _refuse_without_records(path: Path) -> None:
    """Pages are written into an archive that is there: without it, it was lost, and none is made in its place."""
    pages = pages_path(path)
    if not pages.is_file() or (path.is_file() and path.stat().st_size):
        return
    try:
        with closing(sqlite3.connect(f"{pages.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            count = connection.execute("select count(*) from pages").fetchone()[0]
    except (sqlite3.Error, UnicodeDecodeError):
        return  # whoever opens it says so
    if count:
        raise DamagedArchive(f"{path} is {'empty' if path.is_file() else 'missing'}, and {count} pages of it are there")


def _writer(path: Path, migrate: Migrate) -> sqlite3.Connection:
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ArchiveError(f"{path} is read-only")
    with translated(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            _check(connection, path)
            _to_wal(connection)
            connection.execute("pragma synchronous = full")
            connection.execute("pragma foreign_keys = on")
            if connection.execute("pragma user_version").fetchone()[0] < VERSION:
                migrate(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _to_wal(connection: sqlite3.Connection) -> None:
    """WAL from now on. SQLite does not wait for others here by itself: two processes may make one archive at once."""
    until = monotonic() + BUSY_SECONDS
    while connection.execute("pragma journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("pragma journal_mode = wal")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or monotonic() > until:
                raise
            sleep(0.02)


def _readable(path: Path) -> sqlite3.Connection:
    """WAL needs to write beside the file even for reading; where it cannot, nobody else writes either."""
    name = path.resolve().as_uri()
    connection = sqlite3.connect(
        f"{name}?mode=ro", uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        if "unable to open" not in str(error) and "readonly" not in str(error):
            raise
        connection = sqlite3.connect(f"{name}?immutable=1", uri=True, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def attach(connection: sqlite3.Connection, path: Path, name: str) -> None:
    """Another file beside the one that a reader has open, for reading only."""
    file = path.resolve().as_uri()
    try:
        connection.execute(f"attach ? as {name}", (f"{file}?mode=ro",))
        connection.execute(f"select count(*) from {name}.sqlite_master").fetchone()  # noqa: S608
    except sqlite3.OperationalError as error:
        if "unable to open" not in str(error) and "readonly" not in str(error):
            raise
        if any(row[1] == name for row in connection.execute("pragma database_list").fetchall()):
            connection.execute(f"detach {name}")
        connection.execute(f"attach ? as {name}", (f"{file}?immutable=1",))


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuses what is no archive, or of a version this program does not know."""
    kind = connection.execute("pragma application_id").fetchone()[0]
    version = connection.execute("pragma user_version").fetchone()[0]
    tables = connection.execute("select count(*) from sqlite_master").fetchone()[0]
    if kind not in (0, APPLICATION_ID) or (kind == 0 and tables):
        raise ArchiveError(f"{path} is a database of another program, not an archive")
    if version > VERSION:
        raise ArchiveError(f"{path} has version {version}, this program knows up to {VERSION}: please update it")


class Migrate:
    """One file's migrations, applied in one transaction that other processes wait for."""

    def __init__(self, name: str, steps: dict[str, str]) -> None:
        self.name = name
        self.steps = steps

    def __call__(self, connection: sqlite3.Connection) -> None:
        from sqlite_utils import Database, Migrations

        migrations = Migrations(self.name)
        for step, script in self.steps.items():
            migrations(name=step)(_step(script))
        connection.execute("begin immediate")
        try:
            if connection.execute("pragma user_version").fetchone()[0] == VERSION:
                connection.execute("rollback")  # another process was quicker
                return
            migrations.apply(Database(connection))
            connection.execute(f"pragma application_id = {APPLICATION_ID}")
            connection.execute(f"pragma user_version = {VERSION}")
            connection.execute("commit")
        except BaseException:
            if connection.in_transaction:
                connection.execute("rollback")
            raise


def _step(script: str):  # type: ignore[no-untyped-def]  # sqlite_utils' protocol of a migration
    def apply(database) -> None:  # type: ignore[no-untyped-def]
        for statement in script.split(";\n"):
            if statement.strip():
                database.execute(statement)

    return apply


_migrate_archive = Migrate(
    "news-scraper",
    {
        "first": _ARCHIVE,
        "kind and quality": _QUALITY,
        "queue": _QUEUE,
        "changes": _CHANGES,
        "seals": _SEALS,
        "stories": _STORIES,
        "index by body": _BODY_FIRST,
        "runs sealed": _RUNS_SEALED,
        "index found by tools": _INDEX_FOUND,
    },
)
_migrate_pages = Migrate("news-scraper-pages", {"first": _PAGES, "pruned": _PRUNED})


@contextmanager
def _blank(like: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """An archive without a row, or its pages."""
    is_pages = like.execute("select 1 from sqlite_master where name = 'pages'").fetchone() is not None
    blank = sqlite3.connect(":memory:", isolation_level=None)
    try:
        (_migrate_pages if is_pages else _migrate_archive)(blank)
        yield blank
    finally:
        blank.close()


def astray(connection: sqlite3.Connection) -> dict[str, str]:
    """Indexes and views that are missing or other ones under the same name, with the statements that make them.

    What somebody added is fine.
    """
    query = "select name, sql from sqlite_master where type in ('index', 'view') and sql is not null"
    with _blank(connection) as blank:
        wanted = dict(blank.execute(query).fetchall())
    found = dict(tuple(row) for row in connection.execute(query))
    return {name: told for name, told in wanted.items() if _plain(found.get(name, "")) != _plain(told)}


def _plain(statement: str) -> str:
    return " ".join(statement.split()).casefold()


def misshapen(connection: sqlite3.Connection) -> list[str]:
    """Tables of an archive or its pages that are not declared as this program declares them; added columns are fine."""
    with _blank(connection) as blank:
        tables = [row[0] for row in blank.execute("select name from sqlite_master where type = 'table'")]
        return [each for each in tables if not _columns(blank, each) <= _columns(connection, each)]


def _columns(connection: sqlite3.Connection, table: str) -> set[tuple[str, ...]]:
    return {tuple(map(str, row[1:])) for row in connection.execute(f"pragma table_info({table})")}
