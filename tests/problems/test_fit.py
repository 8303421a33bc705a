"""W3 and E301: what fits on which channel, in which language; counted as parents see it."""

from pathlib import Path

import pytest
from fakes.talking import PROGRAM, talking
from problems.words_kit import HEAD, TODAY, codes, found, german, po, valid

from bot.check.folder import Catalogs, Folder
from bot.check.whole import examine
from bot.model import Account, Language
from bot.source.errors import AuthorError
from bot.text.limits import LIMITS
from bot.work.publish import Publish

WHATSAPP = LIMITS[Account("whatsapp")]
ASK = "  frage:\n    ask: Was möchten Sie wissen?\n    save: frage\n    type: {}\n{}"


def choose(*labels: str, question: str = "Welches passt?") -> str:
    options = "".join(f"      - label: {label}\n        name: n{place}\n" for place, label in enumerate(labels))
    return f"{HEAD}  wahl:\n    choose: {question}\n    options:\n{options}"


def of(length: int, letter: str = "a") -> str:
    """Return a word of so many letters."""
    return letter * length


# -- labels


@pytest.mark.parametrize(("options", "room"), [(1, 20), (2, 20), (3, 24), (9, 24), (10, 24), (30, 24)], ids=str)
def test_a_label_has_room_by_how_many_there_are(options, room):
    """One or two options are buttons, three to nine a list, and more are pages of it."""
    others = [f"{place} {of(3)}" for place in range(1, options)]
    assert [] == codes(found(choose(of(room, "b"), *others), {}))
    (problem,) = found(choose(of(room + 1, "b"), *others), {})
    assert ("W301", 9) == (problem.code, problem.line)
    assert f"{room + 1} Zeichen" in problem.message
    assert f"Platz für {room}" in problem.message


def test_a_short_form_is_shown_where_the_label_has_no_room():
    """Then it is the short form that has to fit."""
    flow = choose(of(30), "Nein").replace("        name: n0\n", "        name: n0\n        short: {}\n", 1)
    assert [] == codes(found(flow.format(of(20, "c")), {}))
    (problem,) = found(flow.format(of(21, "c")), {})
    assert ("W301", f"        short: {of(21, 'c')}") == (problem.code, problem.written)


def test_a_translation_may_be_too_long_where_the_german_fits():
    """The problem stands in the catalog of that language, at the translation."""
    words = {"wahl/n0/label": "Evet, çok isterim lütfen"}
    (problem,) = found(choose("Ja", "Nein"), {"tr": words})
    assert ("W301", "locales/tr.po", 3, 9) == (problem.code, problem.file, problem.line, problem.column)
    assert problem.written == 'msgstr "Evet, çok isterim lütfen"'
    assert "short" in problem.help


def test_a_long_translation_with_a_short_form_fits():
    """``short`` is translated as well, and the two are one button."""
    flow = choose("Ja", "Nein").replace("        name: n0\n", "        name: n0\n        short: Ja\n", 1)
    words = {"wahl/n0/label": "Evet, çok isterim lütfen", "wahl/n0/short": "Evet"}
    assert [] == codes(found(flow, {"tr": words}))


def test_a_form_offers_its_questions_to_be_changed():
    """A question without a label is a button too; a label makes it short."""
    form = HEAD + (
        "  daten:\n    form: Zwei Fragen.\n    fields:\n"
        "      - ask: Wie heißt die Klassenlehrerin?\n        save: lehrerin\n{}"
        "      - ask: Welche Klasse?\n        save: klasse\n"
    )
    assert ["W301"] == codes(found(form.format(""), {}))
    assert [] == codes(found(form.format("        label: Lehrerin\n"), {}))


@pytest.mark.parametrize("complete", [("tr",), ("de", "tr")])
def test_in_a_complete_language_a_label_that_does_not_fit_is_an_error(complete):
    """E301: it stops publishing; in other languages the same is a warning."""
    words = {"wahl/n0/label": "Evet, çok isterim lütfen"}
    found_codes = codes(
        found(choose("Ja", "Nein"), {"tr": words, "uk": {"wahl/n0/label": of(25, "б")}}, complete=complete)
    )
    assert {"E301", "W301"} == set(found_codes) - {"W414"}
    assert 1 == found_codes.count("E301")


def test_german_can_be_complete_as_well():
    """Then its own labels must fit."""
    assert ["E301"] == codes(found(choose(of(21), "Nein"), {}, complete=("de",)))


# -- texts


def asking(kind: str, bound: str, then: str) -> str:
    return HEAD + ASK.format(kind, f"    {bound}\n" if bound else "") + then


def test_an_answer_counts_with_the_longest_there_can_be():
    """A text by its bound, else as forty characters."""
    choice = '  wahl:\n    choose: "{} {{frage}}"\n    options:\n      - label: Ja\n      - label: Nein\n'
    question = of(6, "d") + " d" * 8
    fits = WHATSAPP.body - len(question) - 3  # a blank, and two signs around the answer
    assert [] == codes(found(asking("text", f"max: {fits}", choice.format(question)), {}))
    (problem,) = found(asking("text", f"max: {fits + 1}", choice.format(question)), {})
    assert ("W302", True) == (problem.code, f"{WHATSAPP.body + 1} Zeichen" in problem.message)
    assert [] == codes(found(asking("text", "", choice.format(question)), {}))


