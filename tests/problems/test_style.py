"""W5: plain German, explained words, sources and days, each at its border; today is what the caller says."""

from datetime import date

import pytest
from problems.words_kit import HEAD, codes, found

from bot.check.style import MESSAGE, SENTENCE


def steps(text: str) -> str:
    return HEAD + text


def say(text: str, more: str = "") -> str:
    """Return a flow that says a text of one or more lines."""
    lines = "".join(f"      {line}\n" for line in text.split("\n"))
    return steps(f"  hallo:\n    say: |\n{lines}{more}")


def told(flow: str, **given: object) -> list[str]:
    return codes(found(flow, {}, **given))


def count(words: int) -> str:
    return " ".join(["Da"] * words)


# -- sentences and messages


def test_a_sentence_has_up_to_fifteen_words():
    """One more is told, at the sentence, with how many there are."""
    assert [] == told(say(f"Kurz. {count(SENTENCE)}."))
    (problem,) = found(say(f"Kurz. {count(SENTENCE + 1)}."), {})
    assert ("W502", 8, 13) == (problem.code, problem.line, problem.column)
    assert str(SENTENCE + 1) in problem.message


def test_a_sentence_over_two_lines_is_one():
    """Whoever wraps a line does not end a sentence."""
    wrapped = "Wenn Sie nicht kommen können, sagen Sie es bitte\nder Lehrerin, denn sie wartet sonst auf Sie alle."
    assert ["W502"] == told(say(wrapped))


def test_marks_and_answers_count_as_what_is_shown():
    """A marked word of two words is two, an answer is one."""
    ask = "  name:\n    ask: Wie?\n    save: name\n"
    assert [] == told(steps(f"{ask}  hallo:\n    say: '{count(14)} {{name}}.'\n"))
    assert ["W502"] == told(steps(f"{ask}  hallo:\n    say: '{count(15)} {{name}}.'\n"))
    term = "[[Klassenpflegschaft|alle zusammen]]"
    assert ["W502"] == told(say(f"{count(14)} {term}."))


@pytest.mark.parametrize(
    "step",
    [
        "    choose: {}\n    options:\n      - label: Ja\n      - label: Nein\n",
        "    ask: {}\n    save: a\n",
        "    ask: Was?\n    save: a\n    retry: {}\n",
        "    choose: Was?\n    options:\n      - label: Ja\n        say: {}\n      - label: Nein\n",
        "    escalate: {}\n",
        "    escalate: Fragen Sie.\n    closed: {}\n",
        "    form: {}\n    fields:\n      - ask: Was?\n        save: a\n",
        "    form: Los.\n    fields:\n      - ask: {}\n        save: a\n        label: A\n",
    ],
)
def test_every_text_that_a_parent_reads_is_looked_at(step):
    """Whatever kind of step says it."""
    assert [] == told(steps("  hallo:\n" + step.format(count(SENTENCE))))
    assert ["W502"] == told(steps("  hallo:\n" + step.format(count(SENTENCE + 1))))


def test_what_no_parent_reads_as_a_sentence_is_not():
    """Labels have their own measure; examples are how parents write."""
    long = count(SENTENCE + 1)
    assert [] == told(
        HEAD.replace("steps:", f"examples: [{long}]\nkeywords: [{long}]\nsteps:") + "  a:\n    say: Ja.\n"
    )


def test_side_files_are_looked_at_as_well():
    """The glossary and the help card are read by parents too."""
    glossary = f"Klassenpflegschaft:\n  say: {count(SENTENCE + 1)}\n  short: Eltern\n".encode()
    (problem,) = found(steps("  a:\n    say: Ja.\n"), {}, glossary=glossary)
    assert ("W502", "flows/glossary.yaml", 2) == (problem.code, problem.file, problem.line)


def test_a_message_has_up_to_three_hundred_characters():
    """Marks do not count, what they show does."""
    line = "Das ist ein kurzer Satz. "
    text = (line * 20)[: MESSAGE - 1].rstrip() + "."
    text += "a" * (MESSAGE - len(text))
    assert "W508" not in told(say(text))
    assert "W508" in told(say(text + "b"))
    assert "W508" not in told(say(text.replace("kurzer", "*kurzer*")))


# -- readability


