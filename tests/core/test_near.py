"""Near labels: what is proposed for words that are no label, and what is not."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.fold import fold
from bot.text.near import LONGEST, near
from bot.text.small_words import SMALL_WORDS

SENTENCES = Path(__file__).parent.parent / "data" / "near" / "sentences.tsv"
LANGUAGES = ("de", "tr", "ar", "uk")
LABELS = {
    "menu": {
        "elternabend": ("Elternabend", "Veli toplantısı", "اجتماع أولياء الأمور", "Батьківські збори"),
        "geld": ("Geld für Bildung", "Eğitim için para", "مساعدة مالية للتعليم", "Гроші на освіту"),
        "person": ("Jemanden fragen", "Danışmana sor", "طرح سؤال على شخص", "Запитати людину"),
        "notfall": ("Hilfe im Notfall", "Acil durumda yardım", "مساعدة في الطوارئ", "Екстрена допомога"),
        "sprache": ("Sprache · Language", "Dil · Language", "اللغة · Language", "Мова · Language"),
        "datenschutz": ("Datenschutz", "Veri koruma", "حماية البيانات", "Захист даних"),
    },
    "theme": {
        "hingehen": ("Muss ich hingehen?", "Gitmem şart mı?", "هل يجب أن أذهب؟", "Чи треба мені йти?"),
        "deutsch": ("Wenig Deutsch", "Almancam az", "القليل من الألمانية", "Мало знаю німецьку"),
        "einladung": ("Die Einladung", "Davet yazısı", "الدعوة", "Запрошення"),
        "rechte": ("Was darf ich dort?", "Haklarım neler?", "ماذا يحق لي هناك؟", "Що мені там можна?"),
        "sagen": ("Etwas sagen", "Bir şey söylemek", "قول شيء", "Щось сказати"),
        "wahl": ("Die Wahl", "Seçim", "الانتخاب", "Вибори"),
        "kita": ("In der Kita", "Anaokulunda (Kita)", "في الروضة", "У дитячому садку"),
    },
    "yes": {"ja": ("Ja", "Evet", "نعم", "Так"), "nein": ("Nein", "Hayır", "لا", "Ні")},
}
NONE = "-"


def proposed(words: str, *labels: str, language: str = "de") -> tuple[str, ...]:
    return near(fold(words), {label: {(fold(label), language)} for label in labels})


def measured() -> list[tuple[str, str, tuple[str, ...]]]:
    """Return each sentence's language, what it means, and what is proposed for it."""
    found = []
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        for language, question, words, meant in csv.reader(file, delimiter="\t"):
            place = LANGUAGES.index(language)
            labels = {
                name: {(fold(texts[place]), language), (fold(texts[0]), "de")}
                for name, texts in LABELS[question].items()
            }
            found.append((language, meant, near(fold(words), labels)))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_meant_is_among_the_proposals(language):
    """At least four of five sentences that mean a label, as parents write them."""
    hits = [meant in found for code, meant, found in measured() if code == language and meant != NONE]
    assert len(hits) >= 20
    assert sum(hits) / len(hits) >= 0.8


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_means_no_label_is_seldom_taken_for_one(language):
    """At most one of six sentences that mean none of them, although they speak of the same things."""
    wrong = [bool(found) for code, meant, found in measured() if code == language and meant == NONE]
    assert len(wrong) >= 15
    assert sum(wrong) / len(wrong) <= 1 / 6


