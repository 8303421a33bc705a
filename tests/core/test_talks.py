"""Golden talks: read, played, compared, rewritten, and what cannot be read is told with its line."""

import pytest
from core.small import DE, PROGRAM, made, small_files
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.check.edition import compose
from bot.check.golden import line_of, parse
from bot.check.talks import Difference, play, record, rewrite
from bot.model import Language

GOOD = """# Zwei Zeilen
# Kommentar
flow: kind
language: de
> /start kind
Wie alt ist Ihr Kind?
> ein Jahr
Bitte eine Zahl …
> 1
…

# Ein zweites Gespräch
flow: start
> /start
Worum geht es?  [Alles] [Daten] [Mensch] [Sprache] [Hilfe]
> [Mensch]
Bitte schreiben Sie Ihre Frage.
> Darf ich das?
> (photo)
…
~ 11 Minuten
…
! ticket topic=allgemein "Darf ich das?"
"""


def talks(text: str):
    found, problems = parse("flows/x.talk", text.encode())
    assert () == problems
    return found


def found(text: str, edition):
    return [difference for talk in talks(text) for difference in play(talk, edition).differences]


def test_a_file_holds_several_talks_with_their_comments():
    """A line ``flow:`` begins the next; comments before it are its own."""
    one, two = talks(GOOD)
    assert (("Zwei Zeilen", "Kommentar"), "kind", 3) == (one.comment, one.flow, len(one.turns))
    assert (("Ein zweites Gespräch",), "start", "de") == (two.comment, two.flow, two.language)


def test_a_talk_that_goes_as_written_has_no_difference(edition):
    """With …, pressed buttons, a photo, time that passes, and an effect."""
    assert [] == found(GOOD, edition)


@pytest.mark.parametrize(
    ("written", "instead", "line", "kind"),
    [
        ("Wie alt ist Ihr Kind?\n", "Wie alt?\n", 5, "wording"),
        ("Bitte eine Zahl …\n", "Bitte einen Buchstaben …\n", 7, "wording"),
        ("[Alles] [Daten]", "[Daten] [Alles]", 14, "wording"),
        ("Wie alt ist Ihr Kind?\n", "", 5, "course"),
        ("[Alles] [Daten]", "[Alles]", 14, "course"),
        ("> [Mensch]", "> [Weg]", 16, "course"),
        ("topic=allgemein", "topic=schule", 21, "course"),
        ('! ticket topic=allgemein "Darf ich das?"\n', "", 21, "course"),
        ("Bitte eine Zahl …\n", "Bitte eine Zahl …\nNoch etwas\n", 7, "course"),
        ("language: de", "language: xx", 3, "course"),
    ],
)
def test_a_difference_names_its_line_and_kind(edition, written, instead, line, kind):
    """Another wording is one thing, another course another; what follows the latter is its echo."""
    (difference,) = found(GOOD.replace(written, instead, 1), edition)
    assert (line, kind) == (difference.line, difference.kind)
    assert f"flows/x.talk:{line}:" in str(difference)


def test_a_difference_shows_what_stayed_what_is_missing_and_what_came():
    """One look is enough: only what differs is marked; what was abbreviated is there in full."""
    shown = str(Difference("x.talk", 3, "course", ("A", "B …", "C  [x]"), ("A", "B und mehr", "D", "C  [y]")))
    assert ["    A", "    B und mehr", "  - C  [x]", "  + D", "  + C  [y]"] == shown.splitlines()[1:]
    assert ["  - (nichts)", "  + A"] == str(Difference("x.talk", 3, "course", (), ("A",))).splitlines()[1:]


@pytest.mark.parametrize(
    ("expected", "actual", "shown"),
    [
        (("…", "! ticket"), ("A", "B"), ["    A", "    B", "  - ! ticket"]),
        (("…",), ("A", "! ticket"), ["    A", "  + ! ticket"]),
        (("…", "Ende"), ("A", "Schluss"), ["    A", "  - Ende", "  + Schluss"]),
        (("…", "Ende", "! ticket"), ("A", "Ende", "Mehr"), ["    A", "    Ende", "  - ! ticket", "  + Mehr"]),
        (("A", "! ticket topic=a"), ("B", '! ticket topic=a "x"'), ["  - A", "  + B", '    ! ticket topic=a "x"']),
    ],
)
def test_what_is_abbreviated_is_no_difference(expected, actual, shown):
    """``…`` stands for what came; only an effect, and what was written and did not come, is marked."""
    assert shown == str(Difference("x.talk", 3, "course", expected, actual)).splitlines()[1:]


