"""One question: its thread and the way the parent came, and the six things a person can do with it.

Each action is a resource that is posted to (``/desk/tickets/7/claim``). What is done leads on to a page by 303; what is
not done shows the question again as it is now, with a sentence why, and with everything the person had typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.desk.cards import card, name_of
from bot.console.shown import shown
from bot.console.visit import Visit, fields, go, ticket_id, whole
from bot.desk.may import can, can_see_past
from bot.desk.routing import Placed, placed
from bot.desk.ticket import NEXT, OUTCOMES
from bot.model import AdviserId
from bot.ports import ThreadLine
from bot.work import answer as verbs
from bot.work.answer import LONGEST, Declined, Newer, Result, Unseen, View, Written

DEEDS = {
    "claim": "claimed",
    "answer": "answered",
    "note": "noted",
    "transfer": "transferred",
    "return": "returned",
    "close": "closed",
}
"""What a person may do, and what happens to the question by it."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person had typed when it could not be done, for the page to show again. ``seen`` lines they had read."""

    answer: str = ""
    note: str = ""
    transfer: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the thread as the page shows it."""

    side: str
    who: str
    text: str
    at: str
    new: bool


async def ticket_page(visit: Visit) -> Response:
    """Show a question."""
    return await _show(visit, Typed(), "", 200)


async def claim(visit: Visit) -> Response:
    """Take it. Who has it already is simply shown it."""
    await fields(visit.request, ())
    result = await verbs.claim(visit.desk.office, visit.who, ticket_id(visit.request))
    if result == Declined("yours", visit.who.id):
        return go(_path(visit))
    return await _after(visit, result, "claimed", Typed())


async def answer(visit: Visit) -> Response:
    """Write to the parent."""
    form = await fields(visit.request, ("text", "version", "seen"))
    text, ticket = _one(form, "text"), ticket_id(visit.request)
    result = await verbs.answer(visit.desk.office, visit.who, ticket, text, whole(_one(form, "version")))
    if isinstance(result, Newer) and await _sent_already(visit, text):
        return go(_path(visit), "answered")
    return await _after(visit, result, "answered", Typed(answer=text, seen=whole(_one(form, "seen"))))


async def note(visit: Visit) -> Response:
    """Write a note for colleagues."""
    text = _one(await fields(visit.request, ("text",)), "text")
    result = await verbs.note(visit.desk.office, visit.who, ticket_id(visit.request), text)
    return await _after(visit, result, "noted", Typed(note=text))


async def transfer(visit: Visit) -> Response:
    """Hand it on, to a colleague or to whoever can."""
    form = await fields(visit.request, ("text", "to"))
    text, to = _one(form, "text"), _one(form, "to")
    colleague = AdviserId(whole(to)) if to else None
    result = await verbs.transfer(visit.desk.office, visit.who, ticket_id(visit.request), colleague, text)
    return await _after(visit, result, "transferred", Typed(transfer=text))


async def give_back(visit: Visit) -> Response:
    """Put it back into the queue."""
    await fields(visit.request, ())
    result = await verbs.give_back(visit.desk.office, visit.who, ticket_id(visit.request))
    return await _after(visit, result, "returned", Typed())


async def close(visit: Visit) -> Response:
    """Say that it is over, which topic it really was, and how it ended."""
    form = await fields(visit.request, ("topic", "outcome", "version", "seen"))
    topic, outcome = _one(form, "topic"), _one(form, "outcome")
    if topic not in visit.desk.topics() or outcome not in OUTCOMES:
        raise HTTPException(400)
    ticket, version = ticket_id(visit.request), whole(_one(form, "version"))
    result = await verbs.close(visit.desk.office, visit.who, ticket, topic, outcome, version)
    return await _after(visit, result, "closed", Typed(seen=whole(_one(form, "seen"))))


async def _after(visit: Visit, result: Result, word: str, typed: Typed) -> Response:
    match result:
        case Written():
            return go("/desk" if word in {"transferred", "returned", "closed"} else _path(visit), word)
        case Unseen():
            return await _gone(visit)
        case Newer():
            return await _show(visit, typed, visit.pen("refused.newer"), 409)
        case Declined(reason=reason, holder=holder):
            roster = await visit.desk.office.roster()
            name = name_of(holder, visit.who, roster, visit.pen) or visit.pen("somebody")
            return await _show(visit, typed, visit.pen(f"refused.{reason}", name=name, most=LONGEST), 409)


async def _sent_already(visit: Visit, text: str) -> bool:
    """Return whether a button was pressed twice: the last answer is this person's, with these very words."""
    view = await verbs.look(visit.desk.office, visit.who, ticket_id(visit.request))
    answers = [line for line in view.thread.lines if line.side != "note"] if view else []
    last = answers[-1] if answers else None
    return last is not None and (last.adviser, last.text) == (visit.who.id, verbs.clean(text))


