"""What is wrong with a flow's form but leaves its meaning clear: it is told, and hides nothing of what the flow means."""

import pytest

from bot.check.load import load

HEAD = "flow: p\ntitle: T\ntopic: t\n"
QUESTION = "  a:\n    choose: Was?\n    save: w\n    options:\n      - label: Eins\n      - label: Zwei\n"
REST = "  z:\n    say: Das ist {fehlt}.\n"


def codes(steps: str, head: str = HEAD) -> list[str]:
    """Return what is wrong with one flow, besides what it lacks beside it."""
    files = {"p.yaml": f"{head}steps:\n{steps}".encode(), "topics.yaml": b"t:\n  name: T\n"}
    found = [problem for problem in load(files).problems if problem.file == "p.yaml"]
    return [problem.code for problem in found if problem.code not in {"E213", "E214"}]


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        ("E121", QUESTION + "    was: z\n"),
        ("E121", QUESTION + "  b:\n    say: B\n    was: x\n  c:\n    say: C\n    was: x\n"),
        ("E121", QUESTION.replace("Zwei", "Eins!")),
        ("E115", QUESTION + "        name: Die_Zwei\n"),
        ("E115", QUESTION + "    was: Der_Alte\n"),
        ("E118", QUESTION + "  b:\n    say: B\n    alt: Ein Bild\n"),
        ("E118", QUESTION + "  b:\n    ask: B\n    save: x\n    type: phone\n    min: 3\n"),
        ("E119", QUESTION + "  b:\n    say: Am {tag.year}.\n"),
        ("E119", QUESTION + "  b:\n    say: Am [[Tag] da.\n"),
        ("E114", QUESTION + "    valid_until: bald\n"),
    ],
)
def test_a_problem_that_leaves_the_meaning_clear_hides_no_other(code, steps):
    """I06: what the flow means is examined all the same, and nothing is an echo."""
    assert [code, "E205"] == codes(steps + REST)
    assert [code] == codes(steps + REST.replace("{fehlt}", "gut"))


def test_a_day_that_is_none_hides_nothing():
    """The head as well: what the flow means does not hang on when it was looked through."""
    assert ["E114", "E205"] == codes(QUESTION + REST, f"{HEAD}reviewed: 15.08.2026\n")


def test_a_button_whose_name_cannot_be_one_can_be_compared_as_it_will_be_called():
    """Neither the name as written nor the one that is told instead is unknown."""
    for name in ("Die_Zwei", "die-zwei"):
        rows = f"  b:\n    decide:\n      - when: {{w: {{is: {name}}}}}\n        goto: z\n      - else: z\n  z:\n    say: Z\n"
        assert ["E115"] == codes(QUESTION + "        name: Die_Zwei\n" + rows)


def test_a_problem_that_leaves_the_meaning_open_has_no_echo():
    """Where it goes on is not known: what hangs on that is not told."""
    assert ["E118"] == codes(QUESTION + "    goto: z\n    end: true\n" + REST)
