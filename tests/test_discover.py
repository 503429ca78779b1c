"""Discovery as a flow, on a web that is a dict of pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest

from scraper import discover
from scraper.discover import Answer, Known, addresses, sections
from scraper.errors import Busy, FetchError, Gone
from scraper.models import Endpoint, Found, Headline, Hop, Link, Page, Place, Request, Source, Unchanged

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOME = "https://a.example/"
SOURCE = Source("a", HOME)

ROBOTS = f"Sitemap: {HOME}all.xml"

Web = Mapping[str, str | bytes | Answer]


def page(url: str, body: str | bytes, *hops: Hop) -> Page:
    return Page(url, body.encode() if isinstance(body, str) else body, 200, (), NOW, hops)


def look(web: Web, source: Source = SOURCE, known: Known = discover.NOTHING) -> tuple[Found, list[str]]:
    """What a look gives on a web, and what it asked for: addresses without the home page's."""
    flow = discover.links(source, known)
    asked: list[str] = []
    try:
        request = next(flow)
        while True:
            asked.append(request.url.removeprefix(HOME))
            request = flow.send(_answer(web, request))
    except StopIteration as end:
        found: Found = end.value
        return found, asked


def _answer(web: Web, request: Request) -> Answer:
    path = request.url.removeprefix(HOME)
    there = web.get(path)
    if there is None:
        return Gone("the server answered 404 Not Found", url=request.url, status=404)
    return page(request.url, there) if isinstance(there, str | bytes) else there


def paths(found: Found) -> list[str]:
    return [link.url.removeprefix(HOME) for link in found.links]


def states(found: Found) -> dict[str, str]:
    return {each.url.removeprefix(HOME): f"{each.kind} {each.state}" for each in found.endpoints}


def rss(*paths_: str) -> str:
    return f"<rss><channel><title>A</title>{''.join(f'<item><link>{HOME}{each}</link><title>About {each}</title></item>' for each in paths_)}</channel></rss>"


def sitemap(*paths_: str) -> str:
    return f"<urlset>{''.join(f'<url><loc>{HOME}{each}</loc></url>' for each in paths_)}</urlset>"


def index(**children: str) -> str:
    listed = "".join(
        f"<sitemap><loc>{HOME}{name}.xml</loc><lastmod>{day}</lastmod></sitemap>" for name, day in children.items()
    )
    return f"<sitemapindex>{listed}</sitemapindex>"


def front(*paths_: str, head: str = "", more: str = "") -> str:
    links = "".join(f"<h2><a href='/{each}'>Council votes for a longer bridge</a></h2>" for each in paths_)
    return f"<!doctype html><html><head>{head}</head><body>{links}{more}</body></html>"


ONE, TWO, THREE = (
    "2026/01/council-votes-bridge-1001",
    "2026/01/harbour-keeps-crane-1002",
    "2026/01/mayor-resigns-late-1003",
)
NAMES_FEED = "<link rel=alternate type='application/rss+xml' href='/news.rss'>"


def test_the_home_page_and_robots_txt_name_what_there_is() -> None:
    web = {
        "": front(ONE, head=NAMES_FEED),
        "news.rss": rss(ONE, TWO),
        "robots.txt": f"Sitemap: {HOME}maps/all.xml",
        "maps/all.xml": sitemap(ONE, TWO, THREE),
    }
    found, asked = look(web)
    assert asked == ["", "news.rss", "robots.txt", "maps/all.xml"]
    assert paths(found) == [ONE, TWO, THREE]
    assert states(found) == {"": "home alive", "news.rss": "feed alive", "maps/all.xml": "sitemap alive"}
    # once each, as the feed calls it; what the front page calls it is a variant
    assert found.links[0] == Link(
        f"{HOME}{ONE}", f"{HOME}news.rss", Place.FEED, 1, f"About {ONE}",
        variants=(Headline("Council votes for a longer bridge", "section"),),
    )  # fmt: skip


def test_the_usual_places_are_tried_where_nothing_is_named() -> None:
    web = {"": front(ONE), "rss.xml": rss(ONE), "rss": "<!doctype html><p>Our feeds", "sitemap.xml": sitemap(ONE)}
    found, asked = look(web)
    assert asked == ["", "feed/", "rss", "rss.xml", "robots.txt", "sitemap.xml"]
    assert states(found) == {"": "home alive", "rss.xml": "feed alive", "sitemap.xml": "sitemap alive"}


