"""robots.txt bytes → may we ask, and how often: RFC 9309, read by protego.

rules = robots.parse(page.body, page.status)
rules.may("https://…/private/", "news-scraper").line  # 'Disallow: /private/'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlsplit

from protego import Protego
from protego._ruleset import _RuleSet
from protego._utils import _quote_path, _quote_pattern

from scraper import urls

LONGEST = 512_000
"""Bytes that are read (RFC 9309, 2.5: at least 500 KiB); a line that is cut there is left out."""

MOST_SITEMAPS = 1_000


class Verdict(NamedTuple):
    """Whether an address may be asked, and the line that decided; `line` is None where no line speaks of it."""

    allowed: bool
    line: str | None = None


@dataclass(frozen=True)
class Robots:
    """What one robots.txt says. `failed`: the server could not say, so nothing may be asked now."""

    text: str = ""
    failed: bool = False

    def may(self, url: str, agent: str) -> Verdict:
        """Whether `agent` may ask for this address: the longest rule counts, of equally long ones the allowing."""
        if urlsplit(url).path == "/robots.txt":
            return Verdict(allowed=True)
        if self.failed:
            return Verdict(allowed=False, line="robots.txt failed")
        # protego tells the verdict only; the rule behind it stands in its rule set, the deciding first.
        group = self._group(agent)
        asked = _quote_path(url)
        rules = group._rules if group else ()  # noqa: SLF001
        rule = next((each for each in rules if each.value.match(asked)), None)
        if rule is None:
            return Verdict(allowed=True)
        said = self._values.get(rule.value._pattern, rule.value._pattern)  # noqa: SLF001
        return Verdict(rule.field == "allow", f"{rule.field.capitalize()}: {said}")

    def delay(self, agent: str) -> float | None:
        """Seconds between two requests that it asks of `agent`: Crawl-delay or Request-rate, the longer."""
        group = self._group(agent)
        rate = group.request_rate if group else None
        asked = (group.crawl_delay if group else None, rate.seconds / rate.requests if rate else None)
        return max((each for each in asked if each is not None), default=None)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The addresses of the sitemaps it lists; `url` is its own, for those that are relative."""
        found = (urls.join(url, each) for each in islice(self._rules.sitemaps, MOST_SITEMAPS))
        return tuple(dict.fromkeys(each for each in found if each))

    def _group(self, agent: str) -> _RuleSet | None:
        """The rules for `agent`, else those for all; protego would also take a name that ours only begins with."""
        groups = self._rules._user_agents  # noqa: SLF001
        return groups.get(agent.lower()) or groups.get("*")

    @cached_property
    def _values(self) -> dict[str, str]:
        """The value of each rule as protego spells it → as it stands in the file."""
        values = (line.partition("#")[0].partition(":")[2].strip() for line in self.text.splitlines())
        return {_quote_pattern(value): value for value in values if value}

    @cached_property
    def _rules(self) -> Protego:
        return Protego.parse(self.text)


ALLOWING = Robots()
"""No rules at all."""


def parse(body: bytes, status: int | None = 200) -> Robots:
    """What an answer to /robots.txt means, redirects followed; `status` None stands for no answer at all.

    A 4xx means that there are no rules, 429, a 5xx or no answer that nothing may be asked for now.
    A page that is sent in its place (HTML with status 200) has no rules either.
    """
    if status is None or status >= 500 or status == 429:
        return Robots(failed=True)
    if not 200 <= status < 300:
        return ALLOWING
    return Robots(_text(body))


def _text(body: bytes) -> str:
    if len(body) > LONGEST:
        body = body[:LONGEST]
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    # protego ends lines where str.splitlines does: a form feed or U+2028 inside a line would end it too early
    text = body.decode("utf-8-sig", "replace").lstrip("\ufeff")
    text = text.translate(_NO_LINE_ENDS).replace("\r", "\n")
    return _CRAWL_DELAY.sub(_seconds, _VERSION.sub(r"\1", text))


_VERSION = re.compile(r"^([ \t]*user-?[ ]?agent[ \t]*:[^/#\n]*)/[^#\n]*", re.IGNORECASE | re.MULTILINE)
"""RFC 9309, 2.2.1: a group is named for a product; the version that some write behind it is none of the name."""

_CRAWL_DELAY = re.compile(r"^([ \t]*crawl-delay[ \t]*:[ \t]*)(\d+)(?:[.,](\d+))?[^#\n]*", re.IGNORECASE | re.MULTILINE)


def _seconds(line: re.Match[str]) -> str:
    """Half of Europe writes a comma, some name the unit."""
    return f"{line[1]}{line[2]}.{line[3] or 0}"


_NO_LINE_ENDS = dict.fromkeys(map(ord, "\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), " ")
