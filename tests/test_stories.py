"""Which texts are one story, and which only look like it."""

from __future__ import annotations

import random

import pytest

from scraper import stories
from scraper.signatures import Text, text
from scraper.stories import Bond, Member

DOCK = """The harbour authority of Wexby will build a third dock before the end of the decade, its director Ida Lindqvist said on Monday, ending a quarrel that had lasted for six years.

Ships of up to 300 metres will be able to turn in the basin, which is to be dredged to a depth of 14 metres. The work will cost 41 million and begins in March.

Fishermen fear that their quay will be the first thing to go. Tomas Reyes, who has landed herring there since 1988, said that nobody had asked them. The town has promised another quay to the north of the lighthouse.

Environmental groups in Lund announced that they would go to court. The mud of the old basin holds lead and mercury from the days of the shipyard, and nobody can say where it is to be taken, according to a study by Malmö University."""

DEBATE = """Wexby's council debated for nine hours on Monday what the port needs most, and the gallery was full until midnight.

Nell Okafor of the Greens demanded a new study of the sea bed; Jonas Falk, who owns two trawlers, asked for guarantees in writing. The mayor reminded both that the school roof had been leaking since the storm of 2021.

"Ships of up to 300 metres will be able to turn in the basin, which is to be dredged to a depth of 14 metres," Lindqvist repeated. The gallery laughed. A vote on the ferry line to Ystad was put off until autumn, as was the question of parking near the cathedral."""

MATCH = """{home} beat {away} {score} in the Premier League on Saturday in front of {crowd} spectators at {ground}.

{scorer} put the hosts ahead in the {minute} minute with a low shot from the edge of the box. {second} added another shortly after the break when he headed in a corner from the left.

The visitors came back into the game late but could not find a way through. Coach {coach} said that his side had been patient and that the result was deserved.

With the win {home} climb to {place} in the table, while {away} stay where they were. Next week they travel to {next}, where kick-off is at three in the afternoon."""
FIRST = {
    "home": "Tidewater Rovers",
    "away": "Lund Athletic",
    "score": "2-0",
    "crowd": "31,204",
    "ground": "Harbour Lane",
    "scorer": "Okafor",
    "minute": "12th",
    "second": "Reyes",
    "coach": "Falk",
    "place": "fourth",
    "next": "Ystad",
}
SECOND = {
    "home": "Malmo Wanderers",
    "away": "Wexby Town",
    "score": "3-1",
    "crowd": "18,950",
    "ground": "Cathedral Road",
    "scorer": "Lindqvist",
    "minute": "38th",
    "second": "Berg",
    "coach": "Brandt",
    "place": "ninth",
    "next": "Kalmar",
}


def reworded(body: str, share: float) -> str:
    chance = random.Random(5)
    others = sorted(set(DEBATE.split()))
    return " ".join(chance.choice(others) if chance.random() < share else word for word in body.split(" "))


def is_copy(one: str, other: str) -> bool:
    told = {stories.likeness(text(a), text(b)).is_copy for a, b in ((one, other), (other, one))}
    assert len(told) == 1, "it does not matter which is held against which"
    return told.pop()


