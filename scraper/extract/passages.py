"""The lines of a plain-text capture as passages: wrapped lines joined again, marks of lists, quotes and links off.

What stands in the margin of a text says how it was made: bullets, `>` of mail, `[12]` of
lynx, `[text](address)` of Markdown. It is taken off and kept as a fact about the passage.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from scraper import tables
from scraper.extract.lines import folded


@dataclass(slots=True, eq=False)
class Passage:
    """One paragraph, heading or item of a capture, and the input lines it came from.

    `lines` are (number among the non-empty lines from 1, text). `block` counts the runs between
    blank lines, `links` the marks of links; `linked` is the share of letters inside of links
    as far as the text tells.
    """

    text: str
    lines: tuple[tuple[int, str], ...]
    block: int
    mark: str = ""
    depth: int = 0
    links: int = 0
    linked: float = 0.0
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """The passages of a text, and what its whole tells: the width it was wrapped at (0: it is not).

    `mail` is what the header of a mail says, `subject` the number of the line that has the subject (0: none).
    """

    passages: list[Passage]
    width: int
    mail: dict[str, str] = field(default_factory=dict)
    subject: int = 0


ITEM, QUOTE, HEADING, PICTURE = "item", "quote", "heading", "picture"
MAIL, ADDRESS, NOTHING = "mail", "address", "nothing"
"""What the margin says of a passage: an item of a list, a quotation, a Markdown heading or picture; a line of a
mail's header, an address alone, marks without words or far too many lines."""


@dataclass(slots=True)
class _Line:
    """One non-empty line: its number, its text with white space folded, what was in its margin, and its shape."""

    number: int
    shown: str
    text: str
    block: int
    indent: int
    width: int
    mark: str = ""
    depth: int = 0
    links: int = 0
    subject: bool = False
    airy: bool = False


def read(text: str) -> Capture:
    """The non-empty lines of a text as passages, each line in exactly one."""
    marked = text.count("](") >= 3
    lines = list(_lines(text))
    header = _mail_header(lines) or _reader_header(lines)
    subject = next((line.number for line in lines if line.mark == MAIL and line.subject), 0)
    _mark_references(lines)
    stray = sum(_is_stray(line) for line in lines)
    width = _width(lines) or (_width(_by_letters(lines)) if _WIDE.search(text) else 0)
    broken = stray >= (_SURELY_BROKEN if width else _BROKEN)
    width = 0 if broken else width
    joined = _unwrapped(lines, width) if width else _unbroken(lines) if broken else ([line] for line in lines)
    return Capture([_passage(run, marked=marked) for run in joined], width, header, subject)


# --- one line --------------------------------------------------------------------

_QUOTED = re.compile(r"(?:> ?)+")
_BULLET = re.compile(r"(?:[*•·◦▪▫‣●○■□►▸➤✓✔+–-]|o(?= +[^\W\d_a-zß-ÿ]))\s+(?=\S)")
_NUMBER = re.compile(r"\d{1,3}[.)]\s+(?=\S)")
_HASHES = re.compile(r"(#{1,6})\s+(?=\S)")
_LINK_MARK = re.compile(r"\[\d{1,4}\](?=\S)")
_LINK = re.compile(
    r"!?\[([^\[\]]{0,400})\]\(<?[^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,2000})?>?(?: +\"[^\"]{0,200}\")?\)"
)
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.{1,2000}?)(?<=\S)\1")
_ESCAPED = re.compile(r"\\(?=[-\\`*_{}\[\]()#+.!>|])")
_ADDRESS = re.compile(
    r"(?:\d{1,4}\.\s+|\[\d{1,4}\]:?\s*|<)?(?:https?|file|mailto|javascript|ftp|data|tel):\S*$", re.IGNORECASE
)
_BULLETS = frozenset("*•·◦▪▫‣●○■□►▸➤✓✔+–-o")


