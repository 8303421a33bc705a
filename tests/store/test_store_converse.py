"""The contract of converse: what waits is taken in order; what was computed is written whole, or not at all."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from store_kit import (
    DE,
    NOON,
    TELEGRAM,
    after,
    asked,
    case_of,
    colleague,
    done,
    heard,
    outgoing,
    question,
    received,
    reply,
    say,
)

from bot.desk.ticket import TicketEvent
from bot.flow.message import Own, content
from bot.flow.session import Frame, Passage, Session
from bot.ports import AdviserChange, Case, Store, TicketChange
from bot.store.take import MOST_FRAGMENTS


def changed(case: Case, state: str, *events: TicketEvent, written: tuple[str, ...] = ()) -> TicketChange:
    """Return a case's ticket in its next state."""
    assert case.ticket is not None
    ticket = replace(case.ticket, state=state, version=case.ticket.version + 1, changed_at=after(hours=1))
    return TicketChange(ticket, events, written)


async def test_who_waits_longest_comes_first(store: Store) -> None:
    """Contacts are taken in the order of their oldest fragment, so many as asked for, and nobody is left out."""
    await store.receive([received("a1", "ayse"), received("b1", "bo"), received("a2", "ayse"), received("c1", "chi")])
    first = await store.take(2)
    assert [case.unread[0].fragment.address for case in first] == ["ayse", "bo"]
    await store.commit([done(case) for case in first], NOON)
    assert [case.unread[0].fragment.address for case in await store.take(2)] == ["chi"]


async def test_a_new_contact_has_nothing_yet(store: Store) -> None:
    """The first case: an empty session of version 0, no ticket, and the way back to where it was heard."""
    case = await heard(store, "m1", account=TELEGRAM)
    assert (case.session, case.version, case.ticket, case.account) == (Session(), 0, None, TELEGRAM)


async def test_a_flood_is_taken_in_portions(store: Store) -> None:
    """A contact with very many fragments gives so many at once, and the rest next; their neighbour is served."""
    await store.receive([received(f"m{number}") for number in range(MOST_FRAGMENTS + 7)] + [received("n", "omar")])
    first, neighbour = await store.take(64)
    await store.commit([done(first), done(neighbour)], NOON)
    rest = await case_of(store)
    names = [each.fragment.external_id for case in (first, rest) for each in case.unread]
    assert names == [f"m{number}" for number in range(MOST_FRAGMENTS + 7)]


async def test_a_session_comes_back_as_it_was(store: Store) -> None:
    """A session survives with its frames, answers and moments, one version higher; its fragments are read."""
    local = timezone(timedelta(hours=1))
    session = Session(
        language=DE,
        frames=(Frame("geld", "frage", (("kind", "Mia"), ("alter", 7))),),
        waits="step",
        owner="desk",
        trail=(Passage(content("geld", "frage", "ask"), Own("Ja")),),
        last=(reply("Wie alt?"),),
        heard_at=NOON.astimezone(local),
        wakes_at=after(hours=2),
    )
    case = await heard(store, "m1")
    assert list(await store.commit([done(case, session=session)], NOON)) == []
    assert list(await store.take(64)) == []
    again = await heard(store, "m2")
    assert (again.session, again.version) == (session, 1)


async def test_a_case_whose_session_moved_is_left_out_whole(store: Store) -> None:
    """D03: a case computed from an old session writes nothing, its fragments stay; its neighbour is written."""
    late = await heard(store, "m1")
    other = await heard(store, "n1", "omar")
    await store.commit([done(late, outgoing("first"))], NOON)
    await store.receive([received("m2")])
    stale = replace(done(late, outgoing("lost"), session=Session(misses=9)), new_ticket=question("verloren"))
    assert list(await store.commit([stale, done(other, outgoing("theirs"))], NOON)) == [late.contact]
    again = await case_of(store)
    assert [each.fragment.external_id for each in again.unread] == ["m2"]
    assert (again.session, again.version, again.ticket) == (late.session, 1, None)
    assert [line.token for line in await store.chat(late.contact, "", 9) if line.message] == ["first"]
    assert [line.token for line in await store.chat(other.contact, "", 9) if line.message] == ["theirs"]


