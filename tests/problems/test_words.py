"""W4 and E401: a translation beside its German, in scripts of all kinds; and the catalogs of the repository itself."""

import re
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from problems.words_kit import HEAD, TODAY, WORDS, codes, found, valid

from bot.app.files import program
from bot.check.folder import Catalogs, Folder, catalogs, gather, locate
from bot.check.po import Written
from bot.check.whole import examine
from bot.model import Language
from bot.text.compare import Original, faults, own_faults
from bot.text.fold import fold
from bot.text.interface import ENGLISH_WORDS
from bot.text.limits import LIMITS

ROOT = Path(__file__).parents[2]
FORMS = {"Kita": "Kita", "Kitas": "Kita", "Bildung und Teilhabe": "Bildung und Teilhabe", "BuT": "Bildung und Teilhabe"}
REVIEWED = date(2026, 11, 24)
"""A day on which the contents had just been looked through."""


def of(german: str, words: str, language: str = "tr", *, sought: bool = False) -> list[str]:
    return [fault.code for fault in faults(Original(german, FORMS, sought), words, Language(language))]


def said(german: str) -> str:
    """Return a flow that says this."""
    return f"{HEAD}  hallo:\n    say: '{german}'\n    source: Q\n    valid_until: 2027-07-31\n"


# -- what the German says as well


@pytest.mark.parametrize(
    ("german", "words", "language"),
    [
        ("Hallo {name}, {name}!", "Merhaba {name}!", "tr"),
        ("Die [[Kita]] hilft.", "[[Kita|Kitada]] yardım var.", "tr"),
        ("Die [[Kitas]] helfen.", "[[Kita]] yardım eder.", "tr"),
        ("[[BuT]] hilft.", "تساعد [[Bildung und Teilhabe]].", "ar"),
        ("Mehr auf schule.de.", "Daha fazlası schule.de’de.", "tr"),
        ("Mehr auf https://a.de/b?c=d.", "المزيد على https://a.de/b?c=d.", "ar"),
        ("An info@a-b.de bitte.", "info@a-b.de adresine.", "tr"),
        ("Rufen Sie 0800 111 0 550 an.", "Зателефонуйте: 0800 1110550.", "uk"),
        ("Von 14 bis 20 Uhr.", "14–20.", "tr"),
        ("Von 14-16 Uhr.", "От 14 до 16.", "ru"),
        ("Das sind 1.000 Euro.", "Це 1000 євро.", "uk"),
        ("Das sind 15,50 Euro.", "To 15,50 euro.", "pl"),
        ("Nur 5 €.", "۵ یورو.", "fa"),
        ("Bis 2026.", "حتى عام 2026.", "ar"),
        ("Kinder bis 18 Jahre: 112.", "До 18 років: 112.", "uk"),
        ("§§ 8a und 42 gelten.", "§§ 8a ve 42 geçerli.", "tr"),
    ],
)
def test_a_faithful_translation_is_left_alone(german, words, language):
    """Numbers may be grouped otherwise, forms and endings may be the language's own."""
    assert [] == [code for code in of(german, words, language) if code not in {"W404", "W410"}]


EUROS = {
    "tr": "euro", "ar": "يورو", "uk": "євро", "ru": "евро", "en": "euros", "fa": "یورو", "pl": "euro", "ro": "euro",
    "bg": "евро", "ku": "ewro", "sq": "euro", "sr_Latn": "evra", "it": "euro", "el": "ευρώ", "fr": "euros",
    "ckb": "یۆرۆ", "ps": "یورو", "ti": "ዩሮ", "so": "yuuro", "am": "ዩሮ", "ur": "یورو", "mk": "евра", "es": "euros", "pt": "euros",
}  # fmt: skip


@pytest.mark.parametrize("language", EUROS)
def test_euros_are_known_in_every_language(language):
    """The language's own word counts, and so do the sign and the code; other money does not."""
    assert [] == of("Das kostet 15 Euro", f"15 {EUROS[language]}", language)
    assert [] == of("Das kostet 15 Euro", "15 €", language)
    assert ["W403"] == of("Das kostet 15 Euro", "15 $", language)


