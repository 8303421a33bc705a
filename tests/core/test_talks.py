"""Golden talks: read, played, compared, rewritten, and refused in words."""

import pytest

from bot.check.talks import TalkError, differences, parse, rewrite

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
    return parse("flows/x.talk", text.encode())


def found(text: str, edition):
    return [difference for talk in talks(text) for difference in differences(talk, edition)]


def test_a_file_holds_several_talks_with_their_comments():
    """A line ``flow:`` begins the next; comments before it are its own."""
    one, two = talks(GOOD)
    assert (("Zwei Zeilen", "Kommentar"), "kind", 3) == (one.comment, one.flow, len(one.turns))
    assert (("Ein zweites Gespräch",), "start", "de") == (two.comment, two.flow, two.language)


def test_a_talk_that_goes_as_written_has_no_difference(edition):
    """With …, pressed buttons, a photo, time that passes, and an effect."""
    assert [] == found(GOOD, edition)


@pytest.mark.parametrize(
    ("written", "instead", "line"),
    [
        ("Wie alt ist Ihr Kind?\n", "Wie alt?\n", 5),
        ("Wie alt ist Ihr Kind?\n", "", 5),
        ("[Alles] [Daten]", "[Daten] [Alles]", 14),
        ("topic=allgemein", "topic=schule", 21),
        ('! ticket topic=allgemein "Darf ich das?"\n', "", 21),
        ("Bitte eine Zahl …\n", "Bitte eine Zahl …\nNoch etwas\n", 7),
    ],
)
def test_a_difference_names_its_line(edition, written, instead, line):
    """Only the first of a talk: what follows is its echo."""
    (difference,) = found(GOOD.replace(written, instead, 1), edition)
    assert line == difference.line
    assert f"flows/x.talk:{line}:" in str(difference)


def test_rewriting_makes_any_talk_go_as_written(edition):
    """``--update``: acts stay, what is said is what is said now."""
    acts = "\n".join(line for line in GOOD.splitlines() if line.startswith(("#", "flow:", "language:", ">", "~")))
    anew = "\n".join(rewrite(talk, edition) for talk in talks(acts))
    assert [] == found(anew, edition)
    assert "# Ein zweites Gespräch\nflow: start" in anew
    assert anew == "\n".join(rewrite(talk, edition) for talk in talks(anew))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("> hallo\n", "x.talk:1: Hier fehlt die Zeile »flow: name«"),
        ("flow: kind\nHallo\n", "x.talk:2: Ein Gespräch beginnt mit"),
        ("flow: kind\n> /start kind\n…\n> [Weg]\n", "x.talk:4: Die Taste [Weg]"),
        ("flow: kind\n> /start kind\n…\n~ bald\n", "x.talk:4: »bald« ist keine Dauer"),
        ("flow: kind\nlanguage: xx\n> /start\n", "Die Sprache »xx«"),
    ],
)
def test_a_talk_that_cannot_be_read_is_told_with_its_line(edition, text, says):
    """In words, with what to write instead."""
    with pytest.raises(TalkError) as refused:
        found(text, edition)
    assert says in str(refused.value)


def test_bytes_that_are_no_text_are_told():
    """A talk saved in another encoding."""
    with pytest.raises(TalkError, match="UTF-8"):
        parse("x.talk", b"flow: \xff\xfe")
