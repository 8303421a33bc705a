"""How the store stands: the figures are those of what was kept, and a store that cannot be written is told."""

from dataclasses import replace

from store_kit import NOON, TELEGRAM, after, asked, case_of, done, heard, outgoing, received, say

from bot.model import OutboxId, Rejected, Retry, Sent
from bot.ports import Record, Store, Vitals, Waiting


async def test_an_empty_store_has_nothing_waiting(store: Store) -> None:
    """Nobody waits, nothing was given up, and the database knows what time it is."""
    now = await store.vitals([TELEGRAM])
    assert now == Vitals(now.at, Waiting(), {TELEGRAM: Waiting()}, {}, 0, 0, ())
    assert now.at > NOON


async def test_what_nobody_has_read_waits_since_the_first_came(store: Store) -> None:
    """The age of the queue is that of its oldest fragment, not of the newest."""
    await store.receive([received("one", at=after(minutes=1)), received("two", "ayla", at=NOON)])
    assert Waiting(2, NOON) == (await store.vitals([])).unread


async def test_what_is_to_be_sent_waits_since_it_is_due(store: Store) -> None:
    """What waits for its next attempt is not late; what is fetched by a page, or of another account, is not counted."""
    for name in ("lina", "ayla"):
        await say(store, f"from {name}", outgoing(f"to {name}"), address=name, account=TELEGRAM)
    await say(store, "by page", outgoing("fetched"))
    assert {TELEGRAM: Waiting(2, NOON)} == (await store.vitals([TELEGRAM])).outbox
    first, second = await store.due(TELEGRAM, NOON, 10)
    late, soon = after(minutes=1), after(days=36500)
    await store.record([Record(first.id, Retry(1), NOON, late), Record(second.id, Retry(1), NOON, soon)])
    assert {TELEGRAM: Waiting(1, late)} == (await store.vitals([TELEGRAM])).outbox


async def test_what_stands_behind_a_message_that_waits_is_not_late(store: Store) -> None:
    """Nothing overtakes a message that is tried again later; what is behind it is late only once that is due."""
    await say(store, "hello", outgoing("first"), outgoing("second"), account=TELEGRAM)
    assert {TELEGRAM: Waiting(2, NOON)} == (await store.vitals([TELEGRAM])).outbox
    (first,) = await store.due(TELEGRAM, NOON, 10)
    await store.record([Record(first.id, Retry(1), NOON, after(days=36500))])
    assert {TELEGRAM: Waiting()} == (await store.vitals([TELEGRAM])).outbox


async def test_what_is_being_sent_is_still_to_be_sent(store: Store) -> None:
    """A message that was taken to be sent and never came to an end is seen: it counts until it is sent."""
    await say(store, "hello", outgoing("answer"), account=TELEGRAM)
    (item,) = await store.due(TELEGRAM, NOON, 10)
    assert {TELEGRAM: Waiting(1, NOON)} == (await store.vitals([TELEGRAM])).outbox
    await store.record([Record(item.id, Sent("1"), NOON)])
    assert {TELEGRAM: Waiting()} == (await store.vitals([TELEGRAM])).outbox


async def test_p02_what_was_given_up_is_counted_by_account(store: Store) -> None:
    """P02: a dead letter shows in the figures of its channel."""
    await say(store, "hello", outgoing("answer"), account=TELEGRAM)
    (item,) = await store.due(TELEGRAM, NOON, 10)
    await store.record([Record(OutboxId(item.id), Rejected("no"), NOON)])
    assert {TELEGRAM: 1} == (await store.vitals([TELEGRAM])).dead


async def test_fragments_that_failed_or_concern_nobody_are_counted_apart(store: Store) -> None:
    """One the program could not handle is a fault to mend; one without a sender is none."""
    await store.receive([received("poll", None)])
    case = await heard(store, "broken")
    await store.commit([replace(done(case), failed=((case.unread[0].id, "test"),))], NOON)
    now = await store.vitals([])
    assert (1, 1) == (now.failed, now.aside)


async def test_questions_are_counted_by_state_age_and_promise(store: Store) -> None:
    """An open question that was promised an answer long ago is late; a closed one is not counted."""
    await asked(store, "wann?")
    now = await store.vitals([])
    hours = int((now.at - NOON).total_seconds() // 3600)
    (one,) = now.tickets
    assert ("open", hours, 1, int(hours >= 4)) == (one.state, one.hours, one.count, one.late)


async def test_a_store_that_can_be_written_can_be_touched_again_and_again(store: Store) -> None:
    """It leaves nothing that grows, and nobody's case."""
    await store.receive([received("one")])
    for minute in range(3):
        await store.touch(after(minutes=minute))
    assert "one" == (await case_of(store)).unread[0].fragment.external_id