def test_later_looks_ask_each_known_endpoint_once_and_discover_nothing() -> None:
    web = {"": front(ONE, head=NAMES_FEED), "news.rss": rss(ONE), "sitemap.xml": sitemap(ONE)}
    first, _ = look(web)
    second, asked = look(web | {"news.rss": rss(ONE, TWO)}, known=Known(first.endpoints))
    assert asked == ["news.rss", "sitemap.xml", ""]
    assert paths(second) == [ONE, TWO]
    assert states(second) == states(first)


def test_what_did_not_change_stays_alive() -> None:
    first, _ = look({"": front(ONE, head=NAMES_FEED), "news.rss": rss(ONE)})
    still = {path: Unchanged(HOME + path, (), NOW) for path in ("", "news.rss")}
    second, asked = look(still, known=Known(first.endpoints))
    assert (second.links, asked) == ((), ["news.rss", ""])
    assert second.endpoints == first.endpoints


def test_a_feed_that_moved_for_good_is_remembered_at_its_new_address() -> None:
    moved = page(f"{HOME}new.rss", rss(ONE), Hop(f"{HOME}news.rss", 301))
    known = (Endpoint(f"{HOME}news.rss", "feed"),)
    found, _ = look({"news.rss": moved}, known=Known(known))
    assert found.endpoints == (
        Endpoint(f"{HOME}news.rss", "feed", "moved", moved_to=f"{HOME}new.rss"),
        Endpoint(f"{HOME}new.rss", "feed", "alive", title="A"),
    )
    _, asked = look({"new.rss": rss(ONE)}, known=Known(found.endpoints))
    assert asked == ["new.rss"]


def test_a_feed_that_moved_for_now_stays_where_it_is() -> None:
    away = page(f"{HOME}tmp.rss", rss(ONE), Hop(f"{HOME}news.rss", 302))
    found, _ = look({"news.rss": away}, known=Known((Endpoint(f"{HOME}news.rss", "feed"),)))
    assert states(found) == {"news.rss": "feed alive"}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Gone("the server answered 410 Gone", status=410), "feed gone"),
        (Gone("the server answered 404 Not Found", status=404), "feed failed"),
        (Busy("the server answered 503", status=503), "feed failed"),
        (page(f"{HOME}news.rss", "<!doctype html><p>We moved"), "feed failed"),
        (page("https://elsewhere.example/", rss(ONE), Hop(f"{HOME}news.rss", 301)), "feed failed"),
    ],
)
def test_an_endpoint_is_retired_by_410_alone(answer: Answer, state: str) -> None:
    known = Known((Endpoint(f"{HOME}news.rss", "feed"), Endpoint(f"{HOME}b.rss", "feed")))
    found, _ = look({"news.rss": answer, "b.rss": rss(TWO)}, known=known)
    assert states(found)["news.rss"] == state
    assert paths(found) == [TWO]
    assert len(found.notes) == 1


def test_when_every_endpoint_is_gone_they_are_looked_for_again() -> None:
    known = Known((Endpoint(HOME, "home"), Endpoint(f"{HOME}old.rss", "feed", "gone")))
    found, asked = look({"": front(ONE, head=NAMES_FEED), "news.rss": rss(ONE)}, known=known)
    assert "old.rss" not in asked
    assert states(found)["news.rss"] == "feed alive"


def test_what_is_declared_stands_in_for_what_would_be_found() -> None:
    source = replace(
        SOURCE, feeds=("https://feeds.example/a",), sitemaps=(f"{HOME}own.xml",), sections=(f"{HOME}politics/",)
    )
    web = {
        "": front(ONE, head=NAMES_FEED),
        "https://feeds.example/a": rss(ONE),
        "own.xml": sitemap(TWO),
        "politics/": front(THREE),
    }
    found, asked = look(web, source)
    assert asked == ["", "https://feeds.example/a", "own.xml", "politics/"]
    assert paths(found) == [ONE, TWO, THREE]


