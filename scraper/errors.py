"""What can go wrong, as one tree: the class says what happened and what to do about it.

Foreign errors are translated into these at one border each and nowhere else;
`None` is never used for "failed".
"""

from __future__ import annotations


class ScraperError(Exception):
    """Anything this package refuses or cannot do, as one line for a person.

    `url` is the address it happened at, if there was one. `retry` says whether the
    same request may succeed later. `exit_code` is the command line's exit status
    when this ends the whole command.
    """

    retry: bool = False
    exit_code: int = 1

    def __init__(self, message: str, *, url: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.url = url

    def __str__(self) -> str:
        return f"{self.url}: {self.message}" if self.url else self.message

    @property
    def said(self) -> str:
        """Its name and what it says, as the archive writes it down."""
        return f"{type(self).__name__}: {self.message}"

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders: keyword arguments survive pickling as state."""
        return _revive, (type(self), self.__dict__)


def _revive(kind: type[ScraperError], state: dict[str, object]) -> ScraperError:
    error = kind.__new__(kind, state["message"])
    error.__dict__.update(state)
    return error


class FetchError(ScraperError):
    """No usable page came back."""


class Unreachable(FetchError):
    """No answer: name not found, connection refused or reset, TLS, time-out."""

    retry = True


class Silent(Unreachable):
    """The server took the request and then stopped answering, or answers without end."""


class Busy(FetchError):
    """The server asked to be left alone for now: 429 or any 5xx.

    `status` is the HTTP status; `after` is Retry-After in seconds, None if it gave none.
    """

    retry = True

    def __init__(
        self,
        message: str,
        *,
        url: str | None = None,
        status: int | None = None,
        after: float | None = None,
    ) -> None:
        super().__init__(message, url=url)
        self.status = status
        self.after = after


class NotNow(Busy):
    """Nobody was asked: the host wants peace, its robots.txt failed, or its share of this run is spent."""


class Refused(FetchError):
    """We may not: robots.txt, 401, 402, 403, 451, a wall, a private address, a scheme that is not http."""

    def __init__(self, message: str, *, url: str | None = None, status: int | None = None) -> None:
        super().__init__(message, url=url)
        self.status = status


class Gone(FetchError):
    """There is nothing at this address (any more): 404, 410, another 4xx, a soft 404."""

    def __init__(self, message: str, *, url: str | None = None, status: int | None = None) -> None:
        super().__init__(message, url=url)
        self.status = status


class Unusable(FetchError):
    """Something came, but no page: too large, a redirect loop, broken encoding, not a URL."""


class ExtractError(ScraperError):
    """The page is here and no article is in it.

    `reason` is one word for machines, of those in `extract.kinds.REFUSED`: empty, consent, wall, list, missing …
    `article` is what was read on the page all the same, for those who know better; None if there was nothing.
    """

    def __init__(
        self, message: str, *, url: str | None = None, reason: str = "empty", article: object | None = None
    ) -> None:
        super().__init__(message, url=url)
        self.reason = reason
        self.article = article


class ConfigError(ScraperError):
    """A configuration file or option is wrong; the message says where."""

    exit_code = 2


class Running(ScraperError):
    """Another run holds the lock of this archive."""

    exit_code = 3


class ArchiveError(ScraperError):
    """The archive cannot be used: locked, read-only, full disk, a newer schema, not an archive."""


class DamagedArchive(ArchiveError):
    """What is stored does not verify."""

    exit_code = 4