def test_a_misspelled_placeholder_is_told_once():
    """What is lost and what came instead are one fault, with both names."""
    (fault,) = faults(Original("Hallo {name}!", {}), "Merhaba {nam}!", Language("tr"))
    assert ("E401", "{nam}", "Schreiben Sie {name}.") == (fault.code, fault.fragment, fault.help)


def test_placeholders_do_not_hide_in_labels_and_examples():
    """E401 is asked of every text, also of those that only a finder reads."""
    assert ["E401"] == of("Was heißt das", "Bu {ne} demek", sought=True)


# -- what would be shown wrongly


@pytest.mark.parametrize(
    ("words", "language"),
    [("Це клас 5a.", "uk"), ("Напишіть у WhatsApp.", "uk"), ("اكتبوا بWhatsApp.", "ar"), ("Це Kita-група.", "uk"),
     ("Strasse e\u0301tude.", "fr"), ("Το Kita βοηθά.", "el"), ("Das ist α und β.", "de")],
)  # fmt: skip
def test_words_of_one_script_may_stand_beside_each_other(words, language):
    """Names stay Latin, also behind an Arabic prefix or before a hyphen."""
    assert "W408" not in of("Das ist so.", words, language)


@pytest.mark.parametrize("words", ["Шкoла тут.", "Школа i дім.", "Tатo.", "Ημέρa εδώ.", "Кiта."])
def test_letters_that_look_alike_are_found(words):
    """A Latin letter in a Cyrillic or Greek word, also where it is a word by itself."""
    assert ["W408"] == of("Das ist so.", words, "uk")


@pytest.mark.parametrize(
    ("digits", "language"), [("١٢", "ar"), ("۱۲", "fa"), ("१२", "hi"), ("፲፪12", "am"), ("၁၂", "my")]
)
def test_digits_of_other_scripts_are_told_and_not_twice(digits, language):
    """W404 alone: the number itself is the right one."""
    expected = [] if language == "am" else ["W404"]  # Ethiopic signs are no decimal digits
    assert expected == of("Es sind 12 Kinder", f"{digits} x", language)


@pytest.mark.parametrize(
    ("german", "words", "language", "fault"),
    [
        ("Kommen Sie?", "Έρχεστε;", "el", False),
        ("Kommen Sie?", "Έρχεστε.", "el", True),
        ("Kommen Sie?", "ትመጣለህ፧", "am", False),
        ("Kommen Sie.", "ትመጣለህ።", "am", False),
        ("Kommen Sie.", "آئیں۔", "ur", False),
        ("Kommen Sie!", "Gelin.", "tr", False),
        ("Kommen Sie.", "มา", "th", False),
        ("Sagen Sie:", "እንዲህ ይበሉ፦", "am", False),
        ("Sagen Sie:", "Deyin.", "tr", True),
        ("Ja", "Evet.", "tr", True),
        ("„Kommen Sie?“", "„Kommen Sie?“ (Geliyor musunuz?)", "tr", False),
        ("*Kommen Sie?*", "*Geliyor musunuz*", "tr", True),
    ],
)
def test_a_text_ends_with_the_sign_of_its_language(german, words, language, fault):
    """A question stays a question; which sign says so is the language's business."""
    assert fault == ("W410" in of(german, words, language))


def test_names_may_stay_german_and_sentences_may_not():
    """A short name is the same in all languages."""
    assert "W412" not in of("Eltern mischen mit", "Eltern mischen mit")
    assert ["W412"] == of("Eltern helfen Eltern gern", "Eltern helfen Eltern gern")


def test_what_only_a_finder_reads_has_no_look():
    """Examples and keywords may be as a parent types: without signs at the end."""
    assert [] == of("Kann ich kommen?", "gelebilir miyim", sought=True)


def test_the_german_is_looked_at_as_well():
    """A lone star, and letters of another script, are faults wherever they stand."""
    (problem,) = found(said("Das *ist wichtig."), {})
    assert ("W407", 7, 15) == (problem.code, problem.line, problem.column)
    (problem,) = found(said("Die Schulе hilft."), {})
    assert ("W408", 7, 15) == (problem.code, problem.line, problem.column)


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["tr", "ar", "uk", "el", "xx", "sr_Latn"]))
def test_no_text_is_too_strange(german, words, language):
    """Whatever stands there, each fault has a code, a sentence and a help."""
    for fault in [*faults(Original(german, FORMS), words, Language(language)), *own_faults(german)]:
        assert re.fullmatch(r"E401|W4\d\d", fault.code)
        assert fault.message
        assert fault.help
        assert fault.fragment in words or fault.fragment in german


