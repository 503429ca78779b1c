"""One look at a source: what its flow asks is answered from the network when it is due, and remembered when not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from scraper import schedule, settle, urls
from scraper.errors import FetchError, NotNow
from scraper.models import Page, Source, Unchanged, Visit

Heard = Page | Unchanged | FetchError


class Look:
    """A source with what is known of its feeds, sitemaps, sections and home page."""

    def __init__(self, source: Source, known: list[Visit]) -> None:
        self.source = source
        self.fresh = 0
        self._known = {visit.url: visit for visit in known}
        self._heard: dict[str, tuple[Visit, Heard]] = {}

    def is_due(self, now: datetime) -> bool:
        """Whether anything of it is: a source that was never looked at always is."""
        dues = [visit.due for visit in self._known.values() if visit.due is not None]
        return not self._known or (bool(dues) and min(dues) <= now)

    def visit(self, url: str, now: datetime) -> Visit:
        """The endpoint at an address, as it stood after the last look."""
        spelt = urls.clean(url)
        return self._known.get(spelt) or Visit(spelt, "section", now, self.source.name, due=now)

    def heard(self, visit: Visit, answer: Heard) -> None:
        self._heard[visit.url] = (visit, answer)

    def flow(self) -> Any:
        from scraper import discover
        return discover.links(self.source)

    def after(self, found: Any, now: datetime) -> list[tuple[Visit, str]]:
        """Every endpoint that was asked, with when to look again, and its host."""
        done = []
        for visit, answer in self._heard.values():
            if isinstance(answer, FetchError):
                after = schedule.after_failure(visit, answer, now)
            else:
                after = schedule.after_look(visit, now, changed=self.fresh > 0 and isinstance(answer, Page))
                after = replace(after, **settle.validators(answer))
                if isinstance(answer, Page):
                    after = replace(after, page=answer.digest)
            done.append((after, urls.host(visit.url)))
        return done