def _lines(text: str) -> Iterator[_Line]:
    block = number = 0
    blank = True
    rows = text.splitlines()
    most = max(_MOST_LINES, len(text) // _SHORTEST)
    for raw in rows[:most]:
        shown = " ".join(raw.split())
        if not shown:
            blank = True
            continue
        number += 1
        block += blank
        blank = False
        yield _line(_Line(number, shown, shown, block, len(raw) - len(raw.lstrip()), _columns(raw.rstrip())))
    if rest := " ".join(" ".join(rows[most:]).split()):
        yield _Line(number + 1, rest, rest, block + 1, 0, 0, NOTHING)


_MOST_LINES = 20_000
_SHORTEST = 40
"""Lines of a text, and characters a line has on average in a longer one. What goes beyond, columns of figures, is
taken as one line."""


def _line(line: _Line) -> _Line:
    text, first = line.shown, line.shown[0]
    if first == ">" and (match := _QUOTED.match(text)):
        line.mark, text = QUOTE, text[match.end() :]
        first = text[:1]
    if "[" in text:
        text, line.links = _LINK_MARK.subn("", text)
        first = text[:1]
    if first in _BULLETS and (match := _BULLET.match(text)):
        line.mark, line.depth, text = ITEM, line.indent, text[match.end() :]
    elif first.isdigit() and _NUMBER.match(text):
        line.mark, line.depth = ITEM, line.indent
    elif first == "#" and (match := _HASHES.match(text)):
        line.mark, line.depth, text = HEADING, len(match[1]), text[match.end() :]
    line.text = folded(text)
    if ":" in text and _ADDRESS.match(line.shown):
        line.mark = ADDRESS
    elif not any(map(str.isalnum, line.text)):
        line.mark = NOTHING
    return line


def _columns(raw: str) -> int:
    """How wide a line is shown: letters of East Asian scripts take two columns."""
    if raw.isascii():
        return len(raw.expandtabs())
    return len(raw) + len(_WIDE.findall(raw)) - len(_UNSEEN.findall(raw))


_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]"
)
_UNSEEN = re.compile("[\u00ad\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u200b-\u200f\u2060\ufeff]")


# --- the addresses at the end ---------------------------------------------------------


def _mark_references(lines: list[_Line]) -> None:
    """Marks the list of addresses that lynx sets at the end as such, with the lines that addresses run over."""
    addresses = start = 0
    for at in range(len(lines) - 1, -1, -1):
        addresses += lines[at].mark == ADDRESS
        if lines[at].mark == ADDRESS and addresses >= max(3, 0.6 * (len(lines) - at)):
            start = at
    for line in lines[start:] if start else []:
        line.mark = ADDRESS


# --- the header of a mail ----------------------------------------------------------


def _mail_header(lines: list[_Line]) -> dict[str, str]:
    """What the header of a mail says, by `from`, `date`, `subject`; its lines are marked as such.

    Two lines and more together, one of them the sender or the subject: "To: everybody" alone is text.
    """
    names = _mail_names()
    told: dict[str, str] = {}
    for start, line in enumerate(lines[:60]):
        if ":" in line.text and _mail_name(line, names):
            run = _header_lines(lines, start, names)
            found = {
                names[name]: value
                for at in run
                if (name := _mail_name(lines[at], names)) and (value := _mail_value(lines[at]))
            }
            if len(found) >= 2 and ("from" in found or "subject" in found):
                for at in run:
                    lines[at].mark = MAIL
                    _set_subject(lines[at], names.get(_mail_name(lines[at], names) or "", ""))
                told = {**found, **told}
    return told


def _reader_header(lines: list[_Line]) -> dict[str, str]:
    """What a reading tool sets above the text it found: "Title: …", "URL Source: …", each a paragraph."""
    names = tables.load("mail")["reader"]
    named = [(line, name) for line in lines[:_READER_LINES] if (name := _mail_name(line, names))]
    if not {"subject", "address"} <= {names[name] for _, name in named}:
        return {}
    for line, name in named:
        line.mark = MAIL
        _set_subject(line, names[name])
    return {names[name]: _mail_value(line) for line, name in named}


_READER_LINES = 8


def _set_subject(line: _Line, kind: str) -> None:
    """The line with the subject says that, and may be the headline."""
    if kind == "subject" and (value := _mail_value(line)):
        line.subject, line.text = True, value


def _header_lines(lines: list[_Line], start: int, names: dict[str, str]) -> list[int]:
    run = [start]
    for at in range(start + 1, min(start + 40, len(lines))):
        if lines[at].block != lines[start].block:
            break
        if not (_mail_name(lines[at], names) or lines[at].indent > lines[start].indent):
            break
        run.append(at)
    return run


