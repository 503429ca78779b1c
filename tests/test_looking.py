"""One look at a source, as far as a crawl keeps it."""

from __future__ import annotations

import weakref
from datetime import UTC, datetime

from scraper.looking import Look
from scraper.models import Endpoint, Found, Page, Source

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_look_remembers_a_page_but_holds_no_body() -> None:
    look = Look(Source("lund", "https://lund.example/"), [], lambda _: False)
    url = "https://lund.example/sitemap.xml"
    page = Page(url, b"<urlset></urlset>", 200, (("etag", '"1"'),), NOW)
    digest, held = page.digest, weakref.ref(page)
    look.heard(look.visit(url, NOW), page)
    del page
    assert held() is None
    [(visit, host)] = look.after(Found(endpoints=(Endpoint(url, "sitemap"),)), NOW)
    assert (visit.page, visit.etag, host) == (digest, '"1"', "lund.example")
