"""``decide``: a silent branch. All tests of a row must hold; the first row that holds wins."""

from bot.flow.graph import Decide, Goto
from bot.flow.talk import Talk
from bot.flow.values import holds


def enter(step: Decide, talk: Talk) -> Goto:
    """Go where the first row that holds leads, else where ``else`` does."""
    for row in step.rows:
        if all(holds(test, talk.answer(test.answer), talk.now) for test in row.tests):
            return row.then
    return step.otherwise
