"""The contract of the desk: tickets as they are, changed by whoever was first, heard by the talk in the same moment."""

from dataclasses import replace
from datetime import datetime

from store_kit import (
    NOON,
    TELEGRAM,
    after,
    asked,
    case_of,
    colleague,
    done,
    fragment,
    heard,
    outgoing,
    say,
    together,
)

from bot.desk.adviser import Adviser
from bot.desk.ticket import Ticket, TicketEvent
from bot.model import Rejected, TicketId
from bot.ports import AdviserChange, Record, Store, ThreadLine, TicketChange


async def a_ticket(store: Store, address: str = "lina") -> Ticket:
    """Return a new question in the queue."""
    ticket = (await asked(store, "Was ist ein Elternabend?", "Danke!", address=address)).ticket
    assert ticket is not None
    return ticket


def claim(ticket: Ticket, who: Adviser) -> AdviserChange:
    """Return what taking a question writes."""
    taken = replace(ticket, state="claimed", version=ticket.version + 1, adviser=who.id, changed_at=after(minutes=5))
    return AdviserChange(taken, (TicketEvent("claimed", after(minutes=5), who.id),))


async def test_the_queue_shows_what_is_not_closed(store: Store) -> None:
    """Every open question with its first line and history, without the thread."""
    ticket = await a_ticket(store)
    other = await a_ticket(store, "omar")
    threads = {thread.ticket.id: thread for thread in await store.open_tickets()}
    assert set(threads) == {ticket.id, other.id}
    shown = threads[ticket.id]
    assert (shown.ticket, shown.first_line) == (ticket, "Was ist ein Elternabend?")
    assert (shown.lines, shown.trail, shown.events) == ((), (), (TicketEvent("opened", NOON),))


async def test_a_closed_question_leaves_the_queue_and_keeps_its_thread(store: Store) -> None:
    """Closing with topic and outcome takes it from the queue; it can still be read."""
    ticket = await a_ticket(store)
    kim = await colleague(store)
    closed = replace(ticket, state="closed", version=2)
    event = TicketEvent("closed", NOON, kim.id, "solved")
    assert await store.change(AdviserChange(closed, (event,), closed_topic="wohnen", outcome="solved"))
    assert list(await store.open_tickets()) == []
    assert (await store.figures())["tickets"] == 0
    thread = await store.thread(ticket.id)
    assert thread is not None
    assert (thread.ticket, thread.events[-1]) == (closed, event)


async def test_an_unknown_ticket_is_nobodys(store: Store) -> None:
    """An id that was never given has no thread and takes no change."""
    assert await store.thread(TicketId(99)) is None
    ticket = await a_ticket(store)
    assert not await store.change(AdviserChange(replace(ticket, id=TicketId(99), version=2), ()))


async def test_an_answer_is_written_whole(store: Store) -> None:
    """State, history, the line in the thread, and what the talk must hear of it are there together."""
    ticket = await a_ticket(store)
    kim = await colleague(store)
    answered = replace(ticket, state="waiting", version=2, adviser=kim.id, changed_at=after(minutes=9))
    line = ThreadLine("adviser", "Ein Abend für Eltern.", after(minutes=9), kim.id)
    events = (TicketEvent("claimed", after(minutes=9), kim.id), TicketEvent("answered", after(minutes=9), kim.id))
    said = fragment("answer:1:2", None, b'{"kind":"adviser_wrote"}')
    assert await store.change(AdviserChange(answered, events, line, (said,)))
    thread = await store.thread(ticket.id)
    assert thread is not None
    assert (thread.ticket, thread.lines[-1], thread.events[1:]) == (answered, line, events)
    case = await case_of(store)
    assert (case.ticket, case.unread[-1].fragment, case.unread[-1].account) == (answered, said, "house")
    assert case.unread[-1].at == after(minutes=9)


async def test_a09_of_two_who_claim_one_wins(store: Store) -> None:
    """A09: many claims of one version at once: exactly one is written, the others change nothing."""
    ticket = await a_ticket(store)
    people = [await colleague(store, f"Person {number}") for number in range(5)]
    results = await together(*(store.change(claim(ticket, who)) for who in people))
    assert sorted(map(bool, results)) == [False] * 4 + [True]
    thread = await store.thread(ticket.id)
    assert thread is not None
    assert [event.kind for event in thread.events] == ["opened", "claimed"]
    assert thread.ticket.adviser == people[results.index(True)].id


