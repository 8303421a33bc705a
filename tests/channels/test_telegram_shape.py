"""Shaping for Telegram: where bold stands, where texts are cut, how buttons lie, and what a used message becomes."""

from fakes.bot_api_rules import entities_of
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_decode import Press
from bot.channels.telegram_shape import TEXT_LIMIT, chosen, shape, units
from bot.text.message import Button, Message


def message(text: str, **more: object) -> Message:
    return Message(text=text, language="de", direction="ltr", **more)


def labels(*rows: str) -> list[list[str]]:
    return [row.split("|") for row in rows]


def keyboard(shaped: Message) -> list[list[str]]:
    return [[key["text"] for key in row] for row in shape(shaped)[-1].rows]


def buttons(*words: str) -> tuple[Button, ...]:
    return tuple(Button(f"token{number}", label) for number, label in enumerate(words))


def bold(part) -> list[str]:
    raw = part.text.encode("utf-16-le")
    return [raw[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le") for e in part.entities]


def test_bold_is_counted_as_the_platform_counts():
    """Offsets are UTF-16 units: characters beyond the first plane count twice before and inside the bold words."""
    text = "👩‍👧 سلام \u2068Bildungspaket\u2069 𝔅 Ende"
    start = text.index("Bildungspaket")
    [part] = shape(message(text, bold=((start, start + 13), (text.index("𝔅"), text.index("𝔅") + 1))))

    assert bold(part) == ["Bildungspaket", "𝔅"]
    assert part.text == text


def test_white_space_at_the_edges_moves_no_bold():
    """The platform cuts white space at both ends; the bold words stay under their letters."""
    [part] = shape(message("\n\n  Frage: ja \n", bold=((4, 9),)))

    assert (part.text, bold(part)) == ("Frage: ja", ["Frage"])


def test_nothing_is_left_that_the_platform_cannot_take():
    """Lone surrogates and NUL become the sign for a missing letter, one for one."""
    [part] = shape(message("a\ud83db\0c", bold=((4, 5),)))

    assert (part.text, bold(part)) == ("a\ufffdb\ufffdc", ["c"])


def test_a_long_text_is_cut_between_paragraphs():
    """Cut at a paragraph where one ends in the second half, else at a line, else at a space, else in the word."""
    for gap in ("\n\n", "\n", " "):
        parts = shape(message("a" * 3000 + gap + "b" * 3000))

        assert [part.text for part in parts] == ["a" * 3000, "b" * 3000]
    assert [len(part.text) for part in shape(message("a" * 5000))] == [4096, 904]
    assert [units(part.text) for part in shape(message("🙂" * 3000))] == [4096, 1904]


def test_buttons_stand_under_the_last_part():
    """Of a text in several messages, the last has the buttons."""
    parts = shape(message("wort " * 1000, buttons=buttons("Ja", "Nein")))

    assert [bool(part.rows) for part in parts] == [False, True]


@given(st.text(st.sampled_from("ab \n🙂é\u0301"), max_size=9000), st.integers(0, 9000), st.integers(0, 9000))
def test_no_letter_is_lost_and_every_part_is_valid(text, one, other):
    """Parts fit the platform, hold all that is not white space in order, and their bold lies on whole characters."""
    span = (min(one, other, len(text)), min(max(one, other), len(text)))
    parts = shape(message(text, bold=(span,)))

    assert "".join("".join(part.text for part in parts).split()) == "".join(text.split())
    assert all(units(part.text) <= TEXT_LIMIT for part in parts)
    for part in parts:
        entities_of({"entities": list(part.entities)}, part.text)
    strong = "".join(words for part in parts for words in bold(part))
    assert "".join(strong.split()) == "".join(text[slice(*span)].split())


def test_options_stand_one_a_row_and_short_ones_two():
    """Long labels need the width; options that are all short, and extras that are, share rows. Extras come after."""
    assert keyboard(message("?", buttons=buttons("Ja", "Nein", "Vielleicht"))) == labels("Ja|Nein", "Vielleicht")
    assert keyboard(message("?", buttons=buttons("Ja", "Das weiß ich leider nicht"))) == labels(
        "Ja", "Das weiß ich leider nicht"
    )
    assert keyboard(message("?", buttons=buttons("Ja"), extras=buttons("Auf Deutsch", "Hilfe"))) == labels(
        "Ja", "Auf Deutsch|Hilfe"
    )
    assert keyboard(message("?", extras=buttons("Auf Deutsch", "Hilfe", "Einen Menschen fragen", "Menü"))) == labels(
        "Auf Deutsch|Hilfe", "Einen Menschen fragen", "Menü"
    )
    assert shape(message("ohne"))[0].rows == ()


def pressed(**changed: object) -> Press:
    fields = {"query": "1", "chat": 42, "message": 8, "text": "Frage", "bold": ((0, 5),), "token": "k3x", "label": "Ja"}
    return Press(**(fields | changed))


def test_a_used_message_shows_the_choice_instead_of_the_buttons():
    """The chosen label stands in bold under the text, which keeps its own bold."""
    part = chosen(pressed(text="🙂 Frage", bold=((3, 5),)))

    assert part is not None
    assert (part.text, bold(part), part.rows) == ("🙂 Frage\n\n✅ Ja", ["Frage", "Ja"], ())


def test_without_room_for_the_label_only_the_buttons_go():
    """A message that is full, has no text or came without its buttons, loses them and keeps its words."""
    parts = [chosen(pressed(**changed)) for changed in ({"text": "a" * 4095}, {"text": ""}, {"label": ""})]

    assert [part.text if part else None for part in parts] == ["", "", ""]


def test_asking_about_a_message_leaves_it_as_it_is():
    """German, a term, a source, help and the menu are answered beside the question, which keeps its buttons."""
    for changed in ({"token": "m.x7.g"}, {"token": "c.hilfe"}, {"token": "", "label": ""}, {"message": 0}):
        assert chosen(pressed(**changed)) is None
