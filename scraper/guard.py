"""Which addresses may be connected to: public ones, and those that were allowed by name.

Checked after name resolution, on the very address that the socket then connects to, so
that neither a redirect nor a name that changes its mind leads inside.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Self

from scraper.errors import ConfigError, Refused

Address = IPv4Address | IPv6Address

# Not public, though `ipaddress` says `is_global` for some in some Python versions.
# From the IANA special-purpose address registries and cloud documentation.
_NEVER = tuple(
    ipaddress.ip_network(each)
    for each in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "100.100.100.200/32",  # Alibaba metadata
        "168.63.129.16/32",  # Azure metadata
        "169.254.0.0/16",  # link-local; 169.254.169.254 is everybody's metadata
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relay
        "198.18.0.0/15",
        "240.0.0.0/4",
        "::/96",  # IPv4-compatible
        "100::/64",
        "fec0::/10",  # site-local
        "fd00:ec2::254/128",  # AWS metadata
    )
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NAT64_LOCAL = ipaddress.ip_network("64:ff9b:1::/48")


@dataclass(frozen=True, slots=True)
class Allowed:
    """A network that may be asked although it is not public; `port` None means every port."""

    network: ipaddress.IPv4Network | ipaddress.IPv6Network
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """`10.0.0.0/8`, `127.0.1.0/24:8100`, `fd00::/8`, `[::1]:8000`. Raises `ConfigError`."""
        network, port = _parted(text.strip())
        try:
            return cls(ipaddress.ip_network(network, strict=False), None if port is None else _port(port))
        except ValueError as error:
            raise ConfigError(f"--allow-address {text!r} is no NETWORK[:PORT]: {error}") from error

    def covers(self, address: Address, port: int) -> bool:
        return address.version == self.network.version and address in self.network and self.port in (None, port)


@dataclass(frozen=True, slots=True)
class Guard:
    """Says of an address whether it may be connected to; by default only the public internet."""

    allowed: tuple[Allowed, ...] = ()

    @classmethod
    def allowing(cls, networks: Iterable[str]) -> Self:
        """The guard that also lets `NETWORK[:PORT]`s through. Raises `ConfigError`."""
        return cls(tuple(Allowed.parse(each) for each in networks))

    def check(self, host: str, addresses: Iterable[str], port: int) -> list[str]:
        """Those of a host's addresses that may be connected to, in their order.

        Raises `Refused`, naming host and address, when none may.
        """
        found = list(addresses)
        may = [each for each in found if self.allows(each, port)]
        if not may:
            said = host if host in found else f"{host} is {', '.join(found[:3])}:"
            raise Refused(f"{said} not a public address; --allow-address would let it through")
        return may

    def allows(self, address: str, port: int) -> bool:
        parsed = ipaddress.ip_address(address.partition("%")[0])
        if any(each.covers(inner, port) for each in self.allowed for inner in (parsed, *_embedded(parsed))):
            return True
        return _is_public(parsed) and all(map(_is_public, _embedded(parsed)))


def _is_public(address: Address) -> bool:
    if not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified:
        return any(address in each for each in (_NAT64,) if address.version == 6)
    return not any(address in each for each in _NEVER if each.version == address.version)


def _embedded(address: Address) -> Iterator[IPv4Address]:
    """IPv4 addresses that an IPv6 address stands for: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, IPv4Address):
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if address in _NAT64 or address in _NAT64_LOCAL:
        yield IPv4Address(int(address) & 0xFFFFFFFF)


def _parted(text: str) -> tuple[str, str | None]:
    """Network and port: IPv6 needs brackets to carry a port."""
    bracketed = re.fullmatch(r"\[([^\]]*)\](/\d+)?(?::(.*))?", text)
    if bracketed:
        return bracketed[1] + (bracketed[2] or ""), bracketed[3]
    if text.count(":") == 1:
        network, _, port = text.partition(":")
        return network, port
    return text, None


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        message = f"{text!r} is no port"
        raise ValueError(message)
    return int(text)