async def _show(visit: Visit, typed: Typed, notice: str, status: int) -> Response:
    view = await verbs.look(visit.desk.office, visit.who, ticket_id(visit.request))
    if view is None:
        return await _gone(visit)
    entry = placed(view.question, visit.who, view.roster)
    return visit.page("ticket.html", _values(visit, view, entry, typed) | {"notice": notice}, status)


async def _gone(visit: Visit) -> Response:
    """Say why nothing is left of a question, to who may hear it; to everybody else it was never there."""
    past = await visit.desk.store.past_question(ticket_id(visit.request))
    if past is None or not can_see_past(visit.who, visit.desk.topics().get(past.topic)):
        raise HTTPException(404)
    return visit.page("ticket_gone.html", {"why": past.why})


def _values(visit: Visit, view: View, entry: Placed, typed: Typed) -> dict[str, object]:
    thread, pen = view.thread, visit.pen
    return {
        "card": card(entry, thread.first_line, visit.who, view.roster, pen),
        "lines": [_line(visit, view, number, line, typed) for number, line in enumerate(thread.lines)],
        "undelivered": pen("ticket.undelivered", moment=pen.moment(thread.undelivered, view.roster.now))
        if thread.undelivered
        else "",
        "trail": [visit.desk.say(passage) for passage in thread.trail],
        "history": _history(visit, view),
        "may": _may(visit, view),
        "speaks": thread.ticket.language in visit.who.languages,
        "colleagues": [person for person in view.roster.present if person.id != visit.who.id],
        "topics": list(view.roster.topics.values()),
        "topic": thread.ticket.topic,
        "typed": typed,
        "longest": LONGEST,
        "opened": pen.moment(thread.ticket.opened_at, view.roster.now),
    }


def _line(visit: Visit, view: View, number: int, line: ThreadLine, typed: Typed) -> Line:
    pen = visit.pen
    who = name_of(line.adviser, visit.who, view.roster, pen)
    return Line(
        side=line.side,
        who=pen("parent", number=view.thread.ticket.contact) if line.side == "parent" else who,
        text=shown(line.text),
        at=pen.moment(line.at, view.roster.now),
        new=typed.seen is not None and number >= typed.seen,
    )


def _history(visit: Visit, view: View) -> Sequence[tuple[str, str]]:
    return [
        (
            visit.pen(f"event.{event.kind}", name=name_of(event.adviser, visit.who, view.roster, visit.pen)),
            visit.pen.moment(event.at, view.roster.now),
        )
        for event in view.thread.events
    ]


def _may(visit: Visit, view: View) -> Mapping[str, bool]:
    """Return what this person may do now, by who they are and by the state of the question."""
    state = view.thread.ticket.state
    return {
        action: happening in NEXT[state] and can(visit.who, action, view.question, view.roster)
        for action, happening in DEEDS.items()
    }


def _one(form: Mapping[str, Sequence[str]], name: str) -> str:
    """Return the one value of a field; 400 where it is missing or comes twice."""
    values = form.get(name, ())
    if len(values) != 1:
        raise HTTPException(400)
    return values[0]


def _path(visit: Visit) -> str:
    return f"/desk/tickets/{ticket_id(visit.request)}"