HARD = "Bildungsangelegenheiten erfordern Antragstellungen. " * 12
EASY = "Sie sind da. Das ist gut. Wir sind auch da. " * 4


@pytest.mark.parametrize(("text", "expected"), [(HARD, ["W503"]), (EASY, []), (HARD[:100], [])])
def test_a_flow_as_a_whole_is_easy_to_read(text, expected):
    """The flow is told once, at its name; too few words say nothing."""
    parts = "".join(f"  s{place}:\n    say: {part}.\n" for place, part in enumerate(text.strip(" .").split(". ")))
    problems = found(steps(parts), {})
    assert expected == codes(problems)
    assert all((1, 7) == (problem.line, problem.column) for problem in problems)


# -- official words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die [[Klassenpflegschaft]] kommt. Die Klassenpflegschaft hilft.", []),
        ("Die Klassenpflegschaft hilft. Das ist die [[Klassenpflegschaft]].", []),
        ("Die [[Klassenpflegschaft|Klassenpflegschaften]] helfen.", []),
        ("Die Klassenpflegschaften helfen.", ["W504"]),
        ("Die Klassenpflegschaft hilft. Die Klassenpflegschaft kommt.", ["W504"]),
        ("Der Klassenpflegschaftsbrief kommt.", []),
        ("Sagen Sie: „Ich gehe zur Klassenpflegschaft.“", []),
        ("Auf dem Brief steht „Klassenpflegschaft“.", ["W504"]),
    ],
)
def test_an_official_word_is_explained_the_first_time(text, expected):
    """In the message where it comes first; a part of a longer word is another word, a sentence to say is German anyway."""
    assert expected == told(say(text))


def test_what_was_explained_before_stays_explained():
    """Later in the same flow the word may stand alone; before, it may not."""
    marked, plain = "    say: '[[Klassenpflegschaft]] hilft.'\n", "    say: Die Klassenpflegschaft kommt.\n"
    assert [] == told(steps(f"  a:\n{marked}  b:\n{plain}"))
    (problem,) = found(steps(f"  a:\n{plain}  b:\n{marked}"), {})
    assert ("W504", 7, 14) == (problem.code, problem.line, problem.column)
    assert "[[Klassenpflegschaft]]" in problem.help


def test_a_label_is_explained_by_its_question():
    """Labels have no marks: the question above them explains."""
    flow = "  a:\n    choose: '{}'\n    options:\n      - label: Klassenpflegschaft\n      - label: Nein\n"
    assert [] == told(steps(flow.format("Was ist die [[Klassenpflegschaft]]?")))
    (problem,) = found(steps(flow.format("Was suchen Sie?")), {})
    assert ("W504", 9) == (problem.code, problem.line)
    assert "in der Frage" in problem.help


# -- sources and days


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In einer Klasse sind 25 Kinder.", {"W505"}),
        ("So steht es in § 73.", {"W505"}),
        ("Das Geld kommt am 1. August.", {"W505", "W507"}),
        ("Das gilt bis 31.07.2027.", {"W505", "W507"}),
        ("Sie bekommen 15 Euro.", {"W505", "W507"}),
        ("Das kostet 4,50 €.", {"W505", "W507"}),
        ("Das gilt ab 2027.", {"W505", "W507"}),
        ("Rufen Sie 0800 111 2022 an.", {"W505"}),
        ("Schreiben Sie zum Beispiel 8.", set()),
        ("Schreiben Sie z. B. 15.12.2026.", set()),
        ("Sagen Sie: „Meine Tochter ist 8 Jahre alt.“", set()),
        ("1. Gehen Sie hin.\n2. Fragen Sie dort.", set()),
        ("Lesen Sie amt24.de.", set()),
        ("Wir stellen drei Fragen.", set()),
    ],
)
def test_numbers_have_a_source_and_what_changes_has_an_end(text, expected):
    """Examples, sentences to say, addresses and the numbers of a list have none."""
    assert expected == set(told(say(text)))
    assert expected - {"W505"} == set(told(say(text, "    source: Ein Gesetz\n")))
    assert set() == set(told(say(text, "    source: Ein Gesetz\n    valid_until: 2027-07-31\n")))


