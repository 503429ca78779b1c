"""The configuration file, and how its errors are told."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from scraper import config
from scraper.config import Config
from scraper.errors import ConfigError


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
        ("contact = ", "s.toml: Invalid value (at end of document)"),
        ("contact = 'a'\ncontact = 'b'", "s.toml: Cannot overwrite a value"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.parse(text, "s.toml")
    assert caught.value.message.startswith(said)
    assert caught.value.exit_code == 2


def test_the_sample_is_valid_and_changes_nothing() -> None:
    sample = (Path(__file__).parent.parent / "data" / "sources.toml").read_text(encoding="utf-8")
    assert config.parse(sample) == Config()
    uncommented = "\n".join(line.removeprefix("# ") for line in sample.splitlines() if " = " in line)
    assert set(tomllib.loads(uncommented)) == {"contact", "allow_address"}
