"""A page decoded and parsed once."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from scraper import document
from scraper.errors import ExtractError
from scraper.models import Page
from tests.pages import page


def sent(body: bytes, content_type: str = "text/html") -> Page:
    return replace(page(body), headers=(("content-type", content_type),))


GERMAN = "<p>Die Straße nach München wird für Bürger größer und schöner, sagte er gestern.</p>" * 3
RUSSIAN = "<p>Президент сообщил, что новая школа откроется в сентябре, жители города рады.</p>" * 3
JAPANESE = "<p>東京都は、新しい学校を来年四月に開校すると発表した。市民は計画を歓迎している。</p>" * 3
POLISH = "<p>Zażółć gęślą jaźń, powiedział minister na konferencji prasowej w środę.</p>" * 3
CHINESE = "<p>北京市政府宣布新的计划，将在明年开始实施。市民对此表示欢迎。</p>" * 3
META = '<meta charset="{}">'


@pytest.mark.parametrize(
    ("text", "encoding", "content_type"),
    [
        (GERMAN, "utf-8", "text/html"),
        (GERMAN, "utf-8-sig", "text/html; charset=iso-8859-1"),
        (GERMAN, "utf-8", "text/html; charset=iso-8859-1"),
        (GERMAN, "cp1252", "text/html; charset=utf-8"),
        (GERMAN, "cp1252", "text/html; charset=ISO-8859-1"),
        (GERMAN, "cp1252", "text/html"),
        (META.format("windows-1251") + RUSSIAN, "cp1251", "text/html; charset=iso-8859-1"),
        (META.format("windows-1251") + RUSSIAN, "cp1251", "text/html; charset=utf-8"),
        (RUSSIAN, "cp1251", "text/html; charset=windows-1251"),
        (RUSSIAN, "cp1251", "text/html"),
        (RUSSIAN, "koi8-r", 'text/html; charset="KOI8-R"'),
        (JAPANESE, "shift_jis", "text/html; charset=Shift_JIS"),
        (JAPANESE, "shift_jis", "text/html"),
        (JAPANESE, "euc_jp", "text/html"),
        (CHINESE, "gb18030", "text/html; charset=gb2312"),
        (CHINESE, "gb18030", "text/html"),
        (META.format("iso-8859-2") + POLISH, "iso8859_2", "text/html"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">' + POLISH, "iso8859_2", "text/html"),
        ('<?xml version="1.0" encoding="iso-8859-2"?>' + POLISH, "iso8859_2", "text/html"),
        (META.format("nonsense") + GERMAN, "cp1252", "text/html; charset=also-nonsense"),
        (META.format("utf-16") + GERMAN, "utf-8", "text/html"),
        (GERMAN, "utf-16", "text/html"),
        (GERMAN, "utf-16-le", "text/html"),
        (GERMAN, "utf-16-be", "text/html"),
    ],
)
def test_text_is_read_whatever_the_page_claims(text: str, encoding: str, content_type: str) -> None:
    assert document.text(sent(text.encode(encoding), content_type)) == text


def test_stray_bytes_in_utf8_stay_stray_bytes() -> None:
    body = GERMAN.encode() + b"\xff\xfe" + GERMAN.encode()
    assert document.text(sent(body)) == GERMAN + "\ufffd\ufffd" + GERMAN


def test_null_bytes_are_left_out() -> None:
    assert document.text(sent(b"<p>a\x00b")) == "<p>ab"


@pytest.mark.parametrize(
    ("body", "content_type", "said", "reason"),
    [
        (b"", "text/html", "the page is empty", "empty"),
        (b"\n\t \x00", "text/html", "the page is empty", "empty"),
        (b"%PDF-1.4", "text/html", "not a page but a PDF", "binary"),
        (b"\x1f\x8b\x08abc", "text/html", "not a page but gzipped data", "binary"),
        (b"PK\x03\x04" + bytes(99), "text/html", "not a page but a zip archive", "binary"),
        (bytes(range(1, 32)) * 9, "text/html", "not a page but binary data", "binary"),
        (b"<?xml version='1.0'?>\n<!-- x -->\n<feed>", "text/html", "not a page but data (feed)", "data"),
        (b"\xef\xbb\xbf<urlset>", "text/html", "not a page but data (urlset)", "data"),
        (b'{"a": 1}', "application/json", "not a page but application/json", "data"),
    ],
)
def test_what_is_no_page_is_refused_by_name(body: bytes, content_type: str, said: str, reason: str) -> None:
    with pytest.raises(ExtractError) as caught:
        document.text(sent(body, content_type))
    assert (caught.value.message, caught.value.reason) == (said, reason)


def test_a_page_with_a_lying_label_is_read_all_the_same() -> None:
    assert document.text(sent(b"<html><p>text", "application/pdf")) == "<html><p>text"
    assert document.text(sent(b"<html><p>text", "application/octet-stream")) == "<html><p>text"


@pytest.mark.parametrize(
    "markup", ["<div>" * 100_000 + "x", "<div>" * 100_000 + "x" + "</div>" * 100_000, "<b><i>" * 60_000 + "x"]
)
def test_nesting_without_end_costs_no_time_and_no_text(markup: str) -> None:
    start = time.perf_counter()
    parsed = document.parse(markup)
    assert time.perf_counter() - start < 2
    assert parsed.tree.body is not None
    assert parsed.tree.body.text(strip=True) == "x"


def test_what_stands_in_a_chain_of_wrappers_keeps_its_elements() -> None:
    markup = (
        "<div>" * 100_000 + "<h1>Harbour</h1><figure><figcaption>The crane</figcaption></figure>" + "</div>" * 100_000
    )
    tree = document.parse(markup + "<p>after").tree
    found = [tree.css_first(each) for each in ("div > h1", "figure > figcaption", "body > p")]
    assert [node and node.text() for node in found] == ["Harbour", "The crane", "after"]


def test_ordinary_nesting_is_left_as_it_is() -> None:
    markup = "<div>" * 400 + "x" + "</div>" * 400
    assert document.flat(markup) is markup
    many = "<p>a<b>c</b></p>" * 20_000
    assert document.flat(many) is many


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ('{"a": 1}', [{"a": 1}]),
        ('[{"a": 1}, {"b": 2}]', [{"a": 1}, {"b": 2}]),
        ('{"@graph": [{"a": 1}]}', [{"@graph": [{"a": 1}]}, {"a": 1}]),
        ('<!-- {"a": 1} -->', [{"a": 1}]),
        ('//<![CDATA[\n{"a": 1}\n//]]>', [{"a": 1}]),
        ('/*<![CDATA[*/{"a": 1}/*]]>*/', [{"a": 1}]),
        ('{"a": [1, 2,], "b": "x",}', [{"a": [1, 2], "b": "x"}]),
        ('{"a": "http://x//y" /* said */, "b": 2 // more\n}', [{"a": "http://x//y", "b": 2}]),
        ('{"a": "one\ntwo"}', [{"a": "one\ntwo"}]),
        ('{"a": "it\\\'s"}', [{"a": "it\\'s"}]),
        ('{"a": "He said "no" again",\n"b": 1}', [{"a": 'He said "no" again', "b": 1}]),
        ("{&quot;a&quot;: 1}", [{"a": 1}]),
        ('{"a": 1};', [{"a": 1}]),
        ('{"a": 1}\n{"b": 2}', [{"a": 1}, {"b": 2}]),
        ('{"a": "\\ud83d"}', [{"a": "\ufffd"}]),
        ('{"a": "\\ud83d\\ude00"}', [{"a": "😀"}]),
        ("", []),
        ("nonsense", []),
        ("[" * 100_000, []),
        ('{"a":' * 100_000, []),
    ],
)
def test_linked_data_is_read_leniently(source: str, values: list[object]) -> None:
    parsed = document.parse(f'<script type="application/ld+json">{source}</script>')
    assert list(parsed.linked) == values


def test_several_blocks_of_linked_data_are_all_read() -> None:
    script = '<script type="application/LD+JSON">{}</script>'
    parsed = document.parse(script.format('{"a": 1}') + script.format("broken {") + script.format('{"b": 2}'))
    assert list(parsed.linked) == [{"a": 1}, {"b": 2}]


def test_meta_elements_are_found_by_every_way_of_naming_them() -> None:
    parsed = document.parse(
        '<meta property="og:title" content="A"><meta name="Author" content=" B  C "><meta itemprop="date" content="D">'
        '<meta property="article:tag" content="x"><meta property="article:tag" content="y"><meta name="empty" content="">'
    )
    assert parsed.says("og:title") == "A"
    assert parsed.says("author") == "B C"
    assert parsed.says("date") == "D"
    assert parsed.meta["article:tag"] == ("x", "y")
    assert parsed.says("empty") is None


def test_links_follow_the_base_of_the_page() -> None:
    parsed = document.parse(
        '<base href="/sub/"><link rel="canonical" href="a"><link rel=amphtml href="javascript:x">',
        "https://lund.example/x",
    )
    assert parsed.link("canonical") == "https://lund.example/sub/a"
    assert parsed.link("amphtml") is None


def test_the_title_is_the_heads_and_not_a_pictures() -> None:
    parsed = document.parse("<head><title> A \n B </title></head><body><svg><title>icon</title></svg>")
    assert parsed.title == "A B"
    assert document.parse("<body><svg><title>icon</title></svg>").title is None
