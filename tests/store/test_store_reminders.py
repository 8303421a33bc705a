"""The contract of reminders: each day of each is said once and never again, to those who want it and are there."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from store_kit import NOON, TELEGRAM, Engine, after, case_of, done, heard, meddle, outgoing, received, say, together

from bot.flow.effect import Subscribe
from bot.model import ContactId, Duration, Gone, Sent
from bot.ports import Case, DayNear, Record, Store

DAY = date(2026, 12, 1)
WEEK = Duration(1, "Wochen")
SCHOOL = Subscribe("schulanmeldung", "anmeldung", WEEK)


def near(
    day: date = DAY, calendar: str = "anmeldung", before: Duration = WEEK, said: datetime | None = None
) -> DayNear:
    """Return a day that is near for everybody who said so within the hour after noon."""
    return DayNear(calendar, before, day, after(hours=1) if said is None else said)


async def subscribed(
    store: Store, address: str = "lina", *wanted: Subscribe, name: str = "", at: datetime = NOON
) -> ContactId:
    """Let a contact say what they want to be reminded of."""
    case = await heard(store, name or f"yes {address}", address)
    await store.commit([replace(done(case), subscribed=wanted or (SCHOOL,))], at)
    return case.contact


async def stopped(store: Store, address: str = "lina", name: str = "stop") -> None:
    """Let a contact end all reminders."""
    case = await heard(store, name, address)
    await store.commit([replace(done(case), stopped=True)], after(minutes=5))


async def remind(store: Store, *days: DayNear, now: datetime | None = None, limit: int = 500) -> int:
    """Remind, two hours after noon unless said otherwise."""
    return await store.remind(days or (near(),), after(hours=2) if now is None else now, limit)


async def news(store: Store) -> list[bytes]:
    """Return what the house has to say to those who wait, and answer it."""
    cases = await store.take(64)
    await store.commit([done(case) for case in cases], NOON)
    return [each.fragment.body for case in cases for each in case.unread if each.account == "house"]


async def test_a_due_reminder_is_one_fragment_of_the_house(store: Store) -> None:
    """It names the flow and the day, and is for that contact alone."""
    contact = await subscribed(store)
    await subscribed(store, "omar", Subscribe("geld", "antrag", WEEK))
    assert await remind(store) == 1
    case = await case_of(store)
    (unread,) = case.unread
    assert (case.contact, unread.account, unread.fragment.address) == (contact, "house", None)
    assert unread.fragment.body == b'{"kind":"due","flow":"schulanmeldung","day":"2026-12-01"}'
    assert unread.at == after(hours=2)


async def test_d10_a_day_is_said_once_whatever_the_clock_does(store: Store) -> None:
    """D10: at once, later, and after the clock went back and forth by 400 days."""
    await subscribed(store)
    counts = [await remind(store, now=after(days=days)) for days in (0, 0, 1, 400, -400, 2)]
    assert counts == [1, 0, 0, 0, 0, 0]


async def test_d10_a_day_is_said_once_though_its_fragment_is_deleted(store: Store) -> None:
    """D10: fragments live some days only; that it was said is known for good."""
    await subscribed(store)
    await remind(store)
    await news(store)
    await meddle(store, "delete from inbound")  # what forgetting will do
    assert await remind(store) == 0


async def test_d10_said_at_a_time_that_lies_ahead_is_no_lock_out(store: Store) -> None:
    """D10: the clock was a year fast when the parent said yes; set right, it reminds them."""
    await subscribed(store, at=after(days=400))
    assert await remind(store) == 1


async def test_who_said_so_too_late_waits_for_the_next_look(store: Store) -> None:
    """The moment until which one must have said so is the caller's; whoever came later comes later."""
    await subscribed(store, at=after(hours=1))
    assert (await remind(store), await remind(store, near(said=after(hours=1, microseconds=1)))) == (0, 1)


async def test_every_day_and_every_time_before_is_said_for_itself(store: Store) -> None:
    """A day that moved is another day; a week before and a day before are two reminders."""
    day_before = replace(SCHOOL, before=Duration(1, "Tage"))
    await subscribed(store, "lina", SCHOOL, day_before)
    moved = near(DAY + timedelta(days=1))
    assert await remind(store, near(), moved) == 2
    assert await remind(store, near(), moved, near(before=Duration(1, "Tage"))) == 1
    assert len(await news(store)) == 3


