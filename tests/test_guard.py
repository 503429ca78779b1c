"""Which addresses may be connected to."""

from __future__ import annotations

import pytest

from scraper.errors import ConfigError, Refused
from scraper.guard import Guard


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "169.254.1.1",
        "100.64.0.1", "100.100.100.200", "168.63.129.16", "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1",
        "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1",
        "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:169.254.169.254", "::127.0.0.1", "2002:7f00:1::",
        "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2001:db8::1", "2001:0:0:1::", "fec0::1",
    ],
)  # fmt: skip
def test_what_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="not a public address"):
        Guard().check("name.example", [address], 80)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::808:808"])
def test_what_is_public_is_let_through(address: str) -> None:
    assert Guard().check("name.example", [address], 443) == [address]


def test_only_the_public_addresses_of_a_name_are_used() -> None:
    assert Guard().check("two-faced.example", ["10.0.0.1", "8.8.8.8"], 80) == ["8.8.8.8"]


def test_the_name_and_its_address_are_both_told() -> None:
    with pytest.raises(Refused, match=r"two-faced\.example is 10\.0\.0\.1, ::1"):
        Guard().check("two-faced.example", ["10.0.0.1", "::1"], 80)


@pytest.mark.parametrize(
    ("allowed", "address", "port", "may"),
    [
        ("127.0.1.0/24:8100", "127.0.1.7", 8100, True),
        ("127.0.1.0/24:8100", "127.0.1.7", 8101, False),
        ("127.0.1.0/24:8100", "127.0.0.1", 8100, False),
        ("10.0.0.0/8", "10.9.8.7", 1, True),
        ("10.1.2.3", "10.1.2.3", 80, True),
        ("10.1.2.3", "10.1.2.4", 80, False),
        ("10.1.2.3/8", "10.200.0.1", 80, True),
        ("[::1]:8000", "::1", 8000, True),
        ("[::1]:8000", "::1", 8001, False),
        ("::1", "::1", 1, True),
        ("[fd00::]/8:80", "fd12::1", 80, True),
        ("fd00::/8", "fd12::1", 80, True),
        ("127.0.0.1:80", "::ffff:127.0.0.1", 80, True),
    ],
)
def test_what_is_allowed_by_name_and_nothing_else(allowed: str, address: str, port: int, may: bool) -> None:
    assert Guard.allowing([allowed]).allows(address, port) is may


@pytest.mark.parametrize(
    "text", ["", "localhost", "10.0.0.0/33", "1.2.3.4:", "1.2.3.4:0", "1.2.3.4:http", "[::1", "1.2.3.4:99999"]
)
def test_an_allowance_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="is no NETWORK"):
        Guard.allowing([text])