def test_headers_and_cookies_go_to_the_sources_own_hosts_only() -> None:
    source = replace(SOURCE, feeds=("https://feeds.example/a",), headers=(("x-a", "1"),), cookies=(("ok", "ja"),))
    flow = discover.links(source)
    assert next(flow).headers == (("x-a", "1"), ("cookie", "ok=ja"))
    assert flow.send(page(HOME, front(ONE))).headers == ()


def test_links_of_long_sitemaps_are_given_away_as_they_come() -> None:
    """Who looks at thousands of sources cannot hold all their links until each look ends."""
    taken: list[list[str]] = []
    known: set[str] = set()

    def take(links: Iterable[Link]) -> None:
        taken.append([link.url for link in links])
        known.update(taken[-1])

    long = [f"2026/01/a-long-story-{number}" for number in range(discover.MOST_HELD)]
    web = {"": front(ONE, long[0], head=NAMES_FEED), "news.rss": rss(TWO), "robots.txt": ROBOTS}
    web |= {"all.xml": index(a="2026-01-02", b="2026-01-01"), "a.xml": sitemap(*long), "b.xml": sitemap(THREE, long[1])}
    found, _ = look(web, known=Known(is_known=known.__contains__, take=take))
    assert taken == [[HOME + TWO, *(HOME + each for each in long)]]
    assert paths(found) == [THREE, long[1], ONE, long[0]]
    assert paths(look(web)[0]) == [TWO, *long, THREE, ONE]


def test_nothing_leaves_the_site_unless_the_source_says_so() -> None:
    links = [
        "https://b.example/2026/01/x-y-z-1",
        f"{HOME}{ONE}",
        "https://blog.a.example/2026/01/x-y-z-2",
        "http://a.example:8080/x-y-z-3",
    ]
    feed = f"<rss>{''.join(f'<item><link>{each}</link></item>' for each in links)}</rss>"
    web = {"": front(head=NAMES_FEED), "news.rss": feed}
    assert [link.url for link in look(web)[0].links] == links[1:3]
    assert [link.url for link in look(web, replace(SOURCE, hosts=("b.example",)))[0].links] == links[:3]
    assert [link.url for link in look(web, replace(SOURCE, hosts=("*",)))[0].links] == links


def test_a_home_page_that_redirects_takes_its_host_along() -> None:
    home = page("https://www.b.example/", front(head=NAMES_FEED), Hop(HOME, 301))
    feed = "<rss><item><link>https://b.example/2026/01/x-y-z-1</link></item></rss>"
    found, asked = look({"": home, "https://www.b.example/news.rss": feed})
    assert "https://www.b.example/robots.txt" in asked
    assert paths(found) == ["https://b.example/2026/01/x-y-z-1"]


def test_include_and_exclude_choose_by_address() -> None:
    web = {"": front(head=NAMES_FEED), "news.rss": rss("politics/a", "sport/b", "politics/advert/c")}
    source = replace(SOURCE, include=("/politics/",), exclude=("/advert/",))
    assert paths(look(web, source)[0]) == ["politics/a"]


def test_tracking_fragments_and_visits_are_no_part_of_an_address() -> None:
    web = {
        "": front(head=NAMES_FEED),
        "news.rss": rss(f"{ONE}?utm_source=rss#top", ONE, f"{ONE};jsessionid=8A3F", f"{ONE}?PHPSESSID=77"),
    }
    assert paths(look(web)[0]) == [ONE]


# --- sitemaps -----------------------------------------------------------------


def test_an_index_is_followed_the_newest_first_and_never_in_a_circle() -> None:
    web = {
        "": front(),
        "sitemap.xml": index(old="2025-01-01", new="2026-01-01", sitemap="2025-06-01"),
        "new.xml": sitemap(ONE),
        "old.xml": sitemap(TWO),
    }
    found, asked = look(web)
    assert asked[-3:] == ["sitemap.xml", "new.xml", "old.xml"]
    assert paths(found) == [ONE, TWO]