async def test_said_again_changes_nothing(store: Store) -> None:
    """Twice in one talk, or again next week: it is one reminder, said since the first time."""
    await subscribed(store, "lina", SCHOOL, SCHOOL)
    await subscribed(store, name="again", at=after(hours=1, minutes=30))
    assert (await remind(store), await remind(store)) == (1, 0)


async def test_the_same_calendar_in_two_flows_is_two_reminders(store: Store) -> None:
    """Each says what the parent was told there."""
    await subscribed(store, "lina", SCHOOL, replace(SCHOOL, flow="schule-wechseln"))
    assert await remind(store) == 2


async def test_after_stopp_nobody_is_reminded(store: Store) -> None:
    """All reminders of that contact end, those of others go on."""
    await subscribed(store, "lina", SCHOOL, replace(SCHOOL, flow="zweiter"))
    omar = await subscribed(store, "omar")
    await stopped(store)
    assert await remind(store) == 1
    assert (await case_of(store)).contact == omar


async def test_stopp_that_comes_while_it_is_looked_up_wins(store: Store) -> None:
    """Who is near is read before the transaction; who ended it in between is not reminded."""
    await subscribed(store)
    engine = store._engine  # type: ignore[attr-defined]  # the moment between reading and writing
    write = engine.write

    async def meanwhile(work: Callable[[object], Awaitable[object]]) -> object:
        engine.write = write
        await stopped(store)
        return await write(work)

    engine.write = meanwhile
    assert await remind(store) == 0
    assert await news(store) == []


async def test_after_a_new_yes_it_begins_anew_and_repeats_no_day(store: Store) -> None:
    """What was said stays said; the next day comes."""
    await subscribed(store)
    await remind(store)
    await stopped(store)
    assert await remind(store, near(DAY + timedelta(days=1))) == 0
    await subscribed(store, name="again", at=after(minutes=10))
    assert await remind(store, near(), near(DAY + timedelta(days=1))) == 1
    assert len(await news(store)) == 1


async def test_stopp_and_yes_in_one_talk_leave_the_yes(store: Store) -> None:
    """What was said last holds: all end, then the new one begins."""
    await subscribed(store, "lina", SCHOOL, replace(SCHOOL, flow="alt"))
    case = await heard(store, "both")
    await store.commit([replace(done(case), stopped=True, subscribed=(SCHOOL,))], after(minutes=5))
    assert await remind(store) == 1
    assert b"schulanmeldung" in (await news(store))[0]


async def test_d02_a_case_that_lost_subscribes_nobody(store: Store) -> None:
    """D02: computed from an old talk, nothing of it is written."""
    case = await heard(store, "m1")
    await store.commit([done(case)], NOON)
    assert await store.commit([replace(done(case), subscribed=(SCHOOL,))], NOON) == [case.contact]
    assert await remind(store) == 0


async def test_who_is_gone_is_not_reminded_until_they_return(store: Store) -> None:
    """They have blocked us: nothing waits for them to come back; once they write, the next look finds them."""
    case = await heard(store, "m1", "lina", TELEGRAM)
    await store.commit([replace(done(case, outgoing("a")), subscribed=(SCHOOL,))], NOON)
    (item,) = await store.due(TELEGRAM, NOON, 9)
    await store.record([Record(item.id, Gone("blocked"), NOON)])
    assert await remind(store) == 0
    await store.receive([received("back", account=TELEGRAM)])
    assert await remind(store) == 1


