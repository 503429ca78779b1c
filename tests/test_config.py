"""The configuration file, and how its errors are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper import config
from scraper.config import Config
from scraper.errors import ConfigError
from scraper.models import Source


def test_what_is_said_is_read() -> None:
    told = config.parse('contact = "mailto:a@b.example"\nallow_address = ["10.0.0.0/8", "127.0.0.1:80"]\n')
    assert told == Config("mailto:a@b.example", ("10.0.0.0/8", "127.0.0.1:80"))


def test_nothing_said_is_the_default() -> None:
    assert config.parse("# nothing\n") == Config(None, ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\ncontct = "x"', "s.toml:2: unknown key 'contct', did you mean 'contact'?"),
        ("[sauce]", "s.toml:1: unknown key 'sauce'"),
        ("\n\ncontact = 7", "s.toml:3: contact must be a string"),
        ("allow_address = [1]", "s.toml:1: allow_address must be a list of strings"),
        ('allow_address = "10.0.0.0/8"', "s.toml:1: allow_address must be a list of strings"),
        ("contact = ", "s.toml:1: Invalid value"),
        ("contact = 'a'\ncontact = 'b'", "s.toml:2: Cannot overwrite a value"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.parse(text, "s.toml")
    assert caught.value.message.startswith(said)
    assert caught.value.exit_code == 2


SOURCES = """\
gap = 2

[[source]]
home = "https://www.courier.example/"

# the desk's own
[[source]]
name = "echo"
home = "echo.example/news"
feeds = ["/rss.xml"]
exclude = ["/sport/"]
delay = 5
keep = ["article", "live"]
[source.headers]
Referer = "https://echo.example/"
"""


def test_a_source_says_as_much_as_it_wants() -> None:
    told = config.parse(SOURCES)
    assert told.gap == 2
    assert told.sources == (
        Source("courier.example", "https://www.courier.example/"),
        Source(
            "echo",
            "https://echo.example/news",
            feeds=("https://echo.example/rss.xml",),
            exclude=("/sport/",),
            delay=5,
            headers=(("Referer", "https://echo.example/"),),
            keep=("article", "live"),
        ),
    )
    assert told.source("echo") == told.source("https://echo.example/news") == told.sources[1]
    assert told.source("courier.example") == told.sources[0]
    assert told.source("nobody") is None


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('hom = "a.example"', "s.toml:3: unknown key 'hom', did you mean 'home'?"),
        ('name = "a"', "s.toml:2: a source without home"),
        ('home = "ftp://a.example/"', "s.toml:3: ftp://a.example/: not an http or https URL"),
        ('home = "a.example"\ndelay = "5"', "s.toml:4: delay must be seconds, like 5"),
        ('home = "a.example"\ndelay = true', "s.toml:4: delay must be seconds, like 5"),
        ('home = "a.example"\nfeeds = "/rss"', "s.toml:4: feeds must be a list of addresses"),
        ('home = "a.example"\nfeeds = ["mailto:x"]', "s.toml:3: mailto:x: not an http or https URL"),
        ('home = "a.example"\ninclude = ["("]', "s.toml:4: include must be a list of regular expressions"),
        ('home = "a.example"\nkeep = ["articles"]', "s.toml:4: keep must be a list of article, gallery"),
        ('home = "a.example"\n[source.headers]\nX = "a\\r\\nY: b"', "s.toml:4: headers must be a table of strings"),
        ('home = "a.example"\nhome = "b.example"', "s.toml:4: Cannot overwrite a value"),
        ('home = "a.example"\n[other]\nx = 1', "s.toml:4: 'other' stands among the sources"),
    ],
)
def test_a_fault_of_one_source_is_a_value_and_the_others_stay(entry: str, said: str) -> None:
    text = f'\n[[source]]\n{entry}\n[[source]]\nhome = "https://d.example/"\n'
    told = config.read(text, "s.toml")
    [fault] = told.faults
    assert fault.message.startswith(said)
    assert told.sources == (Source("d.example", "https://d.example/"),)
    with pytest.raises(ConfigError):
        config.parse(text, "s.toml")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('name = "c"\nhome = "https://www.c.example/"', "s.toml:4: there is a source 'c' already"),
        ('home = "http://c.example"', "s.toml:4: http://c.example/ is the home of 'c' already"),
    ],
)
def test_a_source_stands_once(entry: str, said: str) -> None:
    told = config.read(f'[[source]]\nname = "c"\nhome = "http://c.example/"\n[[source]]\n{entry}\n', "s.toml")
    assert [fault.message for fault in told.faults] == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gap = -1", "s.toml:1: gap must be seconds"),
        ("host_budget = 0", "s.toml:1: host_budget must be a whole number above 0"),
        ('honour = ["nofollow"]', "s.toml:1: honour must be a list of noarchive, noindex, tdm"),
        ('[source]\nhome = "a.example"', "s.toml:1: source must be tables that begin with [[source]]"),
    ],
)
def test_a_fault_of_the_whole_is_raised(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.read(text, "s.toml")
    assert caught.value.message.startswith(said)


def test_what_is_added_leaves_the_rest_as_it_stands() -> None:
    source = Source(
        'the "echo"', "https://echo.example/", feeds=("https://echo.example/rss",), cookies=(("ok", "ja"),), delay=2.5
    )
    text = config.added(SOURCES, source, "found by hand")
    assert text.startswith(SOURCES)
    assert text[len(SOURCES) :] == (
        "\n# found by hand\n[[source]]\n"
        'name = "the \\"echo\\""\nhome = "https://echo.example/"\nfeeds = ["https://echo.example/rss"]\n'
        'delay = 2.5\ncookies = { "ok" = "ja" }\n'
    )
    assert config.parse(text).sources[-1] == source


def test_a_source_without_peculiarities_is_one_line() -> None:
    assert (
        config.entry(Source("a.example", "https://www.a.example/")) == '[[source]]\nhome = "https://www.a.example/"\n'
    )


def test_the_sample_is_valid_and_changes_nothing() -> None:
    sample = (Path(__file__).parent.parent / "data" / "sources.toml").read_text(encoding="utf-8")
    assert config.parse(sample) == Config()
    uncommented = "\n".join(
        line.removeprefix("# ") for line in sample.splitlines() if " = " in line or line.startswith("# [")
    )
    told = config.parse(uncommented)
    assert told.contact
    assert len(told.sources) == 2