def test_only_a_person_can_mend_a_button_that_is_gone(edition):
    """Whoever reads the difference is not sent to ``--update`` for it."""
    (gone,) = found(GOOD.replace("> [Mensch]", "> [Weg]"), edition)
    (other,) = found(GOOD.replace("Wie alt ist Ihr Kind?\n", "", 1), edition)
    assert (True, False) == (gone.by_hand, other.by_hand)


def test_rewriting_makes_a_talk_go_as_written(edition):
    """``--update``: acts stay, what is said is what is said now; whatever goes as written stays as it stands."""
    one, two = (rewrite(play(talk, edition), edition) for talk in talks(GOOD.replace("Ihr Kind?\n", "das?\n", 1)))
    assert "> /start kind\nWie alt ist Ihr Kind?\n> ein Jahr\nBitte eine Zahl …\n> 1" in one
    assert "> (photo)\n…" in two, "an abbreviation that still fits is kept"
    assert [] == found(f"{one}\n\n{two}\n", edition)


def test_a_talk_whose_button_is_gone_is_not_rewritten(edition):
    """Only a person can say what is pressed instead."""
    text = GOOD.replace("> [Mensch]", "> [Weg]")
    assert text.strip() == "\n\n".join(rewrite(play(talk, edition), edition) for talk in talks(text))


@pytest.mark.parametrize("time", ["11 Minuten", "1 Minute", "2 Stunden", "3 Tage", "1 Tag", "2 Werktage", "1 Woche", "2 Wochen", "1 Monate", "1 Monat"])  # fmt: skip
def test_every_duration_of_the_language_lets_time_pass(edition, time):
    """As flow-language says: minutes to months, one or many."""
    text = GOOD.replace("11 Minuten", time)
    kinds = [difference.kind for difference in found(text, edition)]
    assert kinds == (["course"] if time == "1 Minute" else [])


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("> hallo\n", 1, "Hier fehlt die Zeile »flow: name«"),
        ("", 1, "Hier fehlt die Zeile »flow: name«"),
        ("flow: kind\nHallo\n", 2, "Ein Gespräch beginnt mit"),
        ("flow: kind\n> /start kind\n…\n~ bald\n", 4, "»bald« ist keine Dauer"),
        ("flow: kind\n> /start kind\n~ 3 Jahre\n", 3, "»3 Jahre« ist keine Dauer"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text, line, says):
    """In words, with what to write instead; it is a problem like any other."""
    _, (problem,) = parse("x.talk", text.encode())
    assert ("E122", line) == (problem.code, problem.line)
    assert says in problem.message


def test_one_talks_trouble_is_its_own():
    """The others of the file are read, and every problem is told."""
    found, problems = parse("x.talk", f"{GOOD}\nflow: kind\n~ bald\n\nflow: kind\n~ gleich\n".encode())
    assert (2, 2) == (len(found), len(problems))


def test_bytes_that_are_no_text_are_told():
    """A talk saved in another encoding."""
    _, (problem,) = parse("x.talk", b"flow: \xff\xfe")
    assert "UTF-8" in problem.message


def test_a_talk_in_a_language_that_is_not_whole_now_is_not_played():
    """Its German was changed: it would show nothing but the German that stands in for it."""
    po = b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgctxt "kind/title"\nmsgid "Kind"\nmsgstr "Cocuk"\n'
    talk = GOOD.replace("language: de", "language: tr")
    files = {**small_files(), "flows/kind.talk": talk.encode(), "locales/tr/LC_MESSAGES/flows.po": po}
    edition = compose(files, PROGRAM, [DE, Language("tr")])
    played = play(edition.loaded.talks["kind.talk"][0], edition)
    assert ((), "flows/kind.talk:3: tr wird zurzeit nicht angeboten.") == (played.differences, played.skipped)
    assert rewrite(played, edition) == played.talk.text


COMMENTED = """# Oben
flow: kind
> /start kind
Wie alt?
# Zwischendurch
> 1
…
# Am Ende
"""


def test_rewriting_keeps_comments_where_they_stand(edition):
    """Above the talk, above a line of the parent's, and at the end."""
    (talk,) = talks(COMMENTED)
    lines = rewrite(play(talk, edition), edition).splitlines()
    assert ["# Oben", "flow: kind", "language: de", "> /start kind"] == lines[:4]
    assert ["# Zwischendurch", "> 1", "…", "# Am Ende"] == lines[5:]


@pytest.mark.parametrize(
    "message", ["# 1 von 3", "> los", "! Achtung", "~ ungefähr", "flow: a", "language: b", "\\x", ""]
)
def test_a_message_that_looks_like_something_else_is_marked(message):
    """As it is recorded it is read again: as a message, not as a comment, an act, an effect or a head."""
    (talk,) = talks(f"flow: kind\n> /start kind\n{line_of(message)}\n")
    assert (message,) == talk.turns[0].messages


