"""The contract of what is old: each kind goes when its time is over, in small steps, and what is in use stays."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from store_kit import (
    NOON,
    TELEGRAM,
    WEBCHAT,
    Engine,
    after,
    asked,
    colleague,
    done,
    heard,
    outgoing,
    person,
    received,
    say,
)

from bot.desk.ticket import TicketEvent
from bot.flow.effect import Subscribe
from bot.flow.session import Session
from bot.model import ContactId, Duration, Gone, Sent
from bot.ports import AdviserChange, Case, DayNear, Record, Store, ThreadLine
from bot.privacy.retention import RULES

WEEK = Duration(1, "Wochen")
LATER = after(days=1000)


async def gone(store: Store, kind: str, before: datetime = LATER) -> int:
    """Let all of one kind go that is older than a moment, in steps of three; return how much went."""
    counted, total = await store.past(kind, before, 999), 0
    while step := await store.forget(kind, before, LATER, 3):
        assert step <= 3
        total += step
    assert total == counted
    return total


async def closed(store: Store, case: Case, at: datetime = NOON) -> None:
    """Let an adviser close a case's question."""
    assert case.ticket is not None
    kim = await colleague(store)
    over = replace(case.ticket, state="closed", adviser=None, version=case.ticket.version + 1, changed_at=at)
    answered = TicketEvent("answered", case.ticket.opened_at + timedelta(hours=3), kim.id)
    line = ThreadLine("adviser", "Antwort", at, kim.id)
    events = (answered, TicketEvent("closed", at, kim.id, "solved"))
    change = AdviserChange(over, events, line, closed_topic="geld", outcome="solved")
    assert await store.change(change)


@pytest.mark.parametrize("kind", [rule.kind for rule in RULES])
async def test_nothing_goes_from_an_empty_store(store: Store, kind: str) -> None:
    """Every kind is known to the store, and where there is nothing nothing goes."""
    assert await gone(store, kind) == 0


async def test_x05_words_of_fragments_go_and_a_repetition_is_still_known(store: Store) -> None:
    """X05, P07: read fragments go, those that wait stay; what went is not taken once more."""
    await say(store, "m1", account=TELEGRAM)
    await store.receive([received("m2", account=TELEGRAM), received("junk", None, account=TELEGRAM)])
    assert await gone(store, "fragments", NOON) == 0
    assert await gone(store, "fragments", after(seconds=1)) == 2
    assert [each.fragment.external_id for case in await store.take(9) for each in case.unread] == ["m2"]
    await store.release()
    await store.receive([received("m1", account=TELEGRAM), received("junk", None, account=TELEGRAM)])
    assert [each.fragment.external_id for case in await store.take(9) for each in case.unread] == ["m2"]
    assert (await store.figures())["aside"] == 0


async def test_x05_ids_of_fragments_go_in_the_end(store: Store) -> None:
    """X05: long after anybody repeats anything, the id is forgotten too."""
    await say(store, "m1", account=TELEGRAM)
    await gone(store, "fragments")
    assert await gone(store, "ids", NOON) == 0
    assert await gone(store, "ids", after(seconds=1)) == 1
    await store.receive([received("m1", account=TELEGRAM)])
    assert len(await store.take(9)) == 1


async def test_x05_what_was_said_goes_and_what_waits_stays(store: Store) -> None:
    """X05: sent, given up or withdrawn messages go by when they ended; an old button then asks for what is not there."""
    contact = await say(store, "m1", *(outgoing(name) for name in "abc"), account=TELEGRAM)
    for _ in range(2):
        (item,) = await store.due(TELEGRAM, NOON, 9)
        await store.record([Record(item.id, Sent("1"), after(hours=1))])
    assert await gone(store, "messages", after(hours=1)) == 0
    assert await gone(store, "messages") == 2
    assert set(await store.replies([(contact, name) for name in "abc"])) == {"c"}
    assert [item.token for item in await store.due(TELEGRAM, NOON, 9)] == ["c"]
    assert await gone(store, "unsaid") == 0, "it is being sent"


async def test_x05_what_nobody_fetches_goes_in_the_end(store: Store) -> None:
    """X05: a web chat's lines that no page shows, and what is set aside for an address that never comes back."""
    lina = await say(store, "m1", outgoing("a"), outgoing("b"))
    omar = await say(store, "m2", outgoing("c"), outgoing("d"), address="omar", account=TELEGRAM)
    (item,) = await store.due(TELEGRAM, NOON, 9)
    await store.record([Record(item.id, Gone("blocked"), NOON)])
    await store.seen(lina, ["a"], NOON)
    assert await gone(store, "unsaid", NOON) == 0
    assert await gone(store, "unsaid") == 3
    assert [line.token for line in await store.chat(lina, "", 9) if line.message] == ["a"]
    assert [line.token for line in await store.chat(omar, "", 9) if line.message] == []