async def test_two_computations_of_a_first_case_write_one(store: Store) -> None:
    """D02: of two who computed the same first case only one writes, and the contact keeps one key."""
    case = await heard(store, "m1")
    assert list(await store.commit([done(case, outgoing("one"))], NOON)) == []
    assert list(await store.commit([done(case, outgoing("two"))], NOON)) == [case.contact]
    assert [line.token for line in await store.chat(case.contact, "", 9) if line.message] == ["one"]


async def test_a_case_whose_ticket_moved_is_left_out_whole(store: Store) -> None:
    """An adviser was faster: the parent's case is computed again, from the ticket as it is now."""
    case = await asked(store, "Frage")
    kim = await colleague(store)
    assert case.ticket is not None
    claimed = replace(case.ticket, state="claimed", version=2, adviser=kim.id)
    assert await store.change(AdviserChange(claimed, (TicketEvent("claimed", NOON, kim.id),)))
    late = replace(done(case, outgoing("lost")), change=changed(case, "open", written=("noch etwas",)))
    assert list(await store.commit([late], NOON)) == [case.contact]
    again = await case_of(store)
    assert again.ticket == claimed
    assert [each.fragment.external_id for each in again.unread] == ["then lina"]


async def test_a_ticket_change_of_a_wrong_version_is_left_out(store: Store) -> None:
    """A change that skips a version was not computed from the ticket as it stands."""
    case = await asked(store, "Frage")
    change = changed(case, "open")
    skipped = replace(change, ticket=replace(change.ticket, version=7))
    assert list(await store.commit([replace(done(case), change=skipped)], NOON)) == [case.contact]


async def test_a_question_comes_to_the_queue(store: Store) -> None:
    """A new ticket is open, with the parent's words in order, the way they came, and its opening in its history."""
    case = await asked(store, "Erstens", "Zweitens")
    ticket = case.ticket
    assert ticket is not None
    assert (ticket.state, ticket.version, ticket.topic, ticket.language) == ("open", 1, "geld", DE)
    assert (ticket.opened_at, ticket.promise_at, ticket.adviser) == (NOON, after(hours=4), None)
    thread = await store.thread(ticket.id)
    assert thread is not None
    assert [(line.side, line.text, line.at, line.adviser) for line in thread.lines] == [
        ("parent", "Erstens", NOON, None),
        ("parent", "Zweitens", NOON, None),
    ]
    assert (thread.trail, thread.events) == (question().trail, (TicketEvent("opened", NOON),))


async def test_the_parents_words_are_added_to_the_question(store: Store) -> None:
    """What the parent writes on stands in the thread, with what happened; only the newest ticket is in the case."""
    case = await asked(store, "Frage")
    wrote = TicketEvent("parent wrote", after(hours=1), detail="im Chat")
    change = changed(case, "open", wrote, written=("Noch etwas", "Und noch etwas"))
    assert list(await store.commit([replace(done(case), change=change)], after(hours=1))) == []
    thread = await store.thread(change.ticket.id)
    assert thread is not None
    assert thread.ticket == change.ticket
    assert [line.text for line in thread.lines] == ["Frage", "Noch etwas", "Und noch etwas"]
    assert thread.events == (TicketEvent("opened", NOON), wrote)


async def test_a_second_question_is_the_one_that_counts(store: Store) -> None:
    """A change of the old question and a new one in the same sprint: each gets its own history."""
    case = await asked(store, "Alt")
    change = changed(case, "closed", TicketEvent("withdrawn", NOON), written=("Danke",))
    await store.commit([replace(done(case), change=change, new_ticket=question("Neu"))], after(hours=1))
    again = await heard(store, "m9")
    assert again.ticket is not None
    assert again.ticket.id != change.ticket.id
    old, new = await store.thread(change.ticket.id), await store.thread(again.ticket.id)
    assert old is not None
    assert new is not None
    assert ([line.text for line in old.lines], [line.text for line in new.lines]) == (["Alt", "Danke"], ["Neu"])
    assert [[event.kind for event in thread.events] for thread in (old, new)] == [["opened", "withdrawn"], ["opened"]]


