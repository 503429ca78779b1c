"""Content codings undone step by step: never more in memory than a step beyond the limit.

A kilobyte can unpack to a gigabyte, so every decoder is asked for little at a time and
the caller counts. gzip, deflate (with and without its zlib header), brotli, zstd.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from scraper.errors import Unreachable, Unusable

ACCEPTED = "gzip, deflate, br, zstd"
STEP = 1 << 18
"""Bytes a decoder may hand out at once."""

_ZSTD_SLICE = 128
"""Bytes of input a step: a block of four bytes may stand for 128 KiB, so a step gives at most 4 MiB."""
_ZSTD_WINDOW = 1 << 23
"""The largest window a web server may use (RFC 9659)."""


class Decoder(Protocol):
    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bytes that come of `data`, in steps."""

    def finish(self) -> None:
        """Raises `Unreachable` when the coded stream has not come to its end."""


def decoders(content_encoding: str | None) -> list[Decoder]:
    """The decoders that undo a Content-Encoding header, in the order to apply them.

    Raises `Unusable` for a coding nobody asked for.
    """
    names = [name.strip().lower() for name in (content_encoding or "").split(",")]
    wanted = [name for name in reversed(names) if name not in ("", "identity", "none", "utf-8")]
    unknown = next((name for name in wanted if name not in _KINDS), None)
    if unknown is not None or len(wanted) > 2:
        raise Unusable(f"content encoding {content_encoding!r} is not one we asked for")
    return [_KINDS[name]() for name in wanted]


def decoded(data: bytes, chain: list[Decoder]) -> Iterator[bytes]:
    """`data` through every decoder of the chain, in steps. Raises `Unusable` for broken data."""
    if not chain:
        yield data
        return
    for part in chain[0].feed(data):
        yield from decoded(part, chain[1:])


class _Zlib:
    """gzip in one or more members, or deflate with or without its header."""

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._stream = zlib.decompressobj(wbits)
        self._began = False
        self._plain = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        if not self._began and data:
            self._begin(data)
        if self._plain:
            yield data
            return
        while data:
            if self._stream.eof:
                if self._wbits != _GZIP or not data.startswith(b"\x1f\x8b"):
                    return  # padding and garbage behind the stream are nobody's text
                self._stream = zlib.decompressobj(self._wbits)
            yield self._step(data)
            data = self._stream.unconsumed_tail or self._stream.unused_data

    def finish(self) -> None:
        if self._began and not self._plain and not self._stream.eof:
            raise Unreachable("the answer broke off inside its compressed body")

    def _begin(self, data: bytes) -> None:
        """Servers that say gzip and send text are taken at what they send; deflate may lack its header."""
        self._began = True
        if self._wbits == _GZIP:
            self._plain = not b"\x1f\x8b".startswith(data[:2])
        elif data[0] & 0x0F != 8 or (len(data) > 1 and int.from_bytes(data[:2], "big") % 31):
            self._stream = zlib.decompressobj(-zlib.MAX_WBITS)

    def _step(self, data: bytes) -> bytes:
        try:
            return self._stream.decompress(data, STEP)
        except zlib.error as error:
            raise Unusable(f"the compressed body is broken ({error})") from error


class _Brotli:
    def __init__(self) -> None:
        import brotli

        self._error = brotli.error
        self._stream = brotli.Decompressor()
        self._began = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._began = self._began or bool(data)
        try:
            yield self._stream.process(data, output_buffer_limit=STEP)
            while not self._stream.can_accept_more_data():
                yield self._stream.process(b"", output_buffer_limit=STEP)
        except self._error as error:
            raise Unusable(f"the compressed body is broken ({error})") from error

    def finish(self) -> None:
        if self._began and not self._stream.is_finished():
            raise Unreachable("the answer broke off inside its compressed body")


class _Zstd:
    def __init__(self) -> None:
        import zstandard

        self._error = zstandard.ZstdError
        self._reader = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._stream = self._reader.decompressobj()
        self._began = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            for at in range(0, len(data), _ZSTD_SLICE):
                yield from self._slice(data[at : at + _ZSTD_SLICE])
        except self._error as error:
            raise Unusable(f"the compressed body is broken ({error})") from error

    def finish(self) -> None:
        if self._began and not self._stream.eof:
            raise Unreachable("the answer broke off inside its compressed body")

    def _slice(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._stream.eof:
                self._stream = self._reader.decompressobj()
            self._began = True
            yield self._stream.decompress(data)
            data = self._stream.unused_data if self._stream.eof else b""


_GZIP = 16 + zlib.MAX_WBITS
_KINDS: dict[str, Callable[[], Decoder]] = {
    "br": _Brotli,
    "deflate": lambda: _Zlib(zlib.MAX_WBITS),
    "gzip": lambda: _Zlib(_GZIP),
    "x-gzip": lambda: _Zlib(_GZIP),
    "zstd": _Zstd,
}


# --- as it was transferred ------------------------------------------------------


def unchunked(content: bytes) -> bytes:
    """A body as it stood before it was cut into chunks; what was not cut, or breaks off, is taken as far as it goes."""
    parts, at = [], 0
    while size := _CHUNK.match(content, at):
        length = int(size[1], 16)
        parts.append(content[size.end() : size.end() + length])
        at = size.end() + length
        if not length:
            return b"".join(parts)
    return b"".join(parts) if parts else content


_CHUNK = re.compile(rb"(?:\r\n)?([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")
