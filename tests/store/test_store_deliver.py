"""The contract of the outbox: in order per contact, one at a time, whatever became of the one before."""

from datetime import datetime

import pytest
from store_kit import NOON, TELEGRAM, WEBCHAT, after, case_of, done, heard, outgoing, received, say

from bot.model import Gone, Outcome, Rejected, Retry, Sent, Unsure
from bot.ports import OutboxItem, Record, Store


async def told(store: Store, name: str, *tokens: str, address: str = "lina") -> None:
    """Let a contact on Telegram be told something."""
    await say(store, name, *(outgoing(token, f"Text {token}") for token in tokens), address=address, account=TELEGRAM)


async def due(store: Store, now: datetime = NOON, limit: int = 30) -> list[str]:
    """Return the tokens that are due, marked as being sent."""
    return [item.token for item in await store.due(TELEGRAM, now, limit)]


async def one_due(store: Store, now: datetime = NOON) -> OutboxItem:
    """Return the only item that is due."""
    (item,) = await store.due(TELEGRAM, now, 30)
    return item


async def ended(store: Store, outcome: Outcome, next_at: datetime | None = None) -> OutboxItem:
    """Let the one item that is due end in this way."""
    item = await one_due(store)
    await store.record([Record(item.id, outcome, NOON, next_at)])
    return item


async def test_an_item_is_what_was_said(store: Store) -> None:
    """What is due carries the words as they were rendered, the platform's address, and how often it was tried."""
    await told(store, "m1", "a")
    item = await one_due(store)
    said = outgoing("a", "Text a")
    assert (item.token, item.message, item.address, item.account) == ("a", said.message, "lina", TELEGRAM)
    assert (item.attempts, item.queued_at) == (0, NOON)


async def test_d03_one_contact_gets_one_message_at_a_time_in_order(store: Store) -> None:
    """D03: the next message is due only when the one before has ended."""
    await told(store, "m1", "a", "b")
    await told(store, "m2", "c")
    order = []
    while items := await store.due(TELEGRAM, NOON, 30):
        (item,) = items
        assert await due(store) == []
        order.append(item.token)
        await store.record([Record(item.id, Sent(), NOON)])
    assert order == ["a", "b", "c"]


async def test_contacts_do_not_wait_for_each_other(store: Store) -> None:
    """Each contact's first message is due, oldest first, so many as asked for; the rest follows."""
    for number in range(3):
        await told(store, f"m{number}", f"{number}a", f"{number}b", address=f"p{number}")
    assert await due(store, limit=2) == ["0a", "1a"]
    assert await due(store) == ["2a"]


@pytest.mark.parametrize("outcome", [Retry(30, reason="429"), Unsure(30)])
async def test_p01_who_must_wait_waits_alone(store: Store, outcome: Outcome) -> None:
    """P01: a message that waits for its next attempt holds its contact's later ones, and nobody else's."""
    await told(store, "m1", "a", "b")
    await ended(store, outcome, after(seconds=30))
    await told(store, "n1", "x", address="omar")
    assert await due(store, after(seconds=29)) == ["x"]
    item = await one_due(store, after(seconds=30))
    assert (item.token, item.attempts) == ("a", 1)


async def test_p01_a_pause_of_the_whole_account_is_no_attempt(store: Store) -> None:
    """P01: what the account must wait for is not counted against one message; what concerns the message is."""
    await told(store, "m1", "a")
    for outcome in (Retry(1, everyone=True), Retry(1), Retry(1, everyone=True), Unsure(1)):
        await ended(store, outcome)
    assert (await one_due(store)).attempts == 2


async def test_next_due_says_when_to_look_again(store: Store) -> None:
    """The next attempt's moment, or since when something is due already; None when nothing waits."""
    assert await store.next_due(TELEGRAM) is None
    await told(store, "m1", "a", "b")
    assert await store.next_due(TELEGRAM) == NOON
    await ended(store, Retry(30), after(seconds=30))
    assert await store.next_due(TELEGRAM) == after(seconds=30)
    await one_due(store, after(seconds=30))
    assert await store.next_due(TELEGRAM) is None


async def test_d04_what_was_being_sent_is_due_again_after_a_crash(store: Store) -> None:
    """D04: recover returns what was in flight to the queue, once, in its old place, and the attempt stays counted."""
    await told(store, "m1", "a", "b")
    await told(store, "n1", "x", address="omar")
    assert await due(store, limit=1) == ["a"]
    assert await store.recover(TELEGRAM) == 1
    assert await store.recover(TELEGRAM) == 0
    items = await store.due(TELEGRAM, NOON, 30)
    assert [(item.token, item.attempts) for item in items] == [("a", 1), ("x", 0)]