def test_of_an_index_only_what_it_says_was_changed_is_asked_again() -> None:
    web = {
        "": front(),
        "sitemap.xml": index(a="2025-01-01", b="2026-01-01"),
        "a.xml": sitemap(ONE),
        "b.xml": sitemap(TWO),
    }
    first, _ = look(web)
    second, asked = look(web | {"sitemap.xml": index(b="2026-01-02")}, known=Known(first.endpoints))
    assert asked == ["sitemap.xml", "b.xml", ""]
    assert states(second)["a.xml"] == "sitemap gone"
    assert states(second)["b.xml"] == "sitemap alive"


def test_what_there_was_no_room_for_is_left_for_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discover, "MOST_SITEMAPS", 2)
    web = {"": front(), "sitemap.xml": index(a="2026-01-03", b="2026-01-02", c="2026-01-01")}
    web |= {"a.xml": sitemap(ONE), "b.xml": sitemap(TWO), "c.xml": sitemap(THREE)}
    first, _ = look(web)
    assert (paths(first), states(first)["c.xml"]) == ([ONE], "sitemap new")
    still: dict[str, str | bytes | Answer] = {**web, "sitemap.xml": Unchanged(f"{HOME}sitemap.xml", (), NOW)}
    second, _ = look(still, known=Known(first.endpoints))
    assert (paths(second), states(second)["c.xml"]) == ([TWO, THREE], "sitemap alive")


def test_sitemaps_of_tags_and_pictures_are_not_asked_for() -> None:
    body = f"<sitemapindex>{''.join(f'<sitemap><loc>{HOME}{name}.xml</loc></sitemap>' for name in ('post_tag-sitemap', 'sitemap-images-2', 'post-sitemap'))}</sitemapindex>"
    _, asked = look({"": front(), "sitemap.xml": body, "post-sitemap.xml": sitemap(ONE)})
    assert asked[-1] == "post-sitemap.xml"
    assert "post_tag-sitemap.xml" not in asked


def test_a_sitemaps_sections_and_lists_are_no_articles() -> None:
    web = {
        "": front(),
        "sitemap.xml": sitemap(
            "", "politics/", "tag/harbour", "author/ada", "2026/01/", "brochure.pdf", "search?q=x", ONE, "p?id=7"
        ),
    }
    assert paths(look(web)[0]) == [ONE, "p?id=7"]


# --- sections -----------------------------------------------------------------

NAV = "<nav><a href='/politics/'>Politics</a><a href='/tag/harbour'>Harbour</a><a href='/login'>Log in</a></nav>"


def pages_of(name: str, count: int, each: int = 3) -> dict[str, str]:
    """A section with numbered pages, each of which leads to the next."""
    found = {}
    for number in range(1, count + 1):
        articles = (f"{name}/harbour-keeps-crane-{number}00{at}.html" for at in range(each))
        more = f"<a href='/{name}/?page={number + 1}'>{number + 1}</a>" if number < count else ""
        found[f"{name}/" + (f"?page={number}" if number > 1 else "")] = front(*articles, more=more)
    return found


def test_without_feed_and_sitemap_sections_are_followed_page_by_page() -> None:
    found, asked = look({"": front(ONE, more=NAV)} | pages_of("politics", 3))
    assert asked[-3:] == ["politics/", "politics/?page=2", "politics/?page=3"]
    assert len(found.links) == 10
    assert states(found) == {"": "home alive", "politics/": "section alive"}
    assert found.links[-1].found_at == f"{HOME}politics/"


def test_pages_that_bring_nothing_new_end_a_section() -> None:
    web = {"": front(ONE, more=NAV)} | pages_of("politics", 9)
    first, _ = look(web)
    known = {link.url for link in first.links}
    _, asked = look(web, known=Known(first.endpoints, known.__contains__))
    assert asked == ["", "politics/"]


def test_a_section_that_breaks_off_is_gone_on_with_in_the_next_look() -> None:
    web: dict[str, str | bytes | Answer] = {"": front(ONE, more=NAV), **pages_of("politics", 5)}
    busy = Busy("the server answered 429", status=429)
    first, _ = look({**web, "politics/?page=3": busy})
    assert states(first) == {"": "home alive", "politics/": "section alive", "politics/?page=3": "page failed"}
    known = {link.url for link in first.links}
    second, asked = look(web, known=Known(first.endpoints, known.__contains__))
    assert asked == ["", "politics/", "politics/?page=3", "politics/?page=4", "politics/?page=5"]
    assert states(second)["politics/?page=3"] == "page gone"