@pytest.mark.parametrize(
    ("kind", "bound", "longest"),
    [
        ("number", "max: 120", 3),
        ("number", "", 40),
        ("date", "", 10),
        ("postcode", "", 5),
        ("text", "max: 7", 7),
        ("phone", "", 40),
    ],
)
def test_each_type_has_its_longest_answer(kind, bound, longest):
    """Where the answers are finite the longest is known."""
    repeated = " ".join(["{frage}"] * 100)
    length = 100 * (longest + 2) + 99
    flow = asking(kind, bound, f'  ende:\n    say: "{repeated}"\n  dank:\n    say: Danke.\n')
    problems = [problem for problem in found(flow, {}) if problem.code[1] == "3"]
    assert (length > LIMITS[Account("telegram")].text) == bool(problems)
    flow = asking(kind, bound, f'  ende:\n    say: "{repeated}"\n')
    problems = [problem for problem in found(flow, {}) if problem.code[1] == "3"]
    assert (length > WHATSAPP.body) == bool(problems)
    assert all(f"{length} Zeichen" in problem.message for problem in problems)


def test_an_option_is_as_long_as_its_longest_label_in_that_language():
    """The German fits, the Arabic does not: its label is longer."""
    flow = (
        choose("Kurz", "Auch").replace("wahl:\n", "wahl:\n", 1).replace("    options:", "    save: wahl\n    options:")
    )
    flow += '  ende:\n    say: "{}"\n'.format(" ".join(["{wahl}"] * 70))
    words = {"wahl/n0/label": of(20, "ب"), "ende/say": " ".join(["{wahl}"] * 70), "wahl/n1/label": "نعم"}
    problems = [problem for problem in found(flow, {"ar": words}) if problem.code[1] == "3"]
    assert [("W302", "locales/ar.po")] == [(problem.code, problem.file) for problem in problems]


def test_the_last_message_has_a_button_and_one_before_it_none():
    """What ends a flow carries "Menü": above buttons there is less room."""
    text = " ".join(["{frage}"] * 2)
    flow = asking("text", "max: 1000", f'  ende:\n    say: "{text}"\n')
    assert "W302" in codes(found(flow, {}))
    assert "W302" not in codes(found(flow + "  dank:\n    say: Danke.\n", {}))


def test_telegram_counts_utf_16_units():
    """A sign beyond the first plane counts twice there; the limit is 4,096 of them."""
    words = {"ende/say": "🙂" * 2049}
    problems = found(HEAD + "  ende:\n    say: Gut so.\n  dank:\n    say: Danke.\n", {"tr": words})
    assert ["W303"] == [problem.code for problem in problems if problem.code[1] == "3"]
    words = {"ende/say": "🙂" * 2048}
    problems = found(HEAD + "  ende:\n    say: Gut so.\n  dank:\n    say: Danke.\n", {"tr": words})
    assert [] == [problem.code for problem in problems if problem.code[1] == "3"]


def test_explanations_of_glossary_words_count():
    """In another language a marked word brings its meaning in brackets with it."""
    flow = HEAD + '  ende:\n    say: "[[Klassenpflegschaft]]"\n'
    words = {"ende/say": f"[[Klassenpflegschaft]]{of(990, 'e')}"}
    assert "W302" not in codes(found(flow, {"tr": words}))
    files = {**valid(), "beispiel.yaml": flow.encode()}
    short = 'msgctxt "glossary/Klassenpflegschaft/short"\nmsgid "Eltern der Klasse"\nmsgstr "sınıf velileri"\n'
    raw = f"{po(words, german(flow))}\n{short}".encode()
    problems = examine(Folder(Path("flows"), files), Catalogs({"tr": ("tr.po", raw)}, ()), TODAY)
    assert ["W302"] == [problem.code for problem in problems if problem.code[1] == "3"]


def test_the_sentence_before_a_repeated_question_counts():
    """Who is asked again reads both in one message."""
    flow = HEAD + "  frage:\n    ask: {}\n    save: frage\n    type: number\n    retry: {}\n"
    problems = found(flow.format(of(600), of(400)), {})
    assert "W302" not in codes(problems)
    assert "W302" in codes(found(flow.format(of(600), of(430)), {}))


def test_a_message_is_told_once():
    """Too long for two channels is one problem that names both."""
    text = " ".join(["{frage}"] * 5)
    (problem,) = (
        each for each in found(asking("text", "max: 1000", f'  ende:\n    say: "{text}"\n'), {}) if each.code[1] == "3"
    )
    assert "W303" == problem.code
    assert {"Telegram", "WhatsApp"} <= set(problem.message.replace(",", "").split())


# -- publishing


async def test_what_does_not_fit_in_a_complete_language_is_not_published(tmp_path):
    """E301 and E401 stop publishing, and nothing changes; warnings never do."""
    flow = choose("Ja", "Nein", question="Guten Tag?")
    async with talking(tmp_path) as house:
        store = house.store
        publish = Publish(store, house.wake, house.clock, PROGRAM, [Language("de")], complete=[Language("tr")])
        await publish(_files(flow, {"wahl/n0/label": "Evet"}), "test")
        before = await store.current()
        with pytest.raises(AuthorError, match="E301"):
            await publish(_files(flow, {"wahl/n0/label": "Evet, çok isterim lütfen"}), "test")
        with pytest.raises(AuthorError, match="E401"):
            await publish(_files(flow, {"wahl/choose": "İyi günler, {isim}?"}), "test")
        assert before == await store.current()
        await publish(_files(flow, {"wahl/choose": "İyi  günler."}), "test")
        assert before != await store.current()


def _files(flow: str, words: dict[str, str]) -> dict[str, bytes]:
    flows = {f"flows/{name}": raw for name, raw in {**valid(), "beispiel.yaml": flow.encode()}.items()}
    return {**flows, "locales/tr/LC_MESSAGES/flows.po": po(words, german(flow)).encode()}
