"""What is found out of a step is found out once a check, however many ask: a large folder is checked while an author saves."""

from collections import Counter

import pytest
from core.small import SMALL

from bot.check.load import load
from bot.flow.meaning import branches, paths

FILES = {path.relative_to(SMALL).as_posix(): path.read_bytes() for path in sorted(SMALL.rglob("*")) if path.is_file()}


@pytest.fixture
def asked(monkeypatch) -> Counter[tuple[str, str]]:
    """Count how often each step is asked for what it uses and where it leads."""
    counted: Counter[tuple[str, str]] = Counter()

    def count(name: str) -> None:
        ask = getattr(paths, name)

        def counting(step, *more):
            counted[name, step.name] += 1
            return ask(step, *more)

        monkeypatch.setattr(paths, name, counting)

    count("uses")
    count("_ways")
    return counted


def test_each_step_is_asked_once_what_it_uses_and_where_it_leads(asked):
    """Not once for each of the questions that the checker has."""
    flows = load(FILES).flows.values()
    steps = Counter(name for flow in flows for name in flow.steps)
    assert steps.total() > 10
    assert {(way, name): count for way in ("uses", "_ways") for name, count in steps.items()} == asked


def test_rows_that_did_not_change_are_not_tried_again(monkeypatch):
    """After a change of every title no row of a ``decide`` is tried."""
    load(FILES)
    tried = []
    monkeypatch.setattr(branches, "_can_win", lambda *row: tried.append(row) or True)
    changed = {path: raw.replace(b"title: ", b"title: Neu ") for path, raw in FILES.items()}
    assert changed != FILES
    assert load(changed).flows.keys() == load(FILES).flows.keys() != set()
    assert [] == tried


def test_rows_are_tried_again_when_their_question_changed():
    """What is remembered is what the answer hangs on: the rows, the kinds of their answers, and which are given."""
    head = "flow: {}\ntitle: T\ntopic: t\nsteps:\n"
    rows = "  d:\n    decide:\n      - when: {x: {at_least: 5}}\n        goto: b\n      - else: b\n  b:\n    say: B\n"
    asks = "  a:\n    ask: A\n    save: x\n    type: number\n    max: {}\n"
    files = {f"p{most}.yaml": (head.format(f"p{most}") + asks.format(most) + rows).encode() for most in (4, 5, 4)}
    for path, raw in [*files.items(), *files.items()]:
        codes = [problem.code for problem in load({path: raw}).problems]
        assert ("E212" in codes) == (path == "p4.yaml")