def test_a_guess_that_nobody_answered_is_made_again() -> None:
    busy = Busy("the server answered 503", status=503)
    first, _ = look({"": front(head=NAMES_FEED), "news.rss": rss(ONE), "sitemap.xml": busy})
    assert states(first)["sitemap.xml"] == "sitemap new"
    second, _ = look({"": front(), "news.rss": rss(ONE), "sitemap.xml": sitemap(TWO)}, known=Known(first.endpoints))
    assert states(second)["sitemap.xml"] == "sitemap alive"
    third, _ = look({"": front(), "news.rss": rss(ONE), "sitemap.xml": "<p>Nothing"}, known=Known(first.endpoints))
    assert (states(third)["sitemap.xml"], third.notes) == ("sitemap gone", ())


def test_pages_without_end_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discover, "MOST_PAGES", 5)
    _, asked = look({"": front(ONE, more=NAV)} | pages_of("politics", 50))
    assert asked[-1] == "politics/?page=5"


def test_sections_are_followed_also_where_the_sitemap_is_stale() -> None:
    web = {"sitemap.xml": sitemap(ONE), "": front(ONE, more=NAV)} | pages_of("politics", 1)
    assert "politics/" not in look(web)[1]
    assert "politics/" in look(web | {"": front(ONE, TWO, THREE, more=NAV)})[1]


def test_fifty_thousand_links_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discover, "MOST_LINKS", 1_000)
    found, _ = look({"": front(*(f"2026/01/council-votes-bridge-{number}" for number in range(50_000)))})
    assert len(found.links) == 1_000


@pytest.mark.parametrize(
    ("path", "article"),
    [
        ("2026/01/05/council-votes-for-bridge", True),
        ("politics/council-votes-for-longer-bridge-1234567.html", True),
        ("article.php?id=10003", True),
        ("a/1234567", True),
        ("lokales/umbau-des-hauptbahnhofs-verzoegert-sich-article12345.ece", True),
        ("serie/wie-die-stadt-in-zehn-jahren-aussehen-wird-und-warum", True),
        ("games/council-votes-for-longer-bridge-1234567", True),
        ("politics/", False),
        ("politics/page/2", False),
        ("politics/?page=2", False),
        ("tag/council-votes-bridge", False),
        ("author/ada-okafor-smith-jones", False),
        ("2026/01/", False),
        ("calendar/2031/7", False),
        ("events?month=7&year=2031", False),
        ("login?next=/2026/01/05/council-votes-for-bridge", False),
        ("2026/01/05/council-votes-for-bridge.jpg", False),
        ("go/x%0d%0aSet-Cookie:%20a=b-1234567", False),
        ("", False),
    ],
)
def test_an_address_with_a_headline_is_told_from_a_list(path: str, article: bool) -> None:
    listing = sections.read(page(HOME, front(path)), HOME)
    assert listing is not None
    assert bool(listing.articles) == article


LISTS = """<nav><a href="/новости/">Новости</a><a href="/рубрика/политика/">Политика</a><a href="/о-нас/">О нас</a></nav>
<a href="/новости/мэр-открыл-новый-мост-через-реку">Мэр открыл новый мост через реку после двух лет работ</a>
<h3><a href="/тег/большой-новый-мост/">Большой новый мост</a></h3> <a href="/автор/иван-петров/">Иван Петров</a>"""
NATIVE = """<nav><a href="/أخبار/">أخبار</a><a href="/رياضة">رياضة</a></nav><h2><a href="/كاتب/أحمد-علي">أحمد علي</a></h2>
<a href="/أخبار/افتتح-رئيس-البلدية-جسرا-جديدا">افتتح رئيس البلدية جسرا جديدا فوق النهر</a>"""
UNSPACED = """<nav><a href="/新闻/">新闻</a><a href="/体育/">体育</a></nav><h2><a href="/标签/港口">港口</a></h2>
<a href="/新闻/市长宣布新桥将于下周开放">市长宣布新桥将于下周开放交通</a>"""
MARKED = """<nav><a href="/देश">देश</a><a href="/खेल">खेल</a></nav><h2><a href="/टैग/नया-पुल">नया पुल</a></h2>
<a href="/देश/नया-पुल-अगले-सप्ताह-खुलेगा">नया पुल अगले सप्ताह खुलेगा मेयर ने कहा</a>"""