async def test_a_message_is_found_by_its_token(store: Store) -> None:
    """A button about a message leads to what was said, for the contact it was said to and nobody else."""
    lina = await say(store, "m1", outgoing("tok", "Hallo Lina"), outgoing("zweite", "Noch was"))
    omar = await say(store, "n1", outgoing("seins", "Hallo Omar"), address="omar")
    wanted = [(lina, "tok"), (lina, "seins"), (omar, "seins"), (omar, "zweite"), (lina, "nie")]
    assert await store.replies(wanted) == {"tok": reply("Hallo Lina"), "seins": reply("Hallo Omar")}
    assert await store.replies([]) == {}


async def test_a_failed_fragment_is_set_aside_and_counted(store: Store) -> None:
    """What could not be understood is marked failed and not taken again; the rest of its batch is read."""
    await store.receive([received("good"), received("bad")])
    case = await case_of(store)
    await store.commit([replace(done(case), failed=((case.unread[1].id, "KeyError in choose"),))], NOON)
    assert list(await store.take(64)) == []
    figures = await store.figures()
    assert (figures["failed"], figures["unread"]) == (1, 0)


async def test_a_contact_stands_once_in_a_commit(store: Store) -> None:
    """Two cases of one contact in one commit are refused: the second was computed from a talk that is about to move."""
    case = await heard(store, "m1")
    with pytest.raises(ValueError, match="only once"):
        await store.commit([done(case), done(case)], NOON)


async def test_p04_a_case_that_cannot_be_written_is_one_contacts_trouble(store: Store) -> None:
    """P04: half a character in a session or message fails that case alone: set aside, counted, its neighbour written."""
    await store.receive([received("m1"), received("n1", "omar"), received("c1", "chi")])
    lina, omar, chi = await store.take(64)
    bad = [done(lina, outgoing("a"), session=Session(written=("\ud83d",))), done(chi, outgoing("b", "\ud83d"))]
    assert list(await store.commit([bad[0], done(omar, outgoing("x")), bad[1]], NOON)) == [lina.contact, chi.contact]
    assert list(await store.take(64)) == []
    assert (await store.figures())["failed"] == 2
    assert (await heard(store, "m2")).version == 0
    assert (await heard(store, "n2", "omar")).version == 1


async def test_nothing_done_is_nothing_written(store: Store) -> None:
    """An empty commit is no work."""
    assert list(await store.commit([], NOON)) == []


async def test_answers_go_where_the_contact_was_last_heard(store: Store) -> None:
    """What the house itself adds to a talk does not change where its answers go."""
    case = await asked(store, "Frage", account=TELEGRAM)
    await store.commit([done(case, session=Session(wakes_at=NOON))], NOON)
    assert await store.expire(after(minutes=1)) == 1
    again = await case_of(store)
    assert [each.account for each in again.unread] == ["house"]
    assert (again.account, again.address) == (TELEGRAM, case.address)


async def test_many_cases_are_written_together(store: Store) -> None:
    """64 contacts in one commit: each has its own session and message afterwards."""
    await store.receive([received(f"m{number}", f"p{number}") for number in range(64)])
    cases = await store.take(64)
    await store.commit(
        [done(case, outgoing(f"t{case.contact}"), session=Session(misses=case.contact)) for case in cases], NOON
    )
    await store.receive([received(f"n{number}", f"p{number}") for number in range(64)])
    again = await store.take(64)
    assert [(case.contact, case.session.misses) for case in again] == [(case.contact, case.contact) for case in cases]
    assert len(await store.replies([(case.contact, f"t{case.contact}") for case in cases])) == 64