@pytest.mark.parametrize("record", [Rejected("too long"), Retry(9, reason="500"), Unsure(9)])
async def test_p02_what_is_given_up_is_counted_and_holds_nobody(store: Store, record: Outcome) -> None:
    """P02: a dead letter is counted for operators, and the contact's next message goes out."""
    await told(store, "m1", "a", "b")
    item = await one_due(store)
    await store.record([Record(item.id, record, NOON, dead=not isinstance(record, Rejected))])
    assert (await store.figures())["dead"] == 1
    assert await due(store) == ["b"]


async def test_p03_who_is_gone_gets_nothing_until_they_come_back(store: Store) -> None:
    """P03: after ``Gone`` nothing is due, also not what is said later; their next message brings all back in order."""
    await told(store, "m1", "a", "b")
    await ended(store, Gone("blocked"))
    case = await heard(store, "house speaks", account=TELEGRAM)
    assert await due(store, after(days=1)) == ["a"]
    await store.recover(TELEGRAM)
    await ended(store, Gone("blocked"))
    await store.commit([done(case, outgoing("c"))], NOON)
    assert (await due(store, after(days=1)), await store.next_due(TELEGRAM)) == ([], None)
    await store.receive([received("back", account=TELEGRAM)])
    order = []
    while items := await store.due(TELEGRAM, NOON, 30):
        order += [item.token for item in items]
        await store.record([Record(item.id, Sent(), NOON) for item in items])
    assert order == ["a", "b", "c"]


async def test_a_repetition_does_not_bring_back_who_is_gone(store: Store) -> None:
    """P03: the platform's repeating an old update is no sign of life, and others' messages are none either."""
    await told(store, "m1", "a")
    await ended(store, Gone("blocked"))
    await store.receive([received("m1", account=TELEGRAM), received("n1", "omar", account=TELEGRAM)])
    assert await due(store) == []


async def test_what_must_go_first_goes_first(store: Store) -> None:
    """C03: the help card stands before all that waits, several in their own order, but not before what is being sent."""
    await told(store, "m1", "a", "b")
    assert await due(store) == ["a"]
    cards = [outgoing("normal"), outgoing("card", head=True), outgoing("numbers", head=True)]
    await say(store, "m2", *cards, account=TELEGRAM)
    await say(store, "m3", outgoing("newest", head=True), account=TELEGRAM)
    assert await due(store) == []
    await store.recover(TELEGRAM)
    order = []
    while items := await store.due(TELEGRAM, NOON, 30):
        order += [item.token for item in items]
        await store.record([Record(item.id, Sent(), NOON) for item in items])
    assert order == ["newest", "card", "numbers", "a", "b", "normal"]


async def test_a_web_chats_messages_are_never_due(store: Store) -> None:
    """A page fetches what is said there: it is not sent, not waited for, and no backlog for operators."""
    await say(store, "m1", outgoing("a"), account=WEBCHAT)
    assert list(await store.due(WEBCHAT, after(days=1), 30)) == []
    assert await store.next_due(WEBCHAT) is None
    assert (await store.figures())["outbox"] == 0


async def test_what_is_recorded_twice_counts_once(store: Store) -> None:
    """D04: a late record of what has ended already changes nothing."""
    await told(store, "m1", "a", "b")
    item = await ended(store, Sent("77"))
    await store.record([Record(item.id, Retry(1), NOON, after(seconds=1))])
    assert await due(store, after(hours=1)) == ["b"]
    await store.record([])


async def test_what_waits_is_counted(store: Store) -> None:
    """Operators see how many messages wait or are being sent, and how many fragments are unread."""
    await told(store, "m1", "a", "b")
    await due(store)
    await store.receive([received("m2", account=TELEGRAM)])
    figures = await store.figures()
    assert (figures["outbox"], figures["unread"]) == (2, 1)
    assert (await case_of(store)).account == TELEGRAM


async def test_gone_said_twice_does_not_undo_a_return(store: Store) -> None:
    """An outcome recorded again, as the answer to the first time was lost, leaves who came back meanwhile reachable."""
    await say(store, "hello", outgoing("a"), account=TELEGRAM)
    (item,) = await store.due(TELEGRAM, NOON, 9)
    gone = [Record(item.id, Gone("blocked"), NOON)]
    await store.record(gone)
    await say(store, "back", outgoing("b"), account=TELEGRAM)
    await store.record(gone)
    assert ["a"] == [each.token for each in await store.due(TELEGRAM, after(seconds=1), 9)]


async def test_d10_what_waits_for_a_day_has_met_a_clock_that_was_wrong(store: Store) -> None:
    """D10: noted by a clock that was a day ahead, a message is due at once, and not a day later."""
    await told(store, "m1", "a")
    await ended(store, Retry(1), after(days=1, seconds=1))
    await told(store, "n1", "x", address="omar")
    assert await due(store, after(minutes=5)) == ["a", "x"]


async def test_p01_what_has_to_wait_for_hours_waits_for_hours(store: Store) -> None:
    """P01: as long as a platform may ask for."""
    await told(store, "m1", "a")
    await ended(store, Retry(18_000), after(hours=5))
    assert await due(store, after(hours=4)) == []
    assert await due(store, after(hours=5)) == ["a"]
