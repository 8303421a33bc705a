"""The contract of forgetting: everything of a contact goes, key first; who is worked on is waited for; nobody comes back."""

from dataclasses import replace
from datetime import date

import pytest
from store_kit import (
    NOON,
    TELEGRAM,
    WEBCHAT,
    after,
    asked,
    case_of,
    colleague,
    done,
    heard,
    outgoing,
    received,
    say,
    together,
)

from bot.desk.ticket import TicketEvent
from bot.flow.effect import Subscribe
from bot.flow.session import Session
from bot.model import ContactId, Duration, Gone, Rejected, Retry, Sent
from bot.ports import AdviserChange, DayNear, Done, Record, Store, ThreadLine

WEEK = Duration(1, "Wochen")


async def with_everything(store: Store, address: str = "lina") -> Done:
    """Let a contact have something in every table; return a case of theirs that was computed and not written yet."""
    case = await asked(store, "Eine Frage", address=address, account=TELEGRAM)
    agreed = replace(
        done(case, outgoing(f"{address}-1")), subscribed=(Subscribe("a", "b", WEEK),), agreed="v1", rating="good"
    )
    assert await store.commit([agreed], NOON) == []
    day = DayNear("b", WEEK, date(2026, 12, 1), after(hours=1))
    assert await store.remind([day], NOON, 9) == 1
    kim = await colleague(store)
    assert case.ticket is not None
    claimed = replace(case.ticket, state="claimed", version=2, adviser=kim.id)
    line = ThreadLine("note", "intern", NOON, kim.id)
    assert await store.change(AdviserChange(claimed, (TicketEvent("claimed", NOON, kim.id),), line))
    case = await heard(store, f"last {address}", address, TELEGRAM)
    return done(case, outgoing(f"{address}-2"))


async def test_x03_nothing_of_an_erased_contact_is_left(store: Store) -> None:
    """X03: talk, question, messages, reminders, address: all is gone; a neighbour keeps all; the same address is new."""
    mine, theirs = await with_everything(store, "lina"), await with_everything(store, "omar")
    contact, ticket = mine.case.contact, mine.case.ticket
    assert ticket is not None
    assert theirs.case.ticket is not None
    assert await store.erase([contact], NOON) == 1
    assert await store.contact_of(TELEGRAM, "lina") is None
    assert list(await store.chat(contact, "", 99)) == []
    assert await store.thread(ticket.id) is None
    assert await store.replies([(contact, "lina-1")]) == {}
    assert [thread.ticket.contact for thread in await store.open_tickets()] == [theirs.case.contact]
    assert {item.address for item in await store.due(TELEGRAM, NOON, 9)} == {"omar"}
    assert await store.thread(theirs.case.ticket.id) is not None
    fresh = await heard(store, "again", "lina", TELEGRAM)
    assert (fresh.session, fresh.version, fresh.ticket) == (Session(), 0, None)
    assert fresh.contact > contact


async def test_x03_erasing_twice_and_erasing_nobody_is_nothing(store: Store) -> None:
    """Whoever is gone already is not counted; an empty list is no trouble; ids are noted once, with their first moment."""
    contact = await say(store, "m1")
    assert await store.erase([], NOON) == 0
    assert await store.erase([contact, ContactId(4711)], NOON) == 1
    assert await store.erase([contact], after(hours=1)) == 0
    assert await store.erased(NOON) == {contact: NOON}
    assert await store.erased(after(seconds=1)) == {}


async def test_a_case_of_an_erased_contact_is_left_unwritten(store: Store) -> None:
    """Erased while it was being computed, a case loses quietly; its neighbour in the same batch is written."""
    mine, theirs = await with_everything(store, "lina"), await with_everything(store, "omar")
    first = done(await heard(store, "f", "new one", TELEGRAM), outgoing("first"))
    await store.release()
    await store.erase([mine.case.contact, first.case.contact], NOON)
    lost = await store.commit([mine, first, theirs], NOON)
    assert sorted(lost) == sorted([mine.case.contact, first.case.contact])
    assert [line.token for line in await store.chat(theirs.case.contact, "", 99) if line.message][-1] == "omar-2"
    assert await store.contact_of(TELEGRAM, "lina") is None
    assert list(await store.take(9)) == []


@pytest.mark.parametrize(
    "outcome", [Sent("1"), Gone("blocked"), Rejected("no"), Retry(5.0)], ids=lambda each: type(each).__name__
)
async def test_what_was_being_sent_is_recorded_without_error(
    store: Store, outcome: Sent | Gone | Rejected | Retry
) -> None:
    """A message in the air when its contact was erased: whatever became of it, nothing fails and nobody comes back."""
    contact = await say(store, "m1", outgoing("a"), outgoing("b"), account=TELEGRAM)
    (item,) = await store.due(TELEGRAM, NOON, 9)
    await store.erase([contact], NOON)
    next_at = after(seconds=5) if isinstance(outcome, Retry) else None
    await store.record([Record(item.id, outcome, NOON, next_at)])
    assert list(await store.due(TELEGRAM, after(hours=1), 9)) == []
    assert await store.next_due(TELEGRAM) is None


async def test_an_adviser_who_answers_an_erased_question_is_told_so(store: Store) -> None:
    """An answer that crosses the erasure is not written, and no error."""
    mine = await with_everything(store)
    ticket = mine.case.ticket
    assert ticket is not None
    await store.erase([mine.case.contact], NOON)
    assert not await store.change(AdviserChange(replace(ticket, version=ticket.version + 1), ()))