async def test_x05_a_closed_question_is_only_counted_in_the_end(store: Store) -> None:
    """X05: thread, way and history of a closed question go; open ones stay; the contact asks anew."""
    old, fresh = await asked(store, "Alt"), await asked(store, "Neu", address="omar")
    assert old.ticket is not None
    assert fresh.ticket is not None
    await store.commit([replace(done(old), rating="good")], NOON)
    await closed(store, old)
    assert await gone(store, "questions", NOON) == 0
    assert await gone(store, "questions") == 1
    assert await store.thread(old.ticket.id) is None
    assert (await store.past_question(old.ticket.id)) is not None
    assert await store.thread(fresh.ticket.id) is not None
    again = await heard(store, "again")
    assert again.ticket is None
    assert await store.commit([done(again)], NOON) == []


async def test_a_question_that_was_opened_again_stays(store: Store) -> None:
    """What was over when it was looked for and is not any more when it would go, stays."""
    case = await asked(store, "Frage")
    await closed(store, case)
    assert case.ticket is not None
    assert await store.past("questions", LATER, 9) == 1
    reopened = replace(case.ticket, state="open", version=case.ticket.version + 2)
    assert await store.change(AdviserChange(reopened, ()))
    assert await gone(store, "questions") == 0


async def test_x05_reminders_that_were_stopped_go(store: Store) -> None:
    """X05: with the days that were said; a standing one stays, and so does what it has said."""
    for name in ("anna", "eva"):
        case = await heard(store, f"yes {name}", name, TELEGRAM)
        await store.commit([replace(done(case), subscribed=(Subscribe("a", "b", WEEK),))], NOON)
    day = DayNear("b", WEEK, date(2026, 12, 1), after(hours=1))
    assert await store.remind([day], NOON, 9) == 2
    await store.commit([replace(done(await heard(store, "stop", "eva", TELEGRAM)), stopped=True)], NOON)
    assert await gone(store, "reminders", NOON) == 0
    assert await gone(store, "reminders") == 1
    assert await store.remind([day], NOON, 9) == 0
    assert await gone(store, "days", NOON) == 0
    assert await gone(store, "days") == 1


async def test_x05_logins_and_links_that_are_over_go(store: Store) -> None:
    """X05: and those that are valid stay."""
    await store.invite(person("Zoe"), b"l" * 32, after(hours=72), NOON)
    assert await store.accept(b"l" * 32, b"s" * 32, NOON, after(hours=12))
    await store.invite(person("Ali"), b"n" * 32, after(hours=80), NOON)
    assert await store.forget("links", after(hours=75), LATER, 9) == 2
    assert await store.invitation(b"n" * 32, NOON) is not None
    assert await store.login(b"s" * 32, NOON) is None
    assert await store.past("links", after(hours=75), 9) == 0


# -- whole contacts


async def test_x05_who_does_not_go_on_is_erased(store: Store) -> None:
    """X05, X06: who came and went goes; who went on stays, and so does who is still waiting for us."""
    came = await say(store, "m1", outgoing("welcome"), address="came")
    stayed = await heard(store, "m2", "stayed")
    assert stayed.newcomer
    await store.commit([replace(done(stayed), agreed="v1")], NOON)
    await store.receive([received("m3", "waits")])
    assert not (await heard(store, "m4", "stayed")).newcomer
    await store.release()
    assert await gone(store, "strangers", NOON) == 0
    assert await gone(store, "strangers", after(seconds=1)) == 1
    assert await store.contact_of(WEBCHAT, "came") is None
    assert await store.contact_of(WEBCHAT, "stayed") == stayed.contact
    assert await store.contact_of(WEBCHAT, "waits") is not None
    assert set(await store.erased(NOON)) == {came}


async def test_a_talk_that_goes_on_slowly_is_no_strangers(store: Store) -> None:
    """The day counts from what happened last, not from the first word."""
    await say(store, "m1")
    case = await heard(store, "m2")
    await store.commit([done(case)], after(hours=23))
    assert await gone(store, "strangers", after(hours=22)) == 0
    assert await gone(store, "strangers", after(hours=24)) == 1


async def quiet_contacts(store: Store, before: datetime = LATER) -> list[ContactId]:
    """Return all contacts that are quiet, found in pages of two."""
    found: list[ContactId] = []
    last = ContactId(0)
    while True:
        page = await store.quiet(last, before, 2)
        found += page.contacts
        last = page.last
        if not last:
            return found


