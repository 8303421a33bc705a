"""The one authorisation function of the desk: who may do what. Pages, events and commands all ask here.

It says what a person *may* do; whether it *can* happen now (somebody else has the question, it is closed) says the
state table. So a colleague who is too late hears who was faster, and a stranger does not even hear that it exists.
"""

from collections.abc import Callable, Mapping

from bot.desk.adviser import Adviser
from bot.desk.routing import COORDINATOR, Question, Roster, may_take, visible
from bot.desk.ticket import OPEN
from bot.model import Topic


def can(actor: Adviser, action: str, question: Question, roster: Roster) -> bool:
    """Return whether a person may do one of ``see claim answer note transfer return close`` with a question."""
    return visible(question, actor, roster) and _RULES[action](actor, question, roster)


def can_see_past(actor: Adviser, topic: Topic | None) -> bool:
    """Return whether a person may hear that a question of this topic is gone, and why. Nothing else is left of it."""
    if actor.disabled_at is not None:
        return False
    return actor.role == COORDINATOR or (topic is not None and bool(set(topic.teams) & set(actor.teams)))


def can_manage(actor: Adviser) -> bool:
    """Return whether a person may invite and disable people."""
    return actor.role == COORDINATOR and actor.disabled_at is None


def _seen(_actor: Adviser, _question: Question, _roster: Roster) -> bool:
    return True


def _responsible(actor: Adviser, question: Question, _roster: Roster) -> bool:
    return question.ticket.adviser == actor.id or actor.role == COORDINATOR


def _taking(actor: Adviser, question: Question, roster: Roster) -> bool:
    if question.ticket.state == OPEN:
        return may_take(question, actor, roster)
    return question.ticket.adviser == actor.id


_RULES: Mapping[str, Callable[[Adviser, Question, Roster], bool]] = {
    "see": _seen,
    "claim": _taking,
    "answer": _taking,
    "note": _seen,
    "transfer": _responsible,
    "return": _responsible,
    "close": _responsible,
}