async def test_silences_and_reminders_of_an_erased_contact_are_nobodys(store: Store) -> None:
    """What was due for them is not said to anybody."""
    case = await heard(store, "m1")
    await store.commit([done(case, session=Session(wakes_at=NOON))], NOON)
    await store.erase([case.contact], NOON)
    assert await store.expire(after(hours=1)) == 0
    assert await store.remind([DayNear("b", WEEK, date(2026, 12, 1), after(hours=1))], NOON, 9) == 0


async def test_x03_a_repetition_of_what_was_erased_stays_one(store: Store) -> None:
    """D02: the platform sends once more what an erased contact had sent: nobody is answered."""
    contact = await say(store, "m1", account=TELEGRAM)
    await store.erase([contact], NOON)
    await store.receive([received("m1", account=TELEGRAM)])
    assert list(await store.take(9)) == []
    assert await store.forget("goodbyes", NOON, NOON, 9) == 1


async def test_who_said_goodbye_still_hears_it(store: Store) -> None:
    """Erased on their word, the goodbye is all that waits for the address; once sent, that goes too."""
    case = (await with_everything(store)).case
    left = replace(done(case), goodbye=outgoing("bye", "Auf Wiedersehen"))
    assert await store.commit([left], NOON) == []
    assert case.contact in await store.erased(NOON)
    heir = await store.contact_of(TELEGRAM, "lina")
    assert heir not in {None, case.contact}
    assert await store.forget("goodbyes", NOON, NOON, 9) == 0
    (item,) = await store.due(TELEGRAM, NOON, 9)
    assert (item.address, item.message.text, item.contact) == ("lina", "Auf Wiedersehen", heir)
    assert await store.forget("goodbyes", NOON, NOON, 9) == 0
    await store.record([Record(item.id, Sent("1"), NOON)])
    assert await store.forget("goodbyes", NOON, NOON, 9) == 1
    assert await store.contact_of(TELEGRAM, "lina") is None
    assert set(await store.erased(NOON)) == {case.contact, heir}


async def test_what_came_after_the_goodbye_is_somebody_new(store: Store) -> None:
    """No word is lost: what a parent wrote behind their last press is heard as the first of a new talk."""
    await say(store, "m1")
    await store.receive([received(name) for name in ("yes", "hello", "anybody")])
    case = await case_of(store)
    trimmed = replace(case, unread=case.unread[:1])
    await store.receive([received("late")])
    assert await store.commit([replace(done(trimmed), goodbye=outgoing("bye"))], NOON) == []
    fresh = await case_of(store)
    assert [each.fragment.external_id for each in fresh.unread] == ["hello", "anybody", "late"]
    assert {each.fragment.address for each in fresh.unread} == {"lina"}
    assert (fresh.version, fresh.session) == (0, Session())
    assert await store.commit([done(fresh, outgoing("welcome"))], NOON) == []
    assert [line.token for line in await store.chat(fresh.contact, "", 9) if line.message] == ["bye", "welcome"]


async def test_a_goodbye_of_a_talk_that_moved_is_computed_again(store: Store) -> None:
    """Who was answered meanwhile is not erased by what was computed before."""
    case = await heard(store, "m1")
    await store.commit([done(case, outgoing("first"))], NOON)
    assert list(await store.commit([replace(done(case), goodbye=outgoing("bye"))], NOON)) == [case.contact]
    assert await store.erased(NOON) == {}


async def test_the_first_words_of_all_may_be_the_goodbye(store: Store) -> None:
    """A contact without a key yet can be erased on their word as well."""
    case = await heard(store, "m1", account=TELEGRAM)
    assert await store.commit([replace(done(case), goodbye=outgoing("bye"))], NOON) == []
    assert [item.address for item in await store.due(TELEGRAM, NOON, 9)] == ["lina"]


async def test_erasing_and_receiving_at_once_loses_nothing(store: Store) -> None:
    """Whatever comes first: what was received is there to be taken, by the old contact or a new one, or went with it."""
    contact = await say(store, "m0")
    for number in range(12):
        await together(
            store.erase([contact], NOON),
            store.receive([received(f"a{number}")]),
            store.receive([received(f"b{number}")]),
        )
        now = await store.contact_of(WEBCHAT, "lina")
        names = {each.fragment.external_id for case in await store.take(9) for each in case.unread}
        await store.release()
        assert names <= {f"a{number}", f"b{number}"}
        assert (now is None) == (names == set())
        contact = now or await say(store, f"m{number + 1}")


async def test_x03_many_are_erased_in_one_transaction(store: Store) -> None:
    """Hundreds at once, and those beside them stay."""
    gone = [await say(store, f"m{number}", address=f"a{number}") for number in range(0, 40, 2)]
    kept = [await say(store, f"m{number}", address=f"a{number}") for number in range(1, 40, 2)]
    assert await store.erase(gone, NOON) == len(gone)
    assert [await store.contact_of(WEBCHAT, f"a{number}") for number in range(1, 40, 2)] == kept
    assert [await store.contact_of(WEBCHAT, f"a{number}") for number in range(0, 40, 2)] == [None] * len(gone)
    assert any([await store.scrub() for _ in range(9)])  # as the house does: again, where somebody was in the way