REMIND = """flow: fest
title: Sommerfest
topic: allgemein
reviewed: 2026-01-15
examples: [Wann ist das Fest]
steps:
  erinnern:
    remind: Sollen wir Sie erinnern?
    calendar: fest
    before: 1 Wochen
    yes_text: Gern.
"""
CALENDAR = """
fest:
  - date: 2026-03-20
    source: erfunden, nur zum Testen
  - date: 2026-04-24
    source: erfunden, nur zum Testen
  - date: 2026-05-29
    source: erfunden, nur zum Testen
  - date: 2026-03-25
    region: Köln
    source: erfunden, nur zum Testen
"""
REMINDED = """flow: fest
> /start fest
Sollen wir Sie erinnern?  [Ja] [Nein]
> [Ja]
Gern.
! remind calendar=fest before="1 Wochen"
~ 10 Tage
~ 1 Tag
Sie wollten erinnert werden: Sommerfest. Der Termin ist am 20.03.2026.  [Mehr dazu]
~ 3 Wochen
> [Mehr dazu]
…
~ 3 Wochen
Sie wollten erinnert werden: Sommerfest. Der Termin ist am 24.04.2026.  [Mehr dazu]
> /stopp
…
! stop
~ 1 Monat
"""


@pytest.fixture(scope="module")
def festival():
    """The small flows with one that reminds."""
    files = small_files()
    calendars = files["flows/calendars/2026.yaml"] + CALENDAR.encode()
    return compose({**files, "flows/calendars/2026.yaml": calendars, "flows/fest.yaml": REMIND.encode()}, PROGRAM, [DE])


def test_time_brings_reminders_and_stopp_ends_them(festival):
    """A talk shows a yes, the days that come near, a button of the reminder, and its end; other regions' days never."""
    assert [] == found(REMINDED, festival)


@pytest.mark.parametrize(
    ("written", "instead"),
    [('before="1 Wochen"', 'before="2 Wochen"'), ("~ 10 Tage", "~ 12 Tage"), ("! stop\n", ""), ("> /stopp\n…\n! stop\n", "")],
)  # fmt: skip
def test_a_reminder_that_comes_otherwise_is_a_difference(festival, written, instead):
    """Another time, another effect, or none: the course is another."""
    text = REMINDED.replace("~ 1 Monat", "~ 3 Tage").replace(written, instead)
    assert (["course"] if "/stopp" not in written else []) == [each.kind for each in found(text, festival)]


def test_what_happens_by_itself_comes_in_its_order(festival):
    """A question that ends in silence, then a reminder, in one stretch of time."""
    text = (
        REMINDED.partition("~ 10")[0]
        + """> /mensch
…
> Eine Frage an Sie
~ 2 Wochen
…
Sie wollten erinnert werden: Sommerfest. Der Termin ist am 20.03.2026.  [Mehr dazu]
! ticket topic=allgemein language=de "Eine Frage an Sie"
"""
    )
    assert [] == found(text, festival)


@pytest.mark.parametrize("kind", ["photo", "voice", "document", "place", "contact", "sticker"])
def test_every_kind_of_media_can_be_sent(edition, kind):
    """They are answered, never taken for words."""
    (talk,) = talks(f"flow: kind\n> /start kind\n…\n> ({kind})\n…\n")
    written = rewrite(play(talk, edition), edition)
    assert () == play(talk, edition).differences
    assert "Bitte eine Zahl" not in written


@given(
    st.lists(
        st.sampled_from(
            [
                "8",
                "1",
                "2",
                "Ana",
                "1.1.2026",
                "/hilfe",
                "[Hilfe]",
                "/stopp",
                "(photo)",
                "Fertig",
                "Eine Frage, die länger ist",
                "~ 11 Minuten",
                "~ 3 Tage",
                "~ 2 Monate",
            ]
        ),
        max_size=8,
    )
)
@settings(max_examples=60, deadline=None)
def test_what_is_recorded_plays_as_it_was_held(acts):
    """Whatever was done: the talk that is written down goes as written at once, and reads as the same talk again."""
    edition = made(small_files())
    lines = "".join(f"{act}\n" if act.startswith("~") else f"> {act}\n" for act in ["/start alles", *acts])
    (talk,) = talks(f"flow: alles\n{lines}")
    (again,) = talks(record(talk, edition))
    assert ((), [turn.act for turn in talk.turns]) == (
        play(again, edition).differences,
        [turn.act for turn in again.turns],
    )
