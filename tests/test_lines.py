"""Every visible text of a page as lines, each with the elements around it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import document
from scraper.extract import lines, naming
from scraper.extract.lines import ASIDE, HIDDEN, NAV, Line
from scraper.extract.naming import group


def read(markup: str) -> list[Line]:
    return lines.read(document.parse(markup))


def texts(markup: str) -> list[str]:
    return [line.text for line in read(markup)]


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<p>one <b>two</b> three</p>", ["one two three"]),
        ("<p>one</p>two<div>three</div>", ["one", "two", "three"]),
        ("<div>one<p>two</p>three</div>", ["one", "two", "three"]),
        ("<p>one<br>two</p>", ["one\ntwo"]),
        ("<p>one<br><br>two</p>", ["one", "two"]),
        ("<p>one<br> \n <br/>two<br></p>", ["one", "two"]),
        ("<p>  one \n\t two&nbsp;three </p>", ["one two three"]),
        ("<p>Über\u00adgang\u200b und \ufeffmehr</p>", ["Übergang und mehr"]),
        ("<p>می\u200cخواهم</p>", ["می\u200cخواهم"]),
        ("<p></p><p> </p><p>&nbsp;</p>", []),
        ("<script>a</script><style>b</style><template><p>c</p></template><p>d</p>", ["d"]),
        ("<p>a</p><noscript><p>enable JavaScript</p></noscript>" + "<p>word</p>" * 40, ["a", *["word"] * 40]),
        ("<noscript><div><p>the whole page</p></div></noscript>", ["the whole page"]),
        ("<my-story><p>one</p>two</my-story>", ["one", "two"]),
        ("<p>one<!-- hidden -->two</p>", ["onetwo"]),
        ("<p>a<svg><text>icon</text></svg>b</p>", ["ab"]),
        ("<button>Send</button><label>Name</label>", ["Send", "Name"]),
        ("", []),
    ],
)
def test_visible_text_becomes_lines(markup: str, found: list[str]) -> None:
    assert texts(markup) == found


@pytest.mark.parametrize(
    ("markup", "kind", "level"),
    [
        ("<p>a</p>", "paragraph", 0),
        ("<h1>a</h1>", "heading", 1),
        ("<h3><span>a</span></h3>", "heading", 3),
        ("<h2><div>a</div></h2>", "heading", 2),
        ("<ul><li>a</li></ul>", "list item", 1),
        ("<ol><li><p>a</p></li></ol>", "list item", 1),
        ("<ul><li><ul><li>a</li></ul></li></ul>", "list item", 2),
        ("<blockquote><p>a</p></blockquote>", "quote", 0),
        ("<pre><code>a</code></pre>", "code", 0),
        ('<pre class="highlight">a</pre>', "code", 0),
        ("<pre>a letter that was typed</pre>", "paragraph", 0),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "table row", 0),
        ("<table><tr><td>a</td></tr></table>", "paragraph", 0),
    ],
)
def test_a_line_knows_what_it_is(markup: str, kind: str, level: int) -> None:
    [line] = read(markup)
    assert (line.kind.value, line.level) == (kind, level)


def test_a_data_row_is_one_line_with_its_cells() -> None:
    assert texts("<table><tr><th>Item</th><th>2026</th></tr><tr><td>Harbour<br>dock</td><td>41</td></tr></table>") == [
        "Item\t2026",
        "Harbour dock\t41",
    ]


def test_a_table_that_lays_out_the_page_is_no_data() -> None:
    page = "<table><tr><td><a href=/>Home</a></td><td><p>One paragraph.</p><p>Another one.</p></td></tr></table>"
    assert texts(page) == ["Home", "One paragraph.", "Another one."]


def test_a_listing_keeps_its_lines() -> None:
    assert texts("<pre><code>a:\n  b\n\n  c\n</code></pre>") == ["a:\n  b\n  c"]


def test_links_and_strong_text_are_measured() -> None:
    link, half, strong, plain = read(
        '<p><a href="/">all of it</a></p><p>half <a href="/">half</a></p><p><b>bold</b></p><p>plain</p>'
    )
    assert (link.link, half.link, strong.strong, plain.link, plain.strong) == (1.0, 4 / 9, 1.0, 0.0, 0.0)
    assert (link.links, half.links, plain.links) == (1, 1, 0)


def test_blocks_within_a_link_are_links() -> None:
    assert [line.link for line in read("<a href=/1><h2>Head</h2><p>Text <b>of it</b>.</p></a><p>Free</p>")] == [
        1.0,
        1.0,
        0.0,
    ]


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        (
            '<p>see <a href=/>here<span class="sr-only"> (opens in a new tab)</span></a> or there</p>',
            ["see here or there", "(opens in a new tab)"],
        ),
        ('<p><span class="visually-hidden">Caption: </span>The dock</p>', ["Caption:", "The dock"]),
        ("<p>one <span hidden>two</span> three</p>", ["one three", "two"]),
    ],
)
def test_texts_for_screen_readers_are_lines_of_their_own(markup: str, found: list[str]) -> None:
    told = read(markup)
    assert [line.text for line in told] == found
    assert [line.text for line in told if line.element.around & HIDDEN] == [
        text for text in found if text in "Caption: two (opens in a new tab)"
    ]


def test_paragraphs_that_only_line_breaks_part_are_lines() -> None:
    first = "The council of Lund met on Monday and passed the budget for the coming year."
    second = "The harbour gets a third dock, as the mayor had promised them all in the spring."
    one, two, three = read(f"<div>{first}<br>{second}<br><a href=/>More of it</a></div>")
    assert (one.text, two.text, three.text) == (first, second, "More of it")
    assert (one.link, three.link, three.links) == (0.0, 1.0, 1)


def test_an_address_keeps_its_line_breaks() -> None:
    assert texts("<p>Town hall<br>Harbour road 1<br>Lund</p>") == ["Town hall\nHarbour road 1\nLund"]


def test_annotations_stay_in_their_sentence() -> None:
    assert texts("<p>韓国の<ruby><rb>尹錫悦</rb><rp>（</rp><rt>ユンソンニョル</rt><rp>）</rp></ruby>大統領</p>") == [
        "韓国の尹錫悦（ユンソンニョル）大統領"
    ]


def test_an_article_in_a_footer_is_read_as_closely_as_any() -> None:
    [head, text] = read(
        "<footer><h2>Budget passed</h2><p>" + "The council of Lund met on Monday. " * 20 + "</p></footer>"
    )
    assert (head.kind.value, text.element.tag) == ("heading", "p")


def test_a_line_knows_what_stands_around_it() -> None:
    nav, aside, hidden, role = read(
        "<nav><ul><li>a</li></ul></nav><aside><p>b</p></aside><div style='display: none'><p>c</p></div>"
        "<div role=navigation>d</div>"
    )
    assert nav.element.around & NAV
    assert aside.element.around & ASIDE
    assert hidden.element.around & HIDDEN
    assert role.element.around & NAV


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        ("article__body", {"body"}),
        ("relatedStories", {"related"}),
        ("c-newsletter-box", {"newsletter", "box"}),
        ("photo-credit", {"media", "caption"}),
        ("skip-link", {"hidden", "nav"}),
        ("css-1x2y3z", set()),
        ("gradient", set()),
        ("upload", set()),
    ],
)
def test_class_words_fold_into_groups(names: str, groups: set[str]) -> None:
    told = {
        name
        for name in ("body", "box", "caption", "hidden", "media", "nav", "newsletter", "related", "ad", "list")
        if naming.groups(names) & group(name)
    }
    assert told == groups


def test_inline_elements_around_a_whole_line_are_heard_too() -> None:
    [line] = read('<div><span class="byline">By Nell Okafor</span></div>')
    assert line.inline & group("byline")


def test_words_of_scripts_without_spaces_are_counted() -> None:
    assert lines.count("one two three") == 3
    assert lines.count("島の連絡船、十年ぶりに再開へ、町が発表した") == 2
    assert lines.count("") == 0


TAGS = [
    "div",
    "p",
    "section",
    "ul",
    "li",
    "span",
    "a",
    "b",
    "em",
    "blockquote",
    "h2",
    "article",
    "figure",
]
WORD = st.text("abcdefgh", min_size=1, max_size=6)
TREE = st.recursive(
    WORD,
    lambda inner: st.builds(
        lambda tag, children: f"<{tag}>{' '.join(children)}</{tag}>", st.sampled_from(TAGS), st.lists(inner, max_size=4)
    ),
    max_leaves=25,
)


@given(TREE)
def test_every_word_of_a_page_is_in_exactly_one_line(markup: str) -> None:
    words = re.findall(r"[a-h]+", re.sub(r"<[^>]*>", " ", markup))
    assert sorted(word for text in texts(markup) for word in text.split()) == sorted(words)


@given(st.text(max_size=200))
def test_any_markup_is_walked(markup: str) -> None:
    assert all(line.text == line.text.strip() and line.text for line in read(markup))
    assert all("\n\n" not in line.text for line in read(f"<p>{markup}</p>"))