@pytest.mark.parametrize(
    ("body", "articles", "found"),
    [
        (LISTS, ["/новости/мэр-открыл-новый-мост-через-реку"], ["/новости/", "/рубрика/политика/"]),
        (NATIVE, ["/أخبار/افتتح-رئيس-البلدية-جسرا-جديدا"], ["/أخبار/", "/رياضة"]),
        (UNSPACED, ["/新闻/市长宣布新桥将于下周开放"], ["/新闻/", "/体育/"]),
        (MARKED, ["/देश/नया-पुल-अगले-सप्ताह-खुलेगा"], ["/देश", "/खेल"]),
    ],
)
def test_words_of_an_address_count_in_any_letters(body: str, articles: list[str], found: list[str]) -> None:
    listing = sections.read(page(HOME, f"<!doctype html><body>{body}"), HOME)
    assert listing is not None
    assert [unquote(link.url).removeprefix(HOME[:-1]) for link in listing.articles] == articles
    assert [unquote(url).removeprefix(HOME[:-1]) for url in listing.sections] == found


@pytest.mark.parametrize(
    ("plain", "short", "taken"),
    [
        ("/?p={}", "/?p=10007", True),
        ("/{}", "/10007", True),
        ("/news/{}.html", "/news/10007.html", True),
        ("/2026/05/{}", "/2026/06/10007", True),
        ("/articleView.html?idxno={}", "/articleView.html?idxno=10007", True),
        ("/news/{}.html", "/people/10007.html", False),
        ("/news/{}.html", "/author/10007.html", False),
        ("/?p={}", "/?author=10007", False),
        ("/?p={}", "/?paged=2", False),
        ("/{}", "/imprint-of-the-paper", False),
    ],
)
def test_a_number_where_articles_have_theirs_tells_more_than_two_words(plain: str, short: str, taken: bool) -> None:
    links = "".join(
        f"<h2><a href='{plain.format(10000 + n)}'>Council votes for a longer bridge</a></h2>" for n in (1, 2)
    )
    listing = sections.read(page(HOME, f"<!doctype html><body>{links}<a href='{short}'>Ferry returns</a>"), HOME)
    assert listing is not None
    assert (HOME[:-1] + short in [link.url for link in listing.articles]) == taken


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("category/politics/", True),
        ("rubrika/domaci", True),
        ("?cat=3", True),
        ("section/12", True),
        ("tagg/havnen", False),
        ("yazar/ali-veli", False),
        ("tac-gia/nguyen-van-an", False),
        ("etiket/butce", False),
        ("tegi/most", False),
        ("?author=1", False),
        ("?m=202405", False),
        ("2026/05", False),
        ("page/2", False),
    ],
)
def test_a_section_is_told_from_other_lists(path: str, section: bool) -> None:
    listing = sections.read(page(HOME, f"<!doctype html><nav><a href='/{path}'>Politics</a></nav>"), HOME)
    assert listing is not None
    assert (bool(listing.sections), listing.articles) == (section, ())


@pytest.mark.parametrize(
    ("links", "following"),
    [
        ("<a href='/?paged=2'>Older</a>", "?paged=2"),
        ("<a href='/page/2/'>2</a><a href='/page/3/'>3</a>", "page/2/"),
        ("<a href='/?start=20'>2</a>", "?start=20"),
        ("<a href='/2'>2</a>", "2"),
        ("<a href='/987'>Mayor says no to the plan</a>", None),
        ("<h2><a href='/2'>Council votes for a longer bridge over the river</a></h2>", None),
    ],
)
def test_the_next_page_is_not_taken_from_articles(links: str, following: str | None) -> None:
    listing = sections.read(page(HOME, f"<!doctype html><body>{links}"), HOME)
    assert listing is not None
    assert listing.next == (None if following is None else HOME + following)


def test_a_host_that_is_named_for_a_service_has_no_articles() -> None:
    body = "<h2><a href='https://jobs.a.example/2026/01/plumber-for-the-harbour-wanted-77'>Plumber for the harbour wanted</a></h2>"
    listing = sections.read(page(HOME, body), HOME)
    assert listing is not None
    assert listing.articles == ()