async def test_the_slower_of_adviser_and_parent_changes_nothing(store: Store) -> None:
    """An adviser who answers an older version than the parent's last words writes nothing, and the talk hears nothing."""
    case = await asked(store, "Frage")
    ticket = case.ticket
    assert ticket is not None
    moved = replace(ticket, version=2, changed_at=after(minutes=1))
    await store.commit([replace(done(case), change=TicketChange(moved, (), ("Noch was",)))], NOON)
    kim = await colleague(store)
    late = replace(claim(ticket, kim), house=(fragment("claimed:1", None),))
    assert not await store.change(late)
    thread = await store.thread(ticket.id)
    assert thread is not None
    assert (thread.ticket, [event.kind for event in thread.events]) == (moved, ["opened"])
    assert list(await store.take(64)) == []


async def test_a_note_stays_inside(store: Store) -> None:
    """A note stands in the thread as a note, and the talk hears nothing of it."""
    ticket = await a_ticket(store)
    await store.commit([done(await case_of(store))], NOON)
    kim = await colleague(store)
    note = ThreadLine("note", "Ruft morgen an.", NOON, kim.id)
    change = AdviserChange(replace(ticket, version=2), (TicketEvent("noted", NOON, kim.id),), note)
    assert await store.change(change)
    thread = await store.thread(ticket.id)
    assert thread is not None
    assert thread.lines[-1] == note
    assert list(await store.take(64)) == []


async def test_what_the_house_says_twice_is_heard_once(store: Store) -> None:
    """The same fragment of the house, by its id, reaches the talk once."""
    ticket = await a_ticket(store)
    said = (fragment("closed:1", None),)
    assert await store.change(AdviserChange(replace(ticket, version=2), (), house=said))
    assert await store.change(AdviserChange(replace(ticket, version=3), (), house=said))
    unread = (await case_of(store)).unread
    assert [each.fragment.external_id for each in unread] == ["then lina", "closed:1"]


async def test_a_question_asked_again_after_its_closing_is_open(store: Store) -> None:
    """A closed ticket that is opened again stands in the queue with its whole thread."""
    case = await asked(store, "Frage")
    assert case.ticket is not None
    await store.change(AdviserChange(replace(case.ticket, state="closed", version=2), ()))
    again = await heard(store, "m9")
    assert again.ticket is not None
    opened = replace(again.ticket, state="open", version=3)
    await store.commit([replace(done(again), change=TicketChange(opened, (), ("Noch eine Frage",)))], after(hours=1))
    (thread,) = await store.open_tickets()
    assert (thread.ticket, thread.first_line) == (opened, "Frage")


async def test_what_routing_needs_is_read_without_a_word_of_the_parent(store: Store) -> None:
    """Versions tell what has moved; questions come with their history as it happened, only those that are there."""
    first, second = await a_ticket(store), await a_ticket(store, "omar")
    kim = await colleague(store)
    assert await store.change(claim(second, kim))
    assert await store.open_versions() == {first.id: 1, second.id: 2}
    (read,) = await store.questions([second.id, TicketId(99)])
    assert (read.ticket.adviser, read.since, read.involved) == (kim.id, NOON, frozenset({kim.id}))
    assert list(await store.questions([])) == []


async def test_a_closed_question_has_no_version_in_the_queue_and_can_still_be_read(store: Store) -> None:
    """What is closed leaves the versions; asked for by its id it says that it is closed."""
    ticket = await a_ticket(store)
    assert await store.change(AdviserChange(replace(ticket, state="closed", version=2), ()))
    assert await store.open_versions() == {}
    assert [each.ticket.state for each in await store.questions([ticket.id])] == ["closed"]


async def test_first_lines_are_what_the_parents_wrote_first(store: Store) -> None:
    """Each question with its own first line; nothing for one that is not there."""
    first, second = await a_ticket(store), await a_ticket(store, "omar")
    assert await store.first_lines([first.id, second.id, TicketId(99)]) == {
        first.id: "Was ist ein Elternabend?",
        second.id: "Was ist ein Elternabend?",
    }
    assert await store.first_lines([]) == {}


async def test_p02_a_thread_knows_when_a_message_was_given_up_last(store: Store) -> None:
    """P02: an answer that could not be delivered shows at its question; one before the question, or another's, does not."""
    case = await asked(store, "Wann?", account=TELEGRAM)
    assert case.ticket is not None
    assert await undelivered(store, case.ticket.id) is None
    await say(store, "other", outgoing("to other"), address="omar", account=TELEGRAM)
    await store.commit([done(case, outgoing("answer"))], NOON)
    due = {item.address: item for item in await store.due(TELEGRAM, NOON, 10)}
    await store.record([Record(due["omar"].id, Rejected("no"), after(minutes=1))])
    assert await undelivered(store, case.ticket.id) is None
    await store.record([Record(due["lina"].id, Rejected("no"), after(minutes=2))])
    assert await undelivered(store, case.ticket.id) == after(minutes=2)


async def undelivered(store: Store, ticket: TicketId) -> datetime | None:
    """Return when a message of a question was given up last."""
    thread = await store.thread(ticket)
    assert thread is not None
    return thread.undelivered