def test_proposals_are_few():
    """Nearly always one: in all sentences together not one in thirty proposes more."""
    several = [found for _, _, found in measured() if len(found) > 1]
    assert len(several) <= len(measured()) / 30


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("Elternabnd", "Elternabend"),
        ("Eltenrabend", "Elternabend"),
        ("eltern abend", "Elternabend"),
        ("Datenschuz", "Datenschutz"),
        ("Datnschuz", "Datenschutz"),
        ("Kits", "Kita"),
        ("Schulen", "Schule"),
        ("Zeugnisse", "Zeugnis"),
        ("jaaa", "Ja"),
        ("ja gern", "Ja"),
        ("ja", "Ja, bitte"),
        ("nicht mehr", "Ich kann nicht mehr"),
    ],
)
def test_slips_and_endings_are_forgiven(words, label):
    """One slip in a short word, two in a long one; an ending more or less; a drawn-out letter."""
    assert (label,) == proposed(words, label, "Ganz woanders")


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("Datnscuz", "Datenschutz"),
        ("Kots", "Kita"),
        ("Jo", "Ja"),
        ("Mein", "Nein"),
        ("Kindergeld", "Kinder"),
        ("Ich habe einen Sohn", "Ich habe eine Frage"),
        ("Können Sie das bitte erklären?", "Ja, bitte"),
        ("ich weiß es nicht", "Ich kann nicht mehr"),
        ("Rind", "Kind"),
        ("U4", "U3"),
        ("Untersuchung U4", "U3"),
        ("Gruppe12", "Gruppe21"),
    ],
)
def test_another_word_is_another_word(words, label):
    """More slips than are forgiven, compounds, small words, figures."""
    assert () == proposed(words, label)


def test_figures_never_slip():
    """The right one comes before one that has only the word in common."""
    assert ("4. Klasse", "3. Klasse") == proposed("in der 4 klasse", "3. Klasse", "4. Klasse")


def test_what_fits_more_than_can_be_proposed_fits_none():
    """Three are proposed, in the order of the question; four that fit as well say nothing."""
    three = ("Kind krank", "Kind müde", "Kind laut")
    assert {*three} == {*proposed("Kind", *three)}
    assert () == proposed("Kind", "Kind matt", "Kind müde", "Kind laut", "Kind fern")
    assert ("Kind müde", "Kind laut") == proposed("Kind laut müde", *three)[:2]


def test_the_nearest_comes_first_and_what_is_far_behind_not_at_all():
    """By the share of what a label says."""
    assert ("Schule",) == proposed("in die Schule", "Schule wechseln", "Schule")
    assert ("Schule am Ort", "Schule Ort 7") == proposed("Schule am Ort", "Schule Ort 7", "Schule am Ort")
    assert ("Geld für Schulbücher",) == proposed("geld schulbücher", "Geld für Schulbücher", "Geld für Klassenfahrten")


def test_endings_pile_up_in_some_languages():
    """Twice as long as elsewhere."""
    assert ("Okul",) == proposed("okulundan", "Okul", language="tr")
    assert () == proposed("okulundan", "Okul", language="de")
    assert () == proposed("okulundakiler", "Okul", language="tr")


@pytest.mark.parametrize("words", ["المدرسة", "للمدرسة", "والمدرسة", "بمدرسة", "مدرستي"])
def test_what_arabic_writes_together_is_taken_apart(words):
    """The article and the small words before a noun, and a pronoun behind it."""
    assert ("مدرسة",) == proposed(words, "مدرسة", language="ar")


def test_a_long_text_is_a_question():
    """Up to so many characters, and not one more."""
    words = "schule " + "x" * (LONGEST - 7)
    assert ("Schule",) == proposed(words, "Schule")
    assert () == proposed(words + "x", "Schule")


@pytest.mark.parametrize(("words", "labels"), [("", ("Ja",)), ("???", ("Ja",)), ("ja", ("???",)), ("ja", ())])
def test_without_words_nothing_is_near(words, labels):
    """Neither typed nor labelled."""
    assert () == proposed(words, *labels)


def test_small_words_are_as_they_are_compared():
    """Folded, and none of them empty."""
    assert {fold(word) for word in SMALL_WORDS} == SMALL_WORDS
    assert "" not in SMALL_WORDS


@given(st.text(max_size=130), st.lists(st.text(max_size=30), max_size=5), st.sampled_from(LANGUAGES))
def test_nearness_never_raises_and_proposes_at_most_three(words, labels, language):
    """Whatever was typed, whatever the labels are; and only what there is, each once."""
    found = near(fold(words), {label: {(fold(label), language)} for label in labels})
    assert len(found) <= 3
    assert len(set(found)) == len(found)
    assert set(found) <= set(labels)
