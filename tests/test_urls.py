"""One spelling for each page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import urls
from scraper.errors import Unusable


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("HTTP://WWW.Lund.Example:80/a", "http://www.lund.example/a"),
        ("https://lund.example:443", "https://lund.example/"),
        ("https://lund.example:8443/a", "https://lund.example:8443/a"),
        ("https://lund.example/a#comments", "https://lund.example/a"),
        ("https://lund.example/a?utm_source=x&id=5&fbclid=y", "https://lund.example/a?id=5"),
        ("https://lund.example/a?ref=rss", "https://lund.example/a"),
        ("https://lund.example/?p=123", "https://lund.example/?p=123"),
        ("https://lund.example/a?b=2&a=1", "https://lund.example/a?b=2&a=1"),
        ("https://lund.example/a?", "https://lund.example/a"),
        ("https://lund.example/a/../b/./c", "https://lund.example/b/c"),
        ("https://lund.example/../../a", "https://lund.example/a"),
        ("https://lund.example/%7Euser/%e4%2f", "https://lund.example/~user/%E4%2F"),
        ("https://lund.example/größe und mehr", "https://lund.example/gr%C3%B6%C3%9Fe%20und%20mehr"),
        ("https://größe.example/a", "https://xn--gre-6ka8i.example/a"),
        (" https://lund.example/a\n", "https://lund.example/a"),
        ("https://lund.example./a", "https://lund.example/a"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
        ("https://lund.example/a;b=1,2", "https://lund.example/a;b=1,2"),
    ],
)
def test_addresses_of_one_page_have_one_spelling(given: str, clean: str) -> None:
    assert urls.clean(given) == clean


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lund.example/a",
        "ftp://lund.example/",
        "mailto:a@b",
        "javascript:x",
        "http://",
        "http:///a",
        "http://[::1",
        "http://a:b/",
        "http://a:99999/",
    ],
)
def test_what_is_no_web_address_is_refused(text: str) -> None:
    with pytest.raises(Unusable):
        urls.clean(text)


@given(st.text(max_size=60))
def test_any_text_has_a_spelling_or_is_refused(text: str) -> None:
    for candidate in (text, f"http://{text}", f"http://lund.example/{text}", f"http://lund.example/?{text}"):
        try:
            once = urls.clean(candidate)
        except Unusable:
            continue
        assert urls.clean(once) == once
        assert once.isascii()
        assert " " not in once


def test_the_address_to_ask_for_keeps_every_parameter() -> None:
    assert urls.absolute("https://lund.example/a?utm_source=x&b=ä#c") == "https://lund.example/a?utm_source=x&b=%C3%A4"


@pytest.mark.parametrize(
    ("base", "href", "address"),
    [
        ("https://lund.example/a/b", "c", "https://lund.example/a/c"),
        ("https://lund.example/a/b", "/c?d=1#e", "https://lund.example/c?d=1"),
        ("https://lund.example/a/b", "//other.example/c", "https://other.example/c"),
        ("https://lund.example/a/b", " ?page=2 ", "https://lund.example/a/b?page=2"),
        ("https://lund.example/", "javascript:void(0)", None),
        ("https://lund.example/", "mailto:a@b.example", None),
        (None, "/c", None),
        (None, "https://lund.example/c", "https://lund.example/c"),
        ("https://lund.example/", "http://[broken", None),
    ],
)
def test_links_are_relative_to_their_page(base: str | None, href: str, address: str | None) -> None:
    assert urls.join(base, href) == address


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.lund.example/a", "lund.example"),
        ("https://m.lund.example/a", "lund.example"),
        ("https://amp.www.lund.example/a", "lund.example"),
        ("https://news.lund.example/a", "news.lund.example"),
        ("https://www.example/", "www.example"),
        ("http://127.0.1.3:8100/", "127.0.1.3"),
        ("http://[::1]/", "::1"),
    ],
)
def test_a_site_is_its_host_without_the_labels_of_its_forms(url: str, site: str) -> None:
    assert urls.site(url) == site


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.lund.example/", "https://amp.lund.example/a", True),
        ("https://www.bbc.co.uk/", "https://m.bbc.co.uk/", True),
        ("https://one.co.uk/", "https://two.co.uk/", False),
        ("https://lund.example/", "https://malmo.example/", False),
        ("http://127.0.1.1/", "http://127.0.1.2/", False),
        ("https://a.gov.br/", "https://b.gov.br/", False),
    ],
)
def test_whether_two_addresses_are_of_one_publisher(one: str, other: str, same: bool) -> None:
    assert urls.same_site(one, other) is same


def test_a_front_page_is_known_as_such() -> None:
    assert urls.is_home("https://lund.example/")
    assert urls.is_home("https://lund.example")
    assert not urls.is_home("https://lund.example/?p=1")


@given(st.from_regex(r"https?://[a-z0-9.-]{1,9}(:[0-9]{1,5})?(/[A-Za-z0-9_.~%?=-]{0,5}){0,4}", fullmatch=True))
def test_what_is_plainly_clean_is_what_clean_would_write(url: str) -> None:
    if urls.is_clean(url):
        assert urls.clean(url) == url


@given(
    st.from_regex(
        r"https?://[a-z0-9.-]{1,9}(:[0-9]{1,5})?(/[A-Za-z0-9_.~%=-]{0,5}){0,4}(\?[a-z0-9_=&/%?.-]{0,9})?",
        fullmatch=True,
    )
)
def test_what_is_plain_is_spelt_as_what_has_to_be_taken_apart(url: str) -> None:
    """A fragment makes no other address, but one that is not plain."""

    def spellings(address: str) -> list[str]:
        try:
            return [urls.clean(address), urls.absolute(address)]
        except Unusable:
            return []

    assert spellings(url) == spellings(f"{url}#x")


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://a.example/x/y-1.html", True),
        ("https://a.example:8000/x/", True),
        ("https://a.example", False),
        ("https://a.example:80/", False),
        ("https://A.example/", False),
        ("https://a.example/x/../y", False),
        ("https://a.example/x?y=1", False),
        ("https://a.example/x#y", False),
        ("https://a.example/é", False),
    ],
)
def test_an_address_that_may_need_cleaning_is_not_plainly_clean(url: str, clean: bool) -> None:
    assert urls.is_clean(url) == clean