def test_a_reworded_or_shortened_copy_is_a_copy() -> None:
    assert is_copy(DOCK, reworded(DOCK, 0.05))
    assert is_copy(DOCK, reworded(DOCK, 0.20))
    assert is_copy(DOCK, DOCK[: len(DOCK) * 6 // 10])
    assert is_copy(DOCK, DOCK[: len(DOCK) // 3])
    assert is_copy(DOCK, reworded(DOCK, 0.12)[: len(DOCK) * 6 // 10])


def test_two_reports_that_quote_one_statement_are_two() -> None:
    assert not is_copy(DOCK, DEBATE)


def test_two_matches_told_on_one_pattern_are_two() -> None:
    one, other = MATCH.format(**FIRST), MATCH.format(**SECOND)
    told = stories.likeness(text(one), text(other))
    assert told.contained > stories.CONTAINED
    assert told.spread > stories.SPREAD
    assert not told.is_copy


def test_the_same_report_on_two_days_is_two() -> None:
    report = (
        "The Lund index closed {} per cent higher at {} points on the Baltic Exchange, carried by Tidewater Shipping, "
        "which rose {} per cent to {} crowns, and by Falk Industries, which gained {} per cent. Wexby Cement was the "
        "weakest value with a loss of {} per cent. The crown stood at {} euros in the evening, after {} the day "
        "before; the yield of the ten-year bond of the Kingdom of Skane fell to {} per cent."
    )
    monday = report.format(0.8, "1,204", 3.1, 88.2, 2.4, 1.9, 0.0871, 0.0869, 2.31)
    tuesday = report.format(0.2, "1,207", 1.4, 89.5, 0.7, 2.2, 0.0873, 0.0874, 2.28)
    assert stories.likeness(text(monday), text(tuesday)).contained > stories.CONTAINED
    assert not is_copy(monday, tuesday)
    assert is_copy(monday, monday.replace("higher", "up").replace("the weakest value", "at the bottom"))


QUAKE = """Ein Erdbeben der Stärke {size} hat am {day} {place} erschüttert. Das Zentrum lag nach Angaben der Erdbebenwarte in {depth} Kilometern Tiefe. Über Schäden oder Verletzte gab es zunächst keine Berichte. Eine Warnung vor einer Flutwelle wurde nicht ausgegeben.

Die Region liegt auf dem Pazifischen Feuerring, wo mehrere Erdplatten aufeinandertreffen und es immer wieder zu Erdbeben und Vulkanausbrüchen kommt."""
CRASH = """Bei einem Unfall auf der {road} bei {town} ist am {day} ein {age}-jähriger {who} schwer verletzt worden. Wie die Polizei mitteilte, kam der Mann aus bisher ungeklärter Ursache von der Fahrbahn ab und prallte gegen {what}.

Rettungskräfte brachten ihn in ein Krankenhaus. Die Strecke war für rund drei Stunden voll gesperrt. Den Schaden schätzt die Polizei auf {sum} Euro. Zeugen, die Hinweise zum Hergang geben können, werden gebeten, sich unter der Nummer {phone} zu melden."""
FORECAST = """मौसम विभाग के अनुसार {place} में {day} को {sky}। अधिकतम तापमान {high} डिग्री सेल्सियस और न्यूनतम तापमान {low} डिग्री सेल्सियस रहने का अनुमान है। विभाग ने लोगों को सावधानी बरतने और बिना काम घर से बाहर न निकलने की सलाह दी है।

अगले दो दिनों तक मौसम इसी तरह बना रहेगा। {other} में भी यही हाल रहेगा। किसानों को फसलों की सुरक्षा के लिए जरूरी कदम उठाने को कहा गया है।"""
CUP = """北京时间3月4日，联赛第五轮，{home}主场{score}战胜{away}。第{first}分钟，{one}为主队首开纪录；第{second}分钟，{two}扩大比分。

赛后，{home}主教练{coach}表示，球队执行了赛前制定的战术，队员们的表现令人满意。{away}在下半场加强了攻势，但未能把握住机会。此役过后，{home}排名上升，{away}位置不变。下一轮，{home}将客场挑战{then}。"""
NOTES = """Die Inhalte dieser Seite sind urheberrechtlich geschützt. Jede Verwertung außerhalb der Grenzen des Urheberrechtsgesetzes bedarf der schriftlichen Zustimmung des Verlags. Dieser Text wurde von einer Agentur übernommen und automatisch veröffentlicht. Für den Inhalt der Meldung übernimmt der Verlag keine Haftung. Hinweise auf Fehler nehmen wir gern entgegen."""

ON_ONE_PATTERN = [
    (QUAKE, {"size": "6,1", "day": "Montag", "place": "den Osten der Insel", "depth": 35}, {"size": "5,8", "day": "Donnerstag", "place": "die Küste im Süden", "depth": 61}),
    (CRASH, {"road": "B27", "town": "Tannau", "day": "Montag", "age": 34, "who": "Autofahrer", "what": "einen Baum", "sum": "25.000", "phone": "0551 972"}, {"road": "A8", "town": "Felden", "day": "Dienstag", "age": 61, "who": "Motorradfahrer", "what": "die Leitplanke", "sum": "12.000", "phone": "0771 186"}),
    (FORECAST, {"place": "दिल्ली", "day": "सोमवार", "sky": "तेज धूप रहेगी", "high": 36, "low": 22, "other": "हरियाणा"}, {"place": "पटना", "day": "मंगलवार", "sky": "भारी बारिश हो सकती है", "high": 29, "low": 24, "other": "झारखंड"}),
    (CUP, {"home": "东港海浪", "score": "2比0", "away": "林城飞鹰", "first": 12, "one": "马立", "second": 67, "two": "吴光", "coach": "孙平", "then": "北山铁马"}, {"home": "南岭白虎", "score": "3比0", "away": "河口三江", "first": 31, "one": "费德", "second": 55, "two": "韦家", "coach": "徐进", "then": "西湖青龙"}),
    ("{told}\n\n" + NOTES, {"told": "Der Gemeinderat hat am Mittwoch den Bau einer neuen Grundschule beschlossen. Die Kosten betragen rund 14 Millionen. Baubeginn ist im Herbst, wie der Bürgermeister sagte. Die alte Schule am Markt soll weichen. Dagegen wenden sich Anwohner, die um Parkplätze fürchten."}, {"told": "Ein Bär ist in der Nacht am Waldrand gesehen worden. Das Landesamt riet zu Vorsicht. Das Tier habe mehrere Schafe gerissen, teilte eine Sprecherin mit. Wanderer sollen Hunde an der Leine führen. Eine Gefahr für Menschen bestehe derzeit nicht."}),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "one", "other"), ON_ONE_PATTERN)
def test_two_short_reports_on_one_pattern_are_two(pattern: str, one: dict[str, str], other: dict[str, str]) -> None:
    assert not is_copy(pattern.format(**one), pattern.format(**other))


@pytest.mark.parametrize(("pattern", "told", "_"), ON_ONE_PATTERN)
def test_a_short_report_with_an_intro_of_its_own_is_a_copy(pattern: str, told: dict[str, str], _: object) -> None:
    whole = pattern.format(**told)
    assert is_copy(whole, f"{DEBATE.split(chr(10), maxsplit=1)[0]}\n\n{whole}")


def test_a_line_of_credits_makes_no_story() -> None:
    imprint = (
        "This report was first published by the Baltic News Agency. All rights reserved, also those of translation."
    )
    assert not is_copy(imprint, imprint)
    assert not is_copy(f"{DOCK}\n\n{imprint}", f"{DEBATE}\n\n{imprint}")


def test_an_item_is_no_copy_of_a_round_up_six_times_as_long() -> None:
    words = iter(f"word{number}" for number in range(2000))
    assert not is_copy(DOCK, DOCK + " ".join(next(words) for _ in range(1500)))


def test_the_share_of_a_copy_is_counted_in_words() -> None:
    told = stories.likeness(text(DOCK), text(DOCK[: DOCK.index("Fishermen")]))
    assert (round(told.of_one, 2), told.of_other) == (0.47, 1.0)


def test_candidates_have_three_bands_in_common_and_those_with_most_come_first() -> None:
    assert stories.candidates([[1, 2, 3], [1, 2], [1, 2, 3], [1, 3, 4]], most=10) == [1, 2, 3]
    assert stories.candidates([[1, 2, 3], [1, 2], [1, 2, 3], [1, 3, 4]], most=1) == [1]
    assert stories.candidates([], most=10) == []


def member(number: int, published: str) -> Member:
    return Member(published, "2026-03-05", f"https://site{number}.example/a", number)


def bonds(**told: float) -> dict[int, dict[int, Bond]]:
    """`a2_3=.9`: articles 2 and 3 are alike; under `ONE_TEXT` the one is only contained in the other."""
    found: dict[int, dict[int, Bond]] = {}
    for pair, jaccard in told.items():
        one, other = (int(each) for each in pair[1:].split("_"))
        for a, b in ((one, other), (other, one)):
            found.setdefault(a, {})[b] = Bond(jaccard, max(jaccard, 0.5))
    return found


def ids(told: list[list[Member]]) -> list[list[int]]:
    return [[each.id for each in story] for story in told]


def test_the_first_published_is_the_first_whenever_it_was_seen() -> None:
    members = [member(1, "2026-03-04T10"), member(2, "2026-03-04T08"), member(3, "2026-03-04T09")]
    assert ids(stories.grouped(members, bonds(a1_2=0.9, a2_3=0.9))) == [[2, 3, 1]]
    assert ids(stories.grouped(members[::-1], bonds(a1_2=0.9, a2_3=0.9))) == [[2, 3, 1]]


def test_a_copy_of_a_copy_belongs_to_the_story() -> None:
    members = [member(1, "08"), member(2, "09"), member(3, "10")]
    assert ids(stories.grouped(members, bonds(a1_2=0.9, a2_3=0.6))) == [[1, 2, 3]]


def test_a_round_up_does_not_make_its_items_one_story() -> None:
    members = [member(1, "08"), member(2, "09"), member(3, "10")]
    assert ids(stories.grouped(members, bonds(a1_3=0.3, a2_3=0.2))) == [[1, 3]]


def test_a_story_has_the_same_name_in_every_archive() -> None:
    assert stories.name(member(1, "08")) == stories.name(Member("09", "10", "https://site1.example/a", 77))


def test_what_was_cut_and_added_is_told_in_paragraphs() -> None:
    def paragraphs(*texts: str) -> list[tuple[str, tuple[int, ...]]]:
        return [(each, text(each).shingles) for each in texts]

    one, two, three, _ = DOCK.split("\n\n")
    told = stories.edits(paragraphs(one, two, three), paragraphs(reworded(one, 0.1), DEBATE[:120], two, "Updated."))
    assert told == stories.Edits(cut=(three,), added=(DEBATE[:120],))


def test_texts_of_nothing_have_nothing_in_common() -> None:
    assert not stories.likeness(Text((), (), frozenset()), text(DOCK)).is_copy