def test_what_is_asked_may_show_numbers():
    """A question that shows how to answer rests on nothing."""
    assert [] == told(
        steps("  a:\n    ask: Wie alt? Schreiben Sie 0 bis 20.\n    save: a\n    retry: Bitte 0 bis 20.\n")
    )


def test_a_digit_in_the_name_of_an_answer_is_no_number():
    """What parents read there is their own answer; a number beside it still rests on something."""
    asked = "  a:\n    ask: Welches Wort?\n    save: wort2\n"
    assert set() == set(told(steps(f'{asked}  b:\n    say: "Sie sagten {{wort2}}."\n')))
    assert {"W505"} == set(told(steps(f'{asked}  b:\n    say: "Sie sagten {{wort2}} in 25 Klassen."\n')))


@pytest.mark.parametrize(
    ("reviewed", "today", "told_so"),
    [
        ("2026-08-15", date(2026, 8, 15), False),
        ("2026-08-15", date(2027, 8, 15), False),
        ("2026-08-15", date(2027, 8, 16), True),
        ("2026-08-15", date(2026, 8, 14), True),
        ("2024-02-29", date(2025, 2, 28), False),
        ("2024-02-29", date(2025, 3, 1), True),
    ],
)
def test_a_flow_was_looked_through_in_the_last_twelve_months(reviewed, today, told_so):
    """Not later than today, and not longer ago than a year."""
    flow = HEAD.replace("2026-08-15", reviewed) + "  a:\n    say: Ja.\n"
    ours = [problem for problem in found(flow, {}, today=today) if problem.file == "flows/beispiel.yaml"]
    assert (["W501"] if told_so else []) == codes(ours)


@pytest.mark.parametrize(
    ("today", "message"),
    [
        (date(2026, 9, 1), None),
        (date(2026, 9, 2), "Das gilt nur noch 60 Tage."),
        (date(2026, 10, 31), "Das gilt nur noch bis morgen."),
        (date(2026, 11, 1), "Das gilt nur noch heute."),
        (date(2026, 11, 2), "Das gilt seit gestern nicht mehr."),
        (date(2026, 11, 4), "Das gilt seit 3 Tagen nicht mehr."),
    ],
)
def test_the_end_of_a_statement_is_told_sixty_days_before(today, message):
    """At the day itself, and with how long it is."""
    problems = [
        problem
        for problem in found(say("Guten Tag.", "    valid_until: 2026-11-01\n"), {}, today=today)
        if problem.code == "W506"
    ]
    assert ([] if message is None else [message]) == [problem.message for problem in problems]
    assert all("2026-11-01" in problem.written for problem in problems)


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ("verified", []),
        ("secondary", []),
        ("uncertain", ["W509"]),
        ("verified\n  valid_until: 2026-09-01", []),
        ("verified\n  valid_until: 2026-08-31", ["W509"]),
    ],
)
def test_a_step_rests_on_what_is_known(fact, expected):
    """A statement that is not sure, or holds no longer, is told at each step that names it."""
    facts = f"- id: kp-001\n  statement: S\n  source: Q\n  confidence: {fact}\n".encode()
    flow = say("Guten Tag.", "    facts: [kp-001]\n") + "  b:\n    say: Ja.\n    facts: [kp-001]\n"
    assert expected * 2 == told(flow, facts=facts)


def test_only_sound_flows_are_judged_and_the_others_stop_nobody():
    """A flow with an error of meaning is told that; its sentences are looked at all the same."""
    flow = say(f"{count(SENTENCE + 1)}.", "    goto: nirgends\n")
    assert {"E201", "W502"} == set(told(flow))


def test_a_day_that_is_none_is_told_once():
    """I06: that a day is missing would only echo that it is no day."""
    step = "  a:\n    say: Das Geld kommt am 1. August.\n    source: Ein Gesetz\n    valid_until: bald\n"
    flow = HEAD.replace("2026-08-15", "15.08.2026") + step
    ours = [problem for problem in found(flow, {}) if problem.file == "flows/beispiel.yaml"]
    assert ["E114", "E114"] == codes(ours)


def test_a_glossary_without_words_explains_nothing():
    """Where there is no glossary, no word is official."""
    assert "W504" not in told(
        say("Die Klassenpflegschaft hilft."), glossary=b"Anderes:\n  say: Etwas.\n  short: etwas\n"
    )