def _mail_name(line: _Line, names: dict[str, str]) -> str | None:
    name = line.text.partition(":")[0].strip(" *").lower() if ":" in line.text[:40] else ""
    return name if name in names else None


def _mail_value(line: _Line) -> str:
    return line.text.partition(":")[2].strip(" *")


def _mail_names() -> dict[str, str]:
    return {name: kind for kind, names in tables.load("mail")["mail"].items() for name in names}


# --- wrapped lines -----------------------------------------------------------------

_WIDEST = 132
"""Columns. Nothing that wraps lines does it further out; paragraphs of pages are longer."""


def _width(lines: list[_Line]) -> int:
    """The width at which lines were broken, 0 if they were not.

    Seen on the lines that the next one goes on from in the middle of a sentence: nearly all end
    short of one width, and few could have taken the first word of the next.
    """
    pairs = [pair for pair in pairwise(lines) if _is_open(*pair)]
    widths = sorted(one.width for one, _ in pairs if "](" not in one.text and "://" not in one.text)
    if len(widths) < 3:
        return 0
    width = widths[-1 - len(widths) // 20]
    if not 40 <= width <= _WIDEST:
        return 0
    long = [pair for pair in pairs if pair[0].width > width // 2]
    full = sum(_is_full(*pair, width - 4 if _WIDE.match(pair[1].text) else int(width * (1 - _SLACK))) for pair in long)
    return width if full >= max(3, 0.6 * len(long)) and _beyond(lines, width) < _UNWRAPPED else 0


_UNWRAPPED = 0.35
"""Of the letters: as many may stand in lines beyond the width that are no items: some programs wrap paragraphs only."""


def _beyond(lines: list[_Line], width: int) -> float:
    """The share of letters in lines that run on beyond a width; addresses do and say nothing."""
    told = [len(line.text) for line in lines if line.mark not in (ADDRESS, ITEM) and "](" not in line.text]
    return sum(size for size in told if size > 1.1 * width) / max(sum(told), 1)


_SLACK = 0.12
"""Of the width: how much shorter a full line may be, where margins differ within a text."""


def _by_letters(lines: list[_Line]) -> list[_Line]:
    """The lines measured in letters, as programs do that know nothing of wide ones."""
    for line in lines:
        line.width = line.indent + len(line.shown)
    return lines


def _is_open(one: _Line, other: _Line) -> bool:
    """Whether a line seems to go on in the next: no end mark, and a small letter or one without case."""
    if one.block != other.block or one.mark in _APART or other.mark not in ("", QUOTE) or closes(one.text):
        return False
    first = other.text[:1]
    return (first.islower() or (first.isalpha() and not first.isupper())) and len(one.text) > 20


def _is_full(one: _Line, other: _Line, width: int) -> bool:
    """Whether a line could not have taken the first word of the next."""
    word = other.shown.partition(" ")[0]
    return one.width + 1 + (2 if _WIDE.match(word) else min(len(word), 20)) > width


def _unwrapped(lines: list[_Line], width: int) -> Iterator[list[_Line]]:
    """Runs of lines that belong together: an item or a line that stops short begins a new one."""
    sizes = Counter(line.block for line in lines)
    run: list[_Line] = []
    for line in lines:
        line.airy = sizes[line.block] <= _AIRY
        if run and not _goes_on(run, line, width):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


_AIRY = 12
"""Lines between blank ones up to which they are one paragraph: one that closes near the margin goes on all the same."""
_APART = (ADDRESS, MAIL, NOTHING)


def _goes_on(run: list[_Line], line: _Line, width: int) -> bool:
    last = run[-1]
    if line.block != last.block or last.mark in _APART or line.mark not in ("", QUOTE):
        return False
    if (line.mark == QUOTE) != (last.mark == QUOTE) or (line.indent < run[0].indent and run[0].mark == ITEM):
        return False
    if _is_full(last, line, width):
        return True
    return _is_full(last, line, int(width * (1 - _SLACK))) and (last.airy or not closes(last.text))


# --- lines broken at links ------------------------------------------------------------

_CLOSING = re.compile(r"[,.;:!?)\]»”’%](?:\s|$)|[,;)、。」]")
_BROKEN, _SURELY_BROKEN = 2, 10
"""Lines that begin with a comma: so many and links stand on lines of their own; the second where lines look wrapped."""


def _is_stray(line: _Line) -> bool:
    """Whether a line begins as none does that a person or a wrapping program began."""
    return line.text[:1] in _NEVER_FIRST or line.text[:2] in (". ", ": ")


_NEVER_FIRST = frozenset(",;)、。」")


def _unbroken(lines: list[_Line]) -> Iterator[list[_Line]]:
    """Runs of lines that go on in the middle of a sentence, where together they are running text."""
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and _continues(lines, end):
            end += 1
        if end - at > 1 and _is_running(lines[at:end]):
            yield lines[at:end]
        else:
            yield from ([line] for line in lines[at:end])
        at = end


def _continues(lines: list[_Line], at: int) -> bool:
    """Whether a line goes on with the sentence of the one before, or is a link in the middle of one."""
    last, line = lines[at - 1], lines[at]
    if line.block != last.block or line.mark or last.mark in (ADDRESS, MAIL):
        return False
    if _CLOSING.match(line.text):
        return True
    if closes(last.text):
        return False
    if _is_low(line):
        return True
    if at + 1 == len(lines) or len(line.text) > 80 or lines[at + 1].block != line.block:
        return False
    return _is_middle(lines[at + 1]) and _may_begin(lines, at - 1)


def _may_begin(lines: list[_Line], at: int) -> bool:
    """Whether a sentence may begin with a line: several words, or a few behind the end of another sentence."""
    before = lines[at - 1].text if at else ""
    return lines[at].text.count(" ") >= 2 or _is_middle(lines[at]) or (before.count(" ") >= 5 and closes(before))


def _is_middle(line: _Line) -> bool:
    return not line.mark and (_is_low(line) or bool(_CLOSING.match(line.text)))


def _is_low(line: _Line) -> bool:
    """Whether a line begins in small letters, and not as a byline does."""
    return line.text[:1].islower() and line.text.lower() not in tables.load("bylines")["before"]


def _is_running(run: list[_Line]) -> bool:
    return sum(line.text.count(" ") + 1 for line in run) >= 8 and (
        closes(run[-1].text) or any(line.text.count(" ") >= 11 for line in run)
    )


# --- lines to a passage ------------------------------------------------------------------


def _passage(run: list[_Line], *, marked: bool) -> Passage:
    first = run[0]
    text = first.text if len(run) == 1 else _joined(run)
    told = Passage(text, tuple((line.number, line.shown) for line in run), first.block, first.mark, first.depth)
    told.links = sum(line.links for line in run)
    return _without_markdown(told) if marked else told


def _without_markdown(passage: Passage) -> Passage:
    """The passage without the addresses of links, and how much of it they say is linked."""
    if passage.text.startswith("![") and _LINK.fullmatch(passage.text):
        passage.mark = PICTURE
    inside = [match[1] for match in _LINK.finditer(passage.text)]
    text = _ESCAPED.sub("", _STRONG.sub(r"\2", _LINK.sub(r"\1", passage.text)))
    passage.text = folded(text)
    passage.links += len(inside)
    passage.linked = min(1.0, sum(map(len, inside)) / max(len(passage.text), 1))
    if not any(map(str.isalnum, passage.text)):
        passage.mark = NOTHING
    return passage


def _joined(run: list[_Line]) -> str:
    """The lines as one text: no space between letters of scripts that have none, nor before a comma."""
    text = run[0].text
    for line in run[1:]:
        if not line.text:
            continue
        apart = "" if _touch(text[-1:], line.text) else " "
        text += apart + line.text
    return text


def _touch(last: str, text: str) -> bool:
    if _CLOSING.match(text):
        return True
    return bool(_UNSPACED.match(last) and _UNSPACED.match(text))


_STOPS = frozenset(".!?…:：»。！？」۔؟।")
_QUOTES = frozenset("\"“”’'»)]」』）")


def closes(text: str) -> bool:
    """Whether a text ends as sentences do, in the scripts that news is written in."""
    last = text[-1:]
    return last in _STOPS or (last in _QUOTES and text[-2:-1] in _STOPS)


_UNSPACED = re.compile("[\u0e00-\u0eff\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")


def size(text: str) -> float:
    """Words, with two and a half letters of scripts without spaces for one."""
    if text.isascii():
        return text.count(" ") + 1
    return text.count(" ") + 1 + len(_UNSPACED.findall(text)) / 2.5