async def test_not_more_than_asked_for_in_one_transaction(store: Store) -> None:
    """The rest comes with the next call; nobody is left out."""
    for number in range(7):
        await subscribed(store, f"parent{number}")
    assert [await remind(store, limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert len(await news(store)) == 7


async def test_two_programs_remind_once(engine: Engine, tmp_path: Path) -> None:
    """Two that look at the same moment say each day once, together."""
    one, two = await engine.open(tmp_path), await engine.open(tmp_path)
    for number in range(20):
        await subscribed(one, f"parent{number}")
    counts = await together(*(remind(each, limit=9) for _ in range(3) for each in (one, two)))
    while await remind(one):
        pass
    assert sum(int(str(count)) for count in counts) <= 20
    assert len(await news(one)) == 20
    await engine.close(one)
    await engine.close(two)


async def test_the_case_says_what_is_still_wanted(store: Store) -> None:
    """Who works the news out can see whether STOPP came first."""
    await subscribed(store)
    await remind(store)
    assert (await case_of(store)).wanted == {"schulanmeldung"}
    case = await case_of(store)
    await store.commit([replace(done(case), stopped=True)], NOON)
    await store.receive([received("m2")])
    assert (await case_of(store)).wanted == frozenset()


async def test_the_times_before_are_those_that_parents_want(store: Store) -> None:
    """Each calendar that was asked for with each time once; ended ones and other calendars not."""
    await subscribed(store, "lina", SCHOOL, replace(SCHOOL, before=Duration(3, "Tage")))
    await subscribed(store, "omar", SCHOOL, Subscribe("geld", "antrag", WEEK))
    await subscribed(store, "chi", replace(SCHOOL, before=Duration(5, "Monate")))
    await stopped(store, "chi")
    found = await store.leads(["anmeldung", "ferien"])
    assert set(found) == {("anmeldung", WEEK), ("anmeldung", Duration(3, "Tage"))}
    assert len(found) == 2


async def said(store: Store, *tokens: str) -> Case:
    """Put messages into the outbox: of those named ``until-…`` the use is over an hour after noon."""
    case = await heard(store, f"m {tokens}", "lina", TELEGRAM)
    messages = [
        replace(outgoing(token), until=after(hours=1)) if token.startswith("until") else outgoing(token)
        for token in tokens
    ]
    await store.commit([done(case, *messages)], NOON)
    return case


@pytest.mark.parametrize(("hours", "expected"), [(0.9, ["until-1", "b"]), (1, ["b"])])
async def test_a_reminder_is_not_sent_when_its_day_is_over(store: Store, hours: float, expected: list[str]) -> None:
    """After a platform's outage what is of no use any more is taken back, and what stands behind it goes."""
    await said(store, "until-1", "b")
    tokens = []
    for _ in range(3):
        for item in await store.due(TELEGRAM, after(hours=hours), 9):
            tokens.append(item.token)
            await store.record([Record(item.id, Sent(), after(hours=hours))])
    assert tokens == expected


async def test_an_answer_does_not_wait_behind_the_reminders_of_others(store: Store) -> None:
    """Thousands fall on one morning; whoever talks with us meanwhile is answered first, in the contact's own order."""
    reminder = replace(outgoing("until-1"), until=after(hours=1))
    await say(store, "m1", reminder, outgoing("behind"), address="lina", account=TELEGRAM)
    await say(store, "m2", outgoing("answer"), address="omar", account=TELEGRAM)
    tokens = []
    for _ in range(3):
        for item in await store.due(TELEGRAM, NOON, 1):
            tokens.append(item.token)
            await store.record([Record(item.id, Sent(), NOON)])
    assert tokens == ["answer", "until-1", "behind"]


async def test_what_is_of_no_use_is_taken_back_wherever_it_waits(store: Store) -> None:
    """On every channel, at its moment; a page that opens later does not show it."""
    case = await heard(store, "m1")
    await store.commit([done(case, replace(outgoing("until"), until=after(hours=1)), outgoing("b"))], NOON)
    assert await store.withdraw(after(minutes=59)) == 0
    assert await store.withdraw(after(hours=1)) == 1
    assert await store.withdraw(after(hours=2)) == 0
    lines = [*await store.chat(case.contact, "", 9), *await store.chat(case.contact, "i0-o0", 9)]
    assert [line.token for line in lines if line.message] == ["b", "b"]


async def test_stopp_takes_back_what_was_not_sent_yet(store: Store) -> None:
    """Of reminders only, and only that contact's; what was sent is sent."""
    await said(store, "until-1")
    (item,) = await store.due(TELEGRAM, NOON, 9)
    await store.record([Record(item.id, Sent(), NOON)])
    case = await said(store, "until-2", "answer")
    await say(store, "other", replace(outgoing("until-3"), until=after(hours=1)), address="omar", account=TELEGRAM)
    again = await heard(store, "stop", "lina", TELEGRAM)
    await store.commit([replace(done(again), stopped=True)], NOON)
    assert sorted([each.token for each in await store.due(TELEGRAM, NOON, 9)]) == ["answer", "until-3"]
    shown = [line.token for line in await store.chat(case.contact, "", 9) if line.message]
    assert shown == ["until-1", "answer"]


async def test_one_that_does_not_open_is_one_contacts_trouble(store: Store) -> None:
    """Changed on the disk, it is passed over once and for all; the others are reminded."""
    await subscribed(store)
    await subscribed(store, "omar")
    await meddle(
        store,
        "update reminder set flow = x'03ffff' where id = (select min(id) from reminder)",
        r"update reminder set flow = '\x03ffff' where id = (select min(id) from reminder)",
    )
    assert (await remind(store, limit=1), await remind(store, limit=1), await remind(store)) == (1, 1, 0)
    assert len(await news(store)) == 1
