"""What comes back from the web, and what is said when nothing usable does."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import inspect
import subprocess
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import brotli
import httpx
import pytest
import zstandard

from scraper.errors import Busy, FetchError, Gone, Refused, Silent, Unreachable, Unusable
from scraper.fetch import Fetcher, Settings, _retry_after, translation
from scraper.fetch import page as fetch_page
from scraper.fetch import pages as fetch_pages
from scraper.guard import Guard
from scraper.models import Headers, Hop, Page, Request, Unchanged
from tests.server import Reply, Server, redirect

HTML = (("content-type", "text/html; charset=utf-8"),)
QUICK = Settings(connect_timeout=1.0, read_timeout=0.4, page_timeout=1.5, first_wait=0.01, longest_wait=1.2)
ONCE = Settings(connect_timeout=1.0, read_timeout=0.4, page_timeout=1.5, attempts=1)


@pytest.fixture
def web() -> Iterator[Server]:
    with Server({}) as server:
        yield server


def get(web: Server, path: str = "/", settings: Settings = QUICK) -> Page:
    return fetch_page(web.url(path), settings=settings, guard=web.guard)


def failure(web: Server, path: str = "/", settings: Settings = QUICK) -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(web, path, settings)
    assert caught.value.url == web.url(path)
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("1.5", 1.5),
        ("30s", 30.0),
        ("60, 120", 120.0),
        ("99999999999", 86400.0),
        ("Tue, 05 May 2026 10:02:00 GMT", 120.0),
        ("Tuesday, 05-May-26 10:02:00 GMT", 120.0),
        ("Tue May  5 10:02:00 2026", 120.0),
        ("Tue, 05 May 2066 10:02:00 GMT", 86400.0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
        ("-5", None),
        ("soon", None),
        ("Tue, 99 May 2066 10:02:00 GMT", None),
        ("1e9", None),
        ("", None),
    ],
)
def test_retry_after_is_heard_in_every_form_by_the_servers_clock(text: str, seconds: float | None) -> None:
    assert _retry_after(text, "Tue, 05 May 2026 10:00:00 GMT") == seconds


def test_a_page_is_exactly_what_came(web: Server) -> None:
    web.routes["/"] = Reply(
        b"<p>caf\xe9\x00", headers=(("Content-Type", "text/html"), ("X-Twice", "a"), ("X-Twice", "b"))
    )
    before = datetime.now(UTC)
    page = get(web)
    assert page.body == b"<p>caf\xe9\x00"
    assert (page.url, page.requested, page.status, page.hops) == (web.url("/"), web.url("/"), 200, ())
    assert page.headers[:3] == (("content-type", "text/html"), ("x-twice", "a"), ("x-twice", "b"))
    assert before <= page.fetched_at <= datetime.now(UTC)


def test_the_tool_names_itself_and_a_contact(web: Server) -> None:
    web.routes["/"] = Reply(b"x")
    get(web, settings=Settings(contact="mailto:desk@example.org"))
    agent = web.asked[0][1]["user-agent"]
    assert agent.startswith("news-scraper/")
    assert agent.endswith(" (+mailto:desk@example.org)")


def test_headers_of_a_request_are_sent_and_a_304_is_unchanged(web: Server) -> None:
    web.routes["/"] = Reply(status=304, headers=(("etag", '"1"'),))
    asked = Request(web.url("/"), (("if-none-match", '"1"'),))
    [(request, answer)] = fetch_pages([asked], settings=QUICK, guard=web.guard)
    assert request is asked
    assert isinstance(answer, Unchanged)
    assert ("etag", '"1"') in answer.headers
    assert web.asked[0][1]["if-none-match"] == '"1"'


@pytest.mark.parametrize(
    ("coding", "coded"),
    [
        ("gzip", gzip.compress(b"<p>text")),
        ("gzip", gzip.compress(b"<p>") + gzip.compress(b"text")),
        ("gzip", gzip.compress(b"<p>text") + b"\x00garbage"),
        ("gzip", b"<p>text"),
        ("x-gzip", gzip.compress(b"<p>text")),
        ("deflate", zlib.compress(b"<p>text")),
        ("deflate", zlib.compress(b"<p>text")[2:-4]),
        ("br", brotli.compress(b"<p>text")),
        ("zstd", zstandard.compress(b"<p>text")),
        ("gzip, br", brotli.compress(gzip.compress(b"<p>text"))),
        ("identity", b"<p>text"),
    ],
)
def test_every_content_coding_is_undone(web: Server, coding: str, coded: bytes) -> None:
    web.routes["/"] = Reply(coded, headers=(*HTML, ("content-encoding", coding)))
    assert get(web).body == b"<p>text"


def _gzip_bomb(megabytes: int) -> bytes:
    stream = zlib.compressobj(9, wbits=31)
    return b"".join(stream.compress(bytes(1 << 20)) for _ in range(megabytes)) + stream.flush()


@pytest.mark.parametrize(
    ("coding", "bomb"),
    [
        ("gzip", _gzip_bomb(200)),
        ("deflate", zlib.compress(bytes(200 << 20), 9)),
        ("br", brotli.compress(bytes(200 << 20), quality=5)),
        ("zstd", zstandard.ZstdCompressor(level=3).compress(bytes(200 << 20))),
        ("gzip, gzip", gzip.compress(_gzip_bomb(400))),
    ],
)
def test_a_bomb_stops_at_the_limit(web: Server, coding: str, bomb: bytes) -> None:
    web.routes["/"] = Reply(bomb, headers=(*HTML, ("content-encoding", coding)))
    tracemalloc.start()
    error = failure(web, settings=Settings())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(error, Unusable)
    assert error.message == "larger than 10,000,000 bytes"
    assert peak < 40_000_000


def test_an_endless_body_stops_at_the_limit(web: Server) -> None:
    web.routes["/"] = Reply(b"<p>", endless=b"and so on " * 1000)
    error = failure(web, settings=Settings(max_bytes=100_000))
    assert error.message == "larger than 100,000 bytes"


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (Reply(b"x", headers=(("content-encoding", "rot13"),)), Unusable, "not one we asked for"),
        (Reply(b"\x1f\x8b broken", headers=(("content-encoding", "gzip"),)), Unusable, "compressed body is broken"),
        (Reply(gzip.compress(bytes(9999))[:20], headers=(("content-encoding", "gzip"),)), Unreachable, "broke off"),
        (Reply(brotli.compress(b"much text" * 9)[:9], headers=(("content-encoding", "br"),)), Unreachable, "broke off"),
        (Reply(b"short", length=500, reset=True), Unreachable, "connection broke"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n"), Unreachable, ""),
        (Reply(raw=b"what is this\r\n\r\n"), Unreachable, "connection broke"),
        (Reply(raw=b""), Unreachable, "connection broke"),
        (Reply(b"x", stall=True, length=9), Silent, "stopped answering"),
        (Reply(status=404), Gone, "answered 404"),
        (Reply(status=410), Gone, "answered 410"),
        (Reply(status=401), Refused, "answered 401"),
        (Reply(status=403), Refused, "answered 403"),
        (Reply(status=451), Refused, "answered 451"),
        (Reply(status=418), Refused, "answered 418"),
        (Reply(status=500), Busy, "answered 500"),
        (Reply(status=300), Unusable, "answered 300"),
        (Reply(status=301, headers=()), Unusable, "without saying where to"),
    ],
)
def test_what_is_no_page_has_a_name(web: Server, reply: Reply, kind: type[FetchError], said: str) -> None:
    web.routes["/"] = reply
    error = failure(web, settings=ONCE)
    assert type(error) is kind
    assert said in error.message


def test_a_dripping_server_gets_no_more_than_the_time_of_a_page(web: Server) -> None:
    web.routes["/"] = Reply(b"<p>so slow" * 100, drip=0.2)
    start = time.monotonic()
    error = failure(web)
    assert isinstance(error, Unreachable)
    assert "within 1.5 s" in error.message
    assert time.monotonic() - start < 3


def test_nothing_listens_there() -> None:
    with Server({}) as server:
        url, guard = server.url("/"), server.guard
    with pytest.raises(Unreachable, match="no connection"):
        fetch_page(url, settings=ONCE, guard=guard)


def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(Unreachable, match=r"no such host: nowhere\.invalid"):
        fetch_page("http://nowhere.invalid/", settings=ONCE)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("not a url", Unusable),
        ("", Unusable),
        ("http://", Unusable),
        ("http://[::1/", Unusable),
        ("http://host:99999/", Unusable),
        ("ftp://example.org/", Unusable),
        ("file:///etc/passwd", Unusable),
        ("http://127.0.0.1/", Refused),
        ("http://localhost:1/", Refused),
        ("http://2130706433/", Refused),
        ("http://0x7f.1/", Refused),
        ("http://[::ffff:127.0.0.1]/", Refused),
        ("http://169.254.169.254/latest/meta-data/", Refused),
    ],
)
def test_addresses_that_are_not_asked(url: str, kind: type[FetchError]) -> None:
    with pytest.raises(FetchError) as caught:
        fetch_page(url, settings=ONCE)
    assert type(caught.value) is kind


def test_the_whole_chain_of_redirects_is_kept(web: Server) -> None:
    web.routes |= {"/a": redirect("/b?x=1#top", 301), "/b?x=1": redirect("c/../d", 308), "/d": Reply(b"here")}
    page = get(web, "/a")
    assert page.body == b"here"
    assert page.url == web.url("/d")
    assert page.requested == web.url("/a")
    assert page.hops == (Hop(web.url("/a"), 301), Hop(web.url("/b?x=1"), 308))


def test_a_meta_refresh_is_a_redirect(web: Server) -> None:
    web.routes |= {
        "/a": Reply(b'<html><head><META HTTP-EQUIV="Refresh" CONTENT="0; URL=/b?x=1&amp;y=2"></head>'),
        "/b?x=1&y=2": Reply(b"here"),
    }
    page = get(web, "/a")
    assert (page.url, page.hops) == (web.url("/b?x=1&y=2"), (Hop(web.url("/a"), 200),))


@pytest.mark.parametrize(
    "head",
    [
        b'<meta http-equiv="refresh" content="300">',
        b'<meta http-equiv="refresh" content="60; url=/other">',
        b'<meta http-equiv="refresh" content="0; url=/a#again">',
        b'<noscript><meta http-equiv="refresh" content="0; url=/other"></noscript>',
        b'<!-- <meta http-equiv="refresh" content="0; url=/other"> -->',
        b"<script>'<meta http-equiv=refresh content=\"0; url=/other\">'</script>",
    ],
)
def test_a_page_that_only_reloads_itself_is_read(web: Server, head: bytes) -> None:
    web.routes["/a"] = Reply(b"<html><head>" + head + b"</head><p>text")
    assert get(web, "/a").body.endswith(b"<p>text")


@pytest.mark.parametrize(
    ("location", "kind", "said"),
    [
        ("/loop", Unusable, "a redirect loop"),
        ("file:///etc/passwd", Refused, "no http address"),
        ("javascript:alert(1)", Refused, "no http address"),
        ("http://169.254.169.254/", Refused, "not a public address"),
        ("http://127.0.0.2:1/", Refused, "not a public address"),
    ],
)
def test_redirects_that_lead_nowhere_good(web: Server, location: str, kind: type[FetchError], said: str) -> None:
    web.routes["/loop"] = redirect(location)
    error = failure(web, "/loop")
    assert type(error) is kind
    assert said in error.message


def test_a_meta_refresh_inside_is_refused_too(web: Server) -> None:
    web.routes["/"] = Reply(b'<meta http-equiv="refresh" content="0;url=http://169.254.169.254/">')
    assert isinstance(failure(web), Refused)


def test_ten_redirects_are_followed_and_eleven_are_not(web: Server) -> None:
    web.routes |= {f"/{n}": redirect(f"/{n + 1}") for n in range(11)}
    web.routes["/10"] = Reply(b"here")
    assert get(web, "/0").body == b"here"
    web.routes["/10"] = redirect("/11")
    web.routes["/11"] = Reply(b"too far")
    assert failure(web, "/0").message == "more than 10 redirects"


def test_a_redirect_cannot_smuggle_a_header(web: Server) -> None:
    web.routes["/"] = redirect("/next%0d%0aX-Smuggled:%20yes")
    web.routes["/next%0D%0AX-Smuggled:%20yes"] = Reply(b"here")
    get(web)
    assert all("x-smuggled" not in headers for _, headers in web.asked)


def test_a_site_that_sets_a_cookie_and_sends_back_is_satisfied(web: Server) -> None:
    def door(_: int) -> Reply:
        if "cookie" in web.asked[-1][1]:
            return Reply(b"inside")
        return Reply(status=302, headers=(("location", "/"), ("set-cookie", "seen=1; Path=/")))

    web.routes["/"] = door
    assert get(web).body == b"inside"


def test_faults_that_pass_are_tried_again(web: Server) -> None:
    web.routes["/500"] = lambda nth: Reply(status=500) if nth < 2 else Reply(b"well")
    web.routes["/reset"] = lambda nth: Reply(b"half", length=99, reset=True) if nth < 1 else Reply(b"well")
    assert get(web, "/500").body == b"well"
    assert get(web, "/reset").body == b"well"
    assert web.paths() == ["/500"] * 3 + ["/reset"] * 2


def test_what_cannot_get_better_is_asked_once(web: Server) -> None:
    failure(web, "/missing")
    assert web.paths() == ["/missing"]


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_busy_server_is_given_the_time_it_asks_for(web: Server, form: str) -> None:
    def later(nth: int) -> Reply:
        wait = "1" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
        return Reply(status=429, headers=(("retry-after", wait),)) if nth == 0 else Reply(b"well")

    web.routes["/"] = later
    start = time.monotonic()
    assert get(web, settings=Settings(longest_wait=3.0)).body == b"well"
    assert time.monotonic() - start >= 0.95


def test_a_server_that_asks_for_an_hour_is_left_alone(web: Server) -> None:
    web.routes["/"] = Reply(status=503, headers=(("retry-after", "3600"),))
    error = failure(web)
    assert isinstance(error, Busy)
    assert (error.status, error.after, error.retry) == (503, 3600.0, True)
    assert len(web.asked) == 1


def test_some_failing_never_stops_the_others(web: Server) -> None:
    web.routes |= {"/good": Reply(b"good"), "/also": Reply(b"also")}
    wanted = [web.url("/good"), "nonsense", web.url("/missing"), "http://10.0.0.1/", web.url("/also")]
    answers = {request.url: answer for request, answer in fetch_pages(wanted, settings=QUICK, guard=web.guard)}
    assert [type(answers[url]) for url in wanted] == [Page, Unusable, Gone, Refused, Page]


def test_a_consumer_may_stop_early(web: Server) -> None:
    web.routes |= {"/good": Reply(b"good"), "/slow": Reply(stall=True, length=9)}
    answers = fetch_pages([web.url("/good"), web.url("/slow")], settings=QUICK, guard=web.guard)
    assert isinstance(next(answers)[1], Page)
    answers.close()  # type: ignore[attr-defined]


def test_many_hosts_share_a_bounded_number_of_connections() -> None:
    hosts = [Server({"/": Reply(b"x")}, host=f"127.0.9.{n}") for n in range(1, 9)]
    for host in hosts:
        host.__enter__()
    try:
        guard = Guard.allowing(["127.0.9.0/24"])

        async def all_of_them() -> int:
            async with Fetcher(Settings(max_hosts=3), guard) as fetcher:
                for host in hosts * 2:
                    await fetcher.page(Request(host.url("/")))
                return len(fetcher._router._hosts)

        assert asyncio.run(all_of_them()) <= 4
    finally:
        for host in hosts:
            host.__exit__()


def test_a_certificate_nobody_vouches_for_is_named(tmp_path: Path) -> None:
    import ssl

    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "cert.pem")
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} -out {certificate}"
    made = subprocess.run(command.split(), capture_output=True, check=False)
    if made.returncode:
        pytest.skip("no openssl to make a certificate with")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with Server({"/": Reply(b"secret")}, tls=context) as server:
        error = failure(server, settings=ONCE)
    assert isinstance(error, Unreachable)
    assert "TLS failed" in error.message


def test_every_exception_of_the_library_becomes_one_of_ours() -> None:
    exported = [each for each in vars(httpx).values() if inspect.isclass(each) and issubclass(each, Exception)]
    assert len(exported) > 20
    for kind in exported:
        ours = translation(kind.__new__(kind))
        assert isinstance(ours, FetchError), kind
        assert "\n" not in str(ours)


def test_a_bug_is_not_dressed_up_as_a_fault_of_the_network() -> None:
    assert translation(KeyError("x")) is None


def test_an_etag_goes_back_as_it_came_in_whatever_letters() -> None:
    tagged = Reply(b"<p>hello", headers=(("etag", '"caf\u00e9"'),))
    with Server({"/": tagged}) as server:
        tag = fetch_page(server.url("/"), guard=server.guard).header("etag")
        request = Request(server.url("/"), (("if-none-match", tag or ""),))
        fetch_page(request, guard=server.guard)
        assert server.asked[1][1]["if-none-match"] == '"caf\u00e9"'


class Counting:
    """A gate that stands open and counts how often the host was told to have heard us."""

    def __init__(self) -> None:
        self.heard_of = 0

    async def enter(self, url: str) -> Counting:  # noqa: ARG002
        return self

    def conditions(self, url: str) -> Headers:  # noqa: ARG002
        return ()

    def heard(self) -> None:
        self.heard_of += 1

    def leave(self, error: BaseException | None) -> None: ...


@pytest.mark.parametrize(("reply", "times"), [(Reply(b"<p>hello"), 2), (Reply(raw=b"", stall=True), 1)])
def test_a_host_has_heard_us_when_we_are_done_and_again_when_its_answer_begins(reply: Reply, times: int) -> None:
    async def ask(server: Server, gate: Counting) -> None:
        async with Fetcher(ONCE, server.guard) as fetcher:
            with contextlib.suppress(FetchError):
                await fetcher.page(Request(server.url("/")), gate)

    gate = Counting()
    with Server({"/": reply}) as server:
        asyncio.run(ask(server, gate))
    assert gate.heard_of == times
