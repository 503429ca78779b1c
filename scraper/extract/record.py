"""Lines with their verdicts and the fields beside them, put together as an Article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from scraper import urls
from scraper.extract import dates, headlines
from scraper.extract.body import KEPT
from scraper.extract.lines import FIGURE, Element, Line
from scraper.extract.metadata import Fields
from scraper.extract.naming import group
from scraper.extract.wording import bare, plain, same, words
from scraper.models import Article, Block, Dropped, Evidence, Headline, Image, Kind


@dataclass(frozen=True, slots=True)
class Top:
    """What the page puts above its text: the headline, every wording of it, and the dek."""

    headline: Headline | None
    variants: tuple[Headline, ...]
    dek: Line | None


def top(lines: list[Line], verdicts: list[str], variants: tuple[Headline, ...], fields: Fields) -> Top:
    """The headline a reader would call the article by, and the dek that stands under it."""
    names = site_names(fields)
    own = set(map(bare, names))
    told = tuple(each for each in variants if bare(each.text) not in own)
    chosen = headlines.choose(told, names)
    return Top(chosen, told, _dek(lines, verdicts, fields.description, chosen))


def assembled(lines: list[Line], verdicts: list[str], fields: Fields, head: Top) -> Article:
    """The article: each line ends in a block, as headline or dek, or in `dropped` with a reason."""
    final = _final(lines, verdicts, fields, head)
    blocks = tuple(_block(line) for line, verdict in zip(lines, final, strict=True) if verdict == KEPT)
    summary, place = _summary(head, fields, blocks)
    evidence = [each for each in fields.evidence if each.field != "description"]
    evidence += [Evidence("headline", head.headline.place)] if head.headline else []
    evidence += [Evidence("summary", place)] if summary else []
    return Article(
        url=fields.url,
        headline=head.headline.text if head.headline else None,
        summary=summary,
        authors=fields.authors,
        published=fields.published,
        modified=fields.modified,
        section=fields.section,
        tags=fields.tags,
        language=fields.language,
        site_name=fields.site_name,
        image=_captioned(fields.image, lines),
        paywalled=fields.paywalled,
        blocks=blocks,
        headlines=_wordings(lines, final, head),
        alternates=fields.alternates,
        dropped=tuple(_dropped(lines, final)),
        evidence=tuple(sorted(evidence, key=lambda each: each.field)),
    )


def site_names(fields: Fields) -> list[str]:
    """What the site may be called in a title: its name, its host, the host's first label."""
    host = urls.site(fields.url) if fields.url else ""
    return [name for name in (fields.site_name, host, host.split(".")[0]) if name]


# The line that is the headline or the dek: kept, though not as a block.
_AS_FIELD = "kept as a field"
# Reasons that say less than that a line repeats the headline.
_UNSURE = ("heading without text", "loose line")


def _final(lines: list[Line], verdicts: list[str], fields: Fields, head: Top) -> list[str]:
    """The verdicts after headline copies, the dek and the byline are recognised."""
    copies = headlines.Copies(each.text for each in head.variants)
    own = headlines.Copies([head.headline.text] if head.headline else [])
    dek = headlines.Copies([head.dek.text] if head.dek else [])
    people = {plain(name) for name in fields.authors}
    start = next((at for at, line in enumerate(lines) if verdicts[at] == KEPT and line.good >= 12), len(lines))
    headline_seen = False
    final = list(verdicts)
    for at, line in enumerate(lines):
        if line.element.closed:
            continue
        if line is head.dek:
            final[at] = _AS_FIELD
        elif not headline_seen and own.repeats(line.text):
            headline_seen, final[at] = True, _AS_FIELD
        elif at < start and (copy := copies.rewords(line.text) if line.words <= 60 else None):
            final[at] = copy
        elif verdicts[at] == KEPT:
            final[at] = _repeated(line, copies, dek, people)
        elif verdicts[at] in _UNSURE:
            final[at] = copies.repeats(line.text) or verdicts[at]
    return final


def _repeated(line: Line, copies: headlines.Copies, dek: headlines.Copies, people: set[str]) -> str:
    """The verdict on a line of the text: further down just the same words count as a copy."""
    if copies.repeats(line.text):
        return "headline repeated"
    if dek.repeats(line.text):
        return "summary repeated"
    return "byline" if line.words <= 20 and people and _is_byline(plain(line.text), people) else KEPT


def _is_byline(text: str, people: set[str]) -> bool:
    """Whether a line names the authors and says next to nothing else, but for a date."""
    rest = text
    for name in people:
        rest = rest.replace(name, " ")
    return rest != text and (len(words(rest)) <= 3 or dates.alone(rest) is not None)


def _dek(lines: list[Line], verdicts: list[str], description: str | None, chosen: Headline | None) -> Line | None:
    """The line between headline and text that sums the article up: called so, or equal to the description.

    A paragraph of the text that the description repeats is none, unless it is marked up unlike the next.
    """
    told, title = bare(description or ""), bare(chosen.text) if chosen else ""
    held = (line for line, verdict in zip(lines, verdicts, strict=True) if verdict == KEPT)
    kept = [line for line in held if line.level != 1 or line.kind is not Kind.HEADING]  # the headline may be held too
    apart = len(kept) > 1 and _is_apart(kept[0].element, kept[1].element) and bare(kept[0].text) == told
    for line, verdict in zip(lines, verdicts, strict=True):
        called = _is_called_dek(line)
        if verdict == KEPT and line.good >= 12 and not (called or (apart and line is kept[0])):
            return None
        if 4 < line.words <= 120 and line.link < 0.5 and (called or (told and len(line.text) < len(told) + 20)):
            own = bare(line.text)
            if own != title and (called or own == told):
                return line
    return None


