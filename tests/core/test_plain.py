"""Plain German, measured: where sentences end, how many syllables words have; textstat is the oracle."""

from pathlib import Path

import pytest
import textstat
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.text.plain import count_syllables, measure, sentences, words
from bot.text.render import plain

ROOT = Path(__file__).parents[2]
FLOWS = sorted(file for file in (ROOT / "flows").glob("*/*.yaml") if file.parent.name != "calendars")
SPOKEN = ("say", "choose", "ask", "retry", "escalate", "closed", "nobody")


def spoken(file: Path) -> list[str]:
    """Return what a flow says, without marks."""
    steps = yaml.safe_load(file.read_text("utf-8"))["steps"].values()
    return [plain(step[kind]).replace("…", "Wort") for step in steps for kind in SPOKEN if kind in step]


@pytest.mark.parametrize("file", FLOWS, ids=lambda file: file.stem)
def test_a_flow_is_as_hard_as_textstat_says(file):
    """The school year agrees to three tenths, LIX to two points: syllables are counted otherwise, sentences alike."""
    texts = spoken(file)
    textstat.set_lang("de")
    parts = [sentence.rstrip(" :„“*") for text in texts for sentence in sentences(text)]
    whole = " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if len(words(part)) > 2)
    found = measure([whole])
    assert found.year == pytest.approx(textstat.wiener_sachtextformel(whole, 1), abs=0.3)
    assert found.lix == pytest.approx(textstat.lix(whole), abs=2.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ja. Nein! Wie? Gut …", ["Ja.", "Nein!", "Wie?", "Gut …"]),
        ("Am 1. August und in der 5. Klasse.", ["Am 1. August und in der 5. Klasse."]),
        ("Mein Kind ist 8. Es geht zur Schule.", ["Mein Kind ist 8.", "Es geht zur Schule."]),
        ("Das gilt z. B. für Kinder, ca. 5 Tage.", ["Das gilt z. B. für Kinder, ca. 5 Tage."]),
        ("Siehe Abs. 2 und Nr. 3. Danach Art. 10.", ["Siehe Abs. 2 und Nr. 3.", "Danach Art. 10."]),
        ("Auf diese Art. Dann nicht.", ["Auf diese Art.", "Dann nicht."]),
        ("Am 15.12.2026 um 9.30 Uhr.", ["Am 15.12.2026 um 9.30 Uhr."]),
        ("Das heißt: Man liest es.", ["Das heißt:", "Man liest es."]),
        ("Um 9:30 Uhr: bitte kommen.", ["Um 9:30 Uhr: bitte kommen."]),
        ("*Sagen Sie:*\n„Ich bin dafür.“\n„Was?“", ["*Sagen Sie:*", "„Ich bin dafür.“", "„Was?“"]),
        ("Bringen Sie mit:\nAusweis\nBrief\n- Foto", ["Bringen Sie mit:", "Ausweis", "Brief", "- Foto"]),
        ("Eins\n\nZwei", ["Eins", "Zwei"]),
        (
            "Zur Klassenpflegschaft gehören alle Eltern einer\nKlasse.",
            ["Zur Klassenpflegschaft gehören alle Eltern einer Klasse."],
        ),
        ("", []),
        ("… – !", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, expected):
    """Not at short forms, ranks, days and times; at colons before something new, and at the lines of a list."""
    assert expected == list(sentences(text))


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("Haus", 1), ("Eltern", 2), ("Feier", 2), ("Familie", 3), ("Klassenpflegschaft", 4), ("Qualität", 3), ("Theater", 3),
     ("Information", 5), ("BuT", 1), ("NRW", 1), ("Bäume", 2), ("2026", 1), ("Schreiben", 2)],
)  # fmt: skip
def test_syllables_are_counted_by_their_vowels(word, syllables):
    """Two vowels that are one sound count once; every word has one."""
    assert syllables == count_syllables(word)


@given(st.text(max_size=200))
def test_no_word_is_lost_between_sentences(text):
    """Whatever the text: all its words are in its sentences, in order, and measuring never fails."""
    assert list(words(text)) == [word for sentence in sentences(text) for word in words(sentence)]
    assert measure([text]).words == len(words(text))


def test_nothing_is_not_hard():
    """A text without words is not measured."""
    assert (0, 0.0, 0.0) == (measure([]).words, measure([""]).year, measure(["…"]).lix)