async def test_x05_who_is_quiet_for_long_is_erased(store: Store) -> None:
    """X05: not who has an open question, wants a reminder, has just written, or was heard of since."""
    quiet = [await say(store, f"q{number}", address=f"q{number}") for number in range(5)]
    await asked(store, "Frage", address="asks")
    await store.release()
    reminded = await heard(store, "yes", "reminded")
    await store.commit([replace(done(reminded), subscribed=(Subscribe("a", "b", WEEK),))], NOON)
    await say(store, "m1", address="writes")
    await store.receive([received("m2", "writes")])
    fresh = await heard(store, "m3", "fresh")
    await store.commit([done(fresh)], after(days=2))
    assert await quiet_contacts(store, NOON) == []
    assert await quiet_contacts(store, after(days=1)) == quiet
    assert await store.erase_quiet(quiet, NOON, LATER) == 0
    assert await store.erase_quiet([*quiet, fresh.contact], after(days=1), LATER) == len(quiet)
    assert await quiet_contacts(store, after(days=1)) == []
    assert set(await store.erased(NOON)) == set(quiet)


async def test_x05_a_closed_question_of_a_quiet_contact_is_counted(store: Store) -> None:
    """X05: the figures stay when the contact goes."""
    case = await asked(store, "Frage")
    assert case.ticket is not None
    await closed(store, case)
    await store.commit([done(await heard(store, "end"))], NOON)
    assert await store.erase_quiet([case.contact], LATER, LATER) == 1
    past = await store.past_question(case.ticket.id)
    assert past is not None
    assert (past.why, past.topic) == ("time", "geld")


# -- small steps


async def test_x05_killed_midway_it_goes_on(engine: Engine, tmp_path) -> None:
    """X05: what went before the kill is gone for good, the rest goes after it, and nothing else."""
    store = await engine.open(tmp_path)
    for number in range(9):
        await say(store, f"m{number}", outgoing(f"o{number}"), address=f"a{number}")
    assert await store.forget("fragments", LATER, LATER, 4) == 4
    await engine.close(store)
    store = await engine.open(tmp_path)
    assert await gone(store, "fragments") == 5
    assert len(await store.erased(NOON)) == 0
    assert await store.contact_of(WEBCHAT, "a0") is not None
    await engine.close(store)


async def test_a_contact_that_is_being_worked_on_is_not_waited_for(store: Store) -> None:
    """A claim does not hold up what goes by itself; it goes the next time."""
    await say(store, "m1", address="lina")
    await store.receive([received("m2", "omar")])
    await store.take(9)
    assert await store.forget("strangers", LATER, LATER, 9) == 1
    await store.release()


async def test_the_last_look_is_kept(engine: Engine, tmp_path) -> None:
    """D10: since when the clock goes on evenly survives a restart, and begins anew with every jump."""
    store, day = await engine.open(tmp_path), timedelta(days=1)
    assert await store.look_for_old(NOON, day) == NOON
    assert await store.look_for_old(after(hours=1), day) == NOON
    await engine.close(store)
    store = await engine.open(tmp_path)
    assert await store.look_for_old(after(hours=20), day) == NOON
    for jumped in (after(days=-400), after(hours=20), after(days=5)):
        assert await store.look_for_old(jumped, day) == jumped
        assert await store.look_for_old(jumped + timedelta(seconds=9), day) == jumped
    await engine.close(store)


async def test_a_chat_goes_on_where_its_past_is_gone(store: Store) -> None:
    """A page that has a cursor into lines that went sees what is new, and nothing twice."""
    contact = await say(store, "m1", outgoing("a"))
    cursor = (await store.chat(contact, "", 9))[-1].cursor
    await store.seen(contact, ["a"], NOON)
    await gone(store, "fragments")
    await gone(store, "messages")
    await say(store, "m2", outgoing("b"))
    lines = await store.chat(contact, cursor, 9)
    assert [line.token or "me" for line in lines] == ["me", "b"]
    assert [line.token or "me" for line in await store.chat(contact, "", 9)] == ["me", "b"]


async def test_answers_find_their_way_when_the_fragments_are_gone(store: Store) -> None:
    """Where to answer is known by the address, also when nothing that came from it is left."""
    await say(store, "m1", account=TELEGRAM)
    await gone(store, "fragments")
    case = await heard(store, "m2", account=TELEGRAM)
    await store.commit([done(case, outgoing("a"), session=Session(wakes_at=NOON))], NOON)
    await gone(store, "fragments")
    assert await store.expire(after(hours=1)) == 1
    (late,) = await store.take(9)
    assert (late.account, late.address) == (TELEGRAM, case.address)