@given(
    st.lists(st.sampled_from(["{name}", "[[Kita]]", "*fett*", "112", "schule.de", "(ja)", "„so“", "Wort"]), max_size=12)
)
def test_a_text_is_a_faithful_translation_of_itself(parts):
    """Nothing is lost and nothing comes in."""
    text = " ".join(parts)
    assert [] == [code for code in of(text, text) if code != "W412"]


# -- labels side by side, and what must be whole


def labels(step: str) -> str:
    return HEAD + step


CHOICE = "  wahl:\n    choose: Was?\n    options:\n      - label: Ja\n        name: a\n      - label: Gern\n        name: b\n"


def test_labels_that_are_typed_alike_are_found_per_language():
    """Case, accents and signs do not tell labels apart for who types; each language has its own."""
    words = {
        "tr": {"wahl/a/label": "Evet", "wahl/b/label": "evet"},
        "uk": {"wahl/a/label": "Так", "wahl/b/label": "Добре"},
    }
    (problem,) = found(labels(CHOICE), words)
    assert ("W409", "locales/tr.po", 'msgstr "evet"') == (problem.code, problem.file, problem.written)


def test_a_short_form_must_differ_from_the_other_label():
    """What a button may say anywhere counts."""
    flow = labels(CHOICE.replace("        name: b\n", "        name: b\n        short: G\n"))
    words = {"tr": {"wahl/a/label": "Evet", "wahl/b/label": "Tabii", "wahl/b/short": "Evet"}}
    assert ["W409"] == codes(found(flow, words))


def test_a_form_has_labels_as_well():
    """Two questions of a form with one label are two buttons with one word."""
    field = "      - ask: Frage {0}?\n        save: f{0}\n        label: Teil {0}\n"
    flow = labels("  daten:\n    form: Zwei Fragen.\n    fields:\n" + field.format("A") + field.format("B"))
    words = {"tr": {"daten/fA/label": "Kısım", "daten/fB/label": "Kısım"}}
    assert ["W409"] == codes(found(flow, words))


def test_what_is_missing_is_told_only_where_all_must_be_there():
    """W414 names a flow's first missing texts and counts the rest; other languages may be begun."""
    assert [] == codes(found(words={"tr": {}}))
    missing = [problem for problem in found(words={"tr": {}}, complete=("tr",)) if "»beispiel«" in problem.message]
    (problem,) = missing
    assert "W414" == problem.code
    assert re.search(r"beispiel/title, .* und \d+ weitere\.$", problem.message)
    assert all(problem.code == "W414" for problem in found(complete=("tr", "xx")))


def test_what_is_not_sent_is_not_looked_at():
    """Fuzzy, stale, empty and unknown texts are figures, whatever is wrong with them; duplicates of keys do no harm."""
    raw = (
        '#, fuzzy\nmsgctxt "beispiel/hallo/say"\nmsgid "Hallo {name}."\nmsgstr "Merhaba."\n\n'
        'msgctxt "beispiel/alt/say"\nmsgid "Alt {x}"\nmsgstr "Eski"\n\n'
        'msgctxt "beispiel/title"\nmsgid "Früher {x}"\nmsgstr "Önce"\n'
    )
    flow = f"{HEAD}  name:\n    ask: Wie?\n    save: name\n  hallo:\n    say: Hallo {{name}}.\n"
    files = {**valid(), "beispiel.yaml": flow.encode()}
    assert () == examine(Folder(Path("flows"), files), Catalogs({"tr": ("tr.po", raw.encode())}, ()), TODAY)