def _is_apart(element: Element, following: Element) -> bool:
    return element.parent is not following.parent or element.signature != following.signature


def _is_called_dek(line: Line) -> bool:
    bit = group("dek")
    element = line.element
    own = line.inline & bit or element.groups & bit
    alone = element.parent is not None and element.parent.groups & bit and element.parent.good <= line.words * 2
    others = sum(map(group, ("caption", "login", "related")))  # an offer has a description, too
    beside = (element.groups | line.inline) & others or element.around & FIGURE
    return bool(own or alone) and not beside and not _CREDIT.search(line.text)


def _summary(head: Top, fields: Fields, blocks: tuple[Block, ...]) -> tuple[str | None, str]:
    """The dek, or else what the page says of itself, if that is more than the headline or the beginning of the text."""
    if head.dek is not None:
        return head.dek.text.replace("\n", " "), "dek"
    place = next((each.place for each in fields.evidence if each.field == "description"), "")
    told = fields.description
    if not told or any(same(told, each.text) for each in head.variants) or _begins(blocks, told):
        return None, ""
    return told, place


def _begins(blocks: tuple[Block, ...], told: str) -> bool:
    """Whether a description only repeats how the text begins: sentences of its first paragraphs, cut short or not."""
    beginning = re.sub(r"[\s.…\[\]]+$", "", plain(told))
    texts = [plain(block.text) for block in blocks[:4]]
    return any(beginning in text for text in texts) or " ".join(texts).startswith(beginning)


def _block(line: Line) -> Block:
    return Block(line.kind, line.text, line.level)


def _wordings(lines: list[Line], final: list[str], head: Top) -> tuple[Headline, ...]:
    """The variants that the head of the page gives, and those that stood among its lines.

    A row of links that ends in the headline, or an address that spells it, is a copy but no wording.
    """
    found = dict.fromkeys(head.variants)
    known = {plain(each.text) for each in found}
    for line, verdict in zip(lines, final, strict=True):
        if verdict.startswith("headline variant") and line.links < 2 and "://" not in line.text:
            text = line.text.replace("\n", " ")
            if plain(text) not in known:
                known.add(plain(text))
                found[Headline(text, "caption" if line.element.around & FIGURE else "page")] = None
    return tuple(found)


def _dropped(lines: list[Line], final: list[str]) -> Iterator[Dropped]:
    for line, verdict in zip(lines, final, strict=True):
        if verdict not in (KEPT, _AS_FIELD):
            yield Dropped(line.index, line.text, verdict)


# --- the caption of the main image --------------------------------------------


def _captioned(image: Image | None, lines: Iterable[Line]) -> Image | None:
    """The image with its caption, where a figure shows the same file, or as linked data has it; without the credit."""
    if image is None:
        return None
    name = _file(image.url)
    for line in lines:
        figure = _figure(line.element) if line.element.around & FIGURE and line.words > 2 else None
        caption = _without_credit(line.text) if figure else None
        if figure and caption and any(_file(source) == name for source in _sources(figure)):
            return replace(image, caption=caption)
    return replace(image, caption=_without_credit(image.caption or ""))


def _without_credit(text: str) -> str | None:
    """A caption without who took the picture; None for one that says nothing else."""
    return _CREDIT.sub("", text.replace("\n", " ")).strip() or None


_PICTURE = (
    r"(?:bild|cr[eé]dit|fot[oó]|fot\.|fotograf[ií]a|image|photo|photograph|picture|quelle|source|фото|写真|사진)s?"
)
_CREDIT = re.compile(
    rf"(?:(?:^|[(\[|/•·–—-]\s*|(?<=[.!?\"”»])\s*){_PICTURE}(?:\s+(?:by|courtesy|credit|de|von)\b|\s*[:/])"
    r"|\s+(?-i:Bild|Credit|Crédit|Foto|Fotos|Photo|Photos|Quelle)\s*:"
    r"|©|\(c\)|[|/(]\s*(?:dpa|afp|reuters|getty|ap photo|picture alliance|shutterstock)\b).{0,80}$",
    re.IGNORECASE,
)


def _figure(element: Element) -> Element | None:
    while element.tag != "figure" and element.parent:
        element = element.parent
    return element if element.tag == "figure" else None


def _sources(figure: Element) -> Iterator[str]:
    for image in figure.node.css("img, source, amp-img"):
        for key in ("src", "data-src", "srcset", "data-srcset"):
            yield from (image.attributes.get(key) or "").split()


def _file(address: str) -> str:
    """The last part of an address, without size suffixes: what two renditions of one image share."""
    name = urlsplit(address).path.rpartition("/")[2].rpartition(".")[0]
    return re.sub(r"[-_]\d+x\d+$", "", name) or address