def test_the_headline_of_a_link_is_that_of_its_heading() -> None:
    teaser = f"<article><a href='/{ONE}'><img alt=x></a><a href='/{ONE}'><span>Politics</span><h3>Bridge  to be\n longer</h3><p>A lot of text follows here.</p></a><a href='/{ONE}'>Read the whole story now</a></article>"
    listing = sections.read(page(HOME, f"<body>{teaser}"), HOME)
    assert listing is not None
    assert [link.headline for link in listing.articles] == ["Bridge to be longer"]


@pytest.mark.parametrize(
    ("head", "more"),
    [
        ("<link rel='Alternate' type='Application/RSS+XML' href='/news.rss'>", ""),
        ("<link rel='alternate' type='text/xml' href='news.rss'>", ""),
        ("<link rel='feed' href='/news.rss'>", ""),
        ("<base href='/en/'><link rel='alternate' type='application/feed+json' href='../news.rss'>", ""),
        ("", "<link rel='alternate' type='application/atom+xml' href='https://a.example/news.rss'>"),
        ("", "<a href='/news.rss'>RSS</a>"),
        ("", "<a href='/news.rss' type='application/rss+xml'><img alt=feed></a>"),
    ],
)
def test_a_feed_is_found_in_odd_places(head: str, more: str) -> None:
    found, _ = look({"": front(ONE, head=head, more=more), "news.rss": rss(TWO)})
    assert states(found)["news.rss"] == "feed alive"


def test_a_link_that_only_looks_like_a_feed_is_no_complaint() -> None:
    found, _ = look({"": front(ONE, more="<a href='/feeds/'>Our feeds</a>"), "feeds/": "<p>Not here"})
    assert (states(found), found.notes) == ({"": "home alive"}, ())


def test_a_feed_in_the_place_of_a_home_page_is_watched_as_one() -> None:
    web = {"": rss(ONE, TWO)}
    first, _ = look(web)
    assert (paths(first), states(first)) == ([ONE, TWO], {"": "feed alive"})
    second, asked = look(web, known=Known(first.endpoints))
    assert (paths(second), asked) == ([ONE, TWO], [""])


def test_a_link_header_names_feeds() -> None:
    header = (
        '<https://a.example/wp-json/>; rel="https://api.w.org/", </news.rss>; rel="alternate"; type=application/rss+xml'
    )
    listing = sections.read(replace(page(HOME, front(ONE)), headers=(("link", header),)), HOME)
    assert listing is not None
    assert listing.feeds == (f"{HOME}news.rss",)


def test_feeds_of_comments_are_left_out() -> None:
    head = (
        NAMES_FEED
        + "<link rel=alternate type='application/atom+xml' href='/comments/feed/'><link rel=alternate hreflang=de href='/de/'>"
    )
    listing = sections.read(page(HOME, front(head=head)), HOME)
    assert listing is not None
    assert listing.feeds == (f"{HOME}news.rss",)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://a.example/x;jsessionid=1A?b=2", "https://a.example/x?b=2"),
        ("https://a.example/x?PHPSESSID=1&b=2", "https://a.example/x?b=2"),
        ("https://a.example/x?sessions=open", "https://a.example/x?sessions=open"),
        ("https://a.example/x?sid=8f14e45fceea167a5a36dedd4bea2543", "https://a.example/x"),
        ("https://a.example/x?b=2&osCsid=1q2w3e4r5t6z7u8i9o", "https://a.example/x?b=2"),
        ("https://a.example/x?sid=10413", "https://a.example/x?sid=10413"),
        ("https://a.example/x?sid=20240503101500123", "https://a.example/x?sid=20240503101500123"),
    ],
)
def test_what_names_a_visit_is_taken_off(url: str, said: str) -> None:
    assert addresses.without_session(url) == said


def test_a_source_that_does_not_answer_is_a_note() -> None:
    failed: FetchError = Busy("the server answered 503 Service Unavailable", url=HOME, status=503)
    found, _ = look({"": failed})
    assert found.links == ()
    assert states(found) == {"": "home failed"}
    assert found.notes == (f"{HOME}: the server answered 503 Service Unavailable",)