# -- where it stands


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ('msgctxt "a"\nmsgid "x"\nmsgstr "bir iki"\n', (3, 13)),
        ('msgctxt "a"\r\nmsgid "x"\r\nmsgstr "bir iki"\r\n', (3, 13)),
        ('msgctxt ""\n"a"\nmsgid ""\n"x"\nmsgstr ""\n"bir\\n"\n"iki"\n', (7, 2)),
        ('\ufeff# Kopf\nmsgid ""\nmsgstr ""\n"X: y\\n"\n\n#. a\nmsgctxt "a"\nmsgid "x"\nmsgstr "iki"\n', (9, 9)),
        ('msgctxt "b"\nmsgid "x"\nmsgstr "iki"\n\nmsgctxt "a"\nmsgid "x"\nmsgstr "iki"', (7, 9)),
        ('msgctxt "a"\nmsgid "x"\nmsgstr "bir"\n', (3, 9)),
        ('msgctxt "z"\nmsgid "x"\nmsgstr "iki"\n', (0, 0)),
    ],
)
def test_a_fragment_is_found_in_its_file(raw, place):
    """However the file is written; what is not there is told of the text, or of the file as a whole."""
    problem = Written("x.po", raw.encode()).problem("a", "W403", "m", "h", fragment="iki")
    assert place == (problem.line, problem.column)
    if problem.line:
        assert problem.written == raw.split("\n")[problem.line - 1].rstrip("\r")


# -- our own


def test_the_repositorys_flows_and_catalogs_are_silent():
    """I06: no error and no warning in what is shipped, on a day when it had just been looked through."""
    flows = gather(locate(ROOT / "flows"))
    beside = catalogs(ROOT / "locales")
    assert {"ar", "tr", "uk"} <= set(beside.files)
    assert () == examine(flows, beside, REVIEWED)


PROGRAM = program(ROOT / "locales")
ABBREVIATED = ("desk.time.",)
"""The desk's short forms of units end in a full stop in German only."""


@pytest.mark.parametrize("language", sorted(PROGRAM.translated))
def test_the_programs_own_words_keep_the_same_rules(language):
    """``bot.po``: every sentence of the interface, beside its German."""
    told = [
        f"{key}: {fault.code} {fault.message}"
        for key, words in PROGRAM.translated[language].items()
        for fault in faults(Original(PROGRAM.german[key], {}), words, language)
        if not (key.startswith(ABBREVIATED) and fault.code == "W410")
    ]
    assert [] == told


@pytest.mark.parametrize("language", ["de", *sorted(PROGRAM.translated)])
def test_the_programs_buttons_have_room_on_every_channel(language):
    """Buttons as two would have it, extras as rows of a list."""
    words = PROGRAM.german if language == "de" else PROGRAM.translated[Language(language)]
    room = {"button": min(each.label for each in LIMITS.values()), "extra": min(each.row for each in LIMITS.values())}
    sentences = {"button.gone"}
    long = [
        f"{key}: {said}"
        for key, said in words.items()
        if key not in sentences and len(said) > room.get(key.partition(".")[0], 1000)
    ]
    assert [] == long


def test_no_word_is_two_commands():
    """What a parent types means one thing, whatever the language: later words would be lost without a sound."""
    meaning: dict[str, set[str]] = defaultdict(set)
    for name, english in ENGLISH_WORDS.items():
        spoken = [PROGRAM.german, *PROGRAM.translated.values()]
        typed = [word for words in spoken for word in words[f"command.{name}.words"].replace("،", ",").split(",")]
        for word in (*english, *typed):
            meaning[fold(word)].add(name)
    assert {} == {word: names for word, names in meaning.items() if len(names) > 1}


def test_the_table_of_checks_is_complete():
    """Every warning and every error of E3 and E4 stands in it, with the title of its page."""
    table = (ROOT / "docs/reference/checks.md").read_text("utf-8")
    pages = {page.stem: page.read_text("utf-8").split("\n")[0] for page in (ROOT / "docs/problems").glob("*.md")}
    wanted = {code for code in pages if code[0] == "W" or code[:2] in {"E3", "E4"}}
    rows = {f"| [{code}](../problems/{code}.md) | {pages[code].partition(': ')[2]} |" for code in wanted}
    assert rows == set(re.findall(r"^\| \[\w+\].*$", table, re.MULTILINE))


def test_the_kit_is_sound():
    """What faults are sown into elsewhere has none."""
    assert () == found(words=WORDS)
