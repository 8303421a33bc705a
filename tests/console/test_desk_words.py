"""The words of the pages: all there, all used, and filled in without turning a sentence round."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from fakes.desk import NOON, TOPICS

from bot.console.pen import Pen, share
from bot.console.visit import SAID
from bot.console.words import DESK_WORDS
from bot.desk.ticket import NEXT
from bot.model import Language

HERE = Path("bot/console")
MADE = {
    "weekday.": [str(day) for day in range(7)],
    "queue.view.": ["me", "mine", "all"],
    "queue.group.": ["mine", "offered", "open", "others", "waiting"],
    "queue.empty.": ["me", "mine", "all"],
    "ticket.state.": list(NEXT),
    "ticket.gone.": ["wish", "time"],
    "people.role.": ["adviser", "coordinator"],
    "said.": list(SAID),
    "event.": sorted({kind for row in NEXT.values() for kind in row} | {"opened", "offered"}),
    "refused.": [
        "taken",
        "yours",
        "closed",
        "nobodys",
        "forbidden",
        "empty",
        "long",
        "nobody",
        "note",
        "moved",
        "newer",
    ],
    "about.privacy.": [
        f"{part}{end}"
        for part in ("what", "why", "who_reads", "cookies", "messengers", "rights")
        for end in ("", ".text")
    ],
    "about.accessibility.": ["aim", "how", "known", "tell"],
}
"""Keys that are put together from a beginning and a name."""


def keys_in_use() -> set[str]:
    """Every key that a page or a module asks for."""
    sources = [*HERE.rglob("*.html"), *HERE.rglob("*.py")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    asked = set(re.findall(r'\b(?:t|pen|self)\(\s*"([a-z_.]+[a-z_])"', text))
    return {f"desk.{key}" for key in asked} | {f"desk.{start}{name}" for start, names in MADE.items() for name in names}


def test_no_word_is_missing_and_none_is_left_over():
    """Each key that a page uses has its German sentence, and each sentence is used."""
    assert keys_in_use() == set(DESK_WORDS)


def test_every_put_together_key_is_really_made():
    """The beginnings above are those that pages and modules put keys together from."""
    text = "\n".join(path.read_text("utf-8") for path in [*HERE.rglob("*.html"), *HERE.rglob("*.py")])
    found = set(re.findall(r'\b(?:t|pen|self)\(f?"([a-z_.]+\.)(?:"|\{)', text))
    assert found == set(MADE)


def test_sentences_are_plain():
    """No sentence of the desk has more than 16 words, and none is about a plural it cannot know."""
    sentences = [part for text in DESK_WORDS.values() for part in re.split(r"[.?!:]\s", text)]
    assert [part for part in sentences if len(part.split()) > 16] == []


def pen(language: str = "de", **words: str) -> Pen:
    """A pen with a few words of its own."""
    return Pen(
        lambda _, key: words.get(key.removeprefix("desk.").replace(".", "_")) or DESK_WORDS[key], Language(language)
    )


def bare(text: str) -> str:
    """A text without isolates."""
    return text.translate({0x2068: None, 0x2069: None})


@pytest.mark.parametrize(
    ("word", "values", "text"),
    [
        ("Hallo {name}", {"name": "Ali"}, "Hallo \u2068Ali\u2069"),
        ("{count} neu", {"count": 3}, "3 neu"),
        ("{name.__class__} {0} {}", {"name": "Ali"}, "{name.__class__} {0} {}"),
        ("{other}", {"name": "Ali"}, "{other}"),
        ("{name}", {"name": "{count}", "count": 3}, "\u2068{count}\u2069"),
    ],
)
def test_places_are_filled_and_nothing_else(word, values, text):
    """I07: a place takes its value, once; no attribute, no format, no place within a value."""
    assert pen(you=word)("you", **values) == text


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "gerade gekommen"),
        (timedelta(minutes=12), "wartet 12 Min."),
        (timedelta(hours=2, minutes=50), "wartet 2 Std."),
        (timedelta(hours=16), "wartet 3 Std."),
        (timedelta(days=2), "wartet seit Mo, 16.11., 12:00 Uhr"),
    ],
)
def test_waiting_is_said_in_office_time(ago, words):
    """Minutes and hours are those in which somebody was there; after a day the date says more."""
    assert bare(pen().waited(NOON - ago, TOPICS["mitwirkung"], NOON)) == words


def test_a_night_is_no_waiting():
    """A question of the evening is not "just come" in the night, and not hours old either."""
    night = NOON + timedelta(hours=10)
    assert bare(pen().waited(night - timedelta(hours=3), TOPICS["mitwirkung"], night)) == "wartet seit 19:00 Uhr"


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(minutes=-1), "überfällig seit 11:59 Uhr"),
        (timedelta(minutes=35), "noch 35 Min."),
        (timedelta(seconds=20), "noch 1 Min."),
        (timedelta(hours=4), "noch 4 Std."),
        (timedelta(days=2), "Antwort bis Fr, 20.11., 12:00 Uhr"),
    ],
)
def test_a_promises_rest_is_said_in_office_time(ahead, words):
    """What is left stands in minutes, hours, or as the moment it ends; what is broken says since when."""
    assert bare(pen().left(NOON + ahead, TOPICS["mitwirkung"], NOON)) == words


@pytest.mark.parametrize(
    ("since", "until", "left"), [(-2, 2, 50), (-4, -1, 0), (0, 4, 100), (0, 0, 0), (2, 4, 100), (-100, 5, 21)]
)
def test_the_bar_shows_the_promises_rest(since, until, left):
    """The bar is full at the question and empty at the promise, in office time, and never more than full."""
    hour = timedelta(hours=1)
    assert share(NOON + since * hour, NOON + until * hour, TOPICS["mitwirkung"], NOON) == left


def test_a_topic_that_is_gone_is_counted_around_the_clock():
    """Without office hours every hour counts."""
    assert bare(pen().waited(NOON - timedelta(hours=16), None, NOON)) == "wartet 16 Std."


def test_a_language_knows_its_direction_and_its_name_for_browsers():
    """Pages say ``rtl`` for Arabic, and write codes the way browsers read them."""
    assert [(pen(code).direction, pen(code).tag) for code in ("ar", "de", "sr_Latn")] == [
        ("rtl", "ar"),
        ("ltr", "de"),
        ("ltr", "sr-Latn"),
    ]
